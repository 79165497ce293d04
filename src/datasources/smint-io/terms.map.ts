/** Smint.io's license terms as rights: each term whole in a part of its own, their union on top for display. Pure. */
import { endOfDay, type Instant, parseInstant } from '../../domain/instant.js';
import {
  type Known,
  knownOf,
  type LimitTerm,
  type Rights,
  type RightsModel,
  type RightsPart,
  type TermList,
  termList,
  UNKNOWN_RIGHTS,
} from '../../domain/rights.js';
import { inCulture, textIn } from './culture.map.js';
import { isoTerritory } from './territories.map.js';
import type { WireLicense, WireList, WireTerm } from './wire.js';

/** How terms combine is not stated by the vendor; what the configuration says is recorded, for whoever decides on a use. */
export type TermsCombination = 'any' | 'all';
const combinationVersion = (combination: TermsCombination): string => `terms:${combination}`;

// ---------- limits ----------

const UNITS: Readonly<Record<string, string>> = { quantity: 'circulation', copy: 'copies', display: 'displays' };
const COUNTS: Readonly<Record<string, number>> = { one: 1, two: 2, three: 3, four: 4, five: 5 };

/** `quantity_up_to_500_total_circulation`, `copy_two_copies`; null for a limit that cannot be read. */
const usageLimit = (key: string): LimitTerm | null => {
  const match = /^([a-z]+)_(?:up_to_(\d{1,15})|(one|two|three|four|five))(?:_|$)/i.exec(key);
  if (match === null) return null;
  const unit = (match[1] as string).toLowerCase();
  const max = match[2] === undefined ? COUNTS[(match[3] as string).toLowerCase()] : Number(match[2]);
  return max === undefined ? null : { unit: UNITS[unit] ?? unit, max };
};

const WILDCARD = /(^|_)any$/i;

const distinctLimits = (limits: readonly LimitTerm[]): readonly LimitTerm[] => [
  ...new Map(limits.map((limit) => [`${limit.unit}\n${limit.max}`, limit])).values(),
];

/** Zero and less stand for "without limit", null for "not stated": neither is a limit that could be kept to. */
const downloadLimits = ({ maxDownloads, maxUsers, maxReuses }: WireLicense): readonly LimitTerm[] =>
  [
    { unit: 'downloads', max: maxDownloads },
    { unit: 'users', max: maxUsers },
    { unit: 'reuses', max: maxReuses },
  ].flatMap(({ unit, max }) => (max === null || max <= 0 ? [] : [{ unit, max: Math.floor(max) }]));

// ---------- lists ----------

const distinct = (words: readonly string[]): readonly string[] => [...new Set(words)];
const wordList = ({ allowed, restricted }: WireList): TermList => termList(distinct(allowed), distinct(restricted));
const territoryList = ({ allowed, restricted }: WireList): TermList =>
  termList(distinct(allowed.map(isoTerritory)), distinct(restricted.map(isoTerritory)));

const union = (lists: readonly TermList[]): TermList =>
  termList(distinct(lists.flatMap(({ allowed }) => allowed)), distinct(lists.flatMap(({ restricted }) => restricted)));

// ---------- dates ----------

/** A date alone is read as the day in UTC; a time without zone is no instant. */
const startOf = (text: string | null): Instant | null =>
  text === null ? null : (parseInstant(text) ?? parseInstant(isDate(text) ? `${text}T00:00:00Z` : null));
/** Ends are given as the last second (23:59:59): that instant is taken as the exclusive end, a second on the safe side. */
const endOf = (text: string | null): Instant | null =>
  text === null ? null : (parseInstant(text) ?? (isDate(text) ? endOfDay(text) : null));
const isDate = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text);

/** The first or last of all, or null when one is missing: a term without an end may hold longer than all the others. */
const ofAll = (dates: readonly (Instant | null)[], better: (a: Instant, b: Instant) => boolean): Instant | null =>
  dates.reduce((best, date) => (best === null || date === null ? null : better(date, best) ? date : best), dates[0] ?? null);
const earlier = (a: Instant, b: Instant): boolean => a < b;
const later = (a: Instant, b: Instant): boolean => a > b;

// ---------- words ----------

/** What holds for the whole transaction beside its terms, in the source's own words. */
const commonRestrictions = (license: WireLicense): readonly string[] => [
  ...inCulture(license.text).map(({ value }) => value),
  ...inCulture(license.usageConstraints).map(({ value }) => value),
  ...inCulture(license.allowedUseComment).map(({ value }) => value),
  ...inCulture(license.releaseComment).map(({ value }) => value),
  ...(license.potentiallyRestrictive === true ? ['has_potentially_restrictive_license_terms: true'] : []),
];

