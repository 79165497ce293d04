/** How a source has been doing lately, from the exchanges that happened anyway; nobody is asked for this alone. */
import type { Exchange } from './send.js';

export interface Health {
  observe(exchange: Pick<Exchange, 'status'>): void;
  /** `checkedAt` in epoch milliseconds; null before the first exchange. */
  read(): { readonly state: 'OK' | 'DEGRADED' | 'DOWN'; readonly checkedAt: number | null };
}

const REMEMBERED = 20;
/** What happened longer ago says nothing about now. */
const FORGOTTEN_AFTER_MS = 120_000;

export const createHealth = (now: () => number): Health => {
  let recent: { readonly at: number; readonly ok: boolean }[] = [];
  let lastAt: number | null = null;
  return {
    observe: ({ status }) => {
      lastAt = now();
      recent.push({ at: lastAt, ok: status !== null && status < 500 && status !== 429 });
      if (recent.length > REMEMBERED) recent.shift();
    },
    read: () => {
      recent = recent.filter((exchange) => now() - exchange.at < FORGOTTEN_AFTER_MS);
      const failures = recent.filter((exchange) => !exchange.ok).length;
      const newestFailed = recent.at(-1)?.ok === false;
      const state =
        failures > 0 && failures === recent.length ? 'DOWN' : newestFailed || failures * 2 > recent.length ? 'DEGRADED' : 'OK';
      return { state, checkedAt: lastAt };
    },
  };
};
