/** The database password: made once, kept beside the cluster in a file only its owner may read, never shown. */
import { randomBytes, randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { DataFolderUnusableFault } from './embedded-postgres.faults.js';

/** Only characters that need no quoting, neither in SQL nor in a URL. */
const SHAPE = /^[A-Za-z0-9_-]{20,}$/;

/** Undefined when the file is not there; throws when it is there but holds no password of ours. */
export async function findPassword(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const password = text?.trim();
  if (password !== undefined && !SHAPE.test(password)) {
    throw new DataFolderUnusableFault(
      `${file} holds no usable password. Put the right file back, or delete it: a new one is made then.`,
    );
  }
  return password;
}

export function makePassword(): string {
  return randomBytes(24).toString('base64url');
}

/** Written whole or not at all, and on the disk when this returns. */
export async function writePassword(file: string, password: string): Promise<void> {
  const draft = `${file}.new-${randomUUID()}`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    await handle.writeFile(`${password}\n`);
    await handle.sync();
    await handle.close();
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}
