/** A program: starts PostgreSQL in a temporary folder, migrates the template database, says where it is, ends when its parent lets go. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '../../src/server/embedded-postgres.js';
import { migrate } from '../../src/store/migrate.js';

const APP_PASSWORD = 'app-password-of-the-tests';

const folder = await mkdtemp(path.join(tmpdir(), 'clearance-test-'));
// Open for the unprivileged user that the server runs as, or the cluster would be put elsewhere and outlive the folder.
await chmod(folder, 0o755);
const server = await startEmbeddedPostgres({
  dataDir: path.join(folder, 'postgres'),
  database: 'clearance_template',
  log: () => undefined,
  // Speed for data that lives as long as the run; the shipped server never gets these.
  settings: { synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
});
const stop = async (): Promise<void> => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
  process.exit(0);
};
process.once('disconnect', () => void stop());
process.on('SIGINT', () => undefined);
try {
  await migrate(server.url, { name: 'clearance_app', password: APP_PASSWORD });
} catch (error) {
  process.stderr.write(`${String(error)}\n`);
  await stop();
}
process.send?.({ ownerUrl: server.url, appPassword: APP_PASSWORD });
