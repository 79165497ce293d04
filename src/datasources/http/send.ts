/**
 * Where requests to sources leave the process: deadline, concurrency, retries, sizes and the mapping of what the network does to faults live
 * here, in `exchange.ts` and in `spend.ts`, and nowhere else.
 */
import type { Readable } from 'node:stream';
import { Agent, request as undiciRequest } from 'undici';
import { SourceFault } from '../../domain/faults.js';
import type { AssetSource } from '../../domain/ids.js';
import type { Call } from '../datasource.js';
import {
  CONNECT_MS,
  type ExchangeOptions,
  exchange,
  flatHeaders,
  type HttpReply,
  type HttpRequest,
  MAX_BODY_BYTES,
  networkFault,
  retryAfterMs,
} from './exchange.js';
import { parseJson } from './json.js';
import type { Limits } from './limits.js';
import { createSpendClient } from './spend.js';

export { type Exchange, type HttpReply, retryAfterMs } from './exchange.js';

export interface ReadRequest extends HttpRequest {
  /** `read` may be repeated, `write` is sent once. What spends has a client of its own. */
  readonly effect: 'read' | 'write';
  /** For `open`: addresses that a redirect may lead to. Absent: any of the web. */
  readonly allows?: (url: string) => boolean;
}

export interface HttpStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The caller must read or destroy it. */
  readonly stream: Readable;
}

export interface SourceHttp {
  readonly source: AssetSource;
  /** Any status that is left after the retry rule comes back as a reply; only silence and nonsense are thrown, as SourceFault. */
  send(request: ReadRequest, call: Call): Promise<HttpReply>;
  /** Spends: see `spend.ts`. Any status comes back as a reply. */
  spend(request: HttpRequest, call: Call): Promise<HttpReply>;
  /** Follows up to three redirects without forwarding credentials; not retried. */
  open(request: ReadRequest, call: Call): Promise<HttpStream>;
  /** The reply's body as JSON; a body that is none is a `bad_reply`. */
  json(reply: HttpReply, endpoint: string): unknown;
  close(): Promise<void>;
}

export interface SourceHttpOptions extends ExchangeOptions {
  readonly limits: Limits;
  /** For files: delivery networks are no part of an API's courtesy limit. Absent: the same limits. */
  readonly fileLimits?: Limits;
}

const MAX_ATTEMPTS = 3;
/** Retries are a share of the traffic, so that a source in trouble is not asked three times as often. */
const RETRY_SHARE = 0.1;
const RETRY_RESERVE = 10;
const RETRYABLE_STATUS = new Set([429, 500, 502, 503, 504]);
export const createSourceHttp = (options: SourceHttpOptions): SourceHttp => {
  const { source, label, limits, now, observe } = options;
  const readAgent = new Agent({
    connections: 64,
    maxResponseSize: MAX_BODY_BYTES,
    pipelining: 1,
    keepAliveTimeout: 30_000,
    connect: { timeout: CONNECT_MS },
  });
  /** Files go to disk or through, never into memory: they may be as long as they are. */
  const fileAgent = new Agent({ connections: 64, pipelining: 1, keepAliveTimeout: 30_000, connect: { timeout: CONNECT_MS } });
  const spending = createSpendClient(options);
  let retryTokens = RETRY_RESERVE;

  /** The retry rule, in order: only reads, only while attempts, share and time are left, only where another try can help. */
  const retryDelayMs = (request: ReadRequest, call: Call, attempt: number, outcome: HttpReply | SourceFault): number | null => {
    if (request.effect !== 'read' || attempt >= MAX_ATTEMPTS) return null;
    const isReply = !(outcome instanceof SourceFault);
    if (isReply && !RETRYABLE_STATUS.has(outcome.status)) return null;
    if (!isReply && (!outcome.retryable || outcome.reason === 'timeout')) return null;
    if (retryTokens < 1) return null;
    const asked = isReply ? retryAfterMs(outcome.headers['retry-after'], now()) : null;
    const backoff = Math.random() * 200 * 2 ** (attempt - 1);
    const delay = asked === null ? backoff : asked + Math.random() * 50;
    if (now() + delay >= call.deadlineAt) return null;
    retryTokens -= 1;
    return delay;
  };

  const send = async (request: ReadRequest, call: Call): Promise<HttpReply> => {
    retryTokens = Math.min(RETRY_RESERVE, retryTokens + RETRY_SHARE);
    for (let attempt = 1; ; attempt += 1) {
      let outcome: HttpReply | SourceFault;
      try {
        outcome = await limits.run(call, () => exchange(options, readAgent, request, call, attempt));
      } catch (error) {
        outcome = networkFault(options, error, false);
      }
      if (!(outcome instanceof SourceFault) && outcome.status === 429) {
        const asked = retryAfterMs(outcome.headers['retry-after'], now());
        if (asked !== null) limits.pauseUntil(now() + asked);
      }
      const delay = retryDelayMs(request, call, attempt, outcome);
      if (delay !== null) {
        await new Promise((resolve) => setTimeout(resolve, delay));
        continue;
      }
      if (outcome instanceof SourceFault) throw outcome;
      return outcome;
    }
  };

  const open = async (request: ReadRequest, call: Call): Promise<HttpStream> => {
    const startedAt = performance.now();
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), Math.max(0, call.deadlineAt - now()));
    let url = request.url;
    let headers = request.headers ?? {};
    let status: number | null = null;
    try {
      for (let hop = 0; hop <= 3; hop += 1) {
        const reply = await (options.fileLimits ?? limits).run(call, () =>
          undiciRequest(url, {
            method: request.method,
            headers,
            dispatcher: fileAgent,
            signal: abort.signal,
            headersTimeout: 0,
            bodyTimeout: 30_000,
          }),
        );
        status = reply.statusCode;
        const replyHeaders = flatHeaders(reply.headers);
        const location = replyHeaders.location;
        if (status < 300 || status >= 400 || location === undefined) return { status, headers: replyHeaders, stream: reply.body };
        await reply.body.dump();
        url = new URL(location, url).toString();
        if (request.allows && !request.allows(url))
          throw new SourceFault(source, 'bad_reply', `${label} sends us to an address that its files may not come from.`);
        headers = {};
      }
      throw new SourceFault(source, 'bad_reply', `${label} redirects without end.`);
    } catch (error) {
      throw networkFault(options, error, abort.signal.aborted);
    } finally {
      clearTimeout(timer);
      observe({
        source,
        endpoint: request.endpoint,
        status,
        tookMs: performance.now() - startedAt,
        attempt: 1,
        requestId: call.requestId,
      });
    }
  };

  return {
    source,
    send,
    spend: spending.spend,
    open,
    json: (reply, endpoint) => {
      try {
        return parseJson(reply.text);
      } catch {
        throw new SourceFault(source, 'bad_reply', `${label} gave an answer to ${endpoint} that is not JSON.`);
      }
    },
    close: async () => {
      await Promise.all([readAgent.close(), fileAgent.close()]);
    },
  };
};
