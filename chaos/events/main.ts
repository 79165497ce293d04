/** `npm run chaos:events`: strikes the worker dead in the middle of deliveries, and checks that every event arrives, once in name and in order. */
import { parseArgs } from 'node:util';
import { bundleGateway } from '../bundle.js';
import { discardFolder, makeFolder, PROJECT } from '../folders.js';
import { EVENT_BUGS, SHORT_PAUSES } from './bugs.js';
import { runEvents } from './run.js';

const EXIT_VIOLATION = 1;
const EXIT_USAGE = 2;
const USAGE = `Usage: npm run chaos:events -- [--kills N] [--seed S] [--bug ${Object.keys(EVENT_BUGS).join('|')}] [--keep]`;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '300' },
    seed: { type: 'string', default: String(process.pid) },
    bug: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const kills = Number(values.kills);
const bug = values.bug === undefined ? undefined : EVENT_BUGS[values.bug];
if (!Number.isInteger(kills) || kills < 1 || (values.bug !== undefined && !bug)) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(EXIT_USAGE);
}

say(`seed ${values.seed}, ${kills} kills${values.bug === undefined ? '' : `, with the mistake ${values.bug}`}`);
const bundle = await bundleGateway({
  program: PROJECT,
  patches: [SHORT_PAUSES, ...(bug ? [bug] : [])],
  name: values.bug ?? 'short pauses',
});
const folder = await makeFolder('events-');
const result = await runEvents({
  bundle,
  folder,
  seed: values.seed,
  kills,
  onKill: (kill, arrivals) => {
    if (kill % 25 === 0) say(`${kill} kills, ${arrivals} calls arrived, ${process.uptime().toFixed(0)} s`);
  },
});
await bundle.discard();
say(
  `kills: ${result.kills}; events written: ${result.written}; calls arrived: ${result.arrivals}, repeats among them: ${result.repeats}`,
);
for (const { invariant, message } of result.violations.slice(0, 20)) say(`VIOLATION ${invariant}: ${message}`);
say(result.violations.length === 0 ? 'no violation' : `${result.violations.length} violations`);
if (values.keep || result.violations.length > 0) say(`kept: ${folder}`);
else await discardFolder(folder);
const asWanted = bug ? result.violations.length > 0 : result.violations.length === 0;
process.exit(asWanted ? 0 : EXIT_VIOLATION);
