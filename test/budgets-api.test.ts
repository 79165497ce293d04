/** Budgets through the front door: who sets and reads them, what setting again means, and what is refused. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { complaints } from './support/complaints.js';
import { type Gateway, startGateway } from './support/gateway.js';
import { ADOBE } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';

const BUDGET = 'id costCenter measure currency amount taken held captured available startsAt endsAt setBy setAt';
const INVALID = '... on InvalidRequest { message problems { path code message } }';
const SET = `mutation($input: SetBudgetInput!) { setBudget(input: $input) { __typename ... on SetBudgetPayload { budget { ${BUDGET} } } ${INVALID} } }`;
const LIST = `query($costCenter: String, $at: DateTime) { budgets(costCenter: $costCenter, at: $at) { ${BUDGET} } }`;
const SET_PRICE = `mutation($input: SetUnitPriceInput!) { setUnitPrice(input: $input) {
  __typename ... on SetUnitPricePayload { unitPrice { source licenseType amount currency setBy setAt } } ${INVALID} } }`;
const EVENTS =
  'query($actions: [String!]) { auditEvents(filter: { actions: $actions }) { edges { node { action actor subjectType subjectId data requestId } } } }';
const NOW = Date.parse('2026-03-10T12:00:00.000Z');

let simulators: Simulators;
let gateway: Gateway;
let now = NOW;

beforeAll(async () => {
  simulators = await startSimulators({ only: [ADOBE.simulator] });
  gateway = await startGateway({ env: { ...simulators.env, WORKER: 'off' }, now: () => now });
});
afterAll(async () => {
  await gateway?.stop();
  await simulators?.stop();
});
beforeEach(async () => {
  now = NOW;
  await gateway.database.query('truncate budget, budget_hold, unit_price');
});

type Input = Readonly<Record<string, unknown>>;
const set = async (input: Input, caller = 'admin') => {
  const { data, errors } = await gateway.query(caller, SET, { input });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data.setBudget;
};
const made = async (input: Input, caller = 'admin') => {
  const outcome = await set(input, caller);
  expect(outcome).toMatchObject({ __typename: 'SetBudgetPayload' });
  return outcome.budget;
};
const listed = async (variables: Input = {}, caller = 'auditor') => (await gateway.query(caller, LIST, variables)).data.budgets;

describe('a budget', () => {
  it('that is made shows all of itself to those who may read it, and to its own tenant alone', async () => {
    const budget = await made({
      costCenter: ' press ',
      measure: 'MONEY',
      amount: '1250.50',
      currency: 'EUR',
      startsAt: '2026-03-01T01:00:00+01:00',
      endsAt: '2026-04-01T00:00:00Z',
    });
    expect(budget).toEqual({
      id: expect.stringMatching(/^\w+$/),
      costCenter: 'press',
      measure: 'MONEY',
      currency: 'EUR',
      amount: '1250.50',
      taken: '0',
      held: '0',
      captured: '0',
      available: '1250.50',
      startsAt: '2026-03-01T00:00:00.000Z',
      endsAt: '2026-04-01T00:00:00.000Z',
      setBy: 'key:admin',
      setAt: '2026-03-10T12:00:00.000Z',
    });
    for (const caller of ['licensor', 'approver', 'auditor', 'admin']) expect(await listed({}, caller)).toEqual([budget]);
    expect(await listed({}, 'acme/admin')).toEqual([]);
    for (const caller of ['viewer', 'requester', 'distributor']) complaints(await gateway.query(caller, LIST), 'FORBIDDEN');
    for (const caller of ['viewer', 'licensor', 'approver', 'auditor'])
      complaints(await gateway.query(caller, SET, { input: { measure: 'PURCHASES', amount: '1' } }), 'FORBIDDEN');
    complaints(await gateway.query(null, LIST), 'UNAUTHENTICATED');
  });

  it('is set again by its start, or without one if it is the one in force, and keeps its end unless told otherwise', async () => {
    const first = await made({ measure: 'PURCHASES', amount: '5', endsAt: '2026-04-01T00:00:00Z' });
    expect(first).toMatchObject({ startsAt: '2026-03-10T12:00:00.000Z', endsAt: '2026-04-01T00:00:00.000Z' });
    now += 60_000;
    expect(await made({ measure: 'PURCHASES', amount: '6' })).toEqual({
      ...first,
      amount: '6',
      available: '6',
      setAt: '2026-03-10T12:01:00.000Z',
    });
    const april = await made({ measure: 'PURCHASES', amount: '7', startsAt: '2026-04-01T00:00:00Z' });
    expect(april.id).not.toBe(first.id);
    expect(await made({ measure: 'PURCHASES', amount: '8', startsAt: first.startsAt, endsAt: null })).toMatchObject({
      id: first.id,
      endsAt: null,
    });
    // Another measure, currency or cost center is another budget.
    await made({ measure: 'UNITS', amount: '1' });
    await made({ measure: 'MONEY', amount: '1', currency: 'EUR' });
    await made({ measure: 'MONEY', amount: '1', currency: 'USD' });
    await made({ measure: 'PURCHASES', amount: '1', costCenter: 'press' });
    expect(await listed()).toHaveLength(6);
    now = Date.parse('2026-04-02T00:00:00Z');
    const unclear = await set({ measure: 'PURCHASES', amount: '9' });
    expect(unclear).toMatchObject({ __typename: 'InvalidRequest', problems: [{ path: 'startsAt', code: 'REQUIRED' }] });
  });

  it('is found by cost center and by a moment of its period, whose end is outside', async () => {
    const march = await made({
      measure: 'UNITS',
      amount: '1',
      costCenter: 'a',
      startsAt: '2026-03-01T00:00:00Z',
      endsAt: '2026-04-01T00:00:00Z',
    });
    const april = await made({ measure: 'UNITS', amount: '1', costCenter: 'a', startsAt: '2026-04-01T00:00:00Z' });
    const all = await made({ measure: 'UNITS', amount: '1', startsAt: '2026-03-15T00:00:00Z' });
    const ids = async (variables: Input) => (await listed(variables)).map(({ id }: { id: string }) => id);
    expect(await ids({})).toEqual([april.id, all.id, march.id]);
    expect(await ids({ costCenter: ' a ' })).toEqual([april.id, march.id]);
    expect(await ids({ at: '2026-03-01T00:00:00Z' })).toEqual([march.id]);
    expect(await ids({ at: '2026-03-31T23:59:59.999Z' })).toEqual([all.id, march.id]);
    expect(await ids({ at: '2026-04-01T00:00:00Z', costCenter: 'a' })).toEqual([april.id]);
    expect(await ids({ costCenter: 'A' })).toEqual([]);
  });

  it('and a unit price leave what they were and what they are in the trail', async () => {
    // After all that other tests do.
    now = Date.parse('2027-01-01T00:00:00Z');
    const { id } = await made({ measure: 'PURCHASES', amount: '5' });
    await made({ measure: 'PURCHASES', amount: '3', endsAt: '2027-05-01T00:00:00Z' });
    const price = { source: 'ADOBE_STOCK', licenseType: ' Standard ', amount: '0.10', currency: 'EUR' };
    const first = await gateway.query('admin', SET_PRICE, { input: price });
    expect(first.data.setUnitPrice).toMatchObject({
      __typename: 'SetUnitPricePayload',
      unitPrice: { ...price, licenseType: 'Standard', setBy: 'key:admin' },
    });
    await gateway.query('admin', SET_PRICE, { input: { ...price, amount: '2', currency: 'USD' } });
    const { data } = await gateway.query('auditor', EVENTS, { actions: ['budget.set', 'unit_price.set'] });
    const events = data.auditEvents.edges.map(({ node }: { node: Input }) => node).slice(0, 4);
    expect(events).toMatchObject([
      {
        action: 'unit_price.set',
        subjectType: 'UnitPrice',
        subjectId: 'ADOBE_STOCK/Standard',
        data: { before: { amount: '0.10', currency: 'EUR' }, after: { amount: '2', currency: 'USD' } },
      },
      { action: 'unit_price.set', data: { before: null } },
      {
        action: 'budget.set',
        actor: 'key:admin',
        subjectId: id,
        data: { before: { amount: '5', endsAt: null }, after: { amount: '3', endsAt: '2027-05-01T00:00:00.000Z' } },
      },
      {
        action: 'budget.set',
        subjectType: 'Budget',
        subjectId: id,
        data: { before: null, measure: 'PURCHASES' },
        requestId: expect.stringMatching(/.{8}/),
      },
    ]);
    const prices = await gateway.query('licensor', '{ unitPrices { source licenseType amount currency } }');
    expect(prices.data.unitPrices).toEqual([{ source: 'ADOBE_STOCK', licenseType: 'Standard', amount: '2', currency: 'USD' }]);
    complaints(await gateway.query('viewer', '{ unitPrices { amount } }'), 'FORBIDDEN');
    complaints(await gateway.query('licensor', SET_PRICE, { input: price }), 'FORBIDDEN');
  });
});

describe('bad input', () => {
  const money = { measure: 'MONEY', amount: '1', currency: 'EUR' };
  const purchases = { measure: 'PURCHASES', amount: '1' };
  it.each([
    ['a negative amount', { ...money, amount: '-1' }, ['amount']],
    ['13 digits', { ...money, amount: '1000000000000' }, ['amount']],
    ['7 decimals', { ...money, amount: '0.0000001' }, ['amount']],
    ['half a purchase', { ...purchases, amount: '0.5' }, ['amount']],
    ['half a unit', { ...purchases, measure: 'UNITS', amount: '1.0' }, ['amount']],
    ['money without currency', { measure: 'MONEY', amount: '1' }, ['currency']],
    ['an unknown currency', { ...money, currency: 'EUX' }, ['currency']],
    ['a currency in small letters', { ...money, currency: 'eur' }, ['currency']],
    ['a currency of units', { measure: 'UNITS', amount: '1', currency: 'EUR' }, ['currency']],
    ['a currency of purchases', { ...purchases, currency: 'EUR' }, ['currency']],
    ['an end before the start', { ...purchases, startsAt: '2026-02-01T00:00:00Z', endsAt: '2026-01-01T00:00:00Z' }, ['endsAt']],
    ['an end at the start', { ...purchases, startsAt: '2026-02-01T00:00:00Z', endsAt: '2026-02-01T00:00:00Z' }, ['endsAt']],
    ['an end in the past of a budget that begins now', { ...purchases, endsAt: '2026-03-10T12:00:00Z' }, ['endsAt']],
    ['a blank cost center', { ...purchases, costCenter: ' \t' }, ['costCenter']],
    ['a long cost center', { ...purchases, costCenter: 'x'.repeat(501) }, ['costCenter']],
    [
      'all at once',
      {
        costCenter: '',
        measure: 'UNITS',
        amount: '-1',
        currency: 'EUR',
        startsAt: '2026-02-01T00:00:00Z',
        endsAt: '2026-01-01T00:00:00Z',
      },
      ['costCenter', 'amount', 'currency', 'endsAt'],
    ],
  ])('%s is named, and nothing is made', async (_name, input, paths) => {
    const outcome = await set(input);
    expect(outcome.__typename).toBe('InvalidRequest');
    expect(outcome.problems.map(({ path }: { path: string }) => path)).toEqual(paths);
    expect(await listed()).toEqual([]);
  });

  it.each([
    ['a negative price', { amount: '-0.01' }, ['amount']],
    ['an unknown currency', { currency: 'ABC' }, ['currency']],
    ['a blank type', { licenseType: ' ' }, ['licenseType']],
    ['everything', { licenseType: 'x'.repeat(101), amount: '1.2345678', currency: '' }, ['licenseType', 'amount', 'currency']],
  ])('of a unit price: %s is named, and nothing is set', async (_name, input, paths) => {
    const price = { source: 'GETTY_IMAGES', licenseType: '*', amount: '1', currency: 'EUR', ...input };
    const { data } = await gateway.query('admin', SET_PRICE, { input: price });
    expect(data.setUnitPrice.problems.map(({ path }: { path: string }) => path)).toEqual(paths);
    expect((await gateway.query('admin', '{ unitPrices { amount } }')).data.unitPrices).toEqual([]);
  });

  it.each([
    ['an exponent', { amount: '1e3' }],
    ['a number that is not text', { amount: 10 }],
    ['a plus', { amount: '+1' }],
    ['a comma', { amount: '1,50' }],
    ['nothing', { amount: '' }],
    ['digits of another script', { amount: '١٢' }],
    ['NaN', { amount: 'NaN' }],
    ['an unknown measure', { measure: 'TIME' }],
    ['a start without zone', { startsAt: '2026-01-01T00:00:00' }],
    ['a NUL in the cost center', { costCenter: 'a\0b' }],
  ])('%s never reaches the budget', async (_name, input) => {
    complaints(await gateway.query('admin', SET, { input: { ...purchases, ...input } }));
  });
});
