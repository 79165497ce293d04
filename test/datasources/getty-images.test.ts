/** Getty Images' adapter against the simulated agency over real HTTP, and its mapping against invented rows. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type {
  AdapterStore,
  Call,
  Datasource,
  HistoryPage,
  LicenseRequest,
  SearchQuery,
} from '../../src/datasources/datasource.js';
import { SearchNotPossible } from '../../src/datasources/datasource.js';
import { createGettyImagesAccount, type GettyImagesConfig } from '../../src/datasources/getty-images/adapter.js';
import { gettyLanguage } from '../../src/datasources/getty-images/client.js';
import { heldIn, licenseTypesFor, mapAsset, mapBaseline, noteWithTag, tagIn } from '../../src/datasources/getty-images/map.js';
import { readAsset, readAssets, readDownloads, readProducts } from '../../src/datasources/getty-images/wire.js';
import { createLimits } from '../../src/datasources/http/limits.js';
import { createSourceHttp, type SourceHttp } from '../../src/datasources/http/send.js';
import type { Asset } from '../../src/domain/asset.js';
import { SourceFault } from '../../src/domain/faults.js';
import { type ConnectionId, keyText } from '../../src/domain/ids.js';
import { type Simulators, startSimulators } from '../support/simulators.js';

const SIM = 'getty-images';
const connectionId = 'connGetty001' as ConnectionId;
const image = (k: number) => ({ connectionId, lane: 'image', externalId: String(1_200_300_400 + k * 3) });
const video = (k: number) => ({ connectionId, lane: 'video', externalId: String(600_700_800 + k * 3) });
const images = (count: number, from = 0) => Array.from({ length: count }, (_, index) => image(from + index));

const callFor = (ms = 20_000): Call => ({ requestId: 'test', deadlineAt: Date.now() + ms });
const store = {} as AdapterStore;

let sims: Simulators;
const opened: SourceHttp[] = [];

const connect = (config: Partial<GettyImagesConfig> = {}): Datasource => {
  const limits = createLimits({ source: 'GETTY_IMAGES', label: 'Getty Images', maxRps: 0, maxConcurrent: 16, now: Date.now });
  const http = createSourceHttp({ source: 'GETTY_IMAGES', label: 'Getty Images', limits, now: Date.now, observe: () => {} });
  opened.push(http);
  const { env } = sims;
  const account = createGettyImagesAccount(
    {
      apiUrl: env.GETTY_IMAGES_API_URL ?? '',
      authUrl: env.GETTY_IMAGES_AUTH_URL ?? '',
      apiKey: env.GETTY_IMAGES_API_KEY ?? '',
      apiSecret: env.GETTY_IMAGES_API_SECRET ?? '',
      ...config,
    },
    { http, now: Date.now },
  );
  return account({ connectionId, store });
};

const loadOne = async (source: Datasource, key = image(0)): Promise<Asset> => {
  const asset = (await source.loadAssets([key], callFor())).found.get(keyText(key));
  if (asset === undefined) throw new Error(`no ${keyText(key)}`);
  return asset;
};

const licensingOf = (source: Datasource) => {
  if (source.licensing === undefined) throw new Error('no licensing');
  return source.licensing;
};

const requestFor = (asset: Asset, more: Partial<LicenseRequest> = {}): LicenseRequest => ({
  asset,
  licenseType: 'premiumaccess',
  references: [],
  operationTag: 'clearance:op-0001',
  ...more,
});

/** Assets that premium access covers; each test takes its own. */
let nextImage = 100;
const coveredAsset = async (source: Datasource): Promise<Asset> => {
  for (;;) {
    const asset = await loadOne(source, image(nextImage++));
    if (asset.licensing.callForImage === true) continue;
    const { raw } = await licensingOf(source).baseline(requestFor(asset), callFor());
    if ((raw.productTypes as string[]).includes('premiumaccess')) return asset;
  }
};

const faultFrom = async (promise: Promise<unknown>): Promise<SourceFault> => {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(outcome instanceof SourceFault)) throw new Error(`no fault but ${String(outcome)}`);
  return outcome;
};

const CHANGED: [string, string | number | boolean][] = [];
const setSwitch = async (name: string, value: string | number | boolean, usual: string | number | boolean): Promise<void> => {
  CHANGED.push([name, usual]);
  await sims.setSwitch(SIM, name, value);
};

beforeAll(async () => {
  sims = await startSimulators({ only: [SIM] });
});
beforeEach(async () => {
  await sims.resetCounts(SIM);
  await sims.clearJournal(SIM);
});
afterEach(async () => {
  await sims.clearFaults(SIM);
  for (const [name, usual] of CHANGED.splice(0)) await sims.setSwitch(SIM, name, usual);
  await Promise.all(opened.splice(0).map((http) => http.close()));
});
afterAll(async () => {
  await sims?.stop();
});

// ---------- pure ----------

const row = (fields: Record<string, unknown>) => {
  const read = readAsset({ id: '1200000001', asset_family: 'creative', ...fields });
  if (read === null) throw new Error('unreadable');
  return read;
};
const mapped = (fields: Record<string, unknown>, lane = 'image') => mapAsset(row(fields), lane, connectionId);
const useOf = (usage_restrictions: unknown, more: Record<string, unknown> = {}) => ({
  allowed_use: { usage_restrictions, how_can_i_use_it: null, release_info: null, ...more },
});

