/** Adobe Stock's endpoints, one function each, with the headers, the token and the detours that each of them needs. */
import type { Call, LicenseReference, SearchQuery } from '../datasource.js';
import type { HttpReply, HttpStream, SourceHttp } from '../http/send.js';
import { createTokenCache, withFreshToken } from '../http/token-cache.js';
import { badReply, errorOf, faultOf, isJson, notObtainable, refusesToken, tokenFaultOf, withoutEffect } from './faults.js';
import { searchQueryText } from './search.js';
import {
  balanceReply,
  contentsReply,
  profileReply,
  readFiles,
  readHistory,
  tokenReply,
  type WireContents,
  type WireEntitlement,
  type WireFiles,
  type WireHistory,
  type WireProfile,
} from './wire.js';

export interface AdobeStockConfig {
  /** Without `/Rest`. */
  readonly apiUrl: string;
  /** Without `/ims`. */
  readonly imsUrl: string;
  /** Host of downloads, for addresses that name none. Default: Adobe's for Adobe's API host, else `apiUrl`. */
  readonly downloadUrl?: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** `X-Product`: free text, by convention `Name/1.0`. */
  readonly product: string;
  /** Comma separated, as the developer console shows it for the credential. */
  readonly scope?: string;
  /** 1 to 110, default 100. */
  readonly idsPerCall?: number;
  /** Used when a call names no locale; default `en_US`. */
  readonly officeLocale?: string;
  /** Zone in which purchase dates are written (IANA name). Adobe states none; default `UTC`. */
  readonly purchaseTimeZone?: string;
  /** Whether the account has Adobe's alternative licenses (`Internal_Use`, `Digital_Use`, `Social_Media`). Default false. */
  readonly alternativeLicenses?: boolean;
  /** Whose purchases the history lists: those of the credential's product profile (default), or of the whole organisation. */
  readonly historyScope?: 'profile' | 'organization';
}

const DEFAULT_SCOPE =
  'sao.cce_private,creative_cloud,sao.stock,openid,read_pc.stock,AdobeID,cc_private,creative_sdk,read_pc.stock_credits,additional_info.roles,read_organizations';
const DEFAULT_LOCALE = 'en_US';
const VENDOR_API_HOST = 'stock.adobe.io';
const VENDOR_DOWNLOAD_URL = 'https://stock.adobe.com';
/** Adobe's own samples of `expires_in` are seconds, ten times too many, and milliseconds: no token lives longer than a day. */
const LONGEST_TOKEN_MS = 86_400_000;
/** A day's token is renewed after 23 hours, a shorter one after nine tenths of its life. */
const LONGEST_TOKEN_MARGIN_MS = 3_600_000;
/** How much longer than the deadline a token must live to be sent along with a purchase. */
const SPEND_MARGIN_MS = 30_000;
const HISTORY_LOCALE = 'en_US';

const COLUMNS = [
  'id title creator_id creator_name media_type_id content_type vector_type width height duration premium_level_id',
  'has_releases is_gentech is_licensed keywords description details_url comps licenses',
  'thumbnail_240_url thumbnail_240_width thumbnail_240_height thumbnail_500_url thumbnail_500_width thumbnail_500_height',
  'thumbnail_1000_url thumbnail_1000_width thumbnail_1000_height',
  'video_preview_url video_preview_width video_preview_height video_preview_content_type',
]
  .join(' ')
  .split(' ');

const columnQuery = (columns: readonly string[]): string => columns.map((name) => `result_columns%5B%5D=${name}`).join('&');

/**
 * Two columns are real but undocumented, so that an account may be refused them (code 603). What is given up first is the date:
 * without `is_editorial` the rights of every asset become unknown.
 */
const COLUMN_QUERIES = [['is_editorial', 'creation_date'], ['is_editorial'], ['creation_date'], []].map((optional) =>
  columnQuery([...COLUMNS, ...optional]),
);
/** Files names a bad column by 603; for Search no code is documented, so its two codes for bad parameters count as well. */
const FILES_COLUMN_CODES = new Set(['603']);
const SEARCH_COLUMN_CODES = new Set(['603', '20', '100']);

/** Adobe's form is `xx_YY`; its list writes the United Kingdom as UK. Undefined when the text is no locale. */
export const adobeLocale = (text: string): string | undefined => {
  try {
    const locale = new Intl.Locale(text.replaceAll('_', '-'));
    const region = locale.region ?? locale.maximize().region;
    if (region === undefined || locale.language.length !== 2) return undefined;
    return `${locale.language}_${region === 'GB' ? 'UK' : region}`;
  } catch {
    return undefined;
  }
};

export interface Order {
  readonly id: string;
  readonly licenseType: string;
  readonly references: readonly LicenseReference[];
  /** Pays for a further license of what is held. */
  readonly again: boolean;
}

