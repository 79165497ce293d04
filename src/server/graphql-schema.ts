/** Builds the executable schema from the resolvers; authorisation is stated on every root field. */
import 'reflect-metadata';
import { type GraphQLSchema, isAbstractType } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { Fault } from '../domain/faults.js';
import { type Role, requireRole } from '../domain/roles.js';
import { AlertResolver } from '../resolvers/alert.resolver.js';
import { AssetResolver } from '../resolvers/asset.resolver.js';
import { AuditEventResolver } from '../resolvers/audit.resolver.js';
import { BudgetResolver } from '../resolvers/budget.resolver.js';
import type { RequestContext } from '../resolvers/context.js';
import { EntitlementResolver } from '../resolvers/entitlement.resolver.js';
import { FederationResolver } from '../resolvers/federation.resolver.js';
import { LicenseOperationResolver, LicenseResolver } from '../resolvers/license.resolver.js';
import { LicenseFileResolver } from '../resolvers/license-file.resolver.js';
import { LicensingResolver } from '../resolvers/licensing.resolver.js';
import { NodeResolver } from '../resolvers/node.resolver.js';
import { IncidentResolver, ReconciliationResolver, UpstreamPurchaseResolver } from '../resolvers/reconciliation.resolver.js';
import { RightsResolver, TermListResolver } from '../resolvers/rights.resolver.js';
import { AssetEdgeResolver, SearchResolver } from '../resolvers/search.resolver.js';
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
      NodeResolver,
      FederationResolver,
    ],
    validate: false,
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
