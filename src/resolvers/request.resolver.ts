/** Requests for licenses: making, filling, submitting, speaking about, withdrawing and fulfilling them. */
import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Approval } from '../domain/approval.js';
import type { Asset } from '../domain/asset.js';
import { nodeIdOf } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import type { License } from '../domain/license.js';
import type { Operation } from '../domain/operation.js';
import {
  COMMENTERS,
  type LicenseRequest,
  REQUEST_READERS,
  REQUESTERS,
  type RequestComment,
  type RequestItem,
} from '../domain/request.js';
import { LICENSORS } from '../domain/roles.js';
import { ApprovalType } from '../schema/approval.types.js';
import { AssetType } from '../schema/asset.types.js';
import { SourceErrorType } from '../schema/common.types.js';
import { LicenseOperationType, LicenseType } from '../schema/license.types.js';
import {
  AddCandidatesInput,
  CommentOnRequestInput,
  CreateRequestInput,
  FrozenCandidateType,
  FulfilRequestInput,
  FulfilRequestOutcomeUnion,
  LicenseRequestConnectionType,
  LicenseRequestFilterInput,
  LicenseRequestOutcomeUnion,
  LicenseRequestType,
  RequestCommentType,
  RequestItemType,
  SubmitRequestInput,
} from '../schema/request.types.js';
import type { FulfilRequestOutcome } from '../services/fulfilment.service.js';
import type { RequestOutcome } from '../services/request.service.js';
import { type RequestContext, sessionOf } from './context.js';
import { uuidOf } from './license.resolver.js';
import { type Connection, connectionOf, firstOf, placeOf } from './paging.js';
import { allocationOf, deskOf } from './request-input.js';

