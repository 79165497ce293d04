/** The store on real PostgreSQL: migrations, who may see and change what, and a connection that dies in the middle. */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { MigrationError, migrate } from '../src/store/migrate.js';
import { eventually, type Gateway, startGateway } from './support/gateway.js';
import { ADOBE, booked, buy, freshAsset, licenseCount, operationRow } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from './support/test-database.js';

const LIBRARY_TABLES = ['kysely_migration', 'kysely_migration_lock'];

const clean: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const undo of clean.splice(0).reverse()) await undo();
});

const emptyDatabase = async (): Promise<TestDatabase> => {
  const database = await createEmptyDatabase();
  clean.push(() => database.drop());
  return database;
};

/** A role of this test alone: roles belong to the whole server. */
const roleName = (database: TestDatabase): string => {
  const name = `role_${randomBytes(6).toString('hex')}`;
  clean.push(async () => {
    const [found] = await database.query('select 1 from pg_roles where rolname = $1', [name]);
    if (found) await database.query(`drop owned by ${name}; drop role ${name}`);
  });
  return name;
};

const connected = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

/** Holds rows of no tenant too, which came with the product: every tenant sees them, and the owner alone writes them. */
const SHARED = 'terms_policy';

const tablesOf = async (database: TestDatabase): Promise<Record<string, unknown>[]> =>
  (
    await database.query(
      `select c.relname as name, c.relrowsecurity as secured, c.relforcerowsecurity as forced, pg_get_userbyid(c.relowner) as owner,
              exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnotnull) as tenant,
              (select count(*)::integer from pg_policy p where p.polrelid = c.oid and p.polcmd = '*') as policies
       from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`,
    )
  ).filter(({ name }) => !LIBRARY_TABLES.includes(String(name)));

describe('migrations', () => {
  it('bring an empty database up to date once, and find nothing to do the second time', async () => {
    const database = await emptyDatabase();
    const role = { name: roleName(database), password: 'first' };
    expect(await migrate(database.ownerUrl, role)).toContain('0001_create_foundation');
    const tables = await tablesOf(database);
    expect(tables.length).toBeGreaterThan(10);
    expect(await migrate(database.ownerUrl, { ...role, password: 'second' })).toEqual([]);
    expect(await tablesOf(database)).toEqual(tables);
    const asRole = new URL(database.ownerUrl);
    asRole.username = role.name;
    asRole.password = 'second';
    expect(await connected(asRole.toString(), async (client) => (await client.query('select 1 as one')).rows)).toEqual([
      { one: 1 },
    ]);
  });

  it('of five starting at once are applied by one of them, and none fails', async () => {
    const database = await emptyDatabase();
    const role = { name: roleName(database), password: 'shared' };
    const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(database.ownerUrl, role)));
    expect(applied.flat().filter((name) => name === '0001_create_foundation')).toHaveLength(1);
  });

  it('by an owner who may not create roles end with the SQL to run, and go on after it was run', async () => {
    const database = await emptyDatabase();
    const [owner, app] = [roleName(database), roleName(database)];
    const { pathname } = new URL(database.ownerUrl);
    await database.query(`create role ${owner} login password 'owner' nosuperuser nocreaterole`);
    await database.query(
      `grant create on database ${pathname.slice(1)} to ${owner}; grant create, usage on schema public to ${owner}`,
    );
    const asOwner = new URL(database.ownerUrl);
    asOwner.username = owner;
    asOwner.password = 'owner';
    const error = await migrate(asOwner.toString(), { name: app, password: 'app' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MigrationError);
    const [statement = ''] = /create role .*;/.exec((error as Error).message) ?? [];
    expect(statement).toContain(app);
    await database.query(statement.replace('…', 'chosen'));
    await migrate(asOwner.toString(), { name: app, password: null });
    expect((await tablesOf(database)).every((table) => table.owner === owner)).toBe(true);
  });

  it('refuse an application role that could step over the rules', async () => {
    const database = await emptyDatabase();
    for (const rights of ['superuser', 'bypassrls']) {
      const name = roleName(database);
      await database.query(`create role ${name} login ${rights}`);
      await expect(migrate(database.ownerUrl, { name, password: null })).rejects.toThrow(MigrationError);
    }
  });
});

