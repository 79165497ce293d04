/** PhotoShelter's endpoints, one function each, with the key, the session and the courtesy that each of them needs. */
import pLimit from 'p-limit';
import type { Instant } from '../../domain/instant.js';
import type { Call, SearchQuery } from '../datasource.js';
import type { HttpReply, HttpStream, SourceHttp } from '../http/send.js';
import { createTokenCache, withFreshToken } from '../http/token-cache.js';
import { badReply, errorOf, faultOf, notEntered, refusesSession, signInFaultOf } from './faults.js';
import type { CustomFieldNames } from './map.js';
import {
  loginReply,
  organizationReply,
  readChanges,
  readHits,
  readMedia,
  type WireChanges,
  type WireHits,
  type WireMedia,
} from './wire.js';

export interface PhotoShelterConfig {
  /** With `/psapi/v4.0`. */
  readonly apiUrl: string;
  /** With `/psapi/v3`. */
  readonly v3Url: string;
  /** Without `/img-get2`. */
  readonly previewUrl: string;
  readonly apiKey: string;
  readonly email: string;
  readonly password: string;
  readonly organizationId: string;
  /** Requests of this account under way at once; default 4, what working clients of this API use. */
  readonly concurrency?: number;
  /** Media in one page of a poll, default 500; smaller ones are tried where the source refuses it. */
  readonly pollPageSize?: number;
  /** After how many hours a poll reads the whole library again, for changes that did not move the modification time. Default 24. */
  readonly fullPollHours?: number;
  /** How long a session is used before we sign in anew; the source states no lifetime. Default 30. */
  readonly sessionMinutes?: number;
  /** Names of the organization's metadata fields that speak of rights; each has a default. */
  readonly customFields?: Partial<CustomFieldNames>;
  /** Words of the usage and license type fields that mean editorial use only; the whole word, whatever its case. */
  readonly editorialWords?: readonly string[];
  /** Where a change of metadata puts its fields: as names and values of the address, of a form, or as JSON:API. Default `query`. */
  readonly patchBody?: 'query' | 'flat' | 'json-api';
  /** Whether the account's preview images carry a watermark. Default false. */
  readonly previewsWatermarked?: boolean;
}

const DEFAULT_CONCURRENCY = 4;
const DEFAULT_SESSION_MINUTES = 30;
/** How long a refusal of one medium is believed without signing in again to make sure. */
const DENIED_MS = 60_000;
const MOST_DENIED = 10_000;
const FORM = 'application/x-www-form-urlencoded';

const MEDIA_TYPES: Readonly<Partial<Record<string, string>>> = {
  PHOTO: 'image',
  VIDEO: 'video',
  AUDIO: 'audio',
  DOCUMENT: 'doc',
};
export const isSearchableKind = (kind: string): boolean => MEDIA_TYPES[kind] !== undefined;

/** Where a poll is: `[from, to]` by modification time, from the very first when `from` is null. */
export interface PollWindow {
  readonly from: Instant | null;
  readonly to: Instant;
  readonly page: number;
  readonly size: number;
}

/** `fields` as the vendor's own front end names them. Two IPTC fields may name the stock asset that a medium is a copy of; the others tell that it has changed. */
const EXTEND = JSON.stringify({
  License: { fields: '*' },
  CustomMetadata: { fields: '*' },
  Iptc: { fields: '*' },
});

/** `2026-02-01 10:30:00 GMT`. */
const dateParameter = (instant: Instant): string => `${instant.slice(0, 10)} ${instant.slice(11, 19)} GMT`;

const searchQueryText = (query: SearchQuery, organizationId: string, page: number, perPage: number): string => {
  const { text, filters, sort } = query;
  const parameters = new URLSearchParams({ org_id: organizationId, page: String(page), per_page: String(perPage) });
  const terms = text?.trim() ?? '';
  if (terms !== '') parameters.set('terms', terms);
  const types = (filters.kinds ?? []).flatMap((kind) => MEDIA_TYPES[kind] ?? []);
  if (types.length > 0) parameters.set('media_type', [...new Set(types)].join(','));
  if (filters.orientation !== undefined) parameters.set('orientation', filters.orientation.toLowerCase());
  // Without words nothing is more relevant than anything else, and only an order by time keeps pages apart.
  const byTime = sort === 'NEWEST' || terms === '';
  parameters.set('sort_by', byTime ? 'upload_time' : 'relevance');
  if (byTime) parameters.set('sort_dir', 'desc');
  return parameters.toString();
};

