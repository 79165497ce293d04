/** The loaders of one request: each turns the many single questions of a page into one upstream batch or one SQL statement. */
import DataLoader from 'dataloader';
import type { AssetReader } from '../datasources/asset-reader.js';
import type { Call, Datasource } from '../datasources/datasource.js';
import type { TenantSources } from '../datasources/registry.js';
import type { Asset } from '../domain/asset.js';
import { type RecordedAuditEvent, textsOfEvent } from '../domain/audit-event.js';
import { Fault, type SourceFault } from '../domain/faults.js';
import { type AssetId, type AssetKey, type AssetSource, keyText, parseGlobalId, type TenantId } from '../domain/ids.js';
import { type Instant, instantOf } from '../domain/instant.js';
import type { Visibility } from '../domain/library-approval.js';
import type { License } from '../domain/license.js';
import type { Operation } from '../domain/operation.js';
import type { LicenseQuote } from '../domain/quote.js';
import type { TermsVersion } from '../domain/terms-versions.js';
import { type AuditPlace, findAuditEvents, listAuditEventsOfMany } from '../store/audit.store.js';
import { type Database, readInTenant } from '../store/database.js';
import {
  findActiveLicenses,
  findLicenses,
  findSuccessors,
  type LicensePlace,
  listLicensesOfAssets,
} from '../store/license.store.js';
import { findTerms } from '../store/license-terms.store.js';
import { findOperations } from '../store/operation.store.js';
import { findAssetLinks } from '../store/sync.store.js';
import { aligned } from './aligned.js';
import { type ApprovalLoaders, createApprovalLoaders, type LibraryStates } from './approval.loader.js';
import { createLicenseFileLoader, type LicenseFileLoader } from './license-file.loader.js';
import { createQuoteLoader, type QuoteQuestion } from './quote-loader.js';
import { createUsageLoaders, type UsageLoaders } from './usage.loader.js';
import { createUseDecisionLoader, type DecideUses, type UseDecisionLoader } from './use-decision.loader.js';
import { createVariantLoader, type VariantLoader } from './variant.loader.js';

export interface RequestScope {
  readonly db: Database;
  readonly tenantId: TenantId;
  readonly sources: TenantSources;
  readonly reader: AssetReader;
  readonly call: Call;
  readonly now: () => number;
  readonly decideUses: DecideUses;
  readonly libraryStates: LibraryStates;
  readonly visibility: Visibility;
}

export interface AssetByNumber {
  readonly source: AssetSource;
  readonly externalId: string;
}

export interface LicensesPage {
  readonly assetId: AssetId;
  readonly first: number;
  readonly before: LicensePlace | undefined;
}

export interface AuditPage {
  readonly subject: 'asset_id' | 'license_id';
  readonly id: string;
  readonly first: number;
  readonly before: AuditPlace | undefined;
}

export interface RequestLoaders {
  /** What of libraries that need approval exists for this caller; lists that no loader brings ask it themselves. */
  readonly visibility: Visibility;
  /** The clock of this request's reads. */
  readonly now: () => Instant;
  readonly quote: DataLoader<QuoteQuestion, LicenseQuote, string>;
  /** By global id. Null: no such asset (for this tenant). Rejects with a Fault for malformed ids and failing sources. */
  readonly asset: DataLoader<string, Asset | null>;
  /** A page of them at once, in order; what `asset` rejects with stands in its place. Cheaper than a promise for each. */
  readonly assets: (ids: readonly string[]) => Promise<(Asset | Error | null)[]>;
  readonly assetByNumber: DataLoader<AssetByNumber, Asset | null, string>;
  readonly sameAs: DataLoader<Asset, readonly Asset[], string>;
  readonly activeLicense: DataLoader<AssetId, License | null>;
  /** One more than `first`, so that the caller sees whether there is a next page. */
  readonly licensesOfAsset: DataLoader<LicensesPage, { readonly licenses: readonly License[]; readonly total: number }, string>;
  readonly license: DataLoader<string, License | null>;
  readonly successor: DataLoader<string, License | null>;
  readonly terms: DataLoader<string, readonly TermsVersion[]>;
  readonly licenseFiles: LicenseFileLoader;
  readonly variants: VariantLoader;
  readonly useDecision: UseDecisionLoader;
  readonly usages: UsageLoaders;
  readonly approvals: ApprovalLoaders;
  readonly operation: DataLoader<string, Operation | null>;
  readonly auditEvent: DataLoader<string, RecordedAuditEvent | null>;
  readonly auditEvents: DataLoader<AuditPage, readonly RecordedAuditEvent[], string>;
}

type AssetResult = Asset | null | Error;
interface Wanted {
  readonly datasource: Datasource;
  readonly key: AssetKey;
}

