/** A run: the world is started, rounds follow each other until one shows a violation, and everything is ended again. */
import { createStock, type SourceName, VENDORS } from './assets.js';
import { createCaller, TENANTS } from './caller.js';
import type { Verdict } from './check.js';
import type { Violation } from './check.types.js';
import { keepEvidence } from './evidence.js';
import type { CallRecord } from './intents.js';
import { discardFolder, makeFolder } from './folders.js';
import { createPlanner, type Focus } from './plan.js';
import type { Tally } from './report.js';
import { runRound } from './round.js';
import { ensureUp, type Stage } from './step.js';
import { startWorld, type World } from './world.js';

export interface RunOptions {
  readonly seed: string;
  readonly rounds: number;
  /** The gateway as one file. */
  readonly program: string;
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

const open = async (stage: Stage, learnFrom: (source: SourceName) => string): Promise<void> => {
  // One after the other: the first one migrates.
  for (const slot of stage.world.slots) await ensureUp(stage, slot);
  const [slot] = stage.world.slots;
  if (!slot) return;
  for (const { source } of VENDORS) {
    const externalId = learnFrom(source);
    for (const tenant of TENANTS) await stage.caller.learn(tenant, source, externalId, slot);
  }
};

const EMPTY: Verdict = { records: { operations: [], licenses: [], events: [], purchases: [] }, violations: [] };

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
    world = await startWorld({ folder, program: options.program, seed: options.seed });
    const stage: Stage = {
      world,
      caller,
      struck: (point) => tally.set(point, (tally.get(point) ?? 0) + 1),
      pending: new Set(),
    };
    await open(stage, (source) => learnt.get(source) ?? '');
    for (let round = 1; round <= options.rounds && verdict.violations.length === 0; round += 1) {
      verdict = await runRound(stage, planner.next(), options.quietMs);
      options.onRound?.(round, tally, verdict.violations);
    }
    const crashes = world.slots.reduce((sum, slot) => sum + slot.crashes(), 0);
    if (crashes > 0) {
      const message = `a gateway ended by itself ${crashes} times; its log says why`;
      verdict = { ...verdict, violations: [...verdict.violations, { invariant: 'alive', message, operationIds: [] }] };
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
