/** ODRL 2.2 policies as terms: ours whole, those of others as far as they use words that the terms have too. Nothing is read into silence. */
import type { JsonValue } from './canonical-json.js';
import { instantOf, parseInstant } from './instant.js';
import { odrlOf } from './odrl.js';
import type { Grant } from './odrl-grant.js';
import { listFieldOf, ODRL_PROFILE, termOf, unitOf } from './odrl-vocabulary.js';
import {
  type LimitTerm,
  type Rights,
  type RightsPart,
  TERM_FIELDS,
  type TermField,
  type TermList,
  UNKNOWN_RIGHTS,
} from './rights.js';
import { LIST_FIELDS } from './stated-terms.js';

export interface OdrlProblem {
  /** Where in the policy. */
  readonly path: string;
  readonly message: string;
}
export type OdrlReading = { readonly rights: Rights } | { readonly problems: readonly OdrlProblem[] };

type Record_ = Readonly<Record<string, unknown>>;
type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Complain = (path: string, message: string) => undefined;

const isRecord = (value: unknown): value is Record_ => typeof value === 'object' && value !== null && !Array.isArray(value);
const many = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
const idOf = (value: unknown): unknown => (isRecord(value) ? (value['@id'] ?? value.uid ?? value['@value']) : value);
const nameOf = (value: unknown): string => termOf(String(idOf(value)));
const texts = (value: unknown): readonly string[] => many(value).map((item) => String(isRecord(item) ? idOf(item) : item));

/** The same for equal policies, whatever the order of their lists. */
const setText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${[...new Set(value.map(setText))].sort().join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const members = Object.keys(value).filter((name) => value[name] !== undefined);
  return `{${members
    .sort()
    .map((name) => `${JSON.stringify(name)}:${setText(value[name])}`)
    .join(',')}}`;
};

const oneOf = <T extends string>(value: unknown, names: readonly T[], path: string, complain: Complain): T | undefined => {
  if (value === undefined) return undefined;
  const found = names.find((name) => name === value);
  if (found === undefined) complain(path, `One of ${names.join(', ')} is expected here.`);
  return found;
};
const YES_NO = ['YES', 'NO'] as const;

const EMPTY: Grant = (() => {
  const {
    origin: _o,
    originVersion: _v,
    parts: _p,
    model: _m,
    modelReleased: _r,
    propertyReleased: _q,
    ...rest
  } = UNKNOWN_RIGHTS;
  const { attributionRequired: _a, attributionText: _t, ...grant } = rest;
  return grant;
})();

type Draft = Writable<Grant> & { limits: readonly LimitTerm[] };

const addWords = (
  draft: Draft,
  field: (typeof LIST_FIELDS)[number],
  side: 'allowed' | 'restricted',
  words: readonly string[],
): void => {
  const list: TermList = draft[field];
  draft[field] = { ...list, [side]: [...list[side], ...words], known: true };
};

const readLimit = (
  draft: Draft,
  { rightOperand, unit }: Record_,
  operator: string,
  path: string,
  complain: Complain,
): undefined => {
  const max = isRecord(rightOperand) ? Number(rightOperand['@value']) : rightOperand;
  const name = unitOf(String(idOf(unit) ?? ''));
  if (typeof max !== 'number' || Number.isNaN(max) || name === undefined || !['lteq', 'lt'].includes(operator))
    return complain(path, 'A count needs lteq, a number, and a unit of the profile.');
  draft.limits = [...draft.limits, { unit: name, max: operator === 'lt' ? max - 1 : max }];
};

const readDate = (
  draft: Draft,
  { rightOperand }: Record_,
  operand: string,
  operator: string,
  path: string,
  complain: Complain,
): undefined => {
  const at = parseInstant(isRecord(rightOperand) ? rightOperand['@value'] : rightOperand);
  if (at === null) return complain(path, 'A time with its zone is expected here.');
  const before = operator.startsWith('lt') ? draft.validUntil : draft.validFrom;
  if (operand === 'dateTime' && before !== null) return complain(path, 'A second time of this kind cannot be read.');
  // Ends are exclusive in terms: "up to and with" is a millisecond more.
  const next = instantOf(Date.parse(at) + 1);
  if (operand === 'clr:firstUse' && operator === 'lt') draft.toBeUsedUntil = at;
  else if (operand === 'dateTime' && operator === 'gteq') draft.validFrom = at;
  else if (operand === 'dateTime' && operator === 'gt') draft.validFrom = next;
  else if (operand === 'dateTime' && operator === 'lt') draft.validUntil = at;
  else if (operand === 'dateTime' && operator === 'lteq') draft.validUntil = next;
  else complain(path, 'The terms have no place for this comparison of times.');
};

