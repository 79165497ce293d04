/** Several things not known at once: each is named, and what is allowed beside them does not answer them. */
import { allowed, part, sideBySide, stretch, unknown } from './builders.js';
import { BUT_CHANNEL, BUT_RELEASES, BUT_TERM, BUT_TERRITORY, CALM, RELEASED, YES } from './codes.js';
import type { DecisionRow } from './rows.js';

const UNREAD = { restrictions: ['Not for calendars.'] };
const IMPRESSIONS = { limits: [{ unit: 'impressions', max: 1000 }] };
const LATE = { toBeUsedUntil: '2026-03-01' };
const NOT_KNOWN = { holding: 'NOT_KNOWN', licensedAt: null } as const;
const AUTUMN = { startsAt: '2026-09-01', endsAt: '2026-11-01' };

export const OPEN_QUESTION_ROWS: readonly DecisionRow[] = [
  allowed(
    'the inside of a page is where it may be',
    { use: { placement: 'page_inside' }, terms: { placements: 'page_any' } },
    `PLACEMENT_ALLOWED ${YES}`,
  ),
  // Where and on what.
  unknown(
    'open: an unclear channel somewhere',
    { use: { territories: null }, terms: { channels: 'device_any', territories: 'DE' } },
    `CHANNEL_UNCLEAR IN_TERM PURPOSE_ALLOWED TERRITORY_REQUIRED ${RELEASED}`,
  ),
  unknown(
    'open: a channel of nobody in a country on two continents',
    { use: { channel: 'hologram', territories: 'TR' }, terms: { territories: 'asia_any' } },
    `CHANNEL_WORD_UNKNOWN IN_TERM PURPOSE_ALLOWED TERRITORY_UNCLEAR ${RELEASED}`,
  ),
  unknown(
    'open: an unclear channel in an undefined region',
    { use: { channel: 'social' }, terms: { channels: 'social_media_one', territories: 'EMEA' } },
    `CHANNEL_UNCLEAR IN_TERM PURPOSE_ALLOWED TERRITORY_UNCLEAR ${RELEASED}`,
  ),
  unknown(
    'open: a channel of nobody in a country of nobody',
    { use: { channel: 'hologram', territories: 'ZZ' } },
    `CHANNEL_WORD_UNKNOWN IN_TERM PURPOSE_ALLOWED TERRITORY_WORD_UNKNOWN ${RELEASED}`,
  ),
  unknown(
    'open: a channel not stated until a day not stated',
    { use: AUTUMN, terms: { channels: '?', termKind: 'UNKNOWN' } },
    `CHANNEL_NOT_STATED PURPOSE_ALLOWED TERM_NOT_STATED TERRITORY_ALLOWED ${RELEASED}`,
  ),
  unknown(
    'open: a country not stated until an end that cannot be read',
    { use: AUTUMN, terms: { territories: '?', termKind: 'FIXED' } },
    `CHANNEL_ALLOWED PURPOSE_ALLOWED TERM_END_UNREADABLE TERRITORY_NOT_STATED ${RELEASED}`,
  ),
  unknown(
    'open: an undefined region, in English or not',
    { terms: { territories: 'LATAM', languages: 'en' } },
    `LANGUAGE_REQUIRED TERRITORY_UNCLEAR ${BUT_TERRITORY}`,
  ),
  unknown(
    'open: a country on two continents in a region of a language',
    { use: { territories: 'CY', language: 'el' }, terms: { territories: 'europe_any', languages: 'el-CY' } },
    `LANGUAGE_UNCLEAR TERRITORY_UNCLEAR ${BUT_TERRITORY}`,
  ),
  unknown(
    'open: a start before the purchase, somewhere',
    { use: { startsAt: '2026-01-10', territories: null }, terms: { territories: 'EU' } },
    `BEFORE_LICENSE CHANNEL_ALLOWED PURPOSE_ALLOWED TERRITORY_REQUIRED ${RELEASED}`,
  ),
  unknown(
    'open: a start before the purchase on a channel of nobody',
    { use: { startsAt: '2026-01-10', channel: 'hologram' } },
    `BEFORE_LICENSE CHANNEL_WORD_UNKNOWN PURPOSE_ALLOWED TERRITORY_ALLOWED ${RELEASED}`,
  ),
  unknown(
    'open: Azerbaijan beside what is certain',
    { use: { territories: 'DE AZ FR' }, terms: { territories: 'europe_any' } },
    `TERRITORY_UNCLEAR ${BUT_TERRITORY}`,
  ),
  unknown(
    'open: Egypt in two allowed continents',
    { use: { territories: 'EG' }, terms: { territories: 'africa asia' } },
    `TERRITORY_UNCLEAR ${BUT_TERRITORY}`,
  ),
  unknown(
    'open: the world without an uncertain Africa',
    { use: { territories: 'EG' }, terms: { territories: 'any | africa_any' } },
    `TERRITORY_UNCLEAR ${BUT_TERRITORY}`,
  ),
  // Who, and for what.
  unknown(
    'open: neither the status nor the model is known',
    { terms: { editorialOnly: 'UNKNOWN', modelReleased: 'UNKNOWN' } },
    'CHANNEL_ALLOWED EDITORIAL_STATUS_UNKNOWN IN_TERM MODEL_RELEASE_UNKNOWN PROPERTY_RELEASED TERRITORY_ALLOWED',
  ),
  unknown(
    'open: status and both releases for packaging',
    { use: { channel: 'packaging' }, terms: { editorialOnly: 'UNKNOWN', modelReleased: 'UNKNOWN', propertyReleased: 'UNKNOWN' } },
    'CHANNEL_ALLOWED EDITORIAL_STATUS_UNKNOWN IN_TERM MODEL_RELEASE_UNKNOWN PROPERTY_RELEASE_UNKNOWN TERRITORY_ALLOWED',
  ),
  unknown(
    'open: the status inside of the house, where no release is asked',
    {
      use: { purpose: 'INTERNAL', channel: 'dam' },
      terms: { editorialOnly: 'UNKNOWN', modelReleased: 'UNKNOWN', propertyReleased: 'NO' },
    },
    'CHANNEL_ALLOWED EDITORIAL_STATUS_UNKNOWN IN_TERM TERRITORY_ALLOWED',
  ),
  unknown(
    'open: an editorial picture in a training, words unread',
    { use: { purpose: 'INTERNAL', channel: 'training' }, terms: { editorialOnly: 'YES', ...UNREAD } },
    'CHANNEL_ALLOWED INTERNAL_USE_UNCLEAR IN_TERM RESTRICTION_NOT_READ TERRITORY_ALLOWED',
  ),
  unknown(
    'open: an editorial picture in a presentation somewhere',
    {
      use: { purpose: 'INTERNAL', channel: 'presentation', territories: null },
      terms: { editorialOnly: 'YES', territories: 'EU' },
    },
    'CHANNEL_ALLOWED INTERNAL_USE_UNCLEAR IN_TERM TERRITORY_REQUIRED',
  ),
  unknown(
    'open: an editorial picture in the house with a term not stated',
    { use: { purpose: 'INTERNAL', channel: 'intranet' }, terms: { editorialOnly: 'YES', termKind: 'UNKNOWN' } },
    'CHANNEL_ALLOWED INTERNAL_USE_UNCLEAR TERM_NOT_STATED TERRITORY_ALLOWED',
  ),
  unknown(
    'open: the owner and the industry',
    { terms: { propertyReleased: 'UNKNOWN', industries: 'any | industry_sex' } },
    `INDUSTRY_REQUIRED MODEL_RELEASED PROPERTY_RELEASE_UNKNOWN ${BUT_RELEASES}`,
  ),
  unknown(
    'open: the model and an industry of nobody',
    { use: { industry: 'asteroid_mining' }, terms: { modelReleased: 'UNKNOWN' } },
    `INDUSTRY_WORD_UNKNOWN MODEL_RELEASE_UNKNOWN PROPERTY_RELEASED ${BUT_RELEASES}`,
  ),
  unknown(
    'open: the owner, from a license that nobody knows',
    { ...NOT_KNOWN, terms: { propertyReleased: 'UNKNOWN' } },
    `MODEL_RELEASED NO_LICENSE_KNOWN PROPERTY_RELEASE_UNKNOWN ${BUT_RELEASES}`,
  ),
  // How much.
  unknown(
    'open: how many impressions, and where',
    { use: { territories: null }, terms: { ...IMPRESSIONS, territories: 'DACH' } },
    `TERRITORY_REQUIRED UNIT_REQUIRED ${BUT_TERRITORY}`,
  ),
  unknown(
    'open: how many impressions on a channel not stated',
    { terms: { ...IMPRESSIONS, channels: '?' } },
    `CHANNEL_NOT_STATED UNIT_REQUIRED ${BUT_CHANNEL}`,
  ),
  unknown(
    'open: how many impressions, words unread',
    { terms: { ...IMPRESSIONS, ...UNREAD } },
    `RESTRICTION_NOT_READ UNIT_REQUIRED ${YES}`,
  ),
  unknown(
    'open: a unit of which nothing is stated, until an end that cannot be read',
    { use: { unit: 'copies', units: 10 }, terms: { termKind: 'FIXED' } },
    `LIMIT_NOT_STATED TERM_END_UNREADABLE ${BUT_TERM}`,
  ),
  unknown(
    'open: room within a limit does not say where',
    { use: { unit: 'impressions', units: 10, territories: null }, terms: { ...IMPRESSIONS, territories: 'any | US' } },
    `TERRITORY_REQUIRED WITHIN_LIMIT ${BUT_TERRITORY}`,
  ),
  unknown(
    'open: room within a limit does not make a term',
    { use: { unit: 'impressions', units: 10 }, terms: { ...IMPRESSIONS, termKind: 'UNKNOWN' } },
    `TERM_NOT_STATED WITHIN_LIMIT ${BUT_TERM}`,
  ),
  unknown(
    'open: no limit does not make a channel',
    { use: { unit: 'copies', units: 10 }, terms: { limitsComplete: true, channels: '| tv' } },
    `CHANNEL_NOT_STATED NO_LIMIT ${BUT_CHANNEL}`,
  ),
  unknown(
    'open: a limit on users touches nothing and answers nothing',
    { terms: { limits: [{ unit: 'users', max: 3 }], channels: '?' } },
    `CHANNEL_NOT_STATED ${BUT_CHANNEL}`,
  ),
  unknown(
    'open: an editorial use counted in a unit of nobody',
    { use: { purpose: 'EDITORIAL', channel: 'press', unit: 'sheets_of_gold' } },
    `LIMIT_NOT_STATED ${CALM}`,
  ),
  // How it looks.
  unknown(
    'open: usage, placement and size all asked for',
    { terms: { usages: 'digital_media_any', placements: 'page_any', sizes: 'size_any' } },
    `PLACEMENT_REQUIRED SIZE_REQUIRED USAGE_REQUIRED ${YES}`,
  ),
  unknown(
    'open: usage said, placement and size asked for',
    {
      use: { usage: 'digital_media_app' },
      terms: { usages: 'digital_media_any', placements: 'any | page_cover', sizes: 'size_small' },
    },
    `PLACEMENT_REQUIRED SIZE_REQUIRED USAGE_ALLOWED ${YES}`,
  ),
  unknown(
    'open: three words of nobody',
    { use: { usage: 'skywriting', placement: 'on_the_moon', size: 'thumbnail_of_a_giant' } },
    `PLACEMENT_WORD_UNKNOWN SIZE_WORD_UNKNOWN USAGE_WORD_UNKNOWN ${YES}`,
  ),
  unknown(
    'open: a usage allowed and a language not stated',
    { use: { usage: 'digital_media_app', language: 'nl' }, terms: { languages: '?' } },
    `LANGUAGE_NOT_STATED USAGE_ALLOWED ${YES}`,
  ),
  unknown(
    'open: a size allowed and a placement unclear',
    { use: { size: 'page_half', placement: 'page_front' }, terms: { placements: 'any | back_of_a_bus' } },
    `PLACEMENT_UNCLEAR SIZE_ALLOWED ${YES}`,
  ),
  unknown(
    'open: a language that may be restricted, an industry that may be',
    { use: { language: 'fr', industry: 'food' }, terms: { languages: 'any | fr-CA', industries: 'any | sensitive_trades' } },
    `INDUSTRY_UNCLEAR LANGUAGE_UNCLEAR ${YES}`,
  ),
  // Words, credit, first use, license.
  unknown(
    'open: words unread, a credit missing, first use too late',
    { terms: { ...UNREAD, ...LATE, attributionRequired: 'YES' } },
    `CREDIT_MISSING FIRST_USE_DATE_PASSED RESTRICTION_NOT_READ ${YES}`,
  ),
  unknown(
    'open: first use too late, of a license that nobody knows',
    { ...NOT_KNOWN, terms: LATE },
    `FIRST_USE_DATE_PASSED NO_LICENSE_KNOWN ${YES}`,
  ),
  unknown(
    'open: first use too late, somewhere',
    { use: { territories: null }, terms: { ...LATE, territories: 'WORLD | FR' } },
    `FIRST_USE_DATE_PASSED TERRITORY_REQUIRED ${BUT_TERRITORY}`,
  ),
  unknown(
    'open: a credit missing and an end that cannot be read',
    { terms: { attributionRequired: 'YES', termKind: 'FIXED' } },
    `CREDIT_MISSING TERM_END_UNREADABLE ${BUT_TERM}`,
  ),
  unknown(
    'open: a credit missing for a use whose unit is not said',
    { terms: { attributionRequired: 'YES', ...IMPRESSIONS } },
    `CREDIT_MISSING UNIT_REQUIRED ${YES}`,
  ),
  unknown(
    'open: words that were read, of a license that nobody knows',
    { ...NOT_KNOWN, terms: { ...UNREAD, restrictionsRead: true } },
    `NO_LICENSE_KNOWN ${YES}`,
  ),
  unknown(
    'open: a license that nobody knows, in an undefined region',
    { ...NOT_KNOWN, terms: { territories: 'APAC' } },
    `NO_LICENSE_KNOWN TERRITORY_UNCLEAR ${BUT_TERRITORY}`,
  ),
  // Side by side, and one after the other.
  unknown(
    'open: every part has words unread',
    { terms: sideBySide('any', part(UNREAD), part({ ...UNREAD, channels: 'web' })) },
    `RESTRICTION_NOT_READ ${YES}`,
  ),
  unknown(
    'open: every part asks for the language',
    { terms: sideBySide('any', part({ languages: 'de' }), part({ languages: 'en' })) },
    `LANGUAGE_REQUIRED ${YES}`,
  ),
  unknown(
    'open: every part asks where',
    { use: { territories: null }, terms: sideBySide('any', part({ territories: 'DE' }), part({ territories: 'AT' })) },
    `TERRITORY_REQUIRED ${BUT_TERRITORY}`,
  ),
  unknown(
    'open: a part that may cover and a part that does not',
    { use: { territories: 'RU' }, terms: sideBySide('any', part({ territories: 'DE' }), part({ territories: 'europe_any' })) },
    `TERRITORY_UNCLEAR ${BUT_TERRITORY}`,
  ),
  unknown(
    'open: all parts allow, of a license that nobody knows',
    { ...NOT_KNOWN, terms: sideBySide('all', part({}), part({ channels: 'web' })) },
    `NO_LICENSE_KNOWN ${YES}`,
  ),
  unknown(
    'open: the renewal allows what the old terms left unsaid',
    {
      use: { startsAt: '2026-06-10', endsAt: '2026-08-10' },
      stretches: [stretch('', '2026-07-01', { territories: '?' }), stretch('2026-07-01', '', {})],
    },
    `TERRITORY_NOT_STATED ${BUT_TERRITORY}`,
  ),
];
