/** Smint.io's adapter against the simulator over real HTTP, and its mapper against the vendor's odd values. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  AdapterStore,
  Call,
  Datasource,
  FeedPage,
  ImportedLicense,
  OpenFile,
  RotateToken,
  RotatingToken,
  SearchPage,
  SearchQuery,
} from '../../src/datasources/datasource.js';
import { createLimits } from '../../src/datasources/http/limits.js';
import { createSourceHttp, type SourceHttp } from '../../src/datasources/http/send.js';
import { createSmintIoAccount, SMINT_IO_PROFILE, type SmintIoConfig } from '../../src/datasources/smint-io/adapter.js';
import { type MapContext, mapAssets, mapLicense } from '../../src/datasources/smint-io/map.js';
import { mapRights } from '../../src/datasources/smint-io/terms.map.js';
import { isoTerritory } from '../../src/datasources/smint-io/territories.map.js';
import { readBinaries, readFeed, readTransaction, type WireBinary } from '../../src/datasources/smint-io/wire.js';
import type { Asset } from '../../src/domain/asset.js';
import { SourceFault } from '../../src/domain/faults.js';
import { type AssetKey, type ConnectionId, keyText } from '../../src/domain/ids.js';
import type { Instant } from '../../src/domain/instant.js';
import type { Rights } from '../../src/domain/rights.js';
import { type Simulators, startSimulators } from '../support/simulators.js';

const SIM = 'smint-io';
const CONNECTION = 'smintTest' as ConnectionId;
const NOW = '2026-03-02T09:15:00.000Z' as Instant;
const CONTEXT: MapContext = { connectionId: CONNECTION, asOf: NOW, pageUrl: 'https://example.smint.io' };
const DEFAULT_SWITCHES = {
  'refresh-rotation': 'on-first-use',
  'refresh-token-in-reply': 'always',
  'expired-token-status': 401,
  'access-token-seconds': 3600,
  'parameter-style': 'both',
  'max-limit': 100,
  'over-limit': 'clamp',
  'unknown-cursor': 'reject',
  'unsyncable-binaries': 'empty',
  'dead-download-status': 403,
  'error-body': 'object',
} as const;

interface Summary {
  readonly t: number;
  readonly uuid: string;
  readonly profile: string;
  readonly provider: string;
  readonly elementUuid: string;
  readonly contentType: string;
  readonly state: string;
  readonly canBeSynced?: boolean | null;
  readonly binaryCount: number;
  readonly sequence: number;
}

let sims: Simulators;
let https: SourceHttp[] = [];
/** The chain of refresh tokens goes on through all tests, as it would in our store. */
let stored: RotatingToken;

const call = (ms = 10_000): Call => ({ requestId: 'test-request', deadlineAt: Date.now() + ms });
const transactionKey = (externalId: string): AssetKey => ({ connectionId: CONNECTION, lane: 'transaction', externalId });
const partKey = (externalId: string): AssetKey => ({ connectionId: CONNECTION, lane: 'part', externalId });

/** What the composition does with the sealed state, in memory: one renewal at a time, the newest token for all. */
const rotator = () => {
  let turn: Promise<unknown> = Promise.resolve();
  const counts = { renewals: 0 };
  const rotate: RotateToken = (refused, renew) => {
    const next = turn.then(async () => {
      if (stored.accessToken !== '' && stored.accessToken !== refused && stored.expiresAt > Date.now()) return stored;
      counts.renewals += 1;
      stored = await renew(stored.refreshToken);
      return stored;
    });
    turn = next.catch(() => undefined);
    return next;
  };
  return { rotate, counts };
};

interface MemoryStore extends AdapterStore {
  readonly assets: Map<string, Asset>;
  readonly loads: (readonly string[])[];
  readonly searches: SearchQuery[];
}

const memoryStore = (page?: SearchPage): MemoryStore => {
  const assets = new Map<string, Asset>();
  const loads: (readonly string[])[] = [];
  const searches: SearchQuery[] = [];
  return {
    assets,
    loads,
    searches,
    loadAssets: async (externalIds) => {
      loads.push(externalIds);
      return new Map(externalIds.flatMap((id) => (assets.has(id) ? [[id, assets.get(id) as Asset] as const] : [])));
    },
    searchAssets: async (query) => {
      searches.push(query);
      return page ?? { hits: [], totalCount: 0, next: null, unapplied: [] };
    },
    loadFacts: async () => new Map(),
  };
};

interface Account {
  readonly source: Datasource;
  readonly store: MemoryStore;
  readonly counts: { readonly renewals: number };
}

const account = (config: Partial<SmintIoConfig> = {}, store = memoryStore()): Account => {
  const { env } = sims;
  const limits = createLimits({ source: 'SMINT_IO', label: 'Smint.io', maxRps: 0, maxConcurrent: 16, now: Date.now });
  const http = createSourceHttp({ source: 'SMINT_IO', label: 'Smint.io', limits, now: Date.now, observe: () => {} });
  https.push(http);
  const { rotate, counts } = rotator();
  const connect = createSmintIoAccount(
    {
      tenant: env.SMINTIO_TENANT ?? '',
      clientId: env.SMINTIO_CLIENT_ID ?? '',
      clientSecret: env.SMINTIO_CLIENT_SECRET ?? '',
      apiUrl: env.SMINTIO_API_URL ?? '',
      authUrl: env.SMINTIO_AUTH_URL ?? '',
      metadataPath: env.SMINTIO_METADATA_PATH ?? '',
      feedPath: env.SMINTIO_FEED_PATH ?? '',
      binariesPath: env.SMINTIO_BINARIES_PATH ?? '',
      ...config,
    },
    { http, now: Date.now, rotate },
  );
  return { source: connect({ connectionId: CONNECTION, store }), store, counts };
};

