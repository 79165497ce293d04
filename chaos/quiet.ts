/** After the storm: every intent is repeated under its key until it has its last word, and nothing is left under way. */
import { setTimeout as sleep } from 'node:timers/promises';
import { calm } from './disturbances.js';
import { type CallRecord, type Intent, isLastWord, keyOf, payloadOf } from './intents.js';
import { ensureUp, type Stage } from './step.js';
import { HORIZON_SECONDS, LEASE_MARGIN_MS, SPEND_DEADLINE_MS } from './world.js';

/** Twice the horizon, the first look, a lease, and what two busy cores cost. */
export const QUIET_MS = 2_000 * Math.max(...Object.values(HORIZON_SECONDS)) + SPEND_DEADLINE_MS + LEASE_MARGIN_MS + 30_000;
const PAUSE_MS = 400;

const OPEN = `select count(*)::integer as n from license_operation
  where state in ('SENDING', 'UNKNOWN') or (state = 'RECEIVED' and lease_until is not null)`;

const latest = (records: readonly CallRecord[], intent: Intent): CallRecord | undefined =>
  records.findLast((record) => keyOf(record.intent) === keyOf(intent) && payloadOf(record.intent) === payloadOf(intent));

/** False when it did not become quiet in time. */
export const becomeQuiet = async (stage: Stage, intents: readonly Intent[], budgetMs = QUIET_MS): Promise<boolean> => {
  const { world, caller } = stage;
  await calm(world.simulators);
  for (const slot of world.slots) slot.lay([]);
  await Promise.all(world.slots.map((slot) => ensureUp(stage, slot)));
  await Promise.all(stage.pending);
  const until = Date.now() + budgetMs;
  let turn = 0;
  for (;;) {
    const waiting = intents.filter((intent) => !isLastWord(latest(caller.records, intent)?.outcome ?? null));
    turn += 1;
    const slot = world.slots[turn % world.slots.length];
    if (slot) await Promise.all(waiting.map((intent) => caller.license(intent, slot)));
    const [open] = await world.query(OPEN);
    // Whoever waits for an asset whose fate a person must decide waits for good.
    if (open?.n === 0 && intents.every((intent) => hasSettled(caller.records, intent))) return true;
    if (Date.now() > until) return open?.n === 0;
    await sleep(PAUSE_MS);
  }
};

const hasSettled = (records: readonly CallRecord[], intent: Intent): boolean => {
  const outcome = latest(records, intent)?.outcome ?? null;
  return isLastWord(outcome) || (outcome?.kind === 'LicensePending' && outcome.operationState === 'RECEIVED');
};

/** Once more under every key: the same answers must come. */
export const repeatAll = async (stage: Stage, intents: readonly Intent[]): Promise<void> => {
  const { world, caller } = stage;
  for (let i = 0; i < intents.length; i += 8) {
    await Promise.all(
      intents.slice(i, i + 8).map((intent, index) => {
        const slot = world.slots[index % world.slots.length];
        return slot ? caller.license(intent, slot) : undefined;
      }),
    );
  }
};
