/** One run: a writer that stays, a worker that is struck dead again and again in the middle of deliveries, and in the end a calm to drain. */
import { chmod } from 'node:fs/promises';
import path from 'node:path';
import type { Bundle } from '../bundle.js';
import { startDatabase } from '../database.process.js';
import { type GatewayProcess, startGatewayProcess } from '../gateway.process.js';
import { createRng } from '../rng.js';
import { check, type Violation } from './check.js';
import { type EventReceiver, startEventReceiver } from './receiver.js';
import { askAt, createEndpoint, KEY, startWriter } from './writer.js';

export interface RunOptions {
  readonly bundle: Bundle;
  readonly folder: string;
  readonly seed: string;
  readonly kills: number;
  readonly onKill: (kills: number, arrivals: number) => void;
}

export interface RunResult {
  readonly violations: readonly Violation[];
  readonly kills: number;
  readonly written: number;
  readonly arrivals: number;
  readonly repeats: number;
}

/** Few, so that events of one subject wait behind each other. */
const SUBJECTS = 4;
/** The writers slow down while this many wait. */
const BACKLOG = 120;
const SILENT_TYPE = 'clearance.asset.withdrawn';
/** A worker that delivers nothing is struck all the same. */
const PATIENCE_MS = 8_000;
const DRAIN_MS = 60_000;

const settings = (databaseUrl: string): Readonly<Record<string, string>> => ({
  DATABASE_URL: databaseUrl,
  CLEARANCE_API_KEYS: `admin:admin:${KEY}`,
  CLEARANCE_SECRET_KEY: Buffer.alloc(32, 9).toString('base64'),
  CLEARANCE_MODE: 'hardened',
  LOG_LEVEL: 'warn',
  OUTBOUND_ALLOW: '127.0.0.1',
  EVENT_TIMEOUT_MS: '500',
  // A source is configured, so that no sandbox is started; nobody asks it anything.
  ADOBE_STOCK_API_URL: 'http://127.0.0.1:9',
  ADOBE_STOCK_IMS_URL: 'http://127.0.0.1:9',
  ADOBE_STOCK_CLIENT_ID: 'chaos',
  ADOBE_STOCK_CLIENT_SECRET: 'chaos',
});

const until = async (holds: () => boolean, withinMs: number): Promise<boolean> => {
  const end = Date.now() + withinMs;
  while (!holds() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
  return holds();
};

/** Waits for a number of calls to get through, and strikes at the moment that was drawn. */
const strike = async (
  worker: GatewayProcess,
  receiver: EventReceiver,
  plan: { calls: number; at: 'before' | 'after'; lateMs: number },
) => {
  let left = plan.calls;
  const reached = new Promise<void>((resolve) => {
    receiver.onCall = (moment) => {
      if (moment === plan.at && --left <= 0) resolve();
    };
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([reached, late, worker.ended]);
  clearTimeout(timer);
  receiver.onCall = () => undefined;
  if (plan.lateMs > 0) await new Promise((resolve) => setTimeout(resolve, plan.lateMs));
  worker.signal('SIGKILL');
  await worker.ended;
};

export const runEvents = async ({ bundle, folder, seed, kills, onKill }: RunOptions): Promise<RunResult> => {
  const rng = createRng(seed);
  await chmod(folder, 0o755);
  const receiver = await startEventReceiver(rng);
  const database = await startDatabase(bundle.database, folder);
  const start = (name: string, worker: 'off' | 'only'): GatewayProcess =>
    startGatewayProcess({
      program: bundle.gateway,
      folder,
      env: { ...settings(database.url()), CLEARANCE_DATA_DIR: path.join(folder, name), WORKER: worker },
      logFile: path.join(folder, `${name}.log`),
    });
  const front = start('front', 'off');
  try {
    const ask = askAt(await front.ready);
    const subjects: string[] = [];
    for (let n = 0; n < SUBJECTS; n += 1)
      subjects.push((await createEndpoint(ask, 'https://example.com/', [SILENT_TYPE], `subject-${n}`)).id);
    receiver.secret = (await createEndpoint(ask, receiver.url, ['clearance.event_endpoint.disabled'], 'receiver')).secret;
    const writer = startWriter(ask, subjects, (written) =>
      written - receiver.arrivals.length > BACKLOG ? 1_000 : 20 + rng.int(120),
    );
    for (let kill = 1; kill <= kills; kill += 1) {
      const plan = {
        calls: 1 + rng.int(12),
        at: rng.pick(['before', 'after'] as const),
        lateMs: rng.chance(0.5) ? 0 : rng.int(40),
      };
      await strike(start('worker', 'only'), receiver, plan);
      onKill(kill, receiver.arrivals.length);
    }
    await writer.stop();
    receiver.calm();
    const last = start('worker', 'only');
    const taken = () => new Set(receiver.arrivals.filter(({ acknowledged }) => acknowledged).map(({ name }) => name)).size;
    await until(() => taken() >= writer.written.length, DRAIN_MS);
    last.signal('SIGKILL');
    await last.ended;
    return {
      violations: check(writer.written, receiver.arrivals),
      kills,
      written: writer.written.length,
      arrivals: receiver.arrivals.length,
      repeats: receiver.arrivals.length - new Set(receiver.arrivals.map(({ id }) => id)).size,
    };
  } finally {
    front.signal('SIGKILL');
    await front.ended;
    await database.stop();
    await receiver.stop();
  }
};
