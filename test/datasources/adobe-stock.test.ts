/** Adobe Stock's adapter against the simulator over real HTTP, and its mapper against the vendor's odd values. */
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { adobeId } from '../../simulators/kit/world.js';
import {
  ADOBE_STOCK_PROFILE,
  type AdobeStockConfig,
  createAdobeStockAccount,
} from '../../src/datasources/adobe-stock/adapter.js';
import { adobeLocale } from '../../src/datasources/adobe-stock/client.js';
import { licenseTypesFor, mapAsset } from '../../src/datasources/adobe-stock/map.js';
import { readHistoryInstant, readPrice, readPurchaseInstant } from '../../src/datasources/adobe-stock/texts.wire.js';
import { readAsset, readFiles } from '../../src/datasources/adobe-stock/wire.js';
import type {
  AdapterStore,
  Call,
  Datasource,
  Entitlement,
  FileVariant,
  HistoryEntry,
  HistoryPage,
  LicenseRequest,
  OpenFile,
  Quote,
  SearchQuery,
} from '../../src/datasources/datasource.js';
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
  'full-entitlement-quota': 'stale',
  'unknown-content': '400-100',
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

const request = (
  asset: Asset,
  licenseType: string,
  references: { key: string; value: string }[] = [],
  again = false,
): LicenseRequest => ({ asset, licenseType, references, operationTag: 'op-1', again });
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
    const file = await source.openDownload?.(asset, licenseType, {}, call(20_000));
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
    const file = await source.openDownload?.(video, 'Video_HD', {}, call());
    expect(file && (await drain(file)).length).toBeGreaterThan(1_000);
    const elsewhere = await faultOf(account().openDownload?.(video, 'Video_HD', {}, call()) ?? Promise.resolve());
    expect(elsewhere).toMatchObject({ retryable: true, effect: 'none' });
  });

  it('does not open what is not held, and sends its token to no other host', async () => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    expect(await faultOf(source.openDownload?.(asset, 'Standard', {}, call()) ?? Promise.resolve())).toMatchObject({
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
      'RELICENSE',
      'SEARCH',
    ]);
    expect(account({ idsPerCall: 110 }).profile.maxIdsPerCall).toBe(110);
  });
});

// ---------- the licensing of a page, of a second license, and what is left ----------

const answering = (endpoint: string, body: unknown, times?: number) =>
  sims.addFault(SIM, {
    endpoint,
    kind: 'status',
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(times === undefined ? {} : { times }),
  });
const sentTo = async (endpoint: string) =>
  (await sims.journal(SIM))
    .filter((entry) => entry.endpoint === endpoint)
    .map((entry) => ({ ...entry, parameters: Object.fromEntries(new URLSearchParams(entry.query)) }));
const quoteOf = (outcome: Quote | SourceFault | undefined): Quote => {
  if (outcome === undefined || outcome instanceof SourceFault) throw new Error(`no quote but ${String(outcome)}`);
  return outcome;
};
const onlyQuote = async (source: Datasource, asset: Asset, licenseType: string, locale?: string): Promise<Quote> =>
  quoteOf((await licensingOf(source).quotes([{ asset, licenseType }], call(8_000, locale)))[0]);
const buyOutside = (contentId: string, profile = 'northlight-brand', license?: string): Promise<unknown> =>
  sims.action(SIM, 'purchase-outside', {
    contentId: Number(contentId),
    profile,
    ...(license === undefined ? {} : { license }),
  });

