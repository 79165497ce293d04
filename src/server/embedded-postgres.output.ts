/** PostgreSQL's own log: where it goes, its tail for error texts, and what its usual complaints mean for the person reading them. */
import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import path from 'node:path';

const ROTATE_BYTES = 5_000_000;
const TAIL_LINES = 12;
const TAIL_BYTES = 8_000;

const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [
    /No space left on device.*shared memory|could not resize shared memory/i,
    'Shared memory is too small: give the container more (docker run --shm-size=256m).',
  ],
  [/No space left on device|Disk quota exceeded|Check free disk space/i, 'The disk is full: free some space and start again.'],
  [/Read-only file system/i, 'The file system is read-only: choose another CLEARANCE_DATA_DIR.'],
  [/shared memory block .* is still in use/i, 'Parts of an earlier server are still ending: start again in a moment.'],
  [
    /could not map anonymous shared memory|out of memory|Cannot allocate memory/i,
    'There is too little memory: PostgreSQL needs about 200 MB.',
  ],
  [
    /could not create semaphores|could not create shared memory segment/i,
    'The system refuses shared memory or semaphores: raise its limits.',
  ],
  [/loading shared libraries|could not load library/i, 'A library is missing: run "npm ci" again.'],
  [
    /invalid (primary )?checkpoint record|could not locate a valid checkpoint|invalid page in block|incorrect checksum/i,
    'The database files look damaged: restore the folder from a backup.',
  ],
  [
    /Permission denied|Operation not permitted/i,
    'The server may not use its folder: correct the owner and mode (0700), or choose another CLEARANCE_DATA_DIR.',
  ],
  [/unrecognized configuration parameter|invalid value for parameter/i, 'A PostgreSQL setting given to the gateway is wrong.'],
];

/** Empty when the output says nothing known. */
export function adviseOn(output: string): string {
  return MEANINGS.find(([pattern]) => pattern.test(output))?.[1] ?? '';
}

export function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}

export interface ServerLog {
  readonly path: string;
  readonly handle: FileHandle;
  /** What was written since this log was opened, its last lines. */
  readNews(): Promise<string>;
}

/** Opened by the gateway and handed to the server, whose user may not be able to reach the file. The caller closes the handle. */
export async function openServerLog(logPath: string): Promise<ServerLog> {
  const old = await stat(logPath).catch(() => undefined);
  if (old !== undefined && old.size > ROTATE_BYTES) await rename(logPath, `${logPath}.old`);
  // Statements that failed stand in it, so it is nobody else's business.
  const handle = await open(logPath, 'a', 0o600);
  // Root must not lock out the ordinary user to whom the folder around it belongs.
  if (process.getuid?.() === 0) {
    const around = await stat(path.dirname(logPath));
    await handle.chown(around.uid, around.gid);
  }
  const { size: start } = await handle.stat();
  return {
    path: logPath,
    handle,
    readNews: async () => {
      const reader = await open(logPath, 'r');
      try {
        const { size } = await reader.stat();
        const from = Math.max(start, size - TAIL_BYTES);
        const { bytesRead, buffer } = await reader.read(
          Buffer.alloc(Math.max(0, size - from)),
          0,
          Math.max(0, size - from),
          from,
        );
        return lastLines(buffer.toString('utf8', 0, bytesRead));
      } finally {
        await reader.close();
      }
    },
  };
}
