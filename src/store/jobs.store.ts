/** Jobs are queued with SQL inside our own transaction: they exist if and only if the change that asks for them does. */
import { sql } from 'kysely';
import type { Instant } from '../domain/instant.js';
import { jsonb, type TenantTx } from './database.js';

/** One name per handler in src/worker. */
export type JobName =
  | 'sync_feed'
  | 'poll_facts'
  | 'settle_operation'
  | 'recover_operations'
  | 'clean_up'
  | 'import_history'
  | 'measure_lag'
  | 'fetch_file'
  | 'watch_terms'
  | 'work_inbound'
  | 'poll_changes'
  | 'keep_libraries'
  | 'report_usage';

export interface NewJob {
  readonly name: JobName;
  readonly payload: Readonly<Record<string, string>>;
  /** Jobs of one key replace each other while they wait. */
  readonly key: string;
  readonly runAt?: Instant;
  /** From now on by the clock of the queue, which is the database's: for a pause that no moved clock of ours makes longer. */
  readonly afterMs?: number;
  /** Leave the time of a job that waits already as it is. Default: the new time counts. */
  readonly keepWaiting?: true;
  /** The same only where that time is earlier. */
  readonly notLater?: true;
}

export const enqueueJob = async (tx: TenantTx, job: NewJob): Promise<void> => {
  const waiting = job.notLater
    ? sql`(select run_at from graphile_worker.jobs where key = ${job.key} and locked_at is null)`
    : sql`null`;
  await sql`select graphile_worker.add_job(${job.name}, payload => ${jsonb(job.payload)}::json, job_key => ${job.key},
    job_key_mode => ${job.keepWaiting ? 'preserve_run_at' : 'replace'}, run_at => least(coalesce(${job.runAt ?? null}::timestamptz, now() + ${job.afterMs ?? 0}::float8 * interval '1 millisecond'), ${waiting}),
    max_attempts => 25)`.execute(tx);
};
