/** What the accounts of a tenant may still spend. */
import { Field, Int, ObjectType } from 'type-graphql';
import { SourceResultType } from './asset.types.js';
import { AssetSourceEnum, KnownEnum } from './enums.js';
import { DateTime, Json } from './scalars.js';

@ObjectType('Entitlement', {
  simpleResolvers: true,
  description: 'An allowance, credits, an agreement: what an account may still spend or use.',
})
export class EntitlementType {
  @Field(() => String, { description: 'Stable within the source.' })
  key!: string;
  @Field(() => AssetSourceEnum, { description: 'Whose account has it.' })
  source!: string;
  @Field(() => String, { description: 'For people: in the words of the source, or made from the key where it has none.' })
  name!: string;
  @Field(() => Int, {
    nullable: true,
    description:
      'How many of `unit` are left, of an entitlement that has ended too: see `usable`. Null: no limit, or not stated; see raw.',
  })
  remaining!: number | null;
  @Field(() => Int, { nullable: true, description: 'How many of `unit` there are in one period. Null: no limit, or not stated.' })
  limit!: number | null;
  @Field(() => String, {
    nullable: true,
    description: 'What `remaining` and `limit` count: `credits`, `downloads`. More may be added. Null: not stated.',
  })
  unit!: string | null;
  @Field(() => KnownEnum, {
    description: 'Whether it is in force now: NO once it has ended or is inactive. How much is left is in `remaining`.',
  })
  usable!: string;
  @Field(() => DateTime, { nullable: true, description: 'When `remaining` starts anew. Null: never, or not stated.' })
  resetsAt!: string | null;
  @Field(() => DateTime, { nullable: true, description: 'When it ends, or ended. Null: not stated.' })
  expiresAt!: string | null;
  @Field(() => DateTime, { description: 'When the source said so; never from a cache.' })
  asOf!: string;
  @Field(() => Json, { description: "The source's own words and figures." })
  raw!: unknown;
}

@ObjectType('EntitlementReport', {
  simpleResolvers: true,
  description: 'What all accounts of the tenant may still spend or use.',
})
export class EntitlementReportType {
  @Field(() => [EntitlementType], { description: 'Those that have ended too: see `usable`.' })
  items!: EntitlementType[];
  @Field(() => [SourceResultType], { description: 'How each source took part; one that failed has no items.' })
  sources!: SourceResultType[];
}
