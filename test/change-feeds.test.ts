/** Changes at the sources: stored before they are confirmed, heard once by every tenant, on record where they matter. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gettyImageId } from '../simulators/kit/world.js';
import { eventually, type Gateway, startGateway, synchronised } from './support/gateway.js';
import { type Simulators, startSimulators } from './support/simulators.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

let simulators: Simulators;
let gateway: Gateway;
let database: TestDatabase;
const env = () => ({ ...simulators.env, WORKER: 'on', CHANGE_POLL_INTERVAL_MS: '300', ASSET_CACHE_TTL_SECONDS: '600' });

const announce = (assetId: string, lifecycle: string, mediaType = 'image') =>
  simulators.action('getty-images', 'announce-change', { assetId, lifecycle, mediaType });
const withdrawn = (tenant = 'default') =>
  database.query(
    `select asset_id, word from asset_withdrawal where tenant_id = '${tenant}' and word <> 'cancelled' order by recorded_at`,
  );
const events = (action: string, tenant = 'default') =>
  database.query(
    `select asset_id, actor, data from audit_event where tenant_id = '${tenant}' and action = '${action}' and data->>'source' <> 'SMINT_IO' order by event_id`,
  );
const sets = async (): Promise<number> => Number((await database.query('select count(*)::integer as n from change_set'))[0]?.n);
const byNumber = async (externalId: string, tenant = 'default') =>
  (await gateway.query(`${tenant}/licensor`, `{ assetByExternalId(source: GETTY_IMAGES, externalId: "${externalId}") { id } }`))
    .data.assetByExternalId;
const hurry = (task: string) =>
  database.query(
    `update graphile_worker._private_jobs set run_at = now() where locked_at is null and task_id in (select id from graphile_worker._private_tasks where identifier = '${task}')`,
  );

beforeAll(async () => {
  simulators = await startSimulators();
  database = await createTestDatabase();
  gateway = await startGateway({ env: env(), database });
  await synchronised(gateway);
});
afterAll(async () => {
  await gateway.stop();
  await database.drop();
  await simulators.stop();
});

describe('a set of changes of Getty Images', () => {
  it('that withdraws an asset is on record for every tenant, and confirmed', async () => {
    const { id } = await byNumber(gettyImageId(1));
    await announce(gettyImageId(1), 'Delete');
    await eventually(
      () => withdrawn(),
      (rows) => rows.length === 1,
    );
    expect(await withdrawn()).toEqual([{ asset_id: id, word: 'Delete' }]);
    await eventually(
      () => withdrawn('acme'),
      (rows) => rows.length === 1,
    );
    expect(await events('asset.withdrawn')).toEqual([expect.objectContaining({ asset_id: id, actor: 'system:sync' })]);
    await eventually(
      async () => (await simulators.counts('getty-images'))['change-set-confirm'],
      (n) => n === 1,
    );
  });

  it('that brings it back ends that, and what we hold no license of is no event', async () => {
    await announce(gettyImageId(1), 'New');
    await announce(gettyImageId(2), 'Update');
    await eventually(
      () => withdrawn(),
      (rows) => rows.length === 0,
    );
    const changed = await events('asset.changed');
    expect(changed).toHaveLength(1);
    expect(changed[0]).toMatchObject({ data: { change: 'NEW', returned: true } });
    const { id } = await byNumber(gettyImageId(3));
    await gateway.query(
      'licensor',
      `mutation { recordLicense(input: { assetId: "${id}", licenseType: "contract", licensedAt: "2026-01-01T00:00:00Z", idempotencyKey: "changes" }) { __typename } }`,
    );
    await announce(gettyImageId(3), 'Update');
    await eventually(
      () => events('asset.changed'),
      (rows) => rows.length === 2,
    );
    expect((await events('asset.changed', 'acme')).length).toBe(1);
  });

  it.each(['camel', 'snake', 'pascal'])('is found with channels spelled in %s', async (casing) => {
    await simulators.setSwitch('getty-images', 'channel-key-casing', casing);
    const before = await sets();
    await announce(gettyImageId(9), 'Update');
    await eventually(sets, (n) => n === before + 2);
  });

  it('is neither lost nor doubled when we end between storing and confirming', async () => {
    await simulators.addFault('getty-images', { endpoint: 'change-set-confirm', kind: 'status', status: 503 });
    const before = (await events('asset.withdrawn')).length;
    await announce(gettyImageId(4), 'Delete');
    await eventually(
      () => withdrawn(),
      (rows) => rows.length === 1,
    );
    await gateway.stop();
    await announce(gettyImageId(5), 'Delete');
    await simulators.clearFaults('getty-images');
    gateway = await startGateway({ env: env(), database });
    await hurry('poll_changes');
    await eventually(
      () => withdrawn(),
      (rows) => rows.length === 2,
    );
    expect((await events('asset.withdrawn')).length).toBe(before + 2);
    const doubled = await database.query(
      "select asset_id from audit_event where tenant_id = 'default' and action = 'asset.withdrawn' group by 1 having count(*) > 1",
    );
    expect(doubled).toEqual([]);
  });
});

describe('a poll of PhotoShelter', () => {
  it('puts what changed on record once, and nothing of its first reading', async () => {
    const { data } = await gateway.query(
      'viewer',
      '{ searchAssets(filter: { sources: [PHOTOSHELTER] }, first: 1) { edges { node { id externalId } } } }',
    );
    const { id, externalId } = data.searchAssets.edges[0].node;
    const changes = async () => (await events('asset.changed')).filter((row) => row.asset_id === id);
    expect(await changes()).toEqual([]);
    await simulators.action('photoshelter', 'touch', { id: externalId, changes: { caption: 'New words' } });
    await eventually(
      async () => {
        await hurry('poll_facts');
        return changes();
      },
      (rows) => rows.length === 1,
    );
    for (let turn = 0; turn < 3; turn += 1) {
      await hurry('poll_facts');
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(await changes()).toEqual([
      expect.objectContaining({ data: { source: 'PHOTOSHELTER', change: 'UPDATED', fields: ['description'] } }),
    ]);
  });
});

describe('a purchase that Smint.io cancels', () => {
  it('withdraws its asset', async () => {
    const cancelled = await database.query(
      "select count(distinct asset_id)::integer as n from license l where tenant_id = 'default' and source = 'SMINT_IO' and state = 'CANCELLED' and not exists (select 1 from license o where o.tenant_id = l.tenant_id and o.asset_id = l.asset_id and o.state <> 'CANCELLED')",
    );
    const gone = await database.query(
      "select count(*)::integer as n from asset_withdrawal where tenant_id = 'default' and word = 'cancelled'",
    );
    expect(Number(cancelled[0]?.n)).toBeGreaterThan(0);
    expect(gone).toEqual(cancelled);
  });
});
