/** Facts of the Getty Images API that a gateway relies on, stated against its stand-in. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GETTY_IMAGE_COUNT, gettyImageId, gettyVideoId } from '../../simulators/kit/world.js';
import { startSimulators } from '../support/simulators.js';

type Json = Record<string, unknown>;
type Sims = Awaited<ReturnType<typeof startSimulators>>;

const SIM = 'getty-images';
const DEFAULTS = {
  'max-qps': 0,
  'all-missing': 404,
  'ambiguous-product': 'refuse',
  'project-code-required': false,
  'redownload-counts': true,
  'history-notes': 'returned',
  'history-lag-ms': 0,
  'user-token-required': false,
  'usage-invalid-status': 400,
} as const;

let sims: Sims;
let base = '';
let key = '';
let bearer = '';

const newToken = async (): Promise<Json> => {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: key,
    client_secret: String(sims.env.GETTY_IMAGES_API_SECRET),
  });
  return (await (await fetch(`${sims.env.GETTY_IMAGES_AUTH_URL}/oauth2/token`, { method: 'POST', body: form })).json()) as Json;
};

const call = async (
  path: string,
  options: { method?: string; body?: unknown; anonymous?: boolean } = {},
): Promise<{ status: number; headers: Headers; json: Json; text: string }> => {
  const reply = await fetch(`${base}/v3/${path}`, {
    method: options.method ?? 'GET',
    redirect: 'manual',
    headers: {
      'Api-Key': key,
      ...(options.anonymous ? {} : { authorization: `Bearer ${bearer}` }),
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await reply.text();
  const json = (/json/.test(reply.headers.get('content-type') ?? '') && text !== '' ? JSON.parse(text) : {}) as Json;
  return { status: reply.status, headers: reply.headers, json, text };
};

const rows = (json: Json, name: string): Json[] => json[name] as Json[];
const first = (json: Json, name: string): Json => {
  const row = rows(json, name)[0];
  if (row === undefined) throw new Error(`no ${name} in the reply`);
  return row;
};

/** The first creative image that an account with Premium Access may download. */
const downloadable = async (position = 0): Promise<string> => {
  const found = await call('search/images/creative?fields=id&page_size=50');
  const row = rows(found.json, 'images')[position];
  return String(row?.id);
};
const remaining = async (id: number): Promise<number> => {
  const { json } = await call('products');
  return Number(rows(json, 'products').find((product) => product.id === id)?.downloads_remaining);
};
const spend = (id: string, query = 'auto_download=false&product_id=3101', body: unknown = null) =>
  call(`downloads/images/${id}?${query}`, { method: 'POST', body });

beforeAll(async () => {
  sims = await startSimulators({ only: [SIM] });
  base = String(sims.env.GETTY_IMAGES_API_URL);
  key = String(sims.env.GETTY_IMAGES_API_KEY);
  bearer = String((await newToken()).access_token);
});

beforeEach(async () => {
  for (const [name, value] of Object.entries(DEFAULTS)) await sims.setSwitch(SIM, name, value);
});

afterAll(async () => {
  await sims.stop();
});

