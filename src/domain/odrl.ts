/** Terms as an ODRL 2.2 policy. It permits only what nothing on record leaves open; what is not stated is never a permission. */
import type { JsonValue } from './canonical-json.js';
import type { Instant } from './instant.js';
import { type Grant, permissionOf } from './odrl-grant.js';
import { BEARER, type ListField, ODRL_CONTEXT, ODRL_PROFILE, OPERAND_OF, unitIriOf } from './odrl-vocabulary.js';
import { type Rights, TERM_FIELDS } from './rights.js';
import { LIST_FIELDS } from './stated-terms.js';

export interface OdrlSubject {
  /** An IRI. */
  readonly uid: string;
  /** IRI of the asset; absent: whatever bears the terms. */
  readonly target?: string;
  readonly assigner?: string;
  readonly assignee?: string;
}

type Node = { readonly [member: string]: JsonValue | undefined };

const present = (node: Node): Node =>
  Object.fromEntries(Object.entries(node).filter(([, value]) => value !== undefined && value !== null));
const some = <T>(items: readonly T[]): readonly T[] | undefined => (items.length > 0 ? items : undefined);

const constraint = (leftOperand: string, operator: string, rightOperand: JsonValue, unit?: JsonValue): Node =>
  present({ leftOperand, operator, rightOperand, unit });
const instant = (at: Instant): JsonValue => ({ '@type': 'xsd:dateTime', '@value': at });
const anyOf = (field: ListField, words: readonly string[]): Node => constraint(OPERAND_OF[field], 'isAnyOf', words);
const listed = (grant: Grant, side: 'allowed' | 'restricted'): readonly Node[] =>
  LIST_FIELDS.flatMap((field) => (grant[field][side].length > 0 ? [anyOf(field, grant[field][side])] : []));

const constraintsOf = (grant: Grant): readonly Node[] => [
  ...listed(grant, 'allowed'),
  ...(grant.validFrom === null ? [] : [constraint('dateTime', 'gteq', instant(grant.validFrom))]),
  ...(grant.validUntil === null ? [] : [constraint('dateTime', 'lt', instant(grant.validUntil))]),
  ...(grant.toBeUsedUntil === null ? [] : [constraint('clr:firstUse', 'lt', instant(grant.toBeUsedUntil))]),
  ...grant.limits.map(({ unit, max }) => constraint('count', 'lteq', max, { '@id': unitIriOf(unit) })),
];

const known = (value: string): string | undefined => (value === 'UNKNOWN' ? undefined : value);
const fieldsWhere = (holds: (field: ListField) => unknown) => some(LIST_FIELDS.filter(holds));

/** What ODRL has no word for, in our profile's. */
const grantFacts = (grant: Grant): Node =>
  present({
    'clr:name': grant.name,
    'clr:editorialOnly': known(grant.editorialOnly),
    'clr:exclusive': known(grant.exclusive),
    'clr:termKind': known(grant.termKind),
    'clr:notice': some(grant.restrictions),
    'clr:noticeRead': grant.restrictionsRead,
    'clr:limitsComplete': grant.limitsComplete,
    'clr:nothingAllowed': fieldsWhere((field) => grant[field].nothingAllowed),
    'clr:statedEmpty': fieldsWhere(
      (field) => grant[field].known && !grant[field].allowed.length && !grant[field].restricted.length,
    ),
    'clr:restrictedBySource': some(
      LIST_FIELDS.flatMap((field) => {
        const words = grant[field].restrictedBySource;
        return words === undefined ? [] : [{ 'clr:field': field, 'clr:word': words }];
      }),
    ),
  });

const rightsFacts = (rights: Rights): Node =>
  present({
    'clr:model': known(rights.model),
    'clr:modelReleased': known(rights.modelReleased),
    'clr:propertyReleased': known(rights.propertyReleased),
    'clr:attributionRequired': known(rights.attributionRequired),
    'clr:creditText': rights.attributionText,
    'clr:origin': known(rights.origin),
    'clr:originVersion': rights.originVersion,
    'clr:fieldOrigin':
      rights.fieldOrigins &&
      TERM_FIELDS.flatMap((field) => {
        const origin = rights.fieldOrigins?.[field];
        return origin === undefined ? [] : [{ 'clr:field': field, 'clr:origin': origin }];
      }),
  });

const purposes = (names: readonly string[]): Node =>
  constraint(
    'purpose',
    'isAnyOf',
    names.map((name) => ({ '@id': name })),
  );

const creditDuty = ({ attributionRequired, attributionText }: Rights): readonly Node[] =>
  attributionText === null || attributionText.trim() === '' || attributionRequired === 'NO'
    ? []
    : [
        {
          action: [
            { 'rdf:value': { '@id': 'odrl:attribute' }, refinement: [constraint('clr:creditText', 'eq', attributionText)] },
          ],
        },
      ];

/** The policy that says these terms; `rightsOfOdrl` reads it back. */
export const odrlOf = (rights: Rights, subject: OdrlSubject): JsonValue => {
  const { uid, assigner, assignee } = subject;
  const target = subject.target ?? BEARER;
  const hasParts = rights.parts.length > 0;
  const grants: readonly Grant[] = hasParts ? rights.parts : [rights];
  const uidOf = (index: number) => `${uid}#grant-${index}`;

  const rules = grants.map((grant, index) => {
    const { purposes: permitted, missing } = permissionOf(rights, grant);
    const isWhole = missing.length === 0;
    const rule = present({
      uid: uidOf(index),
      target,
      action: 'use',
      constraint: some([...constraintsOf(grant), ...(isWhole ? [purposes(permitted)] : [])]),
      duty: isWhole ? some(creditDuty(rights)) : undefined,
      'clr:facts': grantFacts(grant),
      'clr:missing': some(missing),
    });
    return { isWhole, rule };
  });
  const incomplete = rules.filter(({ isWhole }) => !isWhole).map(({ rule }) => rule);

  const prohibit = (what: Node, of?: number): Node =>
    present({ target, action: 'use', constraint: [what], 'clr:of': of === undefined ? undefined : uidOf(of) });
  const isCommercialBarred =
    rights.modelReleased === 'NO' ||
    rights.propertyReleased === 'NO' ||
    grants.every(({ editorialOnly }) => editorialOnly === 'YES');
  const prohibitions = [
    ...grants.flatMap((grant, index) => listed(grant, 'restricted').map((what) => prohibit(what, index))),
    ...(isCommercialBarred ? [prohibit(purposes(['clr:commercial']))] : []),
  ];

  const binds = incomplete.length < rules.length || prohibitions.length > 0;
  return present({
    '@context': ODRL_CONTEXT,
    '@type': binds && assigner !== undefined ? (assignee === undefined ? 'Offer' : 'Agreement') : 'Set',
    uid,
    profile: ODRL_PROFILE,
    conflict: 'prohibit',
    assigner,
    assignee,
    permission: some(rules.filter(({ isWhole }) => isWhole).map(({ rule }) => rule)),
    prohibition: some(prohibitions),
    // What is open, somebody has to clear; the policy has a rule even when nothing at all is known.
    obligation: incomplete.length > 0 ? [{ target, action: 'reviewPolicy' }] : undefined,
    'clr:incompletePermission': some(incomplete),
    'clr:facts': rightsFacts(rights),
    'clr:summary': hasParts
      ? present({
          constraint: some(constraintsOf(rights)),
          'clr:restricts': some(listed(rights, 'restricted')),
          'clr:facts': grantFacts(rights),
        })
      : undefined,
  });
};
