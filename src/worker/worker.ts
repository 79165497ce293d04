/** Runs the jobs: each handler is one call to a service, and asks for its next turn itself. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Runner, run, type Task } from 'graphile-worker';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Datasource } from '../datasources/datasource.js';
import type { SourceRegistry } from '../datasources/registry.js';
import type { ConnectionId, TenantId } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import type { SettlementService } from '../services/settlement.service.js';
import type { SyncService } from '../services/sync.service.js';
import { type Database, inTenant } from '../store/database.js';
import { enqueueJob, type JobName } from '../store/jobs.store.js';
import { deleteExpiredSearchSessions } from '../store/search-session.store.js';
import { workerLogger } from './worker-logger.js';

export interface WorkerDeps {
  readonly db: Database;
  readonly appUrl: string;
  readonly registry: SourceRegistry;
  readonly sync: SyncService;
  readonly settlement: SettlementService;
  readonly log: Logger;
  readonly now: () => number;
}

/** How long a job may take to end when we stop; one that takes longer is taken up again by the next start. */
const STOP_MS = 8_000;

export interface Worker {
  stop(): Promise<void>;
}

const CALL_MS = 60_000;
/** How long after the end of one turn the next begins. */
const PAUSE_MS: Readonly<Record<'sync_feed' | 'poll_facts' | 'recover_operations' | 'clean_up', number>> = {
  sync_feed: 30_000,
  poll_facts: 60_000,
  recover_operations: 15_000,
  clean_up: 3_600_000,
};

/**
 * A job whose process dies stays locked for hours. So each turn queues the next one before it begins, this far ahead, and brings it forward
 * when it ends.
 */
const INSURANCE_MS = 120_000;

const OF_TENANT = z.object({ tenantId: z.string() });
const OF_CONNECTION = z.object({ tenantId: z.string(), connectionId: z.string() });
const OF_OPERATION = z.object({ tenantId: z.string(), operationUuid: z.string() });

const jobKey = (name: JobName, payload: Readonly<Record<string, string>>): string => [name, ...Object.values(payload)].join('/');

const again = (
  deps: WorkerDeps,
  name: keyof typeof PAUSE_MS,
  payload: { tenantId: string } & Record<string, string>,
  delayMs: number,
): Promise<void> =>
  inTenant(deps.db, payload.tenantId as TenantId, (tx) =>
    enqueueJob(tx, { name, payload, key: jobKey(name, payload), runAt: instantOf(deps.now() + delayMs) }),
  );

/** Queues the standing jobs of a tenant; those that wait already are brought forward. */
export const enqueueStandingJobs = async (deps: WorkerDeps, tenantId: TenantId): Promise<void> => {
  await again(deps, 'recover_operations', { tenantId }, 0);
  await again(deps, 'clean_up', { tenantId }, 0);
  for (const { connectionId, pullFeed, pollFacts } of deps.registry.of(tenantId).all) {
    if (pullFeed) await again(deps, 'sync_feed', { tenantId, connectionId }, 0);
    if (pollFacts) await again(deps, 'poll_facts', { tenantId, connectionId }, 0);
  }
};

const tasksOf = (deps: WorkerDeps, stopping: () => boolean): Readonly<Record<JobName, Task>> => {
  const callFor = (jobId: string) => ({ requestId: `job-${jobId}`, deadlineAt: deps.now() + CALL_MS });

  /** Reads pages until the source has no more; a failure leaves the cursor where it was and the next turn goes on from there. */
  const drain = async (
    name: 'sync_feed' | 'poll_facts',
    payload: unknown,
    jobId: string,
    page: (tenantId: TenantId, source: Datasource) => Promise<boolean>,
  ) => {
    const parsed = OF_CONNECTION.parse(payload);
    const tenantId = parsed.tenantId as TenantId;
    const datasource = deps.registry.of(tenantId).byConnection(parsed.connectionId as ConnectionId);
    // The source is configured no longer: the job ends here, and start-up queues it again when it is.
    if (!datasource) return;
    await again(deps, name, parsed, INSURANCE_MS);
    try {
      while (!stopping() && (await page(tenantId, datasource)));
    } catch (error) {
      deps.log.warn(
        { err: error, job: name, jobId, source: datasource.profile.source },
        'a source could not be read; the next turn goes on from here',
      );
    }
    await again(deps, name, parsed, PAUSE_MS[name]);
  };

  return {
    sync_feed: (payload, { job }) =>
      drain('sync_feed', payload, job.id, (tenantId, source) => deps.sync.pullFeedPage(tenantId, source, callFor(job.id))),
    poll_facts: (payload, { job }) =>
      drain('poll_facts', payload, job.id, (tenantId, source) => deps.sync.pollFactsPage(tenantId, source, callFor(job.id))),
    settle_operation: async (payload, { job }) => {
      const { tenantId, operationUuid } = OF_OPERATION.parse(payload);
      await deps.settlement.settle(tenantId as TenantId, operationUuid, callFor(job.id));
    },
    recover_operations: async (payload) => {
      const parsed = OF_TENANT.parse(payload);
      await again(deps, 'recover_operations', parsed, INSURANCE_MS);
      await deps.settlement.recover(parsed.tenantId as TenantId);
      await again(deps, 'recover_operations', parsed, PAUSE_MS.recover_operations);
    },
    clean_up: async (payload) => {
      const parsed = OF_TENANT.parse(payload);
      await again(deps, 'clean_up', parsed, INSURANCE_MS);
      await inTenant(deps.db, parsed.tenantId as TenantId, deleteExpiredSearchSessions);
      await again(deps, 'clean_up', parsed, PAUSE_MS.clean_up);
    },
  };
};

export const startWorker = async (deps: WorkerDeps): Promise<Worker> => {
  let stopping = false;
  const runner: Runner = await run({
    connectionString: deps.appUrl,
    concurrency: 4,
    noHandleSignals: true,
    pollInterval: 1_000,
    maxPoolSize: 6,
    taskList: { ...tasksOf(deps, () => stopping) },
    logger: workerLogger(deps.log),
  });
  // The runner's promise rejects when its connection is lost for good; the process must hear of it, not die of it.
  runner.promise.catch((error: unknown) => deps.log.error({ err: error }, 'the worker has stopped'));
  return {
    stop: async () => {
      stopping = true;
      await Promise.race([runner.stop(), sleep(STOP_MS, undefined, { ref: false })]);
    },
  };
};
