/** What v4 shows about a medium beside its attributes: IPTC, the metadata of non-images, custom metadata. */

import { findField } from './fields.js';
import { IPTC_NAMES, type Media } from './media.js';
import type { Setting } from './setting.js';

/** `football, final` → `["football", "final"]`. */
const splitKeywords = (text: string): readonly string[] =>
  text
    .split(/[,;]/)
    .map((word) => word.trim())
    .filter((word) => word !== '');

/** Every IPTC name, null where nothing is written; contact names are left out, as they are only search names. */
export const iptcAttributes = (setting: Setting, media: Media): Readonly<Record<string, unknown>> => {
  const attributes: Record<string, unknown> = {};
  for (const name of IPTC_NAMES)
    if (!name.startsWith('ci_') || media.iptc[name] !== undefined) attributes[name] = media.iptc[name] ?? null;
  const { keywords } = media.iptc;
  if (keywords !== undefined && setting.is('iptc-keywords', 'list')) attributes.keywords = splitKeywords(keywords);
  return attributes;
};

/** `raw` is JSON inside a JSON string, as a media probe writes it; its numbers are strings. */
const rawMetadata = (media: Media): string =>
  JSON.stringify({
    format: {
      filename: media.fileName,
      format_name: media.mime,
      ...(media.durationSeconds === null ? {} : { duration: media.durationSeconds.toFixed(6) }),
      size: String(media.fileSize),
      tags: { title: media.iptc.title ?? '', comment: media.iptc.caption ?? '', copyright: media.iptc.copyright ?? '' },
    },
  });

export const metadataAttributes = (setting: Setting, media: Media): Readonly<Record<string, unknown>> => {
  const base = { author: media.iptc.author ?? null, raw: rawMetadata(media) };
  if (setting.is('metadata-depth', 'author-raw')) return base;
  const { title = null, caption = null, keywords = null, credit = null, copyright = null, rights = null } = media.iptc;
  return { ...base, title, caption, keywords, credit, copyright, rights };
};

export const customItems = (setting: Setting, media: Media): readonly object[] =>
  Object.entries(media.custom).map(([fieldId, value]) => {
    const field = findField(fieldId);
    const optionId = field?.options.find((option) => option.value === value)?.id ?? null;
    if (setting.is('custom-metadata-item', 'value-only')) return { value };
    return setting.is('custom-metadata-item', 'field-option')
      ? { field_id: fieldId, option_id: optionId, value }
      : { id: fieldId, name: field?.name ?? '', value };
  });
