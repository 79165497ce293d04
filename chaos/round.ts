/** One round: a storm of purchases and strikes on all gateways at once, quiet, one more call under every key, and the check. */
import { checkWorld, type Verdict } from './check.js';
import type { Violation } from './check.types.js';
import { setWeather } from './disturbances.js';
import { type Intent, keyOf, payloadOf } from './intents.js';
import type { RoundPlan, Step } from './plan.js';
import { becomeQuiet, repeatAll } from './quiet.js';
import type { Slot } from './slot.js';
import { runStep, type Stage } from './step.js';
import { runTail } from './tail.js';

const intentsOf = (plan: RoundPlan): readonly Intent[] => {
  const distinct = new Map<string, Intent>();
  for (const step of plan.lanes.flat()) {
    for (const { intent } of step.sends) distinct.set(`${keyOf(intent)} ${payloadOf(intent)}`, intent);
  }
  return [...distinct.values()];
};

const runLane = async (stage: Stage, slot: Slot, steps: readonly Step[]): Promise<void> => {
  for (const step of steps) await runStep(stage, slot, step);
};

export const runRound = async (stage: Stage, plan: RoundPlan, quietMs?: number): Promise<Verdict> => {
  const { world, caller } = stage;
  await setWeather(world.simulators, plan.weather);
  await Promise.all(plan.lanes.map((steps, index) => runLane(stage, world.slots[index] as Slot, steps)));
  if (plan.tail) await runTail(stage, plan.tail);
  const intents = intentsOf(plan);
  const isQuiet = await becomeQuiet(stage, intents, quietMs);
  await repeatAll(stage, intents);
  const { records, violations } = await checkWorld(world, caller.records);
  const more: Violation[] = [];
  if (!isQuiet) more.push({ invariant: 'I8', message: 'it did not become quiet after the last fault', operationIds: [] });
  return { records, violations: [...more, ...violations] };
};
