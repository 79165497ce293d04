/** Budgets and unit prices as they are set and read. */
import { type Selectable, sql } from 'kysely';
import { type Budget, type BudgetMeasure, signOf, subtractDecimals, type UnitPrice } from '../domain/budget.js';
import type { AssetSource, TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { TenantTx } from './database.js';
import type { Tables } from './tables.js';

/** What a tenant sets, it sets one after the other: two first calls at once must not make two budgets. */
export const lockBudgetSetting = async (tx: TenantTx, tenantId: TenantId): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`budgets/${tenantId}`}, 0))`.execute(tx);
};

const budgetOf = (row: Selectable<Tables['budget']> & { readonly held: string }): Budget => {
  const left = subtractDecimals(row.amount, row.taken);
  return {
    uuid: row.budget_id,
    costCenter: row.cost_center,
    measure: row.measure,
    currency: row.currency,
    amount: row.amount,
    taken: row.taken,
    held: row.held,
    captured: subtractDecimals(row.taken, row.held),
    available: signOf(left) < 0 ? '0' : left,
    startsAt: instantOf(row.starts_at),
    endsAt: row.ends_at && instantOf(row.ends_at),
    setBy: row.set_by,
    setAt: instantOf(row.set_at),
  };
};

/** Holds that are open are few; what was captured is the rest of what is taken. */
const select = (tx: TenantTx) =>
  tx
    .selectFrom('budget')
    .selectAll('budget')
    .select(
      sql<string>`(select coalesce(sum(h.amount), 0) from budget_hold h where h.budget_id = budget.budget_id and h.state = 'HELD')`.as(
        'held',
      ),
    );

export interface BudgetScope {
  readonly costCenter: string | null;
  readonly measure: BudgetMeasure;
  readonly currency: string | null;
}

export interface BudgetQuery {
  readonly costCenter?: string;
  readonly scope?: BudgetScope;
  readonly startsAt?: Instant;
  /** In force then. */
  readonly at?: Instant;
  readonly limit: number;
}

/** The latest start first. */
export const listBudgets = async (tx: TenantTx, query: BudgetQuery): Promise<Budget[]> => {
  const { at, scope } = query;
  let budgets = select(tx);
  if (query.costCenter !== undefined) budgets = budgets.where('cost_center', '=', query.costCenter);
  if (scope) {
    budgets = budgets
      .where('cost_center', 'is not distinct from', scope.costCenter)
      .where('measure', '=', scope.measure)
      .where('currency', 'is not distinct from', scope.currency);
  }
  if (query.startsAt) budgets = budgets.where('starts_at', '=', new Date(query.startsAt));
  if (at) {
    budgets = budgets
      .where('starts_at', '<=', new Date(at))
      .where((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', new Date(at))]));
  }
  const rows = await budgets.orderBy('starts_at', 'desc').orderBy('budget_id', 'desc').limit(query.limit).execute();
  return rows.map(budgetOf);
};

export interface BudgetSetting extends BudgetScope {
  readonly uuid: string;
  readonly tenantId: TenantId;
  readonly amount: string;
  readonly startsAt: Instant;
  readonly endsAt: Instant | null;
  readonly setBy: string;
  readonly setAt: Instant;
}

/** Inserts the budget, or gives the one of this id its new amount and end. What is taken stays. */
export const saveBudget = async (tx: TenantTx, setting: BudgetSetting): Promise<Budget> => {
  const changed = { amount: setting.amount, ends_at: setting.endsAt, set_by: setting.setBy, set_at: setting.setAt };
  await tx
    .insertInto('budget')
    .values({
      ...changed,
      budget_id: setting.uuid,
      tenant_id: setting.tenantId,
      cost_center: setting.costCenter,
      measure: setting.measure,
      currency: setting.currency,
      starts_at: setting.startsAt,
    })
    .onConflict((conflict) => conflict.column('budget_id').doUpdateSet(changed))
    .execute();
  return budgetOf(await select(tx).where('budget_id', '=', setting.uuid).executeTakeFirstOrThrow());
};

const unitPriceOf = (row: Selectable<Tables['unit_price']>): UnitPrice => ({
  source: row.source as AssetSource,
  licenseType: row.license_type,
  amount: row.amount,
  currency: row.currency,
  setBy: row.set_by,
  setAt: instantOf(row.set_at),
});

export const listUnitPrices = async (tx: TenantTx, limit: number): Promise<UnitPrice[]> =>
  (await tx.selectFrom('unit_price').selectAll().orderBy('source').orderBy('license_type').limit(limit).execute()).map(
    unitPriceOf,
  );

/** Gives what stood there before, if anything. */
export const saveUnitPrice = async (tx: TenantTx, tenantId: TenantId, price: UnitPrice): Promise<UnitPrice | null> => {
  const before = await tx
    .selectFrom('unit_price')
    .selectAll()
    .where('source', '=', price.source)
    .where('license_type', '=', price.licenseType)
    .executeTakeFirst();
  const changed = { amount: price.amount, currency: price.currency, set_by: price.setBy, set_at: price.setAt };
  await tx
    .insertInto('unit_price')
    .values({ ...changed, tenant_id: tenantId, source: price.source, license_type: price.licenseType })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'source', 'license_type']).doUpdateSet(changed))
    .execute();
  return before ? unitPriceOf(before) : null;
};
