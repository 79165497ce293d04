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

/** Long enough for a lease to end and for others to notice. */
const LONGEST_PAUSE_MS = 8_000;
const SENDING = `select coalesce(array_agg(operation_id), '{}') as ids from license_operation where state = 'SENDING' and sent_count = 1`;
const LEFT = `select count(*)::integer as n from license_operation where state = 'SENDING' and operation_id = any($1::uuid[])`;

const LONGEST_REPEAT_MS = 14_000;
const REPEATED = `select (count(*) filter (where state = 'SENDING' and sent_count > 1))::integer as again,
    (count(*) filter (where state in ('SENDING', 'UNKNOWN') and spend_class = 'REPEATABLE'))::integer as open
  from license_operation where operation_id = any($1::uuid[])`;

/** Until whoever else runs has taken over what the paused gateway was sending. */
const leaseTaken = async (world: World): Promise<void> => {
  const until = Date.now() + LONGEST_PAUSE_MS;
  const [sending] = await world.query(SENDING);
  await sleep(SPEND_DEADLINE_MS + LEASE_MARGIN_MS);
  while (Date.now() < until && (await world.query(LEFT, [sending?.ids]))[0]?.n !== 0) await sleep(100);
};

/** Until another gateway sends once more what the paused one had begun to send; not all may be sent again. */
const sentAgain = async (world: World): Promise<void> => {
  const until = Date.now() + LONGEST_REPEAT_MS;
  const [sending] = await world.query(SENDING);
  while (Date.now() < until) {
    const [row] = await world.query(REPEATED, [sending?.ids]);
    if (row?.again !== 0 || row.open === 0) return;
    await sleep(50);
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
  const pause = async (slot: Slot): Promise<void> => {
    slot.signal('SIGSTOP');
    const taken = strike.variant.deed === 'pause' ? leaseTaken(world) : sentAgain(world);
    await taken.catch(() => undefined);
    slot.signal('SIGCONT');
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
      case 'long-pause':
        return {
          // The process is stopped and the wire is not: no request may reach a source later than its horizon allows for.
          finish: () => void pause(slot),
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