describe('mapping', () => {
  test('whatever a row holds, reading it never throws', () => {
    const names = [
      'id',
      'title',
      'keywords',
      'allowed_use',
      'max_dimensions',
      'display_sizes',
      'referral_destinations',
      'istock_licenses',
    ];
    const odd = fc.record(Object.fromEntries(names.map((name) => [name, fc.oneof(fc.anything(), fc.array(fc.anything()))])));
    fc.assert(
      fc.property(odd, (fields) => {
        for (const asset of readAssets({ images: [{ ...fields, id: '7' }, fields] }, 'image')?.assets ?? []) {
          expect(Object.keys(mapAsset(asset, 'image', connectionId))).toEqual(Object.keys(mapped({})));
        }
      }),
    );
  });

  test('a row of wrong types gives nulls, a row without a usable id is skipped', () => {
    const odd = mapped({
      title: 7,
      caption: '',
      keywords: 'x',
      max_dimensions: [],
      display_sizes: {},
      allowed_use: 'free',
      artist: {},
    });
    expect(odd).toMatchObject({ title: null, caption: null, keywords: [], width: null, renditions: [], contributor: null });
    expect(odd.rights).toMatchObject({ model: 'UNKNOWN', editorialOnly: 'UNKNOWN', restrictions: [] });
    expect(readAssets({ images: [{ id: 'abc' }, null, { id: 12 }] }, 'image')?.assets.map(({ id }) => id)).toEqual(['12']);
  });

  test('both envelopes of clips are read, and ids beyond 2^53 stay text', () => {
    expect(readAssets({ id: '600700800', title: 'bare' }, 'video')?.assets[0]?.title).toBe('bare');
    expect(readAssets({ videos: [{ id: '9007199254740993123' }], videos_not_found: [5] }, 'video')).toMatchObject({
      assets: [{ id: '9007199254740993123' }],
      notFound: new Set(['5']),
    });
    expect(readAssets({ hello: 'world' }, 'image')).toBeNull();
  });

  test('the rights model never says editorial, and unknown words stay unknown', () => {
    const rights = (license_model: unknown, asset_family: unknown) =>
      mapped({ license_model, asset_family, ...useOf([]) }).rights;
    expect(rights('royaltyfree', 'creative')).toMatchObject({ model: 'ROYALTY_FREE', editorialOnly: 'NO', origin: 'SOURCE' });
    expect(rights('rightsmanaged', 'editorial')).toMatchObject({ model: 'RIGHTS_MANAGED', editorialOnly: 'YES' });
    expect(rights('rightsready', 'creative').model).toBe('RIGHTS_READY');
    expect(rights('any', 'other')).toMatchObject({ model: 'UNKNOWN', editorialOnly: 'UNKNOWN', origin: 'UNKNOWN' });
  });

  test('a creative picture for editorial use only is not sold as free of it', () => {
    const editorialOnly = (restrictions: unknown) => mapped(useOf(restrictions)).rights.editorialOnly;
    expect(editorialOnly([])).toBe('NO');
    expect(editorialOnly(['NO SALES IN NORWAY OR DENMARK.'])).toBe('NO');
    expect(editorialOnly(['EDITORIAL USE ONLY.'])).toBe('YES');
    expect(editorialOnly(['Nur zur redaktionellen Verwendung, Redaktion fragen.'])).toBe('UNKNOWN');
    expect(editorialOnly(null)).toBe('UNKNOWN');
  });

  test('restrictions keep the source’s words, bars and all, and only whole phrases say what is released', () => {
    const words = { how_can_i_use_it: 'All uses that our |License Terms| permit.', release_info: 'Property released.' };
    const { rights } = mapped(useOf(['NO ARCHIVING.  '], words));
    expect(rights.restrictions).toEqual(['NO ARCHIVING.  ', 'Property released.', 'All uses that our |License Terms| permit.']);
    expect(rights).toMatchObject({ modelReleased: 'UNKNOWN', propertyReleased: 'YES', termKind: 'UNKNOWN' });
    expect(rights.territories.known || rights.usages.known).toBe(false);
    const partial = mapped(useOf([], { release_info: 'Model release on file for 2 of 3 people.' })).rights;
    expect(partial).toMatchObject({ modelReleased: 'UNKNOWN', propertyReleased: 'UNKNOWN' });
    const none = mapped(useOf([], { release_info: 'No release required' })).rights;
    expect(none).toMatchObject({ modelReleased: 'UNKNOWN', propertyReleased: 'UNKNOWN' });
  });

  test('a clip has no credit line of our making, its frames are no seconds, its preview moves', () => {
    const clip = mapped(
      {
        artist: 'R. Example',
        clip_length: '00:01:12:24',
        display_sizes: [
          { name: 'preview', uri: 'https://media.example.test/p', is_watermarked: true },
          { name: 'preview', uri: 'https://media.example.test/q', is_watermarked: true },
          { name: 'thumb', uri: 'https://media.example.test/t', is_watermarked: false },
          { name: 'comp', uri: 'javascript:alert(1)' },
        ],
      },
      'video',
    );
    expect(clip).toMatchObject({ kind: 'VIDEO', creditLine: null, durationSeconds: 72, contributor: { name: 'R. Example' } });
    expect(clip.renditions.map(({ role, watermarked }) => [role, watermarked])).toEqual([
      ['video_preview', true],
      ['thumbnail', false],
    ]);
    expect(mapped({ clip_length: '12 seconds' }, 'video').durationSeconds).toBeNull();
  });

  test('times become instants only with a zone, the camera’s before the contributor’s', () => {
    expect(mapped({ date_created: '2024-03-03T00:00:00Z' }).capturedAt).toBe('2024-03-03T00:00:00.000Z');
    expect(mapped({ date_created: '2024-03-03T00:00:00' })).toMatchObject({
      capturedAt: null,
      capturedAtText: '2024-03-03T00:00:00',
    });
    const both = mapped({ date_created: '2024-03-03T00:00:00Z', date_camera_shot: '2024-03-02T10:00:00+02:00' });
    expect(both).toMatchObject({ capturedAt: '2024-03-02T08:00:00.000Z', capturedAtText: '2024-03-02T10:00:00+02:00' });
  });

  test('the page to buy at carries no tracking', () => {
    const pages = [
      { site_name: 'istockphoto', uri: 'https://istock.example.test/1' },
      { site_name: 'gettyimages', uri: 'https://getty.example.test/detail/1?partner=ours&token=t#top' },
    ];
    expect(mapped({ referral_destinations: pages }).acquireLicenseUrl).toBe('https://getty.example.test/detail/1');
    expect(mapped({ referral_destinations: pages.slice(0, 1) }).acquireLicenseUrl).toBe('https://istock.example.test/1');
  });

  test('kinds follow the graphical style, and what it does not say is no photograph', () => {
    const kind = (graphical_style: unknown) => mapped({ graphical_style }).kind;
    expect(['photography', 'illustration', 'vector', 'fine_art', null].map(kind)).toEqual([
      'PHOTO',
      'ILLUSTRATION',
      'VECTOR',
      'OTHER',
      'OTHER',
    ]);
  });

  test('license types fit the family and the model, what sales sell by phone has none', () => {
    const types = (fields: Record<string, unknown>, products?: string[]) =>
      licenseTypesFor(mapped(fields), products).map(({ licenseType }) => licenseType);
    expect(types({ license_model: 'royaltyfree' })).toEqual([
      'premiumaccess',
      'easyaccess',
      'imagepack',
      'royaltyfreesubscription',
    ]);
    expect(types({ license_model: 'rightsmanaged', asset_family: 'editorial' })).toEqual([
      'premiumaccess',
      'editorialsubscription',
    ]);
    expect(types({ istock_licenses: [{ license_type: 'Standard', credits: 3 }] })).toContain('creditpack');
    expect(types({ product_types: ['imagepack', 'aigen'] })).toEqual(['imagepack']);
    expect(types({ call_for_image: true })).toEqual([]);
    expect(types({}, ['premiumaccess:1', 'premiumaccess:2', 'editorialsubscription', 'nonsense'])).toEqual(['premiumaccess']);
  });

  test('a tag comes back out of the notes, with and without a note before it', () => {
    expect(tagIn(noteWithTag('Spring campaign', 'clearance:1'))).toBe('clearance:1');
    expect(tagIn(noteWithTag(null, 'clearance:1'))).toBe('clearance:1');
    expect(noteWithTag('only a note', null)).toBe('only a note');
    expect([tagIn('only a note'), tagIn(null), tagIn('short')]).toEqual([null, null, null]);
  });

  test('what is held is the newest download under the product asked for; others are only mentioned', () => {
    const at = (day: number, product_type: string, product_id: number) => ({
      date_downloaded: `2026-03-0${day}T10:00:00`,
      product_type,
      product_id,
    });
    const rows = readDownloads(
      { downloads: [at(1, 'premiumaccess', 1), at(2, 'premiumaccess', 2), at(3, 'easyaccess', 3)] },
      '5',
    )?.rows;
    const held = (type: string) => heldIn(rows ?? [], type);
    expect(held('premiumaccess')).toMatchObject({ licenseType: 'premiumaccess', licensedAt: '2026-03-02T10:00:00.000Z' });
    expect(held('premiumaccess:1')).toMatchObject({ licenseType: 'premiumaccess:1', licensedAt: '2026-03-01T10:00:00.000Z' });
    expect(held('imagepack')).toBeNull();
    const baseline = mapBaseline(
      {
        products: readProducts({ products: [{ id: 9, type: 'imagepack', status: 'active' }] }) ?? [],
        productTypes: [],
        downloads: rows ?? [],
      },
      requestFor(mapped({}), { licenseType: 'imagepack' }),
      { tagged: true, now: Date.now() },
    );
    expect(baseline).toMatchObject({ held: null, verdict: 'possible', message: expect.stringMatching(/under easyaccess/) });
  });

  test('a quota that is no number is not taken for "no limit"', () => {
    const product = (downloads_remaining: unknown) => ({ id: 1, type: 'premiumaccess', status: 'active', downloads_remaining });
    const verdict = (value: unknown) =>
      mapBaseline(
        { products: readProducts({ products: [product(value)] }) ?? [], productTypes: [], downloads: [] },
        requestFor(mapped({})),
        { tagged: true, now: Date.now() },
      );
    expect(verdict(null)).toMatchObject({ verdict: 'possible', remaining: null });
    expect(verdict('7')).toMatchObject({ verdict: 'possible', remaining: 7, units: 1 });
    expect(verdict('many').verdict).toBe('refused');
    expect(verdict({}).verdict).toBe('refused');
    expect(verdict(0)).toMatchObject({ verdict: 'refused', remaining: 0 });
  });

  test('locales become the vendor’s languages', () => {
    expect(['en_GB', 'en-AU', 'de-AT', 'pt_BR', 'pt', 'zh-HK', 'xx', '??'].map(gettyLanguage)).toEqual([
      'en-GB',
      'en-US',
      'de',
      'pt-BR',
      'pt-BR',
      'zh-HK',
      undefined,
      undefined,
    ]);
  });
});

