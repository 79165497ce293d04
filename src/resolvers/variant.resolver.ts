/** Variants of assets: the list of an asset, setting it, and picking from it. */
import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Asset } from '../domain/asset.js';
import { READERS } from '../domain/roles.js';
import { VARIANT_SETTERS, type Variant, type VariantChoice } from '../domain/variant.js';
import { AssetType } from '../schema/asset.types.js';
import {
  AssetVariantType,
  SetAssetVariantsInput,
  SetAssetVariantsOutcomeUnion,
  SetAssetVariantsPayloadType,
  VariantChoiceType,
} from '../schema/variant.types.js';
import type { SetAssetVariantsOutcome } from '../services/variant.service.js';
import { type RequestContext, sessionOf } from './context.js';

@Resolver(() => AssetType)
export class VariantResolver {
  @Authorized(READERS)
  @Query(() => VariantChoiceType, {
    nullable: true,
    description:
      'The variant of an asset for a market, by a fallback order that the answer states. Null: there is no such asset.',
  })
  variantFor(
    @Arg('assetId', () => ID) assetId: string,
    @Arg('market', () => String, { description: 'ISO 3166-1 alpha-2 in capital letters, or WORLD.' }) market: string,
    @Arg('language', () => String, { nullable: true, description: 'BCP 47; de-AT falls back to de.' })
    language: string | null | undefined,
    @Arg('campaign', () => String, { nullable: true }) campaign: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<VariantChoice | null> {
    const { actor, loaders } = sessionOf(context);
    const question = { assetId, market, language: language ?? null, campaign: campaign ?? null };
    return context.services.variants.choose(actor, question, loaders.assets);
  }

  @Authorized(VARIANT_SETTERS)
  @Mutation(() => SetAssetVariantsOutcomeUnion, {
    nullable: true,
    description: 'Replaces the whole list of variants of an asset.',
  })
  setAssetVariants(
    @Arg('input', () => SetAssetVariantsInput) { assetId, variants, idempotencyKey }: SetAssetVariantsInput,
    @Ctx() context: RequestContext,
  ): Promise<SetAssetVariantsOutcome> {
    const { actor, loaders } = sessionOf(context);
    const wanted = variants.map((one) => ({ ...one, language: one.language ?? null, campaign: one.campaign ?? null }));
    const command = { assetId, variants: wanted, idempotencyKey };
    return context.services.variants.set(actor, command, loaders.assets, context.requestId);
  }

  @FieldResolver(() => [AssetVariantType], { nullable: true, description: 'In the order set. See variantFor for picking one.' })
  variants(@Root() asset: Asset, @Ctx() context: RequestContext): Promise<readonly Variant[]> {
    return sessionOf(context).loaders.variants.load(asset.id);
  }
}

@Resolver(() => AssetVariantType)
export class AssetVariantResolver {
  @FieldResolver(() => AssetType, { nullable: true, description: 'Null where its source has it no longer.' })
  asset(@Root() variant: Variant, @Ctx() context: RequestContext): Promise<Asset | null> {
    return sessionOf(context).loaders.asset.load(variant.assetId);
  }
}

@Resolver(() => SetAssetVariantsPayloadType)
export class SetAssetVariantsResolver {
  @FieldResolver(() => AssetType, { nullable: true, description: 'The asset that they stand for.' })
  asset(@Root() payload: { readonly assetId: string }, @Ctx() context: RequestContext): Promise<Asset | null> {
    return sessionOf(context).loaders.asset.load(payload.assetId);
  }
}
