/** Uploads, for v4 and v3: one file and a gallery in a multipart form become a new medium that keeps its bytes. */

import { requireStaff } from './access.js';
import type { Call } from './call.js';
import { type MediaKind, mediaId } from './ids.js';
import type { Media } from './media.js';
import { badRequest, unknownId } from './refusal.js';

interface Part {
  readonly name: string;
  readonly fileName: string | undefined;
  readonly contentType: string;
  readonly bytes: Buffer;
}

const readPart = (part: Buffer): Part | undefined => {
  const split = part.indexOf('\r\n\r\n');
  if (split === -1) return undefined;
  const head = part.toString('utf8', 0, split);
  const name = /[; ]name="([^"]*)"/i.exec(head)?.[1];
  if (name === undefined) return undefined;
  return {
    name,
    fileName: /filename="([^"]*)"/i.exec(head)?.[1],
    contentType: /content-type:\s*([^\r\n;]+)/i.exec(head)?.[1]?.trim() ?? 'text/plain',
    bytes: part.subarray(split + 4),
  };
};

const readMultipart = (body: Buffer, contentType: string): readonly Part[] => {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return [];
  const mark = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let at = body.indexOf(mark);
  while (at !== -1) {
    const next = body.indexOf(mark, at + mark.length);
    if (next === -1) break;
    const part = readPart(body.subarray(at + mark.length + 2, next - 2));
    if (part !== undefined) parts.push(part);
    at = next;
  }
  return parts;
};

const KINDS: readonly (readonly [ending: RegExp, kind: MediaKind, mime: string])[] = [
  [/\.png$/i, 'image', 'image/png'],
  [/\.(jpe?g|tiff?|gif|webp|psd)$/i, 'image', 'image/jpeg'],
  [/\.(mov|mp4|m4v)$/i, 'video', 'video/quicktime'],
  [/\.(wav|mp3|aac)$/i, 'audio', 'audio/wav'],
];

/** Books the upload at once; the gallery must exist when one is named. */
export const upload = (call: Call): Media => {
  requireStaff(call, 'Media');
  const { library } = call.setting;
  const parts = readMultipart(call.request.body, call.request.headers['content-type'] ?? '');
  const file = parts.find((part) => part.name === 'file');
  if (file === undefined || file.bytes.length === 0) throw badRequest('file is required');
  const text = (name: string): string | undefined =>
    parts.find((part) => part.name === name)?.bytes.toString('utf8') ?? call.query(name);
  const galleryId = text('gallery_id');
  if (galleryId !== undefined && library.tree.containers.get(galleryId)?.type !== 'gallery') throw unknownId('Gallery');
  const fileName = file.fileName || 'upload.bin';
  const [, kind, mime] = KINDS.find(([ending]) => ending.test(fileName)) ?? [null, 'document' as const, 'application/pdf'];
  return library.add((made) => ({
    id: mediaId(kind, `upload:${made.id}`),
    kind,
    mime,
    fileName,
    fileSize: file.bytes.length,
    bytes: Buffer.from(file.bytes),
    iptc: {},
    custom: {},
    licenseEnd: null,
    rating: null,
    views: 0,
    modelReleased: null,
    propertyReleased: null,
    flagged: false,
    searchable: text('f_searchable') !== 'f',
    galleries: galleryId === undefined ? [] : [galleryId],
    ...(kind === 'image' || kind === 'video' ? {} : { width: null, height: null }),
    durationSeconds: kind === 'video' || kind === 'audio' ? 1 : null,
  }));
};
