/** Alerts about terms: raised once at their time by however many watchers, naming who is concerned, acknowledged, escalated or resolved. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AnyAlert, alertsOf, DAY_MS, HOUR_MS, putLicense, putTerms, watched } from './support/alerts.js';
import { bought, follow, offered } from './support/downloads.js';
import { type Gateway, startGateway } from './support/gateway.js';
import { ADOBE, freshAsset } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { ON_THE_WEB, openShelf, record, type Shelf } from './support/usage.js';

const START = Date.parse('2027-01-10T00:00:00Z');

let simulators: Simulators;
let database: TestDatabase;
let gateway: Gateway;
let other: Gateway;
let nowMs = START;
let assetId: string;
let shelf: Shelf;

beforeAll(async () => {
  simulators = await startSimulators({ only: ['adobe-stock'] });
  database = await createTestDatabase();
  const options = { env: { ...simulators.env, TERM_WATCH_INTERVAL_MS: '100' }, now: () => nowMs, database };
  gateway = await startGateway(options);
  other = await startGateway(options);
  assetId = (await freshAsset(gateway, ADOBE)).id;
  shelf = openShelf(gateway, () => nowMs);
});
afterAll(async () => {
  await shelf?.close();
  await gateway?.stop();
  await other?.stop();
  await database?.drop();
  await simulators?.stop();
});

const at = async (ms: number): Promise<void> => {
  nowMs = ms;
  await watched(gateway, assetId, nowMs);
};
const termEnds = async (licenseId: string): Promise<AnyAlert[]> => alertsOf(gateway, { licenseId, kinds: ['TERM_END'] });
const thresholds = async (licenseId: string): Promise<number[]> => (await termEnds(licenseId)).map(({ threshold }) => threshold);

const ACKNOWLEDGE = `mutation($input: AcknowledgeAlertInput!) { acknowledgeAlert(input: $input) { __typename
  ... on AcknowledgeAlertPayload { alert { id state acknowledgedBy acknowledgedAt note escalatedAt } }
  ... on InvalidRequest { problems { path code } } } }`;
const acknowledge = async (alertId: string, note: string | null = null, caller = 'licensor'): Promise<AnyAlert> => {
  const { data, errors } = await gateway.query(caller, ACKNOWLEDGE, { input: { alertId, note } });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data.acknowledgeAlert;
};
const events = async (action: string, licenseUuid: string): Promise<Record<string, unknown>[]> =>
  database.query(
    'select actor, data, subject_id from audit_event where action = $1 and license_id = $2 order by occurred_at, event_id',
    [action, licenseUuid],
  );

describe('a term with an end', () => {
  it('raises one alert each at 30, 14, 1 and 0 days, and none before, however often two watchers look', async () => {
    const end = nowMs + 31 * DAY_MS;
    const license = await putLicense(gateway, assetId, { termKind: 'FIXED', until: end });
    await at(end - 31 * DAY_MS);
    expect(await termEnds(license.id)).toEqual([]);
    await at(end - 30 * DAY_MS - 1);
    expect(await termEnds(license.id)).toEqual([]);
    const expected: number[] = [];
    for (const days of [30, 14, 1, 0]) {
      expected.unshift(days);
      await at(end - days * DAY_MS);
      expect(await thresholds(license.id)).toEqual(expected);
      await at(nowMs + HOUR_MS);
      expect(await thresholds(license.id)).toEqual(expected);
    }
    const [ended, , , first] = await termEnds(license.id);
    expect(first).toMatchObject({
      alertKind: 'TERM_END',
      dueAt: new Date(end - 30 * DAY_MS).toISOString(),
      license: { id: license.id, state: 'EXPIRED' },
      asset: { id: assetId },
    });
    expect(first.message).toContain(new Date(end).toISOString());
    expect(ended.message).toContain('ended');
    const raised = await events('alert.raised', license.uuid);
    expect(raised.map(({ actor, data }) => [actor, (data as AnyAlert).threshold])).toEqual(
      [30, 14, 1, 0].map((days) => ['system:alerts', days]),
    );
  });

  it('raises only the tightest of the notices that are late', async () => {
    const license = await putLicense(gateway, assetId, { termKind: 'FIXED', until: nowMs + 10 * DAY_MS });
    await at(nowMs);
    expect(await thresholds(license.id)).toEqual([14]);
  });

  it('that lies in the distant past is history', async () => {
    const old = await putLicense(gateway, assetId, { termKind: 'FIXED', until: nowMs - 31 * DAY_MS });
    const recent = await putLicense(gateway, assetId, { termKind: 'FIXED', until: nowMs - 29 * DAY_MS });
    await at(nowMs);
    expect([await thresholds(old.id), await thresholds(recent.id)]).toEqual([[], [0]]);
  });

  it('of very many licenses at once raises one alert for each, whoever looks', async () => {
    const end = new Date(nowMs + 14 * DAY_MS).toISOString();
    await database.query(
      `insert into license (license_id, tenant_id, connection_id, source, asset_id, license_type, state, origin, "references", licensed_at, licensed_by, valid_until, recorded_at)
       select gen_random_uuid(), c.tenant_id, c.connection_id, c.source, $1, 'Bulk', 'ACTIVE', 'IMPORTED', '[]', '2020-01-01', 'Buyer', $2, '2020-01-01'
       from generate_series(1, 450), (select * from source_connection where tenant_id = 'default' limit 1) c`,
      [assetId, end],
    );
    await at(nowMs);
    const rows = await database.query(
      `select a.threshold, count(*)::integer as alerts, count(distinct a.license_id)::integer as licenses from alert a
       join license l using (license_id) where l.license_type = 'Bulk' group by a.threshold`,
    );
    expect(rows).toEqual([{ threshold: 14, alerts: 450, licenses: 450 }]);
    const [trail] = await database.query(
      `select count(*)::integer as n from audit_event e join license l using (license_id) where l.license_type = 'Bulk' and action = 'alert.raised'`,
    );
    expect(trail?.n).toBe(450);
    await database.query("update license set state = 'CANCELLED' where license_type = 'Bulk'");
    await at(nowMs);
    const states = await database.query(
      "select distinct a.state, a.resolution from alert a join license l using (license_id) where l.license_type = 'Bulk'",
    );
    expect(states).toEqual([{ state: 'RESOLVED', resolution: 'The license was cancelled.' }]);
  });

  it('is told of to the tenant it belongs to alone', async () => {
    const license = await putLicense(gateway, assetId, { termKind: 'FIXED', until: nowMs + DAY_MS });
    await at(nowMs);
    expect(await alertsOf(gateway, { licenseId: license.id })).toHaveLength(1);
    expect(await alertsOf(gateway, { licenseId: license.id }, 'acme/licensor')).toEqual([]);
    expect((await gateway.query('viewer', '{ alerts { edges { cursor } } }')).errors[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('raises alerts as the tenant has ruled, without saying the wider notice after the tighter one', async () => {
    const set = `mutation($input: SetAlertRulesInput!) { setAlertRules(input: $input) { __typename
      ... on SetAlertRulesPayload { rules { leadDays limitPercents escalateAfterHours violations endUnknown setBy setAt } }
      ... on InvalidRequest { problems { path code } } } }`;
    const rule = (input: object, caller = 'admin') => gateway.query(caller, set, { input });
    const license = await putLicense(gateway, assetId, { termKind: 'FIXED', until: nowMs + 20 * DAY_MS });
    await at(nowMs);
    const { data } = await rule({ leadDays: [7, 60, 20, 7, 30], escalateAfterHours: 48 });
    expect(data.setAlertRules.rules).toEqual({
      leadDays: [60, 30, 20, 7],
      limitPercents: [80, 100],
      escalateAfterHours: 48,
      violations: true,
      endUnknown: true,
      setBy: 'key:admin',
      setAt: new Date(nowMs).toISOString(),
    });
    await at(nowMs);
    expect(await thresholds(license.id)).toEqual([20, 30]);
    const [event] = await database.query("select data from audit_event where action = 'alert_rules.set'");
    expect(event?.data).toMatchObject({ before: { leadDays: [30, 14, 1, 0] }, after: { leadDays: [60, 30, 20, 7] } });
    expect((await rule({ leadDays: [-1], limitPercents: [0, 101], escalateAfterHours: 0 })).data.setAlertRules).toEqual({
      __typename: 'InvalidRequest',
      problems: [
        { path: 'leadDays.0', code: 'INVALID' },
        { path: 'limitPercents.0', code: 'INVALID' },
        { path: 'limitPercents.1', code: 'INVALID' },
        { path: 'escalateAfterHours', code: 'INVALID' },
      ],
    });
    expect((await rule({}, 'licensor')).errors[0]?.extensions.code).toBe('FORBIDDEN');
    await rule({ leadDays: [30, 14, 1, 0], escalateAfterHours: 72 });
    const { data: read } = await gateway.query('auditor', '{ alertRules { leadDays escalateAfterHours } }');
    expect(read.alertRules).toEqual({ leadDays: [30, 14, 1, 0], escalateAfterHours: 72 });
  });
});

describe('a term without an end', () => {
  it('raises nothing when it is perpetual, and asks once when nobody said so, until somebody does', async () => {
    const perpetual = await putLicense(gateway, assetId, { termKind: 'PERPETUAL' });
    const unknown = await putLicense(gateway, assetId, { termKind: 'UNKNOWN' });
    await at(nowMs);
    await at(nowMs + 400 * DAY_MS);
    expect(await alertsOf(gateway, { licenseId: perpetual.id })).toEqual([]);
    const [asked, ...more] = await alertsOf(gateway, { licenseId: unknown.id });
    expect(more).toEqual([]);
    expect(asked).toMatchObject({ alertKind: 'END_UNKNOWN', threshold: null });
    expect(asked.message).toContain('no end on record');
    await putTerms(gateway, unknown.uuid, { termKind: 'PERPETUAL' });
    await at(nowMs + DAY_MS);
    const [resolved] = await alertsOf(gateway, { licenseId: unknown.id });
    expect(resolved).toMatchObject({ id: asked.id, state: 'RESOLVED', resolvedAt: new Date(nowMs).toISOString() });
  });
});

describe('an alert', () => {
  const raisedFor = async (days: number): Promise<{ alert: AnyAlert; uuid: string; id: string }> => {
    const license = await putLicense(gateway, assetId, { termKind: 'FIXED', until: nowMs + days * DAY_MS });
    await at(nowMs);
    const [alert] = await termEnds(license.id);
    return { alert, ...license };
  };

  it('that nobody acknowledges escalates once, and can be acknowledged after that', async () => {
    const { alert, uuid, id } = await raisedFor(29);
    await at(nowMs + 71 * HOUR_MS);
    expect((await termEnds(id))[0].state).toBe('OPEN');
    await at(nowMs + HOUR_MS);
    await at(nowMs + HOUR_MS);
    const [escalated] = await termEnds(id);
    expect(escalated).toMatchObject({ state: 'ESCALATED', escalatedAt: new Date(nowMs - HOUR_MS).toISOString() });
    expect(await events('alert.escalated', uuid)).toMatchObject([{ actor: 'system:alerts', data: { afterHours: 72 } }]);
    const { alert: taken } = await acknowledge(alert.id, ' Renewal is ordered. ', 'approver');
    expect(taken).toMatchObject({ state: 'ACKNOWLEDGED', acknowledgedBy: 'key:approver', note: 'Renewal is ordered.' });
    expect(taken.escalatedAt).toBe(escalated.escalatedAt);
  });

  it('that is acknowledged does not escalate; the same person again changes nothing, another one is told', async () => {
    const { alert, uuid, id } = await raisedFor(29);
    const first = await acknowledge(alert.id, 'mine');
    await at(nowMs + 100 * HOUR_MS);
    expect(await acknowledge(alert.id, 'again')).toEqual(first);
    expect((await acknowledge(alert.id, null, 'admin')).problems).toEqual([{ path: 'alertId', code: 'ALREADY_ACKNOWLEDGED' }]);
    expect((await termEnds(id))[0]).toMatchObject({ state: 'ACKNOWLEDGED', note: 'mine', escalatedAt: null });
    expect(await events('alert.acknowledged', uuid)).toMatchObject([{ actor: 'key:licensor', data: { note: 'mine' } }]);
    expect(await events('alert.escalated', uuid)).toEqual([]);
  });

  it('that does not exist, belongs to another tenant or comes with too long a note is refused', async () => {
    const { alert } = await raisedFor(29);
    expect((await acknowledge('nonsense', 'x'.repeat(2_001))).problems).toEqual([
      { path: 'alertId', code: 'NOT_FOUND' },
      { path: 'note', code: 'TOO_LONG' },
    ]);
    expect((await acknowledge(alert.id, null, 'acme/licensor')).problems).toEqual([{ path: 'alertId', code: 'NOT_FOUND' }]);
    await expect(acknowledge(alert.id, null, 'viewer')).rejects.toThrow('FORBIDDEN');
  });

  it('about an end that a renewal moved is resolved, and the new end gets alerts of its own', async () => {
    const { alert, uuid, id } = await raisedFor(10);
    const end = nowMs + 40 * DAY_MS;
    const renew = `mutation($input: RecordRenewalInput!) { recordRenewal(input: $input) { __typename } }`;
    const terms = { termKind: 'FIXED', validUntil: new Date(end).toISOString() };
    const input = { licenseId: id, system: 'erp', reference: 'renewal-1', terms, idempotencyKey: 'renewal-1' };
    const { data } = await gateway.query('licensor', renew, { input });
    expect(data.recordRenewal.__typename).toBe('RecordRenewalPayload');
    await at(nowMs + DAY_MS);
    expect(await termEnds(id)).toMatchObject([
      { id: alert.id, state: 'RESOLVED', resolution: `The license ends at ${new Date(end).toISOString()} now.` },
    ]);
    expect(await events('alert.resolved', uuid)).toMatchObject([{ actor: 'system:alerts' }]);
    expect((await acknowledge(alert.id)).problems).toEqual([{ path: 'alertId', code: 'ALREADY_RESOLVED' }]);
    await at(end - 14 * DAY_MS);
    expect((await termEnds(id)).map(({ threshold, state }) => [threshold, state])).toEqual([
      [14, 'OPEN'],
      [14, 'RESOLVED'],
    ]);
    await putTerms(gateway, uuid, { termKind: 'FIXED', until: end }, 'SUPERSEDED');
    await at(nowMs);
    expect((await termEnds(id))[0]).toMatchObject({ state: 'RESOLVED', resolution: 'Another license follows this one.' });
  });

  it('names everybody who downloaded the asset, and who bought it', async () => {
    const { id, licenseId, licenseUuid } = await bought(gateway, ADOBE);
    await putTerms(gateway, licenseUuid, { termKind: 'FIXED', until: nowMs + 20 * DAY_MS });
    for (const caller of ['distributor', 'licensor', 'distributor'])
      expect((await follow((await offered(gateway, licenseId, {}, caller)).url)).status).toBe(200);
    const downloadedAt = new Date(nowMs).toISOString();
    await at(nowMs + 7 * DAY_MS);
    const [alert] = await termEnds(licenseId);
    expect(alert.asset.id).toBe(id);
    expect(alert.people).toEqual([
      { subject: 'key:distributor', why: 'DOWNLOADED', lastAt: downloadedAt },
      { subject: 'key:licensor', why: 'DOWNLOADED', lastAt: downloadedAt },
      { subject: 'key:licensor', why: 'LICENSED', lastAt: expect.any(String) },
    ]);
  });

  it('about a limit is raised once at 80 and once at 100 percent by 20 parallel uses of a cap of 10, beside one about the violations', async () => {
    const limits = [{ unit: 'placements', max: 10 }];
    const license = await shelf.license({ source: 'ADOBE_STOCK', externalId: ADOBE.next(), rights: { limits } });
    const use = { ...ON_THE_WEB, unit: 'placements', units: 1 };
    const place = (index: number, caller?: string) =>
      record(index % 2 ? other : gateway, { licenseId: license.id, use, idempotencyKey: `cap-${index}` }, caller);
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, index) => place(index)));
    expect(outcomes.filter(({ usage }) => usage.violation)).toHaveLength(10);
    const near = await alertsOf(gateway, { licenseId: license.id, kinds: ['LIMIT_NEAR'] });
    expect(near.map(({ threshold }) => threshold).sort((a, b) => a - b)).toEqual([80, 100]);
    expect(near.find(({ threshold }) => threshold === 80)?.message).toContain('8 of 10 placements');
    const violations = () => alertsOf(gateway, { licenseId: license.id, kinds: ['VIOLATION'] });
    const [alert, ...more] = await violations();
    expect(more).toEqual([]);
    expect(alert).toMatchObject({ threshold: null, state: 'OPEN', occurrences: 10 });
    expect(alert.message).toContain('10 uses were recorded');
    expect(alert.message).toContain('LIMIT_REACHED');
    expect(await events('alert.raised', license.uuid)).toHaveLength(3);

    await place(20, 'distributor');
    const [named] = await violations();
    expect(named.occurrences).toBe(11);
    expect(named.people.filter(({ why }: AnyAlert) => why === 'USED').map(({ subject }: AnyAlert) => subject)).toEqual([
      'key:distributor',
      'key:licensor',
    ]);
    await acknowledge(alert.id);
    await place(21);
    expect((await violations()).map(({ state, occurrences }) => [state, occurrences]).sort()).toEqual([
      ['ACKNOWLEDGED', 11],
      ['OPEN', 1],
    ]);
    nowMs += DAY_MS;
    await place(22);
    expect(await violations()).toHaveLength(3);
  });

  it('is found by page, kind and state, the newest first', async () => {
    const all = await database.query("select count(*)::integer as n from alert where tenant_id = 'default'");
    const seen: string[] = [];
    const page = `query($after: String) { alerts(first: 7, after: $after) { edges { node { id raisedAt } } pageInfo { hasNextPage endCursor } } }`;
    for (let after: string | null = null; ; ) {
      const { data } = await gateway.query('auditor', page, { after });
      seen.push(...data.alerts.edges.map(({ node }: AnyAlert) => `${node.raisedAt}/${node.id}`));
      if (!data.alerts.pageInfo.hasNextPage) break;
      after = data.alerts.pageInfo.endCursor;
    }
    expect(new Set(seen).size).toBe(all[0]?.n);
    expect(seen.map((text) => text.slice(0, 24))).toEqual(
      seen
        .map((text) => text.slice(0, 24))
        .sort()
        .reverse(),
    );
    const states = new Set((await alertsOf(gateway, { states: ['RESOLVED'], kinds: ['TERM_END'] })).map(({ state }) => state));
    expect([...states]).toEqual(['RESOLVED']);
    expect(await alertsOf(gateway, { states: [] })).toEqual([]);
    expect((await alertsOf(gateway, { assetId })).every(({ asset }) => asset.id === assetId)).toBe(true);
  });
});
