/** Entities for a federation router: assets by id or by source and external id, licenses by id. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Authorized, Ctx, Info, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import type { Asset } from '../domain/asset.js';
import { Fault } from '../domain/faults.js';
import { ASSET_SOURCES } from '../domain/ids.js';
import type { License } from '../domain/license.js';
import { READERS } from '../domain/roles.js';
import { AnyScalar, EntityUnion, ServiceType } from '../schema/federation.types.js';
import { type RequestContext, sessionOf } from './context.js';
import { uuidOf } from './license.resolver.js';
import { idsOf } from './paging.js';
import { subgraphSdl } from './subgraph-sdl.js';

const REFERENCE = z.union([
  z.object({ __typename: z.literal('Asset'), id: z.string() }),
  z.object({ __typename: z.literal('Asset'), source: z.enum(ASSET_SOURCES), externalId: z.string() }),
  z.object({ __typename: z.literal('License'), id: z.string() }),
]);

const loadEntity = async (reference: unknown, context: RequestContext): Promise<Asset | License | null> => {
  const parsed = REFERENCE.safeParse(reference);
  if (!parsed.success)
    throw new Fault(
      'BAD_USER_INPUT',
      'A reference needs __typename Asset with id, or with source and externalId, or License with id.',
    );
  const { loaders } = sessionOf(context);
  const { data } = parsed;
  if (data.__typename === 'License') return loaders.license.load(uuidOf(data.id, 'License'));
  return 'id' in data ? loaders.asset.load(data.id) : loaders.assetByNumber.load(data);
};

@Resolver()
export class FederationResolver {
  @Authorized(READERS)
  @Query(() => [EntityUnion], { name: '_entities', nullable: 'items' })
  entities(
    @Arg('representations', () => [AnyScalar]) representations: unknown[],
    @Ctx() context: RequestContext,
  ): Promise<(Asset | License | Error | null)[]> {
    return Promise.all(
      idsOf(representations, 'representations').map((reference) => loadEntity(reference, context).catch((error: Error) => error)),
    );
  }

  @Authorized(READERS)
  @Query(() => ServiceType, { name: '_service' })
  service(@Info() info: GraphQLResolveInfo): ServiceType {
    return { sdl: subgraphSdl(info.schema) };
  }
}
