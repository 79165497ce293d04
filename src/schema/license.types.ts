/** Licenses, the operations that make them, and what a license mutation answers. */
import { createUnionType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import {
  AllocationInput,
  InputProblemType,
  LicenseReferenceInput,
  MoneyType,
  NodeInterface,
  PageInfoType,
  SourceErrorType,
  typeNameOf,
} from './common.types.js';
import { AssetSourceEnum, LicenseOriginEnum, LicenseStateEnum, OperationKindEnum, OperationStateEnum } from './enums.js';
import { DateTime, Url } from './scalars.js';

@ObjectType('LicenseReference', { simpleResolvers: true })
export class LicenseReferenceType {
  @Field(() => String)
  key!: string;
  @Field(() => String, { nullable: true })
  label!: string | null;
  @Field(() => String)
  value!: string;
}

@ObjectType('Allocation', { simpleResolvers: true })
export class AllocationType {
  @Field(() => String, { nullable: true })
  costCenter!: string | null;
  @Field(() => String, { nullable: true })
  department!: string | null;
  @Field(() => String, { nullable: true })
  campaign!: string | null;
  @Field(() => String, { nullable: true })
  project!: string | null;
  @Field(() => String, { nullable: true })
  purchaseOrder!: string | null;
}

@ObjectType('License', { simpleResolvers: true, implements: NodeInterface, description: 'Also a federation entity, by id.' })
export class LicenseType extends NodeInterface {
  @Field(() => AssetSourceEnum)
  source!: string;
  @Field(() => String)
  licenseType!: string;
  @Field(() => LicenseStateEnum)
  state!: string;
  @Field(() => LicenseOriginEnum)
  origin!: string;
  @Field(() => MoneyType, { nullable: true, description: 'What the source stated; null where it states none.' })
  price!: MoneyType | null;
  @Field(() => Int, { nullable: true })
  chargedUnits!: number | null;
  @Field(() => AllocationType)
  allocation!: AllocationType;
  @Field(() => [LicenseReferenceType])
  references!: LicenseReferenceType[];
  @Field(() => String, { nullable: true })
  sourceReference!: string | null;
  @Field(() => String, { nullable: true })
  orderNumber!: string | null;
  @Field(() => DateTime)
  licensedAt!: string;
  @Field(() => String)
  licensedBy!: string;
}

@ObjectType('LicenseEdge', { simpleResolvers: true })
export class LicenseEdgeType {
  @Field(() => String)
  cursor!: string;
  @Field(() => LicenseType, { nullable: true })
  node!: LicenseType | null;
}

@ObjectType('LicenseConnection', { simpleResolvers: true })
export class LicenseConnectionType {
  @Field(() => [LicenseEdgeType])
  edges!: LicenseEdgeType[];
  @Field(() => PageInfoType)
  pageInfo!: PageInfoType;
  @Field(() => Int, { nullable: true })
  totalCount!: number | null;
}

@InputType('LicenseFilter')
export class LicenseFilterInput {
  @Field(() => [AssetSourceEnum], { nullable: true })
  sources?: ('ADOBE_STOCK' | 'GETTY_IMAGES' | 'PHOTOSHELTER' | 'SMINT_IO')[] | null;
  @Field(() => [LicenseStateEnum], { nullable: true })
  states?: ('ACTIVE' | 'EXPIRED' | 'SUPERSEDED' | 'CANCELLED')[] | null;
  @Field(() => [ID], { nullable: true })
  assetIds?: string[] | null;
  @Field(() => String, { nullable: true })
  costCenter?: string | null;
  @Field(() => String, { nullable: true })
  department?: string | null;
  @Field(() => String, { nullable: true })
  campaign?: string | null;
  @Field(() => DateTime, { nullable: true })
  licensedAfter?: string | null;
  @Field(() => DateTime, { nullable: true })
  licensedBefore?: string | null;
  @Field(() => DateTime, { nullable: true })
  expiresBefore?: string | null;
}

@ObjectType('LicenseOperation', {
  simpleResolvers: true,
  implements: NodeInterface,
  description: 'One intent to spend, and what is known of it.',
})
export class LicenseOperationType extends NodeInterface {
  @Field(() => OperationKindEnum)
  operationKind!: string;
  @Field(() => OperationStateEnum)
  state!: string;
  @Field(() => String)
  idempotencyKey!: string;
  @Field(() => AssetSourceEnum)
  source!: string;
  @Field(() => String)
  requestedBy!: string;
  @Field(() => DateTime)
  createdAt!: string;
  @Field(() => DateTime, { nullable: true })
  settledAt!: string | null;
  @Field(() => SourceErrorType, { nullable: true })
  failure!: SourceErrorType | null;
}

@InputType('LicenseAssetInput')
export class LicenseAssetInput {
  @Field(() => ID)
  assetId!: string;
  @Field(() => String, {
    nullable: true,
    description: "The source's word, see Asset.licenseOptions. Default: the first of them.",
  })
  licenseType?: string | null;
  @Field(() => [LicenseReferenceInput], { nullable: true })
  references?: LicenseReferenceInput[] | null;
  @Field(() => AllocationInput, { nullable: true })
  allocation?: AllocationInput | null;
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Buy even where the allowance is used up and the source charges extra.',
  })
  acceptOverage?: boolean | null;
  @Field(() => String, {
    description: 'Names this purchase for good: the same key with the same input gives the same answer and never charges twice.',
  })
  idempotencyKey!: string;
}

