/** The bytes of a file: real pictures and films on demand, small valid files for the formats that are neither. */

import { movie } from '../kit/movie.js';
import { picture } from '../kit/picture/render.js';
import type { SimReply } from '../kit/types.js';
import type { Asset } from './asset.js';
import { thumbnailSize } from './thumbnails.js';
import type { FileTarget } from './tickets.js';

const COMP_WATERMARK = 'STOCK COMP';

/** Assets without pixels of their own count as 1000 wide. */
const longerSide = (asset: Asset): number => Math.max(asset.width, asset.height) || 1000;

interface OriginalFile {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly extension: string;
}

const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const svg = (asset: Asset): string => {
  const { width, height } = asset;
  const title = `<title>${escapeXml(asset.title)}</title>`;
  const shape = `<circle cx="${width / 2}" cy="${height / 2}" r="${height / 3}" fill="hsl(${asset.k % 360} 60% 50%)"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}">${title}<rect width="100%" height="100%" fill="#eee"/>${shape}</svg>\n`;
};

const postscript = ({ width, height }: Asset): string =>
  `%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 ${width} ${height}\nnewpath ${width / 2} ${height / 2} ${height / 3} 0 360 arc fill\n%%EOF\n`;

const gltf = (asset: Asset): string =>
  JSON.stringify({ asset: { version: '2.0' }, scene: 0, scenes: [{ name: asset.title, nodes: [0] }], nodes: [{ name: 'root' }] });

/** A document of one red, green and blue point. */
const photoshop = (): Buffer => {
  const header = Buffer.alloc(26);
  header.write('8BPS', 0, 'ascii');
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(3, 12);
  header.writeUInt32BE(1, 14);
  header.writeUInt32BE(1, 18);
  header.writeUInt16BE(8, 22);
  header.writeUInt16BE(3, 24);
  return Buffer.concat([header, Buffer.alloc(12), Buffer.from([0, 0, 200, 90, 40])]);
};

/** A tenth of a second of silence. */
const wave = (): Buffer => {
  const samples = Buffer.alloc(1_600);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'ascii');
  header.writeUInt32LE(36 + samples.length, 4);
  header.write('WAVEfmt ', 8, 'ascii');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8_000, 24);
  header.writeUInt32LE(16_000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'ascii');
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
};

/** Drawn so that its longer side is the wanted one, or the original's if that is smaller. */
const bitmap = async (asset: Asset, wanted: number, format: 'jpeg' | 'png', watermark?: string): Promise<OriginalFile> => {
  const side = Math.max(1, Math.min(wanted, longerSide(asset)));
  const bytes = await picture(asset.scene.number, { width: side, height: side, format, ...(watermark ? { watermark } : {}) });
  return { bytes, contentType: `image/${format}`, extension: format };
};

const film = async (asset: Asset, width: number): Promise<OriginalFile> => ({
  bytes: await movie(asset.scene.number, { width }),
  contentType: 'video/quicktime',
  extension: 'mov',
});

const text = (contents: string, contentType: string, extension: string): OriginalFile => ({
  bytes: Buffer.from(contents),
  contentType,
  extension,
});

/** Sizes for films are heights, for pictures the longer side. */
const filmWidth = (target: FileTarget): number => Math.min(target.size ? Math.round((target.size * 16) / 9) : 1280, 1280);

/** `maxSide` bounds what a picture costs: no file is drawn larger, whatever the catalogue says. */
const original = (asset: Asset, target: FileTarget, maxSide: number): Promise<OriginalFile> | OriginalFile => {
  switch (asset.kind) {
    case 'video':
      return film(asset, filmWidth(target));
    case 'vector':
      if (target.format !== null) return bitmap(asset, Math.min(1600, maxSide), target.format);
      return asset.vectorType === 'svg'
        ? text(svg(asset), 'image/svg+xml', 'svg')
        : text(postscript(asset), 'application/postscript', 'eps');
    case '3d':
      return text(gltf(asset), 'model/gltf+json', 'gltf');
    case 'template':
      return { bytes: photoshop(), contentType: asset.contentType, extension: 'psdt' };
    case 'audio':
      return { bytes: wave(), contentType: 'audio/wav', extension: 'wav' };
    case 'photo':
    case 'illustration': {
      // No size is larger than the file of the license.
      const licensed = target.license === 'Standard_M' ? 1690 : longerSide(asset);
      return bitmap(
        asset,
        Math.min(target.size ?? licensed, licensed, maxSide),
        asset.contentType === 'image/png' ? 'png' : 'jpeg',
      );
    }
    default:
      return asset.kind satisfies never;
  }
};

const comp = (asset: Asset): Promise<OriginalFile> =>
  asset.kind === 'video' ? film(asset, 640) : bitmap(asset, 1000, 'jpeg', COMP_WATERMARK);

/** A file as an attachment. */
export const fileReply = async (asset: Asset, target: FileTarget, maxSide: number): Promise<SimReply> => {
  const { bytes, contentType, extension } = await (target.license === null ? comp(asset) : original(asset, target, maxSide));
  const name = `AdobeStock_${asset.id}${target.license === null ? '_Preview' : ''}.${extension}`;
  return {
    status: 200,
    headers: { 'content-type': contentType, 'content-disposition': `attachment; filename="${name}"` },
    body: bytes,
  };
};

/** A thumbnail as the picture network serves it. */
export const thumbnailBytes = (asset: Asset, size: number, watermark: boolean): Promise<Buffer> => {
  const { width, height } = thumbnailSize(asset, size);
  const exact = { width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(height)), fit: 'cover' as const };
  return picture(asset.scene.number, { ...exact, ...(watermark ? { watermark: COMP_WATERMARK } : {}) });
};
