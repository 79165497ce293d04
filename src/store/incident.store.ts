/** Incidents: purchases that only one side knows of. One for one thing, opened, closed, and opened again. */
import type { Selectable } from 'kysely';
import type { AssetId, AssetSource, TenantId } from '../domain/ids.js';
import type { Incident, IncidentKind } from '../domain/incident.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { TenantTx } from './database.js';
import type { Tables } from './tables.js';

/** Who closes what has explained itself. */
export const SYSTEM_IMPORT = 'system:import';

export interface NewIncident {
  readonly uuid: string;
  readonly tenantId: TenantId;
  readonly source: AssetSource;
  readonly account: string;
  readonly assetId: AssetId;
  readonly openedAt: Instant;
  /** The row of the history, or the operation, that the other side does not know. */
  readonly upstreamPurchaseUuid?: string;
  readonly operationUuid?: string;
}

/**
 * The uuid of the incident that is open now and was not before; undefined when there is one already, or a person has closed it. One that had
 * explained itself opens again.
 */
export const openIncident = async (tx: TenantTx, incident: NewIncident): Promise<string | undefined> => {
  const thing = incident.upstreamPurchaseUuid ?? (incident.operationUuid as string);
  const held = await tx
    .selectFrom('incident')
    .select(['incident_id', 'closed_at', 'closed_by'])
    .where(({ eb, or }) => or([eb('upstream_purchase_id', '=', thing), eb('operation_id', '=', thing)]))
    .forUpdate()
    .executeTakeFirst();
  if (held) {
    if (held.closed_at === null || held.closed_by !== SYSTEM_IMPORT) return undefined;
    await tx
      .updateTable('incident')
      .set({ closed_at: null, closed_by: null, note: null, opened_at: incident.openedAt })
      .where('incident_id', '=', held.incident_id)
      .execute();
    return held.incident_id;
  }
  await tx
    .insertInto('incident')
    .values({
      incident_id: incident.uuid,
      tenant_id: incident.tenantId,
      kind: incident.upstreamPurchaseUuid === undefined ? 'UNMATCHED_LOCAL' : 'UNMATCHED_UPSTREAM',
      source: incident.source,
      account: incident.account,
      upstream_purchase_id: incident.upstreamPurchaseUuid ?? null,
      operation_id: incident.operationUuid ?? null,
      asset_id: incident.assetId,
      opened_at: incident.openedAt,
    })
    .execute();
  return incident.uuid;
};

export interface ClosedIncident {
  readonly uuid: string;
  readonly assetId: AssetId;
}

export interface Closing {
  readonly closedAt: Instant;
  readonly closedBy: string;
  readonly note: string;
}

/** Closes the incident about this row or operation, if one is open. */
export const closeIncidentOf = async (
  tx: TenantTx,
  thing: { readonly upstreamPurchaseUuid: string } | { readonly operationUuid: string },
  closing: Closing,
): Promise<ClosedIncident | undefined> => {
  const row = await tx
    .updateTable('incident')
    .set({ closed_at: closing.closedAt, closed_by: closing.closedBy, note: closing.note })
    .where(({ eb }) =>
      'operationUuid' in thing
        ? eb('operation_id', '=', thing.operationUuid)
        : eb('upstream_purchase_id', '=', thing.upstreamPurchaseUuid),
    )
    .where('closed_at', 'is', null)
    .returning(['incident_id', 'asset_id'])
    .executeTakeFirst();
  return row && { uuid: row.incident_id, assetId: row.asset_id as AssetId };
};

/** False when it is closed already. */
export const closeIncident = async (tx: TenantTx, uuid: string, closing: Closing): Promise<boolean> => {
  const result = await tx
    .updateTable('incident')
    .set({ closed_at: closing.closedAt, closed_by: closing.closedBy, note: closing.note })
    .where('incident_id', '=', uuid)
    .where('closed_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
};

type IncidentRow = Selectable<Tables['incident']> & {
  readonly u_license_type: string | null;
  readonly u_licensed_at: Date | null;
  readonly u_licensed_at_text: string | null;
  readonly u_source_reference: string | null;
  readonly u_first_seen_at: Date | null;
  readonly u_license_id: string | null;
  readonly u_raw: unknown;
};

const incidentOf = (row: IncidentRow): Incident => ({
  kind: 'Incident',
  uuid: row.incident_id,
  incidentKind: row.kind,
  source: row.source as AssetSource,
  assetId: row.asset_id as AssetId,
  openedAt: instantOf(row.opened_at),
  closedAt: row.closed_at && instantOf(row.closed_at),
  closedBy: row.closed_by,
  note: row.note,
  operationUuid: row.operation_id,
  purchase:
    row.u_license_type === null || row.u_first_seen_at === null
      ? null
      : {
          licenseType: row.u_license_type,
          licensedAt: row.u_licensed_at && instantOf(row.u_licensed_at),
          licensedAtText: row.u_licensed_at_text,
          sourceReference: row.u_source_reference,
          firstSeenAt: instantOf(row.u_first_seen_at),
          licenseUuid: row.u_license_id,
          raw: row.u_raw,
        },
});

const withPurchases = (tx: TenantTx) =>
  tx
    .selectFrom('incident as i')
    .leftJoin('upstream_purchase as u', 'u.upstream_purchase_id', 'i.upstream_purchase_id')
    .selectAll('i')
    .select([
      'u.license_type as u_license_type',
      'u.licensed_at as u_licensed_at',
      'u.licensed_at_text as u_licensed_at_text',
      'u.source_reference as u_source_reference',
      'u.first_seen_at as u_first_seen_at',
      'u.license_id as u_license_id',
      'u.raw as u_raw',
    ]);

export const findIncident = async (tx: TenantTx, uuid: string): Promise<Incident | undefined> => {
  const row = await withPurchases(tx).where('i.incident_id', '=', uuid).executeTakeFirst();
  return row && incidentOf(row);
};

export interface IncidentQuery {
  /** Absent: of both. */
  readonly kind?: IncidentKind;
  /** Absent: open ones and closed ones. */
  readonly closed?: boolean;
  readonly before?: { readonly openedAt: Instant; readonly uuid: string };
  readonly limit: number;
}

/** Newest first. */
export const listIncidents = async (tx: TenantTx, query: IncidentQuery): Promise<Incident[]> => {
  let select = withPurchases(tx);
  if (query.kind) select = select.where('i.kind', '=', query.kind);
  if (query.closed !== undefined) select = select.where('i.closed_at', query.closed ? 'is not' : 'is', null);
  const place = query.before;
  if (place) {
    select = select.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('i.opened_at', 'i.incident_id'), '<', tuple(new Date(place.openedAt), place.uuid)),
    );
  }
  const rows = await select.orderBy('i.opened_at', 'desc').orderBy('i.incident_id', 'desc').limit(query.limit).execute();
  return rows.map(incidentOf);
};
