/** The files behind the media, drawn on demand: pictures and films from the kit, small real sounds and documents made here. */

import { movie } from '../kit/movie.js';
import { picture } from '../kit/picture/render.js';
import type { Media } from './media.js';
import { boxOf } from './preview.js';

export interface File {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly name: string;
}

/** Wide enough to tell an original from a preview, small enough to draw in a test. */
const ORIGINAL_EDGE = 2400;

/** One second of silence, 8 kHz, 8 bit. */
const wave = (): Buffer => {
  const samples = 8000;
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(8000, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples, 40);
  return Buffer.concat([head, Buffer.alloc(samples, 128)]);
};

/** One page with one line: enough for a reader to open it. */
const pdf = (title: string): Buffer => {
  const text = `BT /F1 18 Tf 60 760 Td (${title.replaceAll(/[^\x20-\x7e]|[()\\]/g, ' ')}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let out = '%PDF-1.4\n';
  const offsets = objects.map((body, i) => {
    const at = out.length;
    out += `${i + 1} 0 obj\n${body}\nendobj\n`;
    return at;
  });
  const table = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  const xref = out.length;
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`;
  return Buffer.from(out, 'latin1');
};

const renamed = (name: string, extension: string): string => `${name.replace(/\.[^.]+$/, '')}.${extension}`;

export interface Wanted {
  /** `jpeg` asks for a conversion; anything else means the file as it is. */
  readonly filetype: string;
  /** Longest edge, when a size was asked for or a permission caps it. */
  readonly maxEdge: number | null;
}

const drawn = async (media: Media, wanted: Wanted): Promise<File> => {
  const edge = Math.min(ORIGINAL_EDGE, wanted.maxEdge ?? ORIGINAL_EDGE);
  const png = media.mime === 'image/png' && wanted.filetype !== 'jpeg';
  const bytes = await picture(media.scene, { ...boxOf(media, 'fit', edge, edge), format: png ? 'png' : 'jpeg', fit: 'cover' });
  return png
    ? { bytes, contentType: 'image/png', name: media.fileName }
    : { bytes, contentType: 'image/jpeg', name: media.mime === 'image/png' ? renamed(media.fileName, 'jpg') : media.fileName };
};

export const original = async (media: Media, wanted: Wanted): Promise<File> => {
  if (media.bytes !== undefined) return { bytes: media.bytes, contentType: media.mime, name: media.fileName };
  switch (media.kind) {
    case 'image':
      return drawn(media, wanted);
    case 'video':
      return {
        bytes: await movie(media.scene, { width: 320 }),
        contentType: media.mime,
        name: wanted.filetype === 'mp4' ? renamed(media.fileName, 'mp4') : media.fileName,
      };
    case 'audio':
      return { bytes: wave(), contentType: media.mime, name: media.fileName };
    case 'document':
      return { bytes: pdf(`${media.fileName} ${media.iptc.title ?? ''}`), contentType: media.mime, name: media.fileName };
    default:
      return media.kind satisfies never;
  }
};
