/** Files that come with their purchase alone: fetched at once, once, and never by another order. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SECRET_MARKER } from '../simulators/kit/types.js';
import { type Bought, bought, copiesIn, fileEvents, fileRow, follow, offered } from './support/downloads.js';
import { eventually, type Gateway, startGateway } from './support/gateway.js';
import { booked, freshAsset, GETTY, order, spends } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';

let simulators: Simulators;
let gateway: Gateway;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'clearance-purchased-files-'));
  simulators = await startSimulators({ only: ['getty-images'] });
  gateway = await startGateway({ env: { ...simulators.env, CLEARANCE_DATA_DIR: dataDir } });
});
afterEach(() => simulators.clearFaults('getty-images'));
afterAll(async () => {
  await gateway?.stop();
  await simulators?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const deliveries = async (): Promise<number> => (await simulators.counts('getty-images')).delivery ?? 0;
const kept = ({ licenseUuid }: Bought) =>
  eventually(
    () => fileRow(gateway, licenseUuid),
    (row) => row?.content_hash != null,
  );
const oneOrder = async (license: Bought): Promise<void> => {
  expect(await booked(simulators, GETTY, license.externalId)).toHaveLength(1);
  expect(await spends(simulators, GETTY, license.externalId)).toBe(1);
};
/** The job's next turn is now. */
const wake = () =>
  gateway.database.query(
    "select graphile_worker.reschedule_jobs(array(select id from graphile_worker.jobs where task_identifier = 'fetch_file'), run_at => now())",
  );

describe('after the purchase', () => {
  it('the file is fetched without anybody asking, once, and the address is gone', async () => {
    const before = await deliveries();
    const license = await bought(gateway, GETTY);
    const row = await kept(license);
    expect(row).toMatchObject({ variant: 'original', sealed_address: null, address_until: null, mime_type: 'image/jpeg' });
    expect(await deliveries()).toBe(before + 1);
    expect(await fileEvents(gateway, license.licenseUuid, 'file.fetched')).toMatchObject([
      { actor: 'system:files', asset_id: license.id, data: { contentHash: row?.content_hash, source: 'GETTY_IMAGES' } },
    ]);
    const offer = await offered(gateway, license.licenseId);
    expect(offer).toMatchObject({ available: 'YES', contentHash: row?.content_hash, fileName: expect.stringMatching(/\.jpg$/) });
    const answers = await Promise.all(Array.from({ length: 20 }, () => follow(offer.url)));
    expect(new Set(answers.map(({ status, hash }) => `${status} ${hash}`))).toEqual(new Set([`200 ${row?.content_hash}`]));
    // The turn that is queued in case of a crash finds nothing to do.
    await wake();
    await eventually(
      () => gateway.database.query("select 1 from graphile_worker.jobs where task_identifier = 'fetch_file'"),
      (jobs) => jobs.length === 0,
    );
    expect(await deliveries()).toBe(before + 1);
    await oneOrder(license);
  });

  it('a request that comes before the job takes part in the same fetch', async () => {
    await simulators.addFault('getty-images', { endpoint: 'delivery', kind: 'latency', ms: 800 });
    const before = await deliveries();
    const license = await bought(gateway, GETTY);
    const offer = await offered(gateway, license.licenseId);
    expect(offer).toMatchObject({ available: 'YES', contentHash: null });
    const answers = await Promise.all(Array.from({ length: 5 }, () => follow(offer.url)));
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200));
    expect((await kept(license))?.content_hash).toBe(answers[0]?.hash);
    expect(await deliveries()).toBe(before + 1);
    await oneOrder(license);
  });

  it('a fetch that fails is tried again, and still there is one order', async () => {
    await simulators.addFault('getty-images', { endpoint: 'delivery', kind: 'truncate' });
    const license = await bought(gateway, GETTY);
    await eventually(
      async () =>
        gateway.log.filter((line) => line.includes('could not be fetched yet') && line.includes(license.licenseUuid)).length,
      (count) => count >= 1,
    );
    const failed = await follow((await offered(gateway, license.licenseId)).url);
    expect([failed.status, failed.error?.code]).toEqual([502, 'SOURCE_UNAVAILABLE']);
    expect(await fileRow(gateway, license.licenseUuid)).toMatchObject({ content_hash: null, sealed_address: expect.anything() });
    expect((await copiesIn(dataDir)).partial).toEqual([]);
    await simulators.clearFaults('getty-images');
    await wake();
    await kept(license);
    await oneOrder(license);
  });

  it('a source that stays down is warned of at the first try and at the last, not at each', async () => {
    await simulators.addFault('getty-images', { endpoint: 'delivery', kind: 'status', status: 500, body: '' });
    const license = await bought(gateway, GETTY);
    const levels = () =>
      gateway.log
        .filter((line) => line.includes('could not be fetched yet') && line.includes(license.licenseUuid))
        .map((line) => (JSON.parse(line) as { level: number }).level);
    const tries = (atLeast: number) =>
      eventually(
        async () => {
          if (levels().length > 0) await wake();
          return levels();
        },
        (told) => told.length >= atLeast,
      );
    expect((await tries(3)).slice(0, 3)).toEqual([40, 20, 20]);
    await gateway.database.query("update license_file set address_until = now() + interval '4 seconds' where license_id = $1", [
      license.licenseUuid,
    ]);
    const before = levels().length;
    expect((await tries(before + 2)).at(-1)).toBe(40);
    await gateway.database.query('update license_file set address_until = now() where license_id = $1', [license.licenseUuid]);
    await wake();
  });

  it('an address that ends before the file could be had is deleted, and nobody orders again', async () => {
    await simulators.addFault('getty-images', { endpoint: 'delivery', kind: 'status', status: 500, body: '' });
    const license = await bought(gateway, GETTY);
    const { url } = await offered(gateway, license.licenseId);
    await gateway.database.query("update license_file set address_until = now() - interval '1 second' where license_id = $1", [
      license.licenseUuid,
    ]);
    expect(await offered(gateway, license.licenseId)).toMatchObject({ available: 'NO', url: null, reason: /has ended/ });
    await eventually(
      async () => {
        await wake();
        return fileRow(gateway, license.licenseUuid);
      },
      (row) => row?.sealed_address === null,
    );
    await simulators.clearFaults('getty-images');
    const late = await follow(url);
    expect([late.status, late.error?.code]).toEqual([404, 'BAD_USER_INPUT']);
    await oneOrder(license);
  });

  it('a lost copy is told, because only another order could bring it', async () => {
    const license = await bought(gateway, GETTY);
    const { content_hash: hash } = (await kept(license)) as { content_hash: string };
    const { url } = await offered(gateway, license.licenseId);
    await rm(path.join(dataDir, 'files', hash.replace('sha256:', '')));
    const { status, error } = await follow(url);
    expect([status, error?.code, error?.message]).toEqual([
      404,
      'BAD_USER_INPUT',
      expect.stringMatching(/copy of this file is gone/),
    ]);
    await oneOrder(license);
  });
});

