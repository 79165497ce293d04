/** Changes of metadata at the sources: what was to be, what was there before, what was read back. */
import { sql } from 'kysely';
import type { AssetId, TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import { jsonb, type TenantTx } from './database.js';

export interface MetadataUpdate {
  readonly uuid: string;
  readonly assetId: AssetId;
  readonly changes: readonly { readonly name: string; readonly value: string | null }[];
  readonly before: Readonly<Record<string, unknown>>;
  readonly state: 'SENDING' | 'UPDATED' | 'NOT_CONFIRMED';
  readonly requestedBy: string;
  /** Until then whoever began it may still be at it. */
  readonly leaseUntil: Instant;
}

/** The uuid of the change that was begun last; null: there was none. */
export const findLastMetadataUpdate = async (tx: TenantTx, assetId: AssetId): Promise<string | null> => {
  const row = await tx
    .selectFrom('metadata_update')
    .select('metadata_update_id')
    .where('asset_id', '=', assetId)
    .orderBy('metadata_update_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.metadata_update_id ?? null;
};

/** Until the transaction ends nobody else begins a change of this asset. True: one is under way. */
export const lockMetadata = async (tx: TenantTx, assetId: AssetId, at: Instant): Promise<boolean> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`metadata/${assetId}`}, 0))`.execute(tx);
  const row = await tx
    .selectFrom('metadata_update')
    .select('metadata_update_id')
    .where('asset_id', '=', assetId)
    .where('state', '=', 'SENDING')
    .where('lease_until', '>', new Date(at))
    .executeTakeFirst();
  return row !== undefined;
};

export const insertMetadataUpdate = async (
  tx: TenantTx,
  tenantId: TenantId,
  update: MetadataUpdate,
  at: Instant,
): Promise<void> => {
  await tx
    .insertInto('metadata_update')
    .values({
      metadata_update_id: update.uuid,
      tenant_id: tenantId,
      asset_id: update.assetId,
      changes: jsonb(update.changes),
      before: jsonb(update.before),
      state: 'SENDING',
      requested_by: update.requestedBy,
      lease_until: update.leaseUntil,
      created_at: at,
    })
    .execute();
};

/** False: it was settled already. */
export const settleMetadataUpdate = async (
  tx: TenantTx,
  uuid: string,
  result: { readonly state: Exclude<MetadataUpdate['state'], 'SENDING'>; readonly after: Readonly<Record<string, unknown>> },
  at: Instant,
): Promise<boolean> => {
  const row = await tx
    .updateTable('metadata_update')
    .set({ state: result.state, after: jsonb(result.after), settled_at: at })
    .where('metadata_update_id', '=', uuid)
    .where('state', '=', 'SENDING')
    .returning('metadata_update_id')
    .executeTakeFirst();
  return row !== undefined;
};

export const findMetadataUpdate = async (tx: TenantTx, uuid: string): Promise<MetadataUpdate | undefined> => {
  const row = await tx.selectFrom('metadata_update').selectAll().where('metadata_update_id', '=', uuid).executeTakeFirst();
  return (
    row && {
      uuid: row.metadata_update_id,
      assetId: row.asset_id as AssetId,
      changes: row.changes as MetadataUpdate['changes'],
      before: row.before as MetadataUpdate['before'],
      state: row.state,
      requestedBy: row.requested_by,
      leaseUntil: instantOf(row.lease_until),
    }
  );
};
