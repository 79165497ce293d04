/**
 * Every way in which the answer to a purchase can be lost: at most one charge, and in the end the truth or a person. One request; where asking
 * twice charges once a second one, and not before the horizon.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Fault } from '../simulators/kit/types.js';
import { eventually, type Gateway, startGateway } from './support/gateway.js';
import {
  ADOBE,
  type BoughtAsset,
  booked,
  buy,
  freshAsset,
  GETTY,
  licenseCount,
  operationRow,
  order,
  spends,
  trailOf,
  VENDORS,
  type Vendor,
} from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';
import { createTestDatabase } from './support/test-database.js';

/** The first look at a lost purchase is 5 s later and finds what was charged; the second, beyond this, gives up on what was not. */
const HORIZON_SECONDS = 8;
/** Longer than it takes to make all the doubts of the test: what is asked again must not run into the fault that is meant for another. */
const REPEATABLE_HORIZON_SECONDS = 20;

interface Case {
  readonly name: string;
  readonly fault: Omit<Fault, 'endpoint'>;
  readonly refused: boolean;
  readonly charged: boolean;
}

const doubtful = (name: string, fault: Omit<Fault, 'endpoint'>, charged: boolean): Case => ({
  name,
  fault,
  refused: false,
  charged,
});
const ownRefusal = (name: string, status: number, bodies: Readonly<Record<Vendor['source'], object>>, vendor: Vendor): Case => ({
  name,
  fault: { kind: 'status', status, body: JSON.stringify(bodies[vendor.source]) },
  refused: true,
  charged: false,
});

const casesOf = (vendor: Vendor): readonly Case[] => [
  doubtful('a reset before the work', { kind: 'reset-before' }, false),
  doubtful('a reset after the work', { kind: 'reset-after' }, true),
  doubtful('status 500', { kind: 'status', status: 500, body: '{"error":"busy"}' }, false),
  doubtful('a 502 of some proxy', { kind: 'status', status: 502, body: '<html>Bad gateway</html>' }, false),
  doubtful('a 429 that is not its own', { kind: 'status', status: 429, body: '<html>Slow down</html>' }, false),
  doubtful('a redirect', { kind: 'status', status: 302, headers: { location: '/elsewhere' }, body: '' }, false),
  doubtful('half an answer', { kind: 'truncate' }, true),
  doubtful('a page of the hotel', { kind: 'foreign' }, true),
  doubtful('an answer that drips', { kind: 'drip', ms: 100 }, true),
  doubtful('silence before the work', { kind: 'never' }, false),
  doubtful('silence after the work', { kind: 'never-after' }, true),
  ownRefusal(
    'a 429 of its own',
    429,
    { ADOBE_STOCK: { error_code: '429050', message: 'Too many requests' }, GETTY_IMAGES: { message: 'Too Many Requests' } },
    vendor,
  ),
  ownRefusal(
    'a 401 of its own',
    401,
    { ADOBE_STOCK: { error_code: '401013', message: 'Oauth token is not valid' }, GETTY_IMAGES: { message: 'Unauthorized' } },
    vendor,
  ),
];

let simulators: Simulators;
let gateway: Gateway;

beforeAll(async () => {
  simulators = await startSimulators({ only: [ADOBE.simulator, GETTY.simulator] });
  const limits = {
    SPEND_DEADLINE_MS: '1500',
    SETTLE_HORIZON_SECONDS: String(HORIZON_SECONDS),
    ADOBE_STOCK_SETTLE_HORIZON_SECONDS: String(REPEATABLE_HORIZON_SECONDS),
  };
  gateway = await startGateway({ env: { ...simulators.env, ...limits } });
});
afterAll(async () => {
  await gateway?.stop();
  await simulators?.stop();
});

