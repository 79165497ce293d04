/** Purpose: editorial pictures, what makes a use commercial, internal uses. */
import { allowed, denied, unknown } from './builders.js';
import { BUT_PURPOSE, CALM, RELEASED, YES } from './codes.js';
import type { DecisionRow } from './rows.js';

/** Of a use that is not commercial, without the purpose. */
const REST = 'CHANNEL_ALLOWED IN_TERM TERRITORY_ALLOWED';
const YES_ONLY = { editorialOnly: 'YES' } as const;
const NOBODY_SAYS = { editorialOnly: 'UNKNOWN' } as const;

export const PURPOSE_ROWS: readonly DecisionRow[] = [
  // The table, cell by cell.
  denied('an editorial picture is denied for commerce', { terms: YES_ONLY }, `EDITORIAL_ONLY ${BUT_PURPOSE}`),
  allowed('an editorial picture is allowed for an editorial use', { use: { purpose: 'EDITORIAL' }, terms: YES_ONLY }, CALM),
  unknown(
    'an editorial picture is unclear inside of the house',
    { use: { purpose: 'INTERNAL' }, terms: YES_ONLY },
    `INTERNAL_USE_UNCLEAR ${REST}`,
  ),
  allowed('a picture that is not editorial is allowed for commerce in print', { use: { channel: 'print' } }, YES),
  allowed('a picture that is not editorial is allowed for an editorial use', { use: { purpose: 'EDITORIAL' } }, CALM),
  allowed('a picture that is not editorial is allowed inside of the house', { use: { purpose: 'INTERNAL' } }, CALM),
  unknown(
    'nobody says whether it is editorial: unknown for commerce',
    { terms: NOBODY_SAYS },
    `EDITORIAL_STATUS_UNKNOWN ${BUT_PURPOSE}`,
  ),
  allowed(
    'nobody says whether it is editorial: allowed for an editorial use',
    { use: { purpose: 'EDITORIAL' }, terms: NOBODY_SAYS },
    CALM,
  ),
  unknown(
    'nobody says whether it is editorial: unknown inside of the house',
    { use: { purpose: 'INTERNAL' }, terms: NOBODY_SAYS },
    `EDITORIAL_STATUS_UNKNOWN ${REST}`,
  ),
  // Channels that make a use commercial, whatever purpose is said.
  denied(
    'packaging is commerce',
    { use: { purpose: 'EDITORIAL', channel: 'packaging' }, terms: YES_ONLY },
    `EDITORIAL_ONLY ${BUT_PURPOSE}`,
  ),
  denied(
    'merchandise is commerce',
    { use: { purpose: 'INTERNAL', channel: 'merchandise' }, terms: YES_ONLY },
    `EDITORIAL_ONLY ${BUT_PURPOSE}`,
  ),
  denied(
    'print advertising is commerce',
    { use: { purpose: 'EDITORIAL', channel: 'print_advertising' }, terms: YES_ONLY },
    `EDITORIAL_ONLY ${BUT_PURPOSE}`,
  ),
  denied(
    'digital advertising is commerce',
    { use: { purpose: 'EDITORIAL', channel: 'digital_advertising' }, terms: YES_ONLY },
    `EDITORIAL_ONLY ${BUT_PURPOSE}`,
  ),
  unknown(
    'tv advertising is commerce',
    { use: { purpose: 'EDITORIAL', channel: 'tv_advertising' }, terms: NOBODY_SAYS },
    `EDITORIAL_STATUS_UNKNOWN ${BUT_PURPOSE}`,
  ),
  unknown(
    'out of home is commerce',
    { use: { purpose: 'EDITORIAL', channel: 'out_of_home' }, terms: NOBODY_SAYS },
    `EDITORIAL_STATUS_UNKNOWN ${BUT_PURPOSE}`,
  ),
  denied(
    'a billboard is out of home and thereby commerce',
    { use: { purpose: 'EDITORIAL', channel: 'billboard' }, terms: YES_ONLY },
    `EDITORIAL_ONLY ${BUT_PURPOSE}`,
  ),
  denied(
    'advertising as a group is commerce',
    { use: { purpose: 'EDITORIAL', channel: 'advertising' }, terms: YES_ONLY },
    `EDITORIAL_ONLY ${BUT_PURPOSE}`,
  ),
  denied(
    'products as a group are commerce',
    { use: { purpose: 'EDITORIAL', channel: 'product' }, terms: YES_ONLY },
    `EDITORIAL_ONLY ${BUT_PURPOSE}`,
  ),
  allowed(
    'commerce by its channel is allowed where the picture is not editorial',
    { use: { purpose: 'INTERNAL', channel: 'packaging' } },
    YES,
  ),
  denied(
    'an editorial use in all that is digital is commerce, for advertising is digital too',
    { use: { purpose: 'EDITORIAL', channel: 'digital' }, terms: YES_ONLY },
    'CHANNEL_ALLOWED EDITORIAL_ONLY IN_TERM MODEL_RELEASED PROPERTY_RELEASED TERRITORY_ALLOWED',
  ),
  denied(
    'an editorial use in all of broadcast is commerce, for advertising on tv belongs to it',
    { use: { purpose: 'EDITORIAL', channel: 'broadcast' }, terms: YES_ONLY },
    'CHANNEL_ALLOWED EDITORIAL_ONLY IN_TERM MODEL_RELEASED PROPERTY_RELEASED TERRITORY_ALLOWED',
  ),
  allowed(
    'an electronic greeting is no commerce by itself',
    { use: { purpose: 'EDITORIAL', channel: 'e_greeting' }, terms: YES_ONLY },
    CALM,
  ),
  allowed('print is no commerce by itself', { use: { purpose: 'EDITORIAL', channel: 'print' }, terms: YES_ONLY }, CALM),
  allowed('the press is no commerce by itself', { use: { purpose: 'EDITORIAL', channel: 'press' }, terms: NOBODY_SAYS }, CALM),
  allowed('tv is no commerce by itself', { use: { purpose: 'EDITORIAL', channel: 'tv' }, terms: YES_ONLY }, CALM),
  unknown(
    'an internal channel does not make a use editorial',
    { use: { purpose: 'INTERNAL', channel: 'intranet' }, terms: YES_ONLY },
    `INTERNAL_USE_UNCLEAR ${REST}`,
  ),
  denied(
    'an internal channel does not make commerce internal',
    { use: { channel: 'intranet' }, terms: YES_ONLY },
    `EDITORIAL_ONLY ${BUT_PURPOSE}`,
  ),
  // Usages that make a use commercial.
  denied(
    'a usage that begins with advertising is commerce',
    { use: { purpose: 'EDITORIAL', usage: 'advertising_print_directory' }, terms: YES_ONLY },
    `EDITORIAL_ONLY USAGE_ALLOWED ${BUT_PURPOSE}`,
  ),
  denied(
    'a usage of promotion is commerce',
    { use: { purpose: 'EDITORIAL', usage: 'marketing_promotional_giveaways' }, terms: YES_ONLY },
    `EDITORIAL_ONLY USAGE_ALLOWED ${BUT_PURPOSE}`,
  ),
  denied(
    'a usage on packaging is commerce',
    { use: { purpose: 'INTERNAL', usage: 'retail_product_packaging_trading_cards' }, terms: YES_ONLY },
    `EDITORIAL_ONLY USAGE_ALLOWED ${BUT_PURPOSE}`,
  ),
  denied(
    'all of advertising as a usage is commerce',
    { use: { purpose: 'EDITORIAL', usage: 'advertising_any' }, terms: YES_ONLY },
    `EDITORIAL_ONLY USAGE_ALLOWED ${BUT_PURPOSE}`,
  ),
  unknown(
    'promotion inside of the house is commerce of which nobody says whether it may be',
    { use: { purpose: 'INTERNAL', usage: 'marketing_promotional_calendar_greeting_card' }, terms: NOBODY_SAYS },
    `EDITORIAL_STATUS_UNKNOWN USAGE_ALLOWED ${BUT_PURPOSE}`,
  ),
  allowed(
    'a usage in a newspaper is no commerce',
    { use: { purpose: 'EDITORIAL', usage: 'publishing_editorial_newspaper' }, terms: YES_ONLY },
    `USAGE_ALLOWED ${CALM}`,
  ),
  unknown(
    'a usage inside of the house stays internal',
    { use: { purpose: 'INTERNAL', usage: 'internal_use_wall_decor' }, terms: YES_ONLY },
    `INTERNAL_USE_UNCLEAR USAGE_ALLOWED ${REST}`,
  ),
  denied(
    'a usage in a newspaper does not make commerce editorial',
    { use: { usage: 'publishing_editorial_newspaper' }, terms: YES_ONLY },
    `EDITORIAL_ONLY USAGE_ALLOWED ${BUT_PURPOSE}`,
  ),
  // With other things.
  denied(
    'an editorial picture without releases is denied for commerce for three reasons',
    { terms: { editorialOnly: 'YES', modelReleased: 'NO', propertyReleased: 'NO' } },
    'CHANNEL_ALLOWED EDITORIAL_ONLY IN_TERM NOT_MODEL_RELEASED NOT_PROPERTY_RELEASED TERRITORY_ALLOWED',
  ),
  unknown(
    'an editorial use is not allowed by its purpose alone',
    { use: { purpose: 'EDITORIAL' }, terms: { editorialOnly: 'YES', channels: '?' } },
    'CHANNEL_NOT_STATED IN_TERM PURPOSE_ALLOWED TERRITORY_ALLOWED',
  ),
  denied(
    'an editorial use outside of the countries is denied',
    { use: { purpose: 'EDITORIAL', territories: 'US' }, terms: { editorialOnly: 'YES', territories: 'DE' } },
    'CHANNEL_ALLOWED IN_TERM PURPOSE_ALLOWED TERRITORY_NOT_ALLOWED',
  ),
  unknown(
    'an unknown channel does not make a use commercial',
    { use: { purpose: 'EDITORIAL', channel: 'hologram' }, terms: YES_ONLY },
    'CHANNEL_WORD_UNKNOWN IN_TERM PURPOSE_ALLOWED TERRITORY_ALLOWED',
  ),
  unknown(
    'whether it is editorial and where it may be shown are two questions',
    { terms: { editorialOnly: 'UNKNOWN', territories: '?' } },
    `CHANNEL_ALLOWED EDITORIAL_STATUS_UNKNOWN IN_TERM TERRITORY_NOT_STATED ${RELEASED}`,
  ),
];