describe('what Member/Profile says, field by field', () => {
  it('within the credits that are left, with a reference that is required', async () => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    const entitlement = {
      quota: 75,
      license_type_id: 43,
      has_credit_model: false,
      has_agency_model: true,
      is_cce: true,
      full_entitlement_quota: { universal_credits_quota: 75 },
      quota_ids: { universal_credits_quota: 'credits' },
      user_has_ccpro: false,
      organization_has_ccpro: false,
    };
    await answering('member-profile', {
      available_entitlement: entitlement,
      member: { stock_id: 77 },
      purchase_options: {
        state: 'possible',
        requires_checkout: false,
        license: 'Extended',
        message: 'Uses 3 of your 75 credits.',
      },
      possible_licenses: [{ license: 'Extended', license_label: 'Extended', price_with_unit: '3 Credits' }],
      cce_agency: [
        { id: 2, text: 'Project', required: true },
        { id: 4, text: 'Client', required: false },
      ],
    });
    await sims.clearJournal(SIM);
    expect(await onlyQuote(source, asset, 'Extended')).toEqual({
      held: null,
      verdict: 'possible',
      message: 'Uses 3 of your 75 credits.',
      checkoutUrl: null,
      price: null,
      remaining: 75,
      units: 3,
      references: [
        { key: '2', label: 'Project', required: true },
        { key: '4', label: 'Client', required: false },
      ],
      raw: {
        state: 'possible',
        requiresCheckout: false,
        license: 'Extended',
        message: 'Uses 3 of your 75 credits.',
        entitlement,
        possibleLicenses: [{ license: 'Extended', license_label: 'Extended', price_with_unit: '3 Credits' }],
        isLicensed: '',
      },
    });
    const [sent] = await sentTo('member-profile');
    expect(sent?.method).toBe('GET');
    expect(sent?.parameters).toEqual({ content_id: asset.externalId, license: 'Extended', locale: 'en_US' });
  });

  it('blocked by the plan, without an entitlement', async () => {
    const source = account();
    const asset = await freshAsset(source, ({ kind }) => kind === 'VIDEO');
    await answering('member-profile', {
      available_entitlement: null,
      member: { stock_id: 77 },
      purchase_options: { state: 'not_possible', license: 'Video_HD', message: 'Films are no part of your plan.' },
    });
    expect(await onlyQuote(source, asset, 'Video_HD')).toEqual({
      held: null,
      verdict: 'refused',
      message: 'Films are no part of your plan.',
      checkoutUrl: null,
      price: null,
      remaining: null,
      units: null,
      references: [],
      raw: {
        state: 'not_possible',
        requiresCheckout: false,
        license: 'Video_HD',
        message: 'Films are no part of your plan.',
        entitlement: null,
        possibleLicenses: [],
        isLicensed: '',
      },
    });
  });

  it('without credits, with a checkout and its address', async () => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    await answering('member-profile', {
      available_entitlement: { quota: 0, license_type_id: 1, full_entitlement_quota: [] },
      purchase_options: {
        state: 'not_possible',
        requires_checkout: true,
        license: 'Standard',
        message: 'Plans begin at US$29.99.',
        url: 'https://plans.example/choose?content=5&access_token=abc',
      },
    });
    expect(await onlyQuote(source, asset, 'Standard')).toEqual({
      held: null,
      verdict: 'checkout',
      message: 'Plans begin at US$29.99.',
      checkoutUrl: 'https://plans.example/choose?content=5',
      // That of a plan is not that of the license.
      price: null,
      remaining: 0,
      units: null,
      references: [],
      raw: {
        state: 'not_possible',
        requiresCheckout: true,
        license: 'Standard',
        message: 'Plans begin at US$29.99.',
        entitlement: {
          quota: 0,
          license_type_id: 1,
          has_credit_model: null,
          has_agency_model: null,
          is_cce: null,
          full_entitlement_quota: {},
          quota_ids: {},
          user_has_ccpro: null,
          organization_has_ccpro: null,
        },
        possibleLicenses: [],
        isLicensed: '',
      },
    });
  });

  it.each(['javascript:alert(1)', 'https://user:pass@plans.example/', '/plans'])(
    'never passes on %s as the address of a checkout',
    async (url) => {
      const source = account();
      const asset = await freshAsset(source, corePhoto);
      await answering('member-profile', {
        available_entitlement: null,
        purchase_options: { state: 'not_possible', requires_checkout: true, url },
      });
      expect(await onlyQuote(source, asset, 'Standard')).toMatchObject({ verdict: 'checkout', checkoutUrl: null });
    },
  );

  it('keeps the references that it can read where one of them is odd', async () => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    await answering('member-profile', {
      available_entitlement: null,
      purchase_options: { state: 'possible' },
      cce_agency: [null, { id: 2, required: true }, { text: 'no id' }],
    });
    expect((await onlyQuote(source, asset, 'Standard')).references).toEqual([{ key: '2', label: '2', required: true }]);
  });
});

describe('quotes of a page', () => {
  it('ask once for each asset and type, and answer by position', async () => {
    const source = account();
    const { found } = await source.loadAssets(keys(2_000, 60), call());
    const photos = [...found.values()].filter(corePhoto).slice(0, 20);
    expect(photos.length).toBe(20);
    const page = photos.flatMap((asset) => ['Standard', 'Extended', 'Standard'].map((licenseType) => ({ asset, licenseType })));
    await sims.resetCounts(SIM);
    const quotes = (await licensingOf(source).quotes([...page, ...page], call())).map(quoteOf);
    expect(quotes.map(({ units }) => units)).toEqual(
      [...page, ...page].map(({ licenseType }) => (licenseType === 'Extended' ? 2 : 1)),
    );
    expect(await sims.counts(SIM)).toMatchObject({ 'member-profile': 40, 'content-info': 0, files: 0, 'license-history': 0 });
    expect(JSON.stringify(quotes)).not.toMatch(/SIMSECRET|http/);
    expect(await licensingOf(source).quotes([], call())).toEqual([]);
  });

  it('know what is held from the bulk read, of that license alone', async () => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    await licensingOf(source).license(request(asset, 'Extended'), call());
    const known = await load(source, asset.externalId);
    const [standard, extended, before] = await licensingOf(source).quotes(
      [
        { asset: known, licenseType: 'Standard' },
        { asset: known, licenseType: 'Extended' },
        { asset, licenseType: 'Extended' },
      ],
      call(),
    );
    expect(quoteOf(standard).held).toBeNull();
    expect(quoteOf(extended).held).toEqual({ licenseType: 'Extended', licensedAt: null, sourceReference: null });
    expect(quoteOf(before).held).toBeNull();
    const unnamed = { ...asset, sourceLicense: { state: 'LICENSED' as const, raw: 'purchased', asOf: NOW } };
    expect((await onlyQuote(source, unnamed, 'Standard')).held).toBeNull();
  });

  it('come in the language of the caller, with the figures of the office’s', async () => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    expect((await onlyQuote(source, asset, 'Standard', 'fr-FR')).message).toMatch(/^Utilisera 1/);
    expect((await onlyQuote(source, asset, 'Standard', 'de-CH')).message).toMatch(/^Verbraucht 1/);
    expect((await sentTo('member-profile')).map(({ parameters }) => parameters.locale).sort()).toEqual([
      'de_CH',
      'en_US',
      'en_US',
      'fr_FR',
    ]);
  });

  it('hold a price where the text names one beyond doubt, and none where it does not', async () => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    await sims.action(SIM, 'set-account', { kind: 'consumer-overage' });
    expect(await onlyQuote(source, asset, 'Standard')).toMatchObject({
      verdict: 'overage',
      price: { amount: '9.99', currency: 'USD' },
    });
    // A bare sign names no country: an office that reads German finds none, and a caller who does is told the office's.
    const german = await onlyQuote(source, asset, 'Standard', 'de-DE');
    expect(german).toMatchObject({ verdict: 'overage', price: { amount: '9.99', currency: 'USD' } });
    expect(german.message).toContain('9,99');
    expect(await onlyQuote(account({ officeLocale: 'de-DE' }), asset, 'Standard')).toMatchObject({
      verdict: 'overage',
      price: null,
    });
    await answering('member-profile', {
      available_entitlement: null,
      purchase_options: { state: 'possible', license: 'Standard' },
      possible_licenses: [{ license: 'Standard', license_label: 'Standard', price_with_unit: '12,50 EUR' }],
    });
    expect(await onlyQuote(source, asset, 'Standard')).toMatchObject({
      price: { amount: '12.50', currency: 'EUR' },
      units: null,
    });
  });

  it('fail one by one, each in its place', async () => {
    const source = account();
    const video = await freshAsset(source, ({ kind }) => kind === 'VIDEO');
    const asset = await freshAsset(source, corePhoto);
    const outcomes = await licensingOf(source).quotes(
      [
        { asset: video, licenseType: 'Standard' },
        { asset, licenseType: 'Standard' },
        { asset: { ...asset, externalId: '12' }, licenseType: 'Standard' },
      ],
      call(),
    );
    expect(outcomes[0]).toMatchObject({ reason: 'rejected', sourceCode: '20' });
    expect(outcomes[1]).toMatchObject({ verdict: 'possible' });
    expect(outcomes[2]).toMatchObject({ reason: 'rejected', sourceCode: '100' });
    await answering('member-profile', { available_entitlement: null, purchase_options: { state: 'perhaps' } });
    const [unknown] = await licensingOf(source).quotes([{ asset, licenseType: 'Standard' }], call());
    expect(unknown).toBeInstanceOf(SourceFault);
    expect(unknown).toMatchObject({ reason: 'bad_reply', sourceCode: 'perhaps' });
  });

  it('that get no turn before the deadline are told so, and the others are answered', async () => {
    const { env } = sims;
    const limits = createLimits({ source: 'ADOBE_STOCK', label: 'Adobe Stock', maxRps: 5, maxConcurrent: 4, now: Date.now });
    const http = createSourceHttp({ source: 'ADOBE_STOCK', label: 'Adobe Stock', limits, now: Date.now, observe: () => {} });
    https.push(http);
    const slow = createAdobeStockAccount(
      {
        apiUrl: env.ADOBE_STOCK_API_URL ?? '',
        imsUrl: env.ADOBE_STOCK_IMS_URL ?? '',
        clientId: env.ADOBE_STOCK_CLIENT_ID ?? '',
        clientSecret: env.ADOBE_STOCK_CLIENT_SECRET ?? '',
        product: 'Test/1',
      },
      { http, now: Date.now },
    )({ connectionId: CONNECTION, store: {} as AdapterStore });
    const { found } = await account().loadAssets(keys(2_200, 60), call());
    const page = [...found.values()].filter(corePhoto).slice(0, 20);
    const outcomes = await licensingOf(slow).quotes(
      page.map((asset) => ({ asset, licenseType: 'Standard' })),
      call(1_000),
    );
    const late = outcomes.filter((outcome) => outcome instanceof SourceFault);
    expect(late.length).toBeGreaterThan(0);
    expect(late.length).toBeLessThan(page.length);
    for (const fault of late) expect(fault).toMatchObject({ reason: 'rate_limited', effect: 'none' });
  });
});

