/** What every /v3 call passes first: rate limit, API key, bearer token, known parameters. */
import type { Route, SimHost, SimReply, SimRequest } from '../kit/types.js';
import { challenge, edgeError, Refusal, serviceError } from './replies.js';
import type { Tokens } from './tokens.js';

export interface Call {
  readonly request: SimRequest;
  readonly query: URLSearchParams;
  /** Whether a valid bearer token came along. */
  readonly hasToken: boolean;
  /** Whether that token stands for a user. */
  readonly hasUser: boolean;
}

interface GuardedRoute {
  readonly endpoint: string;
  readonly method: Route['method'];
  readonly pattern: string;
  readonly token: 'required' | 'optional';
  /** Names of the query parameters that the operation knows. */
  readonly parameters: readonly string[];
  readonly handle: (call: Call) => SimReply | Promise<SimReply>;
}

export type Guard = (route: GuardedRoute) => Route;

/** Counts requests within each second of the simulated clock. */
export const createRateLimit = (host: SimHost): (() => SimReply | null) => {
  let second = 0;
  let count = 0;
  return () => {
    const limit = Number(host.switches.get('max-qps'));
    if (limit === 0) return null;
    const now = Math.floor(host.now() / 1000);
    if (now !== second) {
      second = now;
      count = 0;
    }
    count += 1;
    if (count <= limit) return null;
    return edgeError(429, 'Too Many Requests', { 'x-error-detail': 'Account Over Queries Per Second Limit' });
  };
};

const tokenOf = (request: SimRequest): string | null => /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;

export const missingToken = (): SimReply =>
  serviceError(401, 'AuthorizationTokenRequired', 'This needs an access token.', challenge('The access token is missing'));

export const createGuard = (host: SimHost, key: string, tokens: Tokens, overLimit: () => SimReply | null): Guard => {
  const badToken = (): SimReply =>
    host.switches.get('bad-token-reply') === 'edge'
      ? edgeError(401, 'Unauthorized', challenge('The access token is not valid'))
      : serviceError(
          401,
          'AuthorizationTokenRequired',
          'The access token is not valid.',
          challenge('The access token is not valid'),
        );

  const check = (route: GuardedRoute, request: SimRequest): SimReply | Call => {
    const limited = overLimit();
    if (limited !== null) return limited;
    if (request.headers['api-key'] !== key) return edgeError(401, 'Unauthorized');
    if (host.switches.get('key-state') === 'disabled') {
      return edgeError(403, 'Forbidden', { 'x-amzn-errortype': 'ForbiddenException' });
    }
    const token = tokenOf(request);
    if (token === null && route.token === 'required') return missingToken();
    const state = token === null ? null : tokens.check(token);
    if (state !== null && state.kind !== 'valid') return badToken();
    if (host.switches.get('unknown-parameters') === 'refuse') {
      for (const name of request.query.keys()) {
        if (!route.parameters.includes(name)) {
          return serviceError(400, 'InvalidParameterValue', `Parameter ${name} is not known to this operation.`);
        }
      }
    }
    return { request, query: request.query, hasToken: state !== null, hasUser: state?.user ?? false };
  };

  return (route) => ({
    endpoint: route.endpoint,
    method: route.method,
    pattern: route.pattern,
    handle: async (request) => {
      const call = check(route, request);
      if ('status' in call) return call;
      try {
        return await route.handle(call);
      } catch (error) {
        if (error instanceof Refusal) return error.reply;
        throw error;
      }
    },
  });
};
