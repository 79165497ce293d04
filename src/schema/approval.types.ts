/** Approvals, the rules that ask for them, and delegation, as callers see them. */
import { createUnionType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { MoneyInput, MoneyType, NodeInterface, PageInfoType, typeNameOf } from './common.types.js';
import { ApprovalStateEnum, AssetSourceEnum, DecisionEnum, QuoteFormEnum, RoleEnum } from './enums.js';
import { IdempotencyConflictType, InvalidRequestType } from './licensing.types.js';
import { DateTime } from './scalars.js';

@ObjectType('ApprovalContent', { simpleResolvers: true, description: 'What is approved, and nothing else.' })
export class ApprovalContentType {
  @Field(() => ID)
  assetId!: string;
  @Field(() => String)
  licenseType!: string;
  @Field(() => Boolean, { description: 'A further license of an asset that is licensed already.' })
  again!: boolean;
  @Field(() => QuoteFormEnum)
  form!: string;
  @Field(() => MoneyType, { nullable: true })
  price!: MoneyType | null;
  @Field(() => Int, { nullable: true })
  units!: number | null;
  @Field(() => String)
  termsHash!: string;
  @Field(() => String, { nullable: true, description: 'That pays for it.' })
  department!: string | null;
}

@ObjectType('ApprovalDecision', { simpleResolvers: true })
export class ApprovalDecisionType {
  @Field(() => Int, { description: 'Index of the step.' })
  step!: number;
  @Field(() => DecisionEnum)
  decision!: string;
  @Field(() => String)
  decidedBy!: string;
  @Field(() => String, { nullable: true, description: 'Whom they stood in for.' })
  onBehalfOf!: string | null;
  @Field(() => String, { nullable: true })
  note!: string | null;
  @Field(() => DateTime)
  decidedAt!: string;
}

@ObjectType('ApprovalStep', { simpleResolvers: true })
export class ApprovalStepType {
  @Field(() => String)
  name!: string;
  @Field(() => RoleEnum, { nullable: true, description: 'Null: the people alone.' })
  role!: string | null;
  @Field(() => [String], { description: 'As the trail names them.' })
  people!: string[];
  @Field(() => Int, { description: 'How many different people must approve.' })
  quorum!: number;
}

@ObjectType('Approval', {
  simpleResolvers: true,
  implements: NodeInterface,
  description: 'Of exact content: what differs later is not approved.',
})
export class ApprovalType extends NodeInterface {
  @Field(() => String)
  licenseType!: string;
  @Field(() => ApprovalContentType)
  content!: ApprovalContentType;
  @Field(() => String, { description: 'Names the content; pass it to decideApproval as what you looked at.' })
  contentHash!: string;
  @Field(() => String, { nullable: true, description: 'Why it is VOID.' })
  reason!: string | null;
  @Field(() => Int, { description: 'Version of the rules that asked for it; its own rule stays with it.' })
  rulesVersion!: number;
  @Field(() => [ApprovalDecisionType], { description: 'Oldest first.' })
  decisions!: ApprovalDecisionType[];
  @Field(() => DateTime)
  requestedAt!: string;
  @Field(() => DateTime, { nullable: true })
  decidedAt!: string | null;
  @Field(() => DateTime, { nullable: true, description: 'Until when it can be used. Null: for good, or not approved.' })
  expiresAt!: string | null;
}

@ObjectType('ApprovalEdge', { simpleResolvers: true })
export class ApprovalEdgeType {
  @Field(() => String)
  cursor!: string;
  @Field(() => ApprovalType, { nullable: true })
  node!: ApprovalType | null;
}

@ObjectType('ApprovalConnection', { simpleResolvers: true })
export class ApprovalConnectionType {
  @Field(() => [ApprovalEdgeType])
  edges!: ApprovalEdgeType[];
  @Field(() => PageInfoType)
  pageInfo!: PageInfoType;
  @Field(() => Int, { nullable: true })
  totalCount!: number | null;
}

@InputType('ApprovalFilter')
export class ApprovalFilterInput {
  @Field(() => [ApprovalStateEnum], { nullable: true })
  states?: ('PENDING' | 'APPROVED' | 'REJECTED' | 'EXPIRED' | 'VOID' | 'USED' | 'NOT_REQUIRED' | 'NOT_REQUESTED')[] | null;
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Those that you could decide now, yourself or for somebody who is away.',
  })
  mine?: boolean | null;
}

