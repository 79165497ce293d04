/** Setting budgets and unit prices, and reading them. What purchases hold of them is in the transactions of a purchase. */
import { v7 as uuidv7 } from 'uuid';
import type { AuditEvent } from '../domain/audit-event.js';
import { type Budget, costCenterOf, type UnitPrice } from '../domain/budget.js';
import { type AssetSource, nodeIdOf } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import { invalidRequest, type LicenseOutcome } from '../domain/license-outcome.js';
import { type Actor, ADMINS, requireRole, TRAIL_READERS } from '../domain/roles.js';
import { appendAuditEvent } from '../store/audit.store.js';
import { listBudgets, listUnitPrices, lockBudgetSetting, saveBudget, saveUnitPrice } from '../store/budget-setting.store.js';
import { type Database, inTenant, readInTenant, type TenantTx } from '../store/database.js';
import { type BudgetCommand, checkBudget, checkUnitPrice, endsTooEarly, type UnitPriceCommand } from './budget.checks.js';

type InvalidRequest = Extract<LicenseOutcome, { readonly kind: 'InvalidRequest' }>;
export type SetBudgetOutcome = { readonly kind: 'SetBudgetPayload'; readonly budget: Budget } | InvalidRequest;
export type SetUnitPriceOutcome = { readonly kind: 'SetUnitPricePayload'; readonly unitPrice: UnitPrice } | InvalidRequest;

export interface BudgetService {
  /** Sets the budget of the same scope and start again, or makes a new one. */
  setBudget(actor: Actor, command: BudgetCommand, requestId: string): Promise<SetBudgetOutcome>;
  setUnitPrice(
    actor: Actor,
    command: UnitPriceCommand & { readonly source: AssetSource },
    requestId: string,
  ): Promise<SetUnitPriceOutcome>;
  /** The latest start first; `at`: those in force then. */
  budgets(actor: Actor, filter: { readonly costCenter: string | null; readonly at: Instant | null }): Promise<readonly Budget[]>;
  unitPrices(actor: Actor): Promise<readonly UnitPrice[]>;
}

const MAX_LISTED = 1_000;

export const createBudgetService = (deps: { readonly db: Database; readonly now: () => number }): BudgetService => {
  const { db, now } = deps;

  const audit = (
    tx: TenantTx,
    actor: Actor,
    requestId: string,
    event: Pick<AuditEvent, 'occurredAt' | 'action' | 'subjectType' | 'subjectId' | 'data'>,
  ): Promise<void> =>
    appendAuditEvent(tx, {
      kind: 'AuditEvent',
      uuid: uuidv7(),
      tenantId: actor.tenantId,
      actor: actor.subject,
      assetId: null,
      licenseUuid: null,
      requestId,
      ...event,
    });

  return {
    setBudget: async (actor, command, requestId) => {
      requireRole(actor, ADMINS, 'set budgets');
      const problems = checkBudget(command);
      if (problems.length > 0) return invalidRequest(...problems);
      const { tenantId } = actor;
      return inTenant(db, tenantId, async (tx) => {
        await lockBudgetSetting(tx, tenantId);
        const at = instantOf(now());
        const { measure, currency, amount } = command;
        const scope = { costCenter: costCenterOf(command.costCenter), measure, currency };
        const period = command.startsAt === null ? { at } : { startsAt: command.startsAt };
        const [before = null, another] = await listBudgets(tx, { scope, ...period, limit: 2 });
        if (another)
          return invalidRequest({
            path: 'startsAt',
            code: 'REQUIRED',
            message: 'Several budgets of this kind are in force now: give the startsAt of the one that you mean.',
          });
        const startsAt = before?.startsAt ?? command.startsAt ?? at;
        const endsAt = command.endsAt === undefined ? (before?.endsAt ?? null) : command.endsAt;
        if (endsAt !== null && endsAt <= startsAt) return invalidRequest(endsTooEarly);
        const uuid = before?.uuid ?? uuidv7();
        const setting = { uuid, tenantId, ...scope, amount, startsAt, endsAt, setBy: actor.subject, setAt: at };
        const budget = await saveBudget(tx, setting);
        await audit(tx, actor, requestId, {
          occurredAt: at,
          action: 'budget.set',
          subjectType: 'Budget',
          subjectId: nodeIdOf('Budget', uuid),
          data: {
            ...scope,
            startsAt,
            before: before && { amount: before.amount, endsAt: before.endsAt },
            after: { amount: budget.amount, endsAt: budget.endsAt },
          },
        });
        return { kind: 'SetBudgetPayload', budget };
      });
    },

    setUnitPrice: async (actor, command, requestId) => {
      requireRole(actor, ADMINS, 'set unit prices');
      const problems = checkUnitPrice(command);
      if (problems.length > 0) return invalidRequest(...problems);
      const { source, amount, currency } = command;
      const licenseType = command.licenseType.trim();
      return inTenant(db, actor.tenantId, async (tx) => {
        await lockBudgetSetting(tx, actor.tenantId);
        const at = instantOf(now());
        const unitPrice: UnitPrice = { source, licenseType, amount, currency, setBy: actor.subject, setAt: at };
        const before = await saveUnitPrice(tx, actor.tenantId, unitPrice);
        await audit(tx, actor, requestId, {
          occurredAt: at,
          action: 'unit_price.set',
          subjectType: 'UnitPrice',
          subjectId: `${source}/${licenseType}`,
          data: {
            source,
            licenseType,
            before: before && { amount: before.amount, currency: before.currency },
            after: { amount, currency },
          },
        });
        return { kind: 'SetUnitPricePayload', unitPrice };
      });
    },

    budgets: async (actor, { costCenter, at }) => {
      requireRole(actor, TRAIL_READERS, 'read budgets');
      const filter = { ...(costCenter !== null && { costCenter: costCenter.trim() }), ...(at !== null && { at }) };
      return readInTenant(db, actor.tenantId, (tx) => listBudgets(tx, { ...filter, limit: MAX_LISTED }));
    },

    unitPrices: async (actor) => {
      requireRole(actor, TRAIL_READERS, 'read unit prices');
      return readInTenant(db, actor.tenantId, (tx) => listUnitPrices(tx, MAX_LISTED));
    },
  };
};
