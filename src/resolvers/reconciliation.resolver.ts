/** Reconciliation: what the sources' histories and our operations say of each other. */
import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Asset } from '../domain/asset.js';
import { nodeIdOf } from '../domain/ids.js';
import type {
  CloseIncidentOutcome,
  ImportLicenseHistoryOutcome,
  Incident,
  IncidentKind,
  Reconciliation,
  UpstreamPurchase,
} from '../domain/incident.js';
import type { License } from '../domain/license.js';
import type { Operation } from '../domain/operation.js';
import { RECONCILERS } from '../domain/reconciliation.js';
import { TRAIL_READERS } from '../domain/roles.js';
import { AssetType } from '../schema/asset.types.js';
import { IncidentKindEnum } from '../schema/enums.js';
import { LicenseOperationType, LicenseType } from '../schema/license.types.js';
import {
  CloseIncidentInput,
  CloseIncidentOutcomeUnion,
  ImportLicenseHistoryInput,
  ImportLicenseHistoryOutcomeUnion,
  IncidentConnectionType,
  IncidentType,
  ReconciliationType,
  UpstreamPurchaseType,
} from '../schema/reconciliation.types.js';
import { type RequestContext, sessionOf } from './context.js';
import { type Connection, connectionOf, firstOf, placeOf } from './paging.js';

interface PageArguments {
  readonly first: number | null;
  readonly after: string | null | undefined;
}

interface Which {
  readonly closed?: boolean | null | undefined;
  readonly kind?: IncidentKind | null | undefined;
}

const incidentsOf = async (
  context: RequestContext,
  { closed, kind }: Which,
  page: PageArguments,
): Promise<Connection<Incident>> => {
  const [limit, place] = [firstOf(page.first, 20, 100), placeOf(page.after)];
  const which = { ...(typeof closed === 'boolean' && { closed }), ...(kind && { kind }) };
  const query = { ...which, limit, ...(place && { before: { openedAt: place.at, uuid: place.uuid } }) };
  const rows = await context.services.reconciliation.incidents(sessionOf(context).actor, query);
  return connectionOf(rows, limit, !!place, (row) => ({ at: row.openedAt, uuid: row.uuid }), null);
};

@Resolver(() => ReconciliationType)
export class ReconciliationResolver {
  @Authorized(TRAIL_READERS)
  @Query(() => ReconciliationType, { nullable: true, description: 'Where our books and those of the sources stand.' })
  reconciliation(@Ctx() context: RequestContext): Promise<Reconciliation> {
    return context.services.reconciliation.read(sessionOf(context).actor);
  }

  @Authorized(TRAIL_READERS)
  @Query(() => IncidentConnectionType, {
    nullable: true,
    description: 'Incidents, open and closed, the one that was opened last first.',
  })
  incidents(
    @Arg('closed', () => Boolean, { nullable: true, description: 'False: open ones only; true: closed ones only.' })
    closed: boolean | null | undefined,
    @Arg('kind', () => IncidentKindEnum, { nullable: true }) kind: IncidentKind | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Incident>> {
    return incidentsOf(context, { closed, kind }, { first, after });
  }

  @Authorized(RECONCILERS)
  @Mutation(() => ImportLicenseHistoryOutcomeUnion, {
    nullable: true,
    description:
      "Reads the source's license history now, or joins the reading under way. Spends nothing; repeating it does no harm.",
  })
  importLicenseHistory(
    @Arg('input', () => ImportLicenseHistoryInput) input: ImportLicenseHistoryInput,
    @Ctx() context: RequestContext,
  ): Promise<ImportLicenseHistoryOutcome> {
    return context.services.historyImports.importLicenseHistory(sessionOf(context).actor, input.source, context.spendCall);
  }

  @Authorized(RECONCILERS)
  @Mutation(() => CloseIncidentOutcomeUnion, { nullable: true, description: 'Closes what has been looked into, with a note.' })
  closeIncident(
    @Arg('input', () => CloseIncidentInput) input: CloseIncidentInput,
    @Ctx() context: RequestContext,
  ): Promise<CloseIncidentOutcome> {
    const { actor } = sessionOf(context);
    return context.services.reconciliation.closeIncident(actor, input.incidentId, input.note, context.requestId);
  }

  @FieldResolver(() => IncidentConnectionType, {
    nullable: true,
    description: 'Purchases that the source lists and no operation made. Open incidents, newest first.',
  })
  unmatchedUpstream(
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Incident>> {
    return incidentsOf(context, { kind: 'UNMATCHED_UPSTREAM', closed: false }, { first, after });
  }

  @FieldResolver(() => IncidentConnectionType, {
    nullable: true,
    description: 'Purchases that we made and the source does not list. Open incidents, newest first.',
  })
  unmatchedLocal(
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Incident>> {
    return incidentsOf(context, { kind: 'UNMATCHED_LOCAL', closed: false }, { first, after });
  }
}

@Resolver(() => IncidentType)
export class IncidentResolver {
  @FieldResolver(() => ID, { description: 'For closeIncident, node and the trail.' })
  id(@Root() incident: Incident): string {
    return nodeIdOf('Incident', incident.uuid);
  }

  @FieldResolver(() => AssetType, { nullable: true, description: 'What was bought; null where the source has it no longer.' })
  asset(@Root() incident: Incident, @Ctx() context: RequestContext): Promise<Asset | null> {
    return sessionOf(context).loaders.asset.load(incident.assetId);
  }

  @FieldResolver(() => LicenseOperationType, { nullable: true, description: 'Of UNMATCHED_LOCAL.' })
  operation(@Root() incident: Incident, @Ctx() context: RequestContext): Promise<Operation | null> | null {
    return incident.operationUuid === null ? null : sessionOf(context).loaders.operation.load(incident.operationUuid);
  }
}

@Resolver(() => UpstreamPurchaseType)
export class UpstreamPurchaseResolver {
  @FieldResolver(() => LicenseType, { nullable: true, description: 'The license that was made from it.' })
  license(@Root() purchase: UpstreamPurchase, @Ctx() context: RequestContext): Promise<License | null> | null {
    return purchase.licenseUuid === null ? null : sessionOf(context).loaders.license.load(purchase.licenseUuid);
  }
}
