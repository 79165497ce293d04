/** Adobe Stock's adapter against the simulator over real HTTP, and its mapper against the vendor's odd values. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { adobeId } from '../../simulators/kit/world.js';
import {
  ADOBE_STOCK_PROFILE,
  type AdobeStockConfig,
  createAdobeStockAccount,
} from '../../src/datasources/adobe-stock/adapter.js';
import { adobeLocale } from '../../src/datasources/adobe-stock/client.js';
import { licenseTypesFor, mapAsset } from '../../src/datasources/adobe-stock/map.js';
import {
  readAsset,
  readFiles,
  readHistoryInstant,
  readPrice,
  readPurchaseInstant,
} from '../../src/datasources/adobe-stock/wire.js';
import type { AdapterStore, Call, Datasource, HistoryEntry, HistoryPage, SearchQuery } from '../../src/datasources/datasource.js';
import { parseJson } from '../../src/datasources/http/json.js';
import { createLimits } from '../../src/datasources/http/limits.js';
import { createSourceHttp, type SourceHttp } from '../../src/datasources/http/send.js';
import type { Asset } from '../../src/domain/asset.js';
import { SourceFault } from '../../src/domain/faults.js';
import { type AssetKey, type ConnectionId, keyText } from '../../src/domain/ids.js';
import type { Instant } from '../../src/domain/instant.js';
import { type Simulators, startSimulators } from '../support/simulators.js';

const SIM = 'adobe-stock';
const CONNECTION = 'adobeTest' as ConnectionId;
const NOW = '2026-03-02T09:15:00.000Z' as Instant;
const DEFAULT_SWITCHES = {
  'column-is-editorial': 'accepted',
  'column-creation-date': 'accepted',
  'second-license-state': 'purchased',
  'order-outcome': 'booked',
  'info-license-scope': 'per-license',
  'purchase-date-zone': 'utc',
  'history-date-space': 'plain',
  'history-lag-ms': 0,
  'token-expires-in': 86_399,
  'files-order': 'request',
};

let sims: Simulators;
let https: SourceHttp[] = [];

const call = (ms = 8_000, locale?: string): Call => ({
  requestId: 'test-request',
  deadlineAt: Date.now() + ms,
  ...(locale === undefined ? {} : { locale }),
});
const keyOf = (externalId: string, lane = 'content'): AssetKey => ({ connectionId: CONNECTION, lane, externalId });
const id = (k: number): string => String(adobeId(k));
const keys = (from: number, count: number): AssetKey[] => Array.from({ length: count }, (_, index) => keyOf(id(from + index)));

/** A fresh account: no token yet, nothing refused yet. */
const account = (config: Partial<AdobeStockConfig> = {}): Datasource => {
  const { env } = sims;
  const limits = createLimits({ source: 'ADOBE_STOCK', label: 'Adobe Stock', maxRps: 0, maxConcurrent: 64, now: Date.now });
  const http = createSourceHttp({ source: 'ADOBE_STOCK', label: 'Adobe Stock', limits, now: Date.now, observe: () => {} });
  https.push(http);
  const make = createAdobeStockAccount(
    {
      apiUrl: env.ADOBE_STOCK_API_URL ?? '',
      imsUrl: env.ADOBE_STOCK_IMS_URL ?? '',
      clientId: env.ADOBE_STOCK_CLIENT_ID ?? '',
      clientSecret: env.ADOBE_STOCK_CLIENT_SECRET ?? '',
      product: env.ADOBE_STOCK_PRODUCT ?? '',
      ...config,
    },
    { http, now: Date.now },
  );
  return make({ connectionId: CONNECTION, store: {} as AdapterStore });
};

interface Credential {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly profile: string;
}
const credentialOf = async (profile: string): Promise<Credential> => {
  const all = (await sims.action(SIM, 'credentials')) as readonly Credential[];
  const found = all.find((entry) => entry.profile === profile);
  if (!found) throw new Error(`no profile ${profile}`);
  return found;
};

const load = async (source: Datasource, externalId: string): Promise<Asset> => {
  const { found } = await source.loadAssets([keyOf(externalId)], call());
  const asset = found.get(keyText(keyOf(externalId)));
  if (!asset) throw new Error(`no asset ${externalId}`);
  return asset;
};

/** Positions taken in turn, so that no test meets what another one bought. */
let nextPosition = 1_000;
const freshAsset = async (source: Datasource, wanted: (asset: Asset) => boolean): Promise<Asset> => {
  for (;;) {
    const { found } = await source.loadAssets(keys(nextPosition, 100), call());
    for (const [offset, key] of keys(nextPosition, 100).entries()) {
      const asset = found.get(keyText(key));
      if (asset && wanted(asset)) {
        nextPosition += offset + 1;
        return asset;
      }
    }
    nextPosition += 100;
  }
};
const corePhoto = ({ kind, licensing, rights }: Asset): boolean =>
  kind === 'PHOTO' && licensing.premiumLevel === 0 && rights.editorialOnly === 'NO';

