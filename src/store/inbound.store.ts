/** Connections of other systems, what they reported, and what became of each report. */
import { type Selectable, sql } from 'kysely';
import type { AssetId, TenantId } from '../domain/ids.js';
import type { InboundConnection, InboundDoor, InboundEvent, InboundState } from '../domain/inbound.js';
import { isInboundKind } from '../domain/inbound.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { Database, TenantTx } from './database.js';
import type { Tables } from './tables.js';

const connectionOf = (row: Omit<Selectable<Tables['inbound_connection']>, 'sealed_secret'>): InboundConnection => ({
  uuid: row.inbound_connection_id,
  name: row.name,
  system: row.system,
  kinds: row.kinds.filter(isInboundKind),
  enabled: row.disabled_at === null,
  createdBy: row.created_by,
  createdAt: instantOf(row.created_at),
  rotatedAt: row.rotated_at && instantOf(row.rotated_at),
  disabledAt: row.disabled_at && instantOf(row.disabled_at),
});

/** Outside a tenant's transaction: the tenant is what it finds out. Undefined also for a connection that is disabled. */
export const findInboundDoor = async (db: Database, uuid: string): Promise<InboundDoor | undefined> => {
  const { rows } = await sql<{
    tenant_id: string;
    sealed_secret: Buffer;
    sealed_previous: Buffer | null;
    previous_until: Date | null;
  }>`select * from find_inbound_connection(${uuid})`.execute(db);
  const row = rows[0];
  return (
    row && {
      uuid,
      tenantId: row.tenant_id as TenantId,
      sealedSecret: row.sealed_secret,
      sealedPrevious: row.sealed_previous,
      previousUntil: row.previous_until && instantOf(row.previous_until),
    }
  );
};

/** False: the name is taken. */
export const insertInboundConnection = async (
  tx: TenantTx,
  tenantId: TenantId,
  connection: Pick<InboundConnection, 'uuid' | 'name' | 'system' | 'kinds' | 'createdBy' | 'createdAt'>,
  sealedSecret: Buffer,
): Promise<boolean> => {
  const row = await tx
    .insertInto('inbound_connection')
    .values({
      inbound_connection_id: connection.uuid,
      tenant_id: tenantId,
      name: connection.name,
      system: connection.system,
      kinds: [...connection.kinds],
      sealed_secret: sealedSecret,
      created_by: connection.createdBy,
      created_at: connection.createdAt,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doNothing())
    .returning('inbound_connection_id')
    .executeTakeFirst();
  return row !== undefined;
};

export const findInboundConnections = async (tx: TenantTx, uuids?: readonly string[]): Promise<InboundConnection[]> => {
  let select = tx.selectFrom('inbound_connection').selectAll();
  if (uuids) select = select.where('inbound_connection_id', 'in', uuids as string[]);
  return (await select.orderBy('created_at', 'desc').limit(1_000).execute()).map(connectionOf);
};

export const lockInboundConnection = async (
  tx: TenantTx,
  uuid: string,
): Promise<{ readonly connection: InboundConnection; readonly sealedSecret: Buffer } | undefined> => {
  const row = await tx
    .selectFrom('inbound_connection')
    .selectAll()
    .where('inbound_connection_id', '=', uuid)
    .forUpdate()
    .executeTakeFirst();
  return row && { connection: connectionOf(row), sealedSecret: row.sealed_secret };
};

export const rotateInboundSecret = async (
  tx: TenantTx,
  uuid: string,
  secrets: { readonly sealed: Buffer; readonly previous: Buffer; readonly previousUntil: Instant },
  at: Instant,
): Promise<void> => {
  await tx
    .updateTable('inbound_connection')
    .set({
      sealed_secret: secrets.sealed,
      sealed_previous: secrets.previous,
      previous_until: secrets.previousUntil,
      rotated_at: at,
    })
    .where('inbound_connection_id', '=', uuid)
    .execute();
};

export const disableInboundConnection = async (tx: TenantTx, uuid: string, by: string, at: Instant): Promise<void> => {
  await tx
    .updateTable('inbound_connection')
    .set({ disabled_by: by, disabled_at: at })
    .where('inbound_connection_id', '=', uuid)
    .execute();
};

export interface NewInboundEvent
  extends Pick<InboundEvent, 'uuid' | 'connectionUuid' | 'webhookId' | 'receivedAt' | 'requestId' | 'body'> {
  readonly tenantId: TenantId;
  readonly sentAt: Instant;
}

/** False: this connection has sent something under this id already. */
export const appendInboundEvent = async (tx: TenantTx, event: NewInboundEvent): Promise<boolean> => {
  const row = await tx
    .insertInto('inbound_event')
    .values({
      inbound_event_id: event.uuid,
      tenant_id: event.tenantId,
      inbound_connection_id: event.connectionUuid,
      webhook_id: event.webhookId,
      sent_at: event.sentAt,
      received_at: event.receivedAt,
      request_id: event.requestId,
      body: event.body,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'inbound_connection_id', 'webhook_id']).doNothing())
    .returning('inbound_event_id')
    .executeTakeFirst();
  if (!row) return false;
  await tx
    .insertInto('inbound_work')
    .values({
      inbound_event_id: event.uuid,
      tenant_id: event.tenantId,
      state: 'RECEIVED',
      next_try_at: event.receivedAt,
      changed_at: event.receivedAt,
    })
    .execute();
  return true;
};

