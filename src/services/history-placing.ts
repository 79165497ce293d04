/** What every row of a few assets is to a tenant: the history laid over our books, and both compared. */

import { type Instant, instantOf } from '../domain/instant.js';
import { reconcile, type Standing } from '../domain/reconciliation.js';
import type { TenantTx } from '../store/database.js';
import { findSentOperations } from '../store/spend.store.js';
import {
  findHeldOnRecord,
  findLicensesMade,
  findOwn,
  findRows,
  type HistoryOwner,
  type RecordedRow,
} from '../store/upstream-purchase.store.js';
import type { RowGroup } from './history-reading.js';
import { overlayRows } from './history-rows.js';

/** One run over one connection. */
export interface Run extends HistoryOwner {
  readonly requestId: string;
  readonly connectedAt: Instant;
  /** Whether a whole reading came before this one. */
  readonly wasRead: boolean;
  readonly now: () => number;
}

/** A few assets with all their rows: recorded together. */
export interface Batch {
  readonly accountAssets: readonly string[];
  readonly groups: readonly RowGroup[];
}

export interface Placed {
  readonly row: RecordedRow;
  readonly standing: Standing;
  readonly isChanged: boolean;
}

/** What was imported stays so until the operation that it may belong to is settled. */
const isTooEarly = ({ standing: before }: RecordedRow, standing: Standing): boolean =>
  before === 'IMPORTED' && 'operation' in standing && standing.operation.state !== 'CONFIRMED';

const isSame = (
  row: RecordedRow,
  known: RecordedRow | undefined,
  standing: Standing,
  made: ReadonlyMap<string, string>,
): boolean => {
  if (!known || known.tag !== row.tag || known.standing !== standing.name) return false;
  if (standing.name === 'MATCHED')
    return known.operationUuid === standing.operation.uuid && known.licenseUuid === (made.get(standing.operation.uuid) ?? null);
  return standing.name !== 'HELD' || known.licenseUuid === standing.licenseUuid;
};

/** Every row of a batch, on record or new, with what it is to the tenant by now. */
export const placeRows = async (tx: TenantTx, run: Run, batch: Batch) => {
  const known = await findRows(tx, run.connectionId, batch.accountAssets);
  const rows = overlayRows(batch.groups, known, instantOf(run.now()));
  const sent = await findSentOperations(tx, run.account, batch.accountAssets);
  const uuids = sent.map(({ uuid }) => uuid);
  const own = await findOwn(tx, uuids);
  const made = await findLicensesMade(tx, uuids);
  const held = await findHeldOnRecord(tx, run.connectionId, new Map(rows.map((row) => [row.assetId, row.accountAsset])));
  const standings = reconcile(
    rows,
    sent.map((operation) => ({ ...operation, isOurs: own.has(operation.uuid) })),
    held,
    run.now(),
  );
  const knownByUuid = new Map(known.map((row) => [row.uuid, row]));
  const placed = rows.map((row): Placed => {
    const standing = standings.get(row.uuid) as Standing;
    return { row, standing, isChanged: !isTooEarly(row, standing) && !isSame(row, knownByUuid.get(row.uuid), standing, made) };
  });
  return { placed, made };
};
