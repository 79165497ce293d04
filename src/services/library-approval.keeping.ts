/** Keeps libraries and decisions in step: reads galleries of approved assets, writes decisions back until both sides agree, and sees drift. */
import { v7 as uuidv7 } from 'uuid';
import type { AssetReader } from '../datasources/asset-reader.js';
import type { Call, Datasource } from '../datasources/datasource.js';
import type { SourceRegistry } from '../datasources/registry.js';
import { Fault } from '../domain/faults.js';
import { nodeIdOf, parseGlobalId, type TenantId } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import { appendAuditEvent } from '../store/audit.store.js';
import { type Database, inTenant, readInTenant, type TenantTx } from '../store/database.js';
import { findGallery, listLibraryPolicies, replaceGallery, setGalleryMember } from '../store/library-policy.store.js';
import {
  listDoubtfulWriteBacks,
  listDueWriteBacks,
  moveWriteBack,
  nextWriteBackAt,
  rememberField,
  reopenWriteBack,
  type WriteBack,
} from '../store/write-back.store.js';

export interface LibraryKeeping {
  /** Milliseconds until something is due; null: nothing waits. Never throws for one asset or one library. */
  run(tenantId: TenantId, requestId: string): Promise<number | null>;
}

export interface KeepingDeps {
  readonly db: Database;
  readonly registry: SourceRegistry;
  readonly reader: AssetReader;
  readonly now: () => number;
  readonly log: { warn(details: object, message: string): void };
}

const CALL_MS = 30_000;
const TOGETHER = 50;
/** Reading a gallery is as long as the gallery: not at every turn. */
const GALLERY_MS = 60_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 3_600_000;
const pauseMs = (attempts: number): number => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts, 20));

/** For people; never a reply's text. */
const messageOf = (error: unknown): string => (error instanceof Fault ? error.message : 'It could not be written.');

