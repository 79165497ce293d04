/** How the answer of a purchase could be found out if it were lost: chosen by what source, product and account are proven to be capable of. */
import type { Call, HistoryEntry, LicenseRequest, Licensing } from '../datasources/datasource.js';
import type { TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import { baseTypeOf } from '../domain/license.js';
import type { Evidence, Operation, SpendClass } from '../domain/operation.js';
import { type Database, readInTenant } from '../store/database.js';
import { findSentOperations, type SentOperation } from '../store/spend.store.js';
import { tagProven } from '../store/tag-evidence.store.js';

/** Purchases older than this are told apart by their date; it is longer than any history lags behind. */
const WINDOW_MS = 3_600_000;

export const chooseSpendClass = async (
  db: Database,
  tenantId: TenantId,
  licensing: Licensing,
  operation: Operation,
): Promise<SpendClass> => {
  const trace = operation.operationKind === 'LICENSE' ? licensing.traces.license : licensing.traces.relicense;
  if (trace === 'held') return 'REPEATABLE';
  if (trace !== 'tag') return 'COUNTED';
  const proven = await readInTenant(db, tenantId, (tx) => tagProven(tx, operation.account, baseTypeOf(operation.licenseType)));
  return proven === true ? 'TAGGED' : 'COUNTED';
};

/** Operations of this account, asset and type since a moment that we know to have charged, whichever tenant made them. */
const findOurs = async (db: Database, tenantId: TenantId, operation: Operation, since: Instant): Promise<SentOperation[]> => {
  const { account, accountAsset, licenseType, uuid } = operation;
  const sent = await readInTenant(db, tenantId, (tx) => findSentOperations(tx, account, [accountAsset]));
  return sent.filter(
    (other) =>
      other.uuid !== uuid &&
      other.charged &&
      other.sendingAt >= since &&
      baseTypeOf(other.licenseType) === baseTypeOf(licenseType),
  );
};

const MINUTE_MS = 60_000;

/**
 * Ours that the history does not show yet: each row stands for one of ours at most, where its time allows, to the minute and one beside. The
 * earliest row for the one whose time ends first: so as many as possible are told apart.
 */
export const countUnseen = (
  ours: readonly Pick<SentOperation, 'sendingAt' | 'settledAt'>[],
  rows: readonly Pick<HistoryEntry, 'licensedAt'>[],
): number => {
  const left = rows.flatMap(({ licensedAt }) => (licensedAt === null ? [] : [Date.parse(licensedAt)])).sort((a, b) => a - b);
  const times = ours.map(({ sendingAt, settledAt }) => ({
    from: Math.floor(Date.parse(sendingAt) / MINUTE_MS) * MINUTE_MS - MINUTE_MS,
    to: Date.parse(settledAt ?? sendingAt) + MINUTE_MS,
  }));
  times.sort((a, b) => a.to - b.to);
  return times.filter(({ from, to }) => {
    const index = left.findIndex((at) => at >= from && at <= to);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  }).length;
};

/** The count that a later one is compared with. */
export const countBefore = async (
  db: Database,
  tenantId: TenantId,
  licensing: Licensing,
  operation: Operation,
  request: LicenseRequest,
  call: Call,
  now: number,
): Promise<NonNullable<Evidence['counted']>> => {
  const since = instantOf(now - WINDOW_MS);
  const rows = await licensing.purchasesSince(request, since, call);
  const ours = await findOurs(db, tenantId, operation, since);
  return { since, seen: rows.length, unseen: countUnseen(ours, rows), ours: ours.map(({ uuid }) => uuid) };
};

/**
 * Purchases that the history shows now beyond those that it must show without this operation: the ones seen before, ours that it did not show
 * then, and those of ours that were charged since. One is ours; none, not (yet); more cannot be told apart.
 */
export const countExcess = async (
  db: Database,
  tenantId: TenantId,
  operation: Operation,
  rowsNow: number,
  { since, seen, unseen, ours }: NonNullable<Evidence['counted']>,
): Promise<number> => {
  const known = new Set(ours);
  const later = (await findOurs(db, tenantId, operation, since)).filter(({ uuid }) => !known.has(uuid));
  return rowsNow - seen - unseen - later.length;
};
