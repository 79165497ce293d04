/** PhotoShelter's adapter against the simulator over real HTTP, and its mapper against the vendor's odd values. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AdapterStore, AssetFacts, Call, Datasource, SearchQuery } from '../../src/datasources/datasource.js';
import { SearchNotPossible } from '../../src/datasources/datasource.js';
import { createLimits } from '../../src/datasources/http/limits.js';
import { createSourceHttp, type SourceHttp } from '../../src/datasources/http/send.js';
import {
  createPhotoShelterAccount,
  PHOTOSHELTER_PROFILE,
  type PhotoShelterConfig,
} from '../../src/datasources/photoshelter/adapter.js';
import {
  DEFAULT_EDITORIAL_WORDS,
  DEFAULT_FIELDS,
  instantIn,
  licenseEndOf,
  mapAsset,
  mapFacts,
  stockOriginIn,
} from '../../src/datasources/photoshelter/map.js';
import { readChanges, readHits, readKeywords, readMedia } from '../../src/datasources/photoshelter/wire.js';
import type { Asset } from '../../src/domain/asset.js';
import type { SourceFault } from '../../src/domain/faults.js';
import { type AssetKey, type ConnectionId, keyText } from '../../src/domain/ids.js';
import { UNKNOWN_LIST } from '../../src/domain/rights.js';
import { type Simulators, startSimulators } from '../support/simulators.js';

const SIM = 'photoshelter';
const CONNECTION = 'psTest' as ConnectionId;
const ORGANIZATION = 'O0000Acme.Lib_1a';
const MISSING = 'I0000no.such_pic';
const LIBRARY_SIZE = 1000;
const DEFAULTS: Readonly<Record<string, string | number | boolean>> = {
  'error-shape': 'array',
  'not-found-body': 'json',
  'stale-token-on-public': 'refuse',
  'per-page-min': 1,
  'per-page-max': 500,
  'children-per-page-max': 1000,
  'per-page-outside': 'clamp',
  'last-page-next': 'absent',
  'search-item-type': 'kind',
  'iptc-keywords': 'string',
  'iptc-non-image': 'not-found',
  'license-etime-form': 'datetime',
  'license-moves-modified': true,
  'v3-error-status': 'http',
  'v3-empty-record': 'absent',
  'v3-custom-metadata': 'list',
  'v3-iptc-place': 'beside',
  'preview-access': 'open',
  'rate-limit': 0,
};

let sims: Simulators;
let https: SourceHttp[] = [];
const changed = new Set<string>();

const set = async (name: string, value: string | number | boolean): Promise<void> => {
  changed.add(name);
  await sims.setSwitch(SIM, name, value);
};
const call = (ms = 15_000): Call => ({ requestId: 'test-request', deadlineAt: Date.now() + ms });
const keyOf = (externalId: string, lane = 'media'): AssetKey => ({ connectionId: CONNECTION, lane, externalId });
const textOf = (externalId: string): string => keyText({ lane: 'media', externalId });

interface Facts extends AdapterStore {
  readonly facts: Map<string, AssetFacts>;
  readonly asked: string[][];
}
const storeOf = (): Facts => {
  const facts = new Map<string, AssetFacts>();
  const asked: string[][] = [];
  return {
    facts,
    asked,
    loadFacts: async (ids) => {
      asked.push([...ids]);
      return new Map(ids.flatMap((id) => (facts.has(id) ? [[id, facts.get(id) as AssetFacts]] : [])));
    },
  } as Partial<Facts> as Facts;
};

/** A fresh account: no session yet. */
const account = (config: Partial<PhotoShelterConfig> = {}, store: AdapterStore = storeOf(), now = Date.now): Datasource => {
  const { env } = sims;
  const limits = createLimits({ source: 'PHOTOSHELTER', label: 'PhotoShelter', maxRps: 0, maxConcurrent: 64, now: Date.now });
  const http = createSourceHttp({ source: 'PHOTOSHELTER', label: 'PhotoShelter', limits, now: Date.now, observe: () => {} });
  https.push(http);
  const make = createPhotoShelterAccount(
    {
      apiUrl: env.PHOTOSHELTER_API_URL ?? '',
      v3Url: env.PHOTOSHELTER_V3_URL ?? '',
      previewUrl: env.PHOTOSHELTER_PREVIEW_URL ?? '',
      apiKey: env.PHOTOSHELTER_API_KEY ?? '',
      email: env.PHOTOSHELTER_EMAIL ?? '',
      password: env.PHOTOSHELTER_PASSWORD ?? '',
      organizationId: env.PHOTOSHELTER_ORGANIZATION_ID ?? '',
      ...config,
    },
    { http, now },
  );
  return make({ connectionId: CONNECTION, store });
};