describe('who may call', () => {
  it('gives a bearer token for 1800 seconds, as a number here and as text on the old address', async () => {
    const token = await newToken();
    expect(token).toMatchObject({ token_type: 'Bearer', expires_in: 1800 });
    expect(String(token.access_token)).toContain('SIMSECRET');
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: key, client_secret: 'wrong' });
    const refused = await fetch(`${base}/oauth2/token`, { method: 'POST', body: form });
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ error: 'invalid_client' });
    form.set('client_secret', String(sims.env.GETTY_IMAGES_API_SECRET));
    const old = await fetch(`${base}/v4/oauth2/token`, { method: 'POST', body: form });
    expect(await old.json()).toMatchObject({ expires_in: '1800' });
  });

  it('answers in two envelopes: the edge without a code, the services with one', async () => {
    const edge = await fetch(`${base}/v3/images?ids=1`, { headers: { 'Api-Key': 'wrong' } });
    expect([edge.status, edge.headers.get('content-type')]).toEqual([401, 'application/json']);
    expect(await edge.json()).toEqual({ message: 'Unauthorized' });
    const service = await call('images?ids=1');
    expect([service.status, service.headers.get('content-type')]).toEqual([404, 'application/vnd.getty.error+json']);
    expect(service.json).toMatchObject({ ErrorCode: 'ImageNotFound' });
  });

  it('asks for a token where money is near, and names it in WWW-Authenticate', async () => {
    for (const path of ['products', 'downloads', 'purchased-assets']) {
      const reply = await call(path, { anonymous: true });
      expect([reply.status, reply.json.ErrorCode]).toEqual([401, 'AuthorizationTokenRequired']);
      expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer .*invalid_token/);
    }
    const fields = await call(`images?ids=${gettyImageId(1)}&fields=download_sizes`, { anonymous: true });
    expect(fields.status).toBe(401);
  });

  it('refuses every token issued so far once they are expired', async () => {
    await sims.action(SIM, 'expire-tokens', {});
    expect((await call('products')).status).toBe(401);
    bearer = String((await newToken()).access_token);
    expect((await call('products')).status).toBe(200);
  });

  it('answers 429 without Retry-After above the limit', async () => {
    await sims.setSwitch(SIM, 'max-qps', 3);
    const replies = await Promise.all(Array.from({ length: 12 }, () => call('countries')));
    const limited = replies.find((reply) => reply.status === 429);
    expect(limited?.json).toEqual({ message: 'Too Many Requests' });
    expect(limited?.headers.get('retry-after')).toBeNull();
    expect(limited?.headers.get('x-error-detail')).toMatch(/Queries Per Second/);
  });
});

describe('metadata', () => {
  it('lists unknown ids beside the found ones, and refuses more than 100', async () => {
    const ids = [gettyImageId(7), '999', gettyImageId(3), gettyImageId(7)];
    const reply = await call(`images?ids=${ids.join('%2C')}&fields=id`);
    expect(reply.json).toEqual({ images: [{ id: gettyImageId(3) }, { id: gettyImageId(7) }], images_not_found: ['999'] });
    const many = Array.from({ length: 101 }, (_, k) => gettyImageId(k));
    expect((await call(`images?ids=${many.join()}`)).json.ErrorCode).toBe('InvalidParameterValue');
    expect(rows((await call(`images?ids=${many.slice(1).join()}`)).json, 'images')).toHaveLength(100);
    expect((await call('images?ids=')).json.ErrorCode).toBe('ImageIdMustBeSpecified');
  });

  it('wraps one image in an array and gives one clip bare', async () => {
    const image = await call(`images/${gettyImageId(0)}`);
    expect(first(image.json, 'images').id).toBe(gettyImageId(0));
    const clip = await call(`videos/${gettyVideoId(0)}`);
    expect(clip.json.id).toBe(gettyVideoId(0));
    expect((await call('videos/12')).json.ErrorCode).toBe('VideosNotFound');
  });

  it('answers nothing that was not asked for: the detail set has neither keywords nor display sizes', async () => {
    const detail = first((await call(`images?ids=${gettyImageId(2)}&fields=detail_set`)).json, 'images');
    expect(Object.keys(detail)).toEqual(expect.arrayContaining(['id', 'allowed_use', 'download_sizes', 'product_types']));
    expect(detail).not.toHaveProperty('keywords');
    expect(detail).not.toHaveProperty('display_sizes');
    const more = first((await call(`images?ids=${gettyImageId(2)}&fields=keywords,display_set`)).json, 'images');
    expect(Object.keys(more).sort()).toEqual(['display_sizes', 'id', 'keywords']);
  });

  it('signs display addresses anew on every reply, watermarks all but the thumbnail, and serves them without a key', async () => {
    const ask = async () =>
      rows(first((await call(`images?ids=${gettyImageId(2)}&fields=display_set`)).json, 'images'), 'display_sizes');
    const [one, two] = [await ask(), await ask()];
    expect(one.map((size) => size.uri)).not.toEqual(two.map((size) => size.uri));
    expect(one.find((size) => size.name === 'thumb')?.is_watermarked).toBe(false);
    expect(one.find((size) => size.name === 'comp')?.is_watermarked).toBe(true);
    const picture = await fetch(String(one.find((size) => size.name === 'thumb')?.uri));
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect((await fetch(String(one[0]?.uri).replace(/c=.*/, 'c=forged'))).status).toBe(403);
  });

  it('refuses unknown parameters and unknown fields', async () => {
    expect((await call(`images?ids=${gettyImageId(0)}&colour=red`)).status).toBe(400);
    expect((await call(`images?ids=${gettyImageId(0)}&fields=price`)).status).toBe(400);
    expect((await call('search/images/creative?fields=credit_line')).status).toBe(400);
  });

  it('is about a third editorial, with prose for rights and gaps where data is missing', async () => {
    const all: Json[] = [];
    for (let k = 0; k < 1000; k += 100) {
      const ids = Array.from({ length: 100 }, (_, i) => gettyImageId(k + i));
      all.push(...rows((await call(`images?ids=${ids.join()}&fields=detail_set`)).json, 'images'));
    }
    const editorial = all.filter((image) => image.asset_family === 'editorial');
    expect(editorial.length).toBeGreaterThan(280);
    expect(editorial.length).toBeLessThan(420);
    expect(new Set(all.map((image) => image.license_model))).toEqual(new Set(['royaltyfree', 'rightsmanaged', null]));
    expect(all.some((image) => image.title === null)).toBe(true);
    expect(all.some((image) => !('credit_line' in image))).toBe(true);
    expect(all.some((image) => image.call_for_image === true)).toBe(true);
    expect(all.some((image) => /\p{Script=Cyrillic}|\p{Script=Han}/u.test(JSON.stringify(image)))).toBe(true);
  });
});

