/** Libraries that need approval: setting them, deciding on their assets, and what is written back. */
import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Asset } from '../domain/asset.js';
import { nodeIdOf } from '../domain/ids.js';
import type { LibraryPolicy, WriteBackState } from '../domain/library-approval.js';
import { ADMINS, RESOLVERS, TRAIL_READERS } from '../domain/roles.js';
import { AssetType } from '../schema/asset.types.js';
import {
  DecideLibraryAssetInput,
  DecideLibraryAssetOutcomeUnion,
  DecideLibraryAssetPayloadType,
  LibraryPolicyType,
  SetLibraryPolicyInput,
  SetLibraryPolicyOutcomeUnion,
  WriteBackConnectionType,
  WriteBackStateEnum,
  WriteBackType,
} from '../schema/library.types.js';
import { DateTime } from '../schema/scalars.js';
import type { DecideLibraryAssetOutcome, SetLibraryPolicyOutcome, WriteBack } from '../services/library-approval.service.js';
import { type RequestContext, sessionOf } from './context.js';
import { type Connection, connectionOf, firstOf, placeOf } from './paging.js';

@Resolver()
export class LibraryResolver {
  @Authorized(TRAIL_READERS)
  @Query(() => [LibraryPolicyType], { nullable: true, description: 'Of libraries for which one was ever set.' })
  libraryPolicies(@Ctx() context: RequestContext): Promise<readonly LibraryPolicy[]> {
    return context.services.libraries.policies(sessionOf(context).actor);
  }

  @Authorized(ADMINS)
  @Mutation(() => SetLibraryPolicyOutcomeUnion, {
    nullable: true,
    description: 'Sets whether the assets of a library need approval, and who sees those without.',
  })
  setLibraryPolicy(
    @Arg('input', () => SetLibraryPolicyInput) input: SetLibraryPolicyInput,
    @Ctx() context: RequestContext,
  ): Promise<SetLibraryPolicyOutcome> {
    const { source, approvedBy, field = null, galleryId = null, seenBy, writeBack } = input;
    const values = { approvedValues: input.approvedValues ?? [], rejectedValues: input.rejectedValues ?? [] };
    const command = { source, approvedBy, field, ...values, galleryId, seenBy, writeBack: writeBack ?? false };
    return context.services.libraries.setPolicy(sessionOf(context).actor, command, context.requestId);
  }

  @Authorized(RESOLVERS)
  @Mutation(() => DecideLibraryAssetOutcomeUnion, {
    nullable: true,
    description: 'Approves or rejects an asset of a library that needs approval; where its policy says so, the library is told.',
  })
  decideLibraryAsset(
    @Arg('input', () => DecideLibraryAssetInput) { assetId, decision, note, idempotencyKey }: DecideLibraryAssetInput,
    @Ctx() context: RequestContext,
  ): Promise<DecideLibraryAssetOutcome> {
    const { actor, loaders } = sessionOf(context);
    const command = { assetId, decision, note: note ?? null, idempotencyKey };
    return context.services.libraries.decide(actor, command, (id) => loaders.asset.load(id), context.requestId);
  }

  @Authorized(TRAIL_READERS)
  @Query(() => WriteBackConnectionType, { nullable: true, description: 'Newest first.' })
  async writeBacks(
    @Arg('states', () => [WriteBackStateEnum], { nullable: true }) states: WriteBackState[] | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Connection<WriteBack>> {
    const [limit, place] = [firstOf(first, 50, 100), placeOf(after)];
    const query = { ...(states && { states }), ...(place && { before: { createdAt: place.at, uuid: place.uuid } }), limit };
    const { actor, loaders } = sessionOf(context);
    const rows = await context.services.libraries.writeBacks(actor, query, loaders.visibility);
    return connectionOf(rows, limit, !!place, (row) => ({ at: row.createdAt, uuid: row.uuid }), null);
  }
}

@Resolver(() => WriteBackType)
export class WriteBackResolver {
  @FieldResolver(() => ID)
  id(@Root() row: WriteBack): string {
    return nodeIdOf('WriteBack', row.uuid);
  }

  @FieldResolver(() => AssetType, { nullable: true })
  asset(@Root() row: WriteBack, @Ctx() context: RequestContext): Promise<Asset | null> {
    return sessionOf(context).loaders.asset.load(row.assetId);
  }

  @FieldResolver(() => DateTime, { nullable: true, description: 'Of one that is PENDING.' })
  nextTryAt(@Root() row: WriteBack): string | null {
    return row.state === 'PENDING' ? row.nextTryAt : null;
  }
}

@Resolver(() => DecideLibraryAssetPayloadType)
export class DecideLibraryAssetResolver {
  @FieldResolver(() => AssetType, { nullable: true })
  asset(@Root() payload: { readonly assetId: string }, @Ctx() context: RequestContext): Promise<Asset | null> {
    return sessionOf(context).loaders.asset.load(payload.assetId);
  }
}
