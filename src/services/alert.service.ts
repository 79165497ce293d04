/** Alerts as people meet them: reading and acknowledging them, and the rules for raising them. */
import { v7 as uuidv7 } from 'uuid';
import { ALERT_HANDLERS, type Alert, type AlertRules } from '../domain/alert.js';
import type { JsonValue } from '../domain/canonical-json.js';
import { parseGlobalId } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import type { Visibility } from '../domain/library-approval.js';
import { invalidRequest, type LicenseOutcome } from '../domain/license-outcome.js';
import { type Actor, ADMINS, requireRole, TRAIL_READERS } from '../domain/roles.js';
import {
  type AlertQuery,
  acknowledgeAlert,
  findAlert,
  findAlertRules,
  listAlerts,
  lockAlertRules,
  saveAlertRules,
} from '../store/alert.store.js';
import { appendAuditEvent } from '../store/audit.store.js';
import { type Database, inTenant, readInTenant, type TenantTx } from '../store/database.js';
import { type AlertRulesCommand, checkAlertRules, checkNote } from './alert.checks.js';
import { auditAlert } from './alert.raising.js';
import { fillPage } from './library-approval.js';

type InvalidRequest = Extract<LicenseOutcome, { readonly kind: 'InvalidRequest' }>;
export type AcknowledgeAlertOutcome = { readonly kind: 'AcknowledgeAlertPayload'; readonly alert: Alert } | InvalidRequest;
export type SetAlertRulesOutcome = { readonly kind: 'SetAlertRulesPayload'; readonly rules: AlertRules } | InvalidRequest;

export interface AcknowledgeCommand {
  readonly alertId: string;
  readonly note: string | null;
}

export interface AlertService {
  /** Newest first; one more than asked, so that the caller sees whether there is a next page. */
  list(actor: Actor, query: AlertQuery): Promise<readonly Alert[]>;
  /** The same person twice is one acknowledgement. */
  acknowledge(actor: Actor, command: AcknowledgeCommand, requestId: string): Promise<AcknowledgeAlertOutcome>;
  rules(actor: Actor): Promise<AlertRules>;
  /** What the command leaves out stays as it is. */
  setRules(actor: Actor, command: AlertRulesCommand, requestId: string): Promise<SetAlertRulesOutcome>;
}

const refused = (code: string, message: string): InvalidRequest => invalidRequest({ path: 'alertId', code, message });
const NOT_FOUND = {
  path: 'alertId',
  code: 'NOT_FOUND',
  message: 'There is no such alert. Pass an id exactly as this API returned it.',
};

/** As events tell it. */
const shown = ({ setBy: _by, setAt: _at, ...rules }: AlertRules): JsonValue => ({ ...rules });

const sorted = (numbers: readonly number[], direction: 1 | -1): number[] =>
  [...new Set(numbers)].sort((a, b) => (a - b) * direction);

export const createAlertService = (deps: {
  readonly db: Database;
  readonly now: () => number;
  readonly visibilityOf: (actor: Actor) => Visibility;
}): AlertService => {
  const { db, now } = deps;

  const acknowledge = async (
    tx: TenantTx,
    actor: Actor,
    uuid: string,
    note: string | null,
    requestId: string,
  ): Promise<AcknowledgeAlertOutcome> => {
    const at = instantOf(now());
    const alert = await acknowledgeAlert(tx, uuid, { subject: actor.subject, at, note });
    if (alert) {
      const event = { action: 'alert.acknowledged', tenantId: actor.tenantId, actor: actor.subject, at, requestId } as const;
      await auditAlert(tx, alert, { ...event, data: { note, escalatedAt: alert.escalatedAt } });
      return { kind: 'AcknowledgeAlertPayload', alert };
    }
    const held = await findAlert(tx, uuid);
    if (!held) return invalidRequest(NOT_FOUND);
    if (held.state === 'RESOLVED')
      return refused('ALREADY_RESOLVED', `There is nothing to acknowledge any more: ${held.resolution ?? ''}`);
    if (held.acknowledgedBy === actor.subject) return { kind: 'AcknowledgeAlertPayload', alert: held };
    return refused('ALREADY_ACKNOWLEDGED', `${held.acknowledgedBy} acknowledged it at ${held.acknowledgedAt}.`);
  };

  return {
    list: async (actor, query) => {
      requireRole(actor, TRAIL_READERS, 'read alerts');
      const visibility = deps.visibilityOf(actor);
      return fillPage(
        query,
        (page) => readInTenant(db, actor.tenantId, (tx) => listAlerts(tx, page)),
        ({ raisedAt, uuid }) => ({ raisedAt, uuid }),
        (rows) => visibility.visible(rows, ({ assetId }) => [assetId]),
      );
    },

    acknowledge: async (actor, command, requestId) => {
      requireRole(actor, ALERT_HANDLERS, 'acknowledge alerts');
      const parsed = parseGlobalId(command.alertId);
      const problems = [...(parsed?.type === 'Alert' ? [] : [NOT_FOUND]), ...checkNote(command.note)];
      if (parsed?.type !== 'Alert' || problems.length > 0) return invalidRequest(...problems);
      const note = command.note?.trim() || null;
      return inTenant(db, actor.tenantId, (tx) => acknowledge(tx, actor, parsed.uuid, note, requestId));
    },

    rules: async (actor) => {
      requireRole(actor, TRAIL_READERS, 'read the rules for alerts');
      return readInTenant(db, actor.tenantId, findAlertRules);
    },

    setRules: async (actor, command, requestId) => {
      requireRole(actor, ADMINS, 'set the rules for alerts');
      const problems = checkAlertRules(command);
      if (problems.length > 0) return invalidRequest(...problems);
      const { tenantId } = actor;
      return inTenant(db, tenantId, async (tx) => {
        await lockAlertRules(tx, tenantId);
        const before = await findAlertRules(tx);
        const at = instantOf(now());
        const rules = {
          leadDays: sorted(command.leadDays ?? before.leadDays, -1),
          limitPercents: sorted(command.limitPercents ?? before.limitPercents, 1),
          escalateAfterHours: command.escalateAfterHours ?? before.escalateAfterHours,
          violations: command.violations ?? before.violations,
          endUnknown: command.endUnknown ?? before.endUnknown,
          setBy: actor.subject,
          setAt: at,
        };
        await saveAlertRules(tx, tenantId, rules);
        await appendAuditEvent(tx, {
          kind: 'AuditEvent',
          uuid: uuidv7(),
          tenantId,
          occurredAt: at,
          actor: actor.subject,
          action: 'alert_rules.set',
          subjectType: 'AlertRules',
          subjectId: 'alert_rules',
          assetId: null,
          licenseUuid: null,
          requestId,
          data: { before: shown(before), after: shown(rules) },
        });
        return { kind: 'SetAlertRulesPayload', rules };
      });
    },
  };
};
