/** Brings the license history of a source into our books, whole and without harm wherever it ends. It cannot spend: see history-source.ts. */
import type { Logger } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import type { Call } from '../datasources/datasource.js';
import { SourceFault } from '../domain/faults.js';
import { type AssetId, keyText, parseGlobalId, type TenantId } from '../domain/ids.js';
import type { IncidentKind } from '../domain/incident.js';
import { instantOf } from '../domain/instant.js';
import { type Rights, UNKNOWN_RIGHTS } from '../domain/rights.js';
import { type Database, inTenant, readInTenant } from '../store/database.js';
import { findConnectionHistory, type ImportEnd, saveImportEnd, saveImportStart } from '../store/history-import.store.js';
import { openIncident } from '../store/incident.store.js';
import {
  countRows,
  findMissingUpstream,
  type KnownRows,
  lockHistory,
  type RecordedRow,
} from '../store/upstream-purchase.store.js';
import type { Batch, Run } from './history-placing.js';
import { type Reading, type RowGroup, readHistory } from './history-reading.js';
import { appendImportEvent, recordImports, recordMatches } from './history-record.js';
import type { HistorySource } from './history-source.js';

export interface HistoryRunDeps {
  readonly db: Database;
  readonly now: () => number;
  readonly horizonSecondsOf: (source: HistorySource['source']) => number;
  readonly log: Logger;
}

/** How long one page, or one batch of assets, may take. */
const CALL_MS = 60_000;
const ASSETS_AT_ONCE = 50;
/** Histories reach back a limited time: what was sent earlier need not be in them. */
const JUDGED_MS = 180 * 86_400_000;

/** Assets in order, so that runs meet in the same order. */
const batchesOf = (reading: Reading, known: readonly KnownRows[]): readonly Batch[] => {
  const groupsOf = new Map<string, RowGroup[]>(known.map(({ accountAsset }) => [accountAsset, []]));
  for (const group of reading.groups) {
    const groups = groupsOf.get(group.accountAsset);
    if (groups) groups.push(group);
    else groupsOf.set(group.accountAsset, [group]);
  }
  const assets = [...groupsOf.keys()].sort();
  return Array.from({ length: Math.ceil(assets.length / ASSETS_AT_ONCE) }, (_, index) => {
    const accountAssets = assets.slice(index * ASSETS_AT_ONCE, (index + 1) * ASSETS_AT_ONCE);
    return { accountAssets, groups: accountAssets.flatMap((asset) => groupsOf.get(asset) ?? []) };
  });
};

/** The terms of assets today; those that the source failed to give are absent. */
const termsOf = async (
  source: HistorySource,
  rows: readonly RecordedRow[],
  call: Call,
): Promise<ReadonlyMap<AssetId, Rights>> => {
  const keys = [...new Set(rows.map(({ assetId }) => assetId))].flatMap((assetId) => {
    const parsed = parseGlobalId(assetId);
    return parsed?.type === 'Asset' ? [{ assetId, key: parsed.key }] : [];
  });
  const { found, failed } = await source.loadAssets(
    keys.map(({ key }) => key),
    call,
  );
  return new Map(
    keys
      .filter(({ key }) => !failed.has(keyText(key)))
      .map(({ assetId, key }) => [assetId, found.get(keyText(key))?.rights ?? UNKNOWN_RIGHTS]),
  );
};

/** Operations that charged and that a whole reading, begun late enough, does not show. Returns the number of incidents opened. */
const openUnmatchedLocal = (deps: HistoryRunDeps, run: Run, source: HistorySource, startedMs: number): Promise<number> =>
  inTenant(deps.db, run.tenantId, async (tx) => {
    await lockHistory(tx, run.connectionId);
    const missing = await findMissingUpstream(tx, run.connectionId, {
      sentAfter: instantOf(startedMs - JUDGED_MS),
      settledBefore: instantOf(startedMs - 1000 * deps.horizonSecondsOf(source.source)),
    });
    let opened = 0;
    for (const { operationUuid, assetId, settledAt } of missing) {
      const openedAt = instantOf(deps.now());
      const { tenantId, account } = run;
      const uuid = await openIncident(tx, {
        uuid: uuidv7(),
        tenantId,
        source: run.source,
        account,
        assetId,
        openedAt,
        operationUuid,
      });
      if (uuid === undefined) continue;
      opened += 1;
      await appendImportEvent(
        tx,
        run,
        'incident.opened',
        { type: 'Incident', uuid, assetId },
        { kind: 'UNMATCHED_LOCAL', operationUuid, settledAt },
      );
    }
    return opened;
  });

