/** The one contract that every source's adapter fulfils; services and loaders know sources by it alone. */
import type { Readable } from 'node:stream';
import type { Asset } from '../domain/asset.js';
import type { AssetFacts } from '../domain/asset-facts.js';
import type { SourceFault } from '../domain/faults.js';
import type { AssetKey, AssetSource, ConnectionId } from '../domain/ids.js';
import type { Instant } from '../domain/instant.js';
import type { Money } from '../domain/money.js';
import type { HeldLicense, Quote, ReferenceSpec } from '../domain/quote.js';
import type { Known, Rights } from '../domain/rights.js';
import type { SearchFilters } from '../domain/search-filters.js';

export type { AssetFacts, HeldLicense, Quote, ReferenceSpec, SearchFilters };

/** What accompanies every call: an absolute deadline (epoch milliseconds) and the id that our logs and the source's share. */
export interface Call {
  readonly requestId: string;
  readonly deadlineAt: number;
  /** e.g. `en-US`. */
  readonly locale?: string;
}

export const SOURCE_CAPABILITIES = [
  'SEARCH',
  'BULK_GET',
  'QUOTE',
  'LICENSE',
  'RELICENSE',
  'HISTORY',
  'DOWNLOAD',
  'WRITE_METADATA',
  'DELIVER',
  'CHANGES',
] as const;
export type SourceCapability = (typeof SOURCE_CAPABILITIES)[number];

/** What a source can do, as data beside the reason. */
export interface SourceProfile {
  readonly source: AssetSource;
  /** For people: `Adobe Stock`. */
  readonly label: string;
  readonly capabilities: Readonly<Partial<Record<SourceCapability, string>>>;
  /** Most ids in one upstream call; 1 when there is no bulk call. */
  readonly maxIdsPerCall: number;
  /** Lanes in the order in which a bare external id is tried. */
  readonly lanes: readonly [string, ...string[]];
  /** What an external id of this source looks like; others exist nowhere and are not asked for. */
  readonly externalId: RegExp;
  /** Holds the tenant's own pictures: using them needs no license of the source. */
  readonly ownLibrary?: true;
}

/** Found and failed by `keyText`; a key in neither does not exist at the source. Order means nothing. */
export interface AssetBatch {
  readonly found: ReadonlyMap<string, Asset>;
  readonly failed: ReadonlyMap<string, SourceFault>;
}

export type SearchFilterName = keyof SearchFilters;

export interface SearchQuery {
  /** Null or empty: everything the source lists. */
  readonly text: string | null;
  readonly filters: SearchFilters;
  readonly sort: 'RELEVANCE' | 'NEWEST';
  /** 1 to 100; the same for all pages of one search. */
  readonly pageSize: number;
  /** Where to go on: the `next` of the page before, made and read by the adapter alone. Null at the start. */
  readonly place: string | null;
}

/** A hit comes whole where the search answer holds everything that a read by id would; else as its key alone. */
export interface SearchHit {
  readonly key: AssetKey;
  readonly asset?: Asset;
}

export interface SearchPage {
  readonly hits: readonly SearchHit[];
  readonly totalCount: number | null;
  /** Null when the source has nothing more. */
  readonly next: string | null;
  /** Filters of the query that the source could not apply: the caller applies them to the assets. */
  readonly unapplied: readonly SearchFilterName[];
  /** When the source's answer was true, where it was served from a copy of ours. */
  readonly asOf?: Instant;
}

/** Thrown by `search` when the source cannot answer such a query at all (its own reason, for people): the source is SKIPPED. */
export class SearchNotPossible extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'SearchNotPossible';
  }
}

// ---------- licensing ----------

export interface LicenseReference {
  readonly key: string;
  readonly value: string;
}

export interface LicenseRequest {
  readonly asset: Asset;
  /** The source's word, already checked by `typesFor`. */
  readonly licenseType: string;
  readonly references: readonly LicenseReference[];
  /** Names our operation; sent along where the source keeps such a tag. */
  readonly operationTag: string;
  /** A further license of an asset that is licensed already, on purpose: it is charged again. */
  readonly again: boolean;
}

export interface QuoteRequest {
  readonly asset: Asset;
  readonly licenseType: string;
  /** What a further license would take, of an asset that is licensed already. */
  readonly again?: boolean;
}

export type LicenseReply =
  | {
      readonly kind: 'granted' | 'already_held';
      readonly licenseType: string;
      readonly licensedAt: Instant | null;
      readonly sourceReference: string | null;
      readonly price: Money | null;
      readonly units: number | null;
      /** Where the file is, when the source says so here and nowhere else. A secret: kept sealed, shown to nobody. */
      readonly file?: { readonly address: string; readonly expiresAt: number };
      readonly raw: Readonly<Record<string, unknown>>;
    }
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly message: string;
      readonly raw: Readonly<Record<string, unknown>>;
    };

export interface LicenseTypeOption {
  readonly licenseType: string;
  readonly label: string;
}

/**
 * How a purchase whose answer was lost can be recognised as ours. `held`: the source charges once per asset and type, so that what it shows as
 * held is what we bought, and asking again costs nothing. `tag`: the history may give our operation's tag back. `count`: the history
 * shows one purchase more than before, and no more than that.
 */
