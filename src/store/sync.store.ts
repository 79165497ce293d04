/** How far feeds and polls have been read, the facts that polls brought, and which assets are copies of which. */
import { sql } from 'kysely';
import type { StockOrigin } from '../domain/asset.js';
import type { AssetFacts } from '../domain/asset-facts.js';
import type { AssetId, AssetSource, ConnectionId, TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import { jsonb, type TenantTx } from './database.js';

export interface SyncState {
  readonly cursor: string | null;
  /** When it was last read to its end. */
  readonly drainedAt: Instant | null;
  /** When reading last began at the beginning. */
  readonly begunAt: Instant | null;
}

/**
 * Reads the state and keeps others from moving it until the transaction ends. The lock is by name, since the row need not be there yet.
 */
export const lockSyncState = async (tx: TenantTx, connectionId: ConnectionId, stream: string): Promise<SyncState> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`sync/${connectionId}/${stream}`}, 0))`.execute(tx);
  return findSyncState(tx, connectionId, stream);
};

export const findSyncState = async (tx: TenantTx, connectionId: ConnectionId, stream: string): Promise<SyncState> => {
  const row = await tx
    .selectFrom('sync_state')
    .select(['cursor', 'drained_at', 'begun_at'])
    .where('connection_id', '=', connectionId)
    .where('stream', '=', stream)
    .executeTakeFirst();
  return {
    cursor: row?.cursor ?? null,
    drainedAt: row?.drained_at ? instantOf(row.drained_at) : null,
    begunAt: row?.begun_at ? instantOf(row.begun_at) : null,
  };
};

export const saveSyncState = async (
  tx: TenantTx,
  tenantId: TenantId,
  connectionId: ConnectionId,
  stream: string,
  state: SyncState,
  now: Instant,
): Promise<void> => {
  const row = { cursor: state.cursor, drained_at: state.drainedAt, begun_at: state.begunAt, updated_at: now };
  await tx
    .insertInto('sync_state')
    .values({ tenant_id: tenantId, connection_id: connectionId, stream, ...row })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id', 'stream']).doUpdateSet(row))
    .execute();
};

export const upsertAssetFacts = async (
  tx: TenantTx,
  tenantId: TenantId,
  connectionId: ConnectionId,
  facts: readonly AssetFacts[],
  now: Instant,
): Promise<void> => {
  if (facts.length === 0) return;
  const rows = [...new Map(facts.map((fact) => [fact.externalId, fact])).values()].map((fact) => ({
    tenant_id: tenantId,
    connection_id: connectionId,
    external_id: fact.externalId,
    facts: jsonb(fact),
    polled_at: now,
  }));
  await tx
    .insertInto('asset_facts')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'connection_id', 'external_id'])
        .doUpdateSet(({ ref }) => ({ facts: ref('excluded.facts'), polled_at: ref('excluded.polled_at') })),
    )
    .execute();
};

export const findAssetFacts = async (
  tx: TenantTx,
  connectionId: ConnectionId,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, AssetFacts>> => {
  const rows = await tx
    .selectFrom('asset_facts')
    .select(['external_id', 'facts'])
    .where('connection_id', '=', connectionId)
    .where('external_id', 'in', externalIds as string[])
    .execute();
  return new Map(rows.map((row) => [row.external_id, row.facts as AssetFacts]));
};

export interface AssetLink {
  readonly assetId: AssetId;
  readonly stock: StockOrigin;
}

/** Records what each asset says it is a copy of; an asset that says so no longer loses its link. */
export const saveAssetLinks = async (
  tx: TenantTx,
  tenantId: TenantId,
  entries: readonly { readonly assetId: AssetId; readonly stock: StockOrigin | null }[],
): Promise<void> => {
  const gone = entries.filter((entry) => entry.stock === null).map((entry) => entry.assetId);
  if (gone.length > 0) await tx.deleteFrom('asset_link').where('asset_id', 'in', gone).execute();
  const distinct = new Map(entries.flatMap((entry) => (entry.stock ? [[entry.assetId, entry.stock] as const] : [])));
  if (distinct.size === 0) return;
  await tx
    .insertInto('asset_link')
    .values(
      [...distinct].map(([assetId, stock]) => ({
        tenant_id: tenantId,
        asset_id: assetId,
        stock_source: stock.source,
        stock_external_id: stock.externalId,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'asset_id']).doUpdateSet(({ ref }) => ({
        stock_source: ref('excluded.stock_source'),
        stock_external_id: ref('excluded.stock_external_id'),
      })),
    )
    .execute();
};

/** All links to the stock assets named, in one statement for a whole page. */
export const findAssetLinks = async (tx: TenantTx, stocks: readonly StockOrigin[]): Promise<AssetLink[]> => {
  const rows = await tx
    .selectFrom('asset_link')
    .select(['asset_id', 'stock_source', 'stock_external_id'])
    .where('stock_source', 'in', [...new Set(stocks.map((stock) => stock.source))])
    .where('stock_external_id', 'in', [...new Set(stocks.map((stock) => stock.externalId))])
    .orderBy('asset_id')
    .execute();
  return rows.map((row) => ({
    assetId: row.asset_id as AssetId,
    stock: { source: row.stock_source as AssetSource, externalId: row.stock_external_id },
  }));
};
