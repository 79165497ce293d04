/** Licenses, and the operations that make them. */
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { MoneyType, NodeInterface, PageInfoType, SourceErrorType } from './common.types.js';
import {
  AssetSourceEnum,
  LicenseOriginEnum,
  LicenseStateEnum,
  OperationKindEnum,
  OperationStateEnum,
  SpendClassEnum,
} from './enums.js';
import { DateTime } from './scalars.js';

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
  @Field(() => SpendClassEnum, { nullable: true, description: 'How a lost answer would be settled. Null until it is sent.' })
  spendClass!: string | null;
  @Field(() => String, { nullable: true, description: 'Who closed it, where a person had to.' })
  resolvedBy!: string | null;
}
