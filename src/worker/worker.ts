/** Runs the jobs: each handler is one call to a service, and asks for its next turn itself. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Runner, run, type Task } from 'graphile-worker';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Datasource } from '../datasources/datasource.js';
import type { SourceRegistry } from '../datasources/registry.js';
import { ASSET_SOURCES, type ConnectionId, type TenantId } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import type { ChangeFeedService } from '../services/change-feed.js';
import type { HistoryImportService } from '../services/history-import.service.js';
import type { InboundWork } from '../services/inbound-work.js';
import type { LagService } from '../services/lag.service.js';
import type { LibraryKeeping } from '../services/library-approval.keeping.js';
import type { LicenseFileService } from '../services/license-file.service.js';
import type { SettlementService } from '../services/settlement.service.js';
import type { SyncService } from '../services/sync.service.js';
import type { TermWatch } from '../services/term-watch.js';
import type { UsageReportService } from '../services/usage-report.service.js';
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
  readonly files: LicenseFileService;
  readonly historyImports: HistoryImportService;
  readonly lag: LagService;
  readonly termWatch: TermWatch;
  readonly usageReports: UsageReportService;
  /** 0: only on demand. */
  readonly historyImportMinutes: number;
  readonly log: Logger;
  readonly now: () => number;
  readonly recoveryIntervalMs: number;
  readonly termWatchIntervalMs: number;
  readonly inboundWork: InboundWork;
  readonly libraryKeeping: LibraryKeeping;
  readonly changeFeed: ChangeFeedService;
  readonly changePollIntervalMs: number;
}

/** How long a job may take to end when we stop; one that takes longer is taken up again by the next start. */
const STOP_MS = 8_000;

export interface Worker {
  stop(): Promise<void>;
}

const CALL_MS = 60_000;
/** How long after the end of one turn the next begins. */
const PAUSE_MS: Readonly<Record<'sync_feed' | 'poll_facts' | 'clean_up', number>> = {
  sync_feed: 30_000,
  poll_facts: 60_000,
  clean_up: 3_600_000,
};

/**
 * A job whose process dies stays locked for hours. So each turn queues the next one before it begins, this far ahead, and brings it forward
 * when it ends.
 */
const INSURANCE_MS = 120_000;

/** How long an import waits for another one of this process. */
const BUSY_MS = 5_000;

const OF_TENANT = z.object({ tenantId: z.string() });
const OF_CONNECTION = z.object({ tenantId: z.string(), connectionId: z.string() });
const OF_FILE = z.object({ tenantId: z.string(), licenseUuid: z.string(), attempt: z.coerce.number() });
const OF_LOOK = z.object({
  tenantId: z.string(),
  operationUuid: z.string(),
  looks: z.coerce.number().default(0),
  withoutMs: z.coerce.number().default(0),
});
const OF_ACCOUNT = z.object({ tenantId: z.string(), source: z.enum(ASSET_SOURCES) });
const OF_REPORT = z.object({ tenantId: z.string(), reportUuid: z.string() });
const OF_OPERATION = z.object({ tenantId: z.string(), operationUuid: z.string() });

const jobKey = (name: JobName, payload: Readonly<Record<string, string>>): string => [name, ...Object.values(payload)].join('/');

const again = (
  deps: WorkerDeps,
  name: JobName,
  payload: { tenantId: string } & Record<string, string>,
  delayMs: number,
): Promise<void> =>
  inTenant(deps.db, payload.tenantId as TenantId, (tx) =>
    enqueueJob(tx, { name, payload, key: jobKey(name, payload), afterMs: delayMs }),
  );

/** Its turns are an interval apart, also across restarts, and after one at which the interval has become shorter. */
const enqueueNextImport = async (
  deps: WorkerDeps,
  payload: { readonly tenantId: string; readonly connectionId: string },
  notLater = false,
): Promise<void> => {
  if (deps.historyImportMinutes === 0) return;
  const runAt = instantOf(deps.now() + deps.historyImportMinutes * 60_000);
  const job = { name: 'import_history' as const, payload, key: jobKey('import_history', payload), runAt };
  await inTenant(deps.db, payload.tenantId as TenantId, (tx) => enqueueJob(tx, notLater ? { ...job, notLater } : job));
};

