/** Starts the simulators and their control port: for people from a shell, for tests and the demo as a child process. */

import { parseArgs } from 'node:util';
import { createClock } from './kit/clock.js';
import { startControl } from './kit/control.js';
import { type RunningSimulator, startSimulator } from './kit/server.js';
import type { SimulatorFactory } from './kit/types.js';

/** Imported on demand: a simulator that is not asked for costs no start-up time. */
const FACTORIES: Readonly<Record<string, () => Promise<SimulatorFactory>>> = {
  'adobe-stock': async () => (await import('./adobe-stock/simulator.js')).adobeStock,
  'getty-images': async () => (await import('./getty-images/simulator.js')).gettyImages,
  photoshelter: async () => (await import('./photoshelter/simulator.js')).photoshelter,
  'smint-io': async () => (await import('./smint-io/simulator.js')).smintIo,
};

const USAGE = `Usage: npm run simulators -- [options]
  --json             one line of JSON, { control, env }, in place of text
  --only a,b         of ${Object.keys(FACTORIES).join(', ')}
  --latency-ms N     wait before every request's work (default 0)
  --seed S           for credentials and for faults with a probability (default "clearance")
  --control-port N   of the control port (default: any free one)
  --ports-from N     simulators on N, N+1, … in the order above (default: any free ones)
  --state-dir DIR    keep what was bought in DIR, across restarts
`;

interface Options {
  readonly json: boolean;
  readonly only: readonly string[];
  readonly latencyMs: number;
  readonly seed: string;
  readonly controlPort: number;
  readonly portsFrom: number | undefined;
  readonly stateDir: string | undefined;
}

const wholeNumber = (flag: string, text: string, max: number): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0 || value > max) {
    throw new RangeError(`${flag} takes a whole number from 0 to ${max}`);
  }
  return value;
};

const readOptions = (): Options | 'help' => {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      only: { type: 'string', default: Object.keys(FACTORIES).join(',') },
      'latency-ms': { type: 'string', default: '0' },
      seed: { type: 'string', default: 'clearance' },
      'control-port': { type: 'string', default: '0' },
      'ports-from': { type: 'string' },
      'state-dir': { type: 'string' },
    },
  });
  const only = values.only.split(',').filter((name) => name !== '');
  if (only.length === 0) throw new RangeError('--only names no simulator');
  const stranger = only.find((name) => !Object.hasOwn(FACTORIES, name));
  if (stranger !== undefined) throw new RangeError(`no simulator ${stranger}; there are: ${Object.keys(FACTORIES).join(', ')}`);
  const portsFrom = values['ports-from'];
  return values.help
    ? 'help'
    : {
        json: values.json,
        only,
        latencyMs: wholeNumber('--latency-ms', values['latency-ms'], 600_000),
        seed: values.seed,
        controlPort: wholeNumber('--control-port', values['control-port'], 65_535),
        portsFrom: portsFrom === undefined ? undefined : wholeNumber('--ports-from', portsFrom, 65_500),
        stateDir: values['state-dir'],
      };
};

const forPeople = (running: readonly RunningSimulator[], control: string, env: Readonly<Record<string, string>>): string =>
  [
    ...running.map(({ name, url }) => `${name.padEnd(14)} ${url}`),
    `${'control port'.padEnd(14)} ${control}`,
    '',
    'To point a gateway at them:',
    '',
    ...Object.entries(env).map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`),
    '',
  ].join('\n');

const run = async (options: Options): Promise<void> => {
  // A parent that is gone takes the channel with it: no simulator outlives its gateway or its tests, not even one that is just starting.
  let stop = (): void => process.exit(0);
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(signal, () => stop());
  if (process.send !== undefined && !process.connected) return stop();
  const clock = createClock();
  const { seed, latencyMs, stateDir, portsFrom } = options;
  const names = Object.keys(FACTORIES);
  const running = await Promise.all(
    options.only.map(async (name) => {
      const factory = await FACTORIES[name]?.();
      if (factory === undefined) throw new RangeError(`no simulator ${name}`);
      const port = portsFrom === undefined ? 0 : portsFrom + names.indexOf(name);
      return startSimulator(factory, { clock, seed, latencyMs, port, stateDir });
    }),
  );
  const control = await startControl(running, clock, options.controlPort);
  const env: Readonly<Record<string, string>> = Object.assign({}, ...running.map((simulator) => simulator.env));

  let stopping = false;
  stop = (): void => {
    if (stopping) return;
    stopping = true;
    Promise.all([control, ...running].map((part) => part.close())).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };

  if (process.connected) process.send?.({ type: 'ready', control: control.url, env });
  if (options.json) process.stdout.write(`${JSON.stringify({ control: control.url, env })}\n`);
  else if (process.send === undefined) process.stdout.write(forPeople(running, control.url, env));
};

/** A wrong flag gets the usage, a mistake in a simulator its stack. */
const leave = (message: string): never => {
  process.stderr.write(`simulators: ${message}\n`);
  process.exit(2);
};

const optionsOrLeave = (): Options | 'help' => {
  try {
    return readOptions();
  } catch (error) {
    return leave(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
};

const options = optionsOrLeave();
if (options === 'help') process.stdout.write(USAGE);
else await run(options).catch((error: unknown) => leave(error instanceof Error ? (error.stack ?? error.message) : String(error)));
