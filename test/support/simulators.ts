/** Starts the simulators as a child process for a test, and speaks to their control port. */

import { type ChildProcess, fork } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Fault, JournalEntry, LedgerEntry } from '../../simulators/kit/types.js';

export interface SimulatorsOptions {
  readonly only?: readonly string[];
  readonly latencyMs?: number;
  readonly seed?: string;
  readonly stateDir?: string;
  /** Fixed ports, so that a restarted set is found where the first one was. */
  readonly portsFrom?: number;
}

export interface Simulators {
  /** Variables that point a gateway at the simulators. */
  readonly env: Readonly<Record<string, string>>;
  /** Address of the control port. */
  readonly control: string;
  readonly pid: number;
  /** Requests per endpoint since the start; endpoints never asked are 0. */
  counts(simulator: string): Promise<Readonly<Record<string, number>>>;
  resetCounts(simulator: string): Promise<void>;
  journal(simulator: string, since?: number): Promise<readonly JournalEntry[]>;
  clearJournal(simulator: string): Promise<void>;
  ledger(simulator: string): Promise<readonly LedgerEntry[]>;
  setSwitch(simulator: string, name: string, value: string | number | boolean): Promise<void>;
  addFault(simulator: string, fault: Fault): Promise<void>;
  /** Of one endpoint, or all. */
  clearFaults(simulator: string, endpoint?: string): Promise<void>;
  advanceClock(ms: number): Promise<void>;
  action(simulator: string, name: string, body?: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

interface Ready {
  readonly type: 'ready';
  readonly control: string;
  readonly env: Readonly<Record<string, string>>;
}

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const READY_MS = 20_000;
const STOP_MS = 3_000;

const argumentsFor = (options: SimulatorsOptions): string[] => [
  ...(options.only === undefined ? [] : ['--only', options.only.join(',')]),
  ...(options.latencyMs === undefined ? [] : ['--latency-ms', String(options.latencyMs)]),
  ...(options.seed === undefined ? [] : ['--seed', options.seed]),
  ...(options.stateDir === undefined ? [] : ['--state-dir', options.stateDir]),
  ...(options.portsFrom === undefined ? [] : ['--ports-from', String(options.portsFrom)]),
];

/** Jest's own node options are not for the child. */
const childEnv = (): NodeJS.ProcessEnv => {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return env;
};

const ready = (child: ChildProcess): Promise<Ready> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the simulators were not ready within ${READY_MS} ms`)), READY_MS);
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      child.removeAllListeners('exit');
      child.removeAllListeners('error');
      act();
    };
    child.once('message', (message) => settle(() => resolve(message as Ready)));
    child.once('error', (error) => settle(() => reject(error)));
    child.once('exit', (code) =>
      settle(() => reject(new Error(`the simulators ended with code ${code}; see their messages above`))),
    );
  });

const end = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.ref();
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });

const ask = async (control: string, method: string, path: string, body?: unknown): Promise<unknown> => {
  const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const reply = await fetch(`${control}${path}`, { method, ...sent });
  const answer = (await reply.json()) as unknown;
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(answer)}`);
  return answer;
};

export const startSimulators = async (options: SimulatorsOptions = {}): Promise<Simulators> => {
  const child = fork(join(ROOT, 'simulators', 'main.ts'), argumentsFor(options), {
    cwd: ROOT,
    env: childEnv(),
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  // Ends the child when this process ends in order; when it is killed hard, the closed channel does.
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', kill);
  const { control, env } = await ready(child).catch((error: unknown) => {
    kill();
    throw error;
  });
  child.unref();
  child.channel?.unref();
  const send = async (method: string, path: string, body?: unknown): Promise<void> => {
    await ask(control, method, path, body);
  };
  return {
    env,
    control,
    pid: child.pid ?? 0,
    counts: async (simulator) => (await ask(control, 'GET', `/counts/${simulator}`)) as Readonly<Record<string, number>>,
    resetCounts: (simulator) => send('DELETE', `/counts/${simulator}`),
    journal: async (simulator, since = 0) => {
      const page = await ask(control, 'GET', `/journal/${simulator}?since=${since}`);
      return (page as { readonly entries: readonly JournalEntry[] }).entries;
    },
    clearJournal: (simulator) => send('DELETE', `/journal/${simulator}`),
    ledger: async (simulator) => (await ask(control, 'GET', `/ledger/${simulator}`)) as readonly LedgerEntry[],
    setSwitch: (simulator, name, value) => send('PUT', `/switches/${simulator}`, { [name]: value }),
    addFault: (simulator, fault) => send('POST', `/faults/${simulator}`, fault),
    clearFaults: (simulator, endpoint) =>
      send(
        'DELETE',
        endpoint === undefined ? `/faults/${simulator}` : `/faults/${simulator}?endpoint=${encodeURIComponent(endpoint)}`,
      ),
    advanceClock: (ms) => send('POST', '/clock', { advanceMs: ms }),
    action: (simulator, name, body = {}) => ask(control, 'POST', `/control/${simulator}/${name}`, body),
    stop: async () => {
      process.removeListener('exit', kill);
      await end(child);
    },
  };
};