const request = (asset: Asset, licenseType: string, references: { key: string; value: string }[] = []) => ({
  asset,
  licenseType,
  references,
  operationTag: 'op-1',
});
const licensingOf = (source: Datasource) => {
  if (!source.licensing) throw new Error('no licensing');
  return source.licensing;
};
const faultOf = async (work: Promise<unknown>): Promise<SourceFault> => {
  const outcome = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(outcome instanceof SourceFault)) throw new Error(`no SourceFault but ${String(outcome)}`);
  return outcome;
};
const query = (changes: Partial<SearchQuery> = {}): SearchQuery => ({
  text: null,
  filters: {},
  sort: 'RELEVANCE',
  pageSize: 24,
  place: null,
  ...changes,
});
const booked = async (asset: Asset) => (await sims.ledger(SIM)).filter(({ assetId }) => assetId === asset.externalId);

beforeAll(async () => {
  sims = await startSimulators({ only: [SIM] });
});
beforeEach(async () => {
  await sims.resetCounts(SIM);
  await sims.clearJournal(SIM);
});
afterEach(async () => {
  await sims.clearFaults(SIM);
  for (const [name, value] of Object.entries(DEFAULT_SWITCHES)) await sims.setSwitch(SIM, name, value);
  await sims.action(SIM, 'set-account', { kind: 'enterprise-universal' });
  await Promise.all(https.map((http) => http.close()));
  https = [];
});
afterAll(() => sims.stop());

