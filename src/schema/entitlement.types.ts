/** What the accounts of a tenant may still spend. */
import { Field, Int, ObjectType } from 'type-graphql';
import { SourceResultType } from './asset.types.js';
import { AssetSourceEnum } from './enums.js';
import { DateTime, Json } from './scalars.js';

@ObjectType('Entitlement', {
  simpleResolvers: true,
  description: 'An allowance, credits, an agreement: what an account may still spend or use.',
})
export class EntitlementType {
  @Field(() => String, { description: 'Stable within the source.' })
  key!: string;
  @Field(() => AssetSourceEnum)
  source!: string;
  @Field(() => String)
  name!: string;
  @Field(() => Int, { nullable: true, description: 'Null where the source enforces no limit, or does not say; see raw.' })
  remaining!: number | null;
  @Field(() => Int, { nullable: true })
  limit!: number | null;
  @Field(() => DateTime, { nullable: true })
  resetsAt!: string | null;
  @Field(() => DateTime, { nullable: true })
  expiresAt!: string | null;
  @Field(() => DateTime, { description: 'When the source said so; never from a cache.' })
  asOf!: string;
  @Field(() => Json, { description: "The source's own words and figures." })
  raw!: unknown;
}

@ObjectType('EntitlementReport', { simpleResolvers: true })
export class EntitlementReportType {
  @Field(() => [EntitlementType])
  items!: EntitlementType[];
  @Field(() => [SourceResultType], { description: 'How each source took part; one that failed has no items.' })
  sources!: SourceResultType[];
}
