/** Alerts that nobody may miss: ends that are moved, cancelled or forgotten, limits that come down, uses of copies, licenses that are over. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { environmentConnectionId, type TenantId } from '../src/domain/ids.js';
import { type AnyAlert, alertsOf, DAY_MS, type PutLicense, putLicense, putTerms, watched } from './support/alerts.js';
import { eventually, type Gateway, startGateway } from './support/gateway.js';
import { ADOBE, freshAsset } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';
import { ON_THE_WEB, openShelf, record, type Shelf } from './support/usage.js';

let simulators: Simulators;
let gateway: Gateway;
let nowMs = Date.parse('2027-01-10T00:00:00Z');
let assetId: string;
let shelf: Shelf;

beforeAll(async () => {
  simulators = await startSimulators({ only: ['adobe-stock'] });
  gateway = await startGateway({ env: { ...simulators.env, TERM_WATCH_INTERVAL_MS: '100' }, now: () => nowMs });
  assetId = (await freshAsset(gateway, ADOBE)).id;
  shelf = openShelf(gateway, () => nowMs);
});
afterAll(async () => {
  await shelf?.close();
  await gateway?.stop();
  await simulators?.stop();
});

const at = async (ms: number): Promise<void> => {
  nowMs = ms;
  await watched(gateway, assetId, nowMs);
};
const isoOf = (ms: number): string => new Date(ms).toISOString();
let calls = 0;
const call = async (mutation: string, input: object): Promise<void> => {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}`;
  calls += 1;
  const { data, errors } = await gateway.query(
    'licensor',
    `mutation($input: ${type}Input!) { ${mutation}(input: $input) { __typename ... on InvalidRequest { problems { path code } } } }`,
    { input: { ...input, idempotencyKey: `missed-${calls}` } },
  );
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  expect(data[mutation]).toEqual({ __typename: `${type}Payload` });
};
const renewal = (licenseId: string, rest: object): Promise<void> =>
  call('recordRenewal', { licenseId, system: 'erp', reference: `missed-${calls + 1}`, ...rest });
const moveEnd = ({ id }: PutLicense, ms: number): Promise<void> =>
  renewal(id, { kind: 'CORRECTION', terms: { termKind: 'FIXED', validUntil: isoOf(ms) } });
const shown = async (licenseId: string, kind: string): Promise<[number | null, string, boolean][]> =>
  (await alertsOf(gateway, { licenseId, kinds: [kind] })).map(({ threshold, state, resolvedAt }) => [
    threshold,
    state,
    resolvedAt !== null,
  ]);
const acknowledge = async (alert: AnyAlert): Promise<void> => {
  const { errors } = await gateway.query(
    'licensor',
    'mutation($input: AcknowledgeAlertInput!) { acknowledgeAlert(input: $input) { __typename } }',
    { input: { alertId: alert.id } },
  );
  expect(errors).toEqual([]);
};

describe('an end', () => {
  it('of a perpetual license that is cancelled for a later day is told before that day', async () => {
    const license = await putLicense(gateway, assetId, { termKind: 'PERPETUAL' });
    const end = nowMs + 20 * DAY_MS;
    await renewal(license.id, { kind: 'CANCELLATION', effectiveFrom: isoOf(end) });
    const told = async () => (await shown(license.id, 'TERM_END')).map(([threshold]) => threshold);
    await at(nowMs);
    expect(await told()).toEqual([30]);
    await at(end - 14 * DAY_MS);
    expect(await told()).toEqual([14, 30]);
    await at(end - DAY_MS);
    expect(await told()).toEqual([1, 14, 30]);
    await at(end);
    expect(await told()).toEqual([0, 1, 14, 30]);
  });

  it('after a pause is told as the one before it', async () => {
    const [pause, resume] = [nowMs + 10 * DAY_MS, nowMs + 15 * DAY_MS];
    const end = resume + 365 * DAY_MS;
    const license = await putLicense(gateway, assetId, { termKind: 'FIXED', until: pause });
    const terms = { termKind: 'FIXED', validFrom: isoOf(resume), validUntil: isoOf(end) };
    await renewal(license.id, { kind: 'RENEWAL', effectiveFrom: isoOf(resume), terms });
    await at(pause);
    expect(await shown(license.id, 'TERM_END')).toEqual([[0, 'OPEN', false]]);
    await at(resume);
    expect(await shown(license.id, 'TERM_END')).toEqual([[0, 'RESOLVED', true]]);
    await at(end - 14 * DAY_MS);
    expect(await shown(license.id, 'TERM_END')).toEqual([
      [14, 'OPEN', false],
      [0, 'RESOLVED', true],
    ]);
  });

  it('that is moved away and back is told anew, whether or not somebody had taken it in hand', async () => {
    const end = nowMs + 10 * DAY_MS;
    const [left, taken] = [
      await putLicense(gateway, assetId, { termKind: 'FIXED', until: end }),
      await putLicense(gateway, assetId, { termKind: 'FIXED', until: end }),
    ];
    await at(nowMs);
    const [first] = await alertsOf(gateway, { licenseId: taken.id });
    await acknowledge(first);
    for (const license of [left, taken]) await moveEnd(license, end + 400 * DAY_MS);
    await at(nowMs + DAY_MS);
    expect(await shown(left.id, 'TERM_END')).toEqual([[14, 'RESOLVED', true]]);
    // It stays in the hands of whoever took it.
    expect(await shown(taken.id, 'TERM_END')).toEqual([[14, 'ACKNOWLEDGED', true]]);
    for (const license of [left, taken]) await moveEnd(license, end);
    await at(nowMs + DAY_MS);
    await at(nowMs);
    expect(await shown(left.id, 'TERM_END')).toEqual([
      [14, 'OPEN', false],
      [14, 'RESOLVED', true],
    ]);
    expect(await shown(taken.id, 'TERM_END')).toEqual([
      [14, 'OPEN', false],
      [14, 'ACKNOWLEDGED', true],
    ]);
    const events = await gateway.database.query(
      "select action, subject_id from audit_event where license_id = $1 and action like 'alert.%' order by occurred_at, event_id",
      [taken.uuid],
    );
    expect(events.map(({ action }) => action)).toEqual(['alert.raised', 'alert.acknowledged', 'alert.resolved', 'alert.raised']);
    expect(new Set(events.map(({ subject_id }) => subject_id)).size).toBe(2);
  });

  it('that was stated and taken back is asked for anew', async () => {
    const license = await putLicense(gateway, assetId, { termKind: 'UNKNOWN' });
    const asked = (count: number) =>
      eventually(
        () => shown(license.id, 'END_UNKNOWN'),
        (rows) => rows.filter(([, state]) => state === 'OPEN').length === count,
      );
    expect(await asked(1)).toHaveLength(1);
    await putTerms(gateway, license.uuid, { termKind: 'FIXED', until: nowMs + 400 * DAY_MS });
    expect(await asked(0)).toEqual([[null, 'RESOLVED', true]]);
    nowMs += DAY_MS;
    await putTerms(gateway, license.uuid, { termKind: 'UNKNOWN' });
    expect(await asked(1)).toEqual([
      [null, 'OPEN', false],
      [null, 'RESOLVED', true],
    ]);
  });
});

describe('a limit', () => {
  const use = (licenseId: string, units: number, caller?: string) => {
    calls += 1;
    const row = { licenseId, use: { ...ON_THE_WEB, unit: 'placements', units }, idempotencyKey: `use-${calls}` };
    return record(gateway, row, caller);
  };
  const put = (max: number) =>
    shelf.license({ source: 'ADOBE_STOCK', externalId: ADOBE.next(), rights: { limits: [{ unit: 'placements', max }] } });
  const near = (licenseId: string) => alertsOf(gateway, { licenseId, kinds: ['LIMIT_NEAR'] });

  it('that comes down to what is used, or below, is told once each, by the highest percentage alone', async () => {
    const license = await put(100);
    const untouched = await put(10);
    await use(license.id, 8);
    expect(await near(license.id)).toEqual([]);
    for (const [max, threshold, words] of [
      [10, 80, 'up to 80 %: 8 of 10 placements'],
      [5, 100, 'used up: 8 of 5 placements'],
    ] as const) {
      nowMs += DAY_MS;
      await call('stateTerms', { licenseId: license.id, terms: { limits: [{ unit: 'placements', max }] } });
      const [alert] = await eventually(
        () => near(license.id),
        ([newest]) => newest?.threshold === threshold,
      );
      expect(alert.message).toContain(words);
    }
    await at(nowMs);
    await at(nowMs);
    expect((await near(license.id)).map(({ threshold }) => threshold)).toEqual([100, 80]);
    expect(await near(untouched.id)).toEqual([]);
  });

  it('of a license that is over concerns nobody, a violation under it does', async () => {
    const [superseded, cancelled] = [await put(10), await put(10)];
    for (const [state, { uuid }] of [
      ['SUPERSEDED', superseded],
      ['CANCELLED', cancelled],
    ] as const)
      await gateway.database.query('update license set state = $2 where license_id = $1', [uuid, state]);
    await use(superseded.id, 9);
    await use(superseded.id, 9);
    await use(cancelled.id, 9);
    await at(nowMs);
    await at(nowMs);
    for (const { id } of [superseded, cancelled])
      expect(await alertsOf(gateway, { licenseId: id })).toMatchObject([
        { alertKind: 'VIOLATION', state: 'OPEN', occurrences: 1 },
      ]);
  });

  it('names who used a copy of the stock asset in a library, each person once for each reason', async () => {
    for (const source of ['PHOTOSHELTER', 'SMINT_IO'] as const)
      await gateway.database.query(
        "insert into source_connection (connection_id, tenant_id, source, name, origin) values ($1, 'default', $2, 'default', 'environment')",
        [environmentConnectionId('default' as TenantId, source), source],
      );
    const stock = ADOBE.next();
    const limits = [{ unit: 'placements', max: 10 }];
    const license = await shelf.license({ source: 'ADOBE_STOCK', externalId: stock, rights: { limits } });
    const copies = [
      await shelf.license({ source: 'PHOTOSHELTER', externalId: 'I0000copyOne', rights: { limits } }),
      await shelf.license({ source: 'SMINT_IO', externalId: 'copy-two', rights: { limits } }),
    ];
    const stranger = await shelf.license({ source: 'PHOTOSHELTER', externalId: 'I0000stranger', rights: { limits } });
    const link = (id: string, source: string) =>
      gateway.database.query(
        "insert into asset_link (tenant_id, asset_id, stock_source, stock_external_id) values ('default', $1, $2, $3)",
        [id, source, stock],
      );
    for (const copy of copies) await link(copy.assetId, 'ADOBE_STOCK');
    // The same number at another source is another picture.
    await link(stranger.assetId, 'GETTY_IMAGES');
    await use(stranger.id, 1, 'admin');
    await use(copies[0]?.id as string, 1, 'distributor');
    nowMs += DAY_MS;
    await use(copies[1]?.id as string, 1, 'distributor');
    await use(license.id, 8);
    const [alert] = await near(license.id);
    expect(alert.people).toEqual([
      { subject: 'key:distributor', why: 'USED', lastAt: isoOf(nowMs) },
      { subject: 'key:licensor', why: 'USED', lastAt: isoOf(nowMs) },
      { subject: 'key:licensor', why: 'LICENSED', lastAt: expect.any(String) },
    ]);
    await use(copies[0]?.id as string, 7, 'distributor');
    const [ofCopy] = await near(copies[0]?.id as string);
    expect(ofCopy.people.map(({ subject, why }: AnyAlert) => `${why} ${subject}`)).toEqual([
      'USED key:distributor',
      'LICENSED key:licensor',
    ]);
  });
});
