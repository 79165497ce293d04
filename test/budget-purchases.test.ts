/** Purchases that must fit into budgets, through the front door and against the sources' own ledgers. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, type Gateway, startGateway } from './support/gateway.js';
import {
  ADOBE,
  type BoughtAsset,
  booked,
  buy,
  freshAsset,
  GETTY,
  type Order,
  operationRow,
  trailOf,
  VENDORS,
} from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';

let simulators: Simulators;
let gateway: Gateway;

beforeAll(async () => {
  simulators = await startSimulators({ only: VENDORS.map(({ simulator }) => simulator) });
  await simulators.action(ADOBE.simulator, 'set-quota', { quota: 100_000 }).catch(() => undefined);
  gateway = await startGateway({ env: simulators.env });
});
afterAll(async () => {
  await gateway?.stop();
  await simulators?.stop();
});
beforeEach(async () => {
  for (const { simulator } of VENDORS) await simulators.clearFaults(simulator);
});

/** Each test has a cost center of its own, and so its own budgets. */
let centers = 0;
const newCenter = (): string => `center-${++centers}`;
type Input = Readonly<Record<string, unknown>>;

const set = async (input: Input): Promise<void> => {
  const { data } = await gateway.query('admin', 'mutation($input: SetBudgetInput!) { setBudget(input: $input) { __typename } }', {
    input,
  });
  expect(data.setBudget.__typename).toBe('SetBudgetPayload');
};
const setUnitPrice = async (input: Input): Promise<void> => {
  const { data } = await gateway.query(
    'admin',
    'mutation($input: SetUnitPriceInput!) { setUnitPrice(input: $input) { __typename } }',
    { input },
  );
  expect(data.setUnitPrice.__typename).toBe('SetUnitPricePayload');
};
const budgetOf = async (costCenter: string) =>
  (
    await gateway.query(
      'auditor',
      'query($costCenter: String) { budgets(costCenter: $costCenter) { amount taken held captured available } }',
      { costCenter },
    )
  ).data.budgets[0];
const assetsOf = (count: number, vendor = ADOBE): Promise<BoughtAsset[]> =>
  Promise.all(Array.from({ length: count }, () => freshAsset(gateway, vendor)));
