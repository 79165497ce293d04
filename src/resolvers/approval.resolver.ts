/** Approvals: the inbox, deciding, the rules that ask for them, and delegation; and what an asset's approval stands at. */
import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Approval, ApprovalState } from '../domain/approval.js';
import type { ApprovalRule, ApprovalRules } from '../domain/approval-rules.js';
import type { Asset } from '../domain/asset.js';
import { nodeIdOf } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import type { Operation } from '../domain/operation.js';
import { type LicenseRequest, REQUEST_READERS, type RequestItem } from '../domain/request.js';
import { ADMINS, READERS } from '../domain/roles.js';
import {
  ApprovalConnectionType,
  ApprovalFilterInput,
  type ApprovalRuleInput,
  ApprovalRulesType,
  ApprovalStepType,
  ApprovalType,
  DecideApprovalInput,
  DecideApprovalOutcomeUnion,
  DelegationType,
  SetApprovalRulesInput,
  SetApprovalRulesOutcomeUnion,
  SetDelegationInput,
  SetDelegationOutcomeUnion,
} from '../schema/approval.types.js';
import { AssetType } from '../schema/asset.types.js';
import { ApprovalStateEnum } from '../schema/enums.js';
import { LicenseOperationType } from '../schema/license.types.js';
import { LicenseRequestType, RequestItemType } from '../schema/request.types.js';
import { DateTime } from '../schema/scalars.js';
import type { DecideApprovalOutcome, SetDelegationOutcome } from '../services/approval.service.js';
import type { SetApprovalRulesOutcome } from '../services/approval-rules.service.js';
import { type RequestContext, sessionOf } from './context.js';
import { uuidOf } from './license.resolver.js';
import { type Connection, connectionOf, firstOf, placeOf } from './paging.js';

/** Null members are absent ones. */
const given = <T extends object>(object: T | null | undefined): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(object ?? {}).filter(([, value]) => value !== null && value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };

const ruleOf = ({ name, when, steps, validForHours, onSave }: ApprovalRuleInput): ApprovalRule => {
  const { priceAtLeast, ...conditions } = given(when);
  const { amount, currency } = priceAtLeast ?? {};
  const price = amount !== undefined && currency !== undefined && { priceAtLeast: { amount, currency } };
  return {
    name,
    when: { ...conditions, ...price },
    steps: steps.map((step) => ({
      name: step.name,
      role: step.role ?? (step.people && step.people.length > 0 ? null : 'approver'),
      people: step.people ?? [],
      quorum: step.quorum ?? 1,
    })),
    validForHours: validForHours ?? null,
    onSave: onSave ?? false,
  };
};

