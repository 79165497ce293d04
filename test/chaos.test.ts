/** A small run of the hammer: nothing is violated as it is, and mistakes planted on purpose are caught. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const PATIENCE_MS = 240_000;

/** Jest's own node options are not for the child. */
const hammer = (...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> =>
  new Promise((resolve) => {
    const { NODE_OPTIONS: _, ...env } = process.env;
    const command = ['--import', 'tsx', 'chaos/main.ts', ...args];
    execFile(
      process.execPath,
      command,
      { cwd: PROJECT, env, timeout: PATIENCE_MS, maxBuffer: 8_000_000 },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), text: `${stdout}${stderr}` });
      },
    );
  });

describe('the hammer', () => {
  it(
    'strikes gateways dead at moments around the spend, and money and books agree',
    async () => {
      const points =
        'sending-commit-unacknowledged,source-committed-no-byte,body-cut,result-after-license-row,result-commit-unacknowledged';
      const { code, text } = await hammer('--rounds', '1', '--steps', '2', '--seed', '11', '--points', points);
      expect(text).toContain('no violation');
      expect(code).toBe(0);
    },
    PATIENCE_MS,
  );

  it.each(['other-payload-accepted', 'doubt-taken-for-a-refusal'])(
    'catches a gateway with the mistake: %s',
    async (bug) => {
      const { code, text } = await hammer('--bug', bug, '--seed', '11');
      expect(text).toMatch(/ s {2}caught I\d+:/);
      expect(code).toBe(0);
    },
    PATIENCE_MS,
  );

  it('refuses what it does not know', async () => {
    expect(await hammer('--points', 'nowhere')).toMatchObject({ code: 2 });
  });
});
