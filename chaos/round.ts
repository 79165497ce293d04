/** One round: a storm of purchases and strikes on all gateways at once, quiet, people's decisions, one more call under every key, and the check. */
import { checkWorld, type Verdict } from './check.js';
import type { Violation } from './check.types.js';
import { setWeather } from './disturbances.js';
import { type Intent, keyOf, payloadOf } from './intents.js';
import type { RoundPlan, Step } from './plan.js';
import { askAll, becomeQuiet } from './quiet.js';
import { buyOutside, resolveReviews } from './review.js';
import type { Slot } from './slot.js';
import { ensureUp, runStep, type Stage } from './step.js';
import { runTail } from './tail.js';

const intentsOf = ({ lanes, prelude }: RoundPlan): readonly Intent[] => {
  const distinct = new Map<string, Intent>();
  const sent = lanes.flat().flatMap(({ sends }) => sends.flat().flatMap(({ intents }) => intents));
  for (const intent of [...prelude.flat(), ...sent]) distinct.set(`${keyOf(intent)} ${payloadOf(intent)}`, intent);
  return [...distinct.values()];
};

const runLane = async (stage: Stage, slot: Slot, steps: readonly Step[]): Promise<void> => {
  for (const step of steps) await runStep(stage, slot, step);
};

const prepare = async (stage: Stage, { budgets, prelude }: RoundPlan): Promise<void> => {
  const { world, caller } = stage;
  await Promise.all(world.slots.map((slot) => ensureUp(stage, slot)));
  const [first] = world.slots;
  if (first) await Promise.all(budgets.map((budget) => caller.setBudget(budget, first)));
  await Promise.all(prelude.map((intents, index) => caller.buy(intents, world.slots[index % world.slots.length] as Slot)));
};

const aboutQuiet = (isQuiet: boolean): readonly Violation[] =>
  isQuiet ? [] : [{ invariant: 'I8', message: 'it did not become quiet after the last fault', operationIds: [] }];

export const runRound = async (stage: Stage, plan: RoundPlan, quietMs?: number): Promise<Verdict> => {
  const { world, caller } = stage;
  await prepare(stage, plan);
  await setWeather(world, plan.weather);
  await Promise.all(plan.lanes.map((steps, index) => runLane(stage, world.slots[index] as Slot, steps)));
  await runTail(stage, plan.tail);
  const calmAt = new Date().toISOString();
  const intents = intentsOf(plan);
  const isQuiet = await becomeQuiet(stage, intents, quietMs);
  const before = await checkWorld(world, caller.records, calmAt);
  if (before.violations.length > 0 || !isQuiet) return { ...before, violations: [...aboutQuiet(isQuiet), ...before.violations] };
  await resolveReviews(stage, before.records, plan);
  await askAll(stage, intents);
  const settled = await becomeQuiet(stage, intents, quietMs);
  await buyOutside(stage, plan);
  const after = await checkWorld(world, caller.records, calmAt);
  return { ...after, violations: [...aboutQuiet(settled), ...after.violations] };
};
