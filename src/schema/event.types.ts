/** Events, changes, and the endpoints that get events, as callers see them. */
import { createUnionType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { PageInfoType, typeNameOf } from './common.types.js';
import { AssetSourceEnum, ChangeKindEnum, EventDeliveryStateEnum, EventEndpointStateEnum } from './enums.js';
import { IdempotencyConflictType, InvalidRequestType } from './licensing.types.js';
import { DateTime, Json, Url } from './scalars.js';

@ObjectType('Event', { simpleResolvers: true, description: 'Something that happened, as it is also sent to endpoints.' })
export class EventType {
  @Field(() => ID, { description: 'The same on every road and every repeat.' })
  id!: string;
  @Field(() => String, { description: 'From the catalogue of events, such as clearance.license.granted.' })
  type!: string;
  @Field(() => String, { description: 'Pass it as `after` to go on behind this event.' })
  cursor!: string;
  @Field(() => ID, { description: 'What it happened to. Events of one subject come in the order in which they happened.' })
  subjectId!: string;
  @Field(() => AssetSourceEnum, { nullable: true, description: 'Null: it is about no source.' })
  source!: string | null;
  @Field(() => DateTime)
  occurredAt!: string;
  @Field(() => ID, { nullable: true })
  assetId!: string | null;
  @Field(() => ID, { nullable: true })
  licenseId!: string | null;
  @Field(() => Json, {
    nullable: true,
    description:
      'As the catalogue describes it for the type. Null for those who may not read the trail: it names people and money.',
  })
  data!: unknown;
}

@ObjectType('Change', { simpleResolvers: true, description: 'That something changed; ask for what it is now.' })
export class ChangeType {
  @Field(() => String)
  cursor!: string;
  @Field(() => ChangeKindEnum)
  kind!: string;
  @Field(() => String, { description: 'From the catalogue of events.' })
  type!: string;
  @Field(() => ID)
  subjectId!: string;
  @Field(() => DateTime)
  occurredAt!: string;
}

@ObjectType('ChangePage', { simpleResolvers: true })
export class ChangePageType {
  @Field(() => [ChangeType], { description: 'Oldest first. It may be empty although more follows: then go on with endCursor.' })
  changes!: ChangeType[];
  @Field(() => String, { description: 'Keep it and pass it as `after` the next time.' })
  endCursor!: string;
  @Field(() => Boolean, { description: 'Whether the next page can be asked for at once.' })
  hasMore!: boolean;
}

@ObjectType('EventEndpoint', {
  simpleResolvers: true,
  description: 'An address that gets events, signed with a secret of its own.',
})
export class EventEndpointType {
  @Field(() => ID)
  id!: string;
  @Field(() => Url)
  url!: string;
  @Field(() => String, { nullable: true })
  description!: string | null;
  @Field(() => [String], { description: 'Types, or beginnings such as clearance.license.*. Empty: all.' })
  types!: string[];
  @Field(() => [AssetSourceEnum], { description: 'Events of these sources alone. Empty: all, also those of no source.' })
  sources!: string[];
  @Field(() => EventEndpointStateEnum)
  state!: string;
  @Field(() => String, { nullable: true, description: 'For people: why it gets nothing. What happens meanwhile waits for it.' })
  disabledReason!: string | null;
  @Field(() => DateTime, { nullable: true, description: 'Since when nothing could be delivered. Five days of that disable it.' })
  failingSince!: string | null;
  @Field(() => DateTime, { nullable: true, description: 'Exact to a minute.' })
  lastSuccessAt!: string | null;
  @Field(() => String)
  createdBy!: string;
  @Field(() => DateTime)
  createdAt!: string;
}

@ObjectType('EventDelivery', {
  simpleResolvers: true,
  description: 'One event on its way to one endpoint. Kept for 30 days after its end.',
})
export class EventDeliveryType {
  @Field(() => ID, { description: 'The header webhook-id of each of its tries.' })
  eventId!: string;
  @Field(() => ID)
  subjectId!: string;
  @Field(() => EventDeliveryStateEnum)
  state!: string;
  @Field(() => Int, { description: 'Tries that have ended.' })
  attempts!: number;
  @Field(() => DateTime, { nullable: true, description: 'Null: it has ended.' })
  nextAttemptAt!: string | null;
  @Field(() => Int, { nullable: true, description: 'Status of the last answer; null: none came, or none was asked for.' })
  lastStatus!: number | null;
  @Field(() => String, { nullable: true, description: 'For people: why the last try failed. Never what the other side wrote.' })
  lastError!: string | null;
  @Field(() => DateTime)
  createdAt!: string;
  @Field(() => DateTime, { nullable: true })
  endedAt!: string | null;
}

@ObjectType('EventDeliveryEdge', { simpleResolvers: true })
export class EventDeliveryEdgeType {
  @Field(() => String)
  cursor!: string;
  @Field(() => EventDeliveryType, { nullable: true })
  node!: EventDeliveryType | null;
}

@ObjectType('EventDeliveryConnection', { simpleResolvers: true })
export class EventDeliveryConnectionType {
  @Field(() => [EventDeliveryEdgeType])
  edges!: EventDeliveryEdgeType[];
  @Field(() => PageInfoType)
  pageInfo!: PageInfoType;
  @Field(() => Int, { nullable: true })
  totalCount!: number | null;
}

@InputType('CreateEventEndpointInput')
export class CreateEventEndpointInput {
  @Field(() => String, { description: 'An https address on the public internet, or one that OUTBOUND_ALLOW names.' })
  url!: string;
  @Field(() => [String], { nullable: true, description: 'Types, or beginnings such as clearance.license.*. Absent: all.' })
  types?: string[] | null;
  @Field(() => [AssetSourceEnum], {
    nullable: true,
    description: 'Events of these sources alone. Absent: all, also those of no source.',
  })
  sources?: ('ADOBE_STOCK' | 'GETTY_IMAGES' | 'PHOTOSHELTER' | 'SMINT_IO')[] | null;
  @Field(() => String, { nullable: true, description: 'At most 500 characters.' })
  description?: string | null;
  @Field(() => String)
  idempotencyKey!: string;
}

@InputType('UpdateEventEndpointInput', {
  description: 'What is absent stays as it is. A filter holds for events that are shared out from then on.',
})
export class UpdateEventEndpointInput {
  @Field(() => ID)
  endpointId!: string;
  @Field(() => String, { nullable: true })
  url?: string | null;
  @Field(() => [String], { nullable: true })
  types?: string[] | null;
  @Field(() => [AssetSourceEnum], { nullable: true })
  sources?: ('ADOBE_STOCK' | 'GETTY_IMAGES' | 'PHOTOSHELTER' | 'SMINT_IO')[] | null;
  @Field(() => String, { nullable: true })
  description?: string | null;
}

@ObjectType('CreateEventEndpointPayload', { simpleResolvers: true })
export class CreateEventEndpointPayloadType {
  @Field(() => EventEndpointType)
  endpoint!: EventEndpointType;
  @Field(() => String, {
    nullable: true,
    description:
      'What signs its events, told this once. Null when this call was made before: then rotate the secret if it was lost.',
  })
  secret!: string | null;
  @Field(() => Boolean)
  replayed!: boolean;
}

@ObjectType('ChangeEventEndpointPayload', { simpleResolvers: true })
export class ChangeEventEndpointPayloadType {
  @Field(() => EventEndpointType)
  endpoint!: EventEndpointType;
}

@ObjectType('RotateEventEndpointSecretPayload', { simpleResolvers: true })
export class RotateEventEndpointSecretPayloadType {
  @Field(() => EventEndpointType)
  endpoint!: EventEndpointType;
  @Field(() => String, { description: 'Told this once. For 24 hours the one before signs as well.' })
  secret!: string;
}

export const CreateEventEndpointOutcomeUnion = createUnionType({
  name: 'CreateEventEndpointOutcome',
  types: () => [CreateEventEndpointPayloadType, InvalidRequestType, IdempotencyConflictType] as const,
  resolveType: typeNameOf,
});
export const ChangeEventEndpointOutcomeUnion = createUnionType({
  name: 'ChangeEventEndpointOutcome',
  types: () => [ChangeEventEndpointPayloadType, InvalidRequestType] as const,
  resolveType: typeNameOf,
});
export const RotateEventEndpointSecretOutcomeUnion = createUnionType({
  name: 'RotateEventEndpointSecretOutcome',
  types: () => [RotateEventEndpointSecretPayloadType, InvalidRequestType] as const,
  resolveType: typeNameOf,
});
