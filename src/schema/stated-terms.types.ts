/** Terms as callers state them: with a purchase, for a license, in a policy. */
import { Field, InputType } from 'type-graphql';
import { KnownEnum, RightsModelEnum, TermKindEnum } from './enums.js';
import { Count, DateTime } from './scalars.js';

@InputType('TermListInput', {
  description: 'What is left out is unknown; an empty list is known: nothing is allowed, or nothing restricted.',
})
export class TermListInput {
  @Field(() => [String], { nullable: true, description: 'Each at most 100 characters.' })
  allowed?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'Words that the source restricts stay restricted besides.' })
  restricted?: string[] | null;
}

@InputType('UsageLimitInput')
export class UsageLimitInput {
  @Field(() => String, { description: 'A word in lower_snake, e.g. circulation, displays, downloads.' })
  unit!: string;
  @Field(() => Count, { description: 'At least 1.' })
  max!: number;
}

@InputType('StatedTermsInput', {
  description:
    'Terms of a contract, field by field; what is left out stays as it was. What the source prohibits stays prohibited: editorialOnly YES, a release that is NO, its restricted words.',
})
export class StatedTermsInput {
  @Field(() => RightsModelEnum, { nullable: true })
  model?: 'ROYALTY_FREE' | 'RIGHTS_MANAGED' | 'RIGHTS_READY' | 'OWNED' | 'UNKNOWN' | null;
  @Field(() => KnownEnum, { nullable: true })
  editorialOnly?: 'YES' | 'NO' | 'UNKNOWN' | null;
  @Field(() => KnownEnum, { nullable: true })
  exclusive?: 'YES' | 'NO' | 'UNKNOWN' | null;
  @Field(() => TermListInput, { nullable: true })
  usages?: TermListInput | null;
  @Field(() => TermListInput, { nullable: true })
  channels?: TermListInput | null;
  @Field(() => TermListInput, { nullable: true })
  placements?: TermListInput | null;
  @Field(() => TermListInput, { nullable: true })
  sizes?: TermListInput | null;
  @Field(() => TermListInput, {
    nullable: true,
    description: 'ISO 3166-1 alpha-2 codes, WORLD, or a region such as EU or europe_any.',
  })
  territories?: TermListInput | null;
  @Field(() => TermListInput, { nullable: true })
  industries?: TermListInput | null;
  @Field(() => TermListInput, { nullable: true, description: 'BCP 47.' })
  languages?: TermListInput | null;
  @Field(() => TermKindEnum, { nullable: true, description: 'Default with validUntil: FIXED. PERPETUAL takes the end away.' })
  termKind?: 'PERPETUAL' | 'FIXED' | 'UNKNOWN' | null;
  @Field(() => DateTime, { nullable: true })
  validFrom?: string | null;
  @Field(() => DateTime, { nullable: true, description: 'Exclusive.' })
  validUntil?: string | null;
  @Field(() => DateTime, { nullable: true, description: 'The first use must happen before this.' })
  toBeUsedUntil?: string | null;
  @Field(() => [UsageLimitInput], { nullable: true, description: 'Present, even empty: there are no other limits.' })
  limits?: UsageLimitInput[] | null;
  @Field(() => KnownEnum, { nullable: true })
  attributionRequired?: 'YES' | 'NO' | 'UNKNOWN' | null;
  @Field(() => String, { nullable: true })
  attributionText?: string | null;
  @Field(() => KnownEnum, { nullable: true, description: 'YES also means that none is needed.' })
  modelReleased?: 'YES' | 'NO' | 'UNKNOWN' | null;
  @Field(() => KnownEnum, { nullable: true, description: 'YES also means that none is needed.' })
  propertyReleased?: 'YES' | 'NO' | 'UNKNOWN' | null;
  @Field(() => [String], {
    nullable: true,
    description: "Present, even empty: the source's own words were read. They stay, and show as notices together with these.",
  })
  restrictions?: string[] | null;
}
