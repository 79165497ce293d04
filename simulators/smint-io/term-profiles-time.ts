/** Licenses whose trap is time: windows that lapsed, end soon, begin later, differ per term or leave a gap. */
import type { TermProfile } from './term-profiles.js';
import { ANYWHERE, day, endOf, term } from './terms.js';

export const TIME_PROFILES: readonly TermProfile[] = [
  {
    name: 'two-windows',
    licenseType: 'rights_managed',
    terms: () => [
      term(1, 'Print', {
        allowed_distributions: ['channel_print'],
        allowed_geographies: ['europe_any'],
        valid_from: day(2025, 1, 1),
        valid_until: endOf(2026, 6, 30),
        is_editorial_use: false,
      }),
      term(2, 'Web', {
        allowed_distributions: ['channel_web'],
        allowed_geographies: ['any'],
        valid_from: day(2025, 1, 1),
        valid_until: endOf(2028, 12, 31),
        is_editorial_use: false,
      }),
    ],
  },
  {
    name: 'window-gap',
    licenseType: 'rights_managed',
    terms: () => [
      term(1, 'First flight', {
        ...ANYWHERE,
        valid_from: day(2025, 3, 1),
        valid_until: endOf(2025, 9, 30),
        is_editorial_use: false,
      }),
      term(2, 'Second flight', {
        ...ANYWHERE,
        valid_from: day(2027, 3, 1),
        valid_until: endOf(2027, 9, 30),
        is_editorial_use: false,
      }),
    ],
  },
  {
    name: 'future-start',
    licenseType: 'rights_managed',
    terms: () => [
      term(1, 'Embargo', { ...ANYWHERE, valid_from: day(2027, 2, 1), valid_until: endOf(2029, 1, 31), is_editorial_use: false }),
    ],
  },
  {
    name: 'expired',
    licenseType: 'rights_managed',
    terms: () => [
      term(1, 'One year', { ...ANYWHERE, valid_from: day(2024, 9, 1), valid_until: endOf(2025, 8, 31), is_editorial_use: false }),
    ],
  },
  {
    name: 'first-use-lapsed',
    licenseType: 'rights_managed',
    terms: () => [
      term(1, 'Use it or lose it', {
        ...ANYWHERE,
        valid_from: day(2025, 1, 1),
        valid_until: endOf(2028, 12, 31),
        to_be_used_until: endOf(2025, 6, 30),
        is_editorial_use: false,
      }),
    ],
  },
  {
    name: 'expires-soon',
    licenseType: 'rights_managed',
    terms: (dates) => [
      term(1, 'Ends soon', {
        ...ANYWHERE,
        valid_from: day(2025, 1, 1),
        valid_until: dates.soon,
        is_editorial_use: false,
      }),
    ],
  },
  {
    name: 'campaign-window',
    licenseType: 'rights_managed',
    terms: () => [
      term(1, 'Campaign', {
        allowed_usages: ['advertising_any', 'digital_media_any'],
        restricted_usages: ['retail_product_packaging_any'],
        allowed_distributions: ['channel_print', 'channel_web', 'social_media_any'],
        restricted_distributions: ['channel_tv'],
        allowed_geographies: ['europe_austria', 'europe_germany', 'europe_switzerland'],
        allowed_languages: ['language_german', 'language_french'],
        valid_from: day(2025, 1, 1),
        valid_until: endOf(2027, 6, 30),
        to_be_used_until: endOf(2027, 1, 31),
        is_editorial_use: false,
      }),
    ],
  },
];
