/** v4: the media of a gallery, read, put in and taken out. */

import type { Route, SimReply } from '../kit/types.js';
import { enter, findContainer, findMedia, requireStaff } from './access.js';
import { anyFields, includesOf, list, one, pageOf, selfLink, unpaged } from './answer.js';
import { type Call, v4 } from './call.js';
import type { Media } from './media.js';
import { mediaIncludes } from './media.routes.js';
import { badRequest, unknownId } from './refusal.js';
import type { Setting } from './setting.js';
import { mediaOrder } from './tree.order.js';

/** An id, a kind and a position; everything else about a medium is a read of its own. */
const childView = (call: Call, galleryId: string, child: Media, index: number): object => ({
  id: child.id,
  type: child.kind,
  attributes: { display_order: index + 1 },
  links: selfLink(call, `/galleries/${galleryId}/children/${child.id}`),
  ...(call.setting.is('list-include', 'honoured') ? mediaIncludes(call, child, includesOf(call)) : {}),
});

const children = (call: Call): SimReply => {
  const gallery = enter(call, call.param('id'), 'gallery');
  const media = mediaOrder(call, call.setting.library.inGallery(gallery.id));
  return list(call, media, pageOf(call, 'children-per-page-max'), (child, index) => childView(call, gallery.id, child, index));
};

const child = (call: Call): SimReply => {
  const gallery = enter(call, call.param('id'), 'gallery');
  const media = call.setting.library.inGallery(gallery.id);
  const index = media.findIndex(({ id }) => id === call.param('media'));
  const found = media[index];
  if (found === undefined) throw unknownId('Media');
  return one(call, childView(call, gallery.id, found, index));
};

const add = (call: Call): SimReply => {
  requireStaff(call, 'Gallery');
  const gallery = findContainer(call, call.param('id'), 'gallery');
  const fields = anyFields(call);
  const ids = (fields.get('media_ids') ?? fields.get('media_id') ?? fields.get('id') ?? '').split(',').filter((id) => id !== '');
  if (ids.length === 0) throw badRequest('media_id is required');
  for (const media of ids.map((id) => findMedia(call, id))) {
    if (!media.galleries.includes(gallery.id))
      call.setting.library.change(media, { galleries: [...media.galleries, gallery.id] }, true);
  }
  return unpaged(
    call,
    ids.map((id) => ({ id, type: findMedia(call, id).kind })),
  );
};

const remove = (call: Call): SimReply => {
  requireStaff(call, 'Gallery');
  const gallery = findContainer(call, call.param('id'), 'gallery');
  const media = findMedia(call, call.param('media'));
  if (!media.galleries.includes(gallery.id)) throw unknownId('Media');
  call.setting.library.change(media, { galleries: media.galleries.filter((id) => id !== gallery.id) }, true);
  return one(call, { id: media.id, type: media.kind });
};

export const galleryMediaRoutes = (setting: Setting): readonly Route[] => [
  ...v4(setting, 'gallery-children', 'GET', '/galleries/{id}/children', children),
  ...v4(setting, 'gallery-child', 'GET', '/galleries/{id}/children/{media}', child),
  ...v4(setting, 'gallery-children-add', 'POST', '/galleries/{id}/children', add),
  ...v4(setting, 'gallery-children-remove', 'DELETE', '/galleries/{id}/children/{media}', remove),
];
