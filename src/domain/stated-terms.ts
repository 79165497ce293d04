/** Terms that a person or a contract states, field by field; what is absent stays as it was. */
import type { Instant } from './instant.js';
import {
  type Known,
  type LimitTerm,
  type Rights,
  type RightsModel,
  type RightsPart,
  TERM_FIELDS,
  type TermField,
  type TermKind,
  type TermList,
  type TermsOrigin,
} from './rights.js';

/** An absent list is unknown; a present one, even empty, is known. */
export interface StatedList {
  readonly allowed?: readonly string[];
  readonly restricted?: readonly string[];
}

/** Absent: not stated. Nothing is null here. */
export interface StatedTerms {
  readonly model?: RightsModel;
  readonly editorialOnly?: Known;
  readonly exclusive?: Known;
  readonly usages?: StatedList;
  readonly channels?: StatedList;
  readonly placements?: StatedList;
  readonly sizes?: StatedList;
  readonly territories?: StatedList;
  readonly industries?: StatedList;
  readonly languages?: StatedList;
  readonly termKind?: TermKind;
  readonly validFrom?: Instant;
  readonly validUntil?: Instant;
  readonly toBeUsedUntil?: Instant;
  readonly limits?: readonly LimitTerm[];
  readonly attributionRequired?: Known;
  readonly attributionText?: string;
  readonly modelReleased?: Known;
  readonly propertyReleased?: Known;
  readonly restrictions?: readonly string[];
}

export const LIST_FIELDS = ['usages', 'channels', 'placements', 'sizes', 'territories', 'industries', 'languages'] as const;

/** The members of stated terms that make up each field. */
const MEMBERS: Readonly<Record<TermField, readonly (keyof StatedTerms)[]>> = {
  model: ['model'],
  editorialOnly: ['editorialOnly'],
  exclusive: ['exclusive'],
  usages: ['usages'],
  channels: ['channels'],
  placements: ['placements'],
  sizes: ['sizes'],
  territories: ['territories'],
  industries: ['industries'],
  languages: ['languages'],
  term: ['termKind', 'validFrom', 'validUntil'],
  toBeUsedUntil: ['toBeUsedUntil'],
  limits: ['limits'],
  attribution: ['attributionRequired', 'attributionText'],
  modelReleased: ['modelReleased'],
  propertyReleased: ['propertyReleased'],
  restrictions: ['restrictions'],
};

export const statedFields = (stated: StatedTerms): TermField[] =>
  TERM_FIELDS.filter((field) => MEMBERS[field].some((member) => stated[member] !== undefined));

/** Where a field of these terms comes from. */
export const fieldOriginOf = (rights: Rights, field: TermField): TermsOrigin => rights.fieldOrigins?.[field] ?? rights.origin;

type FromSource = (field: TermField) => boolean;
/** What the terms of a license and each of several that hold side by side have in common. */
type Grant = Omit<RightsPart, 'name'>;

const distinct = (words: readonly string[]): readonly string[] => [...new Set(words)];

const listOf = (base: TermList, stated: StatedList, fromSource: boolean): TermList => {
  const kept = base.restrictedBySource ?? (fromSource ? base.restricted : []);
  return {
    allowed: distinct(stated.allowed ?? []),
    restricted: distinct([...kept, ...(stated.restricted ?? [])]),
    known: stated.allowed !== undefined || stated.restricted !== undefined || kept.length > 0,
    ...(stated.allowed?.length === 0 && { nothingAllowed: true as const }),
    ...(kept.length > 0 && { restrictedBySource: distinct(kept) }),
  };
};

/** A prohibition of the source stands, whatever is stated. */
const standing = (base: Known, stated: Known | undefined, prohibits: Known, fromSource: boolean): Known =>
  stated === undefined || (fromSource && base === prohibits) ? base : stated;

const termOf = (base: Grant, stated: StatedTerms): Pick<Grant, 'termKind' | 'validFrom' | 'validUntil'> => ({
  termKind: stated.termKind ?? (stated.validUntil === undefined ? base.termKind : 'FIXED'),
  validFrom: stated.validFrom ?? base.validFrom,
  validUntil: stated.termKind === 'PERPETUAL' ? null : (stated.validUntil ?? base.validUntil),
});

const grantOf = (base: Grant, stated: StatedTerms, fromSource: FromSource) => ({
  editorialOnly: standing(base.editorialOnly, stated.editorialOnly, 'YES', fromSource('editorialOnly')),
  exclusive: stated.exclusive ?? base.exclusive,
  ...Object.fromEntries(
    LIST_FIELDS.flatMap((field) => {
      const list = stated[field];
      return list === undefined ? [] : [[field, listOf(base[field], list, fromSource(field))]];
    }),
  ),
  ...termOf(base, stated),
  toBeUsedUntil: stated.toBeUsedUntil ?? base.toBeUsedUntil,
  ...(stated.limits && { limits: stated.limits, limitsComplete: true as const }),
  ...(stated.restrictions && {
    restrictions: distinct([...base.restrictions, ...stated.restrictions]),
    restrictionsRead: true as const,
  }),
});

