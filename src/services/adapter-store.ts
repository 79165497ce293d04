/** What adapters may ask of our store: their own connection's assets and facts, each in one statement. */
import type { AdapterStore, SearchPage, SearchQuery } from '../datasources/datasource.js';
import type { ConnectionId, TenantId } from '../domain/ids.js';
import type { Sealing } from '../domain/sealing.js';
import { type Database, readInTenant } from '../store/database.js';
import { findStoredAssets, searchStoredAssets } from '../store/stored-asset.store.js';
import { findAssetFacts } from '../store/sync.store.js';

const offsetOf = (place: string | null): number => {
  const offset = place === null ? 0 : Number(place);
  if (!Number.isSafeInteger(offset) || offset < 0) throw new Error('This place in a search was not made here.');
  return offset;
};

export const createAdapterStore = (
  deps: { readonly db: Database; readonly sealing: Sealing },
  tenantId: TenantId,
  connectionId: ConnectionId,
): AdapterStore => ({
  loadAssets: (externalIds) =>
    readInTenant(deps.db, tenantId, (tx) => findStoredAssets(tx, deps.sealing, connectionId, externalIds)),
  loadFacts: (externalIds) => readInTenant(deps.db, tenantId, (tx) => findAssetFacts(tx, connectionId, externalIds)),
  searchAssets: async (query: SearchQuery): Promise<SearchPage> => {
    const offset = offsetOf(query.place);
    const { assets, total, drainedAt } = await readInTenant(deps.db, tenantId, (tx) =>
      searchStoredAssets(tx, deps.sealing, connectionId, {
        text: query.text,
        filters: query.filters,
        sort: query.sort,
        limit: query.pageSize,
        offset,
      }),
    );
    const reached = offset + assets.length;
    return {
      hits: assets.map((asset) => ({ key: asset.key, asset })),
      totalCount: total,
      next: assets.length === query.pageSize && reached < total ? String(reached) : null,
      unapplied: [],
      ...(drainedAt && { asOf: drainedAt }),
    };
  },
});
