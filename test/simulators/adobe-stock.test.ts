/** Facts about Adobe Stock that a gateway relies on, stated against the simulator over real HTTP. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { adobeId } from '../../simulators/kit/world.js';
import { type Simulators, startSimulators } from '../support/simulators.js';

const SIM = 'adobe-stock';
const SCOPE = 'openid,sao.stock';

interface FileRow {
  readonly id: number;
  readonly [column: string]: unknown;
}
interface FilesReply {
  readonly nb_results?: number;
  readonly files: readonly FileRow[];
}
interface LicenseReply {
  readonly available_entitlement: { readonly quota: number; readonly full_entitlement_quota: Record<string, number> } | null;
  readonly contents: Record<string, { readonly size: string; readonly purchase_details: Record<string, string> }>;
}
interface HistoryReply {
  readonly nb_results: number;
  readonly files: readonly {
    readonly id: number;
    readonly license: string;
    readonly license_date: string;
    readonly download_url: string;
  }[];
}

let sims: Simulators;
let api = '';
let token = '';

const variable = (name: string): string => sims.env[name] ?? '';

const signIn = async (clientId: string, clientSecret: string): Promise<string> => {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: SCOPE,
  });
  const reply = await fetch(`${variable('ADOBE_STOCK_IMS_URL')}/ims/token/v3`, { method: 'POST', body });
  expect(reply.status).toBe(200);
  return ((await reply.json()) as { access_token: string }).access_token;
};

const anonymous = (): Record<string, string> => ({
  'x-api-key': variable('ADOBE_STOCK_CLIENT_ID'),
  'X-Product': variable('ADOBE_STOCK_PRODUCT'),
});
const signed = (): Record<string, string> => ({ ...anonymous(), Authorization: `Bearer ${token}` });

const get = (path: string, headers = signed()): Promise<Response> => fetch(`${api}/Rest${path}`, { headers });
const read = async <T>(path: string, headers = signed()): Promise<T> => {
  const reply = await get(path, headers);
  expect(reply.status).toBe(200);
  return (await reply.json()) as T;
};

const columns = (...names: readonly string[]): string => names.map((name) => `&result_columns[]=${name}`).join('');
const files = (ids: readonly (number | string)[], ...names: readonly string[]): string =>
  `/Media/1/Files?ids=${ids.join(',')}${columns(...names)}`;
const search = (parameters: string, ...names: readonly string[]): string =>
  `/Media/1/Search/Files?${parameters}${columns(...names)}`;
const license = (id: number, name: string, rest = ''): string =>
  `/Libraries/1/Content/License?content_id=${id}&license=${name}${rest}`;

/** Ids of the live assets among the first 3,000 with a property. */
const findIds = async (test: (row: FileRow) => boolean, count: number): Promise<readonly number[]> => {
  const found: number[] = [];
  for (let k = 0; k < 3_000 && found.length < count; k += 100) {
    const ids = Array.from({ length: 100 }, (_, index) => adobeId(k + index));
    const wanted = ['id', 'media_type_id', 'premium_level_id', 'is_editorial', 'width', 'category', 'vector_type'];
    found.push(...(await read<FilesReply>(files(ids, ...wanted))).files.filter(test).map((row) => row.id));
  }
  expect(found.length).toBeGreaterThanOrEqual(count);
  return found.slice(0, count);
};
const corePhotos = (count: number): Promise<readonly number[]> =>
  findIds((row) => row.media_type_id === 1 && row.premium_level_id === 0 && row.is_editorial === false, count);

beforeAll(async () => {
  sims = await startSimulators({ only: [SIM] });
  api = variable('ADOBE_STOCK_API_URL');
});
afterAll(() => sims.stop());

beforeEach(async () => {
  await sims.action(SIM, 'set-account', { kind: 'enterprise-universal' });
  token = await signIn(variable('ADOBE_STOCK_CLIENT_ID'), variable('ADOBE_STOCK_CLIENT_SECRET'));
});