export type Trace = 'held' | 'tag' | 'count';

export interface Licensing {
  readonly traces: {
    readonly license: Trace;
    /** Absent: this source does not license an asset again by API. */
    readonly relicense?: Trace;
  };
  /** What may follow a license type behind a colon to name one product of it; absent: nothing may. */
  readonly product?: RegExp;
  /** License types that fit the asset as such (its kind, its level), best known first. Empty: this asset cannot be licensed by API. Pure. */
  typesFor(asset: Asset): readonly LicenseTypeOption[];
  /**
   * Quotes of a page: asks each distinct question once and in parallel as far as the limits go. By position. Reads only; never throws for one.
   */
  quotes(requests: readonly QuoteRequest[], call: Call): Promise<readonly (Quote | SourceFault)[]>;
  /** What the source says right before the spend: stored with the operation, so that what follows can be judged against it. Reads only. */
  baseline(request: LicenseRequest, call: Call): Promise<Quote>;
  /**
   * What the history shows now of this asset and type (products of the type aside) since a moment, newest first, whoever bought it: all of it,
   * or a SourceFault. Reads only.
   */
  purchasesSince(request: LicenseRequest, since: Instant, call: Call): Promise<readonly HistoryEntry[]>;
  /** Spends: one request to the source, sent once. A SourceFault with effect `none` says that nothing happened; any other fault is a doubt. */
  license(request: LicenseRequest, call: Call): Promise<LicenseReply>;
}

/** A purchase that the source's history lists, whoever made it. */
export interface HistoryEntry {
  readonly key: AssetKey;
  readonly licenseType: string;
  readonly licensedAt: Instant | null;
  /** As the source wrote it. */
  readonly licensedAtText: string | null;
  readonly sourceReference: string | null;
  readonly tag: string | null;
  readonly raw: Readonly<Record<string, unknown>>;
}
export interface HistoryPage {
  readonly entries: readonly HistoryEntry[];
  readonly next: string | null;
  /** How many the source says there are in the whole list, where it says so. */
  readonly total: number | null;
}

