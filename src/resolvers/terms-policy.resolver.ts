/** Policies: what licenses allow whose source states no terms. */
import { Arg, Authorized, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { AssetSource } from '../domain/ids.js';
import { ADMINS, TRAIL_READERS } from '../domain/roles.js';
import { type PolicyScope, policyName, type TermsPolicy } from '../domain/terms-policy.js';
import { AssetSourceEnum } from '../schema/enums.js';
import {
  SetTermsPolicyInput,
  SetTermsPolicyOutcomeUnion,
  TermsPolicyType,
  WithdrawTermsPolicyInput,
  WithdrawTermsPolicyOutcomeUnion,
} from '../schema/terms-policy.types.js';
import type { SetTermsPolicyOutcome, WithdrawTermsPolicyOutcome } from '../services/terms-policy.service.js';
import { type RequestContext, sessionOf } from './context.js';
import { statedTermsOf } from './stated-terms.js';

const scopeOf = ({ source, licenseType, editorial, model }: SetTermsPolicyInput | WithdrawTermsPolicyInput): PolicyScope => ({
  source,
  licenseType,
  editorial: editorial ?? 'ANY',
  model: model == null || model === 'UNKNOWN' ? null : model,
});

@Resolver(() => TermsPolicyType)
export class TermsPolicyResolver {
  @Authorized(TRAIL_READERS)
  @Query(() => [TermsPolicyType], {
    nullable: true,
    description: "All versions, by source and type: the tenant's before the product's, newest first. At most 1,000.",
  })
  termsPolicies(
    @Arg('source', () => AssetSourceEnum, { nullable: true }) source: AssetSource | null | undefined,
    @Arg('licenseType', () => String, { nullable: true }) licenseType: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<TermsPolicy[]> {
    const filter = { source: source ?? null, licenseType: licenseType ?? null };
    return context.services.termsPolicies.list(sessionOf(context).actor, filter);
  }

  @Authorized(ADMINS)
  @Mutation(() => SetTermsPolicyOutcomeUnion, {
    nullable: true,
    description:
      "Sets what later licenses of this type allow, in place of the product's reading. Licenses on record do not change.",
  })
  setTermsPolicy(
    @Arg('input', () => SetTermsPolicyInput) input: SetTermsPolicyInput,
    @Ctx() context: RequestContext,
  ): Promise<SetTermsPolicyOutcome> {
    const { terms, citations, note = null, idempotencyKey = null } = input;
    const statement = { ...scopeOf(input), terms: statedTermsOf(terms) ?? null, citations: citations ?? [], note };
    const { termsPolicies } = context.services;
    return termsPolicies.set(sessionOf(context).actor, statement, { idempotencyKey, requestId: context.requestId });
  }

  @Authorized(ADMINS)
  @Mutation(() => WithdrawTermsPolicyOutcomeUnion, {
    nullable: true,
    description: "Takes back what the tenant set: the product's reading applies to later licenses again.",
  })
  withdrawTermsPolicy(
    @Arg('input', () => WithdrawTermsPolicyInput) input: WithdrawTermsPolicyInput,
    @Ctx() context: RequestContext,
  ): Promise<WithdrawTermsPolicyOutcome> {
    const { note = null, idempotencyKey = null } = input;
    const { termsPolicies } = context.services;
    const scope = { ...scopeOf(input), note };
    return termsPolicies.withdraw(sessionOf(context).actor, scope, { idempotencyKey, requestId: context.requestId });
  }

  @FieldResolver(() => String)
  name(@Root() policy: TermsPolicy): string {
    return policyName(policy);
  }
}
