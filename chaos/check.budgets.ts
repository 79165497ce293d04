/** The arithmetic of budgets: what is taken is what is held, never more than there is, and as much as the sources booked. */
import { assignPurchases } from './check.owners.js';
import type { OperationRow, Records } from './check.records.js';
import type { Complain } from './check.types.js';
import type { World } from './world.js';

interface BudgetRow {
  readonly budget_id: string;
  readonly tenant_id: string;
  readonly cost_center: string | null;
  readonly measure: string;
  readonly amount: string;
  readonly taken: string;
  readonly held: string;
  readonly starts_at: string;
}

interface HoldRow {
  readonly operation_id: string;
  readonly budget_id: string;
  readonly amount: string;
  readonly state: string;
}

const BUDGETS = `select b.budget_id, b.tenant_id, b.cost_center, b.measure, b.amount::text, b.taken::text, to_json(b.starts_at) as starts_at,
    coalesce((select sum(h.amount) from budget_hold h where h.budget_id = b.budget_id and h.state <> 'RELEASED'), 0)::text as held
  from budget b`;
const HOLDS = 'select operation_id, budget_id, amount::text, state from budget_hold';

/** What a hold must be when its operation is in this state. */
const HOLD_BY_STATE: Readonly<Record<string, string>> = {
  RECEIVED: 'HELD',
  SENDING: 'HELD',
  UNKNOWN: 'HELD',
  NEEDS_REVIEW: 'HELD',
  REJECTED: 'RELEASED',
};
const IN_DOUBT = new Set(['SENDING', 'UNKNOWN', 'NEEDS_REVIEW']);

const covers = (budget: BudgetRow, { tenant_id: tenant, command, created_at: at }: OperationRow): boolean =>
  budget.tenant_id === tenant &&
  (budget.cost_center === null || budget.cost_center === (command.allocation?.costCenter ?? null)) &&
  Date.parse(budget.starts_at) <= Date.parse(at);

/** Whatever may have cost something holds of each budget that covers it, as much as the source booked. */
const checkCovered = (budgets: readonly BudgetRow[], holds: readonly HoldRow[], records: Records, complain: Complain): void => {
  const byPlace = new Map(holds.map((hold) => [`${hold.operation_id}/${hold.budget_id}`, hold]));
  const units = new Map(assignPurchases(records).map(({ purchase, owner }) => [owner?.operation_id ?? '', purchase.units]));
  for (const operation of records.operations) {
    const { operation_id: id, state } = operation;
    const booked = units.get(id);
    if (booked === undefined && !IN_DOUBT.has(state)) continue;
    for (const budget of budgets.filter((candidate) => covers(candidate, operation))) {
      const hold = byPlace.get(`${id}/${budget.budget_id}`);
      if (!hold) complain('I7', `operation ${id} (${state}) holds nothing of budget ${budget.budget_id}, which covers it`, id);
      const due = budget.measure === 'PURCHASES' ? 1 : budget.measure === 'UNITS' ? booked : undefined;
      if (hold && due !== undefined && Number(hold.amount) !== due)
        complain('I7', `operation ${id} holds ${hold.amount} ${budget.measure} of a budget; ${due} would be right`, id);
    }
  }
};

/** What a tenant believes to have taken of its allowances is what the sources booked for it. */
const checkUnits = (records: Records, complain: Complain): void => {
  const sums = new Map<string, { booked: number; recorded: number }>();
  const sumOf = (tenant: string, source: string) => {
    const name = `${tenant} at ${source}`;
    const sum = sums.get(name) ?? { booked: 0, recorded: 0 };
    sums.set(name, sum);
    return sum;
  };
  for (const { purchase, owner } of assignPurchases(records)) {
    if (owner?.state === 'CONFIRMED') sumOf(owner.tenant_id, owner.source).booked += purchase.units;
  }
  const operations = new Map(records.operations.map((operation) => [operation.operation_id, operation]));
  for (const { origin, operation_id: id, charged_units: units } of records.licenses) {
    const operation = operations.get(id ?? '');
    if (origin === 'PURCHASED' && operation) sumOf(operation.tenant_id, operation.source).recorded += units ?? 0;
  }
  for (const [name, { booked, recorded }] of sums) {
    if (booked !== recorded) complain('I7', `${name}: ${recorded} units are recorded; the source booked ${booked}`);
  }
};

export const checkBudgets = async (world: World, records: Records, complain: Complain): Promise<void> => {
  const budgets = (await world.query(BUDGETS)) as unknown as readonly BudgetRow[];
  for (const row of budgets) {
    if (Number(row.taken) !== Number(row.held))
      complain('I7', `budget ${row.budget_id} says ${row.taken} taken; its holds are ${row.held}`);
    if (Number(row.taken) > Number(row.amount))
      complain('I7', `budget ${row.budget_id} of ${row.amount} is exceeded: ${row.taken}`);
  }
  const byId = new Map(records.operations.map((operation) => [operation.operation_id, operation]));
  const bought = new Set(records.licenses.filter(({ origin }) => origin === 'PURCHASED').map(({ operation_id: id }) => id));
  const holds = (await world.query(HOLDS)) as unknown as readonly HoldRow[];
  for (const { operation_id: id, state } of holds) {
    const operation = byId.get(id);
    const expected =
      operation?.state === 'CONFIRMED' ? (bought.has(id) ? 'CAPTURED' : 'RELEASED') : HOLD_BY_STATE[operation?.state ?? ''];
    if (state !== expected) complain('I7', `operation ${id} is ${operation?.state ?? 'absent'} and its hold is ${state}`, id);
  }
  checkCovered(budgets, holds, records, complain);
  checkUnits(records, complain);
};
