/** What callers want to buy, as they would say it, and what they heard about it. */
import type { SourceName } from './assets.js';

export interface Intent {
  readonly key: string;
  readonly tenant: string;
  readonly source: SourceName;
  readonly externalId: string;
  readonly licenseType: string;
  /** Part of the payload: the same key with the other value is another call. */
  readonly acceptOverage: boolean;
}

export interface Outcome {
  readonly kind: string;
  readonly replayed: boolean | null;
  readonly operationId: string | null;
  readonly operationState: string | null;
  readonly licenseId: string | null;
  readonly code: string | null;
}

/** One call that was made, and its answer; neither outcome nor error: no answer came. */
export interface CallRecord {
  readonly intent: Intent;
  readonly requestId: string;
  readonly slot: string;
  readonly sentAt: number;
  readonly endedAt: number;
  readonly outcome: Outcome | null;
  readonly error: string | null;
}

export const payloadOf = (intent: Intent): string =>
  JSON.stringify([intent.source, intent.externalId, intent.licenseType, intent.acceptOverage]);

/** One key of one tenant: what idempotency is about. */
export const keyOf = (intent: Pick<Intent, 'tenant' | 'key'>): string => `${intent.tenant}/${intent.key}`;

const LASTING = new Set(['LicenseGranted', 'LicenseAlreadyHeld']);
/** Codes of refusals that leave the key free: a later call may go another way. */
const FREEING = new Set(['ABANDONED', 'WAITED']);

export const isSuccess = (outcome: Outcome | null): boolean => outcome !== null && LASTING.has(outcome.kind);

/** Whether this answer is the last word on its key. */
export const isLastWord = (outcome: Outcome | null): boolean =>
  outcome !== null &&
  (isSuccess(outcome) ||
    outcome.kind === 'IdempotencyConflict' ||
    outcome.kind === 'UnsupportedBySource' ||
    (outcome.kind === 'LicenseRefused' && !FREEING.has(outcome.code ?? '')) ||
    (outcome.kind === 'LicensePending' && outcome.operationState === 'NEEDS_REVIEW'));
