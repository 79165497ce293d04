/** Events: following them, and what changed since the last look. */
import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { Asset } from '../domain/asset.js';
import { cursorOf, mayReadData, type StreamEvent } from '../domain/event.js';
import type { ChangeKind } from '../domain/event-catalogue.js';
import { type AssetSource, nodeIdOf } from '../domain/ids.js';
import type { License } from '../domain/license.js';
import { READERS } from '../domain/roles.js';
import { AssetType } from '../schema/asset.types.js';
import { AssetSourceEnum, ChangeKindEnum } from '../schema/enums.js';
import { ChangePageType, ChangeType, EventType } from '../schema/event.types.js';
import { LicenseType } from '../schema/license.types.js';
import { type RequestContext, sessionOf } from './context.js';
import { firstOf } from './paging.js';

interface FollowArguments {
  readonly types?: readonly string[] | null;
  readonly sources?: readonly AssetSource[] | null;
  readonly after?: string | null;
}

const NEVER = new AbortController().signal;

const follow = (context: RequestContext, { types, sources, after }: FollowArguments): AsyncGenerator<StreamEvent> => {
  const query = { types: types ?? [], sources: sources ?? [], after: after ?? null };
  return context.services.changes.follow(sessionOf(context).actor, query, context.ended ?? NEVER);
};

@Resolver(() => EventType)
export class EventResolver {
  @Authorized(READERS)
  @Subscription(() => EventType, {
    description:
      'Events as they come, over graphql-ws at /graphql or as server-sent events at /graphql/stream. With `after` from that event on: nothing is missed and nothing comes twice.',
    subscribe: ({ args, context }) => follow(context as RequestContext, args as FollowArguments),
  })
  events(
    @Arg('types', () => [String], { nullable: true }) _types: readonly string[] | null | undefined,
    @Arg('sources', () => [AssetSourceEnum], { nullable: true }) _sources: readonly AssetSource[] | null | undefined,
    @Arg('after', () => String, { nullable: true }) _after: string | null | undefined,
    @Root() event: StreamEvent,
  ): StreamEvent {
    return event;
  }

  @FieldResolver(() => ID)
  id(@Root() event: StreamEvent): string {
    return event.uuid;
  }

  @FieldResolver(() => String)
  cursor(@Root() event: StreamEvent): string {
    return cursorOf(event.position);
  }

  @FieldResolver(() => ID, { nullable: true })
  licenseId(@Root() event: StreamEvent): string | null {
    return event.licenseUuid === null ? null : nodeIdOf('License', event.licenseUuid);
  }

  @FieldResolver()
  data(@Root() event: StreamEvent, @Ctx() context: RequestContext): unknown {
    return mayReadData(sessionOf(context).actor) ? event.data : null;
  }
}

@Resolver(() => ChangeType)
export class ChangeResolver {
  @Authorized(READERS)
  @Query(() => ChangePageType, {
    nullable: true,
    description:
      'What changed since the last look, oldest first; without `after` from the beginning. No change is ever passed by.',
  })
  async changesSince(
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Arg('kinds', () => [ChangeKindEnum], { nullable: true }) kinds: ChangeKind[] | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 100 }) first: number | null,
    @Ctx() context: RequestContext,
  ): Promise<{ readonly changes: readonly StreamEvent[]; readonly endCursor: string; readonly hasMore: boolean }> {
    const query = { after: after ?? null, kinds: kinds ?? null, first: firstOf(first, 100, 500) };
    const page = await context.services.changes.since(sessionOf(context).actor, query);
    return { changes: page.events, endCursor: cursorOf(page.upTo), hasMore: page.hasMore };
  }

  @FieldResolver()
  cursor(@Root() event: StreamEvent): string {
    return cursorOf(event.position);
  }

  @FieldResolver()
  kind(@Root() event: StreamEvent): ChangeKind {
    return event.changeKind;
  }

  @FieldResolver(() => AssetType, {
    nullable: true,
    description: 'As it is now. Null: it is about none, or the source has it no longer.',
  })
  asset(@Root() event: StreamEvent, @Ctx() context: RequestContext): Promise<Asset | null> | null {
    return event.assetId === null ? null : sessionOf(context).loaders.asset.load(event.assetId);
  }

  @FieldResolver(() => LicenseType, { nullable: true, description: 'As it is now.' })
  license(@Root() event: StreamEvent, @Ctx() context: RequestContext): Promise<License | null> | null {
    return event.licenseUuid === null ? null : sessionOf(context).loaders.license.load(event.licenseUuid);
  }
}
