/** Systems that report to us: making and closing their connections, and what became of their reports. */
import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Asset } from '../domain/asset.js';
import { Fault } from '../domain/faults.js';
import { nodeIdOf, parseGlobalId } from '../domain/ids.js';
import type { InboundConnection, InboundEvent, InboundState } from '../domain/inbound.js';
import type { License } from '../domain/license.js';
import { ADMINS, hasAnyRole, TRAIL_READERS } from '../domain/roles.js';
import { AssetType } from '../schema/asset.types.js';
import {
  CreateInboundConnectionInput,
  InboundConnectionOutcomeUnion,
  InboundConnectionType,
  InboundEventConnectionType,
  InboundEventType,
  InboundStateEnum,
} from '../schema/inbound.types.js';
import { LicenseType } from '../schema/license.types.js';
import type { InboundConnectionOutcome } from '../services/inbound.service.js';
import { type RequestContext, sessionOf } from './context.js';
import { type Connection, connectionOf, firstOf, placeOf } from './paging.js';

@Resolver(() => InboundConnectionType)
export class InboundConnectionResolver {
  @Authorized(TRAIL_READERS)
  @Query(() => [InboundConnectionType], { nullable: true, description: 'The newest first, at most 1,000; also disabled ones.' })
  inboundConnections(@Ctx() context: RequestContext): Promise<readonly InboundConnection[]> {
    return context.services.inbound.connections(sessionOf(context).actor);
  }

  @Authorized(ADMINS)
  @Mutation(() => InboundConnectionOutcomeUnion, {
    nullable: true,
    description: 'Lets another system report at POST /webhooks/{id}, signed with the secret that is shown here once.',
  })
  createInboundConnection(
    @Arg('input', () => CreateInboundConnectionInput) input: CreateInboundConnectionInput,
    @Ctx() context: RequestContext,
  ): Promise<InboundConnectionOutcome> {
    return context.services.inbound.create(sessionOf(context).actor, input, context.requestId);
  }

  @Authorized(ADMINS)
  @Mutation(() => InboundConnectionOutcomeUnion, {
    nullable: true,
    description: 'Makes a new secret; the one before is good for another 24 hours.',
  })
  rotateInboundSecret(
    @Arg('connectionId', () => ID) id: string,
    @Ctx() context: RequestContext,
  ): Promise<InboundConnectionOutcome> {
    return context.services.inbound.rotate(sessionOf(context).actor, id, context.requestId);
  }

  @Authorized(ADMINS)
  @Mutation(() => InboundConnectionOutcomeUnion, {
    nullable: true,
    description: 'Takes no more reports of it, for good. What was received is worked off.',
  })
  disableInboundConnection(
    @Arg('connectionId', () => ID) id: string,
    @Ctx() context: RequestContext,
  ): Promise<InboundConnectionOutcome> {
    return context.services.inbound.disable(sessionOf(context).actor, id, context.requestId);
  }

  @FieldResolver(() => ID)
  id(@Root() connection: InboundConnection): string {
    return nodeIdOf('InboundConnection', connection.uuid);
  }
}

const uuidOf = (id: string): string => {
  const parsed = parseGlobalId(id);
  if (parsed?.type !== 'InboundConnection')
    throw new Fault('BAD_USER_INPUT', '"connectionId" is not the id of an inbound connection.');
  return parsed.uuid;
};

@Resolver(() => InboundEventType)
export class InboundEventResolver {
  @Authorized(TRAIL_READERS)
  @Query(() => InboundEventConnectionType, { nullable: true, description: 'Newest first.' })
  async inboundEvents(
    @Arg('states', () => [InboundStateEnum], { nullable: true }) states: InboundState[] | null | undefined,
    @Arg('connectionId', () => ID, { nullable: true }) connectionId: string | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Connection<InboundEvent>> {
    const [limit, place] = [firstOf(first, 50, 100), placeOf(after)];
    const before = place && { receivedAt: place.at, uuid: place.uuid };
    const of = connectionId == null ? {} : { connectionUuid: uuidOf(connectionId) };
    const query = { ...(states && { states }), ...of, ...(before && { before }), limit };
    const { actor, loaders } = sessionOf(context);
    const rows = await context.services.inbound.events(actor, query, loaders.visibility);
    return connectionOf(rows, limit, !!place, (row) => ({ at: row.receivedAt, uuid: row.uuid }), null);
  }

  @FieldResolver(() => ID)
  id(@Root() event: InboundEvent): string {
    return nodeIdOf('InboundEvent', event.uuid);
  }

  @FieldResolver(() => InboundConnectionType, { nullable: true })
  async connection(@Root() event: InboundEvent, @Ctx() context: RequestContext): Promise<InboundConnection | null> {
    const { actor } = sessionOf(context);
    return (await context.services.inbound.connectionsOf(actor, [event.connectionUuid]))[0] ?? null;
  }

  @FieldResolver(() => AssetType, { nullable: true })
  asset(@Root() event: InboundEvent, @Ctx() context: RequestContext): Promise<Asset | null> | null {
    return event.assetId === null ? null : sessionOf(context).loaders.asset.load(event.assetId);
  }

  @FieldResolver(() => LicenseType, { nullable: true })
  license(@Root() event: InboundEvent, @Ctx() context: RequestContext): Promise<License | null> | null {
    return event.licenseUuid === null ? null : sessionOf(context).loaders.license.load(event.licenseUuid);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'As it came, unknown fields included; for the role admin, else null.',
  })
  body(@Root() event: InboundEvent, @Ctx() context: RequestContext): string | null {
    return hasAnyRole(sessionOf(context).actor, ADMINS) ? event.body.toString('utf8') : null;
  }
}
