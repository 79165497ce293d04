/** How often the sources are asked when fifty clients look at overlapping assets at once: with sharing, without the cache, and naively. */
import type { Contestant } from './support/contestants.js';
import { CACHE_SECONDS, CLIENTS, type Field } from './support/field.js';
import { ASSETS_PER_PAGE } from './support/pages.js';
import { atLeast, type Goal, say, sayTable, times } from './support/report.js';

const REQUESTS = 1_000;
const REQUESTS_QUICK = 400;
const GOAL = 10;
const SOURCES = ['adobe-stock', 'getty-images'] as const;

const upstream = async ({ simulators }: Field): Promise<readonly number[]> =>
  Promise.all(SOURCES.map(async (name) => Object.values(await simulators.counts(name)).reduce((sum, count) => sum + count, 0)));

const ask = async (
  field: Field,
  contestant: Contestant,
  requests: number,
): Promise<{ readonly asked: readonly number[]; readonly seconds: number }> => {
  const before = await upstream(field);
  const { seconds } = await field.load.run({
    url: contestant.url,
    headers: contestant.headers,
    pages: 'shared',
    assets: ASSETS_PER_PAGE,
    seed: 'sharing',
    connections: CLIENTS,
    leadInMs: 0,
    durationMs: 120_000,
    maxRequests: requests,
  });
  const after = await upstream(field);
  return { asked: after.map((count, index) => count - (before[index] ?? 0)), seconds };
};

export const runSharing = async (field: Field, quick: boolean): Promise<readonly Goal[]> => {
  const requests = quick ? REQUESTS_QUICK : REQUESTS;
  say(
    `Sharing: ${requests} requests of ${CLIENTS} clients, each for ${ASSETS_PER_PAGE} of the same 200 assets, nothing cached before`,
  );
  const contestants = [
    ['reference', field.reference],
    ['gateway without cache (joins what is under way)', field.plain],
    [`gateway with a cache of ${CACHE_SECONDS} s`, field.cached],
  ] as const;
  const rows: (readonly string[])[] = [];
  const totals: number[] = [];
  for (const [label, contestant] of contestants) {
    const { asked, seconds } = await ask(field, contestant, requests);
    const total = asked.reduce((sum, count) => sum + count, 0);
    totals.push(total);
    rows.push([label, ...asked.map(String), String(total), times((totals[0] ?? 0) / total), seconds.toFixed(1)]);
  }
  sayTable([[`upstream requests per ${requests}`, ...SOURCES, 'together', 'fewer', 'seconds'], ...rows]);
  say();
  const [reference = Number.NaN, , shared = Number.NaN] = totals;
  return [atLeast('upstream requests of the reference, against those with sharing', reference / shared, GOAL)];
};
