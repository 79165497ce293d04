/** The audit trail: events are appended in the transaction of the change that they record, and read by keyset. */
import type { Selectable } from 'kysely';
import {
  type AuditAction,
  type AuditEvent,
  auditBody,
  auditLeafHash,
  type RecordedAuditEvent,
  type SubjectType,
} from '../domain/audit-event.js';
import type { JsonValue } from '../domain/canonical-json.js';
import type { AssetId, TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import { jsonb, type TenantTx } from './database.js';
import type { Tables } from './tables.js';

export const appendAuditEvent = async (tx: TenantTx, event: AuditEvent): Promise<void> => {
  const body = auditBody(event);
  await tx
    .insertInto('audit_event')
    .values({
      event_id: event.uuid,
      tenant_id: event.tenantId,
      occurred_at: event.occurredAt,
      actor: event.actor,
      action: event.action,
      subject_type: event.subjectType,
      subject_id: event.subjectId,
      asset_id: event.assetId,
      license_id: event.licenseUuid,
      request_id: event.requestId,
      data: jsonb(event.data),
      body,
      leaf_hash: auditLeafHash(body),
    })
    .execute();
};

export const auditEventOf = (row: Selectable<Tables['audit_event']>): RecordedAuditEvent => ({
  kind: 'AuditEvent',
  uuid: row.event_id,
  tenantId: row.tenant_id as TenantId,
  occurredAt: instantOf(row.occurred_at),
  actor: row.actor,
  action: row.action as AuditAction,
  subjectType: row.subject_type as SubjectType,
  subjectId: row.subject_id,
  assetId: row.asset_id as AssetId | null,
  licenseUuid: row.license_id,
  requestId: row.request_id,
  data: row.data as Record<string, JsonValue>,
  leafHash: row.leaf_hash.toString('hex'),
});

/** Newest first. `before` is the place of the last event already seen. */
export interface AuditQuery {
  readonly actions?: readonly string[];
  readonly subjectId?: string;
  readonly assetId?: AssetId;
  readonly licenseUuid?: string;
  readonly actor?: string;
  readonly occurredAfter?: Instant;
  readonly occurredBefore?: Instant;
  readonly before?: AuditPlace;
  readonly limit: number;
}

export const listAuditEvents = async (tx: TenantTx, query: AuditQuery): Promise<RecordedAuditEvent[]> => {
  let select = tx.selectFrom('audit_event').selectAll();
  if (query.actions) select = select.where('action', 'in', query.actions.length > 0 ? query.actions : ['']);
  if (query.subjectId) select = select.where('subject_id', '=', query.subjectId);
  if (query.assetId) select = select.where('asset_id', '=', query.assetId);
  if (query.licenseUuid) select = select.where('license_id', '=', query.licenseUuid);
  if (query.actor) select = select.where('actor', '=', query.actor);
  if (query.occurredAfter) select = select.where('occurred_at', '>=', new Date(query.occurredAfter));
  if (query.occurredBefore) select = select.where('occurred_at', '<', new Date(query.occurredBefore));
  const place = query.before;
  if (place) {
    select = select.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('occurred_at', 'event_id'), '<', tuple(new Date(place.occurredAt), place.uuid)),
    );
  }
  const rows = await select.orderBy('occurred_at', 'desc').orderBy('event_id', 'desc').limit(query.limit).execute();
  return rows.map(auditEventOf);
};

export interface AuditPlace {
  readonly occurredAt: Instant;
  readonly uuid: string;
}

/** A page of the events of each asset or license, newest first, in one statement for all. */
export const listAuditEventsOfMany = async (
  tx: TenantTx,
  subject: 'asset_id' | 'license_id',
  ids: readonly string[],
  page: { readonly limit: number; readonly before?: AuditPlace },
): Promise<Map<string, RecordedAuditEvent[]>> => {
  const place = page.before;
  const rows = await tx
    .selectFrom((from) => {
      const ranked = from
        .selectFrom('audit_event')
        .selectAll()
        .select(({ fn }) =>
          fn
            .agg<number>('row_number')
            .over((over) => over.partitionBy(subject).orderBy('occurred_at', 'desc').orderBy('event_id', 'desc'))
            .as('place'),
        )
        .where(subject, 'in', ids as string[]);
      if (!place) return ranked.as('ranked');
      return ranked
        .where(({ eb, refTuple, tuple }) =>
          eb(refTuple('occurred_at', 'event_id'), '<', tuple(new Date(place.occurredAt), place.uuid)),
        )
        .as('ranked');
    })
    .selectAll()
    .where('place', '<=', page.limit)
    .orderBy('occurred_at', 'desc')
    .orderBy('event_id', 'desc')
    .execute();
  const byId = new Map<string, RecordedAuditEvent[]>();
  for (const row of rows) {
    const id = row[subject] as string;
    const list = byId.get(id);
    if (list) list.push(auditEventOf(row));
    else byId.set(id, [auditEventOf(row)]);
  }
  return byId;
};

export const findAuditEvents = async (tx: TenantTx, uuids: readonly string[]): Promise<RecordedAuditEvent[]> =>
  (
    await tx
      .selectFrom('audit_event')
      .selectAll()
      .where('event_id', 'in', uuids as string[])
      .execute()
  ).map(auditEventOf);
