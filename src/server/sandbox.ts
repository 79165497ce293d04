/** Starts the four simulators as a process of their own when no source is configured; it ends with us, however we end. */
import { fork } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

export interface Sandbox {
  /** The variables that point at the simulators. */
  readonly env: Readonly<Record<string, string>>;
  readonly control: string;
  stop(): Promise<void>;
}

const PROGRAM = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../simulators/main.ts');
const READY = z.object({ type: z.literal('ready'), control: z.string(), env: z.record(z.string(), z.string()) });
const START_MS = 20_000;

export const startSandbox = (stateDir: string): Promise<Sandbox> =>
  new Promise((resolve, reject) => {
    // Detached: Ctrl-C reaches the whole process group, and the simulators must outlive the requests that are drained.
    const child = fork(PROGRAM, ['--state-dir', stateDir], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      detached: true,
    });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error('The simulators did not start in time.'));
    }, START_MS);
    const ended = new Promise<void>((end) => child.once('exit', () => end()));
    child.once('exit', (code) => reject(new Error(`The simulators ended at their start (exit code ${code}).`)));
    child.once('message', (message) => {
      clearTimeout(timer);
      const parsed = READY.safeParse(message);
      if (!parsed.success) return reject(new Error('The simulators started with an unexpected message.'));
      resolve({
        env: parsed.data.env,
        control: parsed.data.control,
        stop: async () => {
          if (child.exitCode === null) child.disconnect();
          await ended;
        },
      });
    });
  });