const query = (part: Partial<SearchQuery> = {}): SearchQuery => ({
  text: null,
  filters: {},
  sort: 'NEWEST',
  pageSize: 100,
  place: null,
  ...part,
});

const searchAll = async (source: Datasource, part: Partial<SearchQuery>) => {
  const ids: string[] = [];
  const sizes: number[] = [];
  let place: string | null = null;
  do {
    const page = await source.search(query({ ...part, place }), call());
    ids.push(...page.hits.map(({ key }) => key.externalId));
    sizes.push(page.hits.length);
    place = page.next;
  } while (place !== null && sizes.length < 200);
  return { ids, sizes };
};

const pollAll = async (source: Datasource, from: string | null = null, mostPages = 100, now = Date.now) => {
  const facts = new Map<string, AssetFacts>();
  let cursor = from;
  for (let pages = 1; pages <= mostPages; pages += 1) {
    const page = await (source.pollFacts as NonNullable<Datasource['pollFacts']>)(cursor, {
      ...call(),
      deadlineAt: now() + 15_000,
    });
    for (const fact of page.facts) facts.set(fact.externalId, fact);
    cursor = page.cursor;
    if (page.drained) return { facts, cursor, pages };
  }
  throw new Error('the poll does not end');
};

const bytesOf = async (stream: AsyncIterable<unknown>): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};
const faultIn = async (work: Promise<unknown>): Promise<SourceFault> =>
  work.then(
    () => {
      throw new Error('expected a fault');
    },
    (error: unknown) => error as SourceFault,
  );
const loadOne = async (source: Datasource, id: string): Promise<Asset> => {
  const { found } = await source.loadAssets([keyOf(id)], call());
  const asset = found.get(textOf(id));
  if (asset === undefined) throw new Error(`${id} was not found`);
  return asset;
};

let images: readonly string[] = [];
let videos: readonly string[] = [];
let documents: readonly string[] = [];
const image = (n: number): string => images[n] ?? '';

beforeAll(async () => {
  sims = await startSimulators({ only: [SIM] });
  const source = account();
  const first = async (kind: 'PHOTO' | 'VIDEO' | 'DOCUMENT') =>
    (await source.search(query({ filters: { kinds: [kind] } }), call())).hits.map(({ key }) => key.externalId);
  [images, videos, documents] = await Promise.all([first('PHOTO'), first('VIDEO'), first('DOCUMENT')]);
});
afterAll(async () => {
  await sims.stop();
});
beforeEach(async () => {
  await sims.resetCounts(SIM);
  await sims.clearJournal(SIM);
});
afterEach(async () => {
  await sims.clearFaults(SIM);
  for (const name of changed) await sims.setSwitch(SIM, name, DEFAULTS[name] ?? '');
  changed.clear();
  await Promise.all(https.map((http) => http.close()));
  https = [];
});