const badId = (wanted: string) =>
  new Fault('BAD_USER_INPUT', `This is not the id of ${wanted}. Pass an id exactly as this API returned it.`);

const outcomeOf = (
  batch: { found: ReadonlyMap<string, Asset>; failed: ReadonlyMap<string, SourceFault> },
  text: string,
): AssetResult => batch.found.get(text) ?? batch.failed.get(text) ?? null;

/** Reads keys of several connections in parallel, one batch each; results by `connection\nkey`. */
const readKeys = async (
  scope: RequestScope,
  wanted: readonly Wanted[],
): Promise<(datasource: Datasource, key: AssetKey) => AssetResult> => {
  const bySource = new Map<Datasource, Map<string, AssetKey>>();
  for (const { datasource, key } of wanted) {
    let keys = bySource.get(datasource);
    if (!keys) {
      keys = new Map();
      bySource.set(datasource, keys);
    }
    keys.set(keyText(key), key);
  }
  const batches = new Map(
    await Promise.all(
      [...bySource].map(
        async ([datasource, keys]) => [datasource, await scope.reader.read(datasource, [...keys.values()], scope.call)] as const,
      ),
    ),
  );
  const found = [...batches].flatMap(([{ profile }, batch]) => (profile.ownLibrary ? [...batch.found.values()] : []));
  const hidden = await scope.visibility.hidden(found.map(({ id }) => id));
  return (datasource, key) => {
    const batch = batches.get(datasource);
    const outcome = batch ? outcomeOf(batch, keyText(key)) : null;
    // Here, where every read of an asset passes: what a caller may not see is not there.
    return outcome !== null && !(outcome instanceof Error) && hidden.has(outcome.id) ? null : outcome;
  };
};

const loadAssets = async (scope: RequestScope, ids: readonly string[]): Promise<AssetResult[]> => {
  const parsed = ids.map((id): Wanted | Error | null => {
    const parts = parseGlobalId(id);
    if (parts?.type !== 'Asset') return badId('an asset');
    const datasource = scope.sources.byConnection(parts.key.connectionId);
    // A connection of another tenant, or none at all: for this caller there is no such asset.
    if (!datasource?.profile.externalId.test(parts.key.externalId)) return null;
    return datasource.profile.lanes.includes(parts.key.lane) ? { datasource, key: parts.key } : null;
  });
  const result = await readKeys(
    scope,
    parsed.filter((entry): entry is Wanted => entry !== null && !(entry instanceof Error)),
  );
  return parsed.map((entry) => (entry === null || entry instanceof Error ? entry : result(entry.datasource, entry.key)));
};

/** A bare number does not say its lane: all lanes of the source are asked, and one answer is enough. */
const loadAssetsByNumber = async (scope: RequestScope, refs: readonly AssetByNumber[]): Promise<AssetResult[]> => {
  const candidates = refs.map(({ source, externalId }) => {
    const datasource = scope.sources.bySource(source);
    if (!datasource?.profile.externalId.test(externalId)) return [];
    return datasource.profile.lanes.map((lane) => ({
      datasource,
      key: { connectionId: datasource.connectionId, lane, externalId },
    }));
  });
  const result = await readKeys(scope, candidates.flat());
  return candidates.map((lanes) => {
    const outcomes = lanes.map(({ datasource, key }) => result(datasource, key));
    return (
      outcomes.find((outcome) => outcome !== null && !(outcome instanceof Error)) ??
      outcomes.find((outcome) => outcome !== null) ??
      null
    );
  });
};

/** An asset and its copies are one group, named by the stock asset that the copies come from. */
const loadSameAs = async (
  scope: RequestScope,
  loaders: RequestLoaders,
  assets: readonly Asset[],
): Promise<(readonly Asset[] | Error)[]> => {
  const groupOf = (asset: Asset): AssetByNumber => asset.stockOrigin ?? { source: asset.source, externalId: asset.externalId };
  const links = await readInTenant(scope.db, scope.tenantId, (tx) => findAssetLinks(tx, assets.map(groupOf)));
  return Promise.all(
    assets.map(async (asset) => {
      const group = groupOf(asset);
      const copies = links
        .filter(
          (link) => link.stock.source === group.source && link.stock.externalId === group.externalId && link.assetId !== asset.id,
        )
        .map((link) => loaders.asset.load(link.assetId));
      const stock = asset.stockOrigin ? [loaders.assetByNumber.load(group)] : [];
      try {
        return (await Promise.all([...stock, ...copies])).filter((found) => found !== null);
      } catch (error) {
        return error as Error;
      }
    }),
  );
};

