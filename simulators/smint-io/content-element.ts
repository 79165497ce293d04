/** The `content_element` of a transaction, without its previews: their addresses expire and are signed when sent. */
import type { Content } from './content.js';
import type { JsonObject } from './json.js';
import { captionTexts, elementRow, isoDate, keywordRows, localized, titleTexts } from './texts.js';

const IMAGE_TYPES: Readonly<Record<string, string>> = {
  photo: 'photo',
  illustration: 'illustration',
  vector: 'vector',
  video: 'photo',
};

/** Every shape that readers meet: whole, partly null, missing altogether. */
const releases = (t: number, content: Content): { readonly release_details?: JsonObject | null } => {
  switch (t % 6) {
    case 0:
      return {};
    case 1:
      return { release_details: null };
    case 2:
      return { release_details: { model_release_state: 'all', property_release_state: null, provider_usage_constraints: [] } };
    case 3:
      return {
        release_details: {
          model_release_state: 'not_released',
          property_release_state: 'not_released',
          provider_allowed_use_comment: localized({ en: 'News and documentary use.' }),
          provider_usage_constraints: localized({ en: 'Not to be used beside tobacco products.' }),
        },
      };
    default:
      return {
        release_details: {
          model_release_state: content.scene.people ? 'released' : 'no_release_required',
          property_release_state: t % 6 === 4 ? 'released' : 'no_release_required',
          provider_usage_constraints: [],
        },
      };
  }
};

const aiPart = (t: number): { readonly is_ai?: boolean | null } =>
  t % 8 === 0 ? {} : t % 8 === 1 ? { is_ai: null } : { is_ai: t % 16 === 2 };

export const contentElement = (t: number, content: Content): JsonObject => ({
  uuid: content.elementUuid,
  provider: content.provider,
  content_type: content.contentType,
  content_category: t % 7 === 4 ? 'editorial' : 'creative',
  editorial_segments: [],
  name: titleTexts(t, content.scene),
  description: captionTexts(t, content.scene),
  keywords: keywordRows(t, content.scene),
  categories: [
    elementRow('en', { key: `${content.providerNumber}:41`, name: 'Places' }),
    elementRow('de', { key: `${content.providerNumber}:41`, name: 'Orte' }),
  ],
  collections: [],
  events: [],
  contributors: [elementRow('en', { key: `${content.providerNumber}:${9000 + (t % 70)}`, name: content.scene.contributor })],
  copyright_notices: t % 9 === 7 ? [] : localized({ en: `${content.scene.contributor} / ${content.provider}.example` }),
  image_details: {
    type: IMAGE_TYPES[content.scene.kind] ?? 'photo',
    aspect_ratio: Math.round((content.width / content.height) * 10_000) / 10_000,
    orientation: content.scene.orientation,
  },
  is_premium: t % 13 === 0,
  is_editorial_use: null,
  is_editorial: t % 7 === 4,
  ...aiPart(t),
  ...releases(t, content),
  created_at: isoDate(Date.parse(content.scene.takenAt)),
  provider_urls: [
    elementRow('en', { name: 'Provider page', url: `https://${content.provider}.example/content/${content.providerId}` }),
  ],
});
