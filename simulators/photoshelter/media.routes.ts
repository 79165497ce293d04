/** v4: one medium, what may be included with it, the galleries that hold it, and its own settings. */

import type { Route, SimReply } from '../kit/types.js';
import { lookAt, mayEnter, ownMedia } from './access.js';
import { includesOf, list, one, pageOf, selfLink } from './answer.js';
import { type Call, v4 } from './call.js';
import { containerView } from './container.view.js';
import { customItems, iptcAttributes } from './descriptive.view.js';
import { makeId } from './ids.js';
import type { Media } from './media.js';
import { mediaAttributes, shownLicenseEnd } from './media.view.js';
import { patchFields } from './patch.js';
import { badRequest } from './refusal.js';
import type { Setting } from './setting.js';

/** What `include` nests inside a medium; names that do not apply leave no trace. */
const nested = (call: Call, media: Media, includes: ReadonlySet<string>): Readonly<Record<string, unknown>> => {
  const { setting, staff } = call;
  const result: Record<string, unknown> = {};
  if (includes.has('iptc') && media.kind === 'image')
    result.iptc = { data: { id: media.id, type: 'iptc', attributes: iptcAttributes(setting, media) } };
  else if (includes.has('iptc') && setting.is('iptc-non-image', 'no-data')) result.iptc = {};
  if (staff && includes.has('custom-metadata') && setting.is('include-custom-metadata', 'honoured')) {
    result['custom-metadata'] = {
      data: { id: media.id, type: 'custom-metadata', attributes: { custom_metadata: customItems(setting, media) } },
    };
  }
  if (staff && includes.has('license') && setting.is('license-in-v4', 'include')) {
    result.license = { data: { attributes: { license_expiration: shownLicenseEnd(setting, media) } } };
  }
  return result;
};

export const mediaIncludes = (call: Call, media: Media, includes: ReadonlySet<string>): object =>
  includes.size === 0 ? {} : { includes: nested(call, media, includes) };

export const mediaView = (call: Call, media: Media, includes: ReadonlySet<string>): object => ({
  id: media.id,
  type: media.kind,
  attributes: mediaAttributes(call.setting, media, call.staff),
  links: selfLink(call, `/media/${media.id}`),
  ...mediaIncludes(call, media, includes),
});

const read = (call: Call): SimReply => one(call, mediaView(call, lookAt(call, call.param('id')), includesOf(call)));

const update = (call: Call): SimReply => {
  const media = ownMedia(call, call.param('id'));
  const { rating, searchable, flagged, file_name: fileName } = patchFields(call);
  const yes = (value: unknown): boolean => value === true || value === 'true' || value === 't' || value === '1';
  if (rating !== undefined && rating !== null && !Number.isInteger(Number(rating)))
    throw badRequest('rating must be a whole number');
  const changed = call.setting.library.change(media, {
    ...(rating === undefined ? {} : { rating: rating === null ? null : Number(rating) }),
    ...(searchable === undefined ? {} : { searchable: yes(searchable) }),
    ...(flagged === undefined ? {} : { flagged: yes(flagged) }),
    ...(typeof fileName === 'string' && fileName !== '' ? { fileName } : {}),
  });
  return one(call, mediaView(call, changed, new Set()));
};

/** Only galleries that the caller may enter are listed. */
const galleries = (call: Call): SimReply => {
  const media = lookAt(call, call.param('id'));
  const found = media.galleries
    .flatMap((id) => call.setting.library.tree.containers.get(id) ?? [])
    .filter((gallery) => mayEnter(call, gallery));
  const includes = includesOf(call);
  return list(call, found, pageOf(call, 'per-page-max'), (gallery) => {
    const view = containerView(call, gallery);
    const including = includes.has('gallery') ? { includes: { gallery: { data: view } } } : {};
    return call.setting.is('media-galleries-item', 'link')
      ? {
          id: makeId('GI000', `${gallery.id}${media.id}`),
          type: 'gallery-image',
          attributes: { gallery_id: gallery.id },
          ...including,
        }
      : { ...view, ...including };
  });
};

export const mediaRoutes = (setting: Setting): readonly Route[] => [
  ...v4(setting, 'media', 'GET', '/media/{id}', read),
  ...v4(setting, 'media-update', 'PATCH', '/media/{id}', update),
  ...v4(setting, 'media-galleries', 'GET', '/media/{id}/galleries', galleries),
];