describe('mapping', () => {
  const options = {
    connectionId: CONNECTION,
    previewUrl: 'https://previews.example',
    previewsWatermarked: false,
    fields: DEFAULT_FIELDS,
    editorialWords: new Set(DEFAULT_EDITORIAL_WORDS),
  };
  const media = (attributes: object, iptc?: object, id = 'I0000abc.DEF_123') => {
    const includes = iptc === undefined ? {} : { includes: { iptc: { data: { attributes: iptc } } } };
    const read = readMedia({ data: { id, type: 'image', attributes, ...includes } });
    if (read === null) throw new Error('unreadable');
    return read;
  };
  const factsOf = (customFields: Record<string, string>, validUntil: string | null = null): AssetFacts =>
    ({ externalId: 'I0000abc.DEF_123', validUntil, customFields, stockOrigin: null }) as AssetFacts;

  it('takes the kind from the id, whatever the reply calls it', () => {
    const kinds = ['I0', 'VD', 'AD', 'DO'].map((prefix) =>
      mapAsset(media({}, {}, `${prefix}000abc.DEF_123`), undefined, options),
    );
    expect(kinds.map(({ kind }) => kind)).toEqual(['PHOTO', 'VIDEO', 'AUDIO', 'DOCUMENT']);
    expect(kinds.map(({ renditions }) => renditions.length)).toEqual([2, 0, 0, 0]);
  });

  it('falls back from title to headline to file name, and from credit to source to nothing', () => {
    const map = (iptc?: object): Asset => mapAsset(media({ file_name: 'a b.jpg' }, iptc), undefined, options);
    expect(map({ title: 'T', headline: 'H', credit: 'C', source: 'S' })).toMatchObject({ title: 'T', creditLine: 'C' });
    expect(map({ title: '', headline: 'H', source: 'S' })).toMatchObject({ title: 'H', creditLine: 'S' });
    expect(map()).toMatchObject({ title: 'a b.jpg', creditLine: null, caption: null, keywords: [], contributor: null });
    expect(map({ source: 'adobestock:42' })).toMatchObject({
      creditLine: null,
      stockOrigin: { source: 'ADOBE_STOCK', externalId: '42' },
    });
  });

  it('reads keywords from text and list, with commas and semicolons, each once', () => {
    expect(readKeywords('sea, sun; ,sea ;sand')).toEqual(['sea', 'sun', 'sand']);
    expect(readKeywords(['sea', ' sun ', '', 'sea', 7])).toEqual(['sea', 'sun']);
    expect(readKeywords(undefined)).toEqual([]);
  });

  it('makes a moment of a time with zone alone', () => {
    expect(instantIn('2026-02-01 10:30:00 GMT')).toBe('2026-02-01T10:30:00.000Z');
    expect(instantIn('2026-02-01T10:30:00.136828')).toBeNull();
    const asset = mapAsset(
      media({ modified_at: '2026-02-01T10:30:00.0' }, { date_created: '2026-01-05 09:00' }),
      undefined,
      options,
    );
    expect(asset).toMatchObject({ updatedAt: null, capturedAt: null, capturedAtText: '2026-01-05 09:00' });
  });

  it('takes a set release for a yes and everything else for unknown', () => {
    const rights = (attributes: object) => mapAsset(media(attributes), undefined, options).rights;
    expect(rights({ model_released: true, property_released: false })).toMatchObject({
      modelReleased: 'YES',
      propertyReleased: 'UNKNOWN',
    });
    expect(rights({ model_released: 1, property_released: null })).toMatchObject({
      modelReleased: 'UNKNOWN',
      propertyReleased: 'UNKNOWN',
      origin: 'UNKNOWN',
    });
  });

  it('keeps the words of rights verbatim and makes no permission of any', () => {
    const facts = factsOf(
      { USAGE: 'Commercial', Territory: 'Worldwide', 'Licence type': 'Owned', Approval: 'Approved', Campaign: 'x' },
      '2027-01-01T00:00:00.000Z',
    );
    const { rights } = mapAsset(media({}, { rights: 'Cleared worldwide.', instructions: ' Do not crop. ' }), facts, options);
    expect(rights.restrictions).toEqual([
      'Cleared worldwide.',
      ' Do not crop. ',
      'USAGE: Commercial',
      'Territory: Worldwide',
      'Licence type: Owned',
      'Approval: Approved',
    ]);
    expect(rights).toMatchObject({
      model: 'UNKNOWN',
      editorialOnly: 'UNKNOWN',
      usages: UNKNOWN_LIST,
      territories: UNKNOWN_LIST,
      termKind: 'FIXED',
      validUntil: '2027-01-01T00:00:00.000Z',
      origin: 'SOURCE',
    });
  });

  it('calls an asset editorial for the whole word alone', () => {
    const editorial = (word: string) => mapAsset(media({}), factsOf({ Usage: word }), options).rights.editorialOnly;
    expect(['Editorial only', ' EDITORIAL USE ONLY', 'Editorial', 'Not editorial only'].map(editorial)).toEqual([
      'YES',
      'YES',
      'UNKNOWN',
      'UNKNOWN',
    ]);
  });

  it('ends a license with the day that is named, in each form, and shows an end that it cannot read', () => {
    for (const end of ['2026-12-31', '2026-12-31 00:00:00', '2026-12-31 00:00:00 GMT', '1798675200', 1798675200]) {
      expect(licenseEndOf(end)).toBe('2027-01-01T00:00:00.000Z');
    }
    for (const end of [null, '0000-00-00 00:00:00', '0', 0, 'soon', '2026-02-30']) expect(licenseEndOf(end)).toBeNull();
    const row = { id: 'I0000abc.DEF_123', customFields: {}, transRef: null, source: null };
    expect(mapFacts({ ...row, licenseEnd: '0000-00-00' }, DEFAULT_FIELDS).customFields).toEqual({});
    const facts = mapFacts({ ...row, licenseEnd: '31. Dezember' }, DEFAULT_FIELDS);
    const { rights } = mapAsset(media({}), facts, options);
    expect(rights).toMatchObject({ termKind: 'UNKNOWN', validUntil: null, restrictions: ['license_etime: 31. Dezember'] });
  });

  it('finds the stock asset of a copy only in a text that is nothing else', () => {
    expect(stockOriginIn('GettyImages:1200300400')).toEqual({ source: 'GETTY_IMAGES', externalId: '1200300400' });
    for (const text of ['contract-003.pdf', 'see adobestock:1', 'adobestock:', 'shutterstock:5', null]) {
      expect(stockOriginIn(text)).toBeNull();
    }
  });

  it('never throws for odd fields, and skips rows without an id', () => {
    expect(readMedia({ data: { id: 'I0000short' } })).toBeNull();
    expect(media({ width: '6000', height: 0, file_name: 7, duration: {} })).toMatchObject({
      width: 6000,
      height: null,
      fileName: null,
    });
    expect(readHits({ data: [{ id: 'I0000abc.DEF_123' }, { id: 5 }, null] })).toMatchObject({
      ids: ['I0000abc.DEF_123'],
      rowCount: 3,
    });
    expect(readHits({ data: {} })).toBeNull();
    const nested = {
      GalleryImage: { Image: { image_id: 'I0000abc.DEF_123', Iptc: { source: 'x' } }, License: { license_etime: 5 } },
    };
    expect(readChanges({ status: 'ok', data: { Rows: [nested, {}], Paging: { page: 1 } } })).toMatchObject({
      rows: [{ id: 'I0000abc.DEF_123', licenseEnd: 5, source: 'x' }],
      rowCount: 2,
    });
    expect(readChanges({ status: 'error' })).toBeNull();
  });
});

