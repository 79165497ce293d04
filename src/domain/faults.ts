/** What is thrown: faults, as against expected outcomes. Each carries one of the closed list of public codes and says what to do. */
import type { AssetSource } from './ids.js';

export const FAULT_CODES = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'SOURCE_UNAVAILABLE',
  'RATE_LIMITED',
  'DEADLINE_EXCEEDED',
  'COST_LIMIT_EXCEEDED',
  'PERSISTED_QUERY_NOT_FOUND',
  'INTERNAL',
] as const;
export type FaultCode = (typeof FAULT_CODES)[number];

/** A fault whose message may be shown to the caller. */
export class Fault extends Error {
  readonly code: FaultCode;
  constructor(code: FaultCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'Fault';
    this.code = code;
  }
}

/**
 * Why a source failed. `timeout`, `network`, `server_error`, `bad_reply` (unreadable, truncated, foreign), `rate_limited`,
 * `unauthorized` (our credential is refused), `forbidden`, `rejected` (the source calls our request wrong), `unsupported`.
 */
export type SourceFaultReason =
  | 'timeout'
  | 'network'
  | 'server_error'
  | 'bad_reply'
  | 'rate_limited'
  | 'unauthorized'
  | 'forbidden'
  | 'rejected'
  | 'unsupported';

const CODE_OF: Readonly<Record<SourceFaultReason, FaultCode>> = {
  timeout: 'DEADLINE_EXCEEDED',
  network: 'SOURCE_UNAVAILABLE',
  server_error: 'SOURCE_UNAVAILABLE',
  bad_reply: 'SOURCE_UNAVAILABLE',
  rate_limited: 'RATE_LIMITED',
  unauthorized: 'SOURCE_UNAVAILABLE',
  forbidden: 'SOURCE_UNAVAILABLE',
  rejected: 'SOURCE_UNAVAILABLE',
  unsupported: 'BAD_USER_INPUT',
};

const RETRYABLE: ReadonlySet<SourceFaultReason> = new Set(['timeout', 'network', 'server_error', 'bad_reply', 'rate_limited']);

/** A source did not do its part. The message names the source and never holds an address, a token or a reply's text. */
export class SourceFault extends Fault {
  readonly source: AssetSource;
  readonly reason: SourceFaultReason;
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
  /**
   * Whether the request can have had an effect at the source. `none` only when no byte left us or the source answered in its own error
   * shape whose contract says so; everything else is `unknown`. Matters for calls that spend or write.
   */
  readonly effect: 'none' | 'unknown';
  /** The source's own error code, when it stated one. */
  readonly sourceCode: string | null;

  constructor(
    source: AssetSource,
    reason: SourceFaultReason,
    message: string,
    details: {
      readonly retryAfterMs?: number | null;
      readonly effect?: 'none' | 'unknown';
      readonly sourceCode?: string | null;
      readonly cause?: unknown;
    } = {},
  ) {
    super(CODE_OF[reason], message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'SourceFault';
    this.source = source;
    this.reason = reason;
    this.retryable = RETRYABLE.has(reason);
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.effect = details.effect ?? 'unknown';
    this.sourceCode = details.sourceCode ?? null;
  }
}
