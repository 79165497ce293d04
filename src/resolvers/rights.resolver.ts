/** The fields of rights that are worked out when asked for. */
import { FieldResolver, Resolver, Root } from 'type-graphql';
import type { Rights } from '../domain/rights.js';
import { termsHash } from '../domain/terms-hash.js';
import { RightsType, UsageLimitType } from '../schema/rights.types.js';

@Resolver(() => RightsType)
export class RightsResolver {
  @FieldResolver(() => String, { description: '`v1:sha256:<hex>` over the canonical form of the terms.' })
  termsHash(@Root() rights: Rights): string {
    return termsHash(rights);
  }

  @FieldResolver(() => [UsageLimitType])
  limits(@Root() rights: Rights): UsageLimitType[] {
    // Uses are recorded from a later release on: until then none is known here.
    return rights.limits.map(({ unit, max }) => ({ unit, max, used: 0, remaining: max }));
  }
}
