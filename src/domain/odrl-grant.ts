/** Whether terms are enough for an ODRL permission: only what a use decision would answer with yes for some use, see docs/rights.md. */
import type { OdrlPurpose } from './odrl-vocabulary.js';
import type { Rights, RightsPart, TermField } from './rights.js';
import { DIMENSIONS, type Dimension } from './use-rules/dimensions.js';
import { isCommercialChannel } from './vocabulary/channels.js';
import { isCommercialUsage } from './vocabulary/usages.js';

/** What one permission is made of: the terms themselves, or one of several that hold side by side. */
export type Grant = Omit<RightsPart, 'name'> & { readonly name?: string | null };

/** Terms that all have to allow a use cannot be told as permissions side by side; where nothing says how they combine, all have to. */
const isConjunction = ({ parts, originVersion }: Rights): boolean => parts.length > 1 && originVersion !== 'terms:any';

/** The values that the list allows for certain: none of its own words restricts them perhaps, none of terms beside it by name. */
const certain = (rights: Rights, grant: Grant, { field, vocabulary }: Dimension): readonly string[] => {
  const { allowed, restricted } = grant[field];
  const { covers, valuesOf, canonical } = vocabulary;
  const beside = rights.parts.flatMap((part) => part[field].restricted);
  const values = new Set(allowed.flatMap((word) => valuesOf(word) ?? [canonical(word)]));
  // Regions stand for countries, and are no value of a use themselves.
  const regions = allowed.filter((word) => valuesOf(word) === undefined);
  if (regions.length > 0)
    for (const value of valuesOf('any') ?? []) if (regions.some((word) => covers(word, value) === 'YES')) values.add(value);
  return [...values].filter(
    (value) => restricted.every((word) => covers(word, value) === 'NO') && beside.every((word) => covers(word, value) !== 'YES'),
  );
};

type Field = Dimension['field'];
const certainValues = (rights: Rights, grant: Grant): Readonly<Record<Field, readonly string[]>> =>
  Object.fromEntries(DIMENSIONS.map((dimension) => [dimension.field, certain(rights, grant, dimension)])) as Record<
    Field,
    readonly string[]
  >;

/** Editorial use is open unless something forbids it, commercial use needs everything said. Some channels and usages are commercial by themselves. */
const purposesOf = (
  { modelReleased, propertyReleased }: Rights,
  { editorialOnly, usages }: Grant,
  values: Readonly<Record<Field, readonly string[]>>,
): readonly OdrlPurpose[] => {
  const isReleased = modelReleased === 'YES' && propertyReleased === 'YES';
  const mayBeOther = !values.channels.every(isCommercialChannel) && (!usages.known || !values.usages.every(isCommercialUsage));
  return [
    ...(mayBeOther ? (['clr:editorial'] as const) : []),
    ...(mayBeOther && editorialOnly === 'NO' ? (['clr:internal'] as const) : []),
    ...(editorialOnly === 'NO' && isReleased ? (['clr:commercial'] as const) : []),
  ];
};

/** What keeps all purposes away, where only commercial ones are left. */
const missingForCommerce = ({ modelReleased, propertyReleased }: Rights, { editorialOnly }: Grant): readonly TermField[] => [
  ...(editorialOnly === 'NO' ? [] : (['editorialOnly'] as const)),
  ...(modelReleased === 'YES' ? [] : (['modelReleased'] as const)),
  ...(propertyReleased === 'YES' ? [] : (['propertyReleased'] as const)),
];

const hasTerm = ({ termKind, validFrom, validUntil }: Grant): boolean =>
  validUntil === null ? termKind === 'PERPETUAL' : validFrom === null || validFrom < validUntil;

export interface Permission {
  readonly purposes: readonly OdrlPurpose[];
  /** The fields that stand between the terms and a permission: not stated, or stated in a way that allows nothing for certain. */
  readonly missing: readonly (TermField | 'parts')[];
}

export const permissionOf = (rights: Rights, grant: Grant): Permission => {
  const values = certainValues(rights, grant);
  const lists = DIMENSIONS.filter(
    ({ field, isAlwaysAnswered }) => (isAlwaysAnswered || grant[field].known) && values[field].length === 0,
  ).map(({ field }) => field);
  const purposes = purposesOf(rights, grant, values);
  const { toBeUsedUntil, validFrom } = grant;
  const hasCredit = rights.attributionText !== null && rights.attributionText.trim() !== '';
  const missing = [
    ...lists,
    ...(hasTerm(grant) ? [] : (['term'] as const)),
    ...(toBeUsedUntil !== null && validFrom !== null && toBeUsedUntil <= validFrom ? (['toBeUsedUntil'] as const) : []),
    ...(grant.limitsComplete && grant.limits.every(({ max }) => max >= 1) ? [] : (['limits'] as const)),
    ...(grant.restrictions.length > 0 && !grant.restrictionsRead ? (['restrictions'] as const) : []),
    ...(rights.attributionRequired === 'YES' && !hasCredit ? (['attribution'] as const) : []),
    ...(lists.length === 0 && purposes.length === 0 ? missingForCommerce(rights, grant) : []),
    ...(isConjunction(rights) ? (['parts'] as const) : []),
  ];
  return { purposes, missing };
};
