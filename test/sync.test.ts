/** What sources push into our store: killed at any moment, changed, cancelled, read by two applications at once. */
import { rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makeFolder } from './server/fixtures/embedded-postgres.harness.js';
import { eventually, type Gateway, startGateway } from './support/gateway.js';
import { endPrograms, startProgram } from './support/process.js';
import { type Simulators, startSimulators } from './support/simulators.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const SMINT = 'smint-io';

interface Summary {
  readonly uuid: string;
  readonly state: string;
  readonly binaryCount: number;
  readonly canBeSynced?: boolean | null;
}

/** All that the feed leaves, without what names the moment of writing. */
const END_STATE = {
  assets: `select external_id, kind, editorial_only, asset->'title' as title, asset->'rights' as rights, asset->'stockOrigin' as origin
           from stored_asset where tenant_id = 'default' order by 1`,
  licenses: `select import_key, asset_id, license_type, state, price_amount, price_currency, order_number, licensed_at, licensed_by, valid_until
             from license where tenant_id = 'default' order by 1`,
  terms: `select l.import_key, t.version, t.terms_hash from license_terms t join license l using (license_id)
          where l.tenant_id = 'default' order by 1, 2`,
  links: `select asset_id, stock_source, stock_external_id from asset_link where tenant_id = 'default' order by 1`,
  events: `select asset_id, action, data->>'sourceReference' as reference, count(*)::integer as n from audit_event
           where tenant_id = 'default' and action like 'license.%' group by 1, 2, 3 order by 3, 2`,
};
const endStateOf = async (database: TestDatabase) =>
  Object.fromEntries(
    await Promise.all(Object.entries(END_STATE).map(async ([name, query]) => [name, await database.query(query)] as const)),
  ) as Record<keyof typeof END_STATE, Record<string, unknown>[]>;

const drained = (database: TestDatabase, stream: string, tenants: number): Promise<unknown> =>
  eventually(
    () => database.query('select count(*)::integer as n from sync_state where stream = $1 and drained_at is not null', [stream]),
    ([row]) => Number(row?.n) >= tenants,
    60_000,
  );

/** Brings forward what waits for its next turn. */
const hurry = (database: TestDatabase): Promise<unknown> =>
  database.query(
    "update graphile_worker._private_jobs set run_at = now() where key ~ '^(sync_feed|poll_facts)/' and locked_at is null",
  );

let simulators: Simulators;
let database: TestDatabase;
let gateway: Gateway;
const running = new Set<Gateway>();

const start = async (env: Readonly<Record<string, string>> = {}): Promise<Gateway> => {
  const started = await startGateway({ env: { ...simulators.env, ...env }, database });
  running.add(started);
  return started;
};
const stop = async (...gateways: readonly Gateway[]): Promise<void> => {
  for (const each of gateways) if (running.delete(each)) await each.stop();
};

const catalogue = async (): Promise<readonly Summary[]> => (await simulators.action(SMINT, 'catalogue')) as readonly Summary[];
const assetOf = async (source: string, externalId: string) =>
  (
    await gateway.query(
      'licensor',
      `query($source: AssetSource!, $externalId: String!) { assetByExternalId(source: $source, externalId: $externalId) {
         id title rights { termKind validUntil termsHash restrictions } activeLicense { id }
         licenses { edges { node { id state origin licensedBy rights { termsHash attributionText } auditEvents { edges { node { action actor } } } } } } } }`,
      { source, externalId },
    )
  ).data.assetByExternalId;

