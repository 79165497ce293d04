/** Who may agree to what, for how long, and what a purchase without it comes to. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from './support/gateway.js';
import { ADOBE, booked, buy, buyAgain, freshAsset, GETTY, operationRow, spends } from './support/purchase.js';
import {
  type Answer,
  DECIDE,
  decide,
  decideCode,
  inbox,
  newKey,
  ONE_STEP,
  PEOPLE_KEYS,
  readApproval,
  readRequest,
  setDelegation,
  setRules,
  submitted,
} from './support/requests.js';
import { type Simulators, startSimulators } from './support/simulators.js';

const HOUR = 3_600_000;
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
  await setRules(gateway, [{ name: 'all', steps: ONE_STEP }]);
});

/** An asset that was asked for, and its approval. */
const asked = async (vendor = ADOBE, options: Parameters<typeof submitted>[2] = {}) => {
  const asset = await freshAsset(gateway, vendor);
  const request = await submitted(gateway, [asset.id], options);
  return { asset, request, approval: request.items[0].approval as Answer };
};
const order = (assetId: string, approvalId?: string, extra: object = {}) => ({
  assetId,
  idempotencyKey: newKey(),
  ...(approvalId && { approvalId }),
  ...extra,
});

describe('a decision', () => {
  it('needs the quorum of each step, of different people', async () => {
    await setRules(gateway, [
      {
        name: 'two and one',
        steps: [
          { name: 'desk', quorum: 2 },
          { name: 'boss', people: ['key:boss'] },
        ],
      },
    ]);
    const { approval } = await asked();
    expect((await decide(gateway, approval, 'anna')).approval).toMatchObject({ state: 'PENDING', openStep: 0 });
    expect(await decideCode(gateway, approval, 'anna')).toBe('FORBIDDEN');
    expect((await decide(gateway, approval, 'ben')).approval).toMatchObject({ state: 'PENDING', openStep: 1 });
    expect(await decideCode(gateway, approval, 'cleo')).toBe('FORBIDDEN');
    const done = await decide(gateway, approval, 'boss', { note: 'fine' });
    expect(done.approval).toMatchObject({ state: 'APPROVED', openStep: null });
    expect(done.approval.decisions.map(({ decidedBy, step }: Answer) => [decidedBy, step])).toEqual([
      ['key:anna', 0],
      ['key:ben', 0],
      ['key:boss', 1],
    ]);
  });

  it('is never of whoever asked', async () => {
    const asset = await freshAsset(gateway, ADOBE);
    const request = await submitted(gateway, [asset.id], { caller: 'boss' });
    const { approval } = request.items[0];
    expect(await decideCode(gateway, approval, 'boss')).toBe('FORBIDDEN');
    await setDelegation(gateway, { to: 'key:cleo', until: new Date(now + HOUR).toISOString() }, 'anna');
    expect((await decide(gateway, approval, 'anna')).approval.state).toBe('APPROVED');
  });

  it('that rejects ends it at once', async () => {
    await setRules(gateway, [{ name: 'long', steps: [{ name: 'desk', quorum: 3 }, { name: 'boss' }] }]);
    const { approval, asset, request } = await asked();
    expect((await decide(gateway, approval, 'anna', { decision: 'REJECT', note: 'too dark' })).approval.state).toBe('REJECTED');
    expect(await decide(gateway, approval, 'ben')).toMatchObject({
      __typename: 'AlreadyDecided',
      approval: { state: 'REJECTED' },
    });
    expect((await readRequest(gateway, request.id)).state).toBe('CLOSED');
    expect(await buy(gateway, order(asset.id, approval.id))).toMatchObject({ __typename: 'ApprovalRequired', state: 'REJECTED' });
  });

  it('on what the caller did not look at is none', async () => {
    const { approval } = await asked();
    const stale = { ...approval, contentHash: `v1:sha256:${'0'.repeat(64)}` };
    expect(await decide(gateway, stale)).toMatchObject({
      __typename: 'ContentChanged',
      approval: { contentHash: approval.contentHash, state: 'PENDING', decisions: [] },
    });
    expect((await decide(gateway, { ...approval, contentHash: 'x' })).problems).toMatchObject([{ path: 'expectedContentHash' }]);
  });

  it('repeated with its key is one, and with another decision a conflict', async () => {
    await setRules(gateway, [{ name: 'two', steps: [{ name: 'desk', quorum: 2 }] }]);
    const { approval } = await asked();
    const idempotencyKey = newKey();
    const answers = await Promise.all(Array.from({ length: 5 }, () => decide(gateway, approval, 'anna', { idempotencyKey })));
    expect(answers.filter(({ replayed }) => replayed)).toHaveLength(4);
    expect((await readApproval(gateway, approval.id)).decisions).toHaveLength(1);
    expect((await decide(gateway, approval, 'anna', { idempotencyKey, decision: 'REJECT' })).__typename).toBe(
      'IdempotencyConflict',
    );
  });

  it('of another tenant’s approval does not exist', async () => {
    const { approval } = await asked();
    expect((await decide(gateway, approval, 'acme/approver')).problems).toMatchObject([{ code: 'NOT_FOUND' }]);
    const { data } = await gateway.query('acme/approver', '{ approvals { edges { node { id } } } }');
    expect(data.approvals.edges).toEqual([]);
    const id = { id: approval.id };
    expect(
      (await gateway.query('acme/approver', 'query($id: ID!) { approval(id: $id) { id } node(id: $id) { id } }', id)).data,
    ).toEqual({
      approval: null,
      node: null,
    });
  });
});