describe('a purchase with references', () => {
  it.each([false, true])('is one POST whose ids are text, further license: %p', async (again) => {
    const { clientId, clientSecret } = await credentialOf('southbay-projects');
    const source = account({ clientId, clientSecret });
    const asset = await freshAsset(source, corePhoto);
    const given = [
      { key: '2', value: 'Herbst “Grün” 7' },
      { key: '4', value: 'Client X' },
    ];
    await sims.clearJournal(SIM);
    const reply = await licensingOf(source).license(request(asset, 'Standard', given, again), call(8_000, 'de-DE'));
    const sent = await sentTo('content-license');
    expect(sent.length).toBe(1);
    expect(sent[0]?.method).toBe('POST');
    expect(sent[0]?.path).toBe('/Rest/Libraries/1/Content/License');
    expect(sent[0]?.parameters).toEqual({
      content_id: asset.externalId,
      license: 'Standard',
      license_again: String(again),
      locale: 'de_DE',
    });
    expect(sent[0]?.headers['content-type']).toBe('application/json');
    expect(sent[0]?.body).toBe('{"cce_agency":[{"id":"2","value":"Herbst “Grün” 7"},{"id":"4","value":"Client X"}]}');
    const [entry, ...more] = await booked(asset);
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      account: 'southbay-projects',
      licenseType: 'Standard',
      units: 1,
      detail: {
        again,
        requestId: 'test-request',
        references: [
          { id: '2', value: 'Herbst “Grün” 7' },
          { id: '4', value: 'Client X' },
        ],
      },
    });
    expect(reply).toMatchObject({
      kind: 'granted',
      licenseType: 'Standard',
      sourceReference: null,
      price: null,
      units: null,
      raw: {
        state: 'just_purchased',
        license: 'Standard',
        contentType: asset.mimeType,
        width: asset.width,
        height: asset.height,
      },
    });
    expect(reply.kind === 'granted' && reply.licensedAt?.slice(0, 19)).toBe(
      new Date(Number(entry?.detail.atMs)).toISOString().slice(0, 19),
    );
    expect(JSON.stringify(reply)).not.toMatch(/SIMSECRET|http/);
  });

  it('is a GET without a body when there are none', async () => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    await sims.clearJournal(SIM);
    await licensingOf(source).license(request(asset, 'Extended'), call());
    const [sent] = await sentTo('content-license');
    expect(sent).toMatchObject({ method: 'GET', body: '' });
    expect(sent?.headers['content-type']).toBeUndefined();
    expect(sent?.parameters).toEqual({
      content_id: asset.externalId,
      license: 'Extended',
      license_again: 'false',
      locale: 'en_US',
    });
  });
});