describe('search', () => {
  it('matches all words, pages, and answers 400 InvalidPage beyond the end', async () => {
    const { ids } = (await sims.action(SIM, 'add-assets', { count: 5, word: 'zebrafinch' })) as { ids: string[] };
    expect(ids[0]).toBe(gettyImageId(GETTY_IMAGE_COUNT));
    const found = await call('search/images?phrase=zebrafinch&fields=id&page_size=2', { anonymous: true });
    expect(found.json.result_count).toBe(5);
    expect((await call('search/images?phrase=zebrafinch%20nosuchword', { anonymous: true })).json.result_count).toBe(0);
    const beyond = await call('search/images?phrase=zebrafinch&page_size=2&page=4', { anonymous: true });
    expect([beyond.status, beyond.json.ErrorCode]).toEqual([400, 'InvalidPage']);
    expect(beyond.json.ErrorMessage).toContain('3');
    await sims.action(SIM, 'remove-assets', { ids: [ids[0]] });
    expect((await call('search/images?phrase=zebrafinch', { anonymous: true })).json.result_count).toBe(4);
  });

  it('separates families and spells orientation differently in question and answer', async () => {
    const editorial = await call('search/images/editorial?fields=asset_family,orientation&orientations=vertical&page_size=20');
    for (const row of rows(editorial.json, 'images'))
      expect(row).toMatchObject({ asset_family: 'editorial', orientation: 'Vertical' });
    const ready = await call('search/videos/creative?license_models=rightsready&fields=license_model');
    expect(Number(ready.json.result_count)).toBeGreaterThan(0);
    for (const row of rows(ready.json, 'videos')) expect(row.license_model).toBe('rightsready');
    expect((await call('search/images/creative?license_models=royaltyfree')).status).toBe(400);
  });
});