describe('the feed of Smint.io', () => {
  beforeEach(async () => {
    simulators = await startSimulators({ only: [SMINT] });
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await endPrograms();
    await stop(...running);
    await database.drop();
    await simulators.stop();
  });

  it('read by a program that is killed again and again leaves what one quiet reading leaves, each once', async () => {
    await simulators.setSwitch(SMINT, 'first-refresh-token', 'stays');
    const quiet = await createTestDatabase();
    const env = { ...simulators.env, CLEARANCE_API_KEYS: 'me:viewer:a-secret-of-the-sync-test' };
    const connect = (of: TestDatabase) => ({ ...env, DATABASE_URL: of.ownerUrl, DATABASE_APP_URL: of.appUrl });
    const folder = await makeFolder();
    const undisturbed = startProgram(folder, connect(quiet));
    await undisturbed.ready();
    await drained(quiet, 'feed', 1);
    await undisturbed.end('SIGTERM');

    await simulators.addFault(SMINT, { endpoint: 'sync-feed', kind: 'latency', ms: 40 });
    await simulators.addFault(SMINT, { endpoint: 'binaries', kind: 'latency', ms: 15 });
    const stored = async () => Number((await database.query('select count(*)::integer as n from stored_asset'))[0]?.n);
    const reached: number[] = [];
    for (const least of [1, 80, 160]) {
      const program = startProgram(folder, connect(database));
      await eventually(stored, (count) => count >= least);
      await program.end('SIGKILL');
      reached.push(await stored());
    }
    // The kills hit the reading itself, or this test shows nothing.
    expect((await database.query('select drained_at from sync_state'))[0]?.drained_at).toBeNull();
    expect(new Set(reached).size).toBe(3);
    await simulators.clearFaults(SMINT);
    const last = startProgram(folder, connect(database));
    await drained(database, 'feed', 1);
    await last.end('SIGTERM');

    const [expected, found] = [await endStateOf(quiet), await endStateOf(database)];
    expect(expected.assets.length).toBeGreaterThan(200);
    expect(expected.licenses.length).toBeGreaterThan(200);
    expect(expected.links.length).toBeGreaterThan(100);
    expect(expected.events.every(({ n }) => n === 1)).toBe(true);
    for (const part of Object.keys(END_STATE) as (keyof typeof END_STATE)[])
      expect([part, found[part]]).toEqual([part, expected[part]]);
    await quiet.drop();
    await rm(folder, { recursive: true, force: true });
  }, 120_000);

  it('brings changed terms as a new version, keeps the old one, and ends what is cancelled', async () => {
    gateway = await start();
    await drained(database, 'feed', 2);
    const usable = (await catalogue()).filter(
      ({ state, canBeSynced, binaryCount }) => state === 'completed' && canBeSynced && binaryCount === 1,
    );
    const [changed, cancelled] = usable as [Summary, Summary];
    const before = await assetOf('SMINT_IO', changed.uuid);
    const [license] = before.licenses.edges;
    expect(license.node).toMatchObject({ state: 'ACTIVE', origin: 'IMPORTED' });
    const readAt = new Date().toISOString();

    await simulators.action(SMINT, 'update', {
      uuid: changed.uuid,
      changes: { license_text: { effective_license_text: { 'x-default': 'New words' } }, license_terms: [] },
    });
    await simulators.action(SMINT, 'cancel', { uuid: cancelled.uuid });
    await hurry(database);
    const after = await eventually(
      () => assetOf('SMINT_IO', changed.uuid),
      (asset) => asset.licenses.edges[0].node.rights.termsHash !== license.node.rights.termsHash,
    );
    expect(after.licenses.edges).toHaveLength(1);
    const { node } = after.licenses.edges[0];
    expect(node.id).toBe(license.node.id);
    expect(node.auditEvents.edges.map((edge: { node: { action: string } }) => edge.node.action)).toEqual([
      'license.terms_changed',
      'license.imported',
    ]);
    const { data } = await gateway.query(
      'viewer',
      'query($id: ID!, $at: DateTime!) { license(id: $id) { rights(asOf: $at) { termsHash } } }',
      {
        id: node.id,
        at: readAt,
      },
    );
    expect(data.license.rights.termsHash).toBe(license.node.rights.termsHash);

    const ended = await eventually(
      () => assetOf('SMINT_IO', cancelled.uuid),
      (asset) => asset.licenses.edges[0].node.state === 'CANCELLED',
    );
    expect(ended.activeLicense).toBeNull();
    expect(ended.licenses.edges[0].node.auditEvents.edges[0].node).toEqual({ action: 'license.cancelled', actor: 'system:sync' });
    // Sent once more without a change it leaves no trace.
    const quiet = await endStateOf(database);
    await simulators.action(SMINT, 'cancel', { uuid: cancelled.uuid });
    const { uuids } = (await simulators.action(SMINT, 'add', { count: 1 })) as { readonly uuids: readonly [string] };
    await hurry(database);
    await eventually(
      () => assetOf('SMINT_IO', uuids[0]),
      (asset) => asset !== null,
    );
    const later = await endStateOf(database);
    expect(later.terms).toHaveLength(quiet.terms.length + 1);
    expect(later.events.filter(({ action }) => action === 'license.cancelled')).toEqual(
      quiet.events.filter(({ action }) => action === 'license.cancelled'),
    );
  });

  it.each(['at-once', 'on-first-use'])(
    'is read by two applications on one database whose refresh token rotates %s, and neither breaks the chain',
    async (rotation) => {
      await simulators.setSwitch(SMINT, 'refresh-rotation', rotation);
      const both = await Promise.all([start(), start()]);
      gateway = both[0] as Gateway;
      await drained(database, 'feed', 2);
      for (let round = 0; round < 5; round += 1) {
        await simulators.action(SMINT, 'expire-tokens');
        const { uuids } = (await simulators.action(SMINT, 'add', { count: 1 })) as { readonly uuids: readonly [string] };
        // Two tenants share the credential, so that both applications have something to read at the same moment.
        await eventually(
          async () => {
            await hurry(database);
            return database.query('select tenant_id from stored_asset where external_id = $1', uuids);
          },
          (rows) => rows.length >= 2,
        );
      }
      const exchanges = (await simulators.journal(SMINT)).filter(({ endpoint }) => endpoint === 'token');
      expect(exchanges.map(({ status }) => status)).toEqual(exchanges.map(() => 200));
      // One for each time that the tokens ended, not one for each application.
      expect(exchanges.length).toBeLessThanOrEqual(6);
      const used = exchanges.map(({ body }) => new URLSearchParams(body).get('refresh_token') ?? '');
      expect(new Set(used).size).toBe(used.length);
      const rows = await database.query("select sealed, encode(sealed, 'escape') as text, version from source_credential_state");
      expect(rows).toHaveLength(1);
      expect(rows[0]?.version).toBe(exchanges.length);
      expect(String(rows[0]?.text)).not.toMatch(/SIMSECRET|refreshToken/);
      await stop(...both);

      // A third one, started with the first token of the environment, goes on with the stored successor.
      await start();
      await simulators.action(SMINT, 'expire-tokens');
      const { uuids } = (await simulators.action(SMINT, 'add', { count: 1 })) as { readonly uuids: readonly [string] };
      await eventually(
        async () => {
          await hurry(database);
          return database.query('select 1 from stored_asset where external_id = $1', uuids);
        },
        (found) => found.length >= 2,
      );
      const tenants = await database.query('select distinct tenant_id from source_connection order by 1');
      expect(tenants).toEqual([{ tenant_id: 'acme' }, { tenant_id: 'default' }]);
    },
  );
});

