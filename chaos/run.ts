/** A run: the world is started, rounds follow each other until one shows a violation, and everything is ended again. */
import { createStock, type SourceName, VENDORS } from './assets.js';
import { createCaller, TENANTS } from './caller.js';
import type { Verdict } from './check.js';
import type { Violation } from './check.types.js';
import { keepEvidence } from './evidence.js';
import { discardFolder, makeFolder } from './folders.js';
import type { CallRecord } from './intents.js';
import { createPlanner, type Focus } from './plan.js';
import type { Tally } from './report.js';
import { createRng } from './rng.js';
import { runRound } from './round.js';
import { ensureUp, type Stage } from './step.js';
import { type Programs, startWorld, type World } from './world.js';

export interface RunOptions {
  readonly seed: string;
  readonly rounds: number;
  readonly programs: Programs;
  readonly focus?: Focus;
  readonly keep?: boolean;
  /** How long it may take to become quiet; longer is a violation. */
  readonly quietMs?: number;
  readonly onRound?: (number: number, tally: Tally, violations: readonly Violation[]) => void;
}

export interface RunResult {
  readonly violations: readonly Violation[];
  readonly records: Verdict['records'];
  readonly calls: readonly CallRecord[];
  readonly tally: Tally;
  readonly seconds: number;
  /** Where the evidence is; null when there is none. */
  readonly evidence: string | null;
}

/** What one unit is worth to each tenant; budgets of money are taken from by it. */
const UNIT_PRICE = '1.30';

const open = async ({ world, caller }: Stage, learnFrom: (source: SourceName) => string): Promise<void> => {
  const [first, ...others] = world.slots;
  if (!first) return;
  // The first one migrates.
  await ensureUp({ world }, first);
  await Promise.all(others.map((slot) => ensureUp({ world }, slot)));
  for (const { source } of VENDORS) {
    const externalId = learnFrom(source);
    for (const tenant of TENANTS) {
      await caller.learn(tenant, source, externalId, first);
      await caller.setUnitPrice(tenant, source, UNIT_PRICE, first);
    }
  }
  // Some accounts give our notes back, some do not: it stays as it is for a whole run.
  const notes = createRng(`${world.seed} notes`).pick(['returned', 'returned', 'omitted']);
  await world.simulators.setSwitch('getty-images', 'history-notes', notes);
};

const EMPTY: Verdict = { records: { operations: [], licenses: [], events: [], purchases: [] }, violations: [] };

const crashesOf = (world: World): readonly Violation[] => {
  const crashes = world.slots.reduce((sum, slot) => sum + slot.crashes(), 0);
  if (crashes === 0) return [];
  return [{ invariant: 'alive', message: `a gateway ended by itself ${crashes} times; its log says why`, operationIds: [] }];
};

export const run = async (options: RunOptions): Promise<RunResult> => {
  const startedAt = performance.now();
  const folder = await makeFolder('run-');
  const stock = createStock();
  const learnt = new Map(VENDORS.map(({ source }) => [source, stock(source)]));
  const planner = createPlanner(options.seed, stock, options.focus);
  const caller = createCaller();
  const tally = new Map<string, number>();
  let world: World | undefined;
  let evidence: string | null = null;
  let verdict = EMPTY;
  try {
    world = await startWorld({ folder, programs: options.programs, seed: options.seed });
    const stage: Stage = {
      world,
      caller,
      struck: (point) => tally.set(point, (tally.get(point) ?? 0) + 1),
      pending: new Set(),
    };
    await open(stage, (source) => learnt.get(source) ?? '');
    for (let round = 1; round <= options.rounds && verdict.violations.length === 0; round += 1) {
      verdict = await runRound(stage, planner.next(), options.quietMs);
      verdict = { ...verdict, violations: [...verdict.violations, ...crashesOf(world)] };
      options.onRound?.(round, tally, verdict.violations);
    }
    if (verdict.violations.length > 0 || options.keep) evidence = await keepEvidence(world, verdict, caller.records);
  } catch (error) {
    evidence = folder;
    throw new Error(`${error instanceof Error ? error.stack : String(error)}\nThe logs are in ${folder}.`);
  } finally {
    await world?.close();
    if (evidence === null) await discardFolder(folder);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  return { violations: verdict.violations, records: verdict.records, calls: caller.records, tally, seconds, evidence };
};
