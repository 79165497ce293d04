/** The gateway in front of the service: API key, bearer, product name, rate limit, and the echo of the request id. */

import { randomUUID } from 'node:crypto';
import type { Route, SimReply, SimRequest } from '../kit/types.js';
import type { Profile } from './accounts.js';
import type { Desk } from './desk.js';
import { gatewayError, serviceError } from './replies.js';
import { switchValue } from './switches.js';

export interface Caller {
  readonly profile: Profile;
  readonly authenticated: boolean;
  readonly requestId: string;
}

export type Handler = (request: SimRequest, caller: Caller) => SimReply | Promise<SimReply>;

export interface GuardedRoute {
  readonly endpoint: string;
  readonly method: 'GET' | 'POST';
  readonly pattern: string;
  readonly bearer: 'required' | 'optional';
  handle: Handler;
}

interface Bucket {
  windowStartMs: number;
  used: number;
}

export const createGuard = (desk: Desk): ((route: GuardedRoute) => Route) => {
  const buckets = new Map<string, Bucket>();

  /** Counted for each key: which scope the real limit has is not known. */
  const isTooFast = (clientId: string): boolean => {
    const limit = Number(switchValue(desk.host, 'rate-limit-per-second'));
    if (limit === 0) return false;
    const nowMs = desk.host.now();
    const known = buckets.get(clientId);
    const bucket = known !== undefined && nowMs - known.windowStartMs < 1000 ? known : { windowStartMs: nowMs, used: 0 };
    bucket.used += 1;
    buckets.set(clientId, bucket);
    return bucket.used > limit;
  };

  const admit = (request: SimRequest, route: GuardedRoute, requestId: string): Caller | SimReply => {
    const key = request.headers['x-api-key'];
    if (key === undefined || key === '') return gatewayError(403, '403000', 'Api Key is required');
    const profile = desk.accounts.findByClient(key);
    if (profile === undefined) return gatewayError(403, '403003', 'Api Key is invalid');
    if (isTooFast(key)) {
      const retry = switchValue(desk.host, 'rate-limit-retry-after') === true;
      return gatewayError(429, '429050', 'Too many requests', retry ? { 'retry-after': '1' } : {});
    }
    const bearer = request.headers.authorization;
    if (bearer === undefined && route.bearer === 'required') return gatewayError(401, '401010', 'Oauth token is missing');
    if (bearer !== undefined) {
      // A stale token fails even where none is needed.
      const holder = desk.tokens.findHolder(/^bearer (.+)$/i.exec(bearer)?.[1] ?? '');
      if (holder === undefined) return gatewayError(401, '401013', 'Oauth token is not valid');
      if (holder !== profile) return gatewayError(403, '403003', 'Api Key is invalid');
    }
    if ((request.headers['x-product'] ?? '').trim() === '') {
      return serviceError(400, route.endpoint === 'files' ? '600' : '100', 'Header X-Product is missing or invalid');
    }
    return { profile, authenticated: bearer !== undefined, requestId };
  };

  return (route) => ({
    endpoint: route.endpoint,
    method: route.method,
    pattern: route.pattern,
    handle: async (request) => {
      const requestId = request.headers['x-request-id'] ?? randomUUID();
      const admitted = admit(request, route, requestId);
      const reply = 'profile' in admitted ? await route.handle(request, admitted) : admitted;
      return { ...reply, headers: { ...reply.headers, 'x-request-id': requestId } };
    },
  });
};