describe('somebody who is away', () => {
  it('has another decide from and until a time, who then speaks for both', async () => {
    await setRules(gateway, [{ name: 'anna', steps: [{ name: 'anna', people: ['key:anna'] }, { name: 'desk' }] }]);
    const { approval } = await asked();
    const [from, until] = [new Date(now + HOUR).toISOString(), new Date(now + 3 * HOUR).toISOString()];
    const set = await setDelegation(gateway, { to: 'key:dora', from, until }, 'anna');
    expect(set.delegation).toEqual({ delegator: 'key:anna', delegate: 'key:dora', from, until });
    expect(await decideCode(gateway, approval, 'dora')).toBe('FORBIDDEN');
    expect(await inbox(gateway, 'dora')).not.toContain(approval.id);
    now += 2 * HOUR;
    expect(await inbox(gateway, 'dora')).toContain(approval.id);
    const { approval: after } = await decide(gateway, approval, 'dora');
    expect(after).toMatchObject({ openStep: 1, decisions: [{ decidedBy: 'key:dora', onBehalfOf: 'key:anna' }] });
    expect(await decideCode(gateway, approval, 'anna')).toBe('FORBIDDEN');
    expect(await inbox(gateway, 'anna')).not.toContain(approval.id);
    expect((await decide(gateway, approval, 'ben')).approval.state).toBe('APPROVED');
    const { approval: next } = await asked();
    now += 2 * HOUR;
    expect(await decideCode(gateway, next, 'dora')).toBe('FORBIDDEN');
    await setDelegation(gateway, { to: null }, 'anna');
  });

  it('cannot have decided what they asked for themselves', async () => {
    await setRules(gateway, [{ name: 'boss', steps: [{ name: 'boss', people: ['key:boss'] }] }]);
    const { approval } = await asked(ADOBE, { caller: 'boss' });
    await setDelegation(gateway, { to: 'key:anna', until: new Date(now + HOUR).toISOString() }, 'boss');
    expect(await inbox(gateway, 'anna')).not.toContain(approval.id);
    expect(await decideCode(gateway, approval, 'anna')).toBe('FORBIDDEN');
    await setDelegation(gateway, { to: null }, 'boss');
  });

  it('names somebody who is there, and a time that comes', async () => {
    const until = new Date(now + HOUR).toISOString();
    expect((await setDelegation(gateway, { to: 'key:nobody', until }, 'anna')).problems).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await setDelegation(gateway, { to: 'key:anna', until }, 'anna')).problems).toMatchObject([{ path: 'to' }]);
    expect((await setDelegation(gateway, { to: 'key:ben' }, 'anna')).problems).toMatchObject([
      { path: 'until', code: 'REQUIRED' },
    ]);
  });
});

