/** Buying licenses: what is asked for, and every outcome that a caller can expect and act on. */
import { createUnionType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import {
  AllocationInput,
  InputProblemType,
  LicenseReferenceInput,
  MoneyInput,
  MoneyType,
  SourceErrorType,
  typeNameOf,
} from './common.types.js';
import { ApprovalStateEnum, AssetSourceEnum, BudgetMeasureEnum, NotFoundPolicyEnum, ResolutionEnum } from './enums.js';
import { LicenseOperationType, LicenseType } from './license.types.js';
import { LicenseQuoteUnion } from './quote.types.js';
import { DateTime, Decimal, Url } from './scalars.js';
import { StatedTermsInput } from './stated-terms.types.js';

/** What every order says. */
@InputType()
class OrderInput {
  @Field(() => ID)
  assetId!: string;
  @Field(() => String, {
    nullable: true,
    description: "The source's word, see Asset.licenseOptions. Default: the first of them.",
  })
  licenseType?: string | null;
  @Field(() => [LicenseReferenceInput], { nullable: true })
  references?: LicenseReferenceInput[] | null;
  @Field(() => AllocationInput, { nullable: true })
  allocation?: AllocationInput | null;
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Buy even where the allowance is used up and the source charges extra.',
  })
  acceptOverage?: boolean | null;
  @Field(() => MoneyInput, {
    nullable: true,
    description: 'What the source may charge extra at most. A higher price, or one that cannot be compared, is QuoteChanged.',
  })
  maxPrice?: MoneyInput | null;
  @Field(() => String, { nullable: true, description: 'Fingerprint of the quote agreed to; another one is QuoteChanged.' })
  expectedQuote?: string | null;
  @Field(() => ID, {
    nullable: true,
    description:
      'The approval that it is bought under; one purchase takes it. Without: ApprovalRequired where a rule asks for one.',
  })
  approvalId?: string | null;
  @Field(() => StatedTermsInput, {
    nullable: true,
    description:
      'Terms of the contract, frozen with the license that this makes. One that is held already keeps its own: see stateTerms.',
  })
  terms?: StatedTermsInput | null;
}

@InputType('LicenseAssetInput')
export class LicenseAssetInput extends OrderInput {
  @Field(() => String, {
    description: 'Names this purchase for good: the same key with the same input gives the same answer and never charges twice.',
  })
  idempotencyKey!: string;
}

@InputType('RelicenseAssetInput', { description: 'A further license of an asset that is licensed already: it is charged again.' })
export class RelicenseAssetInput extends OrderInput {
  @Field(() => String, { description: 'Why it is licensed again; kept with the operation and in the audit trail.' })
  reason!: string;
  @Field(() => ID, {
    nullable: true,
    description: 'The license that the new one follows. Default: the newest of this type in force.',
  })
  supersedes?: string | null;
  @Field(() => String, {
    description: 'Names this purchase for good: the same key with the same input gives the same answer and never charges twice.',
  })
  idempotencyKey!: string;
}

@InputType('LicenseAssetsItemInput')
export class LicenseAssetsItemInput extends OrderInput {}

@InputType('LicenseAssetsInput', { description: 'Many first licenses: each is bought, or not, for itself.' })
export class LicenseAssetsInput {
  @Field(() => [LicenseAssetsItemInput], { description: 'At most 100, each asset and license type once.' })
  items!: LicenseAssetsItemInput[];
  @Field(() => String, {
    description:
      'Each item gets a key of its own derived from this one, its asset and its type: the same item under the same key is bought once.',
  })
  idempotencyKey!: string;
}

@ObjectType('LicenseGranted', { simpleResolvers: true })
export class LicenseGrantedType {
  @Field(() => LicenseType)
  license!: LicenseType;
  @Field(() => LicenseOperationType)
  operation!: LicenseOperationType;
  @Field(() => Boolean)
  replayed!: boolean;
}

@ObjectType('LicenseAlreadyHeld', { simpleResolvers: true })
export class LicenseAlreadyHeldType {
  @Field(() => LicenseType)
  license!: LicenseType;
  @Field(() => LicenseOperationType)
  operation!: LicenseOperationType;
  @Field(() => Boolean)
  replayed!: boolean;
}

@ObjectType('LicensePending', { simpleResolvers: true, description: 'Ask again: with the same key, or for the operation.' })
export class LicensePendingType {
  @Field(() => LicenseOperationType)
  operation!: LicenseOperationType;
  @Field(() => String)
  message!: string;
  @Field(() => Int, { nullable: true })
  retryAfterMs!: number | null;
}

@ObjectType('QuoteChanged', {
  simpleResolvers: true,
  description: 'Nothing was spent. The quote is not the one that was agreed to.',
})
export class QuoteChangedType {
  @Field(() => LicenseQuoteUnion, { nullable: true })
  current!: typeof LicenseQuoteUnion | null;
  @Field(() => String)
  message!: string;
}

@ObjectType('ApprovalRequired', {
  simpleResolvers: true,
  description: 'Nothing was spent. A rule asks for an approval, or the one that was given does not stand.',
})
export class ApprovalRequiredType {
  @Field(() => ID, {
    nullable: true,
    description: 'The approval to wait for, or to pass. Null: nobody has asked for one of this content.',
  })
  approvalId!: string | null;
  @Field(() => ApprovalStateEnum)
  state!: string;
  @Field(() => String)
  message!: string;
}

