/** Asking for pictures through the front door: requests, candidates, approvals, and buying what was approved. */
import type { Gateway } from './gateway.js';
import { OUTCOME } from './purchase.js';

// biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
export type Answer = any;

let keys = 0;
/** A key that no other call has. */
export const newKey = (): string => `requests-${process.pid}-${keys++}`;

export const ITEM = `id state licenseType again addedBy license { id } operation { id state } failure { code }
  frozen { title creditLine previewRoles termsHash fingerprint frozenAt
    quote { __typename ... on QuoteWithinEntitlement { units fingerprint } ... on QuoteOverage { price { amount currency } fingerprint } } }
  approval { id state contentHash reason openStep expiresAt rule }`;
export const REQUEST = `id state origin title campaign requestedBy items { ${ITEM} } comments { author text itemId }`;
const CHANGED = `__typename ... on LicenseRequestPayload { replayed request { ${REQUEST} } }
  ... on InvalidRequest { problems { path code message } } ... on IdempotencyConflict { message }`;
export const APPROVAL = `id state contentHash reason openStep expiresAt rulesVersion usedBy { id }
  decisions { step decision decidedBy onBehalfOf note } content { price { amount currency } units form department }`;

/** One mutation; a thrown error is a failure of the test. */
const run = async (gateway: Gateway, caller: string, document: string, variables: Record<string, unknown>): Promise<Answer> => {
  const { data, errors } = await gateway.query(caller, document, variables);
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return Object.values(data)[0];
};

const withInput =
  (name: string, type: string, selection: string) =>
  (gateway: Gateway, input: object, caller: string): Promise<Answer> =>
    run(gateway, caller, `mutation($input: ${type}!) { ${name}(input: $input) { ${selection} } }`, { input });

export const createRequest = (gateway: Gateway, input: object = {}, caller = 'requester'): Promise<Answer> =>
  withInput('createRequest', 'CreateRequestInput', CHANGED)(
    gateway,
    { title: 'Pictures for spring', idempotencyKey: newKey(), ...input },
    caller,
  );
export const addCandidates = (
  gateway: Gateway,
  requestId: string,
  items: readonly object[],
  { caller = 'requester', idempotencyKey = newKey() } = {},
): Promise<Answer> =>
  withInput('addCandidates', 'AddCandidatesInput', CHANGED)(gateway, { requestId, items, idempotencyKey }, caller);
export const submitRequest = (
  gateway: Gateway,
  requestId: string,
  { caller = 'requester', idempotencyKey = newKey() } = {},
): Promise<Answer> => withInput('submitRequest', 'SubmitRequestInput', CHANGED)(gateway, { requestId, idempotencyKey }, caller);
export const commentOn = (gateway: Gateway, input: object, caller = 'approver'): Promise<Answer> =>
  withInput('commentOnRequest', 'CommentOnRequestInput', CHANGED)(gateway, { idempotencyKey: newKey(), ...input }, caller);
export const removeCandidate = (gateway: Gateway, itemId: string, caller = 'requester'): Promise<Answer> =>
  run(gateway, caller, `mutation($id: ID!) { removeCandidate(itemId: $id) { ${CHANGED} } }`, { id: itemId });
export const refreshCandidate = (gateway: Gateway, itemId: string, caller = 'requester'): Promise<Answer> =>
  run(gateway, caller, `mutation($id: ID!) { refreshCandidate(itemId: $id) { ${CHANGED} } }`, { id: itemId });
export const withdrawRequest = (gateway: Gateway, requestId: string, caller = 'requester'): Promise<Answer> =>
  run(gateway, caller, `mutation($id: ID!) { withdrawRequest(requestId: $id, reason: "not needed") { ${CHANGED} } }`, {
    id: requestId,
  });
export const fulfilRequest = (
  gateway: Gateway,
  requestId: string,
  { caller = 'licensor', idempotencyKey = newKey(), itemIds = null as readonly string[] | null } = {},
): Promise<Answer> =>
  withInput(
    'fulfilRequest',
    'FulfilRequestInput',
    `__typename ... on FulfilRequestPayload { replayed request { ${REQUEST} } items { item { id state } outcome { ${OUTCOME} } error { code } } }
     ... on InvalidRequest { problems { path code } } ... on IdempotencyConflict { message }`,
  )(gateway, { requestId, idempotencyKey, ...(itemIds && { itemIds }) }, caller);

