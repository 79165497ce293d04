/** The source's own words, read and unread, and the credit. */
import { allowed, denied, unknown } from './builders.js';
import { BUT_CHANNEL, BUT_PURPOSE, BUT_TERRITORY, CALM, YES } from './codes.js';
import type { DecisionRow } from './rows.js';

const UNREAD = { restrictions: ['Not for calendars.'] };
const READ = { restrictions: ['Not for calendars.'], restrictionsRead: true } as const;

export const RESTRICTION_ROWS: readonly DecisionRow[] = [
  unknown('words of the source that nobody has read hold up a use', { terms: UNREAD }, `RESTRICTION_NOT_READ ${YES}`),
  unknown(
    'two sentences that nobody has read are one question',
    { terms: { restrictions: ['Not for calendars.', 'Ask the museum.'] } },
    `RESTRICTION_NOT_READ ${YES}`,
  ),
  unknown(
    'words that nobody has read hold up an editorial use',
    { use: { purpose: 'EDITORIAL' }, terms: UNREAD },
    `RESTRICTION_NOT_READ ${CALM}`,
  ),
  unknown(
    'words that nobody has read hold up an internal use',
    { use: { purpose: 'INTERNAL', channel: 'training' }, terms: UNREAD },
    `RESTRICTION_NOT_READ ${CALM}`,
  ),
  unknown(
    'words that nobody has read hold up a use of our own library',
    { holding: 'NOT_NEEDED', licensedAt: null, terms: UNREAD },
    `RESTRICTION_NOT_READ ${YES}`,
  ),
  unknown(
    'words that sound like a permission are no permission',
    { terms: { restrictions: ['Any use is fine.'], channels: '?' } },
    `CHANNEL_NOT_STATED RESTRICTION_NOT_READ ${BUT_CHANNEL}`,
  ),
  unknown(
    'unread words and an unstated place are two questions',
    { terms: { ...UNREAD, territories: '?' } },
    `RESTRICTION_NOT_READ TERRITORY_NOT_STATED ${BUT_TERRITORY}`,
  ),
  denied(
    'unread words do not hide a prohibition',
    { terms: { ...UNREAD, channels: 'any | web' } },
    `CHANNEL_RESTRICTED RESTRICTION_NOT_READ ${BUT_CHANNEL}`,
  ),
  denied(
    'unread words of an editorial picture do not hide that it is one',
    { terms: { ...UNREAD, editorialOnly: 'YES' } },
    `EDITORIAL_ONLY RESTRICTION_NOT_READ ${BUT_PURPOSE}`,
  ),
  allowed('words that were read are a notice', { terms: READ }, YES),
  allowed('having read that there are none is nothing', { terms: { restrictions: [], restrictionsRead: true } }, YES),
  allowed('words that were read are a notice for an editorial use', { use: { purpose: 'EDITORIAL' }, terms: READ }, CALM),
  denied(
    'words that were read permit nothing else',
    { terms: { ...READ, channels: 'print' } },
    `CHANNEL_NOT_ALLOWED ${BUT_CHANNEL}`,
  ),
  unknown(
    'words that were read answer no other question',
    { terms: { ...READ, territories: 'EMEA' } },
    `TERRITORY_UNCLEAR ${BUT_TERRITORY}`,
  ),
  // Credit.
  unknown(
    'a credit that is required and not there holds up a use',
    { terms: { attributionRequired: 'YES' } },
    `CREDIT_MISSING ${YES}`,
  ),
  unknown(
    'a missing credit holds up an editorial use',
    { use: { purpose: 'EDITORIAL' }, terms: { attributionRequired: 'YES', editorialOnly: 'YES' } },
    `CREDIT_MISSING ${CALM}`,
  ),
  allowed(
    'a credit that is required and there is a duty',
    { terms: { attributionRequired: 'YES', attributionText: 'Photo: Ada Lind' } },
    YES,
  ),
  allowed(
    'a credit of which nobody says whether it is required is a duty',
    { terms: { attributionRequired: 'UNKNOWN', attributionText: 'Photo: Ada Lind' } },
    YES,
  ),
  allowed('nobody says anything of a credit', { terms: { attributionRequired: 'UNKNOWN' } }, YES),
  allowed('a credit that is not required is nothing', { terms: { attributionText: 'Photo: Ada Lind' } }, YES),
  denied(
    'a missing credit does not hide a prohibition',
    { use: { territories: 'US' }, terms: { attributionRequired: 'YES', territories: 'EU' } },
    `CREDIT_MISSING TERRITORY_NOT_ALLOWED ${BUT_TERRITORY}`,
  ),
  unknown(
    'a missing credit and unread words are two questions',
    { terms: { ...UNREAD, attributionRequired: 'YES' } },
    `CREDIT_MISSING RESTRICTION_NOT_READ ${YES}`,
  ),
  unknown(
    'a credit that is there does not answer unread words',
    { terms: { ...UNREAD, attributionRequired: 'YES', attributionText: 'Photo: Ada Lind' } },
    `RESTRICTION_NOT_READ ${YES}`,
  ),
];