type EventRow = Selectable<Tables['inbound_event']> & Selectable<Tables['inbound_work']>;
const eventOf = (row: EventRow): InboundEvent => ({
  uuid: row.inbound_event_id,
  connectionUuid: row.inbound_connection_id,
  webhookId: row.webhook_id,
  receivedAt: instantOf(row.received_at),
  requestId: row.request_id,
  body: row.body,
  state: row.state,
  eventKind: row.kind,
  reason: row.reason,
  assetId: row.asset_id as AssetId | null,
  licenseUuid: row.license_id,
  attempts: row.attempts,
  changedAt: instantOf(row.changed_at),
});

const joined = (tx: TenantTx) =>
  tx
    .selectFrom('inbound_event')
    .innerJoin('inbound_work', 'inbound_work.inbound_event_id', 'inbound_event.inbound_event_id')
    .selectAll('inbound_work')
    .selectAll('inbound_event');

/** Those that wait and are due, in the order in which they came. */
export const listDueInboundEvents = async (tx: TenantTx, at: Instant, limit: number): Promise<InboundEvent[]> =>
  (
    await joined(tx)
      .where('inbound_work.state', '=', 'RECEIVED')
      .where('inbound_work.next_try_at', '<=', new Date(at))
      .orderBy('inbound_work.next_try_at')
      .orderBy('inbound_work.inbound_event_id')
      .limit(limit)
      .execute()
  ).map((row) => eventOf(row as EventRow));

/** When the next one is due; null: none waits. */
export const nextInboundAt = async (tx: TenantTx): Promise<Instant | null> => {
  const row = await tx
    .selectFrom('inbound_work')
    .select(({ fn }) => fn.min('next_try_at').as('at'))
    .where('state', '=', 'RECEIVED')
    .executeTakeFirst();
  return row?.at ? instantOf(row.at) : null;
};

/** Takes one that waits, until the transaction ends; false: somebody else has it, or it is done. */
export const claimInboundEvent = async (tx: TenantTx, uuid: string): Promise<boolean> =>
  (await tx
    .selectFrom('inbound_work')
    .select('inbound_event_id')
    .where('inbound_event_id', '=', uuid)
    .where('state', '=', 'RECEIVED')
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()) !== undefined;

export interface InboundResult {
  readonly state: InboundState;
  readonly eventKind: string | null;
  readonly reason: string | null;
  readonly assetId: AssetId | null;
  readonly licenseUuid: string | null;
}

/** False: it was settled already. */
export const settleInboundEvent = async (tx: TenantTx, uuid: string, result: InboundResult, at: Instant): Promise<boolean> => {
  const row = await tx
    .updateTable('inbound_work')
    .set(({ eb }) => ({
      state: result.state,
      kind: result.eventKind,
      reason: result.reason,
      asset_id: result.assetId,
      license_id: result.licenseUuid,
      attempts: eb('attempts', '+', 1),
      changed_at: at,
    }))
    .where('inbound_event_id', '=', uuid)
    .where('state', '=', 'RECEIVED')
    .returning('inbound_event_id')
    .executeTakeFirst();
  return row !== undefined;
};

export const postponeInboundEvent = async (
  tx: TenantTx,
  uuid: string,
  reason: string,
  until: Instant,
  at: Instant,
): Promise<void> => {
  await tx
    .updateTable('inbound_work')
    .set(({ eb }) => ({ reason, attempts: eb('attempts', '+', 1), next_try_at: until, changed_at: at }))
    .where('inbound_event_id', '=', uuid)
    .where('state', '=', 'RECEIVED')
    .execute();
};

export interface InboundQuery {
  readonly states?: readonly InboundState[];
  readonly connectionUuid?: string;
  readonly before?: { readonly receivedAt: Instant; readonly uuid: string };
  readonly limit: number;
}

/** Newest first. */
export const listInboundEvents = async (tx: TenantTx, query: InboundQuery): Promise<InboundEvent[]> => {
  let select = joined(tx);
  if (query.states)
    select = select.where('inbound_work.state', 'in', query.states.length > 0 ? query.states : ['' as InboundState]);
  if (query.connectionUuid) select = select.where('inbound_event.inbound_connection_id', '=', query.connectionUuid);
  const place = query.before;
  if (place)
    select = select.where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('inbound_event.received_at', 'inbound_event.inbound_event_id'),
        '<',
        tuple(new Date(place.receivedAt), place.uuid),
      ),
    );
  const rows = await select
    .orderBy('inbound_event.received_at', 'desc')
    .orderBy('inbound_event.inbound_event_id', 'desc')
    .limit(query.limit)
    .execute();
  return rows.map((row) => eventOf(row as EventRow));
};
