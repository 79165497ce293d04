/** An asset as callers see it: one id through every door, its copies elsewhere, what search engines read, and pictures of ours. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { SECRET_MARKER } from '../simulators/kit/types.js';
import { adobeId, gettyImageId, gettyVideoId, photoshelterOrigin, smintioOrigin } from '../simulators/kit/world.js';
import { type Gateway, startGateway, synchronised } from './support/gateway.js';
import { hitsOf, searchPage } from './support/search.js';
import { type Simulators, startSimulators } from './support/simulators.js';

const BY_NUMBERS = 'query($refs: [AssetRef!]!) { assetsByExternalId(refs: $refs) { id source externalId title } }';
const SAME_AS = 'query($ids: [ID!]!) { assets(ids: $ids) { id source sameAs { id source externalId } } }';
const PREVIEWS = `query($ids: [ID!]!, $min: Int) { assets(ids: $ids) {
  id source kind previews(minWidth: $min) { role url width height mimeType watermarked expiresAt }
} }`;

interface Preview {
  readonly role: string;
  readonly url: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly mimeType: string | null;
  readonly expiresAt: string;
}

let simulators: Simulators;
let gateway: Gateway;
/** Milliseconds that the gateway's clock is ahead of ours. */
let ahead = 0;

const idOf = async (source: string, externalId: string | number, caller = 'viewer'): Promise<string> => {
  const { data } = await gateway.query(caller, BY_NUMBERS, { refs: [{ source, externalId: String(externalId) }] });
  return data.assetsByExternalId[0]?.id;
};

beforeAll(async () => {
  simulators = await startSimulators();
  gateway = await startGateway({ env: { ...simulators.env, WORKER: 'on' }, now: () => Date.now() + ahead });
  await synchronised(gateway);
});

afterAll(async () => {
  await gateway.stop();
  await simulators.stop();
});

describe('an id', () => {
  it('is the same through every door', async () => {
    const page = await searchPage(gateway, { text: 'forest', first: 8 });
    for (const { id, source, externalId } of hitsOf(page)) {
      const query = `query($id: ID!, $source: AssetSource!, $number: String!, $refs: [_Any!]!) {
        asset(id: $id) { id } node(id: $id) { id } nodes(ids: [$id]) { id } assets(ids: [$id]) { id }
        assetByExternalId(source: $source, externalId: $number) { id }
        assetsByExternalId(refs: [{ source: $source, externalId: $number }]) { id }
        _entities(representations: $refs) { ... on Asset { id } }
      }`;
      const refs = [{ __typename: 'Asset', source, externalId }];
      const { data, errors } = await gateway.query('viewer', query, { id, source, number: externalId, refs });
      expect(errors).toEqual([]);
      expect(Object.values(data).flat()).toEqual(Array.from({ length: 7 }, () => ({ id })));
    }
  });

  it('outlives the process and its database', async () => {
    const before = await idOf('ADOBE_STOCK', adobeId(1));
    const other = await startGateway({ env: { ...simulators.env, WORKER: 'off' } });
    const { data } = await other.query('viewer', BY_NUMBERS, {
      refs: [{ source: 'ADOBE_STOCK', externalId: String(adobeId(1)) }],
    });
    await other.stop();
    expect(data.assetsByExternalId[0].id).toBe(before);
  });

  it('and its number keep every digit, above 2^31 and next to 2^53 as well', async () => {
    const numbers = [39, 79, 96, 193].map((k) => String(adobeId(k)));
    expect(numbers.some((number) => number.length === 16)).toBe(true);
    const { data } = await gateway.query('viewer', BY_NUMBERS, {
      refs: numbers.map((externalId) => ({ source: 'ADOBE_STOCK', externalId })),
    });
    expect(data.assetsByExternalId.map((asset: { externalId: string }) => asset.externalId)).toEqual(numbers);
    const neighbour = String(BigInt(numbers[2] as string) + 1n);
    expect(await idOf('ADOBE_STOCK', neighbour)).toBeUndefined();
    for (const beyond of ['9007199254740993', '9223372036854775807', '18446744073709551616'])
      expect(await idOf('GETTY_IMAGES', beyond)).toBeUndefined();
  });
});

