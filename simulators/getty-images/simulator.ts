/** A stand-in for the Getty Images API: composes the parts and says how to reach it. */
import type { SimulatorFactory } from '../kit/types.js';
import { createAccount } from './account.js';
import { createActions } from './actions.js';
import { batchRoutes } from './batch.routes.js';
import { createBookings } from './bookings.js';
import { createCatalogue } from './catalogue.js';
import { createChangeFeed } from './changes.routes.js';
import { createDelivery } from './delivery.js';
import { downloadRoutes } from './downloads.routes.js';
import { eventRoutes } from './events.routes.js';
import { createFieldPlans } from './fields.js';
import { createGuard, createRateLimit } from './guard.js';
import { historyRoutes } from './history.routes.js';
import { licensingRoutes } from './licensing.routes.js';
import { createMedia } from './media.js';
import { purchaseRoutes } from './purchases.routes.js';
import { referenceRoutes } from './reference.routes.js';
import { createRenderer } from './render.js';
import type { Room } from './room.js';
import { searchRoutes } from './search.routes.js';
import { SWITCHES } from './switches.js';
import { createTokens } from './tokens.js';
import { createUsageDesk } from './usage.routes.js';

export const gettyImages: SimulatorFactory = {
  name: 'getty-images',
  switches: SWITCHES,
  create: (host) => {
    const credentials = { key: host.secret('getty-key'), secret: host.secret('getty-secret') };
    const overLimit = createRateLimit(host);
    const tokens = createTokens(host, credentials, overLimit);
    const catalogue = createCatalogue();
    const account = createAccount(host);
    const media = createMedia(host, catalogue);
    const room: Room = {
      host,
      guard: createGuard(host, credentials.key, tokens, overLimit),
      catalogue,
      account,
      bookings: createBookings(host, account),
      delivery: createDelivery(host),
      media,
      renderer: createRenderer(media, account, host.baseUrl),
      fieldPlan: createFieldPlans(),
      switched: (name) => host.switches.get(name),
    };
    const feed = createChangeFeed(room);
    const usage = createUsageDesk(room);
    return {
      name: 'getty-images',
      routes: [
        ...tokens.routes,
        ...batchRoutes(room),
        ...searchRoutes(room),
        ...eventRoutes(room),
        ...referenceRoutes(room),
        ...downloadRoutes(room),
        ...historyRoutes(room),
        ...purchaseRoutes(room),
        ...licensingRoutes(room),
        ...usage.routes,
        ...feed.routes,
        ...media.routes,
        ...room.delivery.routes,
      ],
      env: () => ({
        GETTY_IMAGES_API_URL: host.baseUrl(),
        GETTY_IMAGES_AUTH_URL: host.baseUrl(),
        GETTY_IMAGES_API_KEY: credentials.key,
        GETTY_IMAGES_API_SECRET: credentials.secret,
      }),
      actions: createActions(room, tokens, feed, usage),
    };
  },
};
