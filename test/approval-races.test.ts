/** Many at once: decisions on one approval come to one end, and whatever the order of things, nothing is bought that was not agreed to. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Gateway, startGateway } from './support/gateway.js';
import { ADOBE, booked, buy, freshAsset, GETTY } from './support/purchase.js';
import {
  type Answer,
  addCandidates,
  createRequest,
  DECIDE,
  decide,
  fulfilRequest,
  newKey,
  ONE_STEP,
  PEOPLE_KEYS,
  readApproval,
  readRequest,
  refreshCandidate,
  setRules,
  submitRequest,
  submitted,
  withdrawRequest,
} from './support/requests.js';
import { type Simulators, startSimulators } from './support/simulators.js';

const CROWD = Array.from({ length: 20 }, (_, index) => `judge${index}`);
const CROWD_KEYS = CROWD.map((name) => `default/${name}:approver:test-key-default-${name}-0123456789`).join(',');

let simulators: Simulators;
let gateway: Gateway;
let now = Date.now();

beforeAll(async () => {
  simulators = await startSimulators({ only: [ADOBE.simulator, GETTY.simulator] });
  const env = { ...simulators.env, CLEARANCE_API_KEYS: `${PEOPLE_KEYS},${CROWD_KEYS}`, WORKER: 'off' };
  gateway = await startGateway({ env, now: () => now });
});
afterAll(async () => {
  await gateway?.stop();
  await simulators?.stop();
});

describe('20 decisions at once', () => {
  it.each([1, 2, 3])('end in one outcome, with a quorum of %i', async (quorum) => {
    await setRules(gateway, [{ name: 'crowd', steps: [{ name: 'crowd', quorum }] }]);
    const asset = await freshAsset(gateway, GETTY);
    const { approval } = (await submitted(gateway, [asset.id])).items[0];
    const answers = await Promise.all(
      CROWD.map((name, index) => decide(gateway, approval, name, { decision: index % 4 === 0 ? 'REJECT' : 'APPROVE' })),
    );
    const ends = answers.map(({ approval: seen }) => seen.state).filter((state) => state !== 'PENDING');
    expect(new Set(ends).size).toBe(1);
    const { state, decisions } = await readApproval(gateway, approval.id);
    expect(state).toBe(ends[0]);
    expect(answers.filter(({ __typename: name }) => name === 'DecideApprovalPayload')).toHaveLength(decisions.length);
    const approved = decisions.filter(({ decision }: Answer) => decision === 'APPROVE').length;
    expect(state).toBe(approved >= quorum ? 'APPROVED' : 'REJECTED');
    const ended = await gateway.database.query(
      "select 1 from audit_event where subject_id = $1 and action in ('approval.approved', 'approval.rejected')",
      [approval.id],
    );
    expect(ended).toHaveLength(1);
  });

  it('of one person count once', async () => {
    await setRules(gateway, [{ name: 'two', steps: [{ name: 'two', quorum: 2 }] }]);
    const asset = await freshAsset(gateway, GETTY);
    const { approval } = (await submitted(gateway, [asset.id])).items[0];
    const input = { approvalId: approval.id, expectedContentHash: approval.contentHash, decision: 'APPROVE' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => gateway.query('anna', DECIDE, { input: { ...input, idempotencyKey: newKey() } })),
    );
    expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(1);
    expect(await readApproval(gateway, approval.id)).toMatchObject({ state: 'PENDING', decisions: [{ decidedBy: 'key:anna' }] });
  });
});

describe('20 purchases at once under one approval', () => {
  it('are one', async () => {
    await setRules(gateway, [{ name: 'all', steps: ONE_STEP }]);
    const asset = await freshAsset(gateway, GETTY);
    const { approval } = (await submitted(gateway, [asset.id])).items[0];
    await decide(gateway, approval);
    await Promise.all(
      Array.from({ length: 20 }, () => buy(gateway, { assetId: asset.id, idempotencyKey: newKey(), approvalId: approval.id })),
    );
    expect(await booked(simulators, GETTY, asset.externalId)).toHaveLength(1);
    const used = await gateway.database.query("select 1 from audit_event where subject_id = $1 and action = 'approval.used'", [
      approval.id,
    ]);
    expect(used).toHaveLength(1);
  });
});

/** What people and the source may do, in any order. */
const STEPS = [
  'submit',
  'approve',
  'reject',
  'refresh',
  'withdraw',
  'dearer',
  'cheaper',
  'expire',
  'bare',
  'given',
  'fulfil',
  'lift',
  'set',
] as const;
type Step = (typeof STEPS)[number];

