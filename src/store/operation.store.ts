/** License operations: the durable state of every intent to spend. */
import { type Selectable, sql } from 'kysely';
import type { AssetId, AssetSource, ConnectionId, TenantId } from '../domain/ids.js';
import { type Instant, instantOf, instantOrNull } from '../domain/instant.js';
import {
  type Evidence,
  type LicenseCommand,
  MOVES,
  type Operation,
  type OperationFailure,
  type OperationKind,
  type OperationState,
  type SpendClass,
  type StoredOutcome,
} from '../domain/operation.js';
import { jsonb, type TenantTx } from './database.js';
import type { Tables } from './tables.js';

const operationOf = (row: Selectable<Tables['license_operation']>): Operation => ({
  kind: 'LicenseOperation',
  uuid: row.operation_id,
  operationKind: row.operation_kind as OperationKind,
  state: row.state as OperationState,
  idempotencyKey: row.idempotency_key,
  source: row.source as AssetSource,
  assetId: row.asset_id as AssetId,
  licenseType: row.license_type,
  account: row.account,
  accountAsset: row.account_asset,
  command: row.command as LicenseCommand,
  baseline: row.baseline as Operation['baseline'],
  outcome: row.outcome as StoredOutcome | null,
  failure: row.failure as OperationFailure | null,
  licenseUuid: row.license_id,
  requestedBy: row.requested_by,
  requestId: row.request_id,
  leaseUntil: instantOrNull(row.lease_until),
  createdAt: instantOf(row.created_at),
  sendingAt: instantOrNull(row.sending_at),
  settledAt: instantOrNull(row.settled_at),
  spendClass: row.spend_class,
  sentCount: row.sent_count,
  nextLookAt: instantOrNull(row.next_look_at),
  resolvedBy: row.resolved_by,
  holdsBudget: row.holds_budget,
});

export interface NewOperation {
  readonly uuid: string;
  readonly tenantId: TenantId;
  readonly connectionId: ConnectionId;
  readonly mutation: string;
  readonly idempotencyKey: string;
  readonly payloadHash: Buffer;
  readonly operationKind: OperationKind;
  readonly source: AssetSource;
  readonly account: string;
  readonly accountAsset: string;
  readonly assetId: AssetId;
  readonly licenseType: string;
  readonly command: LicenseCommand;
  readonly requestedBy: string;
  readonly requestId: string;
  readonly createdAt: Instant;
  readonly leaseUntil: Instant;
}

/** Undefined when the key is bound already; nothing is written then. */
export const insertOperation = async (tx: TenantTx, operation: NewOperation): Promise<Operation | undefined> => {
  const inserted = await tx
    .insertInto('license_operation')
    .values({
      operation_id: operation.uuid,
      tenant_id: operation.tenantId,
      connection_id: operation.connectionId,
      mutation: operation.mutation,
      idempotency_key: operation.idempotencyKey,
      payload_hash: operation.payloadHash,
      operation_kind: operation.operationKind,
      state: 'RECEIVED',
      source: operation.source,
      account: operation.account,
      account_asset: operation.accountAsset,
      asset_id: operation.assetId,
      license_type: operation.licenseType,
      command: jsonb(operation.command),
      requested_by: operation.requestedBy,
      request_id: operation.requestId,
      created_at: operation.createdAt,
      lease_until: operation.leaseUntil,
    })
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'mutation', 'idempotency_key']).where('key_bound', '=', true).doNothing(),
    )
    .returningAll()
    .executeTakeFirst();
  return inserted && operationOf(inserted);
};

export interface KeyedOperation {
  readonly operation: Operation;
  readonly payloadHash: Buffer;
}

export const findOperationByKey = async (
  tx: TenantTx,
  mutation: string,
  idempotencyKey: string,
): Promise<KeyedOperation | undefined> => {
  const row = await tx
    .selectFrom('license_operation')
    .selectAll()
    .where('mutation', '=', mutation)
    .where('idempotency_key', '=', idempotencyKey)
    .where('key_bound', '=', true)
    .executeTakeFirst();
  return row && { operation: operationOf(row), payloadHash: row.payload_hash };
};

/** Whichever mutation the key was used with; of several the newest operation. */
export const findOperationByAnyKey = async (tx: TenantTx, idempotencyKey: string): Promise<Operation | undefined> => {
  const row = await tx
    .selectFrom('license_operation')
    .selectAll()
    .where('idempotency_key', '=', idempotencyKey)
    .where('key_bound', '=', true)
    .orderBy('created_at', 'desc')
    .executeTakeFirst();
  return row && operationOf(row);
};