/** An account that tenants share is heard once for all of them: whose turn it is does not matter. */
const nextChangePoll = (deps: WorkerDeps, tenantId: TenantId, source: string, afterMs: number): Promise<void> =>
  inTenant(deps.db, tenantId, (tx) =>
    enqueueJob(tx, { name: 'poll_changes', payload: { tenantId, source }, key: `poll_changes/${source}`, afterMs }),
  );

/** Queues the standing jobs of a tenant; those that wait already are brought forward. */
export const enqueueStandingJobs = async (deps: WorkerDeps, tenantId: TenantId): Promise<void> => {
  await again(deps, 'recover_operations', { tenantId }, 0);
  await again(deps, 'clean_up', { tenantId }, 0);
  await again(deps, 'watch_terms', { tenantId }, 0);
  await again(deps, 'work_inbound', { tenantId }, 0);
  await again(deps, 'keep_libraries', { tenantId }, deps.changePollIntervalMs);
  await deps.usageReports.resume(tenantId);
  for (const { connectionId, profile, pullFeed, pollFacts, history, changeFeed } of deps.registry.of(tenantId).all) {
    if (history) await enqueueNextImport(deps, { tenantId, connectionId }, true);
    if (pullFeed) await again(deps, 'sync_feed', { tenantId, connectionId }, 0);
    if (pollFacts) await again(deps, 'poll_facts', { tenantId, connectionId }, 0);
    if (changeFeed) await nextChangePoll(deps, tenantId, profile.source, deps.changePollIntervalMs);
  }
};

type Tasks = Readonly<Omit<Record<JobName, Task>, 'import_history'> & { import_history?: Task }>;

const tasksOf = (deps: WorkerDeps, stopping: () => boolean): Tasks => {
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

  const importHistory: Task = async (payload) => {
    const parsed = OF_CONNECTION.parse(payload);
    // One at a time, so that settling never waits for a place behind long readings.
    if (deps.historyImports.isRunning()) return again(deps, 'import_history', parsed, BUSY_MS);
    await enqueueNextImport(deps, parsed);
    try {
      await deps.historyImports.run(parsed.tenantId as TenantId, parsed.connectionId as ConnectionId);
    } catch (error) {
      deps.log.warn({ err: error, job: 'import_history' }, 'an import of a license history was cut short; the next turn goes on');
    }
    await enqueueNextImport(deps, parsed);
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
      await again(deps, 'recover_operations', parsed, deps.recoveryIntervalMs);
    },
    fetch_file: async (payload, { job }) => {
      const { tenantId, licenseUuid, attempt } = OF_FILE.parse(payload);
      await deps.files.fetchPurchased(tenantId as TenantId, licenseUuid, attempt, callFor(job.id).requestId);
    },
    // Without a schedule nothing is read by itself: what was queued before stays where it is.
    ...(deps.historyImportMinutes > 0 && { import_history: importHistory }),
    measure_lag: async (payload, { job }) => {
      const { tenantId, operationUuid, ...progress } = OF_LOOK.parse(payload);
      await deps.lag.measure(tenantId as TenantId, operationUuid, progress, callFor(job.id));
    },
    report_usage: async (payload, { job }) => {
      const { tenantId, reportUuid } = OF_REPORT.parse(payload);
      await deps.usageReports.send(tenantId as TenantId, reportUuid, callFor(job.id).requestId, stopping);
    },
    watch_terms: async (payload) => {
      const parsed = OF_TENANT.parse(payload);
      await again(deps, 'watch_terms', parsed, INSURANCE_MS);
      await deps.termWatch.run(parsed.tenantId as TenantId);
      await again(deps, 'watch_terms', parsed, deps.termWatchIntervalMs);
    },
    work_inbound: async (payload) => {
      const parsed = OF_TENANT.parse(payload);
      await again(deps, 'work_inbound', parsed, INSURANCE_MS);
      const waitMs = await deps.inboundWork.run(parsed.tenantId as TenantId, stopping);
      if (waitMs !== null) await again(deps, 'work_inbound', parsed, Math.min(waitMs, INSURANCE_MS));
    },
    keep_libraries: async (payload, { job }) => {
      const parsed = OF_TENANT.parse(payload);
      await again(deps, 'keep_libraries', parsed, INSURANCE_MS);
      const waitMs = await deps.libraryKeeping.run(parsed.tenantId as TenantId, callFor(job.id).requestId);
      await again(deps, 'keep_libraries', parsed, Math.min(waitMs ?? deps.changePollIntervalMs, deps.changePollIntervalMs));
    },
    poll_changes: async (payload, { job }) => {
      const { tenantId, source } = OF_ACCOUNT.parse(payload);
      const datasource = deps.registry.of(tenantId as TenantId).bySource(source);
      if (!datasource?.changeFeed) return;
      await nextChangePoll(deps, tenantId as TenantId, source, INSURANCE_MS);
      try {
        while (!stopping() && (await deps.changeFeed.poll(datasource, callFor(job.id))));
      } catch (error) {
        deps.log.warn({ err: error, job: 'poll_changes', source }, 'changes could not be heard; the next turn goes on from here');
      }
      await nextChangePoll(deps, tenantId as TenantId, source, deps.changePollIntervalMs);
    },
    clean_up: async (payload) => {
      const parsed = OF_TENANT.parse(payload);
      await again(deps, 'clean_up', parsed, INSURANCE_MS);
      await inTenant(deps.db, parsed.tenantId as TenantId, (tx) => deleteExpiredSearchSessions(tx, instantOf(deps.now())));
      await deps.files.cleanUp(parsed.tenantId as TenantId);
      await again(deps, 'clean_up', parsed, PAUSE_MS.clean_up);
    },
  };
};

