/** The disk: whole copies of files under the hash of their bytes, and the partial ones on the way there. */
import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { StorageFull } from '../domain/license-file.js';

export interface StoredCopy {
  /** `sha256:<hex>`. */
  readonly contentHash: string;
  readonly length: number;
}

export interface FileCopies {
  /** Where the copy lies; undefined when it is gone or has another length. */
  find(copy: StoredCopy): Promise<string | undefined>;
  /** Writes the stream to disk, whole or not at all. `incoming` turns what the stream throws, or an end too soon, into a fault. Throws StorageFull. */
  keep(file: { readonly stream: Readable; readonly length: number | null }, incoming: Incoming): Promise<StoredCopy>;
  /** Deletes what dead processes left half written. */
  sweep(): Promise<void>;
}

export interface Incoming {
  readonly signal: AbortSignal;
  readonly fault: (error: unknown) => Error;
}

/** A living writer touches its file more often than this. */
const UNTOUCHED_MS = 120_000;
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

const codeOf = (error: unknown): string | undefined => (error as { code?: string }).code;
const ignoreAbsent = (error: unknown): undefined => {
  if (codeOf(error) !== 'ENOENT') throw error;
  return undefined;
};

/** The name of a file is durable once its folder is. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const write = async (
  handle: FileHandle,
  file: { readonly stream: Readable; readonly length: number | null },
  incoming: Incoming,
): Promise<StoredCopy> => {
  const hash = createHash('sha256');
  let length = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of file.stream as AsyncIterable<Buffer>) {
        hash.update(chunk);
        length += chunk.length;
        if (file.length !== null && length > file.length) throw new Error('longer than announced');
        yield chunk;
      }
      if (length === 0 || (file.length !== null && length !== file.length)) throw new Error('shorter than announced');
    } catch (error) {
      throw incoming.fault(error);
    }
  };
  const abort = () => file.stream.destroy(new Error('cut off'));
  incoming.signal.addEventListener('abort', abort, { once: true });
  if (incoming.signal.aborted) abort();
  try {
    await writeFile(handle, counted());
  } finally {
    incoming.signal.removeEventListener('abort', abort);
    file.stream.destroy();
  }
  await handle.sync();
  return { contentHash: `sha256:${hash.digest('hex')}`, length };
};

export const createFileCopies = (folder: string): FileCopies => {
  const partial = path.join(folder, 'partial');
  const placeOf = ({ contentHash }: StoredCopy): string => path.join(folder, contentHash.replace('sha256:', ''));

  const find: FileCopies['find'] = async (copy) => {
    const found = await stat(placeOf(copy)).catch(ignoreAbsent);
    return found?.isFile() && found.size === copy.length ? placeOf(copy) : undefined;
  };

  const sweep: FileCopies['sweep'] = async () => {
    for (const name of (await readdir(partial).catch(ignoreAbsent)) ?? []) {
      const found = await stat(path.join(partial, name)).catch(ignoreAbsent);
      // The disk's clock is the machine's, whatever time it is for the rest.
      if (found && Date.now() - found.mtimeMs > UNTOUCHED_MS) await rm(path.join(partial, name), { force: true });
    }
  };

  const keep: FileCopies['keep'] = async (file, incoming) => {
    const draft = path.join(partial, `${randomUUID()}.part`);
    try {
      await sweep();
      await mkdir(partial, { recursive: true, mode: 0o700 });
      const handle = await open(draft, 'wx', 0o600);
      const copy = await write(handle, file, incoming).finally(() => handle.close());
      await rename(draft, placeOf(copy));
      await syncFolder(folder);
      return copy;
    } catch (error) {
      file.stream.destroy();
      await rm(draft, { force: true }).catch(() => undefined);
      throw NO_ROOM.has(codeOf(error) ?? '') ? new StorageFull(error) : error;
    }
  };

  return { find, keep, sweep };
};