describe('loading', () => {
  it('asks once for each id, at most four at a time, and signs in once for all', async () => {
    const source = account();
    await sims.addFault(SIM, { endpoint: 'v4-media', kind: 'latency', ms: 30 });
    const wanted = images.slice(0, 24);
    const startedAt = Date.now();
    const { found, failed } = await source.loadAssets(
      [...wanted, ...wanted].map((id) => keyOf(id)),
      call(),
    );
    expect(Date.now() - startedAt).toBeGreaterThan(5 * 30);
    expect([...found.keys()].sort()).toEqual(wanted.map(textOf).sort());
    expect(failed.size).toBe(0);
    const counts = await sims.counts(SIM);
    expect(counts).toMatchObject({ 'v4-media': 24, 'v4-authenticate': 1, 'v4-organization-authenticate': 1 });
  });

  it('merges the stored facts of all ids with one question to the store', async () => {
    const store = storeOf();
    const [withFacts, without] = [image(0), image(1)];
    store.facts.set(withFacts, {
      externalId: withFacts,
      validUntil: '2026-06-01T00:00:00.000Z' as NonNullable<AssetFacts['validUntil']>,
      customFields: { Usage: 'Editorial only', Territory: 'Europe' },
      stockOrigin: { source: 'ADOBE_STOCK', externalId: '77' },
    });
    const { found } = await account({}, store).loadAssets([keyOf(withFacts), keyOf(MISSING), keyOf(without)], call());
    expect(store.asked).toHaveLength(1);
    expect(store.asked[0]?.sort()).toEqual([withFacts, without].sort());
    const one = found.get(textOf(withFacts));
    expect(one?.stockOrigin).toEqual({ source: 'ADOBE_STOCK', externalId: '77' });
    expect(one?.rights).toMatchObject({ termKind: 'FIXED', validUntil: '2026-06-01T00:00:00.000Z', editorialOnly: 'YES' });
    expect(one?.rights.restrictions).toEqual(expect.arrayContaining(['Usage: Editorial only', 'Territory: Europe']));
    expect(found.get(textOf(without))?.rights).toMatchObject({ termKind: 'UNKNOWN', validUntil: null, editorialOnly: 'UNKNOWN' });
  });

  it('does not ask for what cannot exist, and takes each kind of 404 for unknown', async () => {
    const source = account();
    for (const body of ['json', 'html', 'empty']) {
      await set('not-found-body', body);
      const keys = [keyOf(MISSING), keyOf('nonsense'), keyOf('I0000../../x_abc'), keyOf(image(0), 'other')];
      const { found, failed } = await source.loadAssets(keys, call());
      expect([found.size, failed.size]).toEqual([0, 0]);
    }
    expect((await sims.counts(SIM))['v4-media']).toBe(3);
  });

  it('keeps ids apart that differ in case alone', async () => {
    const swapped =
      image(0).slice(0, 5) +
      image(0)
        .slice(5)
        .replace(/[a-z]/i, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()));
    const { found } = await account().loadAssets([keyOf(image(0)), keyOf(swapped)], call());
    expect([...found.keys()]).toEqual([textOf(image(0))]);
  });

  it('maps what the library says of pictures, film and documents', async () => {
    const source = account();
    const picture = await loadOne(source, image(0));
    expect(picture).toMatchObject({ source: 'PHOTOSHELTER', kind: 'PHOTO', sourceLicense: null, aiGenerated: 'UNKNOWN' });
    expect(picture.keywords.length).toBeGreaterThan(1);
    expect(picture.updatedAt).toMatch(/Z$/);
    await set('iptc-keywords', 'list');
    expect((await loadOne(source, image(0))).keywords).toEqual(picture.keywords);
    await set('iptc-non-image', 'no-data');
    const film = await loadOne(source, videos[0] ?? '');
    expect(film).toMatchObject({ kind: 'VIDEO', mimeType: 'video/quicktime', renditions: [] });
    expect(film.durationSeconds).toBeGreaterThan(1);
    expect(film.title).toMatch(/\.mov$/i);
    expect(await loadOne(source, documents[0] ?? '')).toMatchObject({
      kind: 'DOCUMENT',
      mimeType: 'application/pdf',
      width: null,
    });
  });

  it('signs in again once for all who meet a dead session', async () => {
    const source = account();
    await source.loadAssets([keyOf(image(0))], call());
    await sims.action(SIM, 'expire-tokens');
    await sims.resetCounts(SIM);
    const { found } = await source.loadAssets(
      images.slice(0, 40).map((id) => keyOf(id)),
      call(),
    );
    expect(found.size).toBe(40);
    const counts = await sims.counts(SIM);
    expect(counts).toMatchObject({ 'v4-authenticate': 1, 'v4-organization-authenticate': 1 });
    // Only what was under way can have met the dead one.
    expect(counts['v4-media']).toBeLessThanOrEqual(44);
  });

  it('does not sign in again and again for what the account may not see', async () => {
    const source = account();
    await source.loadAssets([keyOf(image(0))], call());
    await sims.resetCounts(SIM);
    const body = JSON.stringify({ errors: [{ id: 'AcsPermissionException', title: 'no', status: '401' }] });
    await sims.addFault(SIM, {
      endpoint: 'v4-media',
      kind: 'status',
      status: 401,
      headers: { 'content-type': 'application/json' },
      body,
    });
    const keys = images.slice(0, 12).map((id) => keyOf(id));
    const { failed } = await source.loadAssets(keys, call());
    expect(failed.size).toBe(12);
    expect([...failed.values()][0]).toMatchObject({
      reason: 'forbidden',
      sourceCode: 'AcsPermissionException',
      retryable: false,
    });
    await source.loadAssets(keys, call());
    expect((await sims.counts(SIM))['v4-authenticate']).toBe(1);
  });

  it.each(['array', 'object', 'error'])('tells a refused API key from a refused sign-in (errors as %s)', async (shape) => {
    await set('error-shape', shape);
    const key = await faultIn(account({ apiKey: 'wrong.key_1' }).search(query(), call()));
    expect(key).toMatchObject({ reason: 'unauthorized', retryable: false, sourceCode: 'ApiKeyInvalidException' });
    expect(key.message).toContain('API key');
    const secret = 'not-the-password';
    const { failed } = await account({ password: secret }).loadAssets([keyOf(image(0)), keyOf(image(1))], call());
    expect(failed.size).toBe(2);
    const fault = failed.get(textOf(image(0)));
    expect(fault).toMatchObject({ reason: 'unauthorized', retryable: false });
    expect(fault?.message).toMatch(/e-mail, password/);
    expect(JSON.stringify([fault?.message, key.message])).not.toMatch(/SIMSECRET|127\.0\.0\.1|not-the-password/);
    expect(await faultIn(account({ organizationId: 'O0000Other.Lib_2' }).search(query(), call()))).toMatchObject({
      reason: 'unauthorized',
    });
  });
});

