/**
 * The one place where requests to sources leave the process: deadline, concurrency, retries, sizes and the mapping of what the network
 * does to faults live here and nowhere else. A request that spends is sent once, on a connection of its own.
 */
import type { Readable } from 'node:stream';
import { Agent, type Dispatcher, request as undiciRequest } from 'undici';
import { SourceFault } from '../../domain/faults.js';
import type { AssetSource } from '../../domain/ids.js';
import type { Call } from '../datasource.js';
import { parseJson } from './json.js';
import type { Limits } from './limits.js';

export interface HttpRequest {
  /** Short name of the endpoint for logs and metrics; addresses are never logged. */
  readonly endpoint: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** `read` may be repeated; `spend` and `write` are sent once. */
  readonly effect: 'read' | 'write' | 'spend';
}

export interface HttpReply {
  readonly status: number;
  /** Lower-case names; of repeated headers the first. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface HttpStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The caller must read or destroy it. */
  readonly stream: Readable;
}

export interface Exchange {
  readonly source: AssetSource;
  readonly endpoint: string;
  /** Null when no answer came. */
  readonly status: number | null;
  readonly tookMs: number;
  readonly attempt: number;
  readonly requestId: string;
}

export interface SourceHttp {
  readonly source: AssetSource;
  /** Any status that is left after the retry rule comes back as a reply; only silence and nonsense are thrown, as SourceFault. */
  send(request: HttpRequest, call: Call): Promise<HttpReply>;
  /** Follows up to three redirects without forwarding credentials; not retried. */
  open(request: HttpRequest, call: Call): Promise<HttpStream>;
  /** The reply's body as JSON; a body that is none is a `bad_reply`. */
  json(reply: HttpReply, endpoint: string): unknown;
  close(): Promise<void>;
}

export interface SourceHttpOptions {
  readonly source: AssetSource;
  readonly label: string;
  readonly limits: Limits;
  /** For files: delivery networks are no part of an API's courtesy limit. Absent: the same limits. */
  readonly fileLimits?: Limits;
  readonly now: () => number;
  readonly observe: (exchange: Exchange) => void;
}

const MAX_ATTEMPTS = 3;
const MAX_BODY_BYTES = 32 * 1024 * 1024;
/** Retries are a share of the traffic, so that a source in trouble is not asked three times as often. */
const RETRY_SHARE = 0.1;
const RETRY_RESERVE = 10;
const RETRYABLE_STATUS = new Set([429, 500, 502, 503, 504]);
/** Faults of the connection attempt itself: no byte of the request left us. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

const flatHeaders = (headers: Dispatcher.ResponseData['headers']): Record<string, string> => {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) flat[name.toLowerCase()] = first;
  }
  return flat;
};

/** Seconds or a date; null when absent or unreadable. */
export const retryAfterMs = (value: string | undefined, now: number): number | null => {
  if (value === undefined) return null;
  if (/^\s*\d{1,9}\s*$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
};

export const createSourceHttp = (options: SourceHttpOptions): SourceHttp => {
  const { source, label, limits, now, observe } = options;
  const readAgent = new Agent({
    connections: 64,
    maxResponseSize: MAX_BODY_BYTES,
    pipelining: 1,
    keepAliveTimeout: 30_000,
    connect: { timeout: 5_000 },
  });
  // Pipelining 0: a fresh connection per request, so that a half-closed kept connection can never leave a spend in doubt.
  const onceAgent = new Agent({
    connections: 32,
    maxResponseSize: MAX_BODY_BYTES,
    pipelining: 0,
    connect: { timeout: 5_000 },
  });
  let retryTokens = RETRY_RESERVE;

  const timeoutFault = (effect: 'none' | 'unknown') =>
    new SourceFault(source, 'timeout', `${label} did not answer in time.`, { effect });

  const faultOf = (error: unknown, timedOut: boolean): SourceFault => {
    if (error instanceof SourceFault) return error;
    if (timedOut) return timeoutFault('unknown');
    const code = (error as { code?: string }).code ?? '';
    if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE')
      return new SourceFault(source, 'bad_reply', `${label} sent more than an answer can hold.`);
    const effect = NEVER_SENT.has(code) ? 'none' : 'unknown';
    return new SourceFault(source, 'network', `${label} could not be reached or broke off.`, {
      effect,
      sourceCode: code || null,
    });
  };

  /** One exchange, whole; the timer covers connect, headers and body, so that a dripping body ends as well. */
  const once = async (request: HttpRequest, call: Call, attempt: number): Promise<HttpReply> => {
    const startedAt = performance.now();
    const leftMs = call.deadlineAt - now();
    if (leftMs <= 0) throw timeoutFault('none');
    const abort = new AbortController();
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      abort.abort();
    }, leftMs);
    let status: number | null = null;
    try {
      const reply = await undiciRequest(request.url, {
        method: request.method,
        headers: request.headers ?? {},
        body: request.body ?? null,
        dispatcher: request.effect === 'read' ? readAgent : onceAgent,
        signal: abort.signal,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      status = reply.statusCode;
      const headers = flatHeaders(reply.headers);
      // Longer than allowed, or shorter than announced: undici throws.
      const text = await reply.body.text();
      return { status, headers, text };
    } catch (error) {
      status = null;
      throw faultOf(error, timedOut);
    } finally {
      clearTimeout(timer);
      observe({
        source,
        endpoint: request.endpoint,
        status,
        tookMs: performance.now() - startedAt,
        attempt,
        requestId: call.requestId,
      });
    }
  };

  /** The retry rule, in order: only reads, only while attempts, share and time are left, only where another try can help. */
  const retryDelayMs = (request: HttpRequest, call: Call, attempt: number, outcome: HttpReply | SourceFault): number | null => {
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

  const send = async (request: HttpRequest, call: Call): Promise<HttpReply> => {
    retryTokens = Math.min(RETRY_RESERVE, retryTokens + RETRY_SHARE);
    for (let attempt = 1; ; attempt += 1) {
      let outcome: HttpReply | SourceFault;
      try {
        outcome = await limits.run(call, () => once(request, call, attempt));
      } catch (error) {
        outcome = faultOf(error, false);
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

  const open = async (request: HttpRequest, call: Call): Promise<HttpStream> => {
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
            dispatcher: readAgent,
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
        headers = {};
      }
      throw new SourceFault(source, 'bad_reply', `${label} redirects without end.`);
    } catch (error) {
      throw faultOf(error, abort.signal.aborted);
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
    open,
    json: (reply, endpoint) => {
      try {
        return parseJson(reply.text);
      } catch {
        throw new SourceFault(source, 'bad_reply', `${label} gave an answer to ${endpoint} that is not JSON.`);
      }
    },
    close: async () => {
      await Promise.all([readAgent.close(), onceAgent.close()]);
    },
  };
};
