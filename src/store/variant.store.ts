/** The variants of assets as they are now, and every list as it was set. */
import { type SqlBool, sql } from 'kysely';
import type { AssetId, TenantId } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import type { Variant } from '../domain/variant.js';
import { jsonb, type TenantTx } from './database.js';

/** Lists of one asset are set one after the other. */
export const lockVariants = async (tx: TenantTx, tenantId: TenantId, assetId: AssetId): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`variants/${tenantId}/${assetId}`}, 0))`.execute(tx);
};

/** The variants of each asset, in the order set. */
export const findVariants = async (
  tx: TenantTx,
  assetIds: readonly AssetId[],
): Promise<ReadonlyMap<AssetId, readonly Variant[]>> => {
  const rows = await tx
    .selectFrom('asset_variant')
    .selectAll()
    .where(sql<SqlBool>`asset_id = any(${[...assetIds]}::text[])`)
    .orderBy('asset_id')
    .orderBy('position')
    .execute();
  const lists = new Map<AssetId, Variant[]>(assetIds.map((assetId) => [assetId, []]));
  for (const row of rows) {
    const { market, language, campaign } = row;
    lists.get(row.asset_id as AssetId)?.push({ assetId: row.variant_asset_id as AssetId, market, language, campaign });
  }
  return lists;
};

/** The asset that names this one as a variant; of several the one whose list was set last. */
export const findBase = async (tx: TenantTx, assetId: AssetId): Promise<AssetId | undefined> => {
  const row = await tx
    .selectFrom('asset_variant')
    .select('asset_id')
    .where('variant_asset_id', '=', assetId)
    .orderBy('list_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.asset_id as AssetId | undefined;
};

export interface NewVariantList {
  readonly uuid: string;
  readonly tenantId: TenantId;
  readonly assetId: AssetId;
  readonly variants: readonly Variant[];
  readonly setBy: string;
  readonly setAt: Instant;
}

/** Replaces the list of an asset; the old one stays on record. */
export const replaceVariants = async (tx: TenantTx, list: NewVariantList): Promise<void> => {
  const { uuid, tenantId, assetId, variants } = list;
  const head = { list_id: uuid, tenant_id: tenantId, asset_id: assetId, set_by: list.setBy, set_at: list.setAt };
  await tx
    .insertInto('asset_variant_list')
    .values({ ...head, variants: jsonb(variants) })
    .execute();
  await tx.deleteFrom('asset_variant').where('asset_id', '=', assetId).execute();
  if (variants.length === 0) return;
  await tx
    .insertInto('asset_variant')
    .values(
      variants.map((variant, position) => ({
        tenant_id: tenantId,
        asset_id: assetId,
        position,
        variant_asset_id: variant.assetId,
        market: variant.market,
        language: variant.language,
        campaign: variant.campaign,
        list_id: uuid,
      })),
    )
    .execute();
};

export const findVariantList = async (tx: TenantTx, uuid: string): Promise<readonly Variant[] | undefined> => {
  const row = await tx.selectFrom('asset_variant_list').select('variants').where('list_id', '=', uuid).executeTakeFirst();
  return row?.variants as Variant[] | undefined;
};
