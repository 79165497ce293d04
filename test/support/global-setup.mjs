/** One real PostgreSQL server for the whole run, with a migrated template that each test file clones. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export default () =>
  new Promise((resolve, reject) => {
    const program = fileURLToPath(new URL('./database-server.ts', import.meta.url));
    const child = fork(program, [], { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.once('exit', (code) => reject(new Error(`The test database did not start (exit code ${code}).`)));
    child.once('message', ({ ownerUrl, appPassword }) => {
      process.env.CLEARANCE_TEST_OWNER_URL = ownerUrl;
      process.env.CLEARANCE_TEST_APP_PASSWORD = appPassword;
      globalThis.clearanceTestDatabase = child;
      resolve(undefined);
    });
  });
