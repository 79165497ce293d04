/** PostgreSQL as something that can be struck dead and started again on the same data. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

export interface ChaosDatabase {
  /** As the owner, at PostgreSQL itself. */
  readonly url: () => string;
  readonly port: () => number;
  /** SIGKILL of the server and all its children; it is started again at once. */
  kill(): void;
  /** Waits for a start that is under way. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

interface Place {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
}

const launch = async (program: string, folder: string): Promise<{ readonly child: ChildProcess; readonly place: Place }> => {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = fork(program, [folder], { env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const place = await new Promise<Place>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Place));
    child.once('exit', (code) => reject(new Error(`PostgreSQL did not start (exit code ${code})`)));
  });
  return { child, place };
};

const childrenOf = (pid: number): readonly number[] => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number);
  } catch {
    return [];
  }
};

const strike = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
};

/** `program`: the file to run. */
export const startDatabase = async (program: string, folder: string): Promise<ChaosDatabase> => {
  let running = await launch(program, folder);
  // The program would stop it in order when its channel closes; a run that is broken off does not wait for that.
  const strikeAtExit = (): void => strike(running.place.pid);
  process.once('exit', strikeAtExit);
  let starting: Promise<void> = Promise.resolve();
  const restart = async (old: ChildProcess): Promise<void> => {
    old.kill('SIGKILL');
    if (old.exitCode === null && old.signalCode === null) await once(old, 'exit');
    running = await launch(program, folder);
  };
  return {
    url: () => running.place.url,
    port: () => running.place.port,
    kill: () => {
      const { child, place } = running;
      const all = [place.pid, ...childrenOf(place.pid)];
      for (const pid of all) strike(pid);
      starting = starting.then(() => restart(child));
      starting.catch(() => undefined);
    },
    ready: () => starting,
    stop: async () => {
      await starting.catch(() => undefined);
      const { child } = running;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
      process.removeListener('exit', strikeAtExit);
    },
  };
};