/** The terms with what is stated in its place; `origin` and where the fields come from are left to the caller. */
const merge = (base: Rights, stated: StatedTerms, fromSource: FromSource): Rights => ({
  ...base,
  ...grantOf(base, stated, fromSource),
  model: stated.model ?? base.model,
  attributionRequired: stated.attributionRequired ?? base.attributionRequired,
  attributionText: stated.attributionText ?? base.attributionText,
  modelReleased: standing(base.modelReleased, stated.modelReleased, 'NO', fromSource('modelReleased')),
  propertyReleased: standing(base.propertyReleased, stated.propertyReleased, 'NO', fromSource('propertyReleased')),
  parts: base.parts.map((part) => ({ ...part, ...grantOf(part, stated, fromSource) })),
});

/** Fields whose value is the source's own still, because it is a prohibition. */
const prohibited = (base: Rights, fromSource: FromSource): readonly TermField[] => [
  ...(fromSource('editorialOnly') && [base, ...base.parts].some(({ editorialOnly }) => editorialOnly === 'YES')
    ? (['editorialOnly'] as const)
    : []),
  ...(['modelReleased', 'propertyReleased'] as const).filter((field) => fromSource(field) && base[field] === 'NO'),
];

const originsOf = (base: Rights, fields: readonly TermField[], origin: TermsOrigin): Rights['fieldOrigins'] =>
  Object.fromEntries(TERM_FIELDS.map((field) => [field, fields.includes(field) ? origin : fieldOriginOf(base, field)]));

/**
 * A field that is stated takes the place of what the field was; the others stay, with where they came from. What the source prohibits
 * stays prohibited: `editorialOnly: YES`, a release that is `NO`, restricted words.
 */
export const withStatedTerms = (base: Rights, stated: StatedTerms, origin: TermsOrigin = 'CONTRACT'): Rights => {
  const fields = statedFields(stated);
  if (fields.length === 0) return base;
  const fromSource: FromSource = (field) => fieldOriginOf(base, field) === 'SOURCE';
  const kept = prohibited(base, fromSource);
  const fieldOrigins = originsOf(
    base,
    fields.filter((field) => !kept.includes(field)),
    origin,
  );
  return { ...merge(base, stated, fromSource), origin, ...(fieldOrigins && { fieldOrigins }) };
};

const SAYS_NOTHING: Readonly<Record<TermField, (base: Rights) => boolean>> = {
  model: ({ model }) => model === 'UNKNOWN',
  editorialOnly: ({ editorialOnly }) => editorialOnly === 'UNKNOWN',
  exclusive: ({ exclusive }) => exclusive === 'UNKNOWN',
  usages: ({ usages }) => !usages.known,
  channels: ({ channels }) => !channels.known,
  placements: ({ placements }) => !placements.known,
  sizes: ({ sizes }) => !sizes.known,
  territories: ({ territories }) => !territories.known,
  industries: ({ industries }) => !industries.known,
  languages: ({ languages }) => !languages.known,
  term: ({ termKind, validFrom, validUntil }) => termKind === 'UNKNOWN' && validFrom === null && validUntil === null,
  toBeUsedUntil: ({ toBeUsedUntil }) => toBeUsedUntil === null,
  limits: ({ limits, limitsComplete }) => limits.length === 0 && limitsComplete === undefined,
  attribution: ({ attributionRequired, attributionText }) => attributionRequired === 'UNKNOWN' && attributionText === null,
  modelReleased: ({ modelReleased }) => modelReleased === 'UNKNOWN',
  propertyReleased: ({ propertyReleased }) => propertyReleased === 'UNKNOWN',
  restrictions: ({ restrictions, restrictionsRead }) => restrictions.length === 0 && restrictionsRead === undefined,
};

const pick = (stated: StatedTerms, fields: readonly TermField[]): StatedTerms =>
  Object.fromEntries(
    fields.flatMap((field) => MEMBERS[field]).flatMap((name) => (stated[name] === undefined ? [] : [[name, stated[name]]])),
  );

/** The terms with a policy in the fields of which they say nothing. Terms of several parts keep their version, which says how those combine. */
export const withPolicy = (base: Rights, policy: StatedTerms, version: string): Rights => {
  const fields = statedFields(policy).filter((field) => SAYS_NOTHING[field](base));
  if (fields.length === 0) return base;
  const origin = base.origin === 'UNKNOWN' ? 'POLICY_TABLE' : base.origin;
  const fieldOrigins = originsOf(base, fields, 'POLICY_TABLE');
  return {
    ...merge(base, pick(policy, fields), () => false),
    origin,
    originVersion: base.parts.length > 0 ? base.originVersion : version,
    ...(fieldOrigins && { fieldOrigins }),
  };
};