const pull = (source: Datasource, cursor: string | null, deadline = call()): Promise<FeedPage> => {
  if (!source.pullFeed) throw new Error('no feed');
  return source.pullFeed(cursor, deadline);
};

interface Drained {
  readonly assets: Map<string, Asset>;
  readonly licenses: Map<string, ImportedLicense>;
  readonly pages: number;
  readonly cursor: string | null;
}

/** Stores what each page brings before it asks for the next, as the worker does. */
const drain = async ({ source, store }: Account, from: string | null = null): Promise<Drained> => {
  const assets = new Map<string, Asset>();
  const licenses = new Map<string, ImportedLicense>();
  let cursor = from;
  for (let pages = 1; pages < 100; pages += 1) {
    const page = await pull(source, cursor);
    cursor = page.cursor ?? cursor;
    for (const asset of page.assets) {
      assets.set(asset.externalId, asset);
      store.assets.set(asset.externalId, asset);
    }
    for (const license of page.licenses) licenses.set(license.sourceReference, license);
    if (page.drained) return { assets, licenses, pages, cursor };
  }
  throw new Error('the feed has no end');
};

const faultOf = async (work: Promise<unknown>): Promise<SourceFault> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof SourceFault) return error;
    throw error;
  }
  throw new Error('no fault');
};

const bytesOf = async ({ stream }: OpenFile): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const catalogue = async (): Promise<readonly Summary[]> => (await sims.action(SIM, 'catalogue')) as readonly Summary[];

/** The whole feed once, for the tests that only look at it. */
let whole: Drained;
let summaries: readonly Summary[];
const assetOf = (uuid: string): Asset => {
  const asset = whole.assets.get(uuid);
  if (!asset) throw new Error(`no asset ${uuid}`);
  return asset;
};
const rightsOf = (profile: string): Rights => {
  const found = summaries.find((entry) => entry.profile === profile && whole.assets.has(entry.uuid));
  if (!found) throw new Error(`no synced transaction with profile ${profile}`);
  return assetOf(found.uuid).rights;
};

beforeAll(async () => {
  sims = await startSimulators({ only: [SIM] });
  stored = { accessToken: '', expiresAt: 0, refreshToken: sims.env.SMINTIO_REFRESH_TOKEN ?? '' };
  summaries = await catalogue();
  whole = await drain(account({ pageSize: 50 }));
});
beforeEach(async () => {
  await sims.clearFaults(SIM);
  for (const [name, value] of Object.entries(DEFAULT_SWITCHES)) await sims.setSwitch(SIM, name, value);
  await sims.resetCounts(SIM);
  await sims.clearJournal(SIM);
});
afterEach(async () => {
  await Promise.all(https.map((http) => http.close()));
  https = [];
});
afterAll(async () => {
  await sims?.stop();
});

describe('reading by id and search', () => {
  it('answers from our copy alone, in one question, and asks Smint.io for nothing', async () => {
    const { source, store } = account();
    const assets = [...whole.assets.values()].slice(0, 120);
    for (const asset of assets) store.assets.set(asset.externalId, asset);
    const keys = [...assets.map(({ key }) => key), transactionKey('999999'), ...assets.slice(0, 2).map(({ key }) => key)];
    const batch = await source.loadAssets(keys, call());
    expect(store.loads).toHaveLength(1);
    expect(store.loads[0]).toHaveLength(121);
    expect(batch.found.size).toBe(120);
    expect(batch.failed.size).toBe(0);
    expect(Object.values(await sims.counts(SIM)).every((count) => count === 0)).toBe(true);
  });

  it('tells transaction and part apart by their lane, and asks for no id that cannot exist', async () => {
    const { source, store } = account();
    const part = [...whole.assets.values()].find(({ key }) => key.lane === 'part') as Asset;
    store.assets.set(part.externalId, part);
    const batch = await source.loadAssets([partKey(part.externalId), transactionKey(part.externalId)], call());
    expect([...batch.found.keys()]).toEqual([keyText(part.key)]);
    await source.loadAssets([transactionKey('no such/id'), transactionKey('a:'), partKey('90001')], call());
    expect(store.loads).toHaveLength(1);
    for (const { externalId } of whole.assets.values()) expect(externalId).toMatch(SMINT_IO_PROFILE.externalId);
  });

  it('fails the keys, not the call, when our copy cannot be read', async () => {
    const store: MemoryStore = { ...memoryStore(), loadAssets: () => Promise.reject(new Error('no database')) };
    const batch = await account({}, store).source.loadAssets([transactionKey('90001')], call());
    expect(batch.failed.get(keyText(transactionKey('90001')))).toMatchObject({ reason: 'server_error', retryable: true });
  });

  it('hands the search to our copy and gives its page on as it is', async () => {
    const page: SearchPage = { hits: [], totalCount: 7, next: '20', unapplied: [], asOf: NOW };
    const store = memoryStore(page);
    const query: SearchQuery = { text: 'lake', filters: { kinds: ['PHOTO'] }, sort: 'NEWEST', pageSize: 20, place: null };
    expect(await account({}, store).source.search(query, call())).toBe(page);
    expect(store.searches).toEqual([query]);
    expect((await sims.counts(SIM))['sync-feed']).toBe(0);
  });
});

