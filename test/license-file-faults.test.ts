/** Fetching a licensed file while everything fails: a fault that says what to do, nothing half on disk, and the next request works. */
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Fault, SECRET_MARKER } from '../simulators/kit/types.js';
import { bought, copiesIn, fileEvents, fileRow, follow, offered } from './support/downloads.js';
import { eventually, type Gateway, startGateway } from './support/gateway.js';
import { ask, endPrograms, startProgram } from './support/process.js';
import { ADOBE } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const ADMIN = 'files-admin-key-0123456789';

let simulators: Simulators;
let gateway: Gateway;
let dataDir: string;
const folders: string[] = [];
const databases: TestDatabase[] = [];

const folder = async (): Promise<string> => {
  folders.push(await mkdtemp(path.join(tmpdir(), 'clearance-file-faults-')));
  return folders.at(-1) as string;
};

beforeAll(async () => {
  dataDir = await folder();
  simulators = await startSimulators({ only: ['adobe-stock'] });
  gateway = await startGateway({ env: { ...simulators.env, CLEARANCE_DATA_DIR: dataDir, SEARCH_DEADLINE_MS: '1500' } });
});
afterEach(() => simulators.clearFaults('adobe-stock'));
afterAll(async () => {
  await endPrograms();
  await gateway?.stop();
  await simulators?.stop();
  for (const database of databases) await database.drop();
  for (const name of folders) await rm(name, { recursive: true, force: true });
});

describe('a source that fails during a fetch', () => {
  const faults: readonly (readonly [string, number, Omit<Fault, 'endpoint'>])[] = [
    ['breaks off in the middle', 502, { kind: 'truncate' }],
    ['resets the connection', 502, { kind: 'reset-after' }],
    ['answers 500', 502, { kind: 'status', status: 500, body: SECRET_MARKER, headers: { 'x-upstream': SECRET_MARKER } }],
    ['answers 429', 503, { kind: 'status', status: 429, body: '', headers: { 'retry-after': '2' } }],
    [
      'redirects without end',
      502,
      { kind: 'status', status: 302, body: '', headers: { location: `/bucket/x?token=${SECRET_MARKER}` } },
    ],
    ['answers with a page', 502, { kind: 'foreign' }],
    ['never answers', 504, { kind: 'never' }],
    ['sends an empty file', 502, { kind: 'status', status: 200, body: '', headers: { 'content-type': 'image/jpeg' } }],
  ];

  it.each(faults)('and %s gives %d, leaves nothing, and the next request has the file', async (_name, status, fault) => {
    const { licenseId, licenseUuid } = await bought(gateway, ADOBE);
    const { url } = await offered(gateway, licenseId);
    const before = await copiesIn(dataDir);
    await simulators.addFault('adobe-stock', { endpoint: 'bucket', ...fault });
    const failed = await follow(url);
    expect([failed.status, failed.error?.message]).toEqual([status, expect.stringMatching(/Adobe Stock/)]);
    expect(failed.error?.message).not.toMatch(/http|token/i);
    const said = JSON.stringify([...failed.headers]) + failed.bytes.toString('latin1');
    expect(said).not.toMatch(SECRET_MARKER);
    expect(failed.headers.get('cache-control')).toBe('no-store');
    if (status === 503) expect(failed.headers.get('retry-after')).toBe('2');
    expect(await copiesIn(dataDir)).toEqual({ whole: before.whole, partial: [] });
    expect(await fileRow(gateway, licenseUuid)).toBeUndefined();
    expect(await fileEvents(gateway, licenseUuid, 'file.downloaded')).toEqual([]);
    expect(await offered(gateway, licenseId)).toMatchObject({ available: 'UNKNOWN', contentHash: null });

    await simulators.clearFaults('adobe-stock');
    // A 429 asks for a pause, which holds for this source.
    const next = await eventually(
      () => follow(url),
      (answer) => answer.status !== 503,
    );
    expect(next.status).toBe(200);
    expect(await fileEvents(gateway, licenseUuid, 'file.fetched')).toHaveLength(1);
  });

  it('fails all who wait for the same file, and no other', async () => {
    const [one, other] = [await bought(gateway, ADOBE), await bought(gateway, ADOBE)];
    const { url } = await offered(gateway, one.licenseId);
    const { url: otherUrl } = await offered(gateway, other.licenseId);
    await simulators.addFault('adobe-stock', { endpoint: 'bucket', kind: 'latency', ms: 400, times: 1 });
    await simulators.addFault('adobe-stock', { endpoint: 'bucket', kind: 'truncate', times: 1 });
    const failing = Promise.all(Array.from({ length: 5 }, () => follow(url)));
    await eventually(
      async () => (await simulators.counts('adobe-stock')).bucket ?? 0,
      (count) => count > 0,
    );
    const fine = await follow(otherUrl);
    expect((await failing).map(({ status }) => status)).toEqual(Array(5).fill(502));
    expect(fine.status).toBe(200);
  });
});

