/** Fetches the file of a license from its source: once for all who wait for it, whole or not at all, without spending. */
import { setMaxListeners } from 'node:events';
import pLimit, { type LimitFunction } from 'p-limit';
import { v7 as uuidv7 } from 'uuid';
import type { AssetReader } from '../datasources/asset-reader.js';
import type { Call, Datasource, OpenFile } from '../datasources/datasource.js';
import type { SourceRegistry } from '../datasources/registry.js';
import { Fault, SourceFault } from '../domain/faults.js';
import { type AssetSource, keyText, nodeIdOf, parseGlobalId, type TenantId } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import type { License } from '../domain/license.js';
import {
  type FetchedFile,
  type FileAccess,
  parseVariant,
  plainMimeType,
  StorageFull,
  safeFileName,
} from '../domain/license-file.js';
import type { Sealing } from '../domain/sealing.js';
import { appendAuditEvent } from '../store/audit.store.js';
import { type Database, inTenant, readInTenant } from '../store/database.js';
import { findLicenseFiles, type LicenseFileRow, recordCopy } from '../store/license-file.store.js';
import type { FileCopies } from './file-copies.js';
import { addressContext } from './license-file.memory.js';

export interface FetchDeps {
  readonly db: Database;
  readonly registry: SourceRegistry;
  readonly reader: AssetReader;
  readonly sealing: Sealing;
  readonly copies: FileCopies;
  readonly now: () => number;
  /** How long a source may take until the first byte. */
  readonly deadlineMs: number;
  readonly log: Readonly<Record<'debug' | 'warn' | 'error', (details: object, message: string) => void>>;
}

export interface FetchOrder {
  readonly tenantId: TenantId;
  readonly license: License;
  readonly variant: string;
  /** Whom the trail names for it. */
  readonly actor: string;
  readonly requestId: string;
}

export interface FileFetch {
  access(tenantId: TenantId, license: License): FileAccess;
  /** Joins a fetch of the same form that is under way. Throws Fault. */
  obtain(order: FetchOrder): Promise<FetchedFile>;
  /** Whether a fetch from this source would begin at once. */
  isFree(source: AssetSource): boolean;
  /** Cuts off what is under way; nothing half is left. */
  stop(): Promise<void>;
}

/** One source asks for fewer than five downloads at a time; nobody needs more. */
const FETCHES_PER_SOURCE = 4;
/** Behind these a client would wait for minutes without knowing why: it is told to come back. */
const WAITING_PER_SOURCE = 16;
const COME_BACK_MS = 10_000;
/** The longest fetch: a film over a slow line. */
const FETCH_MS = 600_000;

