/** What the ODRL Information Model 2.2 asks of a policy in JSON-LD, written from the recommendation and knowing nothing of our writer. */

type Node = Record<string, unknown>;
const IRI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]+$/;

/** Of the vocabulary; terms of a profile are IRIs or prefixed names of a declared prefix. */
const LEFT_OPERANDS = new Set(
  `absolutePosition absoluteSpatialPosition absoluteTemporalPosition absoluteSize count dateTime delayPeriod deliveryChannel elapsedTime
   event fileFormat industry language media meteredTime payAmount percentage product purpose recipient relativePosition
   relativeSpatialPosition relativeTemporalPosition relativeSize resolution spatial spatialCoordinates systemDevice timeInterval
   unitOfCount version virtualLocation`.split(/\s+/),
);
const OPERATORS = new Set('eq gt gteq lt lteq neq isA hasPart isPartOf isAllOf isAnyOf isNoneOf'.split(' '));
const SET_OPERATORS = new Set(['isAllOf', 'isAnyOf', 'isNoneOf']);
const ACTIONS = new Set(
  `use transfer aggregate annotate anonymize archive attribute compensate concurrentUse delete derive digitize display distribute
   ensureExclusivity execute extract give grantUse include index inform install modify move nextPolicy obtainConsent play present
   print read reproduce reviewPolicy sell stream synchronize textToSpeech transform translate uninstall watermark acceptTracking`.split(
    /\s+/,
  ),
);
/** Terms that the published context maps to something else than the vocabulary's IRI. */
const BROKEN_IN_CONTEXT = new Set(['industry', 'neq']);
const LOGICAL = ['or', 'xone', 'and', 'andSequence'];

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const many = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

