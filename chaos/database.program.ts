/** A program: a PostgreSQL that keeps what it has promised, in a given folder; says where it is and which process to strike. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { startEmbeddedPostgres } from '../src/server/embedded-postgres.js';

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: database.program.ts FOLDER');
const dataDir = path.join(folder, 'postgres');
const server = await startEmbeddedPostgres({
  dataDir,
  database: 'clearance',
  log: () => undefined,
  // The shipped server's durability; only the number of connections differs.
  settings: { synchronous_commit: 'on', max_connections: '200' },
});
const stop = async (): Promise<void> => {
  await server.stop();
  process.exit(0);
};
process.once('disconnect', () => void stop());
process.on('SIGINT', () => undefined);
const pidFile = await readFile(path.join(dataDir, 'postmaster.pid'), 'utf8');
process.send?.({ url: server.url, port: server.port, pid: Number.parseInt(pidFile, 10) });
