/** A use of an asset, and whether it is allowed. */
import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { TermsOriginEnum, UsePurposeEnum, UseVerdictEnum } from './enums.js';
import { LicenseType } from './license.types.js';
import { Count, DateTime } from './scalars.js';

@InputType('UseInput', {
  description: 'What somebody wants to do. What is left out is unstated: never "everywhere", never "anything".',
})
export class UseInput {
  @Field(() => String, { description: 'A word in lower_snake, e.g. web, email, social, print. An unknown one gets UNKNOWN.' })
  channel!: string;
  @Field(() => UsePurposeEnum, { nullable: true, defaultValue: 'COMMERCIAL' })
  purpose?: 'COMMERCIAL' | 'EDITORIAL' | 'INTERNAL' | null;
  @Field(() => String, { nullable: true, description: 'E.g. advertising_print_magazine_newspaper.' })
  usage?: string | null;
  @Field(() => String, { nullable: true, description: 'E.g. page_cover.' })
  placement?: string | null;
  @Field(() => String, { nullable: true, description: 'E.g. page_full, resolution_high.' })
  size?: string | null;
  @Field(() => [String], {
    nullable: true,
    description: 'ISO 3166-1 alpha-2 codes, or WORLD. Left out: unstated, not worldwide.',
  })
  territories?: string[] | null;
  @Field(() => String, { nullable: true, description: 'E.g. industry_tobacco, or tobacco.' })
  industry?: string | null;
  @Field(() => String, { nullable: true, description: 'BCP 47, e.g. de or de-AT.' })
  language?: string | null;
  @Field(() => DateTime, { nullable: true, description: 'Inclusive. Default: now.' })
  startsAt?: string | null;
  @Field(() => DateTime, { nullable: true, description: 'Exclusive. Left out: whether the use may go on now is answered.' })
  endsAt?: string | null;
  @Field(() => String, {
    nullable: true,
    description: "What is counted, in the words of the license's limits, e.g. circulation.",
  })
  unit?: string | null;
  @Field(() => Count, { nullable: true, defaultValue: 1, description: 'How many of them, from 1 on.' })
  units?: number | null;
}

@ObjectType('Use', { simpleResolvers: true })
export class UseType {
  @Field(() => String)
  channel!: string;
  @Field(() => UsePurposeEnum)
  purpose!: string;
  @Field(() => String, { nullable: true })
  usage!: string | null;
  @Field(() => String, { nullable: true })
  placement!: string | null;
  @Field(() => String, { nullable: true })
  size!: string | null;
  @Field(() => [String], { nullable: true })
  territories!: readonly string[] | null;
  @Field(() => String, { nullable: true })
  industry!: string | null;
  @Field(() => String, { nullable: true })
  language!: string | null;
  @Field(() => DateTime, { nullable: true })
  startsAt!: string | null;
  @Field(() => DateTime, { nullable: true })
  endsAt!: string | null;
  @Field(() => String, { nullable: true })
  unit!: string | null;
  @Field(() => Count)
  units!: number;
}

@ObjectType('UseReason', { simpleResolvers: true })
export class UseReasonType {
  @Field(() => String, { description: 'Stable; see the documentation of rights.' })
  code!: string;
  @Field(() => UseVerdictEnum, { description: 'What this reason alone would answer.' })
  effect!: string;
  @Field(() => String, { description: 'For people.' })
  message!: string;
  @Field(() => String, { nullable: true, description: 'The field of the terms that it rests on.' })
  field!: string | null;
  @Field(() => TermsOriginEnum, { nullable: true, description: 'Who stated that field.' })
  origin!: string | null;
}

@ObjectType('UseDuty', { simpleResolvers: true })
export class UseDutyType {
  @Field(() => String, { description: 'ATTRIBUTION, NOTICE, END_BY or FIRST_USE_BY.' })
  kind!: string;
  @Field(() => String)
  text!: string;
}

@ObjectType('UseDecision', {
  simpleResolvers: true,
  description:
    'ALLOWED only when every question of the use is answered by terms on record. A prohibition wins; unknown is never a permission.',
})
export class UseDecisionType {
  @Field(() => ID, { description: 'Names the decision on record; equal ones of a day are one.' })
  id!: string;
  @Field(() => UseVerdictEnum)
  verdict!: string;
  @Field(() => [UseReasonType], { description: 'Everything that took part, also what speaks for it.' })
  reasons!: readonly UseReasonType[];
  @Field(() => [UseDutyType], { description: 'What the use obliges to, once it is allowed.' })
  duties!: readonly UseDutyType[];
  @Field(() => UseType, { description: 'The use as it was understood.' })
  use!: UseType;
  @Field(() => LicenseType, { nullable: true, description: 'The license that it was decided by.' })
  license?: LicenseType | null;
  @Field(() => String, { description: 'Of the terms that apply when the use starts.' })
  termsHash!: string;
  @Field(() => String)
  rulesVersion!: string;
  @Field(() => DateTime)
  decidedAt!: string;
}
