/** Files of licenses: what can be had, opening a copy (fetched first if need be), and the background fetch of what a purchase brought. */
import { v7 as uuidv7 } from 'uuid';
import type { JsonValue } from '../domain/canonical-json.js';
import { Fault } from '../domain/faults.js';
import { nodeIdOf, type TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { License } from '../domain/license.js';
import { type FetchedFile, type FileOffer, isInForce, ORIGINAL, offerOf, variantOf } from '../domain/license-file.js';
import { type Actor, FILE_READERS, type Role, requireRole } from '../domain/roles.js';
import { findRolesOfKey } from '../store/access.store.js';
import { appendAuditEvent } from '../store/audit.store.js';
import { inTenant, readInTenant } from '../store/database.js';
import { enqueueJob } from '../store/jobs.store.js';
import { findLicenses } from '../store/license.store.js';
import { findLicenseFiles, forgetEndedAddresses, type LicenseFileRow } from '../store/license-file.store.js';
import { createFileFetch, type FetchDeps } from './license-file.fetch.js';
import { fetchJob } from './license-file.memory.js';

/** What one of our links stands for. */
export interface DownloadGrant {
  readonly tenantId: TenantId;
  readonly subject: string;
  /** The API key of the caller that it was made for: the link ends with it. Null: no key, so nobody may follow it. */
  readonly keyId: string | null;
  readonly licenseUuid: string;
  readonly variant: string;
}

export interface OpenedCopy {
  readonly kind: 'OpenedCopy';
  readonly license: License;
  readonly copy: FetchedFile;
  /** Where it lies on our disk. */
  readonly path: string;
}

/** `FORBIDDEN`: not to this caller, or not any more; `NONE`: to nobody. */
export interface CopyRefused {
  readonly kind: 'CopyRefused';
  readonly why: 'FORBIDDEN' | 'NONE';
  readonly message: string;
}

/** First and last byte that were asked for; null for the whole. */
export type ByteRange = { readonly first: number; readonly last: number } | null;

export interface LicenseFileService {
  /** What can be had of the file in one form, by the books alone. */
  offer(
    actor: Actor,
    license: License,
    form: { readonly size: number | null; readonly format: string | null },
    rows: readonly LicenseFileRow[],
  ): FileOffer;
  /** The copy, fetched first if need be. Throws Fault when the source fails. */
  open(grant: DownloadGrant, requestId: string): Promise<OpenedCopy | CopyRefused>;
  /** To be awaited before the first byte leaves. */
  recordDownload(grant: DownloadGrant, opened: OpenedCopy, range: ByteRange, requestId: string): Promise<void>;
  /** One turn of the job that fetches what a purchase brought; asks for its next turn itself. */
  fetchPurchased(tenantId: TenantId, licenseUuid: string, attempt: number, requestId: string): Promise<void>;
  /** Deletes addresses that have ended and what dead processes left half written. */
  cleanUp(tenantId: TenantId): Promise<void>;
  /** Cuts off what is being fetched. */
  stop(): Promise<void>;
}

/** Of the worker's few turns, those that files may take: the settling of purchases must not wait for a film. */
const MOST_IN_BACKGROUND = 2;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 900_000;
/** When the turn after one whose process died begins: behind the longest fetch. */
const INSURANCE_MS = 660_000;

const mayHaveFiles = (roles: readonly Role[]): boolean => roles.some((role) => FILE_READERS.includes(role));

export const createLicenseFileService = (deps: FetchDeps): LicenseFileService => {
  const { db, now, copies } = deps;
  const files = createFileFetch(deps);
  let inBackground = 0;

  const offerFor = (tenantId: TenantId, license: License, variant: string, rows: readonly LicenseFileRow[]): FileOffer =>
    offerOf(
      license,
      files.access(tenantId, license),
      variant,
      rows.find((row) => row.licenseUuid === license.uuid && row.variant === variant),
      instantOf(now()),
    );

  /** Everything that a link rests on, as it is now. */
  const stateOf = ({ tenantId, keyId, licenseUuid }: DownloadGrant) =>
    readInTenant(db, tenantId, async (tx) => {
      const roles = keyId === null ? [] : await findRolesOfKey(tx, keyId);
      const [license] = await findLicenses(tx, [licenseUuid], instantOf(now()));
      return { roles, license, rows: await findLicenseFiles(tx, [licenseUuid]) };
    });

  const open: LicenseFileService['open'] = async (grant, requestId) => {
    const { tenantId, variant } = grant;
    const refused = (why: CopyRefused['why'], message: string): CopyRefused => ({ kind: 'CopyRefused', why, message });
    const { roles, license, rows } = await stateOf(grant);
    if (!license || !mayHaveFiles(roles))
      return refused('FORBIDDEN', 'Whoever this link was made for may not have this file any more.');
    const offer = offerFor(tenantId, license, variant, rows);
    if (offer.available === 'NO') return refused(isInForce(license) ? 'NONE' : 'FORBIDDEN', offer.reason ?? '');
    const opened = async (copy: FetchedFile): Promise<OpenedCopy | undefined> => {
      const path = await copies.find(copy);
      return path === undefined ? undefined : { kind: 'OpenedCopy', license, copy, path };
    };
    const here = offer.copy && (await opened(offer.copy));
    if (here) return here;
    // Only a source that is asked each time can replace a copy that was lost.
    if (offer.copy && files.access(tenantId, license) !== 'on_request')
      return refused('NONE', 'Our copy of this file is gone, and its source gave it once alone. Tell whoever runs the gateway.');
    const fetched = await files.obtain({ tenantId, license, variant, actor: grant.subject, requestId });
    return (await opened(fetched)) ?? refused('NONE', 'Our copy of this file is gone.');
  };

  const recordDownload: LicenseFileService['recordDownload'] = (grant, { license, copy }, range, requestId) =>
    inTenant(db, grant.tenantId, (tx) => {
      const { contentHash, length } = copy;
      const data: Record<string, JsonValue> = { source: license.source, variant: grant.variant, contentHash, length };
      return appendAuditEvent(tx, {
        kind: 'AuditEvent',
        uuid: uuidv7(),
        tenantId: grant.tenantId,
        occurredAt: instantOf(now()),
        actor: grant.subject,
        action: 'file.downloaded',
        subjectType: 'License',
        subjectId: nodeIdOf('License', license.uuid),
        assetId: license.assetId,
        licenseUuid: license.uuid,
        requestId,
        data: range ? { ...data, firstByte: range.first, lastByte: range.last } : data,
      });
    });

  const fetchPurchased: LicenseFileService['fetchPurchased'] = async (tenantId, licenseUuid, attempt, requestId) => {
    const [license, row] = await readInTenant(db, tenantId, async (tx) => {
      const rows = await findLicenseFiles(tx, [licenseUuid]);
      return [(await findLicenses(tx, [licenseUuid], instantOf(now())))[0], rows.find(({ variant }) => variant === ORIGINAL)];
    });
    if (!license || !row?.sealedAddress || row.addressUntil === null) return;
    const until: Instant = row.addressUntil;
    const again = (nextAttempt: number, delayMs: number) => {
      const runAt = instantOf(Math.min(now() + delayMs, Math.max(Date.parse(until), now())));
      return inTenant(db, tenantId, (tx) => enqueueJob(tx, { ...fetchJob(tenantId, licenseUuid, nextAttempt), runAt }));
    };
    if (until <= instantOf(now())) {
      deps.log.warn({ licenseUuid, source: license.source }, 'the address of a purchased file ended before it could be fetched');
      return inTenant(db, tenantId, (tx) => forgetEndedAddresses(tx, instantOf(now())));
    }
    if (inBackground >= MOST_IN_BACKGROUND || !files.isFree(license.source)) return again(attempt, FIRST_PAUSE_MS);
    inBackground += 1;
    try {
      await again(attempt + 1, INSURANCE_MS);
      await files.obtain({ tenantId, license, variant: ORIGINAL, actor: 'system:files', requestId });
    } catch (error) {
      const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt, 10));
      // The name alone: an error from below may hold the address.
      const what = error instanceof Fault ? error.code : (error as Error).name;
      // A source that is down for a day is not news at every try: the first tells, the last tells that nothing came of it.
      const tells = attempt === 0 || now() + pauseMs >= Date.parse(until) ? 'warn' : 'debug';
      deps.log[tells]({ licenseUuid, source: license.source, attempt, what }, 'a purchased file could not be fetched yet');
      await again(attempt + 1, pauseMs);
    } finally {
      inBackground -= 1;
    }
  };

  return {
    offer: (actor, license, { size, format }, rows) => {
      requireRole(actor, FILE_READERS, 'have the files of licenses');
      return offerFor(actor.tenantId, license, variantOf(size, format), rows);
    },
    open,
    recordDownload,
    fetchPurchased,
    cleanUp: async (tenantId) => {
      await inTenant(db, tenantId, (tx) => forgetEndedAddresses(tx, instantOf(now())));
      await copies.sweep();
    },
    stop: files.stop,
  };
};
