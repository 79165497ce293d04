/**
 * Storms of purchases: many callers each license another photo at once, the source answering after 20 ms. Stated against the bare three
 * transactions of a purchase, with the same statements, sent by nobody but a PostgreSQL client in the same run.
 */
import { pino } from 'pino';
import { buildAsset } from '../simulators/adobe-stock/asset.js';
import { compose } from '../src/compose.js';
import { readConfig } from '../src/config.js';
import { type Simulators, startSimulators } from '../test/support/simulators.js';
import { createTestDatabase, type TestDatabase } from '../test/support/test-database.js';
import { askOnce, type Contestant, startGatewayProcess } from './support/contestants.js';
import { UPSTREAM_MS } from './support/field.js';
import { purchaseTransactions, recordTransactions, replay, type Transaction } from './support/recording.js';
import { atLeast, type Goal, say, sayTable } from './support/report.js';
import { median, quantile } from './support/statistics.js';

const GOAL = 0.4;
const AIM_PER_SECOND = 200;
const CALLERS = 64;
/** Callers at once where the time of ours is read: what a purchase costs by itself, and not what waiting for two cores costs. */
const CALM_CALLERS = 2;
/** The asset, what the source says of the license, the license: one after the other. */
const UPSTREAM_TURNS = 3;
const MUTATION =
  'mutation($input: LicenseAssetInput!) { licenseAsset(input: $input) { __typename ... on LicenseGranted { license { id } } } }';

/** Photos that the account can license as Standard; each is used once. */
const photos = (() => {
  let k = 300;
  return (): string => {
    for (;;) {
      const { kind, premium, id } = buildAsset(k++);
      if (kind === 'photo' && premium === 0 && k % 200 !== 151) return String(id);
    }
  };
})();

const idsOf = async (gateway: Contestant, count: number): Promise<readonly string[]> => {
  const ids: string[] = [];
  while (ids.length < count) {
    const refs = Array.from({ length: 100 }, () => ({ source: 'ADOBE_STOCK', externalId: photos() }));
    const query = 'query($refs: [AssetRef!]!) { assetsByExternalId(refs: $refs) { id } }';
    const data = (await askOnce(gateway, JSON.stringify({ query, variables: { refs } }))) as {
      readonly assetsByExternalId: readonly ({ readonly id: string } | null)[];
    };
    ids.push(...data.assetsByExternalId.flatMap((asset) => (asset ? [asset.id] : [])));
  }
  return ids.slice(0, count);
};

const statementsOf = async ({ url }: Contestant): Promise<number> => {
  const text = await (await fetch(new URL('/metrics', url))).text();
  return Number(/^clearance_sql_statements_total (\d+)/m.exec(text)?.[1] ?? Number.NaN);
};

let lastKey = 0;
const buy = async (gateway: Contestant, assetId: string): Promise<number> => {
  lastKey += 1;
  const input = { assetId, licenseType: 'Standard', idempotencyKey: `storm-${lastKey}` };
  const startedAt = performance.now();
  const data = (await askOnce(gateway, JSON.stringify({ query: MUTATION, variables: { input } }))) as {
    readonly licenseAsset: { readonly __typename: string };
  };
  if (data.licenseAsset.__typename !== 'LicenseGranted')
    throw new Error(`A purchase of the storm ended as ${data.licenseAsset.__typename}`);
  return performance.now() - startedAt;
};

interface Storm {
  readonly perSecond: number;
  readonly statements: number;
  /** Milliseconds beyond what the source took. */
  readonly added: readonly number[];
}

const storm = async (gateway: Contestant, ids: readonly string[], callers: number): Promise<Storm> => {
  const before = await statementsOf(gateway);
  const waiting = [...ids];
  const added: number[] = [];
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (let id = waiting.pop(); id !== undefined; id = waiting.pop())
        added.push((await buy(gateway, id)) - UPSTREAM_TURNS * UPSTREAM_MS);
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  return { perSecond: ids.length / seconds, statements: ((await statementsOf(gateway)) - before) / ids.length, added };
};