const pollQueryText = ({ from, to, page, size }: PollWindow, organizationId: string): string => {
  const parameters = new URLSearchParams({ org_id: organizationId, modify_end: dateParameter(to) });
  if (from !== null) parameters.set('modify_start', dateParameter(from));
  // The time of upload never changes, so media keep their places while others leave.
  parameters.set('sort_by', 'upload_time');
  parameters.set('sort_dir', 'asc');
  parameters.set('page', String(page));
  parameters.set('per_page', String(size));
  parameters.set('extend', EXTEND);
  return parameters.toString();
};

export interface PhotoShelterClient {
  /** How often we have signed in so far. A refusal that a later session met is about the medium, not about the session. */
  signIns(): number;
  /** Null when there is no such medium. One sign-in at most for all reads that state the same `signIns`. */
  media(id: string, signIns: number, call: Call): Promise<WireMedia | null>;
  search(query: SearchQuery, page: number, perPage: number, call: Call): Promise<WireHits>;
  /** Makes sure of the session: with a dead one, lists may silently shrink to what everybody may see. */
  checkSession(call: Call): Promise<void>;
  /** Media changed within a window, with their license end and custom metadata: v3, because v4 has them one by one at best. */
  changes(window: PollWindow, call: Call): Promise<WireChanges>;
  /** A preview, for everybody. */
  openPublic(address: string, call: Call): Promise<HttpStream>;
  openOriginal(id: string, call: Call): Promise<HttpStream>;
  /** The reply of v4 to a read with our session, as it came. */
  get(endpoint: string, path: string, call: Call): Promise<HttpReply>;
  /** The reply to something that changes the library, sent once; only a session that is refused is renewed, and nothing has happened then. */
  write(request: WriteRequest, call: Call): Promise<HttpReply>;
}

export interface WriteRequest {
  readonly endpoint: string;
  readonly method: 'PATCH' | 'POST' | 'DELETE';
  /** Below the address of v4. */
  readonly path: string;
  readonly contentType?: string;
  readonly body?: string;
}

/** Lets go of a body that nobody will read; what its connection says to that is nobody's business either. */
export const discard = (reply: HttpStream): void => {
  reply.stream.on('error', () => undefined).destroy();
};

