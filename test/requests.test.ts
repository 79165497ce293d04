/** Somebody asks for pictures, others agree to exactly what was seen, and the purchase follows: the whole road, and every turn off it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from './support/gateway.js';
import { ADOBE, booked, buy, freshAsset, GETTY, spends } from './support/purchase.js';
import {
  type Answer,
  addCandidates,
  commentOn,
  createRequest,
  decide,
  fulfilRequest,
  newKey,
  ONE_STEP,
  PEOPLE_KEYS,
  readApproval,
  readRequest,
  refreshCandidate,
  removeCandidate,
  setRules,
  submitRequest,
  submitted,
  withdrawRequest,
} from './support/requests.js';
import { type Simulators, startSimulators } from './support/simulators.js';

let simulators: Simulators;
let gateway: Gateway;
let now = Date.now();

beforeAll(async () => {
  simulators = await startSimulators({ only: [ADOBE.simulator, GETTY.simulator] });
  const env = { ...simulators.env, CLEARANCE_API_KEYS: PEOPLE_KEYS, WORKER: 'off', ASSET_CACHE_TTL_SECONDS: '0' };
  gateway = await startGateway({ env, now: () => now });
});
afterAll(async () => {
  await gateway?.stop();
  await simulators?.stop();
});
beforeEach(async () => {
  now = Date.now();
  await simulators.action(ADOBE.simulator, 'set-account', { kind: 'enterprise-universal' });
  await simulators.action(GETTY.simulator, 'set-quota', { productId: 3101, remaining: 400 });
  for (const { simulator } of [ADOBE, GETTY]) await simulators.clearFaults(simulator);
  await setRules(gateway, [{ name: 'all', steps: ONE_STEP }]);
});

const fresh = async (count: number, vendor = ADOBE) => {
  const assets = [];
  for (let index = 0; index < count; index += 1) assets.push(await freshAsset(gateway, vendor));
  return assets;
};
const codes = (answer: Answer): string[] => answer.problems?.map(({ code }: Answer) => code) ?? [answer.__typename];
const actionsOf = async (subjectId: string): Promise<string[]> =>
  (
    await gateway.database.query('select action from audit_event where subject_id = $1 order by occurred_at, event_id', [
      subjectId,
    ])
  ).map((row) => String(row.action));

describe('the road from the request to the license', () => {
  it('goes over quotes and two steps; a price that changes turns back before anything is spent, and agreed to anew it is bought', async () => {
    const steps = [{ name: 'picture desk' }, { name: 'finance', people: ['key:boss'] }];
    await setRules(gateway, [{ name: 'stock', when: { sources: ['ADOBE_STOCK', 'GETTY_IMAGES'] }, steps, validForHours: 48 }]);
    await simulators.action(ADOBE.simulator, 'set-account', { kind: 'consumer-overage' });
    await simulators.action(ADOBE.simulator, 'set-quota', { quota: 50 });
    const [first, second] = [await freshAsset(gateway, ADOBE), await freshAsset(gateway, GETTY)];
    const request = await submitted(gateway, [first.id, second.id], { request: { campaign: 'spring' } });
    expect(request).toMatchObject({ state: 'SUBMITTED', campaign: 'spring', requestedBy: 'key:requester' });
    expect(request.items.map((item: Answer) => item.state)).toEqual(['PENDING', 'PENDING']);
    for (const { frozen, approval } of request.items) {
      expect(frozen).toMatchObject({ termsHash: expect.stringMatching(/^v1:sha256:/), frozenAt: expect.any(String) });
      expect(frozen.previewRoles.length).toBeGreaterThan(0);
      expect(frozen.quote.fingerprint).toBe(frozen.fingerprint);
      expect((await decide(gateway, approval, 'anna')).approval).toMatchObject({ state: 'PENDING', openStep: 1 });
      expect((await decide(gateway, approval, 'boss')).approval).toMatchObject({ state: 'APPROVED', openStep: null });
    }
    await simulators.action(ADOBE.simulator, 'set-quota', { quota: 0 });
    const turned = await fulfilRequest(gateway, request.id);
    expect(turned.items.map(({ outcome }: Answer) => outcome.__typename)).toEqual(['QuoteChanged', 'LicenseGranted']);
    expect(await booked(simulators, ADOBE, first.externalId)).toEqual([]);
    expect(await spends(simulators, ADOBE, first.externalId)).toBe(0);
    const [stale, bought] = (await readRequest(gateway, request.id)).items;
    expect(bought).toMatchObject({ state: 'BOUGHT', license: { id: expect.any(String) }, approval: { state: 'USED' } });
    expect(stale).toMatchObject({ state: 'VOID', approval: { state: 'VOID', reason: expect.stringContaining('price') } });

    const again = await refreshCandidate(gateway, stale.id);
    expect(again.request.items[0]).toMatchObject({
      state: 'CANDIDATE',
      approval: null,
      frozen: { quote: { __typename: 'QuoteOverage' } },
    });
    const [item] = (await submitRequest(gateway, request.id)).request.items;
    expect(item.approval.id).not.toBe(stale.approval.id);
    for (const caller of ['ben', 'boss']) await decide(gateway, item.approval, caller);
    const done = await fulfilRequest(gateway, request.id);
    expect(done.items.map(({ outcome }: Answer) => outcome.__typename)).toEqual(['LicenseGranted']);
    expect(await booked(simulators, ADOBE, first.externalId)).toHaveLength(1);
    expect(await readRequest(gateway, request.id)).toMatchObject({ state: 'CLOSED' });
    expect(await actionsOf(stale.approval.id)).toEqual([
      'approval.requested',
      'approval.decided',
      'approval.decided',
      'approval.approved',
      'approval.voided',
    ]);
    expect(await actionsOf(item.approval.id)).toEqual([
      'approval.requested',
      'approval.decided',
      'approval.decided',
      'approval.approved',
      'approval.used',
    ]);
    expect(await actionsOf(request.id)).toEqual([
      'request.created',
      'request.submitted',
      'request.fulfilled',
      'request.submitted',
      'request.fulfilled',
    ]);
  });
});

describe('a request', () => {
  it('repeated with its key is one, and with other arguments a conflict', async () => {
    const key = newKey();
    const made = await createRequest(gateway, { idempotencyKey: key });
    expect(await createRequest(gateway, { idempotencyKey: key })).toMatchObject({
      replayed: true,
      request: { id: made.request.id },
    });
    expect((await createRequest(gateway, { idempotencyKey: key, title: 'Others' })).__typename).toBe('IdempotencyConflict');
    const items = [{ assetId: (await freshAsset(gateway, ADOBE)).id }];
    const adding = { idempotencyKey: newKey() };
    const id = made.request.id;
    const answers = await Promise.all(Array.from({ length: 5 }, () => addCandidates(gateway, id, items, adding)));
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect((await readRequest(gateway, id)).items).toHaveLength(1);
    expect(codes(await addCandidates(gateway, id, items))).toEqual(['DUPLICATE']);
    const submitting = { idempotencyKey: newKey() };
    const submits = await Promise.all(Array.from({ length: 5 }, () => submitRequest(gateway, id, submitting)));
    expect(submits.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await gateway.database.query('select 1 from approval where asset_id = $1', [items[0]?.assetId])).toHaveLength(1);
  });

  it('without a rule that asks needs no approval, and is held to the quote that was seen', async () => {
    await setRules(gateway, []);
    const [asset, other] = await fresh(2, GETTY);
    const request = await submitted(gateway, [asset?.id as string, other?.id as string]);
    expect(request.items.map((item: Answer) => item.state)).toEqual(['READY', 'READY']);
    const [first] = request.items;
    const one = await fulfilRequest(gateway, request.id, { itemIds: [first.id] });
    expect(one.items).toMatchObject([{ outcome: { __typename: 'LicenseGranted' }, item: { state: 'BOUGHT' } }]);
    await simulators.action(GETTY.simulator, 'set-quota', { productId: 3101, remaining: 0, overageRemaining: 2 });
    const changed = await fulfilRequest(gateway, request.id);
    expect(changed.items).toMatchObject([{ outcome: { __typename: 'QuoteChanged' }, item: { state: 'READY' } }]);
    expect(await booked(simulators, GETTY, other?.externalId as string)).toEqual([]);
  });

  it('of channels that no rule names is bought without an approval', async () => {
    await setRules(gateway, [{ name: 'tv', when: { channels: ['tv'] }, steps: ONE_STEP }]);
    const [asset] = await fresh(1);
    const request = await submitted(gateway, [asset?.id as string], { request: { channels: ['web'] } });
    expect(request.items[0].state).toBe('READY');
    expect((await fulfilRequest(gateway, request.id)).items[0].outcome.__typename).toBe('LicenseGranted');
    const [onTv] = await fresh(1);
    const televised = await submitted(gateway, [onTv?.id as string], { request: { channels: ['tv', 'web'] } });
    expect(televised.items[0].state).toBe('PENDING');
  });

  it('withdrawn takes its approvals with it', async () => {
    const [asset] = await fresh(1);
    const request = await submitted(gateway, [asset?.id as string]);
    const { approval } = request.items[0];
    await decide(gateway, approval);
    expect(await withdrawRequest(gateway, request.id)).toMatchObject({ replayed: false, request: { state: 'WITHDRAWN' } });
    expect(await withdrawRequest(gateway, request.id)).toMatchObject({ replayed: true });
    expect(await readApproval(gateway, approval.id)).toMatchObject({ state: 'VOID', reason: 'The request was withdrawn.' });
    const refused = await buy(gateway, { assetId: asset?.id as string, idempotencyKey: newKey(), approvalId: approval.id });
    expect(refused).toMatchObject({ __typename: 'ApprovalRequired', state: 'VOID' });
    expect((await decide(gateway, approval, 'anna')).__typename).toBe('AlreadyDecided');
    expect(codes(await fulfilRequest(gateway, request.id))).toEqual(['WITHDRAWN']);
    expect(await booked(simulators, ADOBE, asset?.externalId as string)).toEqual([]);
  });

  it('gives a candidate back, and its approval is void', async () => {
    const [kept, dropped] = await fresh(2);
    const request = await submitted(gateway, [kept?.id as string, dropped?.id as string]);
    const gone = await removeCandidate(gateway, request.items[1].id);
    expect(gone.request.items.map(({ state }: Answer) => state)).toEqual(['PENDING', 'WITHDRAWN']);
    expect(gone.request.items[1].approval.state).toBe('VOID');
    expect(await removeCandidate(gateway, request.items[1].id)).toMatchObject({ replayed: true });
    const back = await addCandidates(gateway, request.id, [{ assetId: dropped?.id }]);
    expect(back.request.items.map(({ state }: Answer) => state)).toEqual(['PENDING', 'WITHDRAWN', 'CANDIDATE']);
  });

  it('looked at again keeps its approval where nothing has changed, and loses it where the price has', async () => {
    const [asset] = await fresh(1, GETTY);
    const request = await submitted(gateway, [asset?.id as string]);
    const { id, approval } = request.items[0];
    await decide(gateway, approval);
    expect((await refreshCandidate(gateway, id)).request.items[0]).toMatchObject({
      state: 'APPROVED',
      approval: { id: approval.id },
    });
    await simulators.action(GETTY.simulator, 'set-quota', { productId: 3101, remaining: 0, overageRemaining: 2 });
    expect((await refreshCandidate(gateway, id)).request.items[0]).toMatchObject({ state: 'CANDIDATE', approval: null });
    expect(await readApproval(gateway, approval.id)).toMatchObject({ state: 'VOID' });
  });

  it('is spoken about by those who have to do with it', async () => {
    const [asset] = await fresh(1);
    const request = await submitted(gateway, [asset?.id as string]);
    const said = {
      requestId: request.id,
      itemId: request.items[0].id,
      text: 'Is there one in portrait?',
      idempotencyKey: newKey(),
    };
    await Promise.all([commentOn(gateway, said), commentOn(gateway, said)]);
    const { comments } = await readRequest(gateway, request.id);
    expect(comments).toEqual([{ author: 'key:approver', text: said.text, itemId: said.itemId }]);
    expect(codes(await commentOn(gateway, { ...said, idempotencyKey: newKey(), text: ' ' }))).toEqual(['REQUIRED']);
  });

  it('is changed by whoever asks and by administrators, seen by those who work on it, and by nobody of another tenant', async () => {
    const [asset] = await fresh(1);
    const request = await submitted(gateway, [asset?.id as string]);
    const QUERY = 'query($id: ID!) { licenseRequest(id: $id) { id } node(id: $id) { id } }';
    const seen = async (caller: string) => (await gateway.query(caller, QUERY, { id: request.id })).data;
    expect(await seen('auditor')).toEqual({ licenseRequest: { id: request.id }, node: { id: request.id } });
    expect(await seen('acme/requester')).toEqual({ licenseRequest: null, node: null });
    expect((await gateway.query('viewer', QUERY, { id: request.id })).errors[0]?.extensions.code).toBe('FORBIDDEN');
    const REMOVE = 'mutation($id: ID!) { removeCandidate(itemId: $id) { __typename } }';
    const remove = (caller: string) => gateway.query(caller, REMOVE, { id: request.items[0].id });
    expect((await remove('licensor')).errors[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await remove('acme/requester')).data.removeCandidate.__typename).toBe('InvalidRequest');
    expect((await remove('admin')).data.removeCandidate.__typename).toBe('LicenseRequestPayload');
    const FULFIL = 'mutation($i: FulfilRequestInput!) { fulfilRequest(input: $i) { __typename } }';
    const input = { requestId: request.id, idempotencyKey: newKey() };
    expect((await gateway.query('requester', FULFIL, { i: input })).errors[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('names everything that is wrong with it at once', async () => {
    const [asset] = await fresh(1);
    const { request } = await createRequest(gateway);
    const items = [
      { assetId: 'x', licenseType: 'y'.repeat(101) },
      { assetId: asset?.id, again: true },
    ];
    expect(codes(await addCandidates(gateway, request.id, items, { idempotencyKey: '' }))).toEqual([
      'REQUIRED',
      'NOT_FOUND',
      'TOO_LONG',
      'REQUIRED',
    ]);
    expect(codes(await addCandidates(gateway, request.id, [{ assetId: asset?.id, licenseType: 'Platinum' }]))).toEqual([
      'UNKNOWN_LICENSE_TYPE',
    ]);
    expect(codes(await submitRequest(gateway, request.id))).toEqual(['NOTHING_TO_SUBMIT']);
    expect(codes(await createRequest(gateway, { title: '', channels: ['Web Site'] }))).toEqual(['REQUIRED', 'INVALID']);
    expect(codes(await fulfilRequest(gateway, request.id))).toEqual(['DRAFT']);
  });

  it('is found by its state, also when it is closed by what was bought', async () => {
    await setRules(gateway, []);
    const [asset] = await fresh(1);
    const request = await submitted(gateway, [asset?.id as string], { request: { campaign: `c-${newKey()}` } });
    const found = async (state: string) => {
      const filter = `{ states: [${state}], campaign: "${request.campaign}" }`;
      const { data } = await gateway.query('auditor', `{ licenseRequests(filter: ${filter}) { edges { node { id state } } } }`);
      return data.licenseRequests.edges.map(({ node }: Answer) => node.state);
    };
    expect([await found('SUBMITTED'), await found('CLOSED')]).toEqual([['SUBMITTED'], []]);
    await fulfilRequest(gateway, request.id);
    expect([await found('SUBMITTED'), await found('CLOSED')]).toEqual([[], ['CLOSED']]);
  });
});

describe('fulfilling a request', () => {
  it('50 times at once with one key, and with others, buys each item once', async () => {
    const assets = await fresh(2);
    const request = await submitted(
      gateway,
      assets.map(({ id }) => id),
    );
    for (const { approval } of request.items) await decide(gateway, approval);
    const idempotencyKey = newKey();
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => fulfilRequest(gateway, request.id, index < 40 ? { idempotencyKey } : {})),
    );
    const last = await fulfilRequest(gateway, request.id, { idempotencyKey });
    expect(last).toMatchObject({ replayed: true, items: [{ item: { state: 'BOUGHT' } }, { item: { state: 'BOUGHT' } }] });
    for (const { externalId } of assets) expect(await booked(simulators, ADOBE, externalId)).toHaveLength(1);
  });

  it('licenses again on purpose, under an approval of its own', async () => {
    await setRules(gateway, []);
    const [asset] = await fresh(1);
    await buy(gateway, { assetId: asset?.id as string, idempotencyKey: newKey() });
    await setRules(gateway, [{ name: 'all', steps: ONE_STEP }]);
    const request = await submitted(gateway, [asset?.id as string], { item: { again: true, reason: 'a second print run' } });
    const { approval } = request.items[0];
    await decide(gateway, approval);
    const asFirst = await buy(gateway, { assetId: asset?.id as string, idempotencyKey: newKey(), approvalId: approval.id });
    expect(asFirst.__typename).toBe('LicenseAlreadyHeld');
    expect(await readApproval(gateway, approval.id)).toMatchObject({ state: 'APPROVED' });
    expect((await fulfilRequest(gateway, request.id)).items[0].outcome.__typename).toBe('LicenseGranted');
    expect(await booked(simulators, ADOBE, asset?.externalId as string)).toHaveLength(2);
  });

  it('that the source refuses gives the approval back, and may be tried again with a new key', async () => {
    const [asset] = await fresh(1, GETTY);
    const request = await submitted(gateway, [asset?.id as string]);
    const { approval } = request.items[0];
    await decide(gateway, approval);
    const body = JSON.stringify({ ErrorCode: 'NotAllowed', ErrorMessage: 'no' });
    const headers = { 'content-type': 'application/json' };
    await simulators.addFault(GETTY.simulator, { endpoint: GETTY.spend, kind: 'status', status: 403, body, headers });
    const refused = await fulfilRequest(gateway, request.id);
    expect(refused.items[0].outcome.__typename).toBe('LicenseRefused');
    expect(refused.items[0].item.state).toBe('FAILED');
    expect(await readApproval(gateway, approval.id)).toMatchObject({ state: 'APPROVED', usedBy: null });
    await simulators.clearFaults(GETTY.simulator);
    expect((await fulfilRequest(gateway, request.id)).items[0].outcome.__typename).toBe('LicenseGranted');
    expect(await actionsOf(approval.id)).toEqual([
      'approval.requested',
      'approval.decided',
      'approval.approved',
      'approval.used',
      'approval.released',
      'approval.used',
    ]);
  });

  it('whose answer is lost keeps the approval taken', async () => {
    const [asset] = await fresh(1, GETTY);
    const request = await submitted(gateway, [asset?.id as string]);
    const { approval } = request.items[0];
    await decide(gateway, approval);
    await simulators.addFault(GETTY.simulator, { endpoint: GETTY.spend, kind: 'reset-after' });
    const lost = await fulfilRequest(gateway, request.id);
    expect(lost.items[0]).toMatchObject({ outcome: { __typename: 'LicensePending' }, item: { state: 'ORDERED' } });
    expect(await readApproval(gateway, approval.id)).toMatchObject({ state: 'USED' });
    expect(codes(await removeCandidate(gateway, request.items[0].id))).toEqual(['ORDERED']);
    const other = await buy(gateway, { assetId: asset?.id as string, idempotencyKey: newKey(), approvalId: approval.id });
    expect(other.__typename).toBe('LicensePending');
    expect(await spends(simulators, GETTY, asset?.externalId as string)).toBe(1);
  });
});