describe('more requests than a source is asked for', () => {
  it('wait up to a number; the rest are told when to come back', async () => {
    const { licenseId } = await bought(gateway, ADOBE);
    const sizes = Array.from({ length: 24 }, (_, index) => 100 + index);
    const urls = await Promise.all(sizes.map(async (size) => (await offered(gateway, licenseId, { size })).url as string));
    await simulators.addFault('adobe-stock', { endpoint: 'bucket', kind: 'latency', ms: 900, times: 4 });
    const answers = await Promise.all(urls.map((url) => follow(url)));
    const turnedAway = answers.filter(({ status }) => status === 503);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    expect(turnedAway).toHaveLength(4);
    for (const { headers, error } of turnedAway)
      expect([Number(headers.get('retry-after')) > 0, error?.code]).toEqual([true, 'RATE_LIMITED']);
    expect((await follow(urls.at(-1) as string)).status).toBe(200);
  });
});

describe('the token of the source', () => {
  it('is in no log line, event or column after all of this', async () => {
    const tables = await gateway.database.query(
      "select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
    );
    const texts = [...gateway.log];
    for (const { name } of tables)
      texts.push(...(await gateway.database.query(`select t::text as text from ${name} t`)).map(({ text }) => String(text)));
    const forms = [SECRET_MARKER, Buffer.from(SECRET_MARKER).toString('hex'), '/bucket/', 'Download/'];
    expect(texts.filter((text) => forms.some((form) => text.includes(form)))).toEqual([]);
    expect(gateway.log.some((line) => line.includes('"endpoint":"download"'))).toBe(true);
  });
});

describe('a process', () => {
  /** Its own database: the keys of its environment end those of others. */
  const program = async (database: TestDatabase, home: string) => {
    const child = startProgram(home, {
      ...simulators.env,
      DATABASE_URL: database.ownerUrl,
      DATABASE_APP_URL: database.appUrl,
      CLEARANCE_API_KEYS: `admin:admin:${ADMIN}`,
      CLEARANCE_MODE: 'development',
      CLEARANCE_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
      ADOBE_STOCK_MAX_RPS: '0',
    });
    const address = await child.ready();
    const say = (query: string) => ask(address, ADMIN, query);
    return {
      child,
      buy: async (): Promise<string> => {
        const ref = `source: ADOBE_STOCK, externalId: "${ADOBE.next()}"`;
        const assetId = (await say(`{ assetByExternalId(${ref}) { id } }`)).data.assetByExternalId.id;
        const input = `{ assetId: "${assetId}", licenseType: "Standard", idempotencyKey: "${assetId}" }`;
        const { data } = await say(`mutation { licenseAsset(input: ${input}) { ... on LicenseGranted { license { id } } } }`);
        return data.licenseAsset.license.id;
      },
      linkOf: async (licenseId: string): Promise<string> =>
        (await say(`{ license(id: "${licenseId}") { download { url } } }`)).data.license.download.url,
    };
  };

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'that gets %s during a fetch leaves no half copy, and its successor serves the whole',
    async (signal) => {
      const [home, database] = [await folder(), await createTestDatabase()];
      databases.push(database);
      const first = await program(database, home);
      const licenseId = await first.buy();
      await simulators.addFault('adobe-stock', { endpoint: 'bucket', kind: 'drip', ms: 20 });
      const cut = follow(await first.linkOf(licenseId)).then(
        ({ status }) => status,
        () => 'cut off',
      );
      await eventually(
        () => copiesIn(home),
        ({ partial }) => partial.length === 1,
      );
      await first.child.end(signal);
      expect(await cut).not.toBe(200);
      const left = await copiesIn(home);
      expect(left.whole).toEqual([]);
      expect(left.partial).toHaveLength(signal === 'SIGKILL' ? 1 : 0);
      expect(await database.query('select * from license_file')).toEqual([]);

      await simulators.clearFaults('adobe-stock');
      // What a dead process left is swept away once nobody has touched it for a while.
      for (const name of left.partial) await utimes(path.join(home, 'files', 'partial', name), 0, 0);
      const second = await program(database, home);
      const { status, hash } = await follow(await second.linkOf(licenseId));
      expect(status).toBe(200);
      expect(await copiesIn(home)).toEqual({ whole: [hash.replace('sha256:', '')], partial: [] });
      expect(await database.query('select content_hash from license_file')).toEqual([{ content_hash: hash }]);
      await second.child.end('SIGKILL');
    },
  );
});
