/** The program as people run it: a child process, its words on stdout, the signals that end it and what it leaves behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface Program {
  readonly pid: number;
  readonly startedAt: number;
  /** What it wrote so far, stdout and stderr together. */
  readonly output: () => string;
  /** Waits for text on its output; throws with the whole output when it ends first. */
  said(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>;
  /** Address that it listens at, once it says that it is ready. */
  ready(): Promise<string>;
  /** The sandbox's keys by role, as printed. */
  keys(): Readonly<Record<string, string>>;
  /** Sends the signal to its whole process group, as a terminal does, and waits for its end. */
  interrupt(): Promise<number | null>;
  /** Sends the signal to the process alone and waits for its end. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
  readonly ended: Promise<number | null>;
}

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const READY_MS = 40_000;
const LAST_WORDS_MS = 500;

const running = new Set<ChildProcess>();

/** Nothing of the surrounding environment that configures a gateway gets in. */
const bareEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(['PATH', 'HOME', 'TMPDIR', 'USER', 'LANG'].map((name) => [name, process.env[name]]));

export const startProgram = (dataDir: string, env: Readonly<Record<string, string>> = {}): Program => {
  const startedAt = Date.now();
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: PROJECT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...bareEnvironment(), CLEARANCE_DATA_DIR: dataDir, PORT: '0', ...env },
  });
  running.add(child);
  process.once('exit', () => child.kill('SIGKILL'));
  let text = '';
  const listeners = new Set<() => void>();
  const hear = (): void => {
    for (const listener of [...listeners]) listener();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      hear();
    });
  }
  let code: number | null | undefined;
  const streamsEnd = Promise.all([once(child.stdout, 'close'), once(child.stderr, 'close')]);
  const ended = once(child, 'exit').then(async ([exitCode]) => {
    running.delete(child);
    // Its last words; a child of its own that outlives it would keep the streams open for ever.
    await Promise.race([streamsEnd, sleep(LAST_WORDS_MS)]);
    code = exitCode as number | null;
    hear();
    return code;
  });
  const said: Program['said'] = (pattern, withinMs = READY_MS) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => finish(() => reject(new Error(`${pattern} not within ${withinMs} ms:\n${text}`))), withinMs);
      const finish = (act: () => void): void => {
        clearTimeout(timer);
        listeners.delete(look);
        act();
      };
      const look = (): void => {
        const match = pattern.exec(text);
        if (match) finish(() => resolve(match));
        else if (code !== undefined) finish(() => reject(new Error(`ended with ${code} before ${pattern}:\n${text}`)));
      };
      listeners.add(look);
      look();
    });
  const pid = child.pid as number;
  return {
    pid,
    startedAt,
    output: () => text,
    said,
    // The keys follow the address; the log line is the last of the start.
    ready: async () => {
      const [, address = ''] = await said(/Clearance is ready: (\S+)\/graphql/);
      await said(/"msg":"started"/);
      return address;
    },
    keys: () => Object.fromEntries([...text.matchAll(/^ {2}(\w+) +([\w-]{20,})$/gm)].map(([, role, secret]) => [role, secret])),
    interrupt: () => {
      process.kill(-pid, 'SIGINT');
      return ended;
    },
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
    ended,
  };
};

/** Ends what a failed test may have left running. */
export const endPrograms = async (): Promise<void> => {
  for (const child of running) child.kill('SIGKILL');
  while (running.size > 0) await sleep(20);
};

/** A GraphQL call as a person with curl makes it. */
// biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
export const ask = async (address: string, key: string | undefined, query: string): Promise<any> => {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key && { 'x-api-key': key }) },
    body: JSON.stringify({ query }),
  });
  return response.json();
};
