/** The database folder: what is there, may it be used, and making a new one so that a half-made one is never taken for good. */
import { randomUUID } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { canEnter, ensureShelter, giveTo } from './embedded-postgres.account.js';
import { DataFolderUnusableFault, DataFolderVersionFault, OWN_SERVER_HINT } from './embedded-postgres.faults.js';
import { adviseOn, lastLines } from './embedded-postgres.output.js';
import { type Account, runProgram } from './embedded-postgres.process.js';
import type { Programs } from './embedded-postgres.programs.js';

export const OWNER_ROLE = 'clearance_owner';

export type DataFolder =
  | { readonly kind: 'absent' }
  /** Empty, e.g. made by the person beforehand. */
  | { readonly kind: 'empty'; readonly realPath: string }
  | { readonly kind: 'cluster'; readonly realPath: string; readonly major: string; readonly uid: number; readonly gid: number };

/** Looks without touching. Throws when what is there is neither nothing nor a whole cluster. */
export async function inspectDataFolder(dataDir: string): Promise<DataFolder> {
  const link = await lstat(dataDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (link === undefined) return { kind: 'absent' };
  const found = await stat(dataDir).catch(() => undefined);
  if (found === undefined) {
    const text = `${dataDir} points to ${await readlink(dataDir)}, which is not there: the database was moved, or its disk is not mounted.`;
    throw new DataFolderUnusableFault(`${text} Bring it back, or remove the link to begin with an empty database.`);
  }
  const realPath = await realpath(dataDir);
  const names = found.isDirectory() ? await readdir(realPath) : undefined;
  if (names?.length === 0) return { kind: 'empty', realPath };
  const isWhole =
    names?.includes('PG_VERSION') && (await stat(path.join(realPath, 'global', 'pg_control')).catch(() => undefined));
  if (!isWhole) {
    const text = `${dataDir} is neither empty nor a complete PostgreSQL folder, and is left as it is.`;
    throw new DataFolderUnusableFault(`${text} Move it away, or choose another CLEARANCE_DATA_DIR.`);
  }
  const major = (await readFile(path.join(realPath, 'PG_VERSION'), 'utf8')).trim();
  return { kind: 'cluster', realPath, major, uid: found.uid, gid: found.gid };
}

/** Throws when these programs cannot serve that cluster. Nothing has been changed by then. */
export function checkVersion(dataDir: string, foundMajor: string, ownMajor: string): void {
  if (foundMajor === ownMajor) return;
  const text = [
    `${dataDir} was made by PostgreSQL ${foundMajor}, the built-in server is PostgreSQL ${ownMajor}; nothing in it was changed.`,
    `Carry the data over with PostgreSQL ${foundMajor}'s server and pg_dump (or with pg_upgrade, which needs both versions),`,
    `or begin an empty database with another CLEARANCE_DATA_DIR, ${OWN_SERVER_HINT}.`,
  ];
  throw new DataFolderVersionFault(text.join(' '));
}

/** PostgreSQL insists on owning its folder and on mode 0700 or 0750; copies and restores often lose both. */
export async function prepareCluster(
  dataDir: string,
  cluster: DataFolder & { kind: 'cluster' },
  account: Account | undefined,
): Promise<void> {
  const me = process.getuid?.();
  if (account === undefined && cluster.uid !== me) {
    const text = `${dataDir} belongs to user id ${cluster.uid}, this is user id ${me}.`;
    throw new DataFolderUnusableFault(
      `${text} Start the gateway as its owner, or, with no server running on it, give it away: sudo chown -R ${me} ${dataDir}`,
    );
  }
  if (account !== undefined) {
    if (!(await canEnter(account, path.dirname(cluster.realPath)))) {
      const text = `PostgreSQL does not run as root, and its user (${account.name}) cannot enter the folders above ${cluster.realPath}.`;
      throw new DataFolderUnusableFault(`${text} Open them (chmod o+x), or start the gateway as the folder's owner.`);
    }
    if (cluster.uid !== account.uid) await giveTo(account, cluster.realPath);
  }
  const { mode } = await stat(cluster.realPath);
  if ((mode & 0o027) !== 0) await chmod(cluster.realPath, 0o700);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().catch(() => {}); // some file systems know no such thing
  await handle.close();
}

/** What a killed initdb left behind. Only folders of our own naming, and only under the lock. */
async function removeHalfMade(target: string): Promise<void> {
  const parent = path.dirname(target);
  for (const name of await readdir(parent)) {
    if (!name.startsWith(`${path.basename(target)}.new-`)) continue;
    // A killed gateway's initdb may still be writing; then it is cleared away next time.
    await rm(path.join(parent, name), { recursive: true, force: true, maxRetries: 3, retryDelay: 100 }).catch(() => {});
  }
}

/** Where a new cluster goes: to its own place, or for root to the shelter when the unprivileged user cannot get there. */
async function chooseTarget(place: string, account: Account | undefined, shelter: string): Promise<string> {
  if (account === undefined || (await canEnter(account, path.dirname(place)))) return place;
  await ensureShelter(shelter);
  return path.join(shelter, randomUUID());
}

/** Runs initdb in a sibling folder and renames the whole into place; returns the cluster's real path. */
export async function createCluster(options: {
  readonly dataDir: string;
  readonly folder: DataFolder & { kind: 'absent' | 'empty' };
  readonly programs: Programs;
  readonly password: string;
  readonly account: Account | undefined;
  readonly shelter: string;
  readonly log: (message: string) => void;
}): Promise<string> {
  const { dataDir, folder, programs, account, log } = options;
  const place = folder.kind === 'empty' ? folder.realPath : dataDir;
  await removeHalfMade(place);
  const target = await chooseTarget(place, account, options.shelter);
  if (target !== place && folder.kind === 'empty') await rmdir(place); // makes room for the link
  const workshop = `${target}.new-${randomUUID()}`;
  log(`Making a new PostgreSQL ${programs.major} database in ${dataDir} (once, a few seconds) …`);
  try {
    await mkdir(workshop, { mode: 0o700 });
    const passwordFile = path.join(workshop, 'password');
    await writeFile(passwordFile, options.password, { mode: 0o600, flag: 'wx' });
    if (account !== undefined) await giveTo(account, workshop);
    const draft = path.join(workshop, 'cluster');
    const flags = ['--encoding=UTF8', '--locale=C', '--auth=scram-sha-256', '--no-instructions', `--username=${OWNER_ROLE}`];
    const result = await runProgram(programs.initdb, ['-D', draft, `--pwfile=${passwordFile}`, ...flags], { account });
    if (result.exitCode !== 0) {
      const end = result.exitCode === null ? `was ended by ${result.signal}` : `failed with exit code ${result.exitCode}`;
      const advice = adviseOn(result.output);
      throw new DataFolderUnusableFault(
        `Making the database in ${dataDir}: initdb ${end}. ${advice}\n${lastLines(result.output)}`,
      );
    }
    await rename(draft, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EBUSY' && error.code !== 'EXDEV') throw error;
      const text = `${dataDir} is itself a mount point, so a finished database cannot be moved there.`;
      throw new DataFolderUnusableFault(`${text} Mount the folder above it instead.`, { cause: error });
    });
    await syncFolder(path.dirname(target));
  } finally {
    await rm(workshop, { recursive: true, force: true, maxRetries: 3 }).catch(() => {}); // never hides the reason of a failure
  }
  if (target !== place) {
    await symlink(target, place);
    await syncFolder(path.dirname(place));
    log(
      `The database lives in ${target}, with a link from ${place}: PostgreSQL does not run as root, and its user cannot enter that folder.`,
    );
  }
  return target;
}
