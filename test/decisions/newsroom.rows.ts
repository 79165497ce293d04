/** Several dimensions at once for a news picture: purpose × channel × territory × date × release × credit × license. */
import { allowed, denied, type Terms, unknown } from './builders.js';
import { CALM } from './codes.js';
import type { DecisionRow } from './rows.js';

/** A news picture, for editorial use, everywhere but in Japan, until the end of the year. */
const NEWS: Terms = {
  editorialOnly: 'YES',
  modelReleased: 'NO',
  propertyReleased: 'UNKNOWN',
  channels: 'web app press print | advertising social_media_one',
  territories: 'WORLD | JP',
  termKind: 'FIXED',
  validUntil: '2026-12-31',
  attributionRequired: 'YES',
  attributionText: 'Photo: Ada Lind',
};
const PAGE = { channel: 'press', purpose: 'EDITORIAL' } as const;

const news = (use: object, terms: Terms = {}) => ({ use: { ...PAGE, ...use }, terms: { ...NEWS, ...terms } });

export const NEWSROOM_ROWS: readonly DecisionRow[] = [
  allowed('news: in the press', news({}), CALM),
  allowed('news: on the web, everywhere but Japan', news({ channel: 'web', territories: 'DE US BR' }), CALM),
  denied('news: in Japan', news({ territories: 'JP' }), 'CHANNEL_ALLOWED IN_TERM PURPOSE_ALLOWED TERRITORY_RESTRICTED'),
  denied('news: in the world', news({ territories: 'WORLD' }), 'CHANNEL_ALLOWED IN_TERM PURPOSE_ALLOWED TERRITORY_RESTRICTED'),
  unknown('news: somewhere', news({ territories: null }), 'CHANNEL_ALLOWED IN_TERM PURPOSE_ALLOWED TERRITORY_REQUIRED'),
  denied(
    'news: for commerce',
    news({ purpose: 'COMMERCIAL' }),
    'CHANNEL_ALLOWED EDITORIAL_ONLY IN_TERM NOT_MODEL_RELEASED PROPERTY_RELEASE_UNKNOWN TERRITORY_ALLOWED',
  ),
  unknown(
    'news: inside of the house on paper',
    news({ purpose: 'INTERNAL', channel: 'print' }),
    'CHANNEL_ALLOWED IN_TERM INTERNAL_USE_UNCLEAR TERRITORY_ALLOWED',
  ),
  denied(
    'news: on the intranet',
    news({ purpose: 'INTERNAL', channel: 'intranet' }),
    'CHANNEL_NOT_ALLOWED IN_TERM INTERNAL_USE_UNCLEAR TERRITORY_ALLOWED',
  ),
  denied(
    'news: on a billboard',
    news({ channel: 'billboard' }),
    'CHANNEL_RESTRICTED EDITORIAL_ONLY IN_TERM NOT_MODEL_RELEASED PROPERTY_RELEASE_UNKNOWN TERRITORY_ALLOWED',
  ),
  unknown(
    'news: on one social network',
    news({ channel: 'social' }),
    'CHANNEL_UNCLEAR IN_TERM PURPOSE_ALLOWED TERRITORY_ALLOWED',
  ),
  denied(
    'news: on one social network in Japan',
    news({ channel: 'social', territories: 'JP' }),
    'CHANNEL_UNCLEAR IN_TERM PURPOSE_ALLOWED TERRITORY_RESTRICTED',
  ),
  unknown('news: without its credit', news({}, { attributionText: null }), `CREDIT_MISSING ${CALM}`),
  denied(
    'news: without its credit after the end',
    { ...news({}, { attributionText: null }), at: '2026-12-31' },
    'CHANNEL_ALLOWED CREDIT_MISSING PURPOSE_ALLOWED TERM_ENDED TERRITORY_ALLOWED',
  ),
  allowed('news: at the last millisecond', { ...news({}), at: '2026-12-30T23:59:59.999Z' }, CALM),
  denied('news: at the end', { ...news({}), at: '2026-12-31' }, 'CHANNEL_ALLOWED PURPOSE_ALLOWED TERM_ENDED TERRITORY_ALLOWED'),
  unknown(
    'news: begun before the purchase',
    news({ startsAt: '2026-01-10' }),
    'BEFORE_LICENSE CHANNEL_ALLOWED PURPOSE_ALLOWED TERRITORY_ALLOWED',
  ),
  denied(
    'news: not licensed, for commerce',
    { ...news({ purpose: 'COMMERCIAL' }), holding: 'NOT_LICENSED', licensedAt: null },
    'CHANNEL_ALLOWED EDITORIAL_ONLY IN_TERM NOT_LICENSED NOT_MODEL_RELEASED PROPERTY_RELEASE_UNKNOWN TERRITORY_ALLOWED',
  ),
  denied('news: not licensed, in the press', { ...news({}), holding: 'NOT_LICENSED', licensedAt: null }, `NOT_LICENSED ${CALM}`),
  unknown(
    'news: license not known, begun long ago',
    { ...news({ startsAt: '2024-01-01' }), holding: 'NOT_KNOWN', licensedAt: null },
    `NO_LICENSE_KNOWN ${CALM}`,
  ),
  unknown(
    'news: as advertising in a newspaper, of which nobody knows whether it is editorial',
    news({ usage: 'advertising_print_magazine_newspaper' }, { editorialOnly: 'UNKNOWN', modelReleased: 'UNKNOWN' }),
    'CHANNEL_ALLOWED EDITORIAL_STATUS_UNKNOWN IN_TERM MODEL_RELEASE_UNKNOWN PROPERTY_RELEASE_UNKNOWN TERRITORY_ALLOWED USAGE_ALLOWED',
  ),
  unknown(
    'news: with words unread, in Russia',
    news({ territories: 'RU' }, { territories: 'europe_any', restrictions: ['Not in print.'] }),
    'CHANNEL_ALLOWED IN_TERM PURPOSE_ALLOWED RESTRICTION_NOT_READ TERRITORY_UNCLEAR',
  ),
  denied(
    'news: with words unread, in Canada',
    news({ territories: 'CA' }, { territories: 'europe_any', restrictions: ['Not in print.'] }),
    'CHANNEL_ALLOWED IN_TERM PURPOSE_ALLOWED RESTRICTION_NOT_READ TERRITORY_NOT_ALLOWED',
  ),
  unknown(
    'news: a term not stated, one network, nobody said where',
    news({ channel: 'social', territories: null }, { termKind: 'UNKNOWN', validUntil: null }),
    'CHANNEL_UNCLEAR PURPOSE_ALLOWED TERM_NOT_STATED TERRITORY_REQUIRED',
  ),
];
