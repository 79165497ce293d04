/** Finds out what became of purchases whose answer was lost, by asking what the source says we hold. It never spends. */
import type { AssetReader } from '../datasources/asset-reader.js';
import type { Call, Datasource, HistoryEntry, HistoryPage, LicenseRequest } from '../datasources/datasource.js';
import type { SourceRegistry } from '../datasources/registry.js';
import { SourceFault } from '../domain/faults.js';
import { type AssetSource, keyText, parseGlobalId, type TenantId } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import type { Operation, OperationFailure } from '../domain/operation.js';
import { type Database, inTenant, readInTenant } from '../store/database.js';
import { enqueueJob } from '../store/jobs.store.js';
import { findAbandonedOperations, findOpenDoubts, findOperations } from '../store/operation.store.js';
import { ABANDONED, FIRST_SETTLE_MS, LOST, recordEnding, recordLicense, WAITED } from './licensing.steps.js';

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
/** How long a source may be out of reach before a person is asked. */
const OUTAGE_MS = 24 * 3_600_000;
/** More pages than any history has had since an operation was sent. */
const MOST_HISTORY_PAGES = 50;
/** Histories of several lists come one list after the other: the first old entry need not be the end. */
const LEAST_HISTORY_PAGES = 3;

const NOT_SETTLED: OperationFailure = {
  code: 'NOT_SETTLED',
  message:
    'The source shows no such license, and its answer was never received. A person must decide; compare with the baseline.',
  retryable: false,
  retryAfterMs: null,
};
const NOT_REACHED: OperationFailure = {
  code: 'NOT_REACHED',
  message: 'The source could not be asked for a day whether it charged. A person must look there.',
  retryable: false,
  retryAfterMs: null,
};

/** The purchase that the source's history, newest first, shows under our operation's tag; undefined once it is older than the operation. */
const findByTag = async (
  datasource: Datasource,
  request: LicenseRequest,
  operation: Operation,
  call: Call,
): Promise<HistoryEntry | undefined> => {
  let place: string | null = null;
  for (let page = 0; page < MOST_HISTORY_PAGES && datasource.history; page += 1) {
    const { entries, next }: HistoryPage = await datasource.history(place, call);
    const entry = entries.find(({ tag, key }) => tag === request.operationTag && key.externalId === request.asset.externalId);
    const oldest = entries.at(-1)?.licensedAt;
    if (entry || next === null || (oldest && oldest < operation.createdAt && page >= LEAST_HISTORY_PAGES)) return entry;
    place = next;
  }
  return undefined;
};

export const createSettlementService = (deps: SettlementDeps): SettlementService => {
  const { db, registry, reader, now } = deps;

  /** Another look later, until the horizon has passed: then a person must decide. */
  const askAgain = async (
    tenantId: TenantId,
    operation: Operation,
    horizonMs: number,
    failure: OperationFailure,
  ): Promise<void> => {
    const sentAt = Date.parse(operation.sendingAt ?? operation.createdAt);
    if (now() - sentAt > horizonMs) {
      await recordEnding(deps, tenantId, operation.uuid, 'UNKNOWN', {
        state: 'NEEDS_REVIEW',
        action: 'license.escalated',
        failure,
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
  const foundNothing = (tenantId: TenantId, operation: Operation): Promise<void> =>
    askAgain(tenantId, operation, 1000 * (deps.horizonSeconds[operation.source] ?? DEFAULT_HORIZON_SECONDS), NOT_SETTLED);
  /** A look that failed says nothing about the purchase: it is tried for a day, not for the horizon. */
  const couldNotLook = (tenantId: TenantId, operation: Operation): Promise<void> =>
    askAgain(tenantId, operation, OUTAGE_MS, NOT_REACHED);

  return {
    settle: async (tenantId, operationUuid, call) => {
      const [operation] = await readInTenant(db, tenantId, (tx) => findOperations(tx, [operationUuid]));
      if (operation?.state !== 'UNKNOWN') return;
      const parsed = parseGlobalId(operation.assetId);
      if (parsed?.type !== 'Asset') throw new Error(`Operation ${operationUuid} names no asset.`);
      const datasource = registry.of(tenantId).byConnection(parsed.key.connectionId);
      const licensing = datasource?.licensing;
      if (!datasource || !licensing) return couldNotLook(tenantId, operation);
      reader.forget(parsed.key);
      const batch = await reader.read(datasource, [parsed.key], call);
      if (batch.failed.size > 0) return couldNotLook(tenantId, operation);
      const asset = batch.found.get(keyText(parsed.key));
      if (!asset) return foundNothing(tenantId, operation);
      const request = {
        asset,
        licenseType: operation.licenseType,
        references: operation.command.references,
        operationTag: `clearance:${operation.uuid}`,
      };
      let found: Pick<HistoryEntry, 'licensedAt' | 'sourceReference'> | null | undefined;
      try {
        found =
          licensing.traces === 'tag'
            ? await findByTag(datasource, request, operation, call)
            : (await licensing.baseline(request, call)).held;
      } catch (error) {
        if (!(error instanceof SourceFault)) throw error;
        return couldNotLook(tenantId, operation);
      }
      if (!found) return foundNothing(tenantId, operation);
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
        const ending = operation.state === 'SENDING' ? LOST : operation.leaseUntil === null ? WAITED : ABANDONED;
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