export const createClient = (
  config: PhotoShelterConfig,
  deps: { readonly http: SourceHttp; readonly now: () => number },
): PhotoShelterClient => {
  const { http, now } = deps;
  const { apiKey, organizationId } = config;
  const apiUrl = config.apiUrl.replace(/\/+$/, '');
  const v3Url = config.v3Url.replace(/\/+$/, '');
  const sessionMs = (config.sessionMinutes ?? DEFAULT_SESSION_MINUTES) * 60_000;
  const slots = pLimit(Math.max(1, config.concurrency ?? DEFAULT_CONCURRENCY));
  /** Media that a fresh session was refused, and until when that is believed. */
  const denied = new Map<string, number>();
  let signIns = 0;
  let newest = '';

  const headersFor = (token: string | null): Record<string, string> => ({
    'x-ps-api-key': apiKey,
    accept: 'application/json',
    ...(token === null ? {} : { 'x-ps-auth-token': token }),
  });

  const post = (endpoint: string, path: string, fields: Record<string, string>, token: string | null, call: Call) =>
    http.send(
      {
        endpoint,
        method: 'POST',
        url: `${apiUrl}/${path}`,
        headers: { ...headersFor(token), 'content-type': FORM },
        body: new URLSearchParams(fields).toString(),
        // Signing in changes nothing but our own session, so it may be repeated.
        effect: 'read',
      },
      call,
    );

  const tokens = createTokenCache(
    'PHOTOSHELTER',
    async (call) => {
      const { email, password } = config;
      const login = await post('authenticate', 'authenticate', { email, password, mode: 'token' }, null, call);
      if (login.status !== 200 || errorOf(login) !== null) throw signInFaultOf(login, now());
      const parsed = loginReply.safeParse(http.json(login, 'authenticate'));
      if (!parsed.success) throw badReply('authenticate');
      const { token } = parsed.data;
      // Until it has entered the organization, a session is that of a private person, who sees none of the library.
      const entry = await post('organization', 'organization/authenticate', { org_id: organizationId }, token, call);
      if (entry.status !== 200 || errorOf(entry) !== null) throw signInFaultOf(entry, now());
      const entered = organizationReply.safeParse(http.json(entry, 'organization'));
      if (!entered.success) throw badReply('organization');
      if ((entered.data.meta?.status ?? 'OK').toUpperCase() !== 'OK') throw notEntered();
      signIns += 1;
      newest = token;
      return { value: token, expiresAt: now() + sessionMs };
    },
    now,
  );

  /**
   * A read with our session, in its turn. A 401 says that the session has ended or that we may not see this: the first is found out by
   * one new session, which all who wait share; a session that is newer than the question has nothing more to find out.
   */
  const withSession = <T>(
    call: Call,
    signInsBefore: number,
    attempt: (token: string) => Promise<T>,
    refused: (reply: T) => boolean,
  ): Promise<T> =>
    slots(() => {
      let used = '';
      const isNewer = (): boolean => used === newest && signIns > signInsBefore;
      return withFreshToken(
        tokens,
        call,
        (token) => {
          used = token;
          return attempt(token);
        },
        (reply) => refused(reply) && !isNewer(),
      );
    });

  const read = (endpoint: string, url: string, call: Call, signInsBefore = signIns, refused = refusesSession) =>
    withSession(
      call,
      signInsBefore,
      (token) => http.send({ endpoint, method: 'GET', url, headers: headersFor(token), effect: 'read' }, call),
      refused,
    );

  const parsed = <T>(endpoint: string, reply: HttpReply, parse: (json: unknown) => T | null): T => {
    if (reply.status !== 200 || errorOf(reply) !== null) throw faultOf(reply, now());
    const value = parse(http.json(reply, endpoint));
    if (value === null) throw badReply(endpoint);
    return value;
  };

  const isDenied = (id: string): boolean => {
    const until = denied.get(id);
    if (until === undefined) return false;
    if (until > now()) return true;
    denied.delete(id);
    return false;
  };

  return {
    signIns: () => signIns,

    media: async (id, signInsBefore, call) => {
      const url = `${apiUrl}/media/${encodeURIComponent(id)}?include=iptc`;
      const refused = (reply: HttpReply): boolean => refusesSession(reply) && !isDenied(id);
      const reply = await read('media', url, call, signInsBefore, refused);
      // The body of this one need not be JSON.
      if (reply.status === 404) return null;
      if (reply.status === 401) {
        if (denied.size >= MOST_DENIED) denied.clear();
        denied.set(id, now() + DENIED_MS);
      }
      const media = parsed('media', reply, readMedia);
      if (media.id !== id) throw badReply('media');
      return media;
    },

    search: async (query, page, perPage, call) => {
      const url = `${apiUrl}/media?${searchQueryText(query, organizationId, page, perPage)}`;
      return parsed('search', await read('search', url, call), readHits);
    },

    checkSession: async (call) => {
      const reply = await read('session', `${apiUrl}/user/session`, call);
      if (reply.status !== 200) throw faultOf(reply, now());
    },

    changes: async (window, call) => {
      const url = `${v3Url}/media/search?${pollQueryText(window, organizationId)}`;
      return parsed('changes', await read('changes', url, call), readChanges);
    },

    get: (endpoint, path, call) => read(endpoint, `${apiUrl}/${path}`, call),

    write: ({ endpoint, method, path, contentType, body }, call) =>
      withSession(
        call,
        signIns,
        (token) => {
          const headers = { ...headersFor(token), ...(contentType !== undefined && { 'content-type': contentType }) };
          const sent = body === undefined ? {} : { body };
          return http.send({ endpoint, method, url: `${apiUrl}/${path}`, headers, ...sent, effect: 'write' }, call);
        },
        (reply) => reply.status === 401,
      ),

    openPublic: (address, call) => http.open({ endpoint: 'preview', method: 'GET', url: address, effect: 'read' }, call),

    openOriginal: (id, call) => {
      const url = `${apiUrl}/media/${encodeURIComponent(id)}/download?download_filetype=original`;
      return withSession(
        call,
        signIns,
        async (token) => {
          const headers = { ...headersFor(token), accept: '*/*' };
          const reply = await http.open({ endpoint: 'download', method: 'GET', url, headers, effect: 'read' }, call);
          if (reply.status === 401) discard(reply);
          return reply;
        },
        (reply) => reply.status === 401,
      );
    },
  };
};