// ---------- reading ----------

describe('reading by id', () => {
  test('250 images and 3 clips, some asked twice, are 4 requests without a token', async () => {
    const keys = [...images(250), ...images(20), video(0), video(1), video(2), { ...image(0), lane: 'sculpture' }];
    const { found, failed } = await connect().loadAssets(keys, callFor());
    expect(found.size).toBe(253);
    expect(failed.size).toBe(0);
    const counts = await sims.counts(SIM);
    expect([counts.images, counts.videos, counts.token]).toEqual([3, 1, 0]);
    const clip = found.get(keyText(video(0)));
    expect(clip).toMatchObject({ kind: 'VIDEO', source: 'GETTY_IMAGES', creditLine: null });
    expect(clip?.durationSeconds).toBeGreaterThan(0);
    const still = [...found.values()].filter(({ key }) => key.lane === 'image');
    expect(still.filter(({ creditLine }) => creditLine !== null).length).toBeGreaterThan(200);
    expect(
      still.every(
        ({ renditions }) =>
          renditions
            .map(({ role }) => role)
            .sort()
            .join() === 'comp,preview,thumbnail',
      ),
    ).toBe(true);
    expect(
      still.some(({ rights }) => rights.editorialOnly === 'YES') && still.some(({ rights }) => rights.editorialOnly === 'NO'),
    ).toBe(true);
  });

  test('the order of the reply means nothing', async () => {
    await setSwitch('batch-order', 'reversed', 'by-id');
    const { found } = await connect().loadAssets(images(5), callFor());
    for (const key of images(5)) expect(found.get(keyText(key))?.externalId).toBe(key.externalId);
  });

  test.each([404, 200])('ids that nobody knows do not exist, also where all are unknown (status %i)', async (status) => {
    await setSwitch('all-missing', status, 404);
    const unknown = { ...image(0), externalId: '42' };
    const source = connect();
    expect(await source.loadAssets([unknown, { ...video(0), externalId: '43' }], callFor())).toEqual({
      found: new Map(),
      failed: new Map(),
    });
    const mixed = await source.loadAssets([unknown, image(1)], callFor());
    expect([[...mixed.found.keys()], mixed.failed.size]).toEqual([[keyText(image(1))], 0]);
  });

  test('ids of another form are not asked for', async () => {
    const { found, failed } = await connect().loadAssets(
      [
        { ...image(0), externalId: '1,2' },
        { ...image(0), externalId: 'x' },
      ],
      callFor(),
    );
    expect([found.size, failed.size, (await sims.counts(SIM)).images]).toEqual([0, 0, 0]);
  });

  test('a failing chunk fails its own keys alone', async () => {
    await sims.addFault(SIM, { endpoint: 'videos', kind: 'status', status: 400, body: '{"ErrorCode":"InvalidRequest"}' });
    const { found, failed } = await connect().loadAssets([image(0), video(0)], callFor());
    expect([...found.keys()]).toEqual([keyText(image(0))]);
    expect(failed.get(keyText(video(0)))).toMatchObject({ reason: 'rejected', source: 'GETTY_IMAGES' });
  });

  test.each([
    [
      'status 503 with HTML',
      { kind: 'status', status: 503, body: '<html>', headers: { 'content-type': 'text/html' } },
      'server_error',
    ],
    ['status 429', { kind: 'status', status: 429, body: '{"message":"Too Many Requests"}' }, 'rate_limited'],
    ['a foreign page', { kind: 'foreign' }, 'bad_reply'],
    ['a broken connection', { kind: 'reset-before' }, 'network'],
    ['half an answer', { kind: 'truncate' }, 'network'],
    [
      'a 403 that is not theirs',
      { kind: 'status', status: 403, body: '<html>', headers: { 'content-type': 'text/html' } },
      'bad_reply',
    ],
    ['a disabled key', { kind: 'status', status: 403, body: '{"message":"Forbidden"}' }, 'forbidden'],
  ] as const)('%s is a fault that names the source and nothing secret', async (_, fault, reason) => {
    await sims.addFault(SIM, { endpoint: 'images', ...fault });
    const { failed } = await connect().loadAssets([image(0)], callFor(3_000));
    const found = failed.get(keyText(image(0)));
    expect(found).toMatchObject({ reason });
    expect(found?.message).toMatch(/Getty Images/);
    expect(found?.message).not.toMatch(/SIMSECRET|http|127\.0/);
  });

  test('silence ends with the deadline', async () => {
    await sims.addFault(SIM, { endpoint: 'images', kind: 'never' });
    const startedAt = Date.now();
    const { failed } = await connect().loadAssets([image(0)], callFor(300));
    expect(failed.get(keyText(image(0)))?.reason).toBe('timeout');
    expect(Date.now() - startedAt).toBeLessThan(2_000);
  });
});

