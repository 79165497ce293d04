/**
 * The client that spends: one request, one connection of its own, one answer. No retry, no pipelining, no kept connection, no redirect
 * followed, no cache. What comes back is the source's answer as it came; anything else is a doubt, or certainly nothing.
 */
import { Agent } from 'undici';
import type { Call } from '../datasource.js';
import {
  CONNECT_MS,
  type ExchangeOptions,
  exchange,
  type HttpReply,
  type HttpRequest,
  MAX_BODY_BYTES,
  retryAfterMs,
} from './exchange.js';
import type { Limits } from './limits.js';

export interface SpendClient {
  /** Sends once. Throws SourceFault: effect `none` when no byte can have left us, else `unknown`. */
  spend(request: HttpRequest, call: Call): Promise<HttpReply>;
  close(): Promise<void>;
}

export const createSpendClient = (options: ExchangeOptions & { readonly limits: Limits }): SpendClient => {
  // Pipelining 0: a fresh connection per request, so that a half-closed kept connection can never leave a purchase in doubt.
  const agent = new Agent({
    connections: 64,
    pipelining: 0,
    maxResponseSize: MAX_BODY_BYTES,
    connect: { timeout: CONNECT_MS },
  });
  return {
    spend: async (request, call) => {
      const reply = await options.limits.run(call, () => exchange(options, agent, request, call, 1));
      const pauseMs = reply.status === 429 ? retryAfterMs(reply.headers['retry-after'], options.now()) : null;
      if (pauseMs !== null) options.limits.pauseUntil(options.now() + pauseMs);
      return reply;
    },
    close: () => agent.close(),
  };
};
