/** PostgreSQL refuses to run as root: which user runs it then, and which folders that user can reach. */
import { chmod, lchown, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Account, runProgram } from './embedded-postgres.process.js';

const USER = 'postgres';
const NOBODY: Account = { name: 'nobody', uid: 65534, gid: 65534 };

/** Debian and Red Hat have the first pair, Alpine the second. */
const CREATE_USER: readonly (readonly (readonly [string, ...string[]])[])[] = [
  [
    ['groupadd', '--system', USER],
    ['useradd', '--system', '--gid', USER, '--no-create-home', '--shell', '/bin/false', USER],
  ],
  [
    ['addgroup', '-S', USER],
    ['adduser', '-S', '-D', '-H', '-s', '/bin/false', '-G', USER, USER],
  ],
];

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

async function findAccount(name: string): Promise<Account | undefined> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find((parts) => parts[0] === name);
  const uid = Number(fields?.[2]);
  const gid = Number(fields?.[3]);
  return Number.isInteger(uid) && Number.isInteger(gid) && uid > 0 ? { name, uid, gid } : undefined;
}

async function createAccount(log: (message: string) => void): Promise<Account | undefined> {
  for (const commands of CREATE_USER) {
    for (const [command, ...args] of commands) {
      const file = `/usr/sbin/${command}`;
      await runProgram(file, args).catch(() => undefined); // absent, or the group exists: the look-up below decides
    }
    const account = await findAccount(USER);
    if (account !== undefined) {
      log(`Created the system user "${USER}", as PostgreSQL does not run as root.`);
      return account;
    }
  }
  return undefined;
}

/** The user for a server whose cluster belongs to `owner` (undefined: no cluster yet). Undefined: the gateway's own user will do. */
export async function chooseAccount(
  owner: { readonly uid: number; readonly gid: number } | undefined,
  log: (message: string) => void,
): Promise<Account | undefined> {
  if (!isRoot()) return undefined;
  // An ordinary user may have made this cluster; keeping its owner lets that user come back.
  if (owner !== undefined && owner.uid !== 0) return { name: `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  return (await findAccount(USER)) ?? (await createAccount(log)) ?? (await findAccount('nobody')) ?? NOBODY;
}

/** Whether the mode bits let this user pass every folder from the root down to `folder`. */
export async function canEnter(account: Account, folder: string): Promise<boolean> {
  for (let here = folder; ; here = path.dirname(here)) {
    const { mode, uid, gid } = await stat(here);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (here === path.dirname(here)) return true;
  }
}

/** Gives a whole tree to that user. Links are changed themselves, never what they point to. */
export async function giveTo(account: Account, tree: string): Promise<void> {
  for (const entry of await readdir(tree, { withFileTypes: true })) {
    const child = path.join(tree, entry.name);
    if (entry.isDirectory()) await giveTo(account, child);
    else await lchown(child, account.uid, account.gid);
  }
  await lchown(tree, account.uid, account.gid);
}

/** A folder of root's that anybody may enter, for what the unprivileged user cannot reach where it belongs. */
export async function ensureShelter(shelter: string): Promise<void> {
  const created = await mkdir(shelter, { recursive: true });
  if (created !== undefined) await chmod(shelter, 0o755); // a strict umask would have closed it
}
