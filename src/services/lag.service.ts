/** Times how long a purchase of ours takes to appear in its source's history, and sees whether our tag comes back with it. */
import type { Logger } from 'pino';
import type { Call, HistoryEntry } from '../datasources/datasource.js';
import type { Asset } from '../domain/asset.js';
import { SourceFault } from '../domain/faults.js';
import { type AssetKey, type ConnectionId, keyText, parseGlobalId, type TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import { baseTypeOf } from '../domain/license.js';
import type { Operation } from '../domain/operation.js';
import { reconcile, type UpstreamRow } from '../domain/reconciliation.js';
import { type Database, inTenant, readInTenant } from '../store/database.js';
import { type LagSample, saveLag } from '../store/history-lag.store.js';
import { enqueueJob } from '../store/jobs.store.js';
import { findOperations } from '../store/operation.store.js';
import { findSentOperations } from '../store/spend.store.js';
import { saveTagEvidence, tagProven } from '../store/tag-evidence.store.js';
import type { HistorySource, HistorySourcesOf } from './history-source.js';
import { lagJobKey } from './lag.sample.js';

/** How far a measurement has come; kept in its job. */
export interface LagProgress {
  readonly looks: number;
  /** From the confirmation to the last look that did not show the purchase. */
  readonly withoutMs: number;
}

export interface LagService {
  /** One look; queues the next one until the purchase shows or the horizon has passed. */
  measure(tenantId: TenantId, operationUuid: string, progress: LagProgress, call: Call): Promise<void>;
}

export interface LagDeps {
  readonly db: Database;
  readonly sourcesOf: HistorySourcesOf;
  readonly horizonSecondsOf: (source: HistorySource['source']) => number;
  readonly now: () => number;
  readonly log: Logger;
}

/** Clocks differ, and some histories know minutes alone: as in the comparison itself. */
const EARLIER_MS = 120_000;
const FIRST_PAUSE_MS = 1_000;

type Lag = Pick<LagSample, 'atLeastMs' | 'atMostMs'>;

interface Bought {
  readonly connectionId: ConnectionId;
  readonly key: AssetKey;
  readonly operation: Operation;
  readonly sendingAt: Instant;
  readonly settledAt: Instant;
}

/** How the history shows the purchase; undefined: not yet. */
type Sight = 'by tag' | 'by time' | undefined;

const rowOf = (entry: HistoryEntry, index: number, accountAsset: string, now: number): UpstreamRow => ({
  uuid: String(index).padStart(6, '0'),
  accountAsset,
  baseType: baseTypeOf(entry.licenseType),
  licensedAt: entry.licensedAt,
  firstSeenAt: instantOf(now),
  tag: entry.tag,
  standing: null,
  operationUuid: null,
  licenseUuid: null,
});

export const createLagService = (deps: LagDeps): LagService => {
  const { db, now, log } = deps;

  const findBought = async (tenantId: TenantId, uuid: string): Promise<Bought | undefined> => {
    const [operation] = await readInTenant(db, tenantId, (tx) => findOperations(tx, [uuid]));
    if (operation?.state !== 'CONFIRMED' || operation.sendingAt === null || operation.settledAt === null) return undefined;
    const parsed = parseGlobalId(operation.assetId);
    if (parsed?.type !== 'Asset') return undefined;
    const { key } = parsed;
    return { operation, key, connectionId: key.connectionId, sendingAt: operation.sendingAt, settledAt: operation.settledAt };
  };

  const look = async (
    tenantId: TenantId,
    source: HistorySource,
    asset: Asset,
    { operation, sendingAt }: Bought,
    call: Call,
  ): Promise<Sight> => {
    const since = instantOf(Date.parse(sendingAt) - EARLIER_MS);
    const entries = await source.purchasesSince(asset, operation.licenseType, since, call);
    const { account, accountAsset, uuid } = operation;
    const sent = await readInTenant(db, tenantId, (tx) => findSentOperations(tx, account, [accountAsset]));
    const rows = entries.map((entry, index) => rowOf(entry, index, accountAsset, now()));
    const spends = sent.map((spend) => ({ ...spend, isOurs: spend.uuid === uuid }));
    const found = [...reconcile(rows, spends, [], now()).values()].find(({ name }) => name === 'MATCHED');
    return found === undefined || !('byTag' in found) ? undefined : found.byTag ? 'by tag' : 'by time';
  };

  const assetOf = async (source: HistorySource, { key }: Bought, call: Call): Promise<Asset | undefined> => {
    const { found, failed } = await source.loadAssets([key], call);
    const fault = failed.get(keyText(key));
    if (fault) throw fault;
    return found.get(keyText(key));
  };

  const finish = (tenantId: TenantId, source: HistorySource, { operation }: Bought, lag: Lag | null, tag: boolean | null) =>
    inTenant(db, tenantId, async (tx) => {
      const { uuid: operationUuid, account, licenseType } = operation;
      const of = { tenantId, source: source.source, account, operationUuid };
      const at = instantOf(now());
      if (lag) await saveLag(tx, { ...of, ...lag, measuredAt: at });
      if (tag !== null) await saveTagEvidence(tx, { ...of, baseType: baseTypeOf(licenseType), returned: tag, seenAt: at });
    });

  const warn = (source: HistorySource, horizonMs: number, { atLeastMs, atMostMs }: Lag): void => {
    if (atMostMs !== null && atLeastMs <= horizonMs / 2) return;
    log.warn(
      { source: source.source, atLeastMs, atMostMs, horizonMs },
      "the source's history lags behind by more than half of the settle horizon: raise SETTLE_HORIZON_SECONDS for it",
    );
  };

  /** Null: the source could not be asked. */
  const sightOf = async (tenantId: TenantId, source: HistorySource, bought: Bought, call: Call): Promise<Sight | null> => {
    try {
      const asset = await assetOf(source, bought, call);
      return asset && (await look(tenantId, source, asset, bought, call));
    } catch (error) {
      if (error instanceof SourceFault) return null;
      throw error;
    }
  };

  /** Where tags come back, a row without one is somebody else's until it is too late for ours. */
  const isOurs = async (
    tenantId: TenantId,
    source: HistorySource,
    { operation }: Bought,
    sight: Sight | null,
  ): Promise<boolean> => {
    if (sight !== 'by time' || !source.mayReturnTags) return sight === 'by tag' || sight === 'by time';
    const { account, licenseType } = operation;
    return (await readInTenant(db, tenantId, (tx) => tagProven(tx, account, baseTypeOf(licenseType)))) !== true;
  };

  const lookAgain = (tenantId: TenantId, { operation }: Bought, progress: LagProgress, horizonMs: number): Promise<void> => {
    const pauseMs = Math.max(FIRST_PAUSE_MS, Math.min(FIRST_PAUSE_MS * 2 ** progress.looks, horizonMs / 10));
    const { looks, withoutMs } = progress;
    return inTenant(db, tenantId, (tx) =>
      enqueueJob(tx, {
        name: 'measure_lag',
        key: lagJobKey(operation.uuid),
        payload: { tenantId, operationUuid: operation.uuid, looks: String(looks + 1), withoutMs: String(Math.round(withoutMs)) },
        runAt: instantOf(now() + pauseMs),
      }),
    );
  };

  return {
    measure: async (tenantId, operationUuid, { looks, withoutMs: withoutBefore }, call) => {
      const bought = await findBought(tenantId, operationUuid);
      const source = bought && deps.sourcesOf(tenantId).find(({ connectionId }) => connectionId === bought.connectionId);
      if (!bought || !source) return;
      const horizonMs = 1000 * deps.horizonSecondsOf(source.source);
      const lookedAt = now();
      const sight = await sightOf(tenantId, source, bought, call);
      if (await isOurs(tenantId, source, bought, sight)) {
        const lag = { atLeastMs: withoutBefore, atMostMs: now() - Date.parse(bought.sendingAt) };
        await finish(tenantId, source, bought, lag, source.mayReturnTags ? sight === 'by tag' : null);
        return warn(source, horizonMs, lag);
      }
      const withoutMs = sight === null ? withoutBefore : Math.max(withoutBefore, lookedAt - Date.parse(bought.settledAt));
      if (lookedAt - Date.parse(bought.sendingAt) <= horizonMs)
        return lookAgain(tenantId, bought, { looks, withoutMs }, horizonMs);
      // Too late. A look that failed says nothing; one that shows the row without its tag says that tags come no longer.
      if (sight === null) return;
      if (sight === 'by time') return finish(tenantId, source, bought, null, false);
      const lag = { atLeastMs: withoutMs, atMostMs: null };
      await finish(tenantId, source, bought, lag, null);
      return warn(source, horizonMs, lag);
    },
  };
};
