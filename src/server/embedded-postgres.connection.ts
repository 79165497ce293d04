/** Talking to the built-in server as its owner: does it answer, is it ours, does the database exist. */
import { stat } from 'node:fs/promises';
import pg from 'pg';
import { OWNER_ROLE } from './embedded-postgres.cluster.js';

const CONNECT_TIMEOUT_MS = 5_000;

export interface Server {
  readonly port: number;
  readonly password: string;
}

export type Answer =
  /** It takes our password and serves that folder. */
  | { readonly kind: 'ours' }
  | { readonly kind: 'wrong-password' }
  | { readonly kind: 'another-folder' }
  /** Starting, stopping, or nobody there. */
  | { readonly kind: 'not-now'; readonly reason: string };

export function urlOf(server: Server, database: string): string {
  return `postgres://${OWNER_ROLE}:${server.password}@127.0.0.1:${server.port}/${encodeURIComponent(database)}`;
}

async function withClient<T>(server: Server, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: urlOf(server, 'postgres'),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    ssl: false,
  });
  client.on('error', () => {}); // a connection lost while idle; the next query reports it
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

export async function askServer(server: Server, clusterPath: string): Promise<Answer> {
  try {
    const served = await withClient(server, async (client) => {
      const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
      return rows[0]?.data_directory ?? '';
    });
    const [there, here] = await Promise.all([stat(served).catch(() => undefined), stat(clusterPath)]);
    return there?.ino === here.ino && there.dev === here.dev ? { kind: 'ours' } : { kind: 'another-folder' };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // 28P01: the password is wrong; 28000: no such role.
    if (code === '28P01' || code === '28000') return { kind: 'wrong-password' };
    return { kind: 'not-now', reason: error instanceof Error ? error.message : String(error) };
  }
}

export async function ensureDatabase(server: Server, database: string): Promise<void> {
  await withClient(server, async (client) => {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
  });
}
