/** One step of a lane: a gateway is up, traps are laid, purchases are asked for, and the hammer falls. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Caller } from './caller.js';
import type { Step, Strike } from './plan.js';
import type { Send } from './shapes.js';
import type { Slot } from './slot.js';
import { type Laid, layStrike } from './strike.js';
import type { World } from './world.js';

export interface Stage {
  readonly world: World;
  readonly caller: Caller;
  /** Counts a strike at a point. */
  readonly struck: (point: string) => void;
  /** Calls that are still under way when a step ends; the round waits for them. */
  readonly pending: Set<Promise<void>>;
}

/** A trap that has not sprung by then is taken away: the moment did not come. */
const PATIENCE_MS = 3_500;
/** What a call leaves to be done when it is answered comes within this time. */
const AFTERMATH_MS = 100;
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
      await sleep(200);
    }
  }
};

const sendOne = async ({ world, caller }: Stage, slot: Slot, { intents, via, afterMs }: Send, onHead?: () => void) => {
  if (afterMs > 0) await sleep(afterMs);
  const other = world.slots.find((candidate) => candidate !== slot && isUp(candidate));
  const through = via === 'other' && other ? other : slot;
  await caller.buy(intents, through, via === 'own' ? onHead : undefined);
};

/** A list of sends, all at once but for those that wait their turn. */
const sendAll = async (stage: Stage, slot: Slot, sends: readonly Send[], onHead: () => void): Promise<void> => {
  const open: Promise<void>[] = [];
  for (const send of sends) {
    if (send.inTurn) await Promise.all(open);
    open.push(sendOne(stage, slot, send, onHead));
  }
  await Promise.all(open);
};

const keepPending = <T extends Promise<void>>({ pending }: Stage, call: T): T => {
  pending.add(call);
  void call.finally(() => pending.delete(call));
  return call;
};

/** Lays a strike for each of the points; those that wait for an answer are done by the caller. */
const lay = ({ world }: Stage, slot: Slot, { strike, beside, drainMs }: Step): readonly Laid[] => {
  const strikes = [strike, beside].filter((one): one is Strike => one !== null && one.variant.deed !== 'answer');
  const laid = strikes.map((one) => layStrike(world, one, drainMs));
  slot.lay(laid.map(({ trap }) => trap));
  return laid;
};

export const runStep = async (stage: Stage, slot: Slot, step: Step): Promise<void> => {
  await ensureUp(stage, slot);
  const laid = lay(stage, slot, step);
  let answered: Promise<void> | undefined;
  const { strike } = step;
  const onHead = (): void => {
    if (strike?.variant.deed !== 'answer' || answered || !isUp(slot)) return;
    slot.strike();
    stage.struck(strike.point);
    answered = slot.ended();
  };
  const calls = step.sends.map((sends) => keepPending(stage, sendAll(stage, slot, sends, onHead)));
  let isOver = false;
  void Promise.all(calls)
    .then(() => sleep(strike ? AFTERMATH_MS : 0))
    .then(() => {
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
