/** Where everything lies that a run makes: below one folder of the project, so that its packages are found from there. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const PROJECT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const CHAOS_FOLDER = path.join(PROJECT, '.chaos');

export const makeFolder = async (prefix: string): Promise<string> => {
  await mkdir(CHAOS_FOLDER, { recursive: true });
  // Nothing in here is anybody's source, whatever tool comes by.
  await writeFile(path.join(CHAOS_FOLDER, '.gitignore'), '*\n');
  return mkdtemp(path.join(CHAOS_FOLDER, prefix));
};

/** A run without violations leaves nothing. */
export const discardFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });
