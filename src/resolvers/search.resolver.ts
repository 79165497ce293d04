/** Search over all sources. */
import { Arg, Authorized, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import type { Asset } from '../domain/asset.js';
import { READERS } from '../domain/roles.js';
import { type SearchFilters } from '../domain/search-filters.js';
import { AssetEdgeType, AssetFilterInput, AssetSearchConnectionType, AssetType } from '../schema/asset.types.js';
import { AssetSortEnum } from '../schema/enums.js';
import type { SearchResult } from '../services/search.service.js';
import { type RequestContext, sessionOf } from './context.js';
import { firstOf, idsOf } from './paging.js';
import { parseUse } from './use-decision.resolver.js';

const filtersOf = (filter: AssetFilterInput): SearchFilters => ({
  // No kind named is no filter, like an absent one.
  ...(filter.kinds?.length && { kinds: idsOf(filter.kinds, 'filter.kinds') }),
  ...(filter.orientation && { orientation: filter.orientation }),
  ...(filter.minWidth != null && { minWidth: filter.minWidth }),
  ...(filter.minHeight != null && { minHeight: filter.minHeight }),
  ...(filter.editorialOnly != null && { editorialOnly: filter.editorialOnly }),
});

const connectionOf = (result: SearchResult) => ({
  edges: result.hits,
  pageInfo: {
    hasNextPage: result.hasNextPage,
    hasPreviousPage: result.hasPreviousPage,
    startCursor: result.hits[0]?.cursor ?? null,
    endCursor: result.endCursor,
  },
  totalCount: result.totalCount,
  sources: result.sources,
});

@Resolver()
export class SearchResolver {
  @Authorized(READERS)
  @Query(() => AssetSearchConnectionType, {
    nullable: true,
    description:
      'Asks all sources at once under one deadline and takes from them in turn. A later page repeats nothing; its cursor lives for a day.',
  })
  async searchAssets(
    @Arg('text', () => String, { nullable: true }) text: string | null | undefined,
    @Arg('filter', () => AssetFilterInput, { nullable: true }) filter: AssetFilterInput | null | undefined,
    @Arg('sort', () => AssetSortEnum, { nullable: true, defaultValue: 'RELEVANCE' }) sort: 'RELEVANCE' | 'NEWEST' | null,
    @Arg('first', () => Int, { nullable: true, defaultValue: 24 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ) {
    const command = {
      text: text?.trim() || null,
      sources: filter?.sources?.length ? filter.sources : null,
      filters: filtersOf(filter ?? {}),
      licensedByUs: filter?.licensedByUs ?? null,
      usableFor: filter?.usableFor ? parseUse(filter.usableFor) : null,
      sort: sort ?? 'RELEVANCE',
      first: firstOf(first, 24, 100),
      after: after ?? null,
    } as const;
    return connectionOf(await context.services.search.search(sessionOf(context).actor, command, context.readCall));
  }
}

@Resolver(() => AssetEdgeType)
export class AssetEdgeResolver {
  @FieldResolver(() => AssetType, { nullable: true, description: 'Null when the asset has gone since it was found.' })
  node(@Root() edge: SearchResult['hits'][number], @Ctx() context: RequestContext): Promise<Asset | null> {
    return sessionOf(context).loaders.asset.load(edge.assetId);
  }
}