describe('a list of assets', () => {
  it('has the order asked, repeats what is repeated, and is null without an error for what does not exist', async () => {
    const [a, b, c] = await Promise.all([
      idOf('ADOBE_STOCK', adobeId(1)),
      idOf('GETTY_IMAGES', gettyVideoId(1)),
      idOf('GETTY_IMAGES', gettyImageId(2)),
    ]);
    const unknown = Buffer.from(Buffer.from(a, 'base64url').toString().replace(/\d+$/, '99999999')).toString('base64url');
    const ids = [c, a, unknown, b, a, a, unknown, c];
    const { data, errors } = await gateway.query(
      'viewer',
      'query($ids: [ID!]!) { assets(ids: $ids) { id } nodes(ids: $ids) { id } }',
      {
        ids,
      },
    );
    expect(errors).toEqual([]);
    const wanted = ids.map((id) => (id === unknown ? null : { id }));
    expect(data).toEqual({ assets: wanted, nodes: wanted });
  });

  it('by number has the order asked too, with null for numbers that no asset has', async () => {
    const refs = [
      { source: 'GETTY_IMAGES', externalId: gettyVideoId(3) },
      { source: 'ADOBE_STOCK', externalId: '1' },
      { source: 'GETTY_IMAGES', externalId: 'abc' },
      { source: 'SMINT_IO', externalId: 'nothing' },
      { source: 'PHOTOSHELTER', externalId: 'I0000' },
      { source: 'GETTY_IMAGES', externalId: gettyImageId(3) },
      { source: 'GETTY_IMAGES', externalId: gettyVideoId(3) },
    ];
    const { data, errors } = await gateway.query('viewer', BY_NUMBERS, { refs });
    expect(errors).toEqual([]);
    expect(data.assetsByExternalId.map((asset: { externalId: string } | null) => asset?.externalId ?? null)).toEqual(
      refs.map(({ externalId }) => (externalId === gettyVideoId(3) || externalId === gettyImageId(3) ? externalId : null)),
    );
  });
});

describe('the same picture elsewhere', () => {
  type Links = readonly { readonly id: string; readonly source: string; readonly externalId: string }[];
  const sameAs = async (id: string, caller = 'viewer'): Promise<Links> => {
    const { data, errors } = await gateway.query(caller, SAME_AS, { ids: [id] });
    expect(errors).toEqual([]);
    return data.assets[0].sameAs;
  };
  interface Link {
    readonly copy: string;
    readonly source: string;
    readonly number: string;
  }
  /** What the store says of the copies that a source has. */
  const links = async (copySource: string): Promise<readonly Link[]> => {
    const [connection] = await gateway.database.query(
      "select connection_id from source_connection where tenant_id = 'default' and source = $1",
      [copySource],
    );
    const rows = await gateway.database.query("select * from asset_link where tenant_id = 'default' order by asset_id");
    return rows
      .filter(({ asset_id }) => Buffer.from(String(asset_id), 'base64url').toString().includes(`:${connection?.connection_id}:`))
      .map((row) => ({ copy: String(row.asset_id), source: String(row.stock_source), number: String(row.stock_external_id) }));
  };

  it.each([
    ['PHOTOSHELTER', 'ADOBE_STOCK'],
    ['PHOTOSHELTER', 'GETTY_IMAGES'],
    ['SMINT_IO', 'ADOBE_STOCK'],
    ['SMINT_IO', 'GETTY_IMAGES'],
  ])('in %s leads to %s and back', async (copySource, stockSource) => {
    const known = (await links(copySource)).filter(({ source }) => source === stockSource);
    expect(known.length).toBeGreaterThan(3);
    let seen = 0;
    for (const { copy, number } of known.slice(0, 8)) {
      const stock = await idOf(stockSource, number);
      // Some have left the stock source since.
      if (stock === undefined) continue;
      seen += 1;
      expect((await sameAs(copy)).map(({ id }) => id)).toContain(stock);
      expect((await sameAs(stock)).map(({ id }) => id)).toContain(copy);
    }
    expect(seen).toBeGreaterThan(0);
  });

  it('is what the simulated world says it is', async () => {
    const stock = new Set((await links('SMINT_IO')).map(({ source, number }) => `${source} ${number}`));
    const origins = Array.from({ length: 60 }, (_, t) => smintioOrigin(t)).filter((origin) => origin !== null);
    const numbers = origins.map(({ source, k }) =>
      source === 'adobe' ? `ADOBE_STOCK ${adobeId(k)}` : `GETTY_IMAGES ${gettyImageId(k)}`,
    );
    expect(numbers.filter((number) => stock.has(number)).length).toBeGreaterThan(20);
    const own = Array.from({ length: 100 }, (_, j) => photoshelterOrigin(j)).filter((origin) => origin?.source === 'adobe');
    const copies = new Set((await links('PHOTOSHELTER')).map(({ source, number }) => `${source} ${number}`));
    expect(own.filter((origin) => copies.has(`ADOBE_STOCK ${adobeId(origin?.k ?? 0)}`)).length).toBeGreaterThan(5);
  });

  it('never names the asset itself, and is an empty list where there is none', async () => {
    const [link] = await links('SMINT_IO');
    const found = await sameAs(link?.copy ?? '');
    expect(found.map(({ id }) => id)).not.toContain(link?.copy);
    const linked = new Set([...(await links('SMINT_IO')), ...(await links('PHOTOSHELTER'))].map(({ number }) => number));
    const lonely = Array.from({ length: 50 }, (_, k) => String(adobeId(k))).find((number) => !linked.has(number)) ?? '';
    expect(await sameAs(await idOf('ADOBE_STOCK', lonely))).toEqual([]);
  });

  it('at another tenant are that tenant’s own assets', async () => {
    const [link] = (await links('SMINT_IO')).filter(({ source }) => source === 'ADOBE_STOCK');
    const there = await sameAs(await idOf('ADOBE_STOCK', link?.number ?? '', 'acme/viewer'), 'acme/viewer');
    expect(there.length).toBeGreaterThan(0);
    expect(there.map(({ id }) => id)).not.toContain(link?.copy);
  });
});

