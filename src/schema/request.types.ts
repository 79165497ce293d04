/** Selections and requests for licenses, as callers see them. */
import { createUnionType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import {
  AllocationInput,
  LicenseReferenceInput,
  NodeInterface,
  PageInfoType,
  SourceErrorType,
  typeNameOf,
} from './common.types.js';
import { RequestItemStateEnum, RequestOriginEnum, RequestStateEnum } from './enums.js';
import { AllocationType, LicenseReferenceType } from './license.types.js';
import { IdempotencyConflictType, InvalidRequestType, LicenseOutcomeUnion } from './licensing.types.js';
import { LicenseQuoteUnion } from './quote.types.js';
import { DateTime } from './scalars.js';

@ObjectType('RequestItem', {
  simpleResolvers: true,
  implements: NodeInterface,
  description: 'A picture that somebody asks for, with what was seen of it when it was looked at last.',
})
export class RequestItemType extends NodeInterface {
  @Field(() => RequestItemStateEnum)
  state!: string;
  @Field(() => String)
  licenseType!: string;
  @Field(() => Boolean, { description: 'A further license of an asset that is licensed already.' })
  again!: boolean;
  @Field(() => String, { nullable: true, description: 'Why it is licensed again.' })
  reason!: string | null;
  @Field(() => [LicenseReferenceType])
  references!: LicenseReferenceType[];
  @Field(() => String)
  addedBy!: string;
  @Field(() => DateTime)
  addedAt!: string;
}

@ObjectType('FrozenCandidate', { simpleResolvers: true, description: 'What the requester, the approver and the buyer mean.' })
export class FrozenCandidateType {
  @Field(() => LicenseQuoteUnion)
  quote!: typeof LicenseQuoteUnion;
  @Field(() => String, { nullable: true })
  title!: string | null;
  @Field(() => String, { nullable: true })
  creditLine!: string | null;
  @Field(() => [String], { description: 'Of the pictures that Asset.previews shows.' })
  previewRoles!: string[];
  @Field(() => String)
  termsHash!: string;
  @Field(() => String, { description: 'Of the quote.' })
  fingerprint!: string;
  @Field(() => DateTime)
  frozenAt!: string;
}

@ObjectType('RequestComment', { simpleResolvers: true })
export class RequestCommentType {
  @Field(() => String)
  author!: string;
  @Field(() => String)
  text!: string;
  @Field(() => DateTime)
  writtenAt!: string;
}

@ObjectType('LicenseRequest', {
  simpleResolvers: true,
  implements: NodeInterface,
  description: 'Somebody asks for pictures; others agree to exact assets, terms and prices; the purchase follows.',
})
export class LicenseRequestType extends NodeInterface {
  @Field(() => RequestStateEnum)
  state!: string;
  @Field(() => RequestOriginEnum)
  origin!: string;
  @Field(() => String)
  title!: string;
  @Field(() => String, { nullable: true })
  brief!: string | null;
  @Field(() => AllocationType)
  allocation!: AllocationType;
  @Field(() => [String], { description: 'Where the pictures are meant to be used; empty: not stated.' })
  channels!: string[];
  @Field(() => DateTime, { nullable: true })
  dueAt!: string | null;
  @Field(() => String)
  requestedBy!: string;
  @Field(() => DateTime)
  createdAt!: string;
  @Field(() => DateTime, { nullable: true, description: 'The first time.' })
  submittedAt!: string | null;
  @Field(() => DateTime, { nullable: true })
  withdrawnAt!: string | null;
}

@ObjectType('LicenseRequestEdge', { simpleResolvers: true })
export class LicenseRequestEdgeType {
  @Field(() => String)
  cursor!: string;
  @Field(() => LicenseRequestType, { nullable: true })
  node!: LicenseRequestType | null;
}

@ObjectType('LicenseRequestConnection', { simpleResolvers: true })
export class LicenseRequestConnectionType {
  @Field(() => [LicenseRequestEdgeType])
  edges!: LicenseRequestEdgeType[];
  @Field(() => PageInfoType)
  pageInfo!: PageInfoType;
  @Field(() => Int, { nullable: true })
  totalCount!: number | null;
}

@InputType('LicenseRequestFilter')
export class LicenseRequestFilterInput {
  @Field(() => [RequestStateEnum], { nullable: true })
  states?: ('DRAFT' | 'SUBMITTED' | 'CLOSED' | 'WITHDRAWN')[] | null;
  @Field(() => String, { nullable: true, description: 'As viewer.subject shows them.' })
  requestedBy?: string | null;
  @Field(() => String, { nullable: true })
  campaign?: string | null;
}

@InputType('CreateRequestInput')
export class CreateRequestInput {
  @Field(() => String)
  title!: string;
  @Field(() => String, { nullable: true })
  brief?: string | null;
  @Field(() => String, { nullable: true, description: 'The same as allocation.campaign.' })
  campaign?: string | null;
  @Field(() => AllocationInput, { nullable: true, description: 'Who pays for all of it.' })
  allocation?: AllocationInput | null;
  @Field(() => [String], { nullable: true, description: 'Where the pictures are meant to be used.' })
  channels?: string[] | null;
  @Field(() => DateTime, { nullable: true })
  dueAt?: string | null;
  @Field(() => String)
  idempotencyKey!: string;
}

@InputType('CandidateInput')
export class CandidateInput {
  @Field(() => ID)
  assetId!: string;
  @Field(() => String, { nullable: true, description: 'Default: the first that fits.' })
  licenseType?: string | null;
  @Field(() => [LicenseReferenceInput], { nullable: true })
  references?: LicenseReferenceInput[] | null;
  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'A further license, as relicenseAsset buys it.' })
  again?: boolean | null;
  @Field(() => String, { nullable: true, description: 'Why it is licensed again; required with again.' })
  reason?: string | null;
}

