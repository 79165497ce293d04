/** The caller, the sources, and anything by its global id. */
import { Arg, Authorized, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { Approval } from '../domain/approval.js';
import type { Asset } from '../domain/asset.js';
import type { RecordedAuditEvent } from '../domain/audit-event.js';
import { Fault } from '../domain/faults.js';
import { parseGlobalId } from '../domain/ids.js';
import type { License } from '../domain/license.js';
import type { Operation } from '../domain/operation.js';
import { type LicenseRequest, REQUEST_READERS, type RequestItem, type Selection } from '../domain/request.js';
import { READERS, requireRole, TRAIL_READERS } from '../domain/roles.js';
import type { Usage } from '../domain/usage.js';
import type { UsageReport } from '../domain/usage-report.js';
import { SourceType, ViewerType } from '../schema/asset.types.js';
import { NodeInterface } from '../schema/common.types.js';
import type { SourceView } from '../services/source.service.js';
import { type RequestContext, sessionOf } from './context.js';
import { idsOf } from './paging.js';

type AnyNode =
  | Approval
  | Asset
  | LicenseRequest
  | RequestItem
  | Selection
  | License
  | Operation
  | RecordedAuditEvent
  | Usage
  | UsageReport;

const loadNode = async (id: string, context: RequestContext): Promise<AnyNode | null> => {
  const { actor, loaders } = sessionOf(context);
  const parsed = parseGlobalId(id);
  switch (parsed?.type) {
    case 'Asset':
      return loaders.asset.load(id);
    case 'License':
      return loaders.license.load(parsed.uuid);
    case 'LicenseOperation':
      return loaders.operation.load(parsed.uuid);
    case 'AuditEvent':
      requireRole(actor, TRAIL_READERS, 'read the audit trail');
      return loaders.auditEvent.load(parsed.uuid);
    case 'Usage':
      return loaders.usages.usage.load(parsed.uuid);
    case 'UsageReport':
      return loaders.usages.usageReport.load(parsed.uuid);
    case 'LicenseRequest':
      requireRole(actor, REQUEST_READERS, 'read requests');
      return loaders.approvals.request.load(parsed.uuid);
    case 'RequestItem':
      requireRole(actor, REQUEST_READERS, 'read requests');
      return loaders.approvals.item.load(parsed.uuid);
    case 'Approval':
      requireRole(actor, REQUEST_READERS, 'read approvals');
      return loaders.approvals.approval.load(parsed.uuid);
    case 'Selection':
      return context.services.selections.find(actor, parsed.uuid);
    // These have ids to be named by, and are no nodes: they are read where they belong.
    case 'Budget':
    case 'Incident':
    case 'Alert':
    case 'InboundConnection':
    case 'InboundEvent':
    case 'WriteBack':
    case 'EventEndpoint':
      return null;
    case undefined:
      throw new Fault('BAD_USER_INPUT', 'This is no id of this API. Pass an id exactly as it was returned.');
  }
};

@Resolver()
export class NodeResolver {
  @Authorized(READERS)
  @Query(() => ViewerType, { nullable: true, description: 'Who calls.' })
  viewer(@Ctx() context: RequestContext): ViewerType {
    const { subject, name, tenantId, roles } = sessionOf(context).actor;
    return { subject, name, tenant: tenantId, roles: [...roles] };
  }

  @Authorized(READERS)
  @Query(() => [SourceType], { nullable: true })
  sources(@Ctx() context: RequestContext): readonly SourceView[] {
    return context.services.sources.list();
  }

  @Authorized(READERS)
  @Query(() => NodeInterface, { nullable: true })
  node(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<AnyNode | null> {
    return loadNode(id, context);
  }

  @Authorized(READERS)
  @Query(() => [NodeInterface], { nullable: 'items', description: 'In the order asked. At most 200.' })
  async nodes(@Arg('ids', () => [ID]) ids: string[], @Ctx() context: RequestContext): Promise<(AnyNode | Error | null)[]> {
    return Promise.all(idsOf(ids, 'ids').map((id) => loadNode(id, context).catch((error: Error) => error)));
  }
}
