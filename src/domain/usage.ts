/** Uses that happened: on record, summed up, and held against limits. Pure values; see docs/usage.md. */
import type { AssetId, AssetSource } from './ids.js';
import type { Instant } from './instant.js';
import type { InputProblem } from './operation.js';
import { stretchAt, type TermsStretch, type Use, type UseReason, type UseVerdict, usedOf } from './use.js';

/** What a use that names no unit counts one of. */
export const USES = 'uses';

/** The largest number that goes through JSON unharmed; sums beyond it are shown as it. */
const MOST = Number.MAX_SAFE_INTEGER;
export const addUnits = (a: number, b: number): number => Math.min(a + b, MOST);

/** What a use counts. `units` says something of a named unit alone. */
export const countedOf = ({ unit, units }: Pick<Use, 'unit' | 'units'>): { readonly unit: string; readonly units: number } =>
  unit === null ? { unit: USES, units: 1 } : { unit, units };

export interface Usage {
  readonly kind: 'Usage';
  readonly uuid: string;
  readonly licenseUuid: string;
  readonly assetId: AssetId;
  readonly source: AssetSource;
  /** As it was understood: `startsAt` is never null. */
  readonly use: Use;
  readonly reference: string | null;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly recordedBy: string;
  readonly verdict: UseVerdict;
  /** The verdict is DENIED. */
  readonly violation: boolean;
  readonly reasons: readonly UseReason[];
}

export interface UsageSummary {
  readonly byUnit: readonly { readonly unit: string; readonly units: number }[];
  readonly byChannel: readonly { readonly channel: string; readonly unit: string; readonly units: number }[];
  readonly violations: number;
  readonly lastUsedAt: Instant | null;
}

export const NO_USAGE: UsageSummary = { byUnit: [], byChannel: [], violations: 0, lastUsedAt: null };

/** One sum as it is stored: of a unit in a channel. */
export interface UsageTotal {
  readonly unit: string;
  readonly channel: string;
  readonly units: number;
  readonly violations: number;
  readonly lastUsedAt: Instant;
}

/** Sorted by unit and channel, so that the same usage reads the same. */
export const summaryOf = (totals: readonly UsageTotal[]): UsageSummary => {
  const byUnit = new Map<string, number>();
  for (const { unit, units } of totals) byUnit.set(unit, addUnits(byUnit.get(unit) ?? 0, units));
  const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return {
    byUnit: [...byUnit].map(([unit, units]) => ({ unit, units })).sort((a, b) => byName(a.unit, b.unit)),
    byChannel: totals
      .map(({ channel, unit, units }) => ({ channel, unit, units }))
      .sort((a, b) => byName(a.channel, b.channel) || byName(a.unit, b.unit)),
    violations: totals.reduce((sum, { violations }) => sum + violations, 0),
    lastUsedAt: totals.reduce<Instant | null>((last, { lastUsedAt }) => (last && last > lastUsedAt ? last : lastUsedAt), null),
  };
};

/** A limit before and after a use. */
export interface LimitUse {
  readonly unit: string;
  readonly max: number;
  readonly usedBefore: number;
  readonly usedAfter: number;
}

/** The limits of the terms of a use, the smallest of each unit, with what was used up before the use and is after it. */
export const limitUsesOf = (
  terms: readonly TermsStretch[],
  startsAt: Instant,
  used: { readonly before: Readonly<Record<string, number>>; readonly after: Readonly<Record<string, number>> },
): readonly LimitUse[] => {
  const rights = stretchAt(terms, startsAt)?.rights;
  const smallest = new Map<string, number>();
  const all = [...(rights?.limits ?? []), ...(rights?.parts ?? []).flatMap(({ limits }) => limits)];
  for (const { unit, max } of all) smallest.set(unit, Math.min(max, smallest.get(unit) ?? max));
  return [...smallest].map(([unit, max]) => ({
    unit,
    max,
    usedBefore: usedOf(used.before, unit),
    usedAfter: usedOf(used.after, unit),
  }));
};

export type RecordUsageOutcome =
  | { readonly kind: 'RecordUsagePayload'; readonly usage: Usage; readonly replayed: boolean }
  | { readonly kind: 'InvalidRequest'; readonly problems: readonly InputProblem[]; readonly message: string }
  | { readonly kind: 'IdempotencyConflict'; readonly message: string };
