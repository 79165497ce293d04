/** Files of licenses: the sealed address that one may be fetched from, and the copy that was fetched. */
import type { Selectable } from 'kysely';
import type { TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { FetchedFile, FileRecord } from '../domain/license-file.js';
import type { TenantTx } from './database.js';
import type { Tables } from './tables.js';

export interface LicenseFileRow extends FileRecord {
  readonly licenseUuid: string;
  readonly variant: string;
  readonly sealedAddress: Buffer | null;
}

const rowOf = (row: Selectable<Tables['license_file']>): LicenseFileRow => ({
  licenseUuid: row.license_id,
  variant: row.variant,
  sealedAddress: row.sealed_address,
  addressUntil: row.address_until === null ? null : instantOf(row.address_until),
  copy:
    row.content_hash === null || row.length === null || row.fetched_at === null
      ? null
      : {
          contentHash: row.content_hash,
          length: Number(row.length),
          mimeType: row.mime_type,
          fileName: row.file_name,
          fetchedAt: instantOf(row.fetched_at),
        },
});

/** What is known of these licenses' files, in all forms, in one statement. */
export const findLicenseFiles = async (tx: TenantTx, licenseUuids: readonly string[]): Promise<LicenseFileRow[]> =>
  (
    await tx
      .selectFrom('license_file')
      .selectAll()
      .where('license_id', 'in', licenseUuids as string[])
      .execute()
  ).map(rowOf);

/** Keeps an address unless the file is here already. */
export const insertFileAddress = async (
  tx: TenantTx,
  entry: {
    readonly tenantId: TenantId;
    readonly licenseUuid: string;
    readonly variant: string;
    readonly sealedAddress: Buffer;
    readonly addressUntil: Instant;
  },
): Promise<void> => {
  const address = { sealed_address: entry.sealedAddress, address_until: entry.addressUntil };
  await tx
    .insertInto('license_file')
    .values({ tenant_id: entry.tenantId, license_id: entry.licenseUuid, variant: entry.variant, ...address })
    .onConflict((conflict) =>
      conflict.columns(['license_id', 'variant']).doUpdateSet(address).where('license_file.content_hash', 'is', null),
    )
    .execute();
};

/**
 * Records a copy and forgets the address that it came from. False when the same bytes were recorded already: by another process, or before
 * the copy was lost.
 */
export const recordCopy = async (
  tx: TenantTx,
  entry: { readonly tenantId: TenantId; readonly licenseUuid: string; readonly variant: string; readonly copy: FetchedFile },
): Promise<boolean> => {
  const { copy } = entry;
  const columns = {
    sealed_address: null,
    address_until: null,
    content_hash: copy.contentHash,
    length: String(copy.length),
    mime_type: copy.mimeType,
    file_name: copy.fileName,
    fetched_at: copy.fetchedAt,
  };
  const written = await tx
    .insertInto('license_file')
    .values({ tenant_id: entry.tenantId, license_id: entry.licenseUuid, variant: entry.variant, ...columns })
    .onConflict((conflict) =>
      conflict
        .columns(['license_id', 'variant'])
        .doUpdateSet(columns)
        .where('license_file.content_hash', 'is distinct from', copy.contentHash),
    )
    .returning('license_id')
    .executeTakeFirst();
  return written !== undefined;
};

/** Deletes the addresses that have ended; their rows stay, to tell what became of the file. */
export const forgetEndedAddresses = async (tx: TenantTx, now: Instant): Promise<void> => {
  await tx
    .updateTable('license_file')
    .set({ sealed_address: null, address_until: null })
    .where('address_until', '<=', new Date(now))
    .execute();
};
