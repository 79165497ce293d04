/** Localized texts of the scenes: English always, German often, French now and then, as tenants really leave them. */
import type { Scene } from '../kit/world.js';
import type { JsonObject } from './json.js';

export const localized = (texts: Readonly<Record<string, string>>): readonly JsonObject[] =>
  Object.entries(texts).map(([culture, value]) => ({ culture, value }));

/** A row of the vendor's other list form: one element per culture, the same key in each. */
export const elementRow = (culture: string, element: JsonObject): JsonObject => ({ culture, metadata_element: element });

const isEnglishOnly = (t: number): boolean => t % 4 === 1;

export const titleTexts = (t: number, scene: Scene): readonly JsonObject[] =>
  localized({
    en: scene.title,
    ...(isEnglishOnly(t) ? {} : { de: `${scene.place.city}: Motiv ${scene.number}` }),
    ...(t % 11 === 2 ? { fr: `${scene.place.city} : image ${scene.number}` } : {}),
  });

export const captionTexts = (t: number, scene: Scene): readonly JsonObject[] =>
  t % 6 === 4
    ? []
    : localized({
        en: scene.caption,
        ...(isEnglishOnly(t)
          ? {}
          : { de: `Aufnahme aus ${scene.place.city} (${scene.place.countryIso}), Motiv ${scene.number}` }),
      });

/** Keywords have a name and no key. */
export const keywordRows = (t: number, scene: Scene): readonly JsonObject[] => [
  ...scene.keywords.map((name) => elementRow('en', { name })),
  ...(isEnglishOnly(t) ? [] : ['Motiv', scene.place.city].map((name) => elementRow('de', { name }))),
];

export const isoDate = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, '+00:00');
