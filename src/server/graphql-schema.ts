/** Builds the executable schema from the resolvers; authorisation is stated on every root field. */
import 'reflect-metadata';
import { type GraphQLSchema, isAbstractType } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { Fault } from '../domain/faults.js';
import { type Role, requireRole } from '../domain/roles.js';
import { AlertResolver } from '../resolvers/alert.resolver.js';
import { ApprovalResolver, AssetApprovalResolver } from '../resolvers/approval.resolver.js';
import { AssetResolver } from '../resolvers/asset.resolver.js';
import { AuditEventResolver } from '../resolvers/audit.resolver.js';
import { BudgetResolver } from '../resolvers/budget.resolver.js';
import type { RequestContext } from '../resolvers/context.js';
import { EntitlementResolver } from '../resolvers/entitlement.resolver.js';
import { ChangeResolver, EventResolver } from '../resolvers/event.resolver.js';
import { EventDeliveryResolver, EventEndpointResolver } from '../resolvers/event-endpoint.resolver.js';
import { FederationResolver } from '../resolvers/federation.resolver.js';
import { InboundConnectionResolver, InboundEventResolver } from '../resolvers/inbound.resolver.js';
import { DecideLibraryAssetResolver, LibraryResolver, WriteBackResolver } from '../resolvers/library.resolver.js';
import { LicenseOperationResolver, LicenseResolver } from '../resolvers/license.resolver.js';
import { LicenseFileResolver } from '../resolvers/license-file.resolver.js';
import { LicensingResolver } from '../resolvers/licensing.resolver.js';
import { AssetMetadataResolver, MetadataUpdatedResolver } from '../resolvers/metadata.resolver.js';
import { NodeResolver } from '../resolvers/node.resolver.js';
import { IncidentResolver, ReconciliationResolver, UpstreamPurchaseResolver } from '../resolvers/reconciliation.resolver.js';
import { LicenseRequestResolver, RequestCommentResolver, RequestItemResolver } from '../resolvers/request.resolver.js';
import { RightsResolver, TermListResolver } from '../resolvers/rights.resolver.js';
import { AssetEdgeResolver, SearchResolver } from '../resolvers/search.resolver.js';
import { SelectionResolver } from '../resolvers/selection.resolver.js';
import { TermsResolver } from '../resolvers/terms.resolver.js';
import { TermsPolicyResolver } from '../resolvers/terms-policy.resolver.js';
import {
  AssetUsageResolver,
  LicenseUsageResolver,
  RefusedUsageResolver,
  UsageReportResolver,
  UsageResolver,
} from '../resolvers/usage.resolver.js';
import { AssetUseResolver, UseDecisionResolver } from '../resolvers/use-decision.resolver.js';
import { AssetVariantResolver, SetAssetVariantsResolver, VariantResolver } from '../resolvers/variant.resolver.js';
import { typeNameOf } from '../schema/common.types.js';

const raise = (message: string): never => {
  throw new Error(message);
};

export const buildGraphqlSchema = (): GraphQLSchema => {
  const schema = buildSchemaSync({
    resolvers: [
      AssetResolver,
      SearchResolver,
      AssetEdgeResolver,
      RightsResolver,
      TermListResolver,
      TermsResolver,
      AssetUseResolver,
      UseDecisionResolver,
      LicenseResolver,
      LicenseOperationResolver,
      LicensingResolver,
      LicenseFileResolver,
      EntitlementResolver,
      AuditEventResolver,
      BudgetResolver,
      TermsPolicyResolver,
      ReconciliationResolver,
      IncidentResolver,
      UpstreamPurchaseResolver,
      UsageResolver,
      LicenseUsageResolver,
      AssetUsageResolver,
      UsageReportResolver,
      RefusedUsageResolver,
      AlertResolver,
      VariantResolver,
      AssetVariantResolver,
      SetAssetVariantsResolver,
      SelectionResolver,
      LicenseRequestResolver,
      RequestItemResolver,
      RequestCommentResolver,
      ApprovalResolver,
      AssetApprovalResolver,
      EventResolver,
      ChangeResolver,
      EventEndpointResolver,
      EventDeliveryResolver,
      InboundConnectionResolver,
      InboundEventResolver,
      AssetMetadataResolver,
      MetadataUpdatedResolver,
      LibraryResolver,
      WriteBackResolver,
      DecideLibraryAssetResolver,
      NodeResolver,
      FederationResolver,
    ],
    validate: false,
    // Asked for by the library wherever there are subscriptions; ours read the stream themselves.
    pubSub: { publish: () => undefined, subscribe: () => raise('Subscriptions read the stream of events.') },
    authChecker: ({ context, info }: { context: RequestContext; info: { fieldName: string } }, roles: Role[]) => {
      if (!context.session) throw new Fault('UNAUTHENTICATED', 'Send a valid key in the header X-Api-Key.');
      requireRole(context.session.actor, roles, `call ${info.fieldName}`);
      return true;
    },
  });
  // The library wraps these in promises, which the compiling executor cannot await.
  for (const type of Object.values(schema.getTypeMap())) if (isAbstractType(type)) type.resolveType = typeNameOf;
  return schema;
};
