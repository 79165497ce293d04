/** Short ways to write down questions for the decision table. They build questions; what is expected is written out in each row. */
import type { Instant } from '../../src/domain/instant.js';
import type { Rights, RightsPart, TermList } from '../../src/domain/rights.js';
import type { Holding, TermsStretch, Use, UseVerdict } from '../../src/domain/use.js';
import type { DecisionRow } from './rows.js';

type ListField = 'usages' | 'channels' | 'placements' | 'sizes' | 'territories' | 'industries' | 'languages';
type DateField = 'validFrom' | 'validUntil' | 'toBeUsedUntil';
type Notes = Partial<Record<ListField, string>> & Partial<Record<DateField, string | null>>;
/** Lists as `allowed words | restricted words`, `?` for a list of which nothing is known, `none` where it is stated that nothing is allowed. */
export type Terms = Notes & Partial<Omit<Rights, ListField | DateField>>;
export type PartTerms = Notes & Partial<Omit<RightsPart, ListField | DateField>>;

interface Case {
  readonly terms?: Terms;
  readonly use?: Partial<Omit<Use, 'territories' | 'startsAt' | 'endsAt'>> & {
    /** Codes with spaces between; null: unstated. */
    readonly territories?: string | null;
    readonly startsAt?: string;
    readonly endsAt?: string;
  };
  /** In place of `terms`. */
  readonly stretches?: readonly TermsStretch[];
  /** What our library says of its copy; absent: there is no copy. */
  readonly own?: Terms;
  readonly at?: string;
  readonly holding?: Holding;
  readonly licensedAt?: string | null;
  readonly used?: Readonly<Record<string, number>>;
  readonly firstUsedAt?: string;
}

const LISTS: readonly ListField[] = ['usages', 'channels', 'placements', 'sizes', 'territories', 'industries', 'languages'];
const DATES: readonly DateField[] = ['validFrom', 'validUntil', 'toBeUsedUntil'];
const NOW = '2026-06-01T12:00:00.000Z';
const BOUGHT = '2026-01-15T09:00:00.000Z';

/** A date alone is its first moment in UTC. */
const instant = (text: string): Instant => (text.length === 10 ? `${text}T00:00:00.000Z` : text) as Instant;
const instantOrNull = (text: string | null | undefined): Instant | null => (text ? instant(text) : null);
const split = (text: string): string[] => text.split(' ').filter((word) => word !== '');

const listOf = (notation: string): TermList => {
  if (notation === '?') return { allowed: [], restricted: [], known: false };
  const [allowed = '', restricted = ''] = notation.split('|');
  if (allowed.trim() === 'none') return { allowed: [], restricted: split(restricted), known: true, nothingAllowed: true };
  return { allowed: split(allowed), restricted: split(restricted), known: true };
};

const read = (terms: Notes): object => ({
  ...terms,
  ...Object.fromEntries(LISTS.filter((key) => key in terms).map((key) => [key, listOf(terms[key] ?? '?')])),
  ...Object.fromEntries(DATES.filter((key) => key in terms).map((key) => [key, instantOrNull(terms[key])])),
});

const ANY: TermList = { allowed: ['any'], restricted: [], known: true };

/** Everything is allowed everywhere for good. */
const GRANTED_TERMS: Omit<RightsPart, 'name'> = {
  editorialOnly: 'NO',
  exclusive: 'NO',
  usages: ANY,
  channels: ANY,
  placements: ANY,
  sizes: ANY,
  territories: { allowed: ['WORLD'], restricted: [], known: true },
  industries: ANY,
  languages: ANY,
  termKind: 'PERPETUAL',
  validFrom: null,
  validUntil: null,
  toBeUsedUntil: null,
  limits: [],
  restrictions: [],
};

/** The same, and everybody in the picture has agreed. */
const GRANTED: Rights = {
  ...GRANTED_TERMS,
  model: 'ROYALTY_FREE',
  attributionRequired: 'NO',
  attributionText: null,
  modelReleased: 'YES',
  propertyReleased: 'YES',
  origin: 'CONTRACT',
  originVersion: null,
  parts: [],
};

export const rights = (terms: Terms): Rights => ({ ...GRANTED, ...read(terms) });
export const part = (terms: PartTerms): RightsPart => ({ ...GRANTED_TERMS, name: null, ...read(terms) });

/** `from` and `until` empty: open. */
export const stretch = (from: string, until: string, terms: Terms): TermsStretch => ({
  from: instantOrNull(from),
  until: instantOrNull(until),
  rights: rights(terms),
});

/** Terms of a source side by side; the lists on top, which decide nothing, allow everything. */
export const sideBySide = (combination: 'any' | 'all', ...parts: readonly RightsPart[]): Terms => ({
  origin: 'SOURCE',
  originVersion: `terms:${combination}`,
  parts,
});

const useOf = ({ territories, startsAt, endsAt, ...rest }: NonNullable<Case['use']>): Use => ({
  channel: 'web',
  purpose: 'COMMERCIAL',
  usage: null,
  placement: null,
  size: null,
  industry: null,
  language: null,
  unit: null,
  units: 1,
  ...rest,
  territories: territories === null ? null : split(territories ?? 'DE'),
  startsAt: instantOrNull(startsAt),
  endsAt: instantOrNull(endsAt),
});

const row = (verdict: UseVerdict, name: string, given: Case, codes: string): DecisionRow => ({
  name,
  question: {
    use: useOf(given.use ?? {}),
    at: instant(given.at ?? NOW),
    holding: given.holding ?? 'LICENSE',
    licensedAt: given.licensedAt === null ? null : instant(given.licensedAt ?? BOUGHT),
    terms: given.stretches ?? [{ from: null, until: null, rights: rights(given.terms ?? {}) }],
    used: given.used ?? {},
    firstUsedAt: instantOrNull(given.firstUsedAt),
    ...(given.own && { ownTerms: rights(given.own) }),
  },
  verdict,
  codes: split(codes).sort(),
});

type Expect = (name: string, given: Case, codes: string) => DecisionRow;
export const allowed: Expect = (name, given, codes) => row('ALLOWED', name, given, codes);
export const denied: Expect = (name, given, codes) => row('DENIED', name, given, codes);
export const unknown: Expect = (name, given, codes) => row('UNKNOWN', name, given, codes);
