/** One batch of a report: sent once under an id that was durable before, and what the answer makes of its rows. */
import { v7 as uuidv7 } from 'uuid';
import type { Call, UsageReply, UsageReporting } from '../datasources/datasource.js';
import { SourceFault } from '../domain/faults.js';
import { parseGlobalId, type TenantId } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import type { OperationFailure } from '../domain/operation.js';
import { countedOf } from '../domain/usage.js';
import { halvesOf, MOST_UNLISTED_REFUSALS, UNSETTLED, type UsageBatch } from '../domain/usage-report.js';
import { type Database, inTenant, type TenantTx } from '../store/database.js';
import {
  type BatchRow,
  countUnlistedRefusal,
  findNextBatch,
  insertBatch,
  listBatchRows,
  listUnbatchedRows,
  markRefused,
  markReported,
  moveBatch,
} from '../store/usage-report.store.js';

export interface SendingDeps {
  readonly db: Database;
  readonly now: () => number;
}

export interface Sending {
  readonly tenantId: TenantId;
  readonly reportUuid: string;
  readonly source: string;
  readonly reporting: UsageReporting;
}

interface PreparedBatch {
  readonly batch: UsageBatch;
  readonly rows: readonly BatchRow[];
}

const externalIdOf = ({ assetId }: BatchRow): string => {
  const parsed = parseGlobalId(assetId);
  if (parsed?.type !== 'Asset') throw new Error(`A use of ${assetId}, which is no asset.`);
  return parsed.key.externalId;
};

/**
 * A batch that was never sent, else a new one of rows that are in none, else one that is in doubt: so a batch that fails again and again does
 * not stand before the others. SENDING is committed before the first byte leaves.
 */
const prepareNext = (deps: SendingDeps, sending: Sending): Promise<PreparedBatch | undefined> =>
  inTenant(deps.db, sending.tenantId, async (tx) => {
    const at = instantOf(deps.now());
    let batch = await findNextBatch(tx, sending.reportUuid);
    const isFresh = batch?.sentCount === 0;
    const usageUuids = isFresh ? [] : await listUnbatchedRows(tx, sending.reportUuid, sending.reporting.mostRows);
    if (!batch && usageUuids.length === 0) return undefined;
    if (!batch || usageUuids.length > 0) {
      batch = { uuid: uuidv7(), state: 'PREPARED', sentCount: 0 };
      await insertBatch(tx, { uuid: batch.uuid, tenantId: sending.tenantId, reportUuid: sending.reportUuid, usageUuids, at });
    }
    await moveBatch(tx, batch.uuid, UNSETTLED, 'SENDING', at);
    return { batch, rows: await listBatchRows(tx, batch.uuid) };
  });

/** Nothing of the batch was booked: its bad rows end here, the others go on under new ids. */
const takeApart = async (
  tx: TenantTx,
  deps: SendingDeps,
  sending: Sending,
  { rows }: PreparedBatch,
  { code, invalid }: Extract<UsageReply, { kind: 'refused' }>,
): Promise<void> => {
  const at = instantOf(deps.now());
  const { tenantId, reportUuid, source } = sending;
  const uuidsOf = (some: readonly BatchRow[]): string[] => some.map(({ usageUuid }) => usageUuid);
  const again = async (some: readonly BatchRow[]): Promise<void> => {
    if (some.length > 0) await insertBatch(tx, { uuid: uuidv7(), tenantId, reportUuid, usageUuids: uuidsOf(some), at });
  };
  if (invalid !== null) {
    const named = new Set(invalid);
    const bad = rows.filter((row) => named.has(externalIdOf(row)));
    await markRefused(tx, uuidsOf(bad), {
      code,
      message: `${source} does not take reports of this asset: it calls its number invalid.`,
    });
    return again(rows.filter((row) => !bad.includes(row)));
  }
  const refusals = await countUnlistedRefusal(tx, reportUuid);
  if (rows.length === 1)
    return markRefused(tx, uuidsOf(rows), { code, message: `${source} refuses this row when it is sent alone.` });
  if (refusals > MOST_UNLISTED_REFUSALS)
    return markRefused(tx, uuidsOf(rows), {
      code: 'NOT_ISOLATED',
      message: `${source} refused a batch with this row without saying why, and too many batches before it.`,
    });
  for (const half of halvesOf(rows)) await again(half);
};

const settle = (deps: SendingDeps, sending: Sending, prepared: PreparedBatch, reply: UsageReply): Promise<void> =>
  inTenant(deps.db, sending.tenantId, async (tx) => {
    const at = instantOf(deps.now());
    const { batch, rows } = prepared;
    const to = reply.kind === 'refused' ? 'REFUSED' : 'ACCEPTED';
    // Settled by another process meanwhile: its answer stands.
    if (!(await moveBatch(tx, batch.uuid, UNSETTLED, to, at))) return;
    if (reply.kind === 'refused') return takeApart(tx, deps, sending, prepared, reply);
    if (reply.kind === 'booked' && reply.invalid.length > 0) {
      const named = new Set(reply.invalid);
      const bad = rows.filter((row) => named.has(externalIdOf(row))).map(({ usageUuid }) => usageUuid);
      await markRefused(tx, bad, { code: 'INVALID_ASSETS', message: `${sending.source} calls the asset's number invalid.` });
    }
    await markReported(tx, batch.uuid);
  });

/** What stood in the way. A fault without effect takes back that the batch was sent, unless an earlier sending of it is in doubt. */
const standBack = async (
  deps: SendingDeps,
  sending: Sending,
  { batch }: PreparedBatch,
  error: unknown,
): Promise<OperationFailure> => {
  const harmless = error instanceof SourceFault && error.effect === 'none' && batch.state === 'PREPARED';
  await inTenant(deps.db, sending.tenantId, (tx) =>
    moveBatch(tx, batch.uuid, ['SENDING'], harmless ? 'PREPARED' : 'UNKNOWN', instantOf(deps.now())),
  );
  if (!(error instanceof SourceFault)) throw error;
  const { code, message, retryAfterMs } = error;
  return { code, message, retryable: true, retryAfterMs };
};

/** `idle`: nothing is left to send. A failure ends the turn: the next one sends the same batch again. */
export const sendNext = async (
  deps: SendingDeps,
  sending: Sending,
  call: Call,
): Promise<{ readonly kind: 'idle' | 'sent' } | { readonly kind: 'failed'; readonly failure: OperationFailure }> => {
  const prepared = await prepareNext(deps, sending);
  if (!prepared) return { kind: 'idle' };
  const rows = prepared.rows.map((row) => ({
    externalId: externalIdOf(row),
    quantity: countedOf(row).units,
    date: row.occurredAt.slice(0, 10),
  }));
  let reply: UsageReply;
  try {
    reply = await sending.reporting.send(prepared.batch.uuid, rows, call);
  } catch (error) {
    return { kind: 'failed', failure: await standBack(deps, sending, prepared, error) };
  }
  await settle(deps, sending, prepared, reply);
  return { kind: 'sent' };
};
