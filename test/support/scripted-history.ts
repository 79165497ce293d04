/** A license history that is played from a script and recorded in a real database: for runs that no simulator could make happen at will. */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { HistoryEntry, HistoryPage } from '../../src/datasources/datasource.js';
import { SourceFault } from '../../src/domain/faults.js';
import { type AssetId, assetIdOf, environmentConnectionId, keyText, type TenantId } from '../../src/domain/ids.js';
import { type Instant, instantOf } from '../../src/domain/instant.js';
import { importHistory } from '../../src/services/history-run.js';
import type { HistorySource } from '../../src/services/history-source.js';
import { openDatabase } from '../../src/store/database.js';
import { createTestDatabase } from './test-database.js';

export const NOON = Date.parse('2026-03-02T12:00:00.000Z');
export const HORIZON_SECONDS = 600;
/** Minutes after noon, which is when each tenant was connected. */
export const at = (minutes: number): Instant => instantOf(NOON + minutes * 60_000);

export interface ScriptedRow {
  readonly asset: string;
  readonly minute: number;
  readonly type?: string;
  readonly tag?: string;
  readonly reference?: string;
  /** As the source writes the date. */
  readonly text?: string;
  readonly undated?: boolean;
}
type Page = readonly ScriptedRow[] | Error;
export interface Script {
  /** One list of pages for each pass; the last one is repeated. */
  readonly passes: readonly (readonly Page[])[];
  /** What the source says there are; absent: it does not say. */
  readonly total?: number;
  readonly assets?: (externalId: string) => 'gone' | 'failed' | 'broken';
}

