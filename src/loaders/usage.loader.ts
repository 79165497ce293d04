/** Uses, their sums and their reports, for a page at once: one statement of each kind. */
import DataLoader from 'dataloader';
import type { AssetId, TenantId } from '../domain/ids.js';
import type { Visibility } from '../domain/library-approval.js';
import { NO_USAGE, summaryOf, type Usage, type UsageSummary } from '../domain/usage.js';
import type { UsageReport } from '../domain/usage-report.js';
import { type Database, readInTenant } from '../store/database.js';
import { findUsages, findUsageTotals, findUsedUp } from '../store/usage.store.js';
import { findReports } from '../store/usage-report.store.js';
import { byUuid } from './aligned.js';

export interface UsageLoaders {
  readonly usage: DataLoader<string, Usage | null>;
  readonly usageOfLicense: DataLoader<string, UsageSummary>;
  readonly usageOfAsset: DataLoader<AssetId, UsageSummary>;
  /** Units used up under a license, by unit. */
  readonly usedUp: DataLoader<string, Readonly<Record<string, number>>>;
  readonly usageReport: DataLoader<string, UsageReport | null>;
}

export const createUsageLoaders = (db: Database, tenantId: TenantId, visibility: Visibility): UsageLoaders => {
  const read = <T>(work: Parameters<typeof readInTenant<T>>[2]): Promise<T> => readInTenant(db, tenantId, work);
  const summaries = async (by: 'license_id' | 'asset_id', ids: readonly string[]): Promise<UsageSummary[]> => {
    const totals = await read((tx) => findUsageTotals(tx, by, ids));
    return ids.map((id) => {
      const found = totals.get(id);
      return found ? summaryOf(found) : NO_USAGE;
    });
  };
  return {
    usage: new DataLoader(async (uuids) => {
      const usages = await read((tx) => findUsages(tx, uuids));
      return byUuid(uuids, await visibility.visible(usages, ({ assetId }) => [assetId]));
    }),
    usageOfLicense: new DataLoader((uuids) => summaries('license_id', uuids)),
    usageOfAsset: new DataLoader((ids) => summaries('asset_id', ids)),
    usedUp: new DataLoader(async (uuids) => {
      const found = await read((tx) => findUsedUp(tx, uuids));
      return uuids.map((uuid) => found.get(uuid)?.used ?? {});
    }),
    usageReport: new DataLoader(async (uuids) => byUuid(uuids, await read((tx) => findReports(tx, uuids)))),
  };
};
