/**
 * The client that spends: one request, one connection of its own, one answer. No retry, no pipelining, no kept connection, no redirect
 * followed, no cache. What comes back is the source's answer as it came; anything else is a doubt, or certainly nothing.
 */
import { Client } from 'undici';
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
}

export const createSpendClient = (options: ExchangeOptions & { readonly limits: Limits }): SpendClient => {
  /** A client for each request: a pool would open the next connection by itself when this one breaks, with the request still at hand. */
  const sendOnce = async (request: HttpRequest, call: Call): Promise<HttpReply> => {
    const client = new Client(new URL(request.url).origin, {
      pipelining: 0,
      maxResponseSize: MAX_BODY_BYTES,
      connect: { timeout: CONNECT_MS },
    });
    try {
      return await exchange(options, client, request, call, 1);
    } finally {
      client.destroy().catch(() => undefined);
    }
  };
  return {
    spend: async (request, call) => {
      const reply = await options.limits.run(call, () => sendOnce(request, call));
      const pauseMs = reply.status === 429 ? retryAfterMs(reply.headers['retry-after'], options.now()) : null;
      if (pauseMs !== null) options.limits.pauseUntil(options.now() + pauseMs);
      return reply;
    },
  };
};
