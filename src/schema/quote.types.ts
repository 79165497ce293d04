/** What a license would cost, before it is bought. */
import { createUnionType, Field, Int, ObjectType } from 'type-graphql';
import { MoneyType, typeNameOf } from './common.types.js';
import { LicenseType } from './license.types.js';
import { DateTime, Url } from './scalars.js';

@ObjectType('LicenseReferenceSpec', {
  simpleResolvers: true,
  description: 'A reference that the source asks for with a purchase.',
})
export class LicenseReferenceSpecType {
  @Field(() => String, { description: 'To be passed back in references.' })
  key!: string;
  @Field(() => String)
  label!: string;
  @Field(() => Boolean)
  required!: boolean;
}

const FINGERPRINT =
  'Names asset, type, price, units and terms of this quote: pass it as expectedQuote to buy on these terms only.';

@ObjectType('QuoteWithinEntitlement', { simpleResolvers: true, description: 'Covered by what the account has.' })
export class QuoteWithinEntitlementType {
  @Field(() => String, { nullable: true })
  licenseType!: string | null;
  @Field(() => String, { description: "The source's own words, in the caller's language where it has them." })
  message!: string;
  @Field(() => Int, { nullable: true, description: 'Units of the allowance that it takes; null where the source does not say.' })
  units!: number | null;
  @Field(() => Int, { nullable: true, description: 'Units left now; null: not stated, or no enforced limit.' })
  remaining!: number | null;
  @Field(() => MoneyType, { nullable: true, description: 'Where the source states one although the account covers it.' })
  price!: MoneyType | null;
  @Field(() => [LicenseReferenceSpecType])
  requiredReferences!: LicenseReferenceSpecType[];
  @Field(() => LicenseType, { nullable: true, description: 'The license that is in force already: nothing would be charged.' })
  alreadyHeld!: LicenseType | null;
  @Field(() => String, { description: FINGERPRINT })
  fingerprint!: string;
  @Field(() => DateTime)
  quotedAt!: string;
}

@ObjectType('QuoteOverage', { simpleResolvers: true, description: 'The allowance is used up: the source would charge extra.' })
export class QuoteOverageType {
  @Field(() => String, { nullable: true })
  licenseType!: string | null;
  @Field(() => String)
  message!: string;
  @Field(() => MoneyType, { nullable: true, description: "Null where the source's words name none beyond doubt." })
  price!: MoneyType | null;
  @Field(() => [LicenseReferenceSpecType])
  requiredReferences!: LicenseReferenceSpecType[];
  @Field(() => String, { description: FINGERPRINT })
  fingerprint!: string;
  @Field(() => DateTime)
  quotedAt!: string;
}

@ObjectType('QuoteCheckoutRequired', { simpleResolvers: true, description: 'The source sells this on its own site only.' })
export class QuoteCheckoutRequiredType {
  @Field(() => String, { nullable: true })
  licenseType!: string | null;
  @Field(() => String)
  message!: string;
  @Field(() => Url, { nullable: true })
  url!: string | null;
}

@ObjectType('QuoteUnavailable', {
  simpleResolvers: true,
  description:
    'No quote: refused by the source, not offered, or not asked in time. reason is REFUSED_BY_SOURCE, UNSUPPORTED, UNKNOWN_LICENSE_TYPE or the code of a fault, such as RATE_LIMITED.',
})
export class QuoteUnavailableType {
  @Field(() => String, { nullable: true })
  licenseType!: string | null;
  @Field(() => String)
  message!: string;
  @Field(() => String)
  reason!: string;
}

export const LicenseQuoteUnion = createUnionType({
  name: 'LicenseQuote',
  types: () => [QuoteWithinEntitlementType, QuoteOverageType, QuoteCheckoutRequiredType, QuoteUnavailableType] as const,
  resolveType: typeNameOf,
});