describe('the feed', () => {
  it('is read to its end with one question per page and one per completed transaction', async () => {
    const test = account({ pageSize: 100 });
    const { pages, assets, licenses, cursor } = await drain(test);
    const taken = summaries.filter(
      ({ canBeSynced, state }) => canBeSynced === true && (state === 'completed' || state === 'cancelled'),
    );
    const completed = taken.filter(({ state }) => state === 'completed');
    const counts = await sims.counts(SIM);
    expect(pages).toBe(4);
    expect(counts['sync-feed']).toBe(4);
    expect(counts.binaries).toBe(completed.length);
    expect([...licenses.keys()].sort()).toEqual(taken.map(({ uuid }) => uuid).sort());
    const partCount = completed.reduce((sum, { binaryCount }) => sum + (binaryCount > 1 ? binaryCount : 0), 0);
    expect(assets.size).toBe(taken.length + partCount);
    expect(cursor).not.toBeNull();
  });

  it('asks for ten at a time unless told otherwise, and says that it is drained only on an empty page', async () => {
    const { source } = account();
    const first = await pull(source, null);
    expect(first.drained).toBe(false);
    const [entry] = (await sims.journal(SIM)).filter(({ endpoint }) => endpoint === 'sync-feed');
    expect(new URLSearchParams(entry?.query).get('limit')).toBe('10');
    const end = await pull(source, whole.cursor);
    expect(end).toMatchObject({ assets: [], licenses: [], drained: true });
    expect(end.cursor).toBe(whole.cursor);
  });

  it('passes a page on which nothing may be synchronised, and skips states that are not final', async () => {
    const skipped = summaries.filter(
      ({ canBeSynced, state }) => canBeSynced !== true || !['completed', 'cancelled'].includes(state),
    );
    expect(skipped.length).toBeGreaterThan(20);
    for (const { uuid } of skipped) expect(whole.assets.has(uuid)).toBe(false);
  });

  it.each(['camel', 'snake'])('goes on whichever spelling of the cursor the source knows (%s)', async (style) => {
    await sims.setSwitch(SIM, 'parameter-style', style);
    const { source } = account({ pageSize: 10 });
    const first = await pull(source, null);
    const second = await pull(source, first.cursor);
    expect(second.cursor).not.toBe(first.cursor);
    expect(second.licenses[0]?.sourceReference).not.toBe(first.licenses[0]?.sourceReference);
  });

  it('refuses to go round in circles when a source ignores the cursor', async () => {
    const { source } = account({ feedPath: '/transactionHistory/licensePurchaseTransactions/sync?continuationUuid=' });
    const first = await pull(source, null);
    expect(await faultOf(pull(source, first.cursor))).toMatchObject({ reason: 'bad_reply' });
  });

  it.each(['object', 'empty', 'html'])('starts anew when its cursor has been forgotten (errors as %s)', async (style) => {
    await sims.setSwitch(SIM, 'error-body', style);
    await sims.action(SIM, 'forget-cursors');
    const { source } = account();
    const page = await pull(source, whole.cursor);
    expect(page.drained).toBe(false);
    expect(page.cursor).not.toBe(whole.cursor);
    expect((await sims.counts(SIM))['sync-feed']).toBe(2);
  });

  it('fails the whole page when the files of one transaction cannot be read, so that the cursor passes nothing unread', async () => {
    await sims.addFault(SIM, { endpoint: 'binaries', kind: 'status', status: 500, times: 30 });
    expect(await faultOf(pull(account().source, null))).toMatchObject({ reason: 'server_error', retryable: true });
    await sims.clearFaults(SIM);
    expect((await pull(account().source, null)).assets.length).toBeGreaterThan(0);
  });

  it('has at most four questions for files under way at once', async () => {
    await sims.addFault(SIM, { endpoint: 'binaries', kind: 'latency', ms: 120 });
    const { source } = account();
    const startedAt = Date.now();
    await pull(source, null);
    const asked = (await sims.counts(SIM)).binaries ?? 0;
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(Math.ceil(asked / 4) * 115);
  });

  it('brings a changed transaction again, and a cancelled one with its parts and without asking for files', async () => {
    const test = account({ pageSize: 100 });
    const { cursor } = await drain(test);
    const compound = summaries.find(
      ({ binaryCount, state, uuid }) => binaryCount === 3 && state === 'completed' && whole.assets.has(uuid),
    ) as Summary;
    await sims.resetCounts(SIM);
    await sims.action(SIM, 'cancel', { uuid: compound.uuid });
    const page = await pull(test.source, cursor);
    expect((await sims.counts(SIM)).binaries).toBe(0);
    expect(page.assets.map(({ externalId }) => externalId).sort()).toEqual(
      [compound.uuid, ...['b1', 'b2', 'b3'].map((uuid) => `${compound.uuid}:${uuid}`)].sort(),
    );
    for (const asset of page.assets) expect(asset.sourceLicense).toMatchObject({ state: 'CANCELLED', raw: 'cancelled' });
    expect(page.assets.find(({ externalId }) => externalId.endsWith(':b3'))?.kind).toBe('DOCUMENT');
    expect(page.licenses).toHaveLength(1);
    expect(page.licenses[0]).toMatchObject({ cancelled: true, sourceReference: compound.uuid });
    // Again cancelled: the parts are still known.
    for (const asset of page.assets) test.store.assets.set(asset.externalId, asset);
    await sims.action(SIM, 'cancel', { uuid: compound.uuid });
    expect((await pull(test.source, page.cursor)).assets).toHaveLength(4);
  });

  it('notes the version of a file, and takes new previews, with every change', async () => {
    const test = account({ pageSize: 100 });
    const { cursor } = await drain(test);
    const single = summaries.find(
      ({ binaryCount, state, uuid, t }) => binaryCount === 1 && state === 'completed' && whole.assets.has(uuid) && t % 19 !== 4,
    ) as Summary;
    const before = assetOf(single.uuid).licensing.binaryVersion as number;
    await sims.action(SIM, 'update', { uuid: single.uuid, newBinary: true });
    const page = await pull(test.source, cursor);
    expect(page.assets[0]?.licensing.binaryVersion).toBe(before + 1);
  });
});

