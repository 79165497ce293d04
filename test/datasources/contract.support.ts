/** The four sources as the contract suite sees them: how each is reached at its simulator, what it is asked, and which endpoints that touches. */
import { createServer } from 'node:net';
import { adobeId, gettyImageId, gettyVideoId } from '../../simulators/kit/world.js';
import { mediaId } from '../../simulators/photoshelter/ids.js';
import { ADOBE_STOCK_PROFILE, createAdobeStockAccount } from '../../src/datasources/adobe-stock/adapter.js';
import type {
  AdapterStore,
  Call,
  Datasource,
  RotateToken,
  RotatingToken,
  SearchPage,
  SearchQuery,
  SourceProfile,
} from '../../src/datasources/datasource.js';
import { createGettyImagesAccount, GETTY_IMAGES_PROFILE } from '../../src/datasources/getty-images/adapter.js';
import { createLimits } from '../../src/datasources/http/limits.js';
import { createSourceHttp, type SourceHttp } from '../../src/datasources/http/send.js';
import { createPhotoShelterAccount, PHOTOSHELTER_PROFILE } from '../../src/datasources/photoshelter/adapter.js';
import { createSmintIoAccount, SMINT_IO_PROFILE } from '../../src/datasources/smint-io/adapter.js';
import type { Asset } from '../../src/domain/asset.js';
import { type AssetKey, type ConnectionId, keyText } from '../../src/domain/ids.js';
import type { Rights } from '../../src/domain/rights.js';
import { passesFilters, type SearchFilters } from '../../src/domain/search-filters.js';
import { type Simulators, startSimulators } from '../support/simulators.js';

export type Env = Readonly<Record<string, string>>;

/** One thing that a source is asked for over the network: resolves when it came, else to the fault, in the batch or thrown. */
export interface Operation {
  readonly name: string;
  /** The simulator's name of the endpoint. */
  readonly endpoint: string;
  readonly run: (source: Datasource, call: Call) => Promise<unknown>;
}

export interface ContractSource {
  readonly sim: string;
  readonly profile: SourceProfile;
  readonly connectionId: ConnectionId;
  /** A new account: no token yet, nothing refused yet. */
  readonly connect: (env?: Env) => Datasource;
  /** A variable that holds a password of the account. */
  readonly secretVariable: string;
  /** Hundreds of them, more than two calls can hold. */
  readonly known: () => readonly AssetKey[];
  readonly unknown: readonly AssetKey[];
  /** Well-formed for some other lane or source, or made to break an address. */
  readonly impossible: readonly AssetKey[];
  readonly operations: readonly Operation[];
  readonly tokenEndpoint: string;
  /** A read that needs a token, for callers numbered 0 to 49. */
  readonly readWithToken: (source: Datasource, caller: number, call: Call) => Promise<unknown>;
  /** Lists of rights on which this source, asked without our own facts, says nothing at all. */
  readonly silentOn: readonly (keyof Rights)[];
  /** Where a license is bought; undefined where nothing is sold. */
  readonly licenseEndpoint?: string;
  /** Finds some hundred assets. */
  readonly text: string;
}

export const callFor = (ms = 20_000): Call => ({ requestId: 'contract-suite', deadlineAt: Date.now() + ms });

let sims: Simulators;
const opened: SourceHttp[] = [];
export const simulators = (): Simulators => sims;

const httpFor = ({ source, label }: SourceProfile): SourceHttp => {
  const limits = createLimits({ source, label, maxRps: 0, maxConcurrent: 64, now: Date.now });
  const http = createSourceHttp({ source, label, limits, now: Date.now, observe: () => {} });
  opened.push(http);
  return http;
};

const rejectedOr = async (work: Promise<unknown> | undefined): Promise<unknown> => work?.catch((error: unknown) => error);
const loadOperation = (key: () => AssetKey, endpoint: string): Operation => ({
  name: `loadAssets of ${endpoint}`,
  endpoint,
  run: async (source, call) => (await source.loadAssets([key()], call)).failed.get(keyText(key())),
});
const faultOnly = (outcome: unknown): unknown => (outcome instanceof Error ? outcome : undefined);
const operation = (name: string, endpoint: string, ask: (source: Datasource, call: Call) => Promise<unknown> | undefined) => ({
  name,
  endpoint,
  run: async (source: Datasource, call: Call) => faultOnly(await rejectedOr(ask(source, call))),
});