describe('the inbox', () => {
  it('holds what its owner could decide now, and nothing else', async () => {
    await setRules(gateway, [{ name: 'steps', steps: [{ name: 'desk' }, { name: 'boss', people: ['key:boss'] }] }]);
    const { approval } = await asked();
    const holders = async () => {
      const names = ['anna', 'ben', 'boss', 'dora', 'requester', 'auditor'];
      const boxes = await Promise.all(names.map((name) => inbox(gateway, name)));
      return names.filter((_, index) => boxes[index]?.includes(approval.id));
    };
    expect(await holders()).toEqual(['anna', 'ben', 'boss']);
    await decide(gateway, approval, 'anna');
    expect(await holders()).toEqual(['boss']);
    await decide(gateway, approval, 'boss');
    expect(await holders()).toEqual([]);
  });
});

describe('a purchase that a rule wants approved', () => {
  it('without an approval spends nothing, frees its key, and names the approval that is under way', async () => {
    const asset = await freshAsset(gateway, ADOBE);
    const input = order(asset.id);
    expect(await buy(gateway, input)).toMatchObject({ __typename: 'ApprovalRequired', approvalId: null, state: 'NOT_REQUESTED' });
    expect(await operationRow(gateway, input.idempotencyKey)).toMatchObject({ state: 'REJECTED', key_bound: false });
    const request = await submitted(gateway, [asset.id]);
    const { approval } = request.items[0];
    expect(await buy(gateway, input)).toMatchObject({
      __typename: 'ApprovalRequired',
      approvalId: approval.id,
      state: 'PENDING',
    });
    await decide(gateway, approval);
    expect(await buy(gateway, input)).toMatchObject({
      __typename: 'ApprovalRequired',
      approvalId: approval.id,
      state: 'APPROVED',
    });
    expect(await spends(simulators, ADOBE, asset.externalId)).toBe(0);
    const bought = await buy(gateway, { ...input, approvalId: approval.id });
    expect(bought.__typename).toBe('LicenseGranted');
    expect(await buy(gateway, { ...input, approvalId: approval.id })).toMatchObject({ replayed: true, license: bought.license });
    expect(await readApproval(gateway, approval.id)).toMatchObject({ state: 'USED', usedBy: { id: bought.operation.id } });
    expect((await readRequest(gateway, request.id)).items[0]).toMatchObject({
      state: 'BOUGHT',
      license: { id: bought.license.id },
    });
  });

  it('takes the approval for itself alone', async () => {
    const { asset, approval } = await asked(GETTY);
    await decide(gateway, approval);
    const first = await buy(gateway, order(asset.id, approval.id));
    expect(first.__typename).toBe('LicenseGranted');
    const again = { ...order(asset.id, approval.id), reason: 'once more' };
    expect((await buyAgain(gateway, again)).__typename).toBe('ApprovalRequired');
    const other = await freshAsset(gateway, GETTY);
    expect(await buy(gateway, order(other.id, approval.id))).toMatchObject({ __typename: 'ApprovalRequired' });
    expect(await booked(simulators, GETTY, asset.externalId)).toHaveLength(1);
    expect(await booked(simulators, GETTY, other.externalId)).toEqual([]);
  });

  it('at another price makes the approval void', async () => {
    const { asset, approval } = await asked(GETTY);
    await decide(gateway, approval);
    await simulators.action(GETTY.simulator, 'set-quota', { productId: 3101, remaining: 0, overageRemaining: 2 });
    const input = order(asset.id, approval.id, { acceptOverage: true });
    expect(await buy(gateway, input)).toMatchObject({ __typename: 'QuoteChanged', current: { __typename: 'QuoteOverage' } });
    expect(await readApproval(gateway, approval.id)).toMatchObject({
      state: 'VOID',
      reason: expect.stringContaining('allowance'),
    });
    await simulators.action(GETTY.simulator, 'set-quota', { productId: 3101, remaining: 400 });
    expect(await buy(gateway, input)).toMatchObject({ __typename: 'ApprovalRequired', state: 'VOID' });
    expect(await booked(simulators, GETTY, asset.externalId)).toEqual([]);
  });

  it('for another department or with another type is not what was approved, and leaves the approval alone', async () => {
    const { asset, approval } = await asked(ADOBE, { request: { allocation: { department: 'press' } } });
    await decide(gateway, approval);
    const elsewhere = order(asset.id, approval.id, { allocation: { department: 'sales' } });
    expect(await buy(gateway, elsewhere)).toMatchObject({ __typename: 'ApprovalRequired', state: 'APPROVED' });
    const extended = order(asset.id, approval.id, { allocation: { department: 'press' }, licenseType: 'Extended' });
    expect((await buy(gateway, extended)).__typename).toBe('ApprovalRequired');
    expect((await buy(gateway, order(asset.id, approval.id, { allocation: { department: 'press' } }))).__typename).toBe(
      'LicenseGranted',
    );
  });

  it('comes too late when the time of the approval is over', async () => {
    await setRules(gateway, [{ name: 'short', steps: ONE_STEP, validForHours: 2 }]);
    const { asset, approval, request } = await asked();
    await decide(gateway, approval);
    now += 2 * HOUR;
    expect(await readApproval(gateway, approval.id)).toMatchObject({ state: 'EXPIRED' });
    expect((await readRequest(gateway, request.id)).items[0].state).toBe('EXPIRED');
    expect(await buy(gateway, order(asset.id, approval.id))).toMatchObject({ __typename: 'ApprovalRequired', state: 'EXPIRED' });
    now -= 1;
    expect((await buy(gateway, order(asset.id, approval.id))).__typename).toBe('LicenseGranted');
  });

  it('is not for the buyer who alone approved it', async () => {
    const { asset, approval } = await asked();
    await decide(gateway, approval, 'both');
    expect(await buy(gateway, order(asset.id, approval.id), 'both')).toMatchObject({
      __typename: 'ApprovalRequired',
      state: 'APPROVED',
    });
    expect((await buy(gateway, order(asset.id, approval.id), 'licensor')).__typename).toBe('LicenseGranted');
  });

  it('holds from the moment the rule is set, and no longer than it stands', async () => {
    await setRules(gateway, []);
    const asset = await freshAsset(gateway, ADOBE);
    await setRules(gateway, [{ name: 'new', steps: ONE_STEP }]);
    const input = order(asset.id);
    expect((await buy(gateway, input)).__typename).toBe('ApprovalRequired');
    await setRules(gateway, []);
    expect((await buy(gateway, input)).__typename).toBe('LicenseGranted');
  });

  it('is one of many for itself', async () => {
    const { asset, approval } = await asked();
    await decide(gateway, approval);
    const other = await freshAsset(gateway, ADOBE);
    const items = [{ assetId: asset.id, approvalId: approval.id }, { assetId: other.id }];
    const { data } = await gateway.query(
      'licensor',
      'mutation($i: LicenseAssetsInput!) { licenseAssets(input: $i) { ... on LicenseAssetsPayload { items { outcome { __typename } } } } }',
      { i: { items, idempotencyKey: newKey() } },
    );
    expect(data.licenseAssets.items.map(({ outcome }: Answer) => outcome.__typename)).toEqual([
      'LicenseGranted',
      'ApprovalRequired',
    ]);
  });

  it('under an approval that does not exist is an invalid request', async () => {
    const { asset, approval } = await asked();
    await gateway.database.query("select 1 where $1 <> ''", [approval.id]);
    const id = Buffer.from('Approval:019aaf00-0000-7000-8000-000000000001').toString('base64url');
    expect(await buy(gateway, order(asset.id, id))).toMatchObject({ problems: [{ path: 'approvalId', code: 'NOT_FOUND' }] });
  });
});