describe('the token', () => {
  it('is renewed by one for all, in the form that the identity server reads, and its successor is kept', async () => {
    stored = { ...stored, accessToken: '', expiresAt: 0 };
    const refreshBefore = stored.refreshToken;
    const { source, counts } = account();
    await Promise.all([pull(source, null), pull(source, null), pull(source, null)]);
    expect(counts.renewals).toBe(1);
    expect((await sims.counts(SIM)).token).toBe(1);
    expect(stored.refreshToken).not.toBe(refreshBefore);
    const entry = (await sims.journal(SIM)).find(({ endpoint }) => endpoint === 'token');
    expect(entry?.headers.authorization).toBeUndefined();
    expect(entry?.headers['content-type']).toContain('application/x-www-form-urlencoded');
  });

  it('is taken from our store while it lives', async () => {
    await pull(account().source, null);
    await sims.resetCounts(SIM);
    const second = account();
    await pull(second.source, null);
    expect(second.counts.renewals).toBe(0);
    expect((await sims.counts(SIM)).token).toBe(0);
  });

  it.each([401, 403])('is renewed once for all when the source refuses it with %i', async (status) => {
    const { source, counts } = account();
    await pull(source, null);
    const before = counts.renewals;
    await sims.setSwitch(SIM, 'expired-token-status', status);
    await sims.action(SIM, 'expire-tokens');
    await Promise.all([pull(source, null), pull(source, null)]);
    expect(counts.renewals).toBe(before + 1);
  });

  it.each(['never', 'null'])('keeps its refresh token when a reply has none (%s)', async (mode) => {
    await sims.setSwitch(SIM, 'refresh-token-in-reply', mode);
    stored = { ...stored, accessToken: '', expiresAt: 0 };
    const before = stored.refreshToken;
    await pull(account().source, null);
    expect(stored.refreshToken).toBe(before);
    stored = { ...stored, accessToken: '', expiresAt: 0 };
    await pull(account().source, null);
  });

  it('says that a person must consent again when the chain has ended, and goes on after that', async () => {
    await sims.action(SIM, 'revoke-refresh');
    stored = { ...stored, accessToken: '', expiresAt: 0 };
    const fault = await faultOf(pull(account().source, null));
    expect(fault).toMatchObject({ reason: 'unauthorized', retryable: false, sourceCode: 'invalid_grant' });
    expect(fault.message).toContain('consent');
    const { refreshToken } = (await sims.action(SIM, 'consent')) as { refreshToken: string };
    stored = { accessToken: '', expiresAt: 0, refreshToken };
    expect((await pull(account().source, null)).assets.length).toBeGreaterThan(0);
  });

  it('is asked for again when the answer with its successor was lost on the way', async () => {
    stored = { ...stored, accessToken: '', expiresAt: 0 };
    await sims.addFault(SIM, { endpoint: 'token', kind: 'reset-after', times: 1 });
    expect((await pull(account().source, null)).assets.length).toBeGreaterThan(0);
    expect((await sims.counts(SIM)).token).toBe(2);
  });

  it('tells a wrong client from an ended consent', async () => {
    stored = { ...stored, accessToken: '', expiresAt: 0 };
    const fault = await faultOf(pull(account({ clientSecret: 'wrong' }).source, null));
    expect(fault).toMatchObject({ reason: 'unauthorized', sourceCode: 'invalid_client' });
    expect(fault.message).not.toContain('consent');
  });
});