describe('faults', () => {
  it.each([
    [{ kind: 'status', status: 502, body: '<html>Bad Gateway</html>', headers: { 'content-type': 'text/html' } }, 'server_error'],
    [{ kind: 'status', status: 403 }, 'unauthorized'],
    [{ kind: 'status', status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'bad_reply'],
    [{ kind: 'foreign' }, 'bad_reply'],
    [{ kind: 'truncate' }, 'network'],
    [{ kind: 'reset-before' }, 'network'],
  ] as const)('fails one asset alone: %j', async (fault, reason) => {
    const source = account({ concurrency: 1 });
    await source.loadAssets([keyOf(image(0))], call());
    // As often as a read is tried: the one that is asked first.
    await sims.addFault(SIM, {
      endpoint: 'v4-media',
      times: reason === 'server_error' || reason === 'network' || reason === 'bad_reply' ? 3 : 1,
      ...fault,
    });
    const tries = reason === 'bad_reply' ? 3 : 1;
    const { found, failed } = await source.loadAssets(
      images.slice(0, 6).map((id) => keyOf(id)),
      call(),
    );
    expect(failed.size).toBe(tries);
    expect(found.size).toBe(6 - tries);
    expect(failed.get(textOf(image(0)))).toMatchObject({ reason });
  });

  it('ends with the deadline when nobody answers', async () => {
    const source = account();
    await source.loadAssets([keyOf(image(0))], call());
    await sims.addFault(SIM, { endpoint: 'v4-media', kind: 'never' });
    const startedAt = Date.now();
    const { failed } = await source.loadAssets(
      images.slice(0, 10).map((id) => keyOf(id)),
      call(300),
    );
    expect(Date.now() - startedAt).toBeLessThan(1500);
    expect(failed.size).toBe(10);
    expect([...failed.values()].every(({ reason }) => reason === 'timeout')).toBe(true);
  });

  it('waits as a 429 asks and says so when there is no time for that', async () => {
    const source = account();
    await source.loadAssets([keyOf(image(0))], call());
    await sims.addFault(SIM, { endpoint: 'v4-media', kind: 'status', status: 429, headers: { 'retry-after': '180' }, times: 1 });
    const { failed } = await source.loadAssets([keyOf(image(0))], call(1_000));
    expect(failed.get(textOf(image(0)))).toMatchObject({ reason: 'rate_limited', code: 'RATE_LIMITED', retryAfterMs: 180_000 });
  });
});

describe('search', () => {
  it.each([7, 20, 50, 100])('gives the whole library in pages of %i, each hit once, without asking twice', async (pageSize) => {
    const { ids, sizes } = await searchAll(account(), { pageSize });
    expect(ids).toHaveLength(LIBRARY_SIZE);
    expect(new Set(ids).size).toBe(LIBRARY_SIZE);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(pageSize);
    expect((await sims.counts(SIM))['v4-media-search']).toBe(LIBRARY_SIZE / Math.max(50, pageSize));
  });

  it('needs no more of the source than a page of 50, whatever is asked for', async () => {
    await set('per-page-min', 50);
    await set('per-page-max', 100);
    await set('per-page-outside', 'refuse');
    const page = await account().search(query({ pageSize: 1 }), call());
    expect(page).toMatchObject({ totalCount: LIBRARY_SIZE, unapplied: [] });
    expect(page.hits).toHaveLength(1);
    expect(page.next).not.toMatch(/SIMSECRET|http/);
    expect((await account().search(query({ pageSize: 100 }), call())).hits).toHaveLength(100);
  });

  it.each(['absent', 'null', 'empty'])('ends where the source ends (next %s)', async (next) => {
    await set('last-page-next', next);
    await set('search-item-type', 'media');
    const { ids, sizes } = await searchAll(account(), { filters: { kinds: ['VIDEO', 'DOCUMENT'] }, pageSize: 40 });
    expect(ids.every((id) => /^(VD|DO)/.test(id))).toBe(true);
    expect(ids.length).toBeGreaterThan(40);
    expect(sizes.at(-1)).toBeGreaterThan(0);
  });

  it('sends words, kinds, orientation and order, and says which filters it did not apply', async () => {
    const filters = {
      kinds: ['PHOTO', 'VECTOR', 'AUDIO'],
      orientation: 'VERTICAL',
      minWidth: 4000,
      editorialOnly: true,
    } as const;
    const page = await account().search(query({ text: ' night & day ', filters, sort: 'RELEVANCE' }), call());
    expect(page.unapplied).toEqual(['minWidth', 'editorialOnly']);
    const [entry] = (await sims.journal(SIM)).filter(({ endpoint }) => endpoint === 'v4-media-search');
    expect(Object.fromEntries(new URLSearchParams(entry?.query))).toEqual({
      org_id: ORGANIZATION,
      terms: 'night & day',
      media_type: 'image,audio',
      orientation: 'vertical',
      sort_by: 'relevance',
      page: '1',
      per_page: '100',
    });
  });

  it('gives newest first', async () => {
    const source = account();
    const { ids } = (await sims.action(SIM, 'add-media', { count: 2, word: 'psnewest' })) as { ids: string[] };
    try {
      const page = await source.search(query(), call());
      expect(
        page.hits
          .slice(0, 2)
          .map(({ key }) => key.externalId)
          .sort(),
      ).toEqual([...ids].sort());
      const found = await source.search(query({ text: 'psnewest', sort: 'RELEVANCE' }), call());
      expect(found).toMatchObject({ totalCount: 2, next: null });
    } finally {
      await sims.action(SIM, 'remove-media', { ids });
    }
  });

  it('cannot tell drawings from photographs, and refuses foreign places', async () => {
    const source = account();
    await expect(source.search(query({ filters: { kinds: ['VECTOR', 'THREE_D'] } }), call())).rejects.toBeInstanceOf(
      SearchNotPossible,
    );
    for (const place of [
      '{"page":0,"rest":[]}',
      '{"page":1000,"rest":[]}',
      '{"page":1,"rest":["../x"]}',
      'x',
      'null',
      '{"offset":5}',
    ]) {
      expect(await faultIn(source.search(query({ place }), call()))).toMatchObject({ reason: 'unsupported' });
    }
    expect((await sims.counts(SIM))['v4-media-search']).toBe(0);
  });

  it('stops at the last page that the source numbers', async () => {
    await sims.addFault(SIM, {
      endpoint: 'v4-media-search',
      kind: 'status',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ data: [{ id: MISSING }], meta: { paging: { total: 165_000, page: 999, next: 'more' } } }),
    });
    const last = await account().search(query({ place: JSON.stringify({ page: 999, rest: [], total: 165_000 }) }), call());
    expect(last).toMatchObject({ hits: [{ key: keyOf(MISSING) }], totalCount: 165_000, next: null });
  });
});