const LEFT_OUT = 'The assets of some purchases could not be read; they are recorded by the next run.';
const NOT_WHOLE = 'The source showed another number of purchases than it says there are: what it shows for sure is recorded.';

const warnOfIncidents = ({ log }: HistoryRunDeps, { source }: Run, kind: IncidentKind, count: number): void => {
  if (count > 0) log.warn({ source, kind, count }, 'incidents were opened: purchases that only one of both books knows');
};

const record = async (deps: HistoryRunDeps, run: Run, source: HistorySource, reading: Reading, known: readonly KnownRows[]) => {
  let [imported, opened, isLeftOut] = [0, 0, false];
  try {
    for (const batch of batchesOf(reading, known)) {
      const wanted = await inTenant(deps.db, run.tenantId, (tx) => recordMatches(tx, run, batch));
      if (wanted.length === 0) continue;
      const terms = await termsOf(source, wanted, { requestId: run.requestId, deadlineAt: deps.now() + CALL_MS });
      isLeftOut ||= wanted.some(({ assetId }) => !terms.has(assetId));
      const made = await inTenant(deps.db, run.tenantId, (tx) => recordImports(tx, run, batch, wanted, terms));
      imported += made.imported;
      opened += made.opened;
    }
  } finally {
    // Also of a run that is cut short: what it opened is open.
    warnOfIncidents(deps, run, 'UNMATCHED_UPSTREAM', opened);
  }
  return { imported, isLeftOut };
};

const runOnce = async (deps: HistoryRunDeps, run: Run, source: HistorySource, startedMs: number): Promise<ImportEnd> => {
  const newCall = (): Call => ({ requestId: run.requestId, deadlineAt: deps.now() + CALL_MS });
  const known = await readInTenant(deps.db, run.tenantId, (tx) => countRows(tx, run.connectionId));
  let reading: Reading;
  try {
    reading = await readHistory(source, new Map(known.map(({ fingerprint, count }) => [fingerprint, count])), newCall);
  } catch (error) {
    if (!(error instanceof SourceFault)) throw error;
    return { rowsRead: null, imported: 0, failure: error.message };
  }
  const { rowsRead, isWhole } = reading;
  const { imported, isLeftOut } = await record(deps, run, source, reading, known);
  if (isWhole) warnOfIncidents(deps, run, 'UNMATCHED_LOCAL', await openUnmatchedLocal(deps, run, source, startedMs));
  if (!isWhole || isLeftOut) return { rowsRead, imported, failure: isWhole ? LEFT_OUT : NOT_WHOLE };
  return { rowsRead, imported, failure: null, completedAt: instantOf(deps.now()) };
};

/** One run over one connection; its end is on record, also when it is a fault. */
export const importHistory = async (deps: HistoryRunDeps, tenantId: TenantId, source: HistorySource): Promise<void> => {
  const { connectionId, account } = source;
  const startedMs = deps.now();
  const { lastFailure, ...history } = await inTenant(deps.db, tenantId, async (tx) => {
    const before = await findConnectionHistory(tx, connectionId);
    await saveImportStart(tx, tenantId, connectionId, instantOf(startedMs));
    return before;
  });
  const requestId = `import-${uuidv7()}`;
  const run: Run = { tenantId, connectionId, source: source.source, account, requestId, now: deps.now, ...history };
  const end = (ending: ImportEnd) => inTenant(deps.db, tenantId, (tx) => saveImportEnd(tx, connectionId, ending));
  let ending: ImportEnd;
  try {
    ending = await runOnce(deps, run, source, startedMs);
  } catch (error) {
    await end({ rowsRead: null, imported: null, failure: 'The run was cut short; see the log.' }).catch(() => undefined);
    throw error;
  }
  await end(ending);
  // Once for as long as the reason stays the same.
  if (ending.failure !== null && ending.failure !== lastFailure)
    deps.log.warn(
      { source: source.source, failure: ending.failure },
      'an import of a license history did not take everything in',
    );
};