const orderOf = (asset: BoughtAsset, costCenter: string, key: string, vendor = ADOBE): Order => ({
  assetId: asset.id,
  licenseType: vendor.licenseType,
  idempotencyKey: key,
  allocation: { costCenter },
});
const kinds = (outcomes: readonly { readonly __typename: string }[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { __typename: kind } of outcomes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};
const inLedger = async (assets: readonly BoughtAsset[], vendor = ADOBE): Promise<number> => {
  const wanted = new Set(assets.map(({ externalId }) => externalId));
  return (await simulators.ledger(vendor.simulator)).filter(({ assetId }) => wanted.has(assetId)).length;
};
const keysBound = async (prefix: string): Promise<number> =>
  Number(
    (
      await gateway.database.query(
        'select count(*)::integer as n from license_operation where key_bound and idempotency_key like $1',
        [`${prefix}-%`],
      )
    )[0]?.n,
  );

describe('100 purchases of 100 assets at once', () => {
  const rush = async (costCenter: string, assets: readonly BoughtAsset[]) =>
    Promise.all(assets.map((asset, index) => buy(gateway, orderOf(asset, costCenter, `${costCenter}-${index}`))));

  it('on a budget for 10 purchases make exactly 10; the others bind no key and are made when there is room', async () => {
    const [costCenter, assets] = [newCenter(), await assetsOf(100)];
    await set({ costCenter, measure: 'PURCHASES', amount: '10' });
    const outcomes = await rush(costCenter, assets);
    expect(kinds(outcomes)).toEqual({ LicenseGranted: 10, BudgetExceeded: 90 });
    expect(await inLedger(assets)).toBe(10);
    expect(await keysBound(costCenter)).toBe(10);
    expect(await budgetOf(costCenter)).toEqual({ amount: '10', taken: '10', held: '0', captured: '10', available: '0' });
    const refusal = outcomes.find(({ __typename }) => __typename === 'BudgetExceeded');
    expect(refusal).toMatchObject({
      costCenter,
      measure: 'PURCHASES',
      availableAmount: '0',
      requestedAmount: '1',
      available: null,
      requested: null,
    });

    await set({ costCenter, measure: 'PURCHASES', amount: '12' });
    const again = await rush(costCenter, assets);
    expect(kinds(again)).toEqual({ LicenseGranted: 12, BudgetExceeded: 88 });
    expect(await inLedger(assets)).toBe(12);
  });

  it('on a budget of money for 10 at the unit price make exactly 10', async () => {
    const [costCenter, assets] = [newCenter(), await assetsOf(100)];
    await setUnitPrice({ source: 'ADOBE_STOCK', licenseType: '*', amount: '2.50', currency: 'EUR' });
    await set({ costCenter, measure: 'MONEY', currency: 'EUR', amount: '25.99' });
    const outcomes = await rush(costCenter, assets);
    expect(kinds(outcomes)).toEqual({ LicenseGranted: 10, BudgetExceeded: 90 });
    expect(await inLedger(assets)).toBe(10);
    expect(await budgetOf(costCenter)).toMatchObject({ taken: '25.00', captured: '25.00', available: '0.99' });
    const refusal = outcomes.find(({ __typename }) => __typename === 'BudgetExceeded');
    expect(refusal).toMatchObject({
      available: { amount: '0.99', currency: 'EUR' },
      requested: { amount: '2.50', currency: 'EUR' },
    });
  });
});

describe('what a purchase holds', () => {
  it('of units is what the source states, and what the license says afterwards', async () => {
    const costCenter = newCenter();
    await set({ costCenter, measure: 'UNITS', amount: '2' });
    const assets = await assetsOf(3, GETTY);
    const outcomes = [];
    for (const [index, asset] of assets.entries())
      outcomes.push(await buy(gateway, orderOf(asset, costCenter, `${costCenter}-${index}`, GETTY)));
    expect(kinds(outcomes)).toEqual({ LicenseGranted: 2, BudgetExceeded: 1 });
    expect(outcomes[0]).toMatchObject({ license: { chargedUnits: 1 } });
    expect(await budgetOf(costCenter)).toMatchObject({ taken: '2', available: '0' });
  });

  it('without a price and a unit price fits no budget of money: nothing is sent, and the key is free', async () => {
    const costCenter = newCenter();
    await set({ costCenter, measure: 'MONEY', currency: 'CHF', amount: '1000' });
    const asset = await freshAsset(gateway, ADOBE);
    const order = orderOf(asset, costCenter, `${costCenter}-unpriced`);
    expect(await buy(gateway, order)).toMatchObject({
      __typename: 'BudgetExceeded',
      available: { amount: '1000', currency: 'CHF' },
      requested: null,
      message: expect.stringMatching(/setUnitPrice/),
    });
    expect(await booked(simulators, ADOBE, asset.externalId)).toHaveLength(0);
    expect(await keysBound(costCenter)).toBe(0);
    expect(await budgetOf(costCenter)).toMatchObject({ taken: '0' });
    expect(await trailOf(gateway, order.idempotencyKey)).toEqual(['license.requested', 'license.refused']);
    await setUnitPrice({ source: 'ADOBE_STOCK', licenseType: ADOBE.licenseType, amount: '9.99', currency: 'CHF' });
    expect(await buy(gateway, order)).toMatchObject({ __typename: 'LicenseGranted' });
    expect(await budgetOf(costCenter)).toMatchObject({ captured: '9.99' });
  });

  it('is given back when the license was held already, or the source refuses', async () => {
    const costCenter = newCenter();
    await set({ costCenter, measure: 'PURCHASES', amount: '2' });
    const asset = await freshAsset(gateway, ADOBE);
    expect(await buy(gateway, orderOf(asset, costCenter, `${costCenter}-1`))).toMatchObject({ __typename: 'LicenseGranted' });
    for (const key of ['2', '3', '4'])
      expect(await buy(gateway, orderOf(asset, costCenter, `${costCenter}-${key}`))).toMatchObject({
        __typename: 'LicenseAlreadyHeld',
      });
    expect(await budgetOf(costCenter)).toMatchObject({ taken: '1', captured: '1', available: '1' });

    const refused = await freshAsset(gateway, GETTY);
    await simulators.addFault(GETTY.simulator, {
      endpoint: GETTY.spend,
      kind: 'status',
      status: 403,
      body: '{"ErrorCode":"DownloadNotAllowed","ErrorMessage":"no"}',
      times: 1,
    });
    const outcome = await buy(gateway, orderOf(refused, costCenter, `${costCenter}-5`, GETTY));
    expect(await operationRow(gateway, `${costCenter}-5`)).toMatchObject({ state: 'REJECTED' });
    expect(outcome.__typename).toBe('LicenseRefused');
    expect(await budgetOf(costCenter)).toMatchObject({ taken: '1', captured: '1', available: '1' });
  });

  it('stays held while nobody knows whether the source charged, and is captured when it turns out that it did', async () => {
    const costCenter = newCenter();
    await set({ costCenter, measure: 'PURCHASES', amount: '1' });
    const [asset, other] = await assetsOf(2);
    await simulators.addFault(ADOBE.simulator, { endpoint: ADOBE.spend, kind: 'reset-after', times: 1 });
    expect(await buy(gateway, orderOf(asset as BoughtAsset, costCenter, `${costCenter}-1`))).toMatchObject({
      __typename: 'LicensePending',
      operation: { state: 'UNKNOWN' },
    });
    expect(await budgetOf(costCenter)).toMatchObject({ held: '1', captured: '0', available: '0' });
    expect(await buy(gateway, orderOf(other as BoughtAsset, costCenter, `${costCenter}-2`))).toMatchObject({
      __typename: 'BudgetExceeded',
    });
    await eventually(
      () => operationRow(gateway, `${costCenter}-1`),
      ({ state }) => state === 'CONFIRMED',
    );
    expect(await budgetOf(costCenter)).toMatchObject({ held: '0', captured: '1', available: '0' });
  });
});