/** Keys that differ only in their id are one statement; pages with other arguments are one statement each. */
const perArguments = async <K, V>(
  keys: readonly K[],
  argumentsOf: (key: K) => string,
  load: (group: readonly K[]) => Promise<(key: K) => V>,
): Promise<V[]> => {
  const groups = new Map<string, K[]>();
  for (const key of keys) {
    const name = argumentsOf(key);
    const group = groups.get(name);
    if (group) group.push(key);
    else groups.set(name, [key]);
  }
  const results = new Map(await Promise.all([...groups].map(async ([name, group]) => [name, await load(group)] as const)));
  return keys.map((key) => (results.get(argumentsOf(key)) as (key: K) => V)(key));
};

export const createRequestLoaders = (scope: RequestScope): RequestLoaders => {
  const now = (): Instant => instantOf(scope.now());
  const read = <T>(work: Parameters<typeof readInTenant<T>>[2]): Promise<T> => readInTenant(scope.db, scope.tenantId, work);
  const { visibility } = scope;
  const ofVisibleAssets = <R extends { readonly assetId: string }>(rows: readonly R[]): Promise<readonly R[]> =>
    visibility.visible(rows, ({ assetId }) => [assetId]);
  const visibleEvents = (events: readonly RecordedAuditEvent[]): Promise<readonly RecordedAuditEvent[]> =>
    visibility.visible(events, textsOfEvent);
  const loaders: RequestLoaders = {
    now,
    visibility,
    quote: createQuoteLoader(scope),
    asset: new DataLoader((ids) => loadAssets(scope, ids)),
    assets: (ids) => loadAssets(scope, ids),
    assetByNumber: new DataLoader((refs) => loadAssetsByNumber(scope, refs), {
      cacheKeyFn: (ref) => `${ref.source}\n${ref.externalId}`,
    }),
    sameAs: new DataLoader((assets) => loadSameAs(scope, loaders, assets), { cacheKeyFn: (asset) => asset.id }),
    activeLicense: new DataLoader(async (ids) =>
      aligned(ids, await read((tx) => findActiveLicenses(tx, ids, now())), (license) => license.assetId),
    ),
    licensesOfAsset: new DataLoader(
      (pages) =>
        perArguments(
          pages,
          ({ first, before }) => `${first}\n${before?.licensedAt}\n${before?.uuid}`,
          async (group) => {
            const { first, before } = group[0] as LicensesPage;
            const ids = group.map((page) => page.assetId);
            const lists = await read((tx) =>
              listLicensesOfAssets(tx, ids, { limit: first + 1, ...(before && { before }) }, now()),
            );
            return (page) => lists.get(page.assetId) ?? { licenses: [], total: 0 };
          },
        ),
      { cacheKeyFn: (page) => `${page.assetId}\n${page.first}\n${page.before?.uuid}` },
    ),
    license: new DataLoader(async (uuids) =>
      aligned(uuids, await ofVisibleAssets(await read((tx) => findLicenses(tx, uuids, now()))), (license) => license.uuid),
    ),
    successor: new DataLoader(async (uuids) =>
      aligned(uuids, await read((tx) => findSuccessors(tx, uuids, now())), (license) => license.supersedesUuid as string),
    ),
    terms: new DataLoader(async (uuids) => {
      const versions = await read((tx) => findTerms(tx, uuids));
      return uuids.map((uuid) => versions.filter((version) => version.licenseUuid === uuid));
    }),
    licenseFiles: createLicenseFileLoader(scope.db, scope.tenantId),
    variants: createVariantLoader(scope.db, scope.tenantId, visibility),
    useDecision: createUseDecisionLoader(scope.decideUses),
    usages: createUsageLoaders(scope.db, scope.tenantId, visibility),
    approvals: createApprovalLoaders(scope, now),
    operation: new DataLoader(async (uuids) =>
      aligned(uuids, await ofVisibleAssets(await read((tx) => findOperations(tx, uuids))), (operation) => operation.uuid),
    ),
    auditEvent: new DataLoader(async (uuids) =>
      aligned(uuids, await visibleEvents(await read((tx) => findAuditEvents(tx, uuids))), (event) => event.uuid),
    ),
    auditEvents: new DataLoader(
      (pages) =>
        perArguments(
          pages,
          ({ subject, first, before }) => `${subject}\n${first}\n${before?.occurredAt}\n${before?.uuid}`,
          async (group) => {
            const { subject, first, before } = group[0] as AuditPage;
            const ids = group.map((page) => page.id);
            const lists = await read((tx) =>
              listAuditEventsOfMany(tx, subject, ids, { limit: first + 1, ...(before && { before }) }),
            );
            // An event of one asset may name others, such as its variants.
            const shown = new Set(await visibleEvents([...lists.values()].flat()));
            return (page) => lists.get(page.id)?.filter((event) => shown.has(event)) ?? [];
          },
        ),
      { cacheKeyFn: (page) => `${page.subject}\n${page.id}\n${page.first}\n${page.before?.uuid}` },
    ),
  };
  return loaders;
};