export interface Stage {
  /** Its clock; a day after noon at first. */
  now: number;
  readonly tenantId: TenantId;
  readonly newTenant: () => Promise<TenantId>;
  readonly assetId: (externalId: string) => AssetId;
  readonly connectionId: string;
  readonly source: (script: Script) => HistorySource & { readonly passesRead: () => number };
  /** One import; gives how often the whole list was read. */
  readonly run: (script: Script) => Promise<number>;
  readonly runWith: (source: HistorySource) => Promise<void>;
  /** A purchase of ours that was sent and settled in this minute, unless told otherwise. */
  readonly operation: (minute: number, overrides?: Readonly<Record<string, unknown>>, tenant?: TenantId) => Promise<string>;
  readonly query: (text: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;
  readonly rows: () => Promise<Record<string, unknown>[]>;
  /** `asset standing` of each row. */
  readonly standings: () => Promise<readonly string[]>;
  readonly licenses: () => Promise<Record<string, unknown>[]>;
  readonly incidents: () => Promise<Record<string, unknown>[]>;
  readonly actions: () => Promise<unknown[]>;
  readonly lastImport: () => Promise<Record<string, unknown>>;
  /** What the runs warned of. */
  readonly warnings: Record<string, unknown>[];
}

export interface Theatre {
  /** Its database, as the gateway opens it. */
  readonly appUrl: string;
  /** A tenant of its own on an account of its own. */
  readonly stage: () => Promise<Stage>;
  readonly close: () => Promise<void>;
}

const connectionOf = (tenant: TenantId) => environmentConnectionId(tenant, 'ADOBE_STOCK');
const assetOf = (tenant: TenantId, externalId: string): AssetId =>
  assetIdOf({ connectionId: connectionOf(tenant), lane: 'stock', externalId });

const entryOf = (tenant: TenantId, row: ScriptedRow): HistoryEntry => ({
  key: { connectionId: connectionOf(tenant), lane: 'stock', externalId: row.asset },
  licenseType: row.type ?? 'Standard',
  licensedAt: row.undated ? null : at(row.minute),
  licensedAtText: row.text ?? `${at(row.minute).slice(0, 16)} local`,
  sourceReference: row.reference ?? null,
  tag: row.tag ?? null,
  raw: { minute: row.minute },
});

const scripted = (tenant: TenantId, account: string, { passes, total, assets = () => 'gone' }: Script) => {
  let pass = -1;
  const source: HistorySource = {
    connectionId: connectionOf(tenant),
    source: 'ADOBE_STOCK',
    label: 'Adobe Stock',
    account,
    mayReturnTags: true,
    history: async (place): Promise<HistoryPage> => {
      if (place === null) pass += 1;
      const pages = passes[Math.min(pass, passes.length - 1)] as readonly Page[];
      const index = Number(place ?? 0);
      const page = pages[index] ?? [];
      if (page instanceof Error) throw page;
      const entries = page.map((row) => entryOf(tenant, row));
      return { entries, next: index + 1 < pages.length ? String(index + 1) : null, total: total ?? null };
    },
    loadAssets: async (keys) => {
      if (keys.some(({ externalId }) => assets(externalId) === 'broken')) throw new Error('cut short');
      const fault = new SourceFault('ADOBE_STOCK', 'server_error', 'Adobe Stock failed.');
      const failed = keys.filter(({ externalId }) => assets(externalId) === 'failed');
      return { found: new Map(), failed: new Map(failed.map((key) => [keyText(key), fault])) };
    },
    purchasesSince: async () => [],
  };
  return { ...source, passesRead: () => pass + 1 };
};

export const openTheatre = async (): Promise<Theatre> => {
  const database = await createTestDatabase();
  const db = openDatabase({ url: database.appUrl, maxConnections: 4, onError: () => undefined });
  let count = 0;

  const newTenant = async (): Promise<TenantId> => {
    count += 1;
    const tenant = `tenant-${count}` as TenantId;
    await database.query('insert into tenant (tenant_id) values ($1)', [tenant]);
    await database.query(
      "insert into source_connection (connection_id, tenant_id, source, name, origin, created_at) values ($1, $2, 'ADOBE_STOCK', 'environment', 'environment', $3)",
      [connectionOf(tenant), tenant, at(0)],
    );
    return tenant;
  };

  const insertOperation = async (
    account: string,
    tenant: TenantId,
    minute: number,
    overrides: Readonly<Record<string, unknown>>,
  ) => {
    const uuid = randomUUID();
    const values: Record<string, unknown> = {
      operation_id: uuid,
      tenant_id: tenant,
      mutation: 'licenseAsset',
      idempotency_key: uuid,
      payload_hash: Buffer.alloc(32),
      operation_kind: 'LICENSE',
      state: 'CONFIRMED',
      source: 'ADOBE_STOCK',
      connection_id: connectionOf(tenant),
      account,
      account_asset: 'stock/1',
      asset_id: assetOf(tenant, '1'),
      license_type: 'Standard',
      command: '{}',
      outcome: '{"kind":"LicenseGranted"}',
      requested_by: 'key:licensor',
      request_id: 'r-1',
      created_at: at(minute),
      sending_at: at(minute),
      settled_at: at(minute),
      sent_count: 1,
      ...overrides,
    };
    const names = Object.keys(values);
    await database.query(
      `insert into license_operation (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
      Object.values(values),
    );
    return uuid;
  };

  const stage = async (): Promise<Stage> => {
    const tenantId = await newTenant();
    const account = `adobe-stock/of-${tenantId}`;
    const of = (text: string) => database.query(text, [tenantId]);
    const warnings: Record<string, unknown>[] = [];
    const log = { warn: (fields: Record<string, unknown>) => warnings.push(fields) } as unknown as Logger;
    const rows = () =>
      of(
        'select account_asset, occurrence, standing, tag, licensed_at, licensed_at_text, operation_id, license_id from upstream_purchase where tenant_id = $1 order by account_asset, licensed_at, occurrence',
      );
    const runWith = (source: HistorySource) =>
      importHistory({ db, now: () => self.now, horizonSecondsOf: () => HORIZON_SECONDS, log }, tenantId, source);
    const self: Stage = {
      now: NOON + 24 * 3_600_000,
      tenantId,
      newTenant,
      assetId: (externalId) => assetOf(tenantId, externalId),
      connectionId: connectionOf(tenantId),
      source: (script) => scripted(tenantId, account, script),
      runWith,
      run: async (script) => {
        const source = scripted(tenantId, account, script);
        await runWith(source);
        return source.passesRead();
      },
      operation: (minute, overrides = {}, tenant = tenantId) => insertOperation(account, tenant, minute, overrides),
      query: database.query,
      rows,
      standings: async () => (await rows()).map(({ account_asset, standing }) => `${account_asset} ${standing}`),
      licenses: () => of('select * from license where tenant_id = $1 order by licensed_at, license_id'),
      incidents: () => of('select * from incident where tenant_id = $1 order by opened_at'),
      actions: async () =>
        (await of('select action from audit_event where tenant_id = $1 order by occurred_at, event_id')).map(
          ({ action }) => action,
        ),
      warnings,
      lastImport: async () => (await of('select * from history_import where tenant_id = $1'))[0] ?? {},
    };
    return self;
  };

  return {
    appUrl: database.appUrl,
    stage,
    close: async () => {
      await db.destroy();
      await database.drop();
    },
  };
};
