/** The audit trail as callers see it. */
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { NodeInterface, PageInfoType } from './common.types.js';
import { DateTime, Json } from './scalars.js';

@ObjectType('AuditEvent', { simpleResolvers: true, implements: NodeInterface })
export class AuditEventType extends NodeInterface {
  @Field(() => String, { nullable: true, description: 'Place in the sealed log; null until sealed.' })
  sequence!: string | null;
  @Field(() => DateTime)
  occurredAt!: string;
  @Field(() => String)
  actor!: string;
  @Field(() => String, { description: 'noun.verb in the past tense, from a closed list.' })
  action!: string;
  @Field(() => String)
  subjectType!: string;
  @Field(() => ID)
  subjectId!: string;
  @Field(() => Json)
  data!: unknown;
  @Field(() => String, { nullable: true })
  requestId!: string | null;
  @Field(() => String, { nullable: true, description: 'SHA-256 of a zero byte and the canonical event, hex.' })
  leafHash!: string | null;
}

@ObjectType('AuditEventEdge', { simpleResolvers: true })
export class AuditEventEdgeType {
  @Field(() => String)
  cursor!: string;
  @Field(() => AuditEventType, { nullable: true })
  node!: AuditEventType | null;
}

@ObjectType('AuditEventConnection', { simpleResolvers: true })
export class AuditEventConnectionType {
  @Field(() => [AuditEventEdgeType])
  edges!: AuditEventEdgeType[];
  @Field(() => PageInfoType)
  pageInfo!: PageInfoType;
  @Field(() => Int, { nullable: true })
  totalCount!: number | null;
}

@InputType('AuditEventFilter')
export class AuditEventFilterInput {
  @Field(() => [String], { nullable: true })
  actions?: string[] | null;
  @Field(() => ID, { nullable: true })
  subjectId?: string | null;
  @Field(() => ID, { nullable: true })
  assetId?: string | null;
  @Field(() => ID, { nullable: true })
  licenseId?: string | null;
  @Field(() => String, { nullable: true })
  actor?: string | null;
  @Field(() => DateTime, { nullable: true })
  occurredAfter?: string | null;
  @Field(() => DateTime, { nullable: true })
  occurredBefore?: string | null;
}
