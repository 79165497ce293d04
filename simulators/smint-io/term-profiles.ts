/** The licenses that the company's buyers took: each profile is one trap for a reader of rights. */
import type { JsonObject } from './json.js';
import { REGION_PROFILES } from './term-profiles-regions.js';
import { TIME_PROFILES } from './term-profiles-time.js';
import { ANYWHERE, type TermDates, term } from './terms.js';

export interface TermProfile {
  readonly name: string;
  /** undefined: the offering does not state one. */
  readonly licenseType: string | undefined;
  terms(dates: TermDates): readonly JsonObject[];
}

const STATEMENT_PROFILES: readonly TermProfile[] = [
  {
    name: 'worldwide-perpetual',
    licenseType: 'royalty_free',
    terms: (dates) => [term(1, 'Standard', { ...ANYWHERE, valid_from: dates.purchased, is_editorial_use: false })],
  },
  { name: 'term-less', licenseType: 'royalty_free', terms: () => [] },
  { name: 'silent', licenseType: 'all', terms: () => [term(1, 'Silent')] },
  {
    name: 'null-lists',
    licenseType: undefined,
    terms: (dates) => [
      {
        sequence_number: -1,
        name: [],
        allowed_usages: null,
        restricted_usages: null,
        allowed_geographies: null,
        valid_from: dates.purchased,
        valid_until: null,
        is_editorial_use: null,
      },
    ],
  },
  {
    name: 'editorial-true',
    licenseType: 'rights_managed',
    terms: (dates) => [
      term(1, 'Editorial', {
        allowed_usages: ['publishing_editorial_magazine', 'publishing_editorial_newspaper'],
        restricted_usages: ['advertising_any', 'marketing_promotional_any'],
        allowed_geographies: ['any'],
        valid_from: dates.purchased,
        is_editorial_use: true,
      }),
    ],
  },
  {
    name: 'editorial-missing',
    licenseType: 'royalty_free',
    terms: (dates) => [term(1, 'Standard', { ...ANYWHERE, valid_from: dates.purchased })],
  },
  {
    name: 'editorial-mixed',
    licenseType: 'rights_managed',
    terms: (dates) => [
      term(1, 'Web, editorial', { allowed_distributions: ['channel_web'], valid_from: dates.purchased, is_editorial_use: true }),
      term(2, 'Print, free', { allowed_distributions: ['channel_print'], valid_from: dates.purchased, is_editorial_use: false }),
    ],
  },
  {
    name: 'unknown-keys',
    licenseType: 'subscription_flex',
    terms: (dates) => [
      term(1, 'New kinds', {
        exclusivities: ['exclusive_moon'],
        allowed_usages: ['virtual_world_any', 'digital_media_app'],
        allowed_geographies: ['oceania_fiji', 'europe_austria'],
        restricted_distributions: ['channel_hologram'],
        usage_limits: ['seats_up_to_12_chairs'],
        valid_from: dates.purchased,
        is_editorial_use: false,
      }),
    ],
  },
  {
    name: 'restricted-only',
    licenseType: 'rights_managed',
    terms: (dates) => [
      term(1, 'All but', {
        restricted_usages: ['retail_product_packaging_any'],
        restricted_geographies: ['asia_china', 'north_america_united_states'],
        restricted_industries: ['industry_tobacco', 'industry_weapons'],
        restricted_distributions: ['channel_tv'],
        valid_from: dates.purchased,
        is_editorial_use: false,
      }),
    ],
  },
  {
    name: 'usage-limits',
    licenseType: 'rights_managed',
    terms: (dates) => [
      term(1, 'Print run', {
        allowed_usages: ['publishing_editorial_book', 'marketing_promotional_corporate_report'],
        allowed_geographies: ['europe_any'],
        allowed_sizes: ['page_half', 'page_quarter'],
        usage_limits: ['quantity_up_to_100000_total_circulation', 'display_up_to_50_displays', 'copy_two_copies'],
        valid_from: dates.purchased,
        is_editorial_use: false,
      }),
    ],
  },
  {
    name: 'misspelt',
    licenseType: 'rights_ready',
    terms: (dates) => [
      term(1, 'Small advertisement', {
        allowed_usages: ['advertising_print_magazine_newspaper'],
        allowed_sizes: ['ad_eigth', 'page_eigth'],
        restricted_industries: ['industry_manifacturing'],
        allowed_geographies: ['any'],
        valid_from: dates.purchased,
        is_editorial_use: false,
      }),
    ],
  },
  {
    name: 'rights-ready',
    licenseType: 'rights_ready',
    terms: (dates) => [
      term(1, 'Social and web', {
        allowed_usages: ['digital_media_social_media', 'digital_media_corporate_promotional'],
        allowed_distributions: ['social_media_any', 'channel_web', 'device_any'],
        allowed_placements: ['page_home', 'placement_background'],
        restricted_placements: ['page_cover'],
        allowed_geographies: ['any'],
        valid_from: dates.purchased,
        is_editorial_use: false,
      }),
    ],
  },
  {
    name: 'allowed-and-restricted',
    licenseType: 'rights_managed',
    terms: (dates) => [
      term(1, 'Contradiction', {
        allowed_usages: ['advertising_any'],
        restricted_usages: ['advertising_any'],
        allowed_geographies: ['europe_germany', 'europe_austria'],
        restricted_geographies: ['europe_germany'],
        valid_from: dates.purchased,
        is_editorial_use: false,
      }),
    ],
  },
  {
    name: 'exclusive',
    licenseType: 'rights_managed',
    terms: (dates) => [
      term(1, 'Exclusive in travel', {
        ...ANYWHERE,
        exclusivities: ['exclusive_industry', 'exclusive_geography'],
        allowed_industries: ['industry_travel', 'industry_tourism'],
        allowed_geographies: ['europe_switzerland'],
        valid_from: dates.purchased,
        valid_until: '2027-12-31T22:59:59+00:00',
        is_editorial_use: false,
      }),
    ],
  },
];

/** Twenty-five: no multiple of the provider pattern's three, so that every profile meets every provider. */
export const PROFILES: readonly TermProfile[] = [...STATEMENT_PROFILES, ...TIME_PROFILES, ...REGION_PROFILES];