describe('the gateway in front', () => {
  it('refuses a stale bearer even where none is needed, and answers without one', async () => {
    await sims.action(SIM, 'expire-tokens');
    const stale = await get(search('search_parameters[words]=a'));
    expect(stale.status).toBe(401);
    expect(await stale.json()).toMatchObject({ error_code: '401013' });
    expect((await get(search('search_parameters[limit]=1'), anonymous())).status).toBe(200);
  });

  it('needs a key, a product and, for what concerns a member, a bearer', async () => {
    const { 'x-api-key': _key, ...keyless } = signed();
    expect((await get(files([1]), keyless)).status).toBe(403);
    const { 'X-Product': _product, ...nameless } = signed();
    expect(await (await get(files([1]), nameless)).json()).toMatchObject({ code: '600' });
    expect((await get('/Libraries/1/Member/Profile', anonymous())).status).toBe(401);
  });

  it('echoes the request id and says invalid_client to a wrong secret', async () => {
    const reply = await get(files([1]), { ...signed(), 'X-Request-Id': 'trace-7' });
    expect(reply.headers.get('x-request-id')).toBe('trace-7');
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'x', client_secret: 'y', scope: SCOPE });
    const refused = await fetch(`${api}/ims/token/v3`, { method: 'POST', body });
    expect([refused.status, await refused.json()]).toEqual([400, { error: 'invalid_client' }]);
  });
});

describe('metadata by id', () => {
  it('gives ids only by default, drops unknown and withdrawn ones, and carries ids near 2^53 exactly', async () => {
    const big = adobeId(96);
    const reply = await read<FilesReply>(files([adobeId(3), 42, big, adobeId(150), adobeId(3)]));
    expect(reply).toEqual({ files: [{ id: adobeId(3) }, { id: big }] });
    expect(big).toBeGreaterThan(2 ** 52);
  });

  it('takes 110 ids and refuses 111 with 606', async () => {
    const ids = Array.from({ length: 111 }, (_, k) => adobeId(k));
    expect((await read<FilesReply>(files(ids.slice(0, 110), 'id', 'title'))).files.length).toBe(110);
    const refused = await get(files(ids));
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ code: '606', case: expect.stringMatching(/^\w{32}$/) });
  });

  it.each([
    ['601', 400, files([adobeId(1)], 'id', 'is_licensed')],
    ['602', 400, `${files([adobeId(1)])}&locale=xx_YY`],
    ['603', 400, files([adobeId(1)], 'id', 'toString')],
    ['604', 400, `${files([adobeId(1)])}&search_parameters[limit]=3`],
    ['605', 404, files(['a'])],
  ])('refuses with %s and a code that is a text', async (code, status, path) => {
    const refused = await get(path, anonymous());
    expect(refused.status).toBe(status);
    expect(await refused.json()).toMatchObject({ code });
  });

  it('writes slashes escaped, has_releases as a number and a missing category as a list', async () => {
    const [id = 0] = await findIds((row) => Array.isArray(row.category), 1);
    const reply = await get(files([id], 'id', 'category', 'has_releases', 'thumbnail_240_url', 'keywords'));
    const text = await reply.text();
    expect(text).toContain('http:\\/\\/');
    expect(JSON.parse(text).files[0]).toMatchObject({ id, category: [], has_releases: expect.any(Number) });
  });

  it('says who asked in details_url: the credential travels in it', async () => {
    const text = await (await get(files([adobeId(1)], 'id', 'details_url'), anonymous())).text();
    expect(text).toContain(`as_content=${variable('ADOBE_STOCK_CLIENT_ID')}`);
  });
});