describe('faults', () => {
  it.each([
    [{ kind: 'reset-before' }, 'network'],
    [{ kind: 'truncate' }, 'network'],
    [{ kind: 'foreign' }, 'bad_reply'],
    [{ kind: 'status', status: 503, body: '<html>down</html>', headers: { 'content-type': 'text/html' } }, 'server_error'],
    [{ kind: 'status', status: 404 }, 'rejected'],
    [{ kind: 'status', status: 200, body: '{"odd":true}', headers: { 'content-type': 'application/json' } }, 'bad_reply'],
  ] as const)('%j of the feed is a fault of its kind that names the source and tells nothing else', async (fault, reason) => {
    await sims.addFault(SIM, { endpoint: 'sync-feed', ...fault });
    const thrown = await faultOf(pull(account().source, null));
    expect(thrown.reason).toBe(reason);
    expect(thrown.message).toContain('Smint.io');
    expect(thrown.message).not.toMatch(/SIMSECRET|127\.0\.0\.1|http/);
  });

  it('ends at the deadline when no answer comes', async () => {
    await sims.addFault(SIM, { endpoint: 'sync-feed', kind: 'never' });
    const startedAt = Date.now();
    expect(await faultOf(pull(account().source, null, call(400)))).toMatchObject({ reason: 'timeout' });
    expect(Date.now() - startedAt).toBeLessThan(2_000);
  });

  it('waits as long as a 429 asks, and survives a burst of them', async () => {
    await sims.addFault(SIM, { endpoint: 'sync-feed', kind: 'status', status: 429, headers: { 'retry-after': '1' }, times: 1 });
    expect((await pull(account().source, null)).assets.length).toBeGreaterThan(0);
    await sims.addFault(SIM, { endpoint: 'sync-feed', kind: 'status', status: 429, headers: { 'retry-after': '60' } });
    expect(await faultOf(pull(account().source, null, call(2_000)))).toMatchObject({ reason: 'rate_limited' });
  });
});

describe('files', () => {
  it('opens the bought file at a fresh address without our token, under its recommended name', async () => {
    const { source } = account();
    const asset = [...whole.assets.values()].find(
      ({ kind, key, licensing }) => kind === 'PHOTO' && key.lane === 'transaction' && licensing.parts === null,
    ) as Asset;
    const file = (await source.openDownload?.(asset, 'royalty_free', {}, call())) as OpenFile;
    expect(file.mimeType).toBe('image/jpeg');
    expect(file.fileName).toMatch(/\.jpg$/);
    expect((await bytesOf(file)).subarray(0, 2).toString('hex')).toBe('ffd8');
    const blob = (await sims.journal(SIM)).find(({ endpoint }) => endpoint === 'blob');
    expect(blob?.headers.authorization).toBeUndefined();
    expect((await sims.counts(SIM)).binaries).toBe(1);
  });

  it('opens of a compound the first file for the whole, and for each part its own', async () => {
    const { source } = account();
    const compound = summaries.findLast(
      ({ binaryCount, uuid, state }) => binaryCount === 3 && whole.assets.has(uuid) && state === 'completed',
    ) as Summary;
    const types: (string | null)[] = [];
    for (const id of [compound.uuid, `${compound.uuid}:b1`, `${compound.uuid}:b3`]) {
      const file = (await source.openDownload?.(assetOf(id), '', {}, call())) as OpenFile;
      await bytesOf(file);
      types.push(file.mimeType);
    }
    expect(types[0]).toBe(types[1]);
    expect(types[2]).toBe('application/pdf');
  });

  it('says so when the source offers no file, has no such part, or no longer hands one out', async () => {
    const { source } = account();
    const without = summaries.find(({ t, uuid }) => t % 60 === 39 && whole.assets.has(uuid)) as Summary;
    const open = (asset: Asset) => faultOf(source.openDownload?.(asset, '', {}, call()) as Promise<OpenFile>);
    expect(await open(assetOf(without.uuid))).toMatchObject({ reason: 'rejected', effect: 'none' });
    const single = [...whole.assets.values()].find(({ licensing }) => licensing.binary === 'b1') as Asset;
    expect(await open({ ...single, externalId: `${single.externalId}:b9` })).toMatchObject({ reason: 'rejected' });
    await sims.addFault(SIM, { endpoint: 'blob', kind: 'status', status: 410 });
    expect(await open(single)).toMatchObject({ reason: 'rejected' });
    await sims.addFault(SIM, { endpoint: 'binaries', kind: 'status', status: 404 });
    expect(await open(single)).toMatchObject({ reason: 'rejected' });
  });

  it('opens a preview, and says of one whose address has ended that the next reading of the feed renews it', async () => {
    const { source } = account();
    const asset = [...whole.assets.values()].find(({ renditions }) => renditions.length === 2) as Asset;
    for (const role of ['thumbnail', 'preview']) {
      const file = await source.openRendition(asset, role, call());
      expect(file.mimeType).toBe('image/jpeg');
      await bytesOf(file);
    }
    const preview = (await sims.journal(SIM)).find(({ endpoint }) => endpoint === 'preview');
    expect(preview?.headers.authorization).toBeUndefined();
    const [first] = asset.renditions;
    const ended = { ...asset, renditions: [{ ...first, address: `${first?.address}0` } as Asset['renditions'][number]] };
    const fault = await faultOf(source.openRendition(ended, 'thumbnail', call()));
    expect(fault).toMatchObject({ reason: 'bad_reply', effect: 'none' });
    expect(fault.message).toContain('feed');
    expect(await faultOf(source.openRendition(asset, 'comp', call()))).toMatchObject({ reason: 'unsupported' });
  });
});

