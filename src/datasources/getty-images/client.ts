/** Getty Images' endpoints, one function each, with the headers and the token that each of them needs. */
import { type Call, type SearchFilterName, type SearchFilters, SearchNotPossible, type SearchQuery } from '../datasource.js';
import type { HttpReply, HttpStream, SourceHttp } from '../http/send.js';
import { createTokenCache, withFreshToken } from '../http/token-cache.js';
import { readDownloads, type WireDownloads } from './downloads.wire.js';
import { badReply, codeOf, faultOf, notWhole, refusesToken, tokenFaultOf, withoutEffect } from './faults.js';
import { readAllowances, readProducts, type WireAllowance, type WireProduct } from './products.wire.js';
import { readAssets, readHits, tokenReply, type WireAssets, type WireHits } from './wire.js';

export interface GettyImagesConfig {
  /** Without `/v3`. */
  readonly apiUrl: string;
  /** Without `/oauth2`. */
  readonly authUrl: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  /** ISO 3166-1 alpha-3; regional search results. Getty Images must have enabled the key for it. */
  readonly countryCode?: string;
  /** Language of titles, captions and keywords; default `en-US`. */
  readonly language?: string;
  /** 1 to 100, default 100. */
  readonly idsPerCall?: number;
  /** Whether histories list what colleagues downloaded as well; the account must be enabled for it. Default false. */
  readonly companyHistory?: boolean;
  /** Whether to search without a phrase, which the vendor calls unsupported. Default false. */
  readonly allowEmptyPhrase?: boolean;
  /** Whether our operation's tag goes into the download notes. Default true. */
  readonly tagInNotes?: boolean;
  /**
   * The account's products, as license types (`premiumaccess`, or `premiumaccess:2726` where it has several of one type): only their
   * types are then offered, and the history names them so. Default: every type that fits the asset, to be judged by the baseline.
   */
  readonly products?: readonly string[];
  /** How far back the history goes; default 365. */
  readonly historyDays?: number;
}

const DEFAULT_LANGUAGE = 'en-US';
/** Tokens live 1800 s; like the vendor's own clients we renew early, but never a short-lived one on every call. */
const LONGEST_TOKEN_MARGIN_MS = 300_000;
/** How much longer than the deadline a token must live to be sent along with a purchase. */
const SPEND_MARGIN_MS = 30_000;

/**
 * Everything that an asset is made of, by name and in one request. Not `detail_set`: it brings the download sizes, which need a token and
 * are the largest part of an answer; and not `display_set`, which brings every preview twice.
 */
const SHARED_FIELDS = `allowed_use artist asset_family call_for_image caption collection_code collection_name comp copyright date_created
  istock_licenses keywords license_model max_dimensions preview product_types referral_destinations thumb title`;
const FIELDS: Readonly<Record<Lane, string>> = {
  image: `${SHARED_FIELDS} credit_line date_camera_shot graphical_style`.split(/\s+/).join(','),
  video: `${SHARED_FIELDS} clip_length`.split(/\s+/).join(','),
};

/** What a number of the library looks like. */
export const EXTERNAL_ID = /^[1-9]\d{0,18}$/;
export const LANES = ['image', 'video'] as const;
export type Lane = (typeof LANES)[number];
export const isLane = (text: string): text is Lane => text === 'image' || text === 'video';

/** The vendor's searches. There is a blended one for images and none for clips. */
export const SEARCH_LISTS = ['images', 'images/creative', 'videos/creative', 'videos/editorial'] as const;
export type SearchList = (typeof SEARCH_LISTS)[number];
export const laneOf = (list: SearchList): Lane => (list.startsWith('videos') ? 'video' : 'image');

const STYLES: Readonly<Partial<Record<string, string>>> = {
  PHOTO: 'photography',
  ILLUSTRATION: 'illustration',
  VECTOR: 'vector',
};
const isImageKind = (kind: string): boolean => STYLES[kind] !== undefined;

/** A narrow tall picture is VERTICAL to us, PANORAMIC is wide: so the vendor's five shapes fall into our four. */
const IMAGE_SHAPES: Readonly<Record<NonNullable<SearchFilters['orientation']>, string>> = {
  HORIZONTAL: 'horizontal',
  VERTICAL: 'vertical,panoramic_vertical',
  SQUARE: 'square',
  PANORAMIC: 'panoramic_horizontal',
};
const VIDEO_SHAPES: Readonly<Partial<Record<string, string>>> = { HORIZONTAL: 'horizontal', VERTICAL: 'vertical' };
const shapeFor = (list: SearchList, orientation: NonNullable<SearchFilters['orientation']>): string | undefined =>
  laneOf(list) === 'image' ? IMAGE_SHAPES[orientation] : VIDEO_SHAPES[orientation];

