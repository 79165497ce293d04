/** Changes at the sources: what a feed, a poll or another system tells of an asset, on record once, and withdrawals with it. */
import { v7 as uuidv7 } from 'uuid';
import type { AssetReader } from '../datasources/asset-reader.js';
import type { AssetFacts, Call, ChangeSet, Datasource, SourceChange } from '../datasources/datasource.js';
import type { SourceRegistry } from '../datasources/registry.js';
import { canonicalJson, type JsonValue } from '../domain/canonical-json.js';
import { type AssetId, type AssetKey, type AssetSource, assetIdOf, type ConnectionId, type TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import { listTenants } from '../store/access.store.js';
import {
  deleteWithdrawals,
  findLicensedAssets,
  hasStandingLicense,
  insertChangeSet,
  insertWithdrawals,
  isConnected,
} from '../store/asset-withdrawal.store.js';
import { appendAuditEvent } from '../store/audit.store.js';
import { type Database, inTenant, type TenantTx } from '../store/database.js';
import { findAssetFacts } from '../store/sync.store.js';

export interface ChangeNote {
  readonly tenantId: TenantId;
  readonly source: AssetSource;
  readonly assetId: AssetId;
  readonly action: 'asset.changed' | 'asset.withdrawn';
  readonly actor: string;
  readonly at: Instant;
  readonly requestId: string;
  readonly data: Readonly<Record<string, JsonValue>>;
}

export const noteChange = (tx: TenantTx, note: ChangeNote): Promise<void> =>
  appendAuditEvent(tx, {
    kind: 'AuditEvent',
    uuid: uuidv7(),
    tenantId: note.tenantId,
    occurredAt: note.at,
    actor: note.actor,
    action: note.action,
    subjectType: 'Asset',
    subjectId: note.assetId,
    assetId: note.assetId,
    licenseUuid: null,
    requestId: note.requestId,
    data: { source: note.source, ...note.data },
  });

/** What a page belongs to. */
interface Place {
  readonly tenantId: TenantId;
  readonly source: AssetSource;
  readonly at: Instant;
  readonly requestId: string;
}

const SYNC = 'system:sync';

// ---------- polls ----------

/** What differs, by name; a description that is not known on one side is no difference. */
const differencesOf = (before: AssetFacts, after: AssetFacts): readonly string[] => {
  const names: string[] = [];
  if (before.validUntil !== after.validUntil) names.push('validUntil');
  if (canonicalJson(before.customFields as JsonValue) !== canonicalJson(after.customFields as JsonValue))
    names.push('customFields');
  const [old, now] = [before.descriptionHash, after.descriptionHash];
  if (old !== undefined && now !== undefined && old !== now) names.push('description');
  return names;
};

/**
 * Puts what a page of a poll brings that we did not know on record. Before the first poll has come to its end everything is new to us, and
 * none of it has changed.
 */
export const noteFacts = async (
  tx: TenantTx,
  place: Place & {
    readonly connectionId: ConnectionId;
    readonly keyOf: (externalId: string) => AssetKey;
    readonly isFirst: boolean;
  },
  facts: readonly AssetFacts[],
): Promise<void> => {
  if (place.isFirst || facts.length === 0) return;
  const known = await findAssetFacts(
    tx,
    place.connectionId,
    facts.map(({ externalId }) => externalId),
  );
  for (const fact of new Map(facts.map((one) => [one.externalId, one])).values()) {
    const before = known.get(fact.externalId);
    const fields = before ? differencesOf(before, fact) : [];
    if (before && fields.length === 0) continue;
    const assetId = assetIdOf(place.keyOf(fact.externalId));
    const data = { change: before ? 'UPDATED' : 'NEW', fields: [...fields] };
    await noteChange(tx, { ...place, assetId, action: 'asset.changed', actor: SYNC, data });
  }
};

// ---------- cancelled purchases ----------

/** A purchase that its source cancelled withdraws the asset, unless another license of it stands; a new one brings it back. */
export const noteCancelled = async (tx: TenantTx, place: Place, assetId: AssetId, isCancelled: boolean): Promise<void> => {
  if (isCancelled && !(await hasStandingLicense(tx, assetId)))
    await withdraw(tx, place, [{ assetId, at: place.at, word: 'cancelled' }]);
  else if (!isCancelled) await bringBack(tx, place, [{ assetId, word: 'purchased' }]);
};

const withdraw = async (
  tx: TenantTx,
  place: Place,
  entries: readonly { readonly assetId: AssetId; readonly at: Instant; readonly word: string }[],
): Promise<void> => {
  const rows = new Map(entries.map(({ assetId, at, word }) => [assetId, { assetId, withdrawnAt: at, word }]));
  const gone = await insertWithdrawals(tx, place.tenantId, [...rows.values()], place.at);
  for (const assetId of gone) {
    const row = rows.get(assetId);
    const data = { withdrawnAt: row?.withdrawnAt ?? place.at, word: row?.word ?? '' };
    await noteChange(tx, { ...place, assetId, action: 'asset.withdrawn', actor: SYNC, data });
  }
};

const bringBack = async (
  tx: TenantTx,
  place: Place,
  entries: readonly { readonly assetId: AssetId; readonly word: string }[],
): Promise<ReadonlySet<AssetId>> => {
  const back = await deleteWithdrawals(
    tx,
    entries.map(({ assetId }) => assetId),
  );
  for (const assetId of back) {
    const word = entries.find((entry) => entry.assetId === assetId)?.word ?? '';
    await noteChange(tx, {
      ...place,
      assetId,
      action: 'asset.changed',
      actor: SYNC,
      data: { change: 'NEW', word, returned: true },
    });
  }
  return new Set(back);
};

// ---------- sets of changes ----------

/** The last word on each asset, in the order of the set. */
const lastOf = (changes: readonly SourceChange[], own: (key: AssetKey) => AssetKey): ReadonlyMap<AssetId, SourceChange> =>
  new Map(changes.flatMap((change) => change.keys.map((key) => [assetIdOf(own(key)), change] as const)));

const applySet = async (
  tx: TenantTx,
  place: Place & { readonly connectionId: ConnectionId },
  set: ChangeSet,
): Promise<readonly AssetKey[]> => {
  const own = (key: AssetKey): AssetKey => ({ ...key, connectionId: place.connectionId });
  const stored = set.changes.map(({ keys, ...rest }) => ({
    ...rest,
    assets: keys.map(({ lane, externalId }) => ({ lane, externalId })),
  }));
  // Stored already: it came again because it was not confirmed.
  if (!(await insertChangeSet(tx, { ...place, id: set.id, changes: stored }, place.at))) return [];
  const last = [...lastOf(set.changes, own)].map(([assetId, change]) => ({ assetId, ...change }));
  const gone = last.filter(({ change }) => change === 'DELETED');
  await withdraw(
    tx,
    place,
    gone.map(({ assetId, at, word }) => ({ assetId, at: at ?? place.at, word })),
  );
  const standing = last.filter(({ change }) => change !== 'DELETED');
  const back = await bringBack(tx, place, standing);
  // A source's library is larger than anybody's interest in it: on record is what we hold a license of.
  const licensed = await findLicensedAssets(
    tx,
    standing.map(({ assetId }) => assetId),
  );
  for (const { assetId, change, word } of standing) {
    if (!licensed.has(assetId) || back.has(assetId)) continue;
    await noteChange(tx, { ...place, assetId, action: 'asset.changed', actor: SYNC, data: { change, word } });
  }
  return set.changes.flatMap(({ keys }) => keys.map(own));
};

export interface ChangeFeedService {
  /**
   * Takes the sets that wait at a source, stores them for every tenant of the account, and only then confirms them. True when there may be
   * more. Safe to end at any point: what was not confirmed comes again and is known.
   */
  poll(datasource: Datasource, call: Call): Promise<boolean>;
}

export const createChangeFeedService = (deps: {
  readonly db: Database;
  readonly registry: SourceRegistry;
  readonly reader: AssetReader;
  readonly now: () => number;
}): ChangeFeedService => ({
  poll: async (datasource, call) => {
    const { db, registry, reader, now } = deps;
    const { source } = datasource.profile;
    const sets = (await datasource.changeFeed?.take(call)) ?? [];
    for (const set of sets) {
      for (const tenantId of await listTenants(db)) {
        const own = registry.of(tenantId).bySource(source);
        if (!own || !(await inTenant(db, tenantId, (tx) => isConnected(tx, own.connectionId)))) continue;
        const place = { tenantId, source, connectionId: own.connectionId, at: instantOf(now()), requestId: call.requestId };
        const changed = await inTenant(db, tenantId, (tx) => applySet(tx, place, set));
        for (const key of changed) reader.forget(key);
      }
      await datasource.changeFeed?.confirm(set.id, call);
    }
    return sets.length > 0;
  },
});