export const queryOf = (part: Partial<SearchQuery> = {}): SearchQuery => ({
  text: null,
  filters: {},
  sort: 'RELEVANCE',
  pageSize: 100,
  place: null,
  ...part,
});

const range = (count: number, from = 0): readonly number[] => Array.from({ length: count }, (_, index) => from + index);
const keysIn =
  (connectionId: ConnectionId, lane: string) =>
  (externalId: string): AssetKey => ({ connectionId, lane, externalId });

/** Texts that are no id of any source, and each of which would do harm somewhere if it were pasted into an address or a list. */
export const HARMFUL_IDS = [
  '',
  ' ',
  '\n',
  '1 2',
  '100200300\n',
  '1,2',
  '../profile',
  '%2e%2e',
  '?x=1',
  '#',
  '-1',
  ':',
  ':1',
  '1:',
  '::',
  '٣',
  'x'.repeat(2_000),
];

// ---------- our copy, for the source that has no reads ----------

const copy = new Map<string, Asset>();
let copyFails = false;
/** What the store does when its database is away. */
export const breakCopy = (broken: boolean): void => {
  copyFails = broken;
};
const guarded = (): void => {
  if (copyFails) throw new Error('connect ECONNREFUSED 127.0.0.1:5432');
};

const searchCopy = async ({ text, filters, pageSize, place }: SearchQuery): Promise<SearchPage> => {
  guarded();
  const offset = place === null ? 0 : Number(place);
  if (!Number.isSafeInteger(offset) || offset < 0) throw new Error('This place in a search was not made here.');
  const word = text?.trim().toLowerCase() ?? '';
  const names = Object.keys(filters) as (keyof SearchFilters)[];
  const all = [...copy.values()].filter(
    (asset) => [asset.title, ...asset.keywords].join(' ').toLowerCase().includes(word) && passesFilters(asset, filters, names),
  );
  const hits = all.slice(offset, offset + pageSize).map((asset) => ({ key: asset.key, asset }));
  const reached = offset + hits.length;
  return { hits, totalCount: all.length, next: reached < all.length ? String(reached) : null, unapplied: [] };
};
const store: AdapterStore = {
  loadAssets: async (ids) => {
    guarded();
    return new Map(ids.flatMap((id) => (copy.has(id) ? [[id, copy.get(id) as Asset] as const] : [])));
  },
  searchAssets: searchCopy,
  loadFacts: async () => {
    guarded();
    return new Map();
  },
};

// ---------- the table ----------

const ADOBE = 'adobeContract' as ConnectionId;
const adobeKey = keysIn(ADOBE, 'content');
const adobe: ContractSource = {
  sim: 'adobe-stock',
  profile: ADOBE_STOCK_PROFILE,
  connectionId: ADOBE,
  connect: (env = sims.env) =>
    createAdobeStockAccount(
      {
        apiUrl: env.ADOBE_STOCK_API_URL ?? '',
        imsUrl: env.ADOBE_STOCK_IMS_URL ?? '',
        clientId: env.ADOBE_STOCK_CLIENT_ID ?? '',
        clientSecret: env.ADOBE_STOCK_CLIENT_SECRET ?? '',
        product: env.ADOBE_STOCK_PRODUCT ?? '',
      },
      { http: httpFor(ADOBE_STOCK_PROFILE), now: Date.now },
    )({ connectionId: ADOBE, store }),
  secretVariable: 'ADOBE_STOCK_CLIENT_SECRET',
  known: () => range(250).map((k) => adobeKey(String(adobeId(k)))),
  unknown: ['1', '42', '100200301', '9007199254740991'].map(adobeKey),
  impossible: [
    ...['image', 'media', 'Content', ''].map((lane) => keysIn(ADOBE, lane)('100200300')),
    ...HARMFUL_IDS.map(adobeKey),
  ],
  operations: [
    loadOperation(() => adobeKey(String(adobeId(3))), 'files'),
    operation('search', 'search', (source, call) => source.search(queryOf({ text: 'mountain' }), call)),
    operation('history', 'license-history', (source, call) => source.history?.(null, call)),
  ],
  tokenEndpoint: 'ims-token',
  readWithToken: (source, caller, call) => source.loadAssets([adobeKey(String(adobeId(caller)))], call),
  silentOn: ['usages', 'channels', 'placements', 'sizes', 'territories', 'industries', 'languages'],
  licenseEndpoint: 'content-license',
  text: 'mountain',
};

