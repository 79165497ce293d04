/** Lays a trap for one strike and does the deed when it springs. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Strike } from './plan.js';
import type { Slot, Trap } from './slot.js';
import type { Verdict } from './wire.events.js';
import { LEASE_MARGIN_MS, SPEND_DEADLINE_MS, type World } from './world.js';

export interface Laid {
  readonly trap: Trap;
  /** Settles when the deed has been done whole. */
  readonly done: Promise<void>;
}

/** Long enough for the longest lease that any version of the gateway gives. */
const LONGEST_PAUSE_MS = 30_000;
const EXPIRED =
  "select count(*)::integer as n from license_operation where state = 'SENDING' and lease_until < now() - interval '50 milliseconds'";

/** Until whoever else runs has taken over what the paused gateway was sending. */
const leaseTaken = async (world: World): Promise<void> => {
  const until = Date.now() + LONGEST_PAUSE_MS;
  await sleep(SPEND_DEADLINE_MS + LEASE_MARGIN_MS);
  const sending = "select count(*)::integer as n from license_operation where state = 'SENDING'";
  let quietLooks = 0;
  while (Date.now() < until && quietLooks < 2) {
    const [expired] = await world.query(EXPIRED);
    const [all] = await world.query(sending);
    quietLooks = expired?.n === 0 && all?.n === 0 ? quietLooks + 1 : 0;
    await sleep(150);
  }
};

export const layStrike = (world: World, strike: Strike, drainMs: number): Laid => {
  let settle = (): void => undefined;
  const done = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const killed = async (slot: Slot): Promise<void> => {
    await slot.ended();
    settle();
  };
  const spring = (slot: Slot): Verdict => {
    switch (strike.variant.deed) {
      case 'kill':
        slot.freeze();
        return {
          finish: () => {
            slot.strike();
            void killed(slot);
          },
          next: 'cut',
        };
      case 'drain':
        return {
          finish: () => {
            slot.signal('SIGTERM');
            void sleep(drainMs).then(() => {
              slot.strike();
              return killed(slot);
            });
          },
          next: 'go',
        };
      case 'pause':
        return {
          finish: async () => {
            slot.signal('SIGSTOP');
            await leaseTaken(world).catch(() => undefined);
            slot.signal('SIGCONT');
            settle();
          },
          next: 'go',
        };
      case 'postgres':
        return {
          finish: () => {
            world.database.kill();
            void world.database.ready().then(settle, settle);
          },
          next: 'cut',
        };
      case 'answer':
        return { finish: () => undefined, next: 'go' };
    }
  };
  return { trap: { point: strike.point, events: strike.variant.events, spring }, done };
};
