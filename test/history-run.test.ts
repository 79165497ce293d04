/** A run over a history that moves, repeats itself, breaks off or is cut short: read from a script, recorded in a real database. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { HistoryEntry, HistoryPage } from '../src/datasources/datasource.js';
import { SourceFault } from '../src/domain/faults.js';
import { assetIdOf, environmentConnectionId, keyText, type TenantId } from '../src/domain/ids.js';
import { type Instant, instantOf } from '../src/domain/instant.js';
import { importHistory } from '../src/services/history-run.js';
import type { HistorySource } from '../src/services/history-source.js';
import { type Database, openDatabase } from '../src/store/database.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const NOON = Date.parse('2026-03-02T12:00:00.000Z');
const HORIZON_SECONDS = 600;
const at = (minutes: number): Instant => instantOf(NOON + minutes * 60_000);
/** As the source writes it. */
const written = (instant: Instant): string => `${instant.slice(0, 16)} local`;

let database: TestDatabase;
let db: Database;
let tenantId: TenantId;
let now: number;
/** Each test's own: operations of all tenants of an account are compared. */
let account: string;
let count = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.appUrl, maxConnections: 4, onError: () => undefined });
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});
beforeEach(async () => {
  now = NOON + 24 * 3_600_000;
  account = `adobe-stock/scripted-${count}`;
  tenantId = await newTenant();
});

const connectionOf = (tenant: TenantId) => environmentConnectionId(tenant, 'ADOBE_STOCK');
/** Connected at noon. */
const newTenant = async (): Promise<TenantId> => {
  const tenant = `tenant-${++count}` as TenantId;
  await database.query('insert into tenant (tenant_id) values ($1)', [tenant]);
  await database.query(
    "insert into source_connection (connection_id, tenant_id, source, name, origin, created_at) values ($1, $2, 'ADOBE_STOCK', 'environment', 'environment', $3)",
    [connectionOf(tenant), tenant, at(0)],
  );
  return tenant;
};

interface Row {
  readonly asset: string;
  readonly minute: number;
  readonly type?: string;
  readonly tag?: string;
  readonly reference?: string;
  readonly text?: string;
  readonly undated?: boolean;
}
const entryOf = ({ asset, minute, type = 'Standard', tag, reference, text, undated }: Row): HistoryEntry => ({
  key: { connectionId: connectionOf(tenantId), lane: 'stock', externalId: asset },
  licenseType: type,
  licensedAt: undated ? null : at(minute),
  licensedAtText: text ?? written(at(minute)),
  sourceReference: reference ?? null,
  tag: tag ?? null,
  raw: { minute },
});

type Page = readonly Row[] | Error;
interface Script {
  /** One list of pages for each pass; the last one is repeated. */
  readonly passes: readonly (readonly Page[])[];
  /** What the source says there are; absent: it does not say. */
  readonly total?: number;
  readonly assets?: (externalId: string) => 'found' | 'gone' | 'failed' | 'broken';
}

/** A source that reads its pages from the script, counted by passes. */
const scripted = ({ passes, total, assets = () => 'gone' }: Script): HistorySource & { readonly read: () => number } => {
  let pass = -1;
  return {
    connectionId: connectionOf(tenantId),
    source: 'ADOBE_STOCK',
    label: 'Adobe Stock',
    account,
    mayReturnTags: true,
    read: () => pass + 1,
    history: async (place): Promise<HistoryPage> => {
      if (place === null) pass += 1;
      const index = Number(place ?? 0);
      const pages = passes[Math.min(pass, passes.length - 1)] as readonly Page[];
      const page = pages[index] ?? [];
      if (page instanceof Error) throw page;
      const next = index + 1 < pages.length ? String(index + 1) : null;
      return { entries: page.map(entryOf), next, total: total ?? null };
    },
    loadAssets: async (keys) => {
      const fault = new SourceFault('ADOBE_STOCK', 'server_error', 'Adobe Stock failed.');
      if (keys.some(({ externalId }) => assets(externalId) === 'broken')) throw new Error('cut short');
      return {
        found: new Map(),
        failed: new Map(keys.filter(({ externalId }) => assets(externalId) === 'failed').map((key) => [keyText(key), fault])),
      };
    },
    purchasesSince: async () => [],
  };
};