@InputType('AddCandidatesInput')
export class AddCandidatesInput {
  @Field(() => ID)
  requestId!: string;
  @Field(() => [CandidateInput], { description: 'At most 100; all of them are added, or none.' })
  items!: CandidateInput[];
  @Field(() => String)
  idempotencyKey!: string;
}

@InputType('SubmitRequestInput')
export class SubmitRequestInput {
  @Field(() => ID)
  requestId!: string;
  @Field(() => String)
  idempotencyKey!: string;
}

@InputType('CommentOnRequestInput')
export class CommentOnRequestInput {
  @Field(() => ID)
  requestId!: string;
  @Field(() => ID, { nullable: true })
  itemId?: string | null;
  @Field(() => String)
  text!: string;
  @Field(() => String)
  idempotencyKey!: string;
}

@InputType('FulfilRequestInput')
export class FulfilRequestInput {
  @Field(() => ID)
  requestId!: string;
  @Field(() => [ID], { nullable: true, description: 'Default: everything that can be bought now.' })
  itemIds?: string[] | null;
  @Field(() => String, { description: 'The same key makes the same purchases: none of them twice.' })
  idempotencyKey!: string;
}

@ObjectType('LicenseRequestPayload', { simpleResolvers: true })
export class LicenseRequestPayloadType {
  @Field(() => LicenseRequestType)
  request!: LicenseRequestType;
  @Field(() => Boolean, { description: 'True: it had been done already; this call changed nothing.' })
  replayed!: boolean;
}

export const LicenseRequestOutcomeUnion = createUnionType({
  name: 'LicenseRequestOutcome',
  types: () => [LicenseRequestPayloadType, InvalidRequestType, IdempotencyConflictType] as const,
  resolveType: typeNameOf,
});

@ObjectType('FulfilledItem', { simpleResolvers: true })
export class FulfilledItemType {
  @Field(() => RequestItemType)
  item!: RequestItemType;
  @Field(() => LicenseOutcomeUnion, { nullable: true, description: 'Null when it could not be tried; nothing was sent then.' })
  outcome!: typeof LicenseOutcomeUnion | null;
  @Field(() => SourceErrorType, { nullable: true })
  error!: SourceErrorType | null;
}

@ObjectType('FulfilRequestPayload', { simpleResolvers: true })
export class FulfilRequestPayloadType {
  @Field(() => LicenseRequestType)
  request!: LicenseRequestType;
  @Field(() => [FulfilledItemType], { description: 'In the order added.' })
  items!: FulfilledItemType[];
  @Field(() => Boolean)
  replayed!: boolean;
}

export const FulfilRequestOutcomeUnion = createUnionType({
  name: 'FulfilRequestOutcome',
  types: () => [FulfilRequestPayloadType, InvalidRequestType, IdempotencyConflictType] as const,
  resolveType: typeNameOf,
});

@ObjectType('UnreviewedAsset', { simpleResolvers: true, description: 'A rule might want to see it, and it has no quote now.' })
export class UnreviewedAssetType {
  @Field(() => ID)
  assetId!: string;
  @Field(() => String, { description: 'For people.' })
  why!: string;
}

@ObjectType('Selection', {
  simpleResolvers: true,
  implements: NodeInterface,
  description: 'A saved list of assets, for whoever saved it.',
})
export class SelectionType extends NodeInterface {
  @Field(() => String)
  name!: string;
  @Field(() => [ID])
  assetIds!: string[];
  @Field(() => [UnreviewedAssetType])
  unreviewed!: UnreviewedAssetType[];
  @Field(() => String)
  savedBy!: string;
  @Field(() => DateTime)
  savedAt!: string;
}

@ObjectType('SelectionEdge', { simpleResolvers: true })
export class SelectionEdgeType {
  @Field(() => String)
  cursor!: string;
  @Field(() => SelectionType, { nullable: true })
  node!: SelectionType | null;
}

@ObjectType('SelectionConnection', { simpleResolvers: true })
export class SelectionConnectionType {
  @Field(() => [SelectionEdgeType])
  edges!: SelectionEdgeType[];
  @Field(() => PageInfoType)
  pageInfo!: PageInfoType;
  @Field(() => Int, { nullable: true })
  totalCount!: number | null;
}

@InputType('SaveSelectionInput')
export class SaveSelectionInput {
  @Field(() => String)
  name!: string;
  @Field(() => [ID], { description: 'At most 200.' })
  assetIds!: string[];
  @Field(() => AllocationInput, { nullable: true, description: 'Who would pay, for the request that a rule opens.' })
  allocation?: AllocationInput | null;
  @Field(() => String)
  idempotencyKey!: string;
}

@ObjectType('SaveSelectionPayload', { simpleResolvers: true })
export class SaveSelectionPayloadType {
  @Field(() => SelectionType)
  selection!: SelectionType;
  @Field(() => Boolean)
  replayed!: boolean;
}

export const SaveSelectionOutcomeUnion = createUnionType({
  name: 'SaveSelectionOutcome',
  types: () => [SaveSelectionPayloadType, InvalidRequestType, IdempotencyConflictType] as const,
  resolveType: typeNameOf,
});