@ObjectType('BudgetExceeded', {
  simpleResolvers: true,
  description: 'Nothing was spent. A budget that covers the purchase has no room for it, or cannot be compared with it.',
})
export class BudgetExceededType {
  @Field(() => String, { nullable: true, description: 'Null: the budget of the whole tenant.' })
  costCenter!: string | null;
  @Field(() => BudgetMeasureEnum)
  measure!: string;
  @Field(() => MoneyType, { nullable: true, description: 'Where the budget counts money.' })
  available!: MoneyType | null;
  @Field(() => MoneyType, { nullable: true })
  requested!: MoneyType | null;
  @Field(() => Decimal, { description: 'In whatever the budget counts.' })
  availableAmount!: string;
  @Field(() => Decimal, { nullable: true, description: 'Null: not known, and what is not known never fits.' })
  requestedAmount!: string | null;
  @Field(() => String)
  message!: string;
}

@ObjectType('OverageConfirmationRequired', {
  simpleResolvers: true,
  description: 'Nothing was spent. Ask again with acceptOverage.',
})
export class OverageConfirmationRequiredType {
  @Field(() => MoneyType, { nullable: true })
  price!: MoneyType | null;
  @Field(() => String)
  message!: string;
}

@ObjectType('CheckoutRequired', {
  simpleResolvers: true,
  description: 'Nothing was spent. The source sells this only on its own site.',
})
export class CheckoutRequiredType {
  @Field(() => Url, { nullable: true })
  url!: string | null;
  @Field(() => String)
  message!: string;
}

@ObjectType('LicenseRefused', { simpleResolvers: true })
export class LicenseRefusedType {
  @Field(() => String)
  code!: string;
  @Field(() => String)
  message!: string;
  @Field(() => LicenseOperationType)
  operation!: LicenseOperationType;
}

@ObjectType('UnsupportedBySource', { simpleResolvers: true })
export class UnsupportedBySourceType {
  @Field(() => AssetSourceEnum)
  source!: string;
  @Field(() => String)
  message!: string;
}

@ObjectType('InvalidRequest', { simpleResolvers: true })
export class InvalidRequestType {
  @Field(() => [InputProblemType])
  problems!: InputProblemType[];
  @Field(() => String)
  message!: string;
}

@ObjectType('IdempotencyConflict', {
  simpleResolvers: true,
  description: 'The key belongs to a call with other arguments. Nothing was done.',
})
export class IdempotencyConflictType {
  @Field(() => String)
  message!: string;
}

export const LicenseOutcomeUnion = createUnionType({
  name: 'LicenseOutcome',
  types: () =>
    [
      LicenseGrantedType,
      LicenseAlreadyHeldType,
      LicensePendingType,
      ApprovalRequiredType,
      QuoteChangedType,
      OverageConfirmationRequiredType,
      CheckoutRequiredType,
      BudgetExceededType,
      LicenseRefusedType,
      UnsupportedBySourceType,
      InvalidRequestType,
      IdempotencyConflictType,
    ] as const,
  resolveType: typeNameOf,
});

@ObjectType('LicenseAssetsItem', { simpleResolvers: true })
export class LicenseAssetsItemType {
  @Field(() => ID)
  assetId!: string;
  @Field(() => String, { nullable: true })
  licenseType!: string | null;
  @Field(() => String, { description: 'The key of this item: ask licenseOperation for it.' })
  idempotencyKey!: string;
  @Field(() => LicenseOutcomeUnion, { nullable: true, description: 'Null when it could not be tried; nothing was sent then.' })
  outcome!: typeof LicenseOutcomeUnion | null;
  @Field(() => SourceErrorType, { nullable: true })
  error!: SourceErrorType | null;
}

@ObjectType('LicenseAssetsPayload', { simpleResolvers: true })
export class LicenseAssetsPayloadType {
  @Field(() => [LicenseAssetsItemType], { description: 'In the order asked.' })
  items!: LicenseAssetsItemType[];
}

export const LicenseAssetsOutcomeUnion = createUnionType({
  name: 'LicenseAssetsOutcome',
  types: () => [LicenseAssetsPayloadType, InvalidRequestType] as const,
  resolveType: typeNameOf,
});

@InputType('ResolveOperationInput', {
  description: 'Closes an operation in review. For a second person: never the one who asked for the purchase.',
})
export class ResolveOperationInput {
  @Field(() => ID)
  operationId!: string;
  @Field(() => ResolutionEnum)
  resolution!: 'CONFIRMED' | 'REJECTED';
  @Field(() => String, { description: 'What was found at the source; kept in the audit trail.' })
  reason!: string;
  @Field(() => DateTime, { nullable: true, description: "As the source's books have it. CONFIRMED only." })
  licensedAt?: string | null;
  @Field(() => String, { nullable: true, description: 'CONFIRMED only.' })
  sourceReference?: string | null;
}

@ObjectType('ResolveOperationPayload', { simpleResolvers: true })
export class ResolveOperationPayloadType {
  @Field(() => LicenseOperationType)
  operation!: LicenseOperationType;
}

export const ResolveOperationOutcomeUnion = createUnionType({
  name: 'ResolveOperationOutcome',
  types: () => [ResolveOperationPayloadType, InvalidRequestType] as const,
  resolveType: typeNameOf,
});

@InputType('SetSettlePolicyInput')
export class SetSettlePolicyInput {
  @Field(() => AssetSourceEnum)
  source!: 'ADOBE_STOCK' | 'GETTY_IMAGES' | 'PHOTOSHELTER' | 'SMINT_IO';
  @Field(() => NotFoundPolicyEnum)
  notFound!: 'NEEDS_REVIEW' | 'REJECTED';
}

@ObjectType('SettlePolicy', {
  simpleResolvers: true,
  description: 'What becomes of an unclear purchase that the source still does not show when the horizon has passed.',
})
export class SettlePolicyType {
  @Field(() => AssetSourceEnum)
  source!: string;
  @Field(() => NotFoundPolicyEnum)
  notFound!: string;
}
