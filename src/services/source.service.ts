/** What the four sources can do and how they are. */
import type { LicenseTypeOption, SourceCapability } from '../datasources/datasource.js';
import type { SourceRegistry } from '../datasources/registry.js';
import type { Asset } from '../domain/asset.js';
import { ASSET_SOURCES, type AssetSource } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { Actor } from '../domain/roles.js';

export interface SourceView {
  readonly source: AssetSource;
  readonly state: 'OK' | 'DEGRADED' | 'DOWN' | 'NOT_CONFIGURED';
  readonly capabilities: readonly SourceCapability[];
  readonly maxIdsPerCall: number;
  readonly checkedAt: Instant | null;
}

export interface SourceService {
  list(): readonly SourceView[];
  /** License types that fit the asset; empty where its source sells nothing by API. */
  licenseTypes(actor: Actor, asset: Asset): readonly LicenseTypeOption[];
  /** Without a tenant: for readiness. */
  states(): Readonly<Record<AssetSource, SourceView['state']>>;
}

export type SourceHealth = (source: AssetSource) => {
  readonly state: 'OK' | 'DEGRADED' | 'DOWN';
  readonly checkedAt: number | null;
};

export const createSourceService = (deps: {
  readonly registry: SourceRegistry;
  readonly health: SourceHealth;
}): SourceService => {
  const stateOf = (source: AssetSource): SourceView['state'] =>
    deps.registry.accountName(source) === undefined ? 'NOT_CONFIGURED' : deps.health(source).state;
  return {
    list: () =>
      ASSET_SOURCES.map((source) => {
        const { checkedAt } = deps.health(source);
        const profile = deps.registry.profiles[source];
        return {
          source,
          state: stateOf(source),
          capabilities: Object.keys(profile.capabilities) as SourceCapability[],
          maxIdsPerCall: profile.maxIdsPerCall,
          checkedAt: checkedAt === null ? null : instantOf(checkedAt),
        };
      }),
    licenseTypes: (actor, asset) =>
      deps.registry.of(actor.tenantId).byConnection(asset.key.connectionId)?.licensing?.typesFor(asset) ?? [],
    states: () =>
      Object.fromEntries(ASSET_SOURCES.map((source) => [source, stateOf(source)])) as Record<AssetSource, SourceView['state']>,
  };
};
