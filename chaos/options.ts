/** What the command line may say. */
import { parseArgs } from 'node:util';

export interface Options {
  readonly rounds: number;
  readonly seed: string;
  /** Many rounds; every named point must have been struck. */
  readonly long: boolean;
  /** Planted mistakes to run with, by their names with commas; each must be found. */
  readonly bug: string | null;
  /** All planted mistakes, one after the other. */
  readonly bugs: boolean;
  /** Folder whose `src` is run; for comparing versions. */
  readonly program: string | null;
  /** Strike at these points alone. */
  readonly points: readonly string[] | null;
  /** Strikes for each of the gateways in a round. */
  readonly steps: number | null;
  /** Keep the folder of a run without violations. */
  readonly keep: boolean;
}

export const USAGE = `Usage: npm run chaos -- [options]
  --rounds N      rounds of 45 strikes and more each (default 5; with --long 12)
  --seed S        of the plan (default: drawn, and printed)
  --long          a long run; fails if a named kill point was never reached
  --bug A,B       run a copy of the gateway with this mistake planted; succeeds if it is caught
  --bugs          every planted mistake in turn; fails if one is not caught
  --steps N       strikes for each of the three gateways in a round (default 15)
  --points A,B    strike at these kill points alone
  --program DIR   run the gateway in DIR/src instead of this one
  --keep          keep the folder of the run
`;

const DEFAULT_ROUNDS = 5;
const LONG_ROUNDS = 12;

export const readOptions = (args: readonly string[]): Options | 'help' => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      seed: { type: 'string' },
      long: { type: 'boolean', default: false },
      bug: { type: 'string' },
      bugs: { type: 'boolean', default: false },
      program: { type: 'string' },
      points: { type: 'string' },
      steps: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const whole = (flag: string, text: string): number => {
    if (!/^[1-9]\d{0,3}$/.test(text)) throw new RangeError(`--${flag} takes a whole number from 1 to 9999`);
    return Number(text);
  };
  return {
    rounds: whole('rounds', values.rounds ?? String(values.long ? LONG_ROUNDS : DEFAULT_ROUNDS)),
    steps: values.steps === undefined ? null : whole('steps', values.steps),
    seed: values.seed ?? String(Math.floor(Math.random() * 1_000_000)),
    long: values.long,
    bug: values.bug ?? null,
    bugs: values.bugs,
    program: values.program ?? null,
    points: values.points?.split(',').filter((name) => name !== '') ?? null,
    keep: values.keep,
  };
};