describe('search', () => {
  it('finds all words in any case, and the media id as a word', async () => {
    const [row] = (await read<FilesReply>(files([adobeId(0)], 'id', 'title'))).files;
    const words = encodeURIComponent(String(row?.title).toUpperCase());
    const found = await read<FilesReply>(
      search(`search_parameters[words]=${words}&search_parameters[filters][premium]=all`, 'id'),
    );
    expect(found.files.map(({ id }) => id)).toContain(adobeId(0));
    const byId = await read<FilesReply>(search(`search_parameters[words]=${adobeId(0)}`));
    expect(byId).toMatchObject({ nb_results: 1, files: [{ id: adobeId(0), creator_name: expect.any(String) }] });
  });

  it('forgets every default column, the total included, as soon as one is named', async () => {
    const named = await read<FilesReply>(search('search_parameters[limit]=2&search_parameters[filters][premium]=all', 'title'));
    expect(named.nb_results).toBeUndefined();
    expect(Object.keys(named.files[0] ?? {})).toEqual(['title']);
    const indexed = await read<FilesReply>(
      search('search_parameters[limit]=1&result_columns[0]=nb_results&result_columns[1]=id'),
    );
    expect(indexed.nb_results).toBeGreaterThan(1000);
  });

  it('gives more rows than asked for unless the premium filter is sent', async () => {
    const count = async (rest: string): Promise<number> =>
      (await read<FilesReply>(search(`search_parameters[words]=people&search_parameters[limit]=${rest}`, 'id'))).files.length;
    expect(await count('25')).toBe(27);
    expect(await count('25&search_parameters[filters][premium]=all')).toBe(25);
    expect(await count('0')).toBe(110);
  });

  it('hides editorial, audio and free assets that are there by id', async () => {
    const hidden = await findIds((row) => row.is_editorial === true || row.media_type_id === 9 || row.premium_level_id === 1, 30);
    for (const id of hidden) {
      expect((await read<FilesReply>(search(`search_parameters[media_id]=${id}`))).files).toEqual([]);
    }
  });

  it('narrows by every filter at once and pages past the end into nothing', async () => {
    const filters = 'search_parameters[filters][content_type:video]=1&search_parameters[filters][premium]=false';
    const reply = await read<FilesReply>(
      search(`${filters}&search_parameters[filters][image_width]=3840-`, 'media_type_id', 'width', 'framerate'),
    );
    expect(reply.files.length).toBeGreaterThan(5);
    for (const row of reply.files) expect(row).toMatchObject({ media_type_id: 4, width: 3840, framerate: expect.any(String) });
    expect((await read<FilesReply>(search(`${filters}&search_parameters[offset]=90000`, 'id'))).files).toEqual([]);
  });

  it('shifts its pages when assets arrive and go', async () => {
    const added = (await sims.action(SIM, 'add-assets', { count: 3, word: 'Zinnkraut' })) as { ids: number[] };
    const newest = await read<FilesReply>(search('search_parameters[words]=zinnkraut&search_parameters[order]=creation', 'id'));
    expect(newest.files.map(({ id }) => id)).toEqual([...added.ids].reverse());
    await sims.action(SIM, 'remove-assets', { ids: added.ids.slice(0, 1) });
    expect((await read<FilesReply>(search('search_parameters[words]=zinnkraut'))).nb_results).toBe(2);
    expect((await read<FilesReply>(files(added.ids))).files.length).toBe(2);
  });
});

