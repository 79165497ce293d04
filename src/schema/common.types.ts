/** What several types share: nodes, pages, money, problems. */
import { Field, ID, InputType, Int, InterfaceType, ObjectType } from 'type-graphql';
import { Decimal } from './scalars.js';

/** Nodes are plain domain objects: assets carry their `AssetKind` as kind, all others the name of their type. */
const nodeTypeOf = (value: { readonly kind: string }): string =>
  value.kind === 'License' || value.kind === 'LicenseOperation' || value.kind === 'AuditEvent' ? value.kind : 'Asset';

@InterfaceType('Node', { resolveType: nodeTypeOf, description: 'Anything with a global id.' })
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
