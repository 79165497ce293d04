/** Both books compared, through the front door: what only one side knows is an incident, what another tenant bought is nobody's business. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type Gateway, type GraphqlAnswer, startGateway } from './support/gateway.js';
import {
  ADOBE,
  assetNamed,
  booked,
  buy,
  freshAsset,
  GETTY,
  licenseCount,
  operationRow,
  type Vendor,
} from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';

const IMPORT = `mutation Import($source: AssetSource!) { importLicenseHistory(input: { source: $source }) { __typename
  ... on ImportLicenseHistoryPayload { finished import { rowsRead imported failure } } } }`;
const INCIDENT = `id incidentKind source openedAt closedAt closedBy note asset { id externalId } operation { id idempotencyKey }
  purchase { licenseType licensedAt licensedAtText sourceReference firstSeenAt raw license { id origin } }`;
const LIST = `pageInfo { hasNextPage endCursor } edges { cursor node { ${INCIDENT} } }`;
const READ = `query Read($first: Int, $after: String) { reconciliation { asOf openUnknown needsReview oldestUnknown
  imports { source startedAt completedAt rowsRead imported failure }
  historyLag { source samples atLeastMs atMostMs horizonSeconds withinHorizon }
  unmatchedUpstream(first: $first, after: $after) { ${LIST} } unmatchedLocal(first: $first, after: $after) { ${LIST} } } }`;
const CLOSE = `mutation Close($input: CloseIncidentInput!) { closeIncident(input: $input) { __typename
  ... on CloseIncidentPayload { incident { ${INCIDENT} } } ... on InvalidRequest { message problems { path code message } } } }`;
const HORIZON_SECONDS = 3;

interface Page {
  readonly edges: readonly { readonly node: { readonly id: string } }[];
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
}

let simulators: Simulators;
let gateway: Gateway;

beforeAll(async () => {
  simulators = await startSimulators({ only: [ADOBE.simulator, GETTY.simulator] });
  gateway = await startGateway({
    env: { ...simulators.env, HISTORY_IMPORT_MINUTES: '0', SETTLE_HORIZON_SECONDS: String(HORIZON_SECONDS) },
  });
});
afterAll(async () => {
  await gateway.stop();
  await simulators.stop();
});

const dataOf = ({ data, errors }: GraphqlAnswer) => {
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data;
};
const runImport = async (vendor: Vendor, caller = 'auditor') =>
  dataOf(await gateway.query(caller, IMPORT, { source: vendor.source })).importLicenseHistory.import;
const read = async (caller = 'auditor', variables: Record<string, unknown> = {}) =>
  dataOf(await gateway.query(caller, READ, variables)).reconciliation;
// biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
const openOnes = async (kind: 'unmatchedUpstream' | 'unmatchedLocal', caller = 'auditor'): Promise<any[]> =>
  (await read(caller, { first: 100 }))[kind].edges.map(({ node }: { node: unknown }) => node);
const about = async (kind: 'unmatchedUpstream' | 'unmatchedLocal', externalId: string, caller = 'auditor') =>
  (await openOnes(kind, caller)).filter(({ asset }) => asset.externalId === externalId);
const close = async (caller: string, incidentId: string, note: string) =>
  dataOf(await gateway.query(caller, CLOSE, { input: { incidentId, note } })).closeIncident;
const outside = (externalId: string) =>
  simulators.action(ADOBE.simulator, 'purchase-outside', { contentId: Number(externalId), license: 'Standard' });
const bought = async (vendor: Vendor, key: string, caller = 'licensor') => {
  const asset = await freshAsset(gateway, vendor);
  const id = caller.includes('/') ? await idFor(caller, vendor, asset.externalId) : asset.id;
  const outcome = await buy(gateway, { assetId: id, idempotencyKey: key, licenseType: vendor.licenseType }, caller);
  expect(outcome.__typename).toBe('LicenseGranted');
  return asset;
};
const idFor = async (caller: string, vendor: Vendor, externalId: string): Promise<string> =>
  dataOf(
    await gateway.query(caller, 'query($s: AssetSource!, $e: String!) { assetByExternalId(source: $s, externalId: $e) { id } }', {
      s: vendor.source,
      e: externalId,
    }),
  ).assetByExternalId.id;

describe('a purchase past the gateway', () => {
  it('is imported and is an incident, told with what the source says of it, once', async () => {
    const externalId = ADOBE.next();
    await outside(externalId);
    for (let n = 0; n < 2; n += 1) await runImport(ADOBE);
    const [incident, ...more] = await about('unmatchedUpstream', externalId);
    expect(more).toEqual([]);
    const [entry] = await booked(simulators, ADOBE, externalId);
    expect(incident).toMatchObject({
      incidentKind: 'UNMATCHED_UPSTREAM',
      source: 'ADOBE_STOCK',
      closedAt: null,
      operation: null,
      purchase: {
        licenseType: 'Standard',
        licensedAt: `${entry?.at.slice(0, 16)}:00.000Z`,
        licensedAtText: expect.stringMatching(/[AP]M$/),
        license: { origin: 'IMPORTED' },
      },
    });
    expect(await openOnes('unmatchedLocal')).toEqual([]);
    expect((await read()).imports).toMatchObject([
      { source: 'ADOBE_STOCK', failure: null, startedAt: expect.any(String), completedAt: expect.any(String) },
      // Configured, and never read so far.
      { source: 'GETTY_IMAGES', failure: null, startedAt: null, completedAt: null, rowsRead: null, imported: null },
    ]);
    expect(gateway.log.filter((line) => line.includes('incidents were opened'))).toMatchObject([
      expect.stringMatching(/"source":"ADOBE_STOCK","kind":"UNMATCHED_UPSTREAM","count":1/),
    ]);
  });

  it('that somebody came upon before the import is on record already: neither imported nor an incident', async () => {
    const asset = await freshAsset(gateway, ADOBE);
    await outside(asset.externalId);
    const input = { assetId: asset.id, idempotencyKey: 'colleague', licenseType: 'Standard' };
    expect(await buy(gateway, input)).toMatchObject({ __typename: 'LicenseAlreadyHeld', license: { origin: 'ALREADY_OWNED' } });
    await runImport(ADOBE);
    expect(await licenseCount(gateway, asset.id)).toBe(1);
    expect(await about('unmatchedUpstream', asset.externalId)).toEqual([]);
    const [row] = await gateway.database.query(
      "select u.standing, l.origin from upstream_purchase u join license l using (license_id) where u.tenant_id = 'default' and u.account_asset like '%/' || $1",
      [asset.externalId],
    );
    expect(row).toEqual({ standing: 'HELD', origin: 'ALREADY_OWNED' });
  });

  it('by another tenant through this gateway is that tenant’s: no license, no incident and no word of it here', async () => {
    const asset = await bought(ADOBE, 'acme-1', 'acme/licensor');
    await runImport(ADOBE);
    await runImport(ADOBE, 'acme/auditor');
    expect(await about('unmatchedUpstream', asset.externalId)).toEqual([]);
    expect(await about('unmatchedUpstream', asset.externalId, 'acme/auditor')).toEqual([]);
    expect(await licenseCount(gateway, asset.id)).toBe(0);
    const { data } = await gateway.query(
      'auditor',
      'query($id: ID!) { asset(id: $id) { auditEvents { edges { node { action } } } } }',
      {
        id: asset.id,
      },
    );
    expect(data.asset.auditEvents.edges).toEqual([]);
    const standings = await gateway.database.query(
      "select tenant_id, standing, operation_id is null as blank from upstream_purchase where account_asset like '%/' || $1 order by 1",
      [asset.externalId],
    );
    expect(standings).toEqual([
      { tenant_id: 'acme', standing: 'MATCHED', blank: false },
      { tenant_id: 'default', standing: 'ELSEWHERE', blank: true },
    ]);
  });
});

describe('a purchase that the source does not list', () => {
  it('is no incident while the history may lag, is one after the horizon, and closes when it appears', async () => {
    await simulators.setSwitch(ADOBE.simulator, 'history-lag-ms', 60_000);
    const asset = await bought(ADOBE, 'lagging');
    await runImport(ADOBE);
    expect(await about('unmatchedLocal', asset.externalId)).toEqual([]);
    const found = await eventually(
      async () => {
        await runImport(ADOBE);
        return about('unmatchedLocal', asset.externalId);
      },
      (list) => list.length > 0,
    );
    expect(found).toMatchObject([{ incidentKind: 'UNMATCHED_LOCAL', purchase: null, operation: { idempotencyKey: 'lagging' } }]);
    const { settled_at } = await operationRow(gateway, 'lagging');
    expect(Date.parse(found[0].openedAt) - +(settled_at as Date)).toBeGreaterThan(1000 * HORIZON_SECONDS);

    await simulators.setSwitch(ADOBE.simulator, 'history-lag-ms', 0);
    await runImport(ADOBE);
    expect(await about('unmatchedLocal', asset.externalId)).toEqual([]);
    const trail = await gateway.database.query(
      "select action, actor from audit_event where asset_id = $1 and subject_type = 'Incident' order by occurred_at",
      [asset.id],
    );
    expect(trail).toEqual([
      { action: 'incident.opened', actor: 'system:import' },
      { action: 'incident.closed', actor: 'system:import' },
    ]);
  });
});

describe('a purchase in doubt', () => {
  it('is counted with its age, and the tag that an import finds makes the settlement look at once', async () => {
    const asset = await freshAsset(gateway, GETTY);
    await simulators.addFault(GETTY.simulator, { endpoint: GETTY.spend, kind: 'reset-after', times: 1 });
    const input = { assetId: asset.id, idempotencyKey: 'doubtful', licenseType: GETTY.licenseType };
    expect((await buy(gateway, input)).__typename).toBe('LicensePending');
    const { operation_id, sending_at } = await operationRow(gateway, 'doubtful');
    expect(await read()).toMatchObject({ openUnknown: 1, needsReview: 0, oldestUnknown: (sending_at as Date).toISOString() });
    await runImport(GETTY);
    const rowOf = () =>
      gateway.database.query(
        'select standing, operation_id, license_id is null as blank from upstream_purchase where operation_id = $1',
        [operation_id],
      );
    expect(await rowOf()).toMatchObject([{ standing: 'MATCHED', operation_id }]);
    await eventually(
      () => operationRow(gateway, 'doubtful'),
      ({ state }) => state === 'CONFIRMED',
    );
    await runImport(GETTY);
    expect(await rowOf()).toEqual([{ standing: 'MATCHED', operation_id, blank: false }]);
    expect(await booked(simulators, GETTY, asset.externalId)).toHaveLength(1);
    expect(await licenseCount(gateway, asset.id)).toBe(1);
    expect(await read()).toMatchObject({ openUnknown: 0, oldestUnknown: null });
  });
});

describe('incidents', () => {
  it('are paged, newest first, each once', async () => {
    for (let n = 0; n < 5; n += 1) await outside(ADOBE.next());
    await runImport(ADOBE);
    const all = (await openOnes('unmatchedUpstream')).map(({ id }) => id);
    expect(all.length).toBeGreaterThanOrEqual(6);
    const paged: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page: Page = (await read('auditor', { first: 2, after })).unmatchedUpstream;
      const { edges, pageInfo } = page;
      expect(edges.length).toBeLessThanOrEqual(2);
      paged.push(...edges.map(({ node }) => node.id));
      [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
    }
    expect(paged).toEqual(all);
    for (const first of [0, 101]) {
      const { errors } = await gateway.query('auditor', READ, { first });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }, { extensions: { code: 'BAD_USER_INPUT' } }]);
    }
  });

  it('are closed by a person with a note, for good and in the trail', async () => {
    const externalId = ADOBE.next();
    await outside(externalId);
    await runImport(ADOBE);
    const [{ id }] = await about('unmatchedUpstream', externalId);
    const closed = await close('admin', id, ' Bought by the web team; agreed. ');
    expect(closed).toMatchObject({
      __typename: 'CloseIncidentPayload',
      incident: { id, closedBy: 'key:admin', note: 'Bought by the web team; agreed.', closedAt: expect.any(String) },
    });
    expect(await close('auditor', id, 'Again.')).toMatchObject({ problems: [{ path: 'incidentId', code: 'ALREADY_CLOSED' }] });
    await runImport(ADOBE);
    expect(await about('unmatchedUpstream', externalId)).toEqual([]);
    const { auditEvents } = dataOf(
      await gateway.query(
        'auditor',
        'query($id: ID!) { auditEvents(filter: { subjectId: $id }) { edges { node { action actor subjectType data } } } }',
        { id },
      ),
    );
    expect(auditEvents.edges.map(({ node }: { node: object }) => node)).toMatchObject([
      {
        action: 'incident.closed',
        actor: 'key:admin',
        subjectType: 'Incident',
        data: { note: 'Bought by the web team; agreed.' },
      },
      { action: 'incident.opened', actor: 'system:import', data: { kind: 'UNMATCHED_UPSTREAM', source: 'ADOBE_STOCK' } },
    ]);
  });

  it('are read again after they were closed: with who closed them, when, and why', async () => {
    const LISTED = `query($closed: Boolean, $kind: IncidentKind, $first: Int, $after: String) {
      incidents(closed: $closed, kind: $kind, first: $first, after: $after) { ${LIST} } }`;
    const listed = async (
      variables: Record<string, unknown>,
      caller = 'auditor',
    ): Promise<Page & { edges: { node: object }[] }> => dataOf(await gateway.query(caller, LISTED, variables)).incidents;
    const nodes = async (variables: Record<string, unknown>, caller?: string) =>
      // biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
      (await listed({ first: 100, ...variables }, caller)).edges.map(({ node }) => node as any);
    const [all, closed, open] = [await nodes({}), await nodes({ closed: true }), await nodes({ closed: false })];
    expect([...closed, ...open].map(({ id }) => id).sort()).toEqual(all.map(({ id }) => id).sort());
    expect(closed).toContainEqual(
      expect.objectContaining({ note: 'Bought by the web team; agreed.', closedBy: 'key:admin', closedAt: expect.any(String) }),
    );
    expect(open.every(({ closedAt, closedBy, note }) => closedAt === null && closedBy === null && note === null)).toBe(true);
    const explained = await nodes({ kind: 'UNMATCHED_LOCAL', closed: true });
    expect(explained).toMatchObject([{ closedBy: 'system:import', operation: { idempotencyKey: 'lagging' } }]);
    expect(await nodes({ closed: null, kind: null })).toEqual(all);
    const first = await listed({ first: 1 });
    const second = await listed({ first: 1, after: first.pageInfo.endCursor });
    expect([...first.edges, ...second.edges].map(({ node }) => node)).toEqual(all.slice(0, 2));
    expect(await nodes({}, 'acme/auditor')).not.toContainEqual(expect.objectContaining({ closedBy: 'key:admin' }));
    for (const caller of ['viewer', 'requester', 'distributor'])
      expect((await gateway.query(caller, LISTED)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  it('are not closed without a note, by the wrong id, or by another tenant, which learns nothing', async () => {
    const externalId = ADOBE.next();
    await outside(externalId);
    await runImport(ADOBE);
    const [{ id }] = await about('unmatchedUpstream', externalId);
    const asset = await assetNamed(gateway, 'ADOBE_STOCK', externalId);
    const refused = async (caller: string, incidentId: string, note: string) =>
      (await close(caller, incidentId, note)).problems.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`);
    expect(await refused('auditor', id, ' ')).toEqual(['note REQUIRED']);
    expect(await refused('auditor', id, 'x'.repeat(2_001))).toEqual(['note TOO_LONG']);
    for (const wrong of ['nonsense', asset.id])
      expect(await refused('auditor', wrong, '')).toEqual(['incidentId NOT_FOUND', 'note REQUIRED']);
    expect(await refused('acme/admin', id, 'Mine.')).toEqual(['incidentId NOT_FOUND']);
    expect(await about('unmatchedUpstream', externalId)).toHaveLength(1);
  });

  it('are read by those who read the trail, and closed by auditors and admins', async () => {
    const [{ id }] = await openOnes('unmatchedUpstream');
    for (const role of ['viewer', 'requester', 'distributor', 'licensor', 'approver']) {
      const mayRead = role === 'licensor' || role === 'approver';
      expect((await gateway.query(role, READ)).errors.length > 0).toBe(!mayRead);
      const { errors } = await gateway.query(role, CLOSE, { input: { incidentId: id, note: 'x' } });
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
  });
});

describe('how long a history lags', () => {
  const lagOf = (key: string) =>
    gateway.database.query(
      'select at_least_ms, at_most_ms from history_lag join license_operation using (operation_id) where idempotency_key = $1',
      [key],
    );
  const measured = async (key: string) => {
    const [row] = await eventually(
      () => lagOf(key),
      (rows) => rows.length > 0,
    );
    return row as { at_least_ms: number; at_most_ms: number | null };
  };
  const evidence = async (type: string) =>
    (await gateway.database.query('select returned from tag_evidence where product = $1', [type])).map(
      ({ returned }) => returned,
    );
  /** Each license type is timed by its first purchase. */
  const timed = async (licenseType: string, key: string) => {
    const asset = await freshAsset(gateway, GETTY);
    return buy(gateway, { assetId: asset.id, idempotencyKey: key, licenseType });
  };

  it('is measured between the last look without and the first look with the purchase, and the tag is looked for with it', async () => {
    // The first purchase of this type was in doubt, and is not timed.
    await simulators.setSwitch(GETTY.simulator, 'history-lag-ms', 2_000);
    await timed(GETTY.licenseType, 'timed');
    const { at_least_ms, at_most_ms } = await measured('timed');
    expect(at_least_ms).toBeLessThanOrEqual(2_000);
    expect(at_least_ms).toBeGreaterThan(500);
    expect(at_most_ms).toBeGreaterThanOrEqual(2_000);
    expect(await evidence(GETTY.licenseType)).toEqual([true]);
    // The next one soon after is not timed.
    await timed(GETTY.licenseType, 'untimed');
    await simulators.setSwitch(GETTY.simulator, 'history-lag-ms', 0);
    const lag = (await read()).historyLag.find(({ source }: { source: string }) => source === 'GETTY_IMAGES');
    expect(lag).toEqual({
      source: 'GETTY_IMAGES',
      samples: 1,
      atLeastMs: at_least_ms,
      atMostMs: at_most_ms,
      horizonSeconds: HORIZON_SECONDS,
      withinHorizon: true,
    });
    expect(await lagOf('untimed')).toEqual([]);
  });

  it('beyond the horizon is told as such, and the log warns', async () => {
    await simulators.setSwitch(ADOBE.simulator, 'history-lag-ms', 60_000);
    const asset = await freshAsset(gateway, ADOBE);
    const outcome = await buy(gateway, { assetId: asset.id, idempotencyKey: 'timed-out', licenseType: 'Extended' });
    expect(outcome.__typename).toBe('LicenseGranted');
    const { at_least_ms, at_most_ms } = await measured('timed-out');
    await simulators.setSwitch(ADOBE.simulator, 'history-lag-ms', 0);
    expect(at_most_ms).toBeNull();
    expect(at_least_ms).toBeGreaterThan(1000 * (HORIZON_SECONDS - 1));
    const lag = (await read()).historyLag.find(({ source }: { source: string }) => source === 'ADOBE_STOCK');
    expect(lag).toMatchObject({ atMostMs: null, withinHorizon: false });
    expect(gateway.log.some((line) => line.includes('lags behind by more than half') && line.includes('ADOBE_STOCK'))).toBe(true);
  });
});

