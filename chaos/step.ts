/** One step of a lane: a gateway is up, traps are laid, purchases are asked for, and the hammer falls. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Caller } from './caller.js';
import type { CallRecord } from './intents.js';
import type { Send, Step } from './plan.js';
import type { Slot } from './slot.js';
import { layStrike } from './strike.js';
import type { World } from './world.js';

export interface Stage {
  readonly world: World;
  readonly caller: Caller;
  /** Counts a strike at a point. */
  readonly struck: (point: string) => void;
  /** Calls that are still under way when a step ends; the round waits for them. */
  readonly pending: Set<Promise<CallRecord>>;
}

/** A trap that has not sprung by then is taken away: the moment did not come. */
const PATIENCE_MS = 3_500;
/** What a call leaves to be done when it is answered comes within this time. */
const AFTERMATH_MS = 150;
const START_TRIES = 5;

const isUp = (slot: Slot): boolean => slot.address() !== undefined;

/** Starts the gateway of a place unless it is up; one that is struck in its start is started again. */
export const ensureUp = async ({ world }: Pick<Stage, 'world'>, slot: Slot): Promise<void> => {
  for (let attempt = 1; !isUp(slot); attempt += 1) {
    await world.database.ready();
    try {
      await slot.start();
    } catch (error) {
      if (attempt >= START_TRIES) throw error;
      slot.strike();
      await slot.ended();
      await sleep(300);
    }
  }
};

export const send = (stage: Stage, slot: Slot, { intent, via, afterMs }: Send, onHead?: () => void): Promise<CallRecord> => {
  const other = stage.world.slots.find((candidate) => candidate !== slot && isUp(candidate));
  const through = via === 'other' && other ? other : slot;
  const call = (async (): Promise<CallRecord> => {
    if (afterMs > 0) await sleep(afterMs);
    return stage.caller.license(intent, through, onHead);
  })();
  stage.pending.add(call);
  void call.finally(() => stage.pending.delete(call));
  return call;
};

export const runStep = async (stage: Stage, slot: Slot, step: Step): Promise<void> => {
  const { world } = stage;
  await ensureUp(stage, slot);
  const strikes = step.beside ? [step.strike, step.beside] : [step.strike];
  const laid = strikes.filter(({ variant }) => variant.deed !== 'answer').map((strike) => layStrike(world, strike, step.drainMs));
  slot.lay(laid.map(({ trap }) => trap));
  let answered: Promise<void> | undefined;
  const strikeOnAnswer = step.strike.variant.deed === 'answer';
  const onHead = (): void => {
    if (!strikeOnAnswer || answered || !isUp(slot)) return;
    slot.strike();
    stage.struck(step.strike.point);
    answered = slot.ended();
  };
  const calls = step.sends.map((one) => send(stage, slot, one, one.via === 'own' ? onHead : undefined));
  let isOver = false;
  const over = Promise.all(calls).then(() => sleep(AFTERMATH_MS));
  void over.then(() => {
    isOver = true;
  });
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until && slot.sprung().length === 0 && !answered && !isOver) await sleep(5);
  await answered;
  for (const sprung of slot.sprung()) {
    stage.struck(sprung.point);
    await laid.find(({ trap }) => trap === sprung)?.done;
  }
  slot.lay([]);
};