@Resolver(() => ApprovalType)
export class ApprovalResolver {
  @Authorized(REQUEST_READERS)
  @Query(() => ApprovalType, { nullable: true })
  approval(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<Approval | null> {
    return sessionOf(context).loaders.approvals.approval.load(uuidOf(id, 'Approval'));
  }

  @Authorized(READERS)
  @Query(() => ApprovalConnectionType, { nullable: true, description: 'Newest first; with `mine` the inbox of whoever asks.' })
  async approvals(
    @Arg('filter', () => ApprovalFilterInput, { nullable: true }) filter: ApprovalFilterInput | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Approval>> {
    const [limit, place] = [firstOf(first, 50, 100), placeOf(after)];
    const rows = await context.services.approvals.list(sessionOf(context).actor, {
      ...(filter?.states && { states: filter.states }),
      mine: filter?.mine ?? false,
      ...(place && { before: { requestedAt: place.at, uuid: place.uuid } }),
      limit,
    });
    return connectionOf(rows, limit, !!place, (row) => ({ at: row.requestedAt, uuid: row.uuid }), null);
  }

  @Authorized(REQUEST_READERS)
  @Query(() => ApprovalRulesType, { nullable: true, description: 'Those in force.' })
  approvalRules(@Ctx() context: RequestContext): Promise<ApprovalRules> {
    return context.services.approvalRules.read(sessionOf(context).actor);
  }

  @Authorized(REQUEST_READERS)
  @Query(() => [DelegationType], { nullable: true, description: 'The latest of each person.' })
  delegations(@Ctx() context: RequestContext): Promise<readonly DelegationType[]> {
    return context.services.approvals.delegations(sessionOf(context).actor) as Promise<readonly DelegationType[]>;
  }

  @Authorized(READERS)
  @Mutation(() => DecideApprovalOutcomeUnion, {
    nullable: true,
    description: 'For those whom the open step names; nobody who had a part in asking decides.',
  })
  decideApproval(
    @Arg('input', () => DecideApprovalInput) { idempotencyKey, note, ...input }: DecideApprovalInput,
    @Ctx() context: RequestContext,
  ): Promise<DecideApprovalOutcome> {
    const command = { ...input, note: note ?? null };
    return context.services.approvals.decide(sessionOf(context).actor, command, idempotencyKey, context.requestId);
  }

  @Authorized(ADMINS)
  @Mutation(() => SetApprovalRulesOutcomeUnion, {
    nullable: true,
    description: 'Replaces all rules. They hold at once, for whatever is bought without an approval.',
  })
  setApprovalRules(
    @Arg('input', () => SetApprovalRulesInput) { rules, expectedVersion }: SetApprovalRulesInput,
    @Ctx() context: RequestContext,
  ): Promise<SetApprovalRulesOutcome> {
    const command = { rules: rules.map(ruleOf), expectedVersion: expectedVersion ?? null };
    return context.services.approvalRules.set(sessionOf(context).actor, command, context.requestId);
  }

  @Authorized(READERS)
  @Mutation(() => SetDelegationOutcomeUnion, { nullable: true, description: 'Who decides for you while you are away.' })
  setDelegation(
    @Arg('input', () => SetDelegationInput) { to, from, until }: SetDelegationInput,
    @Ctx() context: RequestContext,
  ): Promise<SetDelegationOutcome> {
    const command = { to: to ?? null, from: (from ?? null) as Instant | null, until: (until ?? null) as Instant | null };
    return context.services.approvals.setDelegation(sessionOf(context).actor, command, context.requestId);
  }

  @FieldResolver(() => ID)
  id(@Root() approval: Approval): string {
    return nodeIdOf('Approval', approval.uuid);
  }

  @FieldResolver(() => ApprovalStateEnum)
  state(@Root() approval: Approval, @Ctx() context: RequestContext): ApprovalState {
    return context.services.approvals.stateOf(approval);
  }

  @FieldResolver(() => String, { description: 'Name of the rule that asked for it.' })
  rule(@Root() approval: Approval): string {
    return approval.rule.name;
  }

  @FieldResolver(() => [ApprovalStepType], { description: 'Decided one after the other.' })
  steps(@Root() approval: Approval): readonly ApprovalRule['steps'][number][] {
    return approval.rule.steps;
  }

  @FieldResolver(() => Int, { nullable: true, description: 'Index of the step that is decided now; null when none is.' })
  openStep(@Root() approval: Approval): number | null {
    return approval.state === 'PENDING' ? approval.step : null;
  }

  @FieldResolver(() => AssetType, { nullable: true })
  asset(@Root() approval: Approval, @Ctx() context: RequestContext): Promise<Asset | null> {
    return sessionOf(context).loaders.asset.load(approval.assetId);
  }

  @FieldResolver(() => RequestItemType, { nullable: true })
  item(@Root() approval: Approval, @Ctx() context: RequestContext): Promise<RequestItem | null> {
    return sessionOf(context).loaders.approvals.item.load(approval.itemUuid);
  }

  @FieldResolver(() => LicenseRequestType, { nullable: true })
  request(@Root() approval: Approval, @Ctx() context: RequestContext): Promise<LicenseRequest | null> {
    return sessionOf(context).loaders.approvals.request.load(approval.requestUuid);
  }

  @FieldResolver(() => LicenseOperationType, { nullable: true, description: 'The one purchase that has taken it.' })
  usedBy(@Root() approval: Approval, @Ctx() context: RequestContext): Promise<Operation | null> | null {
    return approval.usedBy === null ? null : sessionOf(context).loaders.operation.load(approval.usedBy);
  }
}

@Resolver(() => AssetType)
export class AssetApprovalResolver {
  @FieldResolver(() => ApprovalStateEnum, {
    description: 'Of the newest approval, whichever the license type; NOT_REQUIRED where nothing asks for one.',
  })
  approvalState(@Root() asset: Asset, @Ctx() context: RequestContext): Promise<ApprovalState> {
    return sessionOf(context).loaders.approvals.approvalState.load(asset);
  }

  @FieldResolver(() => DateTime, { nullable: true, description: 'When its source withdrew it.' })
  withdrawnAt(@Root() asset: Asset, @Ctx() context: RequestContext): Promise<Instant | null> {
    return sessionOf(context).loaders.approvals.withdrawnAt.load(asset.id);
  }
}
