/** Reads everything once it is quiet and says what does not hold. Shares no code with the gateway. */
import { checkAgain } from './check.again.js';
import { checkAnswers } from './check.answers.js';
import { checkBudgets } from './check.budgets.js';
import { checkPurchases } from './check.purchases.js';
import { type Records, readRecords } from './check.records.js';
import { checkNothingOpen, checkReviews } from './check.reviews.js';
import { checkTrails } from './check.trail.js';
import type { Complain, Violation } from './check.types.js';
import type { CallRecord } from './intents.js';
import type { World } from './world.js';

export interface Verdict {
  readonly records: Records;
  readonly violations: readonly Violation[];
}

/** `calmAt`: when the last fault was over. */
export const checkWorld = async (world: World, calls: readonly CallRecord[], calmAt: string): Promise<Verdict> => {
  const records = await readRecords(world);
  const violations: Violation[] = [];
  const complain: Complain = (invariant, message, ...operationIds) => {
    violations.push({ invariant, message, operationIds });
  };
  checkNothingOpen(records, complain);
  checkPurchases(records, complain);
  checkAnswers(records, calls, complain);
  checkTrails(records, complain);
  checkReviews(records, calmAt, complain);
  checkAgain(records, calls, complain);
  await checkBudgets(world, records, complain);
  return { records, violations };
};
