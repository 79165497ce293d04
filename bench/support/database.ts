/** A PostgreSQL server for one run of the benchmarks, in the way that the tests have theirs. */
import { once } from 'node:events';
import { startChild } from './child.js';

export const startDatabaseServer = async (): Promise<{ stop(): Promise<void> }> => {
  const { child, ready } = await startChild({ program: 'test/support/database-server.ts', endsItself: true }, (said) =>
    typeof said === 'object' && said !== null ? (said as { ownerUrl: string; appPassword: string }) : undefined,
  );
  process.env.CLEARANCE_TEST_OWNER_URL = ready.ownerUrl;
  process.env.CLEARANCE_TEST_APP_PASSWORD = ready.appPassword;
  return {
    // It ends in order, its folder included, when the channel to it closes.
    stop: async () => {
      const ended = once(child.process, 'exit');
      child.process.disconnect();
      await ended;
    },
  };
};
