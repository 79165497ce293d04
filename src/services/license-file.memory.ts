/** Keeps the address of a file that comes with its purchase alone, and asks for it to be fetched before the address ends. */
import type { TenantId } from '../domain/ids.js';
import { instantOf } from '../domain/instant.js';
import { ORIGINAL } from '../domain/license-file.js';
import type { Sealing } from '../domain/sealing.js';
import type { TenantTx } from '../store/database.js';
import { enqueueJob, type NewJob } from '../store/jobs.store.js';
import { insertFileAddress } from '../store/license-file.store.js';

export interface PurchasedFile {
  readonly tenantId: TenantId;
  readonly licenseUuid: string;
  /** A secret: kept sealed, shown to nobody. */
  readonly address: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** What an address is sealed for: it opens for no other tenant or license. */
export const addressContext = (tenantId: TenantId, licenseUuid: string): string => `license-file/${tenantId}/${licenseUuid}`;

/** One job per license: a new turn replaces the one that waits. */
export const fetchJob = (tenantId: TenantId, licenseUuid: string, attempt: number): NewJob => ({
  name: 'fetch_file',
  payload: { tenantId, licenseUuid, attempt: String(attempt) },
  key: `file/${licenseUuid}`,
});

/** Belongs into the transaction that records the license: without it the file could be had by a new, charged order alone. */
export const rememberFile = async (tx: TenantTx, sealing: Sealing, file: PurchasedFile): Promise<void> => {
  const { tenantId, licenseUuid } = file;
  await insertFileAddress(tx, {
    tenantId,
    licenseUuid,
    variant: ORIGINAL,
    sealedAddress: sealing.seal(file.address, addressContext(tenantId, licenseUuid)),
    addressUntil: instantOf(file.until),
  });
  await enqueueJob(tx, fetchJob(tenantId, licenseUuid, 0));
};
