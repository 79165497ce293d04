/** Reports of uses to the sources that take them: claimed at once, sent by a job that may be killed at any point. See docs/usage.md. */
import type { Logger } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import type { Call } from '../datasources/datasource.js';
import type { SourceRegistry } from '../datasources/registry.js';
import type { AuditEvent } from '../domain/audit-event.js';
import { nodeIdOf, SOURCE_LABELS, type TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import { invalidRequest } from '../domain/license-outcome.js';
import type { OperationFailure } from '../domain/operation.js';
import { payloadHashOf } from '../domain/payload-hash.js';
import { type Actor, LICENSORS, READERS, requireRole } from '../domain/roles.js';
import { pauseAfter, type RefusedRow, type ReportUsageOutcome, type UsageReport } from '../domain/usage-report.js';
import { appendAuditEvent } from '../store/audit.store.js';
import { type Database, inTenant, readInTenant, type TenantTx } from '../store/database.js';
import { enqueueJob } from '../store/jobs.store.js';
import {
  endReport,
  findReportByKey,
  findReports,
  findUsageSources,
  insertReport,
  leaseReport,
  listOpenReports,
  listRefusedRows,
  lockReporting,
  saveTurnEnd,
} from '../store/usage-report.store.js';
import { checkNamedUsages, checkReport, type ReportCommand } from './usage.checks.js';
import { type Sending, sendNext } from './usage-report.sending.js';

export interface UsageReportService {
  /** Claims the uses and answers; a job sends them. */
  request(actor: Actor, command: ReportCommand, requestId: string): Promise<ReportUsageOutcome>;
  find(actor: Actor, uuid: string): Promise<UsageReport | null>;
  refusedRows(actor: Actor, reportUuid: string, limit: number): Promise<readonly RefusedRow[]>;
  /** One turn: sends what is left until it is done, something stands in the way, or it shall stop. Asks for the next turn itself. */
  send(tenantId: TenantId, reportUuid: string, requestId: string, stopping: () => boolean): Promise<void>;
  /** Queues every open report for now. */
  resume(tenantId: TenantId): Promise<void>;
}

export interface UsageReportDeps {
  readonly db: Database;
  readonly registry: SourceRegistry;
  readonly now: () => number;
  readonly log: Logger;
}

/** How long one batch may take. */
const CALL_MS = 30_000;
/** How long a process that is gone keeps others from going on; renewed with each batch. */
const LEASE_MS = 45_000;

const READ = 'read reports of uses';
const CONFLICT: ReportUsageOutcome = {
  kind: 'IdempotencyConflict',
  message: 'This key belongs to another report. Give each report a key of its own.',
};
const NOT_CONFIGURED: OperationFailure = {
  code: 'SOURCE_UNAVAILABLE',
  message: 'The source is not configured any more, or takes no reports.',
  retryable: true,
  retryAfterMs: null,
};

export const createUsageReportService = (deps: UsageReportDeps): UsageReportService => {
  const { db, registry, now } = deps;

  const enqueue = (tx: TenantTx, tenantId: TenantId, reportUuid: string, afterMs = 0): Promise<void> =>
    enqueueJob(tx, {
      name: 'report_usage',
      payload: { tenantId, reportUuid },
      key: `report_usage/${tenantId}/${reportUuid}`,
      afterMs,
    });

  const audit = (
    tx: TenantTx,
    tenantId: TenantId,
    report: Pick<UsageReport, 'uuid' | 'requestedBy' | 'requestId'>,
    event: Pick<AuditEvent, 'action' | 'data'>,
  ): Promise<void> =>
    appendAuditEvent(tx, {
      kind: 'AuditEvent',
      uuid: uuidv7(),
      tenantId,
      occurredAt: instantOf(now()),
      actor: report.requestedBy,
      subjectType: 'UsageReport',
      subjectId: nodeIdOf('UsageReport', report.uuid),
      assetId: null,
      licenseUuid: null,
      requestId: report.requestId,
      ...event,
    });

  const getReport = async (tx: TenantTx, uuid: string): Promise<UsageReport> => {
    const [report] = await findReports(tx, [uuid]);
    if (!report) throw new Error(`The report ${uuid} is gone.`);
    return report;
  };

  /** Does nothing while rows are left. */
  const endIfDone = async (tx: TenantTx, tenantId: TenantId, uuid: string): Promise<boolean> => {
    if (!(await endReport(tx, uuid, instantOf(now())))) return false;
    const report = await getReport(tx, uuid);
    const { source, total, reported, refused } = report;
    await audit(tx, tenantId, report, { action: 'usage.reported', data: { source, total, reported, refused } });
    return true;
  };

  const claim = async (
    tx: TenantTx,
    actor: Actor,
    command: ReportCommand,
    uuids: readonly string[],
    requestId: string,
  ): Promise<ReportUsageOutcome> => {
    const { tenantId, subject } = actor;
    const { source, recordedBefore, idempotencyKey } = command;
    await lockReporting(tx, tenantId, source);
    const payloadHash = payloadHashOf({ source, usageIds: command.usageIds, recordedBefore });
    const bound = await findReportByKey(tx, idempotencyKey);
    if (bound)
      return bound.payloadHash.equals(payloadHash)
        ? { kind: 'ReportUsagePayload', report: bound.report, replayed: true }
        : CONFLICT;
    const datasource = registry.of(tenantId).bySource(source);
    if (!datasource?.reportUsage)
      return {
        kind: 'UnsupportedBySource',
        source,
        message: datasource
          ? `${SOURCE_LABELS[source]} takes no reports of uses.`
          : `${SOURCE_LABELS[source]} is not configured, so it cannot be told of uses.`,
      };
    const problems = uuids.length > 0 ? checkNamedUsages(uuids, await findUsageSources(tx, uuids), source) : [];
    if (problems.length > 0) return invalidRequest(...problems);
    const at = instantOf(now());
    const uuid = uuidv7();
    const total = await insertReport(tx, {
      uuid,
      tenantId,
      source,
      connectionId: datasource.connectionId,
      idempotencyKey,
      payloadHash,
      requestedBy: subject,
      requestId,
      at,
      uses: recordedBefore === null ? { uuids } : { recordedBefore },
    });
    const asked = { uuid, requestedBy: subject, requestId };
    await audit(tx, tenantId, asked, { action: 'usage_report.requested', data: { source, total, idempotencyKey } });
    if (!(await endIfDone(tx, tenantId, uuid))) await enqueue(tx, tenantId, uuid);
    return { kind: 'ReportUsagePayload', report: await getReport(tx, uuid), replayed: false };
  };

  /** Lets go of the report and asks for the next turn. */
  const pause = (
    tenantId: TenantId,
    uuid: string,
    turn: { readonly troubles: number; readonly failure: OperationFailure | null; readonly pauseMs: number },
  ): Promise<void> =>
    inTenant(db, tenantId, async (tx) => {
      await saveTurnEnd(tx, uuid, { leaseUntil: null, troubles: turn.troubles, failure: turn.failure });
      await enqueue(tx, tenantId, uuid, turn.pauseMs);
    });

  const standStill = async (tenantId: TenantId, report: UsageReport, failure: OperationFailure): Promise<void> => {
    deps.log.warn({ source: report.source, code: failure.code }, 'a report of uses stands still; it is tried again');
    const pauseMs = pauseAfter(report.troubles, failure.retryAfterMs);
    await pause(tenantId, report.uuid, { troubles: report.troubles + 1, failure, pauseMs });
  };

  /** Takes the report for the time of one batch; the job that goes on if this process dies is queued with it. */
  const takeLease = (tenantId: TenantId, uuid: string, mine: Instant | null): Promise<Instant | undefined> =>
    inTenant(db, tenantId, async (tx) => {
      const [at, until] = [instantOf(now()), instantOf(now() + LEASE_MS)];
      if (mine !== null) {
        const report = await getReport(tx, uuid);
        await saveTurnEnd(tx, uuid, { leaseUntil: until, troubles: report.troubles, failure: report.failure });
      } else {
        const lease = await leaseReport(tx, uuid, at, until);
        if (!lease?.leased) {
          // Somebody else is at it: looked after when that should be over.
          if (lease) await enqueue(tx, tenantId, uuid, Date.parse(lease.until) - now());
          return undefined;
        }
      }
      await enqueue(tx, tenantId, uuid, LEASE_MS);
      return until;
    });

  const sendingOf = (tenantId: TenantId, report: UsageReport): Sending | undefined => {
    const reporting = registry.of(tenantId).bySource(report.source)?.reportUsage;
    return reporting && { tenantId, reportUuid: report.uuid, source: SOURCE_LABELS[report.source], reporting };
  };

  const send = async (tenantId: TenantId, uuid: string, requestId: string, stopping: () => boolean): Promise<void> => {
    let lease = await takeLease(tenantId, uuid, null);
    while (lease !== undefined) {
      const report = await readInTenant(db, tenantId, (tx) => getReport(tx, uuid));
      const sending = sendingOf(tenantId, report);
      if (!sending) return standStill(tenantId, report, NOT_CONFIGURED);
      const call: Call = { requestId, deadlineAt: now() + CALL_MS };
      const result = await sendNext(deps, sending, call);
      if (result.kind === 'failed') return standStill(tenantId, report, result.failure);
      if (result.kind === 'idle') {
        await inTenant(db, tenantId, (tx) => endIfDone(tx, tenantId, uuid));
        return;
      }
      if (stopping()) return pause(tenantId, uuid, { troubles: 0, failure: null, pauseMs: 0 });
      if (report.troubles > 0)
        await inTenant(db, tenantId, (tx) => saveTurnEnd(tx, uuid, { leaseUntil: lease ?? null, troubles: 0, failure: null }));
      lease = await takeLease(tenantId, uuid, lease);
    }
  };

  return {
    request: async (actor, command, requestId) => {
      requireRole(actor, LICENSORS, 'report uses');
      const { problems, uuids } = checkReport(command);
      if (problems.length > 0) return invalidRequest(...problems);
      return inTenant(db, actor.tenantId, (tx) => claim(tx, actor, command, uuids, requestId));
    },
    find: async (actor, uuid) => {
      requireRole(actor, READERS, READ);
      const [report] = await readInTenant(db, actor.tenantId, (tx) => findReports(tx, [uuid]));
      return report ?? null;
    },
    refusedRows: async (actor, reportUuid, limit) => {
      requireRole(actor, READERS, READ);
      return readInTenant(db, actor.tenantId, (tx) => listRefusedRows(tx, reportUuid, limit));
    },
    send,
    resume: async (tenantId) => {
      await inTenant(db, tenantId, async (tx) => {
        for (const uuid of await listOpenReports(tx)) await enqueue(tx, tenantId, uuid);
      });
    },
  };
};
