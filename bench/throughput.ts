/**
 * Answers per second for a page of 100 assets, the gateway beside the reference. They take turns in short rounds, so that whatever else
 * the machine does falls on all of them alike, and each round gives one ratio.
 */
import type { Contestant } from './support/contestants.js';
import { cpuMs } from './support/cpu.js';
import { CLIENTS, type Field } from './support/field.js';
import { ASSETS_PER_PAGE } from './support/pages.js';
import { atLeast, type Goal, say, sayTable, times } from './support/report.js';
import { median, quantile } from './support/statistics.js';

interface Turn {
  readonly label: string;
  readonly contestant: Contestant;
  readonly pages: 'any' | 'hot';
}

interface Measured {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Processor milliseconds per answer, of the contestant, the simulators and the clients. */
  readonly cpu: readonly number[];
}

const FULL = { rounds: 12, roundMs: 2_000, warmUpRequests: 400 } as const;
const QUICK = { rounds: 3, roundMs: 1_200, warmUpRequests: 250 } as const;
const LEAD_IN_MS = 600;
/** Warming up is counted in requests, because what is compiled when depends on them; this bounds it. */
const WARM_UP_MS = 10_000;
/** 1.5 without a compiling executor; with one, which the gateway has, 1.8. */
const GOAL_PLAIN = 1.8;
const GOAL_CACHED = 4;

const measure = async (
  field: Field,
  turn: Turn,
  seed: string,
  durationMs: number,
  maxRequests: number = Number.MAX_SAFE_INTEGER,
): Promise<Measured> => {
  const { contestant, pages } = turn;
  const pids = [contestant.child.pid, field.simulators.pid, field.load.child.pid];
  const before = await Promise.all(pids.map(cpuMs));
  const result = await field.load.run({
    url: contestant.url,
    headers: contestant.headers,
    pages,
    assets: ASSETS_PER_PAGE,
    seed,
    connections: CLIENTS,
    leadInMs: LEAD_IN_MS,
    durationMs,
    maxRequests,
  });
  const after = await Promise.all(pids.map(cpuMs));
  return {
    perSecond: result.answers / result.seconds,
    p50: quantile(result.latencies, 0.5),
    p99: quantile(result.latencies, 0.99),
    cpu: after.map((ms, index) => (ms - (before[index] ?? 0)) / result.answersInAll),
  };
};

const row = (label: string, rounds: readonly Measured[]): readonly string[] => {
  const middle = (pick: (measured: Measured) => number | undefined, digits: number): string => {
    const value = median(rounds.map((measured) => pick(measured) ?? Number.NaN));
    return Number.isNaN(value) ? 'unknown' : value.toFixed(digits);
  };
  return [
    label,
    middle(({ perSecond }) => perSecond, 0),
    middle(({ p50 }) => p50, 0),
    middle(({ p99 }) => p99, 0),
    ...[0, 1, 2].map((index) => middle(({ cpu }) => cpu[index], 1)),
  ];
};

export const runThroughput = async (field: Field, quick: boolean): Promise<readonly Goal[]> => {
  const { rounds, roundMs, warmUpRequests } = quick ? QUICK : FULL;
  const turns: readonly Turn[] = [
    { label: 'reference, any assets', contestant: field.reference, pages: 'any' },
    { label: 'gateway without cache, any assets', contestant: field.plain, pages: 'any' },
    { label: 'reference, hot assets', contestant: field.reference, pages: 'hot' },
    { label: 'gateway with cache, hot assets', contestant: field.cached, pages: 'hot' },
  ];
  say(`Throughput: pages of ${ASSETS_PER_PAGE} assets, ${CLIENTS} clients, ${rounds} rounds of ${roundMs / 1000} s each`);
  for (const turn of turns) await measure(field, turn, 'warm', WARM_UP_MS, warmUpRequests);
  const results = turns.map((): Measured[] => []);
  for (let round = 0; round < rounds; round += 1) {
    // There and back, so that no one always comes after the same other.
    const order = [...turns.entries()];
    for (const [index, turn] of round % 2 === 0 ? order : order.reverse())
      results[index]?.push(await measure(field, turn, `round ${round}`, roundMs));
  }
  sayTable([
    ['', 'answers/s', 'p50 ms', 'p99 ms', 'cpu ms/answer', 'simulators', 'clients'],
    ...turns.map((turn, index) => row(turn.label, results[index] ?? [])),
  ]);
  const ratios = (mine: number, theirs: number): readonly number[] =>
    (results[mine] ?? []).map(({ perSecond }, round) => perSecond / (results[theirs]?.[round]?.perSecond ?? Number.NaN));
  const [plain, cached] = [ratios(1, 0), ratios(3, 2)];
  say(`  ratios by round, without cache: ${plain.map(times).join(', ')}`);
  say(`  ratios by round, with cache: ${cached.map(times).join(', ')}`);
  say();
  return [
    atLeast('answers per second without the cache, against the reference', median(plain), GOAL_PLAIN),
    atLeast('answers per second with the cache and hot assets, against the reference', median(cached), GOAL_CACHED),
  ];
};