describe('jsonLd', () => {
  it('is schema.org with the five fields that search engines read', async () => {
    const ids = [await idOf('ADOBE_STOCK', adobeId(1)), await idOf('GETTY_IMAGES', gettyImageId(1))];
    const query = 'query($ids: [ID!]!) { assets(ids: $ids) { jsonLd creditLine copyrightNotice contributor { name } title } }';
    const { data } = await gateway.query('viewer', query, { ids });
    for (const asset of data.assets) {
      expect(asset.jsonLd).toMatchObject({
        '@context': 'https://schema.org',
        '@type': 'ImageObject',
        name: asset.title,
        license: expect.stringMatching(/^https:\/\//),
        acquireLicensePage: expect.stringMatching(/^https?:\/\/[^?]+$/),
        creditText: asset.creditLine,
        copyrightNotice: asset.copyrightNotice ?? expect.stringContaining('©'),
        creator: { '@type': expect.stringMatching(/^(Person|Organization)$/), name: asset.contributor.name },
        thumbnailUrl: expect.stringContaining(`${gateway.url}/files/previews/`),
      });
      expect(asset.jsonLd.creditText).toEqual(expect.any(String));
    }
  });
});

describe('previews', () => {
  const previewsOf = async (
    ids: readonly string[],
    min?: number,
    caller = 'viewer',
  ): Promise<readonly (readonly Preview[])[]> => {
    const { data, errors } = await gateway.query(caller, PREVIEWS, { ids, min: min ?? null });
    expect(errors).toEqual([]);
    return data.assets.map((asset: { previews: readonly Preview[] }) => asset.previews);
  };

  it('are pictures, each of the size that was announced, at addresses of ours', async () => {
    const ids = hitsOf(await searchPage(gateway, { text: 'forest', filter: { kinds: ['PHOTO'] }, first: 8 })).map(({ id }) => id);
    const all = await previewsOf(ids);
    for (const previews of all) {
      expect(previews.length).toBeGreaterThan(0);
      for (const { url, width, height, mimeType } of previews) {
        expect(url.startsWith(`${gateway.url}/files/previews/`)).toBe(true);
        const response = await fetch(url, { redirect: 'error' });
        expect(response.status).toBe(200);
        const type = response.headers.get('content-type') ?? '';
        if (mimeType !== null) expect(type).toBe(mimeType);
        expect(response.headers.get('x-content-type-options')).toBe('nosniff');
        const bytes = Buffer.from(await response.arrayBuffer());
        if (!type.startsWith('image/')) continue;
        const picture = await sharp(bytes).metadata();
        if (width !== null) expect(Math.abs((picture.width ?? 0) - width)).toBeLessThanOrEqual(1);
        if (height !== null) expect(Math.abs((picture.height ?? 0) - height)).toBeLessThanOrEqual(1);
      }
    }
  });

  it('can be asked for by their width', async () => {
    const ids = [await idOf('ADOBE_STOCK', adobeId(1))];
    const [every = []] = await previewsOf(ids);
    const [wide = []] = await previewsOf(ids, 400);
    expect(wide.map(({ role }) => role)).toEqual(every.filter(({ width }) => (width ?? 0) >= 400).map(({ role }) => role));
    expect(wide.length).toBeLessThan(every.length);
  });

  it('are refused when the address was altered or belongs to another picture, and when it has expired', async () => {
    const [one, two] = await Promise.all([idOf('ADOBE_STOCK', adobeId(1)), idOf('ADOBE_STOCK', adobeId(2))]);
    const [[first] = []] = await previewsOf([one]);
    const { url, expiresAt } = first as Preview;
    const [path = '', ticket = ''] = url.split('?t=');
    const refused = async (address: string): Promise<readonly [number, string]> => {
      const response = await fetch(address);
      return [response.status, (await response.json()).errors[0].extensions.code];
    };
    const places = Array.from({ length: ticket.length }, (_, place) => place);
    const altered = places.map((place) => ticket.slice(0, place) + (ticket[place] === 'A' ? 'B' : 'A') + ticket.slice(place + 1));
    for (const address of [path, `${path}?t=`, ...altered.map((text) => `${path}?t=${text}`), url.replace(one, two)])
      expect(await refused(address)).toEqual([403, 'FORBIDDEN']);
    expect((await fetch(url)).status).toBe(200);
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(30 * 60_000);
    ahead = Date.parse(expiresAt) - Date.now() + 1;
    expect(await refused(url)).toEqual([403, 'FORBIDDEN']);
    ahead = 0;
  });

  it('of a role that the asset does not have are not found', async () => {
    const [[first] = []] = await previewsOf([await idOf('ADOBE_STOCK', adobeId(1))]);
    const { url, role } = first as Preview;
    for (const other of ['nothing', '..', '%2e%2e', 'constructor'])
      expect([400, 403, 404]).toContain((await fetch(url.replace(`/${role}?`, `/${other}?`))).status);
  });

  it('bear a ticket of each caller’s own', async () => {
    const ids = [await idOf('ADOBE_STOCK', adobeId(1))];
    const [viewer, admin] = await Promise.all([previewsOf(ids), previewsOf(ids, undefined, 'admin')]);
    expect(viewer[0]?.[0]?.url).not.toBe(admin[0]?.[0]?.url);
  });
});

describe('an answer', () => {
  it('with every field of assets from all sources holds no address, token or host of a source', async () => {
    const ids = hitsOf(await searchPage(gateway, { text: 'forest', first: 24 })).map(({ id }) => id);
    const query = `query($ids: [ID!]!) { assets(ids: $ids) {
      id source externalId kind title caption keywords contributor { externalId name } creditLine copyrightNotice collection
      mimeType capturedAt capturedAtText previews { role url } jsonLd sameAs { id previews { url } jsonLd }
      sourceLicense { state raw } licenseOptions { licenseType label } rights { restrictions attributionText originVersion }
      licenses { edges { node { sourceReference orderNumber references { key value } rights { restrictions } } } }
    } }`;
    const { text: whole, errors } = await gateway.query('admin', query, { ids });
    expect(errors).toEqual([]);
    // The vendor's shop window is for everybody.
    const text = whole.replace(/"acquireLicensePage":"[^"]*"/g, '');
    expect(text).not.toContain(SECRET_MARKER);
    const hosts = Object.values(simulators.env).flatMap((value) => (/^https?:/.test(value) ? [new URL(value).host] : []));
    expect(hosts.length).toBeGreaterThan(3);
    for (const host of new Set(hosts)) expect(text).not.toContain(host);
  });
});
