/** Child processes of a benchmark: started with a wait for their first word, and ended with the benchmark whatever happens. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const READY_MS = 60_000;
const STOP_MS = 10_000;

export interface Child {
  readonly process: ChildProcess;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface ChildOptions {
  /** Path of the program below the project's root. */
  readonly program: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Of node, before the program. */
  readonly nodeArguments?: readonly string[];
  /** It ends in order by itself when the channel to it closes, and must not be killed. */
  readonly endsItself?: boolean;
}

/** `isReady` sees every line that the program writes and every message that it sends; what it returns first is the answer. */
export const startChild = async <T>(
  { program, env = {}, nodeArguments = ['--import', 'tsx'], endsItself = false }: ChildOptions,
  isReady: (said: unknown) => T | undefined,
): Promise<{ readonly child: Child; readonly ready: T }> => {
  const child = fork(join(ROOT, program), [], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', NODE_ENV: 'production', ...env },
    execArgv: [...nodeArguments],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  if (!endsItself) process.once('exit', kill);
  const ready = await new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${program} was not ready within ${READY_MS} ms`)), READY_MS);
    const hear = (said: unknown): void => {
      const answer = isReady(said);
      if (answer === undefined) return;
      clearTimeout(timer);
      resolve(answer);
    };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => text.split('\n').forEach(hear));
    child.on('message', hear);
    child.once('exit', (code) => reject(new Error(`${program} ended with code ${code} before it was ready`)));
  });
  return {
    ready,
    child: {
      process: child,
      pid: child.pid ?? 0,
      stop: async () => {
        process.removeListener('exit', kill);
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        const timer = setTimeout(kill, STOP_MS);
        child.kill('SIGTERM');
        await ended;
        clearTimeout(timer);
      },
    },
  };
};
