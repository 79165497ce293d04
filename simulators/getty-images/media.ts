/** Display images: opaque addresses, signed anew for every reply, and the pictures behind them. */
import { createHmac, randomBytes } from 'node:crypto';
import { movie } from '../kit/movie.js';
import { picture } from '../kit/picture/render.js';
import type { Route, SimHost, SimReply } from '../kit/types.js';
import type { GettyAsset } from './asset.js';
import type { Catalogue } from './catalogue.js';

/** Stands where the signature goes in memoized JSON; must survive JSON.stringify unchanged. */
export const SIGNATURE = '@@signature@@';

export interface Media {
  /** One entry of display_sizes, with SIGNATURE in its address. */
  display(asset: GettyAsset, name: string): Readonly<Record<string, unknown>>;
  keyFrames(asset: GettyAsset): readonly Readonly<Record<string, unknown>>[];
  /** A fresh query string for all addresses of one reply. */
  sign(): string;
  /** One finished thumbnail address. */
  thumb(asset: GettyAsset): string;
  readonly routes: readonly Route[];
}

const EDGES: Readonly<Record<string, number>> = {
  comp: 612,
  comp_webp: 612,
  preview: 612,
  thumb: 170,
  'frame-1': 320,
  'frame-2': 320,
};
const WATERMARK = 'getty images simulated';
const denied: SimReply = { status: 403, headers: { 'content-type': 'text/plain' }, body: 'Access denied' };

export const createMedia = (host: SimHost, catalogue: Catalogue): Media => {
  const key = randomBytes(16);
  const mac = (text: string): string => createHmac('sha256', key).update(text).digest('base64url').slice(0, 22);

  const sign = (): string => {
    const until = Math.floor(host.now() / 1000) + Number(host.switches.get('media-lifetime-seconds'));
    const nonce = host.secret('media');
    return `k=${nonce}&x=${until}&c=${mac(`${nonce}.${until}`)}`;
  };

  const path = (asset: GettyAsset, name: string): string =>
    `${host.baseUrl()}/media/${Buffer.from(`${asset.media}/${asset.k}/${name}`).toString('base64url')}`;
  const address = (asset: GettyAsset, name: string): string => `${path(asset, name)}?${SIGNATURE}`;

  const extent = (asset: GettyAsset, name: string): { readonly height: number; readonly width: number } | null => {
    const largest = asset.sizes.at(-1);
    if (name === 'thumb' || largest === undefined) return null;
    const factor = (EDGES[name] ?? 612) / Math.max(largest.width, largest.height);
    return { height: Math.round(largest.height * factor), width: Math.round(largest.width * factor) };
  };

  const show = async (blob: string, query: URLSearchParams): Promise<SimReply> => {
    const until = query.get('x') ?? '';
    if (query.get('c') !== mac(`${query.get('k') ?? ''}.${until}`) || Number(until) * 1000 < host.now()) return denied;
    const [media, k, name = ''] = Buffer.from(blob, 'base64url').toString('utf8').split('/');
    const asset = catalogue.at(media === 'video' ? 'video' : 'image', Number(k));
    const edge = EDGES[name];
    if (asset === undefined || edge === undefined)
      return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not found' };
    const headers = { 'cache-control': 'private, max-age=300' };
    if (asset.media === 'video' && (name === 'comp' || name === 'preview')) {
      return {
        status: 200,
        headers: { ...headers, 'content-type': 'video/quicktime' },
        body: await movie(asset.scene, { width: 320 }),
      };
    }
    const width = extent(asset, name)?.width ?? edge;
    const jpeg = await picture(asset.scene, name === 'thumb' ? { width } : { width, watermark: WATERMARK });
    if (name !== 'comp_webp') return { status: 200, headers: { ...headers, 'content-type': 'image/jpeg' }, body: jpeg };
    const webp = await (await import('sharp')).default(jpeg).webp().toBuffer();
    return { status: 200, headers: { ...headers, 'content-type': 'image/webp' }, body: webp };
  };

  return {
    display: (asset, name) => ({ is_watermarked: name !== 'thumb', name, uri: address(asset, name), ...extent(asset, name) }),
    keyFrames: (asset) => ['frame-1', 'frame-2'].map((name) => ({ uri: address(asset, name) })),
    sign,
    thumb: (asset) => `${path(asset, 'thumb')}?${sign()}`,
    routes: [{ endpoint: 'media', method: 'GET', pattern: '/media/{blob}', handle: (r) => show(r.params.blob ?? '', r.query) }],
  };
};
