/** What reading a history may ask of a source: these few questions, and no way to the function that spends. */
import type { AssetReader } from '../datasources/asset-reader.js';
import type { AssetBatch, Call, Datasource, HistoryEntry, HistoryPage } from '../datasources/datasource.js';
import type { SourceRegistry } from '../datasources/registry.js';
import type { Asset } from '../domain/asset.js';
import type { AssetKey, AssetSource, ConnectionId, TenantId } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';

export interface HistorySource {
  readonly connectionId: ConnectionId;
  readonly source: AssetSource;
  readonly label: string;
  readonly account: string;
  /** Whether the history of this source may give our tag back. */
  readonly mayReturnTags: boolean;
  history(place: string | null, call: Call): Promise<HistoryPage>;
  /** Never throws: what failed is in `failed`. */
  loadAssets(keys: readonly AssetKey[], call: Call): Promise<AssetBatch>;
  /** All purchases of this asset and license type since a moment, or a SourceFault. */
  purchasesSince(asset: Asset, licenseType: string, since: Instant, call: Call): Promise<readonly HistoryEntry[]>;
}

const narrowed = (datasource: Datasource, account: string, reader: AssetReader): HistorySource[] => {
  const { connectionId, profile, history, licensing } = datasource;
  if (!history || !licensing) return [];
  const { purchasesSince, traces } = licensing;
  return [
    {
      connectionId,
      source: profile.source,
      label: profile.label,
      account,
      mayReturnTags: traces.license === 'tag' || traces.relicense === 'tag',
      history: (place, call) => history(place, call),
      loadAssets: (keys, call) => reader.read(datasource, keys, call),
      purchasesSince: (asset, licenseType, since, call) =>
        purchasesSince({ asset, licenseType, references: [], operationTag: '', again: false }, since, call),
    },
  ];
};

export type HistorySourcesOf = (tenantId: TenantId) => readonly HistorySource[];

export const createHistorySources =
  (registry: SourceRegistry, reader: AssetReader): HistorySourcesOf =>
  (tenantId) =>
    registry
      .of(tenantId)
      .all.flatMap((datasource) =>
        narrowed(datasource, registry.accountName(datasource.profile.source) ?? datasource.connectionId, reader),
      );
