/** What is known of the rights in an asset: three-valued throughout, because silence is never a permission. */
import type { Instant } from './instant.js';

export type Known = 'YES' | 'NO' | 'UNKNOWN';
export type RightsModel = 'ROYALTY_FREE' | 'RIGHTS_MANAGED' | 'RIGHTS_READY' | 'OWNED' | 'UNKNOWN';
export type TermKind = 'PERPETUAL' | 'FIXED' | 'UNKNOWN';
export type TermsOrigin = 'SOURCE' | 'CONTRACT' | 'POLICY_TABLE' | 'UNKNOWN';

/** `known: false` means that nobody said anything; then both lists are empty. Words as the source spells them, or ISO 3166-1 / WORLD. */
export interface TermList {
  readonly allowed: readonly string[];
  readonly restricted: readonly string[];
  readonly known: boolean;
  /** It is stated that nothing is allowed; an empty `allowed` alone says nothing. Absent, never false: the hash of older terms stays. */
  readonly nothingAllowed?: true;
  /** Of `restricted`, the words that the source restricts, where a contract states the rest: no statement lifts them. Never empty. */
  readonly restrictedBySource?: readonly string[];
}

/** What a reason can rest on, and what can have an origin of its own. */
export const TERM_FIELDS = [
  'model',
  'editorialOnly',
  'exclusive',
  'usages',
  'channels',
  'placements',
  'sizes',
  'territories',
  'industries',
  'languages',
  'term',
  'toBeUsedUntil',
  'limits',
  'attribution',
  'modelReleased',
  'propertyReleased',
  'restrictions',
] as const;
/** `term`: termKind, validFrom, validUntil. `attribution`: whether it is required, and its text. */
export type TermField = (typeof TERM_FIELDS)[number];

/** At most `max` units of `unit` (e.g. `circulation`, `downloads`, `users`) under the license. */
export interface LimitTerm {
  readonly unit: string;
  readonly max: number;
}

/** One set of terms. `validUntil` is exclusive. `restrictions` are the source's own words, unaltered. */
export interface Rights {
  readonly model: RightsModel;
  readonly editorialOnly: Known;
  readonly exclusive: Known;
  readonly usages: TermList;
  readonly channels: TermList;
  readonly placements: TermList;
  readonly sizes: TermList;
  readonly territories: TermList;
  readonly industries: TermList;
  readonly languages: TermList;
  readonly termKind: TermKind;
  readonly validFrom: Instant | null;
  readonly validUntil: Instant | null;
  readonly toBeUsedUntil: Instant | null;
  readonly limits: readonly LimitTerm[];
  readonly attributionRequired: Known;
  readonly attributionText: string | null;
  readonly modelReleased: Known;
  readonly propertyReleased: Known;
  readonly restrictions: readonly string[];
  readonly origin: TermsOrigin;
  readonly originVersion: string | null;
  /** There are no limits but those listed. Absent, never false, like the two below. */
  readonly limitsComplete?: true;
  /** Somebody who stated terms has read the source's own words: they no longer stand in the way, and show as notices. */
  readonly restrictionsRead?: true;
  /** Of fields that come from somewhere else than `origin`. */
  readonly fieldOrigins?: Readonly<Partial<Record<TermField, TermsOrigin>>>;
  /**
   * Where a source states several terms that hold side by side (Smint.io), each of them whole; the fields above are then their
   * union for display and never the basis of a decision. Empty elsewhere.
   */
  readonly parts: readonly RightsPart[];
}

export type RightsPart = Omit<
  Rights,
  | 'parts'
  | 'origin'
  | 'originVersion'
  | 'model'
  | 'modelReleased'
  | 'propertyReleased'
  | 'attributionRequired'
  | 'attributionText'
  | 'fieldOrigins'
> & {
  readonly name: string | null;
};

export const UNKNOWN_LIST: TermList = { allowed: [], restricted: [], known: false };

/** A stated list; two empty ones say nothing. */
export const termList = (allowed: readonly string[], restricted: readonly string[]): TermList =>
  allowed.length + restricted.length === 0 ? UNKNOWN_LIST : { allowed, restricted, known: true };

export const UNKNOWN_RIGHTS: Rights = {
  model: 'UNKNOWN',
  editorialOnly: 'UNKNOWN',
  exclusive: 'UNKNOWN',
  usages: UNKNOWN_LIST,
  channels: UNKNOWN_LIST,
  placements: UNKNOWN_LIST,
  sizes: UNKNOWN_LIST,
  territories: UNKNOWN_LIST,
  industries: UNKNOWN_LIST,
  languages: UNKNOWN_LIST,
  termKind: 'UNKNOWN',
  validFrom: null,
  validUntil: null,
  toBeUsedUntil: null,
  limits: [],
  attributionRequired: 'UNKNOWN',
  attributionText: null,
  modelReleased: 'UNKNOWN',
  propertyReleased: 'UNKNOWN',
  restrictions: [],
  origin: 'UNKNOWN',
  originVersion: null,
  parts: [],
};

/** YES or NO only for a real boolean. */
export const knownOf = (value: unknown): Known => (value === true ? 'YES' : value === false ? 'NO' : 'UNKNOWN');
