/**
 * One exchange with a source, whole: deadline, sizes, what the network does to it, and what is measured of it. Whether it is repeated is not
 * decided here: `send.ts` repeats reads, `spend.ts` repeats nothing.
 */
import { type Dispatcher, request as undiciRequest } from 'undici';
import { SourceFault } from '../../domain/faults.js';
import type { AssetSource } from '../../domain/ids.js';
import type { Call } from '../datasource.js';

export interface HttpRequest {
  /** Short name of the endpoint for logs and metrics; addresses are never logged. */
  readonly endpoint: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpReply {
  readonly status: number;
  /** Lower-case names; of repeated headers the first. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
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

export interface ExchangeOptions {
  readonly source: AssetSource;
  readonly label: string;
  readonly now: () => number;
  readonly observe: (exchange: Exchange) => void;
}

export const MAX_BODY_BYTES = 32 * 1024 * 1024;
export const CONNECT_MS = 5_000;
/** Faults of the connection attempt itself: no byte of the request left us. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

export const flatHeaders = (headers: Dispatcher.ResponseData['headers']): Record<string, string> => {
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

const timeoutFault = ({ source, label }: ExchangeOptions, effect: 'none' | 'unknown') =>
  new SourceFault(source, 'timeout', `${label} did not answer in time.`, { effect });

/** What the network did, as a fault. Effect `none` only when no byte of the request can have left. */
export const networkFault = (options: ExchangeOptions, error: unknown, timedOut: boolean): SourceFault => {
  const { source, label } = options;
  if (error instanceof SourceFault) return error;
  if (timedOut) return timeoutFault(options, 'unknown');
  const code = (error as { code?: string }).code ?? '';
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE')
    return new SourceFault(source, 'bad_reply', `${label} sent more than an answer can hold.`);
  const effect = NEVER_SENT.has(code) ? 'none' : 'unknown';
  return new SourceFault(source, 'network', `${label} could not be reached or broke off.`, { effect, sourceCode: code || null });
};

/** The timer covers connect, headers and body, so that a dripping body ends as well. Redirects come back as they are. */
export const exchange = async (
  options: ExchangeOptions,
  dispatcher: Dispatcher,
  request: HttpRequest,
  call: Call,
  attempt: number,
): Promise<HttpReply> => {
  const startedAt = performance.now();
  const leftMs = call.deadlineAt - options.now();
  if (leftMs <= 0) throw timeoutFault(options, 'none');
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
      dispatcher,
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
    throw networkFault(options, error, timedOut);
  } finally {
    clearTimeout(timer);
    options.observe({
      source: options.source,
      endpoint: request.endpoint,
      status,
      tookMs: performance.now() - startedAt,
      attempt,
      requestId: call.requestId,
    });
  }
};
