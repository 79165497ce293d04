/** The whole gateway for a test file: real HTTP in front, a real database behind, the simulators as sources. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type Application, compose } from '../../src/compose.js';
import { readConfig } from '../../src/config.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

export interface GraphqlAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers are checked by the assertions on them.
  readonly data: any;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Record<string, unknown>;
  }[];
  readonly text: string;
}

export interface Gateway {
  readonly url: string;
  readonly database: TestDatabase;
  readonly log: readonly string[];
  /** `caller` is `role`, or `tenant/role`; null for a stranger. */
  query(
    caller: string | null,
    query: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<GraphqlAnswer>;
  keyOf(caller: string): string;
  stop(): Promise<void>;
}

export interface GatewayOptions {
  /** The variables that point at the sources. */
  readonly env: Readonly<Record<string, string>>;
  readonly now?: () => number;
  /** Kept when the gateway stops: for tests that start it again. */
  readonly database?: TestDatabase;
}

const ROLES = ['viewer', 'requester', 'approver', 'licensor', 'distributor', 'auditor', 'admin'];
const TENANTS = ['default', 'acme'];
const keyOf = (caller: string): string => {
  const [role, tenant = 'default'] = caller.split('/').reverse();
  return `test-key-${tenant}-${role}-0123456789`;
};
const API_KEYS = TENANTS.flatMap((tenant) => ROLES.map((role) => `${tenant}/${role}:${role}:${keyOf(`${tenant}/${role}`)}`)).join(
  ',',
);

export const startGateway = async (options: GatewayOptions): Promise<Gateway> => {
  const database = options.database ?? (await createTestDatabase());
  const dataDir = options.env.CLEARANCE_DATA_DIR ?? (await mkdtemp(join(tmpdir(), 'clearance-files-')));
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const config = readConfig({
    CLEARANCE_API_KEYS: API_KEYS,
    ADOBE_STOCK_MAX_RPS: '0',
    CLEARANCE_MODE: 'development',
    CLEARANCE_DATA_DIR: dataDir,
    ...options.env,
  });
  const application: Application = await compose({
    config,
    appUrl: database.appUrl,
    secretKey: Buffer.alloc(32, 7),
    keys: config.apiKeys,
    log,
    ...(options.now && { now: options.now }),
  });
  const url = await application.http.listen({ port: 0, host: '127.0.0.1' });
  return {
    url,
    database,
    log: lines,
    keyOf,
    query: async (caller, query, variables = {}, headers = {}) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(caller !== null && { 'x-api-key': keyOf(caller) }), ...headers },
        body: JSON.stringify({ query, variables }),
      });
      const text = await response.text();
      const body = JSON.parse(text) as { data?: unknown; errors?: GraphqlAnswer['errors'] };
      return { status: response.status, data: body.data, errors: body.errors ?? [], text };
    },
    stop: async () => {
      await application.stop();
      if (!options.env.CLEARANCE_DATA_DIR) await rm(dataDir, { recursive: true, force: true });
      if (!options.database) await database.drop();
    },
  };
};

/** Waits for a state, not for a time. */
export const eventually = async <T>(look: () => Promise<T>, holds: (value: T) => boolean, withinMs = 30_000): Promise<T> => {
  const until = Date.now() + withinMs;
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
    if (Date.now() > until) throw new Error(`Not within ${withinMs} ms; last seen: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

/** The feeds and polls of the sources have been read to their end. */
export const synchronised = (gateway: Gateway): Promise<unknown> =>
  eventually(
    () =>
      gateway.database.query(
        'select count(*)::integer as open from sync_state where drained_at is null union all select count(*)::integer from sync_state where drained_at is not null',
      ),
    ([open, drained]) => open?.open === 0 && Number(drained?.open) >= 4,
    55_000,
  );