describe('what the application may see and change', () => {
  let simulators: Simulators;
  let database: TestDatabase;
  let gateway: Gateway;

  beforeAll(async () => {
    simulators = await startSimulators({ only: [ADOBE.simulator] });
    database = await createTestDatabase();
    gateway = await startGateway({ env: simulators.env, database });
    const asset = await freshAsset(gateway, ADOBE);
    expect((await buy(gateway, { assetId: asset.id, idempotencyKey: 'stored' })).__typename).toBe('LicenseGranted');
  });
  afterAll(async () => {
    await gateway?.stop();
    await database?.drop();
    await simulators?.stop();
  });

  it('every table of ours has its tenant, with row-level security that binds even its owner', async () => {
    const tables = await tablesOf(database);
    expect(tables.length).toBeGreaterThan(10);
    for (const table of tables)
      expect(table).toMatchObject({ secured: true, forced: true, tenant: table.name !== SHARED, policies: 1 });
  });

  it('the role of the application owns nothing and can step over nothing', async () => {
    const [role] = await database.query(
      `select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
              (select count(*)::integer from pg_class where relowner = r.oid) as owned,
              (select count(*)::integer from pg_auth_members where member = r.oid) as memberships
       from pg_roles r where rolname = 'clearance_app'`,
    );
    expect(role).toEqual({
      rolsuper: false,
      rolbypassrls: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolreplication: false,
      owned: 0,
      memberships: 0,
    });
  });

  it('without a tenant no row is seen, with one only its own, and none is written for another', async () => {
    const tables = (await tablesOf(database)).map(({ name }) => String(name));
    await connected(database.appUrl, async (client) => {
      const tenantsIn = async (table: string) =>
        (await client.query(`select distinct tenant_id from ${table}`)).rows.map((row) => row.tenant_id as string);
      const settings = [null, '', 'acme', 'nobody'];
      for (const tenant of settings) {
        await client.query('begin');
        if (tenant !== null) await client.query("select set_config('clearance.tenant_id', $1, true)", [tenant]);
        for (const table of tables) {
          const seen = await tenantsIn(table);
          const own = tenant === 'acme' && seen.includes('acme') ? ['acme'] : [];
          const shared = table === SHARED && tenant ? [null] : [];
          expect([tenant, table, seen]).toEqual([tenant, table, [...own, ...shared]]);
        }
        await client.query('rollback');
      }
      await client.query("begin; set local clearance.tenant_id = 'acme'");
      await expect(client.query("insert into tenant (tenant_id) values ('other')")).rejects.toThrow(/row-level security/);
      await client.query('rollback');
    });
    expect((await database.query('select count(*)::integer as n from license'))[0]?.n).toBe(1);
  });

  it('what was written to the trail and to the terms stays, whoever tries and however', async () => {
    const before = await database.query(
      'select (select count(*) from audit_event) as events, (select count(*) from license_terms) as terms',
    );
    const attempts = ['audit_event', 'license_terms'].flatMap((table) => [
      `update ${table} set tenant_id = 'x'`,
      `delete from ${table}`,
      `truncate ${table} cascade`,
    ]);
    const refused = async (url: string, prepare: string) =>
      connected(url, async (client) => {
        for (const attempt of [...attempts, 'truncate license cascade', 'truncate tenant cascade']) {
          await client.query(`begin; ${prepare}`);
          await expect(client.query(attempt)).rejects.toThrow(/additions only|permission denied/);
          await client.query('rollback');
        }
      });
    await refused(database.ownerUrl, '');
    await refused(database.ownerUrl, 'set local session_replication_role = replica');
    await refused(database.appUrl, "set local clearance.tenant_id = 'default'");
    await connected(database.appUrl, async (client) => {
      await expect(client.query('set session_replication_role = replica')).rejects.toThrow(/permission denied/);
      await expect(client.query('alter table audit_event disable trigger all')).rejects.toThrow(/must be owner/);
    });
    expect(
      await database.query('select (select count(*) from audit_event) as events, (select count(*) from license_terms) as terms'),
    ).toEqual(before);
  });

  /** Ends the connection that waits for our lock. */
  const endWaiting = () =>
    eventually(
      () =>
        database.query(
          "select pg_terminate_backend(pid) as ended from pg_stat_activity where datname = current_database() and application_name = 'clearance' and wait_event_type = 'Lock'",
        ),
      (rows) => rows.length > 0,
    );

  it('a connection that dies inside a transaction fails that request alone', async () => {
    await connected(database.ownerUrl, async (locker) => {
      await locker.query('begin; lock table license in access exclusive mode');
      const broken = gateway.query('viewer', '{ licenses { edges { node { id } } } }');
      await endWaiting();
      expect(await broken).toMatchObject({ data: { licenses: null }, errors: [{ extensions: { code: 'INTERNAL' } }] });
      await locker.query('rollback');
    });
    expect((await gateway.query('viewer', '{ licenses { edges { node { id } } } }')).data.licenses.edges).toHaveLength(1);
  });

  it('a connection that dies while a paid result is written costs neither the result nor a second charge', async () => {
    const asset = await freshAsset(gateway, ADOBE);
    await connected(database.ownerUrl, async (locker) => {
      // Reading goes on; the first insert waits.
      await locker.query('begin; lock table license in share mode');
      const answer = buy(gateway, { assetId: asset.id, idempotencyKey: 'interrupted' });
      await endWaiting();
      await locker.query('rollback');
      expect(await answer).toMatchObject({ __typename: 'LicenseGranted', operation: { state: 'CONFIRMED' } });
    });
    expect(await booked(simulators, ADOBE, asset.externalId)).toHaveLength(1);
    expect(await licenseCount(gateway, asset.id)).toBe(1);
  });

  it('all connections dying again and again end nothing but the requests of that moment', async () => {
    let stopped = false;
    const asking = (async () => {
      while (!stopped) await gateway.query('viewer', '{ licenses { edges { node { id } } } }').catch(() => undefined);
    })();
    for (let round = 0; round < 20; round += 1) {
      await database.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'clearance'",
      );
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    stopped = true;
    await asking;
    const last = await eventually(
      () => gateway.query('viewer', '{ licenses { edges { node { id } } } }'),
      ({ errors }) => errors.length === 0,
    );
    expect(last.data.licenses.edges.length).toBeGreaterThan(0);
  });
});

