/** A small run of the hammer: nothing is violated as it is, and mistakes planted on purpose are caught. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const PATIENCE_MS = 240_000;
const BUGS = ['doubt-taken-for-a-refusal', 'again-as-cheap-as-the-first'] as const;
const POINTS = [
  'sending-commit-unacknowledged',
  'source-committed-no-byte',
  'body-cut',
  'result-after-license-row',
  'result-commit-unacknowledged',
  'postgres-killed-at-result',
];

interface Report {
  readonly code: number;
  readonly text: string;
}

/** Jest's own node options are not for the child. */
const hammer = (...args: readonly string[]): Promise<Report> =>
  new Promise((resolve) => {
    const { NODE_OPTIONS: _, ...env } = process.env;
    const command = ['--import', 'tsx', 'chaos/main.ts', ...args];
    const options = { cwd: PROJECT, env, timeout: PATIENCE_MS, maxBuffer: 8_000_000 };
    execFile(process.execPath, command, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), text: `${stdout}${stderr}` });
    });
  });

describe('the hammer', () => {
  let sound: Report;
  let mistaken: readonly Report[];

  // On a machine that has no time left purchases fail before they are sent, and nothing is there to be struck: the first runs alone.
  beforeAll(async () => {
    sound = await hammer('--rounds', '1', '--steps', '2', '--seed', '11', '--points', POINTS.join(','));
    mistaken = await Promise.all(BUGS.map((bug) => hammer('--bug', bug, '--seed', '11')));
  }, 2 * PATIENCE_MS);

  it('strikes gateways dead at moments around the spend, and money and books agree', () => {
    expect(sound.text).toContain('no violation');
    expect(sound.text).toMatch(/kills: [1-9]/);
    expect(sound.code).toBe(0);
  });

  it.each(BUGS.map((bug, index) => [bug, index] as const))('catches a gateway with the mistake: %s', (_, index) => {
    expect(mistaken[index]?.text).toMatch(/ s {2}caught I\d+:/);
    expect(mistaken[index]?.code).toBe(0);
  });

  it('refuses what it does not know', async () => {
    expect(await hammer('--points', 'nowhere')).toMatchObject({ code: 2 });
  });
});
