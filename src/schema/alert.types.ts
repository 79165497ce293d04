/** Alerts and the rules for raising them, as callers see them. */
import { createUnionType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { PageInfoType, typeNameOf } from './common.types.js';
import { AlertKindEnum, AlertStateEnum, PersonReasonEnum } from './enums.js';
import { InvalidRequestType } from './licensing.types.js';
import { DateTime } from './scalars.js';

@ObjectType('AlertPerson', { simpleResolvers: true, description: 'Somebody who has to do with the asset.' })
export class AlertPersonType {
  @Field(() => String, { description: 'As the trail names them.' })
  subject!: string;
  @Field(() => PersonReasonEnum, { description: 'What they did with it.' })
  why!: string;
  @Field(() => DateTime, { description: 'When they did it last.' })
  lastAt!: string;
}

@ObjectType('Alert', {
  simpleResolvers: true,
  description: 'What somebody should act on. One stands at a time for each occasion and threshold.',
})
export class AlertType {
  @Field(() => ID, { description: 'For acknowledgeAlert and the trail.' })
  id!: string;
  @Field(() => AlertKindEnum)
  alertKind!: string;
  @Field(() => Int, {
    nullable: true,
    description: 'TERM_END: days before the end; LIMIT_NEAR: percent of the limit; else null.',
  })
  threshold!: number | null;
  @Field(() => AlertStateEnum)
  state!: string;
  @Field(() => String, { description: 'For people: what is the matter and what to do.' })
  message!: string;
  @Field(() => Int, { description: 'VIOLATION: how many uses of the day it counts; else 1.' })
  occurrences!: number;
  @Field(() => DateTime, { description: 'When its threshold was reached.' })
  dueAt!: string;
  @Field(() => DateTime, { description: 'When it was raised.' })
  raisedAt!: string;
  @Field(() => [AlertPersonType], {
    description:
      'Who downloaded, used, placed or bought the asset, as known when it was raised; the latest first, the buyer last.',
  })
  people!: AlertPersonType[];
  @Field(() => String, { nullable: true, description: 'Who took it in hand.' })
  acknowledgedBy!: string | null;
  @Field(() => DateTime, { nullable: true })
  acknowledgedAt!: string | null;
  @Field(() => String, { nullable: true, description: 'What they wrote.' })
  note!: string | null;
  @Field(() => DateTime, {
    nullable: true,
    description: 'When nobody had acknowledged it in time; stays when somebody does later.',
  })
  escalatedAt!: string | null;
  @Field(() => DateTime, { nullable: true, description: 'When its reason had gone.' })
  resolvedAt!: string | null;
  @Field(() => String, { nullable: true, description: 'Why there is nothing to do any more.' })
  resolution!: string | null;
}

@ObjectType('AlertEdge', { simpleResolvers: true })
export class AlertEdgeType {
  @Field(() => String)
  cursor!: string;
  @Field(() => AlertType, { nullable: true })
  node!: AlertType | null;
}

@ObjectType('AlertConnection', { simpleResolvers: true })
export class AlertConnectionType {
  @Field(() => [AlertEdgeType])
  edges!: AlertEdgeType[];
  @Field(() => PageInfoType)
  pageInfo!: PageInfoType;
  @Field(() => Int, { nullable: true })
  totalCount!: number | null;
}

@InputType('AlertFilter')
export class AlertFilterInput {
  @Field(() => [AlertStateEnum], { nullable: true })
  states?: ('OPEN' | 'ACKNOWLEDGED' | 'ESCALATED' | 'RESOLVED')[] | null;
  @Field(() => [AlertKindEnum], { nullable: true })
  kinds?: ('TERM_END' | 'LIMIT_NEAR' | 'VIOLATION' | 'END_UNKNOWN')[] | null;
  @Field(() => ID, { nullable: true })
  licenseId?: string | null;
  @Field(() => ID, { nullable: true })
  assetId?: string | null;
}

@InputType('AcknowledgeAlertInput')
export class AcknowledgeAlertInput {
  @Field(() => ID)
  alertId!: string;
  @Field(() => String, {
    nullable: true,
    description: 'What will be done; kept with the alert and in the trail. At most 2,000 characters.',
  })
  note?: string | null;
}

@ObjectType('AcknowledgeAlertPayload', { simpleResolvers: true })
export class AcknowledgeAlertPayloadType {
  @Field(() => AlertType)
  alert!: AlertType;
}

export const AcknowledgeAlertOutcomeUnion = createUnionType({
  name: 'AcknowledgeAlertOutcome',
  types: () => [AcknowledgeAlertPayloadType, InvalidRequestType] as const,
  resolveType: typeNameOf,
});

@ObjectType('AlertRules', { simpleResolvers: true, description: 'When alerts are raised for this tenant.' })
export class AlertRulesType {
  @Field(() => [Int], { description: 'Days of 24 hours before the end of a term; 0: at its end.' })
  leadDays!: number[];
  @Field(() => [Int], { description: 'Percent of a limit.' })
  limitPercents!: number[];
  @Field(() => Int, { description: 'An alert that nobody acknowledged for so long is escalated.' })
  escalateAfterHours!: number;
  @Field(() => Boolean, { description: 'Whether uses outside of the terms raise alerts.' })
  violations!: boolean;
  @Field(() => Boolean, { description: 'Whether licenses without a known end raise one.' })
  endUnknown!: boolean;
  @Field(() => String, { nullable: true, description: 'Null: nobody, these are the defaults.' })
  setBy!: string | null;
  @Field(() => DateTime, { nullable: true })
  setAt!: string | null;
}

@InputType('SetAlertRulesInput', { description: 'What is left out stays as it is.' })
export class SetAlertRulesInput {
  @Field(() => [Int], { nullable: true, description: '0 to 3650, at most 20 of them. Empty: no alerts about ends.' })
  leadDays?: number[] | null;
  @Field(() => [Int], { nullable: true, description: '1 to 100, at most 20 of them. Empty: no alerts about limits.' })
  limitPercents?: number[] | null;
  @Field(() => Int, { nullable: true, description: '1 to 8760.' })
  escalateAfterHours?: number | null;
  @Field(() => Boolean, { nullable: true })
  violations?: boolean | null;
  @Field(() => Boolean, { nullable: true })
  endUnknown?: boolean | null;
}

@ObjectType('SetAlertRulesPayload', { simpleResolvers: true })
export class SetAlertRulesPayloadType {
  @Field(() => AlertRulesType)
  rules!: AlertRulesType;
}

export const SetAlertRulesOutcomeUnion = createUnionType({
  name: 'SetAlertRulesOutcome',
  types: () => [SetAlertRulesPayloadType, InvalidRequestType] as const,
  resolveType: typeNameOf,
});
