/** What is known of the rights in an asset or under a license. */
import { Field, ObjectType } from 'type-graphql';
import { KnownEnum, RightsModelEnum, TermKindEnum, TermsOriginEnum } from './enums.js';
import { Count, DateTime } from './scalars.js';

@ObjectType('TermList', { simpleResolvers: true })
export class TermListType {
  @Field(() => [String])
  allowed!: string[];
  @Field(() => [String])
  restricted!: string[];
  @Field(() => Boolean, { description: 'False: nobody said anything, and empty lists mean nothing.' })
  known!: boolean;
}

@ObjectType('UsageLimit', { simpleResolvers: true })
export class UsageLimitType {
  @Field(() => String)
  unit!: string;
  @Field(() => Count)
  max!: number;
  @Field(() => Count, { description: 'Units recorded in this gateway.' })
  used!: number;
  @Field(() => Count)
  remaining!: number;
}

@ObjectType('Rights', {
  simpleResolvers: true,
  description: 'Three-valued throughout: silence of the source is UNKNOWN, never a permission.',
})
export class RightsType {
  @Field(() => RightsModelEnum)
  model!: string;
  @Field(() => KnownEnum)
  editorialOnly!: string;
  @Field(() => KnownEnum)
  exclusive!: string;
  @Field(() => TermListType)
  usages!: TermListType;
  @Field(() => TermListType)
  channels!: TermListType;
  @Field(() => TermListType)
  placements!: TermListType;
  @Field(() => TermListType)
  sizes!: TermListType;
  @Field(() => TermListType, { description: 'ISO 3166-1 alpha-2 codes, WORLD, or a region as the source names it.' })
  territories!: TermListType;
  @Field(() => TermListType)
  industries!: TermListType;
  @Field(() => TermListType)
  languages!: TermListType;
  @Field(() => TermKindEnum)
  termKind!: string;
  @Field(() => DateTime, { nullable: true })
  validFrom!: string | null;
  @Field(() => DateTime, { nullable: true, description: 'Exclusive.' })
  validUntil!: string | null;
  @Field(() => DateTime, { nullable: true, description: 'The first use must happen before this.' })
  toBeUsedUntil!: string | null;
  @Field(() => KnownEnum)
  attributionRequired!: string;
  @Field(() => String, { nullable: true })
  attributionText!: string | null;
  @Field(() => KnownEnum)
  modelReleased!: string;
  @Field(() => KnownEnum)
  propertyReleased!: string;
  @Field(() => [String], { description: "The source's own words, unaltered." })
  restrictions!: string[];
  @Field(() => TermsOriginEnum)
  origin!: string;
  @Field(() => String, { nullable: true })
  originVersion!: string | null;
}
