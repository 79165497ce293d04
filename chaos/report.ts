/** What a run says on its output. */

import type { Records } from './check.records.js';
import { listReviews, type Review } from './check.reviews.js';
import type { CallRecord } from './intents.js';
import { POINTS } from './points.js';

export type Tally = ReadonlyMap<string, number>;

export const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const sum = (tally: Tally): number => [...tally.values()].reduce((total, count) => total + count, 0);

/** Whoever is only stopped for a while goes on afterwards. */
const isPause = (name: string): boolean => name.startsWith('paused-');

export const killsIn = (tally: Tally): number => sum(new Map([...tally].filter(([name]) => !isPause(name))));

const counted = (names: readonly string[]): string => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
};

export const missedPoints = (tally: Tally): readonly string[] =>
  POINTS.map(({ name }) => name).filter((name) => !tally.has(name));

const sayReviews = (reviews: readonly Review[]): void => {
  const groups = counted(reviews.map(({ spendClass, isCharged }) => `${spendClass} ${isCharged ? 'charged' : 'not charged'}`));
  say(`for a person to decide: ${reviews.length}${reviews.length > 0 ? ` (${groups})` : ''}`);
};

export const sayRun = (tally: Tally, records: Records, calls: readonly CallRecord[], seconds: number): void => {
  say('');
  for (const { name } of POINTS) say(`  ${name.padEnd(34)} ${tally.get(name) ?? 0}`);
  const kills = killsIn(tally);
  const each = kills > 0 ? ` (${(seconds / kills).toFixed(1)} s each)` : '';
  say(`kills: ${kills} in ${seconds.toFixed(0)} s${each}; pauses: ${sum(tally) - kills}`);
  say(`operations: ${records.operations.length} (${counted(records.operations.map(({ state }) => state))})`);
  say(`purchases booked by the sources: ${records.purchases.length} (${counted(records.purchases.map(({ source }) => source))})`);
  say(
    `calls: ${calls.length} (${counted(calls.map(({ outcome, error }) => outcome?.kind ?? (error?.startsWith('no answer') ? 'no answer' : 'error')))})`,
  );
  sayReviews(listReviews(records));
  const decided = records.operations.filter(({ resolved_by: person }) => person !== null);
  say(`decided by a person: ${decided.length} (${counted(decided.map(({ state }) => state))})`);
};
