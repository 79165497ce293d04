/** What several types share: nodes, pages, money, problems. */
import { Field, ID, InputType, Int, InterfaceType, ObjectType } from 'type-graphql';
import { ASSET_KINDS } from '../domain/asset.js';
import { Decimal } from './scalars.js';

/**
 * The type of a plain domain object behind an interface or union: its kind is the type's name, except that assets carry their `AssetKind`.
 */
export const typeNameOf = (value: unknown): string => {
  const { kind } = value as { readonly kind: string };
  return ASSET_KINDS.some((assetKind) => assetKind === kind) ? 'Asset' : kind;
};

@InterfaceType('Node', { resolveType: typeNameOf, description: 'Anything with a global id.' })
export abstract class NodeInterface {
  @Field(() => ID)
  id!: string;
}

@ObjectType('PageInfo', { simpleResolvers: true })
export class PageInfoType {
  @Field(() => Boolean)
  hasNextPage!: boolean;
  @Field(() => Boolean)
  hasPreviousPage!: boolean;
  @Field(() => String, { nullable: true })
  startCursor!: string | null;
  @Field(() => String, { nullable: true })
  endCursor!: string | null;
}

@ObjectType('Money', { simpleResolvers: true })
export class MoneyType {
  @Field(() => Decimal)
  amount!: string;
  @Field(() => String, { description: 'ISO 4217 code.' })
  currency!: string;
}

@InputType('MoneyInput')
export class MoneyInput {
  @Field(() => Decimal)
  amount!: string;
  @Field(() => String, { description: 'ISO 4217 code.' })
  currency!: string;
}

@ObjectType('SourceError', { simpleResolvers: true })
export class SourceErrorType {
  @Field(() => String)
  code!: string;
  @Field(() => String)
  message!: string;
  @Field(() => Boolean)
  retryable!: boolean;
  @Field(() => Int, { nullable: true })
  retryAfterMs!: number | null;
}

@ObjectType('InputProblem', { simpleResolvers: true })
export class InputProblemType {
  @Field(() => String, { description: 'Dotted path into the input.' })
  path!: string;
  @Field(() => String)
  code!: string;
  @Field(() => String)
  message!: string;
}

@InputType('LicenseReferenceInput')
export class LicenseReferenceInput {
  @Field(() => String)
  key!: string;
  @Field(() => String)
  value!: string;
}

@InputType('AllocationInput', { description: 'Who pays: kept with the license and in the audit trail.' })
export class AllocationInput {
  @Field(() => String, { nullable: true })
  costCenter?: string | null;
  @Field(() => String, { nullable: true })
  department?: string | null;
  @Field(() => String, { nullable: true })
  campaign?: string | null;
  @Field(() => String, { nullable: true })
  project?: string | null;
  @Field(() => String, { nullable: true })
  purchaseOrder?: string | null;
}
