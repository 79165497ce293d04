/** The end of a storm: purchases are in doubt now, and whoever looks into them is struck while looking. */
import { setTimeout as sleep } from 'node:timers/promises';
import { calm } from './disturbances.js';
import type { Strike } from './plan.js';
import { ensureUp, type Stage } from './step.js';
import { layStrike } from './strike.js';

/** The first look comes some seconds after the answer was lost. */
const PATIENCE_MS = 9_000;
const IN_DOUBT = "select count(*)::integer as n from license_operation where state in ('SENDING', 'UNKNOWN')";

export const runTail = async (stage: Stage, strike: Strike): Promise<void> => {
  const { world } = stage;
  await calm(world.simulators);
  await Promise.all(world.slots.map((slot) => ensureUp(stage, slot)));
  const places = world.slots.map((slot) => ({ slot, laid: layStrike(world, strike, 0) }));
  for (const { slot, laid } of places) slot.lay([laid.trap]);
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until && places.every(({ slot }) => slot.sprung().length === 0)) {
    const [doubts] = await world.query(IN_DOUBT);
    if (doubts?.n === 0) break;
    await sleep(100);
  }
  for (const { slot, laid } of places) {
    const hasSprung = slot.sprung().length > 0;
    slot.lay([]);
    if (!hasSprung) continue;
    stage.struck(strike.point);
    await laid.done;
  }
};