describe('money', () => {
  it('takes a license once, again only when told to, and books each purchase', async () => {
    const [id = 0] = await corePhotos(1);
    const before = (await sims.ledger(SIM)).length;
    const state = async (rest = ''): Promise<readonly [string, number]> => {
      const reply = await read<LicenseReply>(license(id, 'Extended', rest));
      return [String(reply.contents[id]?.purchase_details.state), reply.available_entitlement?.quota ?? -1];
    };
    expect(await state()).toEqual(['just_purchased', 498]);
    expect(await state()).toEqual(['purchased', 498]);
    expect(await state('&license_again=true')).toEqual(['just_purchased', 496]);
    expect((await sims.ledger(SIM)).length).toBe(before + 2);
    expect((await read<FilesReply>(files([id], 'id', 'is_licensed'))).files).toEqual([{ id, is_licensed: 'Extended' }]);
    expect(
      (await read<FilesReply>(search(`search_parameters[media_id]=${id}`, 'is_licensed'), anonymous())).files[0]?.is_licensed,
    ).toBe('');
    const info = await read<LicenseReply>(`/Libraries/1/Content/Info?content_id=${id}&license=Standard`);
    expect(info.contents[id]?.purchase_details.state).toBe('not_purchased');
  });

  it('refuses with 200 and a state when the plan or the quota does not allow it', async () => {
    const [photo = 0] = (await corePhotos(3)).slice(1);
    const [film = 0] = await findIds((row) => row.media_type_id === 4 && row.premium_level_id === 0, 1);
    await sims.action(SIM, 'set-account', { kind: 'enterprise-standard' });
    const blocked = await read<Record<string, unknown>>(`/Libraries/1/Member/Profile?content_id=${film}&license=Video_HD`);
    expect(blocked).toMatchObject({ available_entitlement: null, purchase_options: { state: 'not_possible' } });
    await sims.action(SIM, 'set-quota', { quota: 0 });
    const empty = await read<Record<string, unknown>>(`/Libraries/1/Member/Profile?content_id=${photo}&license=Standard`);
    expect(empty).toMatchObject({ available_entitlement: { quota: 0 }, purchase_options: { requires_checkout: true } });
    const refused = await read<LicenseReply>(license(photo, 'Standard'));
    expect(refused.available_entitlement).toBeNull();
    expect(refused.contents[photo]?.purchase_details.state).toBe('not_possible');
  });

  it('bills a consumer beyond the plan, offers alternative licenses, and demands references', async () => {
    const [a = 0, b = 0] = (await corePhotos(5)).slice(3);
    await sims.action(SIM, 'set-account', { kind: 'consumer-overage' });
    const profile = `/Libraries/1/Member/Profile?content_id=${a}&license=Standard`;
    expect(await read(profile)).toMatchObject({
      purchase_options: { state: 'overage', message: expect.stringContaining('$9.99') },
    });
    await sims.action(SIM, 'set-account', { kind: 'alt-license' });
    const offers = await read<{ possible_licenses: { license: string }[] }>(`${profile}&locale=fr_FR`);
    expect(offers.possible_licenses).toContainEqual({
      license: 'Social_Media',
      license_label: 'Social Media',
      price_with_unit: '5 crédits',
    });
    await sims.action(SIM, 'set-account', { kind: 'references-required' });
    expect((await get(license(b, 'Standard'))).status).toBe(400);
    const sent = await fetch(`${api}/Rest${license(b, 'Standard')}`, {
      method: 'POST',
      headers: { ...signed(), 'content-type': 'text/plain' },
      body: JSON.stringify({ cce_agency: [{ id: '2', value: 'Campaign 7' }] }),
    });
    expect(sent.status).toBe(200);
    expect((await sims.ledger(SIM)).at(-1)?.detail.references).toEqual([{ id: '2', value: 'Campaign 7' }]);
  });

  it('answers 020 when the license does not fit the asset', async () => {
    const [film = 0] = await findIds((row) => row.media_type_id === 4, 1);
    const refused = await get(license(film, 'Standard'));
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ code: '020' });
  });

  it('may charge two first purchases at the same time twice', async () => {
    const [a = 0, b = 0] = (await corePhotos(8)).slice(6);
    const both = async (id: number): Promise<number> => {
      const before = (await sims.ledger(SIM)).length;
      await Promise.all([get(license(id, 'Standard')), get(license(id, 'Standard'))]);
      return (await sims.ledger(SIM)).length - before;
    };
    expect(await both(a)).toBe(1);
    await sims.setSwitch(SIM, 'first-license-race', 'charge-twice');
    expect(await both(b)).toBe(2);
    await sims.setSwitch(SIM, 'first-license-race', 'charge-once');
  });

  it('shows purchases newest first, late, by profile, and those of colleagues', async () => {
    const [id = 0, other = 0] = (await corePhotos(10)).slice(8);
    const history = (rest = ''): Promise<HistoryReply> =>
      read<HistoryReply>(`/Libraries/1/Member/LicenseHistory?locale=en_US${rest}`);
    const before = (await history()).nb_results;
    await sims.action(SIM, 'purchase-outside', { contentId: id, license: 'Standard' });
    await sims.action(SIM, 'purchase-outside', { contentId: other, license: 'Standard', profile: 'northlight-news' });
    expect((await history()).nb_results).toBe(before + 1);
    expect((await history()).files[0]).toMatchObject({ id, license: 'Standard' });
    expect((await history('&all=true')).files[0]?.id).toBe(other);
    await sims.setSwitch(SIM, 'history-lag-ms', 60_000);
    expect((await history('&all=true')).files.map((row) => row.id)).not.toContain(other);
    await sims.advanceClock(61_000);
    await sims.setSwitch(SIM, 'history-date-space', 'narrow');
    expect((await history('&all=true')).files[0]).toMatchObject({ id: other, license_date: expect.stringContaining('\u202f') });
    await sims.setSwitch(SIM, 'history-lag-ms', 0);
  });
});

