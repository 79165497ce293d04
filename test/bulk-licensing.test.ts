/** Many licenses in one call: each item for itself, once, however often and in whatever order the list comes. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from './support/gateway.js';
import { ADOBE, booked, freshAsset, GETTY, OUTCOME } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';

let simulators: Simulators;
let gateway: Gateway;

beforeAll(async () => {
  simulators = await startSimulators({ only: [ADOBE.simulator, GETTY.simulator] });
  gateway = await startGateway({ env: simulators.env });
});
afterAll(async () => {
  await gateway?.stop();
  await simulators?.stop();
});

interface Item {
  readonly assetId: string;
  readonly licenseType?: string;
}
const BULK = `mutation($input: LicenseAssetsInput!) { licenseAssets(input: $input) { __typename
  ... on LicenseAssetsPayload { items { assetId licenseType idempotencyKey outcome { ${OUTCOME} } error { code retryable } } }
  ... on InvalidRequest { problems { path code } } } }`;
const licenseAll = async (items: readonly Item[], idempotencyKey: string, caller = 'licensor') => {
  const { data, errors } = await gateway.query(caller, BULK, { input: { items, idempotencyKey } });
  return { answer: data?.licenseAssets, errors };
};

describe('licenseAssets', () => {
  it('gives each item its outcome in the order asked, and its own key', async () => {
    const [one, two, three] = [
      await freshAsset(gateway, ADOBE),
      await freshAsset(gateway, GETTY),
      await freshAsset(gateway, ADOBE),
    ];
    const items = [
      { assetId: one.id, licenseType: 'Standard' },
      { assetId: two.id, licenseType: 'premiumaccess' },
      { assetId: three.id, licenseType: 'Platinum' },
      { assetId: 'nonsense' },
    ];
    const { answer } = await licenseAll(items, 'list 1');
    expect(answer.items.map((item: { assetId: string }) => item.assetId)).toEqual(items.map(({ assetId }) => assetId));
    expect(answer.items.map((item: { outcome: { __typename: string } }) => item.outcome.__typename)).toEqual([
      'LicenseGranted',
      'LicenseGranted',
      'InvalidRequest',
      'InvalidRequest',
    ]);
    const { data } = await gateway.query(
      'viewer',
      'query($key: String!) { licenseOperation(idempotencyKey: $key) { id state } }',
      {
        key: answer.items[0].idempotencyKey,
      },
    );
    expect(data.licenseOperation).toEqual({ id: answer.items[0].outcome.operation.id, state: 'CONFIRMED' });
  });

  it('sent again in another order and longer buys only what is new', async () => {
    const assets = await Promise.all(Array.from({ length: 4 }, () => freshAsset(gateway, ADOBE)));
    const items = assets.map(({ id }) => ({ assetId: id, licenseType: 'Standard' }));
    await licenseAll(items.slice(0, 3), 'list 2');
    const { answer } = await licenseAll([...items].reverse(), 'list 2');
    const replayed = answer.items.map((item: { outcome: { replayed: boolean } }) => item.outcome.replayed);
    expect(replayed).toEqual([false, true, true, true]);
    for (const { externalId } of assets) expect(await booked(simulators, ADOBE, externalId)).toHaveLength(1);
  });

  it('sent five times at once is charged once for each item', async () => {
    const assets = await Promise.all(Array.from({ length: 12 }, () => freshAsset(gateway, ADOBE)));
    const items = assets.map(({ id }) => ({ assetId: id, licenseType: 'Standard' }));
    await Promise.all(Array.from({ length: 5 }, () => licenseAll(items, 'list 3')));
    const { answer } = await licenseAll(items, 'list 3');
    for (const item of answer.items) expect(item.outcome.__typename).toBe('LicenseGranted');
    for (const { externalId } of assets) expect(await booked(simulators, ADOBE, externalId)).toHaveLength(1);
  });

  it('with one source down fails for its items alone, and sends nothing for them', async () => {
    const [adobe, getty] = [await freshAsset(gateway, ADOBE), await freshAsset(gateway, GETTY)];
    await simulators.addFault(ADOBE.simulator, { endpoint: 'member-profile', kind: 'status', status: 500, body: 'no' });
    const items = [
      { assetId: adobe.id, licenseType: 'Standard' },
      { assetId: getty.id, licenseType: 'premiumaccess' },
    ];
    const { answer } = await licenseAll(items, 'list 4');
    expect(answer.items[0]).toMatchObject({ outcome: null, error: { code: 'SOURCE_UNAVAILABLE', retryable: true } });
    expect(answer.items[1]).toMatchObject({ outcome: { __typename: 'LicenseGranted' }, error: null });
    expect(await booked(simulators, ADOBE, adobe.externalId)).toEqual([]);
    await simulators.clearFaults(ADOBE.simulator);
    const second = await licenseAll(items, 'list 4');
    expect(second.answer.items.map((item: { outcome: { __typename: string } }) => item.outcome.__typename)).toEqual([
      'LicenseGranted',
      'LicenseGranted',
    ]);
  });

  it('refuses a list that is empty, too long, or names something twice, and buys none of it', async () => {
    const asset = await freshAsset(gateway, ADOBE);
    const item = { assetId: asset.id, licenseType: 'Standard' };
    for (const [items, key, code] of [
      [[], 'list 5', 'REQUIRED'],
      [Array.from({ length: 101 }, (_, n) => ({ assetId: `asset ${n}` })), 'list 5', 'TOO_MANY'],
      [[item, item], 'list 5', 'DUPLICATE'],
      [[item], ' ', 'REQUIRED'],
      [[item], 'k'.repeat(201), 'TOO_LONG'],
    ] as const)
      expect((await licenseAll(items, key)).answer).toMatchObject({ __typename: 'InvalidRequest', problems: [{ code }] });
    expect(await booked(simulators, ADOBE, asset.externalId)).toEqual([]);
    expect((await licenseAll([item], 'list 6', 'viewer')).errors[0]?.extensions.code).toBe('FORBIDDEN');
  });
});
