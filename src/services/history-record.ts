/** Records what the rows of a history are to a tenant: matched to operations, held, or imported as licenses; each with its events. */
import { v7 as uuidv7 } from 'uuid';
import type { AuditAction, SubjectType } from '../domain/audit-event.js';
import type { JsonValue } from '../domain/canonical-json.js';
import { type AssetId, nodeIdOf } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import { NO_ALLOCATION } from '../domain/license.js';
import { minuteOf, type Standing } from '../domain/reconciliation.js';
import type { Rights } from '../domain/rights.js';
import { appendAuditEvent } from '../store/audit.store.js';
import type { TenantTx } from '../store/database.js';
import { closeIncidentOf, openIncident, SYSTEM_IMPORT } from '../store/incident.store.js';
import { enqueueJob } from '../store/jobs.store.js';
import { insertLicense } from '../store/license.store.js';
import { lockSpend } from '../store/spend.store.js';
import {
  cancelImported,
  lockHistory,
  type RecordedRow,
  releaseOperations,
  type StandingChange,
  saveRow,
} from '../store/upstream-purchase.store.js';
import { type Batch, type Placed, placeRows, type Run } from './history-placing.js';
import { termsOfPurchase } from './terms-of-purchase.js';

interface Subject {
  readonly type: SubjectType & ('License' | 'Incident');
  readonly uuid: string;
  readonly assetId: AssetId;
  readonly licenseUuid?: string | null;
}

export const appendImportEvent = (
  tx: TenantTx,
  run: Run,
  action: AuditAction,
  subject: Subject,
  data: Readonly<Record<string, JsonValue>>,
): Promise<void> =>
  appendAuditEvent(tx, {
    kind: 'AuditEvent',
    uuid: uuidv7(),
    tenantId: run.tenantId,
    occurredAt: instantOf(run.now()),
    actor: SYSTEM_IMPORT,
    action,
    subjectType: subject.type,
    subjectId: nodeIdOf(subject.type, subject.uuid),
    assetId: subject.assetId,
    licenseUuid: subject.type === 'License' ? subject.uuid : (subject.licenseUuid ?? null),
    requestId: run.requestId,
    data: { source: run.source, account: run.account, ...data },
  });

const closing = (run: Run, note: string) => ({ closedAt: instantOf(run.now()), closedBy: SYSTEM_IMPORT, note });

/** A tag that names an operation which is still open is proof: the settlement shall look. */
const askSettlement = async (tx: TenantTx, run: Run, placed: readonly Placed[]): Promise<void> => {
  for (const { standing } of placed) {
    if (standing.name !== 'MATCHED' || !standing.byTag) continue;
    const { uuid, state } = standing.operation;
    if (state !== 'UNKNOWN' && state !== 'NEEDS_REVIEW') continue;
    await enqueueJob(tx, {
      name: 'settle_operation',
      key: `settle/${uuid}`,
      payload: { tenantId: run.tenantId, operationUuid: uuid },
    });
  }
};

/** The row turned out to belong to an operation, which has a license of its own. */
const takeBack = async (tx: TenantTx, run: Run, row: RecordedRow, note: string): Promise<void> => {
  if (row.standing === 'IMPORTED' && row.licenseUuid !== null) {
    await cancelImported(tx, row.licenseUuid);
    await appendImportEvent(
      tx,
      run,
      'license.cancelled',
      { type: 'License', uuid: row.licenseUuid, assetId: row.assetId },
      { reason: note },
    );
  }
  const closed = await closeIncidentOf(tx, { upstreamPurchaseUuid: row.uuid }, closing(run, note));
  if (closed) await appendImportEvent(tx, run, 'incident.closed', { type: 'Incident', ...closed }, { note });
};

const recordMatched = async (tx: TenantTx, run: Run, row: RecordedRow, standing: Standing, made: ReadonlyMap<string, string>) => {
  if (!('operation' in standing)) return;
  const { uuid } = standing.operation;
  const ours = standing.name === 'MATCHED';
  const change = {
    standing: standing.name,
    operationUuid: ours ? uuid : null,
    licenseUuid: ours ? (made.get(uuid) ?? null) : null,
  };
  await saveRow(tx, run, row, change);
  await takeBack(tx, run, row, 'The purchase was found to belong to an operation.');
  if (!ours) return;
  const note = "The source's history shows the purchase.";
  const closed = await closeIncidentOf(tx, { operationUuid: uuid }, closing(run, note));
  if (closed) await appendImportEvent(tx, run, 'incident.closed', { type: 'Incident', ...closed }, { note });
};

/**
 * First transaction of a batch: rows that operations of the account bought. Returns those that nobody bought and that are not recorded as such yet.
 */