describe('mapping', () => {
  const map = (row: Record<string, unknown>): Asset => {
    const wire = readAsset({ id: 900100001, ...row });
    if (!wire) throw new Error('unreadable row');
    return mapAsset(wire, CONNECTION, NOW);
  };

  it('keeps ids exact as text, whatever their size and type, and skips rows without one', () => {
    const files = readFiles(
      parseJson('{"nb_results":5,"files":[{"id":9007199254740993},{"id":"9007199254740001"},{"id":7},{"id":null},{"id":1.5}]}'),
    );
    expect(files?.files.map((file) => file.id)).toEqual(['9007199254740993', '9007199254740001', '7']);
    expect(files?.rowCount).toBe(5);
  });

  it('never throws for odd fields: wrong types are null and the row survives', () => {
    const asset = map({
      title: 5,
      width: 'wide',
      keywords: [{ name: 'crane' }, { name: 'crane' }, null, { name: 7 }, { name: 'dock' }],
      comps: [],
      licenses: null,
      category: [],
    });
    expect(asset).toMatchObject({ title: null, width: null, keywords: ['crane', 'dock'], renditions: [], kind: 'OTHER' });
  });

  it('knows no rights model when is_editorial was not told, and never takes a zero for a no', () => {
    expect(map({}).rights).toMatchObject({ model: 'UNKNOWN', editorialOnly: 'UNKNOWN', origin: 'UNKNOWN' });
    expect(map({ is_editorial: 0 }).rights.editorialOnly).toBe('UNKNOWN');
    expect(map({ is_editorial: false }).rights).toMatchObject({
      model: 'ROYALTY_FREE',
      editorialOnly: 'NO',
      attributionRequired: 'UNKNOWN',
    });
    expect(map({ is_editorial: true, creator_name: 'A. Sample' }).rights).toMatchObject({
      model: 'ROYALTY_FREE',
      editorialOnly: 'YES',
      attributionRequired: 'YES',
      attributionText: '© A. Sample – stock.adobe.com',
    });
  });

  it('never derives a release from has_releases', () => {
    for (const value of [0, 1, true, null]) {
      expect(map({ has_releases: value }).rights).toMatchObject({ modelReleased: 'UNKNOWN', propertyReleased: 'UNKNOWN' });
    }
  });

  it.each([
    ['', 'NOT_LICENSED', ''],
    ['Standard', 'LICENSED', 'Standard'],
    ['Video_4K', 'LICENSED', 'Video_4K'],
    ['not_possible', 'NOT_POSSIBLE', 'not_possible'],
    ['cancelled', 'CANCELLED', 'cancelled'],
    ['overage', 'OVERAGE', 'overage'],
    ['just_purchased', 'JUST_LICENSED', 'just_purchased'],
    ['Perhaps', 'UNKNOWN', 'Perhaps'],
    ['toString', 'UNKNOWN', 'toString'],
    [true, 'UNKNOWN', 'true'],
    [null, 'UNKNOWN', null],
  ])('reads is_licensed %p as %s', (value, state, raw) => {
    expect(map({ is_licensed: value }).sourceLicense).toEqual({ state, raw, asOf: NOW });
  });

  it('takes kinds from the media type, and where that only says premium from the content type', () => {
    expect([1, 2, 3, 4, 6, 7, 9].map((type) => map({ media_type_id: type }).kind)).toEqual([
      'PHOTO',
      'ILLUSTRATION',
      'VECTOR',
      'VIDEO',
      'THREE_D',
      'TEMPLATE',
      'AUDIO',
    ]);
    expect(map({ media_type_id: 8, content_type: 'video/mp4' }).kind).toBe('VIDEO');
    expect(map({ media_type_id: 8, content_type: 'image/jpeg' }).kind).toBe('PHOTO');
    expect(map({ media_type_id: 8, content_type: 'application/illustrator', vector_type: 'zip' }).kind).toBe('VECTOR');
    expect(map({ media_type_id: 77 }).kind).toBe('OTHER');
  });

  it('rounds float sizes, reads durations as milliseconds and leaves zone-less dates as text', () => {
    const asset = map({
      duration: 13180,
      creation_date: '2024-05-06 07:08:09.123456',
      thumbnail_240_url: 'https://cdn.example/240.jpg',
      thumbnail_240_width: 426.6666,
    });
    expect(asset).toMatchObject({ durationSeconds: 13.18, capturedAt: null, capturedAtText: '2024-05-06 07:08:09.123456' });
    expect(asset.renditions[0]).toMatchObject({ role: 'thumbnail', width: 427, watermarked: false });
  });

  it('passes on the public page without our account, also out of a jump through sign-in', () => {
    const page = 'https://stock.example/stock-photo/crane/900100001';
    expect(map({ details_url: `${page}?as_content=0123456789abcdef#x` }).acquireLicenseUrl).toBe(page);
    expect(
      map({ details_url: `https://stock.example/jump?client=abc&url=${encodeURIComponent(`${page}?as_content=abc`)}` })
        .acquireLicenseUrl,
    ).toBe(page);
    expect(map({ details_url: 'https://stock.example/jump/opaque-ticket' }).acquireLicenseUrl).toBeNull();
    expect(map({ details_url: 'https://user:pass@stock.example/900100001' }).acquireLicenseUrl).toBeNull();
  });

  it('offers license types by kind, and Video_4K or Standard_M only where the asset has them', () => {
    const types = (row: Record<string, unknown>, alternatives = false) =>
      licenseTypesFor(map(row), alternatives).map(({ licenseType }) => licenseType);
    expect(types({ media_type_id: 1 })).toEqual(['Standard', 'Extended']);
    expect(types({ media_type_id: 1, licenses: { Standard: { url: '/a' }, Standard_M: { url: '/b' } } })).toEqual([
      'Standard',
      'Standard_M',
      'Extended',
    ]);
    expect(types({ media_type_id: 4, comps: { Video_HD: {} } })).toEqual(['Video_HD']);
    expect(types({ media_type_id: 4, comps: { Video_HD: {}, Video_4K: {} } })).toEqual(['Video_HD', 'Video_4K']);
    expect(types({ media_type_id: 6 })).toEqual(['Standard']);
    expect(types({ media_type_id: 9 })).toEqual([]);
    expect(types({ media_type_id: 2 }, true)).toEqual(['Standard', 'Extended', 'Internal_Use', 'Digital_Use', 'Social_Media']);
  });

  it('reads a price only where the text names one beyond doubt', () => {
    expect(readPrice('billed at US$19.98.')).toEqual({ amount: '19.98', currency: 'USD' });
    expect(readPrice('Es werden 1.234,50 EUR berechnet')).toEqual({ amount: '1234.50', currency: 'EUR' });
    expect(readPrice('9,99 €')).toEqual({ amount: '9.99', currency: 'EUR' });
    for (const text of ['$9.99', '1.234 EUR', '9.99 EUR or 8.99 GBP', '2 Credits', 'HD 4', '', null])
      expect(readPrice(text)).toBeNull();
  });

  it('reads dates as UTC unless told otherwise, and history dates with any kind of space', () => {
    expect(readPurchaseInstant('2026-03-02 09:15:00', 'UTC')).toBe('2026-03-02T09:15:00.000Z');
    expect(readPurchaseInstant('2026-07-02 09:15:00', 'America/Los_Angeles')).toBe('2026-07-02T16:15:00.000Z');
    expect(readPurchaseInstant('2026-02-30 09:15:00', 'UTC')).toBeNull();
    expect(readHistoryInstant('3/2/26, 9:15\u202fAM', 'UTC')).toBe('2026-03-02T09:15:00.000Z');
    expect(readHistoryInstant('12/31/25, 12:05 PM', 'UTC')).toBe('2025-12-31T12:05:00.000Z');
    for (const text of ['02.03.26, 09:15', '13/2/26, 9:15 AM', 'soon', null]) expect(readHistoryInstant(text, 'UTC')).toBeNull();
  });

  it('writes locales as Adobe does', () => {
    expect(['de', 'en-US', 'pt-BR', 'zh-Hans-CN', 'en-GB', 'nonsense!', 'de_DE'].map(adobeLocale)).toEqual([
      'de_DE',
      'en_US',
      'pt_BR',
      'zh_CN',
      'en_UK',
      undefined,
      'de_DE',
    ]);
  });
});

