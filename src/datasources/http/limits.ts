/** How fast and how many at once we ask one account of a source: our courtesy limit, and the pause that a 429 asks for. */
import pLimit from 'p-limit';
import { SourceFault } from '../../domain/faults.js';
import type { AssetSource } from '../../domain/ids.js';
import type { Call } from '../datasource.js';

export interface Limits {
  /** Runs `work` when its turn comes; throws RATE_LIMITED at once when its turn would come after the deadline. */
  run<T>(call: Call, work: () => Promise<T>): Promise<T>;
  /** Nothing starts before this moment (epoch ms). */
  pauseUntil(epochMs: number): void;
}

export interface LimitOptions {
  readonly source: AssetSource;
  readonly label: string;
  /** Requests per second; 0 for no limit. */
  readonly maxRps: number;
  readonly maxConcurrent: number;
  readonly now: () => number;
}

/** Requests that may start together after a quiet time. */
const BURST_SECONDS = 1;

export const createLimits = (options: LimitOptions): Limits => {
  const { maxRps, now } = options;
  const slots = pLimit(options.maxConcurrent);
  const intervalMs = maxRps > 0 ? 1000 / maxRps : 0;
  const burst = maxRps > 0 ? Math.max(1, Math.floor(maxRps * BURST_SECONDS)) : 0;
  /** The moment at which the bucket would be full again had nobody come (generic cell rate algorithm). */
  let theoretical = 0;
  let pausedUntil = 0;

  const reserve = (call: Call): number => {
    const at = now();
    let startAt = Math.max(at, pausedUntil);
    let next = theoretical;
    if (intervalMs > 0) {
      const allowed = Math.max(theoretical, startAt) - (burst - 1) * intervalMs;
      startAt = Math.max(startAt, allowed);
      next = Math.max(theoretical, startAt) + intervalMs;
    }
    if (startAt >= call.deadlineAt) {
      throw new SourceFault(
        options.source,
        'rate_limited',
        `${options.label} is asked as often as its limit allows; try again later.`,
        {
          retryAfterMs: Math.ceil(startAt - at),
          effect: 'none',
        },
      );
    }
    theoretical = next;
    return startAt - at;
  };

  return {
    // The turn is taken inside the slot: what waits for a slot must not go out in a pause that began meanwhile.
    run: (call, work) =>
      slots(async () => {
        if (intervalMs > 0 || pausedUntil > now()) {
          for (let waitMs = reserve(call); waitMs > 0; waitMs = pausedUntil > now() ? reserve(call) : 0) {
            await new Promise((resolve) => setTimeout(resolve, waitMs));
          }
        }
        return work();
      }),
    pauseUntil: (epochMs) => {
      // A source that asks for a day must not silence us for a day: it is asked again after a minute at the latest.
      pausedUntil = Math.max(pausedUntil, Math.min(epochMs, now() + 60_000));
    },
  };
};
