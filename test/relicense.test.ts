/** Licensing again on purpose: n calls with n keys are n charges, each with its reason, in one chain; a lost answer is counted out and never sent again. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type Gateway, startGateway } from './support/gateway.js';
import {
  ADOBE,
  type BoughtAsset,
  booked,
  buy,
  buyAgain,
  freshAsset,
  GETTY,
  operationRow,
  spends,
  trailOf,
  VENDORS,
  type Vendor,
} from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';

let simulators: Simulators;
let gateway: Gateway;

beforeAll(async () => {
  simulators = await startSimulators({ only: [ADOBE.simulator, GETTY.simulator] });
  const limits = { SPEND_DEADLINE_MS: '3000', SETTLE_HORIZON_SECONDS: '8' };
  gateway = await startGateway({ env: { ...simulators.env, ...limits } });
});
afterEach(async () => {
  for (const { simulator } of VENDORS) await simulators.clearFaults(simulator);
});
afterAll(async () => {
  await gateway?.stop();
  await simulators?.stop();
});

const licensed = async (vendor: Vendor): Promise<{ asset: BoughtAsset; licenseId: string }> => {
  const asset = await freshAsset(gateway, vendor);
  const { licenseType } = vendor;
  const first = await buy(gateway, { assetId: asset.id, idempotencyKey: `first ${asset.id}`, licenseType });
  expect(first.__typename).toBe('LicenseGranted');
  return { asset, licenseId: first.license.id };
};

/** Repeats the call with its key until another purchase of the same asset no longer stands before it. */
const insist = (input: Parameters<typeof buyAgain>[1]) =>
  eventually(
    () => buyAgain(gateway, input),
    (answer) => answer.__typename !== 'LicensePending',
  );

describe.each(VENDORS)('licensing again at $source', (vendor) => {
  const { licenseType } = vendor;

  it('is charged as often as it is asked for, each with its reason, in one chain', async () => {
    const { asset, licenseId } = await licensed(vendor);
    const reasons = ['Second print run', 'Third print run', 'Fourth print run'];
    const answers = await Promise.all(
      reasons.map((reason, n) => insist({ assetId: asset.id, licenseType, reason, idempotencyKey: `again ${n} ${asset.id}` })),
    );
    for (const answer of answers)
      expect(answer).toMatchObject({ __typename: 'LicenseGranted', license: { origin: 'PURCHASED', state: 'ACTIVE' } });
    expect(await booked(simulators, vendor, asset.externalId)).toHaveLength(1 + reasons.length);
    const { data } = await gateway.query(
      'viewer',
      `query($id: ID!) { asset(id: $id) { activeLicense { id state operation { reason operationKind } supersedes { id state operation { reason }
        supersedes { id state operation { reason } supersedes { id state supersededBy { id } supersedes { id } } } } } } }`,
      { id: asset.id },
    );
    const chain: { id: string; state: string; reason: string | null }[] = [];
    for (let link = data.asset.activeLicense; link; link = link.supersedes)
      chain.push({ id: link.id, state: link.state, reason: link.operation?.reason ?? null });
    expect(chain.map(({ state }) => state)).toEqual(['ACTIVE', 'SUPERSEDED', 'SUPERSEDED', 'SUPERSEDED']);
    expect(chain.at(-1)?.id).toBe(licenseId);
    expect(new Set(chain.slice(0, 3).map(({ reason }) => reason))).toEqual(new Set(reasons));
    expect(data.asset.activeLicense.operation.operationKind).toBe('RELICENSE');
    const superseded = await gateway.database.query(
      "select count(*)::integer as n from audit_event where action = 'license.superseded' and asset_id = $1",
      [asset.id],
    );
    expect(superseded).toEqual([{ n: reasons.length }]);
  });

  it('under one key 50 times at once is one further charge', async () => {
    const { asset } = await licensed(vendor);
    const input = { assetId: asset.id, licenseType, reason: 'A second edition', idempotencyKey: `together ${asset.id}` };
    const answers = await Promise.all(Array.from({ length: 50 }, () => buyAgain(gateway, input)));
    expect(new Set(answers.map((answer) => answer.operation.id)).size).toBe(1);
    expect(await insist(input)).toMatchObject({ __typename: 'LicenseGranted', replayed: true });
    expect(await booked(simulators, vendor, asset.externalId)).toHaveLength(2);
    const other = await buyAgain(gateway, { ...input, reason: 'Another reason' });
    expect(other.__typename).toBe('IdempotencyConflict');
    expect(await booked(simulators, vendor, asset.externalId)).toHaveLength(2);
  });

  it.each([
    ['charged', 'reset-after', true],
    ['not charged', 'reset-before', false],
  ] as const)('whose answer was lost and that was %s is found out without sending again', async (_, kind, charged) => {
    const { asset } = await licensed(vendor);
    const input = { assetId: asset.id, licenseType, reason: 'A lost answer', idempotencyKey: `lost ${kind} ${asset.id}` };
    const before = await spends(simulators, vendor, asset.externalId);
    await simulators.addFault(vendor.simulator, { endpoint: vendor.spend, kind, times: 1 });
    expect(await buyAgain(gateway, input)).toMatchObject({ __typename: 'LicensePending', operation: { state: 'UNKNOWN' } });
    const row = await eventually(
      () => operationRow(gateway, input.idempotencyKey),
      ({ state }) => state !== 'UNKNOWN',
      45_000,
    );
    expect(row.state).toBe(charged ? 'CONFIRMED' : 'NEEDS_REVIEW');
    expect(row.sent_count).toBe(1);
    expect(['COUNTED', 'TAGGED']).toContain(row.spend_class);
    expect(await spends(simulators, vendor, asset.externalId)).toBe(before + 1);
    expect(await booked(simulators, vendor, asset.externalId)).toHaveLength(charged ? 2 : 1);
    expect(await trailOf(gateway, input.idempotencyKey)).toEqual([
      'license.requested',
      'license.sent',
      'license.unknown',
      ...(charged ? ['license.superseded', 'license.granted'] : ['license.escalated']),
    ]);
  });

  it('of what nobody holds, without a reason, or after a foreign license is refused, and nothing is spent', async () => {
    const asset = await freshAsset(gateway, vendor);
    const { licenseId: foreign } = await licensed(vendor);
    const base = { assetId: asset.id, licenseType, reason: 'Because', idempotencyKey: `refused ${asset.id}` };
    for (const [changed, path, code] of [
      [{}, 'assetId', 'NOT_LICENSED'],
      [{ reason: '  ' }, 'reason', 'REQUIRED'],
      [{ supersedes: foreign }, 'supersedes', 'NOT_FOUND'],
    ] as const) {
      const answer = await buyAgain(gateway, { ...base, ...changed });
      expect(answer).toMatchObject({ __typename: 'InvalidRequest', problems: [{ path, code }] });
    }
    expect(await spends(simulators, vendor, asset.externalId)).toBe(0);
  });

  it('after a license that another follows already names that, and nothing is spent', async () => {
    const { asset, licenseId } = await licensed(vendor);
    const input = { assetId: asset.id, licenseType, reason: 'Once', idempotencyKey: `once ${asset.id}`, supersedes: licenseId };
    expect(await buyAgain(gateway, input)).toMatchObject({ license: { supersedes: { id: licenseId } } });
    const second = await buyAgain(gateway, { ...input, idempotencyKey: `twice ${asset.id}` });
    expect(second).toMatchObject({ problems: [{ path: 'supersedes', code: 'ALREADY_SUPERSEDED' }] });
    expect(await booked(simulators, vendor, asset.externalId)).toHaveLength(2);
  });
});

