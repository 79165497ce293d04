/** The database keeps tenants apart by itself: what the application's role can and cannot do, tried with SQL. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { adobeId } from '../simulators/kit/world.js';
import { type Gateway, startGateway, synchronised } from './support/gateway.js';
import { type Simulators, startSimulators } from './support/simulators.js';

const ROLE = 'clearance_app';
const APPEND_ONLY = ['audit_event', 'license_terms', 'usage'] as const;
/** Kysely's own, without a tenant. */
const NOT_OURS = /^kysely_/;

let simulators: Simulators;
let gateway: Gateway;
let app: pg.Client;
/** Every table of ours, how many rows of `acme` the owner sees in it, and how many that belong to no tenant and are for all. */
let tables: readonly { readonly name: string; readonly rows: number; readonly acme: number; readonly shared: number }[];

const count = async (table: string): Promise<number> =>
  Number((await app.query(`select count(*)::integer as n from ${table}`)).rows[0].n);

/** Runs the work in a transaction for a tenant, as the gateway does, and takes it back. */
const asTenant = async <T>(tenant: string, work: () => Promise<T>): Promise<T> => {
  await app.query('begin');
  try {
    await app.query("select set_config('clearance.tenant_id', $1, true)", [tenant]);
    return await work();
  } finally {
    await app.query('rollback');
  }
};

/** SQLSTATE of the refusal, or `done`. */
const attempt = async (statement: string): Promise<string> =>
  app.query(statement).then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );

beforeAll(async () => {
  simulators = await startSimulators();
  gateway = await startGateway({ env: { ...simulators.env, WORKER: 'on' } });
  await synchronised(gateway);
  const find = 'query($n: String!) { assetByExternalId(source: ADOBE_STOCK, externalId: $n) { id } }';
  const buy =
    'mutation($input: LicenseAssetInput!) { licenseAsset(input: $input) { __typename ... on LicenseGranted { license { id } } } }';
  const use = 'mutation($input: RecordUsageInput!) { recordUsage(input: $input) { __typename } }';
  for (const [index, tenant] of ['default', 'acme'].entries()) {
    const { data } = await gateway.query(`${tenant}/licensor`, find, { n: String(adobeId(index)) });
    const input = { assetId: data.assetByExternalId.id, idempotencyKey: 'row-security' };
    const bought = (await gateway.query(`${tenant}/licensor`, buy, { input })).data.licenseAsset;
    expect(bought.__typename).toBe('LicenseGranted');
    const used = { licenseId: bought.license.id, use: { channel: 'web' }, idempotencyKey: 'row-security' };
    expect((await gateway.query(`${tenant}/licensor`, use, { input: used })).data.recordUsage.__typename).toBe(
      'RecordUsagePayload',
    );
    await gateway.query(`${tenant}/viewer`, '{ searchAssets(text: "forest") { totalCount } }');
  }
  const names = await gateway.database.query("select tablename as name from pg_tables where schemaname = 'public' order by 1");
  const ours = names.map(({ name }) => String(name)).filter((name) => !NOT_OURS.test(name));
  tables = await Promise.all(
    ours.map(async (name) => {
      const [row] = await gateway.database.query(
        `select count(*)::integer as rows, count(*) filter (where tenant_id = 'acme')::integer as acme,
          count(*) filter (where tenant_id is null)::integer as shared from ${name}`,
      );
      return { name, rows: Number(row?.rows), acme: Number(row?.acme), shared: Number(row?.shared) };
    }),
  );
  app = new pg.Client({ connectionString: gateway.database.appUrl });
  await app.connect();
});

afterAll(async () => {
  await app.end();
  await gateway.stop();
  await simulators.stop();
});

describe('rows', () => {
  it('of both tenants are there to be kept apart', () => {
    const shared = tables.filter(({ rows, acme }) => acme > 0 && rows > acme).map(({ name }) => name);
    expect(shared).toEqual(
      expect.arrayContaining([
        'api_key',
        'asset_facts',
        'asset_link',
        'audit_event',
        'license',
        'license_operation',
        'license_terms',
        'search_session',
        'source_connection',
        'stored_asset',
        'sync_state',
        'tenant',
        'usage',
        'usage_total',
      ]),
    );
  });

  it('are seen by nobody who names no tenant', async () => {
    for (const { name } of tables) expect([name, await count(name)]).toEqual([name, 0]);
    await asTenant('', async () => {
      for (const { name } of tables) expect([name, await count(name)]).toEqual([name, 0]);
    });
  });

  it('are seen by their own tenant, all of them and no other', async () => {
    await asTenant('acme', async () => {
      for (const { name, acme, shared } of tables) expect([name, await count(name)]).toEqual([name, acme + shared]);
    });
    for (const stranger of ['nobody', "acme' or 'a'='a"]) {
      await asTenant(stranger, async () => {
        for (const { name, shared } of tables) expect([name, await count(name)]).toEqual([name, shared]);
      });
    }
    expect(tables.filter(({ shared }) => shared > 0).map(({ name }) => name)).toEqual(['terms_policy']);
  });

  it('of a tenant are out of sight again after its transaction', async () => {
    await asTenant('acme', () => count('license'));
    for (const { name } of tables) expect([name, await count(name)]).toEqual([name, 0]);
  });

  it('of another tenant cannot be changed, moved or written', async () => {
    await asTenant('acme', async () => {
      const changed = await app.query("update license set cost_center = 'x' where tenant_id = 'default'");
      expect(changed.rowCount).toBe(0);
    });
    await asTenant('acme', async () => {
      expect(await attempt("update license set tenant_id = 'default'")).toBe('42501');
    });
    await asTenant('acme', async () => {
      expect(await attempt("insert into tenant (tenant_id) values ('intruder')")).toBe('42501');
    });
    await asTenant('acme', async () => {
      const copy = `insert into source_connection (connection_id, tenant_id, source, name, origin)
        select 'copy', 'default', source, name, origin from source_connection limit 1`;
      expect(await attempt(copy)).toBe('42501');
    });
    await asTenant('acme', async () => {
      const own = `insert into terms_policy select gen_random_uuid(), null, source, license_type, 99, editorial, model, terms, citations, note,
        set_by, recorded_at from terms_policy limit 1`;
      expect(await attempt(own)).toBe('42501');
    });
  });
});