@InputType('DecideApprovalInput')
export class DecideApprovalInput {
  @Field(() => ID)
  approvalId!: string;
  @Field(() => DecisionEnum)
  decision!: 'APPROVE' | 'REJECT';
  @Field(() => String, { nullable: true })
  note?: string | null;
  @Field(() => String, { description: 'The contentHash that you looked at.' })
  expectedContentHash!: string;
  @Field(() => String)
  idempotencyKey!: string;
}

@ObjectType('DecideApprovalPayload', { simpleResolvers: true })
export class DecideApprovalPayloadType {
  @Field(() => ApprovalType)
  approval!: ApprovalType;
  @Field(() => Boolean)
  replayed!: boolean;
}

@ObjectType('ContentChanged', { simpleResolvers: true, description: 'Nothing was done: it is not what you looked at.' })
export class ContentChangedType {
  @Field(() => ApprovalType)
  approval!: ApprovalType;
  @Field(() => String)
  message!: string;
}

@ObjectType('AlreadyDecided', {
  simpleResolvers: true,
  description: 'Nothing was done: the state that stands is in the approval.',
})
export class AlreadyDecidedType {
  @Field(() => ApprovalType)
  approval!: ApprovalType;
  @Field(() => String)
  message!: string;
}

export const DecideApprovalOutcomeUnion = createUnionType({
  name: 'DecideApprovalOutcome',
  types: () =>
    [DecideApprovalPayloadType, ContentChangedType, AlreadyDecidedType, InvalidRequestType, IdempotencyConflictType] as const,
  resolveType: typeNameOf,
});

@ObjectType('RuleConditions', { simpleResolvers: true, description: 'All that are not null must hold.' })
export class RuleConditionsType {
  @Field(() => [AssetSourceEnum], { nullable: true })
  sources?: string[];
  @Field(() => MoneyType, { nullable: true })
  priceAtLeast?: MoneyType;
  @Field(() => Boolean, { nullable: true })
  unpriced?: boolean;
  @Field(() => Boolean, { nullable: true })
  editorial?: boolean;
  @Field(() => [String], { nullable: true })
  channels?: string[];
  @Field(() => [String], { nullable: true })
  departments?: string[];
  @Field(() => [String], { nullable: true })
  licenseTypes?: string[];
}

@ObjectType('ApprovalRule', { simpleResolvers: true })
export class ApprovalRuleType {
  @Field(() => String)
  name!: string;
  @Field(() => RuleConditionsType)
  when!: RuleConditionsType;
  @Field(() => [ApprovalStepType])
  steps!: ApprovalStepType[];
  @Field(() => Int, { nullable: true, description: 'Null: an approval does not expire.' })
  validForHours!: number | null;
  @Field(() => Boolean, { description: 'Saving such an asset in a selection asks for its approval.' })
  onSave!: boolean;
}

@ObjectType('ApprovalRules', {
  simpleResolvers: true,
  description: 'The first rule that matches applies; none: no approval is needed.',
})
export class ApprovalRulesType {
  @Field(() => Int, { description: '0: none were ever set.' })
  version!: number;
  @Field(() => [ApprovalRuleType])
  rules!: ApprovalRuleType[];
  @Field(() => String, { nullable: true })
  setBy!: string | null;
  @Field(() => DateTime, { nullable: true })
  setAt!: string | null;
}

