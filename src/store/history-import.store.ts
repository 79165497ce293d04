/** The readings of sources' histories: when the last one began, when one was whole, and why one failed. */
import { sql } from 'kysely';
import type { AssetSource, ConnectionId, TenantId } from '../domain/ids.js';
import type { HistoryImport } from '../domain/incident.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { TenantTx } from './database.js';

export interface ConnectionHistory {
  readonly connectedAt: Instant;
  /** Whether a whole reading came before. */
  readonly wasRead: boolean;
  /** Why the last reading did not take everything in. */
  readonly lastFailure: string | null;
}

export const findConnectionHistory = async (tx: TenantTx, connectionId: ConnectionId): Promise<ConnectionHistory> => {
  const row = await tx
    .selectFrom('source_connection as c')
    .leftJoin('history_import as i', 'i.connection_id', 'c.connection_id')
    .select(['c.created_at', 'i.completed_at', 'i.failure'])
    .where('c.connection_id', '=', connectionId)
    .executeTakeFirstOrThrow();
  return { connectedAt: instantOf(row.created_at), wasRead: row.completed_at !== null, lastFailure: row.failure };
};

export const saveImportStart = async (
  tx: TenantTx,
  tenantId: TenantId,
  connectionId: ConnectionId,
  startedAt: Instant,
): Promise<void> => {
  const begun = { started_at: startedAt, rows_read: null, imported: null, failure: null };
  await tx
    .insertInto('history_import')
    .values({ tenant_id: tenantId, connection_id: connectionId, ...begun })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id']).doUpdateSet(begun))
    .execute();
};

export interface ImportEnd {
  /** Absent: the reading was not whole. */
  readonly completedAt?: Instant;
  readonly rowsRead: number | null;
  readonly imported: number | null;
  readonly failure: string | null;
}

export const saveImportEnd = async (tx: TenantTx, connectionId: ConnectionId, end: ImportEnd): Promise<void> => {
  await tx
    .updateTable('history_import')
    .set({
      rows_read: end.rowsRead,
      imported: end.imported,
      failure: end.failure,
      ...(end.completedAt !== undefined && { completed_at: end.completedAt }),
    })
    .where('connection_id', '=', connectionId)
    .execute();
};

/** Of all connections that were read before, and of those that can be read. */
export const listImports = async (tx: TenantTx, readable: readonly ConnectionId[]): Promise<HistoryImport[]> => {
  const rows = await tx
    .selectFrom('source_connection as c')
    .leftJoin('history_import as i', 'i.connection_id', 'c.connection_id')
    .select(['c.source', 'i.started_at', 'i.completed_at', 'i.rows_read', 'i.imported', 'i.failure'])
    .where(({ eb, or }) => or([eb('i.connection_id', 'is not', null), eb('c.connection_id', '=', sql<string>`any(${readable})`)]))
    .orderBy('c.source')
    .execute();
  return rows.map((row) => ({
    source: row.source as AssetSource,
    startedAt: row.started_at && instantOf(row.started_at),
    completedAt: row.completed_at && instantOf(row.completed_at),
    rowsRead: row.rows_read,
    imported: row.imported,
    failure: row.failure,
  }));
};

export interface OpenDoubts {
  readonly openUnknown: number;
  readonly needsReview: number;
  readonly oldestUnknown: Instant | null;
}

/** Operations of which nobody knows whether they charged. */
export const countOpenDoubts = async (tx: TenantTx): Promise<OpenDoubts> => {
  const row = await tx
    .selectFrom('license_operation')
    .select([
      sql<number>`(count(*) filter (where state = 'UNKNOWN'))::integer`.as('unknown'),
      sql<number>`(count(*) filter (where state = 'NEEDS_REVIEW'))::integer`.as('review'),
      sql<Date | null>`min(sending_at)`.as('oldest'),
    ])
    .where('state', 'in', ['UNKNOWN', 'NEEDS_REVIEW'])
    .executeTakeFirstOrThrow();
  return { openUnknown: row.unknown, needsReview: row.review, oldestUnknown: row.oldest && instantOf(row.oldest) };
};
