/** Addresses of preview pictures, and the route behind them: a content network of its own, without API key or session. */

import { picture } from '../kit/picture/render.js';
import type { Route, SimReply, SimRequest } from '../kit/types.js';
import type { Media } from './media.js';
import type { Setting } from './setting.js';

const MAX_EDGE = 4096;

/** e.g. `fit=500x500`; the file name is decoration, its ending is always jpg. */
export const previewUrl = (setting: Setting, media: Media, size: string): string => {
  const name = encodeURIComponent(media.fileName.replace(/\.[^.]+$/, ''));
  return `${setting.host.baseUrl()}/img-get2/${media.id}/${size}/${name}.jpg`;
};

const absent: SimReply = { status: 404, headers: { 'content-type': 'text/plain' }, body: 'not found' };

/** The pixels of a picture in a box; never more than the original has. */
export const boxOf = (
  media: Media,
  mode: string,
  width: number,
  height: number,
): { readonly width: number; readonly height: number } => {
  const full = { width: media.width ?? width, height: media.height ?? height };
  if (mode === 'fill') return { width: Math.min(width, full.width), height: Math.min(height, full.height) };
  const factor = Math.min(1, width / full.width, height / full.height);
  return { width: Math.max(1, Math.round(full.width * factor)), height: Math.max(1, Math.round(full.height * factor)) };
};

/** `fit` keeps the whole picture inside the box, `fill` crops to it. Pictures are never enlarged. */
const render = async (media: Media, mode: string, width: number, height: number): Promise<SimReply> => {
  if (width < 1 || height < 1 || width > MAX_EDGE || height > MAX_EDGE) return absent;
  const bytes =
    media.bytes ?? (await picture(media.scene, { ...boxOf(media, mode, width, height), format: 'jpeg', fit: 'cover' }));
  return { status: 200, headers: { 'content-type': 'image/jpeg', 'cache-control': 'public, max-age=86400' }, body: bytes };
};

const serve =
  (setting: Setting) =>
  async (request: SimRequest): Promise<SimReply> => {
    const { id = '', size = '' } = request.params;
    const media = setting.library.find(id);
    const asked = /^(fit|fill)=(\d{1,5})x(\d{1,5})$/.exec(size);
    if (media === undefined || media.kind !== 'image' || asked === null) return absent;
    if (setting.is('preview-access', 'public-only') && !setting.library.isPublic(media)) {
      return { status: 403, headers: { 'content-type': 'text/plain' }, body: 'forbidden' };
    }
    return render(media, asked[1] ?? 'fit', Number(asked[2]), Number(asked[3]));
  };

export const previewRoutes = (setting: Setting): readonly Route[] =>
  ['/img-get2/{id}/{size}/{file}', '/img-get2/{id}/{size}/{gallery}/{file}'].map((pattern) => ({
    endpoint: 'preview',
    method: 'GET',
    pattern,
    handle: serve(setting),
  }));
