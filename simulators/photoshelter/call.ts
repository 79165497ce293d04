/** What stands in front of every handler: API key first, then the rate, then the token, then the work; refusals become answers. */

import type { Route, SimReply, SimRequest } from '../kit/types.js';
import { badApiKey, denied, Refusal, tooMany, v3Refusal, v4Refusal } from './refusal.js';
import { isStaff, type Session } from './sessions.js';
import type { Setting } from './setting.js';

export const V4 = '/psapi/v4.0';
export const V3 = '/psapi/v3';

/** One request past the guards. */
export interface Call {
  readonly request: SimRequest;
  readonly setting: Setting;
  readonly apiKey: string;
  readonly session: Session | undefined;
  /** The token entered the organization: library staff, who see all. */
  readonly staff: boolean;
  param(name: string): string;
  /** A query parameter; empty counts as absent. */
  query(name: string): string | undefined;
}

export type Handler = (call: Call) => SimReply | Promise<SimReply>;

export const metaOf = (setting: Setting, apiKey: string, more: object = {}): object => ({
  copyright: `PhotoShelter ${new Date(setting.host.now()).getUTCFullYear()}`,
  version: '2019-05-01',
  rate_limit: setting.rate.state(apiKey),
  ...more,
});

const apiKeyOf = (request: SimRequest): string => request.headers['x-ps-api-key'] ?? request.query.get('api_key') ?? '';

const tokenOf = (request: SimRequest): { readonly token: string; readonly bearer: boolean } | undefined => {
  const header = request.headers['x-ps-auth-token'] ?? request.query.get('auth_token');
  if (header !== undefined && header !== null && header !== '') return { token: header, bearer: false };
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return { token: bearer, bearer: true };
  const cookie = /(?:^|;\s*)ps_session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
  return cookie === undefined ? undefined : { token: cookie, bearer: false };
};

const sessionOf = (setting: Setting, request: SimRequest, login: boolean): Session | undefined => {
  const given = login ? undefined : tokenOf(request);
  if (given === undefined) return undefined;
  const session = setting.sessions.find(given.token);
  if (session !== undefined) return session;
  if (given.bearer) {
    throw new Refusal(
      setting.number('oauth-expired-status'),
      'OAuthServerException',
      'The access token is invalid or has expired',
    );
  }
  if (setting.is('stale-token-on-public', 'anonymous')) return undefined;
  throw denied('Session');
};

/** Sign-in itself looks at the key and not at a token that may be dead. */
const openCall = (setting: Setting, request: SimRequest, login: boolean): Call => {
  const apiKey = apiKeyOf(request);
  if (apiKey !== setting.apiKey) throw badApiKey();
  const rate = setting.rate.hit(apiKey);
  if (rate.current > rate.limit) throw tooMany(rate.expires);
  const session = sessionOf(setting, request, login);
  return {
    request,
    setting,
    apiKey,
    session,
    staff: isStaff(session),
    param: (name) => request.params[name] ?? '',
    query: (name) => request.query.get(name) || undefined,
  };
};

interface RouteOptions {
  readonly login?: boolean;
}

type Maker = (
  setting: Setting,
  endpoint: string,
  method: Route['method'],
  path: string,
  handle: Handler,
  options?: RouteOptions,
) => readonly Route[];

const guarded =
  (setting: Setting, login: boolean, handle: Handler, refuse: (refusal: Refusal, request: SimRequest) => SimReply) =>
  async (request: SimRequest): Promise<SimReply> => {
    try {
      return await handle(openCall(setting, request, login));
    } catch (error) {
      if (error instanceof Refusal) return refuse(error, request);
      throw error;
    }
  };

/** A v4 route under its kebab-case path, and under the snake_case alias when that differs. */
export const v4: Maker = (setting, endpoint, method, path, handle, options = {}) => {
  const refuse = (refusal: Refusal, request: SimRequest): SimReply =>
    v4Refusal(setting, refusal, metaOf(setting, apiKeyOf(request)));
  const run = guarded(setting, options.login ?? false, handle, refuse);
  const paths = new Set([path, path.replaceAll('-', '_')]);
  return [...paths].map((one) => ({ endpoint: `v4-${endpoint}`, method, pattern: `${V4}${one}`, handle: run }));
};

/** A v3 route; member calls live under /mem as well. */
export const v3: Maker = (setting, endpoint, method, path, handle, options = {}) => {
  const run = guarded(setting, options.login ?? false, handle, (refusal) => v3Refusal(setting, refusal));
  return [{ endpoint: `v3-${endpoint}`, method, pattern: `${V3}${path}`, handle: run }];
};
