/** A request for licenses: who asks for which pictures, what was seen of them then, and what became of each. */
import type { AssetId, AssetSource } from './ids.js';
import type { Instant } from './instant.js';
import type { Allocation, HeldReference } from './license.js';
import type { LicenseCommand, OperationFailure } from './operation.js';
import type { LicenseQuote } from './quote.js';
import type { Known } from './rights.js';
import type { Role } from './roles.js';

/** Who may ask; the same may save selections. */
export const REQUESTERS: readonly Role[] = ['requester', 'licensor', 'admin'];
/** Requests name people and prices. */
export const REQUEST_READERS: readonly Role[] = ['requester', 'approver', 'licensor', 'auditor', 'admin'];
/** Who may speak about a request. */
export const COMMENTERS: readonly Role[] = ['requester', 'approver', 'licensor', 'admin'];

/** CLOSED is seen, not stored: every item has ended. */
export type StoredRequestState = 'DRAFT' | 'SUBMITTED' | 'WITHDRAWN';
export type RequestState = StoredRequestState | 'CLOSED';

export interface NewRequest {
  readonly title: string;
  readonly brief: string | null;
  readonly allocation: Allocation;
  /** Where the pictures are meant to be used; empty: not stated. */
  readonly channels: readonly string[];
  readonly dueAt: Instant | null;
}

export interface LicenseRequest extends NewRequest {
  readonly kind: 'LicenseRequest';
  readonly uuid: string;
  readonly state: RequestState;
  /** RULE: opened because somebody saved an asset that needs review. */
  readonly origin: 'PERSON' | 'RULE';
  readonly requestedBy: string;
  readonly createdAt: Instant;
  readonly submittedAt: Instant | null;
  readonly withdrawnAt: Instant | null;
}

/**
 * READY: needs no approval. VOID and EXPIRED: look again and submit again. ORDERED: its purchase is under way or in doubt. FAILED: the source
 * refused; it may be tried again.
 */
export const ITEM_STATES = [
  'CANDIDATE',
  'READY',
  'PENDING',
  'APPROVED',
  'REJECTED',
  'EXPIRED',
  'VOID',
  'ORDERED',
  'BOUGHT',
  'FAILED',
  'WITHDRAWN',
] as const;
export type ItemState = (typeof ITEM_STATES)[number];
export const ENDED: readonly ItemState[] = ['BOUGHT', 'REJECTED', 'WITHDRAWN'];
/** States in which an item can still be taken back or looked at again. */
export const OPEN_ITEM: readonly ItemState[] = ['CANDIDATE', 'READY', 'PENDING', 'APPROVED', 'EXPIRED', 'VOID', 'FAILED'];

/** What was seen when it was looked at last: the requester, the approver and the buyer mean the same. */
export interface FrozenCandidate {
  readonly source: AssetSource;
  readonly quote: LicenseQuote;
  readonly title: string | null;
  readonly creditLine: string | null;
  readonly previewRoles: readonly string[];
  readonly editorial: Known;
  readonly termsHash: string;
  /** Of the quote. */
  readonly fingerprint: string;
  readonly frozenAt: Instant;
}

export interface Candidate {
  readonly assetId: AssetId;
  readonly licenseType: string;
  readonly again: boolean;
  /** Why it is licensed again. */
  readonly reason: string | null;
  readonly references: readonly HeldReference[];
  readonly frozen: FrozenCandidate;
}

export interface RequestItem extends Candidate {
  readonly kind: 'RequestItem';
  readonly uuid: string;
  readonly requestUuid: string;
  readonly state: ItemState;
  readonly approvalUuid: string | null;
  readonly operationUuid: string | null;
  readonly licenseUuid: string | null;
  readonly failure: OperationFailure | null;
  /** Purchases that ended without a license. */
  readonly tries: number;
  readonly addedBy: string;
  readonly addedAt: Instant;
}

export interface RequestComment {
  readonly uuid: string;
  readonly requestUuid: string;
  readonly itemUuid: string | null;
  readonly author: string;
  readonly text: string;
  readonly writtenAt: Instant;
}

/** A saved list of assets. */
export interface Selection {
  readonly kind: 'Selection';
  readonly uuid: string;
  readonly name: string;
  readonly assetIds: readonly AssetId[];
  /** The request that a rule put assets of it into. */
  readonly requestUuid: string | null;
  /** Assets of which it could not be told whether a rule wants to see them. */
  readonly unreviewed: readonly { readonly assetId: AssetId; readonly why: string }[];
  readonly savedBy: string;
  readonly savedAt: Instant;
}

/** One order of a fulfilment: what is bought, under which key. */
export interface PlannedOrder {
  readonly itemUuid: string;
  readonly key: string;
  readonly command: LicenseCommand;
}
