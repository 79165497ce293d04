/** Reports of uses to a source: what they are, their batches, and what a source's answer does to those. Pure; see docs/usage.md. */
import type { AssetSource } from './ids.js';
import type { Instant } from './instant.js';
import type { InputProblem, OperationFailure } from './operation.js';

export const REPORT_STATES = ['OPEN', 'DONE'] as const;
export type ReportState = (typeof REPORT_STATES)[number];

/** PREPARED: nothing can have been booked. SENDING: durable before the first byte leaves. UNKNOWN: sent, and not known whether it was booked. */
export type BatchState = 'PREPARED' | 'SENDING' | 'UNKNOWN' | 'ACCEPTED' | 'REFUSED';

/** States of batches that are to be sent; one found SENDING was left by a process that died. */
export const UNSETTLED: readonly BatchState[] = ['PREPARED', 'SENDING', 'UNKNOWN'];

export interface UsageReport {
  readonly kind: 'UsageReport';
  readonly uuid: string;
  readonly source: AssetSource;
  readonly state: ReportState;
  readonly total: number;
  readonly reported: number;
  readonly refused: number;
  readonly requestedBy: string;
  readonly requestId: string | null;
  readonly requestedAt: Instant;
  readonly completedAt: Instant | null;
  readonly failure: OperationFailure | null;
  /** Batches that were refused without saying for which rows. */
  readonly unlistedRefusals: number;
  /** Turns in a row that ended early. */
  readonly troubles: number;
}

export interface RefusedRow {
  readonly usageUuid: string;
  readonly code: string;
  readonly reason: string;
}

/** A batch with the rows that it always has, in a fixed order. */
export interface UsageBatch {
  readonly uuid: string;
  readonly state: BatchState;
  readonly sentCount: number;
}

export type ReportUsageOutcome =
  | { readonly kind: 'ReportUsagePayload'; readonly report: UsageReport; readonly replayed: boolean }
  | { readonly kind: 'InvalidRequest'; readonly problems: readonly InputProblem[]; readonly message: string }
  | { readonly kind: 'IdempotencyConflict'; readonly message: string }
  | { readonly kind: 'UnsupportedBySource'; readonly source: AssetSource; readonly message: string };

/** Refusals without a list that one report takes apart; a source that refuses everything is not asked for each row alone. */
export const MOST_UNLISTED_REFUSALS = 200;

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 3_600_000;

/** How long after a turn that ended early the next one begins. */
export const pauseAfter = (troubles: number, askedMs: number | null): number =>
  Math.min(LONGEST_PAUSE_MS, Math.max(askedMs ?? 0, FIRST_PAUSE_MS * 2 ** Math.min(troubles, 20)));

export const halvesOf = <T>(rows: readonly T[]): readonly [readonly T[], readonly T[]] => {
  const middle = Math.ceil(rows.length / 2);
  return [rows.slice(0, middle), rows.slice(middle)];
};