describe('polling', () => {
  it('reads license ends and custom metadata of the whole library in a few requests', async () => {
    const { facts, pages } = await pollAll(account());
    expect(facts.size).toBe(LIBRARY_SIZE);
    expect(pages).toBe(2);
    expect(await sims.counts(SIM)).toMatchObject({ 'v3-media-search': 2, 'v4-media': 0, 'v4-custom-metadata': 0 });
    const all = [...facts.values()];
    expect(all.filter(({ validUntil }) => validUntil !== null).length).toBeGreaterThan(200);
    expect(all.filter(({ stockOrigin }) => stockOrigin !== null).length).toBeGreaterThan(100);
    expect(all.every(({ validUntil }) => validUntil === null || validUntil.endsWith('T00:00:00.000Z'))).toBe(true);
    expect(all.some(({ customFields }) => customFields.Usage === 'Editorial only')).toBe(true);
  });

  it('learns the same whatever form the answers take', async () => {
    const { facts: expected } = await pollAll(account());
    await set('v3-custom-metadata', 'map');
    await set('v3-iptc-place', 'inside');
    await set('v3-empty-record', 'empty-list');
    for (const form of ['date', 'gmt', 'epoch']) {
      await set('license-etime-form', form);
      expect((await pollAll(account())).facts).toEqual(expected);
    }
    await set('v3-empty-record', 'null');
    expect((await pollAll(account())).facts).toEqual(expected);
  });

  it('then reads only what was changed since, and again from where it stopped', async () => {
    const source = account();
    const { cursor } = await pollAll(source);
    await sims.resetCounts(SIM);
    const id = image(3);
    await sims.action(SIM, 'set-expiry', { id, date: '2031-05-04' });
    await sims.action(SIM, 'touch', { id, changes: { Usage: 'Internal only', trans_ref: 'gettyimages:1200300400' } });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const later = await pollAll(source, cursor);
    expect([...later.facts.keys()]).toEqual([id]);
    expect(later.facts.get(id)).toMatchObject({
      validUntil: '2031-05-05T00:00:00.000Z',
      customFields: { Usage: 'Internal only' },
    });
    expect(later.pages).toBe(1);
    expect((await sims.counts(SIM))['v3-media-search']).toBe(1);
    // The same window once more, as after a crash before the cursor was kept.
    expect([...(await pollAll(source, cursor)).facts.keys()]).toEqual([id]);
    await sims.action(SIM, 'set-expiry', { id, date: null });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await pollAll(source, later.cursor)).facts.get(id)?.validUntil).toBeNull();
  });

  it('misses nothing when media leave the window while it is read', async () => {
    const source = account({ pollPageSize: 100 });
    const poll = source.pollFacts as NonNullable<Datasource['pollFacts']>;
    const seen = new Set<string>();
    let cursor: string | null = null;
    await new Promise((resolve) => setTimeout(resolve, 1100));
    for (let step = 0; ; step += 1) {
      const page = await poll(cursor, call());
      for (const fact of page.facts) seen.add(fact.externalId);
      cursor = page.cursor;
      if (page.drained) break;
      if (step === 2) {
        await new Promise((resolve) => setTimeout(resolve, 1100));
        // Out of the window: they are changed after its end.
        for (const externalId of [...seen].slice(0, 130))
          await sims.action(SIM, 'touch', { id: externalId, changes: { rating: 4 } });
      }
    }
    expect(seen.size).toBe(LIBRARY_SIZE);
  });

  it.each(['http', 'always-200'])('makes do with smaller pages where large ones are refused (%s)', async (status) => {
    await set('children-per-page-max', 100);
    await set('per-page-outside', 'refuse');
    await set('v3-error-status', status);
    const { facts, pages } = await pollAll(account());
    expect([facts.size, pages]).toEqual([LIBRARY_SIZE, 10]);
  });

  it('cuts a library in two that has more pages than the source numbers', async () => {
    const { facts, pages } = await pollAll(account({ pollPageSize: 1 }), null, 1_100);
    expect(facts.size).toBe(LIBRARY_SIZE);
    expect(pages).toBeGreaterThan(LIBRARY_SIZE);
  });

  it('counts pages as the source does when it gives fewer than were asked for', async () => {
    await set('children-per-page-max', 100);
    const { facts, pages } = await pollAll(account());
    expect([facts.size, pages]).toEqual([LIBRARY_SIZE, 10]);
  });

  it('takes smaller pages from the same place when the source breaks down under large ones', async () => {
    const source = account();
    const first = await (source.pollFacts as NonNullable<Datasource['pollFacts']>)(null, call());
    await sims.addFault(SIM, { endpoint: 'v3-media-search', kind: 'status', status: 502, times: 3 });
    const { facts, pages } = await pollAll(source, first.cursor);
    expect([facts.size, pages]).toEqual([500, 5]);
    await sims.addFault(SIM, { endpoint: 'v3-media-search', kind: 'status', status: 503 });
    expect(await faultIn(pollAll(account()))).toMatchObject({ reason: 'server_error' });
  });

  it.each(['refuse', 'anonymous'])('never takes the view of a stranger for the library (dead session: %s)', async (stale) => {
    await set('stale-token-on-public', stale);
    const source = account({ fullPollHours: 0 });
    const { facts, cursor } = await pollAll(source);
    await sims.action(SIM, 'expire-tokens');
    expect((await pollAll(source, cursor)).facts).toEqual(facts);
  });

  it('reads the whole again after a day, for changes that moved no time', async () => {
    let now = Date.now();
    const source = account({}, storeOf(), () => now);
    const { cursor } = await pollAll(source);
    await set('license-moves-modified', false);
    const id = image(7);
    await sims.action(SIM, 'set-expiry', { id, date: '2032-02-28' });
    now += 3_600_000;
    const soon = await pollAll(source, cursor, 100, () => now);
    expect(soon.facts.has(id)).toBe(false);
    now += 24 * 3_600_000;
    const nextDay = await pollAll(source, soon.cursor, 100, () => now);
    expect(nextDay.facts.size).toBe(LIBRARY_SIZE);
    expect(nextDay.facts.get(id)?.validUntil).toBe('2032-02-29T00:00:00.000Z');
  });

  it('starts again from a cursor that it cannot read', async () => {
    expect((await pollAll(account(), 'what')).facts.size).toBe(LIBRARY_SIZE);
    expect((await pollAll(account(), '{"since":"yesterday","window":{"page":-1}}')).facts.size).toBe(LIBRARY_SIZE);
  });
});