describe.each(APPEND_ONLY)('the table %s', (table) => {
  it.each([
    ['changed', `update ${table} set tenant_id = tenant_id`],
    ['deleted', `delete from ${table}`],
    ['emptied', `truncate ${table}`],
    ['emptied with all that hangs on it', `truncate ${table} cascade`],
  ])('cannot be %s by the application', async (_what, statement) => {
    await asTenant('acme', async () => expect(await attempt(statement)).toBe('42501'));
  });

  it.each([
    ['changed', `update ${table} set tenant_id = tenant_id`],
    ['deleted', `delete from ${table}`],
    ['emptied', `truncate ${table} cascade`],
    ['changed as if by replication', `set local session_replication_role = replica; update ${table} set tenant_id = tenant_id`],
  ])('cannot be %s by the owner either', async (_what, statement) => {
    const before = await gateway.database.query(`select count(*) from ${table}`);
    await expect(gateway.database.query(`begin; ${statement}; commit`)).rejects.toMatchObject({ code: '42501' });
    await gateway.database.query('rollback');
    expect(await gateway.database.query(`select count(*) from ${table}`)).toEqual(before);
  });
});

describe("the application's role", () => {
  it('is no superuser, bypasses nothing, makes nothing, owns nothing and is nobody else', async () => {
    const { rows } = await app.query('select * from pg_roles where rolname = current_user');
    expect(rows[0]).toMatchObject({
      rolname: ROLE,
      rolsuper: false,
      rolbypassrls: false,
      rolcreatedb: false,
      rolcreaterole: false,
    });
    const owned = await app.query('select relname from pg_class where relowner = (select oid from pg_roles where rolname = $1)', [
      ROLE,
    ]);
    expect(owned.rows).toEqual([]);
    const memberships = await app.query(
      'select roleid::regrole from pg_auth_members where member = (select oid from pg_roles where rolname = $1)',
      [ROLE],
    );
    expect(memberships.rows).toEqual([]);
  });

  it('finds row-level security on, and forced, on every table', async () => {
    const { rows } = await app.query(
      "select relname, relrowsecurity, relforcerowsecurity from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
    );
    const ours = rows.filter(({ relname }) => !NOT_OURS.test(relname));
    expect(ours).toHaveLength(tables.length);
    for (const row of ours) expect(row).toMatchObject({ relrowsecurity: true, relforcerowsecurity: true });
  });

  it.each([
    'alter table license disable row level security',
    'alter table audit_event disable trigger all',
    'drop policy own_tenant on license',
    'drop table search_session',
    'create table public.mine (n integer)',
    'create or replace function refuse_change() returns trigger language plpgsql as $$ begin return new; end $$',
    'set session_replication_role = replica',
    'alter function find_api_key(bytea) security invoker',
    'select pg_read_file($$/etc/passwd$$)',
    'copy license to program $$cat$$',
  ])('may not %s', async (statement) => {
    expect(await attempt(statement)).toBe('42501');
  });

  it.each(['set row_security = off; select count(*) from license', 'alter role clearance_app bypassrls', 'set role postgres'])(
    'does not get around it by %s',
    async (statement) => {
      expect(await attempt(`begin; ${statement}`)).toMatch(/^(42501|22023)$/);
      await app.query('rollback');
      await app.query('reset all');
    },
  );

  it('learns of keys one by one, by the hash of a secret, and of tenants nothing but their names', async () => {
    expect((await app.query('select * from find_api_key($1)', [Buffer.alloc(32)])).rows).toEqual([]);
    const tenants = await gateway.database.query('select tenant_id from tenant order by 1');
    expect((await app.query('select * from list_tenants()')).rows).toEqual(tenants);
  });
});