export const findOperations = async (tx: TenantTx, uuids: readonly string[]): Promise<Operation[]> =>
  (
    await tx
      .selectFrom('license_operation')
      .selectAll()
      .where('operation_id', 'in', uuids as string[])
      .execute()
  ).map(operationOf);

export const lockOperation = async (tx: TenantTx, uuid: string): Promise<Operation> =>
  operationOf(
    await tx.selectFrom('license_operation').selectAll().where('operation_id', '=', uuid).forUpdate().executeTakeFirstOrThrow(),
  );

/** How long an operation may wait for another purchase of the same asset before it is given up. */
const WAIT_MS = 24 * 3_600_000;

/** Operations left in a state by a process that died (their lease ran out before `now`), or waiting for too long. */
export const findAbandonedOperations = async (
  tx: TenantTx,
  states: readonly OperationState[],
  now: Instant,
): Promise<Operation[]> =>
  (
    await tx
      .selectFrom('license_operation')
      .selectAll()
      .where('state', 'in', states as string[])
      .where((eb) =>
        eb.or([
          eb('lease_until', '<', new Date(now)),
          eb.and([
            eb('state', '=', 'RECEIVED'),
            eb('lease_until', 'is', null),
            eb('created_at', '<', new Date(Date.parse(now) - WAIT_MS)),
          ]),
        ]),
      )
      .orderBy('created_at')
      .limit(500)
      .execute()
  ).map(operationOf);

/** Operations of which it is not known whether they charged. */
export const findOpenDoubts = async (tx: TenantTx): Promise<Operation[]> =>
  (
    await tx.selectFrom('license_operation').selectAll().where('state', '=', 'UNKNOWN').orderBy('created_at').limit(500).execute()
  ).map(operationOf);

export interface OperationChange {
  readonly state: OperationState;
  readonly baseline?: Evidence;
  readonly outcome?: StoredOutcome;
  readonly failure?: OperationFailure | null;
  readonly licenseUuid?: string;
  readonly leaseUntil?: Instant | null;
  readonly sendingAt?: Instant;
  readonly settledAt?: Instant;
  readonly spendClass?: SpendClass;
  /** One more request that may spend. */
  readonly sent?: true;
  readonly nextLookAt?: Instant | null;
  readonly resolvedBy?: string;
  readonly holdsBudget?: boolean;
  /** Frees the key for another try. */
  readonly keyBound?: false;
}

/** Moves the operation if it is still in `from`; undefined when somebody else moved it first. A move that does not exist is a defect. */
export const moveOperation = async (
  tx: TenantTx,
  uuid: string,
  from: OperationState,
  change: OperationChange,
): Promise<Operation | undefined> => {
  if (change.state !== from && !MOVES[from].includes(change.state))
    throw new Error(`An operation does not move from ${from} to ${change.state}.`);
  const moved = await tx
    .updateTable('license_operation')
    .set({
      state: change.state,
      ...(change.baseline !== undefined && { baseline: jsonb(change.baseline) }),
      ...(change.outcome !== undefined && { outcome: jsonb(change.outcome) }),
      ...(change.failure !== undefined && { failure: change.failure === null ? null : jsonb(change.failure) }),
      ...(change.licenseUuid !== undefined && { license_id: change.licenseUuid }),
      ...(change.leaseUntil !== undefined && { lease_until: change.leaseUntil }),
      ...(change.sendingAt !== undefined && { sending_at: change.sendingAt }),
      ...(change.settledAt !== undefined && { settled_at: change.settledAt }),
      ...(change.keyBound !== undefined && { key_bound: change.keyBound }),
      ...(change.spendClass !== undefined && { spend_class: change.spendClass }),
      ...(change.sent && { sent_count: sql<number>`sent_count + 1` }),
      ...(change.nextLookAt !== undefined && { next_look_at: change.nextLookAt }),
      ...(change.holdsBudget !== undefined && { holds_budget: change.holdsBudget }),
      ...(change.resolvedBy !== undefined && { resolved_by: change.resolvedBy }),
    })
    .where('operation_id', '=', uuid)
    .where('state', '=', from)
    .returningAll()
    .executeTakeFirst();
  return moved && operationOf(moved);
};