describe('the schedule', () => {
  const waiting = async () => {
    const [row] = await gateway.database.query(
      "select extract(epoch from run_at - now())::integer as seconds from graphile_worker.jobs where key like 'import_history/default/%' order by run_at limit 1",
    );
    return row && Number(row.seconds);
  };

  it('that has become shorter counts from the next start on, and a longer one does not put off what waits', async () => {
    for (const [minutes, most] of [
      [600, 36_000],
      [30, 1_800],
      [600, 1_800],
    ] as const) {
      const started = await startGateway({
        env: { ...simulators.env, HISTORY_IMPORT_MINUTES: String(minutes) },
        database: gateway.database,
      });
      await started.stop();
      expect(await waiting()).toBeLessThanOrEqual(most);
      expect(await waiting()).toBeGreaterThan(most - 300);
    }
  });

  it('of none reads nothing, also where a reading was queued before', async () => {
    const started = async () =>
      (await gateway.database.query('select started_at from history_import order by connection_id')).map(({ started_at }) =>
        Number(started_at),
      );
    const before = await started();
    await gateway.database.query("update graphile_worker._private_jobs set run_at = now() where key like 'import_history/%'");
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await started()).toEqual(before);
    // A process that has a schedule finds it.
    expect(await waiting()).toBeLessThan(0);
    await gateway.database.query("delete from graphile_worker._private_jobs where key like 'import_history/%'");
  });

  it('reads by itself, one interval after the start', async () => {
    const externalId = ADOBE.next();
    await outside(externalId);
    // For this gateway it is almost half an hour ago.
    const scheduled = await startGateway({
      env: { ...simulators.env, HISTORY_IMPORT_MINUTES: '30' },
      now: () => Date.now() - 30 * 60_000 + 3_000,
      database: gateway.database,
    });
    await eventually(
      () => gateway.database.query("select 1 from upstream_purchase where account_asset like '%/' || $1", [externalId]),
      (rows) => rows.length === 2,
    );
    await scheduled.stop();
  });
});
