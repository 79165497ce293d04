/** Saved lists of assets. */
import { type Selectable, type SqlBool, sql } from 'kysely';
import type { AssetId, TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { Selection } from '../domain/request.js';
import type { ApprovalTables } from './approval.tables.js';
import { jsonb, type TenantTx } from './database.js';

const selectionOf = (row: Selectable<ApprovalTables['selection']>): Selection => ({
  kind: 'Selection',
  uuid: row.selection_id,
  name: row.name,
  assetIds: row.asset_ids as AssetId[],
  requestUuid: row.request_id,
  unreviewed: row.unreviewed as Selection['unreviewed'],
  savedBy: row.saved_by,
  savedAt: instantOf(row.saved_at),
});

export const insertSelection = async (tx: TenantTx, tenantId: TenantId, selection: Omit<Selection, 'kind'>): Promise<void> => {
  await tx
    .insertInto('selection')
    .values({
      selection_id: selection.uuid,
      tenant_id: tenantId,
      name: selection.name,
      asset_ids: [...selection.assetIds],
      request_id: selection.requestUuid,
      unreviewed: jsonb(selection.unreviewed),
      saved_by: selection.savedBy,
      saved_at: selection.savedAt,
    })
    .execute();
};

export const findSelections = async (tx: TenantTx, uuids: readonly string[], savedBy: string): Promise<Selection[]> =>
  (
    await tx
      .selectFrom('selection')
      .selectAll()
      .where('selection_id', 'in', uuids as string[])
      .where('saved_by', '=', savedBy)
      .execute()
  ).map(selectionOf);

export interface SelectionQuery {
  readonly savedBy: string;
  readonly before?: { readonly savedAt: Instant; readonly uuid: string };
  readonly limit: number;
}

/** Newest first. */
export const listSelections = async (tx: TenantTx, { savedBy, before, limit }: SelectionQuery): Promise<Selection[]> => {
  let select = tx.selectFrom('selection').selectAll().where('saved_by', '=', savedBy);
  if (before)
    select = select.where(sql<SqlBool>`(saved_at, selection_id) < (${before.savedAt}::timestamptz, ${before.uuid}::uuid)`);
  return (await select.orderBy('saved_at', 'desc').orderBy('selection_id', 'desc').limit(limit).execute()).map(selectionOf);
};
