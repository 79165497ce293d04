/**
 * What purchases hold of budgets. Called inside the transactions that move an operation, after its row was inserted or locked there:
 * operation first, then budgets in the order of their ids, so that no two transactions wait for each other. When one of these answers
 * `exceeded` the caller rolls back, and nothing stays held.
 */
import { sql } from 'kysely';
import {
  ALL_TYPES,
  type Bought,
  type BudgetMeasure,
  type Charge,
  costCenterOf,
  type Exceeded,
  type Hold,
  type HoldResult,
  isMore,
  leastTaken,
  noRoom,
  notMeasurable,
  signOf,
  subtractDecimals,
  takenBy,
} from '../domain/budget.js';
import type { TenantId } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import { baseTypeOf } from '../domain/license.js';
import type { Money } from '../domain/money.js';
import type { TenantTx } from './database.js';

export type { HoldResult };

/** A budget as it stood when it was read, what the operation holds of it, and the unit price that fits the purchase best. */
interface Covering {
  readonly budget_id: string;
  readonly cost_center: string | null;
  readonly measure: BudgetMeasure;
  readonly currency: string | null;
  readonly held: string;
  /** To this operation: what is left and what it holds. */
  readonly available: string;
  readonly unit_amount: string | null;
  readonly unit_currency: string | null;
}

/** The type itself before the type without its product before all types. */
const unitPriceFor = ({ source, licenseType }: Bought) => sql`lateral (
  select p.amount, p.currency from unit_price p
  where p.source = ${source} and p.license_type in (${licenseType}, ${baseTypeOf(licenseType)}, ${ALL_TYPES})
  order by p.license_type = ${ALL_TYPES}, length(p.license_type) desc limit 1)`;

const unitPriceOf = (row: Covering): Money | null =>
  row.unit_amount === null || row.unit_currency === null ? null : { amount: row.unit_amount, currency: row.unit_currency };

const scopeOf = (row: Covering) => ({ costCenter: row.cost_center, measure: row.measure, currency: row.currency });

const holdOf = (row: Covering, amount: string): Hold => ({
  budgetUuid: row.budget_id,
  measure: row.measure,
  amount,
  currency: row.currency,
});

/** Others were faster: what is left by now. */
const noRoomAnyMore = async (tx: TenantTx, row: Covering, requested: string | null): Promise<Exceeded> => {
  const { rows } = await sql<{ available: string }>`
    select greatest(amount - taken + ${row.held}::numeric, 0) as available from budget where budget_id = ${row.budget_id}`.execute(
    tx,
  );
  return noRoom(scopeOf(row), rows[0]?.available ?? '0', requested);
};

export interface IntentHold extends Bought {
  readonly tenantId: TenantId;
  readonly operationUuid: string;
  readonly costCenter: string | null;
  /** The moment of the intent: budgets whose period holds it cover the purchase. */
  readonly at: Instant;
}

/**
 * Transaction 1, before price and units are known: 1 purchase, 1 unit, the price of 1 unit where one is set. One statement when no budget
 * covers the purchase, one more for each that does. Best called last in its transaction: from here to the commit others wait.
 */
export const holdAtIntent = async (tx: TenantTx, intent: IntentHold): Promise<HoldResult> => {
  const { rows } = await sql<Covering>`
    select b.budget_id, b.cost_center, b.measure, b.currency, 0::numeric as held, greatest(b.amount - b.taken, 0) as available,
      p.amount as unit_amount, p.currency as unit_currency
    from budget b left join ${unitPriceFor(intent)} p on b.measure = 'MONEY'
    where (b.cost_center is null or b.cost_center = ${costCenterOf(intent.costCenter)})
      and b.starts_at <= ${intent.at} and (b.ends_at is null or b.ends_at > ${intent.at})
    order by b.budget_id`.execute(tx);
  const wanted = rows.map((row) => ({ row, least: leastTaken(row, unitPriceOf(row)) }));
  // Those that are used up already need no lock to say so.
  for (const { row, least } of wanted) if (isMore(least ?? '0', row.available)) return noRoom(scopeOf(row), row.available, least);
  const holds: Hold[] = [];
  for (const { row, least } of wanted) {
    const amount = least ?? '0';
    const held = await sql`
      with room as (
        update budget set taken = taken + ${amount}::numeric
        where budget_id = ${row.budget_id} and taken + ${amount}::numeric <= amount returning budget_id)
      insert into budget_hold (tenant_id, operation_id, budget_id, amount, state, changed_at)
      select ${intent.tenantId}, ${intent.operationUuid}::uuid, budget_id, ${amount}::numeric, 'HELD', ${intent.at}::timestamptz from room`.execute(
      tx,
    );
    if (held.numAffectedRows !== 1n) return noRoomAnyMore(tx, row, least);
    holds.push(holdOf(row, amount));
  }
  return { kind: 'held', holds };
};

