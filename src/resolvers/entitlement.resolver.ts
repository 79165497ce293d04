/** Entitlements over all sources. */
import { Arg, Authorized, Ctx, Query, Resolver } from 'type-graphql';
import type { AssetSource } from '../domain/ids.js';
import { TRAIL_READERS } from '../domain/roles.js';
import { EntitlementReportType } from '../schema/entitlement.types.js';
import { AssetSourceEnum } from '../schema/enums.js';
import type { EntitlementReport } from '../services/entitlement.service.js';
import { type RequestContext, sessionOf } from './context.js';

@Resolver()
export class EntitlementResolver {
  @Authorized(TRAIL_READERS)
  @Query(() => EntitlementReportType, {
    nullable: true,
    description: 'What the accounts may still spend or use, as the sources say now.',
  })
  entitlements(
    @Arg('sources', () => [AssetSourceEnum], { nullable: true, description: 'Default: all that are configured.' })
    sources: AssetSource[] | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<EntitlementReport> {
    const asked = sources?.length ? sources : null;
    return context.services.entitlements.report(sessionOf(context).actor, asked, context.readCall);
  }
}
