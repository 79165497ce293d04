/** One gateway per data folder: a lock file beside the cluster, taken over only from a holder that is provably gone. */
import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { DataFolderInUseFault } from './embedded-postgres.faults.js';
import { findStartTime, readPidSpace } from './embedded-postgres.process.js';

const HEARTBEAT_MS = 2_000;
/** Several missed heartbeats in a row mean a dead holder. */
const WATCH_MS = 7_000;
/** A lock from elsewhere that is this old needs no watching; generous, as two machines' clocks may differ. */
const ABANDONED_MS = 600_000;

const Holder = z.object({ pid: z.int().positive(), startedAt: z.string(), pidSpace: z.string(), token: z.string() });
type Holder = z.infer<typeof Holder>;

export interface DataLock {
  release(): Promise<void>;
}

/** Undefined when there is no lock, or only an empty or torn one. */
async function findHolder(lockPath: string): Promise<Holder | undefined> {
  const text = await readFile(lockPath, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  try {
    return Holder.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function readBeat(lockPath: string): Promise<number | undefined> {
  return (await stat(lockPath).catch(() => undefined))?.mtimeMs;
}

/** A holder in another container or on another machine cannot be asked for by pid; its heartbeat tells. */
async function isBeating(lockPath: string, log: (message: string) => void): Promise<boolean> {
  const before = await readBeat(lockPath);
  if (before === undefined || Date.now() - before > ABANDONED_MS) return false;
  log(
    `The database folder is marked as in use from another container or machine; watching ${WATCH_MS / 1000} s for signs of life …`,
  );
  const deadline = Date.now() + WATCH_MS;
  while (Date.now() < deadline) {
    await sleep(250);
    const now = await readBeat(lockPath);
    if (now === undefined) return false;
    if (now !== before) return true;
  }
  return false;
}

async function isHeld(lockPath: string, holder: Holder, pidSpace: string, log: (message: string) => void): Promise<boolean> {
  if (holder.pidSpace === pidSpace) return (await findStartTime(holder.pid)) === holder.startedAt;
  return isBeating(lockPath, log);
}

async function createLock(lockPath: string, me: Holder): Promise<boolean> {
  const file = await open(lockPath, 'wx', 0o644).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  });
  if (file === undefined) return false;
  try {
    await file.writeFile(JSON.stringify(me));
    return true;
  } catch (error) {
    await rm(lockPath, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/** Renaming first makes one winner among several that saw the same stale lock; whoever grabbed a fresh one by mistake puts it back. */
async function removeStaleLock(lockPath: string, staleToken: string | undefined): Promise<void> {
  const aside = `${lockPath}.${randomUUID()}`;
  try {
    await rename(lockPath, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const grabbed = await findHolder(aside);
  if (grabbed !== undefined && grabbed.token !== staleToken) await rename(aside, lockPath);
  else await rm(aside, { force: true });
}

function inUse(lockPath: string, holder: Holder, elsewhere: boolean): DataFolderInUseFault {
  const who = elsewhere ? `in another container or on another machine (its process ${holder.pid})` : `(process ${holder.pid})`;
  const text = `Another gateway ${who} uses this database folder. Stop it first, or give this one its own CLEARANCE_DATA_DIR.`;
  return new DataFolderInUseFault(`${text} The lock is ${lockPath}.`);
}

/** Throws DataFolderInUseFault when another living gateway holds the folder. */
export async function takeDataLock(lockPath: string, log: (message: string) => void): Promise<DataLock> {
  const pidSpace = await readPidSpace();
  const startedAt = (await findStartTime(process.pid)) ?? 'unknown';
  const me: Holder = { pid: process.pid, startedAt, pidSpace, token: randomUUID() };

  let torn = 0;
  while (!(await createLock(lockPath, me))) {
    const holder = await findHolder(lockPath);
    // An unreadable lock is either being written this instant or was torn by a crash.
    if (holder === undefined && torn++ < 10) {
      await sleep(50);
      continue;
    }
    if (holder !== undefined && (await isHeld(lockPath, holder, pidSpace, log))) {
      throw inUse(lockPath, holder, holder.pidSpace !== pidSpace);
    }
    await removeStaleLock(lockPath, holder?.token);
  }
  // Had another starter taken the new lock for the stale one, it would have been moved away by now.
  await sleep(30);
  const winner = await findHolder(lockPath);
  if (winner !== undefined && winner.token !== me.token) throw inUse(lockPath, winner, false);

  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(lockPath, now, now).catch(() => {}); // the folder may be gone; nothing to keep alive then
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    release: async () => {
      clearInterval(heartbeat);
      if ((await findHolder(lockPath))?.token === me.token) await rm(lockPath, { force: true });
    },
  };
}