describe('loading by id', () => {
  it('asks for 100 assets in one request and matches them by id', async () => {
    await sims.setSwitch(SIM, 'files-order', 'by-id');
    const { found, failed } = await account().loadAssets(keys(0, 100), call());
    expect([found.size, failed.size]).toEqual([100, 0]);
    expect(await sims.counts(SIM)).toMatchObject({ files: 1, 'ims-token': 1 });
    for (const [text, asset] of found) expect(text).toBe(keyText(asset.key));
  });

  it('splits 250 ids into three requests, or as configured up to 110, and asks once for what is named twice', async () => {
    await account().loadAssets([...keys(300, 250), ...keys(300, 250)], call());
    expect((await sims.counts(SIM)).files).toBe(3);
    await sims.resetCounts(SIM);
    await account({ idsPerCall: 110 }).loadAssets(keys(300, 110), call());
    await account({ idsPerCall: 500 }).loadAssets(keys(300, 111), call());
    expect((await sims.counts(SIM)).files).toBe(3);
  });

  it('leaves unknown, withdrawn and impossible ids out of both maps, and asks for none that cannot exist', async () => {
    const strange = ['12', '0123', 'abc', '9999999999999999', ''].map((text) => keyOf(text));
    const { found, failed } = await account().loadAssets(
      [keyOf(id(150)), keyOf(id(1)), keyOf(id(2), 'video'), ...strange],
      call(),
    );
    expect([...found.keys()]).toEqual([keyText(keyOf(id(1)))]);
    expect(failed.size).toBe(0);
    const [files] = (await sims.journal(SIM)).filter(({ endpoint }) => endpoint === 'files');
    expect(new URLSearchParams(files?.query).get('ids')).toBe([id(150), id(1), '12'].join(','));
  });

  it('fails only the keys of a failing chunk', async () => {
    await sims.addFault(SIM, {
      endpoint: 'files',
      kind: 'status',
      status: 400,
      times: 1,
      body: '{"error":"x","code":"100","case":"abc"}',
    });
    const { found, failed } = await account().loadAssets(keys(300, 200), call());
    expect([found.size, failed.size]).toEqual([100, 100]);
    expect([...failed.values()][0]).toMatchObject({ reason: 'rejected', sourceCode: '100', retryable: false });
  });

  it('gives up refused columns once for the account: the date alone where that is enough', async () => {
    await sims.setSwitch(SIM, 'column-creation-date', 'refused');
    const source = account();
    const asset = await load(source, id(5));
    expect(asset).toMatchObject({ capturedAtText: null, rights: { model: 'ROYALTY_FREE' } });
    await sims.resetCounts(SIM);
    await load(source, id(6));
    expect((await sims.counts(SIM)).files).toBe(1);
  });

  it('knows no rights model once is_editorial is refused, in search as well', async () => {
    await sims.setSwitch(SIM, 'column-is-editorial', 'refused');
    await sims.setSwitch(SIM, 'column-creation-date', 'refused');
    const source = account();
    expect((await load(source, id(5))).rights).toMatchObject({ model: 'UNKNOWN', editorialOnly: 'UNKNOWN' });
    await sims.resetCounts(SIM);
    await load(source, id(6));
    expect((await sims.counts(SIM)).files).toBe(1);
    const { hits } = await source.search(query(), call());
    expect(hits.every(({ asset }) => asset?.rights.model === 'UNKNOWN')).toBe(true);
  });

  it('falls back to the default locale where Adobe does not know the one asked for, and remembers', async () => {
    const source = account();
    const first = await source.loadAssets(keys(1, 3), call(8_000, 'sw-KE'));
    const second = await source.loadAssets(keys(1, 3), call(8_000, 'sw-KE'));
    expect([first.found.size, second.found.size]).toEqual([3, 3]);
    const locales = (await sims.journal(SIM))
      .filter(({ endpoint }) => endpoint === 'files')
      .map((entry) => new URLSearchParams(entry.query).get('locale'));
    expect(locales).toEqual(['sw_KE', 'en_US', 'en_US']);
  });

  it('sends key, product, token and request id, and no secret in any address', async () => {
    await load(account(), id(3));
    const [, files] = await sims.journal(SIM);
    expect(files?.headers).toMatchObject({
      'x-api-key': sims.env.ADOBE_STOCK_CLIENT_ID,
      'x-product': 'Clearance/1.0',
      'x-request-id': 'test-request',
    });
    expect(files?.headers.authorization).toMatch(/^Bearer SIMSECRET/);
    expect(files?.query).not.toContain('SIMSECRET');
  });
});

