/** A run over a history that moves, repeats itself, breaks off or is cut short: what is recorded is right, and never half. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AssetReader } from '../src/datasources/asset-reader.js';
import type { SourceRegistry } from '../src/datasources/registry.js';
import { SourceFault } from '../src/domain/faults.js';
import { instantOf } from '../src/domain/instant.js';
import { createHistorySources, type HistorySource } from '../src/services/history-source.js';
import { NOON, openTheatre, type Script, type ScriptedRow, type Stage, type Theatre } from './support/scripted-history.js';

let theatre: Theatre;
let stage: Stage;

beforeAll(async () => {
  theatre = await openTheatre();
});
afterAll(() => theatre.close());
beforeEach(async () => {
  stage = await theatre.stage();
});

describe('rows that look alike', () => {
  const twin: ScriptedRow = { asset: '1', minute: -60 };

  it('are counted where the source says that nothing was read twice', async () => {
    const passes = await stage.run({ passes: [[[twin, twin, { asset: '2', minute: -90 }]]], total: 3 });
    expect(passes).toBe(1);
    expect((await stage.rows()).map(({ account_asset, occurrence }) => [account_asset, occurrence])).toEqual([
      ['stock/1', 1],
      ['stock/1', 2],
      ['stock/2', 1],
    ]);
    expect(await stage.licenses()).toHaveLength(3);
  });

  it('are one purchase where a row was read twice while the list moved', async () => {
    const passes = await stage.run({
      passes: [
        [[twin], [twin, { asset: '2', minute: -90 }]],
        [[twin], [{ asset: '2', minute: -90 }]],
      ],
      total: 2,
    });
    expect(passes).toBe(2);
    expect(await stage.licenses()).toHaveLength(2);
    expect(await stage.lastImport()).toMatchObject({
      rows_read: 2,
      imported: 2,
      failure: null,
      completed_at: new Date(stage.now),
    });
  });

  it('are as many as every reading shows where none of them agrees with the source', async () => {
    const other: ScriptedRow = { asset: '2', minute: -90 };
    const passes = await stage.run({
      passes: [[[twin, twin, twin]], [[twin, twin, other]], [[twin, twin, twin, other]]],
      total: 9,
    });
    expect(passes).toBe(3);
    expect(await stage.standings()).toEqual(['stock/1 IMPORTED', 'stock/1 IMPORTED', 'stock/2 IMPORTED']);
    expect(await stage.lastImport()).toMatchObject({ completed_at: null, failure: expect.stringContaining('another number') });
  });

  it('must show twice where the source tells no total', async () => {
    expect(await stage.run({ passes: [[[twin]]] })).toBe(1);
    expect(await stage.run({ passes: [[[twin, twin]], [[twin]]] })).toBe(2);
    expect(await stage.licenses()).toHaveLength(1);
    expect(await stage.run({ passes: [[[twin, twin]], [[twin, twin]]] })).toBe(2);
    expect(await stage.licenses()).toHaveLength(2);
    // Now it is known.
    expect(await stage.run({ passes: [[[twin, twin]]] })).toBe(1);
  });

  it('take nothing back when the history forgets', async () => {
    await stage.run({ passes: [[[twin, twin]]], total: 2 });
    await stage.run({ passes: [[[]]], total: 0 });
    expect(await stage.licenses()).toHaveLength(2);
    await stage.run({ passes: [[[twin]]], total: 1 });
    expect(await stage.rows()).toHaveLength(2);
  });
});

describe('an old purchase is not a new one', () => {
  it('when the space in its date becomes another, when its product is told, when its note comes or goes', async () => {
    const first: ScriptedRow = { asset: '1', minute: -60, text: '3/2/26, 9:15 AM' };
    await stage.run({ passes: [[[first]]], total: 1 });
    for (const change of [{ text: '3/2/26, 9:15\u202fAM' }, { type: 'Standard:77' }, { tag: 'somebodys-note' }, {}]) {
      await stage.run({ passes: [[[{ ...first, ...change }]]], total: 1 });
      expect(await stage.rows()).toHaveLength(1);
    }
    expect(await stage.licenses()).toHaveLength(1);
    expect(await stage.actions()).toEqual(['license.imported']);
    expect((await stage.rows())[0]?.tag).toBe('somebodys-note');
  });

  it('and one with a reference of its own, another minute, type or asset is', async () => {
    const first: ScriptedRow = { asset: '1', minute: -60 };
    const others: ScriptedRow[] = [
      { ...first, reference: 'A-1' },
      { ...first, minute: -61 },
      { ...first, type: 'Extended' },
      { ...first, asset: '2' },
    ];
    await stage.run({ passes: [[[first, ...others]]], total: 5 });
    expect(await stage.licenses()).toHaveLength(5);
  });
});

describe('dates', () => {
  it('without a readable one the license carries the time of the first sight, and the row its text', async () => {
    await stage.run({ passes: [[[{ asset: '1', minute: 0, undated: true, text: 'gestern' }]]], total: 1 });
    expect(await stage.licenses()).toMatchObject([
      { origin: 'IMPORTED', licensed_at: new Date(stage.now), licensed_by: 'unknown' },
    ]);
    expect(
      await stage.query('select licensed_at, licensed_at_text from upstream_purchase where tenant_id = $1', [stage.tenantId]),
    ).toEqual([{ licensed_at: null, licensed_at_text: 'gestern' }]);
    // It was there when the history was first read.
    expect(await stage.incidents()).toEqual([]);
    await stage.run({
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
    expect(await stage.incidents()).toMatchObject([{ kind: 'UNMATCHED_UPSTREAM', closed_at: null }]);
  });

  it('before the connection was made it is no incident; from its minute on it is one', async () => {
    await stage.query('update source_connection set created_at = $2 where tenant_id = $1', [
      stage.tenantId,
      instantOf(NOON + 30_000),
    ]);
    await stage.run({
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
    expect(await stage.licenses()).toHaveLength(2);
    const opened = await stage.incidents();
    expect(opened).toHaveLength(1);
    expect(opened[0]?.asset_id).toBe(stage.assetId('2'));
  });
});

describe('a run that ends early', () => {
  const many: readonly ScriptedRow[] = Array.from({ length: 120 }, (_, n) => ({ asset: String(1000 + n), minute: n }));

  it('by a page that failed has recorded nothing of that reading, and says why', async () => {
    await stage.run({
      passes: [[many.slice(0, 100), new SourceFault('ADOBE_STOCK', 'timeout', 'Adobe Stock did not answer in time.')]],
    });
    expect(await stage.rows()).toEqual([]);
    expect(await stage.lastImport()).toMatchObject({ completed_at: null, failure: 'Adobe Stock did not answer in time.' });
    await stage.run({ passes: [[many]], total: 120 });
    expect(await stage.lastImport()).toMatchObject({
      completed_at: new Date(stage.now),
      failure: null,
      rows_read: 120,
      imported: 120,
    });
  });

  it('cut short in the middle leaves nothing half: each row has its license, its incident and their events, or is not there', async () => {
    // Assets go in batches of 50, in order: the third one breaks.
    const broken = (externalId: string) => (externalId === '1110' ? 'broken' : 'gone');
    await expect(stage.run({ passes: [[many]], total: 120, assets: broken })).rejects.toThrow('cut short');
    const recorded = await stage.rows();
    expect(recorded).toHaveLength(100);
    expect(new Set(recorded.map(({ license_id }) => license_id)).size).toBe(100);
    expect([await stage.licenses(), await stage.incidents()].map((list) => list.length)).toEqual([100, 100]);
    expect((await stage.actions()).filter((action) => action === 'license.imported')).toHaveLength(100);
    expect((await stage.actions()).filter((action) => action === 'incident.opened')).toHaveLength(100);
    expect(await stage.query('select count(*)::integer as n from license_terms where tenant_id = $1', [stage.tenantId])).toEqual([
      { n: 100 },
    ]);
    expect(await stage.lastImport()).toMatchObject({ completed_at: null, failure: expect.stringContaining('cut short') });

    await stage.run({ passes: [[many]], total: 120 });
    expect([await stage.rows(), await stage.licenses(), await stage.incidents()].map((list) => list.length)).toEqual([
      120, 120, 120,
    ]);
    await stage.run({ passes: [[many]], total: 120 });
    expect(await stage.actions()).toHaveLength(240);
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
    await stage.run({ ...script, assets: failing });
    expect(await stage.standings()).toEqual(['stock/2 IMPORTED']);
    expect(await stage.lastImport()).toMatchObject({ completed_at: null, failure: expect.stringContaining('next run') });
    await stage.run(script);
    expect(await stage.standings()).toEqual(['stock/1 IMPORTED', 'stock/2 IMPORTED']);
    expect(await stage.lastImport()).toMatchObject({ imported: 1, failure: null });
  });

  it('never ends in the case of a history that turns in a circle: it stops and says so', async () => {
    const source = stage.source({ passes: [[[]]] });
    await stage.runWith({ ...source, history: async () => ({ entries: [], next: 'again', total: null }) });
    expect(await stage.lastImport()).toMatchObject({ failure: expect.stringContaining('did not end') });
  });
});

describe('the log', () => {
  const broken: Script = { passes: [[new SourceFault('ADOBE_STOCK', 'timeout', 'Adobe Stock did not answer in time.')]] };
  const refused: Script = { passes: [[new SourceFault('ADOBE_STOCK', 'server_error', 'Adobe Stock refused our credentials.')]] };
  const quiet: Script = { passes: [[[]]], total: 0 };

  it('tells once why an import failed, and again when the reason changes or comes back', async () => {
    for (const script of [broken, broken, refused, refused, quiet, refused]) await stage.run(script);
    expect(stage.warnings).toEqual(
      ['Adobe Stock did not answer in time.', 'Adobe Stock refused our credentials.', 'Adobe Stock refused our credentials.'].map(
        (failure) => ({ source: 'ADOBE_STOCK', failure }),
      ),
    );
  });

  it('tells how many incidents were opened, of which kind, and nothing of the purchases', async () => {
    await stage.operation(5);
    const script: Script = { passes: [[['2', '3'].map((asset) => ({ asset, minute: 1 }))]], total: 2 };
    await stage.run(script);
    await stage.run(script);
    expect(stage.warnings).toEqual([
      { source: 'ADOBE_STOCK', kind: 'UNMATCHED_UPSTREAM', count: 2 },
      { source: 'ADOBE_STOCK', kind: 'UNMATCHED_LOCAL', count: 1 },
    ]);
  });

  it('tells of incidents also where the run was cut short later', async () => {
    const rows = Array.from({ length: 120 }, (_, n) => ({ asset: String(1000 + n), minute: n }));
    const assets = (externalId: string) => (externalId === '1110' ? 'broken' : 'gone');
    await expect(stage.run({ passes: [[rows]], total: 120, assets })).rejects.toThrow('cut short');
    expect(stage.warnings).toEqual([{ source: 'ADOBE_STOCK', kind: 'UNMATCHED_UPSTREAM', count: 100 }]);
  });
});

it('a run is given nothing that can spend', () => {
  const refuse = () => Promise.reject(new Error('asked'));
  const datasource = {
    connectionId: stage.connectionId,
    profile: { source: 'ADOBE_STOCK', label: 'Adobe Stock' },
    history: refuse,
    licensing: { traces: { license: 'held', relicense: 'count' }, license: refuse, baseline: refuse, purchasesSince: refuse },
  };
  const registry = { accountName: () => 'adobe-stock/Scripted', of: () => ({ all: [datasource] }) } as unknown as SourceRegistry;
  const [source] = createHistorySources(registry, { read: refuse } as unknown as AssetReader)(stage.tenantId);
  const functions = Object.entries(source as HistorySource).flatMap(([name, value]) =>
    typeof value === 'function' ? [name] : [],
  );
  expect(functions.sort()).toEqual(['history', 'loadAssets', 'purchasesSince']);
  expect(Object.values(source as HistorySource).filter((value) => typeof value === 'object')).toEqual([]);
});

it('two runs at once over one history, as two processes make them, record it once', async () => {
  const many: readonly ScriptedRow[] = Array.from({ length: 130 }, (_, n) => ({ asset: String(n), minute: n }));
  await Promise.all(Array.from({ length: 3 }, () => stage.run({ passes: [[many]], total: 130 })));
  expect([await stage.rows(), await stage.licenses(), await stage.incidents()].map((list) => list.length)).toEqual([
    130, 130, 130,
  ]);
  expect(await stage.actions()).toHaveLength(260);
});
