/** Whether an asset may be used: as a field of the asset, and by its id. */
import { Arg, Authorized, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { Asset } from '../domain/asset.js';
import { Fault } from '../domain/faults.js';
import type { Instant } from '../domain/instant.js';
import type { License } from '../domain/license.js';
import { READERS } from '../domain/roles.js';
import type { Use } from '../domain/use.js';
import { checkUse } from '../domain/use-check.js';
import { leadingTermsHash, type RecordedDecision } from '../domain/use-record.js';
import { AssetType } from '../schema/asset.types.js';
import { LicenseType } from '../schema/license.types.js';
import { UseDecisionType, UseInput } from '../schema/use.types.js';
import { type RequestContext, sessionOf } from './context.js';

/** A question that makes no sense is thrown: it has no answer. */
export const parseUse = (input: UseInput): Use => {
  const startsAt = (input.startsAt ?? null) as Instant | null;
  const endsAt = (input.endsAt ?? null) as Instant | null;
  const result = checkUse({ ...input, startsAt, endsAt });
  if ('use' in result) return result.use;
  throw new Fault('BAD_USER_INPUT', result.problems.map(({ path, message }) => `${path}: ${message}`).join(' '));
};

@Resolver(() => AssetType)
export class AssetUseResolver {
  @FieldResolver(() => UseDecisionType, { nullable: true, description: 'Whether this use is allowed, by the terms on record.' })
  canUse(
    @Root() asset: Asset,
    @Arg('use', () => UseInput) use: UseInput,
    @Ctx() context: RequestContext,
  ): Promise<RecordedDecision> {
    return sessionOf(context).loaders.useDecision.load({ asset, use: parseUse(use) });
  }
}

@Resolver(() => UseDecisionType)
export class UseDecisionResolver {
  @Authorized(READERS)
  @Query(() => UseDecisionType, {
    nullable: true,
    description: 'Whether this use of the asset is allowed, by the terms on record. Null: there is no such asset.',
  })
  async canUse(
    @Arg('assetId', () => ID) assetId: string,
    @Arg('use', () => UseInput) input: UseInput,
    @Ctx() context: RequestContext,
  ): Promise<RecordedDecision | null> {
    const { loaders } = sessionOf(context);
    const use = parseUse(input);
    const asset = await loaders.asset.load(assetId);
    return asset && loaders.useDecision.load({ asset, use });
  }

  @FieldResolver(() => ID)
  id(@Root() decision: RecordedDecision): string {
    return decision.uuid;
  }

  @FieldResolver(() => String)
  termsHash(@Root() decision: RecordedDecision): string {
    return leadingTermsHash(decision);
  }

  @FieldResolver(() => LicenseType, { nullable: true })
  license(@Root() decision: RecordedDecision, @Ctx() context: RequestContext): Promise<License | null> | null {
    return decision.licenseUuid === null ? null : sessionOf(context).loaders.license.load(decision.licenseUuid);
  }
}
