/** Policies as callers see and set them. */
import { createUnionType, Field, InputType, Int, ObjectType } from 'type-graphql';
import { typeNameOf } from './common.types.js';
import { AssetSourceEnum, EditorialScopeEnum, RightsModelEnum } from './enums.js';
import { IdempotencyConflictType, InvalidRequestType } from './licensing.types.js';
import { DateTime, Json, Url } from './scalars.js';
import { StatedTermsInput } from './stated-terms.types.js';

type Source = 'ADOBE_STOCK' | 'GETTY_IMAGES' | 'PHOTOSHELTER' | 'SMINT_IO';
type Model = 'ROYALTY_FREE' | 'RIGHTS_MANAGED' | 'RIGHTS_READY' | 'OWNED' | 'UNKNOWN';
const TYPE = 'The type alone, without the id of a product, or * for all types.';
const EDITORIAL = 'Of which assets: editorial ones (YES), those that are not (NO), or ANY, also where it is not known.';
const MODEL = 'Of assets of this model alone. Left out, or UNKNOWN: of all, also where it is not known.';
const KEY = 'The same key with the same input gives the same answer. Without one every call adds a version.';

@ObjectType('PolicyCitation', { simpleResolvers: true })
export class PolicyCitationType {
  @Field(() => String)
  title!: string;
  @Field(() => Url)
  url!: string;
  @Field(() => String, { description: 'What of the policy the page supports.' })
  supports!: string;
}

@InputType('PolicyCitationInput')
export class PolicyCitationInput {
  @Field(() => String)
  title!: string;
  @Field(() => String)
  url!: string;
  @Field(() => String, { description: 'What of the policy the page supports, in your words.' })
  supports!: string;
}

@ObjectType('TermsPolicy', {
  simpleResolvers: true,
  description: 'What licenses of a type allow whose source states no terms. Versions are added and never changed.',
})
export class TermsPolicyType {
  @Field(() => String, { description: 'As Rights.originVersion names it, e.g. adobe-stock/Standard@1.' })
  name!: string;
  @Field(() => AssetSourceEnum)
  source!: string;
  @Field(() => String)
  licenseType!: string;
  @Field(() => EditorialScopeEnum)
  editorial!: string;
  @Field(() => RightsModelEnum, { nullable: true, description: MODEL })
  model!: string | null;
  @Field(() => Int, { description: 'Counts for source and type.' })
  version!: number;
  @Field(() => Boolean, { description: 'It came with the product; otherwise the tenant set it.' })
  isDefault!: boolean;
  @Field(() => Json, { nullable: true, description: 'As StatedTermsInput; null: withdrawn.' })
  terms!: unknown;
  @Field(() => [PolicyCitationType])
  citations!: PolicyCitationType[];
  @Field(() => String, { nullable: true })
  note!: string | null;
  @Field(() => String)
  setBy!: string;
  @Field(() => DateTime)
  recordedAt!: string;
}

@InputType('SetTermsPolicyInput')
export class SetTermsPolicyInput {
  @Field(() => AssetSourceEnum)
  source!: Source;
  @Field(() => String, { description: TYPE })
  licenseType!: string;
  @Field(() => EditorialScopeEnum, { nullable: true, defaultValue: 'ANY', description: EDITORIAL })
  editorial?: 'YES' | 'NO' | 'ANY' | null;
  @Field(() => RightsModelEnum, { nullable: true, description: MODEL })
  model?: Model | null;
  @Field(() => StatedTermsInput, { description: 'What is left out stays unknown, unless the source says it.' })
  terms!: StatedTermsInput;
  @Field(() => [PolicyCitationInput], { nullable: true, description: 'At most 20.' })
  citations?: PolicyCitationInput[] | null;
  @Field(() => String, { nullable: true })
  note?: string | null;
  @Field(() => String, { nullable: true, description: KEY })
  idempotencyKey?: string | null;
}

@InputType('WithdrawTermsPolicyInput')
export class WithdrawTermsPolicyInput {
  @Field(() => AssetSourceEnum)
  source!: Source;
  @Field(() => String, { description: TYPE })
  licenseType!: string;
  @Field(() => EditorialScopeEnum, { nullable: true, defaultValue: 'ANY', description: EDITORIAL })
  editorial?: 'YES' | 'NO' | 'ANY' | null;
  @Field(() => RightsModelEnum, { nullable: true, description: MODEL })
  model?: Model | null;
  @Field(() => String, { nullable: true })
  note?: string | null;
  @Field(() => String, { nullable: true, description: KEY })
  idempotencyKey?: string | null;
}

@ObjectType('SetTermsPolicyPayload', { simpleResolvers: true })
export class SetTermsPolicyPayloadType {
  @Field(() => TermsPolicyType)
  policy!: TermsPolicyType;
  @Field(() => Boolean)
  replayed!: boolean;
}

@ObjectType('WithdrawTermsPolicyPayload', { simpleResolvers: true })
export class WithdrawTermsPolicyPayloadType {
  @Field(() => TermsPolicyType, { description: 'The version that withdraws it.' })
  policy!: TermsPolicyType;
  @Field(() => Boolean)
  replayed!: boolean;
}

export const SetTermsPolicyOutcomeUnion = createUnionType({
  name: 'SetTermsPolicyOutcome',
  types: () => [SetTermsPolicyPayloadType, InvalidRequestType, IdempotencyConflictType] as const,
  resolveType: typeNameOf,
});

export const WithdrawTermsPolicyOutcomeUnion = createUnionType({
  name: 'WithdrawTermsPolicyOutcome',
  types: () => [WithdrawTermsPolicyPayloadType, InvalidRequestType, IdempotencyConflictType] as const,
  resolveType: typeNameOf,
});