/** `isOurs`: purposes are worked out from the facts, and compared afterwards. */
const readConstraint = (draft: Draft, value: unknown, isOurs: boolean, path: string, complain: Complain): undefined => {
  if (!isRecord(value) || value.leftOperand === undefined) return complain(path, 'Only plain constraints can be read.');
  const [operand, operator] = [nameOf(value.leftOperand), nameOf(value.operator)];
  const field = listFieldOf(operand);
  if (field !== undefined) {
    if ((operator === 'isAnyOf' || operator === 'eq') && draft[field].allowed.length > 0)
      complain(path, 'A second list of what is allowed cannot be read.');
    else if (operator === 'isAnyOf' || operator === 'eq') addWords(draft, field, 'allowed', texts(value.rightOperand));
    else if (operator === 'isNoneOf' || operator === 'neq') addWords(draft, field, 'restricted', texts(value.rightOperand));
    else complain(path, `The terms have no place for ${operator} here.`);
  } else if (operand === 'count') readLimit(draft, value, operator, path, complain);
  else if (operand === 'dateTime' || operand === 'clr:firstUse') readDate(draft, value, operand, operator, path, complain);
  else if (operand !== 'purpose' || !isOurs) complain(path, `The terms have no place for ${operand}.`);
};

const isAction = (rule: Record_, name: string): boolean => nameOf(rule.action) === name;

const readFacts = (draft: Draft, value: unknown, path: string, complain: Complain): undefined => {
  const facts = isRecord(value) ? value : {};
  const at = (name: string) => `${path}.clr:facts.clr:${name}`;
  if (typeof facts['clr:name'] === 'string') draft.name = facts['clr:name'];
  draft.editorialOnly = oneOf(facts['clr:editorialOnly'], YES_NO, at('editorialOnly'), complain) ?? 'UNKNOWN';
  draft.exclusive = oneOf(facts['clr:exclusive'], YES_NO, at('exclusive'), complain) ?? 'UNKNOWN';
  draft.termKind = oneOf(facts['clr:termKind'], ['PERPETUAL', 'FIXED'], at('termKind'), complain) ?? 'UNKNOWN';
  draft.restrictions = texts(facts['clr:notice']);
  if (facts['clr:noticeRead'] === true) draft.restrictionsRead = true;
  if (facts['clr:limitsComplete'] === true) draft.limitsComplete = true;
  const fieldOf = (name: unknown, where: string) => oneOf(name, LIST_FIELDS, at(where), complain);
  for (const name of many(facts['clr:statedEmpty'])) {
    const field = fieldOf(name, 'statedEmpty');
    if (field) draft[field] = { ...draft[field], known: true };
  }
  for (const name of many(facts['clr:nothingAllowed'])) {
    const field = fieldOf(name, 'nothingAllowed');
    if (field) draft[field] = { ...draft[field], nothingAllowed: true };
  }
  for (const entry of many(facts['clr:restrictedBySource'])) {
    const field = isRecord(entry) ? fieldOf(entry['clr:field'], 'restrictedBySource') : undefined;
    if (field && isRecord(entry)) draft[field] = { ...draft[field], restrictedBySource: texts(entry['clr:word']) };
  }
};

const readGrant = (rule: Record_, isOurs: boolean, path: string, complain: Complain): Draft => {
  const draft: Draft = { ...EMPTY };
  for (const [index, item] of many(rule.constraint).entries())
    readConstraint(draft, item, isOurs, `${path}.constraint[${index}]`, complain);
  if (isOurs) readFacts(draft, rule['clr:facts'], path, complain);
  else if (draft.validUntil !== null) draft.termKind = 'FIXED';
  return draft;
};

const readProhibition = (
  rule: unknown,
  targets: readonly Draft[],
  isOurs: boolean,
  path: string,
  complain: Complain,
): undefined => {
  const items = isRecord(rule) && isAction(rule, 'use') ? many(rule.constraint) : [];
  const [only] = items;
  if (!isRecord(only) || items.length !== 1) return complain(path, 'Only a prohibited use with one constraint can be read.');
  const operand = nameOf(only.leftOperand);
  if (isOurs && operand === 'purpose') return;
  const field = listFieldOf(operand);
  if (field === undefined || !['isAnyOf', 'eq'].includes(nameOf(only.operator)))
    return complain(path, 'The terms have no place for this prohibition.');
  for (const draft of targets) addWords(draft, field, 'restricted', texts(only.rightOperand));
};

const readRightsFacts = (value: unknown, complain: Complain): Partial<Rights> => {
  const facts = isRecord(value) ? value : {};
  const read = <T extends string>(name: string, names: readonly T[]) =>
    oneOf(facts[`clr:${name}`], names, `clr:facts.clr:${name}`, complain);
  const text = (name: string): string | null => (typeof facts[name] === 'string' ? facts[name] : null);
  const origins = ['SOURCE', 'CONTRACT', 'POLICY_TABLE', 'UNKNOWN'] as const;
  const fieldOrigins: Partial<Record<TermField, (typeof origins)[number]>> = {};
  for (const entry of many(facts['clr:fieldOrigin'])) {
    const field = isRecord(entry) ? oneOf(entry['clr:field'], TERM_FIELDS, 'clr:facts.clr:fieldOrigin', complain) : undefined;
    const origin = isRecord(entry) ? oneOf(entry['clr:origin'], origins, 'clr:facts.clr:fieldOrigin', complain) : undefined;
    if (field && origin) fieldOrigins[field] = origin;
  }
  return {
    model: read('model', ['ROYALTY_FREE', 'RIGHTS_MANAGED', 'RIGHTS_READY', 'OWNED']) ?? 'UNKNOWN',
    modelReleased: read('modelReleased', YES_NO) ?? 'UNKNOWN',
    propertyReleased: read('propertyReleased', YES_NO) ?? 'UNKNOWN',
    attributionRequired: read('attributionRequired', YES_NO) ?? 'UNKNOWN',
    attributionText: text('clr:creditText'),
    origin: read('origin', origins) ?? 'UNKNOWN',
    originVersion: text('clr:originVersion'),
    ...(facts['clr:fieldOrigin'] !== undefined && { fieldOrigins }),
  };
};

