/** Brings the schema up to date and gives the application's role what it needs and no more. Run as the owner; safe to run concurrently. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runMigrations as runWorkerMigrations } from 'graphile-worker';
import { Kysely, type Migration, Migrator, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { shipDefaultPolicies } from './terms-policy.store.js';

/** Thrown when the schema or the role cannot be made with the rights at hand; the message says what to do. */
export class MigrationError extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'MigrationError';
  }
}

const FOLDER = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../migrations');

const readMigrations = async (): Promise<Record<string, Migration>> => {
  const files = (await fs.readdir(FOLDER)).filter((file) => /^\d{4}_\w+\.ts$/.test(file)).sort();
  const entries = await Promise.all(
    files.map(
      async (file) =>
        [file.replace(/\.ts$/, ''), (await import(pathToFileURL(path.join(FOLDER, file)).href)) as Migration] as const,
    ),
  );
  return Object.fromEntries(entries);
};

/** Rights of the application's role by table; tables not named here are closed to it. */
const GRANTS: Readonly<Record<string, string>> = {
  tenant: 'select, insert',
  api_key: 'select, insert, update',
  source_connection: 'select, insert',
  source_credential_state: 'select, insert, update',
  sync_state: 'select, insert, update',
  stored_asset: 'select, insert, update',
  asset_facts: 'select, insert, update',
  asset_link: 'select, insert, update, delete',
  license_operation: 'select, insert, update',
  license: 'select, insert, update',
  license_terms: 'select, insert',
  audit_event: 'select, insert',
  search_session: 'select, insert, update, delete',
  budget: 'select, insert, update',
  budget_hold: 'select, insert, update',
  unit_price: 'select, insert, update',
  settle_policy: 'select, insert, update',
  tag_evidence: 'select, insert, update',
  history_lag: 'select, insert, update',
  history_import: 'select, insert, update',
  upstream_purchase: 'select, insert, update',
  incident: 'select, insert, update',
  license_file: 'select, insert, update, delete',
  bound_key: 'select, insert',
  terms_document: 'select, insert',
  use_decision: 'select, insert',
  terms_policy: 'select, insert',
  usage: 'select, insert',
  usage_total: 'select, insert, update',
  usage_report: 'select, insert, update',
  usage_report_batch: 'select, insert, update',
  usage_report_row: 'select, insert, update',
  alert: 'select, insert, update',
  alert_rules: 'select, insert, update',
  asset_variant_list: 'select, insert',
  asset_variant: 'select, insert, delete',
  approval_rules: 'select, insert',
  approval_delegation: 'select, insert',
  license_request: 'select, insert, update',
  request_item: 'select, insert, update',
  request_item_now: 'select',
  request_comment: 'select, insert',
  request_fulfilment: 'select, insert',
  approval: 'select, insert, update',
  approval_decision: 'select, insert',
  selection: 'select, insert',
  inbound_connection: 'select, insert, update',
  inbound_event: 'select, insert',
  inbound_work: 'select, insert, update',
  change_set: 'select, insert',
  asset_withdrawal: 'select, insert, update, delete',
  metadata_update: 'select, insert, update',
  library_policy: 'select, insert, update',
  library_gallery: 'select, insert, update',
  library_gallery_member: 'select, insert, delete',
  library_decision: 'select, insert',
  write_back: 'select, insert, update',
  outbox: 'select, insert, update',
  event_stream: 'select, insert, update',
  event_endpoint: 'select, insert, update',
  event_delivery: 'select, insert, update, delete',
};

/** graphile-worker's own tables have row-level security without a policy: its role needs one, and no FORCE. */
const WORKER_TABLES = ['_private_jobs', '_private_tasks', '_private_job_queues', '_private_known_crontabs'];

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export interface AppRole {
  readonly name: string;
  /** Null: the role exists already and is left as it is. */
  readonly password: string | null;
}

