/** Stating the terms of licenses, and recording what happened to them, or where they were bought, elsewhere. */
import { createUnionType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { AllocationInput, LicenseReferenceInput, MoneyInput, typeNameOf } from './common.types.js';
import { TermsReportKindEnum } from './enums.js';
import { LicenseType } from './license.types.js';
import { IdempotencyConflictType, InvalidRequestType } from './licensing.types.js';
import { DateTime } from './scalars.js';
import { StatedTermsInput } from './stated-terms.types.js';

const KEY = 'The same key with the same input gives the same answer and records nothing again.';

@InputType('StateTermsInput')
export class StateTermsInput {
  @Field(() => ID)
  licenseId!: string;
  @Field(() => StatedTermsInput)
  terms!: StatedTermsInput;
  @Field(() => DateTime, { nullable: true, description: 'From when they apply. Default: since ever.' })
  effectiveFrom?: string | null;
  @Field(() => DateTime, { nullable: true, description: 'Exclusive. Default: open.' })
  effectiveUntil?: string | null;
  @Field(() => String, { nullable: true, description: 'For the audit trail, e.g. the number of the contract.' })
  note?: string | null;
  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@ObjectType('StateTermsPayload', { simpleResolvers: true })
export class StateTermsPayloadType {
  @Field(() => LicenseType)
  license!: LicenseType;
  @Field(() => Boolean)
  replayed!: boolean;
}

@InputType('RecordRenewalInput')
export class RecordRenewalInput {
  @Field(() => ID)
  licenseId!: string;
  @Field(() => TermsReportKindEnum, { nullable: true, defaultValue: 'RENEWAL' })
  kind?: 'RENEWAL' | 'CORRECTION' | 'CANCELLATION' | null;
  @Field(() => String, { description: 'Who reports it, e.g. the name of a rights or ERP system.' })
  system!: string;
  @Field(() => String, {
    description: 'Name of the report in that system: reported again, under whichever key, it records nothing.',
  })
  reference!: string;
  @Field(() => StatedTermsInput, {
    nullable: true,
    description: 'With RENEWAL: at least validUntil, or termKind PERPETUAL. With CANCELLATION: none.',
  })
  terms?: StatedTermsInput | null;
  @Field(() => DateTime, {
    nullable: true,
    description: 'From when they apply; with CANCELLATION, the end. Default: now; with CORRECTION: since ever.',
  })
  effectiveFrom?: string | null;
  @Field(() => DateTime, { nullable: true, description: 'Exclusive. Default: open. With CORRECTION alone.' })
  effectiveUntil?: string | null;
  @Field(() => String, { nullable: true })
  note?: string | null;
  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@ObjectType('RecordRenewalPayload', { simpleResolvers: true })
export class RecordRenewalPayloadType {
  @Field(() => LicenseType)
  license!: LicenseType;
  @Field(() => Boolean, { description: 'It was on record already.' })
  replayed!: boolean;
}

@InputType('RecordLicenseInput', {
  description: 'A license that was bought elsewhere. Nothing is asked of the source but the asset.',
})
export class RecordLicenseInput {
  @Field(() => ID)
  assetId!: string;
  @Field(() => String, { description: "The source's word, or that of the contract. At most 100 characters." })
  licenseType!: string;
  @Field(() => StatedTermsInput, { nullable: true, description: 'Terms of the contract; the rest is as the source states it.' })
  terms?: StatedTermsInput | null;
  @Field(() => DateTime)
  licensedAt!: string;
  @Field(() => String, { nullable: true, description: 'Who bought it. Default: unknown.' })
  licensor?: string | null;
  @Field(() => MoneyInput, { nullable: true })
  price?: MoneyInput | null;
  @Field(() => AllocationInput, { nullable: true })
  allocation?: AllocationInput | null;
  @Field(() => String, { nullable: true })
  orderNumber?: string | null;
  @Field(() => [LicenseReferenceInput], { nullable: true })
  references?: LicenseReferenceInput[] | null;
  @Field(() => String, { nullable: true, description: "The license in the source's own books." })
  sourceReference?: string | null;
  @Field(() => String, { description: KEY })
  idempotencyKey!: string;
}

@ObjectType('RecordLicensePayload', { simpleResolvers: true })
export class RecordLicensePayloadType {
  @Field(() => LicenseType)
  license!: LicenseType;
  @Field(() => Boolean)
  replayed!: boolean;
}

export const StateTermsOutcomeUnion = createUnionType({
  name: 'StateTermsOutcome',
  types: () => [StateTermsPayloadType, InvalidRequestType, IdempotencyConflictType] as const,
  resolveType: typeNameOf,
});
export const RecordRenewalOutcomeUnion = createUnionType({
  name: 'RecordRenewalOutcome',
  types: () => [RecordRenewalPayloadType, InvalidRequestType, IdempotencyConflictType] as const,
  resolveType: typeNameOf,
});
export const RecordLicenseOutcomeUnion = createUnionType({
  name: 'RecordLicenseOutcome',
  types: () => [RecordLicensePayloadType, InvalidRequestType, IdempotencyConflictType] as const,
  resolveType: typeNameOf,
});
