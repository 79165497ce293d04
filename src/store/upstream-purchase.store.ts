/** What a source's history lists, as we recorded it: each row with what it is to us. */
import { type Selectable, sql } from 'kysely';
import type { AssetId, AssetSource, ConnectionId, TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { HeldOnRecord, StandingName, UpstreamRow } from '../domain/reconciliation.js';
import { jsonb, type TenantTx } from './database.js';
import type { Tables } from './tables.js';

/** A row as stored, with what names it in the history. */
export interface RecordedRow extends UpstreamRow {
  readonly assetId: AssetId;
  readonly fingerprint: string;
  readonly occurrence: number;
  /** With product, as the source wrote it. */
  readonly licenseType: string;
  readonly licensedAtText: string | null;
  readonly sourceReference: string | null;
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Whose history it is. */
export interface HistoryOwner {
  readonly tenantId: TenantId;
  readonly connectionId: ConnectionId;
  readonly source: AssetSource;
  readonly account: string;
}

/** Until the transaction ends no other run records rows of this connection. */
export const lockHistory = async (tx: TenantTx, connectionId: ConnectionId): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`history/${connectionId}`}, 0))`.execute(tx);
};

export interface KnownRows {
  readonly fingerprint: string;
  readonly accountAsset: string;
  readonly count: number;
}

/** How many rows of each kind are on record. */
export const countRows = async (tx: TenantTx, connectionId: ConnectionId): Promise<KnownRows[]> => {
  const rows = await tx
    .selectFrom('upstream_purchase')
    .select(['fingerprint', 'account_asset', sql<number>`count(*)::integer`.as('count')])
    .where('connection_id', '=', connectionId)
    .groupBy(['fingerprint', 'account_asset'])
    .execute();
  return rows.map((row) => ({ fingerprint: row.fingerprint, accountAsset: row.account_asset, count: row.count }));
};

const rowOf = (row: Selectable<Tables['upstream_purchase']>): RecordedRow => ({
  uuid: row.upstream_purchase_id,
  accountAsset: row.account_asset,
  assetId: row.asset_id as AssetId,
  baseType: row.license_type.split(':')[0] as string,
  licenseType: row.license_type,
  licensedAt: row.licensed_at && instantOf(row.licensed_at),
  licensedAtText: row.licensed_at_text,
  firstSeenAt: instantOf(row.first_seen_at),
  tag: row.tag,
  sourceReference: row.source_reference,
  raw: row.raw as Record<string, unknown>,
  standing: row.standing,
  operationUuid: row.operation_id,
  licenseUuid: row.license_id,
  fingerprint: row.fingerprint,
  occurrence: row.occurrence,
});

export const findRows = async (
  tx: TenantTx,
  connectionId: ConnectionId,
  accountAssets: readonly string[],
): Promise<RecordedRow[]> =>
  (
    await tx
      .selectFrom('upstream_purchase')
      .selectAll()
      .where('connection_id', '=', connectionId)
      .where('account_asset', 'in', accountAssets as string[])
      .orderBy('fingerprint')
      .orderBy('occurrence')
      .execute()
  ).map(rowOf);

export interface StandingChange {
  readonly standing: StandingName;
  readonly operationUuid: string | null;
  readonly licenseUuid: string | null;
}

/** Records the row, or what has changed of it: its standing, and a tag that the history did not give at first. */
export const saveRow = async (tx: TenantTx, owner: HistoryOwner, row: RecordedRow, change: StandingChange): Promise<void> => {
  const changed = {
    standing: change.standing,
    operation_id: change.operationUuid,
    license_id: change.licenseUuid,
    tag: row.tag,
    raw: jsonb(row.raw),
  };
  await tx
    .insertInto('upstream_purchase')
    .values({
      upstream_purchase_id: row.uuid,
      tenant_id: owner.tenantId,
      connection_id: owner.connectionId,
      source: owner.source,
      account: owner.account,
      account_asset: row.accountAsset,
      asset_id: row.assetId,
      license_type: row.licenseType,
      licensed_at: row.licensedAt,
      licensed_at_text: row.licensedAtText,
      fingerprint: row.fingerprint,
      occurrence: row.occurrence,
      source_reference: row.sourceReference,
      first_seen_at: row.firstSeenAt,
      ...changed,
    })
    .onConflict((conflict) => conflict.column('upstream_purchase_id').doUpdateSet(changed))
    .execute();
};

/** Lets go of the operations that these rows were matched to, so that other rows can take them in any order. */
export const releaseOperations = async (tx: TenantTx, rowUuids: readonly string[]): Promise<void> => {
  if (rowUuids.length === 0) return;
  await tx
    .updateTable('upstream_purchase')
    .set({ operation_id: null, license_id: null })
    .where('upstream_purchase_id', 'in', rowUuids as string[])
    .execute();
};

/** Of these operations, those of this tenant. */
export const findOwn = async (tx: TenantTx, operationUuids: readonly string[]): Promise<ReadonlySet<string>> => {
  if (operationUuids.length === 0) return new Set();
  const rows = await tx
    .selectFrom('license_operation')
    .select('operation_id')
    .where('operation_id', 'in', operationUuids as string[])
    .execute();
  return new Set(rows.map((row) => row.operation_id));
};

/** Licenses of these assets that neither an operation bought nor a history brought; cancelled ones aside. */
export const findHeldOnRecord = async (
  tx: TenantTx,
  connectionId: ConnectionId,
  accountAssetOf: ReadonlyMap<AssetId, string>,
): Promise<HeldOnRecord[]> => {
  if (accountAssetOf.size === 0) return [];
  const rows = await tx
    .selectFrom('license')
    .select(['license_id', 'asset_id', 'license_type', 'licensed_at', 'recorded_at'])
    .where('connection_id', '=', connectionId)
    .where('asset_id', 'in', [...accountAssetOf.keys()])
    .where('origin', 'in', ['ALREADY_OWNED', 'RECORDED'])
    .where('state', '!=', 'CANCELLED')
    .execute();
  return rows.map((row) => ({
    uuid: row.license_id,
    accountAsset: accountAssetOf.get(row.asset_id as AssetId) as string,
    licenseType: row.license_type,
    licensedAt: instantOf(row.licensed_at),
    recordedAt: instantOf(row.recorded_at),
  }));
};

/** The licenses that operations made, by operation. */
export const findLicensesMade = async (tx: TenantTx, operationUuids: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  if (operationUuids.length === 0) return new Map();
  const rows = await tx
    .selectFrom('license_operation')
    .select(['operation_id', 'license_id'])
    .where('operation_id', 'in', operationUuids as string[])
    .where('license_id', 'is not', null)
    .execute();
  return new Map(rows.map((row) => [row.operation_id, row.license_id as string]));
};

/** Ends a license that was made from a row of the history by mistake; the row may bring one again, should that turn out to be the mistake. */
export const cancelImported = async (tx: TenantTx, licenseUuid: string): Promise<void> => {
  await tx
    .updateTable('license')
    .set({ state: 'CANCELLED', import_key: null })
    .where('license_id', '=', licenseUuid)
    .where('origin', '=', 'IMPORTED')
    .execute();
};

export interface MissingUpstream {
  readonly operationUuid: string;
  readonly assetId: AssetId;
  readonly settledAt: Instant;
}

/** Operations that charged and that no row of the history belongs to. */
export const findMissingUpstream = async (
  tx: TenantTx,
  connectionId: ConnectionId,
  range: { readonly sentAfter: Instant; readonly settledBefore: Instant },
): Promise<MissingUpstream[]> => {
  const rows = await tx
    .selectFrom('license_operation as o')
    .select(['o.operation_id', 'o.asset_id', 'o.settled_at'])
    .where('o.connection_id', '=', connectionId)
    .where('o.state', '=', 'CONFIRMED')
    .where(sql<boolean>`o.outcome->>'kind' = 'LicenseGranted'`)
    .where('o.sending_at', '>=', new Date(range.sentAfter))
    .where('o.settled_at', '<', new Date(range.settledBefore))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(selectFrom('upstream_purchase as u').select('u.operation_id').whereRef('u.operation_id', '=', 'o.operation_id')),
      ),
    )
    .execute();
  return rows.map((row) => ({
    operationUuid: row.operation_id,
    assetId: row.asset_id as AssetId,
    settledAt: instantOf(row.settled_at as Date),
  }));
};