describe('downloads', () => {
  it('takes one from the allowance per POST, tolerates a null body, and counts the same asset again', async () => {
    const id = await downloadable();
    const before = await remaining(3101);
    const booked = (await sims.ledger(SIM)).length;
    const one = await spend(id);
    expect(one.status).toBe(200);
    expect(String(one.json.uri)).toContain('SIMSECRET');
    expect((await spend(id)).status).toBe(200);
    expect(await remaining(3101)).toBe(before - 2);
    expect((await sims.ledger(SIM)).length).toBe(booked + 2);
    await sims.setSwitch(SIM, 'redownload-counts', false);
    expect((await spend(id)).status).toBe(200);
    expect(await remaining(3101)).toBe(before - 2);
  });

  it('redirects images unless told not to, and delivers without a credential', async () => {
    const id = await downloadable(1);
    const reply = await spend(id, 'product_id=3101');
    expect(reply.status).toBe(303);
    const file = await fetch(String(reply.headers.get('location')));
    expect(file.headers.get('content-disposition')).toBe(`attachment; filename=GettyImages-${id}.jpg`);
    expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(1000);
  });

  it('sends clips through a second redirect', async () => {
    const id = String(first((await call('search/videos/creative?fields=id')).json, 'videos').id);
    const reply = await call(`downloads/videos/${id}?product_id=3101`, { method: 'POST' });
    const hop = await fetch(String(reply.json.uri), { redirect: 'manual' });
    expect(hop.status).toBe(307);
    const file = await fetch(String(hop.headers.get('location')));
    expect(file.headers.get('content-type')).toBe('video/quicktime');
  });

  it('refuses to choose among several products, and stops at the end of allowance and overage', async () => {
    const id = await downloadable(2);
    expect((await spend(id, 'auto_download=false')).json.ErrorCode).toBe('MissingRequiredQueryParameters');
    await sims.action(SIM, 'set-quota', { productId: 3101, remaining: 1, overageRemaining: 1 });
    const booked = (await sims.ledger(SIM)).length;
    expect((await spend(id)).status).toBe(200);
    expect((await spend(id)).status).toBe(200);
    const last = await spend(id);
    expect([last.status, last.json.ErrorCode]).toEqual([403, 'OverageLimitReached']);
    expect((await sims.ledger(SIM)).length).toBe(booked + 2);
    await sims.action(SIM, 'set-quota', { productId: 3101, remaining: 400 });
  });

  it('insists on a project code of the product where one is required', async () => {
    await sims.setSwitch(SIM, 'project-code-required', true);
    const id = await downloadable(3);
    const { json } = await call('products?fields=download_requirements');
    expect(first(json, 'products').download_requirements).toMatchObject({ is_project_code_required: true });
    expect((await spend(id)).status).toBe(400);
    expect((await spend(id, undefined, { project_code: 'NOPE' })).status).toBe(400);
    expect((await spend(id, undefined, { project_code: 'ALPHA', download_notes: 'op-77' })).status).toBe(200);
    const history = await call(`images/${id}/downloadhistory`);
    expect(first(history.json, 'downloads')).toMatchObject({ project_code: 'ALPHA', download_notes: 'op-77', product_id: 3101 });
    const listed = first((await call('downloads')).json, 'downloads');
    expect(listed).toMatchObject({ id, download_details: { project_code: 'ALPHA', download_notes: 'op-77' } });
    await sims.setSwitch(SIM, 'history-notes', 'omitted');
    expect(first((await call('downloads')).json, 'downloads').download_details).toEqual({
      download_notes: null,
      project_code: null,
    });
    await sims.setSwitch(SIM, 'history-lag-ms', 60000);
    expect((await call(`images/${id}/downloadhistory`)).json.downloads).toEqual([]);
  });

  it('refuses assets outside every agreement, unknown assets and, by switch, tokens without a user', async () => {
    const all = await call(`images?ids=${Array.from({ length: 100 }, (_, k) => gettyImageId(k)).join()}&fields=product_types`);
    const outside = rows(all.json, 'images').find((image) => (image.product_types as unknown[]).length === 0);
    const refused = await spend(String(outside?.id));
    expect([refused.status, refused.json.ErrorCode]).toEqual([401, 'AuthorizationTokenRequired']);
    expect((await spend('42')).json.ErrorCode).toBe('ImageNotFound');
    await sims.setSwitch(SIM, 'user-token-required', true);
    expect((await spend(await downloadable())).json.ErrorCode).toBe('UserTokenRequired');
  });
});

