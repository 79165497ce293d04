/** A copy of the gateway's source with a mistake planted in it; beside the project's own packages, so that they are found. */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Bug } from './bugs.js';
import { CHAOS_FOLDER, PROJECT } from './run.js';

const COPIED = ['src', 'migrations', 'package.json', 'tsconfig.json'];

/** The folder to run; made anew each time. Throws when the source no longer has the place to plant it in. */
export const patchedCopy = async (bug: Bug): Promise<string> => {
  const folder = path.join(CHAOS_FOLDER, `bug-${bug.name}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const name of COPIED) await cp(path.join(PROJECT, name), path.join(folder, name), { recursive: true });
  for (const { file, find, put } of bug.patches) {
    const text = await readFile(path.join(folder, file), 'utf8');
    const count = text.split(find).length - 1;
    if (count !== 1)
      throw new Error(`bug ${bug.name}: its place in ${file} was found ${count} times; adapt it to the present source:\n${find}`);
    await writeFile(
      path.join(folder, file),
      text.replace(find, () => put),
    );
  }
  return folder;
};
