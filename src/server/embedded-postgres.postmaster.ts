/** The server process: started in a session of its own, found again after a crash of the gateway, and stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { askServer } from './embedded-postgres.connection.js';
import { DataFolderInUseFault, ServerFault } from './embedded-postgres.faults.js';
import { adviseOn, type ServerLog } from './embedded-postgres.output.js';
import { type Account, isAlive, isPostmasterOf, programOptions, waitUntilGone } from './embedded-postgres.process.js';
import { explainSpawnError } from './embedded-postgres.programs.js';

const SETTLE_MS = 10_000;
/** Recovery after a power cut may take minutes; ending it early would only make it begin again. */
const RECOVERY_MS = 600_000;
const SLOW_START_MS = 5_000;
const FAST_STOP_MS = 10_000;
const IMMEDIATE_STOP_MS = 5_000;

export interface RunningServer {
  readonly pid: number;
  readonly port: number;
}

interface PidFile {
  readonly pid: number;
  readonly port: number | undefined;
  /** `starting`, `ready`, `stopping`; empty in the first instant. */
  readonly status: string;
}

const pidFilePath = (clusterPath: string) => path.join(clusterPath, 'postmaster.pid');

/** Lines as PostgreSQL writes them: pid, folder, start time, port, socket folder, address, shared memory, status. */
async function findPidFile(clusterPath: string): Promise<PidFile | 'unreadable' | undefined> {
  const text = await readFile(pidFilePath(clusterPath), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Math.abs(Number.parseInt(lines[0] ?? '', 10)); // negative for a single-user server
  if (!(pid > 0)) return 'unreadable';
  const port = Number.parseInt(lines[3] ?? '', 10);
  return { pid, port: port > 0 ? port : undefined, status: lines[7] ?? '' };
}

/**
 * A pid file whose pid now belongs to another program (or to a zombie) would make PostgreSQL refuse. Deleting it would also throw away
 * the shared memory key by which it notices surviving children of the old server. So the gateway puts its own pid there: PostgreSQL
 * knows that its parent cannot be a rival, and still checks the key.
 */
async function disownPidFile(clusterPath: string): Promise<void> {
  const file = pidFilePath(clusterPath);
  const rest = (await readFile(file, 'utf8')).replace(/^[^\n]*/, '');
  await writeFile(file, `${process.pid}${rest}`);
}

/** The server an earlier gateway left running in this folder, once it is ready; undefined when the way is free for a new one. */
export async function findInherited(clusterPath: string, password: string): Promise<RunningServer | undefined> {
  const deadline = Date.now() + SETTLE_MS;
  let emptySince: number | undefined;
  for (;;) {
    const found = await findPidFile(clusterPath);
    if (found === undefined) return undefined;
    if (found === 'unreadable') {
      // Empty because a server is writing it this instant, or because the machine lost power just then.
      emptySince ??= Date.now();
      if (Date.now() - emptySince > 1_000) {
        await rm(pidFilePath(clusterPath), { force: true });
        return undefined;
      }
    } else {
      if (!(await isPostmasterOf(found.pid, clusterPath))) {
        await disownPidFile(clusterPath);
        return undefined;
      }
      if (found.status === 'ready' && found.port !== undefined) {
        const answer = await askServer({ port: found.port, password }, clusterPath);
        if (answer.kind === 'ours') return { pid: found.pid, port: found.port };
        if (answer.kind !== 'not-now') throw notOurs(clusterPath, found.pid);
      }
      if (Date.now() >= deadline) throw notSettled(clusterPath, found);
    }
    await sleep(50);
  }
}

function notOurs(clusterPath: string, pid: number): DataFolderInUseFault {
  const text = `A PostgreSQL server (process ${pid}) that does not know the gateway's password runs on ${clusterPath}.`;
  return new DataFolderInUseFault(`${text} Stop it (kill -INT ${pid}) and start again.`);
}

function notSettled(clusterPath: string, found: PidFile): DataFolderInUseFault {
  const state = found.status === 'ready' ? 'does not answer' : `is still ${found.status || 'starting'}`;
  const text = `The PostgreSQL server (process ${found.pid}) that an earlier gateway left on ${clusterPath} ${state}.`;
  return new DataFolderInUseFault(`${text} Start again in a moment; if that does not help, end it with: kill -INT ${found.pid}`);
}

/** A port nobody listens on right now. */
export async function findFreePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new ServerFault('No free port on 127.0.0.1.');
  return address.port;
}

