/** The audit trail. */
import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import type { Asset } from '../domain/asset.js';
import type { RecordedAuditEvent } from '../domain/audit-event.js';
import { nodeIdOf } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import type { License } from '../domain/license.js';
import { TRAIL_READERS } from '../domain/roles.js';
import { AssetType } from '../schema/asset.types.js';
import { AuditEventConnectionType, AuditEventFilterInput, AuditEventType } from '../schema/audit.types.js';
import { LicenseType } from '../schema/license.types.js';
import type { AuditQuery } from '../services/audit.service.js';
import { type RequestContext, sessionOf } from './context.js';
import { assetIdOf, uuidOf } from './license.resolver.js';
import { type Connection, connectionOf, firstOf, idsOf, placeOf } from './paging.js';

const queryOf = (filter: AuditEventFilterInput): Omit<AuditQuery, 'limit'> => ({
  ...(filter.actions != null && { actions: idsOf(filter.actions, 'filter.actions') }),
  ...(filter.subjectId != null && { subjectId: filter.subjectId }),
  ...(filter.assetId != null && { assetId: assetIdOf(filter.assetId) }),
  ...(filter.licenseId != null && { licenseUuid: uuidOf(filter.licenseId, 'License') }),
  ...(filter.actor != null && { actor: filter.actor }),
  ...(filter.occurredAfter != null && { occurredAfter: filter.occurredAfter as Instant }),
  ...(filter.occurredBefore != null && { occurredBefore: filter.occurredBefore as Instant }),
});

@Resolver(() => AuditEventType)
export class AuditEventResolver {
  @Authorized(TRAIL_READERS)
  @Query(() => AuditEventConnectionType, { nullable: true, description: 'Newest first.' })
  async auditEvents(
    @Arg('filter', () => AuditEventFilterInput, { nullable: true }) filter: AuditEventFilterInput | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 100 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Connection<RecordedAuditEvent>> {
    const [limit, place] = [firstOf(first, 100, 500), placeOf(after)];
    const query = { ...queryOf(filter ?? {}), limit, ...(place && { before: { occurredAt: place.at, uuid: place.uuid } }) };
    const rows = await context.services.audit.list(sessionOf(context).actor, query);
    return connectionOf(rows, limit, !!place, (row) => ({ at: row.occurredAt, uuid: row.uuid }), null);
  }

  @FieldResolver(() => ID)
  id(@Root() event: RecordedAuditEvent): string {
    return nodeIdOf('AuditEvent', event.uuid);
  }

  @FieldResolver(() => AssetType, { nullable: true })
  asset(@Root() event: RecordedAuditEvent, @Ctx() context: RequestContext): Promise<Asset | null> | null {
    return event.assetId === null ? null : sessionOf(context).loaders.asset.load(event.assetId);
  }

  @FieldResolver(() => LicenseType, { nullable: true })
  license(@Root() event: RecordedAuditEvent, @Ctx() context: RequestContext): Promise<License | null> | null {
    return event.licenseUuid === null ? null : sessionOf(context).loaders.license.load(event.licenseUuid);
  }
}