describe('tokens', () => {
  it('fetches one token for many callers, and one more when it is refused', async () => {
    const source = account();
    const many = () => Promise.all(Array.from({ length: 50 }, (_, k) => source.loadAssets([keyOf(id(k + 400))], call())));
    await many();
    expect((await sims.counts(SIM))['ims-token']).toBe(1);
    await sims.action(SIM, 'expire-tokens');
    const batches = await many();
    expect(batches.reduce((sum, { failed }) => sum + failed.size, 0)).toBe(0);
    expect((await sims.counts(SIM))['ims-token']).toBe(2);
  });

  it.each([863_999, 86_399_998])('never trusts a lifetime of %p for longer than a day', async (expiresIn) => {
    await sims.setSwitch(SIM, 'token-expires-in', expiresIn);
    let now = Date.now();
    const { env } = sims;
    const limits = createLimits({ source: 'ADOBE_STOCK', label: 'Adobe Stock', maxRps: 0, maxConcurrent: 4, now: () => now });
    const http = createSourceHttp({ source: 'ADOBE_STOCK', label: 'Adobe Stock', limits, now: () => now, observe: () => {} });
    https.push(http);
    const source = createAdobeStockAccount(
      {
        apiUrl: env.ADOBE_STOCK_API_URL ?? '',
        imsUrl: env.ADOBE_STOCK_IMS_URL ?? '',
        clientId: env.ADOBE_STOCK_CLIENT_ID ?? '',
        clientSecret: env.ADOBE_STOCK_CLIENT_SECRET ?? '',
        product: 'Test/1',
      },
      { http, now: () => now },
    )({ connectionId: CONNECTION, store: {} as AdapterStore });
    const read = () => source.loadAssets(keys(1, 1), { requestId: 'r', deadlineAt: now + 8_000 });
    await read();
    now += 22.9 * 3_600_000;
    await read();
    expect((await sims.counts(SIM))['ims-token']).toBe(1);
    now += 0.2 * 3_600_000;
    await read();
    expect((await sims.counts(SIM))['ims-token']).toBe(2);
  });

  it('says that the credential is wrong, without naming it', async () => {
    const { failed } = await account({ clientSecret: 'wrong' }).loadAssets(keys(1, 1), call());
    const [fault] = failed.values();
    expect(fault).toMatchObject({ reason: 'unauthorized', code: 'SOURCE_UNAVAILABLE', retryable: false });
    expect(fault?.message).not.toMatch(/SIMSECRET|wrong|http/);
  });
});

describe('faults of reads', () => {
  const failOne = async (ms = 4_000): Promise<SourceFault | undefined> => {
    const { failed } = await account().loadAssets(keys(1, 1), call(ms));
    return [...failed.values()][0];
  };

  it.each([
    ['status 503', { kind: 'status', status: 503, body: 'x' }, 'server_error', null],
    ['a reset', { kind: 'reset-before' }, 'network', 'ECONNRESET'],
    ['a foreign page', { kind: 'foreign' }, 'bad_reply', null],
    ['HTML with 403', { kind: 'status', status: 403, body: '<html></html>' }, 'bad_reply', null],
    ['an invalid key', { kind: 'status', status: 403, body: '{"error_code":"403003","message":"no"}' }, 'unauthorized', '403003'],
    ['code 10', { kind: 'status', status: 400, body: '{"error":"no","code":"010","case":"c"}' }, 'unauthorized', '10'],
    ['code 11', { kind: 'status', status: 403, body: '{"error":"no","code":11,"case":"c"}' }, 'unauthorized', '11'],
    ['code 020', { kind: 'status', status: 400, body: '{"error":"no","code":"020","case":"c"}' }, 'rejected', '20'],
    ['code 31', { kind: 'status', status: 404, body: '{"error":"no","code":"31","case":"c"}' }, 'rejected', '31'],
    ['code 100', { kind: 'status', status: 400, body: '{"error":"no","code":"100","case":"c"}' }, 'rejected', '100'],
  ] as const)('%s has a fault of its own', async (_name, fault, reason, sourceCode) => {
    await sims.addFault(SIM, { endpoint: 'files', ...fault });
    const found = await failOne();
    expect(found?.reason).toBe(reason);
    if (sourceCode !== null) expect(found?.sourceCode).toBe(sourceCode);
    expect(found?.message).toMatch(/^Adobe Stock/);
    expect(found?.message).not.toMatch(/http|SIMSECRET|<html>/);
  });

  it('calls a truncated answer broken and silence a timeout', async () => {
    await sims.addFault(SIM, { endpoint: 'files', kind: 'truncate' });
    expect(['bad_reply', 'network']).toContain((await failOne())?.reason);
    await sims.clearFaults(SIM);
    await sims.addFault(SIM, { endpoint: 'files', kind: 'never' });
    expect(await failOne(300)).toMatchObject({ reason: 'timeout', code: 'DEADLINE_EXCEEDED' });
  });

  it('passes on how long a 429 asks us to wait', async () => {
    await sims.addFault(SIM, {
      endpoint: 'files',
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '30' },
      body: '{"error_code":"429050","message":"no"}',
    });
    expect(await failOne()).toMatchObject({
      reason: 'rate_limited',
      retryable: true,
      retryAfterMs: 30_000,
      sourceCode: '429050',
    });
  });
});

