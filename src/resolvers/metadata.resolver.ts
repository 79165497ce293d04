/** Metadata of an asset at its source, and changing it. */
import { Arg, Authorized, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Asset } from '../domain/asset.js';
import { METADATA_WRITERS } from '../domain/roles.js';
import { AssetType } from '../schema/asset.types.js';
import {
  AssetMetadataType,
  MetadataUpdatedType,
  UpdateAssetMetadataInput,
  UpdateAssetMetadataOutcomeUnion,
} from '../schema/metadata.types.js';
import type { AssetMetadata, UpdateMetadataOutcome } from '../services/metadata.service.js';
import { type RequestContext, sessionOf } from './context.js';

@Resolver(() => AssetType)
export class AssetMetadataResolver {
  @FieldResolver(() => AssetMetadataType, {
    nullable: true,
    description: 'Read at the source now, one asset at a time. Null where the source has no such fields.',
  })
  metadata(@Root() asset: Asset, @Ctx() context: RequestContext): Promise<AssetMetadata | null> {
    return context.services.metadata.read(sessionOf(context).actor, asset, context.readCall);
  }

  @Authorized(METADATA_WRITERS)
  @Mutation(() => UpdateAssetMetadataOutcomeUnion, {
    nullable: true,
    description: 'Changes fields at the source, for those who saw what stands there now, and reads them back.',
  })
  updateAssetMetadata(
    @Arg('input', () => UpdateAssetMetadataInput) input: UpdateAssetMetadataInput,
    @Ctx() context: RequestContext,
  ): Promise<UpdateMetadataOutcome> {
    const { actor, loaders } = sessionOf(context);
    const command = { ...input, fields: input.fields.map(({ name, value }) => ({ name, value: value ?? null })) };
    return context.services.metadata.update(actor, command, (id) => loaders.asset.load(id), context.spendCall);
  }
}

@Resolver(() => MetadataUpdatedType)
export class MetadataUpdatedResolver {
  @FieldResolver(() => AssetType, { nullable: true })
  asset(@Root() updated: { readonly assetId: string }, @Ctx() context: RequestContext): Promise<Asset | null> {
    const { loaders } = sessionOf(context);
    return loaders.asset.clear(updated.assetId).load(updated.assetId);
  }
}