const stateOf = async (key: string) => (await operationRow(gateway, key)).state;
const buyWith = async (vendor: Vendor, asset: BoughtAsset, key: string, fault: Omit<Fault, 'endpoint'>) => {
  await simulators.addFault(vendor.simulator, { endpoint: vendor.spend, times: 1, ...fault });
  const answer = await buy(gateway, { assetId: asset.id, idempotencyKey: key, licenseType: vendor.licenseType });
  await simulators.clearFaults(vendor.simulator);
  return answer;
};

describe.each(VENDORS)('a purchase at $source whose answer is', (vendor) => {
  const { licenseType } = vendor;
  const cases = casesOf(vendor);
  const keyOf = (name: string): string => `${vendor.source} ${name}`;
  const assets = new Map<string, BoughtAsset>();
  // biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
  const answers = new Map<string, any>();

  // All of them first, so that they are settled side by side.
  beforeAll(async () => {
    for (const { name, fault } of cases) {
      const asset = await freshAsset(gateway, vendor);
      assets.set(name, asset);
      answers.set(name, await buyWith(vendor, asset, keyOf(name), fault));
    }
  });

  it.each(cases)('$name ends as what it was', async ({ name, refused, charged }) => {
    const asset = assets.get(name) as BoughtAsset;
    const input = { assetId: asset.id, idempotencyKey: keyOf(name), licenseType };
    const answer = answers.get(name);
    expect(answer.__typename).toBe(refused ? 'LicenseRefused' : 'LicensePending');
    expect(answer.operation.state).toBe(refused ? 'REJECTED' : 'UNKNOWN');
    const repeated = await buy(gateway, input);
    expect(repeated.operation.id).toBe(answer.operation.id);

    const asksAgain = !refused && !charged && vendor === ADOBE;
    const final = refused ? 'REJECTED' : charged || asksAgain ? 'CONFIRMED' : 'NEEDS_REVIEW';
    const row = await eventually(
      () => operationRow(gateway, input.idempotencyKey),
      ({ state }) => state !== 'UNKNOWN' && state !== 'SENDING',
      45_000,
    );
    expect(row.state).toBe(final);
    expect(row.baseline).toMatchObject({ held: null });
    const ending = charged ? ['license.granted'] : asksAgain ? ['license.resent', 'license.granted'] : ['license.escalated'];
    expect(await trailOf(gateway, input.idempotencyKey)).toEqual([
      'license.requested',
      'license.sent',
      ...(refused ? ['license.refused'] : ['license.unknown', ...ending]),
    ]);
    // Nobody gives up, or asks again, before the horizon.
    if (!refused && !charged) {
      const [first, then] = await gateway.database.query(
        "select occurred_at from audit_event where data->>'idempotencyKey' = $1 and action = any($2) order by occurred_at",
        [input.idempotencyKey, ['license.sent', 'license.resent', 'license.escalated']],
      );
      const horizonSeconds = asksAgain ? REPEATABLE_HORIZON_SECONDS : HORIZON_SECONDS;
      expect(Number(then?.occurred_at) - Number(first?.occurred_at)).toBeGreaterThan(horizonSeconds * 1000);
    }

    const again = await buy(gateway, input);
    const bought = final === 'CONFIRMED';
    expect(again.__typename).toBe(refused ? 'LicenseRefused' : bought ? 'LicenseGranted' : 'LicensePending');
    expect(again.operation.id).toBe(answer.operation.id);
    expect(await spends(simulators, vendor, asset.externalId)).toBe(asksAgain ? 2 : 1);
    expect(await booked(simulators, vendor, asset.externalId)).toHaveLength(bought ? 1 : 0);
    expect(await licenseCount(gateway, asset.id)).toBe(bought ? 1 : 0);
  });

  it('unclear holds back every other purchase of that license, whatever its key', async () => {
    const asset = await freshAsset(gateway, vendor);
    await buyWith(vendor, asset, keyOf('first'), { kind: 'reset-after' });
    const second = await buy(gateway, { assetId: asset.id, idempotencyKey: keyOf('second'), licenseType });
    expect(second).toMatchObject({ __typename: 'LicensePending', operation: { state: 'RECEIVED' } });
    expect(await spends(simulators, vendor, asset.externalId)).toBe(1);
    await eventually(
      () => stateOf(keyOf('first')),
      (state) => state === 'CONFIRMED',
    );
    const settled = await buy(gateway, { assetId: asset.id, idempotencyKey: keyOf('second'), licenseType });
    expect(settled.__typename).toBe('LicenseAlreadyHeld');
    expect(await booked(simulators, vendor, asset.externalId)).toHaveLength(1);
  });

  it('its own refusal keeps its key, and another key buys', async () => {
    const { fault } = cases.find(({ name }) => name === 'a 429 of its own') as Case;
    const asset = await freshAsset(gateway, vendor);
    const refused = await buyWith(vendor, asset, keyOf('slow'), fault);
    expect(refused).toMatchObject({ code: 'RATE_LIMITED', operation: { failure: { retryable: true } } });
    const input = { assetId: asset.id, licenseType };
    expect(await buy(gateway, { ...input, idempotencyKey: keyOf('slow') })).toEqual(refused);
    expect((await buy(gateway, { ...input, idempotencyKey: keyOf('slow, again') })).__typename).toBe('LicenseGranted');
    expect(await booked(simulators, vendor, asset.externalId)).toHaveLength(1);
  });

  it.each([
    ['failing', { kind: 'status', status: 500 }, 'SOURCE_UNAVAILABLE'],
    ['silent', { kind: 'never' }, 'DEADLINE_EXCEEDED'],
    ['slowing us down', { kind: 'status', status: 429, body: '{"message":"Too Many Requests"}' }, 'RATE_LIMITED'],
  ] as const)(
    'never asked for, because the look before it meets a source %s, is a typed error and leaves the key free',
    async (name, fault, code) => {
      const asset = await freshAsset(gateway, vendor);
      const input = { assetId: asset.id, idempotencyKey: keyOf(`look ${name}`), licenseType };
      await simulators.addFault(vendor.simulator, { endpoint: vendor.look, ...fault });
      const { data, errors } = await order(gateway, input);
      await simulators.clearFaults(vendor.simulator);
      expect(data.licenseAsset).toBeNull();
      expect(errors).toMatchObject([{ extensions: { code, source: vendor.source, retryable: true } }]);
      expect(await spends(simulators, vendor, asset.externalId)).toBe(0);
      expect(await operationRow(gateway, input.idempotencyKey)).toMatchObject({ state: 'REJECTED', key_bound: false });
      expect((await buy(gateway, { ...input, allocation: { costCenter: '1' } })).__typename).toBe('LicenseGranted');
      expect(await booked(simulators, vendor, asset.externalId)).toHaveLength(1);
    },
  );
});