describe('rules', () => {
  const needs = async (when: object, extra: object = {}, vendor = ADOBE) => {
    await setRules(gateway, [{ name: 'tested', when, steps: ONE_STEP }]);
    const asset = await freshAsset(gateway, vendor);
    return (await buy(gateway, order(asset.id, undefined, extra))).__typename === 'ApprovalRequired';
  };
  const press = { allocation: { department: 'press' } };

  it('ask by source, license type, department and channel, and take what is left unsaid for meant', async () => {
    expect(await needs({ sources: ['GETTY_IMAGES'] })).toBe(false);
    expect(await needs({ sources: ['ADOBE_STOCK'] })).toBe(true);
    expect(await needs({ licenseTypes: ['Extended'] }, { licenseType: 'Standard' })).toBe(false);
    expect(await needs({ licenseTypes: ['Extended'] }, { licenseType: 'Extended' })).toBe(true);
    expect(await needs({ departments: ['sales'] }, press)).toBe(false);
    expect(await needs({ departments: ['press'] }, press)).toBe(true);
    expect(await needs({ departments: ['sales'] })).toBe(true);
    expect(await needs({ channels: ['tv'] })).toBe(true);
    expect(await needs({ editorial: true })).toBe(false);
    expect(await needs({ sources: ['ADOBE_STOCK'], departments: ['sales'] }, press)).toBe(false);
  });

  it('ask by price: one that is extra, and one that cannot be told', async () => {
    expect(await needs({ priceAtLeast: { amount: '1', currency: 'USD' } })).toBe(false);
    expect(await needs({ unpriced: true })).toBe(true);
    await simulators.action(ADOBE.simulator, 'set-account', { kind: 'consumer-overage' });
    await simulators.action(ADOBE.simulator, 'set-quota', { quota: 0 });
    const overage = { acceptOverage: true };
    expect(await needs({ priceAtLeast: { amount: '0.01', currency: 'USD' } }, overage)).toBe(true);
    expect(await needs({ priceAtLeast: { amount: '9999', currency: 'USD' } }, overage)).toBe(false);
    expect(await needs({ priceAtLeast: { amount: '9999', currency: 'JPY' } }, overage)).toBe(true);
    await simulators.action(GETTY.simulator, 'set-quota', { productId: 3101, remaining: 0, overageRemaining: 2 });
    expect(await needs({ priceAtLeast: { amount: '9999', currency: 'USD' } }, overage, GETTY)).toBe(true);
  });

  it('are versions that administrators set, and the first that matches applies', async () => {
    const before = (await setRules(gateway, [])).approvalRules.version;
    const rules = [
      { name: 'first', when: { departments: ['press'] }, steps: ONE_STEP },
      { name: 'second', steps: [{ name: 'desk', quorum: 2 }] },
    ];
    expect((await setRules(gateway, rules)).approvalRules.version).toBe(before + 1);
    expect((await setRules(gateway, rules)).approvalRules.version).toBe(before + 1);
    const { approval } = await asked(ADOBE, { request: press });
    expect(approval.rule).toBe('first');
    const { approval: other } = await asked(ADOBE, { request: { allocation: { department: 'sales' } } });
    expect(other.rule).toBe('second');
    const broken = [{ name: '', steps: [{ name: 'x', people: ['a b'], quorum: 3 }], validForHours: 0 }];
    expect((await setRules(gateway, broken)).problems.map(({ path }: Answer) => path)).toEqual([
      'rules.0.name',
      'rules.0.steps.0.people.0',
      'rules.0.steps.0.quorum',
      'rules.0.validForHours',
    ]);
    const SET = 'mutation { setApprovalRules(input: { rules: [] }) { __typename } }';
    expect((await gateway.query('licensor', SET)).errors[0]?.extensions.code).toBe('FORBIDDEN');
    expect(
      (
        await gateway.query('requester', DECIDE, {
          input: { approvalId: other.id, decision: 'APPROVE', expectedContentHash: other.contentHash, idempotencyKey: newKey() },
        })
      ).errors[0]?.extensions.code,
    ).toBe('FORBIDDEN');
  });

  it('that apply to one tenant are nothing to another', async () => {
    const { data } = await gateway.query('acme/admin', '{ approvalRules { version rules { name } } }');
    expect(data.approvalRules).toEqual({ version: 0, rules: [] });
  });
});

