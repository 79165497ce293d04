/** Licenses whose trap is territory and language: wildcards, countries listed under two continents, terms per market. */
import type { TermProfile } from './term-profiles.js';
import { day, endOf, term } from './terms.js';

export const REGION_PROFILES: readonly TermProfile[] = [
  {
    name: 'russia-turkey-twice',
    licenseType: 'rights_managed',
    terms: (dates) => [
      term(1, 'Two continents', {
        allowed_usages: ['any'],
        allowed_geographies: ['asia_russia', 'europe_russia', 'asia_turkey', 'asia_japan'],
        restricted_geographies: ['europe_turkey'],
        valid_from: dates.purchased,
        is_editorial_use: false,
      }),
    ],
  },
  {
    name: 'continent-but-country',
    licenseType: 'royalty_free',
    terms: (dates) => [
      term(1, 'Europe without Switzerland', {
        allowed_usages: ['any'],
        allowed_distributions: ['any'],
        allowed_geographies: ['europe_any'],
        restricted_geographies: ['europe_switzerland'],
        valid_from: dates.purchased,
        valid_until: endOf(2029, 12, 31),
        is_editorial_use: false,
      }),
    ],
  },
  {
    name: 'three-markets',
    licenseType: 'rights_managed',
    terms: () => [
      term(1, 'Germany', {
        allowed_geographies: ['europe_germany'],
        allowed_languages: ['language_german'],
        valid_from: day(2025, 1, 1),
        valid_until: endOf(2026, 12, 31),
        is_editorial_use: false,
      }),
      term(2, 'United States', {
        allowed_geographies: ['north_america_united_states'],
        allowed_languages: ['language_english', 'language_spanish'],
        valid_from: day(2025, 6, 1),
        valid_until: endOf(2027, 5, 31),
      }),
      term(3, 'Rest', {
        allowed_geographies: ['asia_any', 'africa_any', 'south_america_any', 'australia_any', 'antarctica_any'],
        restricted_geographies: ['asia_iran'],
        valid_from: day(2026, 1, 1),
        is_editorial_use: false,
      }),
    ],
  },
  {
    name: 'languages',
    licenseType: 'all',
    terms: (dates) => [
      term(null, 'By language', {
        allowed_usages: ['digital_media_any'],
        allowed_languages: ['language_mandarin_chinese', 'language_hindustani', 'language_portuguese'],
        restricted_languages: ['language_russian'],
        allowed_geographies: ['any'],
        valid_from: dates.purchased,
        is_editorial_use: false,
      }),
    ],
  },
];
