/** The part of this server that stands for the picture network: thumbnails and film previews, for anybody. */
import { movie } from '../kit/movie.js';
import type { SimReply, SimRequest } from '../kit/types.js';
import type { Desk } from './desk.js';
import { thumbnailBytes } from './originals.js';
import { wholeNumber } from './params.js';
import { textReply } from './replies.js';
import { THUMBNAIL_SIZES, WATERMARK_FROM } from './thumbnails.js';

const KEEP = { 'cache-control': 'public, max-age=86400' };

const notThere = (): SimReply => textReply(404, 'Not found');

export const thumbnail = async (desk: Desk, request: SimRequest): Promise<SimReply> => {
  const [, sizeText, idText] = /^(\d{3,4})_F_(\d+)_sim\.jpg$/.exec(request.params.file ?? '') ?? [];
  const size = wholeNumber(sizeText) ?? 0;
  const asset = desk.catalogue.findLive(wholeNumber(idText) ?? -1);
  if (asset === undefined || !THUMBNAIL_SIZES.includes(size)) return notThere();
  const body = await thumbnailBytes(asset, size, size >= WATERMARK_FROM);
  return { status: 200, headers: { 'content-type': 'image/jpeg', ...KEEP }, body };
};

export const filmPreview = async (desk: Desk, request: SimRequest): Promise<SimReply> => {
  const [, folder, idText] = /^([ps])_(\d+)_sim\.mov$/.exec(request.params.file ?? '') ?? [];
  const asset = desk.catalogue.findLive(wholeNumber(idText) ?? -1);
  if (asset?.kind !== 'video') return notThere();
  const body = await movie(asset.scene.number, { width: folder === 'p' ? 852 : 320 });
  return { status: 200, headers: { 'content-type': 'video/quicktime', ...KEEP }, body };
};
