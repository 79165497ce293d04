/** What is known of the files of the licenses of a page: one statement for all. */
import DataLoader from 'dataloader';
import type { TenantId } from '../domain/ids.js';
import { type Database, readInTenant } from '../store/database.js';
import { findLicenseFiles, type LicenseFileRow } from '../store/license-file.store.js';

/** By the license's uuid: all forms of its file. */
export type LicenseFileLoader = DataLoader<string, readonly LicenseFileRow[]>;

export const createLicenseFileLoader = (db: Database, tenantId: TenantId): LicenseFileLoader =>
  new DataLoader(async (uuids) => {
    const rows = await readInTenant(db, tenantId, (tx) => findLicenseFiles(tx, uuids));
    const byLicense = new Map(uuids.map((uuid) => [uuid, [] as LicenseFileRow[]]));
    for (const row of rows) byLicense.get(row.licenseUuid)?.push(row);
    return uuids.map((uuid) => byLicense.get(uuid) ?? []);
  });