export interface Launch {
  readonly postgres: string;
  readonly clusterPath: string;
  readonly account: Account | undefined;
  readonly settings: Readonly<Record<string, string>>;
  readonly serverLog: ServerLog;
  readonly log: (message: string) => void;
}

/** One attempt. Detached, so that the terminal's Ctrl-C reaches the gateway only and the server outlives its draining. */
async function spawnServer(launch: Launch, port: number): Promise<{ readonly child: ChildProcess; readonly pid: number }> {
  const flags = Object.entries({ ...launch.settings, port: String(port) }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(launch.postgres, ['-D', launch.clusterPath, ...flags], {
    ...programOptions(launch.account),
    detached: true,
    stdio: ['ignore', launch.serverLog.handle.fd, launch.serverLog.handle.fd],
  });
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error) => reject(explainSpawnError(error, launch.postgres, launch.account)));
  });
  await Promise.race([once(child, 'spawn'), failed]);
  child.unref();
  if (child.pid === undefined) throw new ServerFault('PostgreSQL has no process id.');
  return { child, pid: child.pid };
}

/** True when ready, false when it ended. */
async function waitUntilReady(child: ChildProcess, pid: number, launch: Launch): Promise<boolean> {
  const begun = Date.now();
  let told = false;
  while (child.exitCode === null && child.signalCode === null) {
    const found = await findPidFile(launch.clusterPath);
    if (found !== undefined && found !== 'unreadable' && found.pid === pid && found.status === 'ready') return true;
    const passed = Date.now() - begun;
    if (passed > SLOW_START_MS && !told) {
      told = true;
      launch.log(
        `PostgreSQL is bringing its files in order after a crash; this may take a while (its log: ${launch.serverLog.path}) …`,
      );
    }
    if (passed > RECOVERY_MS) {
      await stopServer(pid, launch.clusterPath);
      throw new ServerFault(`PostgreSQL was not ready after ${RECOVERY_MS / 60_000} minutes. Its log: ${launch.serverLog.path}`);
    }
    await sleep(15);
  }
  return false;
}

/** Starts a server and waits until it takes connections. */
export async function launchServer(launch: Launch): Promise<RunningServer & { readonly child: ChildProcess }> {
  const deadline = Date.now() + SETTLE_MS;
  for (let attempt = 1; ; attempt++) {
    const port = await findFreePort();
    const { child, pid } = await spawnServer(launch, port);
    if (await waitUntilReady(child, pid, launch)) return { child, pid, port };
    const news = await launch.serverLog.readNews();
    // Somebody took the port between the look and the start; or children of a killed server are still noticing that it is gone.
    const isPassing = /Address already in use/.test(news) ? attempt < 5 : /is still in use/.test(news) && Date.now() < deadline;
    if (!isPassing) {
      const end = child.exitCode === null ? `was ended by ${child.signalCode}` : `ended with exit code ${child.exitCode}`;
      throw new ServerFault(
        `PostgreSQL did not start: it ${end}. ${adviseOn(news)} Its log (${launch.serverLog.path}) says:\n${news}`,
      );
    }
    await sleep(200);
  }
}

/** Fast shutdown: connections are ended, data is written. Immediate when that takes too long; the next start recovers then. */
export async function stopServer(pid: number, clusterPath: string): Promise<void> {
  if (!(await isPostmasterOf(pid, clusterPath))) return;
  process.kill(pid, 'SIGINT');
  if (await waitUntilGone(pid, FAST_STOP_MS)) return;
  if (await isPostmasterOf(pid, clusterPath)) process.kill(pid, 'SIGQUIT');
  if (await waitUntilGone(pid, IMMEDIATE_STOP_MS)) return;
  if (await isAlive(pid)) throw new ServerFault(`PostgreSQL (process ${pid}) does not stop. End it with: kill -QUIT ${pid}`);
}
