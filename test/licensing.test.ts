/** Buying a license through GraphQL: one charge per intent, whoever repeats or races it, and what is on record afterwards. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type Gateway, startGateway } from './support/gateway.js';
import {
  ADOBE,
  booked,
  buy,
  freshAsset,
  GETTY,
  licenseCount,
  OUTCOME,
  operationRow,
  spends,
  trailOf,
  VENDORS,
} from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';

let simulators: Simulators;
let gateway: Gateway;

const operationBy = async (where: string, value: string) =>
  (
    await gateway.query(
      'viewer',
      `query($value: ${where === 'id' ? 'ID' : 'String'}!) { licenseOperation(${where}: $value) { id state outcome { ${OUTCOME} } license { id } asset { id } } }`,
      { value },
    )
  ).data.licenseOperation;

const many = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

beforeAll(async () => {
  simulators = await startSimulators();
  gateway = await startGateway({ env: simulators.env });
});
afterEach(async () => {
  for (const { simulator } of VENDORS) await simulators.clearFaults(simulator);
});
afterAll(async () => {
  await gateway?.stop();
  await simulators?.stop();
});

describe.each(VENDORS)('a first license of $source', (vendor) => {
  const { licenseType } = vendor;

  it('is charged once, and the same key gives the same answer without asking the source again', async () => {
    const asset = await freshAsset(gateway, vendor);
    const input = { assetId: asset.id, idempotencyKey: `first-${vendor.source}`, licenseType };
    const first = await buy(gateway, input);
    expect(first).toMatchObject({
      __typename: 'LicenseGranted',
      replayed: false,
      license: { licenseType, origin: 'PURCHASED', state: 'ACTIVE', licensedBy: 'key:licensor', asset: { id: asset.id } },
      operation: { state: 'CONFIRMED', idempotencyKey: input.idempotencyKey },
    });
    const again = await buy(gateway, input);
    expect(again).toEqual({ ...first, replayed: true });
    expect(await spends(simulators, vendor, asset.externalId)).toBe(1);
    expect(await booked(simulators, vendor, asset.externalId)).toMatchObject([{ licenseType }]);
  });

  it('with a used key and other arguments is a conflict, and nothing is spent', async () => {
    const [asset, other] = [await freshAsset(gateway, vendor), await freshAsset(gateway, vendor)];
    const idempotencyKey = `conflict-${vendor.source}`;
    expect((await buy(gateway, { assetId: asset.id, idempotencyKey, licenseType })).__typename).toBe('LicenseGranted');
    for (const changed of [
      { assetId: other.id },
      { allocation: { costCenter: '4711' } },
      { acceptOverage: true },
      { references: [{ key: 'project_code', value: 'ALPHA' }] },
    ]) {
      const answer = await buy(gateway, { assetId: asset.id, idempotencyKey, licenseType, ...changed });
      expect(answer.__typename).toBe('IdempotencyConflict');
    }
    expect(await booked(simulators, vendor, asset.externalId)).toHaveLength(1);
    expect(await booked(simulators, vendor, other.externalId)).toEqual([]);
  });

  it('asked for 50 times at once under one key is one operation and one charge', async () => {
    const asset = await freshAsset(gateway, vendor);
    const input = { assetId: asset.id, idempotencyKey: `together-${vendor.source}`, licenseType };
    await simulators.addFault(vendor.simulator, { endpoint: vendor.look, kind: 'latency', ms: 200 });
    const answers = await many(50, () => buy(gateway, input));
    expect(new Set(answers.map((answer) => answer.operation.id)).size).toBe(1);
    expect(new Set(answers.map((answer) => answer.__typename)).size).toBeLessThanOrEqual(2);
    const settled = await many(5, () => buy(gateway, input));
    for (const answer of settled) expect(answer).toMatchObject({ __typename: 'LicenseGranted', replayed: true });
    expect(answers.filter((answer) => answer.__typename === 'LicenseGranted' && !answer.replayed)).toHaveLength(1);
    expect(await booked(simulators, vendor, asset.externalId)).toHaveLength(1);
    expect(await spends(simulators, vendor, asset.externalId)).toBe(1);
    expect(await licenseCount(gateway, asset.id)).toBe(1);
  });

  it('asked for under 50 keys at once is charged once, and every key ends with the one license', async () => {
    const asset = await freshAsset(gateway, vendor);
    // Some hear what the source holds long before others: what they heard is old when their turn to spend comes.
    await simulators.addFault(vendor.simulator, { endpoint: vendor.look, kind: 'latency', ms: 400, probability: 0.5 });
    const inputOf = (index: number) => ({ assetId: asset.id, idempotencyKey: `key-${index}-${vendor.source}`, licenseType });
    const answers = await many(50, (index) => buy(gateway, inputOf(index)));
    expect(answers.filter((answer) => answer.__typename === 'LicenseGranted')).toHaveLength(1);
    const final = await many(50, (index) => buy(gateway, inputOf(index)));
    expect(new Set(final.map((answer) => answer.license?.id)).size).toBe(1);
    expect(final.filter((answer) => answer.__typename === 'LicenseGranted')).toHaveLength(1);
    expect(await booked(simulators, vendor, asset.externalId)).toHaveLength(1);
    expect(await licenseCount(gateway, asset.id)).toBe(1);
  });

  it('that our store holds already is not asked for again', async () => {
    const asset = await freshAsset(gateway, vendor);
    const bought = await buy(gateway, { assetId: asset.id, idempotencyKey: `had-1-${vendor.source}`, licenseType });
    const requests = Object.values(await simulators.counts(vendor.simulator)).reduce((sum, n) => sum + n, 0);
    const held = await buy(gateway, { assetId: asset.id, idempotencyKey: `had-2-${vendor.source}`, licenseType });
    expect(held).toMatchObject({ __typename: 'LicenseAlreadyHeld', replayed: false, license: { id: bought.license.id } });
    expect(held.operation.id).not.toBe(bought.operation.id);
    // The asset may be read anew, nothing else.
    const after = Object.values(await simulators.counts(vendor.simulator)).reduce((sum, n) => sum + n, 0);
    expect(after - requests).toBeLessThanOrEqual(1);
    expect(await trailOf(gateway, `had-2-${vendor.source}`)).toEqual(['license.requested', 'license.already_held']);
  });

  it('that a colleague bought at the source is recorded as owned, without spending', async () => {
    const asset = await freshAsset(gateway, vendor);
    const outside =
      vendor === ADOBE
        ? { contentId: Number(asset.externalId), license: licenseType }
        : { assetId: asset.externalId, via: 'download', productId: 3101, sameUser: true };
    await simulators.action(vendor.simulator, 'purchase-outside', outside);
    const answer = await buy(gateway, { assetId: asset.id, idempotencyKey: `outside-${vendor.source}`, licenseType });
    expect(answer).toMatchObject({
      __typename: 'LicenseAlreadyHeld',
      license: { origin: 'ALREADY_OWNED', chargedUnits: 0, licensedBy: 'unknown' },
    });
    expect(await spends(simulators, vendor, asset.externalId)).toBe(0);
    expect(await booked(simulators, vendor, asset.externalId)).toHaveLength(1);
  });

  it('leaves operation, license, frozen terms and trail, the last of them written in one transaction', async () => {
    const asset = await freshAsset(gateway, vendor);
    const idempotencyKey = `record-${vendor.source}`;
    const allocation = { costCenter: '4711', department: 'Brand', campaign: 'Spring', project: 'P1', purchaseOrder: 'PO-9' };
    const references = vendor === GETTY ? [{ key: 'project_code', value: 'ALPHA' }] : [];
    const { license, operation } = await buy(gateway, { assetId: asset.id, idempotencyKey, licenseType, allocation, references });
    const { database } = gateway;
    const row = await operationRow(gateway, idempotencyKey);
    expect(row).toMatchObject({
      state: 'CONFIRMED',
      mutation: 'licenseAsset',
      key_bound: true,
      requested_by: 'key:licensor',
      license_type: licenseType,
      asset_id: asset.id,
      outcome: { kind: 'LicenseGranted' },
      failure: null,
      lease_until: null,
      baseline: { held: null, verdict: 'possible' },
    });
    expect(Number(row.created_at)).toBeLessThanOrEqual(Number(row.sending_at));
    expect(Number(row.sending_at)).toBeLessThanOrEqual(Number(row.settled_at));
    const [stored] = await database.query('select *, xmin::text as tx from license where operation_id = $1', [row.operation_id]);
    expect(stored).toMatchObject({
      tenant_id: 'default',
      state: 'ACTIVE',
      origin: 'PURCHASED',
      cost_center: '4711',
      department: 'Brand',
      campaign: 'Spring',
      project: 'P1',
      purchase_order: 'PO-9',
      licensed_by: 'key:licensor',
      license_id: row.license_id,
    });
    const terms = await database.query('select *, xmin::text as tx from license_terms where license_id = $1', [row.license_id]);
    expect(terms).toMatchObject([{ version: 1 }]);
    const events = await database.query(
      "select action, actor, license_id, xmin::text as tx from audit_event where data->>'idempotencyKey' = $1 order by occurred_at, event_id",
      [idempotencyKey],
    );
    expect(events.map(({ action }) => action)).toEqual(['license.requested', 'license.sent', 'license.granted']);
    const [settled] = await database.query('select xmin::text as tx from license_operation where operation_id = $1', [
      row.operation_id,
    ]);
    expect([stored?.tx, terms[0]?.tx, events[2]?.tx]).toEqual([settled?.tx, settled?.tx, settled?.tx]);
    expect(new Set(events.map(({ tx }) => tx)).size).toBe(3);

    const { data } = await gateway.query(
      'licensor',
      'query($id: ID!) { license(id: $id) { rights { termsHash } auditEvents { edges { node { action leafHash data actor } } } allocation { costCenter } references { key value } } }',
      { id: license.id },
    );
    expect(data.license).toMatchObject({
      rights: { termsHash: terms[0]?.terms_hash },
      allocation: { costCenter: '4711' },
      references,
    });
    expect(data.license.auditEvents.edges).toHaveLength(1);
    expect(data.license.auditEvents.edges[0].node).toMatchObject({ action: 'license.granted', actor: 'key:licensor' });
    expect(await operationBy('id', operation.id)).toEqual(await operationBy('idempotencyKey', idempotencyKey));
    expect(await operationBy('id', operation.id)).toMatchObject({
      state: 'CONFIRMED',
      license: { id: license.id },
      outcome: { __typename: 'LicenseGranted', replayed: true },
    });
  });

  it('of an unknown type is refused with the types that there are, and the source is asked nothing', async () => {
    const asset = await freshAsset(gateway, vendor);
    const before = await simulators.counts(vendor.simulator);
    const answer = await buy(gateway, { assetId: asset.id, idempotencyKey: `type-${vendor.source}`, licenseType: 'Platinum' });
    expect(answer).toMatchObject({
      __typename: 'InvalidRequest',
      problems: [{ path: 'licenseType', code: 'UNKNOWN_LICENSE_TYPE', message: expect.stringContaining(licenseType) }],
    });
    expect(await simulators.counts(vendor.simulator)).toEqual(before);
    expect(await operationRow(gateway, `type-${vendor.source}`)).toEqual({});
  });
});

describe('a first license of Getty Images that another tenant of the account has just bought', () => {
  it('waits until the source shows it, and is not charged again', async () => {
    const asset = await freshAsset(gateway, GETTY);
    const { licenseType } = GETTY;
    await simulators.setSwitch(GETTY.simulator, 'history-lag-ms', 2_000);
    expect((await buy(gateway, { assetId: asset.id, idempotencyKey: 'next door', licenseType })).__typename).toBe(
      'LicenseGranted',
    );
    const { data } = await gateway.query(
      'acme/viewer',
      `{ assetByExternalId(source: GETTY_IMAGES, externalId: "${asset.externalId}") { id } }`,
    );
    const input = { assetId: data.assetByExternalId.id, idempotencyKey: 'next door', licenseType };
    expect(await buy(gateway, input, 'acme/licensor')).toMatchObject({
      __typename: 'LicensePending',
      operation: { state: 'RECEIVED' },
    });
    const settled = await eventually(
      () => buy(gateway, input, 'acme/licensor'),
      (answer) => answer.__typename !== 'LicensePending',
    );
    await simulators.setSwitch(GETTY.simulator, 'history-lag-ms', 0);
    expect(settled).toMatchObject({ __typename: 'LicenseAlreadyHeld', license: { origin: 'ALREADY_OWNED' } });
    expect(await booked(simulators, GETTY, asset.externalId)).toHaveLength(1);
  });
});