describe('search', () => {
  it('gives whole assets, equal to those read by id', async () => {
    const source = account();
    const { hits, totalCount } = await source.search(query({ text: 'boat', pageSize: 20 }), call());
    expect(hits.length).toBe(20);
    expect(totalCount).toBeGreaterThan(20);
    const { found } = await source.loadAssets(
      hits.map(({ key }) => key),
      call(),
    );
    for (const { key, asset } of hits) {
      const known = found.get(keyText(key));
      expect({ ...asset, sourceLicense: null }).toEqual({ ...known, sourceLicense: null });
    }
  });

  it('pages to the end, each asset once, with premium rows in their place', async () => {
    const source = account();
    const seen: string[] = [];
    let place: string | null = null;
    do {
      const page = await source.search(query({ text: 'boat', pageSize: 30, place }), call());
      expect(page.hits.length).toBeLessThanOrEqual(30);
      seen.push(...page.hits.map(({ key }) => key.externalId));
      place = page.next;
    } while (place !== null);
    const first = await source.search(query({ text: 'boat', pageSize: 1 }), call());
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe(first.totalCount);
    for (const { endpoint, query: sent } of await sims.journal(SIM)) {
      if (endpoint === 'search') expect(new URLSearchParams(sent).get('search_parameters[filters][premium]')).toBe('all');
    }
  });

  it('has kinds, shape and size filtered by the source', async () => {
    const source = account();
    const { hits, unapplied } = await source.search(
      query({
        filters: { kinds: ['VIDEO', 'AUDIO'], orientation: 'HORIZONTAL', minWidth: 3000, editorialOnly: false },
        sort: 'NEWEST',
      }),
      call(),
    );
    expect(hits.length).toBe(24);
    expect(hits.every(({ asset }) => asset?.kind === 'VIDEO' && (asset.width ?? 0) >= 3000)).toBe(true);
    expect(unapplied).toEqual([]);
    const dates = hits.map(({ asset }) => asset?.capturedAtText ?? '');
    expect(dates).toEqual([...dates].sort().reverse());
    const wide = await source.search(query({ filters: { orientation: 'PANORAMIC' } }), call());
    expect(wide.hits.every(({ asset }) => (asset?.width ?? 0) >= 2 * (asset?.height ?? 1))).toBe(true);
  });

  it('says why it cannot be searched for editorial assets, audio or documents, without asking', async () => {
    const source = account();
    await expect(source.search(query({ filters: { editorialOnly: true } }), call())).rejects.toThrow(/editorial/);
    await expect(source.search(query({ filters: { kinds: ['AUDIO', 'DOCUMENT'] } }), call())).rejects.toThrow(/AUDIO, DOCUMENT/);
    expect((await sims.counts(SIM)).search).toBe(0);
  });

  it('refuses a place that it did not write', async () => {
    for (const place of ['{"offset":-1}', 'x', 'null', '{"offset":"5"}']) {
      expect(await faultOf(account().search(query({ place }), call()))).toMatchObject({ code: 'BAD_USER_INPUT' });
    }
  });
});