@InputType('RuleConditionsInput', {
  description: 'All that are given must hold. What a purchase leaves unsaid, or what is unknown, counts as meant.',
})
export class RuleConditionsInput {
  @Field(() => [AssetSourceEnum], { nullable: true })
  sources?: ('ADOBE_STOCK' | 'GETTY_IMAGES' | 'PHOTOSHELTER' | 'SMINT_IO')[] | null;
  @Field(() => MoneyInput, { nullable: true, description: 'Of what the source charges extra; what cannot be compared counts.' })
  priceAtLeast?: MoneyInput | null;
  @Field(() => Boolean, { nullable: true, description: 'True: no price is stated; false: one is.' })
  unpriced?: boolean | null;
  @Field(() => Boolean, { nullable: true })
  editorial?: boolean | null;
  @Field(() => [String], { nullable: true })
  channels?: string[] | null;
  @Field(() => [String], { nullable: true })
  departments?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'With or without a product.' })
  licenseTypes?: string[] | null;
}

@InputType('ApprovalStepInput')
export class ApprovalStepInput {
  @Field(() => String)
  name!: string;
  @Field(() => RoleEnum, { nullable: true, description: 'Default: approver, unless people are named.' })
  role?: 'viewer' | 'requester' | 'approver' | 'licensor' | 'distributor' | 'auditor' | 'admin' | null;
  @Field(() => [String], { nullable: true, description: 'As viewer.subject shows them, e.g. key:anna.' })
  people?: string[] | null;
  @Field(() => Int, { nullable: true, defaultValue: 1 })
  quorum?: number | null;
}

@InputType('ApprovalRuleInput')
export class ApprovalRuleInput {
  @Field(() => String)
  name!: string;
  @Field(() => RuleConditionsInput, { nullable: true, description: 'Left out: every purchase.' })
  when?: RuleConditionsInput | null;
  @Field(() => [ApprovalStepInput], { description: 'Decided one after the other, 1 to 5.' })
  steps!: ApprovalStepInput[];
  @Field(() => Int, { nullable: true, description: 'Left out: an approval does not expire.' })
  validForHours?: number | null;
  @Field(() => Boolean, { nullable: true, defaultValue: false })
  onSave?: boolean | null;
}

@InputType('SetApprovalRulesInput')
export class SetApprovalRulesInput {
  @Field(() => [ApprovalRuleInput], { description: 'All of them, at most 50; empty: no approval is needed any more.' })
  rules!: ApprovalRuleInput[];
  @Field(() => Int, { nullable: true, description: 'The version that these shall replace.' })
  expectedVersion?: number | null;
}

@ObjectType('SetApprovalRulesPayload', { simpleResolvers: true })
export class SetApprovalRulesPayloadType {
  @Field(() => ApprovalRulesType)
  approvalRules!: ApprovalRulesType;
}

export const SetApprovalRulesOutcomeUnion = createUnionType({
  name: 'SetApprovalRulesOutcome',
  types: () => [SetApprovalRulesPayloadType, InvalidRequestType, IdempotencyConflictType] as const,
  resolveType: typeNameOf,
});

@ObjectType('Delegation', { simpleResolvers: true, description: 'Who decides for somebody who is away.' })
export class DelegationType {
  @Field(() => String)
  delegator!: string;
  @Field(() => String, { nullable: true, description: 'Null: nobody any more.' })
  delegate!: string | null;
  @Field(() => DateTime)
  from!: string;
  @Field(() => DateTime, { description: 'Exclusive.' })
  until!: string;
}

@InputType('SetDelegationInput')
export class SetDelegationInput {
  @Field(() => String, { nullable: true, description: 'As viewer.subject shows them, e.g. key:anna. Null: nobody any more.' })
  to?: string | null;
  @Field(() => DateTime, { nullable: true, description: 'Default: now.' })
  from?: string | null;
  @Field(() => DateTime, { nullable: true, description: 'At most a year after from.' })
  until?: string | null;
}

@ObjectType('SetDelegationPayload', { simpleResolvers: true })
export class SetDelegationPayloadType {
  @Field(() => DelegationType)
  delegation!: DelegationType;
}

export const SetDelegationOutcomeUnion = createUnionType({
  name: 'SetDelegationOutcome',
  types: () => [SetDelegationPayloadType, InvalidRequestType, IdempotencyConflictType] as const,
  resolveType: typeNameOf,
});