describe('orders, credits, usage and changes', () => {
  it('shows a purchase from sales as a new row with an order, without rights terms', async () => {
    await sims.action(SIM, 'purchase-outside', { assetId: gettyImageId(20), mediaType: 'image' });
    const purchase = first((await call('purchased-assets')).json, 'previous_purchases');
    expect(purchase).toMatchObject({ asset_id: gettyImageId(20), file_size_in_bytes: expect.any(String) });
    const order = await call(`orders/${String(purchase.order_id)}`);
    expect(order.json.assets).toEqual([{ id: gettyImageId(20) }]);
    expect((await call('orders/5')).json.ErrorCode).toBe('OrderNotFound');
    expect((await call('purchased-assets?page=0')).json.ErrorCode).toBe('PageNumberLessThanOne');
  });

  it('sells extended licenses for credits on top of a standard one only', async () => {
    const priced = await call('search/images/creative?collection_codes=XSE&fields=id');
    const id = String(first(priced.json, 'images').id);
    const acquire = (body: unknown) => call(`asset-licensing/${id}`, { method: 'POST', body });
    expect((await acquire({ extended_licenses: ['multiseat'] })).json.ErrorCode).toBe('StandardLicenseNotFound');
    expect((await spend(id, 'auto_download=false&product_id=3106')).status).toBe(200);
    expect((await acquire({ extended_licenses: ['multiseat', 'resale'] })).json).toEqual({
      credits_used: 36,
      acquired_licenses: ['multiseat', 'resale'],
    });
    expect((await sims.ledger(SIM)).at(-1)).toMatchObject({ assetId: id, units: 36 });
    expect((await acquire({ extended_licenses: [] })).json.ErrorCode).toBe('InvalidRequestParameters');
    await sims.action(SIM, 'set-quota', { productId: 3106, credits: 1 });
    expect((await acquire({ extended_licenses: ['unlimited'] })).status).toBe(402);
  });

  it('records a usage batch whole or not at all, and an id once', async () => {
    const row = (id: string) => ({ asset_id: id, quantity: 1, usage_date: '2024-01-05' });
    const put = (id: string, list: readonly Json[]) =>
      call(`usage-batches/${id}`, { method: 'PUT', body: { asset_usages: list } });
    const bad = await put('b-1', [row(gettyImageId(1)), row('77')]);
    expect([bad.status, bad.json]).toEqual([400, { invalid_assets: ['77'], total_asset_usages_processed: 0 }]);
    const good = await put('b-1', [row(gettyImageId(1)), row(gettyVideoId(1))]);
    expect([good.status, good.json.total_asset_usages_processed]).toEqual([201, 2]);
    expect((await put('b-1', [row(gettyImageId(1))])).json.ErrorCode).toBe('TransactionIdDuplicated');
    expect(
      (
        await put(
          'b-2',
          Array.from({ length: 1001 }, () => row(gettyImageId(1))),
        )
      ).status,
    ).toBe(400);
  });

  it('repeats a change-set until it is confirmed', async () => {
    const take = () => call('asset-changes/change-sets?channel_id=402', { method: 'PUT' });
    expect((await take()).text).toBe('');
    await sims.action(SIM, 'announce-change', { assetId: gettyVideoId(4), mediaType: 'video', lifecycle: 'Delete' });
    const [one, two] = [await take(), await take()];
    expect([one.status, two.status]).toEqual([201, 200]);
    expect(two.json).toEqual(one.json);
    expect(first(one.json, 'changed_assets')).toMatchObject({ id: gettyVideoId(4), asset_lifecycle: 'Delete', asset_type: null });
    expect((await call(`asset-changes/change-sets/${String(one.json.change_set_id)}`, { method: 'DELETE' })).status).toBe(200);
    expect((await take()).text).toBe('');
  });

  it('finds events by key alone', async () => {
    const event = first((await call('search/events?page_size=1', { anonymous: true })).json, 'events');
    const batch = await call(`events?ids=${String(event.id)},12&fields=image_count,hero_image`, { anonymous: true });
    expect(first(batch.json, 'events').image_count).toBeGreaterThan(0);
    expect(batch.json.events_not_found).toEqual([12]);
  });
});