describe('licensing', () => {
  it('quotes units and balance from the message, and holds nothing yet', async () => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    const baseline = await licensingOf(source).baseline(request(asset, 'Extended'), call());
    expect(baseline).toMatchObject({ held: null, verdict: 'possible', units: 2, remaining: 500, price: null, references: [] });
    expect(baseline.message).toContain('500');
    expect(JSON.stringify(baseline)).not.toContain('SIMSECRET');
    const german = await licensingOf(source).baseline(request(asset, 'Standard'), call(8_000, 'de-DE'));
    expect(german.message).toMatch(/^Verbraucht 1/);
    expect(german.units).toBe(1);
    expect(await booked(asset)).toEqual([]);
  });

  it('tells overage with its price, checkout with its address, and a plan that does not cover the asset', async () => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    const video = await freshAsset(source, ({ kind }) => kind === 'VIDEO');
    const baseline = (of: Asset, type: string) => licensingOf(source).baseline(request(of, type), call());
    await sims.action(SIM, 'set-account', { kind: 'consumer-overage' });
    expect(await baseline(asset, 'Extended')).toMatchObject({ verdict: 'overage', price: { amount: '19.98', currency: 'USD' } });
    await sims.action(SIM, 'set-account', { kind: 'consumer-checkout' });
    const checkout = await baseline(asset, 'Standard');
    expect(checkout.verdict).toBe('checkout');
    expect(checkout.checkoutUrl).toContain('/plans');
    await sims.action(SIM, 'set-account', { kind: 'enterprise-standard' });
    expect(await baseline(video, 'Video_HD')).toMatchObject({ verdict: 'refused', remaining: null });
  });

  it('buys with one request, then holds the license and is charged no second time', async () => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    await sims.resetCounts(SIM);
    const reply = await licensingOf(source).license(request(asset, 'Extended'), call());
    expect(reply).toMatchObject({ kind: 'granted', licenseType: 'Extended', price: null });
    expect(JSON.stringify(reply)).not.toMatch(/SIMSECRET|http/);
    expect((await sims.counts(SIM))['content-license']).toBe(1);
    expect(await booked(asset)).toMatchObject([{ licenseType: 'Extended', units: 2 }]);
    const baseline = await licensingOf(source).baseline(request(asset, 'Extended'), call());
    expect(baseline.held?.licensedAt?.slice(0, 16)).toBe((await booked(asset))[0]?.at.slice(0, 16));
    expect(await licensingOf(source).license(request(asset, 'Extended'), call())).toMatchObject({ kind: 'already_held' });
    expect((await booked(asset)).length).toBe(1);
    expect((await load(source, asset.externalId)).sourceLicense).toMatchObject({ state: 'LICENSED', raw: 'Extended' });
  });

  it('does not take another license of the same asset for the one asked for', async () => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    await licensingOf(source).license(request(asset, 'Standard'), call());
    await sims.setSwitch(SIM, 'info-license-scope', 'any-license');
    expect((await licensingOf(source).baseline(request(asset, 'Extended'), call())).held).toBeNull();
    expect((await licensingOf(source).baseline(request(asset, 'Standard'), call())).held).not.toBeNull();
  });

  it('posts references and names the required ones beforehand', async () => {
    const { clientId, clientSecret } = await credentialOf('southbay-projects');
    const source = account({ clientId, clientSecret });
    const asset = await freshAsset(source, corePhoto);
    const { references } = await licensingOf(source).baseline(request(asset, 'Standard'), call());
    expect(references.some(({ required }) => required)).toBe(true);
    const missing = await licensingOf(source).license(request(asset, 'Standard'), call());
    expect(missing).toMatchObject({ kind: 'refused', code: '100' });
    const given = references.map(({ key }) => ({ key, value: `value ${key}` }));
    expect(await licensingOf(source).license(request(asset, 'Standard', given), call())).toMatchObject({ kind: 'granted' });
    const entries = await booked(asset);
    expect(entries.length).toBe(1);
    expect(JSON.stringify(entries[0]?.detail)).toContain('value ');
  });

  it('calls a refusal by state or by code 20 refused, and nothing is booked', async () => {
    const source = account();
    const video = await freshAsset(source, ({ kind }) => kind === 'VIDEO');
    expect(await licensingOf(source).license(request(video, 'Standard'), call())).toMatchObject({ kind: 'refused', code: '20' });
    await sims.action(SIM, 'set-account', { kind: 'no-credits' });
    expect(await licensingOf(source).license(request(video, 'Video_HD'), call())).toMatchObject({
      kind: 'refused',
      code: 'not_possible',
    });
    expect(await booked(video)).toEqual([]);
  });

  it('is in doubt over a cancelled order', async () => {
    await sims.setSwitch(SIM, 'order-outcome', 'cancelled');
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    expect(await faultOf(licensingOf(source).license(request(asset, 'Standard'), call()))).toMatchObject({
      effect: 'unknown',
      sourceCode: 'cancelled',
    });
  });

  it.each([
    ['a reset after the work', { kind: 'reset-after' }, 1],
    ['a truncated answer', { kind: 'truncate' }, 1],
    ['a foreign page', { kind: 'foreign' }, 1],
    ['no answer', { kind: 'never-after' }, 1],
    ['status 503', { kind: 'status', status: 503, body: '{"error":"busy","code":"20"}' }, 0],
    ['HTML with 403', { kind: 'status', status: 403, body: '<html></html>' }, 0],
    ['HTML with 429', { kind: 'status', status: 429, body: '<html></html>' }, 0],
    ['a redirect', { kind: 'status', status: 302, headers: { location: '/Rest/Media/1/Files' }, body: '' }, 0],
  ] as const)('is in doubt after %s and never sends twice', async (_name, fault, purchases) => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    await sims.resetCounts(SIM);
    await sims.addFault(SIM, { endpoint: 'content-license', ...fault });
    const found = await faultOf(licensingOf(source).license(request(asset, 'Standard'), call(1_000)));
    expect(found.effect).toBe('unknown');
    expect((await sims.counts(SIM))['content-license']).toBe(1);
    expect((await booked(asset)).length).toBe(purchases);
  });

  it.each([
    [401, '401013', 'unauthorized'],
    [403, '403003', 'unauthorized'],
    [429, '429050', 'rate_limited'],
  ] as const)('knows that nothing happened when the gateway answers %i in its own shape', async (status, code, reason) => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    await sims.resetCounts(SIM);
    await sims.addFault(SIM, {
      endpoint: 'content-license',
      kind: 'status',
      status,
      body: JSON.stringify({ error_code: code, message: 'no' }),
    });
    expect(await faultOf(licensingOf(source).license(request(asset, 'Standard'), call()))).toMatchObject({
      effect: 'none',
      reason,
      sourceCode: code,
    });
    expect((await sims.counts(SIM))['content-license']).toBe(1);
  });

  it('spends nothing, and says so, when no token can be had', async () => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    const broke = account();
    await sims.addFault(SIM, { endpoint: 'ims-token', kind: 'never' });
    await sims.resetCounts(SIM);
    expect(await faultOf(licensingOf(broke).license(request(asset, 'Standard'), call(300)))).toMatchObject({
      effect: 'none',
      reason: 'timeout',
    });
    expect((await sims.counts(SIM))['content-license']).toBe(0);
  });

  it('takes a new token for the purchase after one that was refused', async () => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    await sims.action(SIM, 'expire-tokens');
    expect(await faultOf(licensingOf(source).license(request(asset, 'Standard'), call()))).toMatchObject({
      effect: 'none',
      sourceCode: '401013',
    });
    expect(await licensingOf(source).license(request(asset, 'Standard'), call())).toMatchObject({ kind: 'granted' });
    expect((await booked(asset)).length).toBe(1);
  });
});

