/** Assets that a feed brought into our store, found by id and by PostgreSQL full-text search. */
import { type Selectable, sql } from 'kysely';
import { type Asset, orientationOf } from '../domain/asset.js';
import type { ConnectionId, TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { Sealing } from '../domain/sealing.js';
import type { SearchFilters } from '../domain/search-filters.js';
import { jsonb, type TenantTx } from './database.js';
import type { Tables } from './tables.js';

/**
 * Words are compared without language-specific stemming, since titles and keywords come in many languages: `simple` keeps every word
 * as it is, lower-cased. Titles weigh more than keywords, keywords more than captions.
 */
const documentOf = (asset: Asset) => sql<string>`
  setweight(to_tsvector('simple', ${asset.title ?? ''}), 'A') ||
  setweight(to_tsvector('simple', ${asset.keywords.join(' ')}), 'B') ||
  setweight(to_tsvector('simple', ${[asset.caption, asset.contributor?.name, asset.collection, asset.externalId].filter(Boolean).join(' ')}), 'C')`;

const contextOf = (tenantId: string, connectionId: string, externalId: string): string =>
  `stored_asset/${tenantId}/${connectionId}/${externalId}`;

/** Addresses of pictures may carry signatures of the source: they are kept apart from the asset, sealed. */
const withoutAddresses = (asset: Asset): Asset => ({
  ...asset,
  renditions: asset.renditions.map((rendition) => ({ ...rendition, address: '' })),
});

type StoredRow = Pick<
  Selectable<Tables['stored_asset']>,
  'tenant_id' | 'connection_id' | 'external_id' | 'asset' | 'sealed_addresses'
>;
const ROW = ['tenant_id', 'connection_id', 'external_id', 'asset', 'sealed_addresses'] as const;

/** Sealed with another secret key, the pictures are lost until the feed is read again; the rest of the asset is not. */
const assetOf = (sealing: Sealing, row: StoredRow): Asset => {
  const asset = row.asset as Asset;
  let addresses: readonly string[] = [];
  try {
    addresses = JSON.parse(
      sealing.open(row.sealed_addresses, contextOf(row.tenant_id, row.connection_id, row.external_id)),
    ) as string[];
  } catch {
    addresses = [];
  }
  const renditions = asset.renditions.flatMap((rendition, index) => {
    const address = addresses[index];
    return address === undefined ? [] : [{ ...rendition, address }];
  });
  return { ...asset, renditions };
};

export const upsertStoredAssets = async (
  tx: TenantTx,
  sealing: Sealing,
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
      asset: jsonb(withoutAddresses(asset)),
      sealed_addresses: sealing.seal(
        JSON.stringify(asset.renditions.map((rendition) => rendition.address)),
        contextOf(tenantId, connectionId, asset.externalId),
      ),
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
  sealing: Sealing,
  connectionId: ConnectionId,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, Asset>> => {
  const rows = await tx
    .selectFrom('stored_asset')
    .select(ROW)
    .where('connection_id', '=', connectionId)
    .where('external_id', 'in', externalIds as string[])
    .execute();
  return new Map(rows.map((row) => [row.external_id, assetOf(sealing, row)]));
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
  sealing: Sealing,
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
    .select([...ROW, sql<number>`(count(*) over ())::integer`.as('total')])
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
    assets: rows.map((row) => assetOf(sealing, row)),
    total: rows[0]?.total ?? 0,
    ...(state?.drained_at && { drainedAt: instantOf(state.drained_at) }),
  };
};
