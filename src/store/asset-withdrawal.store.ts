/** Assets that their source has withdrawn, and the sets of changes that said so. */
import { sql } from 'kysely';
import type { AssetId, ConnectionId, TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import { jsonb, type TenantTx } from './database.js';

export interface Withdrawal {
  readonly assetId: AssetId;
  readonly withdrawnAt: Instant;
  /** What the source called it. */
  readonly word: string;
}

/** Those of the assets that are withdrawn now; one statement for a whole page. */
export const findWithdrawals = async (tx: TenantTx, assetIds: readonly string[]): Promise<ReadonlyMap<AssetId, Withdrawal>> => {
  if (assetIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom('asset_withdrawal')
    .select(['asset_id', 'withdrawn_at', 'word'])
    .where('asset_id', 'in', assetIds as string[])
    .execute();
  return new Map(
    rows.map((row) => [
      row.asset_id as AssetId,
      { assetId: row.asset_id as AssetId, withdrawnAt: instantOf(row.withdrawn_at), word: row.word },
    ]),
  );
};

/** The assets that were not withdrawn before. */
export const insertWithdrawals = async (
  tx: TenantTx,
  tenantId: TenantId,
  withdrawals: readonly Withdrawal[],
  at: Instant,
): Promise<readonly AssetId[]> => {
  if (withdrawals.length === 0) return [];
  const rows = await tx
    .insertInto('asset_withdrawal')
    .values(
      withdrawals.map(({ assetId, withdrawnAt, word }) => ({
        tenant_id: tenantId,
        asset_id: assetId,
        withdrawn_at: withdrawnAt,
        word,
        recorded_at: at,
      })),
    )
    .onConflict((conflict) => conflict.columns(['tenant_id', 'asset_id']).doNothing())
    .returning('asset_id')
    .execute();
  return rows.map((row) => row.asset_id as AssetId);
};

/** The assets that had been withdrawn and are back. */
export const deleteWithdrawals = async (tx: TenantTx, assetIds: readonly AssetId[]): Promise<readonly AssetId[]> => {
  if (assetIds.length === 0) return [];
  const rows = await tx.deleteFrom('asset_withdrawal').where('asset_id', 'in', assetIds).returning('asset_id').execute();
  return rows.map((row) => row.asset_id as AssetId);
};

/** False: the set is stored already. */
export const insertChangeSet = async (
  tx: TenantTx,
  set: {
    readonly tenantId: TenantId;
    readonly connectionId: ConnectionId;
    readonly id: string;
    readonly changes: readonly object[];
  },
  at: Instant,
): Promise<boolean> => {
  const row = await tx
    .insertInto('change_set')
    .values({
      tenant_id: set.tenantId,
      connection_id: set.connectionId,
      change_set_id: set.id,
      changes: jsonb(set.changes),
      stored_at: at,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id', 'change_set_id']).doNothing())
    .returning('change_set_id')
    .executeTakeFirst();
  return row !== undefined;
};

/** Those of the assets that the tenant has a license of. */
export const findLicensedAssets = async (tx: TenantTx, assetIds: readonly AssetId[]): Promise<ReadonlySet<AssetId>> => {
  if (assetIds.length === 0) return new Set();
  const { rows } = await sql<{ asset_id: AssetId }>`
    select distinct asset_id from license where asset_id = any (${[...assetIds]}::text[])`.execute(tx);
  return new Set(rows.map((row) => row.asset_id));
};

/** Whether a license of the asset stands that its source has not cancelled. */
export const hasStandingLicense = async (tx: TenantTx, assetId: AssetId): Promise<boolean> =>
  (await tx
    .selectFrom('license')
    .select('license_id')
    .where('asset_id', '=', assetId)
    .where('state', '<>', 'CANCELLED')
    .limit(1)
    .executeTakeFirst()) !== undefined;

/** The operator's own tenant has no connections, and takes no part in what an account hears. */
export const isConnected = async (tx: TenantTx, connectionId: ConnectionId): Promise<boolean> =>
  (await tx
    .selectFrom('source_connection')
    .select('connection_id')
    .where('connection_id', '=', connectionId)
    .executeTakeFirst()) !== undefined;