describe('assets', () => {
  it('carry what the transaction says of the content, in English, with nothing made up', () => {
    const single = summaries.find(
      ({ provider, binaryCount, contentType, uuid, t }) =>
        provider === 'adobestock' && binaryCount === 1 && contentType === 'image' && whole.assets.has(uuid) && t % 6 !== 4,
    ) as Summary;
    const asset = assetOf(single.uuid);
    expect(asset).toMatchObject({
      source: 'SMINT_IO',
      externalId: single.uuid,
      key: { connectionId: CONNECTION, lane: 'transaction', externalId: single.uuid },
      mimeType: 'image/jpeg',
      creditLine: null,
      capturedAt: null,
      stockOrigin: { source: 'ADOBE_STOCK', externalId: single.elementUuid.split(':')[2] },
      licenseTermsUrl: 'https://adobestock.example/terms',
      acquireLicenseUrl: null,
      sourceLicense: { state: 'LICENSED', raw: 'completed' },
    });
    expect(asset.title).toBeTruthy();
    expect(asset.keywords).not.toContain('Motiv');
    expect(new Set(asset.keywords).size).toBe(asset.keywords.length);
    expect(asset.width).toBeGreaterThan(0);
    expect(asset.updatedAt).toMatch(/Z$/);
    expect(asset.renditions.map(({ role }) => role)).toEqual(['thumbnail', 'preview']);
  });

  it('know their origin for Adobe Stock and Getty Images alone', () => {
    for (const { uuid, provider } of summaries) {
      const source = whole.assets.get(uuid)?.stockOrigin?.source;
      if (!whole.assets.has(uuid)) continue;
      expect(source).toBe(provider === 'adobestock' ? 'ADOBE_STOCK' : provider === 'getty' ? 'GETTY_IMAGES' : undefined);
    }
  });

  it('of a compound are the whole and each part, with kinds and texts of their own and the same rights', () => {
    const compound = summaries.find(({ binaryCount, uuid }) => binaryCount === 3 && whole.assets.has(`${uuid}:b3`)) as Summary;
    const [parent, second, third] = [compound.uuid, `${compound.uuid}:b2`, `${compound.uuid}:b3`].map(assetOf) as [
      Asset,
      Asset,
      Asset,
    ];
    expect(parent.key.lane).toBe('transaction');
    expect(second).toMatchObject({ title: 'Part 2', caption: 'Crop for the web', width: null, mimeType: null });
    expect(third).toMatchObject({ kind: 'DOCUMENT', key: { lane: 'part' } });
    expect(parent.title).not.toMatch(/^Part/);
    expect(third.rights).toEqual(parent.rights);
  });

  const element = { uuid: '1:0:8888', provider: 'getty', content_type: 'image', image_details: { type: 'vector' } };
  const read = (row: unknown) => {
    const found = readTransaction(row);
    if (!found) throw new Error('unusable');
    return found;
  };
  const mapOne = (row: unknown, binaries: readonly WireBinary[] = []): Asset => {
    const wire = read(row);
    return mapAssets(wire, binaries, mapRights(wire.license, 'any'), CONTEXT)[0] as Asset;
  };

  it('have the kind of their file, whatever the content was sold as', () => {
    const kinds = ['image', 'video', 'audio', 'document', '3d', 'template', 'hologram'].map((content_type) => {
      const binaries = readBinaries([{ uuid: 'b1', content_type }]) ?? [];
      return mapOne({ uuid: '1', content_element: element }, binaries).kind;
    });
    expect(kinds).toEqual(['VECTOR', 'VIDEO', 'AUDIO', 'DOCUMENT', 'THREE_D', 'TEMPLATE', 'OTHER']);
    expect(mapOne({ uuid: '1', content_element: { ...element, image_details: null } }).kind).toBe('PHOTO');
    expect(mapOne({ uuid: '1' }).kind).toBe('OTHER');
  });

  it('take English, else the default, else what there is', () => {
    const title = (...cultures: string[]) =>
      mapOne({ uuid: '1', content_element: { name: cultures.map((culture) => ({ culture, value: culture })) } }).title;
    expect(title('de', 'x-default', 'en')).toBe('en');
    expect(title('de', 'x-default', 'fr')).toBe('x-default');
    expect(title('de', 'fr')).toBe('de');
    expect(title()).toBeNull();
  });

  it('survive one odd field, and only a row without a usable id is skipped', () => {
    const odd = mapOne({
      uuid: 90_001,
      content_element: { name: 'text', keywords: { a: 1 }, previews: 'none', copyright_notices: [null, 3], is_ai: 'yes' },
      offering: {
        image_details: { width: '0', height: -3 },
        license_urls: [{ culture: 'en', metadata_element: { url: 'javascript:1' } }],
      },
      last_updated_at: '2026-01-01 10:00',
      license_terms: 'many',
    });
    expect(odd).toMatchObject({
      externalId: '90001',
      title: null,
      keywords: [],
      renditions: [],
      copyrightNotice: null,
      width: null,
      height: null,
      updatedAt: null,
      aiGenerated: 'UNKNOWN',
      licenseTermsUrl: null,
    });
    const feed = readFeed({
      count: 4,
      continuation_uuid: 'c',
      license_purchase_transactions: [null, {}, { uuid: 'a b' }, { uuid: 'x' }],
    });
    expect(feed?.transactions.map(({ uuid }) => uuid)).toEqual(['x']);
    expect(readFeed([])).toBeNull();
    expect(readBinaries({})).toBeNull();
  });

  it('name the page for people, with the colons of the id, where the connection points at the vendor', () => {
    expect(mapOne({ uuid: '1', project_uuid: '31', content_element: element }).acquireLicenseUrl).toBe(
      'https://example.smint.io/project/31/content-element/1:0:8888',
    );
  });

  it('give licenses their price in euros as exact decimal text, and when, by whom and in which order', () => {
    const price = (total_price_eur: unknown) =>
      mapLicense(read({ uuid: '1', total_price_eur }), whole.licenses.values().next().value?.rights as Rights, CONTEXT).price;
    expect(price(0.1 + 0.2)).toEqual({ amount: '0.30', currency: 'EUR' });
    expect(price(131.65)).toEqual({ amount: '131.65', currency: 'EUR' });
    expect(price(0)).toEqual({ amount: '0.00', currency: 'EUR' });
    expect(price(0.125)).toEqual({ amount: '0.125', currency: 'EUR' });
    expect(price('12.50')).toEqual({ amount: '12.50', currency: 'EUR' });
    for (const odd of [null, undefined, -1, 'free', Number.NaN]) expect(price(odd)).toBeNull();
    const license = [...whole.licenses.values()].find(({ cancelled }) => !cancelled) as ImportedLicense;
    expect(license.licensedAt).toMatch(/Z$/);
    expect(license.licensedBy).toMatch(/^Buyer /);
    expect(license.orderNumber).toMatch(/^4\d{4}$/);
    expect(license.key).toEqual(transactionKey(license.sourceReference));
  });
});

