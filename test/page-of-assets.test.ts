/** One page over all sources: what it costs upstream and in SQL, and what it says. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adobeId, gettyImageId, gettyVideoId } from '../simulators/kit/world.js';
import { type Gateway, startGateway, synchronised } from './support/gateway.js';
import { type Simulators, startSimulators } from './support/simulators.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const PAGE = `query Page($ids: [ID!]!, $use: UseInput!) {
  assets(ids: $ids) {
    id source externalId kind title keywords creditLine
    rights { model editorialOnly termKind validUntil restrictions termsHash territories { allowed known } }
    licenses(first: 5) { totalCount edges { node { id state origin } } }
    activeLicense { id origin }
    canUse(use: $use) { verdict reasons { code } termsHash license { id } }
    previews { role url }
  }
}`;
const BY_NUMBER = 'query($refs: [AssetRef!]!) { assetsByExternalId(refs: $refs) { id externalId } }';

let simulators: Simulators;
let database: TestDatabase;
let gateway: Gateway;
let page: string[];
/** Another use each time: decisions that are on record already would cost less. */
let uses = 0;
const variables = (ids: readonly (string | undefined)[]) => {
  uses += 1;
  return { ids, use: { channel: 'web', territories: ['DE'], unit: 'circulation', units: uses } };
};

const sqlCount = async (): Promise<number> => {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(/^clearance_sql_statements_total (\d+)/m.exec(text)?.[1]);
};

beforeAll(async () => {
  simulators = await startSimulators();
  database = await createTestDatabase();
  gateway = await startGateway({ env: { ...simulators.env, WORKER: 'on' }, database });
  await synchronised(gateway);
  const stored = await gateway.database.query(
    "select external_id from stored_asset where tenant_id = 'default' and asset->'key'->>'lane' = 'transaction' order by 1 limit 10",
  );
  const polled = await gateway.database.query(
    "select external_id from asset_facts where tenant_id = 'default' order by 1 limit 10",
  );
  const available = Array.from({ length: 400 }, (_, k) => k).filter((k) => k % 200 !== 150);
  const refs = [
    ...available.slice(0, 100).map((k) => ({ source: 'ADOBE_STOCK', externalId: String(adobeId(k)) })),
    ...available.slice(0, 60).map((k) => ({ source: 'GETTY_IMAGES', externalId: gettyImageId(k) })),
    ...available.slice(0, 20).map((k) => ({ source: 'GETTY_IMAGES', externalId: gettyVideoId(k) })),
    ...polled.map((row) => ({ source: 'PHOTOSHELTER', externalId: String(row.external_id) })),
    ...stored.map((row) => ({ source: 'SMINT_IO', externalId: String(row.external_id) })),
  ];
  const { data, errors } = await gateway.query('viewer', BY_NUMBER, { refs });
  expect(errors).toEqual([]);
  page = data.assetsByExternalId.map((asset: { id: string }) => asset.id);
  expect(page).toHaveLength(200);
  await gateway.stop();
  // A fresh process: nothing cached; jobs off, so that every request counted belongs to the page.
  gateway = await startGateway({ env: { ...simulators.env, WORKER: 'off', ASSET_CACHE_TTL_SECONDS: '0' }, database });
});

afterAll(async () => {
  await gateway.stop();
  await database.drop();
  await simulators.stop();
});

describe('a page of 200 assets', () => {
  it('asks Adobe once, Getty twice, PhotoShelter once per asset and Smint.io never, with SQL that does not grow', async () => {
    // The first call brings the tokens.
    const warm = await gateway.query('viewer', PAGE, variables([page[0], page[100], page[180]]));
    expect(warm.errors).toEqual([]);
    const before = await Promise.all(
      ['adobe-stock', 'getty-images', 'photoshelter', 'smint-io'].map((name) => simulators.counts(name)),
    );
    const whole = await gateway.query('viewer', PAGE, variables(page));
    expect(whole.errors).toEqual([]);
    const after = await Promise.all(
      ['adobe-stock', 'getty-images', 'photoshelter', 'smint-io'].map((name) => simulators.counts(name)),
    );
    const asked = after.map(
      (counts, index) =>
        Object.values(counts).reduce((sum, n) => sum + n, 0) - Object.values(before[index] ?? {}).reduce((sum, n) => sum + n, 0),
    );
    expect(asked).toEqual([1, 2, 10, 0]);
    expect(whole.data.assets.map((asset: { id: string } | null) => asset?.id)).toEqual(page);

    // A key that was looked up is believed for two seconds: whichever of several tries found it so counts the page alone.
    const statementsFor = async (ids: readonly string[]): Promise<number> => {
      const counts: number[] = [];
      for (let n = 0; n < 4; n += 1) {
        const sqlBefore = await sqlCount();
        expect((await gateway.query('viewer', PAGE, variables(ids))).errors).toEqual([]);
        counts.push((await sqlCount()) - sqlBefore);
      }
      return Math.min(...counts);
    };
    const few = await statementsFor([...page.slice(0, 2), ...page.slice(180, 182), ...page.slice(190, 192)]);
    expect(few).toBeGreaterThan(0);
    expect(await statementsFor(page)).toBe(few);
  });
});
