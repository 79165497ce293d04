/** Libraries whose assets need approval: what a tenant set, what is known of an asset there, and the state that follows. Pure. */
import type { AssetId, AssetSource, ConnectionId } from './ids.js';
import type { Instant } from './instant.js';
import type { Role } from './roles.js';

export type LibraryState = 'NOT_REQUIRED' | 'NOT_REQUESTED' | 'PENDING' | 'APPROVED' | 'REJECTED';
export type LibraryVerdict = 'APPROVED' | 'REJECTED';
export type WriteBackState = 'PENDING' | 'AGREED' | 'DRIFTED' | 'SUPERSEDED';

export interface LibraryPolicy {
  readonly source: AssetSource;
  /** NONE: the library needs no approval. */
  readonly approvedBy: 'FIELD' | 'GALLERY' | 'NONE';
  readonly field: string | null;
  /** The first one is written for an approval. */
  readonly approvedValues: readonly string[];
  /** The first one is written for a rejection. */
  readonly rejectedValues: readonly string[];
  readonly galleryId: string | null;
  readonly seenBy: readonly Role[];
  readonly writeBack: boolean;
  readonly setBy: string;
  readonly setAt: Instant;
}

/** What is known of one asset of a library that needs approval. */
export interface LibraryReading {
  readonly assetId: AssetId;
  readonly connectionId: ConnectionId;
  readonly externalId: string;
  readonly policy: LibraryPolicy;
  /** What the library says: the field's value, or the gallery's id while the asset is in it. */
  readonly value: string | null;
  /** When the library was last asked; null: never. */
  readonly readAt: Instant | null;
  readonly decision: {
    readonly verdict: LibraryVerdict;
    /** What the library said at that time. */
    readonly valueThen: string | null;
    readonly writeBack: { readonly state: WriteBackState; readonly agreedAt: Instant | null } | null;
  } | null;
}

/** A reading of the library may have begun this long before it was stored. */
const READING_MS = 60_000;

/** What stands in the library for a verdict. Undefined: the policy names nothing for it. */
export const valueFor = (policy: LibraryPolicy, verdict: LibraryVerdict): string | null | undefined => {
  if (policy.approvedBy === 'GALLERY') return verdict === 'APPROVED' ? policy.galleryId : null;
  return (verdict === 'APPROVED' ? policy.approvedValues : policy.rejectedValues)[0];
};

/** What the library says, in our words. */
export const libraryStateOf = (policy: LibraryPolicy, value: string | null): LibraryState => {
  if (policy.approvedBy === 'NONE') return 'NOT_REQUIRED';
  if (policy.approvedBy === 'GALLERY') return value === policy.galleryId ? 'APPROVED' : 'NOT_REQUESTED';
  if (value === null) return 'NOT_REQUESTED';
  if (policy.approvedValues.includes(value)) return 'APPROVED';
  return policy.rejectedValues.includes(value) ? 'REJECTED' : 'PENDING';
};

const decisionIsNewer = ({ value, readAt, decision }: LibraryReading): boolean => {
  if (decision === null) return false;
  const { writeBack } = decision;
  // Nothing is written: the library's word of that time still stands there.
  if (writeBack === null) return value === decision.valueThen;
  if (writeBack.state === 'PENDING') return true;
  if (writeBack.state !== 'AGREED' || writeBack.agreedAt === null) return false;
  // What was read before both sides agreed says nothing of what stands there now.
  return readAt === null || Date.parse(readAt) <= Date.parse(writeBack.agreedAt) + READING_MS;
};

/** Our own decision where it is newer than what the library says. */
export const stateOf = (reading: LibraryReading): LibraryState =>
  reading.decision !== null && decisionIsNewer(reading)
    ? reading.decision.verdict
    : libraryStateOf(reading.policy, reading.value);

/** Whether the state lets an asset out of the library at all. */
export const releases = (state: LibraryState): boolean => state === 'APPROVED' || state === 'NOT_REQUIRED';

export const isHiddenFrom = (reading: LibraryReading, roles: readonly Role[]): boolean =>
  !releases(stateOf(reading)) && !reading.policy.seenBy.some((role) => roles.includes(role));

/** What one caller may see, within one request. */
export interface Visibility {
  /** Those of the assets that do not exist for this caller. */
  hidden(assetIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Whether anything of this source may be hidden from this caller. */
  restricts(source: AssetSource): Promise<boolean>;
  /** The rows that name no hidden asset. `textsOf`: every text of a row that may hold the id or the number of one. */
  visible<T>(rows: readonly T[], textsOf: (row: T) => readonly (string | null)[]): Promise<readonly T[]>;
}
