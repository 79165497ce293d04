/** Brings what sources only push into our store: feeds of purchases, polls of changes. Safe to end at any point; it can never spend. */
import { v7 as uuidv7 } from 'uuid';
import type { AssetReader } from '../datasources/asset-reader.js';
import type { Call, Datasource, FactsPage, FeedPage, ImportedLicense } from '../datasources/datasource.js';
import type { AuditAction } from '../domain/audit-event.js';
import { type AssetKey, type AssetSource, assetIdOf, nodeIdOf, type TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import { NO_ALLOCATION } from '../domain/license.js';
import type { Sealing } from '../domain/sealing.js';
import { appendAuditEvent } from '../store/audit.store.js';
import { type Database, inTenant, readInTenant, type TenantTx } from '../store/database.js';
import { type ImportResult, importLicense } from '../store/license.store.js';
import { upsertStoredAssets } from '../store/stored-asset.store.js';
import {
  findSyncState,
  lockSyncState,
  type SyncState,
  saveAssetLinks,
  saveSyncState,
  upsertAssetFacts,
} from '../store/sync.store.js';
import { noteCancelled, noteFacts } from './change-feed.js';

export interface SyncService {
  /** Reads one page of the feed after the stored cursor. True when there is more. */
  pullFeedPage(tenantId: TenantId, datasource: Datasource, call: Call): Promise<boolean>;
  /** Reads one page of the poll after the stored cursor. True when there is more. */
  pollFactsPage(tenantId: TenantId, datasource: Datasource, call: Call): Promise<boolean>;
}

export interface SyncDeps {
  readonly db: Database;
  readonly reader: AssetReader;
  readonly sealing: Sealing;
  readonly now: () => number;
}

/** Half of the day that addresses of pictures were seen to live. */
const REPLAY_AFTER_MS = 12 * 3_600_000;

const AUDIT_OF: Readonly<Record<ImportResult, AuditAction | null>> = {
  imported: 'license.imported',
  cancelled: 'license.cancelled',
  terms_changed: 'license.terms_changed',
  unchanged: null,
};

const importOne = async (
  tx: TenantTx,
  tenantId: TenantId,
  source: AssetSource,
  entry: ImportedLicense,
  at: Instant,
  requestId: string,
): Promise<void> => {
  const assetId = assetIdOf(entry.key);
  const { result, uuid } = await importLicense(tx, {
    tenantId,
    connectionId: entry.key.connectionId,
    rights: entry.rights,
    recordedAt: at,
    state: entry.cancelled ? 'CANCELLED' : 'ACTIVE',
    importKey: entry.sourceReference,
    license: {
      uuid: uuidv7(),
      assetId,
      source,
      licenseType: entry.licenseType,
      origin: 'IMPORTED',
      operationUuid: null,
      price: entry.price,
      chargedUnits: null,
      allocation: NO_ALLOCATION,
      references: [],
      sourceReference: entry.sourceReference,
      orderNumber: entry.orderNumber,
      licensedAt: entry.licensedAt,
      licensedBy: entry.licensedBy,
      validUntil: entry.rights.validUntil,
      supersedesUuid: null,
    },
  });
  const action = AUDIT_OF[result];
  if (action === null) return;
  if (result !== 'terms_changed') await noteCancelled(tx, { tenantId, source, at, requestId }, assetId, entry.cancelled);
  await appendAuditEvent(tx, {
    kind: 'AuditEvent',
    uuid: uuidv7(),
    tenantId,
    occurredAt: at,
    actor: 'system:sync',
    action,
    subjectType: 'License',
    subjectId: nodeIdOf('License', uuid),
    assetId,
    licenseUuid: uuid,
    requestId,
    data: {
      source,
      licenseType: entry.licenseType,
      sourceReference: entry.sourceReference,
      price: entry.price && { ...entry.price },
    },
  });
};

export const createSyncService = (deps: SyncDeps): SyncService => {
  const { db, reader, now } = deps;

  /** A drained feed is read again from its beginning now and then: addresses of pictures in it expire, and a lost change would stay lost. */
  const replayIsDue = (stream: string, state: SyncState): boolean =>
    stream === 'feed' &&
    state.drainedAt !== null &&
    state.begunAt !== null &&
    now() - Date.parse(state.begunAt) > REPLAY_AFTER_MS;

  /**
   * The source is asked without a transaction; the page and its cursor are stored together, and only if nobody moved the cursor meanwhile.
   */
  const advance = async <P extends FeedPage | FactsPage>(
    tenantId: TenantId,
    datasource: Datasource,
    stream: string,
    ask: (cursor: string | null) => Promise<P>,
    store: (tx: TenantTx, page: P, at: Instant, current: SyncState) => Promise<readonly AssetKey[]>,
  ): Promise<boolean> => {
    const { connectionId } = datasource;
    const before = await readInTenant(db, tenantId, (tx) => findSyncState(tx, connectionId, stream));
    const beginning = before.cursor === null || replayIsDue(stream, before);
    const page = await ask(beginning ? null : before.cursor);
    let changed: readonly AssetKey[] = [];
    const more = await inTenant(db, tenantId, async (tx) => {
      const current = await lockSyncState(tx, connectionId, stream);
      if (current.cursor !== before.cursor) return true;
      const at = instantOf(now());
      changed = await store(tx, page, at, current);
      const drainedAt = page.drained ? at : current.drainedAt;
      const begunAt = beginning ? at : current.begunAt;
      await saveSyncState(tx, tenantId, connectionId, stream, { cursor: page.cursor ?? current.cursor, drainedAt, begunAt }, at);
      return !page.drained;
    });
    // After the commit: a read in between would keep the old state.
    for (const key of changed) reader.forget(key);
    return more;
  };

  return {
    pullFeedPage: async (tenantId, datasource, call) => {
      const { pullFeed, connectionId, profile } = datasource;
      if (!pullFeed) return false;
      return advance(
        tenantId,
        datasource,
        'feed',
        (cursor) => pullFeed(cursor, call),
        async (tx, page, at) => {
          await upsertStoredAssets(tx, deps.sealing, tenantId, connectionId, page.assets, at);
          await saveAssetLinks(
            tx,
            tenantId,
            page.assets.map((asset) => ({ assetId: asset.id, stock: asset.stockOrigin })),
          );
          for (const entry of page.licenses) await importOne(tx, tenantId, profile.source, entry, at, call.requestId);
          return page.assets.map((asset) => asset.key);
        },
      );
    },
    pollFactsPage: async (tenantId, datasource, call) => {
      const { pollFacts, connectionId, profile } = datasource;
      if (!pollFacts) return false;
      const keyOf = (externalId: string) => ({ connectionId, lane: profile.lanes[0], externalId });
      return advance(
        tenantId,
        datasource,
        'facts',
        (cursor) => pollFacts(cursor, call),
        async (tx, page, at, { drainedAt }) => {
          const place = { tenantId, source: profile.source, connectionId, keyOf, at, requestId: call.requestId };
          await noteFacts(tx, { ...place, isFirst: drainedAt === null }, page.facts);
          await upsertAssetFacts(tx, tenantId, connectionId, page.facts, at);
          await saveAssetLinks(
            tx,
            tenantId,
            page.facts.map((fact) => ({ assetId: assetIdOf(keyOf(fact.externalId)), stock: fact.stockOrigin })),
          );
          return page.facts.map((fact) => keyOf(fact.externalId));
        },
      );
    },
  };
};