describe('a purchase at Adobe Stock that is asked for again', () => {
  it('looks again when another tenant of the account has bought the same since its look began', async () => {
    const externalId = ADOBE.next();
    const [ours, theirs] = await Promise.all(
      ['licensor', 'acme/licensor'].map(async (caller) => {
        const find = 'query($n: String!) { assetByExternalId(source: ADOBE_STOCK, externalId: $n) { id } }';
        const { data } = await gateway.query(caller, find, { n: externalId });
        return data.assetByExternalId.id as string;
      }),
    );
    const { licenseType } = ADOBE;
    // The source has answered "not held" by the time that the other buys; its answer arrives after that.
    await simulators.addFault(ADOBE.simulator, { endpoint: ADOBE.look, kind: 'drip', ms: 1, times: 1 });
    const slow = buy(gateway, { assetId: theirs as string, idempotencyKey: 'next door', licenseType }, 'acme/licensor');
    await eventually(
      async () => (await simulators.journal(ADOBE.simulator)).filter(({ endpoint }) => endpoint === ADOBE.look).length,
      (looks) => looks > 0,
    );
    const fast = await buy(gateway, { assetId: ours as string, idempotencyKey: 'next door', licenseType });
    expect(fast.__typename).toBe('LicenseGranted');
    expect(await slow).toMatchObject({ __typename: 'LicenseAlreadyHeld', license: { origin: 'ALREADY_OWNED' } });
    expect(await spends(simulators, ADOBE, externalId)).toBe(1);
    expect(await booked(simulators, ADOBE, externalId)).toHaveLength(1);
  });

  it('is asked for once, though two looks come to it at the same time', async () => {
    const asset = await freshAsset(gateway, ADOBE);
    const key = 'two looks';
    // Both the first request and the one that is sent again are lost.
    await simulators.addFault(ADOBE.simulator, { endpoint: ADOBE.spend, kind: 'reset-before', times: 2 });
    await buy(gateway, { assetId: asset.id, idempotencyKey: key, licenseType: ADOBE.licenseType });
    const { operation_id: uuid } = await operationRow(gateway, key);
    const past = REPEATABLE_HORIZON_SECONDS + 1;
    await gateway.database.query(
      `update license_operation set sending_at = sending_at - interval '${past} seconds' where operation_id = $1`,
      [uuid],
    );
    await simulators.addFault(ADOBE.simulator, { endpoint: 'member-profile', kind: 'latency', ms: 1_000, times: 1 });
    const payload = JSON.stringify({ tenantId: 'default', operationUuid: uuid });
    const look = "graphile_worker.add_job('settle_operation', $1::json)";
    await gateway.database.query(`select ${look}, ${look}`, [payload]);
    await eventually(
      () => spends(simulators, ADOBE, asset.externalId),
      (count) => count === 2,
    );
    // Longer than the look that was held up.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await spends(simulators, ADOBE, asset.externalId)).toBe(2);
    expect(await operationRow(gateway, key)).toMatchObject({ state: 'UNKNOWN', sent_count: 2 });
    await simulators.clearFaults(ADOBE.simulator);
  });
});