export interface AdobeStockClient {
  files(ids: readonly string[], call: Call): Promise<WireFiles>;
  search(query: SearchQuery, offset: number, call: Call): Promise<WireFiles>;
  contentInfo(id: string, license: string, call: Call): Promise<WireContents>;
  /** Whether the caller's words and the office's are the same. */
  isOfficeLanguage(call: Call): boolean;
  memberProfile(id: string, license: string, call: Call): Promise<WireProfile>;
  /** What the account has at all; null when it has nothing. */
  memberBalance(call: Call): Promise<WireEntitlement | null>;
  /** Spends. Sent once; the reply as it came. */
  contentLicense(order: Order, call: Call): Promise<HttpReply>;
  /** Newest first. */
  licenseHistory(offset: number, limit: number, call: Call): Promise<WireHistory>;
  /** A file for everybody, such as a thumbnail. */
  openPublic(address: string, call: Call): Promise<HttpStream>;
  /** A file that needs our token: in its address, because a header breaks such downloads. */
  openWithToken(address: string, call: Call, parameters?: Readonly<Record<string, string>>): Promise<HttpStream>;
}

/** Lets go of a body that nobody will read; what its connection says to that is nobody's business either. */
export const discard = (reply: HttpStream): void => {
  reply.stream.on('error', () => undefined).destroy();
};

