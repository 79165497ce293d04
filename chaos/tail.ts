/** The end of a storm: purchases are in doubt now, and whoever looks into them is struck while looking. */
import { setTimeout as sleep } from 'node:timers/promises';
import { calm } from './disturbances.js';
import type { Strike } from './plan.js';
import type { Trap } from './slot.js';
import { ensureUp, type Stage } from './step.js';
import { layStrike } from './strike.js';
import type { WireEvent } from './wire.events.js';

/** The first look comes some seconds after the answer was lost. */
const PATIENCE_MS = 9_000;
const STRIKES = 4;
const IN_DOUBT = "select count(*)::integer as n from license_operation where state in ('SENDING', 'UNKNOWN')";

/** Some sources are not told who asks. Now that nobody buys, what is read before a purchase is read to look for one. */
const alike = (trap: Trap): readonly Trap[] => {
  const events = trap.events.map((event) => event.replace('http/look/', 'http/baseline/') as WireEvent);
  return events.some((event, index) => event !== trap.events[index]) ? [trap, { ...trap, events }] : [trap];
};

export const runTail = async (stage: Stage, strike: Strike | null): Promise<void> => {
  const { world } = stage;
  await calm(world);
  await Promise.all(world.slots.map((slot) => ensureUp(stage, slot)));
  await Promise.all(stage.pending);
  const until = Date.now() + PATIENCE_MS;
  const doubts = async (): Promise<boolean> => Date.now() < until && (await world.query(IN_DOUBT))[0]?.n !== 0;
  for (let time = 0; strike && time < STRIKES && (await doubts()); time += 1) {
    const laid = world.slots.map((slot) => {
      const one = layStrike(world, strike, 0);
      slot.lay(alike(one.trap));
      return { slot, one };
    });
    while (laid.every(({ slot }) => slot.sprung().length === 0) && (await doubts())) await sleep(50);
    for (const { slot, one } of laid) {
      const hasSprung = slot.sprung().length > 0;
      slot.lay([]);
      if (!hasSprung) continue;
      stage.struck(one.trap.point);
      await one.done;
    }
    await Promise.all(world.slots.map((slot) => ensureUp(stage, slot)));
  }
};
