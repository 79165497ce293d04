/** Who is measured: the gateway as `npm start` runs it, and the reference; each a process of its own over the same simulators. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Simulators } from '../../test/support/simulators.js';
import type { TestDatabase } from '../../test/support/test-database.js';
import { type Child, ROOT, startChild } from './child.js';

export interface Contestant {
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly child: Child;
}

/** What `npm start` gives to node, so that nothing is measured that nobody runs. */
const startArguments = (): readonly string[] => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } };
  const [program, ...words] = scripts.start.split(' ');
  if (program !== 'node' || words.at(-1) !== 'src/main.ts') throw new Error(`npm start is not understood: ${scripts.start}`);
  return words.slice(0, -1);
};

const KEY = 'benchmark-viewer-0123456789';

/** Hardened, as it runs with real accounts; without Adobe's courtesy limit, which would be all that is measured. */
export const startGatewayProcess = async (
  name: string,
  simulators: Simulators,
  database: TestDatabase,
  cacheSeconds: number,
): Promise<Contestant> => {
  const env = {
    ...simulators.env,
    DATABASE_URL: database.ownerUrl,
    DATABASE_APP_URL: database.appUrl,
    CLEARANCE_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
    CLEARANCE_API_KEYS: `bench:viewer+licensor:${KEY}`,
    PORT: '0',
    WORKER: 'off',
    LOG_LEVEL: 'warn',
    ADOBE_STOCK_MAX_RPS: '0',
    ASSET_CACHE_TTL_SECONDS: String(cacheSeconds),
  };
  const { child, ready: url } = await startChild({ program: 'src/main.ts', env, nodeArguments: startArguments() }, (said) =>
    typeof said === 'string' ? /ready: (http:\S+\/graphql)/.exec(said)?.[1] : undefined,
  );
  return { name, url, headers: { 'x-api-key': KEY }, child };
};

export const startReference = async (simulators: Simulators): Promise<Contestant> => {
  const { child, ready: url } = await startChild({ program: 'bench/naive/server.process.ts', env: simulators.env }, (said) =>
    typeof said === 'object' ? (said as { url: string }).url : undefined,
  );
  return { name: 'reference', url, headers: {}, child };
};

/** One request as any client sends it; throws on anything but data. */
export const askOnce = async (contestant: Contestant, body: string): Promise<unknown> => {
  const response = await fetch(contestant.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...contestant.headers },
    body,
  });
  const answer = (await response.json()) as { data?: unknown; errors?: unknown };
  if (response.status !== 200 || answer.errors !== undefined)
    throw new Error(`${contestant.name} answered ${response.status}: ${JSON.stringify(answer).slice(0, 500)}`);
  return answer.data;
};
