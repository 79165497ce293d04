/** The variants of the assets of a page: one statement for all. */
import DataLoader from 'dataloader';
import type { AssetId, TenantId } from '../domain/ids.js';
import type { Visibility } from '../domain/library-approval.js';
import type { Variant } from '../domain/variant.js';
import { type Database, readInTenant } from '../store/database.js';
import { findVariants } from '../store/variant.store.js';

/** By the id of the asset that they stand for. */
export type VariantLoader = DataLoader<AssetId, readonly Variant[]>;

export const createVariantLoader = (db: Database, tenantId: TenantId, visibility: Visibility): VariantLoader =>
  new DataLoader(async (assetIds) => {
    const lists = await readInTenant(db, tenantId, (tx) => findVariants(tx, assetIds));
    const shown = new Set(await visibility.visible([...lists.values()].flat(), (variant) => [variant.assetId]));
    return assetIds.map((assetId) => lists.get(assetId)?.filter((variant) => shown.has(variant)) ?? []);
  });
