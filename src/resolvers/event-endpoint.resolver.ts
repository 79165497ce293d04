/** Endpoints that get events, and what is on its way to them. */
import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { EventDelivery, EventDeliveryState, EventEndpoint } from '../domain/event-endpoint.js';
import { Fault } from '../domain/faults.js';
import { nodeIdOf } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import { ADMINS } from '../domain/roles.js';
import { EventDeliveryStateEnum } from '../schema/enums.js';
import {
  ChangeEventEndpointOutcomeUnion,
  CreateEventEndpointInput,
  CreateEventEndpointOutcomeUnion,
  EventDeliveryConnectionType,
  EventDeliveryType,
  EventEndpointType,
  RotateEventEndpointSecretOutcomeUnion,
  UpdateEventEndpointInput,
} from '../schema/event.types.js';
import { DateTime } from '../schema/scalars.js';
import type { ChangeEndpointOutcome, CreateEndpointOutcome, RotateSecretOutcome } from '../services/event-endpoint.service.js';
import { type RequestContext, sessionOf } from './context.js';
import { type Connection, firstOf } from './paging.js';

const cursorOf = ({ number }: EventDelivery): string => Buffer.from(`delivery|${number}`).toString('base64url');
const numberOf = (after: string | null | undefined): string | undefined => {
  if (after === null || after === undefined) return undefined;
  const number = /^delivery\|(\d{1,18})$/.exec(Buffer.from(after, 'base64url').toString('utf8'))?.[1];
  if (number === undefined)
    throw new Fault('BAD_USER_INPUT', 'The cursor in "after" is none of this list. Start again without it.');
  return number;
};

const pageOf = (rows: readonly EventDelivery[], first: number, hasPreviousPage: boolean): Connection<EventDelivery> => {
  const edges = rows.slice(0, first).map((node) => ({ cursor: cursorOf(node), node }));
  const [startCursor, endCursor] = [edges[0]?.cursor ?? null, edges.at(-1)?.cursor ?? null];
  return { edges, pageInfo: { hasNextPage: rows.length > first, hasPreviousPage, startCursor, endCursor }, totalCount: null };
};

@Resolver(() => EventEndpointType)
export class EventEndpointResolver {
  @Authorized(ADMINS)
  @Query(() => [EventEndpointType], { nullable: true, description: 'All of the tenant, newest first.' })
  eventEndpoints(@Ctx() context: RequestContext): Promise<readonly EventEndpoint[]> {
    return context.services.eventEndpoints.list(sessionOf(context).actor);
  }

  @Authorized(ADMINS)
  @Query(() => EventDeliveryConnectionType, {
    nullable: true,
    description: 'What is or was on its way to an endpoint, the latest first.',
  })
  async eventDeliveries(
    @Arg('endpointId', () => ID) endpointId: string,
    @Arg('states', () => [EventDeliveryStateEnum], { nullable: true }) states: EventDeliveryState[] | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Connection<EventDelivery>> {
    const [limit, before] = [firstOf(first, 50, 500), numberOf(after)];
    const query = { endpointId, states: states ?? null, before, limit: limit + 1 };
    return pageOf(await context.services.eventEndpoints.deliveries(sessionOf(context).actor, query), limit, !!before);
  }

  @Authorized(ADMINS)
  @Mutation(() => CreateEventEndpointOutcomeUnion, { nullable: true, description: 'It gets what happens from now on.' })
  createEventEndpoint(
    @Arg('input', () => CreateEventEndpointInput) { types, sources, description, ...input }: CreateEventEndpointInput,
    @Ctx() context: RequestContext,
  ): Promise<CreateEndpointOutcome> {
    const command = { ...input, types: types ?? [], sources: sources ?? [], description: description ?? null };
    return context.services.eventEndpoints.create(sessionOf(context).actor, command, context.requestId);
  }

  @Authorized(ADMINS)
  @Mutation(() => ChangeEventEndpointOutcomeUnion, { nullable: true })
  updateEventEndpoint(
    @Arg('input', () => UpdateEventEndpointInput) { endpointId, ...input }: UpdateEventEndpointInput,
    @Ctx() context: RequestContext,
  ): Promise<ChangeEndpointOutcome> {
    const change = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null && value !== undefined));
    return context.services.eventEndpoints.update(sessionOf(context).actor, endpointId, change, context.requestId);
  }

  @Authorized(ADMINS)
  @Mutation(() => ChangeEventEndpointOutcomeUnion, { nullable: true, description: 'What waited for it is sent at once.' })
  enableEventEndpoint(@Arg('endpointId', () => ID) id: string, @Ctx() context: RequestContext): Promise<ChangeEndpointOutcome> {
    return context.services.eventEndpoints.enable(sessionOf(context).actor, id, context.requestId);
  }

  @Authorized(ADMINS)
  @Mutation(() => ChangeEventEndpointOutcomeUnion, {
    nullable: true,
    description: 'It gets nothing until it is enabled again; what happens meanwhile waits for it.',
  })
  disableEventEndpoint(
    @Arg('endpointId', () => ID) id: string,
    @Arg('reason', () => String, { nullable: true }) reason: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<ChangeEndpointOutcome> {
    return context.services.eventEndpoints.disable(sessionOf(context).actor, id, reason ?? null, context.requestId);
  }

  @Authorized(ADMINS)
  @Mutation(() => RotateEventEndpointSecretOutcomeUnion, {
    nullable: true,
    description: 'A new secret. For 24 hours each call is signed with the old one as well.',
  })
  rotateEventEndpointSecret(
    @Arg('endpointId', () => ID) id: string,
    @Ctx() context: RequestContext,
  ): Promise<RotateSecretOutcome> {
    return context.services.eventEndpoints.rotateSecret(sessionOf(context).actor, id, context.requestId);
  }

  @Authorized(ADMINS)
  @Mutation(() => ChangeEventEndpointOutcomeUnion, {
    nullable: true,
    description: 'Sends again what happened since then, under the same ids and behind what waits already.',
  })
  replayEvents(
    @Arg('endpointId', () => ID) id: string,
    @Arg('since', () => DateTime) since: Instant,
    @Ctx() context: RequestContext,
  ): Promise<ChangeEndpointOutcome> {
    return context.services.eventEndpoints.replay(sessionOf(context).actor, id, since, context.requestId);
  }

  @FieldResolver(() => ID)
  id(@Root() endpoint: EventEndpoint): string {
    return nodeIdOf('EventEndpoint', endpoint.uuid);
  }
}

@Resolver(() => EventDeliveryType)
export class EventDeliveryResolver {
  @FieldResolver()
  eventId(@Root() delivery: EventDelivery): string {
    return delivery.eventUuid;
  }

  @FieldResolver(() => DateTime, { nullable: true })
  nextAttemptAt(@Root() { state, dueAt }: EventDelivery): string | null {
    return state === 'PENDING' ? dueAt : null;
  }
}