export interface HoldAdjustment extends Bought {
  readonly tenantId: TenantId;
  readonly operationUuid: string;
  readonly charge: Charge;
  readonly at: Instant;
}

/**
 * Transaction 2, right before SENDING: sets each hold to what the source says the purchase takes. What it does not say, or says in another
 * currency, does not fit. One statement when nothing is held or nothing changes, one more for each hold that does.
 */
export const adjustHolds = async (tx: TenantTx, change: HoldAdjustment): Promise<HoldResult> => {
  const { rows } = await sql<Covering>`
    select b.budget_id, b.cost_center, b.measure, b.currency, h.amount as held, greatest(b.amount - b.taken + h.amount, 0) as available,
      p.amount as unit_amount, p.currency as unit_currency
    from budget_hold h join budget b on b.budget_id = h.budget_id left join ${unitPriceFor(change)} p on b.measure = 'MONEY'
    where h.operation_id = ${change.operationUuid} and h.state = 'HELD'
    order by h.budget_id`.execute(tx);
  const exact: { readonly row: Covering; readonly amount: string; readonly more: string }[] = [];
  for (const row of rows) {
    const taken = takenBy(row, change.charge, unitPriceOf(row), change);
    if (!('amount' in taken)) return notMeasurable(scopeOf(row), row.available, taken);
    const more = subtractDecimals(taken.amount, row.held);
    if (signOf(more) > 0 && isMore(taken.amount, row.available)) return noRoom(scopeOf(row), row.available, taken.amount);
    exact.push({ row, amount: taken.amount, more });
  }
  for (const { row, amount, more } of exact) {
    if (signOf(more) === 0) continue;
    // Giving back always fits, also into a budget that was lowered below what is taken.
    const set = await sql`
      with room as (
        update budget set taken = taken + ${more}::numeric
        where budget_id = ${row.budget_id} and (${more}::numeric < 0 or taken + ${more}::numeric <= amount) returning budget_id)
      update budget_hold h set amount = ${amount}::numeric, changed_at = ${change.at}::timestamptz from room
      where h.operation_id = ${change.operationUuid}::uuid and h.budget_id = room.budget_id`.execute(tx);
    if (set.numAffectedRows !== 1n) return noRoomAnyMore(tx, row, amount);
  }
  return { kind: 'held', holds: exact.map(({ row, amount }) => holdOf(row, amount)) };
};

/** The purchase was made: what it held stays taken for good. Touches no budget, so that nobody waits. Doing it again changes nothing. */
export const captureHolds = async (tx: TenantTx, operationUuid: string, at: Instant): Promise<void> => {
  await tx
    .updateTable('budget_hold')
    .set({ state: 'CAPTURED', changed_at: at })
    .where('operation_id', '=', operationUuid)
    .where('state', '=', 'HELD')
    .execute();
};

/** Nothing was charged: what was held is free again. Doing it again, or after the capture, changes nothing. */
export const releaseHolds = async (tx: TenantTx, operationUuid: string, at: Instant): Promise<void> => {
  const held = await tx
    .selectFrom('budget_hold')
    .select('budget_id')
    .where('operation_id', '=', operationUuid)
    .where('state', '=', 'HELD')
    .orderBy('budget_id')
    .execute();
  for (const { budget_id: uuid } of held) {
    await sql`
      with freed as (
        update budget_hold set state = 'RELEASED', changed_at = ${at}::timestamptz
        where operation_id = ${operationUuid}::uuid and budget_id = ${uuid} and state = 'HELD' returning amount)
      update budget set taken = taken - freed.amount from freed where budget_id = ${uuid}`.execute(tx);
  }
};