@Resolver(() => LicenseRequestType)
export class LicenseRequestResolver {
  @Authorized(REQUEST_READERS)
  @Query(() => LicenseRequestType, { nullable: true })
  licenseRequest(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<LicenseRequest | null> {
    return sessionOf(context).loaders.approvals.request.load(uuidOf(id, 'LicenseRequest'));
  }

  @Authorized(REQUEST_READERS)
  @Query(() => LicenseRequestConnectionType, { nullable: true, description: 'Newest first.' })
  async licenseRequests(
    @Arg('filter', () => LicenseRequestFilterInput, { nullable: true }) filter: LicenseRequestFilterInput | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Connection<LicenseRequest>> {
    const [limit, place] = [firstOf(first, 50, 100), placeOf(after)];
    const rows = await context.services.requests.list(sessionOf(context).actor, {
      ...(filter?.states && { states: filter.states }),
      ...(filter?.requestedBy != null && { requestedBy: filter.requestedBy }),
      ...(filter?.campaign != null && { campaign: filter.campaign }),
      ...(place && { before: { createdAt: place.at, uuid: place.uuid } }),
      limit,
    });
    return connectionOf(rows, limit, !!place, (row) => ({ at: row.createdAt, uuid: row.uuid }), null);
  }

  @Authorized(REQUESTERS)
  @Mutation(() => LicenseRequestOutcomeUnion, { nullable: true, description: 'An empty draft. Buys nothing.' })
  createRequest(
    @Arg('input', () => CreateRequestInput) input: CreateRequestInput,
    @Ctx() context: RequestContext,
  ): Promise<RequestOutcome> {
    const command = {
      title: input.title,
      brief: input.brief ?? null,
      allocation: allocationOf(input.allocation, input.campaign),
      channels: [...new Set(input.channels ?? [])],
      dueAt: (input.dueAt ?? null) as Instant | null,
    };
    return context.services.requests.create(sessionOf(context).actor, command, input.idempotencyKey, context.requestId);
  }

  @Authorized(REQUESTERS)
  @Mutation(() => LicenseRequestOutcomeUnion, {
    nullable: true,
    description: 'Asks for the quotes of assets and freezes what is seen of them.',
  })
  addCandidates(
    @Arg('input', () => AddCandidatesInput) { requestId, items, idempotencyKey }: AddCandidatesInput,
    @Ctx() context: RequestContext,
  ): Promise<RequestOutcome> {
    const candidates = items.map((item) => ({
      assetId: item.assetId,
      licenseType: item.licenseType ?? null,
      references: (item.references ?? []).map(({ key, value }) => ({ key, label: null, value })),
      again: item.again ?? false,
      reason: item.reason ?? null,
    }));
    const command = { licenseRequestId: requestId, items: candidates };
    const { actor } = sessionOf(context);
    return context.services.candidates.add(actor, command, idempotencyKey, deskOf(context), context.requestId);
  }

  @Authorized(REQUESTERS)
  @Mutation(() => LicenseRequestOutcomeUnion, { nullable: true, description: 'Takes one back; its approval is void.' })
  removeCandidate(@Arg('itemId', () => ID) itemId: string, @Ctx() context: RequestContext): Promise<RequestOutcome> {
    return context.services.candidates.remove(sessionOf(context).actor, itemId, context.requestId);
  }

  @Authorized(REQUESTERS)
  @Mutation(() => LicenseRequestOutcomeUnion, {
    nullable: true,
    description: 'Looks at one again. If its price or terms have changed, its approval is void and it can be submitted again.',
  })
  refreshCandidate(@Arg('itemId', () => ID) itemId: string, @Ctx() context: RequestContext): Promise<RequestOutcome> {
    return context.services.candidates.refresh(sessionOf(context).actor, itemId, deskOf(context), context.requestId);
  }

  @Authorized(REQUESTERS)
  @Mutation(() => LicenseRequestOutcomeUnion, {
    nullable: true,
    description: 'Asks for the approval of every candidate, where a rule wants one.',
  })
  submitRequest(
    @Arg('input', () => SubmitRequestInput) { requestId, idempotencyKey }: SubmitRequestInput,
    @Ctx() context: RequestContext,
  ): Promise<RequestOutcome> {
    return context.services.requests.submit(sessionOf(context).actor, requestId, idempotencyKey, context.requestId);
  }

  @Authorized(COMMENTERS)
  @Mutation(() => LicenseRequestOutcomeUnion, { nullable: true })
  commentOnRequest(
    @Arg('input', () => CommentOnRequestInput) { requestId, itemId, text, idempotencyKey }: CommentOnRequestInput,
    @Ctx() context: RequestContext,
  ): Promise<RequestOutcome> {
    const command = { licenseRequestId: requestId, itemId: itemId ?? null, text };
    return context.services.requests.comment(sessionOf(context).actor, command, idempotencyKey, context.requestId);
  }

  @Authorized(REQUESTERS)
  @Mutation(() => LicenseRequestOutcomeUnion, { nullable: true, description: 'Its approvals are void.' })
  withdrawRequest(
    @Arg('requestId', () => ID) requestId: string,
    @Arg('reason', () => String, { nullable: true }) reason: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<RequestOutcome> {
    return context.services.requests.withdraw(sessionOf(context).actor, requestId, reason ?? null, context.requestId);
  }

  @Authorized(LICENSORS)
  @Mutation(() => FulfilRequestOutcomeUnion, {
    nullable: true,
    description: 'Buys what was approved, or needs no approval, each item for itself. Spends money; never twice for one key.',
  })
  fulfilRequest(
    @Arg('input', () => FulfilRequestInput) { requestId, itemIds, idempotencyKey }: FulfilRequestInput,
    @Ctx() context: RequestContext,
  ): Promise<FulfilRequestOutcome> {
    const command = { licenseRequestId: requestId, itemIds: itemIds ?? null };
    return context.services.fulfilment.fulfil(sessionOf(context).actor, command, idempotencyKey, context.spendCall);
  }

  @FieldResolver(() => ID)
  id(@Root() request: LicenseRequest): string {
    return nodeIdOf('LicenseRequest', request.uuid);
  }

  @FieldResolver(() => String, { nullable: true })
  campaign(@Root() request: LicenseRequest): string | null {
    return request.allocation.campaign;
  }

  @FieldResolver(() => [RequestItemType], { description: 'In the order added.' })
  items(@Root() request: LicenseRequest, @Ctx() context: RequestContext): Promise<readonly RequestItem[]> {
    return sessionOf(context).loaders.approvals.items.load(request.uuid);
  }

  @FieldResolver(() => [RequestCommentType], { description: 'Oldest first.' })
  comments(@Root() request: LicenseRequest, @Ctx() context: RequestContext): Promise<readonly RequestComment[]> {
    return sessionOf(context).loaders.approvals.comments.load(request.uuid);
  }
}

@Resolver(() => RequestCommentType)
export class RequestCommentResolver {
  @FieldResolver(() => ID, { nullable: true, description: 'Null: about the request as a whole.' })
  itemId(@Root() comment: RequestComment): string | null {
    return comment.itemUuid === null ? null : nodeIdOf('RequestItem', comment.itemUuid);
  }
}

@Resolver(() => RequestItemType)
export class RequestItemResolver {
  @FieldResolver(() => ID)
  id(@Root() item: RequestItem): string {
    return nodeIdOf('RequestItem', item.uuid);
  }

  @FieldResolver(() => AssetType, { nullable: true, description: 'As it is now; null where its source has it no longer.' })
  asset(@Root() item: RequestItem, @Ctx() context: RequestContext): Promise<Asset | null> {
    return sessionOf(context).loaders.asset.load(item.assetId);
  }

  @FieldResolver(() => FrozenCandidateType)
  frozen(@Root() item: RequestItem): RequestItem['frozen'] {
    return item.frozen;
  }

  @FieldResolver(() => SourceErrorType, { nullable: true, description: 'Why its purchase ended without a license.' })
  failure(@Root() item: RequestItem): RequestItem['failure'] {
    return item.failure;
  }

  @FieldResolver(() => LicenseRequestType, { nullable: true })
  request(@Root() item: RequestItem, @Ctx() context: RequestContext): Promise<LicenseRequest | null> {
    return sessionOf(context).loaders.approvals.request.load(item.requestUuid);
  }

  @FieldResolver(() => ApprovalType, { nullable: true, description: 'Null: none is needed, or it was not submitted.' })
  approval(@Root() item: RequestItem, @Ctx() context: RequestContext): Promise<Approval | null> | null {
    return item.approvalUuid === null ? null : sessionOf(context).loaders.approvals.approval.load(item.approvalUuid);
  }

  @FieldResolver(() => LicenseOperationType, { nullable: true })
  operation(@Root() item: RequestItem, @Ctx() context: RequestContext): Promise<Operation | null> | null {
    return item.operationUuid === null ? null : sessionOf(context).loaders.operation.load(item.operationUuid);
  }

  @FieldResolver(() => LicenseType, { nullable: true })
  license(@Root() item: RequestItem, @Ctx() context: RequestContext): Promise<License | null> | null {
    return item.licenseUuid === null ? null : sessionOf(context).loaders.license.load(item.licenseUuid);
  }
}
