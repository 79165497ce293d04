/** Timing of purchases: each is looked for until it shows or the horizon has passed, however many others are timed meanwhile. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { keyText } from '../src/domain/ids.js';
import { instantOf } from '../src/domain/instant.js';
import { sampleLag } from '../src/services/lag.sample.js';
import { createLagService } from '../src/services/lag.service.js';
import { type Database, inTenant, openDatabase } from '../src/store/database.js';
import { at, HORIZON_SECONDS, NOON, openTheatre, type Stage, type Theatre } from './support/scripted-history.js';

let theatre: Theatre;
let stage: Stage;
let db: Database;

beforeAll(async () => {
  theatre = await openTheatre();
  db = openDatabase({ url: theatre.appUrl, maxConnections: 2, onError: () => undefined });
  stage = await theatre.stage();
});
afterAll(async () => {
  await db.destroy();
  await theatre.close();
});

const SAMPLE_MS = 600_000;
const measurements = async () =>
  (
    await stage.query("select key, run_at from graphile_worker.jobs where task_identifier = 'measure_lag' order by run_at, key")
  ).map(({ key }) => String(key).split('/').at(-1));

it('a purchase that is timed later does not end the timing of one that has not shown yet', async () => {
  const asset = { id: stage.assetId('1') };
  const account = `adobe-stock/of-${stage.tenantId}`;
  const [first, second] = [await stage.operation(0), await stage.operation(10)];
  let now = NOON;
  const sample = (uuid: string) =>
    inTenant(db, stage.tenantId, (tx) =>
      sampleLag(tx, stage.tenantId, { uuid, state: 'SENDING', account, licenseType: 'Standard' }, now),
    );
  await sample(first);
  now += SAMPLE_MS;
  await sample(second);
  expect([...(await measurements())].sort()).toEqual([first, second].sort());

  const warnings: unknown[] = [];
  const source = stage.source({ passes: [[[]]] });
  const lag = createLagService({
    db,
    now: () => now,
    horizonSecondsOf: () => HORIZON_SECONDS,
    log: { warn: (fields: unknown) => warnings.push(fields) } as never,
    sourcesOf: () => [
      {
        ...source,
        loadAssets: async (keys) => ({ found: new Map(keys.map((key) => [keyText(key), asset as never])), failed: new Map() }),
      },
    ],
  });
  const look = (uuid: string) =>
    lag.measure(stage.tenantId, uuid, { looks: 0, withoutMs: 0 }, { requestId: 'r-1', deadlineAt: now + 60_000 });
  // Both look again, each by itself.
  await look(first);
  await look(second);
  expect([...(await measurements())].sort()).toEqual([first, second].sort());
  now = Date.parse(at(0)) + 1000 * HORIZON_SECONDS + 1;
  await look(first);
  expect(warnings).toMatchObject([{ atMostMs: null, horizonMs: 1000 * HORIZON_SECONDS }]);
  expect(await stage.query('select operation_id, at_most_ms from history_lag where measured_at = $1', [instantOf(now)])).toEqual([
    { operation_id: first, at_most_ms: null },
  ]);
});
