/** Limits: units that fit or do not, limits that touch a use which names no unit, limits on access. */
import { allowed, denied, unknown } from './builders.js';
import { BUT_CHANNEL, CALM, YES } from './codes.js';
import type { DecisionRow } from './rows.js';

const COPIES_100 = { limits: [{ unit: 'copies', max: 100 }] } as const;
const COMPLETE = { limits: [], limitsComplete: true } as const;

export const LIMIT_ROWS: readonly DecisionRow[] = [
  // Fits, or not.
  allowed('units equal to the limit fit', { use: { unit: 'copies', units: 100 }, terms: COPIES_100 }, `WITHIN_LIMIT ${YES}`),
  denied(
    'one unit over the limit does not fit',
    { use: { unit: 'copies', units: 101 }, terms: COPIES_100 },
    `LIMIT_REACHED ${YES}`,
  ),
  allowed(
    'units equal to what is left fit',
    { use: { unit: 'copies', units: 40 }, terms: COPIES_100, used: { copies: 60 } },
    `WITHIN_LIMIT ${YES}`,
  ),
  denied(
    'one unit over what is left does not fit',
    { use: { unit: 'copies', units: 41 }, terms: COPIES_100, used: { copies: 60 } },
    `LIMIT_REACHED ${YES}`,
  ),
  allowed('the last unit fits', { use: { unit: 'copies' }, terms: COPIES_100, used: { copies: 99 } }, `WITHIN_LIMIT ${YES}`),
  denied(
    'no unit fits where all are used up',
    { use: { unit: 'copies' }, terms: COPIES_100, used: { copies: 100 } },
    `LIMIT_REACHED ${YES}`,
  ),
  denied(
    'no unit fits where more than all are used up',
    { use: { unit: 'copies' }, terms: COPIES_100, used: { copies: 140 } },
    `LIMIT_REACHED ${YES}`,
  ),
  allowed(
    'what is used up of another unit takes nothing',
    { use: { unit: 'copies', units: 100 }, terms: COPIES_100, used: { displays: 90 } },
    `WITHIN_LIMIT ${YES}`,
  ),
  denied(
    'a limit of nothing is reached by one',
    { use: { unit: 'copies' }, terms: { limits: [{ unit: 'copies', max: 0 }] } },
    `LIMIT_REACHED ${YES}`,
  ),
  allowed(
    'of several limits in a unit the smallest counts, and it fits',
    {
      use: { unit: 'copies', units: 50 },
      terms: {
        limits: [
          { unit: 'copies', max: 500 },
          { unit: 'copies', max: 50 },
        ],
      },
    },
    `WITHIN_LIMIT ${YES}`,
  ),
  denied(
    'of several limits in a unit the smallest counts, and it does not fit',
    {
      use: { unit: 'copies', units: 51 },
      terms: {
        limits: [
          { unit: 'copies', max: 50 },
          { unit: 'copies', max: 500 },
        ],
      },
    },
    `LIMIT_REACHED ${YES}`,
  ),
  denied(
    'a limit holds in its unit whatever other limits say',
    {
      use: { unit: 'impressions', units: 1001 },
      terms: {
        limits: [
          { unit: 'copies', max: 5000 },
          { unit: 'impressions', max: 1000 },
        ],
      },
    },
    `LIMIT_REACHED ${YES}`,
  ),
  allowed(
    'a limit holds outside of its channels too when the unit is named',
    { use: { channel: 'email', unit: 'copies', units: 10 }, terms: COPIES_100 },
    `WITHIN_LIMIT ${YES}`,
  ),
  denied(
    'an editorial use counts as well',
    { use: { purpose: 'EDITORIAL', unit: 'copies', units: 101 }, terms: COPIES_100 },
    `LIMIT_REACHED ${CALM}`,
  ),
  // Another unit, or none stated.
  allowed(
    'no limit but those stated: a unit without any is free',
    { use: { unit: 'copies', units: 1_000_000 }, terms: COMPLETE },
    `NO_LIMIT ${YES}`,
  ),
  allowed(
    'no limit but those stated: another unit is free',
    { use: { unit: 'impressions', units: 9_999 }, terms: { ...COPIES_100, limitsComplete: true } },
    `NO_LIMIT ${YES}`,
  ),
  denied(
    'no limit but those stated: the stated one holds',
    { use: { unit: 'copies', units: 101 }, terms: { ...COPIES_100, limitsComplete: true } },
    `LIMIT_REACHED ${YES}`,
  ),
  unknown('a unit of which nothing is stated is unknown', { use: { unit: 'copies', units: 1 } }, `LIMIT_NOT_STATED ${YES}`),
  unknown(
    'a limit in another unit says nothing of this one',
    { use: { unit: 'impressions', units: 1 }, terms: COPIES_100 },
    `LIMIT_NOT_STATED ${YES}`,
  ),
  unknown(
    'silence about a unit of nobody is no permission',
    { use: { unit: 'sheets_of_gold', units: 3 } },
    `LIMIT_NOT_STATED ${YES}`,
  ),
  unknown(
    'a use on record in a unit does not make a limit of it',
    { use: { unit: 'displays' }, used: { displays: 4 } },
    `LIMIT_NOT_STATED ${YES}`,
  ),
  // Limits on access, with the unit named.
  allowed(
    'a limit on downloads holds for a use that names downloads',
    { use: { unit: 'downloads', units: 5 }, terms: { limits: [{ unit: 'downloads', max: 5 }] } },
    `WITHIN_LIMIT ${YES}`,
  ),
  denied(
    'a limit on users is reached by one more',
    { use: { unit: 'users' }, terms: { limits: [{ unit: 'users', max: 10 }] }, used: { users: 10 } },
    `LIMIT_REACHED ${YES}`,
  ),
  // No unit named.
  allowed('units without a unit count nothing', { use: { units: 1_000_000 } }, YES),
  allowed('a limit on downloads does not touch a use', { terms: { limits: [{ unit: 'downloads', max: 1 }] } }, YES),
  allowed('a limit on users does not touch a use', { terms: { limits: [{ unit: 'users', max: 1 }] } }, YES),
  allowed(
    'a limit on reuses does not touch a use in print',
    { use: { channel: 'print' }, terms: { limits: [{ unit: 'reuses', max: 1 }] } },
    YES,
  ),
  allowed(
    'a limit on downloads that is used up does not touch a use',
    { terms: { limits: [{ unit: 'downloads', max: 1 }] }, used: { downloads: 1 } },
    YES,
  ),
  allowed('a limit on copies does not touch the web', { terms: COPIES_100 }, YES),
  allowed(
    'a limit on circulation does not touch tv',
    { use: { channel: 'tv' }, terms: { limits: [{ unit: 'circulation', max: 5000 }] } },
    YES,
  ),
  allowed('a limit on copies does not touch what is digital', { use: { channel: 'digital' }, terms: COPIES_100 }, YES),
  unknown('a limit on copies touches print', { use: { channel: 'print' }, terms: COPIES_100 }, `UNIT_REQUIRED ${YES}`),
  unknown(
    'a limit on circulation touches print advertising',
    { use: { channel: 'print_advertising' }, terms: { limits: [{ unit: 'circulation', max: 5000 }] } },
    `UNIT_REQUIRED ${YES}`,
  ),
  unknown('a limit on copies touches packaging', { use: { channel: 'packaging' }, terms: COPIES_100 }, `UNIT_REQUIRED ${YES}`),
  unknown(
    'a limit on copies touches merchandise',
    { use: { channel: 'merchandise' }, terms: COPIES_100 },
    `UNIT_REQUIRED ${YES}`,
  ),
  unknown(
    'a limit on circulation that is used up asks a use in print for its unit',
    { use: { channel: 'print' }, terms: { limits: [{ unit: 'circulation', max: 10 }] }, used: { circulation: 10 } },
    `UNIT_REQUIRED ${YES}`,
  ),
  allowed(
    'a limit on displays does not touch print',
    { use: { channel: 'print' }, terms: { limits: [{ unit: 'displays', max: 5 }] } },
    YES,
  ),
  unknown(
    'a limit on displays touches out of home',
    { use: { channel: 'out_of_home' }, terms: { limits: [{ unit: 'displays', max: 5 }] } },
    `UNIT_REQUIRED ${YES}`,
  ),
  unknown(
    'a limit on displays touches a billboard',
    { use: { channel: 'billboard' }, terms: { limits: [{ unit: 'displays', max: 5 }] } },
    `UNIT_REQUIRED ${YES}`,
  ),
  unknown(
    'a limit on displays touches closed circuit',
    { use: { channel: 'closed_circuit' }, terms: { limits: [{ unit: 'displays', max: 5 }] } },
    `UNIT_REQUIRED ${YES}`,
  ),
  unknown(
    'a limit on displays touches tv',
    { use: { channel: 'tv' }, terms: { limits: [{ unit: 'displays', max: 5 }] } },
    `UNIT_REQUIRED ${YES}`,
  ),
  unknown(
    'a limit on displays touches tv advertising',
    { use: { channel: 'tv_advertising' }, terms: { limits: [{ unit: 'displays', max: 5 }] } },
    `UNIT_REQUIRED ${YES}`,
  ),
  unknown(
    'a limit on copies touches a group that holds print advertising',
    { use: { channel: 'advertising' }, terms: COPIES_100 },
    `UNIT_REQUIRED ${YES}`,
  ),
  unknown(
    'a unit without a limit does not lead past a limit that touches the channel',
    { use: { channel: 'print', unit: 'impressions', units: 10_000_000 }, terms: { ...COPIES_100, limitsComplete: true } },
    `UNIT_REQUIRED ${YES}`,
  ),
  unknown(
    'a unit of access does not lead past a limit that touches the channel',
    { use: { channel: 'print', unit: 'downloads' }, terms: { ...COPIES_100, limitsComplete: true } },
    `UNIT_REQUIRED ${YES}`,
  ),
  unknown(
    'a unit whose limit belongs to other channels does not lead past one that touches this',
    {
      use: { channel: 'print', unit: 'viewers' },
      terms: {
        limits: [
          { unit: 'copies', max: 100 },
          { unit: 'viewers', max: 100 },
        ],
        limitsComplete: true,
      },
    },
    `UNIT_REQUIRED ${YES}`,
  ),
  denied(
    'a limit of other channels that is passed is passed all the same',
    {
      use: { channel: 'print', unit: 'viewers', units: 101 },
      terms: {
        limits: [
          { unit: 'copies', max: 100 },
          { unit: 'viewers', max: 100 },
        ],
      },
    },
    `LIMIT_REACHED ${YES}`,
  ),
  allowed(
    'one of two limits that touch the channel is enough to name',
    {
      use: { channel: 'print', unit: 'copies', units: 100 },
      terms: {
        limits: [
          { unit: 'copies', max: 100 },
          { unit: 'circulation', max: 100 },
        ],
      },
    },
    `WITHIN_LIMIT ${YES}`,
  ),
  allowed(
    'a unit without a limit is free where no limit touches the channel',
    { use: { channel: 'web', unit: 'impressions', units: 10 }, terms: { ...COPIES_100, limitsComplete: true } },
    `NO_LIMIT ${YES}`,
  ),
  allowed(
    'a limit on viewers does not touch the web',
    { use: { channel: 'web' }, terms: { limits: [{ unit: 'viewers', max: 500_000 }] } },
    YES,
  ),
  unknown(
    'a limit on viewers touches email',
    { use: { channel: 'email' }, terms: { limits: [{ unit: 'viewers', max: 500_000 }] } },
    `UNIT_REQUIRED ${YES}`,
  ),
  unknown(
    'a limit on viewers touches app',
    { use: { channel: 'app' }, terms: { limits: [{ unit: 'viewers', max: 500_000 }] } },
    `UNIT_REQUIRED ${YES}`,
  ),
  unknown(
    'a limit on viewers touches social',
    { use: { channel: 'social' }, terms: { limits: [{ unit: 'viewers', max: 500_000 }] } },
    `UNIT_REQUIRED ${YES}`,
  ),
  unknown(
    'a limit on viewers touches streaming',
    { use: { channel: 'streaming' }, terms: { limits: [{ unit: 'viewers', max: 500_000 }] } },
    `UNIT_REQUIRED ${YES}`,
  ),
  unknown(
    'a limit on viewers touches tv',
    { use: { channel: 'tv' }, terms: { limits: [{ unit: 'viewers', max: 500_000 }] } },
    `UNIT_REQUIRED ${YES}`,
  ),
  unknown(
    'a limit on viewers touches radio',
    { use: { channel: 'radio' }, terms: { limits: [{ unit: 'viewers', max: 500_000 }] } },
    `UNIT_REQUIRED ${YES}`,
  ),
  unknown(
    'a limit on viewers touches cinema',
    { use: { channel: 'cinema' }, terms: { limits: [{ unit: 'viewers', max: 500_000 }] } },
    `UNIT_REQUIRED ${YES}`,
  ),
  unknown(
    'a limit on viewers touches festival',
    { use: { channel: 'festival' }, terms: { limits: [{ unit: 'viewers', max: 500_000 }] } },
    `UNIT_REQUIRED ${YES}`,
  ),
  unknown(
    'a limit on viewers touches digital',
    { use: { channel: 'digital' }, terms: { limits: [{ unit: 'viewers', max: 500_000 }] } },
    `UNIT_REQUIRED ${YES}`,
  ),
  unknown(
    'every other limit touches the web',
    { terms: { limits: [{ unit: 'impressions', max: 1000 }] } },
    `UNIT_REQUIRED ${YES}`,
  ),
  unknown(
    'a limit of nobody touches an internal use',
    { use: { purpose: 'INTERNAL', channel: 'presentation' }, terms: { limits: [{ unit: 'campaigns', max: 1 }] } },
    `UNIT_REQUIRED ${CALM}`,
  ),
  unknown(
    'a limit that touches asks for the unit although limits are complete',
    { terms: { limits: [{ unit: 'impressions', max: 9 }], limitsComplete: true } },
    `UNIT_REQUIRED ${YES}`,
  ),
  unknown(
    'one limit that touches among others that do not asks for the unit',
    {
      terms: {
        limits: [
          { unit: 'downloads', max: 9 },
          { unit: 'copies', max: 9 },
          { unit: 'impressions', max: 9 },
        ],
      },
    },
    `UNIT_REQUIRED ${YES}`,
  ),
  allowed('complete limits without any ask for no unit', { use: { channel: 'print' }, terms: COMPLETE }, YES),
  unknown(
    'a channel of nobody is touched by copies',
    { use: { channel: 'hologram' }, terms: { channels: 'hologram', ...COPIES_100 } },
    `UNIT_REQUIRED ${YES}`,
  ),
  unknown(
    'a channel of nobody is touched by displays, and is unknown',
    { use: { channel: 'hologram' }, terms: { limits: [{ unit: 'displays', max: 5 }] } },
    `CHANNEL_WORD_UNKNOWN UNIT_REQUIRED ${BUT_CHANNEL}`,
  ),
  allowed(
    'a channel of nobody is not touched by users',
    { use: { channel: 'hologram' }, terms: { channels: 'hologram', limits: [{ unit: 'users', max: 5 }] } },
    YES,
  ),
];
