/** The arithmetic of budgets, once there are any: what is taken is what is held, and never more than there is. */
import type { Records } from './check.records.js';
import type { Complain } from './check.types.js';
import type { World } from './world.js';

interface BudgetRow {
  readonly budget_id: string;
  readonly amount: string;
  readonly taken: string;
  readonly held: string;
}

interface HoldRow {
  readonly operation_id: string;
  readonly state: string;
}

const SUMS = `select b.budget_id, b.amount::text, b.taken::text,
    coalesce((select sum(h.amount) from budget_hold h where h.budget_id = b.budget_id and h.state <> 'RELEASED'), 0)::text as held
  from budget b`;

/** What a hold must be when its operation is in this state. */
const HOLD_BY_STATE: Readonly<Record<string, string>> = {
  RECEIVED: 'HELD',
  SENDING: 'HELD',
  UNKNOWN: 'HELD',
  NEEDS_REVIEW: 'HELD',
  REJECTED: 'RELEASED',
};

export const checkBudgets = async (world: World, { operations, licenses }: Records, complain: Complain): Promise<void> => {
  const [tables] = await world.query(
    "select to_regclass('budget') is not null and to_regclass('budget_hold') is not null as exist",
  );
  if (tables?.exist !== true) return;
  for (const row of (await world.query(SUMS)) as unknown as readonly BudgetRow[]) {
    if (Number(row.taken) !== Number(row.held))
      complain('I7', `budget ${row.budget_id} says ${row.taken} taken; its holds are ${row.held}`);
    if (Number(row.taken) > Number(row.amount))
      complain('I7', `budget ${row.budget_id} of ${row.amount} is exceeded: ${row.taken}`);
  }
  const byId = new Map(operations.map((operation) => [operation.operation_id, operation]));
  const bought = new Set(licenses.filter(({ origin }) => origin === 'PURCHASED').map(({ operation_id }) => operation_id));
  const holds = (await world.query('select operation_id, state from budget_hold')) as unknown as readonly HoldRow[];
  for (const { operation_id: id, state } of holds) {
    const operation = byId.get(id);
    const expected =
      operation?.state === 'CONFIRMED' ? (bought.has(id) ? 'CAPTURED' : 'RELEASED') : HOLD_BY_STATE[operation?.state ?? ''];
    if (state !== expected) complain('I7', `operation ${id} is ${operation?.state ?? 'absent'} and its hold is ${state}`, id);
  }
};
