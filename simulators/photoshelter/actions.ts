/** What a test may do to the library behind the API's back: as editors, importers and contract managers do in the vendor's own pages. */

import { isRecord } from './answer.js';
import { dayOf, parseDate } from './dates.js';
import { findField } from './fields.js';
import { IPTC_NAMES, type Media } from './media.js';
import type { Setting } from './setting.js';

type Body = Readonly<Record<string, unknown>>;

const asBody = (body: unknown): Body => (isRecord(body) ? body : {});

const mediaOf = (setting: Setting, id: unknown): Media => {
  const found = setting.library.find(String(id));
  if (found === undefined) throw new RangeError(`no medium ${String(id)}`);
  return found;
};

/** Names of `changes`: IPTC names, custom field names or ids, and a few attributes; null takes a value away. */
const ATTRIBUTES: Readonly<Record<string, (value: unknown) => Partial<Media>>> = {
  file_name: (value) => ({ fileName: String(value) }),
  rating: (value) => ({ rating: value === null ? null : Number(value) }),
  searchable: (value) => ({ searchable: value === true }),
  flagged: (value) => ({ flagged: value === true }),
  model_released: (value) => ({ modelReleased: value === null ? null : value === true }),
  property_released: (value) => ({ propertyReleased: value === null ? null : value === true }),
  galleries: (value) => ({ galleries: Array.isArray(value) ? value.map(String) : [] }),
};

const changesOf = (media: Media, wanted: Body): Partial<Media> => {
  const iptc: Record<string, string> = { ...media.iptc };
  const custom: Record<string, string> = { ...media.custom };
  let attributes: Partial<Media> = {};
  for (const [name, value] of Object.entries(wanted)) {
    const field = findField(name);
    const attribute = Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name] : undefined;
    if (attribute !== undefined) {
      attributes = { ...attributes, ...attribute(value) };
      continue;
    }
    const [target, key] = IPTC_NAMES.includes(name) ? [iptc, name] : field === undefined ? [undefined, name] : [custom, field.id];
    if (target === undefined) throw new RangeError(`nothing is called ${name}`);
    if (value === null || value === '') delete target[key];
    else target[key] = String(value);
  }
  return { ...attributes, iptc, custom };
};

const setExpiry = (setting: Setting, body: Body): object => {
  const media = mediaOf(setting, body.id);
  const ms = body.date === null || body.date === undefined ? null : parseDate(String(body.date));
  if (ms === undefined) throw new RangeError(`not a date: ${String(body.date)}`);
  const changed = setting.library.change(
    media,
    { licenseEnd: ms === null ? null : dayOf(ms) },
    !setting.is('license-moves-modified', true),
  );
  return { id: changed.id, licenseEnd: changed.licenseEnd };
};

const LARGEST_IMPORT = 10_000;

/** The word stands in title and keywords, so that a search finds exactly the new ones. */
const addMedia = (setting: Setting, body: Body): object => {
  const count = Math.min(LARGEST_IMPORT, Math.max(0, Math.trunc(Number(body.count ?? 1)) || 0));
  const word = String(body.word ?? 'imported');
  const ids = Array.from({ length: count }, () => {
    const { id } = setting.library.add((made) => ({
      iptc: { ...made.iptc, title: `${word} ${made.iptc.title ?? ''}`.trim(), keywords: `${word}, ${made.iptc.keywords ?? ''}` },
    }));
    return id;
  });
  return { ids };
};

export const actions = (setting: Setting): Readonly<Record<string, (body: unknown) => unknown>> => ({
  touch: (given) => {
    const body = asBody(given);
    const media = mediaOf(setting, body.id);
    const changed = setting.library.change(media, changesOf(media, asBody(body.changes)));
    return { id: changed.id, modifiedAt: new Date(changed.modifiedAt).toISOString() };
  },
  'set-expiry': (given) => setExpiry(setting, asBody(given)),
  'add-media': (given) => addMedia(setting, asBody(given)),
  'remove-media': (given) => {
    const { ids } = asBody(given);
    return { removed: (Array.isArray(ids) ? ids : []).filter((id) => setting.library.remove(String(id))) };
  },
  'expire-tokens': () => ({ expired: setting.sessions.expireAll() }),
});