/**
 * Clips have no blended search: both of theirs are asked. For editorial use only everything is asked, since creative collections hold such
 * pictures as well; what is not is told by the assets themselves.
 */
export const listsFor = ({ kinds = [], editorialOnly }: SearchFilters): readonly SearchList[] => {
  const images = kinds.length === 0 || kinds.some(isImageKind);
  const videos = kinds.length === 0 || kinds.includes('VIDEO');
  if (!images && !videos) throw new SearchNotPossible(`Getty Images' search has no assets of kind ${kinds.join(', ')}.`);
  if (editorialOnly === false)
    return [...(images ? (['images/creative'] as const) : []), ...(videos ? (['videos/creative'] as const) : [])];
  return [...(images ? (['images'] as const) : []), ...(videos ? (['videos/creative', 'videos/editorial'] as const) : [])];
};

export const unappliedOf = (lists: readonly SearchList[], filters: SearchFilters): readonly SearchFilterName[] => {
  const { orientation } = filters;
  const unapplied: SearchFilterName[] = [];
  // The vendor has size classes, no pixels.
  if (filters.minWidth !== undefined) unapplied.push('minWidth');
  if (filters.minHeight !== undefined) unapplied.push('minHeight');
  if (filters.editorialOnly === true) unapplied.push('editorialOnly');
  // Clips are horizontal or vertical there.
  if (orientation !== undefined && lists.some((list) => shapeFor(list, orientation) === undefined)) unapplied.push('orientation');
  return unapplied;
};

const searchQueryText = (list: SearchList, query: SearchQuery, page: number): string => {
  const { filters, text } = query;
  const parameters = new URLSearchParams({
    page: String(page),
    page_size: String(query.pageSize),
    sort_order: query.sort === 'NEWEST' ? 'newest' : 'best_match',
    fields: 'id',
  });
  if (text?.trim()) parameters.set('phrase', text);
  const shape = filters.orientation === undefined ? undefined : shapeFor(list, filters.orientation);
  if (shape !== undefined) parameters.set('orientations', shape);
  const styles = (filters.kinds ?? []).flatMap((kind) => STYLES[kind] ?? []);
  if (laneOf(list) === 'image' && styles.length > 0) parameters.set('graphical_styles', styles.join(','));
  // Creative collections hold pictures for editorial use only as well.
  if (filters.editorialOnly === false) parameters.set('exclude_editorial_use_only', 'true');
  return parameters.toString();
};

const LANGUAGES = new Set('cs de en-GB en-US es fi fr hu id it ja ko nl pl pt-BR pt-PT ro ru sv th tr uk vi zh-HK'.split(' '));

/** The vendor's spelling of the nearest language that it has; undefined when there is none. */
export const gettyLanguage = (text: string): string | undefined => {
  try {
    const locale = new Intl.Locale(text.replaceAll('_', '-'));
    const { language, region } = locale.maximize();
    const exact = `${language}-${region}`;
    if (LANGUAGES.has(exact)) return exact;
    return LANGUAGES.has(language) ? language : ({ en: 'en-US', pt: 'pt-PT' } as Record<string, string>)[language];
  } catch {
    return undefined;
  }
};

export interface HistoryWindow {
  /** ISO times with zone. No end: up to now, by the vendor's clock. */
  readonly from: string;
  readonly to: string | null;
  /** Downloads for iStock credits are listed only when asked for by name. */
  readonly productType: string | null;
}

export interface DownloadOrder {
  readonly productType: string;
  readonly productId: string | null;
  readonly notes: string | null;
  readonly projectCode: string | null;
}

export interface GettyImagesClient {
  /** Without a token. An empty list when the vendor knows none of the ids. */
  assets(lane: Lane, ids: readonly string[], call: Call): Promise<WireAssets>;
  /** Without a token. Null: there is no such page. */
  search(list: SearchList, query: SearchQuery, page: number, call: Call): Promise<WireHits | null>;
  products(call: Call): Promise<readonly WireProduct[]>;
  /** The same rows, however odd: what the account has, not what it may buy under. */
  allowances(call: Call): Promise<readonly WireAllowance[]>;
  /** With a token: the assets with nothing but what the account may download them under. */
  productTypes(lane: Lane, ids: readonly string[], call: Call): Promise<WireAssets>;
  /** All of them; null when the vendor does not know the asset. */
  downloadHistory(lane: Lane, id: string, call: Call): Promise<WireDownloads | null>;
  /** Spends. Sent once; the reply as it came. */
  download(lane: Lane, id: string, order: DownloadOrder, call: Call): Promise<HttpReply>;
  /** Null: there is no such page. */
  downloads(window: HistoryWindow, page: number, pageSize: number, call: Call): Promise<WireDownloads | null>;
  /** Sent once; the reply as it came. */
  putUsageBatch(id: string, body: string, call: Call): Promise<HttpReply>;
  changeChannels(call: Call): Promise<HttpReply>;
  /** The unconfirmed set of a channel, the same at every call. */
  takeChangeSet(channelId: string, call: Call): Promise<HttpReply>;
  confirmChangeSet(id: string, call: Call): Promise<HttpReply>;
  /** A picture or a file behind a signed address; no credential goes along. */
  openPublic(endpoint: 'rendition' | 'delivery', address: string, call: Call): Promise<HttpStream>;
}

