/** Budgets without sources: intents of purchases made by hand, in the transactions that a purchase would use. */
import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Charge, Exceeded, HoldResult } from '../../src/domain/budget.js';
import type { AssetSource, TenantId } from '../../src/domain/ids.js';
import { type Instant, instantOf } from '../../src/domain/instant.js';
import type { Actor } from '../../src/domain/roles.js';
import type { BudgetCommand } from '../../src/services/budget.checks.js';
import { type BudgetService, createBudgetService } from '../../src/services/budget.service.js';
import { adjustHolds, captureHolds, holdAtIntent, releaseHolds } from '../../src/store/budget.store.js';
import { type Database, inTenant, openDatabase, type TenantTx } from '../../src/store/database.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

export interface Intent {
  readonly tenantId?: string;
  readonly costCenter?: string | null;
  readonly source?: AssetSource;
  readonly licenseType?: string;
  readonly at?: string;
}

export interface Till {
  readonly database: TestDatabase;
  readonly db: Database;
  readonly budgets: BudgetService;
  readonly statements: () => number;
  actor(tenantId?: string): Actor;
  /** Sets a budget and gives its id in the store; throws what is complained of. */
  set(budget: Partial<BudgetCommand> & { readonly tenantId?: string }): Promise<string>;
  /** Transaction 1: the operation's id, or why it does not fit. */
  intend(intent?: Intent): Promise<string | Exceeded>;
  /** Transaction 2. */
  adjust(operationUuid: string, charge: Partial<Charge>, intent?: Intent): Promise<HoldResult>;
  capture(operationUuid: string): Promise<void>;
  release(operationUuid: string): Promise<void>;
  taken(budgetUuid: string): Promise<string>;
  /** Budgets whose sum is not that of their holds. */
  wrongSums(): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

const CHECK = readFileSync(new URL('../../docs/budgets.md', import.meta.url), 'utf8')
  .split('<!-- example: budget-check -->')[1]
  ?.split('```sql')[1]
  ?.split('```')[0] as string;
const TENANT = 'default';
const AT = '2026-03-01T12:00:00.000Z';

class RolledBack extends Error {
  readonly result: Exceeded;
  constructor(result: Exceeded) {
    super(result.message);
    this.result = result;
  }
}

const orUndone = async <T extends HoldResult | string>(work: () => Promise<T>): Promise<T | Exceeded> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RolledBack) return error.result;
    throw error;
  }
};

const heldOr = (result: HoldResult): HoldResult => {
  if (result.kind === 'exceeded') throw new RolledBack(result);
  return result;
};

const insertIntent = (tx: TenantTx, tenantId: string, uuid: string) =>
  sql`insert into license_operation (operation_id, tenant_id, mutation, idempotency_key, payload_hash, operation_kind, state, source,
      connection_id, account, account_asset, asset_id, license_type, command, requested_by, request_id, created_at)
    values (${uuid}, ${tenantId}, 'licenseAsset', ${uuid}, '', 'LICENSE', 'RECEIVED', 'ADOBE_STOCK',
      ${`connection-${tenantId}`}, 'account', ${uuid}, ${uuid}, 'Standard', '{}', 'key:test', 'request', now())`.execute(tx);

export const openTill = async (tenants: readonly string[] = [TENANT, 'acme']): Promise<Till> => {
  const database = await createTestDatabase();
  for (const tenant of tenants) {
    await database.query('insert into tenant (tenant_id) values ($1)', [tenant]);
    await database.query(
      "insert into source_connection (connection_id, tenant_id, source, name, origin) values ('connection-' || $1, $1::text, 'ADOBE_STOCK', 'test', 'environment')",
      [tenant],
    );
  }
  let count = 0;
  const db = openDatabase({
    url: database.appUrl,
    onError: () => undefined,
    onStatement: () => {
      count += 1;
    },
  });
  const budgets = createBudgetService({ db, now: () => Date.parse(AT) });
  const actor = (tenantId = TENANT): Actor => ({
    tenantId: tenantId as TenantId,
    subject: 'key:admin',
    name: 'admin',
    roles: ['admin'],
  });
  const inTransaction = <T>(work: (tx: TenantTx) => Promise<T>, tenantId = TENANT) => inTenant(db, tenantId as TenantId, work);
  return {
    database,
    db,
    budgets,
    statements: () => count,
    actor,
    set: async ({ tenantId, ...budget }) => {
      const command = {
        costCenter: null,
        measure: 'PURCHASES',
        amount: '10',
        currency: null,
        startsAt: null,
        endsAt: undefined,
      } as const;
      const outcome = await budgets.setBudget(actor(tenantId), { ...command, ...budget }, 'request');
      if (outcome.kind === 'InvalidRequest') throw new Error(outcome.message);
      return outcome.budget.uuid;
    },
    intend: ({ tenantId = TENANT, costCenter = null, source = 'ADOBE_STOCK', licenseType = 'Standard', at = AT } = {}) =>
      orUndone(() =>
        inTransaction(async (tx) => {
          const uuid = uuidv7();
          await insertIntent(tx, tenantId, uuid);
          const hold = {
            tenantId: tenantId as TenantId,
            operationUuid: uuid,
            costCenter,
            source,
            licenseType,
            at: at as Instant,
          };
          heldOr(await holdAtIntent(tx, hold));
          return uuid;
        }, tenantId),
      ),
    adjust: (
      operationUuid,
      { price = null, units = null },
      { tenantId = TENANT, source = 'ADOBE_STOCK', licenseType = 'Standard', at = AT } = {},
    ) =>
      orUndone(() =>
        inTransaction(async (tx) => {
          const change = { tenantId: tenantId as TenantId, operationUuid, source, licenseType, at: at as Instant };
          return heldOr(await adjustHolds(tx, { ...change, charge: { price, units } }));
        }, tenantId),
      ),
    capture: (uuid) => inTransaction((tx) => captureHolds(tx, uuid, instantOf(Date.parse(AT)))),
    release: (uuid) => inTransaction((tx) => releaseHolds(tx, uuid, instantOf(Date.parse(AT)))),
    taken: async (uuid) => String((await database.query('select taken from budget where budget_id = $1', [uuid]))[0]?.taken),
    wrongSums: () => database.query(CHECK),
    close: async () => {
      await db.destroy();
      await database.drop();
    },
  };
};