describe('whatever happens in whichever order', () => {
  const rule = { name: 'all', steps: [{ name: 'crowd', quorum: 2 }], validForHours: 1 };
  const setQuota = (remaining: number) =>
    simulators.action(GETTY.simulator, 'set-quota', { productId: 3101, remaining, overageRemaining: 500 });

  /** One story of one asset; whether a rule asked for an approval during all of it. */
  const play = async (story: readonly (readonly Step[])[]): Promise<{ externalId: string; assetId: string; ruled: boolean }> => {
    await setRules(gateway, [rule]);
    await setQuota(400);
    const asset = await freshAsset(gateway, GETTY);
    const made = await createRequest(gateway);
    const id = made.request.id;
    await addCandidates(gateway, id, [{ assetId: asset.id }]);
    let ruled = true;
    let judge = 0;
    const item = async (): Promise<Answer> => (await readRequest(gateway, id)).items[0];
    const acts: Readonly<Record<Step, () => Promise<unknown>>> = {
      submit: () => submitRequest(gateway, id),
      approve: async () => {
        const { approval } = await item();
        if (approval) await gateway.query(CROWD[judge++ % 20] as string, DECIDE, decision(approval, 'APPROVE'));
      },
      reject: async () => {
        const { approval } = await item();
        if (approval) await gateway.query(CROWD[judge++ % 20] as string, DECIDE, decision(approval, 'REJECT'));
      },
      refresh: async () => refreshCandidate(gateway, (await item()).id),
      withdraw: () => withdrawRequest(gateway, id),
      dearer: () => setQuota(0),
      cheaper: () => setQuota(400),
      expire: async () => {
        now += 3_700_000;
      },
      bare: () => buy(gateway, { assetId: asset.id, idempotencyKey: newKey(), acceptOverage: true }),
      given: async () => {
        const { approval } = await item();
        const extra = approval ? { approvalId: approval.id } : {};
        await buy(gateway, { assetId: asset.id, idempotencyKey: newKey(), acceptOverage: true, ...extra });
      },
      fulfil: () => fulfilRequest(gateway, id),
      lift: async () => {
        ruled = false;
        await setRules(gateway, []);
      },
      set: () => setRules(gateway, [rule]),
    };
    for (const together of story) await Promise.all(together.map((step) => acts[step]()));
    return { externalId: asset.externalId, assetId: asset.id, ruled };
  };
  const decision = (approval: Answer, verdict: string) => ({
    input: { approvalId: approval.id, expectedContentHash: approval.contentHash, decision: verdict, idempotencyKey: newKey() },
  });

  it('nothing is bought without a live approval of exactly that content where a rule asks for one', async () => {
    let purchases = 0;
    const likely = fc.constantFrom<Step>(...STEPS, 'approve', 'approve', 'approve', 'given', 'fulfil', 'submit');
    const story = fc.array(fc.array(likely, { minLength: 1, maxLength: 4 }), { minLength: 4, maxLength: 10 });
    const typical: (readonly Step[])[][] = [
      [['submit'], ['approve', 'approve'], ['given', 'fulfil', 'bare']],
      [
        ['submit'],
        ['approve', 'approve', 'given'],
        ['dearer'],
        ['given'],
        ['refresh'],
        ['submit'],
        ['approve', 'approve'],
        ['fulfil'],
      ],
      [['submit'], ['approve', 'approve'], ['withdraw', 'given', 'fulfil']],
      [['submit'], ['approve', 'approve'], ['refresh', 'given', 'dearer'], ['given']],
    ];
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        const { externalId, assetId, ruled } = await play(steps);
        const entries = await booked(simulators, GETTY, externalId);
        const used = await gateway.database.query(
          `select a.content, o.baseline, o.created_at, a.expires_at, o.sending_at,
            (select count(*) from approval_decision d where d.approval_id = a.approval_id and d.decision = 'APPROVE')::integer as agreed
           from approval a join license_operation o on o.operation_id = a.used_by where a.asset_id = $1`,
          [assetId],
        );
        expect(entries.length).toBeLessThanOrEqual(1);
        if (ruled) expect(used).toHaveLength(entries.length);
        for (const row of used) {
          const [content, baseline] = [row.content as Answer, row.baseline as Answer];
          expect(row.agreed).toBe(2);
          expect(content.form).toBe(baseline.verdict === 'overage' ? 'OVERAGE' : 'ENTITLEMENT');
          expect([content.price, content.units]).toEqual([baseline.price, content.form === 'OVERAGE' ? null : baseline.units]);
          expect((row.expires_at as Date) > (row.sending_at as Date)).toBe(true);
        }
        purchases += entries.length;
      }),
      { numRuns: 40, examples: typical.map((steps) => [steps.map((one) => [...one])]) },
    );
    expect(purchases).toBeGreaterThan(3);
  }, 240_000);
});