describe('renditions', () => {
  test('a picture whose address ran out is opened at a fresh one, asked for once', async () => {
    const source = connect();
    const asset = await loadOne(source);
    const stale = {
      ...asset,
      renditions: asset.renditions.map((r) => ({ ...r, address: r.address.replace(/c=[^&]*/, 'c=gone') })),
    };
    const file = await source.openRendition(stale, 'thumbnail', callFor());
    const chunks: Buffer[] = [];
    for await (const chunk of file.stream) chunks.push(chunk as Buffer);
    expect(file.mimeType).toBe('image/jpeg');
    expect(Buffer.concat(chunks).length).toBe(file.length);
    expect(await sims.counts(SIM)).toMatchObject({ images: 2, media: 2 });
    const journal = await sims.journal(SIM);
    const opening = journal.filter(({ endpoint }) => endpoint === 'media');
    expect(opening.every(({ headers }) => headers.authorization === undefined && headers['api-key'] === undefined)).toBe(true);
  });

  test('a page in place of the picture is no picture, and an unknown role is said to be none', async () => {
    const source = connect();
    const asset = await loadOne(source);
    await sims.addFault(SIM, { endpoint: 'media', kind: 'foreign' });
    expect((await faultFrom(source.openRendition(asset, 'thumbnail', callFor()))).reason).toBe('rejected');
    expect((await faultFrom(source.openRendition(asset, 'poster', callFor()))).reason).toBe('unsupported');
  });
});

