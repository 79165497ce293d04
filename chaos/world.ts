/** Everything a run needs, started as real processes: PostgreSQL, the simulators, and the places of the gateways. */
import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { type Simulators, startSimulators } from '../test/support/simulators.js';
import { VENDORS } from './assets.js';
import { API_KEYS } from './caller.js';
import { type ChaosDatabase, startDatabase } from './database.process.js';
import { createSlot, type Slot } from './slot.js';

export interface World {
  readonly folder: string;
  readonly seed: string;
  readonly database: ChaosDatabase;
  readonly simulators: Simulators;
  readonly slots: readonly Slot[];
  /** A question to PostgreSQL itself, past the proxies; a server that is just starting is waited for. */
  query(text: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  readonly ledgerFile: (simulator: string) => string;
  close(): Promise<void>;
}

/** The files to run. */
export interface Programs {
  readonly gateway: string;
  readonly database: string;
}

export interface WorldOptions {
  /** Empty or absent; everything that a run leaves behind lies here. */
  readonly folder: string;
  readonly programs: Programs;
  readonly seed: string;
}

export const SPEND_DEADLINE_MS = 2_000;
export const LEASE_MARGIN_MS = 500;
export const HORIZON_SECONDS: Readonly<Record<'ADOBE_STOCK' | 'GETTY_IMAGES', number>> = { ADOBE_STOCK: 4, GETTY_IMAGES: 4 };

/** Time is compressed; everything else is as shipped. */
const SETTINGS: Readonly<Record<string, string>> = {
  CLEARANCE_API_KEYS: API_KEYS,
  CLEARANCE_SECRET_KEY: Buffer.alloc(32, 9).toString('base64'),
  CLEARANCE_MODE: 'hardened',
  LOG_LEVEL: 'info',
  SPEND_DEADLINE_MS: String(SPEND_DEADLINE_MS),
  SEARCH_DEADLINE_MS: '2000',
  SPEND_LEASE_MARGIN_MS: String(LEASE_MARGIN_MS),
  RECOVERY_INTERVAL_MS: '1000',
  ADOBE_STOCK_SETTLE_HORIZON_SECONDS: String(HORIZON_SECONDS.ADOBE_STOCK),
  GETTY_IMAGES_SETTLE_HORIZON_SECONDS: String(HORIZON_SECONDS.GETTY_IMAGES),
  ADOBE_STOCK_MAX_RPS: '0',
};

/** So many that traffic goes on while some of them start. */
const NAMES = ['a', 'b', 'c'];
const QUERY_TRIES = 40;

/** Nobody's allowance is to end a run. */
const raiseAllowances = async (simulators: Simulators): Promise<void> => {
  await simulators.action('adobe-stock', 'set-quota', { quota: 1_000_000 });
  await simulators.action('getty-images', 'set-quota', { productId: 3101, limit: 1_000_000, remaining: 1_000_000 });
};

export const startWorld = async (options: WorldOptions): Promise<World> => {
  const { folder } = options;
  await mkdir(folder, { recursive: true });
  // PostgreSQL may run as another user, who has to get here.
  await chmod(folder, 0o755);
  const stateDir = path.join(folder, 'ledgers');
  const [database, simulators] = await Promise.all([
    startDatabase(options.programs.database, folder),
    startSimulators({ only: VENDORS.map(({ simulator }) => simulator), stateDir, seed: options.seed }),
  ]);
  await raiseAllowances(simulators);
  const slots = await Promise.all(
    NAMES.map((name) =>
      createSlot({
        name,
        folder,
        program: options.programs.gateway,
        databaseUrl: database.url,
        databasePort: database.port,
        sources: simulators.env,
        settings: SETTINGS,
      }),
    ),
  );
  let pool: pg.Pool | undefined;
  const query: World['query'] = async (text, values = []) => {
    for (let attempt = 1; ; attempt += 1) {
      await database.ready();
      const connectionString = database.url();
      if (pool?.options.connectionString !== connectionString) {
        await pool?.end();
        pool = new pg.Pool({ connectionString, max: 4, connectionTimeoutMillis: 3_000, query_timeout: 20_000 });
        pool.on('error', () => undefined);
      }
      try {
        return (await pool.query(text, [...values])).rows as Record<string, unknown>[];
      } catch (error) {
        const code = (error as { code?: string }).code ?? '';
        // Broken off or not there yet: tried again. A wrong question is a mistake of ours.
        if (/^(42|22|23)/.test(code) || attempt >= QUERY_TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  };
  return {
    folder,
    seed: options.seed,
    database,
    simulators,
    slots,
    query,
    ledgerFile: (simulator) => path.join(stateDir, `${simulator}.ledger.ndjson`),
    close: async () => {
      await Promise.all(slots.map((slot) => slot.close()));
      await pool?.end();
      await simulators.stop();
      await database.stop();
    },
  };
};
