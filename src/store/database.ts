/** The connection to PostgreSQL and the two doors to it: every statement runs inside a transaction that names its tenant. */
import { Kysely, type LogEvent, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { TenantId } from '../domain/ids.js';
import type { Tables } from './tables.js';

export type Database = Kysely<Tables>;
/** A handle inside a tenant's transaction; functions that take it must use no other. */
export type TenantTx = Kysely<Tables> & { readonly __tenant: true };

export interface DatabaseOptions {
  readonly url: string;
  readonly maxConnections?: number;
  readonly onError: (error: Error) => void;
  /** Called for each statement of ours (transaction control and those of the metrics aside). */
  readonly onStatement?: (durationMs: number) => void;
}

export const openDatabase = (options: DatabaseOptions): Database => {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections ?? 20,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 60_000,
    application_name: 'clearance',
  });
  pool.on('error', options.onError);
  // The pool's handler does not cover a client that is in use: a backend dying inside a transaction would end the process.
  pool.on('connect', (client) => client.on('error', options.onError));
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    log: (event: LogEvent) => {
      if (event.level === 'query' && options.onStatement && !UNCOUNTED.test(event.query.sql))
        options.onStatement(event.queryDurationMillis);
    },
  });
};

/** Transaction control, and what is marked so because the metrics ask it: looking at the figures must not change them. */
const UNCOUNTED = /^(begin|commit|rollback|\/\* uncounted \*\/)/;

const run = async <T>(db: Database, tenantId: TenantId, begin: string, work: (tx: TenantTx) => Promise<T>): Promise<T> =>
  db.connection().execute(async (connection) => {
    // Tenant ids are checked against [a-z0-9_-] where they enter (isTenantId); one text saves a round trip.
    await sql.raw(`${begin}; set local clearance.tenant_id = '${tenantId.replaceAll("'", '')}'`).execute(connection);
    let result: T;
    try {
      result = await work(connection as TenantTx);
    } catch (error) {
      await sql.raw('rollback').execute(connection);
      throw error;
    }
    await sql.raw('commit').execute(connection);
    return result;
  });

/** One transaction that may write. */
export const inTenant = <T>(db: Database, tenantId: TenantId, work: (tx: TenantTx) => Promise<T>): Promise<T> =>
  run(db, tenantId, 'begin', work);

/** One transaction that only reads. */
export const readInTenant = <T>(db: Database, tenantId: TenantId, work: (tx: TenantTx) => Promise<T>): Promise<T> =>
  run(db, tenantId, 'begin read only', work);

/** A value for a jsonb column. */
export const jsonb = <T>(value: T) => sql<T>`${JSON.stringify(value)}::jsonb`;

/** Whether the database answers within two seconds. */
export const pingDatabase = async (db: Database): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), 2_000);
  });
  const answered = sql`select 1`.execute(db).then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([answered, late]);
  } finally {
    clearTimeout(timer);
  }
};