describe('a further license', () => {
  const heldPhoto = async (source: Datasource): Promise<Asset> => {
    const asset = await freshAsset(source, corePhoto);
    await licensingOf(source).license(request(asset, 'Standard'), call());
    return asset;
  };
  const again = (asset: Asset): LicenseRequest => request(asset, 'Standard', [], true);

  it('is recognised by its count, a first one by being held', () => {
    expect(licensingOf(account()).traces).toEqual({ license: 'held', relicense: 'count' });
    expect(ADOBE_STOCK_PROFILE.capabilities.RELICENSE).toBeDefined();
  });

  it('is quoted at what it takes, although the first one is held', async () => {
    const source = account();
    const asset = await heldPhoto(source);
    const baseline = await licensingOf(source).baseline(again(asset), call());
    expect(baseline).toMatchObject({ verdict: 'possible', units: 1, held: { licenseType: 'Standard' } });
    expect(baseline.raw.purchase).toMatchObject({ state: 'purchased', license: 'Standard' });
    await sims.action(SIM, 'set-account', { kind: 'consumer-overage' });
    expect(await licensingOf(source).baseline(again(asset), call())).toMatchObject({
      verdict: 'overage',
      price: { amount: '9.99', currency: 'USD' },
      held: { licenseType: 'Standard' },
    });
  });

  it('is never quoted as free because the first one is: neither by its units nor by a word that nobody knows', async () => {
    const source = account();
    const asset = await heldPhoto(source);
    const saying = (state: string) =>
      answering('member-profile', {
        available_entitlement: { quota: 9 },
        purchase_options: { state, message: 'You have it already.' },
        possible_licenses: [{ license: 'Standard', price_with_unit: '0 Credits' }],
      });
    await saying('possible');
    expect((await licensingOf(source).baseline(again(asset), call())).units).toBeNull();
    expect((await licensingOf(source).baseline(request(asset, 'Standard'), call())).units).toBe(0);
    await sims.clearFaults(SIM);
    await saying('purchased');
    expect(await faultOf(licensingOf(source).baseline(again(asset), call()))).toMatchObject({ reason: 'bad_reply' });
    expect(await licensingOf(source).baseline(request(asset, 'Standard'), call())).toMatchObject({ verdict: 'possible' });
  });

  it('is bought and charged each time, each with one request', async () => {
    const source = account();
    const asset = await heldPhoto(source);
    await sims.resetCounts(SIM);
    for (let further = 1; further <= 2; further += 1) {
      expect(await licensingOf(source).license(again(asset), call())).toMatchObject({ kind: 'granted', licenseType: 'Standard' });
      expect((await booked(asset)).map(({ detail }) => detail.again)).toEqual([false, ...Array(further).fill(true)]);
      expect((await sims.counts(SIM))['content-license']).toBe(further);
    }
    expect((await sentTo('content-license')).at(-1)?.parameters.license_again).toBe('true');
  });

  it.each(['purchased', 'cancelled', 'possible', 'overage', 'queued', 'See http://secret.example/?token=1'])(
    'is in doubt when the answer says %p',
    async (state) => {
      const source = account();
      const asset = await freshAsset(source, corePhoto);
      await answering('content-license', {
        available_entitlement: null,
        contents: { [asset.externalId]: { content_id: asset.externalId, purchase_details: { state, license: 'Standard' } } },
      });
      await sims.resetCounts(SIM);
      const fault = await faultOf(licensingOf(source).license(again(asset), call()));
      expect(fault).toMatchObject({ effect: 'unknown', reason: 'bad_reply', retryable: true });
      expect(`${fault.message} ${fault.sourceCode}`).not.toMatch(/http|token/);
      expect((await sims.counts(SIM))['content-license']).toBe(1);
    },
  );

  it('is in doubt when the answer speaks of another asset or of none', async () => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    const details = { state: 'just_purchased', license: 'Standard' };
    for (const contents of [
      {},
      { '12': { content_id: '12', purchase_details: details } },
      { [asset.externalId]: { content_id: '12', purchase_details: details } },
    ]) {
      await answering('content-license', { available_entitlement: null, contents });
      expect((await faultOf(licensingOf(source).license(again(asset), call()))).effect).toBe('unknown');
      await sims.clearFaults(SIM);
    }
  });

  it.each([
    ['a reset after the work', { kind: 'reset-after' }, 1],
    ['a truncated answer', { kind: 'truncate' }, 1],
    ['a foreign page', { kind: 'foreign' }, 1],
    ['no answer', { kind: 'never-after' }, 1],
    ['the 403 in HTML that the edge gives to such requests', { kind: 'status', status: 403, body: '<html></html>' }, 0],
    ['status 503', { kind: 'status', status: 503, body: '{"error":"busy","code":"100"}' }, 0],
  ] as const)('is in doubt after %s, and is not sent twice', async (_name, fault, purchases) => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    await sims.resetCounts(SIM);
    await sims.addFault(SIM, { endpoint: 'content-license', ...fault });
    expect((await faultOf(licensingOf(source).license(again(asset), call(1_000)))).effect).toBe('unknown');
    expect((await sims.counts(SIM))['content-license']).toBe(1);
    expect((await booked(asset)).length).toBe(purchases);
  });

  it('that is clearly refused is refused, and nothing is booked', async () => {
    const source = account();
    const video = await freshAsset(source, ({ kind }) => kind === 'VIDEO');
    const refused = (licenseType: string) => licensingOf(source).license(request(video, licenseType, [], true), call());
    expect(await refused('Standard')).toMatchObject({ kind: 'refused', code: '20' });
    await sims.action(SIM, 'set-account', { kind: 'no-credits' });
    expect(await refused('Video_HD')).toMatchObject({ kind: 'refused', code: 'not_possible' });
    expect(await booked(video)).toEqual([]);
  });
});

