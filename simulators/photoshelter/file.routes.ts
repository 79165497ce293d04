/** Bytes: downloads through the API, links to playable files, and the signed addresses that those links hold. */

import type { Route, SimReply, SimRequest } from '../kit/types.js';
import { findContainer, findMedia, lookAt, openedBy } from './access.js';
import { one } from './answer.js';
import { type Call, v4 } from './call.js';
import type { Media } from './media.js';
import { type File, original } from './originals.js';
import { playLink, ticketIsGood } from './play-link.js';
import { previewUrl } from './preview.js';
import { denied, unknownId } from './refusal.js';
import type { Setting } from './setting.js';
import type { Permission } from './tree.js';

const asFile = (file: File, contentType: string): SimReply => {
  const plain = file.name.replaceAll(/[^\x20-\x7e]|["\\]/g, '_');
  const disposition = `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(file.name)}`;
  return { status: 200, headers: { 'content-type': contentType, 'content-disposition': disposition }, body: file.bytes };
};

/**
 * Staff may download all; others need a gallery of the medium whose permission is open to them. Neither looks at the licence end.
 * Counts in the same step as it decides, so that parallel callers cannot share the last one.
 */
const spend = (call: Call, media: Media): Permission | undefined => {
  if (call.staff) return undefined;
  const galleryId = call.query('gallery_id');
  if (galleryId === undefined || !media.galleries.includes(galleryId)) throw denied('Media');
  const permission = openedBy(call, findContainer(call, galleryId, 'gallery'));
  if (permission === undefined) throw denied('Gallery');
  const { downloads } = call.setting;
  const used = downloads.get(permission.id) ?? 0;
  if (permission.maxDownloads !== null && used >= permission.maxDownloads) throw denied('Gallery');
  downloads.set(permission.id, used + 1);
  return permission;
};

/** `download_quality` is `original` or a size such as `1200x1200`, of which the longer edge counts. */
const edgeOf = (quality: string | undefined): number | null => {
  const sizes = (quality ?? '').match(/\d+/g)?.map(Number) ?? [];
  return sizes.length === 0 ? null : Math.max(16, ...sizes);
};

const download = async (call: Call): Promise<SimReply> => {
  const media = findMedia(call, call.param('id'));
  const permission = spend(call, media);
  const caps = [edgeOf(call.query('download_quality')), permission?.imageSize ?? null].filter(
    (edge): edge is number => edge !== null,
  );
  const filetype = permission?.imageFiletype ?? call.query('download_filetype') ?? 'original';
  return asFile(
    await original(media, { filetype, maxEdge: caps.length === 0 ? null : Math.min(...caps) }),
    'application/octet-stream',
  );
};

/** A preview for pictures, a playable signed address for film and sound, nothing for documents. */
const link = (call: Call): SimReply => {
  const { setting } = call;
  const media = lookAt(call, call.param('id'));
  if (media.kind === 'document') throw unknownId('Link');
  if (media.kind === 'image')
    return one(call, { id: media.id, type: 'link', attributes: { link: previewUrl(setting, media, 'fit=1000x750') } });
  return one(call, { id: media.id, type: 'link', attributes: { link: playLink(setting, media) } });
};

const play =
  (setting: Setting) =>
  async (request: SimRequest): Promise<SimReply> => {
    const { id = '', ticket = '' } = request.params;
    const media = setting.library.find(id);
    if (media === undefined || !ticketIsGood(setting, id, ticket)) {
      return { status: 403, headers: { 'content-type': 'text/plain' }, body: 'forbidden' };
    }
    const file = await original(media, { filetype: 'original', maxEdge: null });
    return { status: 200, headers: { 'content-type': file.contentType }, body: file.bytes };
  };

export const fileRoutes = (setting: Setting): readonly Route[] => [
  ...v4(setting, 'download', 'GET', '/media/{id}/download', download),
  ...v4(setting, 'link', 'GET', '/media/{id}/link', link),
  { endpoint: 'play', method: 'GET', pattern: '/media-get/{id}/{ticket}/{file}', handle: play(setting) },
];
