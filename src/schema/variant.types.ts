/** Variants of assets by market, language and campaign, as callers see them. */
import { createUnionType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { AssetType } from './asset.types.js';
import { typeNameOf } from './common.types.js';
import { VariantStepKindEnum } from './enums.js';
import { IdempotencyConflictType, InvalidRequestType } from './licensing.types.js';

@ObjectType('AssetVariant', { simpleResolvers: true, description: 'Another asset that stands for this one in a market.' })
export class AssetVariantType {
  @Field(() => String, { description: 'ISO 3166-1 alpha-2, or WORLD.' })
  market!: string;
  @Field(() => String, { nullable: true, description: 'BCP 47; null: for every language.' })
  language!: string | null;
  @Field(() => String, { nullable: true, description: 'Null: for every campaign.' })
  campaign!: string | null;
}

@ObjectType('VariantStep', { simpleResolvers: true, description: 'One look for a variant, and what it came to.' })
export class VariantStepType {
  @Field(() => VariantStepKindEnum, { description: 'What was asked of a variant.' })
  step!: string;
  @Field(() => String, { nullable: true, description: 'Null: the asset itself.' })
  market!: string | null;
  @Field(() => String, { nullable: true })
  language!: string | null;
  @Field(() => String, { nullable: true })
  campaign!: string | null;
  @Field(() => ID, { nullable: true, description: 'The asset that is named for it; null: none is.' })
  assetId!: string | null;
  @Field(() => Boolean, { description: 'Whether it was taken.' })
  matched!: boolean;
  @Field(() => String, { description: 'For people.' })
  why!: string;
}

@ObjectType('VariantChoice', { simpleResolvers: true, description: 'Which asset to use in a market, and how it was found.' })
export class VariantChoiceType {
  @Field(() => AssetType, { nullable: true, description: 'Null: nothing can be used there.' })
  asset!: AssetType | null;
  @Field(() => [String], {
    description: 'What it was named for: "market" or "world", "language", "campaign". Empty: it is the asset itself.',
  })
  matched!: string[];
  @Field(() => [VariantStepType], { description: 'In the order tried, up to the one that was taken.' })
  fallback!: VariantStepType[];
  @Field(() => String, { description: 'For people.' })
  message!: string;
}

@InputType('AssetVariantInput')
export class AssetVariantInput {
  @Field(() => ID)
  assetId!: string;
  @Field(() => String, { description: 'ISO 3166-1 alpha-2 in capital letters, or WORLD.' })
  market!: string;
  @Field(() => String, { nullable: true, description: 'BCP 47, e.g. de or de-AT. Left out: for every language.' })
  language?: string | null;
  @Field(() => String, { nullable: true, description: '1 to 200 characters, compared exactly. Left out: for every campaign.' })
  campaign?: string | null;
}

@InputType('SetAssetVariantsInput')
export class SetAssetVariantsInput {
  @Field(() => ID)
  assetId!: string;
  @Field(() => [AssetVariantInput], { description: 'The whole list, at most 100; empty: none any more.' })
  variants!: AssetVariantInput[];
  @Field(() => String)
  idempotencyKey!: string;
}

@ObjectType('SetAssetVariantsPayload', { simpleResolvers: true })
export class SetAssetVariantsPayloadType {
  @Field(() => [AssetVariantType], { description: 'As set by this call.' })
  variants!: AssetVariantType[];
  @Field(() => Boolean, { description: 'True: an earlier call with this key did it.' })
  replayed!: boolean;
}

export const SetAssetVariantsOutcomeUnion = createUnionType({
  name: 'SetAssetVariantsOutcome',
  types: () => [SetAssetVariantsPayloadType, InvalidRequestType, IdempotencyConflictType] as const,
  resolveType: typeNameOf,
});