const partOf = (grant: Grant): RightsPart => ({ ...grant, name: grant.name ?? null });

interface Rule {
  readonly rule: Record_;
  readonly path: string;
}
const rulesIn = (policy: Record_, member: string, complain: Complain): readonly Rule[] =>
  many(policy[member]).flatMap((rule, index) => {
    const path = `${member}[${index}]`;
    if (isRecord(rule)) return [{ rule, path }];
    complain(path, 'A rule is expected here.');
    return [];
  });

const placeOf = ({ rule }: Rule): number => Number(/#grant-(\d+)$/.exec(String(rule.uid))?.[1] ?? 0);

const readOurs = (policy: Record_, complain: Complain): Rights => {
  const rules = ['permission', 'clr:incompletePermission'].flatMap((member) => rulesIn(policy, member, complain));
  const ordered = [...rules].sort((a, b) => placeOf(a) - placeOf(b));
  const drafts = new Map(ordered.map(({ rule, path }) => [String(rule.uid), readGrant(rule, true, path, complain)]));
  for (const { rule, path } of rulesIn(policy, 'prohibition', complain)) {
    const target = drafts.get(String(rule['clr:of']));
    readProhibition(rule, target ? [target] : [], true, path, complain);
  }
  const facts = readRightsFacts(policy['clr:facts'], complain);
  const grants = [...drafts.values()];
  const summary = policy['clr:summary'];
  if (!isRecord(summary)) return { ...UNKNOWN_RIGHTS, ...(grants[0] ?? EMPTY), ...facts };
  const top = readGrant(summary, true, 'clr:summary', complain);
  for (const [index, item] of many(summary['clr:restricts']).entries())
    readProhibition({ action: 'use', constraint: [item] }, [top], true, `clr:summary.clr:restricts[${index}]`, complain);
  return { ...UNKNOWN_RIGHTS, ...top, ...facts, parts: grants.map(partOf) };
};

/** Of another maker: one permission, or several side by side. What a policy leaves out stays unknown, although ODRL would permit it. */
const readForeign = (policy: Record_, complain: Complain): Rights => {
  const permissions = rulesIn(policy, 'permission', complain);
  const drafts = permissions.map(({ rule, path }) => {
    if (!isAction(rule, 'use')) complain(`${path}.action`, 'Only the action use can be read.');
    if (many(rule.duty).length > 0) complain(`${path}.duty`, 'Duties cannot be read.');
    return readGrant(rule, false, path, complain);
  });
  if (drafts.length === 0) drafts.push({ ...EMPTY });
  if (drafts.length > 1) complain('permission', 'Only one permission can be read.');
  for (const { rule, path } of rulesIn(policy, 'prohibition', complain)) readProhibition(rule, drafts, false, path, complain);
  for (const member of ['obligation', 'inheritFrom', 'profile'])
    if (many(policy[member]).length > 0) complain(member, 'The terms have no place for this.');
  if (policy.conflict !== undefined && policy.conflict !== 'prohibit')
    complain('conflict', 'In terms a prohibition always wins.');
  return { ...UNKNOWN_RIGHTS, ...drafts[0] };
};

const subjectOf = (policy: Record_) => {
  const rule = [...many(policy.permission), ...many(policy.prohibition), ...many(policy.obligation)].find(isRecord);
  const member = (name: string) => (typeof policy[name] === 'string' ? { [name]: policy[name] } : {});
  const target = rule && typeof rule.target === 'string' ? { target: rule.target } : {};
  return { uid: String(policy.uid), ...target, ...member('assigner'), ...member('assignee') };
};

/** Of our own policies, what the rules say has to be what the terms read from them would say: else somebody changed one of both. */
export const rightsOfOdrl = (policy: unknown): OdrlReading => {
  const problems: OdrlProblem[] = [];
  const complain: Complain = (path, message) => {
    problems.push({ path, message });
  };
  if (!isRecord(policy) || typeof policy.uid !== 'string')
    return { problems: [{ path: '', message: 'A policy with a uid is expected.' }] };
  const isOurs = policy.profile === ODRL_PROFILE;
  const rights = isOurs ? readOurs(policy, complain) : readForeign(policy, complain);
  if (problems.length === 0 && isOurs && setText(odrlOf(rights, subjectOf(policy))) !== setText(policy as JsonValue))
    complain('', 'The rules of the policy do not say what its terms say.');
  return problems.length > 0 ? { problems } : { rights };
};