// ---------- search ----------

const queryFor = (more: Partial<SearchQuery> = {}): SearchQuery => ({
  text: 'morning',
  filters: {},
  sort: 'RELEVANCE',
  pageSize: 30,
  place: null,
  ...more,
});

const drain = async (source: Datasource, query: SearchQuery) => {
  const keys: string[] = [];
  const sizes: number[] = [];
  let total: number | null = null;
  let place: string | null = null;
  do {
    const page = await source.search({ ...query, place }, callFor());
    keys.push(...page.hits.map(({ key }) => keyText(key)));
    sizes.push(page.hits.length);
    total = page.totalCount;
    place = page.next;
  } while (place !== null && sizes.length < 200);
  return { keys, sizes, total };
};

describe('search', () => {
  test('images and clips come in turns until the end, each once, on full pages', async () => {
    const { keys, sizes, total } = await drain(connect(), queryFor());
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBe(total);
    expect(sizes.slice(0, -1).every((size) => size === 30)).toBe(true);
    expect(new Set(keys.slice(0, 6).map((key) => key.split('\n')[0]))).toEqual(new Set(['image', 'video']));
    const counts = await sims.counts(SIM);
    const upstream =
      Number(counts['search-images-blended']) +
      Number(counts['search-videos-creative']) +
      Number(counts['search-videos-editorial']);
    expect(upstream).toBeLessThanOrEqual(Math.ceil(keys.length / 30) + 3);
    expect(counts.token).toBe(0);
  });

  test('kinds and editorial use decide which lists are asked', async () => {
    const source = connect();
    const asked = async (filters: SearchQuery['filters']) => {
      await sims.resetCounts(SIM);
      await source.search(queryFor({ filters }), callFor());
      const counts = await sims.counts(SIM);
      return Object.keys(counts)
        .filter((name) => name.startsWith('search-') && Number(counts[name]) > 0)
        .sort();
    };
    expect(await asked({ kinds: ['PHOTO', 'AUDIO'] })).toEqual(['search-images-blended']);
    // Creative collections hold pictures for editorial use only as well: what is wanted is told by the assets.
    expect(await asked({ kinds: ['VIDEO'], editorialOnly: true })).toEqual(['search-videos-creative', 'search-videos-editorial']);
    expect(await asked({ editorialOnly: false })).toEqual(['search-images-creative', 'search-videos-creative']);
    expect(await asked({ kinds: ['VECTOR'], editorialOnly: true })).toEqual(['search-images-blended']);
  });

  test('what a filter promises holds for the assets behind the hits', async () => {
    const source = connect();
    const behind = async (filters: SearchQuery['filters'], text = 'morning') => {
      const { hits, unapplied } = await source.search(queryFor({ filters, text, pageSize: 100 }), callFor());
      expect(hits.length).toBeGreaterThan(0);
      expect(hits.every(({ asset }) => asset === undefined)).toBe(true);
      const { found } = await source.loadAssets(
        hits.map(({ key }) => key),
        callFor(),
      );
      return { assets: [...found.values()], unapplied };
    };
    const free = await behind({ editorialOnly: false });
    expect(new Set(free.assets.map(({ rights }) => rights.editorialOnly))).toEqual(new Set(['NO']));
    const news = await behind({ editorialOnly: true });
    expect(news.unapplied).toEqual(['editorialOnly']);
    expect(news.assets.some(({ rights }) => rights.editorialOnly === 'YES')).toBe(true);
    const drawn = await behind({ kinds: ['VECTOR', 'ILLUSTRATION'] });
    expect(drawn.assets.every(({ kind }) => kind === 'VECTOR' || kind === 'ILLUSTRATION')).toBe(true);
    const tall = await behind({ kinds: ['PHOTO'], orientation: 'VERTICAL', minWidth: 10 });
    expect(tall.assets.every(({ width, height }) => width === null || height === null || width < height)).toBe(true);
    expect(tall.unapplied).toEqual(['minWidth']);
    expect((await source.search(queryFor({ filters: { orientation: 'SQUARE' } }), callFor())).unapplied).toEqual(['orientation']);
  });

  test('what the vendor cannot search is said in its own reason', async () => {
    const source = connect();
    await expect(source.search(queryFor({ text: null }), callFor())).rejects.toThrow(SearchNotPossible);
    await expect(source.search(queryFor({ text: '  ' }), callFor())).rejects.toThrow(/phrase/);
    await expect(source.search(queryFor({ filters: { kinds: ['AUDIO', 'TEMPLATE'] } }), callFor())).rejects.toThrow(/AUDIO/);
    const page = await connect({ allowEmptyPhrase: true }).search(queryFor({ text: null, sort: 'NEWEST' }), callFor());
    expect(page.hits.length).toBe(30);
    expect(page.totalCount).toBe(4200 + 900);
  });

  test('the vendor’s deepest page is the end', async () => {
    await setSwitch('search-depth-cap', 300, 0);
    const { keys } = await drain(
      connect({ allowEmptyPhrase: true }),
      queryFor({ text: null, pageSize: 100, filters: { kinds: ['PHOTO'] } }),
    );
    expect(keys.length).toBe(300);
  });

  test('a made-up place is refused', async () => {
    const source = connect();
    for (const place of [
      'x',
      '[]',
      '{"images":{"page":0,"rest":[],"total":1}}',
      '{"images":{"page":1,"rest":["1&x"],"total":1}}',
    ]) {
      expect((await faultFrom(source.search(queryFor({ place }), callFor()))).reason).toBe('unsupported');
    }
  });
});

