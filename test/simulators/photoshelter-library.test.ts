/** The facts about PhotoShelter that a gateway relies on: the tree, files, limits, errors and v3, over real HTTP. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ListBody, type OneBody, type PhotoShelter, type Resource, SIM, startPhotoShelter } from './photoshelter.client.js';

let ps: PhotoShelter;

beforeAll(async () => {
  ps = await startPhotoShelter();
});
afterEach(() => ps.restore());
afterAll(() => ps.sims.stop());

describe('the tree', () => {
  it('counts children in meta alone, lists galleries of a medium, and gives paths leaf first', async () => {
    const { data: galleries } = await ps.json<ListBody>('/galleries?per_page=100&include=parent,child-count');
    expect(galleries).toHaveLength(40);
    const several = await Promise.all(
      galleries.map(async ({ id }) => (await ps.json<ListBody>(`/galleries/${id}/parents`)).data.length),
    );
    expect(several.some((count) => count > 1)).toBe(true);
    const first = galleries[0];
    const counted = await ps.json<{ data?: unknown; meta: { children_count: { total: number } } }>(
      `/galleries/${first?.id}/child_count`,
    );
    expect(counted.data).toBeUndefined();
    const children = await ps.json<ListBody>(`/galleries/${first?.id}/children?per_page=1000`);
    expect(children.data).toHaveLength(counted.meta.children_count.total);
    expect(children.data[0]?.attributes).toEqual({ display_order: 1 });
    const path = await ps.json<ListBody>(`/galleries/${first?.id}/path`);
    expect(path.data[0]?.id).toBe(first?.id);
    const homes = await ps.json<ListBody>(`/media/${children.data[0]?.id}/galleries`);
    expect(homes.data.map(({ id }) => id)).toContain(first?.id);
    expect((await ps.json<ListBody>('/collections')).data).toHaveLength(12);
  });

  it('refuses a stranger a gallery whose first collection is private, unless collection_id names an open one', async () => {
    const { data: galleries } = await ps.json<ListBody>('/galleries?name=Brand%20library');
    const id = galleries[0]?.id;
    const { data: parents } = await ps.json<ListBody>(`/galleries/${id}/parents`);
    expect((await ps.get(`/galleries/${id}/children`, '')).status).toBe(401);
    expect((await ps.get(`/galleries/${id}/children?collection_id=${parents[0]?.id}`, '')).status).toBe(401);
    expect((await ps.get(`/galleries/${id}/children?collection_id=${parents[1]?.id}`, '')).status).toBe(200);
    expect((await ps.get(`/galleries/${id}/children`)).status).toBe(200);
  });

  it('caps downloads by a permission of the container: 20 at once through a cap of 5 give 5', async () => {
    const { data: galleries } = await ps.json<ListBody>('/galleries?per_page=100');
    for (const gallery of galleries) {
      const { native } = (await ps.json<OneBody>(`/galleries/${gallery.id}/permissions`)).data.attributes as {
        native: Resource[];
      };
      const [right] = native;
      const ends = Date.parse(`${right?.attributes.expires}Z`);
      if (right?.type !== 'token' || right.attributes.max_downloads !== 5 || ends < Date.now() + 600_000) continue;
      const image = (await ps.json<ListBody>(`/galleries/${gallery.id}/children?per_page=100`)).data.find(
        ({ type }) => type === 'image',
      );
      if (image === undefined) continue;
      const path = `/media/${image.id}/download?gallery_id=${gallery.id}&token=${right.attributes.token}&download_quality=64x64`;
      const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await ps.get(path, '')).status));
      expect(statuses.filter((status) => status === 200)).toHaveLength(5);
      expect(statuses.filter((status) => status === 401)).toHaveLength(15);
      expect((await ps.json<OneBody>(`/galleries/${gallery.id}/permissions`, '')).data.attributes.native).toMatchObject([
        { attributes: { token: null } },
      ]);
      return;
    }
    throw new Error('no gallery with a token permission');
  });
});

describe('files', () => {
  it('streams bytes of every kind, whatever the licence end says', async () => {
    for (const [type, magic] of [
      ['image', 'ffd8ff'],
      ['audio', '52494646'],
      ['doc', '25504446'],
    ] as const) {
      const [hit] = (await ps.search(`media_type=${type}&per_page=1`)).data;
      await ps.sims.action(SIM, 'set-expiry', { id: hit?.id, date: '2020-01-31' });
      const reply = await ps.get(
        `/media/${hit?.id}/download?download_quality=400x400&download_filetype=${type === 'image' ? 'jpeg' : 'original'}`,
      );
      expect(reply.headers.get('content-type')).toBe('application/octet-stream');
      expect(reply.headers.get('content-disposition')).toContain('attachment');
      expect(
        Buffer.from(await reply.arrayBuffer())
          .subarray(0, 4)
          .toString('hex'),
      ).toContain(magic);
    }
  });

  it('serves previews without key or session, and a signed address for film', async () => {
    const [image] = (await ps.search('media_type=image&per_page=1')).data;
    const preview = await fetch(`${ps.env('PHOTOSHELTER_PREVIEW_URL')}/img-get2/${image?.id}/fit=200x200/any.jpg`);
    expect(preview.headers.get('content-type')).toBe('image/jpeg');
    expect((await fetch(`${ps.env('PHOTOSHELTER_PREVIEW_URL')}/img-get2/I0000unknown1234/fit=200x200/any.jpg`)).status).toBe(404);
    const [video] = (await ps.search('media_type=video&per_page=1')).data;
    const { link } = (await ps.json<OneBody>(`/media/${video?.id}/link`)).data.attributes as { link: string };
    expect(link).toContain('SIMSECRET');
    expect((await fetch(link)).headers.get('content-type')).toBe('video/quicktime');
    const raw = (await ps.json<OneBody>(`/media/${video?.id}/metadata`)).data.attributes.raw as string;
    expect((JSON.parse(raw) as { format: { duration: string } }).format.duration).toMatch(/^\d+\.\d+$/);
  });
});

describe('limits and error bodies', () => {
  it('counts up in meta, and past the limit answers 429 with Retry-After', async () => {
    const body = await ps.search('per_page=1');
    const again = await ps.search('per_page=1');
    expect(Number(again.meta.rate_limit.current)).toBe(Number(body.meta.rate_limit.current) + 1);
    await ps.setSwitch('rate-limit', 10);
    await ps.sims.advanceClock(61_000);
    const statuses: number[] = [];
    for (let i = 0; i < 12; i += 1) statuses.push((await ps.search('per_page=1').then(() => ps.get('/user/session'))).status);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
    const refused = await ps.get('/user/session');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ errors: [{ id: 'TooManyRequestsException' }] });
  });

  it('wraps errors in three ways, by switch', async () => {
    await ps.setSwitch('error-shape', 'object');
    expect(await ps.json('/media/I0000abcdefghijk')).toMatchObject({ errors: { id: 'ResourceNotFoundException' } });
    await ps.setSwitch('error-shape', 'error');
    expect(await ps.json('/media/I0000abcdefghijk')).toMatchObject({ error: { id: 'ResourceNotFoundException' } });
  });
});

describe('v3', () => {
  interface V3Gallery {
    readonly status: string;
    readonly data: {
      readonly GalleryMedia: readonly { readonly GalleryImage?: { readonly License?: { readonly license_etime: string } } }[];
      readonly Paging: Record<string, number>;
    };
  }
  const extend = encodeURIComponent(
    JSON.stringify({
      Image: { fields: '*' },
      ImageLink: { fields: 'link', params: { image_size: '500x500' } },
      Iptc: {},
      License: {},
      CustomMetadata: {},
      Video: {},
    }),
  );

  it('reads a whole gallery with IPTC, licence end and tags in one call; next is absent on the last page', async () => {
    const { data: galleries } = await ps.json<ListBody>('/galleries?per_page=1&name=Brand%20library');
    const body = await ps.v3<V3Gallery>(`/gallery/${galleries[0]?.id}/media?per_page=800&extend=${extend}`);
    expect(body.status).toBe('ok');
    expect(body.data.GalleryMedia.length).toBeGreaterThan(400);
    expect(body.data.Paging).not.toHaveProperty('next');
    const images = body.data.GalleryMedia.flatMap((item) => item.GalleryImage ?? []);
    expect(images[0]).toMatchObject({ f_visible: 't', Image: { width: expect.any(String), f_searchable: expect.any(String) } });
    expect(images.filter((image) => image.License !== undefined).length).toBeGreaterThan(images.length / 5);
    expect(images.flatMap((image) => image.License?.license_etime ?? [])[0]).toMatch(/^\d{4}-\d\d-\d\d 00:00:00$/);
    expect((await ps.v3<V3Gallery>(`/gallery/${galleries[0]?.id}/media?per_page=10`)).data.Paging.next).toBe(2);
  });

  it('hides every licence end while the workflow is off, and shows a new end at once while it is on', async () => {
    const [hit] = (await ps.search('media_type=image&per_page=1')).data;
    await ps.sims.action(SIM, 'set-expiry', { id: hit?.id, date: '2031-05-06' });
    expect(await ps.v3(`/mem/image/${hit?.id}/license`)).toEqual({
      status: 'ok',
      data: { License: { license_etime: '2031-05-06 00:00:00' } },
    });
    await ps.setSwitch('license-workflow', 'off');
    expect(await ps.v3(`/mem/image/${hit?.id}/license`)).toEqual({ status: 'ok', data: { License: null } });
  });

  it('signs in, searches, and shows the votes of a workspace', async () => {
    const query = new URLSearchParams({
      email: ps.env('PHOTOSHELTER_EMAIL'),
      password: ps.env('PHOTOSHELTER_PASSWORD'),
      mode: 'token',
    });
    const { data } = await ps.v3<{ data: { token: string } }>(`/mem/authenticate?${query}`, '');
    expect(await ps.v3(`/mem/organization/${ps.env('PHOTOSHELTER_ORGANIZATION_ID')}/authenticate`, data.token)).toEqual({
      status: 'ok',
    });
    const found = await ps.v3<{ data: { Media: readonly object[]; Paging: object } }>(
      `/media/search?terms=a&per_page=5&extend=${extend}`,
      data.token,
    );
    expect(found.data.Media).toHaveLength(5);
    const { data: spaces } = await ps.v3<{ data: { Workspace: readonly { workspace_id: string }[] } }>(
      '/workspace/query',
      data.token,
    );
    const id = spaces.Workspace[0]?.workspace_id;
    const inside = await ps.v3<{ data: { WorkspaceMedia: readonly { WorkspaceImage: { media_id: string } }[] } }>(
      `/workspace/${id}/media`,
      data.token,
    );
    const review = await ps.v3<{ data: { Review: readonly object[] } }>(
      `/workspace/${id}/media/${inside.data.WorkspaceMedia[0]?.WorkspaceImage.media_id}/review`,
      data.token,
    );
    expect(review.data.Review).toHaveLength(3);
  });

  it('takes an upload into a gallery and gives its bytes back', async () => {
    const form = new FormData();
    const bytes = Buffer.from('ffd8ffe000104a46494600ffd9', 'hex');
    const { data: galleries } = await ps.json<ListBody>('/galleries?per_page=1&name=Not%20yet');
    form.set('file', new Blob([bytes], { type: 'image/jpeg' }), 'new one.jpg');
    form.set('gallery_id', galleries[0]?.id ?? '');
    const reply = await fetch(`${ps.env('PHOTOSHELTER_V3_URL')}/mem/image/upload`, {
      method: 'POST',
      headers: ps.headers(),
      body: form,
    });
    const { data } = (await reply.json()) as { data: { Image: { image_id: string } } };
    expect(Buffer.from(await (await ps.get(`/media/${data.Image.image_id}/download`)).arrayBuffer())).toEqual(bytes);
    expect((await ps.json<ListBody>(`/galleries/${galleries[0]?.id}/children`)).data.map(({ id }) => id)).toEqual([
      data.Image.image_id,
    ]);
  });
});
