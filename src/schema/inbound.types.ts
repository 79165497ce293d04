/** Systems that report to us, and what became of their reports, as callers see them. */
import { createUnionType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { INBOUND_KINDS } from '../domain/inbound.js';
import { AssetType } from './asset.types.js';
import { PageInfoType, typeNameOf } from './common.types.js';
import { LicenseType } from './license.types.js';
import { InvalidRequestType } from './licensing.types.js';
import { DateTime } from './scalars.js';

const enumObject = <const V extends readonly string[]>(values: V) =>
  Object.fromEntries(values.map((value) => [value, value])) as { readonly [K in V[number]]: K };

export const InboundKindEnum = enumObject(INBOUND_KINDS);
registerEnumType(InboundKindEnum, { name: 'InboundKind', description: 'What another system may report.' });
export const InboundStateEnum = enumObject(['RECEIVED', 'DONE', 'REJECTED']);
registerEnumType(InboundStateEnum, {
  name: 'InboundState',
  description: 'RECEIVED: durable, its effect follows. DONE: it had its effect. REJECTED: it had none, see reason.',
});

@ObjectType('InboundConnection', {
  simpleResolvers: true,
  description: 'Another system that reports to us at POST /webhooks/{id}.',
})
export class InboundConnectionType {
  @Field(() => ID)
  id!: string;
  @Field(() => String)
  name!: string;
  @Field(() => String, { description: 'As terms and references name it.' })
  system!: string;
  @Field(() => [InboundKindEnum])
  kinds!: string[];
  @Field(() => Boolean)
  enabled!: boolean;
  @Field(() => String)
  createdBy!: string;
  @Field(() => DateTime)
  createdAt!: string;
  @Field(() => DateTime, { nullable: true, description: 'When its secret was last rotated.' })
  rotatedAt!: string | null;
  @Field(() => DateTime, { nullable: true })
  disabledAt!: string | null;
}

@InputType('CreateInboundConnectionInput')
export class CreateInboundConnectionInput {
  @Field(() => String, { description: 'Unique; the trail names it so.' })
  name!: string;
  @Field(() => String, { description: 'The other system, as terms and references name it, e.g. procurement.' })
  system!: string;
  @Field(() => [InboundKindEnum])
  kinds!: ('RENEWAL' | 'APPROVAL' | 'METADATA' | 'ASSET_CHANGE')[];
}

@ObjectType('InboundConnectionPayload', { simpleResolvers: true })
export class InboundConnectionPayloadType {
  @Field(() => InboundConnectionType)
  connection!: InboundConnectionType;
  @Field(() => String, { nullable: true, description: 'For signing; shown this once. Null where none was made.' })
  secret!: string | null;
}

export const InboundConnectionOutcomeUnion = createUnionType({
  name: 'InboundConnectionOutcome',
  types: () => [InboundConnectionPayloadType, InvalidRequestType] as const,
  resolveType: typeNameOf,
});

@ObjectType('InboundEvent', { simpleResolvers: true, description: 'What another system reported, and what became of it.' })
export class InboundEventType {
  @Field(() => ID)
  id!: string;
  @Field(() => InboundConnectionType, { nullable: true })
  connection!: InboundConnectionType | null;
  @Field(() => String, { description: 'Its webhook-id.' })
  webhookId!: string;
  @Field(() => InboundKindEnum, { nullable: true, description: 'Null until it was read, and where it cannot be.' })
  eventKind!: string | null;
  @Field(() => InboundStateEnum)
  state!: string;
  @Field(() => String, { nullable: true, description: 'Why it was rejected, or is tried again.' })
  reason!: string | null;
  @Field(() => AssetType, { nullable: true })
  asset!: AssetType | null;
  @Field(() => LicenseType, { nullable: true })
  license!: LicenseType | null;
  @Field(() => Int)
  attempts!: number;
  @Field(() => DateTime)
  receivedAt!: string;
  @Field(() => DateTime, { description: 'When its state last changed.' })
  changedAt!: string;
  @Field(() => String, { nullable: true, description: 'As it came, unknown fields included; for the role admin, else null.' })
  body!: string | null;
}

@ObjectType('InboundEventEdge', { simpleResolvers: true })
export class InboundEventEdgeType {
  @Field(() => String)
  cursor!: string;
  @Field(() => InboundEventType, { nullable: true })
  node!: InboundEventType | null;
}

@ObjectType('InboundEventConnection', { simpleResolvers: true })
export class InboundEventConnectionType {
  @Field(() => [InboundEventEdgeType])
  edges!: InboundEventEdgeType[];
  @Field(() => PageInfoType)
  pageInfo!: PageInfoType;
  @Field(() => Int, { nullable: true })
  totalCount!: number | null;
}
