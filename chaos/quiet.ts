/** After the storm: every intent is repeated under its key until it has its last word, and nothing is left under way. */
import { setTimeout as sleep } from 'node:timers/promises';
import { calm } from './disturbances.js';
import { type Intent, isLastWord } from './intents.js';
import { ensureUp, type Stage } from './step.js';
import { HORIZON_SECONDS, LEASE_MARGIN_MS, SPEND_DEADLINE_MS } from './world.js';

/** Several horizons, looks and leases, and what two busy cores cost. */
export const QUIET_MS = 4_000 * Math.max(...Object.values(HORIZON_SECONDS)) + SPEND_DEADLINE_MS + LEASE_MARGIN_MS + 30_000;
const LOOK_MS = 100;
/** How often those that have no answer yet are asked again. */
const ASK_MS = 1_500;
const AT_ONCE = 12;

const OPEN = `select count(*)::integer as n from license_operation
  where state in ('SENDING', 'UNKNOWN') or (state = 'RECEIVED' and lease_until is not null)`;

/** One call for each, some at a time, through all gateways. */
export const askAll = async ({ world, caller }: Stage, intents: readonly Intent[]): Promise<void> => {
  const rest = [...intents];
  const ask = async (place: number): Promise<void> => {
    for (let intent = rest.shift(); intent; intent = rest.shift()) {
      const slot = world.slots[(place + rest.length) % world.slots.length];
      if (slot) await caller.buy([intent], slot);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, place) => ask(place)));
};

/** Open for longer than its lease, twice its horizon and the looks in between can take. */
const OVERDUE_SECONDS = 2 * Math.max(...Object.values(HORIZON_SECONDS)) + (SPEND_DEADLINE_MS + LEASE_MARGIN_MS) / 1_000 + 12;
const OVERDUE = `${OPEN.replace('where', 'where (')}) and greatest(created_at, sending_at) < now() - interval '${OVERDUE_SECONDS} seconds'`;

const outcomeOf = ({ caller }: Stage, intent: Intent) => caller.latest(intent)?.outcome ?? null;
const waiting = (stage: Stage, intents: readonly Intent[]): readonly Intent[] =>
  intents.filter((intent) => !isLastWord(outcomeOf(stage, intent)));

/** Whoever waits for an asset whose fate a person must decide waits for good. */
const isParked = (stage: Stage, intent: Intent): boolean => {
  const outcome = outcomeOf(stage, intent);
  return outcome?.kind === 'LicensePending' && outcome.operationState === 'RECEIVED';
};

/** False when it did not become quiet in time. */
export const becomeQuiet = async (stage: Stage, intents: readonly Intent[], budgetMs = QUIET_MS): Promise<boolean> => {
  const { world } = stage;
  await calm(world);
  for (const slot of world.slots) slot.lay([]);
  await Promise.all(world.slots.map((slot) => ensureUp(stage, slot)));
  await Promise.all(stage.pending);
  const until = Date.now() + budgetMs;
  let askedAt = 0;
  let wasQuietWhenAsked = false;
  for (;;) {
    const isOpen = (await world.query(OPEN))[0]?.n !== 0;
    const left = waiting(stage, intents);
    if (!isOpen && left.every((intent) => wasQuietWhenAsked && isParked(stage, intent))) return true;
    // On a busy machine purchases fail in calm as well, and those that are made anew take their time.
    if (Date.now() > until && (Date.now() > until + 3 * budgetMs || (await world.query(OVERDUE))[0]?.n !== 0)) return !isOpen;
    if (!isOpen || Date.now() - askedAt > ASK_MS) {
      askedAt = Date.now();
      wasQuietWhenAsked = !isOpen;
      await askAll(stage, left);
    }
    await sleep(LOOK_MS);
  }
};
