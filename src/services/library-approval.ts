/**
 * Libraries whose assets need approval: the state of each, what a caller may see of them, whether one may be passed on, and decisions
 * on them with what is written back. Everything here works within the transaction of its caller, or asks for one statement at a time.
 */
import { v7 as uuidv7 } from 'uuid';
import type { TenantSources } from '../datasources/registry.js';
import { type AssetId, type AssetSource, assetIdOf, parseGlobalId, type TenantId } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import {
  isHiddenFrom,
  type LibraryReading,
  type LibraryState,
  type LibraryVerdict,
  stateOf,
  type Visibility,
  valueFor,
} from '../domain/library-approval.js';
import type { Actor } from '../domain/roles.js';
import { appendAuditEvent } from '../store/audit.store.js';
import { type Database, readInTenant, type TenantTx } from '../store/database.js';
import { enqueueJob } from '../store/jobs.store.js';
import {
  findLibraryReadings,
  insertLibraryDecision,
  listLibraryPolicies,
  lockLibraryAsset,
} from '../store/library-policy.store.js';
import { findWriteBackOf, insertWriteBack, supersedeWriteBacks, type WriteBack } from '../store/write-back.store.js';

// ---------- states ----------

/** Of the assets that belong to a library which needs approval; others are absent. One statement. */
export const libraryStates = async (tx: TenantTx, assetIds: readonly string[]): Promise<ReadonlyMap<string, LibraryState>> =>
  new Map((await findLibraryReadings(tx, assetIds)).map((reading) => [reading.assetId, stateOf(reading)]));

/** Those of the assets that do not exist for a caller with these roles. Of other assets than those of own libraries nothing is asked. */
export const hiddenAssets = async (
  tx: TenantTx,
  assetIds: readonly string[],
  roles: Actor['roles'],
): Promise<ReadonlySet<string>> =>
  new Set(
    (await findLibraryReadings(tx, assetIds)).filter((reading) => isHiddenFrom(reading, roles)).map(({ assetId }) => assetId),
  );

// ---------- what a caller sees ----------

/** Ids of assets, as they stand in any text: base64url of `Asset:`. */
const ASSET_ID = /QXNzZXQ6[\w-]+/g;
const WORD = /[\w.]+/g;

export const createVisibility = (deps: {
  readonly db: Database;
  readonly sources: Pick<TenantSources, 'all'>;
  readonly actor: Pick<Actor, 'tenantId' | 'roles'>;
}): Visibility => {
  const { db, actor } = deps;
  const libraries = deps.sources.all.filter(({ profile }) => profile.ownLibrary);
  const connections = new Set<string>(libraries.map(({ connectionId }) => connectionId));
  const known = new Map<string, Promise<ReadonlySet<string>>>();
  let restricted: Promise<ReadonlySet<AssetSource>> | undefined;

  const hidden: Visibility['hidden'] = async (assetIds) => {
    const own = [...new Set(assetIds)].filter((id) => {
      const parsed = parseGlobalId(id);
      return parsed?.type === 'Asset' && connections.has(parsed.key.connectionId);
    });
    const fresh = own.filter((id) => !known.has(id));
    if (fresh.length > 0) {
      const asked = readInTenant(db, actor.tenantId, (tx) => hiddenAssets(tx, fresh, actor.roles));
      for (const id of fresh) known.set(id, asked);
    }
    const answers = await Promise.all(own.map(async (id) => ((await known.get(id))?.has(id) ? id : null)));
    return new Set(answers.filter((id) => id !== null));
  };

  const restrictedSources = async (): Promise<ReadonlySet<AssetSource>> => {
    const policies = await readInTenant(db, actor.tenantId, listLibraryPolicies);
    const holding = policies.filter(
      ({ approvedBy, seenBy }) => approvedBy !== 'NONE' && !seenBy.some((role) => actor.roles.includes(role)),
    );
    return new Set(holding.map(({ source }) => source));
  };

  /** Ids and numbers of library assets in a text. */
  const namedIn = (text: string): readonly string[] => {
    const ids = text.match(ASSET_ID) ?? [];
    const numbers = (text.match(WORD) ?? []).flatMap((word) =>
      libraries
        .filter(({ profile }) => profile.externalId.test(word))
        .flatMap(({ connectionId, profile }) => profile.lanes.map((lane) => assetIdOf({ connectionId, lane, externalId: word }))),
    );
    return [...ids, ...numbers];
  };

  return {
    hidden,
    restricts: async (source) => {
      if (!libraries.some(({ profile }) => profile.source === source)) return false;
      restricted ??= restrictedSources();
      return (await restricted).has(source);
    },
    visible: async (rows, textsOf) => {
      if (libraries.length === 0) return rows;
      const named = rows.map((row) => textsOf(row).flatMap((text) => (text === null ? [] : namedIn(text))));
      const gone = await hidden(named.flat());
      return gone.size === 0 ? rows : rows.filter((_row, index) => !named[index]?.some((id) => gone.has(id)));
    },
  };
};

