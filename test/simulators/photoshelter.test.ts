/** The facts about PhotoShelter that a gateway relies on: keys, sessions, search, media and their changes, over real HTTP. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ListBody, type OneBody, type PhotoShelter, SIM, startPhotoShelter } from './photoshelter.client.js';

let ps: PhotoShelter;

beforeAll(async () => {
  ps = await startPhotoShelter();
});
afterEach(() => ps.restore());
afterAll(() => ps.sims.stop());

describe('keys and sessions', () => {
  it('answers a wrong API key with 403, even to a good token, and a missing session with 401', async () => {
    const wrong = await fetch(`${ps.env('PHOTOSHELTER_API_URL')}/user/session`, {
      headers: { ...ps.headers(), 'x-ps-api-key': 'WRONG.KEY_1' },
    });
    expect(wrong.status).toBe(403);
    expect(await wrong.json()).toMatchObject({ errors: [{ id: 'ApiKeyInvalidException', status: '403' }] });
    const stranger = await ps.get('/library', '');
    expect(stranger.status).toBe(401);
    expect(stranger.headers.get('www-authenticate')).toBe('Bearer');
    expect(await stranger.json()).toMatchObject({ errors: [{ id: 'AcsPermissionException', status: '401' }] });
  });

  it('gives the token without a data block, from query parameters as well', async () => {
    const query = new URLSearchParams({
      email: ps.env('PHOTOSHELTER_EMAIL'),
      password: ps.env('PHOTOSHELTER_PASSWORD'),
      mode: 'token',
    });
    const body = await ps.json<Record<string, unknown>>(`/authenticate?${query}`, '');
    expect(body).toMatchObject({ org: [{ id: ps.env('PHOTOSHELTER_ORGANIZATION_ID') }], two_factor: false });
    expect(body.token).toMatch(/^[A-Za-z0-9._]+$/);
    expect(body.token).toContain('SIMSECRET');
    expect(body.data).toBeUndefined();
  });

  it('binds the organization to the token: before, downloads are 401 and owner fields null', async () => {
    const fresh = await ps.login();
    const everyone = await ps.json<ListBody>(`/media?${ps.org}&media_type=image`, fresh);
    const id = everyone.data[0]?.id ?? '';
    expect((await ps.json<OneBody>(`/media/${id}`, fresh)).data.attributes).toMatchObject({
      organization_id: null,
      creator_id: null,
    });
    expect((await ps.get(`/media/${id}/download`, fresh)).status).toBe(401);
    expect(await (await ps.enter(fresh)).json()).toMatchObject({ meta: { status: 'OK' } });
    expect((await ps.json<OneBody>(`/media/${id}`, fresh)).data.attributes.organization_id).toBe(
      ps.env('PHOTOSHELTER_ORGANIZATION_ID'),
    );
    expect((await ps.get(`/media/${id}/download?download_quality=300x300`, fresh)).status).toBe(200);
  });

  it('ends every token at once when told to, and after its idle time', async () => {
    const fresh = await ps.login();
    await ps.enter(fresh);
    expect((await ps.get('/library', fresh)).status).toBe(200);
    await ps.sims.action(SIM, 'expire-tokens', {});
    expect((await ps.get('/library', fresh)).status).toBe(401);
    await ps.renew();
    expect((await ps.get('/library')).status).toBe(200);
  });

  it('refuses an expired bearer under another name and renews it with the refresh token', async () => {
    const post = async (path: string, fields: Record<string, string>): Promise<Record<string, string>> => {
      const reply = await fetch(`${ps.env('PHOTOSHELTER_API_URL')}${path}`, {
        method: 'POST',
        headers: ps.headers(''),
        body: new URLSearchParams(fields),
      });
      return (await reply.json()) as Record<string, string>;
    };
    const redirect = 'https://gateway.example/back';
    const registered = (await post('/oauth/register', {
      application_name: 'a',
      description: 'b',
      email: 'c@d.example',
      name: 'e',
      redirect_uri: redirect,
    })) as unknown as OneBody;
    const { client_id: clientId, client_secret: secret } = registered.data.attributes as Record<string, string>;
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId ?? '',
      redirect_uri: redirect,
      state: 's',
      api_key: ps.env('PHOTOSHELTER_API_KEY'),
    });
    const consent = await fetch(`${ps.env('PHOTOSHELTER_API_URL')}/oauth/authorize?${query}`, { redirect: 'manual' });
    const code = new URL(consent.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const client = { client_id: clientId ?? '', client_secret: secret ?? '', redirect_uri: redirect };
    const issued = await post('/oauth/token', { grant_type: 'authorization_code', code, ...client });
    const bearer = { 'x-ps-api-key': ps.env('PHOTOSHELTER_API_KEY'), authorization: `Bearer ${issued.access_token}` };
    expect((await fetch(`${ps.env('PHOTOSHELTER_API_URL')}/user/session`, { headers: bearer })).status).toBe(200);
    await ps.sims.action(SIM, 'expire-tokens', {});
    const expired = await fetch(`${ps.env('PHOTOSHELTER_API_URL')}/user/session`, { headers: bearer });
    expect(await expired.json()).toMatchObject({ errors: [{ id: 'OAuthServerException' }] });
    expect(
      await post('/oauth/token', { grant_type: 'refresh_token', refresh_token: issued.refresh_token ?? '', ...client }),
    ).toHaveProperty('access_token');
    await ps.renew();
  });
});

describe('search and media', () => {
  it('needs one real criterion: modify_start alone is 400', async () => {
    expect((await ps.get('/media?modify_start=2025-01-01')).status).toBe(400);
    expect((await ps.get('/media?file_name=DSC')).status).toBe(400);
    expect((await ps.get(`/media?modify_start=2025-01-01&${ps.org}`)).status).toBe(200);
  });

  it('holds 1,000 media, and a hit carries its file name and kind only', async () => {
    const { data, meta } = await ps.search('per_page=500');
    expect(meta.paging.total).toBe(1000);
    expect(data).toHaveLength(500);
    for (const hit of data) {
      expect(hit.id).toMatch(/^(VD|AD|I0|DO)000[a-zA-Z0-9._]{11}$/);
      expect(Object.keys(hit.attributes).sort()).toEqual(['file_name', 'type']);
    }
    expect(data.some((hit) => /[._]/.test(hit.id))).toBe(true);
    expect(new Set(data.map((hit) => hit.attributes.type))).toEqual(new Set(['image', 'video', 'audio', 'doc']));
    expect(data.find((hit) => hit.attributes.type === 'doc')?.type).toBe('document');
  });

  it('pages by scheme-less links that carry the key, with no repeat and no next on the last page', async () => {
    const seen = new Set<string>();
    let next: string | undefined = `${ps.env('PHOTOSHELTER_API_URL').replace('http://', '')}/media?${ps.org}&per_page=400`;
    while (next !== undefined) {
      const body = (await (await fetch(`http://${next}`, { headers: ps.headers() })).json()) as ListBody;
      for (const { id } of body.data) seen.add(id);
      next = body.meta.paging.next as string | undefined;
      if (next !== undefined) expect(next).toContain(`api_key=${ps.env('PHOTOSHELTER_API_KEY')}`);
    }
    expect(seen.size).toBe(1000);
    expect((await ps.get(`/media?${ps.org}&page=1000&per_page=1`)).status).toBe(400);
    await ps.setSwitch('per-page-outside', 'refuse');
    expect((await ps.get(`/media?${ps.org}&per_page=501`)).status).toBe(400);
  });

  it('narrows by kind, orientation, flags, emptiness, galleries and custom metadata', async () => {
    const total = async (query: string): Promise<number> => Number((await ps.search(query)).meta.paging.total);
    const images = await total('media_type=image');
    const parts = await Promise.all(
      ['horizontal', 'vertical', 'square', 'panoramic'].map((name) => total(`media_type=image&orientation=${name}`)),
    );
    expect(parts.every((part) => part > 0)).toBe(true);
    expect(parts.reduce((a, b) => a + b, 0)).toBe(images);
    expect((await total('is_empty=credit')) + (await total('not_empty=credit'))).toBe(1000);
    expect((await total('royalty_free=true')) + (await total('royalty_free=false'))).toBe(1000);
    const { data: fields } = await ps.json<ListBody>('/metadata/fields');
    const approval = fields.find((field) => field.attributes.name === 'Approval' && field.attributes.category === 'metadata');
    const options = approval?.attributes.options as { id: string; value: string }[];
    const wanted = JSON.stringify({ [approval?.id ?? '']: options.find(({ value }) => value === 'Approved')?.id });
    const approved = await total(`custom_metadata=${encodeURIComponent(wanted)}`);
    expect(approved).toBeGreaterThan(200);
    expect(approved).toBeLessThan(800);
  });

  it('shows a medium without its IPTC unless it is included, nested in the item', async () => {
    const [hit] = (await ps.search('media_type=image&per_page=1')).data;
    const plain = (await ps.json<OneBody>(`/media/${hit?.id}`)).data;
    expect(plain.includes).toBeUndefined();
    expect(plain.attributes).not.toHaveProperty('caption');
    expect(plain.attributes.modified_at).toMatch(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/);
    const full = (await ps.json<OneBody>(`/media/${hit?.id}?include=iptc`)).data;
    expect(full.includes).toMatchObject({ iptc: { data: { attributes: { caption: expect.anything() } } } });
    expect((await ps.json<OneBody>(`/media/${hit?.id}/iptc`)).data.attributes).toHaveProperty('credit');
  });

  it('names the stock picture that a copy was made of, in one of three places', async () => {
    const bySource = (await ps.search('source=adobestock%3A')).meta.paging.total;
    const byReference = (await ps.search('trans_ref=gettyimages%3A')).meta.paging.total;
    const byTag = (await ps.search('terms=adobestock%3A')).meta.paging.total;
    expect(Number(bySource)).toBeGreaterThan(0);
    expect(Number(byReference)).toBeGreaterThan(0);
    expect(Number(byTag)).toBeGreaterThan(Number(bySource));
  });

  it('tells ids apart by case, and answers unknown and malformed ids with 404', async () => {
    const { data } = await ps.json<ListBody>(
      `/search?${ps.org}&mode=library&per_page=500&sort_by=creation_time&sort_direction=ascending`,
    );
    const byLower = new Map<string, string>();
    const twin = data.find(({ id }) => byLower.has(id.toLowerCase()) || !byLower.set(id.toLowerCase(), id));
    expect(twin).toBeDefined();
    const other = byLower.get(twin?.id.toLowerCase() ?? '') ?? '';
    expect((await ps.json<OneBody>(`/media/${other}`)).data.id).not.toBe(twin?.id);
    expect((await ps.get('/media/I0000abcdefghijk')).status).toBe(404);
    expect((await ps.get('/media/I0000a,I0000b')).status).toBe(404);
  });
});

describe('changes', () => {
  it('shows a change to a poll by modify_start and nothing else', async () => {
    await ps.sims.advanceClock(60_000);
    const since = new Date(
      (
        (await ps.sims.action(SIM, 'touch', { id: (await ps.search('per_page=1')).data[0]?.id, changes: {} })) as {
          modifiedAt: string;
        }
      ).modifiedAt,
    );
    await ps.sims.advanceClock(5_000);
    const [hit] = (await ps.search('media_type=image&per_page=1&sort_dir=asc')).data;
    await ps.sims.action(SIM, 'touch', { id: hit?.id, changes: { credit: 'Nobody/Acme', Approval: 'Rejected' } });
    const from = new Date(since.getTime() + 1000).toISOString().replace('T', ' ').slice(0, 19);
    const found = await ps.search(`modify_start=${encodeURIComponent(`${from} GMT`)}`);
    expect(found.data.map(({ id }) => id)).toEqual([hit?.id]);
    expect((await ps.json<OneBody>(`/media/${hit?.id}/iptc`)).data.attributes.credit).toBe('Nobody/Acme');
  });

  it('adds and removes media behind the back of the API', async () => {
    const { ids } = (await ps.sims.action(SIM, 'add-media', { count: 3, word: 'zebrafish' })) as { ids: string[] };
    expect((await ps.search('terms=zebrafish')).data.map(({ id }) => id).sort()).toEqual([...ids].sort());
    await ps.sims.action(SIM, 'remove-media', { ids });
    expect((await ps.search('terms=zebrafish')).meta.paging.total).toBe(0);
    expect((await ps.get(`/media/${ids[0]}`)).status).toBe(404);
  });

  it('writes IPTC and custom metadata, holds to the vocabulary, and moves modified_at', async () => {
    const [hit] = (await ps.search('media_type=image&per_page=1&page=3')).data;
    const path = `/media/${hit?.id}`;
    const before = (await ps.json<OneBody>(path)).data.attributes.modified_at;
    const patch = (part: string, body: unknown): Promise<Response> =>
      fetch(`${ps.env('PHOTOSHELTER_API_URL')}${path}/${part}`, {
        method: 'PATCH',
        headers: { ...ps.headers(), 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await patch('iptc', { data: { attributes: { caption: 'Neu — 新', instructions: null } } })).status).toBe(200);
    expect((await ps.json<OneBody>(`${path}/iptc`)).data.attributes).toMatchObject({ caption: 'Neu — 新', instructions: null });
    expect((await ps.json<OneBody>(path)).data.attributes.modified_at).not.toBe(before);
    expect((await patch('custom_metadata', { Territory: 'Europe' })).status).toBe(200);
    expect((await patch('custom-metadata', { Territory: 'Atlantis' })).status).toBe(400);
    const items = (await ps.json<OneBody>(`${path}/custom-metadata`)).data.attributes.custom_metadata as {
      name: string;
      value: string;
    }[];
    expect(items.filter(({ name }) => name === 'Territory')).toEqual([expect.objectContaining({ value: 'Europe' })]);
  });

  it('answers custom-metadata of a medium without any by leaving data out', async () => {
    const { data } = await ps.search('per_page=100&media_type=image');
    const bodies = await Promise.all(data.map(({ id }) => ps.json<Partial<OneBody>>(`/media/${id}/custom-metadata`)));
    expect(bodies.some((body) => body.data === undefined)).toBe(true);
    expect(bodies.some((body) => body.data !== undefined)).toBe(true);
  });
});