const BIN_15 = '/usr/lib/postgresql/15/bin';
const NOBODY = 65_534;

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** A server from Debian's programs, as an unprivileged user; gone after the test. */
const startServer15 = async (): Promise<string> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'clearance-pg15-'));
  clean.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const account = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const [data, secret] = [path.join(folder, 'data'), path.join(folder, 'secret')];
  await writeFile(secret, 'owner-password');
  await chmod(folder, 0o700);
  if (account.uid !== undefined) for (const name of [folder, secret]) await chown(name, NOBODY, NOBODY);
  const options = { cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C' }, ...account };
  const made = spawnSync(
    path.join(BIN_15, 'initdb'),
    ['-D', data, '-U', 'owner', '-A', 'scram-sha-256', `--pwfile=${secret}`, '-E', 'UTF8', '--no-sync'],
    options,
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const port = await freePort();
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
  const server = spawn(path.join(BIN_15, 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
    ...options,
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  clean.push(async () => {
    server.kill('SIGINT');
    await ended;
  });
  const url = `postgres://owner:owner-password@127.0.0.1:${port}/postgres`;
  await eventually(
    () => connected(url, async (client) => (await client.query('show server_version_num')).rows).catch(() => []),
    (rows) => rows.length > 0,
  );
  expect(Number.parseInt(await readFile(path.join(data, 'PG_VERSION'), 'utf8'), 10)).toBe(15);
  return url;
};

describe('on the oldest PostgreSQL that is supported', () => {
  it('the migrations run and a purchase is recorded', async () => {
    if (!existsSync(BIN_15)) {
      process.stdout.write(`PostgreSQL 15 is not installed here (${BIN_15}): nothing is checked on it.\n`);
      return;
    }
    const ownerUrl = await startServer15();
    await migrate(ownerUrl, { name: 'clearance_app', password: 'app-password' });
    expect(await migrate(ownerUrl, { name: 'clearance_app', password: 'app-password' })).toEqual([]);
    const pool = new pg.Pool({ connectionString: ownerUrl, max: 2 });
    pool.on('error', () => undefined);
    clean.push(() => pool.end());
    const database: TestDatabase = {
      ownerUrl,
      appUrl: ownerUrl.replace('owner:owner-password', 'clearance_app:app-password'),
      query: async (text, values) => (await pool.query(text, values as unknown[])).rows,
      drop: async () => undefined,
    };
    for (const table of await tablesOf(database))
      expect(table).toMatchObject({ secured: true, forced: true, tenant: table.name !== SHARED });
    const simulators = await startSimulators({ only: [ADOBE.simulator] });
    clean.push(() => simulators.stop());
    const gateway = await startGateway({ env: simulators.env, database });
    clean.push(() => gateway.stop());
    const asset = await freshAsset(gateway, ADOBE);
    expect((await buy(gateway, { assetId: asset.id, idempotencyKey: 'old' })).__typename).toBe('LicenseGranted');
    expect(await operationRow(gateway, 'old')).toMatchObject({ state: 'CONFIRMED' });
    const { data, errors } = await gateway.query(
      'licensor',
      '{ licenses { edges { node { id auditEvents { edges { node { action } } } } } } auditEvents { edges { node { action } } } }',
    );
    expect(errors).toEqual([]);
    expect(data.licenses.edges).toHaveLength(1);
  });
});