export const recordMatches = async (tx: TenantTx, run: Run, batch: Batch): Promise<readonly RecordedRow[]> => {
  await lockHistory(tx, run.connectionId);
  const { placed, made } = await placeRows(tx, run, batch);
  const changed = placed.filter(({ isChanged }) => isChanged);
  // An operation has one row at most: the row that had it lets go before another takes it.
  await releaseOperations(
    tx,
    changed.filter(({ row }) => row.operationUuid !== null).map(({ row }) => row.uuid),
  );
  for (const { row, standing } of changed) await recordMatched(tx, run, row, standing, made);
  await askSettlement(tx, run, placed);
  return changed.filter(({ standing }) => !('operation' in standing)).map(({ row }) => row);
};

const importRow = async (tx: TenantTx, run: Run, row: RecordedRow, ofAsset: Rights): Promise<StandingChange> => {
  const at = instantOf(run.now());
  const purchased = { rights: ofAsset, source: run.source, licenseType: row.licenseType, stated: undefined };
  const { rights } = await termsOfPurchase(tx, purchased);
  const uuid = uuidv7();
  await insertLicense(tx, {
    tenantId: run.tenantId,
    connectionId: run.connectionId,
    rights,
    recordedAt: at,
    state: 'ACTIVE',
    importKey: `${row.fingerprint}#${row.occurrence}`,
    license: {
      uuid,
      assetId: row.assetId,
      source: run.source,
      licenseType: row.licenseType,
      origin: 'IMPORTED',
      operationUuid: null,
      price: null,
      chargedUnits: null,
      allocation: NO_ALLOCATION,
      references: [],
      sourceReference: row.sourceReference,
      orderNumber: null,
      licensedAt: row.licensedAt ?? row.firstSeenAt,
      licensedBy: 'unknown',
      validUntil: rights.validUntil,
      supersedesUuid: null,
    },
  });
  await appendImportEvent(
    tx,
    run,
    'license.imported',
    { type: 'License', uuid, assetId: row.assetId },
    { licenseType: row.licenseType, licensedAt: row.licensedAt, licensedAtText: row.licensedAtText },
  );
  return { standing: 'IMPORTED', operationUuid: null, licenseUuid: uuid };
};

/** What was there before us is no incident. */
const isOfOurTime = (run: Run, { licensedAt }: RecordedRow): boolean =>
  licensedAt === null ? run.wasRead : minuteOf(licensedAt) >= minuteOf(run.connectedAt);

const openFor = async (tx: TenantTx, run: Run, row: RecordedRow, licenseUuid: string | null): Promise<boolean> => {
  const opened = await openIncident(tx, {
    uuid: uuidv7(),
    tenantId: run.tenantId,
    source: run.source,
    account: run.account,
    assetId: row.assetId,
    openedAt: instantOf(run.now()),
    upstreamPurchaseUuid: row.uuid,
  });
  if (opened === undefined) return false;
  await appendImportEvent(
    tx,
    run,
    'incident.opened',
    { type: 'Incident', uuid: opened, assetId: row.assetId, licenseUuid },
    { kind: 'UNMATCHED_UPSTREAM', licenseType: row.licenseType, licensedAt: row.licensedAt },
  );
  return true;
};

/**
 * Second transaction of a batch, with the locks under which purchases record their licenses: what nobody bought is held, or becomes a
 * license. Rows whose terms are not given are left to the next run. Returns how many licenses were made and incidents opened.
 */
export const recordImports = async (
  tx: TenantTx,
  run: Run,
  batch: Batch,
  wanted: readonly RecordedRow[],
  termsOf: ReadonlyMap<AssetId, Rights>,
): Promise<{ readonly imported: number; readonly opened: number }> => {
  await lockHistory(tx, run.connectionId);
  const spends = new Map(
    wanted.map(({ accountAsset, baseType }) => [`${accountAsset}\n${baseType}`, { accountAsset, baseType }]),
  );
  for (const [, { accountAsset, baseType }] of [...spends].sort(([a], [b]) => (a < b ? -1 : 1)))
    await lockSpend(tx, { account: run.account, accountAsset, licenseType: baseType });
  const { placed } = await placeRows(tx, run, batch);
  let [imported, opened] = [0, 0];
  for (const { row, standing, isChanged } of placed) {
    if (!isChanged || 'operation' in standing || !spends.has(`${row.accountAsset}\n${row.baseType}`)) continue;
    if (standing.name === 'HELD') {
      await saveRow(tx, run, row, { standing: 'HELD', operationUuid: null, licenseUuid: standing.licenseUuid });
      continue;
    }
    if (row.standing === 'IMPORTED') {
      await saveRow(tx, run, row, { standing: 'IMPORTED', operationUuid: null, licenseUuid: row.licenseUuid });
      continue;
    }
    const rights = termsOf.get(row.assetId);
    if (!rights) continue;
    const change = await importRow(tx, run, row, rights);
    imported += 1;
    await saveRow(tx, run, row, change);
    if (isOfOurTime(run, row) && (await openFor(tx, run, row, change.licenseUuid))) opened += 1;
  }
  return { imported, opened };
};
