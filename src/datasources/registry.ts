/** Which sources a tenant has: one connection per configured source, over accounts that tenants share. */
import { ASSET_SOURCES, type AssetSource, type ConnectionId, environmentConnectionId, type TenantId } from '../domain/ids.js';
import type { AdapterStore, Datasource, SourceProfile } from './datasource.js';

/** One credential at a source; gives each tenant a connection of its own over shared tokens and limits. */
export interface Account {
  /** Names the credential in operations and sealed state; holds no secret. */
  readonly name: string;
  connect(connection: { readonly connectionId: ConnectionId; readonly store: AdapterStore }): Datasource;
}

export interface TenantSources {
  readonly all: readonly Datasource[];
  bySource(source: AssetSource): Datasource | undefined;
  byConnection(connectionId: ConnectionId): Datasource | undefined;
}

export interface SourceRegistry {
  readonly profiles: Readonly<Record<AssetSource, SourceProfile>>;
  accountName(source: AssetSource): string | undefined;
  of(tenantId: TenantId): TenantSources;
}

export interface RegistryOptions {
  readonly profiles: Readonly<Record<AssetSource, SourceProfile>>;
  readonly accounts: Readonly<Partial<Record<AssetSource, Account>>>;
  readonly storeFor: (tenantId: TenantId, connectionId: ConnectionId) => AdapterStore;
}

const connectTenant = (options: RegistryOptions, tenantId: TenantId): TenantSources => {
  const all = ASSET_SOURCES.flatMap((source) => {
    const account = options.accounts[source];
    if (!account) return [];
    const connectionId = environmentConnectionId(tenantId, source);
    return [account.connect({ connectionId, store: options.storeFor(tenantId, connectionId) })];
  });
  const bySource = new Map(all.map((datasource) => [datasource.profile.source, datasource]));
  const byConnection = new Map(all.map((datasource) => [datasource.connectionId, datasource]));
  return { all, bySource: (source) => bySource.get(source), byConnection: (connectionId) => byConnection.get(connectionId) };
};

export const createRegistry = (options: RegistryOptions): SourceRegistry => {
  const tenants = new Map<TenantId, TenantSources>();
  return {
    profiles: options.profiles,
    accountName: (source) => options.accounts[source]?.name,
    of: (tenantId) => {
      let sources = tenants.get(tenantId);
      if (!sources) {
        sources = connectTenant(options, tenantId);
        tenants.set(tenantId, sources);
      }
      return sources;
    },
  };
};