describe('saving assets', () => {
  const SAVE = `mutation($i: SaveSelectionInput!) { saveSelection(input: $i) { __typename ... on SaveSelectionPayload { replayed
    selection { id name assetIds unreviewed { assetId why } request { id origin state items { id state approval { id contentHash } } } } }
    ... on InvalidRequest { problems { path code } } ... on IdempotencyConflict { message } } }`;
  const save = async (input: object, caller = 'requester'): Promise<Answer> => {
    const i = { name: 'My pictures', idempotencyKey: newKey(), ...input };
    const { data, errors } = await gateway.query(caller, SAVE, { i });
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return data.saveSelection;
  };
  const three = async () => (await Promise.all([1, 2, 3].map(() => freshAsset(gateway, ADOBE)))).map(({ id }) => id);

  it('that a rule wants to see makes one request of them, which the next ones join', async () => {
    await setRules(gateway, [{ name: 'review', steps: ONE_STEP, onSave: true }]);
    const ids = await three();
    const idempotencyKey = newKey();
    const saved = await save({ assetIds: ids, idempotencyKey });
    expect(saved.selection).toMatchObject({ assetIds: ids, unreviewed: [], request: { origin: 'RULE', state: 'SUBMITTED' } });
    expect(saved.selection.request.items.map(({ state }: Answer) => state)).toEqual(['PENDING', 'PENDING', 'PENDING']);
    expect(await save({ assetIds: ids, idempotencyKey })).toMatchObject({
      replayed: true,
      selection: { id: saved.selection.id },
    });
    expect(await buy(gateway, order(ids[0] as string))).toMatchObject({
      __typename: 'ApprovalRequired',
      approvalId: saved.selection.request.items[0].approval.id,
      state: 'PENDING',
    });
    const more = await save({ assetIds: [ids[0], ...(await three())] });
    expect(more.selection.request).toMatchObject({ id: saved.selection.request.id });
    expect(more.selection.request.items).toHaveLength(6);
    const others = await save({ assetIds: await three() }, 'licensor');
    expect(others.selection.request.id).not.toBe(saved.selection.request.id);
  });

  it('at once from many sides opens one request', async () => {
    await setRules(gateway, [{ name: 'review', steps: ONE_STEP, onSave: true }]);
    const ids = await three();
    const saves = await Promise.all([1, 2, 3, 4].map(() => save({ assetIds: ids, allocation: { project: 'together' } }, 'boss')));
    expect(new Set(saves.map(({ selection }) => selection.request.id)).size).toBe(1);
    expect((await readRequest(gateway, saves[0].selection.request.id)).items).toHaveLength(3);
  });

  it('that no rule wants to see is saved, and for its owner alone', async () => {
    const ids = await three();
    const saved = await save({ assetIds: ids });
    expect(saved.selection.request).toBeNull();
    const QUERY = 'query($id: ID!) { selection(id: $id) { assets { id } } selections { edges { node { id } } } }';
    const mine = await gateway.query('requester', QUERY, { id: saved.selection.id });
    expect(mine.data.selection.assets.map(({ id }: Answer) => id)).toEqual(ids);
    expect(mine.data.selections.edges[0].node.id).toBe(saved.selection.id);
    const theirs = await gateway.query('licensor', QUERY, { id: saved.selection.id });
    expect(theirs.data.selection).toBeNull();
    expect((await save({ assetIds: ['x', 'x'], name: '' })).problems.map(({ path }: Answer) => path)).toEqual([
      'name',
      'assetIds',
      'assetIds.0',
      'assetIds.1',
    ]);
  });
});