/** Lets go of a body that nobody will read; what its connection says to that is nobody's business either. */
export const discard = (reply: HttpStream): void => {
  reply.stream.on('error', () => undefined).destroy();
};

/** The vendor's delivery is HTTPS; plain HTTP only where the account's own API is spoken to like that, which is a stand-in. */
export const isFileAddress = (text: string, apiUrl: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && new URL(apiUrl).protocol === protocol);
};

export const createClient = (
  config: GettyImagesConfig,
  deps: { readonly http: SourceHttp; readonly now: () => number },
): GettyImagesClient => {
  const { http, now } = deps;
  const apiUrl = config.apiUrl.replace(/\/+$/, '');
  const authUrl = config.authUrl.replace(/\/+$/, '');
  const language = gettyLanguage(config.language ?? DEFAULT_LANGUAGE) ?? DEFAULT_LANGUAGE;
  const company = config.companyHistory === true ? { company_downloads: 'true' } : {};

  const tokens = createTokenCache(
    'GETTY_IMAGES',
    async (call) => {
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: config.apiKey,
        client_secret: config.apiSecret,
      }).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const reply = await http.send(
        { endpoint: 'token', method: 'POST', url: `${authUrl}/oauth2/token`, headers, body, effect: 'read' },
        call,
      );
      if (reply.status !== 200) throw tokenFaultOf(reply, now());
      const token = tokenReply.safeParse(http.json(reply, 'token'));
      if (!token.success) throw badReply('token');
      const lifeMs = token.data.expires_in * 1000;
      return { value: token.data.access_token, expiresAt: now() + lifeMs - Math.min(LONGEST_TOKEN_MARGIN_MS, lifeMs / 10) };
    },
    now,
  );

  const publicHeaders = { 'api-key': config.apiKey, accept: 'application/json', 'accept-language': language };

  const get = (endpoint: string, path: string, headers: Readonly<Record<string, string>>, call: Call): Promise<HttpReply> =>
    http.send({ endpoint, method: 'GET', url: `${apiUrl}/v3/${path}`, headers, effect: 'read' }, call);

  const getWithToken = (endpoint: string, path: string, call: Call): Promise<HttpReply> =>
    withFreshToken(
      tokens,
      call,
      (token) => get(endpoint, path, { ...publicHeaders, authorization: `Bearer ${token}` }, call),
      refusesToken,
    );

  const sendWithToken = (endpoint: string, method: 'PUT' | 'DELETE', path: string, call: Call): Promise<HttpReply> =>
    withFreshToken(
      tokens,
      call,
      (token) => {
        const headers = { ...publicHeaders, authorization: `Bearer ${token}` };
        return http.send({ endpoint, method, url: `${apiUrl}/v3/${path}`, headers, effect: 'read' }, call);
      },
      refusesToken,
    );

  /** The reply as the reader understands it. */
  const readReply = <T>(endpoint: string, reply: HttpReply, reader: (json: unknown) => T | null): T => {
    if (reply.status !== 200) throw faultOf(reply, now());
    const value = reader(http.json(reply, endpoint));
    if (value === null) throw badReply(endpoint);
    return value;
  };

  const listProducts = (call: Call): Promise<HttpReply> =>
    getWithToken('products', 'products?fields=download_requirements', call);

  const knowsNone = (reply: HttpReply): boolean => reply.status === 404 && /^(Image|Videos?)NotFound$/.test(codeOf(reply) ?? '');
  const hasNoSuchPage = (reply: HttpReply): boolean => reply.status === 400 && codeOf(reply) === 'InvalidPage';

  return {
    assets: async (lane, ids, call) => {
      const endpoint = `${lane}s`;
      const reply = await get(endpoint, `${endpoint}?ids=${ids.join(',')}&fields=${FIELDS[lane]}`, publicHeaders, call);
      if (knowsNone(reply)) return { assets: [], notFound: null };
      return readReply(endpoint, reply, (json) => readAssets(json, lane));
    },

    search: async (list, query, page, call) => {
      const endpoint = `search-${list.replace('/', '-')}`;
      const headers = {
        ...publicHeaders,
        // A phrase is understood in the language that is named here.
        'accept-language': (call.locale === undefined ? undefined : gettyLanguage(call.locale)) ?? language,
        ...(config.countryCode === undefined ? {} : { 'gi-country-code': config.countryCode }),
      };
      const reply = await get(endpoint, `search/${list}?${searchQueryText(list, query, page)}`, headers, call);
      if (hasNoSuchPage(reply)) return null;
      return readReply(endpoint, reply, (json) => readHits(json, laneOf(list)));
    },

    products: async (call) => readReply('products', await listProducts(call), readProducts),
    allowances: async (call) => readReply('products', await listProducts(call), readAllowances),

    productTypes: async (lane, ids, call) => {
      const endpoint = `${lane}s`;
      const reply = await getWithToken(endpoint, `${endpoint}?ids=${ids.join(',')}&fields=product_types`, call);
      if (knowsNone(reply)) return { assets: [], notFound: null };
      return readReply(endpoint, reply, (json) => readAssets(json, lane));
    },

    downloadHistory: async (lane, id, call) => {
      const endpoint = `${lane}-downloadhistory`;
      const query = new URLSearchParams(company).toString();
      const reply = await getWithToken(endpoint, `${lane}s/${id}/downloadhistory${query && `?${query}`}`, call);
      if (knowsNone(reply)) return null;
      const downloads = readReply(endpoint, reply, (json) => readDownloads(json, id));
      // There are no pages: a row that cannot be read, or is announced and missing, may be the one that matters.
      if (downloads.rows.length < Math.max(downloads.rowCount, downloads.total ?? 0)) throw notWhole();
      return downloads;
    },

    download: async (lane, id, order, call) => {
      let token: string;
      try {
        token = await tokens.get(call, call.deadlineAt - now() + SPEND_MARGIN_MS);
      } catch (error) {
        throw withoutEffect(error);
      }
      const query = new URLSearchParams({ auto_download: 'false', product_type: order.productType });
      if (order.productId !== null) query.set('product_id', order.productId);
      const details = {
        ...(order.notes === null ? {} : { download_notes: order.notes }),
        ...(order.projectCode === null ? {} : { project_code: order.projectCode }),
      };
      const reply = await http.spend(
        {
          endpoint: `download-${lane}`,
          method: 'POST',
          url: `${apiUrl}/v3/downloads/${lane}s/${id}?${query}`,
          headers: { ...publicHeaders, authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify(details),
        },
        call,
      );
      // Never sent again from here, but the next one shall not fail for the same token.
      if (refusesToken(reply)) tokens.drop(token);
      return reply;
    },

    downloads: async (window, page, pageSize, call) => {
      const query = new URLSearchParams({
        date_from: window.from,
        ...(window.to === null ? {} : { date_to: window.to }),
        use_time: 'true',
        page: String(page),
        page_size: String(pageSize),
        ...(window.productType === null ? {} : { product_type: window.productType }),
        ...company,
      });
      const reply = await getWithToken('downloads', `downloads?${query}`, call);
      if (hasNoSuchPage(reply)) return null;
      return readReply('downloads', reply, (json) => readDownloads(json, null));
    },

    putUsageBatch: async (id, body, call) => {
      let token: string;
      try {
        token = await tokens.get(call, call.deadlineAt - now() + SPEND_MARGIN_MS);
      } catch (error) {
        throw withoutEffect(error);
      }
      const reply = await http.send(
        {
          endpoint: 'usage-batches',
          method: 'PUT',
          url: `${apiUrl}/v3/usage-batches/${id}`,
          headers: { ...publicHeaders, authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body,
          effect: 'write',
        },
        call,
      );
      if (refusesToken(reply)) tokens.drop(token);
      return reply;
    },

    changeChannels: (call) => getWithToken('change-channels', 'asset-changes/channels', call),
    // Asked again it gives the same set, and what is confirmed stays so: both may be repeated.
    takeChangeSet: (channelId, call) =>
      sendWithToken('change-sets', 'PUT', `asset-changes/change-sets?channel_id=${encodeURIComponent(channelId)}`, call),
    confirmChangeSet: (id, call) =>
      sendWithToken('change-set-confirm', 'DELETE', `asset-changes/change-sets/${encodeURIComponent(id)}`, call),

    openPublic: (endpoint, address, call) =>
      http.open({ endpoint, method: 'GET', url: address, effect: 'read', allows: (url) => isFileAddress(url, apiUrl) }, call),
  };
};
