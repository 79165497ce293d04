/** Endpoints that get events, with their sealed secrets and how far deliveries were made for them. */
import type { Selectable } from 'kysely';
import type { EventEndpoint } from '../domain/event-endpoint.js';
import type { AssetSource, TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { TenantTx } from './database.js';
import type { Tables } from './tables.js';

type Row = Selectable<Tables['event_endpoint']>;

/** With what only the sender needs. */
export interface EndpointRow {
  readonly endpoint: EventEndpoint;
  readonly sealedSecret: Buffer;
  readonly sealedPrevious: Buffer | null;
  readonly previousUntil: Instant | null;
  readonly fannedOut: number;
}

const endpointOf = (row: Row): EventEndpoint => ({
  kind: 'EventEndpoint',
  uuid: row.endpoint_id,
  tenantId: row.tenant_id as TenantId,
  url: row.url,
  description: row.description,
  types: row.types,
  sources: row.sources as AssetSource[],
  state: row.state,
  disabledReason: row.disabled_reason,
  failingSince: row.failing_since && instantOf(row.failing_since),
  lastSuccessAt: row.last_success_at && instantOf(row.last_success_at),
  createdBy: row.created_by,
  createdAt: instantOf(row.created_at),
});

const rowOf = (row: Row): EndpointRow => ({
  endpoint: endpointOf(row),
  sealedSecret: row.sealed_secret,
  sealedPrevious: row.sealed_previous_secret,
  previousUntil: row.previous_until && instantOf(row.previous_until),
  fannedOut: Number(row.fanned_out),
});

export const insertEndpoint = async (
  tx: TenantTx,
  endpoint: EventEndpoint,
  sealedSecret: Buffer,
  fannedOut: number,
): Promise<void> => {
  await tx
    .insertInto('event_endpoint')
    .values({
      endpoint_id: endpoint.uuid,
      tenant_id: endpoint.tenantId,
      url: endpoint.url,
      description: endpoint.description,
      types: [...endpoint.types],
      sources: [...endpoint.sources],
      state: endpoint.state,
      sealed_secret: sealedSecret,
      fanned_out: fannedOut,
      created_by: endpoint.createdBy,
      created_at: endpoint.createdAt,
    })
    .execute();
};

/** Newest first. */
export const listEndpoints = async (tx: TenantTx, limit: number): Promise<readonly EventEndpoint[]> => {
  const rows = await tx
    .selectFrom('event_endpoint')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('endpoint_id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(endpointOf);
};

export const findEndpoint = async (tx: TenantTx, uuid: string): Promise<EndpointRow | undefined> => {
  const row = await tx.selectFrom('event_endpoint').selectAll().where('endpoint_id', '=', uuid).executeTakeFirst();
  return row && rowOf(row);
};

export const lockEndpoint = async (tx: TenantTx, uuid: string): Promise<EndpointRow | undefined> => {
  const row = await tx.selectFrom('event_endpoint').selectAll().where('endpoint_id', '=', uuid).forUpdate().executeTakeFirst();
  return row && rowOf(row);
};

/** The caller holds the endpoint's lock. */
export const saveEndpoint = async (tx: TenantTx, endpoint: EventEndpoint): Promise<void> => {
  await tx
    .updateTable('event_endpoint')
    .set({
      url: endpoint.url,
      description: endpoint.description,
      types: [...endpoint.types],
      sources: [...endpoint.sources],
      state: endpoint.state,
      disabled_reason: endpoint.disabledReason,
      failing_since: endpoint.failingSince,
    })
    .where('endpoint_id', '=', endpoint.uuid)
    .execute();
};

export const saveEndpointSecret = async (
  tx: TenantTx,
  uuid: string,
  secret: { readonly sealed: Buffer; readonly previous: Buffer; readonly previousUntil: Instant },
): Promise<void> => {
  await tx
    .updateTable('event_endpoint')
    .set({ sealed_secret: secret.sealed, sealed_previous_secret: secret.previous, previous_until: secret.previousUntil })
    .where('endpoint_id', '=', uuid)
    .execute();
};

/** The caller holds the endpoint's lock. */
export const saveFannedOut = async (tx: TenantTx, uuid: string, position: number): Promise<void> => {
  await tx.updateTable('event_endpoint').set({ fanned_out: position }).where('endpoint_id', '=', uuid).execute();
};

/** How exactly the last success is kept: writing it each time would make all deliveries of an endpoint wait for each other. */
const SUCCESS_EXACT_MS = 60_000;

export const recordEndpointSuccess = async (tx: TenantTx, uuid: string, at: Instant): Promise<void> => {
  await tx
    .updateTable('event_endpoint')
    .set({ failing_since: null, last_success_at: at })
    .where('endpoint_id', '=', uuid)
    .where(({ eb, or }) =>
      or([
        eb('failing_since', 'is not', null),
        eb('last_success_at', 'is', null),
        eb('last_success_at', '<', new Date(Date.parse(at) - SUCCESS_EXACT_MS)),
      ]),
    )
    .execute();
};

/** Returns the endpoint as it is then, and holds its lock. */
export const recordEndpointFailure = async (tx: TenantTx, uuid: string, at: Instant): Promise<EventEndpoint | undefined> => {
  const row = await tx
    .updateTable('event_endpoint')
    .set(({ fn, val, ref }) => ({ failing_since: fn.coalesce(ref('failing_since'), val(new Date(at))) }))
    .where('endpoint_id', '=', uuid)
    .returningAll()
    .executeTakeFirst();
  return row && endpointOf(row);
};