describe('the approval state of a page', () => {
  it('is one statement or two, whatever its length', async () => {
    const assets = await Promise.all(Array.from({ length: 20 }, () => freshAsset(gateway, ADOBE)));
    const request = await submitted(
      gateway,
      assets.slice(0, 2).map(({ id }) => id),
    );
    await decide(gateway, request.items[0].approval);
    const statements = async () =>
      Number(/^clearance_sql_statements_total (\d+)/m.exec(await (await fetch(`${gateway.url}/metrics`)).text())?.[1]);
    const statesOf = async (ids: readonly string[]) => {
      const before = await statements();
      const { data } = await gateway.query('viewer', 'query($ids: [ID!]!) { assets(ids: $ids) { approvalState withdrawnAt } }', {
        ids,
      });
      return { states: data.assets.map(({ approvalState }: Answer) => approvalState), cost: (await statements()) - before };
    };
    const ids = assets.map(({ id }) => id);
    expect((await statesOf(ids)).states.slice(0, 3)).toEqual(['APPROVED', 'PENDING', 'NOT_REQUESTED']);
    // Others may ask the database meanwhile: of several looks the cheapest is the page's own.
    const least = async (some: readonly string[]) => {
      const costs = [];
      for (let look = 0; look < 5; look += 1) costs.push((await statesOf(some)).cost);
      return Math.min(...costs);
    };
    expect(await least(ids)).toBe(await least(ids.slice(0, 1)));
    await setRules(gateway, []);
    expect((await statesOf(ids)).states.every((state: string) => state === 'NOT_REQUIRED')).toBe(true);
  });
});
