/** What is on its way to endpoints: one row per event and endpoint, kept until it ends and for a while after. */
import { type Selectable, sql } from 'kysely';
import type { EventDelivery, EventDeliveryState } from '../domain/event-endpoint.js';
import type { TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { TenantTx } from './database.js';
import type { Tables } from './tables.js';

const deliveryOf = (row: Selectable<Tables['event_delivery']>): EventDelivery => ({
  kind: 'EventDelivery',
  number: row.delivery_no,
  eventUuid: row.event_id,
  position: Number(row.position),
  subjectId: row.subject_id,
  state: row.state,
  attempts: row.attempts,
  dueAt: instantOf(row.due_at),
  lastStatus: row.last_status,
  lastError: row.last_error,
  createdAt: instantOf(row.created_at),
  endedAt: row.ended_at && instantOf(row.ended_at),
});

/** In the order of the stream. The caller holds the endpoint's lock, so that numbers are committed in their order. */
export const insertDeliveries = async (
  tx: TenantTx,
  tenantId: TenantId,
  endpointUuid: string,
  events: readonly { readonly uuid: string; readonly position: number; readonly subjectId: string }[],
  at: Instant,
): Promise<void> => {
  if (events.length === 0) return;
  await tx
    .insertInto('event_delivery')
    .values(
      events.map((event) => ({
        tenant_id: tenantId,
        endpoint_id: endpointUuid,
        event_id: event.uuid,
        position: event.position,
        subject_id: event.subjectId,
        state: 'PENDING' as const,
        due_at: at,
        created_at: at,
      })),
    )
    .execute();
};

/** Enabled endpoints for which events wait to be shared out, or deliveries to be tried. */
export const listBusyEndpoints = async (
  tx: TenantTx,
  tenantId: TenantId,
  at: Instant,
): Promise<readonly { readonly uuid: string; readonly behind: boolean; readonly due: boolean }[]> => {
  const { rows } = await sql<{ endpoint_id: string; behind: boolean; due: boolean }>`/* uncounted */
    select * from (
      select e.endpoint_id, e.fanned_out < s.last_position as behind,
        exists (select from event_delivery d where d.endpoint_id = e.endpoint_id and d.state = 'PENDING' and d.due_at <= ${at}::timestamptz) as due
      from event_endpoint e join event_stream s on s.tenant_id = e.tenant_id
      where e.tenant_id = ${tenantId} and e.state = 'ENABLED'
    ) busy where behind or due`.execute(tx);
  return rows.map((row) => ({ uuid: row.endpoint_id, behind: row.behind, due: row.due }));
};

/**
 * Takes deliveries that are due, until `until`: who has not ended by then is taken for dead. Of each subject only the first that has not
 * ended, so that none overtakes another.
 */
export const claimDeliveries = async (
  tx: TenantTx,
  endpointUuid: string,
  claim: { readonly uuid: string; readonly at: Instant; readonly until: Instant; readonly limit: number },
): Promise<readonly EventDelivery[]> => {
  const { rows } = await sql<Selectable<Tables['event_delivery']>>`/* uncounted */
    with due as (
      select d.delivery_no from event_delivery d
      where d.endpoint_id = ${endpointUuid} and d.state = 'PENDING' and d.due_at <= ${claim.at}::timestamptz
        and not exists (
          select from event_delivery first where first.endpoint_id = d.endpoint_id and first.subject_id = d.subject_id
            and first.state = 'PENDING' and first.delivery_no < d.delivery_no)
        and exists (select from event_endpoint e where e.endpoint_id = d.endpoint_id and e.state = 'ENABLED')
      order by d.delivery_no limit ${claim.limit} for update of d skip locked
    )
    update event_delivery d set claim = ${claim.uuid}::uuid, due_at = ${claim.until}::timestamptz
    from due where d.delivery_no = due.delivery_no returning d.*`.execute(tx);
  return rows.map(deliveryOf).sort((a, b) => Number(a.number) - Number(b.number));
};

export interface DeliveryChange {
  readonly state: EventDeliveryState;
  readonly dueAt: Instant;
  readonly endedAt: Instant | null;
  readonly attempts: number;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
}

/** False when somebody else has taken it meanwhile: then nothing is changed. */
export const settleDelivery = async (
  tx: TenantTx,
  delivery: EventDelivery,
  claim: string,
  change: DeliveryChange,
): Promise<boolean> => {
  const settled = await tx
    .updateTable('event_delivery')
    .set({
      state: change.state,
      due_at: change.dueAt,
      ended_at: change.endedAt,
      last_status: change.lastStatus,
      last_error: change.lastError,
      attempts: change.attempts,
      claim: null,
    })
    .where('delivery_no', '=', delivery.number)
    .where('claim', '=', claim)
    .where('state', '=', 'PENDING')
    .executeTakeFirst();
  return settled.numUpdatedRows > 0n;
};

export const releaseDelivery = async (tx: TenantTx, delivery: EventDelivery, claim: string, dueAt: Instant): Promise<void> => {
  await tx
    .updateTable('event_delivery')
    .set({ due_at: dueAt, claim: null })
    .where('delivery_no', '=', delivery.number)
    .where('claim', '=', claim)
    .where('state', '=', 'PENDING')
    .execute();
};

/** Those of the same subject that come after it need not be looked at before it. */
export const putOffFollowers = async (
  tx: TenantTx,
  endpointUuid: string,
  delivery: EventDelivery,
  dueAt: Instant,
): Promise<void> => {
  await tx
    .updateTable('event_delivery')
    .set({ due_at: dueAt })
    .where('endpoint_id', '=', endpointUuid)
    .where('subject_id', '=', delivery.subjectId)
    .where('state', '=', 'PENDING')
    .where('delivery_no', '>', delivery.number)
    .where('due_at', '<', new Date(dueAt))
    .execute();
};

/** What nobody is trying at the moment is tried at once. */
export const hurryDeliveries = async (tx: TenantTx, endpointUuid: string, at: Instant): Promise<void> => {
  await tx
    .updateTable('event_delivery')
    .set({ due_at: at })
    .where('endpoint_id', '=', endpointUuid)
    .where('state', '=', 'PENDING')
    .where('claim', 'is', null)
    .execute();
};

/** The latest first. */
export const listDeliveries = async (
  tx: TenantTx,
  endpointUuid: string,
  query: { readonly states?: readonly EventDeliveryState[]; readonly before?: string; readonly limit: number },
): Promise<readonly EventDelivery[]> => {
  if (query.states?.length === 0) return [];
  let select = tx.selectFrom('event_delivery').selectAll().where('endpoint_id', '=', endpointUuid);
  if (query.states) select = select.where('state', 'in', [...query.states]);
  if (query.before !== undefined) select = select.where('delivery_no', '<', query.before);
  return (await select.orderBy('delivery_no', 'desc').limit(query.limit).execute()).map(deliveryOf);
};

export const deleteEndedDeliveries = async (tx: TenantTx, before: Instant): Promise<void> => {
  await tx.deleteFrom('event_delivery').where('ended_at', '<', new Date(before)).execute();
};
