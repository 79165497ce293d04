/** Buying licenses, and closing what only a person can close. */
import { Arg, Authorized, Ctx, Mutation, Resolver } from 'type-graphql';
import type { AssetId } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import type { LicenseOutcome } from '../domain/license-outcome.js';
import type { LicenseCommand } from '../domain/operation.js';
import { ADMINS, LICENSORS, RESOLVERS } from '../domain/roles.js';
import {
  LicenseAssetInput,
  LicenseAssetsInput,
  type LicenseAssetsItemInput,
  LicenseAssetsOutcomeUnion,
  LicenseOutcomeUnion,
  RelicenseAssetInput,
  ResolveOperationInput,
  ResolveOperationOutcomeUnion,
  SetSettlePolicyInput,
  SettlePolicyType,
} from '../schema/licensing.types.js';
import type { BulkOutcome } from '../services/bulk-licensing.service.js';
import type { ResolveOutcome, SettlePolicy } from '../services/resolution.service.js';
import { type RequestContext, sessionOf } from './context.js';
import { uuidOf } from './license.resolver.js';
import { statedTermsOf } from './stated-terms.js';

const withTerms = (input: LicenseAssetsItemInput['terms']): Pick<LicenseCommand, 'terms'> => {
  const terms = statedTermsOf(input);
  return terms ? { terms } : {};
};

const commandOf = (input: LicenseAssetsItemInput): LicenseCommand => ({
  assetId: input.assetId as AssetId,
  licenseType: input.licenseType ?? null,
  references: (input.references ?? []).map(({ key, value }) => ({ key, label: null, value })),
  allocation: {
    costCenter: input.allocation?.costCenter ?? null,
    department: input.allocation?.department ?? null,
    campaign: input.allocation?.campaign ?? null,
    project: input.allocation?.project ?? null,
    purchaseOrder: input.allocation?.purchaseOrder ?? null,
  },
  acceptOverage: input.acceptOverage ?? false,
  ...(input.maxPrice && { maxPrice: { amount: input.maxPrice.amount, currency: input.maxPrice.currency } }),
  ...(input.expectedQuote != null && { expectedQuote: input.expectedQuote }),
  ...(input.approvalId != null && { approvalUuid: uuidOf(input.approvalId, 'Approval') }),
  ...withTerms(input.terms),
});

const recommandOf = (input: RelicenseAssetInput): LicenseCommand => ({
  ...commandOf(input),
  reason: input.reason,
  ...(input.supersedes != null && { supersedes: uuidOf(input.supersedes, 'License') }),
});

@Resolver()
export class LicensingResolver {
  @Authorized(LICENSORS)
  @Mutation(() => LicenseOutcomeUnion, {
    nullable: true,
    description: 'Buys a first license. Spends money; never twice for one key.',
  })
  licenseAsset(
    @Arg('input', () => LicenseAssetInput) input: LicenseAssetInput,
    @Ctx() context: RequestContext,
  ): Promise<LicenseOutcome> {
    const { actor } = sessionOf(context);
    return context.services.licensing.license(actor, 'licenseAsset', commandOf(input), input.idempotencyKey, context.spendCall);
  }

  @Authorized(LICENSORS)
  @Mutation(() => LicenseOutcomeUnion, {
    nullable: true,
    description: 'Buys a further license of an asset that is licensed already. Charged again, once for each key.',
  })
  relicenseAsset(
    @Arg('input', () => RelicenseAssetInput) input: RelicenseAssetInput,
    @Ctx() context: RequestContext,
  ): Promise<LicenseOutcome> {
    const { actor } = sessionOf(context);
    return context.services.licensing.license(
      actor,
      'relicenseAsset',
      recommandOf(input),
      input.idempotencyKey,
      context.spendCall,
    );
  }

  @Authorized(LICENSORS)
  @Mutation(() => LicenseAssetsOutcomeUnion, {
    nullable: true,
    description: 'Buys many first licenses, each with its own outcome.',
  })
  licenseAssets(
    @Arg('input', () => LicenseAssetsInput) input: LicenseAssetsInput,
    @Ctx() context: RequestContext,
  ): Promise<BulkOutcome> {
    const { actor } = sessionOf(context);
    return context.services.bulkLicensing.licenseAll(actor, input.items.map(commandOf), input.idempotencyKey, context.spendCall);
  }

  @Authorized(RESOLVERS)
  @Mutation(() => ResolveOperationOutcomeUnion, {
    nullable: true,
    description: 'Closes an operation in review, by a second person.',
  })
  resolveOperation(
    @Arg('input', () => ResolveOperationInput) input: ResolveOperationInput,
    @Ctx() context: RequestContext,
  ): Promise<ResolveOutcome> {
    const { operationId, resolution, reason } = input;
    const books = { licensedAt: (input.licensedAt ?? null) as Instant | null, sourceReference: input.sourceReference ?? null };
    const command = { operationUuid: uuidOf(operationId, 'LicenseOperation'), resolution, reason, ...books };
    return context.services.resolution.resolve(sessionOf(context).actor, command, context.readCall);
  }

  @Authorized(ADMINS)
  @Mutation(() => SettlePolicyType, { nullable: true, description: 'Default: a person decides.' })
  setSettlePolicy(
    @Arg('input', () => SetSettlePolicyInput) input: SetSettlePolicyInput,
    @Ctx() context: RequestContext,
  ): Promise<SettlePolicy> {
    return context.services.resolution.setSettlePolicy(sessionOf(context).actor, {
      source: input.source,
      notFound: input.notFound,
    });
  }
}