describe('what was not bought here', () => {
  it('has no file, and asking for it orders nothing', async () => {
    const asset = await freshAsset(gateway, GETTY);
    const first = await order(gateway, { assetId: asset.id, licenseType: GETTY.licenseType, idempotencyKey: `held-${asset.id}` });
    expect(first.data.licenseAsset.__typename).toBe('LicenseGranted');
    const theirs = await gateway.query(
      'acme/licensor',
      `{ assetByExternalId(source: GETTY_IMAGES, externalId: "${asset.externalId}") { id } }`,
    );
    const assetId = theirs.data.assetByExternalId.id;
    const held = await order(
      gateway,
      { assetId, licenseType: GETTY.licenseType, idempotencyKey: `held-there-${asset.id}` },
      'acme/licensor',
    );
    expect(held.data.licenseAsset.__typename).toBe('LicenseAlreadyHeld');
    const licenseId = held.data.licenseAsset.license.id;
    expect(await offered(gateway, licenseId, {}, 'acme/licensor')).toMatchObject({
      available: 'NO',
      url: null,
      reason: /new order/,
    });
    expect(await booked(simulators, GETTY, asset.externalId)).toHaveLength(1);
  });

  it('and neither have other sizes and formats', async () => {
    const license = await bought(gateway, GETTY);
    for (const form of [{ size: 400 }, { format: 'png' }])
      expect(await offered(gateway, license.licenseId, form)).toMatchObject({ available: 'NO', reason: /as it was ordered/ });
  });
});

describe('the address of the source', () => {
  it('is in no answer, log line, event or column as it is, also after faults', async () => {
    await simulators.addFault('getty-images', { endpoint: 'delivery', kind: 'reset-after', times: 1 });
    const license = await bought(gateway, GETTY);
    const told = await gateway.query(
      'admin',
      `{ license(id: "${license.licenseId}") { download { url reason fileName } auditEvents(first: 50) { edges { node { action data } } } } }`,
    );
    await wake();
    await kept(license);
    const served = await follow((await offered(gateway, license.licenseId)).url);
    const tables = await gateway.database.query(
      "select table_schema || '.' || quote_ident(table_name) as name from information_schema.tables where table_schema in ('public', 'graphile_worker') and table_type = 'BASE TABLE'",
    );
    const texts = [told.text, JSON.stringify([...served.headers]), ...gateway.log];
    for (const { name } of tables)
      texts.push(...(await gateway.database.query(`select t::text as text from ${name} t`)).map(({ text }) => String(text)));
    const forms = [SECRET_MARKER, Buffer.from(SECRET_MARKER).toString('hex'), '/delivery/'];
    expect(texts.filter((text) => forms.some((form) => text.includes(form)))).toEqual([]);
    expect(texts.length).toBeGreaterThan(100);
  });
});