const GETTY = 'gettyContract' as ConnectionId;
const image = keysIn(GETTY, 'image');
const video = keysIn(GETTY, 'video');
const getty: ContractSource = {
  sim: 'getty-images',
  profile: GETTY_IMAGES_PROFILE,
  connectionId: GETTY,
  connect: (env = sims.env) =>
    createGettyImagesAccount(
      {
        apiUrl: env.GETTY_IMAGES_API_URL ?? '',
        authUrl: env.GETTY_IMAGES_AUTH_URL ?? '',
        apiKey: env.GETTY_IMAGES_API_KEY ?? '',
        apiSecret: env.GETTY_IMAGES_API_SECRET ?? '',
      },
      { http: httpFor(GETTY_IMAGES_PROFILE), now: Date.now },
    )({ connectionId: GETTY, store }),
  secretVariable: 'GETTY_IMAGES_API_SECRET',
  known: () => [...range(230).map((k) => image(gettyImageId(k))), ...range(120).map((k) => video(gettyVideoId(k)))],
  unknown: [image('1'), video('1'), image('1200300401'), image(gettyVideoId(1)), video(gettyImageId(1))],
  impossible: [
    ...['content', 'images', 'Image', ''].map((lane) => keysIn(GETTY, lane)(gettyImageId(1))),
    ...HARMFUL_IDS.map(image),
  ],
  operations: [
    loadOperation(() => image(gettyImageId(3)), 'images'),
    loadOperation(() => video(gettyVideoId(3)), 'videos'),
    operation('search', 'search-images-blended', (source, call) => source.search(queryOf({ text: 'mountain' }), call)),
    operation('history', 'downloads', (source, call) => source.history?.(null, call)),
  ],
  tokenEndpoint: 'token',
  // Its reads by id and its searches need no token.
  readWithToken: (source, _caller, call) => source.history?.(null, call) ?? Promise.resolve(),
  silentOn: ['usages', 'channels', 'placements', 'sizes', 'territories', 'industries', 'languages'],
  licenseEndpoint: 'download-image',
  text: 'mountain',
};

const SHELTER = 'shelterContract' as ConnectionId;
const media = keysIn(SHELTER, 'media');
const shelterIds: string[] = [];
const photoShelter: ContractSource = {
  sim: 'photoshelter',
  profile: PHOTOSHELTER_PROFILE,
  connectionId: SHELTER,
  connect: (env = sims.env) =>
    createPhotoShelterAccount(
      {
        apiUrl: env.PHOTOSHELTER_API_URL ?? '',
        v3Url: env.PHOTOSHELTER_V3_URL ?? '',
        previewUrl: env.PHOTOSHELTER_PREVIEW_URL ?? '',
        apiKey: env.PHOTOSHELTER_API_KEY ?? '',
        email: env.PHOTOSHELTER_EMAIL ?? '',
        password: env.PHOTOSHELTER_PASSWORD ?? '',
        organizationId: env.PHOTOSHELTER_ORGANIZATION_ID ?? '',
      },
      { http: httpFor(PHOTOSHELTER_PROFILE), now: Date.now },
    )({ connectionId: SHELTER, store }),
  secretVariable: 'PHOTOSHELTER_PASSWORD',
  known: () => shelterIds.map(media),
  unknown: ['I0000no.such_pic', 'VD000nosuchmedia', 'AD000nosuchmedia'].map(media),
  impossible: [
    ...['content', 'image', 'Media', ''].map((lane) => keysIn(SHELTER, lane)(mediaId('image', '0'))),
    ...HARMFUL_IDS.map(media),
  ],
  operations: [
    loadOperation(() => media(shelterIds[0] ?? ''), 'v4-media'),
    operation('search', 'v4-media-search', (source, call) => source.search(queryOf({ text: 'mountain' }), call)),
    operation('pollFacts', 'v3-media-search', (source, call) => source.pollFacts?.(null, call)),
  ],
  tokenEndpoint: 'v4-authenticate',
  readWithToken: (source, caller, call) => source.loadAssets([media(shelterIds[caller] ?? '')], call),
  // Not even the end of a license: that comes with the facts alone.
  silentOn: ['usages', 'channels', 'placements', 'sizes', 'territories', 'industries', 'languages', 'validUntil', 'validFrom'],
  text: 'mountain',
};

