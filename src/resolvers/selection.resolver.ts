/** Saved lists of assets. */
import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Asset } from '../domain/asset.js';
import { nodeIdOf } from '../domain/ids.js';
import { type LicenseRequest, REQUESTERS, type Selection } from '../domain/request.js';
import { AssetType } from '../schema/asset.types.js';
import {
  LicenseRequestType,
  SaveSelectionInput,
  SaveSelectionOutcomeUnion,
  SelectionConnectionType,
  SelectionType,
} from '../schema/request.types.js';
import type { SaveSelectionOutcome } from '../services/selection.service.js';
import { type RequestContext, sessionOf } from './context.js';
import { uuidOf } from './license.resolver.js';
import { type Connection, connectionOf, firstOf, placeOf } from './paging.js';
import { allocationOf, deskOf } from './request-input.js';

@Resolver(() => SelectionType)
export class SelectionResolver {
  @Authorized(REQUESTERS)
  @Query(() => SelectionType, { nullable: true, description: 'One of your own.' })
  selection(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<Selection | null> {
    return context.services.selections.find(sessionOf(context).actor, uuidOf(id, 'Selection'));
  }

  @Authorized(REQUESTERS)
  @Query(() => SelectionConnectionType, { nullable: true, description: 'Your own, newest first.' })
  async selections(
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Selection>> {
    const [limit, place] = [firstOf(first, 50, 100), placeOf(after)];
    const query = { ...(place && { before: { savedAt: place.at, uuid: place.uuid } }), limit };
    const rows = await context.services.selections.list(sessionOf(context).actor, query);
    return connectionOf(rows, limit, !!place, (row) => ({ at: row.savedAt, uuid: row.uuid }), null);
  }

  @Authorized(REQUESTERS)
  @Mutation(() => SaveSelectionOutcomeUnion, {
    nullable: true,
    description: 'Saves a list of assets. Those that a rule wants to see get into a request of yours, and are submitted.',
  })
  saveSelection(
    @Arg('input', () => SaveSelectionInput) { name, assetIds, allocation, idempotencyKey }: SaveSelectionInput,
    @Ctx() context: RequestContext,
  ): Promise<SaveSelectionOutcome> {
    const command = { name, assetIds, allocation: allocationOf(allocation) };
    const { actor } = sessionOf(context);
    return context.services.selections.save(actor, command, idempotencyKey, deskOf(context), context.requestId);
  }

  @FieldResolver(() => ID)
  id(@Root() selection: Selection): string {
    return nodeIdOf('Selection', selection.uuid);
  }

  @FieldResolver(() => [AssetType], { nullable: 'items', description: 'As they are now; null where a source has one no longer.' })
  assets(@Root() selection: Selection, @Ctx() context: RequestContext): Promise<(Asset | Error | null)[]> {
    return sessionOf(context).loaders.asset.loadMany(selection.assetIds);
  }

  @FieldResolver(() => LicenseRequestType, { nullable: true, description: 'The request that a rule put assets of it into.' })
  request(@Root() selection: Selection, @Ctx() context: RequestContext): Promise<LicenseRequest | null> | null {
    return selection.requestUuid === null ? null : sessionOf(context).loaders.approvals.request.load(selection.requestUuid);
  }
}
