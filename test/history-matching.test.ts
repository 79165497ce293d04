/** A history against our operations and licenses, in the database: who owns a row, what is missing, and what a late word changes. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SourceFault } from '../src/domain/faults.js';
import {
  at,
  HORIZON_SECONDS,
  NOON,
  openTheatre,
  type Script,
  type ScriptedRow,
  type Stage,
  type Theatre,
} from './support/scripted-history.js';

let theatre: Theatre;
let stage: Stage;

beforeAll(async () => {
  theatre = await openTheatre();
});
afterAll(() => theatre.close());
beforeEach(async () => {
  stage = await theatre.stage();
});

const UNKNOWN = { state: 'UNKNOWN', outcome: null, settled_at: null };
const setOperation = (uuid: string, changes: string) =>
  stage.query(`update license_operation set ${changes} where operation_id = $1`, [uuid]);
const jobsFor = async (uuid: string) =>
  (await stage.query('select key from graphile_worker.jobs where key = $1', [`settle/${uuid}`])).length;

describe('operations', () => {
  it('that bought a row are its owners: nothing is imported, and the row knows their license', async () => {
    const uuid = await stage.operation(5);
    await stage.run({ passes: [[[{ asset: '1', minute: 6 }]]], total: 1 });
    expect(await stage.rows()).toMatchObject([{ standing: 'MATCHED', operation_id: uuid, license_id: null }]);
    expect([await stage.licenses(), await stage.incidents(), await stage.actions()]).toEqual([[], [], []]);
  });

  it('of another tenant of the account explain a row, and leave no trace of themselves here', async () => {
    const other = await stage.operation(5, {}, await stage.newTenant());
    await stage.run({ passes: [[[{ asset: '1', minute: 6 }]]], total: 1 });
    expect(await stage.rows()).toMatchObject([{ standing: 'ELSEWHERE', operation_id: null, license_id: null }]);
    expect([await stage.licenses(), await stage.incidents(), await stage.actions()]).toEqual([[], [], []]);
    expect(JSON.stringify(await stage.rows())).not.toContain(other);
  });

  it('that are open keep their row from being imported, until they are settled', async () => {
    const uuid = await stage.operation(5, UNKNOWN);
    const script: Script = { passes: [[[{ asset: '1', minute: 6 }]]], total: 1 };
    await stage.run(script);
    expect(await stage.rows()).toMatchObject([{ standing: 'MATCHED', operation_id: uuid }]);
    expect(await jobsFor(uuid)).toBe(0);
    await setOperation(uuid, "state = 'REJECTED', settled_at = now()");
    await stage.run(script);
    expect(await stage.rows()).toMatchObject([{ standing: 'IMPORTED', operation_id: null, license_id: expect.any(String) }]);
    expect(await stage.incidents()).toMatchObject([{ kind: 'UNMATCHED_UPSTREAM', closed_at: null }]);
    expect(await stage.actions()).toEqual(['license.imported', 'incident.opened']);
  });

  it.each(['UNKNOWN', 'NEEDS_REVIEW'])(
    'that are %s and named by a tag are looked at by the settlement, and not moved',
    async (state) => {
      const uuid = await stage.operation(5, { ...UNKNOWN, state });
      await stage.run({ passes: [[[{ asset: '1', minute: 6, tag: `clearance:${uuid}` }]]], total: 1 });
      expect(await jobsFor(uuid)).toBe(1);
      expect(await stage.query('select state from license_operation where operation_id = $1', [uuid])).toEqual([{ state }]);
      expect(await stage.licenses()).toEqual([]);
    },
  );

  it('that a late tag names get their row back: the imported license ends and its incident closes', async () => {
    const row: ScriptedRow = { asset: '1', minute: 120 };
    const uuid = await stage.operation(5);
    await stage.run({ passes: [[[row]]], total: 1 });
    expect(await stage.standings()).toEqual(['stock/1 IMPORTED']);
    await stage.run({ passes: [[[{ ...row, tag: `clearance:${uuid}` }]]], total: 1 });
    expect(await stage.rows()).toMatchObject([{ standing: 'MATCHED', operation_id: uuid }]);
    expect(await stage.licenses()).toMatchObject([{ origin: 'IMPORTED', state: 'CANCELLED' }]);
    const closed = (await stage.incidents()).map(({ kind, closed_by }) => [kind, closed_by]);
    expect(closed.sort()).toEqual([
      ['UNMATCHED_LOCAL', 'system:import'],
      ['UNMATCHED_UPSTREAM', 'system:import'],
    ]);
    expect((await stage.actions()).sort()).toEqual(
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
    await stage.run({ passes: [[[row]]], total: 1 });
    expect((await stage.licenses()).map(({ state }) => state).sort()).toEqual(['ACTIVE', 'CANCELLED']);
    expect((await stage.incidents()).filter(({ closed_at }) => closed_at === null)).toMatchObject([
      { kind: 'UNMATCHED_UPSTREAM' },
    ]);
    expect(await stage.incidents()).toHaveLength(2);
  });

  it('that are open do not end an imported license: a late tag makes the settlement look, and the license ends when that has confirmed', async () => {
    const row: ScriptedRow = { asset: '1', minute: 120 };
    const uuid = await stage.operation(5, UNKNOWN);
    await setOperation(uuid, "state = 'REJECTED', settled_at = now()");
    await stage.run({ passes: [[[row]]], total: 1 });
    await setOperation(uuid, "state = 'UNKNOWN', settled_at = null");
    const tagged: Script = { passes: [[[{ ...row, tag: `clearance:${uuid}` }]]], total: 1 };
    await stage.run(tagged);
    expect(await jobsFor(uuid)).toBe(1);
    expect(await stage.licenses()).toMatchObject([{ state: 'ACTIVE' }]);
    await setOperation(uuid, `state = 'CONFIRMED', outcome = '{"kind":"LicenseGranted"}', settled_at = now()`);
    await stage.run(tagged);
    expect(await stage.licenses()).toMatchObject([{ state: 'CANCELLED' }]);
    expect(await stage.standings()).toEqual(['stock/1 MATCHED']);
  });

  it('that were matched to a colleague’s row let go of it when a late tag shows their own', async () => {
    const uuid = await stage.operation(5);
    const colleagues: ScriptedRow = { asset: '1', minute: 6 };
    await stage.run({ passes: [[[colleagues]]], total: 1 });
    expect(await stage.rows()).toMatchObject([{ standing: 'MATCHED', operation_id: uuid }]);
    const both: Script = { passes: [[[colleagues, { asset: '1', minute: 5, tag: `clearance:${uuid}` }]]], total: 2 };
    for (let n = 0; n < 2; n += 1) {
      await stage.run(both);
      expect(await stage.rows()).toMatchObject([
        { standing: 'MATCHED', operation_id: uuid, tag: `clearance:${uuid}` },
        { standing: 'IMPORTED', operation_id: null, license_id: expect.any(String) },
      ]);
    }
    expect(await stage.licenses()).toHaveLength(1);
    expect(await stage.incidents()).toMatchObject([{ kind: 'UNMATCHED_UPSTREAM', closed_at: null }]);
    expect(await stage.lastImport()).toMatchObject({ failure: null });
  });

  it('that late tags name in another order than they were matched in change places', async () => {
    const [first, second] = [await stage.operation(5), await stage.operation(7)];
    const rows: readonly ScriptedRow[] = [
      { asset: '1', minute: 5 },
      { asset: '1', minute: 7 },
    ];
    await stage.run({ passes: [[rows]], total: 2 });
    expect((await stage.rows()).map(({ operation_id }) => operation_id)).toEqual([first, second]);
    const tags = [`clearance:${second}`, `clearance:${first}`];
    await stage.run({ passes: [[rows.map((row, index) => ({ ...row, tag: tags[index] as string }))]], total: 2 });
    expect((await stage.rows()).map(({ operation_id }) => operation_id)).toEqual([second, first]);
    expect([await stage.licenses(), await stage.incidents()]).toEqual([[], []]);
  });

  it.each([
    ['in one order', false],
    ['in the other', true],
  ])('that a late tag names among rows alike keep the row that they have, listed %s', async (_, reversed) => {
    const row: ScriptedRow = { asset: '1', minute: 5 };
    await stage.operation(5);
    const uuid = await stage.operation(5);
    await stage.run({ passes: [[[row, row, row]]], total: 3 });
    const held = async () =>
      (await stage.rows()).map(({ occurrence, standing, operation_id, license_id }) => [
        occurrence,
        standing,
        operation_id,
        license_id,
      ]);
    const before = await held();
    const tagged = { ...row, tag: `clearance:${uuid}` };
    // Whichever place the row has in its table.
    await stage.query('update upstream_purchase set raw = raw || \'{"moved":1}\' where tenant_id = $1 and occurrence = 1', [
      stage.tenantId,
    ]);
    for (let n = 0; n < 2; n += 1) {
      await stage.run({ passes: [[reversed ? [tagged, row, row] : [row, row, tagged]]], total: 3 });
      expect(await held()).toEqual(before);
    }
    // With one more at the same time, which has no tag.
    await stage.run({ passes: [[[row, row, row, tagged]]], total: 4 });
    expect((await held()).slice(0, 3)).toEqual(before);
    expect((await stage.rows()).find(({ operation_id }) => operation_id === uuid)?.tag).toBe(`clearance:${uuid}`);
    expect((await stage.licenses()).map(({ state }) => state)).toEqual(['ACTIVE', 'ACTIVE']);
    expect((await stage.incidents()).filter(({ closed_at }) => closed_at !== null)).toEqual([]);
  });

  it('of n deliberate purchases in one minute take n rows, and a further row is somebody else’s', async () => {
    for (let n = 0; n < 3; n += 1) await stage.operation(5);
    const row: ScriptedRow = { asset: '1', minute: 5 };
    await stage.run({ passes: [[[row, row, row]]], total: 3 });
    expect(await stage.standings()).toEqual(['stock/1 MATCHED', 'stock/1 MATCHED', 'stock/1 MATCHED']);
    await stage.run({ passes: [[[row, row, row, row]]], total: 4 });
    expect(await stage.incidents()).toHaveLength(1);
    expect((await stage.rows()).filter(({ standing }) => standing === 'MATCHED')).toHaveLength(3);
  });
});

describe('a purchase of ours that the history does not show', () => {
  it('is no incident before a reading begins later than the horizon, and one afterwards, once', async () => {
    stage.now = NOON + 300_000 + 1000 * HORIZON_SECONDS - 1;
    const uuid = await stage.operation(5);
    const nothing: Script = { passes: [[[]]], total: 0 };
    await stage.run(nothing);
    expect(await stage.incidents()).toEqual([]);
    stage.now += 2;
    await stage.run(nothing);
    await stage.run(nothing);
    expect(await stage.incidents()).toMatchObject([{ kind: 'UNMATCHED_LOCAL', operation_id: uuid, closed_at: null }]);
    await stage.run({ passes: [[[{ asset: '1', minute: 5 }]]], total: 1 });
    expect(await stage.incidents()).toMatchObject([{ closed_by: 'system:import' }]);
    expect(await stage.actions()).toEqual(['incident.opened', 'incident.closed']);
  });

  it('is no incident where the reading was not whole, was refused, or the operation is older than histories reach', async () => {
    await stage.operation(5);
    await stage.run({ passes: [[[{ asset: '2', minute: -90 }]], [[]]], total: 7 });
    await stage.run({ passes: [[new SourceFault('ADOBE_STOCK', 'timeout', 'Adobe Stock did not answer in time.')]] });
    stage.now = NOON + 181 * 86_400_000;
    await stage.run({ passes: [[[]]], total: 0 });
    expect(await stage.incidents()).toEqual([]);
  });

  it('closed by a person it does not come again', async () => {
    await stage.operation(5);
    await stage.run({ passes: [[[]]], total: 0 });
    await stage.query(
      "update incident set closed_at = now(), closed_by = 'key:auditor', note = 'refunded' where tenant_id = $1",
      [stage.tenantId],
    );
    await stage.run({ passes: [[[]]], total: 0 });
    expect(await stage.incidents()).toMatchObject([{ closed_by: 'key:auditor', note: 'refunded' }]);
  });
});

describe('a license on record', () => {
  const onRecord = (minute: number) =>
    stage.query(
      `insert into license (license_id, tenant_id, connection_id, source, asset_id, license_type, state, origin, licensed_at, licensed_by, recorded_at)
       values (gen_random_uuid(), $1, $2, 'ADOBE_STOCK', $3, 'Standard', 'ACTIVE', 'ALREADY_OWNED', $4, 'unknown', $5) returning license_id`,
      [stage.tenantId, stage.connectionId, stage.assetId('1'), at(minute), at(30)],
    );

  it('that somebody came upon before is not imported again, and its row is no incident', async () => {
    const [license] = await onRecord(10);
    const script: Script = { passes: [[[{ asset: '1', minute: 10 }]]], total: 1 };
    await stage.run(script);
    await stage.run(script);
    expect(await stage.rows()).toMatchObject([{ standing: 'HELD', license_id: license?.license_id }]);
    expect(await stage.licenses()).toHaveLength(1);
    expect([await stage.incidents(), await stage.actions()]).toEqual([[], []]);
  });

  it('is not the one that was bought later', async () => {
    await onRecord(10);
    await stage.run({
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
    expect(await stage.standings()).toEqual(['stock/1 HELD', 'stock/1 IMPORTED']);
    expect(await stage.incidents()).toHaveLength(1);
  });
});
