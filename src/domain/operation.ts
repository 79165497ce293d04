/** A purchase as a state machine: what is known of one intent to spend, at every moment. */
import type { ApprovalState } from './approval.js';
import type { AssetId, AssetSource } from './ids.js';
import type { Instant } from './instant.js';
import type { Allocation, HeldReference } from './license.js';
import type { Money } from './money.js';
import type { LicenseQuote } from './quote.js';
import type { StatedTerms } from './stated-terms.js';

/**
 * RECEIVED: the intent is durable, nothing was sent. SENDING: durable before the first byte leaves. UNKNOWN: sent, and the source's answer
 * does not settle whether it charged. NEEDS_REVIEW: a person must look. CONFIRMED and REJECTED are final.
 */
export type OperationState = 'RECEIVED' | 'SENDING' | 'CONFIRMED' | 'REJECTED' | 'UNKNOWN' | 'NEEDS_REVIEW';
export type OperationKind = 'LICENSE' | 'RELICENSE';

/**
 * How a lost answer is settled. REPEATABLE: the source charges once however often it is asked, so that it may be asked again, one at a time.
 * TAGGED: the history of this account is proven to give our tag back. COUNTED: neither; the history must show exactly one purchase more
 * than before and than we know of. TAGGED and COUNTED are sent once and never again.
 */
export type SpendClass = 'REPEATABLE' | 'TAGGED' | 'COUNTED';

/** Every move that exists; anything else is a defect. */
export const MOVES: Readonly<Record<OperationState, readonly OperationState[]>> = {
  // CONFIRMED straight from RECEIVED: the license is held already and nothing needs to be sent.
  RECEIVED: ['SENDING', 'CONFIRMED', 'REJECTED'],
  SENDING: ['CONFIRMED', 'REJECTED', 'UNKNOWN'],
  // SENDING again: only where asking twice cannot charge twice.
  UNKNOWN: ['CONFIRMED', 'REJECTED', 'NEEDS_REVIEW', 'SENDING'],
  NEEDS_REVIEW: ['CONFIRMED', 'REJECTED'],
  CONFIRMED: [],
  REJECTED: [],
};

const TAG = /^clearance:([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;
/** Names an operation at sources that keep a note of ours. */
export const tagOf = (uuid: string): string => `clearance:${uuid}`;
/** The operation that a tag names; undefined for what is no tag of ours. */
export const taggedOperation = (tag: string | null): string | undefined => TAG.exec(tag ?? '')?.[1];

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
  // Absent, not null, where not given: the hash of a command without them stays what it was before they existed.
  readonly maxPrice?: Money;
  /** Fingerprint of the quote that the caller agreed to. */
  readonly expectedQuote?: string;
  /** Why an asset is licensed again; present in a RELICENSE and nowhere else. */
  readonly reason?: string;
  /** Uuid of the license that the new one follows. */
  readonly supersedes?: string;
  /** Of the contract, to be frozen with the license. */
  readonly terms?: StatedTerms;
  /** Uuid of the approval that it is bought under. */
  readonly approvalUuid?: string;
  /** Where it is meant to be used, as the request says that it fulfils. */
  readonly channels?: readonly string[];
}

/** The answer as stored, so that the same key gives the same answer for good. */
export type StoredOutcome =
  | { readonly kind: 'LicenseGranted' | 'LicenseAlreadyHeld' }
  | { readonly kind: 'LicenseRefused'; readonly code: string; readonly message: string }
  | { readonly kind: 'OverageConfirmationRequired'; readonly price: Money | null; readonly message: string }
  | { readonly kind: 'CheckoutRequired'; readonly url: string | null; readonly message: string }
  | { readonly kind: 'QuoteChanged'; readonly current: LicenseQuote | null; readonly message: string }
  | ApprovalRequired
  | BudgetExceeded
  | { readonly kind: 'InvalidRequest'; readonly problems: readonly InputProblem[]; readonly message: string };

/** A rule asks for an approval, or the one that was given does not stand. Nothing was spent. */
export interface ApprovalRequired {
  readonly kind: 'ApprovalRequired';
  /** Global id. Null: nobody has asked for one of exactly this content. */
  readonly approvalId: string | null;
  readonly state: ApprovalState;
  readonly message: string;
}

/** A budget that covers the purchase has no room for it, or cannot be compared with it. Nothing was spent. */
export interface BudgetExceeded {
  readonly kind: 'BudgetExceeded';
  /** Null: the budget of the whole tenant. */
  readonly costCenter: string | null;
  readonly measure: 'MONEY' | 'UNITS' | 'PURCHASES';
  /** Money where the budget counts money. */
  readonly available: Money | null;
  readonly requested: Money | null;
  readonly availableAmount: string;
  /** Null: not known, and what is not known never fits. */
  readonly requestedAmount: string | null;
  readonly message: string;
}

export interface InputProblem {
  /** Dotted path into the input, e.g. `references.0.key`. */
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** What was known right before the spend; what follows is judged against it. */
export interface Evidence {
  readonly asOf: Instant;
  readonly held: unknown;
  readonly verdict: string;
  readonly message: string | null;
  readonly remaining: number | null;
  readonly units: number | null;
  readonly price: Money | null;
  readonly raw: Readonly<Record<string, unknown>>;
  /**
   * For COUNTED: how many purchases of this asset and type the history showed since a moment, and which operations of the account (uuids, of
   * all its tenants) we knew to have charged since then: of late ones the history may not have shown all.
   */
  readonly counted?: {
    readonly since: Instant;
    readonly seen: number;
    /** Of ours, how many the history did not show. */
    readonly unseen: number;
    readonly ours: readonly string[];
  };
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
  readonly spendClass: SpendClass | null;
  /** Requests that may have spent. */
  readonly sentCount: number;
  readonly baseline: Evidence | null;
  readonly outcome: StoredOutcome | null;
  readonly failure: OperationFailure | null;
  readonly licenseUuid: string | null;
  readonly requestedBy: string;
  readonly requestId: string;
  readonly leaseUntil: Instant | null;
  readonly createdAt: Instant;
  readonly sendingAt: Instant | null;
  readonly settledAt: Instant | null;
  /** When an unclear purchase is looked for next. */
  readonly nextLookAt: Instant | null;
  /** Whether budgets are held for it; null until it is sent, when it may or may not. */
  readonly holdsBudget: boolean | null;
  /** Who closed it, where a person had to. */
  readonly resolvedBy: string | null;
}
