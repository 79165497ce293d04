/** v3 records of one medium: numbers and booleans are strings there, and names are in CamelCase. */

import { DAY_MS, parseDate, v3Date } from './dates.js';
import { findField } from './fields.js';
import { OWNER_ID } from './ids.js';
import type { Media } from './media.js';
import { shownLicenseEnd } from './media.view.js';
import { playLink } from './play-link.js';
import { previewUrl } from './preview.js';
import type { Setting } from './setting.js';

export type V3Record = Readonly<Record<string, unknown>>;
/** Undefined: such a record does not exist for the medium. Nothing in it: it exists and is empty. */
type RecordMaker = (setting: Setting, media: Media, params: V3Record) => V3Record | readonly V3Record[] | undefined;

const flagText = (value: boolean): 't' | 'f' => (value ? 't' : 'f');
const text = (value: number | null): string | null => (value === null ? null : String(value));

/** Name of the base record of each kind, and of its id. */
export const KIND_RECORD = {
  image: ['Image', 'image_id'],
  video: ['Video', 'video_id'],
  audio: ['Audio', 'audio_id'],
  document: ['Doc', 'doc_id'],
} as const;

/** Worked out once per record of a medium: for makers that look at nothing else. */
const remembered = <T>(make: (media: Media) => T): ((media: Media) => T) => {
  const memory = new WeakMap<Media, { readonly made: T }>();
  return (media) => {
    const found = memory.get(media) ?? { made: make(media) };
    memory.set(media, found);
    return found.made;
  };
};

const baseOf = remembered(
  (media): V3Record => ({
    [KIND_RECORD[media.kind][1]]: media.id,
    user_id: OWNER_ID,
    file_name: media.fileName,
    file_size: String(media.fileSize),
    ...(media.width === null ? {} : { width: text(media.width), height: text(media.height) }),
    ...(media.durationSeconds === null ? {} : { duration: text(media.durationSeconds) }),
    rating: text(media.rating),
    f_searchable: flagText(media.searchable),
    ctime: v3Date(media.createdAt),
    mtime: v3Date(media.modifiedAt),
  }),
);

const base: RecordMaker = (_setting, media) => baseOf(media);

/** `image_size` is a box, `image_mode` how the picture sits in it. */
const link: RecordMaker = (setting, media, params) => {
  if (media.kind === 'document') return undefined;
  const size = /^\d{1,4}x\d{1,4}$/.test(String(params.image_size)) ? String(params.image_size) : '500x500';
  const address = previewUrl(setting, media, `${params.image_mode === 'fill' ? 'fill' : 'fit'}=${size}`);
  if (media.kind === 'image')
    return { link: address, base: `${setting.host.baseUrl()}/img-get2/${media.id}`, auth_link: address };
  return { link: playLink(setting, media) };
};

/** Keywords are one comma-joined string; what is not written is absent. */
const iptcOf = remembered(
  ({ iptc: { keywords, ...rest } }): V3Record => ({
    ...rest,
    ...(keywords === undefined ? {} : { keyword: keywords }),
    ...(rest.caption === undefined
      ? {}
      : { display_caption: `${rest.caption}${rest.credit === undefined ? '' : ` (${rest.credit})`}` }),
  }),
);

const iptc: RecordMaker = (_setting, media) => iptcOf(media);

const license: RecordMaker = (setting, media) => {
  const day = shownLicenseEnd(setting, media);
  if (day === null) return {};
  if (setting.is('license-etime-form', 'date')) return { license_etime: day };
  if (setting.is('license-etime-form', 'gmt')) return { license_etime: `${day} 00:00:00 GMT` };
  if (setting.is('license-etime-form', 'epoch')) return { license_etime: String(Math.floor((parseDate(day) ?? DAY_MS) / 1000)) };
  return { license_etime: `${day} 00:00:00` };
};

const pairsOf = remembered((media) =>
  Object.entries(media.custom).map(([id, value]) => ({ name: findField(id)?.name ?? id, value })),
);

const custom: RecordMaker = (setting, media) => {
  const pairs = pairsOf(media);
  return setting.is('v3-custom-metadata', 'list') ? pairs : Object.fromEntries(pairs.map(({ name, value }) => [name, value]));
};

const onlyFor =
  (kind: Media['kind'], make: RecordMaker): RecordMaker =>
  (setting, media, params) =>
    media.kind === kind ? make(setting, media, params) : undefined;

/** Every record type that `extend` may name on a medium. */
const MAKERS: Readonly<Record<string, RecordMaker>> = {
  Image: onlyFor('image', base),
  Video: onlyFor('video', base),
  Audio: onlyFor('audio', base),
  Doc: onlyFor('document', base),
  Media: (_setting, media) => ({
    media_id: media.id,
    media_type: media.kind === 'document' ? 'doc' : media.kind,
    file_name: media.fileName,
  }),
  Link: link,
  ImageLink: onlyFor('image', link),
  VideoLink: onlyFor('video', link),
  AudioLink: onlyFor('audio', link),
  DocLink: () => undefined,
  Iptc: onlyFor('image', iptc),
  VideoMetadata: onlyFor('video', iptc),
  AudioMetadata: onlyFor('audio', iptc),
  DocMetadata: onlyFor('document', iptc),
  License: license,
  CustomMetadata: custom,
  ML_Metadata: () => ({}),
  PageCount: onlyFor('document', () => ({ total: '1' })),
};

export const MEDIA_RECORDS: ReadonlyMap<string, RecordMaker> = new Map(Object.entries(MAKERS));