describe('a purchase at Getty Images that was lost before the work', () => {
  it('is not taken for the purchase that a colleague makes meanwhile', async () => {
    const asset = await freshAsset(gateway, GETTY);
    const key = 'not the colleague';
    const answer = await buyWith(GETTY, asset, key, { kind: 'reset-before' });
    expect(answer.operation.state).toBe('UNKNOWN');
    await simulators.action(GETTY.simulator, 'purchase-outside', {
      assetId: asset.externalId,
      via: 'download',
      productId: 3101,
      sameUser: true,
    });
    const state = await eventually(
      () => stateOf(key),
      (seen) => seen !== 'UNKNOWN',
    );
    expect(state).toBe('NEEDS_REVIEW');
    expect(await licenseCount(gateway, asset.id)).toBe(0);
  });
});

describe('an unclear purchase whose settling was cut off', () => {
  it('is settled by the next gateway, also when the one before died while it looked', async () => {
    const database = await createTestDatabase();
    const open: Gateway[] = [];
    const start = async (): Promise<Gateway> => {
      const next = await startGateway({ env: simulators.env, database });
      open.push(next);
      return next;
    };
    try {
      const first = await start();
      const asset = await freshAsset(first, ADOBE);
      await simulators.addFault(ADOBE.simulator, { endpoint: ADOBE.spend, kind: 'reset-after', times: 1 });
      const answer = await buy(first, { assetId: asset.id, idempotencyKey: 'cut off' });
      expect(answer.operation.state).toBe('UNKNOWN');
      await open.pop()?.stop();
      // What a worker leaves that is killed in the middle of a job.
      const held = await database.query(
        "update graphile_worker._private_jobs set locked_at = now(), locked_by = 'killed', run_at = now() where key like 'settle/%' returning id",
      );
      expect(held).toHaveLength(1);
      const second = await start();
      const state = await eventually(
        async () => (await operationRow(second, 'cut off')).state,
        (seen) => seen !== 'UNKNOWN',
        45_000,
      );
      expect(state).toBe('CONFIRMED');
      expect(await booked(simulators, ADOBE, asset.externalId)).toHaveLength(1);
    } finally {
      for (const each of open) await each.stop();
      await database.drop();
    }
  });
});
