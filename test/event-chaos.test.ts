/** A small run of the hammer for events: a worker that is struck dead loses nothing and mixes nothing up, and a planted mistake is caught. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const PATIENCE_MS = 180_000;

/** Jest's own node options are not for the child. */
const hammer = (...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> =>
  new Promise((resolve) => {
    const { NODE_OPTIONS: _, ...env } = process.env;
    const command = ['--import', 'tsx', 'chaos/events/main.ts', ...args];
    execFile(process.execPath, command, { cwd: PROJECT, env, timeout: PATIENCE_MS }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), text: `${stdout}${stderr}` });
    });
  });

it(
  'every event arrives although the worker is killed in the middle of deliveries',
  async () => {
    const { code, text } = await hammer('--kills', '6', '--seed', '3');
    expect(text).toContain('no violation');
    expect(text).toMatch(/repeats among them: [1-9]/);
    expect(code).toBe(0);
  },
  PATIENCE_MS,
);

it(
  'a gateway in which later events overtake is caught',
  async () => {
    const { code, text } = await hammer('--kills', '4', '--seed', '3', '--bug', 'followers-overtake');
    expect(text).toContain('VIOLATION E');
    expect(code).toBe(0);
  },
  PATIENCE_MS,
);