describe('rights', () => {
  it('are unknown without terms, but for what restricts: the name of the license alone grants nothing', () => {
    const rights = rightsOf('term-less');
    expect(rights).toMatchObject({
      origin: 'SOURCE',
      model: 'UNKNOWN',
      editorialOnly: 'UNKNOWN',
      termKind: 'UNKNOWN',
      parts: [],
    });
    for (const list of [rights.usages, rights.territories, rights.channels]) expect(list.known).toBe(false);
    expect(rights.restrictions[0]).toContain('License "term-less"');
  });

  it('keep `any` as the source says it, read the world from it, and never make it perpetual', () => {
    const rights = rightsOf('worldwide-perpetual');
    expect(rights).toMatchObject({
      model: 'ROYALTY_FREE',
      origin: 'SOURCE',
      editorialOnly: 'NO',
      usages: { allowed: ['any'], known: true },
      territories: { allowed: ['WORLD'], restricted: [], known: true },
      termKind: 'UNKNOWN',
      validUntil: null,
      exclusive: 'UNKNOWN',
    });
    expect(rights.parts).toHaveLength(1);
    expect(rights.parts[0]?.name).toBe('Standard');
  });

  it.each(['silent', 'null-lists'])('of a term that states nothing stay unknown (%s)', (profile) => {
    const rights = rightsOf(profile);
    expect(rights).toMatchObject({ model: 'UNKNOWN', editorialOnly: 'UNKNOWN', origin: 'SOURCE' });
    for (const name of ['usages', 'channels', 'placements', 'sizes', 'territories', 'industries', 'languages'] as const) {
      expect(rights[name]).toEqual({ allowed: [], restricted: [], known: false });
    }
  });

  it('count editorial terms as the vendor does, and keep each answer in its part', () => {
    expect(rightsOf('editorial-true').editorialOnly).toBe('YES');
    expect(rightsOf('editorial-missing').editorialOnly).toBe('UNKNOWN');
    const mixed = rightsOf('editorial-mixed');
    expect(mixed.editorialOnly).toBe('YES');
    expect(mixed.parts.map(({ editorialOnly }) => editorialOnly)).toEqual(['YES', 'NO']);
    expect(mixed.channels.allowed).toEqual(['channel_web', 'channel_print']);
  });

  it('keep restrictions without permissions as restrictions alone', () => {
    const rights = rightsOf('restricted-only');
    expect(rights.territories).toEqual({ allowed: [], restricted: ['CN', 'US'], known: true });
    expect(rights.channels).toEqual({ allowed: [], restricted: ['channel_tv'], known: true });
    expect(rights.sizes.known).toBe(false);
  });

  it('turn countries into codes once, leave continents as keys and unknown or misspelt words as they are', () => {
    expect(rightsOf('russia-turkey-twice').territories).toEqual({ allowed: ['RU', 'TR', 'JP'], restricted: ['TR'], known: true });
    expect(rightsOf('continent-but-country').territories).toEqual({ allowed: ['europe_any'], restricted: ['CH'], known: true });
    const unknown = rightsOf('unknown-keys');
    expect(unknown.territories.allowed).toEqual(['oceania_fiji', 'AT']);
    expect(unknown.usages.allowed).toEqual(['virtual_world_any', 'digital_media_app']);
    expect(unknown.channels.restricted).toEqual(['channel_hologram']);
    expect(unknown.limits).toContainEqual({ unit: 'seats', max: 12 });
    expect(unknown.model).toBe('UNKNOWN');
    expect(rightsOf('misspelt').sizes.allowed).toEqual(['ad_eigth', 'page_eigth']);
    expect(
      ['any', 'europe_united_kingdom', 'australia_new_zealand', 'ASIA_any', 'europe_constructor', 'atlantis'].map(isoTerritory),
    ).toEqual(['WORLD', 'GB', 'NZ', 'asia_any', 'europe_constructor', 'atlantis']);
  });

  it('read limits of use and of downloads, and take zero for no limit', () => {
    const limits = rightsOf('usage-limits').limits;
    expect(limits).toEqual(
      expect.arrayContaining([
        { unit: 'circulation', max: 100_000 },
        { unit: 'displays', max: 50 },
        { unit: 'copies', max: 2 },
      ]),
    );
    const license = (constraints: unknown, usage_limits: unknown = []) =>
      mapRights(
        readTransaction({ uuid: '1', license_terms: [{ usage_limits }], license_download_constraints: constraints })
          ?.license as never,
        'any',
      );
    expect(license({ effective_max_downloads: 5, effective_max_users: 0, effective_max_reuses: -1 }).parts[0]?.limits).toEqual([
      { unit: 'downloads', max: 5 },
    ]);
    const odd = license({}, ['quantity_any', 'quantity_one_copy', 'copy_a_dozen']);
    expect(odd.limits).toEqual([{ unit: 'circulation', max: 1 }]);
    expect(odd.restrictions).toEqual(['copy_a_dozen']);
  });

  it('span the windows of all terms only where every term has one', () => {
    expect(rightsOf('two-windows')).toMatchObject({
      termKind: 'FIXED',
      validFrom: '2025-01-01T00:00:00.000Z',
      validUntil: '2028-12-31T23:59:59.000Z',
    });
    const markets = rightsOf('three-markets');
    expect(markets).toMatchObject({ termKind: 'FIXED', validFrom: '2025-01-01T00:00:00.000Z', validUntil: null });
    expect(markets.parts.map(({ validUntil }) => validUntil)).toEqual([
      '2026-12-31T23:59:59.000Z',
      '2027-05-31T23:59:59.000Z',
      null,
    ]);
    expect(markets.parts.map(({ termKind }) => termKind)).toEqual(['FIXED', 'FIXED', 'UNKNOWN']);
    expect(rightsOf('first-use-lapsed').toBeUsedUntil).toBe('2025-06-30T23:59:59.000Z');
  });

  it('never lose an end that they cannot read', () => {
    const rights = mapRights(
      readTransaction({
        uuid: '1',
        license_terms: [{ valid_until: '2026-12-31T23:59:59' }, { valid_until: '2026-06-30', valid_from: '2026-01-01' }],
      })?.license as never,
      'all',
    );
    expect(rights.parts[0]).toMatchObject({
      termKind: 'FIXED',
      validUntil: null,
      restrictions: ['valid_until: 2026-12-31T23:59:59'],
    });
    expect(rights.parts[1]).toMatchObject({ validFrom: '2026-01-01T00:00:00.000Z', validUntil: '2026-07-01T00:00:00.000Z' });
    expect(rights.originVersion).toBe('terms:all');
  });

  it('say exclusive for a named dimension alone, and releases only as stated', () => {
    expect(rightsOf('exclusive').exclusive).toBe('YES');
    const of = (row: Record<string, unknown>) => mapRights(readTransaction({ uuid: '1', ...row })?.license as never, 'any');
    expect(of({ license_terms: [{ exclusivities: ['any'] }] }).exclusive).toBe('UNKNOWN');
    const releases = (model: unknown, property: unknown) => {
      const release_details = { model_release_state: model, property_release_state: property };
      const { modelReleased, propertyReleased } = of({ content_element: { release_details }, license_terms: [{}] });
      return [modelReleased, propertyReleased];
    };
    expect(releases('released', 'not_released')).toEqual(['YES', 'NO']);
    expect(releases('no_release_required', 'all')).toEqual(['UNKNOWN', 'UNKNOWN']);
    expect(releases(null, 1)).toEqual(['UNKNOWN', 'UNKNOWN']);
  });

  it('keep the words of license and provider as they are, in every part', () => {
    const rights = mapRights(
      readTransaction({
        uuid: '1',
        license_text: { effective_text: [{ culture: 'en', value: '<b>Only</b> print.' }], effective_text_is_safe_html: true },
        content_element: { release_details: { provider_usage_constraints: [{ culture: 'en', value: 'Not for tobacco.' }] } },
        has_potentially_restrictive_license_terms: true,
        license_terms: [{}, {}],
      })?.license as never,
      'any',
    );
    const words = ['<b>Only</b> print.', 'Not for tobacco.', 'has_potentially_restrictive_license_terms: true'];
    expect(rights.restrictions).toEqual(words);
    for (const part of rights.parts) expect(part.restrictions).toEqual(words);
  });
});