describe('purchases since a moment', () => {
  const SHOP = 'southbay-social';
  const shop = async (): Promise<Datasource> => {
    const { clientId, clientSecret } = await credentialOf(SHOP);
    await sims.action(SIM, 'set-account', { profile: SHOP, kind: 'alt-license', quota: 100_000 });
    return account({ clientId, clientSecret });
  };
  const simNow = async (asset: Asset): Promise<number> => Number((await booked(asset)).at(-1)?.detail.atMs);
  const instant = (epochMs: number): Instant => new Date(epochMs).toISOString() as Instant;
  const since = (source: Datasource, asset: Asset, at: Instant, licenseType = 'Standard') =>
    licensingOf(source).purchasesSince(request(asset, licenseType), at, call(20_000));
  /** Runs `act` after each of the first `times` history requests that `work` makes. */
  const whileReading = async <T>(work: Promise<T>, times: number, act: () => Promise<void>): Promise<T> => {
    let isOver = false;
    const end = (): void => {
      isOver = true;
    };
    work.then(end, end);
    for (let seen = 0; seen < times && !isOver; ) {
      const sent = (await sims.counts(SIM))['license-history'] ?? 0;
      // The first is being answered while the second is held back by the latency that the test has set.
      if (sent > seen + 1) {
        await act();
        seen += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return work;
  };

  it('are those of the asset and the license, newest first, with what the history says of them', async () => {
    const source = await shop();
    const asset = await freshAsset(source, corePhoto);
    await buyOutside(asset.externalId, SHOP, 'Standard');
    await buyOutside(asset.externalId, SHOP, 'Extended');
    await licensingOf(source).license(request(asset, 'Standard', [], true), call());
    const found = await since(source, asset, instant((await simNow(asset)) - 3_600_000));
    expect(found.length).toBe(2);
    for (const entry of found) {
      expect(entry).toMatchObject({
        key: asset.key,
        licenseType: 'Standard',
        tag: null,
        sourceReference: null,
        raw: { license: 'Standard', title: asset.title },
      });
      expect(entry.licensedAt).toBe(instant(Math.floor((await simNow(asset)) / 60_000) * 60_000));
    }
    expect(JSON.stringify(found)).not.toMatch(/SIMSECRET|http/);
    expect(await since(source, asset, instant((await simNow(asset)) - 3_600_000), 'Extended')).toHaveLength(1);
  });

  it('are told to the minute: the minute of the moment counts whole, the one before it does not', async () => {
    const source = await shop();
    const asset = await freshAsset(source, corePhoto);
    await buyOutside(asset.externalId, SHOP, 'Standard');
    const minute = Math.floor((await simNow(asset)) / 60_000) * 60_000;
    expect(await since(source, asset, instant(minute + 59_999))).toHaveLength(1);
    expect(await since(source, asset, instant(minute + 60_000))).toEqual([]);
  });

  it('are one more after each further license, also within one minute and under one name', async () => {
    const source = await shop();
    const asset = await freshAsset(source, corePhoto);
    await buyOutside(asset.externalId, SHOP, 'Standard');
    const from = instant(await simNow(asset));
    for (let bought = 1; bought <= 4; bought += 1) {
      expect(await since(source, asset, from)).toHaveLength(bought);
      await licensingOf(source).license(request(asset, 'Standard', [], true), call());
    }
  });

  it('are each found once over many pages, while others and we go on buying', async () => {
    const source = await shop();
    const mine = await freshAsset(source, corePhoto);
    const other = await freshAsset(source, corePhoto);
    await buyOutside(mine.externalId, SHOP, 'Standard');
    const from = instant(await simNow(mine));
    // Long runs of rows that look alike lie across the borders of the pages.
    for (let bought = 0; bought < 260; bought += 1) {
      await buyOutside((bought % 130 < 90 ? mine : other).externalId, SHOP, 'Standard');
    }
    await sims.addFault(SIM, { endpoint: 'license-history', kind: 'latency', ms: 150 });
    await sims.resetCounts(SIM);
    const found = await whileReading(since(source, mine, from), 2, async () => {
      for (const asset of [other, mine, other]) await buyOutside(asset.externalId, SHOP, 'Standard');
    });
    const all = (await booked(mine)).length;
    expect(all).toBe(183);
    expect(found.length).toBe(all);
    await sims.clearFaults(SIM);
    expect((await since(source, mine, from)).length).toBe(all);
  }, 60_000);

  it('are found although more than a page of others arrives between two pages', async () => {
    const source = await shop();
    const mine = await freshAsset(source, corePhoto);
    const other = await freshAsset(source, corePhoto);
    const from = instant(Date.now() - 600_000);
    for (let bought = 0; bought < 3; bought += 1) await buyOutside(mine.externalId, SHOP, 'Standard');
    for (let bought = 0; bought < 130; bought += 1) await buyOutside(other.externalId, SHOP, 'Standard');
    await sims.addFault(SIM, { endpoint: 'license-history', kind: 'latency', ms: 600 });
    await sims.resetCounts(SIM);
    const found = await whileReading(since(source, mine, from), 1, async () => {
      for (let bought = 0; bought < 140; bought += 1) await buyOutside(other.externalId, SHOP, 'Standard');
    });
    expect(found.length).toBe(3);
  }, 60_000);

  it.each([
    ['a date that cannot be read', [{ license: 'Standard', license_date: 'yesterday' }], 1],
    ['a license that is not named', [{ license_date: '1/2/30, 9:15 AM' }], 1],
    ['an asset that is not named', [{ id: null, license: 'Standard', license_date: '1/2/30, 9:15 AM' }], 1],
    ['a row that is none', [null], 1],
    ['no total', [{ license: 'Standard', license_date: '1/2/30, 9:15 AM' }], null],
    ['a total beyond its rows', [{ license: 'Standard', license_date: '1/2/30, 9:15 AM' }], 3],
    ['a total short of its rows', [{ license: 'Standard', license_date: '1/2/30, 9:15 AM' }], 0],
  ] as const)('are a fault and no list when the history shows %s', async (_name, rows, total) => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    const files = rows.map((row) => (row === null ? null : { id: Number(asset.externalId), ...row }));
    await answering('license-history', { ...(total === null ? {} : { nb_results: total }), files });
    const fault = await faultOf(licensingOf(source).purchasesSince(request(asset, 'Standard'), NOW, call()));
    expect(fault).toMatchObject({ reason: 'bad_reply', retryable: true });
  });

  it('are not hidden by odd rows of others, or of long ago', async () => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    await answering('license-history', {
      nb_results: 900,
      files: [
        { id: 12, license: 'Standard', license_date: 'soon' },
        { id: Number(asset.externalId), license: 'Standard', license_date: '3/2/26, 9:15\u202fAM' },
        { id: Number(asset.externalId), license: 'Extended', license_date: 'soon' },
        { id: null, license: 'Standard', license_date: '3/2/26, 9:14 AM' },
      ],
    });
    const found = await licensingOf(source).purchasesSince(request(asset, 'Standard'), NOW, call());
    expect(found.map(({ licensedAtText }) => licensedAtText)).toEqual(['3/2/26, 9:15\u202fAM']);
  });

  it('are a fault when rows vanish while they are read, however often', async () => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    const rows = (from: number) =>
      Array.from({ length: 100 }, (_, index) => ({
        id: 5_000 + from + index,
        license: 'Standard',
        license_date: '1/2/30, 9:15 AM',
      }));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await answering('license-history', { nb_results: 250, files: rows(0) }, 1);
      for (let asked = 0; asked < 3; asked += 1) await answering('license-history', { nb_results: 248, files: rows(101) }, 1);
    }
    expect(await faultOf(licensingOf(source).purchasesSince(request(asset, 'Standard'), NOW, call()))).toMatchObject({
      reason: 'bad_reply',
      effect: 'none',
    });
  });

  it('are found where a row comes late and elsewhere than at the top', async () => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    const of = (externalId: number, license_date = '1/2/30, 9:15 AM') => ({ id: externalId, license: 'Standard', license_date });
    const others = Array.from({ length: 100 }, (_, index) => of(5_000 + index));
    const before = { nb_results: 250, files: others };
    const top = { nb_results: 251, files: [...others.slice(0, 50), of(Number(asset.externalId)), ...others.slice(50, 99)] };
    const below = { nb_results: 251, files: [...others.slice(98), of(7_000, '1/2/20, 9:15 AM')] };
    for (const page of [before, below, top, top, below]) await answering('license-history', page, 1);
    const found = await licensingOf(source).purchasesSince(request(asset, 'Standard'), NOW, call());
    expect(found.map(({ key }) => key.externalId)).toEqual([asset.externalId]);
  });

  it('are a fault when the total tells of new rows that nobody sees', async () => {
    const source = account();
    const asset = await freshAsset(source, corePhoto);
    const rows = (from: number, license_date: string) =>
      Array.from({ length: 100 }, (_, index) => ({ id: 5_000 + from + index, license: 'Standard', license_date }));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const last = { id: 5_099, license: 'Standard', license_date: '1/2/30, 9:15 AM' };
      await answering('license-history', { nb_results: 250, files: rows(0, '1/2/30, 9:15 AM') }, 1);
      await answering('license-history', { nb_results: 252, files: [last, ...rows(100, '1/2/20, 9:15 AM')] }, 1);
    }
    await sims.resetCounts(SIM);
    const fault = await faultOf(licensingOf(source).purchasesSince(request(asset, 'Standard'), NOW, call()));
    expect(fault).toMatchObject({ reason: 'bad_reply', effect: 'none' });
    expect((await sims.counts(SIM))['license-history']).toBe(6);
  });

  it('are read in the zone of the configuration, and an hour that comes twice leaves none out', async () => {
    const source = account({ purchaseTimeZone: 'America/Los_Angeles' });
    const asset = await freshAsset(source, corePhoto);
    const row = (text: string) => ({ id: Number(asset.externalId), license: 'Standard', license_date: text });
    await answering('license-history', { nb_results: 2, files: [row('11/2/25, 1:30 AM'), row('11/1/25, 9:00 PM')] });
    const at = async (text: string) =>
      (await licensingOf(source).purchasesSince(request(asset, 'Standard'), text as Instant, call())).map(
        ({ licensedAt }) => licensedAt,
      );
    expect(await at('2025-11-02T09:10:00.000Z')).toEqual(['2025-11-02T09:30:00.000Z']);
    expect(await at('2025-11-02T03:00:00.000Z')).toEqual(['2025-11-02T09:30:00.000Z', '2025-11-02T04:00:00.000Z']);
  });
});

