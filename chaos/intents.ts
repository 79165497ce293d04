/** What callers want to buy, as they would say it, and what they heard about it. */
import type { SourceName } from './assets.js';

export type Mutation = 'licenseAsset' | 'relicenseAsset' | 'licenseAssets';

export interface Intent {
  readonly mutation: Mutation;
  /** Of `licenseAssets`: that of the whole call; each item has one of its own derived from it. */
  readonly key: string;
  readonly tenant: string;
  readonly source: SourceName;
  readonly externalId: string;
  readonly licenseType: string;
  /** Part of the payload: the same key with the other value is another call. */
  readonly acceptOverage: boolean;
  readonly costCenter: string | null;
  /** Names the fingerprint of a quote that nobody gave, so that nothing may be bought. */
  readonly expectsOtherQuote: boolean;
}

export interface Outcome {
  readonly kind: string;
  readonly replayed: boolean | null;
  readonly operationId: string | null;
  readonly operationState: string | null;
  readonly licenseId: string | null;
  readonly code: string | null;
}

/** One intent that was called for, and its answer; neither outcome nor error: no answer came. */
export interface CallRecord {
  readonly intent: Intent;
  readonly requestId: string;
  readonly slot: string;
  readonly sentAt: number;
  readonly endedAt: number;
  readonly outcome: Outcome | null;
  readonly error: string | null;
}

export const payloadOf = (intent: Intent): string => {
  const { source, externalId, licenseType, acceptOverage, costCenter, expectsOtherQuote } = intent;
  return JSON.stringify([source, externalId, licenseType, acceptOverage, costCenter, expectsOtherQuote]);
};

/** One key of one tenant and mutation: what idempotency is about. */
export const keyOf = ({ tenant, mutation, key, externalId }: Intent): string =>
  `${tenant}/${mutation}/${key}${mutation === 'licenseAssets' ? `/${externalId}` : ''}`;

const LASTING = new Set(['LicenseGranted', 'LicenseAlreadyHeld']);
/** Nothing was bought, and nothing will be by time alone. */
const SETTLED = new Set([
  'IdempotencyConflict',
  'UnsupportedBySource',
  'QuoteChanged',
  'BudgetExceeded',
  'InvalidRequest',
  'OverageConfirmationRequired',
  'CheckoutRequired',
]);
/** Codes of refusals that leave the key free: a later call may go another way. */
const FREEING = new Set(['ABANDONED', 'WAITED']);

export const isSuccess = (outcome: Outcome | null): boolean => outcome !== null && LASTING.has(outcome.kind);

/** Whether asking again under this key would change nothing. */
export const isLastWord = (outcome: Outcome | null): boolean =>
  outcome !== null &&
  (isSuccess(outcome) ||
    SETTLED.has(outcome.kind) ||
    (outcome.kind === 'LicenseRefused' && !FREEING.has(outcome.code ?? '')) ||
    (outcome.kind === 'LicensePending' && outcome.operationState === 'NEEDS_REVIEW'));
