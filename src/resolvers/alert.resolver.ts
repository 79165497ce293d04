/** Alerts: the list, acknowledging, and the rules for raising them. */
import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { ALERT_HANDLERS, type Alert, type AlertRules, alertMessage } from '../domain/alert.js';
import type { Asset } from '../domain/asset.js';
import { nodeIdOf } from '../domain/ids.js';
import type { License } from '../domain/license.js';
import { ADMINS, TRAIL_READERS } from '../domain/roles.js';
import {
  AcknowledgeAlertInput,
  AcknowledgeAlertOutcomeUnion,
  AlertConnectionType,
  AlertFilterInput,
  AlertRulesType,
  AlertType,
  SetAlertRulesInput,
  SetAlertRulesOutcomeUnion,
} from '../schema/alert.types.js';
import { AssetType } from '../schema/asset.types.js';
import { LicenseType } from '../schema/license.types.js';
import type { AcknowledgeAlertOutcome, SetAlertRulesOutcome } from '../services/alert.service.js';
import { type RequestContext, sessionOf } from './context.js';
import { assetIdOf, uuidOf } from './license.resolver.js';
import { type Connection, connectionOf, firstOf, placeOf } from './paging.js';

@Resolver(() => AlertType)
export class AlertResolver {
  @Authorized(TRAIL_READERS)
  @Query(() => AlertConnectionType, { nullable: true, description: 'The one that was raised last first.' })
  async alerts(
    @Arg('filter', () => AlertFilterInput, { nullable: true }) filter: AlertFilterInput | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Alert>> {
    const [limit, place] = [firstOf(first, 20, 100), placeOf(after)];
    const rows = await context.services.alerts.list(sessionOf(context).actor, {
      ...(filter?.states && { states: filter.states }),
      ...(filter?.kinds && { kinds: filter.kinds }),
      ...(filter?.licenseId != null && { licenseUuid: uuidOf(filter.licenseId, 'License') }),
      ...(filter?.assetId != null && { assetId: assetIdOf(filter.assetId) }),
      ...(place && { before: { raisedAt: place.at, uuid: place.uuid } }),
      limit,
    });
    return connectionOf(rows, limit, !!place, (row) => ({ at: row.raisedAt, uuid: row.uuid }), null);
  }

  @Authorized(TRAIL_READERS)
  @Query(() => AlertRulesType, { nullable: true, description: 'When alerts are raised; the defaults where nothing was set.' })
  alertRules(@Ctx() context: RequestContext): Promise<AlertRules> {
    return context.services.alerts.rules(sessionOf(context).actor);
  }

  @Authorized(ALERT_HANDLERS)
  @Mutation(() => AcknowledgeAlertOutcomeUnion, {
    nullable: true,
    description: 'Takes an alert in hand: it does not escalate any more. Doing it twice changes nothing.',
  })
  acknowledgeAlert(
    @Arg('input', () => AcknowledgeAlertInput) { alertId, note }: AcknowledgeAlertInput,
    @Ctx() context: RequestContext,
  ): Promise<AcknowledgeAlertOutcome> {
    return context.services.alerts.acknowledge(sessionOf(context).actor, { alertId, note: note ?? null }, context.requestId);
  }

  @Authorized(ADMINS)
  @Mutation(() => SetAlertRulesOutcomeUnion, {
    nullable: true,
    description: 'Sets when alerts are raised from now on. What was raised stays.',
  })
  setAlertRules(
    @Arg('input', () => SetAlertRulesInput) input: SetAlertRulesInput,
    @Ctx() context: RequestContext,
  ): Promise<SetAlertRulesOutcome> {
    return context.services.alerts.setRules(sessionOf(context).actor, input, context.requestId);
  }

  @FieldResolver(() => ID, { description: 'For acknowledgeAlert and the trail.' })
  id(@Root() alert: Alert): string {
    return nodeIdOf('Alert', alert.uuid);
  }

  @FieldResolver(() => String, { description: 'For people: what is the matter and what to do.' })
  message(@Root() alert: Alert): string {
    return alertMessage(alert);
  }

  @FieldResolver(() => LicenseType, { nullable: true })
  license(@Root() alert: Alert, @Ctx() context: RequestContext): Promise<License | null> {
    return sessionOf(context).loaders.license.load(alert.licenseUuid);
  }

  @FieldResolver(() => AssetType, { nullable: true, description: 'Null where the source has it no longer.' })
  asset(@Root() alert: Alert, @Ctx() context: RequestContext): Promise<Asset | null> {
    return sessionOf(context).loaders.asset.load(alert.assetId);
  }
}
