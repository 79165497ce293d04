/** A purchase as a state machine: what is known of one intent to spend, at every moment. */
import type { AssetId, AssetSource } from './ids.js';
import type { Instant } from './instant.js';
import type { Allocation, HeldReference } from './license.js';
import type { Money } from './money.js';

/**
 * RECEIVED: the intent is durable, nothing was sent. SENDING: durable before the first byte leaves. UNKNOWN: sent, and the source's answer
 * does not settle whether it charged. NEEDS_REVIEW: a person must look. CONFIRMED and REJECTED are final.
 */
export type OperationState = 'RECEIVED' | 'SENDING' | 'CONFIRMED' | 'REJECTED' | 'UNKNOWN' | 'NEEDS_REVIEW';
export type OperationKind = 'LICENSE' | 'RELICENSE';

/** Every move that exists; anything else is a defect. */
export const MOVES: Readonly<Record<OperationState, readonly OperationState[]>> = {
  // CONFIRMED straight from RECEIVED: the license is held already and nothing needs to be sent.
  RECEIVED: ['SENDING', 'CONFIRMED', 'REJECTED'],
  SENDING: ['CONFIRMED', 'REJECTED', 'UNKNOWN'],
  UNKNOWN: ['CONFIRMED', 'REJECTED', 'NEEDS_REVIEW'],
  NEEDS_REVIEW: ['CONFIRMED', 'REJECTED'],
  CONFIRMED: [],
  REJECTED: [],
};

export interface OperationFailure {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
}

/** What the caller asked for; kept with the operation and compared by hash when its key comes again. */
export interface LicenseCommand {
  readonly assetId: AssetId;
  readonly licenseType: string | null;
  readonly references: readonly HeldReference[];
  readonly allocation: Allocation;
  readonly acceptOverage: boolean;
}

/** The answer as stored, so that the same key gives the same answer for good. */
export type StoredOutcome =
  | { readonly kind: 'LicenseGranted' | 'LicenseAlreadyHeld' }
  | { readonly kind: 'LicenseRefused'; readonly code: string; readonly message: string }
  | { readonly kind: 'OverageConfirmationRequired'; readonly price: Money | null; readonly message: string }
  | { readonly kind: 'CheckoutRequired'; readonly url: string | null; readonly message: string }
  | { readonly kind: 'InvalidRequest'; readonly problems: readonly InputProblem[]; readonly message: string };

export interface InputProblem {
  /** Dotted path into the input, e.g. `references.0.key`. */
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

export interface Operation {
  readonly kind: 'LicenseOperation';
  readonly uuid: string;
  readonly operationKind: OperationKind;
  readonly state: OperationState;
  readonly idempotencyKey: string;
  readonly source: AssetSource;
  readonly assetId: AssetId;
  readonly licenseType: string;
  readonly account: string;
  /** The asset as the account knows it: the same for all tenants that share the account. */
  readonly accountAsset: string;
  readonly command: LicenseCommand;
  readonly baseline: Readonly<Record<string, unknown>> | null;
  readonly outcome: StoredOutcome | null;
  readonly failure: OperationFailure | null;
  readonly licenseUuid: string | null;
  readonly requestedBy: string;
  readonly requestId: string;
  readonly leaseUntil: Instant | null;
  readonly createdAt: Instant;
  readonly sendingAt: Instant | null;
  readonly settledAt: Instant | null;
}
