/** Reports of uses: the rows that they hold, their batches, and the lease of whoever is sending one. */
import { type Selectable, sql } from 'kysely';
import type { AssetId, AssetSource, ConnectionId, TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { OperationFailure } from '../domain/operation.js';
import { type BatchState, type RefusedRow, UNSETTLED, type UsageBatch, type UsageReport } from '../domain/usage-report.js';
import { jsonb, type TenantTx } from './database.js';
import type { Tables } from './tables.js';

type ReportRow = Selectable<Tables['usage_report']> & { readonly reported: number; readonly refused: number };

const reportOf = (row: ReportRow): UsageReport => ({
  kind: 'UsageReport',
  uuid: row.report_id,
  source: row.source as AssetSource,
  state: row.state,
  total: row.total,
  reported: row.reported,
  refused: row.refused,
  requestedBy: row.requested_by,
  requestId: row.request_id,
  requestedAt: instantOf(row.requested_at),
  completedAt: row.completed_at === null ? null : instantOf(row.completed_at),
  failure: row.failure as OperationFailure | null,
  unlistedRefusals: row.unlisted_refusals,
  troubles: row.troubles,
});

const countOf = (state: 'REPORTED' | 'REFUSED') =>
  sql<number>`(select count(*)::integer from usage_report_row w where w.report_id = r.report_id and w.state = ${state})`;

const withCounts = (tx: TenantTx) =>
  tx
    .selectFrom('usage_report as r')
    .selectAll('r')
    .select([countOf('REPORTED').as('reported'), countOf('REFUSED').as('refused')]);

// ---------- asking for a report ----------

/** Two who ask for reports of one source come one after the other. */
export const lockReporting = async (tx: TenantTx, tenantId: TenantId, source: AssetSource): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`usage reports/${tenantId}/${source}`}, 0))`.execute(tx);
};

export const findReportByKey = async (
  tx: TenantTx,
  idempotencyKey: string,
): Promise<{ readonly report: UsageReport; readonly payloadHash: Buffer } | undefined> => {
  const row = await withCounts(tx).where('r.idempotency_key', '=', idempotencyKey).executeTakeFirst();
  return row && { report: reportOf(row), payloadHash: row.payload_hash };
};

/** The sources of these uses, by their uuids. */
export const findUsageSources = async (tx: TenantTx, uuids: readonly string[]): Promise<Map<string, AssetSource>> => {
  const rows = await tx
    .selectFrom('usage')
    .select(['usage_id', 'source'])
    .where('usage_id', 'in', uuids as string[])
    .execute();
  return new Map(rows.map((row) => [row.usage_id, row.source as AssetSource]));
};

export interface NewReport {
  readonly uuid: string;
  readonly tenantId: TenantId;
  readonly source: AssetSource;
  readonly connectionId: ConnectionId;
  readonly idempotencyKey: string;
  readonly payloadHash: Buffer;
  readonly requestedBy: string;
  readonly requestId: string;
  readonly at: Instant;
  /** Which uses: these, or all that were recorded before. */
  readonly uses: { readonly uuids: readonly string[] } | { readonly recordedBefore: Instant };
}

/** The report with every use that it asks for, has happened and is in no other; how many that are. */
export const insertReport = async (tx: TenantTx, report: NewReport): Promise<number> => {
  await tx
    .insertInto('usage_report')
    .values({
      report_id: report.uuid,
      tenant_id: report.tenantId,
      source: report.source,
      connection_id: report.connectionId,
      idempotency_key: report.idempotencyKey,
      payload_hash: report.payloadHash,
      state: 'OPEN',
      total: 0,
      requested_by: report.requestedBy,
      request_id: report.requestId,
      requested_at: report.at,
      completed_at: null,
    })
    .execute();
  const wanted =
    'uuids' in report.uses
      ? sql`u.usage_id = any(${report.uses.uuids}::uuid[])`
      : sql`u.recorded_at < ${report.uses.recordedBefore}::timestamptz`;
  const claimed = await sql`
    insert into usage_report_row (usage_id, tenant_id, report_id, state)
    select u.usage_id, u.tenant_id, ${report.uuid}::uuid, 'CLAIMED' from usage u
    where u.source = ${report.source} and u.occurred_at <= ${report.at}::timestamptz and ${wanted}
      and not exists (select from usage_report_row w where w.usage_id = u.usage_id)
    order by u.usage_id on conflict (usage_id) do nothing`.execute(tx);
  const total = Number(claimed.numAffectedRows ?? 0n);
  await tx.updateTable('usage_report').set({ total }).where('report_id', '=', report.uuid).execute();
  return total;
};

// ---------- reading ----------

export const findReports = async (tx: TenantTx, uuids: readonly string[]): Promise<UsageReport[]> =>
  (
    await withCounts(tx)
      .where('r.report_id', 'in', uuids as string[])
      .execute()
  ).map(reportOf);

/** In the order in which their uses were recorded. */
export const listRefusedRows = async (tx: TenantTx, reportUuid: string, limit: number): Promise<RefusedRow[]> => {
  const rows = await tx
    .selectFrom('usage_report_row')
    .select(['usage_id', 'reason_code', 'reason'])
    .where('report_id', '=', reportUuid)
    .where('state', '=', 'REFUSED')
    .orderBy('usage_id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ usageUuid: row.usage_id, code: row.reason_code ?? 'REFUSED', reason: row.reason ?? '' }));
};

export const listOpenReports = async (tx: TenantTx): Promise<string[]> =>
  (await tx.selectFrom('usage_report').select('report_id').where('state', '=', 'OPEN').execute()).map((row) => row.report_id);

// ---------- sending ----------

/** Until when another process is sending it; `leased`: now it is ours until then. Undefined: there is no such open report. */
export const leaseReport = async (
  tx: TenantTx,
  uuid: string,
  now: Instant,
  until: Instant,
): Promise<{ readonly leased: boolean; readonly until: Instant } | undefined> => {
  const row = await tx
    .selectFrom('usage_report')
    .select('lease_until')
    .where('report_id', '=', uuid)
    .where('state', '=', 'OPEN')
    .forUpdate()
    .executeTakeFirst();
  if (!row) return undefined;
  if (row.lease_until !== null && instantOf(row.lease_until) > now) return { leased: false, until: instantOf(row.lease_until) };
  await tx.updateTable('usage_report').set({ lease_until: until }).where('report_id', '=', uuid).execute();
  return { leased: true, until };
};

export interface TurnEnd {
  readonly leaseUntil: Instant | null;
  readonly troubles: number;
  readonly failure: OperationFailure | null;
}

export const saveTurnEnd = async (tx: TenantTx, uuid: string, { leaseUntil, troubles, failure }: TurnEnd): Promise<void> => {
  await tx
    .updateTable('usage_report')
    .set({ lease_until: leaseUntil, troubles, failure: failure === null ? null : jsonb(failure) })
    .where('report_id', '=', uuid)
    .execute();
};

/** False: rows are left, or it was ended already. */
export const endReport = async (tx: TenantTx, uuid: string, at: Instant): Promise<boolean> => {
  const result = await tx
    .updateTable('usage_report')
    .set({ state: 'DONE', completed_at: at, lease_until: null, failure: null })
    .where('report_id', '=', uuid)
    .where('state', '=', 'OPEN')
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('usage_report_row').select('usage_id').where('report_id', '=', uuid).where('state', '=', 'CLAIMED'))),
    )
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
};

/** The batch of this report that is to be sent next: the one that was sent least often. */
export const findNextBatch = async (tx: TenantTx, reportUuid: string): Promise<UsageBatch | undefined> => {
  const row = await tx
    .selectFrom('usage_report_batch')
    .select(['batch_id', 'state', 'sent_count'])
    .where('report_id', '=', reportUuid)
    .where('state', 'in', [...UNSETTLED])
    .orderBy('sent_count')
    .orderBy('batch_id')
    .limit(1)
    .executeTakeFirst();
  return row && { uuid: row.batch_id, state: row.state, sentCount: row.sent_count };
};

/** Rows of the report that are in no batch yet. */
export const listUnbatchedRows = async (tx: TenantTx, reportUuid: string, limit: number): Promise<string[]> =>
  (
    await tx
      .selectFrom('usage_report_row')
      .select('usage_id')
      .where('report_id', '=', reportUuid)
      .where('state', '=', 'CLAIMED')
      .where('batch_id', 'is', null)
      .orderBy('usage_id')
      .limit(limit)
      .execute()
  ).map((row) => row.usage_id);

export interface NewBatch {
  readonly uuid: string;
  readonly tenantId: TenantId;
  readonly reportUuid: string;
  readonly usageUuids: readonly string[];
  readonly at: Instant;
}

/** Takes its rows out of the batch in which they were. */
export const insertBatch = async (tx: TenantTx, batch: NewBatch): Promise<void> => {
  await tx
    .insertInto('usage_report_batch')
    .values({
      batch_id: batch.uuid,
      tenant_id: batch.tenantId,
      report_id: batch.reportUuid,
      state: 'PREPARED',
      row_count: batch.usageUuids.length,
      prepared_at: batch.at,
    })
    .execute();
  await sql`update usage_report_row set batch_id = ${batch.uuid}::uuid
    where usage_id = any(${batch.usageUuids}::uuid[]) and report_id = ${batch.reportUuid}::uuid`.execute(tx);
};

export interface BatchRow {
  readonly usageUuid: string;
  readonly assetId: AssetId;
  readonly unit: string | null;
  readonly units: number;
  readonly occurredAt: Instant;
}

/** Always the same rows in the same order: uses never change. */
export const listBatchRows = async (tx: TenantTx, batchUuid: string): Promise<BatchRow[]> => {
  const rows = await tx
    .selectFrom('usage_report_row as w')
    .innerJoin('usage as u', 'u.usage_id', 'w.usage_id')
    .select(['u.usage_id', 'u.asset_id', 'u.unit', 'u.units', 'u.occurred_at'])
    .where('w.batch_id', '=', batchUuid)
    .orderBy('u.usage_id')
    .execute();
  return rows.map((row) => ({
    usageUuid: row.usage_id,
    assetId: row.asset_id as AssetId,
    unit: row.unit,
    units: Number(row.units),
    occurredAt: instantOf(row.occurred_at),
  }));
};

/** Moves a batch that is in one of these states; false: it is in none of them. */
export const moveBatch = async (
  tx: TenantTx,
  uuid: string,
  from: readonly BatchState[],
  to: BatchState,
  at: Instant,
): Promise<boolean> => {
  const result = await tx
    .updateTable('usage_report_batch')
    .set({
      state: to,
      ...(to === 'SENDING' && { sent_at: at, sent_count: sql<number>`sent_count + 1` }),
      ...((to === 'ACCEPTED' || to === 'REFUSED') && { settled_at: at }),
    })
    .where('batch_id', '=', uuid)
    .where('state', 'in', [...from])
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
};

/** The rows of a batch that were booked: all but those refused. */
export const markReported = async (tx: TenantTx, batchUuid: string): Promise<void> => {
  await tx
    .updateTable('usage_report_row')
    .set({ state: 'REPORTED' })
    .where('batch_id', '=', batchUuid)
    .where('state', '=', 'CLAIMED')
    .execute();
};

export const markRefused = async (
  tx: TenantTx,
  usageUuids: readonly string[],
  reason: { readonly code: string; readonly message: string },
): Promise<void> => {
  await sql`update usage_report_row set state = 'REFUSED', reason_code = ${reason.code}, reason = ${reason.message}
    where usage_id = any(${usageUuids}::uuid[]) and state = 'CLAIMED'`.execute(tx);
};

export const countUnlistedRefusal = async (tx: TenantTx, reportUuid: string): Promise<number> =>
  (
    await tx
      .updateTable('usage_report')
      .set({ unlisted_refusals: sql<number>`unlisted_refusals + 1` })
      .where('report_id', '=', reportUuid)
      .returning('unlisted_refusals')
      .executeTakeFirstOrThrow()
  ).unlisted_refusals;
