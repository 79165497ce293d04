/** Reading uses: sums of a page in a constant number of statements, lists page by page. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gettyImageId } from '../simulators/kit/world.js';
import { complaints } from './support/complaints.js';
import { type Gateway, startGateway } from './support/gateway.js';
import { type Simulators, startSimulators } from './support/simulators.js';
import { ON_THE_WEB, openShelf, record, recordAll, type Shelf, type UsableLicense } from './support/usage.js';

const PAGE = `query($ids: [ID!]!) { assets(ids: $ids) {
  id usage { byUnit { unit units } byChannel { channel unit units } violations lastUsedAt }
  licenses(first: 5) { edges { node { id rights { limits { unit max used remaining } } usage { byUnit { unit units } violations } } } } } }`;
const LIST = `query($filter: UsageFilter, $first: Int, $after: String) { usages(filter: $filter, first: $first, after: $after) {
  pageInfo { hasNextPage hasPreviousPage endCursor } edges { node { id recordedAt violation use { channel } license { id } } } } }`;

let simulators: Simulators;
let gateway: Gateway;
let shelf: Shelf;
let now = Date.parse('2026-03-10T12:00:00.000Z');
const licenses: UsableLicense[] = [];

const sqlCount = async (): Promise<number> => {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(/^clearance_sql_statements_total (\d+)/m.exec(text)?.[1]);
};

beforeAll(async () => {
  simulators = await startSimulators({ only: ['getty-images'] });
  gateway = await startGateway({ env: { ...simulators.env, WORKER: 'off' }, now: () => now });
  shelf = openShelf(gateway, () => now);
  const available = Array.from({ length: 240 }, (_, k) => k).filter((k) => k % 200 !== 150);
  for (const k of available.slice(0, 200))
    licenses.push(await shelf.license({ externalId: gettyImageId(k), rights: { limits: [{ unit: 'circulation', max: 10 }] } }));
  const use = { ...ON_THE_WEB, unit: 'circulation', units: 3 };
  await recordAll(
    gateway,
    licenses.map(({ id }) => ({ licenseId: id, use, idempotencyKey: randomUUID() })),
  );
});
afterAll(async () => {
  await shelf?.close();
  await gateway?.stop();
  await simulators?.stop();
});

describe('a page', () => {
  it('of 20, 100 or 200 assets sums up its uses with the same number of statements', async () => {
    const ids = licenses.map(({ assetId }) => assetId);
    // A key that was looked up is believed for two seconds: whichever of several tries found it so counts the page alone.
    const statementsFor = async (length: number): Promise<number> => {
      const counts: number[] = [];
      for (let n = 0; n < 4; n += 1) {
        const before = await sqlCount();
        const { data, errors } = await gateway.query('viewer', PAGE, { ids: ids.slice(0, length) });
        counts.push((await sqlCount()) - before);
        expect(errors).toEqual([]);
        for (const asset of data.assets)
          expect(asset).toMatchObject({
            usage: { byUnit: [{ unit: 'circulation', units: 3 }], violations: 0 },
            licenses: {
              edges: [{ node: { rights: { limits: [{ max: 10, used: 3, remaining: 7 }] }, usage: { violations: 0 } } }],
            },
          });
      }
      return Math.min(...counts);
    };
    const few = await statementsFor(20);
    expect(few).toBeGreaterThan(0);
    expect([await statementsFor(100), await statementsFor(200)]).toEqual([few, few]);
  });

  it('sums up nothing as nothing, and all licenses of an asset together', async () => {
    const [asset] = licenses as [UsableLicense];
    const externalId = gettyImageId(0);
    const fresh = await shelf.license({ externalId: gettyImageId(239) });
    const second = await shelf.license({ externalId });
    await record(gateway, {
      licenseId: second.id,
      use: ON_THE_WEB,
      occurredAt: '2026-03-01T00:00:00Z',
      idempotencyKey: randomUUID(),
    });
    await record(gateway, {
      licenseId: second.id,
      use: { ...ON_THE_WEB, channel: 'tv', units: 7 },
      idempotencyKey: randomUUID(),
    });
    const { data } = await gateway.query('viewer', PAGE, { ids: [fresh.assetId, asset.assetId] });
    expect(data.assets[0].usage).toEqual({ byUnit: [], byChannel: [], violations: 0, lastUsedAt: null });
    expect(data.assets[1].usage).toEqual({
      byUnit: [
        { unit: 'circulation', units: 3 },
        { unit: 'uses', units: 2 },
      ],
      byChannel: [
        { channel: 'tv', unit: 'uses', units: 1 },
        { channel: 'web', unit: 'circulation', units: 3 },
        { channel: 'web', unit: 'uses', units: 1 },
      ],
      violations: 1,
      lastUsedAt: '2026-03-10T12:00:00.000Z',
    });
    // The limits of one license are not those of another, though their terms are the same.
    const used = data.assets[1].licenses.edges.map(({ node }: { node: { id: string; rights: { limits: { used: number }[] } } }) =>
      node.rights.limits.map((limit) => limit.used),
    );
    expect(used.sort()).toEqual([[], [3]]);
  });
});

describe('the list of uses', () => {
  const list = async (variables: object) => {
    const { data, errors } = await gateway.query('viewer', LIST, variables as Record<string, unknown>);
    expect(errors).toEqual([]);
    return data.usages;
  };

  it('is walked newest first, each once, also where many were recorded at one moment', async () => {
    const seen: { id: string; recordedAt: string }[] = [];
    let after: string | null = null;
    do {
      const page = await list({ first: 90, after });
      seen.push(...page.edges.map(({ node }: { node: { id: string; recordedAt: string } }) => node));
      expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toHaveLength(202);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(202);
    const times = seen.map(({ recordedAt }) => recordedAt);
    expect(times).toEqual([...times].sort().reverse());
  });

  it('is narrowed by license, asset, violation, channel and time, whose end is outside', async () => {
    now += 60_000;
    const license = await shelf.license({ externalId: gettyImageId(238) });
    for (const channel of ['web', 'tv'])
      await record(gateway, { licenseId: license.id, use: { ...ON_THE_WEB, channel }, idempotencyKey: randomUUID() });
    const channels = async (filter: object) =>
      (await list({ filter })).edges.map(({ node }: { node: { use: { channel: string } } }) => node.use.channel);
    expect(await channels({ licenseId: license.id })).toEqual(['tv', 'web']);
    expect(await channels({ assetId: license.assetId, violation: false })).toEqual(['web']);
    expect(await channels({ licenseId: license.id, channel: 'tv' })).toEqual(['tv']);
    expect(await channels({ recordedAfter: '2026-03-10T12:01:00.000Z' })).toEqual(['tv', 'web']);
    expect(await channels({ licenseId: license.id, recordedBefore: '2026-03-10T12:01:00.000Z' })).toEqual([]);
    expect(await channels({ licenseId: null, channel: 'cinema' })).toEqual([]);
  });

  it.each([
    ['a license that is none', { filter: { licenseId: 'x' } }],
    ['an asset that is none', { filter: { assetId: 'x' } }],
    ['a cursor of nowhere', { after: 'x' }],
    ['more than 100', { first: 101 }],
  ])('is not asked for by %s', async (_name, variables) => {
    complaints(await gateway.query('viewer', LIST, variables));
  });
});