/** What a term states and this gateway cannot put into a field: kept as it came, so that it is not lost. */
const unreadOf = (term: WireTerm): readonly string[] => [
  ...term.usageLimits.filter((key) => usageLimit(key) === null && !WILDCARD.test(key)),
  ...(term.validFrom !== null && startOf(term.validFrom) === null ? [`valid_from: ${term.validFrom}`] : []),
  ...(term.validUntil !== null && endOf(term.validUntil) === null ? [`valid_until: ${term.validUntil}`] : []),
  ...(term.toBeUsedUntil !== null && endOf(term.toBeUsedUntil) === null ? [`to_be_used_until: ${term.toBeUsedUntil}`] : []),
];

// ---------- parts and their union ----------

/** `any` among the exclusivities names no dimension, and an empty list states nothing: neither is a yes, and nothing is a no. */
const exclusiveOf = (exclusivities: readonly string[]): Known =>
  exclusivities.some((key) => key.startsWith('exclusive_')) ? 'YES' : 'UNKNOWN';

const partOf = (term: WireTerm, limits: readonly LimitTerm[], restrictions: readonly string[]): RightsPart => ({
  name: textIn(term.name),
  editorialOnly: knownOf(term.isEditorialUse),
  exclusive: exclusiveOf(term.exclusivities),
  usages: wordList(term.usages),
  channels: wordList(term.distributions),
  placements: wordList(term.placements),
  sizes: wordList(term.sizes),
  territories: territoryList(term.geographies),
  industries: wordList(term.industries),
  languages: wordList(term.languages),
  // An end that is stated and unreadable is an end all the same.
  termKind: term.validUntil === null ? 'UNKNOWN' : 'FIXED',
  validFrom: startOf(term.validFrom),
  validUntil: endOf(term.validUntil),
  toBeUsedUntil: endOf(term.toBeUsedUntil),
  limits: distinctLimits([...term.usageLimits.flatMap((key) => usageLimit(key) ?? []), ...limits]),
  restrictions: distinct([...restrictions, ...unreadOf(term)]),
});

const MODELS: Readonly<Partial<Record<string, RightsModel>>> = {
  royalty_free: 'ROYALTY_FREE',
  rights_managed: 'RIGHTS_MANAGED',
  rights_ready: 'RIGHTS_READY',
};

/** Where no release is required there is none to speak of: neither a yes nor a no. */
const releaseOf = (state: string | null): Known => (state === 'released' ? 'YES' : state === 'not_released' ? 'NO' : 'UNKNOWN');

/** As the vendor's own clients count: any yes makes a yes, else any no makes a no. */
const anyOf = (answers: readonly Known[]): Known => (answers.includes('YES') ? 'YES' : answers.includes('NO') ? 'NO' : 'UNKNOWN');

export const mapRights = (license: WireLicense, combination: TermsCombination): Rights => {
  const limits = downloadLimits(license);
  const restrictions = commonRestrictions(license);
  const releases = {
    modelReleased: releaseOf(license.modelReleaseState),
    propertyReleased: releaseOf(license.propertyReleaseState),
  };
  // Without terms the name of the license alone grants nothing; what restricts or limits is kept all the same, and is the source's word.
  if (license.terms.length === 0) {
    const stated = limits.length + restrictions.length > 0 || Object.values(releases).some((known) => known !== 'UNKNOWN');
    const origin = stated ? 'SOURCE' : 'UNKNOWN';
    return { ...UNKNOWN_RIGHTS, limits, ...releases, restrictions: distinct(restrictions), origin };
  }
  const parts = license.terms.map((term) => partOf(term, limits, restrictions));
  return {
    model: MODELS[license.licenseType ?? ''] ?? 'UNKNOWN',
    editorialOnly: anyOf(parts.map((part) => part.editorialOnly)),
    exclusive: anyOf(parts.map((part) => part.exclusive)),
    usages: union(parts.map((part) => part.usages)),
    channels: union(parts.map((part) => part.channels)),
    placements: union(parts.map((part) => part.placements)),
    sizes: union(parts.map((part) => part.sizes)),
    territories: union(parts.map((part) => part.territories)),
    industries: union(parts.map((part) => part.industries)),
    languages: union(parts.map((part) => part.languages)),
    termKind: parts.some((part) => part.termKind === 'FIXED') ? 'FIXED' : 'UNKNOWN',
    validFrom: ofAll(
      parts.map((part) => part.validFrom),
      earlier,
    ),
    validUntil: ofAll(
      parts.map((part) => part.validUntil),
      later,
    ),
    toBeUsedUntil: ofAll(
      parts.map((part) => part.toBeUsedUntil),
      later,
    ),
    limits: distinctLimits(parts.flatMap((part) => part.limits)),
    attributionRequired: 'UNKNOWN',
    attributionText: null,
    ...releases,
    restrictions: distinct(parts.flatMap((part) => part.restrictions)),
    origin: 'SOURCE',
    originVersion: combinationVersion(combination),
    parts,
  };
};