export const createFileFetch = (deps: FetchDeps): FileFetch => {
  const { db, registry, copies, now } = deps;
  const underWay = new Map<string, Promise<FetchedFile>>();
  const slots = new Map<AssetSource, LimitFunction>();
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);

  const slotsOf = (source: AssetSource): LimitFunction => {
    const known = slots.get(source) ?? pLimit(FETCHES_PER_SOURCE);
    slots.set(source, known);
    return known;
  };

  const datasourceOf = (tenantId: TenantId, license: License): Datasource | undefined => {
    const parsed = parseGlobalId(license.assetId);
    return parsed?.type === 'Asset' ? registry.of(tenantId).byConnection(parsed.key.connectionId) : undefined;
  };

  const access: FileFetch['access'] = (tenantId, license) => {
    const datasource = datasourceOf(tenantId, license);
    return datasource?.openDownload ? 'on_request' : datasource?.openPurchased ? 'with_purchase' : 'none';
  };

  const openRequested = async (datasource: Datasource, { license, variant }: FetchOrder, call: Call): Promise<OpenFile> => {
    const parsed = parseGlobalId(license.assetId);
    const { source, label } = datasource.profile;
    const gone = new SourceFault(source, 'forbidden', `${label} has this asset no longer, and hands out its file no longer.`);
    if (parsed?.type !== 'Asset' || !datasource.openDownload) throw gone;
    const { found, failed } = await deps.reader.read(datasource, [parsed.key], call);
    const asset = found.get(keyText(parsed.key));
    if (!asset) throw failed.get(keyText(parsed.key)) ?? gone;
    return datasource.openDownload(asset, license.licenseType, parseVariant(variant) ?? {}, call);
  };

  const openPurchased = async (
    datasource: Datasource,
    { tenantId, license }: FetchOrder,
    row: LicenseFileRow | undefined,
    call: Call,
  ): Promise<OpenFile> => {
    if (!datasource.openPurchased || !row?.sealedAddress)
      throw new Fault('BAD_USER_INPUT', `${datasource.profile.label} gave no address for this file, or it has ended.`);
    return datasource.openPurchased(deps.sealing.open(row.sealedAddress, addressContext(tenantId, license.uuid)), call);
  };

  const record = (order: FetchOrder, copy: FetchedFile): Promise<void> =>
    inTenant(db, order.tenantId, async (tx) => {
      const { tenantId, license, variant } = order;
      if (!(await recordCopy(tx, { tenantId, licenseUuid: license.uuid, variant, copy }))) return;
      const { contentHash, length, mimeType } = copy;
      await appendAuditEvent(tx, {
        kind: 'AuditEvent',
        uuid: uuidv7(),
        tenantId,
        occurredAt: copy.fetchedAt,
        actor: order.actor,
        action: 'file.fetched',
        subjectType: 'License',
        subjectId: nodeIdOf('License', license.uuid),
        assetId: license.assetId,
        licenseUuid: license.uuid,
        requestId: order.requestId,
        data: { source: license.source, variant, contentHash, length, mimeType },
      });
    });

  const fetchNow = async (order: FetchOrder): Promise<FetchedFile> => {
    const datasource = datasourceOf(order.tenantId, order.license);
    if (!datasource) throw new Fault('BAD_USER_INPUT', 'The source of this license is no longer configured.');
    const { source, label } = datasource.profile;
    // Whoever came before may have brought it meanwhile.
    const rows = await readInTenant(db, order.tenantId, (tx) => findLicenseFiles(tx, [order.license.uuid]));
    const row = rows.find(({ variant }) => variant === order.variant);
    if (row?.copy && (await copies.find(row.copy))) return row.copy;
    const call: Call = { requestId: order.requestId, deadlineAt: now() + deps.deadlineMs };
    const opening = datasource.openDownload
      ? openRequested(datasource, order, call)
      : openPurchased(datasource, order, row, call);
    const file = await opening.catch((error: unknown) => {
      if (error instanceof Fault) throw error;
      // Its name and code alone: what else it holds may be the address.
      const { name, code } = error as { name?: string; code?: string };
      deps.log.warn({ source, name, code, requestId: order.requestId }, 'a file could not be opened, in an unforeseen way');
      throw new SourceFault(source, 'bad_reply', `${label} gave no file that can be read.`);
    });
    const late = AbortSignal.timeout(FETCH_MS);
    const fault = () =>
      late.aborted
        ? new SourceFault(source, 'timeout', `${label} took too long to hand out this file.`)
        : new SourceFault(
            source,
            'network',
            `${label} broke off while it handed out this file, or sent another length than it said.`,
          );
    const signal = AbortSignal.any([late, stopping.signal]);
    const copy = await copies.keep(file, { signal, fault }).catch((error: unknown) => {
      // Nothing gets better until somebody makes room.
      if (error instanceof StorageFull)
        deps.log.error({ source, requestId: order.requestId }, 'there is no room left on the disk for copies of licensed files');
      throw error;
    });
    const fetched: FetchedFile = {
      ...copy,
      mimeType: plainMimeType(file.mimeType),
      fileName: safeFileName(file.fileName),
      fetchedAt: instantOf(now()),
    };
    await record(order, fetched);
    return fetched;
  };

  return {
    access,
    isFree: (source) => slotsOf(source).activeCount < FETCHES_PER_SOURCE,
    obtain: async (order) => {
      const name = `${order.tenantId}/${order.license.uuid}/${order.variant}`;
      let work = underWay.get(name);
      if (!work) {
        const turn = async () => {
          if (stopping.signal.aborted) throw new Fault('SOURCE_UNAVAILABLE', 'The gateway is stopping. Try again.');
          return fetchNow(order);
        };
        const { source } = order.license;
        const slot = slotsOf(source);
        if (slot.pendingCount >= WAITING_PER_SOURCE) {
          const message = `Too many files of ${registry.profiles[source].label} are being fetched already. Try again in a moment.`;
          throw new SourceFault(source, 'rate_limited', message, { retryAfterMs: COME_BACK_MS, effect: 'none' });
        }
        work = slot(turn).finally(() => underWay.delete(name));
        underWay.set(name, work);
      }
      return work;
    },
    stop: async () => {
      stopping.abort();
      await Promise.allSettled(underWay.values());
    },
  };
};
