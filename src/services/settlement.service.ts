/** Finds out what became of purchases whose answer was lost, by asking what the source says we hold. It never spends. */
import type { AssetReader } from '../datasources/asset-reader.js';
import type { Call, Datasource, HistoryEntry, HistoryPage, LicenseRequest } from '../datasources/datasource.js';
import type { SourceRegistry } from '../datasources/registry.js';
import { type AssetSource, keyText, parseGlobalId, type TenantId } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import type { Operation } from '../domain/operation.js';
import { type Database, inTenant, readInTenant } from '../store/database.js';
import { enqueueJob } from '../store/jobs.store.js';
import { findAbandonedOperations, findOpenDoubts, findOperations } from '../store/operation.store.js';
import { ABANDONED, FIRST_SETTLE_MS, LOST, recordEnding, recordLicense } from './licensing.steps.js';

export interface SettlementService {
  /** One look at one UNKNOWN operation; asks for another look while the horizon has not passed. */
  settle(tenantId: TenantId, operationUuid: string, call: Call): Promise<void>;
  /** Takes over what died with its process: unsent intents end, sent ones become UNKNOWN. */
  recover(tenantId: TenantId): Promise<void>;
}

export interface SettlementDeps {
  readonly db: Database;
  readonly registry: SourceRegistry;
  readonly reader: AssetReader;
  readonly now: () => number;
  readonly horizonSeconds: Readonly<Partial<Record<AssetSource, number>>>;
}

const DEFAULT_HORIZON_SECONDS = 600;
const LONGEST_PAUSE_MS = 60_000;
/** An unclear purchase is minutes old: it stands on the first pages of a history that begins with the newest. */
const HISTORY_PAGES = 3;

/** The purchase that the source's history shows under our operation's tag. */
const findByTag = async (
  datasource: Datasource,
  request: LicenseRequest,
  call: Call,
): Promise<Pick<HistoryEntry, 'licensedAt' | 'sourceReference'> | undefined> => {
  let place: string | null = null;
  for (let page = 0; page < HISTORY_PAGES && datasource.history; page += 1) {
    const { entries, next }: HistoryPage = await datasource.history(place, call);
    const entry = entries.find(
      (candidate) => candidate.tag === request.operationTag && candidate.key.externalId === request.asset.externalId,
    );
    if (entry || next === null) return entry;
    place = next;
  }
  return undefined;
};

export const createSettlementService = (deps: SettlementDeps): SettlementService => {
  const { db, registry, reader, now } = deps;

  const askAgain = async (tenantId: TenantId, operation: Operation): Promise<void> => {
    const sentAt = Date.parse(operation.sendingAt ?? operation.createdAt);
    const horizonMs = 1000 * (deps.horizonSeconds[operation.source] ?? DEFAULT_HORIZON_SECONDS);
    if (now() - sentAt > horizonMs) {
      await recordEnding(deps, tenantId, operation.uuid, 'UNKNOWN', {
        state: 'NEEDS_REVIEW',
        action: 'license.escalated',
        failure: {
          code: 'NOT_SETTLED',
          message:
            'The source shows no such license, and its answer was never received. A person must decide; compare with the baseline.',
          retryable: false,
          retryAfterMs: null,
        },
      });
      return;
    }
    const pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(5_000, (now() - sentAt) / 2));
    await inTenant(db, tenantId, (tx) =>
      enqueueJob(tx, {
        name: 'settle_operation',
        key: `settle/${operation.uuid}`,
        payload: { tenantId, operationUuid: operation.uuid },
        runAt: instantOf(now() + pauseMs),
      }),
    );
  };

  return {
    settle: async (tenantId, operationUuid, call) => {
      const [operation] = await readInTenant(db, tenantId, (tx) => findOperations(tx, [operationUuid]));
      if (operation?.state !== 'UNKNOWN') return;
      const parsed = parseGlobalId(operation.assetId);
      if (parsed?.type !== 'Asset') throw new Error(`Operation ${operationUuid} names no asset.`);
      const datasource = registry.of(tenantId).byConnection(parsed.key.connectionId);
      const licensing = datasource?.licensing;
      if (!datasource || !licensing) return askAgain(tenantId, operation);
      reader.forget(parsed.key);
      const batch = await reader.read(datasource, [parsed.key], call);
      const asset = batch.found.get(keyText(parsed.key));
      if (!asset) return askAgain(tenantId, operation);
      const request = {
        asset,
        licenseType: operation.licenseType,
        references: operation.command.references,
        operationTag: `clearance:${operation.uuid}`,
      };
      const found =
        licensing.traces === 'tag' ? await findByTag(datasource, request, call) : (await licensing.baseline(request, call)).held;
      if (!found) return askAgain(tenantId, operation);
      await recordLicense(deps, tenantId, operation.uuid, asset, 'PURCHASED', {
        ...found,
        licenseType: operation.licenseType,
        price: null,
        units: null,
      });
      reader.forget(parsed.key);
    },
    recover: async (tenantId) => {
      const at = instantOf(now());
      const abandoned = await readInTenant(db, tenantId, (tx) => findAbandonedOperations(tx, ['RECEIVED', 'SENDING'], at));
      for (const operation of abandoned) {
        const ending = operation.state === 'SENDING' ? LOST : ABANDONED;
        await recordEnding(deps, tenantId, operation.uuid, operation.state, ending);
      }
      // A process that died while it looked has left its job locked: every doubt is given a job that is not.
      await inTenant(db, tenantId, async (tx) => {
        for (const operation of await findOpenDoubts(tx)) {
          await enqueueJob(tx, {
            name: 'settle_operation',
            key: `settle/${operation.uuid}`,
            payload: { tenantId, operationUuid: operation.uuid },
            runAt: instantOf(now() + FIRST_SETTLE_MS),
            keepWaiting: true,
          });
        }
      });
    },
  };
};
