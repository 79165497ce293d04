/** The hammer: strikes gateways and database dead at named moments of purchases, and checks that money and books agree. */
import { runAllBugs, runBugs } from './bug.run.js';
import { bundleGateway } from './bundle.js';
import { PROJECT } from './folders.js';
import { type Options, readOptions, USAGE } from './options.js';
import { pointNamed } from './points.js';
import { killsIn, missedPoints, say, sayRun } from './report.js';
import { run } from './run.js';

const EXIT_VIOLATION = 1;
const EXIT_USAGE = 2;

const againCommand = ({ seed, rounds, long, points, steps, program }: Options): string =>
  [
    `npm run chaos -- --seed ${seed} --rounds ${rounds}`,
    long ? '--long' : '',
    points ? `--points ${points.join(',')}` : '',
    steps ? `--steps ${steps}` : '',
    program ? `--program ${program}` : '',
  ]
    .filter(Boolean)
    .join(' ');

const hammer = async (options: Options): Promise<boolean> => {
  say(`seed ${options.seed}, ${options.rounds} rounds`);
  const bundle = await bundleGateway({ program: options.program ?? PROJECT });
  const result = await run({
    seed: options.seed,
    rounds: options.rounds,
    programs: bundle,
    keep: options.keep,
    focus: { ...(options.points && { points: options.points }), ...(options.steps !== null && { steps: options.steps }) },
    onRound: (number, tally, violations) => {
      say(
        `round ${number}: ${killsIn(tally)} kills in ${process.uptime().toFixed(0)} s, ${violations.length === 0 ? 'all holds' : `${violations.length} VIOLATIONS`}`,
      );
    },
  });
  await bundle.discard();
  sayRun(result.tally, result.records, result.calls, result.seconds);
  if (result.evidence !== null) say(`kept: ${result.evidence}`);
  if (result.violations.length > 0) {
    say('');
    for (const { invariant, message } of result.violations) say(`VIOLATION ${invariant}: ${message}`);
    say(`again: ${againCommand(options)}`);
    return false;
  }
  const missed = options.long && options.points === null ? missedPoints(result.tally) : [];
  if (missed.length > 0) say(`never struck: ${missed.join(', ')}`);
  else say('no violation');
  return missed.length === 0;
};

const optionsOrLeave = (): Options | 'help' => {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options !== 'help') for (const name of options.points ?? []) pointNamed(name);
    return options;
  } catch (error) {
    process.stderr.write(`chaos: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(EXIT_USAGE);
  }
};

// Children end with this process: what has to be done at its end hangs on `exit`.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const options = optionsOrLeave();
if (options === 'help') say(USAGE);
else {
  const good = options.bugs
    ? await runAllBugs(options.seed)
    : options.bug !== null
      ? await runBugs(options.bug.split(','), options.seed)
      : await hammer(options);
  process.exit(good ? 0 : EXIT_VIOLATION);
}