describe('a further license at Adobe Stock', () => {
  it('is told from one that came shortly before, though the history does not show that one yet', async () => {
    const { asset } = await licensed(ADOBE);
    await simulators.setSwitch(ADOBE.simulator, 'history-lag-ms', 5_000);
    const input = { assetId: asset.id, licenseType: 'Standard', reason: 'In a row' };
    expect((await buyAgain(gateway, { ...input, idempotencyKey: `row 1 ${asset.id}` })).__typename).toBe('LicenseGranted');
    // Never carried out: when the first one appears in the history, it must not be taken for this one.
    await simulators.addFault(ADOBE.simulator, { endpoint: ADOBE.spend, kind: 'reset-before', times: 1 });
    const key = `row 2 ${asset.id}`;
    expect(await buyAgain(gateway, { ...input, idempotencyKey: key })).toMatchObject({ operation: { state: 'UNKNOWN' } });
    const row = await eventually(
      () => operationRow(gateway, key),
      ({ state }) => state !== 'UNKNOWN',
      45_000,
    );
    await simulators.setSwitch(ADOBE.simulator, 'history-lag-ms', 0);
    expect(row).toMatchObject({ state: 'NEEDS_REVIEW', failure: { code: 'NOT_SETTLED' } });
    expect(await booked(simulators, ADOBE, asset.externalId)).toHaveLength(2);
  });

  it('follows only a license of its own type, so that a chain never forks over two of them', async () => {
    const { asset, licenseId } = await licensed(ADOBE);
    const extended = await buy(gateway, { assetId: asset.id, licenseType: 'Extended', idempotencyKey: `extended ${asset.id}` });
    expect(extended.__typename).toBe('LicenseGranted');
    const input = { assetId: asset.id, licenseType: 'Extended', reason: 'Wider use', supersedes: licenseId };
    const refused = await buyAgain(gateway, { ...input, idempotencyKey: `crossed ${asset.id}` });
    expect(refused).toMatchObject({ __typename: 'InvalidRequest', problems: [{ path: 'supersedes', code: 'OTHER_TYPE' }] });
    expect(await booked(simulators, ADOBE, asset.externalId)).toHaveLength(2);
  });

  it('sends license_again, and a first one never does', async () => {
    const { asset } = await licensed(ADOBE);
    await buyAgain(gateway, { assetId: asset.id, licenseType: 'Standard', reason: 'Again', idempotencyKey: `wire ${asset.id}` });
    const queries = (await simulators.journal(ADOBE.simulator))
      .filter(({ endpoint, query }) => endpoint === ADOBE.spend && query.includes(asset.externalId))
      .map(({ query }) => new URLSearchParams(query).get('license_again'));
    expect(queries).toEqual(['false', 'true']);
  });
});