describe('the rest', () => {
  it('gives the children of a category, and none of a leaf', async () => {
    const tree = '/Media/1/Search/CategoryTree?category_id=';
    expect(await read(`${tree}11&locale=de_DE`, anonymous())).toEqual([
      { id: 111, link: '/Category/reiher/111?load_type=category', name: 'Reiher' },
    ]);
    expect(await read(`${tree}111`, anonymous())).toEqual([]);
  });

  it('answers 429 with a delay once the rate is limited', async () => {
    await sims.setSwitch(SIM, 'rate-limit-per-second', 5);
    const replies = await Promise.all(Array.from({ length: 12 }, () => get(files([adobeId(1)]))));
    const limited = replies.find((reply) => reply.status === 429);
    await sims.setSwitch(SIM, 'rate-limit-per-second', 0);
    expect(limited?.headers.get('retry-after')).toBe('1');
    expect(await limited?.json()).toMatchObject({ error_code: '429050' });
  });

  it('remembers what was bought, and what is left, when it is started again', async () => {
    const stateDir = await mkdtemp(join(tmpdir(), 'adobe-stock-'));
    const [usual, usualToken] = [sims, token];
    const start = async (): Promise<void> => {
      sims = await startSimulators({ only: [SIM], stateDir });
      api = variable('ADOBE_STOCK_API_URL');
      token = await signIn(variable('ADOBE_STOCK_CLIENT_ID'), variable('ADOBE_STOCK_CLIENT_SECRET'));
    };
    try {
      await start();
      await read(license(adobeId(1), 'Standard'));
      await sims.stop();
      await start();
      const again = await read<LicenseReply>(license(adobeId(1), 'Standard'));
      expect(again.available_entitlement?.quota).toBe(499);
      expect(again.contents[adobeId(1)]?.purchase_details.state).toBe('purchased');
      expect((await sims.ledger(SIM)).length).toBe(1);
    } finally {
      await sims.stop();
      [sims, token] = [usual, usualToken];
      api = variable('ADOBE_STOCK_API_URL');
      await rm(stateDir, { recursive: true });
    }
  });
});

describe('files', () => {
  it('sends the holder of a token to a signed address, and breaks when the token is in a header', async () => {
    const [id = 0] = (await corePhotos(12)).slice(11);
    const bought = await read<LicenseReply>(license(id, 'Standard'));
    const url = bought.contents[id]?.purchase_details.url ?? '';
    expect((await fetch(url, { headers: { Authorization: `Bearer ${token}` } })).status).toBe(403);
    expect((await fetch(`${url}?token=${token}&size=401`)).status).toBe(404);
    const moved = await fetch(`${url}?token=${token}&size=400`, { redirect: 'manual' });
    const location = moved.headers.get('location') ?? '';
    expect([moved.status, location]).toEqual([302, expect.stringContaining('SIMSECRET')]);
    const file = await fetch(location);
    expect(file.headers.get('content-disposition')).toContain(`AdobeStock_${id}.jpeg`);
    expect(Buffer.from(await file.arrayBuffer()).subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
    await sims.advanceClock(61_000);
    expect((await fetch(location)).status).toBe(403);
    const history = await read<HistoryReply>('/Libraries/1/Member/LicenseHistory');
    expect((await fetch(`${history.files[0]?.download_url}?token=${token}`)).status).toBe(200);
  });

  it('serves thumbnails to anybody, comps to members, and nothing that is not held', async () => {
    const [id = 0] = (await corePhotos(14)).slice(13);
    const reply = await read<FilesReply>(files([id], 'thumbnail_500_url', 'comps', 'licenses'));
    const [row] = reply.files as unknown as readonly {
      readonly thumbnail_500_url: string;
      readonly comps: { readonly Standard: { readonly url: string } };
      readonly licenses: { readonly Standard: { readonly url: string } };
    }[];
    expect((await fetch(row?.thumbnail_500_url ?? '')).headers.get('content-type')).toBe('image/jpeg');
    const comp = row?.comps.Standard.url ?? '';
    expect((await fetch(comp)).status).toBe(401);
    expect((await fetch(`${comp}?token=${token}`)).status).toBe(200);
    const held = row?.licenses.Standard.url ?? '';
    expect(held.startsWith('/Rest/')).toBe(true);
    expect((await fetch(`${api}${held}?token=${token}`)).status).toBe(404);
  });
});
