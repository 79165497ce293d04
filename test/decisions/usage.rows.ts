/** Usage, placement and size: stated or not on either side, umbrella words, words of nobody. */
import { allowed, denied, unknown } from './builders.js';
import { YES } from './codes.js';
import type { DecisionRow } from './rows.js';

export const USAGE_ROWS: readonly DecisionRow[] = [
  // Usage: the table of one value.
  denied(
    'a restricted usage is denied',
    { use: { usage: 'publishing_editorial_book' }, terms: { usages: 'any | publishing_editorial_book' } },
    `USAGE_RESTRICTED ${YES}`,
  ),
  unknown(
    'a usage that a word of nobody may restrict is unclear',
    { use: { usage: 'publishing_editorial_book' }, terms: { usages: 'any | wall_sized_things' } },
    `USAGE_UNCLEAR ${YES}`,
  ),
  unknown(
    'a restriction that may cover a usage weighs more than its permission by name',
    { use: { usage: 'digital_media_app' }, terms: { usages: 'digital_media_app | wall_sized_things' } },
    `USAGE_UNCLEAR ${YES}`,
  ),
  allowed(
    'a usage allowed by name is allowed',
    { use: { usage: 'digital_media_app' }, terms: { usages: 'digital_media_app' } },
    `USAGE_ALLOWED ${YES}`,
  ),
  unknown(
    'a usage that a word of nobody may allow is unclear',
    { use: { usage: 'digital_media_app' }, terms: { usages: 'wall_sized_things' } },
    `USAGE_UNCLEAR ${YES}`,
  ),
  denied(
    'a usage that is not among the allowed is denied',
    { use: { usage: 'digital_media_app' }, terms: { usages: 'digital_media_social_media' } },
    `USAGE_NOT_ALLOWED ${YES}`,
  ),
  denied(
    'a usage is denied where none is allowed',
    { use: { usage: 'digital_media_app' }, terms: { usages: 'none' } },
    `USAGE_NOT_ALLOWED ${YES}`,
  ),
  unknown(
    'a usage is not stated where others are restricted',
    { use: { usage: 'digital_media_app' }, terms: { usages: '| publishing_editorial_any' } },
    `USAGE_NOT_STATED ${YES}`,
  ),
  unknown(
    'a usage is not stated where nothing is known',
    { use: { usage: 'digital_media_app' }, terms: { usages: '?' } },
    `USAGE_NOT_STATED ${YES}`,
  ),
  // Umbrella words.
  allowed('any covers a usage', { use: { usage: 'film_video_tv_music_video' } }, `USAGE_ALLOWED ${YES}`),
  allowed(
    'all of advertising covers a magazine',
    { use: { usage: 'advertising_print_magazine_newspaper' }, terms: { usages: 'advertising_any' } },
    `USAGE_ALLOWED ${YES}`,
  ),
  allowed(
    'all of advertising covers all of print advertising',
    { use: { usage: 'advertising_print_any' }, terms: { usages: 'advertising_any' } },
    `USAGE_ALLOWED ${YES}`,
  ),
  denied(
    'all of print advertising is not all of advertising',
    { use: { usage: 'advertising_any' }, terms: { usages: 'advertising_print_any' } },
    `USAGE_NOT_ALLOWED ${YES}`,
  ),
  denied(
    'one directory is not all of print advertising',
    { use: { usage: 'advertising_print_any' }, terms: { usages: 'advertising_print_directory' } },
    `USAGE_NOT_ALLOWED ${YES}`,
  ),
  denied(
    'all of advertising holds the restricted commercial',
    { use: { usage: 'advertising_any' }, terms: { usages: 'any | advertising_tv_commercial' } },
    `USAGE_RESTRICTED ${YES}`,
  ),
  denied(
    'restricted advertising denies a billboard in an allowed any',
    { use: { usage: 'advertising_display_billboard' }, terms: { usages: 'any | advertising_any' } },
    `USAGE_RESTRICTED ${YES}`,
  ),
  denied(
    'restricted advertising denies a billboard that is allowed by name',
    { use: { usage: 'advertising_display_billboard' }, terms: { usages: 'advertising_display_billboard | advertising_any' } },
    `USAGE_RESTRICTED ${YES}`,
  ),
  allowed(
    'restricted print advertising leaves a commercial alone',
    { use: { usage: 'advertising_tv_commercial' }, terms: { usages: 'advertising_any | advertising_print_any' } },
    `USAGE_ALLOWED ${YES}`,
  ),
  unknown(
    'all of film is not stated where others are restricted',
    { use: { usage: 'film_video_tv_any' }, terms: { usages: '| publishing_editorial_any' } },
    `USAGE_NOT_STATED ${YES}`,
  ),
  // Words of nobody.
  unknown('an unknown usage is unknown although any is allowed', { use: { usage: 'skywriting' } }, `USAGE_WORD_UNKNOWN ${YES}`),
  unknown(
    'an unknown usage is unknown where nothing is known',
    { use: { usage: 'skywriting' }, terms: { usages: '?' } },
    `USAGE_WORD_UNKNOWN ${YES}`,
  ),
  allowed(
    'an unknown usage that is allowed by name is allowed',
    { use: { usage: 'skywriting' }, terms: { usages: 'skywriting' } },
    `USAGE_ALLOWED ${YES}`,
  ),
  denied(
    'an unknown usage that is restricted by name is denied',
    { use: { usage: 'skywriting' }, terms: { usages: 'any | skywriting' } },
    `USAGE_RESTRICTED ${YES}`,
  ),
  // Left out by the use.
  allowed('nothing known of usages and none said: no part', { terms: { usages: '?' } }, YES),
  unknown('one allowed usage asks for the usage', { terms: { usages: 'digital_media_app' } }, `USAGE_REQUIRED ${YES}`),
  unknown('one restricted usage asks for the usage', { terms: { usages: 'any | digital_media_app' } }, `USAGE_REQUIRED ${YES}`),
  unknown('restrictions alone ask for the usage', { terms: { usages: '| digital_media_app' } }, `USAGE_REQUIRED ${YES}`),
  unknown('no usage allowed at all asks for the usage', { terms: { usages: 'none' } }, `USAGE_REQUIRED ${YES}`),
  unknown(
    'an umbrella is not everything and asks for the usage',
    { terms: { usages: 'digital_media_any' } },
    `USAGE_REQUIRED ${YES}`,
  ),
  // Placement.
  denied(
    'a restricted cover is denied',
    { use: { placement: 'page_cover' }, terms: { placements: 'any | page_cover' } },
    `PLACEMENT_RESTRICTED ${YES}`,
  ),
  denied(
    'a restricted page denies the cover',
    { use: { placement: 'page_cover' }, terms: { placements: 'any | page_any' } },
    `PLACEMENT_RESTRICTED ${YES}`,
  ),
  allowed(
    'a restricted cover leaves the inside alone',
    { use: { placement: 'page_inside' }, terms: { placements: 'any | page_cover' } },
    `PLACEMENT_ALLOWED ${YES}`,
  ),
  denied(
    'an inside page is not the cover',
    { use: { placement: 'page_cover' }, terms: { placements: 'page_inside' } },
    `PLACEMENT_NOT_ALLOWED ${YES}`,
  ),
  denied(
    'no placement is allowed where none is',
    { use: { placement: 'exhibit_web' }, terms: { placements: 'none' } },
    `PLACEMENT_NOT_ALLOWED ${YES}`,
  ),
  denied(
    'all pages hold the restricted cover',
    { use: { placement: 'page_any' }, terms: { placements: 'any | page_cover' } },
    `PLACEMENT_RESTRICTED ${YES}`,
  ),
  unknown(
    'a placement is unclear under a word of nobody',
    { use: { placement: 'page_home' }, terms: { placements: 'any | back_of_a_bus' } },
    `PLACEMENT_UNCLEAR ${YES}`,
  ),
  unknown(
    'a placement allowed by a word of nobody is unclear',
    { use: { placement: 'page_home' }, terms: { placements: 'back_of_a_bus' } },
    `PLACEMENT_UNCLEAR ${YES}`,
  ),
  unknown(
    'a placement is not stated where nothing is known',
    { use: { placement: 'page_home' }, terms: { placements: '?' } },
    `PLACEMENT_NOT_STATED ${YES}`,
  ),
  unknown(
    'a placement is not stated where the cover is restricted',
    { use: { placement: 'page_home' }, terms: { placements: '| page_cover' } },
    `PLACEMENT_NOT_STATED ${YES}`,
  ),
  unknown('an unknown placement is unknown', { use: { placement: 'on_the_moon' } }, `PLACEMENT_WORD_UNKNOWN ${YES}`),
  unknown(
    'an unknown placement is unknown beside a restricted cover',
    { use: { placement: 'on_the_moon' }, terms: { placements: 'any | page_cover' } },
    `PLACEMENT_WORD_UNKNOWN ${YES}`,
  ),
  unknown(
    'a restricted cover asks for the placement',
    { terms: { placements: 'any | page_cover' } },
    `PLACEMENT_REQUIRED ${YES}`,
  ),
  unknown('one allowed placement asks for the placement', { terms: { placements: 'page_inside' } }, `PLACEMENT_REQUIRED ${YES}`),
  allowed('nothing known of placements and none said: no part', { terms: { placements: '?' } }, YES),
  // Size.
  denied(
    'a restricted resolution is denied',
    { use: { size: 'resolution_high' }, terms: { sizes: 'any | resolution_high' } },
    `SIZE_RESTRICTED ${YES}`,
  ),
  denied(
    'restricted pages deny a double page',
    { use: { size: 'page_double' }, terms: { sizes: 'any | page_any' } },
    `SIZE_RESTRICTED ${YES}`,
  ),
  denied(
    'a quarter page is not a full one',
    { use: { size: 'page_full' }, terms: { sizes: 'page_quarter page_half' } },
    `SIZE_NOT_ALLOWED ${YES}`,
  ),
  denied('small is not all sizes', { use: { size: 'size_any' }, terms: { sizes: 'size_small' } }, `SIZE_NOT_ALLOWED ${YES}`),
  allowed(
    'all resolutions cover the lowest',
    { use: { size: 'resolution_low' }, terms: { sizes: 'resolution_any' } },
    `SIZE_ALLOWED ${YES}`,
  ),
  allowed(
    'a size allowed by name is allowed',
    { use: { size: 'banner_side' }, terms: { sizes: 'banner_side ad_full' } },
    `SIZE_ALLOWED ${YES}`,
  ),
  unknown(
    'a size allowed by a word of nobody is unclear',
    { use: { size: 'size_small' }, terms: { sizes: 'poster_xxl' } },
    `SIZE_UNCLEAR ${YES}`,
  ),
  unknown(
    'a size is unclear under a restricted word of nobody',
    { use: { size: 'size_small' }, terms: { sizes: 'any | poster_xxl' } },
    `SIZE_UNCLEAR ${YES}`,
  ),
  unknown(
    'a size is not stated where nothing is known',
    { use: { size: 'size_small' }, terms: { sizes: '?' } },
    `SIZE_NOT_STATED ${YES}`,
  ),
  unknown(
    'a size is not stated where murals are restricted',
    { use: { size: 'size_small' }, terms: { sizes: '| size_mural' } },
    `SIZE_NOT_STATED ${YES}`,
  ),
  unknown('an unknown size is unknown', { use: { size: 'thumbnail_of_a_giant' } }, `SIZE_WORD_UNKNOWN ${YES}`),
  unknown(
    'an unknown size is unknown among listed ones',
    { use: { size: 'thumbnail_of_a_giant' }, terms: { sizes: 'size_small' } },
    `SIZE_WORD_UNKNOWN ${YES}`,
  ),
  unknown('one allowed size asks for the size', { terms: { sizes: 'size_small' } }, `SIZE_REQUIRED ${YES}`),
  unknown('a restricted size asks for the size', { terms: { sizes: 'any | size_mural' } }, `SIZE_REQUIRED ${YES}`),
];
