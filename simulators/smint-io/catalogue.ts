/** What kind of transaction the t-th one is: its state, its traps and its place in the feed, before any JSON is built. */
import { PROFILES, type TermProfile } from './term-profiles.js';

export const BASE_COUNT = 300;

const EPOCH = Date.UTC(2025, 0, 1, 8);
/** 300 steps of 53 hours reach to the end of October 2026. */
const STEP_MS = 53 * 3_600_000;
const UPDATE_DELAY_STEPS = 45.5;

export interface Traits {
  readonly t: number;
  readonly uuid: string;
  readonly cartUuid: string;
  /** The transaction whose content this one shows: itself, or the earlier one that it reuses. */
  readonly contentOf: number;
  readonly reusedUuid: string | null;
  readonly profile: TermProfile;
  readonly state: string;
  /** undefined: the field is missing. */
  readonly canBeSynced: boolean | null | undefined;
  readonly isUpdated: boolean;
  readonly binaryCount: number;
  readonly purchasedAt: number;
  readonly updatedAt: number;
}

export const uuidOf = (t: number): string => String(90_001 + t * 3);

/** Reuse happens only among providers without an origin in the shared world, so that the scene of an origin stays true. */
const reusedBy = (t: number): number | null => (t % 30 === 17 ? t - 12 : null);

const isUpdated = (t: number): boolean => t < BASE_COUNT && (t % 17 === 5 || t % 37 === 20);

const ODD_STATES: Readonly<Record<number, string>> = {
  61: 'error',
  62: 'downloading',
  63: 'purchase_phase_1',
  64: 'finalizing',
  66: 'purchase_phase_2',
  286: 'on_legal_hold',
};

const stateOf = (t: number): string =>
  t >= BASE_COUNT ? 'completed' : t % 37 === 20 ? 'cancelled' : (ODD_STATES[t] ?? 'completed');

/** Forty to forty-nine are one page of the official page size on which nothing can be synced. */
const canBeSynced = (t: number, position: number): boolean | null | undefined => {
  if (t >= BASE_COUNT) return true;
  if (position >= 40 && position < 50) return position % 2 === 0 ? false : null;
  if (t % 23 === 9) return false;
  if (t % 41 === 7) return null;
  return t % 41 === 8 ? undefined : true;
};

const binaryCountOf = (t: number): number => (t % 10 !== 3 ? 1 : t % 20 === 13 ? 3 : 2);

const profileOf = (t: number): TermProfile => {
  const profile = PROFILES[(t * 7 + Math.floor(t / PROFILES.length)) % PROFILES.length];
  if (!profile) throw new Error('There is no license profile');
  return profile;
};

/** The base transactions in the order of their last change: changed ones stand later than their purchase. */
export const baseOrder = (): readonly number[] =>
  Array.from({ length: BASE_COUNT }, (_, t) => t).sort((a, b) => feedKey(a) - feedKey(b));

const feedKey = (t: number): number => (isUpdated(t) ? t + UPDATE_DELAY_STEPS : t);

/** Five neighbours share one instant: a reader that pages by time would lose some of them. */
const instantOf = (position: number): number => EPOCH + (position >= 100 && position < 105 ? 100 : position) * STEP_MS;

/** `addedAt` is null for the base transactions; added ones were bought at that instant. */
export const traitsOf = (t: number, position: number, addedAt: number | null): Traits => {
  const reused = t < BASE_COUNT ? reusedBy(t) : null;
  const updatedAt = addedAt ?? instantOf(position);
  return {
    t,
    uuid: uuidOf(t),
    cartUuid: String(40_001 + Math.floor(t / 3)),
    contentOf: reused ?? t,
    reusedUuid: reused === null ? null : uuidOf(reused),
    profile: profileOf(t),
    state: stateOf(t),
    canBeSynced: canBeSynced(t, position),
    isUpdated: isUpdated(t),
    binaryCount: binaryCountOf(t),
    purchasedAt: addedAt ?? Math.min(EPOCH + t * STEP_MS, updatedAt) - 60_000,
    updatedAt,
  };
};