// ---------- tokens ----------

describe('tokens', () => {
  test('one of many callers fetches the token, and one renews it when it is refused', async () => {
    const source = connect();
    const asset = await loadOne(source);
    const many = () => Promise.all(Array.from({ length: 20 }, () => licensingOf(source).baseline(requestFor(asset), callFor())));
    await many();
    expect((await sims.counts(SIM)).token).toBe(1);
    await sims.action(SIM, 'expire-tokens');
    await many();
    expect((await sims.counts(SIM)).token).toBe(2);
  });

  test('a wrong secret is said to be one', async () => {
    const source = connect({ apiSecret: 'wrong' });
    const asset = await loadOne(source);
    const fault = await faultFrom(licensingOf(source).baseline(requestFor(asset), callFor()));
    expect(fault).toMatchObject({ reason: 'unauthorized', effect: 'none' });
    expect(fault.message).not.toMatch(/wrong/);
  });
});

// ---------- licensing ----------

describe('licensing', () => {
  const downloadsOf = async (id: string) => (await sims.ledger(SIM)).filter(({ assetId }) => assetId === id);

  test('a purchase is one request, tagged, and then held and listed', async () => {
    const source = connect();
    const asset = await coveredAsset(source);
    const request = requestFor(asset, {
      references: [
        { key: 'download_notes', value: 'Spring' },
        { key: 'project_code', value: 'ALPHA' },
      ],
    });
    const before = await licensingOf(source).baseline(request, callFor());
    expect(before).toMatchObject({ held: null, verdict: 'possible', units: 1, raw: { downloads: 0 } });
    expect(before.references.map(({ key, required }) => [key, required])).toEqual([
      ['project_code', false],
      ['download_notes', false],
    ]);
    expect(before.references[0]?.label).toContain('ALPHA, BETA, GAMMA');
    await sims.resetCounts(SIM);
    const reply = await licensingOf(source).license(request, callFor());
    expect(reply).toEqual({
      kind: 'granted',
      licenseType: 'premiumaccess',
      licensedAt: null,
      sourceReference: null,
      price: null,
      units: 1,
      raw: { status: 200 },
    });
    expect((await sims.counts(SIM))['download-image']).toBe(1);
    const [entry, ...others] = await downloadsOf(asset.externalId);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      licenseType: 'premiumaccess',
      detail: { downloadNotes: 'Spring [clearance:op-0001]', projectCode: 'ALPHA' },
    });
    const after = await licensingOf(source).baseline(request, callFor());
    expect(after.held).toMatchObject({ licenseType: 'premiumaccess', sourceReference: null });
    expect(after.remaining).toBe(Number(before.remaining) - 1);
    const page = await source.history?.(null, callFor());
    expect(page?.entries[0]).toMatchObject({ key: asset.key, licenseType: 'premiumaccess', tag: 'clearance:op-0001' });
    expect(page?.entries[0]?.licensedAt).toBe(after.held?.licensedAt);
    expect(JSON.stringify([reply, after, page])).not.toContain('SIMSECRET');
  });

  test('a clip is ordered at its own endpoint, and without a tag where the connection says so', async () => {
    const source = connect({ tagInNotes: false });
    const clip = await loadOne(source, video(3));
    const reply = await licensingOf(source).license(requestFor(clip), callFor());
    expect(reply.kind).toBe('granted');
    expect((await sims.counts(SIM))['download-video']).toBe(1);
    const [entry] = await downloadsOf(clip.externalId);
    expect(entry?.detail).toMatchObject({ mediaType: 'video', downloadNotes: null });
  });

  test('a product that is inactive or absent is refused with those that there are', async () => {
    const source = connect();
    const asset = await coveredAsset(source);
    const baseline = await licensingOf(source).baseline(requestFor(asset, { licenseType: 'imagepack' }), callFor());
    expect(baseline.verdict).toBe('refused');
    expect(baseline.message).toMatch(/imagepack; available: premiumaccess, easyaccess/);
    expect(await licensingOf(source).license(requestFor(asset, { licenseType: 'imagepack' }), callFor())).toMatchObject({
      kind: 'refused',
      code: 'NoAccessToProductType',
    });
    expect(await downloadsOf(asset.externalId)).toEqual([]);
  });

  test('of two products of one type the caller must name one, and can', async () => {
    await sims.action(SIM, 'set-account', {
      products: [{ id: 3199, type: 'premiumaccess', status: 'active', downloads_remaining: 9 }],
    });
    try {
      const source = connect({ products: ['premiumaccess:3101', 'premiumaccess:3199'] });
      const asset = await coveredAsset(source);
      const licensing = licensingOf(source);
      const vague = await licensing.baseline(requestFor(asset), callFor());
      expect(vague).toMatchObject({ verdict: 'refused' });
      expect(vague.message).toContain('premiumaccess:3101, premiumaccess:3199');
      expect(licensing.typesFor(asset)).toEqual([{ licenseType: 'premiumaccess', label: 'Premium Access' }]);
      const request = requestFor(asset, { licenseType: 'premiumaccess:3199' });
      expect(await licensing.baseline(request, callFor())).toMatchObject({ verdict: 'possible', remaining: 9 });
      expect(await licensing.license(request, callFor())).toMatchObject({ kind: 'granted', licenseType: 'premiumaccess:3199' });
      const [entry] = await downloadsOf(asset.externalId);
      expect(entry?.detail.productId).toBe(3199);
      expect((await licensing.baseline(request, callFor())).held?.licenseType).toBe('premiumaccess:3199');
      const page = await source.history?.(null, callFor());
      expect(page?.entries.find(({ key }) => key.externalId === asset.externalId)?.licenseType).toBe('premiumaccess:3199');
    } finally {
      await sims.action(SIM, 'set-account', { only: [3101, 3102, 3103, 3104, 3105, 3106] });
    }
  });

  test('an allowance that is used up is overage while there is some, and then refused by both', async () => {
    const source = connect();
    const asset = await coveredAsset(source);
    const licensing = licensingOf(source);
    const usual = 400;
    try {
      await sims.action(SIM, 'set-quota', { productId: 3101, remaining: 0, overageRemaining: 2 });
      const overage = await licensing.baseline(requestFor(asset), callFor());
      expect(overage).toMatchObject({ verdict: 'overage', remaining: 0, units: 1 });
      expect(overage.message).toMatch(/one of 2 left/);
      await sims.action(SIM, 'set-quota', { productId: 3101, remaining: 0, overageRemaining: 0 });
      expect((await licensing.baseline(requestFor(asset), callFor())).verdict).toBe('refused');
      const reply = await licensing.license(requestFor(asset), callFor());
      expect(reply).toMatchObject({ kind: 'refused', code: 'OverageLimitReached' });
      expect(await downloadsOf(asset.externalId)).toEqual([]);
    } finally {
      await sims.action(SIM, 'set-quota', { productId: 3101, remaining: usual });
    }
  });

  test('a required project code is announced, a wrong one refused before anything is sent', async () => {
    await setSwitch('project-code-required', true, false);
    await sims.action(SIM, 'set-account', {
      products: [
        {
          id: 3101,
          download_requirements: { is_note_required: true, is_project_code_required: true, project_codes: ['ONE\nTWO'] },
        },
      ],
    });
    try {
      const source = connect();
      const asset = await coveredAsset(source);
      const licensing = licensingOf(source);
      const baseline = await licensing.baseline(requestFor(asset), callFor());
      expect(baseline.references).toMatchObject([
        { key: 'project_code', label: 'Project code (one of ONE, TWO)', required: true },
        { key: 'download_notes', required: true },
      ]);
      const wrong = requestFor(asset, { references: [{ key: 'project_code', value: 'THREE' }] });
      expect(await licensing.baseline(wrong, callFor())).toMatchObject({ verdict: 'refused' });
      expect(await licensing.license(wrong, callFor())).toMatchObject({ kind: 'refused', code: 'InvalidRequestParameters' });
      const right = requestFor(asset, { references: [{ key: 'project_code', value: 'TWO' }] });
      expect((await licensing.license(right, callFor())).kind).toBe('granted');
    } finally {
      await sims.action(SIM, 'set-account', {
        products: [
          {
            id: 3101,
            download_requirements: {
              is_note_required: false,
              is_project_code_required: false,
              project_codes: ['ALPHA', 'BETA', 'GAMMA'],
            },
          },
        ],
      });
    }
  });

  test.each([
    ['a refused token', { kind: 'status', status: 401, body: '{"message":"Unauthorized"}' }, 'unauthorized', 'none', 0],
    ['too many requests', { kind: 'status', status: 429, body: '{"message":"Too Many Requests"}' }, 'rate_limited', 'none', 0],
    ['a forbidden key', { kind: 'status', status: 403, body: '{"message":"Forbidden"}' }, 'forbidden', 'none', 0],
    [
      'a 403 of somebody else',
      { kind: 'status', status: 403, body: '{"message":"Blocked by policy"}' },
      'bad_reply',
      'unknown',
      0,
    ],
    [
      'a 404 as HTML',
      { kind: 'status', status: 404, body: '<html>', headers: { 'content-type': 'text/html' } },
      'bad_reply',
      'unknown',
      0,
    ],
    ['a 500 in their shape', { kind: 'status', status: 500, body: '{"ErrorCode":"CreditPack"}' }, 'server_error', 'unknown', 0],
    ['a 503', { kind: 'status', status: 503 }, 'server_error', 'unknown', 0],
    ['a connection cut before', { kind: 'reset-before' }, 'network', 'unknown', 0],
    ['a connection cut after', { kind: 'reset-after' }, 'network', 'unknown', 1],
    ['half an answer', { kind: 'truncate' }, 'network', 'unknown', 1],
    ['a foreign page', { kind: 'foreign' }, 'bad_reply', 'unknown', 1],
    ['silence after the work', { kind: 'never-after' }, 'timeout', 'unknown', 1],
  ] as const)('%s: sent once, and the doubt is told', async (_, fault, reason, effect, bought) => {
    const source = connect();
    const asset = await coveredAsset(source);
    await sims.resetCounts(SIM);
    await sims.addFault(SIM, { endpoint: 'download-image', ...fault });
    const thrown = await faultFrom(licensingOf(source).license(requestFor(asset), callFor(1_500)));
    expect(thrown).toMatchObject({ reason, effect });
    expect((await sims.counts(SIM))['download-image']).toBe(1);
    expect((await downloadsOf(asset.externalId)).length).toBe(bought);
  });

  test('a token that will not come means that nothing was sent', async () => {
    const source = connect();
    const asset = await loadOne(source, image(7));
    await sims.addFault(SIM, { endpoint: 'token', kind: 'reset-before' });
    const fault = await faultFrom(licensingOf(source).license(requestFor(asset), callFor(3_000)));
    expect(fault).toMatchObject({ reason: 'network', effect: 'none' });
    expect((await sims.counts(SIM))['download-image']).toBe(0);
  });

  test.each([403, 401])('a key that needs a user is told apart from a bad token (status %i)', async (status) => {
    await setSwitch('user-token-required', true, false);
    await setSwitch('user-token-status', status, 403);
    const source = connect();
    const asset = await loadOne(source, image(7));
    const fault = await faultFrom(licensingOf(source).license(requestFor(asset), callFor()));
    expect(fault).toMatchObject({ reason: 'forbidden', effect: 'none', sourceCode: 'UserTokenRequired' });
  });
});