/** How long after a runner broke off the next one is started. */
const RESTART_MS = 1_000;

/** What money waits for: it has places of its own, so that no long reading and no film stands before it. */
const URGENT: readonly JobName[] = ['settle_operation', 'recover_operations'];

/** A runner that is started anew when it breaks off. Rejects when the database cannot be reached now. */
const keepRunner = async (
  deps: WorkerDeps,
  tasks: Readonly<Record<string, Task>>,
  concurrency: number,
  stopping: () => boolean,
): Promise<{ stop(): Promise<void> }> => {
  const start = (): Promise<Runner> =>
    run({
      connectionString: deps.appUrl,
      concurrency,
      noHandleSignals: true,
      pollInterval: 1_000,
      maxPoolSize: concurrency + 2,
      taskList: { ...tasks },
      logger: workerLogger(deps.log),
    });
  let runner = await start();
  /** Starts the next one, as soon as that is possible; one that comes too late is stopped at once. */
  const startAgain = async (): Promise<void> => {
    while (!stopping()) {
      await sleep(RESTART_MS, undefined, { ref: false });
      if (stopping()) return;
      try {
        const next = await start();
        if (stopping()) return next.stop();
        runner = next;
        return;
      } catch (error) {
        deps.log.warn({ err: error }, 'the worker cannot be started yet');
      }
    }
  };
  const keep = async (): Promise<void> => {
    while (!stopping()) {
      try {
        await runner.promise;
      } catch (error) {
        if (!stopping()) deps.log.error({ err: error }, 'the worker broke off; it is started anew');
      }
      await startAgain();
    }
  };
  void keep();
  // One that has broken off has nothing left to stop.
  return { stop: () => runner.stop().catch(() => undefined) };
};

/** Rejects when the database cannot be reached now; one that goes away later is waited for. */
export const startWorker = async (deps: WorkerDeps): Promise<Worker> => {
  let stopped = false;
  const stopping = (): boolean => stopped;
  const tasks = Object.entries(tasksOf(deps, stopping));
  const isUrgent = ([name]: [string, Task]): boolean => URGENT.some((urgent) => urgent === name);
  const runners = await Promise.all([
    keepRunner(deps, Object.fromEntries(tasks.filter(isUrgent)), 2, stopping),
    keepRunner(deps, Object.fromEntries(tasks.filter((entry) => !isUrgent(entry))), 4, stopping),
  ]);
  return {
    stop: async () => {
      stopped = true;
      const all = Promise.all(runners.map((runner) => runner.stop()));
      await Promise.race([all, sleep(STOP_MS, undefined, { ref: false })]);
    },
  };
};