/** Something that an account may still spend or use: an allowance, credits, an agreement. */
export interface Entitlement {
  /** Stable within the source, e.g. `universal_credits` or a product's id. */
  readonly key: string;
  readonly name: string;
  /** Null: no enforced limit, or not stated; `raw` tells. */
  readonly remaining: number | null;
  readonly limit: number | null;
  /** What is counted, e.g. `credits` or `downloads`; null: not stated. */
  readonly unit: string | null;
  /** Whether it is in force, as far as the source says; not whether something is left. */
  readonly usable: Known;
  readonly resetsAt: Instant | null;
  readonly expiresAt: Instant | null;
  /** As the source gave it. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Which form of a licensed file is wanted; both absent: the original. */
export interface FileVariant {
  /** Pixels of the longer side, or lines of a film; the source gives the next larger one that it has. */
  readonly size?: number;
  readonly format?: 'jpeg' | 'png';
}

export interface OpenFile {
  readonly stream: Readable;
  readonly mimeType: string | null;
  readonly length: number | null;
  readonly fileName: string | null;
}

// ---------- reports of use ----------

export interface UsageRow {
  readonly externalId: string;
  readonly quantity: number;
  /** A day in UTC: `2026-01-05`. */
  readonly date: string;
}

/** `invalid`: external ids of rows that are not booked. Null: the source does not say for which rows it refuses the batch. */
export type UsageReply =
  | { readonly kind: 'booked'; readonly invalid: readonly string[] }
  /** The id was booked by an earlier call, whose answer was lost. */
  | { readonly kind: 'booked_before' }
  /** Nothing of the batch was booked. */
  | { readonly kind: 'refused'; readonly code: string; readonly invalid: readonly string[] | null };

export interface UsageReporting {
  /** Most rows in one batch. */
  readonly mostRows: number;
  /**
   * Sent once. The id is ours, and books once however often it is sent with the same rows. A SourceFault with effect `none` says that
   * nothing was booked by this call; any other fault is a doubt.
   */
  send(batchId: string, rows: readonly UsageRow[], call: Call): Promise<UsageReply>;
}

// ---------- what is written at a source ----------

/** A field of an asset's metadata under a name that is unique in its source. */
export interface MetadataField {
  readonly name: string;
  /** Null: nothing stands there. */
  readonly value: string | null;
  readonly writable: boolean;
  /** The only values that it takes; null: any text. */
  readonly options: readonly string[] | null;
}
export interface MetadataChange {
  readonly name: string;
  /** Null takes the value away. */
  readonly value: string | null;
}

export interface MetadataWriting {
  /** Every field that there is, also without a value. Null: there is no such asset. */
  read(externalId: string, call: Call): Promise<readonly MetadataField[] | null>;
  /** Each request is sent once; names and values as `read` offers them. Ends before the source need show it. */
  write(externalId: string, changes: readonly MetadataChange[], call: Call): Promise<void>;
  /** Whether what stands there is what was written, however the source spells it. */
  isSame(name: string, written: string | null, read: string | null): boolean;
}

export interface Galleries {
  /** All that a gallery holds. Null: there is no such gallery. */
  list(galleryId: string, call: Call): Promise<readonly string[] | null>;
  holds(galleryId: string, externalId: string, call: Call): Promise<boolean>;
  /** Sent once. What is in it already stays. */
  add(galleryId: string, externalId: string, call: Call): Promise<void>;
  /** Sent once. What is not in it stays out. */
  remove(galleryId: string, externalId: string, call: Call): Promise<void>;
}

// ---------- what a source pushes into our store ----------

export interface SourceChange {
  /** Several where the source does not say in which lane the asset is. */
  readonly keys: readonly AssetKey[];
  readonly change: 'NEW' | 'UPDATED' | 'DELETED';
  /** The source's own word. */
  readonly word: string;
  /** Null: the source does not say when. */
  readonly at: Instant | null;
}
export interface ChangeSet {
  readonly id: string;
  readonly changes: readonly SourceChange[];
}
/** Sets of changes for the account: a set comes again until it is confirmed, so it is stored before that, for all tenants of the account. */
export interface ChangeFeed {
  /** The unconfirmed sets, one of each of the source's channels. Empty: nothing has changed. */
  take(call: Call): Promise<readonly ChangeSet[]>;
  /** Of a set that is confirmed already it says nothing. */
  confirm(changeSetId: string, call: Call): Promise<void>;
}

/** A license that a feed reports with its own frozen terms. */
export interface ImportedLicense {
  readonly key: AssetKey;
  readonly licenseType: string;
  readonly cancelled: boolean;
  readonly rights: Rights;
  readonly price: Money | null;
  readonly licensedAt: Instant;
  readonly licensedBy: string;
  readonly sourceReference: string;
  readonly orderNumber: string | null;
}

export interface FeedPage {
  readonly assets: readonly Asset[];
  readonly licenses: readonly ImportedLicense[];
  /** To be stored in the transaction that stores the page. Null: keep the old one. */
  readonly cursor: string | null;
  readonly drained: boolean;
}

export interface FactsPage {
  readonly facts: readonly AssetFacts[];
  readonly cursor: string;
  readonly drained: boolean;
}

/** What an adapter may ask of our store; bound to tenant and connection by the composition. */
export interface AdapterStore {
  loadAssets(externalIds: readonly string[]): Promise<ReadonlyMap<string, Asset>>;
  searchAssets(query: SearchQuery): Promise<SearchPage>;
  loadFacts(externalIds: readonly string[]): Promise<ReadonlyMap<string, AssetFacts>>;
}

/** An access token with the refresh token that will renew it; kept sealed in our store where refresh tokens rotate. */
export interface RotatingToken {
  readonly accessToken: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly refreshToken: string;
}

/**
 * Gives the stored token if it still lives and is not the `refused` one; else calls `renew` with the newest refresh token, one replica
 * at a time, and stores what it returns before anybody uses it. Bound to a credential by the composition.
 */
export type RotateToken = (
  refused: string | null,
  renew: (refreshToken: string) => Promise<RotatingToken>,
) => Promise<RotatingToken>;

// ---------- the contract ----------

export interface Datasource {
  readonly connectionId: ConnectionId;
  readonly profile: SourceProfile;
  /** Chunks by its own cap, in parallel as far as the source likes it; keys are distinct and of this connection. Never throws for one key. */
  loadAssets(keys: readonly AssetKey[], call: Call): Promise<AssetBatch>;
  search(query: SearchQuery, call: Call): Promise<SearchPage>;
  /** A picture of the asset; `address` is never shown. Throws SourceFault. */
  openRendition(asset: Asset, role: string, call: Call): Promise<OpenFile>;
  readonly licensing?: Licensing;
  /** What the account may still spend, of every kind that the source tells. Reads only. */
  entitlements?(call: Call): Promise<readonly Entitlement[]>;
  /** One page of all purchases of the account, newest first; `place` is the `next` of the page before. */
  history?(place: string | null, call: Call): Promise<HistoryPage>;
  /** The licensed file, as often as wanted. `licenseType` as granted. */
  openDownload?(asset: Asset, licenseType: string, variant: FileVariant, call: Call): Promise<OpenFile>;
  /** The file behind the address that came with a purchase, where it can be had that way alone. */
  openPurchased?(address: string, call: Call): Promise<OpenFile>;
  /** Tells the source what was done with its assets, where it wants to know. */
  readonly reportUsage?: UsageReporting;
  /** Fields that can be read and written one by one. */
  readonly metadata?: MetadataWriting;
  /** Containers that the library sorts its assets into. */
  readonly galleries?: Galleries;
  readonly changeFeed?: ChangeFeed;
  /** One page of the source's own feed, after `cursor` (null: from the beginning). */
  pullFeed?(cursor: string | null, call: Call): Promise<FeedPage>;
  /** One page of facts changed since `cursor` (null: from the beginning). */
  pollFacts?(cursor: string | null, call: Call): Promise<FactsPage>;
}
