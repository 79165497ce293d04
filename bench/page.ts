/** What one page over all four sources costs: upstream requests per source, and SQL statements for pages of three sizes. */
import { adobeId, gettyImageId, gettyVideoId } from '../simulators/kit/world.js';
import { type Gateway, startGateway, synchronised } from '../test/support/gateway.js';
import { type Simulators, startSimulators } from '../test/support/simulators.js';
import { createTestDatabase } from '../test/support/test-database.js';
import { equal, type Goal, say, sayTable } from './support/report.js';

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
const BY_NUMBER = 'query($refs: [AssetRef!]!) { assetsByExternalId(refs: $refs) { id } }';
const SOURCES = ['adobe-stock', 'getty-images', 'photoshelter', 'smint-io'] as const;
/** Adobe Stock, Getty images, Getty videos, PhotoShelter, Smint.io. */
const WHOLE = [100, 60, 20, 10, 10] as const;
const SIZES = [20, 100, 200] as const;

type Parts = readonly (readonly string[])[];

/** Ids of the whole page by part; those of the last two are what the store knows from the sources' feeds. */
const findParts = async (gateway: Gateway): Promise<Parts> => {
  const known = async (sql: string): Promise<readonly string[]> =>
    (await gateway.database.query(sql)).map((row) => String(row.external_id));
  const available = Array.from({ length: 150 }, (_, k) => k);
  const numbers: readonly (readonly [string, readonly string[]])[] = [
    ['ADOBE_STOCK', available.map((k) => String(adobeId(k)))],
    ['GETTY_IMAGES', available.map(gettyImageId)],
    ['GETTY_IMAGES', available.map(gettyVideoId)],
    ['PHOTOSHELTER', await known("select external_id from asset_facts where tenant_id = 'default' order by 1 limit 10")],
    [
      'SMINT_IO',
      await known(
        "select external_id from stored_asset where tenant_id = 'default' and asset->'key'->>'lane' = 'transaction' order by 1 limit 10",
      ),
    ],
  ];
  const parts: (readonly string[])[] = [];
  for (const [index, [source, externalIds]] of numbers.entries()) {
    const refs = externalIds.slice(0, WHOLE[index]).map((externalId) => ({ source, externalId }));
    const { data, errors } = await gateway.query('viewer', BY_NUMBER, { refs });
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    parts.push((data as { assetsByExternalId: { id: string }[] }).assetsByExternalId.map(({ id }) => id));
  }
  return parts;
};

const upstream = (simulators: Simulators): Promise<readonly number[]> =>
  Promise.all(SOURCES.map(async (name) => Object.values(await simulators.counts(name)).reduce((sum, count) => sum + count, 0)));

const statements = async (gateway: Gateway): Promise<number> => {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(/^clearance_sql_statements_total (\d+)/m.exec(text)?.[1]);
};

interface Cost {
  readonly upstream: readonly number[];
  readonly sql: number;
}

/** Another use each time: the decisions of a page that was looked at before are on record and cost less. */
let uses = 0;
const nextUse = () => {
  uses += 1;
  return { channel: 'web', territories: ['DE'], unit: 'circulation', units: uses };
};

const costOf = async (gateway: Gateway, simulators: Simulators, ids: readonly string[]): Promise<Cost> => {
  const [upstreamBefore, sqlBefore] = [await upstream(simulators), await statements(gateway)];
  const { data, errors } = await gateway.query('viewer', PAGE, { ids, use: nextUse() });
  const found = (data as { assets: ({ id: string } | null)[] } | null)?.assets ?? [];
  if (errors.length > 0 || found.some((asset, index) => asset?.id !== ids[index]))
    throw new Error(`The page is not whole: ${JSON.stringify(errors).slice(0, 500)}`);
  return {
    upstream: (await upstream(simulators)).map((count, index) => count - (upstreamBefore[index] ?? 0)),
    sql: (await statements(gateway)) - sqlBefore,
  };
};

const measure = async (gateway: Gateway, simulators: Simulators, parts: Parts): Promise<readonly Cost[]> => {
  const pageOf = (size: number): string[] => parts.flatMap((part, index) => part.slice(0, ((WHOLE[index] ?? 0) * size) / 200));
  // Brings the tokens and the key, which are not the page's.
  await gateway.query('viewer', PAGE, { ids: pageOf(20), use: nextUse() });
  const costs: Cost[] = [];
  for (const size of SIZES) costs.push(await costOf(gateway, simulators, pageOf(size)));
  return costs;
};

export const runPage = async (): Promise<readonly Goal[]> => {
  say('Page: assets of all sources with rights, licenses, the active license, a use decision and previews; no cache');
  const simulators = await startSimulators();
  const database = await createTestDatabase();
  const [first, env] = [
    { ...simulators.env, WORKER: 'on' },
    { ...simulators.env, WORKER: 'off', ASSET_CACHE_TTL_SECONDS: '0' },
  ];
  const filled = await startGateway({ env: first, database });
  await synchronised(filled);
  const parts = await findParts(filled);
  await filled.stop();
  // A fresh one: nothing cached, and no jobs, so that every request counted belongs to the page.
  const gateway = await startGateway({ env, database });
  const costs = await measure(gateway, simulators, parts);
  await gateway.stop();
  await database.drop();
  await simulators.stop();
  sayTable([
    ['assets', ...SOURCES, 'SQL statements'],
    ...costs.map((cost, index) => [String(SIZES[index]), ...cost.upstream.map(String), String(cost.sql)]),
  ]);
  say();
  const sql = costs.map((cost) => cost.sql);
  return [
    equal(`upstream requests for 200 assets (${SOURCES.join(', ')})`, costs[2]?.upstream ?? [], [1, 2, 10, 0]),
    equal(
      `SQL statements for pages of ${SIZES.join(', ')}`,
      sql,
      SIZES.map(() => sql[0] ?? 0),
    ),
  ];
};
