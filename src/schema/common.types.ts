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

@ObjectType('SourceError', { simpleResolvers: true, description: 'Why a source, or an operation with it, did not do its part.' })
export class SourceErrorType {
  @Field(() => String, {
    description:
      'For programs, in capitals: of a source that failed `SOURCE_UNAVAILABLE`, `RATE_LIMITED`, `DEADLINE_EXCEEDED` or `BAD_USER_INPUT` (it cannot do this); of an operation more. New ones may be added.',
  })
  code!: string;
  @Field(() => String, {
    description: 'For people: what happened and what to do. Never an address or a text of the source that may hold a secret.',
  })
  message!: string;
  @Field(() => Boolean, { description: 'Whether the same again may go well later.' })
  retryable!: boolean;
  @Field(() => Int, { nullable: true, description: 'Milliseconds to wait before that. Null: not stated.' })
  retryAfterMs!: number | null;
}

@ObjectType('InputProblem', {
  simpleResolvers: true,
  description: 'One thing that is wrong with what was sent; nothing was done.',
})
export class InputProblemType {
  @Field(() => String, { description: 'Dotted path into the input.' })
  path!: string;
  @Field(() => String, { description: 'For programs, in capitals, such as `REQUIRED` or `NOT_FOUND`. New ones may be added.' })
  code!: string;
  @Field(() => String, { description: 'For people: what is wrong and what would be right.' })
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
