/** Stands in for the consumer API of Smint.io: identity server, metadata, sync feed, binaries, previews and files. */
import type { SimHost, Simulator, SimulatorFactory } from '../kit/types.js';
import { controlActions } from './actions.js';
import { authRoutes, CLIENT_ID, CLIENT_SECRET } from './auth.js';
import { binariesReply } from './binaries.js';
import { blobRoute } from './blobs.js';
import { createFeed } from './feed.js';
import { metadataReply } from './metadata.js';
import { API_PREFIX, pathsFrom, type SmintioPaths } from './paths.js';
import { previewRoute } from './previews.js';
import { createPurchases } from './purchases.js';
import { pusherReply } from './pusher.js';
import { guarded, TENANT } from './replies.js';
import { switches } from './switches.js';
import { createTokens, FIRST_REFRESH_TOKEN } from './tokens.js';

const NAME = 'smint-io';

const create = (host: SimHost, paths: SmintioPaths): Simulator => {
  const tokens = createTokens(host);
  const purchases = createPurchases(host);
  const feed = createFeed(host, purchases);
  return {
    name: NAME,
    routes: [
      ...authRoutes(host, tokens),
      {
        endpoint: 'generic-metadata',
        method: 'GET',
        pattern: `${API_PREFIX}${paths.metadata}`,
        handle: guarded(host, tokens, metadataReply),
      },
      { endpoint: 'sync-feed', method: 'GET', pattern: `${API_PREFIX}${paths.feed}`, handle: guarded(host, tokens, feed.page) },
      {
        endpoint: 'binaries',
        method: 'GET',
        pattern: `${API_PREFIX}${paths.binaries}`,
        handle: guarded(host, tokens, (request) => binariesReply(host, purchases, request)),
      },
      {
        endpoint: 'pusher-auth',
        method: 'POST',
        pattern: `${API_PREFIX}/notifications/pusher/auth`,
        handle: guarded(host, tokens, (request) => pusherReply(host, request)),
      },
      blobRoute(host, purchases),
      previewRoute(host),
    ],
    env: () => ({
      SMINTIO_API_URL: `${host.baseUrl()}${API_PREFIX}`,
      SMINTIO_AUTH_URL: host.baseUrl(),
      SMINTIO_TENANT: TENANT,
      SMINTIO_CLIENT_ID: CLIENT_ID,
      SMINTIO_CLIENT_SECRET: CLIENT_SECRET,
      SMINTIO_REFRESH_TOKEN: FIRST_REFRESH_TOKEN,
      SMINTIO_METADATA_PATH: paths.metadata,
      SMINTIO_FEED_PATH: paths.feed,
      SMINTIO_BINARIES_PATH: paths.binaries,
    }),
    actions: controlActions(purchases, tokens, feed),
  };
};

/** Other paths for the three data operations come from SIM_SMINTIO_METADATA_PATH, _FEED_PATH and _BINARIES_PATH. */
export const smintIo: SimulatorFactory = { name: NAME, switches, create: (host) => create(host, pathsFrom(process.env)) };