describe('the end dates of PhotoShelter', () => {
  let mediaId: string;

  beforeAll(async () => {
    simulators = await startSimulators({ only: ['photoshelter'] });
    database = await createTestDatabase();
    gateway = await start({ WORKER: 'off' });
    const { data } = await gateway.query(
      'viewer',
      '{ searchAssets(text: "harbour", first: 1) { edges { node { externalId } } } }',
    );
    mediaId = data.searchAssets.edges[0].node.externalId;
  });
  afterAll(async () => {
    await stop(...running);
    await database?.drop();
    await simulators?.stop();
  });

  it('are unknown before the library was polled, there after it, and follow its changes', async () => {
    await simulators.action('photoshelter', 'set-expiry', { id: mediaId, date: '2031-05-04' });
    expect((await assetOf('PHOTOSHELTER', mediaId)).rights).toMatchObject({ termKind: 'UNKNOWN', validUntil: null });
    await stop(gateway);

    gateway = await start();
    const rightsWith = (validUntil: string | null) =>
      eventually(
        async () => {
          await hurry(database);
          return (await assetOf('PHOTOSHELTER', mediaId)).rights;
        },
        (rights) => rights.validUntil === validUntil,
      );
    expect(await rightsWith('2031-05-05T00:00:00.000Z')).toMatchObject({ termKind: 'FIXED' });
    await simulators.action('photoshelter', 'set-expiry', { id: mediaId, date: '2032-01-31' });
    expect(await rightsWith('2032-02-01T00:00:00.000Z')).toMatchObject({ termKind: 'FIXED' });
    await simulators.action('photoshelter', 'set-expiry', { id: mediaId, date: null });
    expect(await rightsWith(null)).toMatchObject({ termKind: 'UNKNOWN' });
  });

  it('and what it says of an origin become links to the stock asset', async () => {
    await drained(database, 'facts', 2);
    await simulators.action('photoshelter', 'touch', { id: mediaId, changes: { trans_ref: 'gettyimages:1200300400' } });
    const links = await eventually(
      async () => {
        await hurry(database);
        return database.query(
          "select stock_source from asset_link where tenant_id = 'default' and stock_external_id = '1200300400'",
        );
      },
      (rows) => rows.length > 0,
    );
    expect(links[0]).toEqual({ stock_source: 'GETTY_IMAGES' });
  });
});