describe('files', () => {
  it('opens previews without key or session', async () => {
    const source = account();
    const asset = await loadOne(source, image(0));
    await sims.clearJournal(SIM);
    for (const { role } of asset.renditions) {
      const file = await source.openRendition(asset, role, call());
      expect(file.mimeType).toBe('image/jpeg');
      const bytes = await bytesOf(file.stream);
      expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
      expect(file.length).toBe(bytes.length);
    }
    const headers = (await sims.journal(SIM)).map((entry) => entry.headers);
    expect(headers).toHaveLength(2);
    expect(headers.some((names) => 'x-ps-api-key' in names || 'x-ps-auth-token' in names)).toBe(false);
    expect(asset.renditions.every(({ needsToken }) => !needsToken)).toBe(true);
    expect(await faultIn(source.openRendition(asset, 'comp', call()))).toMatchObject({ reason: 'unsupported' });
    await set('preview-access', 'public-only');
    const hidden = await faultIn(
      (async () => {
        for (const id of images)
          await bytesOf((await source.openRendition(await loadOne(source, id), 'thumbnail', call())).stream);
      })(),
    );
    expect(hidden).toMatchObject({ reason: 'rejected' });
  });

  it('streams the original, also when the session has ended meanwhile', async () => {
    const source = account();
    const asset = await loadOne(source, image(2));
    await sims.action(SIM, 'expire-tokens');
    const file = await source.openDownload?.(asset, '', {}, call());
    expect(file?.mimeType).toBe(asset.mimeType);
    expect(file?.fileName).toMatch(/\.(jpe?g|png)$/i);
    const bytes = await bytesOf(file?.stream as AsyncIterable<unknown>);
    expect(bytes.length).toBe(file?.length);
    expect(bytes.length).toBeGreaterThan(1000);
  });

  it('has faults for files that are gone, forbidden or no files', async () => {
    const source = account();
    const asset = await loadOne(source, image(2));
    const open = () => faultIn((source.openDownload as NonNullable<Datasource['openDownload']>)(asset, '', {}, call()));
    for (const [status, reason] of [
      [404, 'rejected'],
      [401, 'forbidden'],
      [403, 'unauthorized'],
      [503, 'server_error'],
    ] as const) {
      await sims.addFault(SIM, { endpoint: 'v4-download', kind: 'status', status });
      expect(await open()).toMatchObject({ reason });
      await sims.clearFaults(SIM);
    }
    await sims.addFault(SIM, { endpoint: 'v4-download', kind: 'foreign' });
    expect(await open()).toMatchObject({ reason: 'bad_reply' });
  });

  it('says what it can do, and sells nothing', () => {
    const source = account();
    expect(Object.keys(PHOTOSHELTER_PROFILE.capabilities)).toEqual(['SEARCH', 'WRITE_METADATA', 'DOWNLOAD', 'CHANGES']);
    expect(source.licensing).toBeUndefined();
    expect(source.history).toBeUndefined();
  });
});
