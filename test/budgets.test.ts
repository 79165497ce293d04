/** Budgets: what fits, what does not, and that purchases at the same time never take more than there is. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Exceeded, HoldResult } from '../src/domain/budget.js';
import type { Instant } from '../src/domain/instant.js';
import { type Intent, openTill, type Till } from './support/budgets.js';

let till: Till;
beforeAll(async () => {
  till = await openTill();
});
afterAll(() => till?.close());
beforeEach(() => till.database.query('truncate budget, budget_hold, unit_price'));
afterEach(async () => expect(await till.wrongSums()).toEqual([]));

const held = async (intent?: Intent): Promise<string> => {
  const result = await till.intend(intent);
  if (typeof result !== 'string') throw new Error(result.message);
  return result;
};
const refused = (result: string | HoldResult): Exceeded => {
  if (typeof result === 'string' || result.kind !== 'exceeded') throw new Error('It fitted.');
  return result;
};
const many = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));
const unitPrice = async (licenseType: string, amount: string, currency = 'EUR') => {
  const outcome = await till.budgets.setUnitPrice(
    till.actor(),
    { source: 'ADOBE_STOCK', licenseType, amount, currency },
    'request',
  );
  expect(outcome.kind).toBe('SetUnitPricePayload');
};
const EUR = { measure: 'MONEY', currency: 'EUR' } as const;

describe('at the same time', () => {
  it('100 intents on room for 10 make exactly 10', async () => {
    const budget = await till.set({ amount: '10' });
    const results = await many(100, () => till.intend());
    expect(results.filter((result) => typeof result === 'string')).toHaveLength(10);
    for (const result of results) {
      if (typeof result !== 'string') expect(result).toMatchObject({ reason: 'NO_ROOM', available: '0', requested: '1' });
    }
    expect(await till.taken(budget)).toBe('10');
  });

  it('100 intents under several budgets make as many as the smallest has room for', async () => {
    await till.set({ amount: '40' });
    await till.set({ costCenter: 'a', amount: '7' });
    await till.set({ costCenter: 'a', measure: 'UNITS', amount: '15' });
    await unitPrice('*', '1.10');
    const money = await till.set({ ...EUR, amount: '12.10' });
    const results = await many(100, (index) => till.intend({ costCenter: index % 2 === 0 ? 'a' : 'b' }));
    const made = (parity: number) => results.filter((result, index) => typeof result === 'string' && index % 2 === parity).length;
    expect(made(0)).toBeLessThanOrEqual(7);
    expect(made(0) + made(1)).toBe(11);
    expect(await till.taken(money)).toBe('12.10');
  });

  it('20 that turn out to take more make as many as there is room for, and the others keep what they held', async () => {
    const budget = await till.set({ measure: 'UNITS', amount: '40' });
    const uuids = await many(20, () => held());
    const results = await Promise.all(uuids.map((uuid) => till.adjust(uuid, { units: 3 })));
    expect(results.filter(({ kind }) => kind === 'held')).toHaveLength(10);
    for (const result of results)
      if (result.kind === 'exceeded') expect(result).toMatchObject({ available: '1', requested: '3' });
    expect(await till.taken(budget)).toBe('40');
    await Promise.all(uuids.map((uuid, index) => (results[index]?.kind === 'held' ? till.capture(uuid) : till.release(uuid))));
    expect(await till.taken(budget)).toBe('30');
  });

  it('200 holds, adjustments, captures and releases over four budgets, while these are set, end without a deadlock', async () => {
    const budgets = [
      await till.set({ amount: '60' }),
      await till.set({ costCenter: 'a', amount: '30' }),
      await till.set({ measure: 'UNITS', amount: '200' }),
      await till.set({ costCenter: 'b', measure: 'UNITS', amount: '100' }),
    ];
    const results = await many(200, async (index) => {
      if (index % 20 === 0) await till.set({ costCenter: 'a', amount: String(30 + index) });
      const uuid = await till.intend({ costCenter: ['a', 'b', null][index % 3] ?? null });
      if (typeof uuid !== 'string') return uuid.reason;
      const adjusted = await till.adjust(uuid, { units: 1 + (index % 4) });
      if (adjusted.kind === 'exceeded' || index % 2 === 0) await till.release(uuid);
      else await till.capture(uuid);
      return adjusted.kind;
    });
    expect(new Set(results)).toEqual(new Set(['held', 'NO_ROOM']));
    for (const budget of budgets) expect(Number(await till.taken(budget))).toBeGreaterThan(0);
    expect(await till.database.query("select 1 from budget_hold where state = 'HELD'")).toEqual([]);
    expect(await till.database.query('select 1 from budget where taken > amount')).toEqual([]);
  });

  it('a release gives its room to exactly one of those that want it', async () => {
    await till.set({ amount: '1' });
    const first = await held();
    await Promise.all([till.release(first), till.release(first)]);
    const results = await many(20, () => till.intend());
    expect(results.filter((result) => typeof result === 'string')).toHaveLength(1);
  });

  it('two first calls make one budget', async () => {
    const uuids = await many(10, () => till.set({ costCenter: 'twice', amount: '5' }));
    expect(new Set(uuids).size).toBe(1);
  });
});

describe('a purchase without a budget', () => {
  it('costs one statement at the intent and one before it is sent; a budget one more, a used up one none', async () => {
    await till.set({ costCenter: 'other', amount: '0' });
    const statementsOf = async (work: () => Promise<unknown>): Promise<number> => {
      const before = till.statements();
      await work();
      return till.statements() - before;
    };
    // The operation itself is one.
    expect(await statementsOf(() => held({ costCenter: 'mine' }))).toBe(1 + 1);
    const uuid = await held({ costCenter: 'mine' });
    expect(await statementsOf(() => till.adjust(uuid, { units: 3 }))).toBe(1);
    await till.set({ costCenter: 'mine', amount: '10' });
    expect(await statementsOf(() => held({ costCenter: 'mine' }))).toBe(1 + 2);
    expect(await statementsOf(() => till.intend({ costCenter: 'other' }))).toBe(1 + 1);
  });
});

describe('which budgets cover a purchase', () => {
  const PERIOD = { startsAt: '2026-03-01T00:00:00.000Z' as Instant, endsAt: '2026-04-01T00:00:00.000Z' as Instant };

  it.each([
    ['2026-02-28T23:59:59.999Z', true],
    ['2026-03-01T00:00:00.000Z', false],
    ['2026-03-31T23:59:59.999Z', false],
    ['2026-04-01T00:00:00.000Z', true],
  ])('an intent at %s fits beside an empty budget for March: %s', async (at, fits) => {
    await till.set({ amount: '0', ...PERIOD });
    expect(typeof (await till.intend({ at })) === 'string').toBe(fits);
  });

  it('the tenant covers every cost center, a cost center only its own exact name after trimming', async () => {
    const tenant = await till.set({ amount: '100' });
    const center = await till.set({ costCenter: '  Press \n', amount: '0' });
    for (const costCenter of [null, 'press', 'Press1', 'Pre ss', '']) await held({ costCenter });
    for (const costCenter of ['Press', ' Press', 'Press\t'])
      expect(refused(await till.intend({ costCenter }))).toMatchObject({ costCenter: 'Press', measure: 'PURCHASES' });
    expect([await till.taken(tenant), await till.taken(center)]).toEqual(['5', '0']);
  });

  it("another tenant's budget does not cover, is not seen, and its holds are out of reach", async () => {
    const acme = await till.set({ tenantId: 'acme', amount: '1' });
    const foreign = await held({ tenantId: 'acme' });
    await held();
    expect(refused(await till.intend({ tenantId: 'acme' }))).toMatchObject({ available: '0' });
    expect(await till.budgets.budgets(till.actor(), { costCenter: null, at: null })).toEqual([]);
    await till.release(foreign);
    expect(await till.adjust(foreign, {})).toEqual({ kind: 'held', holds: [] });
    expect(await till.taken(acme)).toBe('1');
  });

  it('a budget that was set after the intent is not taken from', async () => {
    const uuid = await held();
    const late = await till.set({ amount: '0', startsAt: PERIOD.startsAt });
    expect(await till.adjust(uuid, { units: 5 })).toEqual({ kind: 'held', holds: [] });
    await till.capture(uuid);
    expect(await till.taken(late)).toBe('0');
  });
});

describe('money', () => {
  it('0.1 three times fills 0.3 to the last digit', async () => {
    const budget = await till.set({ ...EUR, amount: '0.3' });
    for (let index = 0; index < 3; index += 1)
      expect((await till.adjust(await held(), { price: { amount: '0.1', currency: 'EUR' } })).kind).toBe('held');
    expect(await till.taken(budget)).toBe('0.3');
    const fourth = await held();
    expect(refused(await till.adjust(fourth, { price: { amount: '0.000001', currency: 'EUR' } }))).toMatchObject({
      reason: 'NO_ROOM',
      available: '0.0',
      requested: '0.000001',
    });
  });

  it('a unit price is multiplied by the units, and the whole is what must fit', async () => {
    await unitPrice('Standard', '0.10');
    const budget = await till.set({ ...EUR, amount: '0.35' });
    const uuid = await held();
    expect(await till.taken(budget)).toBe('0.10');
    expect(await till.adjust(uuid, { units: 3 })).toMatchObject({ kind: 'held', holds: [{ amount: '0.30', currency: 'EUR' }] });
    expect(await till.taken(budget)).toBe('0.30');
    expect(refused(await till.intend())).toMatchObject({ available: '0.05', requested: '0.10', currency: 'EUR' });
  });

  it('a price of the source counts before the unit price', async () => {
    await unitPrice('*', '5');
    const budget = await till.set({ ...EUR, amount: '10' });
    const uuid = await held();
    await till.adjust(uuid, { price: { amount: '9.99', currency: 'EUR' }, units: 1 });
    expect(await till.taken(budget)).toBe('9.99');
  });

  it('of unit prices the most specific counts, also when another would be in the right currency', async () => {
    await unitPrice('*', '1');
    await unitPrice('creditpack', '2');
    await unitPrice('creditpack:77', '3', 'USD');
    const budget = await till.set({ ...EUR, amount: '100' });
    for (const licenseType of ['Standard', 'creditpack:78']) await held({ licenseType });
    expect(await till.taken(budget)).toBe('3');
    const specific = { licenseType: 'creditpack:77' };
    const result = refused(await till.adjust(await held(specific), { units: 1 }, specific));
    expect(result).toMatchObject({ reason: 'UNPRICED', requested: null });
    expect(result.message).toMatch(/unit price is in USD.*set a unit price in EUR/);
  });

  it.each([
    ['no price', null, 'UNPRICED', /states no price for "Standard"/],
    ['a price in another currency', { amount: '1', currency: 'USD' }, 'UNPRICED', /price in USD .* not converted/],
    ['a negative price', { amount: '-1', currency: 'EUR' }, 'UNPRICED', /states no price/],
    ['a price that is no number', { amount: 'free', currency: 'EUR' }, 'UNPRICED', /states no price/],
  ] as const)('%s is refused, and nothing of it stays', async (_name, price, reason, message) => {
    const budget = await till.set({ ...EUR, amount: '1000' });
    const uuid = await held();
    const result = refused(await till.adjust(uuid, { price, units: 1 }));
    expect(result).toMatchObject({ reason, measure: 'MONEY', currency: 'EUR', available: '1000', requested: null });
    expect(result.message).toMatch(message);
    expect(await till.taken(budget)).toBe('0');
  });

  it('units that are not known cannot be priced by the unit', async () => {
    await unitPrice('*', '1');
    await till.set({ ...EUR, amount: '1000' });
    expect(refused(await till.adjust(await held(), { units: null }))).toMatchObject({ reason: 'UNKNOWN_UNITS' });
  });
});

describe('units', () => {
  it.each([null, -1, 0.5, Number.NaN, 2 ** 53])('%s units never count as fitting', async (units) => {
    await till.set({ measure: 'UNITS', amount: '999999999999' });
    expect(refused(await till.adjust(await held(), { units }))).toMatchObject({ reason: 'UNKNOWN_UNITS', requested: null });
  });

  it('are taken as the source states them, less than was held at first as well', async () => {
    const budget = await till.set({ measure: 'UNITS', amount: '10' });
    const [none, many] = [await held(), await held()];
    expect((await till.adjust(none, { units: 0 })).kind).toBe('held');
    expect(refused(await till.adjust(many, { units: 11 }))).toMatchObject({ available: '10', requested: '11' });
    expect((await till.adjust(many, { units: 10 })).kind).toBe('held');
    expect(await till.taken(budget)).toBe('10');
  });
});

describe('the end of a hold', () => {
  it('captured twice it is taken once, and a release comes too late', async () => {
    const budget = await till.set({ amount: '2' });
    const uuid = await held();
    for (const end of [till.capture, till.capture, till.release]) await end(uuid);
    expect(await till.taken(budget)).toBe('1');
    expect(await till.budgets.budgets(till.actor(), { costCenter: null, at: null })).toMatchObject([
      { held: '0', captured: '1', available: '1' },
    ]);
  });

  it('released twice it is given back once, and a capture comes too late', async () => {
    const budget = await till.set({ amount: '2' });
    const [uuid] = [await held(), await held()];
    for (const end of [till.release, till.release, till.capture]) await end(uuid);
    expect(await till.taken(budget)).toBe('1');
  });

  it('in a budget that was lowered meanwhile what is held stays, and nothing more fits until enough is free', async () => {
    await till.set({ amount: '3' });
    const uuids = [await held(), await held(), await held()];
    const budget = await till.set({ amount: '1' });
    expect((await till.adjust(uuids[0] as string, {})).kind).toBe('held');
    expect(await till.budgets.budgets(till.actor(), { costCenter: null, at: null })).toMatchObject([
      { uuid: budget, amount: '1', taken: '3', available: '0' },
    ]);
    for (const uuid of uuids) {
      expect(refused(await till.intend())).toMatchObject({ available: '0' });
      await till.release(uuid);
    }
    await held();
  });
});