/** A page of a list whose rows are not all for this caller: goes on until it is full, or the list is at its end. */
export const fillPage = async <P, R, Q extends { readonly limit: number; readonly before?: P }>(
  query: Q,
  read: (query: Q) => Promise<readonly R[]>,
  placeOf: (row: R) => P,
  visible: (rows: readonly R[]) => Promise<readonly R[]>,
): Promise<readonly R[]> => {
  const wanted = query.limit + 1;
  const found: R[] = [];
  for (let page: Q = { ...query, limit: wanted }; ; ) {
    const rows = await read(page);
    found.push(...(await visible(rows)));
    const last = rows.at(-1);
    if (found.length >= wanted || rows.length < page.limit || last === undefined) return found.slice(0, wanted);
    page = { ...query, limit: LARGER_PAGE, before: placeOf(last) };
  }
};
/** Where much is hidden, the rest is looked for in larger steps. */
const LARGER_PAGE = 500;

// ---------- decisions ----------

export interface LibraryDecisionCommand {
  readonly tenantId: TenantId;
  /** Who decided, as the trail names them. */
  readonly decidedBy: string;
  readonly assetId: AssetId;
  readonly verdict: LibraryVerdict;
  readonly note: string | null;
  /** Of another system, or of an approval of ours. */
  readonly reference: string | null;
  readonly at: Instant;
  readonly requestId: string | null;
  /** Uuid of the decision; one is made where none is given. */
  readonly uuid?: string;
}

export interface RecordedLibraryDecision {
  readonly uuid: string;
  readonly state: LibraryState;
  readonly writeBack: WriteBack | null;
}

const writeBackTarget = ({ policy }: LibraryReading) =>
  policy.approvedBy === 'GALLERY'
    ? { target: 'GALLERY' as const, place: policy.galleryId as string }
    : { target: 'FIELD' as const, place: policy.field as string };

/**
 * Records a decision on an asset of a library that needs approval, and in the same transaction what is to be written back. Undefined: the
 * asset belongs to no such library, and nothing is recorded.
 */
export const recordLibraryDecision = async (
  tx: TenantTx,
  command: LibraryDecisionCommand,
): Promise<RecordedLibraryDecision | undefined> => {
  const { tenantId, assetId, verdict, at } = command;
  await lockLibraryAsset(tx, assetId);
  const [reading] = await findLibraryReadings(tx, [assetId]);
  if (!reading) return undefined;
  const { connectionId, externalId, policy } = reading;
  const uuid = command.uuid ?? uuidv7();
  await insertLibraryDecision(tx, {
    uuid,
    tenantId,
    assetId,
    connectionId,
    externalId,
    verdict,
    libraryValue: reading.value,
    note: command.note,
    reference: command.reference,
    decidedBy: command.decidedBy,
    decidedAt: at,
  });
  await supersedeWriteBacks(tx, assetId);
  const value = valueFor(policy, verdict);
  if (policy.writeBack && value !== undefined) {
    await insertWriteBack(tx, {
      uuid: uuidv7(),
      decisionUuid: uuid,
      tenantId,
      assetId,
      connectionId,
      externalId,
      ...writeBackTarget(reading),
      value,
      libraryValue: reading.value,
      createdAt: at,
    });
    await enqueueJob(tx, { name: 'keep_libraries', payload: { tenantId }, key: `keep_libraries/${tenantId}` });
  }
  await appendAuditEvent(tx, {
    kind: 'AuditEvent',
    uuid: uuidv7(),
    tenantId,
    occurredAt: at,
    actor: command.decidedBy,
    action: 'library_approval.decided',
    subjectType: 'Asset',
    subjectId: assetId,
    assetId,
    licenseUuid: null,
    requestId: command.requestId,
    data: {
      source: policy.source,
      decision: verdict,
      before: stateOf(reading),
      note: command.note,
      reference: command.reference,
    },
  });
  const writeBack = await findWriteBackOf(tx, uuid);
  return { uuid, state: verdict, writeBack: writeBack ?? null };
};
