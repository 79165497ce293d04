/** Smint.io's endpoints, one function each, with the rotating token and the paths that only configuration can state. */
import type { Call, RotateToken, RotatingToken } from '../datasource.js';
import type { HttpReply, HttpStream, SourceHttp } from '../http/send.js';
import { createTokenCache, withFreshToken } from '../http/token-cache.js';
import { badReply, faultOf, notObtainable, refusesToken, tokenFaultOf } from './faults.js';
import { readBinaries, readFeed, tokenReply, type WireBinary, type WireFeed } from './wire.js';

export interface SmintIoConfig {
  /** Name of the customer: first label of the vendor's hosts. */
  readonly tenant: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** With `/consumer/v1`. Default: the vendor's host of the tenant. */
  readonly apiUrl?: string;
  /** Without `/connect`. Default: the vendor's host of the tenant. */
  readonly authUrl?: string;
  /** The vendor publishes no paths: relative to `apiUrl`, with a slash in front. */
  readonly feedPath?: string;
  /** With `{cpt}` (cart purchase transaction) and `{lpt}` (license purchase transaction). */
  readonly binariesPath?: string;
  /** Names of the vendor's keys in all languages. Nothing here asks for them yet: keys are shown as the source spells them. */
  readonly metadataPath?: string;
  /** Transactions per page of the feed; default 10, like the vendor's own clients. */
  readonly pageSize?: number;
  /**
   * How several terms of one license combine, which the vendor does not state: a use is covered when any of them covers it, or only when
   * all do. Recorded with the rights; default `any`.
   */
  readonly termsCombination?: 'any' | 'all';
}

const DEFAULT_FEED_PATH = '/transactionHistory/licensePurchaseTransactions/sync';
const DEFAULT_BINARIES_PATH = '/downloads/cartPurchaseTransactions/{cpt}/licensePurchaseTransactions/{lpt}/binaries/sync';
const DEFAULT_PAGE_SIZE = 10;
const VENDOR_HOST = /(^|\.)smint\.io$/i;

/** Renewed a while before its end: a tenth of its life, ten minutes at most. */
const LONGEST_MARGIN_MS = 600_000;
/** For a reply that states no life; a token that ends sooner costs one refused request. */
const ASSUMED_LIFE_SECONDS = 3_600;
/** Timers and dates beyond a year help nobody. */
const LONGEST_LIFE_SECONDS = 366 * 86_400;

export interface SmintIoClient {
  /** One page of purchases by last change, after `cursor`. */
  feed(cursor: string | null, call: Call): Promise<WireFeed>;
  /** The files of one purchase, with addresses that live for an hour. */
  binaries(cartUuid: string, uuid: string, call: Call): Promise<readonly WireBinary[]>;
  /** A file whose address holds all the permission there is: no credential goes along. */
  openPublic(endpoint: string, address: string, call: Call): Promise<HttpStream>;
  /** Where people look at an asset; null when the connection points at something else than the vendor. */
  readonly pageUrl: string | null;
}

/** Lets go of a body that nobody will read; what its connection says to that is nobody's business either. */
export const discard = (reply: HttpStream): void => {
  reply.stream.on('error', () => undefined).destroy();
};

export const createClient = (
  config: SmintIoConfig,
  deps: { readonly http: SourceHttp; readonly now: () => number; readonly rotate: RotateToken },
): SmintIoClient => {
  const { http, now, rotate } = deps;
  const vendorUrl = `https://${config.tenant}.smint.io`;
  const apiUrl = (config.apiUrl ?? `https://${config.tenant}.clapi.smint.io/consumer/v1`).replace(/\/+$/, '');
  const authUrl = (config.authUrl ?? vendorUrl).replace(/\/+$/, '');
  const feedPath = config.feedPath ?? DEFAULT_FEED_PATH;
  const binariesPath = config.binariesPath ?? DEFAULT_BINARIES_PATH;
  const pageSize = Math.max(1, Math.trunc(config.pageSize ?? DEFAULT_PAGE_SIZE));
  /** The last token that the source refused: whoever keeps the tokens shall not give out that one again. */
  let refusedToken: string | null = null;

  const renew = async (refreshToken: string, call: Call): Promise<RotatingToken> => {
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      client_id: config.clientId,
      client_secret: config.clientSecret,
    }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const reply = await http.send(
      { endpoint: 'token', method: 'POST', url: `${authUrl}/connect/token`, headers, body, effect: 'read' },
      call,
    );
    if (reply.status !== 200) throw tokenFaultOf(reply, now());
    const token = tokenReply.safeParse(http.json(reply, 'token'));
    if (!token.success) throw badReply('token');
    const lifeMs = Math.min(token.data.expires_in ?? ASSUMED_LIFE_SECONDS, LONGEST_LIFE_SECONDS) * 1000;
    return {
      accessToken: token.data.access_token,
      expiresAt: Math.floor(now() + lifeMs - Math.min(LONGEST_MARGIN_MS, lifeMs / 10)),
      refreshToken: token.data.refresh_token ?? refreshToken,
    };
  };

  const tokens = createTokenCache(
    'SMINT_IO',
    async (call) => {
      const token = await rotate(refusedToken, (refreshToken) => renew(refreshToken, call));
      return { value: token.accessToken, expiresAt: token.expiresAt };
    },
    now,
  );

  const read = (endpoint: string, path: string, call: Call): Promise<HttpReply> =>
    withFreshToken(
      tokens,
      call,
      async (token) => {
        const headers = { authorization: `Bearer ${token}`, accept: 'application/json', 'x-request-id': call.requestId };
        const reply = await http.send({ endpoint, method: 'GET', url: `${apiUrl}${path}`, headers, effect: 'read' }, call);
        if (refusesToken(reply)) refusedToken = token;
        return reply;
      },
      refusesToken,
    );

  return {
    feed: async (cursor, call) => {
      const query = new URLSearchParams({ limit: String(pageSize) });
      if (cursor !== null) {
        // Both spellings are plausible, and the one that the source does not know is ignored; without any it would start anew.
        query.set('continuationUuid', cursor);
        query.set('continuation_uuid', cursor);
      }
      const reply = await read('sync-feed', `${feedPath}${feedPath.includes('?') ? '&' : '?'}${query}`, call);
      if (reply.status !== 200) throw faultOf(reply, now());
      const feed = readFeed(http.json(reply, 'sync-feed'));
      if (feed === null) throw badReply('sync-feed');
      return feed;
    },

    binaries: async (cartUuid, uuid, call) => {
      const path = binariesPath.replaceAll('{cpt}', encodeURIComponent(cartUuid)).replaceAll('{lpt}', encodeURIComponent(uuid));
      const reply = await read('binaries', path, call);
      if (reply.status !== 200) throw faultOf(reply, now());
      const binaries = readBinaries(http.json(reply, 'binaries'));
      if (binaries === null) throw badReply('binaries');
      return binaries;
    },

    openPublic: async (endpoint, address, call) => {
      if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) throw notObtainable('names no address that can be opened.');
      return http.open({ endpoint, method: 'GET', url: address, effect: 'read' }, call);
    },

    pageUrl: VENDOR_HOST.test(new URL(authUrl).hostname) ? vendorUrl : null,
  };
};
