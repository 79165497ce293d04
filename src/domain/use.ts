/** A use of an asset, the question whether it is allowed, and the answer: see docs/rights.md. Pure values. */
import type { Instant } from './instant.js';
import type { Rights, TermsOrigin } from './rights.js';

export const USE_PURPOSES = ['COMMERCIAL', 'EDITORIAL', 'INTERNAL'] as const;
export type UsePurpose = (typeof USE_PURPOSES)[number];
export const USE_VERDICTS = ['ALLOWED', 'DENIED', 'UNKNOWN'] as const;
export type UseVerdict = (typeof USE_VERDICTS)[number];

/** What somebody wants to do. Null: the caller did not say; that is never taken for "everywhere" or "anything". */
export interface Use {
  /** An open word in lower_snake. */
  readonly channel: string;
  readonly purpose: UsePurpose;
  readonly usage: string | null;
  readonly placement: string | null;
  readonly size: string | null;
  /** ISO 3166-1 alpha-2 or WORLD; never empty. */
  readonly territories: readonly string[] | null;
  readonly industry: string | null;
  /** BCP 47. */
  readonly language: string | null;
  /** Inclusive; null: now. */
  readonly startsAt: Instant | null;
  /** Exclusive. */
  readonly endsAt: Instant | null;
  readonly unit: string | null;
  readonly units: number;
}

/** How we hold the asset. SUPERSEDED: another license followed before the use. NOT_LICENSED: the source says that we have no license; NOT_KNOWN: nobody says. NOT_NEEDED: a library of our own. */
export type Holding = 'LICENSE' | 'CANCELLED' | 'SUPERSEDED' | 'NOT_LICENSED' | 'NOT_KNOWN' | 'NOT_NEEDED';

/** Terms that apply from a time (inclusive; null: since ever) until another (exclusive; null: open). */
export interface TermsStretch {
  readonly from: Instant | null;
  readonly until: Instant | null;
  readonly rights: Rights;
}

/** The stretch that a time lies in, or the last one before it; before the first it is the first. */
export const stretchAt = <S extends Pick<TermsStretch, 'from'>>(stretches: readonly S[], at: Instant): S | undefined =>
  stretches.findLast(({ from }) => from === null || from <= at) ?? stretches[0];

/** Everything that the answer depends on; the same question always has the same answer. */
export interface UseQuestion {
  readonly use: Use;
  /** The clock. */
  readonly at: Instant;
  readonly holding: Holding;
  /** When the license was bought; null without one. */
  readonly licensedAt: Instant | null;
  /** In order of time, without overlap; at least one. */
  readonly terms: readonly TermsStretch[];
  /** What our own library says of its copy of a licensed asset: it can forbid, never allow. Absent where there is no such copy. */
  readonly ownTerms?: Rights;
  /** Units used up under the license, by unit of its limits. */
  readonly used: Readonly<Record<string, number>>;
  /** When the first use on record began. */
  readonly firstUsedAt: Instant | null;
}

/** What is used up of a unit. A unit is an open word: `constructor` is one. */
export const usedOf = (used: UseQuestion['used'], unit: string): number =>
  Object.hasOwn(used, unit) ? (used[unit] as number) : 0;

/** One thing that took part. `field`: the field of the terms that it rests on. */
export interface UseReason {
  readonly code: string;
  readonly effect: UseVerdict;
  readonly message: string;
  readonly field: string | null;
  readonly origin: TermsOrigin | null;
}

/** What has to be done with an allowed use. */
export interface UseDuty {
  readonly kind: 'ATTRIBUTION' | 'NOTICE' | 'END_BY' | 'FIRST_USE_BY';
  readonly text: string;
}

export interface Decision {
  readonly verdict: UseVerdict;
  readonly reasons: readonly UseReason[];
  readonly duties: readonly UseDuty[];
  /** Of the rules in docs/rights.md. */
  readonly rulesVersion: string;
}

const WORSE: Readonly<Record<UseVerdict, number>> = { ALLOWED: 0, UNKNOWN: 1, DENIED: 2 };

/** A prohibition wins, then what is not known, then the permission. */
export const worstOf = (verdicts: readonly UseVerdict[]): UseVerdict =>
  verdicts.reduce<UseVerdict>((worst, verdict) => (WORSE[verdict] > WORSE[worst] ? verdict : worst), 'ALLOWED');

/** For grants that stand beside each other: one that allows is enough. */
export const isBetter = (a: UseVerdict, b: UseVerdict): boolean => WORSE[a] < WORSE[b];
