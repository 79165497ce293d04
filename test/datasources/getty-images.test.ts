/** Getty Images' adapter against the simulated agency over real HTTP, and its mapping against invented rows. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type {
  AdapterStore,
  Call,
  Datasource,
  HistoryEntry,
  HistoryPage,
  LicenseReply,
  LicenseRequest,
  OpenFile,
  Quote,
  SearchQuery,
} from '../../src/datasources/datasource.js';
import { SearchNotPossible } from '../../src/datasources/datasource.js';
import { createGettyImagesAccount, type GettyImagesConfig } from '../../src/datasources/getty-images/adapter.js';
import { type GettyImagesClient, gettyLanguage, isFileAddress } from '../../src/datasources/getty-images/client.js';
import { readDownloads } from '../../src/datasources/getty-images/downloads.wire.js';
import { mapEntitlements } from '../../src/datasources/getty-images/entitlements.js';
import { fileNameIn } from '../../src/datasources/getty-images/files.js';
import { createHistory } from '../../src/datasources/getty-images/history.js';
import { noteWithTag, tagIn } from '../../src/datasources/getty-images/history.map.js';
import { licenseTypesFor } from '../../src/datasources/getty-images/license-types.map.js';
import { mapAsset } from '../../src/datasources/getty-images/map.js';
import { readAllowances, readProducts } from '../../src/datasources/getty-images/products.wire.js';
import { heldIn, mapQuote } from '../../src/datasources/getty-images/quote.map.js';
import { readAsset, readAssets } from '../../src/datasources/getty-images/wire.js';
import { createLimits } from '../../src/datasources/http/limits.js';
import { createSourceHttp, type SourceHttp } from '../../src/datasources/http/send.js';
import type { Asset } from '../../src/domain/asset.js';
import { SourceFault } from '../../src/domain/faults.js';
import { type ConnectionId, keyText } from '../../src/domain/ids.js';
import type { Instant } from '../../src/domain/instant.js';
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

const connect = (config: Partial<GettyImagesConfig> = {}, { now = Date.now, maxRps = 0 } = {}): Datasource => {
  const limits = createLimits({ source: 'GETTY_IMAGES', label: 'Getty Images', maxRps, maxConcurrent: 16, now });
  const http = createSourceHttp({ source: 'GETTY_IMAGES', label: 'Getty Images', limits, now, observe: () => {} });
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
    { http, now },
  );
  return account({ connectionId, store });
};

const CONFIG: GettyImagesConfig = { apiUrl: 'https://api.example.test', authUrl: '', apiKey: '', apiSecret: '' };

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
  again: false,
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

const grantedBy = (reply: LicenseReply): Extract<LicenseReply, { kind: 'granted' | 'already_held' }> => {
  if (reply.kind === 'refused') throw new Error(`refused: ${reply.code}`);
  return reply;
};

const faultFrom = async (promise: Promise<unknown>): Promise<SourceFault> => {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(outcome instanceof SourceFault)) throw new Error(`no fault but ${String(outcome)}`);
  return outcome;
};

const bookedOf = async (id: string) => (await sims.ledger(SIM)).filter(({ assetId }) => assetId === id);

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

  test('our tag survives whatever note the caller gave', () => {
    const notes = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '',
        '  ',
        '[clearance:other]',
        'Spring [2026]',
        'a\n',
        ']',
        '[',
        '[x] [',
        'clearance:other',
        'x'.repeat(5_000),
      ),
    );
    fc.assert(fc.property(notes, (note) => expect(tagIn(noteWithTag(note, 'clearance:1'))).toBe('clearance:1')));
    expect(noteWithTag('Spring [2026]', 'clearance:1')).toMatch(/^Spring \[2026\] /);
    expect(noteWithTag('  ', 'clearance:1')).toBe('clearance:1');
  });

  test('a history of another asset is no history of this one', () => {
    const body = { id: '6', downloads: [{ date_downloaded: '2026-03-01T10:00:00Z' }] };
    expect(readDownloads(body, '5')).toBeNull();
    expect(readDownloads(body, '6')?.rows.length).toBe(1);
    expect(readDownloads({ downloads: [] }, '5')?.rows).toEqual([]);
  });

  test('a file’s name is a name and no path', () => {
    expect(fileNameIn('attachment; filename=GettyImages-1167.jpg')).toBe('GettyImages-1167.jpg');
    expect(fileNameIn('attachment; filename="a b.jpg"; size=3')).toBe('a b.jpg');
    expect(fileNameIn("attachment; filename=x.jpg; filename*=UTF-8''%C3%A9t%C3%A9.jpg")).toBe('été.jpg');
    expect(fileNameIn('attachment; filename="../../etc/passwd"')).toBe('passwd');
    expect(['inline', undefined, 'attachment; filename=".."', "attachment; filename*=UTF-8''%2F"].map(fileNameIn)).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  test('a file is fetched over HTTPS, or as plainly as a stand-in itself is spoken to', () => {
    const live = (text: string) => isFileAddress(text, 'https://api.example.test');
    expect(live('https://delivery.example.test/x?y=1')).toBe(true);
    for (const text of ['http://delivery.example.test/x', 'file:///etc/passwd', 'ftp://a/b', '/x', '', 'https://u:p@a.test/'])
      expect(live(text)).toBe(false);
    expect(isFileAddress('http://127.0.0.1:1/x', 'http://127.0.0.1:2')).toBe(true);
    expect(isFileAddress('data:text/plain,x', 'http://127.0.0.1:2')).toBe(false);
  });

  test('what an account has is listed however odd the row, as it was given, and without what nobody looked at', () => {
    const products = [
      { id: 1, type: 'premiumaccess', name: 'A', downloads_remaining: 'many', download_limit: null, token: 'SIMSECRET' },
      { id: 2, type: 'easyaccess', downloads_remaining: -3, application_website: 'https://x.test/?key=SIMSECRET' },
      { id: 3, type: 'imagepack', overage: { limit: 5, remaining: 4, overages_reached: true, uri: 'SIMSECRET' } },
      { id: 4, type: 'creditpack', credits_remaining: 9, team_credits: 0, expiration_utc_date: '2027-01-12T08:00:00' },
      { id: 4, type: 'creditpack', credits_remaining: 8 },
      { name: 'no id' },
      'x',
    ];
    const entries = mapEntitlements(readAllowances({ products }) ?? [], Date.parse('2026-06-01'));
    expect(entries.map(({ key, remaining, limit }) => [key, remaining, limit])).toEqual([
      ['1', null, null],
      ['2', -3, null],
      ['3', null, null],
      ['3:overage', 0, 5],
      ['4', 9, null],
      ['4:team_credits', 0, null],
    ]);
    expect(entries[0]?.raw).toEqual({
      id: 1,
      type: 'premiumaccess',
      name: 'A',
      downloads_remaining: 'many',
      download_limit: null,
    });
    expect(entries[4]).toMatchObject({ name: 'iStock credits', expiresAt: '2027-01-12T08:00:00.000Z' });
    expect(JSON.stringify(entries)).not.toMatch(/SIMSECRET|:\/\//);
    expect(readAllowances({ hello: 1 })).toBeNull();
  });

  test('what has ended, is inactive or says nothing of it is not taken for usable, and each figure has its unit', () => {
    const row = (id: number, more: object) => ({ id, type: 'premiumaccess', downloads_remaining: 5, ...more });
    const products = [
      row(1, { status: 'active' }),
      row(2, { status: 'active', expiration_utc_date: '2026-05-31T00:00:00' }),
      row(3, { status: 'expired', team_credits: 3, overage: { limit: 5, remaining: 4 } }),
      row(4, { status: 'active', expiration_utc_date: '2026-07-01T00:00:00' }),
      row(5, {}),
      row(6, { status: 'active', expiration_utc_date: 'soon' }),
      { id: 7, type: 'creditpack', status: 'active', credits_remaining: 9 },
    ];
    const entries = mapEntitlements(readAllowances({ products }) ?? [], Date.parse('2026-06-01T00:00:00Z'));
    expect(entries.map(({ key, usable, unit }) => `${key} ${usable} ${unit}`)).toEqual([
      '1 YES downloads',
      '2 NO downloads',
      '3 NO downloads',
      '3:team_credits NO credits',
      '3:overage NO downloads',
      '4 YES downloads',
      '5 UNKNOWN downloads',
      '6 UNKNOWN downloads',
      '7 YES credits',
    ]);
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
    const baseline = mapQuote(
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
      mapQuote(
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
    const { file, ...reply } = grantedBy(await licensingOf(source).license(request, callFor()));
    expect(reply).toEqual({
      kind: 'granted',
      licenseType: 'premiumaccess',
      licensedAt: null,
      sourceReference: null,
      price: null,
      units: 1,
      raw: { status: 200 },
    });
    expect(file?.address).toContain('/delivery/');
    expect((await sims.counts(SIM))['download-image']).toBe(1);
    const [entry, ...others] = await bookedOf(asset.externalId);
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
    const [entry] = await bookedOf(clip.externalId);
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
    expect(await bookedOf(asset.externalId)).toEqual([]);
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
      const [entry] = await bookedOf(asset.externalId);
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
      expect(await bookedOf(asset.externalId)).toEqual([]);
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
    expect((await bookedOf(asset.externalId)).length).toBe(bought);
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

  test('sources that tag say so of both kinds of license, others count', () => {
    expect(licensingOf(connect()).traces).toEqual({ license: 'tag', relicense: 'tag' });
    expect(licensingOf(connect({ tagInNotes: false })).traces).toEqual({ license: 'count', relicense: 'count' });
  });

  test('a further license is quoted as what it takes, is charged again, and both are found with their tags', async () => {
    const source = connect();
    const licensing = licensingOf(source);
    const asset = await coveredAsset(source);
    const first = requestFor(asset, { references: [{ key: 'download_notes', value: 'Spring [2026]' }] });
    const since = new Date().toISOString() as Instant;
    expect((await licensing.license(first, callFor())).kind).toBe('granted');
    const second = requestFor(asset, { operationTag: 'clearance:op-0002', again: true });
    const before = await licensing.baseline(second, callFor());
    expect(before).toMatchObject({ held: { licenseType: 'premiumaccess' }, verdict: 'possible', units: 1 });
    expect(before.message).toMatch(/^Premium Access \(premiumaccess:3101\): .* left of 500.* further charge/);
    const [quote] = await licensing.quotes([{ asset, licenseType: 'premiumaccess' }], callFor());
    expect(quote).toMatchObject({ held: { licenseType: 'premiumaccess' }, verdict: 'possible', units: 1 });
    await sims.resetCounts(SIM);
    expect(await licensing.license(second, callFor())).toMatchObject({ kind: 'granted', units: 1 });
    expect((await sims.counts(SIM))['download-image']).toBe(1);
    expect((await bookedOf(asset.externalId)).length).toBe(2);
    expect((await licensing.baseline(second, callFor())).remaining).toBe(Number(before.remaining) - 1);
    await sims.resetCounts(SIM);
    const found = await licensing.purchasesSince(second, since, callFor());
    expect(found.map(({ tag, key, licenseType }) => [tag, key, licenseType])).toEqual([
      ['clearance:op-0002', asset.key, 'premiumaccess'],
      ['clearance:op-0001', asset.key, 'premiumaccess'],
    ]);
    const counts = await sims.counts(SIM);
    expect([counts['image-downloadhistory'], counts.downloads]).toEqual([1, 0]);
  });

  test.each([
    ['no address', '{}'],
    ['an empty one', '{"uri":""}'],
    ['a path', '{"uri":"/delivery/1"}'],
    ['another scheme', '{"uri":"file:///tmp/x"}'],
    ['a list', '[]'],
  ])('an order answered with %s is a doubt, above all a further one', async (_, body) => {
    const source = connect();
    const asset = await coveredAsset(source);
    await sims.addFault(SIM, { endpoint: 'download-image', kind: 'status', status: 200, body, headers: JSON_TYPE });
    for (const again of [false, true]) {
      const fault = await faultFrom(licensingOf(source).license(requestFor(asset, { again }), callFor()));
      expect(fault).toMatchObject({ reason: 'bad_reply', effect: 'unknown' });
    }
  });

  test('a redirect in place of an address is a doubt', async () => {
    const source = connect();
    const asset = await coveredAsset(source);
    const headers = { location: 'https://portal.example.test/' };
    await sims.addFault(SIM, { endpoint: 'download-image', kind: 'status', status: 303, headers });
    expect(await faultFrom(licensingOf(source).license(requestFor(asset, { again: true }), callFor()))).toMatchObject({
      effect: 'unknown',
    });
  });
});

const JSON_TYPE = { 'content-type': 'application/json' };

describe('quotes of a page', () => {
  const isQuote = (outcome: Quote | SourceFault): outcome is Quote => !(outcome instanceof SourceFault);

  test('ask each distinct question once, and stand in the order that was asked', async () => {
    const source = connect();
    const keys = [...images(120, 300), video(10), video(11), video(12)];
    const { found } = await source.loadAssets(keys, callFor());
    const assets = keys.flatMap((key) => found.get(keyText(key)) ?? []);
    const requests = ['premiumaccess', 'easyaccess'].flatMap((licenseType) => assets.map((asset) => ({ asset, licenseType })));
    await sims.resetCounts(SIM);
    const quotes = await licensingOf(source).quotes(requests.slice(0, 200), callFor());
    const counts = await sims.counts(SIM);
    expect([counts.token, counts.products, counts.images, counts.videos]).toEqual([1, 1, 2, 1]);
    expect([counts['image-downloadhistory'], counts['video-downloadhistory']]).toEqual([120, 3]);
    expect(quotes.length).toBe(200);
    expect(quotes.every(isQuote)).toBe(true);
    for (const [index, quote] of quotes.filter(isQuote).entries()) {
      const { asset, licenseType } = requests[index] as (typeof requests)[number];
      const types = quote.raw.productTypes as string[];
      // An empty list is silence and no refusal.
      const covered = types.length === 0 || types.includes(licenseType);
      expect(quote.verdict).toBe(covered ? 'possible' : 'refused');
      if (covered) expect(quote.message).toMatch(licenseType === 'easyaccess' ? /^Easy Access / : /^Premium Access /);
      expect(quote).toEqual(expect.objectContaining({ checkoutUrl: null, price: null }));
      expect(asset.key.externalId).toMatch(/^\d+$/);
    }
    const one = requests[7] as (typeof requests)[number];
    expect(quotes[7]).toEqual(await licensingOf(source).baseline(requestFor(one.asset), callFor()));
  });

  test('of nothing ask nothing', async () => {
    expect(await licensingOf(connect()).quotes([], callFor())).toEqual([]);
    expect((await sims.counts(SIM)).token).toBe(0);
  });

  test('name the product, what is left of it, its overage and what it asks for, credits in their own unit', async () => {
    await setSwitch('project-code-required', true, false);
    const source = connect();
    const asset = await coveredAsset(source);
    const { found } = await source.loadAssets(images(100), callFor());
    const sold = [...found.values()].find(({ licensing }) => typeof licensing.standardCredits === 'number') as Asset;
    const requests = [
      { asset, licenseType: 'premiumaccess' },
      { asset: sold, licenseType: 'creditpack' },
    ];
    try {
      await sims.action(SIM, 'set-quota', { productId: 3101, remaining: 12, overageRemaining: 4 });
      const [premium, credits] = await licensingOf(source).quotes(requests, callFor());
      expect(premium).toMatchObject({ verdict: 'possible', remaining: 12, units: 1 });
      expect((premium as Quote).message).toMatch(
        /one of 12 left of 500 until \d{4}-\d\d-01; beyond them 4 as overage.*a project code/,
      );
      expect((premium as Quote).references).toContainEqual(expect.objectContaining({ key: 'project_code', required: true }));
      expect(credits).toMatchObject({ verdict: 'possible', units: sold.licensing.standardCredits });
      expect((credits as Quote).message).toMatch(/^Credits \(creditpack:3106\): this asset takes \d+, \d+ of credits left/);
    } finally {
      await sims.action(SIM, 'set-quota', { productId: 3101, remaining: 400, overageRemaining: 0 });
    }
  });

  test('a failing history fails its asset alone, an answer that omits an asset fails that one, no products fail all', async () => {
    const source = connect();
    const keys = [...images(5, 420), video(20)];
    const { found } = await source.loadAssets(keys, callFor());
    const requests = [...found.values()].map((asset) => ({ asset, licenseType: 'premiumaccess' }));
    const quotesOf = () => licensingOf(source).quotes(requests, callFor());
    const body = '{"ErrorCode":"InvalidRequest"}';
    await sims.addFault(SIM, {
      endpoint: 'image-downloadhistory',
      kind: 'status',
      status: 400,
      body,
      headers: JSON_TYPE,
      times: 1,
    });
    expect((await quotesOf()).filter((quote) => !isQuote(quote))).toMatchObject([{ reason: 'rejected', source: 'GETTY_IMAGES' }]);
    const omission = { kind: 'status', status: 200, body: '{"images":[],"images_not_found":[]}', headers: JSON_TYPE } as const;
    await sims.addFault(SIM, { endpoint: 'images', ...omission });
    const omitted = await quotesOf();
    expect(requests.filter((_, index) => isQuote(omitted[index] as Quote)).map(({ asset }) => asset.key.lane)).toEqual(['video']);
    await sims.clearFaults(SIM);
    await sims.addFault(SIM, { endpoint: 'products', kind: 'foreign' });
    const none = await quotesOf();
    expect(none.filter((quote) => !isQuote(quote)).length).toBe(requests.length);
    expect(none.every((quote) => !isQuote(quote) && !/http|SIMSECRET/.test(quote.message))).toBe(true);
  });

  test('an asset that the source no longer has is refused, and the others are quoted', async () => {
    const source = connect();
    const { ids } = (await sims.action(SIM, 'add-assets', { count: 2 })) as { ids: string[] };
    const keys = ids.map((externalId) => ({ ...image(0), externalId }));
    const { found } = await source.loadAssets(keys, callFor());
    await sims.action(SIM, 'remove-assets', { ids: ids.slice(0, 1) });
    const requests = keys.map((key) => ({ asset: found.get(keyText(key)) as Asset, licenseType: 'premiumaccess' }));
    const [gone, there] = await licensingOf(source).quotes(requests, callFor());
    expect(gone).toMatchObject({ verdict: 'refused', message: expect.stringMatching(/no longer has this asset/) });
    expect((there as Quote).raw.productTypes).not.toBeNull();
  });

  test('what gets no turn before the deadline is told to be asked for too often', async () => {
    const { found } = await connect().loadAssets(images(30, 440), callFor());
    const requests = [...found.values()].map((asset) => ({ asset, licenseType: 'premiumaccess' }));
    const quotes = await licensingOf(connect({}, { maxRps: 10 })).quotes(requests, callFor(1_000));
    const faults = quotes.filter((quote): quote is SourceFault => !isQuote(quote));
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.length).toBeLessThan(requests.length);
    expect(new Set(faults.map(({ reason }) => reason))).toEqual(new Set(['rate_limited']));
    expect(faults.every(({ retryAfterMs }) => Number(retryAfterMs) > 0)).toBe(true);
  });
});

describe('what an asset’s history shows since a moment', () => {
  const SINCE = '2026-01-01T00:00:00.000Z' as Instant;
  const body = (...downloads: unknown[]) => JSON.stringify({ downloads });
  const row = (more: Record<string, unknown> = {}) => ({
    date_downloaded: '2026-03-01T10:00:00.700Z',
    product_type: 'premiumaccess',
    product_id: 3101,
    ...more,
  });
  const answered = async (answer: string, since = SINCE, licenseType = 'premiumaccess'): Promise<readonly HistoryEntry[]> => {
    const source = connect();
    const asset = await loadOne(source, image(1));
    await sims.clearFaults(SIM);
    const answering = { kind: 'status', status: 200, body: answer, headers: JSON_TYPE } as const;
    await sims.addFault(SIM, { endpoint: 'image-downloadhistory', ...answering });
    return licensingOf(source).purchasesSince(requestFor(asset, { licenseType }), since, callFor());
  };

  test('is every product of the type, newest first, from the second on in which the moment lies', async () => {
    const at = (time: string, more = {}) => row({ date_downloaded: `2026-03-01T10:00:${time}`, ...more });
    const answer = body(
      at('00.400Z'),
      at('02', { product_id: 7, download_notes: 'Spring [clearance:2]' }),
      at('01Z', { product_type: 'easyaccess' }),
      at('01Z', { generated_asset_id: 'g' }),
      at('01Z', { download_details: { download_notes: 'clearance:1' } }),
    );
    const found = await answered(answer, '2026-03-01T10:00:00.900Z' as Instant, 'premiumaccess:3101');
    expect(found.map(({ licensedAt, tag }) => [licensedAt, tag])).toEqual([
      ['2026-03-01T10:00:02.000Z', 'clearance:2'],
      ['2026-03-01T10:00:01.000Z', 'clearance:1'],
      ['2026-03-01T10:00:00.400Z', null],
    ]);
    expect((await answered(answer, '2026-03-01T10:00:01.000Z' as Instant)).length).toBe(2);
    expect(JSON.stringify(found)).not.toMatch(/http|SIMSECRET/);
  });

  test('equal rows are as many purchases', async () => {
    expect((await answered(body(row(), row(), row()))).length).toBe(3);
  });

  test.each([
    ['a row without a date', body(row(), row({ date_downloaded: null }))],
    ['a row without a product', body(row({ product_type: null }))],
    ['a row that is none', body(row(), 7)],
    ['fewer rows than it counts', JSON.stringify({ result_count: 2, downloads: [row()] })],
    ['another asset’s rows', JSON.stringify({ id: '42', downloads: [row()] })],
    ['no list', '{}'],
  ])('is a fault rather than a list that may lack one: %s', async (_, answer) => {
    expect(await faultFrom(answered(answer))).toMatchObject({ reason: 'bad_reply' });
  });

  test('what cannot matter does not stand in the way', async () => {
    const old = row({ date_downloaded: '2020-01-01T00:00:00Z', product_type: null });
    expect((await answered(body(row(), old, row({ date_downloaded: null, product_type: 'easyaccess' })))).length).toBe(1);
  });

  test.each([
    ['milliseconds', 'returned', 'clearance:op-0001'],
    ['seconds', 'returned', 'clearance:op-0001'],
    ['seconds', 'omitted', null],
  ] as const)('a purchase whose answer was lost is found (times to %s, notes %s)', async (precision, notes, tag) => {
    await setSwitch('history-time-precision', precision, 'milliseconds');
    await setSwitch('history-notes', notes, 'returned');
    const source = connect();
    const licensing = licensingOf(source);
    for (const asset of [
      await coveredAsset(source),
      await loadOne(source, video(40 + CHANGED.length + notes.length + precision.length)),
    ]) {
      const request = requestFor(asset);
      const since = new Date().toISOString() as Instant;
      const endpoint = `download-${asset.key.lane}`;
      await sims.addFault(SIM, { endpoint, kind: 'reset-after' });
      await faultFrom(licensing.license(request, callFor()));
      await sims.clearFaults(SIM);
      expect((await licensing.purchasesSince(request, since, callFor())).map((entry) => entry.tag)).toEqual([tag]);
      const later = new Date(Date.now() + 5_000).toISOString() as Instant;
      expect(await licensing.purchasesSince(request, later, callFor())).toEqual([]);
    }
  });

  test('an order for credits is found in the same way', async () => {
    const source = connect();
    const licensing = licensingOf(source);
    const { found } = await source.loadAssets(images(100, 3_000), callFor());
    const asset = [...found.values()].find((candidate) => typeof candidate.licensing.standardCredits === 'number') as Asset;
    const request = requestFor(asset, { licenseType: 'creditpack', operationTag: 'clearance:credits-2', again: true });
    const since = new Date().toISOString() as Instant;
    await licensing.license(request, callFor());
    expect(await licensing.purchasesSince(request, since, callFor())).toMatchObject([
      { tag: 'clearance:credits-2', licenseType: 'creditpack', key: asset.key },
    ]);
    expect(await licensing.purchasesSince(requestFor(asset), since, callFor())).toEqual([]);
  });

  test('of an asset that the source no longer knows is a fault, and so is silence', async () => {
    const source = connect();
    const { ids } = (await sims.action(SIM, 'add-assets', { count: 1 })) as { ids: string[] };
    const asset = await loadOne(source, { ...image(0), externalId: String(ids[0]) });
    await sims.action(SIM, 'remove-assets', { ids });
    const looked = () => licensingOf(source).purchasesSince(requestFor(asset), SINCE, callFor(600));
    expect(await faultFrom(looked())).toMatchObject({ reason: 'rejected' });
    await sims.addFault(SIM, { endpoint: 'image-downloadhistory', kind: 'never' });
    expect(await faultFrom(looked())).toMatchObject({ reason: 'timeout' });
  });
});

describe('the file of an order', () => {
  const bytesOf = async ({ stream }: OpenFile): Promise<Buffer> => Buffer.concat(await stream.toArray());
  const order = async (source: Datasource, asset: Asset) => {
    const { file, ...reply } = grantedBy(await licensingOf(source).license(requestFor(asset), callFor()));
    if (file === undefined) throw new Error('no file');
    return { file, reply };
  };
  const open = async (source: Datasource, address: string, ms = 20_000): Promise<OpenFile> => {
    if (source.openPurchased === undefined) throw new Error('no files');
    return source.openPurchased(address, callFor(ms));
  };

  test('is named for a day less some minutes, and in nothing but its own place', async () => {
    const source = connect();
    const startedAt = Date.now();
    const { file, reply } = await order(source, await coveredAsset(source));
    expect(file.expiresAt).toBeGreaterThan(startedAt + 23 * 3_600_000);
    expect(file.expiresAt).toBeLessThan(startedAt + 24 * 3_600_000 - 60_000);
    expect(file.address).toContain('SIMSECRET');
    expect(JSON.stringify(reply)).not.toMatch(/SIMSECRET|http/);
  });

  test('is streamed as often as wanted, with its name, without a credential, and without a further order', async () => {
    const source = connect();
    const { file } = await order(source, await coveredAsset(source));
    await sims.resetCounts(SIM);
    await sims.clearJournal(SIM);
    for (const _ of [1, 2]) {
      const opened = await open(source, file.address);
      expect(opened).toMatchObject({ mimeType: 'image/jpeg', fileName: expect.stringMatching(/^GettyImages-\d+\.jpg$/) });
      expect((await bytesOf(opened)).length).toBe(opened.length);
    }
    const counts = await sims.counts(SIM);
    expect([counts.delivery, counts['download-image'], counts.token]).toEqual([2, 0, 0]);
    const journal = await sims.journal(SIM);
    expect(journal.every(({ headers }) => headers.authorization === undefined && headers['api-key'] === undefined)).toBe(true);
  });

  test.each([303, 307])('of a clip is behind a redirect, which is followed without a credential (status %i)', async (status) => {
    const source = connect();
    const { file } = await order(source, await loadOne(source, video(status === 303 ? 3 : 20)));
    const headers = { location: file.address.replace('/delivery/', '/delivery-edge/') };
    await sims.addFault(SIM, { endpoint: 'delivery', kind: 'status', status, headers });
    await sims.clearJournal(SIM);
    const opened = await open(source, file.address);
    expect((await bytesOf(opened)).subarray(4, 8).toString('latin1')).toMatch(/ftyp|moov|mdat|wide|free/);
    expect(opened.fileName).toMatch(/\.mov$/);
    const journal = await sims.journal(SIM);
    expect(journal.map(({ endpoint }) => endpoint)).toEqual(['delivery', 'delivery-edge']);
    expect(journal.every(({ headers: sent }) => sent.authorization === undefined && sent['api-key'] === undefined)).toBe(true);
  });

  test('whose address is no file’s is not asked for, whatever stands there', async () => {
    const source = connect();
    for (const address of ['', 'x', 'file:///etc/passwd', 'data:text/plain,SIMSECRET', 'http://u:SIMSECRET@127.0.0.1/']) {
      const fault = await faultFrom(open(source, address));
      expect(fault).toMatchObject({ reason: 'rejected', effect: 'none' });
      expect(`${fault.message}${fault.stack}${String(fault.cause)}`).not.toMatch(/SIMSECRET|passwd/);
    }
  });

  test.each([
    ['is gone', { kind: 'status', status: 404, body: 'gone SIMSECRET' }, 'rejected', /came with the order alone/],
    ['is answered by a portal', { kind: 'foreign' }, 'bad_reply', /delivery/],
    [
      'is answered by JSON',
      { kind: 'status', status: 200, body: '{"uri":"SIMSECRET"}', headers: JSON_TYPE },
      'bad_reply',
      /delivery/,
    ],
    ['is not there for the moment', { kind: 'status', status: 503, body: 'SIMSECRET' }, 'server_error', /later/],
    ['is asked for too often', { kind: 'status', status: 429, body: 'SIMSECRET' }, 'rate_limited', /later/],
    ['is cut off', { kind: 'reset-before' }, 'network', /broke off/],
    [
      'leads on and on',
      { kind: 'status', status: 303, headers: { location: '/delivery/SIMSECRET' } },
      'bad_reply',
      /without end/,
    ],
    ['leads nowhere', { kind: 'status', status: 303, headers: { location: 'http://[SIMSECRET' } }, 'network', /broke off/],
    ['is silent', { kind: 'never' }, 'timeout', /in time/],
  ] as const)('that %s is a fault of that kind, without its address', async (_, fault, reason, words) => {
    const source = connect();
    const { file } = await order(source, await coveredAsset(source));
    await sims.addFault(SIM, { endpoint: 'delivery', ...fault });
    const thrown = await faultFrom(open(source, file.address, 1_500));
    expect(thrown.reason).toBe(reason);
    expect(thrown.message).toMatch(words);
    expect(`${thrown.message}${thrown.stack}${JSON.stringify(thrown)}${String(thrown.cause)}`).not.toMatch(/SIMSECRET|http:/);
  });
});

describe('what the account has', () => {
  test('is a list of its products, with overage and team credits beside them', async () => {
    const source = connect();
    const entries = (await source.entitlements?.(callFor())) ?? [];
    // The tests above have given the first product an overage.
    expect(entries.map(({ key }) => key).filter((key) => key !== '3101:overage')).toEqual([
      '3101',
      '3102',
      '3103',
      '3104',
      '3104:overage',
      '3105',
      '3106',
      '3106:team_credits',
    ]);
    const of = (key: string) => entries.find((entry) => entry.key === key);
    expect(of('3104')).toMatchObject({ name: 'Royalty-Free Subscription', remaining: 20, limit: 20 });
    expect(of('3104')?.resetsAt).toMatch(/^\d{4}-\d\d-01T00:00:00\.000Z$/);
    expect(of('3104')?.expiresAt).toMatch(/-01-12T08:00:00\.000Z$/);
    expect(of('3104:overage')).toMatchObject({ remaining: 5, limit: 5, raw: { id: 3104, overage: { remaining: 5, count: 0 } } });
    expect(of('3105')).toMatchObject({ remaining: null, limit: null, resetsAt: null, expiresAt: null });
    expect(of('3106')?.raw).toMatchObject({ type: 'creditpack', team_credits: 40 });
    expect(of('3106:team_credits')).toMatchObject({ remaining: 40, raw: { id: 3106, team_credits: 40 } });
    expect(of('3103')?.raw.status).toBe('inactive');
    expect(JSON.stringify(entries)).not.toMatch(/SIMSECRET|:\/\//);
    expect((await sims.counts(SIM)).products).toBe(1);
    await sims.addFault(SIM, { endpoint: 'products', kind: 'foreign' });
    expect((await faultFrom(source.entitlements?.(callFor()) ?? Promise.resolve())).reason).toBe('bad_reply');
  });
});

describe('history', () => {
  const sweep = async (source: Datasource, now = Date.now) => {
    const entries: HistoryPage['entries'][number][] = [];
    let place: string | null = null;
    let pages = 0;
    do {
      const page: HistoryPage | undefined = await source.history?.(place, { requestId: 'test', deadlineAt: now() + 20_000 });
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

  /** Buys for a colleague, oldest first. */
  const buyOutside = async (from: number, count: number) => {
    for (let k = from; k < from + count; k += 1)
      await sims.action(SIM, 'purchase-outside', { assetId: image(k).externalId, via: 'download', productId: 3105 });
  };

  test.each(['milliseconds', 'seconds'])(
    '250 purchases are found once each while others arrive (times to %s)',
    async (precision) => {
      await setSwitch('history-time-precision', precision, 'milliseconds');
      const first = precision === 'seconds' ? 2_200 : 2_600;
      for (let bought = 0; bought < 250; bought += 50) {
        await buyOutside(first + bought, 50);
        // Some share a second, some do not.
        if (bought % 100 === 0) await sims.advanceClock(1_500);
      }
      const wanted = images(250, first).map(({ externalId }) => externalId);
      const source = connect({ companyHistory: true, historyDays: 29 });
      const seen: string[] = [];
      let place: string | null = null;
      let arrivals = first + 250;
      do {
        const page: HistoryPage | undefined = await source.history?.(place, callFor());
        seen.push(...(page?.entries ?? []).map(({ key }) => key.externalId));
        place = page?.next ?? null;
        if (arrivals < first + 300) await buyOutside(arrivals, 7);
        arrivals += 7;
      } while (place !== null);
      expect(seen.filter((id) => wanted.includes(id)).sort()).toEqual([...wanted].sort());
      const listed = seen.filter(
        (id) => Number(id) >= Number(image(2_000).externalId) && Number(id) <= Number(image(3_000).externalId),
      );
      expect(new Set(listed).size).toBe(listed.length);
    },
  );

  test('a purchase in the second in which two windows meet is listed once, whichever side of it', async () => {
    const source = connect();
    const asset = await coveredAsset(source);
    await licensingOf(source).license(requestFor(asset), callFor());
    const at = Date.parse((await bookedOf(asset.externalId))[0]?.at ?? '');
    // A window cannot begin in the agency's future.
    await sims.advanceClock(5_000);
    for (const precision of ['milliseconds', 'seconds']) {
      await setSwitch('history-time-precision', precision, 'milliseconds');
      for (const seconds of [-2, -1, 0, 1, 2]) {
        const second = Math.floor(at / 1000) + seconds;
        const now = () => (second + 29 * 86_400) * 1000 + 500;
        const { entries } = await sweep(connect({ historyDays: 60 }, { now }), now);
        expect(entries.filter(({ key }) => key.externalId === asset.externalId).length).toBe(1);
      }
    }
  });

  test('the whole is counted where one window is the whole, and nowhere else', async () => {
    const whole = await connect({ historyDays: 29, products: ['premiumaccess'] }).history?.(null, callFor());
    expect(whole?.total).toBeGreaterThan(0);
    expect((await connect({ historyDays: 29 }).history?.(null, callFor()))?.total).toBeNull();
    expect((await connect({ products: ['premiumaccess'] }).history?.(null, callFor()))?.total).toBeNull();
  });

  test('whatever the seconds, the order and the arrivals, each purchase is listed once', async () => {
    const START = Date.parse('2026-03-01T00:00:00Z');
    const reading = fc.record({
      /** Milliseconds between one purchase and the next; some are made at once. */
      gaps: fc.array(
        fc.oneof(
          { weight: 20, arbitrary: fc.constant(0) },
          { weight: 20, arbitrary: fc.integer({ min: 1, max: 700 }) },
          { weight: 20, arbitrary: fc.integer({ min: 1_000, max: 3_600_000 }) },
          { weight: 1, arbitrary: fc.integer({ min: 1, max: 40 * 86_400_000 }) },
        ),
        { minLength: 1, maxLength: 420, size: 'max' },
      ),
      alike: fc.boolean(),
      toTheSecond: fc.boolean(),
      oldestFirst: fc.boolean(),
      counted: fc.boolean(),
      arrivals: fc.integer({ min: 0, max: 130 }),
    });
    type Reading = typeof reading extends fc.Arbitrary<infer T> ? T : never;
    const list = async ({ gaps, alike, toTheSecond, oldestFirst, counted, arrivals }: Reading) => {
      let at = START;
      const made = gaps.map((gap) => (at -= gap));
      const newest = START + 60_000;
      const all = made.map((time, index) => ({ at: time, id: alike ? 5 : index + 1 }));
      const downloads: GettyImagesClient['downloads'] = async (window, page, size) => {
        if (window.productType !== null) return null;
        const from = Date.parse(window.from);
        const to = window.to === null ? Number.POSITIVE_INFINITY : Date.parse(window.to);
        const timeOf = (at: number) => (toTheSecond ? Math.floor(at / 1000) * 1000 : at);
        const inside = all.filter(({ at }) => timeOf(at) >= from && timeOf(at) <= to).sort((a, b) => a.at - b.at);
        const ordered = oldestFirst ? inside : inside.reverse();
        if (page > 1 && (page - 1) * size >= ordered.length) return null;
        const rows = ordered.slice((page - 1) * size, page * size).map(({ at, id }) => ({
          id,
          asset_type: 'Image',
          date_downloaded: new Date(timeOf(at)).toISOString(),
          product_type: 'premiumaccess',
        }));
        return readDownloads({ ...(counted && { result_count: ordered.length }), downloads: rows }, null);
      };
      const history = createHistory({ ...CONFIG, historyDays: 400 }, { client: { downloads }, now: () => START + 30_000 });
      const listed: string[] = [];
      let place: string | null = null;
      for (let pages = 0; pages < 400; pages += 1) {
        const page = await history(connectionId, place, callFor());
        listed.push(...page.entries.map(({ key, licensedAt }) => `${key.externalId} ${licensedAt}`));
        place = page.next;
        if (place === null) break;
        for (let count = 0; pages < 5 && count < arrivals; count += 1)
          all.push({ at: newest + pages * 1_000 + count, id: 999_999 });
      }
      expect(place).toBeNull();
      const floor = START + 30_000 - 14 * 29 * 86_400_000;
      const wanted = all
        .filter(({ at, id }) => id !== 999_999 && Math.floor(at / 1000) * 1000 >= floor)
        .map(({ at, id }) => `${id} ${new Date(toTheSecond ? Math.floor(at / 1000) * 1000 : at).toISOString()}`);
      expect(listed.filter((text) => !text.startsWith('999999')).sort()).toEqual(wanted.sort());
    };
    // More in one second than a page holds, in the newest window and in a closed one.
    const examples = [0, 40 * 86_400_000].flatMap((age) =>
      [true, false].flatMap((oldestFirst) =>
        [true, false].map((counted): [Reading] => {
          const gaps = [age, ...Array<number>(150).fill(60_000), ...Array<number>(230).fill(0)];
          return [{ gaps, alike: false, toTheSecond: true, oldestFirst, counted, arrivals: 3 }];
        }),
      ),
    );
    await fc.assert(fc.asyncProperty(reading, list), { numRuns: 100, examples, endOnFailure: true });
  });

  test('a colleague’s history that the account may not see is a fault of its own', async () => {
    await setSwitch('company-downloads', false, true);
    const source = connect({ companyHistory: true });
    const fault = await faultFrom(source.history?.(null, callFor()) ?? Promise.resolve());
    expect(fault.reason).toBe('forbidden');
    expect((await faultFrom(source.history?.('{"since":1}', callFor()) ?? Promise.resolve())).reason).toBe('unsupported');
  });
});

// Last, because the agency's clock is moved and does not come back.
describe('a day after the order', () => {
  test('its file is handed out as long as we say, and then refused with the reason', async () => {
    const source = connect();
    const { file } = grantedBy(await licensingOf(source).license(requestFor(await coveredAsset(source)), callFor()));
    if (file === undefined || source.openPurchased === undefined) throw new Error('no file');
    await sims.advanceClock(file.expiresAt - Date.now());
    const opened = await source.openPurchased(file.address, callFor());
    expect((await opened.stream.toArray()).length).toBeGreaterThan(0);
    await sims.advanceClock(10 * 60_000);
    const fault = await faultFrom(source.openPurchased(file.address, callFor()));
    expect(fault).toMatchObject({ reason: 'rejected', effect: 'none', retryable: false });
    expect(fault.message).toMatch(/came with the order alone/);
    expect(fault.message).not.toMatch(/SIMSECRET|http/);
  });
});