const SMINT = 'smintContract' as ConnectionId;
const transaction = keysIn(SMINT, 'transaction');
/** The chain of refresh tokens goes on through all accounts, as it does in our store. */
let refreshToken = '';
let turn: Promise<unknown> = Promise.resolve();
const rotator = (): RotateToken => {
  let current: RotatingToken | undefined;
  return (refused, renew) => {
    const next = turn.then(async () => {
      if (current !== undefined && current.accessToken !== refused && current.expiresAt > Date.now()) return current;
      current = await renew(refreshToken);
      refreshToken = current.refreshToken;
      return current;
    });
    turn = next.catch(() => undefined);
    return next;
  };
};
let endOfFeed: string | null = null;
const smint: ContractSource = {
  sim: 'smint-io',
  profile: SMINT_IO_PROFILE,
  connectionId: SMINT,
  connect: (env = sims.env) =>
    createSmintIoAccount(
      {
        tenant: env.SMINTIO_TENANT ?? '',
        clientId: env.SMINTIO_CLIENT_ID ?? '',
        clientSecret: env.SMINTIO_CLIENT_SECRET ?? '',
        apiUrl: env.SMINTIO_API_URL ?? '',
        authUrl: env.SMINTIO_AUTH_URL ?? '',
        feedPath: env.SMINTIO_FEED_PATH ?? '',
        binariesPath: env.SMINTIO_BINARIES_PATH ?? '',
      },
      { http: httpFor(SMINT_IO_PROFILE), now: Date.now, rotate: rotator() },
    )({ connectionId: SMINT, store }),
  secretVariable: 'SMINTIO_CLIENT_SECRET',
  known: () => [...copy.values()].map(({ key }) => key),
  unknown: ['no-such-transaction', '00000000-0000-4000-8000-000000000000'].map(transaction),
  impossible: [
    ...['content', 'Transaction', ''].map((lane) => keysIn(SMINT, lane)([...copy.keys()][0] ?? 'x')),
    ...HARMFUL_IDS.map(transaction),
  ],
  operations: [
    operation('pullFeed', 'sync-feed', (source, call) => source.pullFeed?.(null, call)),
    operation('pullFeed with files', 'binaries', (source, call) => source.pullFeed?.(null, call)),
  ],
  tokenEndpoint: 'token',
  readWithToken: (source, _caller, call) => source.pullFeed?.(endOfFeed, call) ?? Promise.resolve(),
  silentOn: [],
  text: 'light',
};

export const SOURCES: readonly ContractSource[] = [adobe, getty, photoShelter, smint];

// ---------- start and stop ----------

const fillCopy = async (): Promise<void> => {
  const source = smint.connect();
  for (let pages = 0; pages < 200; pages += 1) {
    const page = await source.pullFeed?.(endOfFeed, callFor());
    if (page === undefined) return;
    endOfFeed = page.cursor ?? endOfFeed;
    for (const asset of page.assets) copy.set(asset.externalId, asset);
    if (page.drained) return;
  }
  throw new Error('the feed has no end');
};

const listLibrary = async (): Promise<void> => {
  const source = photoShelter.connect();
  for (let place: string | null = null; shelterIds.length < 250; ) {
    const page: SearchPage = await source.search(queryOf({ sort: 'NEWEST', place }), callFor());
    shelterIds.push(...page.hits.map(({ key }) => key.externalId));
    place = page.next;
    if (place === null) return;
  }
};

export const startSources = async (): Promise<void> => {
  sims = await startSimulators();
  refreshToken = sims.env.SMINTIO_REFRESH_TOKEN ?? '';
  await Promise.all([fillCopy(), listLibrary()]);
};
export const closeAccounts = async (): Promise<void> => {
  await Promise.all(opened.splice(0).map((http) => http.close()));
};
export const stopSources = async (): Promise<void> => {
  await closeAccounts();
  await sims?.stop();
};

/** The same account where nobody listens; `only` names the variables that go wrong, default all addresses. */
export const deadEnv = async (only = /./): Promise<Env> => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 1;
  await new Promise((resolve) => server.close(resolve));
  const moved = ([name, value]: [string, string]) =>
    [name, only.test(name) ? value.replace(/^http:\/\/127\.0\.0\.1:\d+/, `http://127.0.0.1:${port}`) : value] as const;
  return Object.fromEntries(Object.entries(sims.env).map(moved));
};
