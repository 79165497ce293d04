/** Versions of the terms of a license on two axes of time: when they apply, and since when they are on record. Pure. */
import { canonicalJson, type JsonValue } from './canonical-json.js';
import type { Instant } from './instant.js';
import type { Rights } from './rights.js';
import { type StatedRights, type Statement, withStatement, withStatements } from './statements.js';
import { termsHash } from './terms-hash.js';
import type { TermsStretch } from './use.js';

export const TERMS_KINDS = ['RECORDED', 'STATED', 'RENEWAL', 'CORRECTION', 'CANCELLATION'] as const;
/** RECORDED: as frozen when the license was made, or as the source states them since. */
export type TermsKind = (typeof TERMS_KINDS)[number];

/** From (inclusive; null: since ever) until (exclusive; null: open). */
export interface Period {
  readonly from: Instant | null;
  readonly until: Instant | null;
}

export interface TermsVersion {
  readonly licenseUuid: string;
  /** From 1 on, in the order of recording. */
  readonly version: number;
  readonly rights: Rights;
  /** All that is stated in them, in order; empty: they are the source's own. */
  readonly stated: readonly Statement[];
  readonly recordedAt: Instant;
  readonly kind: TermsKind;
  readonly effectiveFrom: Instant | null;
  readonly effectiveUntil: Instant | null;
}

type Versions = readonly Pick<TermsVersion, 'version' | 'rights' | 'recordedAt' | 'effectiveFrom' | 'effectiveUntil'>[];

const covers = ({ effectiveFrom, effectiveUntil }: Versions[number], at: Instant): boolean =>
  (effectiveFrom === null || effectiveFrom <= at) && (effectiveUntil === null || effectiveUntil > at);

/** Of the versions that cover `validAt` and were on record at `knownAt`, the one recorded last. Undefined: none was. */
export const termsAt = <V extends Versions[number]>(versions: readonly V[], validAt: Instant, knownAt: Instant): V | undefined =>
  versions
    .filter((version) => version.recordedAt <= knownAt && covers(version, validAt))
    .reduce<V | undefined>((last, version) => (last && last.version > version.version ? last : version), undefined);

/** Before and after every time that can be written. */
const FIRST = '0000-01-01T00:00:00.000Z' as Instant;
export const LAST = '9999-12-31T23:59:59.999Z' as Instant;

/** The line of time in stretches of one version each, as known at `knownAt`, in order; empty when nothing was on record then. */
const cut = <V extends Versions[number]>(versions: readonly V[], knownAt: Instant): readonly (Period & { version: V })[] => {
  const known = versions.filter(({ recordedAt }) => recordedAt <= knownAt);
  const marks = known.flatMap(({ effectiveFrom, effectiveUntil }) => [effectiveFrom, effectiveUntil]);
  const bounds = [null, ...[...new Set(marks.filter((mark) => mark !== null))].sort()];
  const stretches: (Period & { version: V })[] = [];
  for (const [index, from] of bounds.entries()) {
    const until = bounds[index + 1] ?? null;
    const version = termsAt(known, from ?? FIRST, knownAt);
    const last = stretches.at(-1);
    if (last && last.version === version && last.until === from) stretches[stretches.length - 1] = { ...last, until };
    else if (version) stretches.push({ from, until, version });
  }
  return stretches;
};

const firstOf = <V extends Versions[number]>(versions: readonly V[]): V | undefined =>
  versions.reduce<V | undefined>((first, version) => (first && first.version < version.version ? first : version), undefined);

/** The same, with the terms of each stretch: what a use is decided with. Before anything was on record, what came first. */
export const stretchesOf = (versions: Versions, knownAt: Instant): TermsStretch[] => {
  const stretches = cut(versions, knownAt);
  const first = firstOf(versions);
  if (stretches.length === 0 && first) return [{ from: first.effectiveFrom, until: first.effectiveUntil, rights: first.rights }];
  return stretches.map(({ from, until, version }) => ({ from, until, rights: version.rights }));
};

/** Both axes at one time; before anything was on record, what came first. */
export const termsAsOf = (versions: Versions, at: Instant): Rights | undefined =>
  (termsAt(versions, at, at) ?? firstOf(versions))?.rights;

export interface NewTerms extends Period, StatedRights {}

const sameTerms = (a: StatedRights, b: StatedRights): boolean =>
  termsHash(a.rights) === termsHash(b.rights) &&
  canonicalJson(a.stated as unknown as JsonValue) === canonicalJson(b.stated as unknown as JsonValue);

/** Neighbours that say the same are one. */
export const joined = (stretches: readonly NewTerms[]): readonly NewTerms[] => {
  const result: NewTerms[] = [];
  for (const next of stretches) {
    const last = result.at(-1);
    if (last && last.until === next.from && sameTerms(last, next)) result[result.length - 1] = { ...last, until: next.until };
    else result.push(next);
  }
  return result;
};

const later = (a: Instant | null, b: Instant | null): Instant | null => (a === null || (b !== null && b > a) ? b : a);
const earlier = (a: Instant | null, b: Instant | null): Instant | null => (a === null || (b !== null && b < a) ? b : a);

/** What is known of a period, in stretches of one version each. */
export const termsWithin = (versions: readonly TermsVersion[], knownAt: Instant, period: Period): readonly NewTerms[] =>
  cut(versions, knownAt)
    .filter(
      ({ from, until }) =>
        (period.until === null || from === null || from < period.until) &&
        (period.from === null || until === null || until > period.from),
    )
    .map(({ from, until, version: { rights, stated } }) => ({
      from: later(from, period.from),
      until: earlier(until, period.until),
      rights,
      stated,
    }));

/** What a statement makes of the terms of a period: usually one version; more where they changed within it already. */
export const changedTerms = (
  versions: readonly TermsVersion[],
  knownAt: Instant,
  period: Period,
  statement: Statement,
): readonly NewTerms[] =>
  joined(termsWithin(versions, knownAt, period).map((stretch) => ({ ...stretch, ...withStatement(stretch, statement) })));

/** The source states other terms than before: what is stated goes before them, and is stated again on top of them. */
export const restatedTerms = (
  versions: readonly TermsVersion[],
  knownAt: Instant,
  source: Rights,
): readonly (NewTerms & { readonly kind: TermsKind })[] =>
  cut(versions, knownAt)
    .filter(({ version }) => version.stated.length > 0)
    .map(({ from, until, version }) => ({ from, until, kind: version.kind, ...withStatements(source, version.stated) }));

/** The times at which the terms that apply have not ended, in order and apart from each other; never none. */
export const timesInForce = (versions: readonly TermsVersion[]): readonly Period[] => {
  const times: Period[] = [];
  for (const { from, until, version } of cut(versions, LAST)) {
    const end = earlier(until, version.rights.validUntil);
    if (from !== null && end !== null && end <= from) continue;
    const last = times.at(-1);
    if (last && last.until === from) times[times.length - 1] = { ...last, until: end };
    else times.push({ from, until: end });
  }
  return times;
};
