/** Purchases that only one side knows of, and the readings that found them, as callers see them. */
import type { AssetId, AssetSource } from './ids.js';
import type { Instant } from './instant.js';
import type { InputProblem } from './operation.js';

export type IncidentKind = 'UNMATCHED_UPSTREAM' | 'UNMATCHED_LOCAL';

/** What the source's row said. */
export interface UpstreamPurchase {
  readonly licenseType: string;
  readonly licensedAt: Instant | null;
  readonly licensedAtText: string | null;
  readonly sourceReference: string | null;
  readonly firstSeenAt: Instant;
  readonly licenseUuid: string | null;
  readonly raw: unknown;
}

export interface Incident {
  readonly kind: 'Incident';
  readonly uuid: string;
  readonly incidentKind: IncidentKind;
  readonly source: AssetSource;
  readonly assetId: AssetId;
  readonly openedAt: Instant;
  readonly closedAt: Instant | null;
  readonly closedBy: string | null;
  readonly note: string | null;
  /** Of UNMATCHED_LOCAL. */
  readonly operationUuid: string | null;
  /** Of UNMATCHED_UPSTREAM. */
  readonly purchase: UpstreamPurchase | null;
}

/** The last reading of a connection's history. `completedAt` before `startedAt`: it is under way, or failed. */
export interface HistoryImport {
  readonly source: AssetSource;
  /** Null: it was never read. */
  readonly startedAt: Instant | null;
  /** When one that missed nothing last ended. */
  readonly completedAt: Instant | null;
  readonly rowsRead: number | null;
  /** Licenses made from it. */
  readonly imported: number | null;
  readonly failure: string | null;
}

/** The largest lag that was measured at a source. */
export interface HistoryLag {
  readonly source: AssetSource;
  readonly samples: number;
  readonly atLeastMs: number;
  /** Null where a purchase did not appear within the horizon. */
  readonly atMostMs: number | null;
  readonly horizonSeconds: number;
  readonly withinHorizon: boolean;
}

/** Where both books stand. */
export interface Reconciliation {
  readonly asOf: Instant;
  readonly openUnknown: number;
  readonly needsReview: number;
  readonly oldestUnknown: Instant | null;
  readonly imports: readonly HistoryImport[];
  readonly historyLag: readonly HistoryLag[];
}

interface Invalid {
  readonly kind: 'InvalidRequest';
  readonly problems: readonly InputProblem[];
  readonly message: string;
}

export type ImportLicenseHistoryOutcome =
  | { readonly kind: 'ImportLicenseHistoryPayload'; readonly import: HistoryImport; readonly finished: boolean }
  | { readonly kind: 'UnsupportedBySource'; readonly source: AssetSource; readonly message: string }
  | Invalid;

export type CloseIncidentOutcome = { readonly kind: 'CloseIncidentPayload'; readonly incident: Incident } | Invalid;