describe('history and files', () => {
  const readAll = async (source: Datasource, between: () => Promise<void> = async () => {}): Promise<HistoryEntry[]> => {
    const entries: HistoryEntry[] = [];
    let place: string | null = null;
    do {
      const page: HistoryPage | undefined = await source.history?.(place, call());
      entries.push(...(page?.entries ?? []));
      place = page?.next ?? null;
      await between();
    } while (place !== null);
    return entries;
  };
  const buyOutside = async (k: number, profile: string): Promise<boolean> =>
    sims.action(SIM, 'purchase-outside', { contentId: adobeId(k), profile }).then(
      () => true,
      () => false,
    );

  it('lists 250 licenses over three pages with new ones arriving between them, each once, spending nothing', async () => {
    await sims.setSwitch(SIM, 'history-date-space', 'narrow');
    const { clientId, clientSecret } = await credentialOf('southbay-social');
    const source = account({ clientId, clientSecret });
    await sims.action(SIM, 'set-quota', { profile: 'southbay-social', quota: 9_000 });
    let k = 3_000;
    const buy = async (count: number): Promise<void> => {
      for (let bought = 0; bought < count; k += 1) {
        if (k >= 4_000) throw new Error('nothing can be bought any more');
        if (await buyOutside(k, 'southbay-social')) bought += 1;
      }
    };
    await buy(250);
    const before = (await sims.ledger(SIM)).length;
    await sims.resetCounts(SIM);
    let arrivals = 0;
    const entries = await readAll(source, async () => {
      if (arrivals < 6) await buy(2);
      arrivals += 2;
    });
    const names = entries.map(({ key }) => key.externalId);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBe(256);
    expect((await sims.counts(SIM))['license-history']).toBe(4);
    expect((await sims.counts(SIM))['content-license']).toBe(0);
    expect((await sims.ledger(SIM)).length).toBe(before + 6);
    expect(
      entries.every(
        ({ licensedAt, licensedAtText, tag }) => licensedAt !== null && licensedAtText?.includes('\u202f') && tag === null,
      ),
    ).toBe(true);
  }, 60_000);

  const drain = async (file: { readonly stream: AsyncIterable<Buffer> }): Promise<Buffer> => {
    const chunks: Buffer[] = [];
    for await (const chunk of file.stream) chunks.push(chunk);
    return Buffer.concat(chunks);
  };

  it.each([
    ['Standard', corePhoto],
    ['Extended', corePhoto],
    ['Video_HD', ({ kind }: Asset) => kind === 'VIDEO'],
  ] as const)('opens the original of a %s license with the token in the address alone', async (licenseType, wanted) => {
    const source = account();
    const asset = await freshAsset(source, wanted);
    await licensingOf(source).license(request(asset, licenseType), call());
    await sims.clearJournal(SIM);
    await sims.resetCounts(SIM);
    const file = await source.openDownload?.(asset, licenseType, call(20_000));
    if (!file) throw new Error('no file');
    const bytes = await drain(file);
    expect(bytes.length).toBeGreaterThan(1_000);
    expect(file.mimeType).toBe(asset.mimeType);
    for (const entry of await sims.journal(SIM)) {
      if (/^(download|download-direct|bucket)$/.test(entry.endpoint)) expect(entry.headers.authorization).toBeUndefined();
    }
    expect((await sims.counts(SIM))['content-license']).toBe(0);
  });

  it('opens what was just bought here although the history does not know it yet', async () => {
    await sims.setSwitch(SIM, 'history-lag-ms', 60_000);
    const source = account();
    const video = await freshAsset(source, ({ kind }) => kind === 'VIDEO');
    await licensingOf(source).license(request(video, 'Video_HD'), call());
    const file = await source.openDownload?.(video, 'Video_HD', call());
    expect(file && (await drain(file)).length).toBeGreaterThan(1_000);
    const elsewhere = await faultOf(account().openDownload?.(video, 'Video_HD', call()) ?? Promise.resolve());
    expect(elsewhere).toMatchObject({ retryable: true, effect: 'none' });
  });

  it('does not open what is not held, and sends its token to no other host', async () => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    expect(await faultOf(source.openDownload?.(asset, 'Standard', call()) ?? Promise.resolve())).toMatchObject({
      reason: 'rejected',
    });
    const comp = asset.renditions.find(({ role }) => role === 'comp');
    if (!comp) throw new Error('no comp');
    const moved = { ...asset, renditions: [{ ...comp, address: 'http://127.0.0.1:9/comp' }] };
    expect(await faultOf(source.openRendition(moved, 'comp', call()))).toMatchObject({ reason: 'rejected' });
  });

  it('opens thumbnails without any credential, comps with one, renewed once when refused', async () => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    await sims.clearJournal(SIM);
    expect((await drain(await source.openRendition(asset, 'thumbnail', call()))).length).toBeGreaterThan(100);
    const [thumbnail] = await sims.journal(SIM);
    expect(`${thumbnail?.query}${JSON.stringify(thumbnail?.headers)}`).not.toContain('SIMSECRET');
    await sims.action(SIM, 'expire-tokens');
    expect((await drain(await source.openRendition(asset, 'comp', call()))).length).toBeGreaterThan(100);
    expect(await faultOf(source.openRendition(asset, 'poster', call()))).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('claims nothing that it cannot do', () => {
    expect(Object.keys(ADOBE_STOCK_PROFILE.capabilities).sort()).toEqual([
      'BULK_GET',
      'DOWNLOAD',
      'HISTORY',
      'LICENSE',
      'QUOTE',
      'SEARCH',
    ]);
    expect(account({ idsPerCall: 110 }).profile.maxIdsPerCall).toBe(110);
  });
});
