/** Runs the hammer on copies of the gateway with a mistake planted in each: a hammer that finds none of them proves nothing. */
import { BUGS, type Bug } from './bugs.js';
import { bundleGateway } from './bundle.js';
import { discardFolder, PROJECT } from './folders.js';
import { say } from './report.js';
import { run } from './run.js';

const ROUNDS = 3;
/** For each of the gateways. */
const STEPS = 3;
const QUIET_MS = 25_000;

const runOne = async (bug: Bug, seed: string): Promise<boolean> => {
  const { file: program, discard } = await bundleGateway({ program: PROJECT, patches: bug.patches, name: bug.name });
  const result = await run({
    seed: `${seed}-${bug.name}`,
    rounds: bug.rounds ?? ROUNDS,
    program,
    focus: { steps: STEPS, ...bug.focus },
    quietMs: QUIET_MS,
  });
  await discard();
  const first = result.violations.find(({ invariant }) => bug.breaks.includes(invariant));
  const other = result.violations[0];
  const found = first ?? other;
  const word = first ? 'caught' : other ? 'NOT CAUGHT, but' : 'NOT CAUGHT';
  say(
    `${bug.name.padEnd(36)} ${result.seconds.toFixed(0).padStart(3)} s  ${word}${found ? ` ${found.invariant}: ${found.message}` : ''}`,
  );
  if (first && result.evidence !== null) await discardFolder(result.evidence);
  return first !== undefined;
};

export const runBug = (name: string, seed: string): Promise<boolean> => {
  const bug = BUGS.find((candidate) => candidate.name === name);
  if (!bug) throw new RangeError(`no bug ${name}; there are: ${BUGS.map((known) => known.name).join(', ')}`);
  return runOne(bug, seed);
};

export const runAllBugs = async (seed: string): Promise<boolean> => {
  say(`seed ${seed}, ${BUGS.length} planted mistakes`);
  const missed: string[] = [];
  for (const bug of BUGS) if (!(await runOne(bug, seed))) missed.push(bug.name);
  say(missed.length === 0 ? 'every mistake was caught' : `not caught: ${missed.join(', ')}`);
  return missed.length === 0;
};