export const createLibraryKeeping = (deps: KeepingDeps): LibraryKeeping => {
  const { db, registry, now } = deps;
  const callOf = (requestId: string): Call => ({ requestId, deadlineAt: now() + CALL_MS });

  const audit = (
    tx: TenantTx,
    tenantId: TenantId,
    row: WriteBack,
    action: 'write_back.agreed' | 'write_back.drifted',
    value: string | null,
    requestId: string,
  ) =>
    appendAuditEvent(tx, {
      kind: 'AuditEvent',
      uuid: uuidv7(),
      tenantId,
      occurredAt: instantOf(now()),
      actor: 'system:libraries',
      action,
      subjectType: 'WriteBack',
      subjectId: nodeIdOf('WriteBack', row.uuid),
      assetId: row.assetId,
      licenseUuid: null,
      requestId,
      data: { target: row.target, place: row.place, value: row.value, found: value, attempts: row.attempts },
    });

  /** What stands in the library now, in the terms of the write-back. */
  const readBack = async (source: Datasource, row: WriteBack, call: Call): Promise<string | null> => {
    if (row.target === 'GALLERY') return (await source.galleries?.holds(row.place, row.externalId, call)) ? row.place : null;
    const fields = await source.metadata?.read(row.externalId, call);
    const field = fields?.find(({ name }) => name.toLowerCase() === row.place.toLowerCase());
    if (!field)
      throw new Fault(
        'BAD_USER_INPUT',
        fields ? `The library has no field ${row.place}.` : 'The library does not have this asset.',
      );
    return field.value;
  };

  const write = async (source: Datasource, row: WriteBack, call: Call): Promise<void> => {
    if (row.target === 'FIELD') await source.metadata?.write(row.externalId, [{ name: row.place, value: row.value }], call);
    else if (row.value === null) await source.galleries?.remove(row.place, row.externalId, call);
    else await source.galleries?.add(row.place, row.externalId, call);
  };

  const isAgreed = (source: Datasource, row: WriteBack, stands: string | null): boolean =>
    row.target === 'GALLERY' ? stands === row.value : (source.metadata?.isSame(row.place, row.value, stands) ?? false);

  /** What was read back, into our copy of the library. */
  const remember = async (tx: TenantTx, tenantId: TenantId, row: WriteBack, stands: string | null): Promise<void> => {
    if (row.target === 'FIELD') await rememberField(tx, row, stands);
    else
      await setGalleryMember(
        tx,
        { tenantId, connectionId: row.connectionId, galleryId: row.place },
        row.externalId,
        stands !== null,
      );
  };

  const agree = async (tenantId: TenantId, row: WriteBack, stands: string | null, requestId: string): Promise<void> => {
    await inTenant(db, tenantId, async (tx) => {
      const agreedAt = instantOf(now());
      const attempts = row.attempts + (row.state === 'PENDING' ? 1 : 0);
      const to = { state: 'AGREED', attempts, lastError: null, libraryValue: stands, agreedAt, driftedAt: null } as const;
      if (!(await moveWriteBack(tx, row, to))) return reopenWriteBack(tx, row);
      await remember(tx, tenantId, row, stands);
      await audit(tx, tenantId, { ...row, attempts }, 'write_back.agreed', stands, requestId);
    });
    const parsed = parseGlobalId(row.assetId);
    if (parsed?.type === 'Asset') deps.reader.forget(parsed.key);
  };

  const postpone = (tenantId: TenantId, row: WriteBack, lastError: string, libraryValue: string | null): Promise<void> =>
    inTenant(db, tenantId, async (tx) => {
      const nextTryAt = instantOf(now() + pauseMs(row.attempts));
      const to = { attempts: row.attempts + 1, lastError, libraryValue, nextTryAt };
      if (!(await moveWriteBack(tx, row, to))) await reopenWriteBack(tx, row);
    });

  const writeOne = async (tenantId: TenantId, row: WriteBack, requestId: string): Promise<void> => {
    const source = registry.of(tenantId).byConnection(row.connectionId);
    try {
      if (!source) throw new Fault('BAD_USER_INPUT', 'The library is not configured now.');
      const call = callOf(requestId);
      // An earlier try may have gone through without saying so.
      const before = row.attempts > 0 ? await readBack(source, row, call) : undefined;
      if (before === undefined || !isAgreed(source, row, before)) await write(source, row, call);
      const stands = await readBack(source, row, call);
      if (isAgreed(source, row, stands)) await agree(tenantId, row, stands, requestId);
      else await postpone(tenantId, row, 'The library still shows something else.', stands);
    } catch (error) {
      deps.log.warn({ err: error, writeBack: row.uuid }, 'a decision could not be written back; it is tried again');
      await postpone(tenantId, row, messageOf(error), row.libraryValue);
    }
  };

  /** Our copy says something else: asked itself, the library may or may not. */
  const lookAgain = async (tenantId: TenantId, row: WriteBack, requestId: string): Promise<void> => {
    const source = registry.of(tenantId).byConnection(row.connectionId);
    if (!source) return;
    const stands = await readBack(source, row, callOf(requestId));
    if (isAgreed(source, row, stands)) {
      if (row.state === 'DRIFTED') await agree(tenantId, row, stands, requestId);
      else await inTenant(db, tenantId, (tx) => remember(tx, tenantId, row, stands));
      return;
    }
    await inTenant(db, tenantId, async (tx) => {
      const driftedAt = instantOf(now());
      if (!(await moveWriteBack(tx, row, { state: 'DRIFTED', libraryValue: stands, driftedAt }))) return;
      await remember(tx, tenantId, row, stands);
      if (row.state === 'AGREED') await audit(tx, tenantId, row, 'write_back.drifted', stands, requestId);
    });
  };

  const readGalleries = async (tenantId: TenantId, requestId: string): Promise<void> => {
    const policies = await readInTenant(db, tenantId, listLibraryPolicies);
    for (const { source, galleryId, approvedBy } of policies) {
      const library = registry.of(tenantId).bySource(source);
      if (approvedBy !== 'GALLERY' || galleryId === null || !library?.galleries) continue;
      const gallery = { tenantId, connectionId: library.connectionId, galleryId };
      const readAt = await readInTenant(db, tenantId, (tx) => findGallery(tx, gallery));
      if (readAt !== null && now() - Date.parse(readAt) < GALLERY_MS) continue;
      // The time before it is asked: what changes meanwhile is newer than this reading.
      const at = instantOf(now());
      const ids = await library.galleries.list(galleryId, callOf(requestId));
      await inTenant(db, tenantId, (tx) => replaceGallery(tx, gallery, ids ?? [], at));
    }
  };

  const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      deps.log.warn({ err: error, what }, 'a library could not be looked at; the next turn goes on');
    }
  };

  return {
    run: async (tenantId, requestId) => {
      await attempt('galleries', () => readGalleries(tenantId, requestId));
      for (const row of await readInTenant(db, tenantId, (tx) => listDueWriteBacks(tx, instantOf(now()), TOGETHER)))
        await writeOne(tenantId, row, requestId);
      for (const row of await readInTenant(db, tenantId, (tx) => listDoubtfulWriteBacks(tx, TOGETHER)))
        await attempt('drift', () => lookAgain(tenantId, row, requestId));
      const next = await readInTenant(db, tenantId, nextWriteBackAt);
      return next === null ? null : Math.max(0, Date.parse(next) - now());
    },
  };
};