export const createClient = (
  config: AdobeStockConfig,
  deps: { readonly http: SourceHttp; readonly now: () => number },
): AdobeStockClient => {
  const { http, now } = deps;
  const apiUrl = config.apiUrl.replace(/\/+$/, '');
  const imsUrl = config.imsUrl.replace(/\/+$/, '');
  const downloadUrl = config.downloadUrl ?? (new URL(apiUrl).hostname === VENDOR_API_HOST ? VENDOR_DOWNLOAD_URL : apiUrl);
  /** Our token is sent nowhere else, whatever address a reply names. */
  const tokenOrigins = new Set([new URL(apiUrl).origin, new URL(downloadUrl).origin]);
  const officeLocale = adobeLocale(config.officeLocale ?? DEFAULT_LOCALE) ?? DEFAULT_LOCALE;
  /** What this account has been refused; forgotten with the process. */
  const refusedLocales = new Set<string>();
  let columnSet = 0;

  const tokens = createTokenCache(
    'ADOBE_STOCK',
    async (call) => {
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: config.clientId,
        client_secret: config.clientSecret,
        scope: config.scope ?? DEFAULT_SCOPE,
      }).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const reply = await http.send(
        { endpoint: 'ims-token', method: 'POST', url: `${imsUrl}/ims/token/v3`, headers, body, effect: 'read' },
        call,
      );
      if (reply.status !== 200) throw tokenFaultOf(reply, now());
      const token = tokenReply.safeParse(http.json(reply, 'ims-token'));
      if (!token.success) throw badReply('ims-token');
      const lifeMs = Math.min(token.data.expires_in * 1000, LONGEST_TOKEN_MS);
      return { value: token.data.access_token, expiresAt: now() + lifeMs - Math.min(LONGEST_TOKEN_MARGIN_MS, lifeMs / 10) };
    },
    now,
  );

  const headersFor = (token: string, call: Call): Record<string, string> => ({
    authorization: `Bearer ${token}`,
    'x-api-key': config.clientId,
    'x-product': config.product,
    'x-request-id': call.requestId,
    accept: 'application/json',
  });

  const localeOf = (call: Call): string => {
    const wanted = call.locale === undefined ? officeLocale : (adobeLocale(call.locale) ?? officeLocale);
    return refusedLocales.has(wanted) ? DEFAULT_LOCALE : wanted;
  };

  /** A read with our token. A locale that Adobe does not know costs one more request, once, and then gives the default texts. */
  const read = async (endpoint: string, call: Call, pathFor: (locale: string) => string): Promise<HttpReply> => {
    const send = (locale: string): Promise<HttpReply> =>
      withFreshToken(
        tokens,
        call,
        (token) =>
          http.send(
            {
              endpoint,
              method: 'GET',
              url: `${apiUrl}/Rest/${pathFor(locale)}`,
              headers: headersFor(token, call),
              effect: 'read',
            },
            call,
          ),
        refusesToken,
      );
    const locale = localeOf(call);
    const reply = await send(locale);
    if (locale === DEFAULT_LOCALE || errorOf(reply)?.code !== '602') return reply;
    refusedLocales.add(locale);
    return send(DEFAULT_LOCALE);
  };

  const readFilesReply = (endpoint: string, reply: HttpReply): WireFiles => {
    if (reply.status !== 200) throw faultOf(reply, now());
    const files = readFiles(http.json(reply, endpoint));
    if (files === null) throw badReply(endpoint);
    return files;
  };

  /** Asks with the columns that this account accepts, and finds them out when it refuses some. */
  const readAssets = async (
    endpoint: string,
    call: Call,
    columnCodes: ReadonlySet<string>,
    pathFor: (locale: string) => string,
  ): Promise<WireFiles> => {
    for (let attempt = columnSet; ; attempt += 1) {
      const reply = await read(endpoint, call, (locale) => `${pathFor(locale)}&${COLUMN_QUERIES[attempt]}`);
      if (reply.status === 200) columnSet = Math.max(columnSet, attempt);
      else if (attempt + 1 < COLUMN_QUERIES.length && columnCodes.has(errorOf(reply)?.code ?? '')) continue;
      return readFilesReply(endpoint, reply);
    }
  };

  const licenseQuery = (id: string, license: string, locale: string): string =>
    new URLSearchParams({ content_id: id, license, locale }).toString();

  const openAddress = async (endpoint: string, url: string, call: Call): Promise<HttpStream> =>
    http.open({ endpoint, method: 'GET', url, effect: 'read' }, call);

  return {
    files: (ids, call) =>
      readAssets('files', call, FILES_COLUMN_CODES, (locale) => `Media/1/Files?ids=${ids.join(',')}&locale=${locale}`),

    search: (query, offset, call) => {
      const parameters = searchQueryText(query, offset);
      return readAssets('search', call, SEARCH_COLUMN_CODES, (locale) => `Media/1/Search/Files?locale=${locale}&${parameters}`);
    },

    contentInfo: async (id, license, call) => {
      const reply = await read('content-info', call, (locale) => `Libraries/1/Content/Info?${licenseQuery(id, license, locale)}`);
      if (reply.status !== 200) throw faultOf(reply, now());
      const parsed = contentsReply.safeParse(http.json(reply, 'content-info'));
      if (!parsed.success) throw badReply('content-info');
      return parsed.data;
    },

    isOfficeLanguage: (call) => localeOf(call) === officeLocale,

    memberProfile: async (id, license, call) => {
      const reply = await read(
        'member-profile',
        call,
        (locale) => `Libraries/1/Member/Profile?${licenseQuery(id, license, locale)}`,
      );
      if (reply.status !== 200) throw faultOf(reply, now());
      const parsed = profileReply.safeParse(http.json(reply, 'member-profile'));
      if (!parsed.success) throw badReply('member-profile');
      return parsed.data;
    },

    memberBalance: async (call) => {
      const reply = await read('member-profile', call, (locale) => `Libraries/1/Member/Profile?locale=${locale}`);
      if (reply.status !== 200) throw faultOf(reply, now());
      const parsed = balanceReply.safeParse(http.json(reply, 'member-profile'));
      if (!parsed.success) throw badReply('member-profile');
      return parsed.data.available_entitlement;
    },

    contentLicense: async ({ id, licenseType, references, again }, call) => {
      let token: string;
      try {
        token = await tokens.get(call, call.deadlineAt - now() + SPEND_MARGIN_MS);
      } catch (error) {
        throw withoutEffect(error);
      }
      const locale = localeOf(call);
      const url = `${apiUrl}/Rest/Libraries/1/Content/License?${licenseQuery(id, licenseType, locale)}&license_again=${again ? 'true' : 'false'}`;
      const headers = headersFor(token, call);
      const agency = references.map(({ key, value }) => ({ id: key, value }));
      const reply = await http.spend(
        references.length === 0
          ? { endpoint: 'content-license', method: 'GET', url, headers }
          : {
              endpoint: 'content-license',
              method: 'POST',
              url,
              headers: { ...headers, 'content-type': 'application/json' },
              body: JSON.stringify({ cce_agency: agency }),
            },
        call,
      );
      // Never sent again from here, but the next one shall not fail for the same token.
      if (refusesToken(reply)) tokens.drop(token);
      if (errorOf(reply)?.code === '602') refusedLocales.add(locale);
      return reply;
    },

    licenseHistory: async (offset, limit, call) => {
      const scope = config.historyScope === 'organization' ? '&all=true' : '';
      const window = `search_parameters%5Blimit%5D=${limit}&search_parameters%5Boffset%5D=${offset}`;
      // The locale also decides how dates are written: always the one that can be read back.
      const path = `Libraries/1/Member/LicenseHistory?locale=${HISTORY_LOCALE}&${window}${scope}`;
      const reply = await read('license-history', call, () => path);
      if (reply.status !== 200) throw faultOf(reply, now());
      const history = readHistory(http.json(reply, 'license-history'));
      if (history === null) throw badReply('license-history');
      return history;
    },

    openPublic: (address, call) => openAddress('rendition', address, call),

    openWithToken: async (address, call, parameters = {}) => {
      // The parser's own error would show the address.
      if (!URL.canParse(address, downloadUrl)) throw badReply('download');
      const url = new URL(address, downloadUrl);
      if (!tokenOrigins.has(url.origin))
        throw notObtainable('names a download host that this connection does not know; set its download host.');
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return withFreshToken(
        tokens,
        call,
        async (token) => {
          url.searchParams.set('token', token);
          const reply = await openAddress('download', url.toString(), call);
          if (reply.status === 401) discard(reply);
          return reply;
        },
        (reply) => reply.status === 401,
      );
    },
  };
};

/** Whether an answer to a purchase may be believed at all. */
export const isOwnAnswer = (reply: HttpReply): boolean => reply.status === 200 && isJson(reply);
