/** graphile-worker's log lines in our own log. */
import { Logger as WorkerLogger } from 'graphile-worker';
import type { Logger } from 'pino';

export const workerLogger = (log: Logger): WorkerLogger =>
  new WorkerLogger(() => (level, message) => {
    if (level === 'error') log.error({ part: 'worker' }, message);
    else if (level === 'warning') log.warn({ part: 'worker' }, message);
    else log.debug({ part: 'worker' }, message);
  });
