/**
 * The stream of a tenant: what the trail put into the outbox gets its place, and is read by it. See docs/events.md for why nothing is
 * passed by and why the order of each subject holds.
 */
import { sql } from 'kysely';
import type { RecordedAuditEvent } from '../domain/audit-event.js';
import type { AssetSource, TenantId } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import { auditEventOf } from './audit.store.js';
import type { TenantTx } from './database.js';

/** Numbered at once; a longer backlog takes several turns. */
const NUMBERED_AT_ONCE = 2_000;

export const hasUnnumbered = async (tx: TenantTx): Promise<boolean> => {
  const { rows } = await sql<{ waits: boolean }>`/* uncounted */
    select exists (select from outbox where position is null) as waits`.execute(tx);
  return rows[0]?.waits === true;
};

/** Nobody else numbers this tenant's events until the transaction ends. */
const lockStream = async (tx: TenantTx, tenantId: TenantId): Promise<void> => {
  const held = await sql`/* uncounted */ select from event_stream where tenant_id = ${tenantId} for update`.execute(tx);
  if (held.rows.length > 0) return;
  await sql`insert into event_stream (tenant_id) values (${tenantId}) on conflict do nothing`.execute(tx);
  await sql`select from event_stream where tenant_id = ${tenantId} for update`.execute(tx);
};

/**
 * Gives places to events that are committed and have none yet; true when more may wait. The lock comes in a statement of its own: what the
 * next one sees begins after it, so it includes all that the last one who numbered had seen.
 */
export const numberEvents = async (tx: TenantTx, tenantId: TenantId): Promise<boolean> => {
  await lockStream(tx, tenantId);
  const { rows } = await sql<{ n: number }>`/* uncounted */
    with waiting as (
      select event_id, row_number() over (order by insert_order) as n
      from outbox where tenant_id = ${tenantId} and position is null order by insert_order limit ${NUMBERED_AT_ONCE}
    ), numbered as (
      update outbox set position = stream.last_position + waiting.n
      from waiting, event_stream stream
      where outbox.event_id = waiting.event_id and stream.tenant_id = ${tenantId}
      returning 1
    )
    update event_stream set last_position = last_position + (select count(*) from numbered)
    where tenant_id = ${tenantId} returning (select count(*)::integer from numbered) as n`.execute(tx);
  return rows[0]?.n === NUMBERED_AT_ONCE;
};

export const findLastPosition = async (tx: TenantTx, tenantId: TenantId): Promise<number> => {
  const { rows } = await sql<{ last_position: string }>`/* uncounted */
    select last_position from event_stream where tenant_id = ${tenantId}`.execute(tx);
  return Number(rows[0]?.last_position ?? 0);
};

export interface StreamRow {
  readonly position: number;
  readonly event: RecordedAuditEvent;
}

/** In order; only events of these actions. */
export const listStream = async (
  tx: TenantTx,
  query: {
    readonly tenantId: TenantId;
    readonly after: number;
    readonly upTo: number;
    readonly actions: readonly string[];
    readonly limit: number;
  },
): Promise<readonly StreamRow[]> => {
  if (query.actions.length === 0) return [];
  const rows = await tx
    .selectFrom('outbox')
    .innerJoin('audit_event', 'audit_event.event_id', 'outbox.event_id')
    .selectAll('audit_event')
    .select('outbox.position')
    .where('outbox.tenant_id', '=', query.tenantId)
    .where('outbox.position', '>', String(query.after))
    .where('outbox.position', '<=', String(query.upTo))
    .where('audit_event.action', 'in', query.actions as string[])
    .orderBy('outbox.position')
    .limit(query.limit)
    .execute();
  return rows.map(({ position, ...row }) => ({ position: Number(position), event: auditEventOf(row) }));
};

/** Places of events by their ids, for those that have one. */
export const findStreamRows = async (tx: TenantTx, uuids: readonly string[]): Promise<readonly StreamRow[]> => {
  if (uuids.length === 0) return [];
  const rows = await tx
    .selectFrom('outbox')
    .innerJoin('audit_event', 'audit_event.event_id', 'outbox.event_id')
    .selectAll('audit_event')
    .select('outbox.position')
    .where('outbox.event_id', 'in', uuids as string[])
    .where('outbox.position', 'is not', null)
    .execute();
  return rows.map(({ position, ...row }) => ({ position: Number(position), event: auditEventOf(row) }));
};

/** The last place before the first event of that time or later; undefined when there is none. */
export const findPositionBefore = async (tx: TenantTx, since: Instant): Promise<number | undefined> => {
  const first = await tx
    .selectFrom('outbox')
    .innerJoin('audit_event', 'audit_event.event_id', 'outbox.event_id')
    .select(({ fn }) => fn.min('outbox.position').as('position'))
    .where('audit_event.occurred_at', '>=', new Date(since))
    .executeTakeFirst();
  return first?.position == null ? undefined : Number(first.position) - 1;
};

export const listConnectionSources = async (tx: TenantTx): Promise<ReadonlyMap<string, AssetSource>> => {
  const rows = await tx.selectFrom('source_connection').select(['connection_id', 'source']).execute();
  return new Map(rows.map((row) => [row.connection_id, row.source as AssetSource]));
};
