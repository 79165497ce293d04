/** Runs the hammer on gateways with a mistake planted in each, and on the gateway as it is: a hammer that cannot tell them apart proves nothing. */
import { BUGS } from './bugs.js';
import { type Bug, FIRST_LICENSES } from './bugs.kit.js';
import { type Bundle, bundleGateway } from './bundle.js';
import { discardFolder, PROJECT } from './folders.js';
import { say } from './report.js';
import { type RunResult, run } from './run.js';
import type { Programs } from './world.js';

const ROUNDS = 3;
/** For each of the gateways. */
const STEPS = 3;
const QUIET_MS = 25_000;
/** Most of a run is waiting. */
const AT_ONCE = 3;

const runOn = (programs: Programs, bug: Bug, seed: string, rounds: number): Promise<RunResult> =>
  run({
    seed: `${seed}-${bug.name}`,
    rounds,
    programs,
    focus: { steps: STEPS, shapes: FIRST_LICENSES, allocated: 0, ...bug.focus },
    quietMs: QUIET_MS,
  });

const sayOne = (bug: Bug, { seconds, violations }: RunResult, word: string): void => {
  const [first] = [...violations].sort(
    (a, b) => Number(bug.breaks.includes(b.invariant)) - Number(bug.breaks.includes(a.invariant)),
  );
  say(
    `${bug.name.padEnd(36)} ${seconds.toFixed(0).padStart(3)} s  ${word}${first ? ` ${first.invariant}: ${first.message}` : ''}`,
  );
};

const catchOne = async (bug: Bug, seed: string): Promise<boolean> => {
  let gateway: Bundle;
  try {
    gateway = await bundleGateway({ program: PROJECT, patches: bug.patches, name: bug.name });
  } catch (error) {
    say(`${bug.name.padEnd(36)}        NOT PLANTED ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
  const result = await runOn(gateway, bug, seed, bug.rounds ?? ROUNDS);
  await gateway.discard();
  const isCaught = result.violations.some(({ invariant }) => bug.breaks.includes(invariant));
  sayOne(bug, result, isCaught ? 'caught' : result.violations.length > 0 ? 'NOT CAUGHT, but' : 'NOT CAUGHT');
  if (isCaught && result.evidence !== null) await discardFolder(result.evidence);
  return isCaught;
};

/** The same scenario on the gateway as it is must find nothing. */
const control = async (sound: Bundle, bug: Bug, seed: string): Promise<boolean> => {
  const result = await runOn(sound, bug, seed, 1);
  const isClean = result.violations.length === 0;
  sayOne(bug, result, isClean ? 'clean without it' : 'NOT CLEAN WITHOUT IT');
  if (result.evidence !== null) say(`kept: ${result.evidence}`);
  return isClean;
};

const bugNamed = (name: string): Bug => {
  const bug = BUGS.find((candidate) => candidate.name === name);
  if (!bug) throw new RangeError(`no bug ${name}; there are: ${BUGS.map((known) => known.name).join(', ')}`);
  return bug;
};

export const runBugs = async (names: readonly string[], seed: string): Promise<boolean> => {
  const bugs = names.map(bugNamed);
  let isGood = true;
  for (const bug of bugs) isGood = (await catchOne(bug, seed)) && isGood;
  return isGood;
};

export const runAllBugs = async (seed: string): Promise<boolean> => {
  say(`seed ${seed}, ${BUGS.length} planted mistakes`);
  const sound = await bundleGateway({ program: PROJECT });
  const missed: string[] = [];
  const blamed: string[] = [];
  const rest = [...BUGS];
  const work = async (): Promise<void> => {
    for (let bug = rest.shift(); bug; bug = rest.shift()) {
      if (!(await catchOne(bug, seed))) missed.push(bug.name);
      if (!(await control(sound, bug, seed))) blamed.push(bug.name);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await sound.discard();
  say(missed.length === 0 ? 'every mistake was caught' : `not caught: ${missed.join(', ')}`);
  say(blamed.length === 0 ? 'nothing was found where there is nothing' : `found without a mistake: ${blamed.join(', ')}`);
  return missed.length + blamed.length === 0;
};