const DECIDED = `__typename ... on DecideApprovalPayload { replayed approval { ${APPROVAL} } }
  ... on ContentChanged { approval { ${APPROVAL} } message } ... on AlreadyDecided { approval { ${APPROVAL} } message }
  ... on InvalidRequest { problems { path code } } ... on IdempotencyConflict { message }`;
export const DECIDE = `mutation($input: DecideApprovalInput!) { decideApproval(input: $input) { ${DECIDED} } }`;
export const decide = (
  gateway: Gateway,
  approval: { readonly id: string; readonly contentHash: string },
  caller = 'approver',
  input: object = {},
): Promise<Answer> =>
  run(gateway, caller, DECIDE, {
    input: {
      approvalId: approval.id,
      expectedContentHash: approval.contentHash,
      decision: 'APPROVE',
      idempotencyKey: newKey(),
      ...input,
    },
  });
/** The code of the fault that a caller gets who may not decide. */
export const decideCode = async (gateway: Gateway, approval: Answer, caller: string): Promise<unknown> => {
  const input = {
    approvalId: approval.id,
    expectedContentHash: approval.contentHash,
    decision: 'APPROVE',
    idempotencyKey: newKey(),
  };
  return (await gateway.query(caller, DECIDE, { input })).errors[0]?.extensions.code;
};

export const ONE_STEP = [{ name: 'sign-off' }];
export const setRules = (gateway: Gateway, rules: readonly object[], caller = 'admin'): Promise<Answer> =>
  withInput(
    'setApprovalRules',
    'SetApprovalRulesInput',
    '__typename ... on SetApprovalRulesPayload { approvalRules { version rules { name onSave } } } ... on InvalidRequest { problems { path code } }',
  )(gateway, { rules }, caller);
export const setDelegation = (gateway: Gateway, input: object, caller: string): Promise<Answer> =>
  withInput(
    'setDelegation',
    'SetDelegationInput',
    '__typename ... on SetDelegationPayload { delegation { delegator delegate from until } } ... on InvalidRequest { problems { path code } }',
  )(gateway, input, caller);

export const readRequest = async (gateway: Gateway, id: string, caller = 'requester'): Promise<Answer> =>
  run(gateway, caller, `query($id: ID!) { licenseRequest(id: $id) { ${REQUEST} } }`, { id });
export const readApproval = async (gateway: Gateway, id: string, caller = 'approver'): Promise<Answer> =>
  run(gateway, caller, `query($id: ID!) { approval(id: $id) { ${APPROVAL} } }`, { id });
export const inbox = async (gateway: Gateway, caller: string): Promise<readonly string[]> => {
  const found = await run(gateway, caller, '{ approvals(filter: { mine: true }, first: 100) { edges { node { id } } } }', {});
  return found.edges.map(({ node }: Answer) => node.id);
};

/** A submitted request for assets, each of which a rule wants approved. */
export const submitted = async (
  gateway: Gateway,
  assetIds: readonly string[],
  { caller = 'requester', item = {}, request = {} } = {},
): Promise<Answer> => {
  const made = await createRequest(gateway, request, caller);
  const added = await addCandidates(
    gateway,
    made.request.id,
    assetIds.map((assetId) => ({ assetId, ...item })),
    { caller },
  );
  if (added.__typename !== 'LicenseRequestPayload') throw new Error(JSON.stringify(added));
  const done = await submitRequest(gateway, made.request.id, { caller });
  if (done.__typename !== 'LicenseRequestPayload') throw new Error(JSON.stringify(done));
  return done.request;
};

/** People of one role each, beside one of every role; `caller` is their name. */
const PEOPLE = ['anna:approver', 'ben:approver', 'cleo:approver', 'dora:viewer', 'boss:admin+approver', 'both:licensor+approver'];
const ROLES = ['viewer', 'requester', 'approver', 'licensor', 'distributor', 'auditor', 'admin'];
export const PEOPLE_KEYS = [
  ...[...ROLES.map((role) => `${role}:${role}`), ...PEOPLE].map((person) => ['default', person] as const),
  ...['requester:requester', 'approver:approver', 'licensor:licensor', 'admin:admin'].map((person) => ['acme', person] as const),
]
  .map(([tenant, person]) => {
    const [name, roles] = person.split(':');
    return `${tenant}/${name}:${roles}:test-key-${tenant}-${name}-0123456789`;
  })
  .join(',');
