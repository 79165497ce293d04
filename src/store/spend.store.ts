/** What an account spends on one asset and license type, over all tenants that share the account. */
import { sql } from 'kysely';
import { type Instant, instantOf } from '../domain/instant.js';
import { baseTypeOf } from '../domain/license.js';
import type { Operation, OperationState } from '../domain/operation.js';
import type { TenantTx } from './database.js';

type Spend = Pick<Operation, 'account' | 'accountAsset' | 'licenseType'>;

/** Whether another operation, of whichever tenant of the account, is in doubt or under way for the same asset and license type. */
export const isSpendOpen = async (tx: TenantTx, spend: Spend): Promise<boolean> => {
  const { account, accountAsset, licenseType } = spend;
  const { rows } = await sql<{ open: boolean }>`
    select is_spend_open(${account}, ${accountAsset}, ${baseTypeOf(licenseType)}) as open`.execute(tx);
  return rows[0]?.open === true;
};

/** An operation of any tenant of an account that was sent: when, and whether it charged. */
export interface SentOperation {
  readonly uuid: string;
  readonly accountAsset: string;
  readonly licenseType: string;
  readonly state: OperationState;
  readonly charged: boolean;
  /** No request left before it, also where one was repeated. */
  readonly firstSentAt: Instant;
  readonly sendingAt: Instant;
  readonly settledAt: Instant | null;
}

/** What was ever sent for these assets of an account, by all its tenants. */
export const findSentOperations = async (
  tx: TenantTx,
  account: string,
  accountAssets: readonly string[],
): Promise<SentOperation[]> => {
  const { rows } = await sql<{
    operation_id: string;
    account_asset: string;
    license_type: string;
    state: OperationState;
    charged: boolean;
    first_sent_at: Date;
    sending_at: Date;
    settled_at: Date | null;
  }>`select * from sent_operations(${account}, ${accountAssets as string[]})`.execute(tx);
  return rows.map((row) => ({
    uuid: row.operation_id,
    accountAsset: row.account_asset,
    licenseType: row.license_type,
    state: row.state,
    charged: row.charged,
    firstSentAt: instantOf(row.first_sent_at),
    sendingAt: instantOf(row.sending_at),
    settledAt: row.settled_at && instantOf(row.settled_at),
  }));
};

/** Until the transaction ends nobody else begins or records a purchase of the same asset and type by this account. */
export const lockSpend = async (tx: TenantTx, spend: Spend): Promise<void> => {
  const name = `spend/${spend.account}/${spend.accountAsset}/${baseTypeOf(spend.licenseType)}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx);
};
