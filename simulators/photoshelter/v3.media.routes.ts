/** v3 media: whole galleries and searches with extensions, single images, and the licence of one. */

import type { Route, SimReply } from '../kit/types.js';
import { enter, lookAt, ownMedia } from './access.js';
import { type Call, type Handler, v3 } from './call.js';
import type { Media } from './media.js';
import { unknownId } from './refusal.js';
import { searchTest } from './search.js';
import type { Setting } from './setting.js';
import { mediaOrder } from './tree.order.js';
import { upload } from './upload.js';
import { ok, page } from './v3.answer.js';
import { extensions, pickFields, type Wish, wishesOf } from './v3.extend.js';
import { KIND_RECORD, MEDIA_RECORDS, type V3Record } from './v3.records.js';

/** Strangers get neither licence nor tags. */
const allowed = (call: Call, wishes: readonly Wish[]): readonly Wish[] =>
  call.staff ? wishes : wishes.filter(({ record }) => record !== 'License' && record !== 'CustomMetadata');

const visible = (call: Call, media: readonly Media[]): readonly Media[] =>
  call.staff ? media : media.filter((one) => call.setting.library.isPublic(one));

/** Where one client found it: Iptc inside Image, other extensions beside. */
const iptcInside = (call: Call, record: V3Record): V3Record => {
  const { Iptc, Image, ...rest } = record;
  if (Iptc === undefined || Image === undefined || call.setting.is('v3-iptc-place', 'beside')) return record;
  return { ...rest, Image: { ...(Image as V3Record), Iptc } };
};

const members = (call: Call): readonly Media[] => {
  const gallery = enter(call, call.param('id'), 'gallery');
  return visible(call, mediaOrder(call, call.setting.library.inGallery(gallery.id)));
};

/** Each item is one record named after its kind, with the extensions inside. */
const galleryMedia: Handler = (call) => {
  const wishes = allowed(call, wishesOf(call));
  return page(call, 'GalleryMedia', members(call), (media) => {
    const [record, idName] = call.setting.is('v3-nonimage-record', 'own-name') ? KIND_RECORD[media.kind] : KIND_RECORD.image;
    return { [`Gallery${record}`]: { [idName]: media.id, f_visible: 't', ...extensions(call, media, wishes) } };
  });
};

const galleryImages: Handler = (call) => {
  const wishes = allowed(call, wishesOf(call));
  const images = members(call).filter((media) => media.kind === 'image');
  return page(call, 'GalleryImage', images, (media) =>
    iptcInside(call, { image_id: media.id, f_visible: 't', ...extensions(call, media, wishes) }),
  );
};

const mediaRecord = (call: Call, media: Media): V3Record => MEDIA_RECORDS.get('Media')?.(call.setting, media, {}) as V3Record;

const search: Handler = (call) => {
  const wishes = allowed(call, wishesOf(call));
  const test = searchTest(call, (name) => call.query(name));
  const hits = [...call.setting.library.all()].filter(test);
  return page(call, 'Media', hits, (media) =>
    iptcInside(call, { ...mediaRecord(call, media), ...extensions(call, media, wishes) }),
  );
};

const image = (call: Call): Media => {
  const media = lookAt(call, call.param('id'));
  if (media.kind !== 'image') throw unknownId('Image');
  return media;
};

const readImage: Handler = (call) => {
  const media = image(call);
  const wishes = allowed(call, wishesOf(call));
  const fields = call.query('fields')?.split(',');
  const base = pickFields(
    extensions(call, media, [{ record: 'Image', fields: undefined, params: {} }]).Image as V3Record,
    fields,
  );
  return ok({
    Image: {
      ...base,
      ...extensions(
        call,
        media,
        wishes.filter(({ record }) => record !== 'Image'),
      ),
    },
  });
};

const part =
  (record: string): Handler =>
  (call): SimReply => {
    const media = record === 'License' ? ownMedia(call, call.param('id')) : image(call);
    const params = Object.fromEntries(call.request.query);
    const found = extensions(call, media, [{ record, fields: undefined, params }]);
    return ok({ [record]: found[record] ?? null });
  };

const create: Handler = (call) => {
  const media = upload(call);
  return call.setting.is('upload-reply', 'bare') ? ok() : ok({ Image: { image_id: media.id, file_name: media.fileName } });
};

/** Reading works with and without `mem`; member paths belong to a signed-in user, which the access rules check anyway. */
export const v3MediaRoutes = (setting: Setting): readonly Route[] => [
  ...['', '/mem'].flatMap((mem) => [
    ...v3(setting, 'gallery-media', 'GET', `${mem}/gallery/{id}/media`, galleryMedia),
    ...v3(setting, 'gallery-images', 'GET', `${mem}/gallery/{id}/images`, galleryImages),
    ...v3(setting, 'media-search', 'GET', `${mem}/media/search`, search),
    ...v3(setting, 'image', 'GET', `${mem}/image/{id}`, readImage),
    ...v3(setting, 'image-iptc', 'GET', `${mem}/image/{id}/iptc`, part('Iptc')),
    ...v3(setting, 'image-license', 'GET', `${mem}/image/{id}/license`, part('License')),
    ...v3(setting, 'image-link', 'GET', `${mem}/image/{id}/link`, part('ImageLink')),
  ]),
  ...v3(setting, 'image-upload', 'POST', '/mem/image/upload', create),
];