const run = async (script: Script) => {
  const source = scripted(script);
  await importHistory({ db, now: () => now, horizonSecondsOf: () => HORIZON_SECONDS }, tenantId, source);
  return source;
};

const rows = () =>
  database.query(
    'select account_asset, occurrence, standing, tag, licensed_at, operation_id, license_id from upstream_purchase where tenant_id = $1 order by account_asset, licensed_at, occurrence',
    [tenantId],
  );
const standings = async () => (await rows()).map(({ account_asset, standing }) => `${account_asset} ${standing}`);
const licenses = () => database.query('select * from license where tenant_id = $1 order by licensed_at, license_id', [tenantId]);
const incidents = () => database.query('select * from incident where tenant_id = $1 order by opened_at', [tenantId]);
const trail = async () =>
  (await database.query('select action from audit_event where tenant_id = $1 order by occurred_at, event_id', [tenantId])).map(
    ({ action }) => action,
  );
const lastImport = async () =>
  (await database.query('select * from history_import where tenant_id = $1', [tenantId]))[0] as Record<string, unknown>;

const operation = async (minute: number, overrides: Record<string, unknown> = {}, tenant = tenantId): Promise<string> => {
  const uuid = randomUUID();
  const values: Record<string, unknown> = {
    operation_id: uuid,
    tenant_id: tenant,
    mutation: 'licenseAsset',
    idempotency_key: uuid,
    payload_hash: Buffer.alloc(32),
    operation_kind: 'LICENSE',
    state: 'CONFIRMED',
    source: 'ADOBE_STOCK',
    connection_id: connectionOf(tenant),
    account,
    account_asset: 'stock/1',
    asset_id: assetIdOf({ connectionId: connectionOf(tenant), lane: 'stock', externalId: '1' }),
    license_type: 'Standard',
    command: '{}',
    outcome: '{"kind":"LicenseGranted"}',
    requested_by: 'key:licensor',
    request_id: 'r-1',
    created_at: at(minute),
    sending_at: at(minute),
    settled_at: at(minute),
    sent_count: 1,
    ...overrides,
  };
  const names = Object.keys(values);
  await database.query(
    `insert into license_operation (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(values),
  );
  return uuid;
};
const setOperation = (uuid: string, changes: string) =>
  database.query(`update license_operation set ${changes} where operation_id = $1`, [uuid]);
const UNKNOWN = { state: 'UNKNOWN', outcome: null, settled_at: null };
const jobsFor = async (uuid: string) =>
  (await database.query('select key from graphile_worker.jobs where key = $1', [`settle/${uuid}`])).length;

describe('rows that look alike', () => {
  const twin: Row = { asset: '1', minute: -60 };

  it('are counted where the source says that nothing was read twice', async () => {
    const source = await run({ passes: [[[twin, twin, { asset: '2', minute: -90 }]]], total: 3 });
    expect(source.read()).toBe(1);
    expect((await rows()).map(({ account_asset, occurrence }) => [account_asset, occurrence])).toEqual([
      ['stock/1', 1],
      ['stock/1', 2],
      ['stock/2', 1],
    ]);
    expect(await licenses()).toHaveLength(3);
  });

  it('are one purchase where a row was read twice while the list moved', async () => {
    const source = await run({
      passes: [
        [[twin], [twin, { asset: '2', minute: -90 }]],
        [[twin], [{ asset: '2', minute: -90 }]],
      ],
      total: 2,
    });
    expect(source.read()).toBe(2);
    expect(await licenses()).toHaveLength(2);
    expect(await lastImport()).toMatchObject({ rows_read: 2, imported: 2, failure: null, completed_at: new Date(now) });
  });

  it('are as many as every reading shows where none of them agrees with the source', async () => {
    const other: Row = { asset: '2', minute: -90 };
    const source = await run({ passes: [[[twin, twin, twin]], [[twin, twin, other]], [[twin, twin, twin, other]]], total: 9 });
    expect(source.read()).toBe(3);
    expect(await standings()).toEqual(['stock/1 IMPORTED', 'stock/1 IMPORTED', 'stock/2 IMPORTED']);
    expect(await lastImport()).toMatchObject({ completed_at: null, failure: expect.stringContaining('another number') });
  });

  it('must show twice where the source tells no total', async () => {
    expect((await run({ passes: [[[twin]]] })).read()).toBe(1);
    expect((await run({ passes: [[[twin, twin]], [[twin]]] })).read()).toBe(2);
    expect(await licenses()).toHaveLength(1);
    expect((await run({ passes: [[[twin, twin]], [[twin, twin]]] })).read()).toBe(2);
    expect(await licenses()).toHaveLength(2);
    // Now it is known.
    expect((await run({ passes: [[[twin, twin]]] })).read()).toBe(1);
  });

  it('take nothing back when the history forgets', async () => {
    await run({ passes: [[[twin, twin]]], total: 2 });
    await run({ passes: [[[]]], total: 0 });
    expect(await licenses()).toHaveLength(2);
    await run({ passes: [[[twin]]], total: 1 });
    expect(await rows()).toHaveLength(2);
  });
});

describe('an old purchase is not a new one', () => {
  it('when the space in its date becomes another, when its product is told, when its note comes or goes', async () => {
    const first: Row = { asset: '1', minute: -60, text: '3/2/26, 9:15 AM' };
    await run({ passes: [[[first]]], total: 1 });
    for (const change of [{ text: '3/2/26, 9:15 AM' }, { type: 'Standard:77' }, { tag: 'somebodys-note' }, {}]) {
      await run({ passes: [[[{ ...first, ...change }]]], total: 1 });
      expect(await rows()).toHaveLength(1);
    }
    expect(await licenses()).toHaveLength(1);
    expect(await trail()).toEqual(['license.imported']);
    expect((await rows())[0]?.tag).toBe('somebodys-note');
  });

  it('and one with a reference of its own, another minute, type or asset is', async () => {
    const first: Row = { asset: '1', minute: -60 };
    const others: Row[] = [
      { ...first, reference: 'A-1' },
      { ...first, minute: -61 },
      { ...first, type: 'Extended' },
      { ...first, asset: '2' },
    ];
    await run({ passes: [[[first, ...others]]], total: 5 });
    expect(await licenses()).toHaveLength(5);
  });
});

describe('dates', () => {
  it('without a readable one the license carries the time of the first sight, and the row its text', async () => {
    await run({ passes: [[[{ asset: '1', minute: 0, undated: true, text: 'gestern' }]]], total: 1 });
    expect(await licenses()).toMatchObject([{ origin: 'IMPORTED', licensed_at: new Date(now), licensed_by: 'unknown' }]);
    expect(
      await database.query('select licensed_at, licensed_at_text from upstream_purchase where tenant_id = $1', [tenantId]),
    ).toEqual([{ licensed_at: null, licensed_at_text: 'gestern' }]);
    // It was there when the history was first read.
    expect(await incidents()).toEqual([]);
    await run({
      passes: [
        [
          [
            { asset: '1', minute: 0, undated: true, text: 'gestern' },
            { asset: '2', minute: 0, undated: true, text: 'heute' },
          ],
        ],
      ],
      total: 2,
    });
    expect(await incidents()).toMatchObject([{ kind: 'UNMATCHED_UPSTREAM', closed_at: null }]);
  });

  it('before the connection was made it is no incident; from its minute on it is one', async () => {
    await database.query('update source_connection set created_at = $2 where tenant_id = $1', [
      tenantId,
      instantOf(NOON + 30_000),
    ]);
    await run({
      passes: [
        [
          [
            { asset: '1', minute: -1 },
            { asset: '2', minute: 0 },
          ],
        ],
      ],
      total: 2,
    });
    expect(await licenses()).toHaveLength(2);
    const opened = await incidents();
    expect(opened).toHaveLength(1);
    expect(opened[0]?.asset_id).toBe(assetIdOf({ connectionId: connectionOf(tenantId), lane: 'stock', externalId: '2' }));
  });
});

describe('operations', () => {
  it('that bought a row are its owners: nothing is imported, and the row knows their license', async () => {
    const uuid = await operation(5);
    await run({ passes: [[[{ asset: '1', minute: 6 }]]], total: 1 });
    expect(await rows()).toMatchObject([{ standing: 'MATCHED', operation_id: uuid, license_id: null }]);
    expect([await licenses(), await incidents(), await trail()]).toEqual([[], [], []]);
  });

  it('of another tenant of the account explain a row, and leave no trace of themselves here', async () => {
    const other = await operation(5, {}, await newTenant());
    await run({ passes: [[[{ asset: '1', minute: 6 }]]], total: 1 });
    expect(await rows()).toMatchObject([{ standing: 'ELSEWHERE', operation_id: null, license_id: null }]);
    expect([await licenses(), await incidents(), await trail()]).toEqual([[], [], []]);
    expect(JSON.stringify(await rows())).not.toContain(other);
  });

  it('that are open keep their row from being imported, until they are settled', async () => {
    const uuid = await operation(5, UNKNOWN);
    const script: Script = { passes: [[[{ asset: '1', minute: 6 }]]], total: 1 };
    await run(script);
    expect(await rows()).toMatchObject([{ standing: 'MATCHED', operation_id: uuid }]);
    expect(await jobsFor(uuid)).toBe(0);
    await setOperation(uuid, "state = 'REJECTED', settled_at = now()");
    await run(script);
    expect(await rows()).toMatchObject([{ standing: 'IMPORTED', operation_id: null, license_id: expect.any(String) }]);
    expect(await incidents()).toMatchObject([{ kind: 'UNMATCHED_UPSTREAM', closed_at: null }]);
    expect(await trail()).toEqual(['license.imported', 'incident.opened']);
  });

  it.each(['UNKNOWN', 'NEEDS_REVIEW'])(
    'that are %s and named by a tag are looked at by the settlement, and not moved',
    async (state) => {
      const uuid = await operation(5, { ...UNKNOWN, state });
      await run({ passes: [[[{ asset: '1', minute: 6, tag: `clearance:${uuid}` }]]], total: 1 });
      expect(await jobsFor(uuid)).toBe(1);
      expect(await database.query('select state from license_operation where operation_id = $1', [uuid])).toEqual([{ state }]);
      expect(await licenses()).toEqual([]);
    },
  );

  it('that a late tag names get their row back: the imported license ends and its incident closes', async () => {
    const row: Row = { asset: '1', minute: 120 };
    const uuid = await operation(5);
    await run({ passes: [[[row]]], total: 1 });
    expect(await standings()).toEqual(['stock/1 IMPORTED']);
    await run({ passes: [[[{ ...row, tag: `clearance:${uuid}` }]]], total: 1 });
    expect(await rows()).toMatchObject([{ standing: 'MATCHED', operation_id: uuid }]);
    expect(await licenses()).toMatchObject([{ origin: 'IMPORTED', state: 'CANCELLED' }]);
    const closed = (await incidents()).map(({ kind, closed_by }) => [kind, closed_by]);
    expect(closed.sort()).toEqual([
      ['UNMATCHED_LOCAL', 'system:import'],
      ['UNMATCHED_UPSTREAM', 'system:import'],
    ]);
    expect((await trail()).sort()).toEqual(
      [
        'incident.opened',
        'incident.opened',
        'incident.closed',
        'incident.closed',
        'license.cancelled',
        'license.imported',
      ].sort(),
    );
    // And back again, should that operation turn out not to have charged: the same incident, a new license.
    await setOperation(uuid, "state = 'REJECTED'");
    await run({ passes: [[[row]]], total: 1 });
    expect((await licenses()).map(({ state }) => state).sort()).toEqual(['ACTIVE', 'CANCELLED']);
    expect((await incidents()).filter(({ closed_at }) => closed_at === null)).toMatchObject([{ kind: 'UNMATCHED_UPSTREAM' }]);
    expect(await incidents()).toHaveLength(2);
  });

  it('of n deliberate purchases in one minute take n rows, and a further row is somebody else’s', async () => {
    for (let n = 0; n < 3; n += 1) await operation(5);
    const row: Row = { asset: '1', minute: 5 };
    await run({ passes: [[[row, row, row]]], total: 3 });
    expect(await standings()).toEqual(['stock/1 MATCHED', 'stock/1 MATCHED', 'stock/1 MATCHED']);
    await run({ passes: [[[row, row, row, row]]], total: 4 });
    expect(await incidents()).toHaveLength(1);
    expect((await rows()).filter(({ standing }) => standing === 'MATCHED')).toHaveLength(3);
  });
});

describe('a purchase of ours that the history does not show', () => {
  it('is no incident before a reading begins later than the horizon, and one afterwards, once', async () => {
    now = NOON + 300_000 + 1000 * HORIZON_SECONDS - 1;
    const uuid = await operation(5);
    const nothing: Script = { passes: [[[]]], total: 0 };
    await run(nothing);
    expect(await incidents()).toEqual([]);
    now += 2;
    await run(nothing);
    await run(nothing);
    expect(await incidents()).toMatchObject([{ kind: 'UNMATCHED_LOCAL', operation_id: uuid, closed_at: null }]);
    await run({ passes: [[[{ asset: '1', minute: 5 }]]], total: 1 });
    expect(await incidents()).toMatchObject([{ closed_by: 'system:import' }]);
    expect(await trail()).toEqual(['incident.opened', 'incident.closed']);
  });

  it('is no incident where the reading was not whole, was refused, or the operation is older than histories reach', async () => {
    await operation(5);
    await run({ passes: [[[{ asset: '2', minute: -90 }]], [[]]], total: 7 });
    await run({ passes: [[new SourceFault('ADOBE_STOCK', 'timeout', 'Adobe Stock did not answer in time.')]] });
    now = NOON + 181 * 86_400_000;
    await run({ passes: [[[]]], total: 0 });
    expect(await incidents()).toEqual([]);
  });

  it('closed by a person it does not come again', async () => {
    await operation(5);
    await run({ passes: [[[]]], total: 0 });
    await database.query(
      "update incident set closed_at = now(), closed_by = 'key:auditor', note = 'refunded' where tenant_id = $1",
      [tenantId],
    );
    await run({ passes: [[[]]], total: 0 });
    expect(await incidents()).toMatchObject([{ closed_by: 'key:auditor', note: 'refunded' }]);
  });
});

describe('a license on record', () => {
  const onRecord = (minute: number) =>
    database.query(
      `insert into license (license_id, tenant_id, connection_id, source, asset_id, license_type, state, origin, licensed_at, licensed_by, recorded_at)
       values (gen_random_uuid(), $1, $2, 'ADOBE_STOCK', $3, 'Standard', 'ACTIVE', 'ALREADY_OWNED', $4, 'unknown', $5) returning license_id`,
      [
        tenantId,
        connectionOf(tenantId),
        assetIdOf({ connectionId: connectionOf(tenantId), lane: 'stock', externalId: '1' }),
        at(minute),
        at(30),
      ],
    );

  it('that somebody came upon before is not imported again, and its row is no incident', async () => {
    const [license] = await onRecord(10);
    const script: Script = { passes: [[[{ asset: '1', minute: 10 }]]], total: 1 };
    await run(script);
    await run(script);
    expect(await rows()).toMatchObject([{ standing: 'HELD', license_id: license?.license_id }]);
    expect(await licenses()).toHaveLength(1);
    expect([await incidents(), await trail()]).toEqual([[], []]);
  });

  it('is not the one that was bought later', async () => {
    await onRecord(10);
    await run({
      passes: [
        [
          [
            { asset: '1', minute: 10 },
            { asset: '1', minute: 90 },
          ],
        ],
      ],
      total: 2,
    });
    expect(await standings()).toEqual(['stock/1 HELD', 'stock/1 IMPORTED']);
    expect(await incidents()).toHaveLength(1);
  });
});

describe('a run that ends early', () => {
  const many: readonly Row[] = Array.from({ length: 120 }, (_, n) => ({ asset: String(1000 + n), minute: n }));

  it('by a page that failed has recorded nothing of that reading, and says why', async () => {
    await run({
      passes: [[many.slice(0, 100), new SourceFault('ADOBE_STOCK', 'timeout', 'Adobe Stock did not answer in time.')]],
    });
    expect(await rows()).toEqual([]);
    expect(await lastImport()).toMatchObject({ completed_at: null, failure: 'Adobe Stock did not answer in time.' });
    await run({ passes: [[many]], total: 120 });
    expect(await lastImport()).toMatchObject({ completed_at: new Date(now), failure: null, rows_read: 120, imported: 120 });
  });

  it('cut short in the middle leaves nothing half: each row has its license, its incident and their events, or is not there', async () => {
    // Assets go in batches of 50, in order: the third one breaks.
    const broken = (externalId: string) => (externalId === '1110' ? 'broken' : 'gone');
    await expect(run({ passes: [[many]], total: 120, assets: broken })).rejects.toThrow('cut short');
    const recorded = await rows();
    expect(recorded).toHaveLength(100);
    expect(new Set(recorded.map(({ license_id }) => license_id)).size).toBe(100);
    expect([await licenses(), await incidents()].map((list) => list.length)).toEqual([100, 100]);
    expect((await trail()).filter((action) => action === 'license.imported')).toHaveLength(100);
    expect((await trail()).filter((action) => action === 'incident.opened')).toHaveLength(100);
    expect(await database.query('select count(*)::integer as n from license_terms where tenant_id = $1', [tenantId])).toEqual([
      { n: 100 },
    ]);
    expect(await lastImport()).toMatchObject({ completed_at: null, failure: expect.stringContaining('cut short') });

    await run({ passes: [[many]], total: 120 });
    expect([await rows(), await licenses(), await incidents()].map((list) => list.length)).toEqual([120, 120, 120]);
    await run({ passes: [[many]], total: 120 });
    expect(await trail()).toHaveLength(240);
  });

  it('for assets that could not be read leaves those for the next one, rather than terms that nobody knows', async () => {
    const failing = (externalId: string) => (externalId === '1' ? 'failed' : 'gone');
    const script: Script = {
      passes: [
        [
          [
            { asset: '1', minute: 1 },
            { asset: '2', minute: 1 },
          ],
        ],
      ],
      total: 2,
    };
    await run({ ...script, assets: failing });
    expect(await standings()).toEqual(['stock/2 IMPORTED']);
    expect(await lastImport()).toMatchObject({ completed_at: null, failure: expect.stringContaining('next run') });
    await run(script);
    expect(await standings()).toEqual(['stock/1 IMPORTED', 'stock/2 IMPORTED']);
    expect(await lastImport()).toMatchObject({ imported: 1, failure: null });
  });

  it('never ends in the case of a history that turns in a circle: it stops and says so', async () => {
    const source = scripted({ passes: [[[]]] });
    const circling: HistorySource = { ...source, history: async () => ({ entries: [], next: 'again', total: null }) };
    await importHistory({ db, now: () => now, horizonSecondsOf: () => HORIZON_SECONDS }, tenantId, circling);
    expect(await lastImport()).toMatchObject({ failure: expect.stringContaining('did not end') });
  });
});

it('two runs at once over one history, as two processes make them, record it once', async () => {
  const many: readonly Row[] = Array.from({ length: 130 }, (_, n) => ({ asset: String(n), minute: n }));
  await Promise.all(Array.from({ length: 3 }, () => run({ passes: [[many]], total: 130 })));
  expect([await rows(), await licenses(), await incidents()].map((list) => list.length)).toEqual([130, 130, 130]);
  expect(await trail()).toHaveLength(260);
});
