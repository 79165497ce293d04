/** Assets that a feed brought into our store, found by id and by PostgreSQL full-text search. */
import { sql } from 'kysely';
import { type Asset, orientationOf } from '../domain/asset.js';
import type { ConnectionId, TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { SearchFilters } from '../domain/search-filters.js';
import { jsonb, type TenantTx } from './database.js';

/**
 * Words are compared without language-specific stemming, since titles and keywords come in many languages: `simple` keeps every word
 * as it is, lower-cased. Titles weigh more than keywords, keywords more than captions.
 */
const documentOf = (asset: Asset) => sql<string>`
  setweight(to_tsvector('simple', ${asset.title ?? ''}), 'A') ||
  setweight(to_tsvector('simple', ${asset.keywords.join(' ')}), 'B') ||
  setweight(to_tsvector('simple', ${[asset.caption, asset.contributor?.name, asset.collection, asset.externalId].filter(Boolean).join(' ')}), 'C')`;

export const upsertStoredAssets = async (
  tx: TenantTx,
  tenantId: TenantId,
  connectionId: ConnectionId,
  assets: readonly Asset[],
  now: Instant,
): Promise<void> => {
  for (const asset of assets) {
    const row = {
      kind: asset.kind,
      orientation: orientationOf(asset),
      width: asset.width,
      height: asset.height,
      editorial_only: asset.rights.editorialOnly,
      listed_at: asset.updatedAt ?? now,
      asset: jsonb(asset),
      document: documentOf(asset),
      stored_at: now,
    };
    await tx
      .insertInto('stored_asset')
      .values({ tenant_id: tenantId, connection_id: connectionId, external_id: asset.externalId, ...row })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id', 'external_id']).doUpdateSet(row))
      .execute();
  }
};

export const findStoredAssets = async (
  tx: TenantTx,
  connectionId: ConnectionId,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, Asset>> => {
  const rows = await tx
    .selectFrom('stored_asset')
    .select(['external_id', 'asset'])
    .where('connection_id', '=', connectionId)
    .where('external_id', 'in', externalIds as string[])
    .execute();
  return new Map(rows.map((row) => [row.external_id, row.asset as Asset]));
};

export interface StoredAssetQuery {
  readonly text: string | null;
  readonly filters: SearchFilters;
  readonly sort: 'RELEVANCE' | 'NEWEST';
  readonly limit: number;
  readonly offset: number;
}

export interface StoredAssetHits {
  readonly assets: readonly Asset[];
  readonly total: number;
  /** When the feed was last read to its end; undefined before the first time. */
  readonly drainedAt?: Instant;
}

export const searchStoredAssets = async (
  tx: TenantTx,
  connectionId: ConnectionId,
  query: StoredAssetQuery,
): Promise<StoredAssetHits> => {
  const text = query.text?.trim() ?? '';
  const question = sql`websearch_to_tsquery('simple', ${text})`;
  const { kinds, orientation, minWidth, minHeight, editorialOnly } = query.filters;
  let select = tx.selectFrom('stored_asset').where('connection_id', '=', connectionId);
  if (text !== '') select = select.where(sql<boolean>`document @@ ${question}`);
  if (kinds) select = select.where('kind', 'in', kinds.length > 0 ? (kinds as string[]) : ['']);
  if (orientation) select = select.where('orientation', '=', orientation);
  if (minWidth !== undefined) select = select.where('width', '>=', minWidth);
  if (minHeight !== undefined) select = select.where('height', '>=', minHeight);
  if (editorialOnly !== undefined) select = select.where('editorial_only', '=', editorialOnly ? 'YES' : 'NO');
  const ranked =
    query.sort === 'RELEVANCE' && text !== ''
      ? select.orderBy(sql`ts_rank(document, ${question})`, 'desc').orderBy('listed_at', 'desc')
      : select.orderBy('listed_at', 'desc');
  const rows = await ranked
    .select(['asset', sql<number>`(count(*) over ())::integer`.as('total')])
    .orderBy('external_id')
    .limit(query.limit)
    .offset(query.offset)
    .execute();
  const state = await tx
    .selectFrom('sync_state')
    .select('drained_at')
    .where('connection_id', '=', connectionId)
    .executeTakeFirst();
  return {
    assets: rows.map((row) => row.asset as Asset),
    total: rows[0]?.total ?? 0,
    ...(state?.drained_at && { drainedAt: instantOf(state.drained_at) }),
  };
};