/** One purchase by a gateway in this process, so that its statements can be read. */
const recordPurchase = async (
  simulators: Simulators,
  database: TestDatabase,
): Promise<{ transactions: readonly Transaction[]; marks: readonly string[] }> => {
  const key = 'benchmark-recorder-0123456789';
  const config = readConfig({
    ...simulators.env,
    WORKER: 'off',
    ADOBE_STOCK_MAX_RPS: '0',
    CLEARANCE_API_KEYS: `recorder:licensor:${key}`,
  });
  const application = await compose({
    config,
    appUrl: database.appUrl,
    secretKey: Buffer.alloc(32, 7),
    keys: config.apiKeys,
    log: pino({ level: 'silent' }),
  });
  const address = await application.http.listen({ port: 0, host: '127.0.0.1' });
  const gateway = { name: 'recorder', url: `${address}/graphql`, headers: { 'x-api-key': key } } as unknown as Contestant;
  const [first = '', assetId = ''] = await idsOf(gateway, 2);
  // The first one of a process is timed into the source's history as well; it is the ordinary one that counts.
  await buy(gateway, first);
  const recorded = await recordTransactions(async () => {
    await buy(gateway, assetId);
  });
  await application.stop();
  const transactions = purchaseTransactions(recorded);
  const accountAsset = transactions
    .flatMap((entry) => entry.flatMap(({ values }) => values))
    .find((value) => typeof value === 'string' && /^\w+\/\d+$/.test(value));
  return { transactions, marks: [`storm-${lastKey}`, String(accountAsset), assetId] };
};

export const runLicensing = async (quick: boolean): Promise<readonly Goal[]> => {
  const [rounds, size] = quick ? [2, 300] : [5, 1_000];
  const simulators = await startSimulators({ only: ['adobe-stock'], latencyMs: UPSTREAM_MS });
  const database = await createTestDatabase();
  await simulators.action('adobe-stock', 'set-quota', { quota: 1_000_000 });
  const { transactions, marks } = await recordPurchase(simulators, database);
  const gateway = await startGatewayProcess('gateway', simulators, database, 60);
  say(
    `Licensing: ${CALLERS} callers, each purchase another photo, the source answering ${UPSTREAM_TURNS} times after ${UPSTREAM_MS} ms`,
  );
  const ids = [...(await idsOf(gateway, (rounds + 1) * size + 200))];
  await storm(gateway, ids.splice(0, size), CALLERS);
  const storms: Storm[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    storms.push(await storm(gateway, ids.splice(0, size), CALLERS));
    bare.push(await replay(database.appUrl, transactions, marks, { count: size, connections: 20 }));
  }
  const calm = await storm(gateway, ids.splice(0, 200), CALM_CALLERS);
  await gateway.child.stop();
  await database.drop();
  await simulators.stop();
  const rate = median(storms.map(({ perSecond }) => perSecond));
  const bareRate = median(bare);
  const inTransactions = transactions.reduce((sum, entry) => sum + entry.length, 0) - 2 * transactions.length;
  const added = storms.flatMap((entry) => entry.added);
  sayTable([
    ['', 'purchases/s', 'statements', 'added p50 ms', 'added p99 ms'],
    [
      `gateway, ${CALLERS} callers`,
      rate.toFixed(0),
      median(storms.map(({ statements }) => statements)).toFixed(1),
      quantile(added, 0.5).toFixed(0),
      quantile(added, 0.99).toFixed(0),
    ],
    [
      `gateway, ${CALM_CALLERS} callers`,
      calm.perSecond.toFixed(0),
      calm.statements.toFixed(1),
      quantile(calm.added, 0.5).toFixed(1),
      quantile(calm.added, 0.99).toFixed(1),
    ],
    ['the bare three transactions', bareRate.toFixed(0), String(inTransactions), '', ''],
  ]);
  say(`  Aim: ${AIM_PER_SECOND} purchases/s on two cores: ${rate >= AIM_PER_SECOND ? 'reached' : 'not reached'}.`);
  say();
  return [
    atLeast(
      'purchases per second, against the bare three transactions',
      median(storms.map(({ perSecond }, index) => perSecond / (bare[index] ?? Number.NaN))),
      GOAL,
    ),
  ];
};