@ObjectType('LicenseGranted', { simpleResolvers: true })
export class LicenseGrantedType {
  @Field(() => LicenseType)
  license!: LicenseType;
  @Field(() => LicenseOperationType)
  operation!: LicenseOperationType;
  @Field(() => Boolean)
  replayed!: boolean;
}

@ObjectType('LicenseAlreadyHeld', { simpleResolvers: true })
export class LicenseAlreadyHeldType {
  @Field(() => LicenseType)
  license!: LicenseType;
  @Field(() => LicenseOperationType)
  operation!: LicenseOperationType;
  @Field(() => Boolean)
  replayed!: boolean;
}

@ObjectType('LicensePending', { simpleResolvers: true, description: 'Ask again: with the same key, or for the operation.' })
export class LicensePendingType {
  @Field(() => LicenseOperationType)
  operation!: LicenseOperationType;
  @Field(() => String)
  message!: string;
  @Field(() => Int, { nullable: true })
  retryAfterMs!: number | null;
}

@ObjectType('OverageConfirmationRequired', {
  simpleResolvers: true,
  description: 'Nothing was spent. Ask again with acceptOverage.',
})
export class OverageConfirmationRequiredType {
  @Field(() => MoneyType, { nullable: true })
  price!: MoneyType | null;
  @Field(() => String)
  message!: string;
}

@ObjectType('CheckoutRequired', {
  simpleResolvers: true,
  description: 'Nothing was spent. The source sells this only on its own site.',
})
export class CheckoutRequiredType {
  @Field(() => Url, { nullable: true })
  url!: string | null;
  @Field(() => String)
  message!: string;
}

@ObjectType('LicenseRefused', { simpleResolvers: true })
export class LicenseRefusedType {
  @Field(() => String)
  code!: string;
  @Field(() => String)
  message!: string;
  @Field(() => LicenseOperationType)
  operation!: LicenseOperationType;
}

@ObjectType('UnsupportedBySource', { simpleResolvers: true })
export class UnsupportedBySourceType {
  @Field(() => AssetSourceEnum)
  source!: string;
  @Field(() => String)
  message!: string;
}

@ObjectType('InvalidRequest', { simpleResolvers: true })
export class InvalidRequestType {
  @Field(() => [InputProblemType])
  problems!: InputProblemType[];
  @Field(() => String)
  message!: string;
}

@ObjectType('IdempotencyConflict', {
  simpleResolvers: true,
  description: 'The key belongs to a call with other arguments. Nothing was done.',
})
export class IdempotencyConflictType {
  @Field(() => String)
  message!: string;
}

export const LicenseOutcomeUnion = createUnionType({
  name: 'LicenseOutcome',
  types: () =>
    [
      LicenseGrantedType,
      LicenseAlreadyHeldType,
      LicensePendingType,
      OverageConfirmationRequiredType,
      CheckoutRequiredType,
      LicenseRefusedType,
      UnsupportedBySourceType,
      InvalidRequestType,
      IdempotencyConflictType,
    ] as const,
  resolveType: typeNameOf,
});
