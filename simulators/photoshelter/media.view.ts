/** One medium as v4 shows it: attributes by kind, with nulls for a caller who is not of the organization. */

import { mediaDate } from './dates.js';
import { ORGANIZATION_ID, OWNER_ID } from './ids.js';
import { type Media, searchKind } from './media.js';
import type { Setting } from './setting.js';

type Attributes = Readonly<Record<string, unknown>>;

/** Attributes that mean nothing to a stranger: null says "no right to see it", not "no value". */
const OWNER_ONLY = ['owner_id', 'organization_id', 'creator_id', 'photographer_id', 'views', 'searchable', 'flagged'] as const;

/** Invented, but stable: the vendor gives a hash of the file. */
const hashOf = (media: Media): string => Buffer.from(media.id).toString('hex').padEnd(32, '0').slice(0, 32);

const releases = (media: Media): Attributes => ({
  model_released: media.modelReleased,
  property_released: media.propertyReleased,
});
const dates = (media: Media): Attributes => ({
  created_at: mediaDate(media.createdAt),
  modified_at: mediaDate(media.modifiedAt),
});
const file = (media: Media): Attributes => ({ owner_id: OWNER_ID, file_name: media.fileName, file_size: media.fileSize });

const image = (media: Media): Attributes => {
  const { width, height } = media;
  const scale = Math.min(1, 1000 / Math.max(width ?? 1, height ?? 1));
  const scaled = (edge: number | null, max = 1): number => Math.round((edge ?? 0) * scale * max);
  return {
    ...file(media),
    organization_id: ORGANIZATION_ID,
    creator_id: media.creatorId,
    photographer_id: media.photographerId,
    width,
    height,
    rating: media.rating,
    screen_width: scaled(width),
    screen_height: scaled(height),
    screen_width_max: scaled(width),
    screen_height_max: scaled(height),
    thumbnail_width: scaled(width, 0.2),
    thumbnail_height: scaled(height, 0.2),
    views: media.views,
    searchable: media.searchable,
    ...releases(media),
    flagged: media.flagged,
    focal_point_x: null,
    focal_point_y: null,
    ...dates(media),
  };
};

const build = (media: Media): Attributes => {
  const { durationSeconds: duration, rating, creatorId } = media;
  const [, subtype = ''] = media.mime.split('/');
  switch (media.kind) {
    case 'image':
      return image(media);
    case 'video':
      return {
        ...file(media),
        rotate: 0,
        width: media.width,
        height: media.height,
        start_time: 0,
        duration,
        format: subtype,
        photographer_id: media.photographerId,
        creator_id: creatorId,
        hash: hashOf(media),
        ...releases(media),
        rating,
        ...dates(media),
      };
    case 'audio':
      return {
        ...file(media),
        start_time: 0,
        duration,
        format: subtype,
        hash: hashOf(media),
        creator_id: creatorId,
        ...releases(media),
        rating,
        ...dates(media),
      };
    case 'document':
      return {
        ...file(media),
        creator_id: creatorId,
        organization_id: ORGANIZATION_ID,
        format: media.mime,
        format_readable: 'PDF document',
        hash: hashOf(media),
        rating,
        ...dates(media),
      };
    default:
      return media.kind satisfies never;
  }
};

const forStaff = new WeakMap<Media, Attributes>();
const forStranger = new WeakMap<Media, Attributes>();

const remembered = (memory: WeakMap<Media, Attributes>, media: Media, make: () => Attributes): Attributes => {
  const found = memory.get(media);
  if (found !== undefined) return found;
  const made = make();
  memory.set(media, made);
  return made;
};

/** The licence end as far as the workflow shows it. */
export const shownLicenseEnd = (setting: Setting, media: Media): string | null =>
  setting.is('license-workflow', 'on') ? media.licenseEnd : null;

export const mediaAttributes = (setting: Setting, media: Media, staff: boolean): Attributes => {
  const full = remembered(forStaff, media, () => build(media));
  const shown = staff
    ? full
    : remembered(forStranger, media, () => ({
        ...full,
        ...Object.fromEntries(OWNER_ONLY.filter((name) => name in full).map((name) => [name, null])),
      }));
  return setting.is('license-in-v4', 'attribute') && (media.kind === 'image' || media.kind === 'video')
    ? { ...shown, license_expiration: staff ? shownLicenseEnd(setting, media) : null }
    : shown;
};

/** A search hit carries the file name and the kind, nothing else; its kind is spelt `doc` where a resource says `document`. */
export const hitAttributes = (media: Media): Attributes => ({ file_name: media.fileName, type: searchKind(media.kind) });