describe('the history while it grows', () => {
  const SHOP = 'southbay-social';
  const walk = async (source: Datasource, between: (page: number) => Promise<void>) => {
    const pages: HistoryPage[] = [];
    for (let place: string | null = null; ; ) {
      const page: HistoryPage | undefined = await source.history?.(place, call());
      if (page === undefined) throw new Error('no history');
      pages.push(page);
      await between(pages.length);
      place = page.next;
      if (place === null) return pages;
    }
  };

  it.each([
    ['two', 2],
    ['more than a page of', 115],
  ])(
    'shows each row once, and its total, with %s new ones after each page',
    async (_name, many) => {
      const { clientId, clientSecret } = await credentialOf(SHOP);
      await sims.action(SIM, 'set-account', { profile: SHOP, kind: 'alt-license', quota: 100_000 });
      const source = account({ clientId, clientSecret });
      const all = await freshAsset(source, corePhoto);
      const totalNow = async () => (await source.history?.(null, call()))?.total ?? null;
      const before = (await totalNow()) ?? 0;
      // Alike to the last letter: only their number tells.
      for (let bought = 0; bought < 250; bought += 1) await buyOutside(all.externalId, SHOP, 'Standard');
      expect(await totalNow()).toBe(before + 250);
      const pages = await walk(source, async (page) => {
        for (let bought = 0; page <= 3 && bought < many; bought += 1) await buyOutside(all.externalId, SHOP, 'Standard');
      });
      const mine = pages.flatMap(({ entries }) => entries).filter(({ key }) => key.externalId === all.externalId);
      expect(mine.length).toBe(250 + 3 * many);
      expect(pages.flatMap(({ entries }) => entries).length).toBe(before + 250 + 3 * many);
      expect(pages.at(-1)?.total).toBe(before + 250 + 3 * many);
    },
    60_000,
  );

  it('refuses a place that it did not write', async () => {
    for (const place of [
      '',
      'x',
      'null',
      '{}',
      '{"offset":100}',
      '{"offset":5,"total":9,"last":null,"first":null,"arrived":0,"stop":null}',
    ])
      expect(await faultOf(account().history?.(place, call()) ?? Promise.resolve())).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('says that it must be read again when nobody can tell any more what has been shown', async () => {
    const rows = (from: number) =>
      Array.from({ length: 100 }, (_, index) => ({
        id: 5_000 + from + index,
        license: 'Standard',
        license_date: '1/2/30, 9:15 AM',
      }));
    const source = account();
    await answering('license-history', { nb_results: 250, files: rows(0) }, 1);
    const first = await source.history?.(null, call());
    await answering('license-history', { nb_results: 250, files: rows(120) });
    expect(await faultOf(source.history?.(first?.next ?? null, call()) ?? Promise.resolve())).toMatchObject({
      reason: 'bad_reply',
      retryable: true,
    });
  });
});

describe('entitlements', () => {
  const entitlementsOf = async (source: Datasource): Promise<readonly Entitlement[]> =>
    (await source.entitlements?.(call())) ?? [];

  it('are the credits of the account, asked for without an asset', async () => {
    const source = account();
    await sims.action(SIM, 'set-quota', { quota: 321 });
    await sims.clearJournal(SIM);
    expect(await entitlementsOf(source)).toEqual([
      {
        key: 'universal_credits',
        name: 'Universal credits',
        remaining: 321,
        limit: null,
        unit: 'credits',
        usable: 'YES',
        resetsAt: null,
        expiresAt: null,
        raw: {
          full_entitlement_quota: { universal_credits_quota: 321 },
          quota: 321,
          license_type_id: 43,
          has_credit_model: false,
          has_agency_model: true,
          is_cce: true,
          quota_ids: { universal_credits_quota: 'credits' },
          user_has_ccpro: false,
          organization_has_ccpro: false,
        },
      },
    ]);
    const [sent] = await sentTo('member-profile');
    expect(sent?.parameters).toEqual({ locale: 'en_US' });
    expect((await sims.counts(SIM))['member-profile']).toBe(1);
  });

  const told = async (entitlement: unknown) => {
    await answering('member-profile', { available_entitlement: entitlement, member: { stock_id: 1 } });
    return (await entitlementsOf(account())).map(({ key, remaining, raw }) => [key, remaining, raw.full_entitlement_quota]);
  };

  it('are one for each kind of credit, and what is no figure is not stated', async () => {
    expect(
      await told({
        quota: 4,
        full_entitlement_quota: {
          image_quota: 4,
          video_quota: '7',
          premium_credits_quota: null,
          standard_credits_quota: -1,
          x: 0,
        },
      }),
    ).toEqual([
      ['image', 4, { image_quota: 4 }],
      ['video', 7, { video_quota: '7' }],
      ['premium_credits', null, { premium_credits_quota: null }],
      ['standard_credits', null, { standard_credits_quota: -1 }],
      ['x', 0, { x: 0 }],
    ]);
  });

  it.each([[[]], [{}], [undefined]])('are the quota alone when the kinds are %p', async (full) => {
    expect(await told({ quota: 4, full_entitlement_quota: full })).toEqual([['quota', 4, {}]]);
  });

  it('are none where the account has none, and a fault where the answer does not say', async () => {
    expect(await told(null)).toEqual([]);
    await sims.clearFaults(SIM);
    await answering('member-profile', { member: {} });
    expect(await faultOf(entitlementsOf(account()))).toMatchObject({ reason: 'bad_reply' });
  });
});

describe('forms of a licensed file', () => {
  const held = async (source: Datasource, wanted: (asset: Asset) => boolean, licenseType: string): Promise<Asset> => {
    const asset = await freshAsset(source, wanted);
    await licensingOf(source).license(request(asset, licenseType), call());
    return asset;
  };
  const download = async (source: Datasource, asset: Asset, licenseType: string, variant: FileVariant): Promise<OpenFile> => {
    const file = await source.openDownload?.(asset, licenseType, variant, call(20_000));
    if (file === undefined) throw new Error('no download');
    return file;
  };
  const drained = async ({ stream }: OpenFile): Promise<Buffer> => Buffer.concat(await stream.toArray());
  const asked = async (): Promise<readonly Record<string, string>[]> =>
    (await sims.journal(SIM))
      .filter(({ endpoint }) => endpoint === 'download' || endpoint === 'download-direct')
      .map(({ query: sent }) => {
        const { token: _token, ...rest } = Object.fromEntries(new URLSearchParams(sent));
        return rest;
      });
  const vector = ({ kind, licensing, rights }: Asset): boolean =>
    kind === 'VECTOR' && licensing.premiumLevel === 0 && rights.editorialOnly === 'NO';

  it('of pictures are the next larger size, and the original when none is asked for', async () => {
    const source = account();
    const asset = await held(source, corePhoto, 'Standard');
    const longerSides: number[] = [];
    await sims.clearJournal(SIM);
    for (const variant of [{ size: 1 }, { size: 400 }, { size: 401 }, { size: 1_600 }, {}]) {
      const { width = 0, height = 0 } = await sharp(await drained(await download(source, asset, 'Standard', variant))).metadata();
      longerSides.push(Math.max(width, height));
    }
    expect(longerSides.slice(0, 4)).toEqual([400, 400, 800, 1_600]);
    expect(longerSides[4]).toBeGreaterThan(1_600);
    expect(await asked()).toEqual([{ size: '400' }, { size: '400' }, { size: '800' }, { size: '1600' }, {}]);
  }, 60_000);

  it('of films are 1080 or 2160 lines', async () => {
    const source = account();
    const asset = await held(source, ({ kind }) => kind === 'VIDEO', 'Video_HD');
    await sims.clearJournal(SIM);
    for (const size of [720, 1_080, 2_000])
      expect((await drained(await download(source, asset, 'Video_HD', { size }))).length).toBeGreaterThan(100);
    expect((await asked()).map(({ size }) => size)).toEqual(['1080', '1080', '2160']);
  }, 60_000);

  it('of vectors are a jpeg, or a png where the source has one', async () => {
    const source = account();
    const asset = await held(source, vector, 'Standard');
    await sims.clearJournal(SIM);
    const file = await download(source, asset, 'Standard', { format: 'jpeg' });
    expect(file.mimeType).toBe('image/jpeg');
    expect((await sharp(await drained(file)).metadata()).format).toBe('jpeg');
    expect(await asked()).toEqual([{ format: 'jpeg' }]);
    const formats = new Set<string | null>();
    for (let tried = 0; tried < 12; tried += 1) {
      const outcome = await download(source, await held(source, vector, 'Standard'), 'Standard', { format: 'png' }).catch(
        (error: unknown) => error,
      );
      if (outcome instanceof SourceFault) {
        expect(outcome).toMatchObject({ reason: 'rejected', effect: 'none' });
        expect(outcome.message).not.toMatch(/http|SIMSECRET/);
        formats.add(null);
      } else {
        const opened = outcome as OpenFile;
        await drained(opened);
        formats.add(opened.mimeType);
      }
    }
    expect(formats).toEqual(new Set([null, 'image/png']));
  }, 60_000);

  it.each([
    ['a size of nothing', 'PHOTO', { size: 0 }],
    ['a size below nothing', 'PHOTO', { size: -400 }],
    ['half a pixel', 'ILLUSTRATION', { size: 400.5 }],
    ['no number', 'PHOTO', { size: Number.NaN }],
    ['a size beyond those offered', 'PHOTO', { size: 5_001 }],
    ['more lines than there are', 'VIDEO', { size: 2_161 }],
    ['a size of a vector', 'VECTOR', { size: 400 }],
    ['a size of a vector as a picture', 'VECTOR', { size: 400, format: 'png' }],
    ['a size of a template', 'TEMPLATE', { size: 400 }],
    ['a size in three dimensions', 'THREE_D', { size: 400 }],
    ['a size of a sound', 'AUDIO', { size: 400 }],
    ['a photo converted', 'PHOTO', { format: 'png' }],
    ['a film converted', 'VIDEO', { format: 'jpeg' }],
    ['a template converted', 'TEMPLATE', { format: 'jpeg' }],
    ['another format', 'VECTOR', { format: 'tiff' as 'png' }],
  ] as const)('that cannot be had are refused before anybody is asked: %s', async (_name, kind, variant) => {
    const source = account();
    const asset = await load(source, id(1));
    await sims.resetCounts(SIM);
    const fault = await faultOf(download(source, { ...asset, kind }, 'Standard', variant));
    expect(fault).toMatchObject({ code: 'BAD_USER_INPUT', reason: 'unsupported', effect: 'none', retryable: false });
    expect(Object.values(await sims.counts(SIM)).reduce((sum, count) => sum + count, 0)).toBe(0);
  });

  it('show neither token nor address when they fail, wherever that happens', async () => {
    const source = account();
    const asset = await held(source, corePhoto, 'Standard');
    const broken = (standardFile: string): Asset => ({ ...asset, licensing: { ...asset.licensing, standardFile } });
    const elsewhere = account();
    const faults: SourceFault[] = [];
    for (const address of ['http://[', 'http://127.0.0.1:9/x?token=SIMSECRET', '//127.0.0.1:9/SIMSECRET'])
      faults.push(await faultOf(download(elsewhere, broken(address), 'Standard', {})));
    for (const endpoint of ['download', 'bucket']) {
      for (const fault of [
        { kind: 'reset-before' },
        { kind: 'status', status: 500, body: 'SIMSECRET' },
        { kind: 'foreign' },
      ] as const) {
        await sims.addFault(SIM, { endpoint, ...fault });
        faults.push(await faultOf(download(source, asset, 'Standard', { size: 400 })));
        await sims.clearFaults(SIM);
      }
    }
    await sims.addFault(SIM, { endpoint: 'download', kind: 'status', status: 302, headers: { location: 'http://[' }, body: '' });
    faults.push(await faultOf(download(source, asset, 'Standard', { size: 400 })));
    for (const fault of faults) expect(inspect(fault, { depth: 8 })).not.toMatch(/SIMSECRET|127\.0\.0\.1|token=/);
    expect(faults.length).toBe(10);
  });

  it('send the token to the first address alone, and no header at all', async () => {
    const source = account();
    const asset = await held(source, corePhoto, 'Standard');
    await sims.clearJournal(SIM);
    await drained(await download(source, asset, 'Standard', { size: 400 }));
    const [bucket] = await sentTo('bucket');
    expect(bucket?.parameters).toEqual({});
    expect(bucket?.headers.authorization).toBeUndefined();
    expect(bucket?.headers['x-api-key']).toBeUndefined();
  });
});
