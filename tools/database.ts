/** The gateway's database for a command: the one of DATABASE_URL, or the built-in one, whether its gateway runs or not. */
import path from 'node:path';
import { databaseAccess } from '../src/app-access.js';
import { readConfig } from '../src/config.js';
import { findRunningPostgres, startEmbeddedPostgres } from '../src/server/embedded-postgres.js';
import { type Database, openDatabase } from '../src/store/database.js';

const quiet = (): void => {};

/** Runs the work as the application's role, under the same row-level security. A server that was started for it is stopped. */
export const withDatabase = async <T>(work: (db: Database) => Promise<T>): Promise<T> => {
  const keys = process.env.CLEARANCE_API_KEYS ?? 'command:admin:none';
  const config = readConfig({ ...process.env, CLEARANCE_API_KEYS: keys });
  const dataDir = path.join(config.dataDir, 'postgres');
  const running = config.databaseUrl ?? (await findRunningPostgres(dataDir));
  const server = running === undefined ? await startEmbeddedPostgres({ dataDir, log: quiet }) : undefined;
  try {
    const { appUrl } = await databaseAccess(config, running ?? (server?.url as string));
    const db = openDatabase({ url: appUrl, onError: (error) => console.error(error.message), maxConnections: 2 });
    try {
      return await work(db);
    } finally {
      await db.destroy();
    }
  } finally {
    await server?.stop();
  }
};