describe('history', () => {
  const sweep = async (source: Datasource) => {
    const entries: HistoryPage['entries'][number][] = [];
    let place: string | null = null;
    let pages = 0;
    do {
      const page: HistoryPage | undefined = await source.history?.(place, callFor());
      entries.push(...(page?.entries ?? []));
      place = page?.next ?? null;
      pages += 1;
    } while (place !== null && pages < 100);
    return { entries, pages };
  };

  test('windows go back in time, credits included, and then end', async () => {
    const { pages } = await sweep(connect({ historyDays: 60 }));
    expect(pages).toBe(6);
    expect((await sweep(connect({ historyDays: 60, products: ['premiumaccess'] }))).pages).toBe(3);
    await setSwitch('downloads-max-window-days', 90, 0);
    expect((await sweep(connect())).pages).toBe(26);
  });

  test('more than a page of purchases is listed whole, and colleagues’ only when asked for', async () => {
    for (let k = 2_000; k < 2_130; k += 1) {
      await sims.action(SIM, 'purchase-outside', { assetId: image(k).externalId, via: 'download', productId: 3101 });
    }
    const wanted = new Set(images(130, 2_000).map(({ externalId }) => externalId));
    const seen = async (companyHistory: boolean) =>
      (await sweep(connect({ companyHistory, historyDays: 29 }))).entries.filter(({ key }) => wanted.has(key.externalId)).length;
    expect(await seen(true)).toBe(130);
    expect(await seen(false)).toBe(0);
  });

  test('a purchase for credits is found under its own name', async () => {
    const source = connect();
    const { found } = await source.loadAssets(images(100), callFor());
    const asset = [...found.values()].find(({ licensing }) => typeof licensing.standardCredits === 'number');
    if (asset === undefined) throw new Error('nothing is sold for credits');
    const request = requestFor(asset, { licenseType: 'creditpack', operationTag: 'clearance:credits-1' });
    const baseline = await licensingOf(source).baseline(request, callFor());
    expect(baseline).toMatchObject({ verdict: 'possible', units: asset.licensing.standardCredits });
    const reply = await licensingOf(source).license(request, callFor());
    expect(reply).toMatchObject({ kind: 'granted', units: asset.licensing.standardCredits });
    const { entries } = await sweep(connect({ historyDays: 29 }));
    expect(entries.find(({ tag }) => tag === 'clearance:credits-1')).toMatchObject({ licenseType: 'creditpack', key: asset.key });
  });

  test('a colleague’s history that the account may not see is a fault of its own', async () => {
    await setSwitch('company-downloads', false, true);
    const source = connect({ companyHistory: true });
    const fault = await faultFrom(source.history?.(null, callFor()) ?? Promise.resolve());
    expect(fault.reason).toBe('forbidden');
    expect((await faultFrom(source.history?.('{"since":1}', callFor()) ?? Promise.resolve())).reason).toBe('unsupported');
  });
});