const grantStatements = (role: string): string[] => [
  `grant usage on schema public to ${role}`,
  ...Object.entries(GRANTS).map(([table, rights]) => `grant ${rights} on ${table} to ${role}`),
  `grant execute on function find_api_key(bytea), list_tenants(), is_spend_open(text, text, text), sent_operations(text, text[]), rights_as_of(uuid, timestamptz, timestamptz), find_inbound_connection(uuid) to ${role}`,
  `grant usage on schema graphile_worker to ${role}`,
  `grant select, insert, update, delete on all tables in schema graphile_worker to ${role}`,
  `grant usage, select on all sequences in schema graphile_worker to ${role}`,
  `grant execute on all functions in schema graphile_worker to ${role}`,
  ...WORKER_TABLES.map(
    (table) =>
      `do $$ begin create policy clearance_app on graphile_worker.${table} to ${role} using (true) with check (true); exception when duplicate_object then null; end $$`,
  ),
];

const ensureRole = async (db: Kysely<unknown>, role: AppRole): Promise<void> => {
  const found = await sql<{ rolsuper: boolean; rolbypassrls: boolean; owner: boolean }>`
    select rolsuper, rolbypassrls, rolname = current_user as owner from pg_roles where rolname = ${role.name}`.execute(db);
  const row = found.rows[0];
  if (row && (row.rolsuper || row.rolbypassrls || row.owner)) {
    throw new MigrationError(
      `The application's role ${role.name} must not be a superuser, the owner of the tables or able to bypass row-level security. Give another role in DATABASE_APP_URL.`,
    );
  }
  if (role.password === null) {
    if (!row)
      throw new MigrationError(
        `The role ${role.name} of DATABASE_APP_URL does not exist. Make it first: create role ${quoted(role.name)} login password '…';`,
      );
    return;
  }
  const literal = `'${role.password.replaceAll("'", "''")}'`;
  try {
    if (row) await sql.raw(`alter role ${quoted(role.name)} with login password ${literal}`).execute(db);
    else
      await sql
        .raw(`create role ${quoted(role.name)} with login password ${literal} nosuperuser nobypassrls nocreatedb nocreaterole`)
        .execute(db);
  } catch (cause) {
    if ((cause as { code?: string }).code !== '42501') throw cause;
    throw new MigrationError(
      [
        "The owner in DATABASE_URL may not create the application's role. Run this as a superuser, then set DATABASE_APP_URL to that role:",
        `  create role ${quoted(role.name)} with login password '…' nosuperuser nobypassrls;`,
      ].join('\n'),
      { cause },
    );
  }
};

const majorVersion = async (db: Kysely<unknown>): Promise<number> => {
  const { rows } = await sql<{ version: string }>`select current_setting('server_version_num') as version`.execute(db);
  return Math.floor(Number(rows[0]?.version) / 10_000);
};

/** Returns the names of the migrations that were applied now. */
export const migrate = async (ownerUrl: string, role: AppRole): Promise<readonly string[]> => {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 2, connectionTimeoutMillis: 10_000 });
  // Errors of a statement reach whoever waits for it; these are of idle connections.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const version = await majorVersion(db);
    if (version < 15) throw new MigrationError(`PostgreSQL ${version} is too old: Clearance needs 15 or newer.`);
    const migrator = new Migrator({ db, provider: { getMigrations: readMigrations } });
    const { error, results } = await migrator.migrateToLatest();
    if (error)
      throw new MigrationError(`A migration failed; nothing of it was kept. ${error instanceof Error ? error.message : ''}`, {
        cause: error,
      });
    await runWorkerMigrations({ pgPool: pool });
    // One at a time: concurrent role and grant statements on one cluster collide ("tuple concurrently updated").
    await db.connection().execute(async (connection) => {
      await sql`select pg_advisory_lock(7262001)`.execute(connection);
      try {
        await ensureRole(connection, role);
        for (const statement of grantStatements(quoted(role.name))) await sql.raw(statement).execute(connection);
        await shipDefaultPolicies(connection);
      } finally {
        await sql`select pg_advisory_unlock(7262001)`.execute(connection);
      }
    });
    return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName);
  } finally {
    await db.destroy();
  }
};