export const odrlComplaints = (policy: unknown): string[] => {
  const complaints: string[] = [];
  const complain = (path: string, what: string): void => void complaints.push(`${path}: ${what}`);
  if (!isNode(policy)) return ['no object'];
  const contexts = many(policy['@context']);
  if (contexts[0] !== 'http://www.w3.org/ns/odrl.jsonld') complain('@context', "ODRL's context first");
  const prefixes = new Map<string, string>([
    ['odrl', 'http://www.w3.org/ns/odrl/2/'],
    ['xsd', 'http://www.w3.org/2001/XMLSchema#'],
    ['rdf', 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'],
    ...contexts.filter(isNode).flatMap((context) => Object.entries(context) as [string, string][]),
  ]);
  const profiles = many(policy.profile);
  for (const profile of profiles) if (typeof profile !== 'string' || !IRI.test(profile)) complain('profile', 'an IRI');

  const isIri = (value: unknown): boolean => typeof value === 'string' && IRI.test(value);
  const expanded = (term: string): string | undefined => {
    const [prefix = '', ...rest] = term.split(':');
    const base = prefixes.get(prefix);
    return base !== undefined && rest.length > 0 ? base + rest.join(':') : undefined;
  };
  const isTermOf = (term: unknown, words: ReadonlySet<string>): boolean => {
    if (typeof term !== 'string') return false;
    if (words.has(term)) return !BROKEN_IN_CONTEXT.has(term);
    const iri = expanded(term);
    if (iri === undefined) return false;
    const odrl = prefixes.get('odrl') as string;
    if (iri.startsWith(odrl)) return words.has(iri.slice(odrl.length));
    // A term of a profile, which the policy must name.
    return profiles.some((profile) => iri.startsWith(`${String(profile)}#`));
  };

  const constraints = (value: unknown, path: string): void => {
    for (const [index, item] of many(value).entries()) {
      const at = `${path}[${index}]`;
      if (!isNode(item)) {
        complain(at, 'a constraint');
        continue;
      }
      const operands = LOGICAL.filter((name) => name in item);
      if (operands.length > 0) {
        if (operands.length > 1 || 'leftOperand' in item) complain(at, 'one logical operand alone');
        continue;
      }
      if (!isTermOf(item.leftOperand, LEFT_OPERANDS)) complain(at, `one leftOperand, not ${String(item.leftOperand)}`);
      if (!isTermOf(item.operator, OPERATORS)) complain(at, 'one operator');
      if ('rightOperand' in item === 'rightOperandReference' in item) complain(at, 'rightOperand or its reference');
      if (Array.isArray(item.rightOperand) && !SET_OPERATORS.has(String(item.operator)))
        complain(at, 'a set operator for a list');
      if (Array.isArray(item.rightOperand) && item.rightOperand.length === 0) complain(at, 'an operand');
      if (item.leftOperand === 'dateTime') {
        const { '@type': type, '@value': text } = item.rightOperand as Node;
        if (type !== 'xsd:dateTime' || Number.isNaN(Date.parse(String(text)))) complain(at, 'an xsd:dateTime');
      }
      if (item.leftOperand === 'count' && !(typeof item.rightOperand === 'number' && item.rightOperand >= 0))
        complain(at, 'a count');
      if ('unit' in item && !(isNode(item.unit) && isIri(item.unit['@id']))) complain(at, 'a unit that is an IRI');
    }
  };

  const action = (value: unknown, path: string): void => {
    const actions = many(value);
    const [only] = actions;
    if (actions.length !== 1) complain(path, 'one action');
    if (!isNode(only)) {
      if (!isTermOf(only, ACTIONS)) complain(path, `a known action, not ${String(only)}`);
      return;
    }
    const name = isNode(only['rdf:value']) ? only['rdf:value']['@id'] : undefined;
    if (!isTermOf(name, ACTIONS)) complain(path, 'a known refined action');
    if (many(only.refinement).length === 0) complain(path, 'a refinement');
    constraints(only.refinement, `${path}.refinement`);
  };

  const parties = (rule: Node) => [rule.assigner ?? policy.assigner, rule.assignee ?? policy.assignee];
  const uids = new Set<unknown>();
  const identify = (node: Node, path: string): void => {
    if (!('uid' in node)) return;
    if (!isIri(node.uid)) complain(path, 'a uid that is an IRI');
    if (uids.has(node.uid)) complain(path, 'a uid of its own');
    uids.add(node.uid);
  };

  if (!('uid' in policy)) complain('', 'one uid');
  identify(policy, '');
  const type = String(policy['@type']);
  if (!['Set', 'Offer', 'Agreement'].includes(type)) complain('@type', 'a policy type');
  if ('conflict' in policy && !['perm', 'prohibit', 'invalid'].includes(String(policy.conflict)))
    complain('conflict', 'a conflict term');

  const members = {
    permission: many(policy.permission),
    prohibition: many(policy.prohibition),
    obligation: many(policy.obligation),
  };
  const rules = Object.values(members).flat();
  if (rules.length === 0) complain('', 'at least one permission, prohibition or obligation');
  for (const [member, list] of Object.entries(members)) {
    for (const [index, rule] of list.entries()) {
      const path = `${member}[${index}]`;
      if (!isNode(rule)) {
        complain(path, 'a rule');
        continue;
      }
      identify(rule, path);
      action(rule.action ?? policy.action, `${path}.action`);
      const target = rule.target ?? policy.target;
      if (member !== 'obligation' && !isIri(target)) complain(path, 'one target that is an IRI');
      if (target !== undefined && !isIri(target)) complain(path, 'a target that is an IRI');
      constraints(rule.constraint, `${path}.constraint`);
      if ('duty' in rule && member !== 'permission') complain(path, 'a duty of permissions alone');
      for (const duty of many(rule.duty)) {
        if (!isNode(duty)) complain(path, 'a duty');
        else {
          action(duty.action, `${path}.duty.action`);
          constraints(duty.constraint, `${path}.duty.constraint`);
        }
      }
      for (const party of parties(rule)) if (party !== undefined && !isIri(party)) complain(path, 'a party that is an IRI');
    }
  }
  if (type !== 'Set') {
    const binding = [...members.permission, ...members.prohibition].filter(isNode);
    if (binding.length === 0) complain('', `a permission or prohibition in an ${type}`);
    for (const rule of binding) {
      const [assigner, assignee] = parties(rule);
      if (assigner === undefined || (type === 'Agreement' && assignee === undefined)) complain('', `the parties of an ${type}`);
    }
  }
  return complaints;
};
