/** Terms that change while a use goes on: each stretch decides its own time, and the worst counts. Now is 2026-06-01T12:00Z. */
import { allowed, denied, stretch, unknown } from './builders.js';
import { BUT_CHANNEL, BUT_PURPOSE, BUT_RELEASES, BUT_TERM, BUT_TERRITORY, RELEASED, YES } from './codes.js';
import type { DecisionRow } from './rows.js';

const SUMMER = { startsAt: '2026-06-10', endsAt: '2026-08-10' };
const OLD = stretch('', '2026-07-01', { termKind: 'FIXED', validUntil: '2026-07-01' });
const RENEWED = { termKind: 'FIXED', validFrom: '2026-07-01', validUntil: '2027-07-01' } as const;
const until = (day: string, terms: Parameters<typeof stretch>[2]) => stretch('', day, terms);
const since = (day: string, terms: Parameters<typeof stretch>[2]) => stretch(day, '', terms);

export const RENEWAL_ROWS: readonly DecisionRow[] = [
  allowed('a renewal carries a use over the old end', { use: SUMMER, stretches: [OLD, since('2026-07-01', RENEWED)] }, YES),
  denied(
    'a renewal does not carry a use over its own end',
    { use: { ...SUMMER, endsAt: '2027-07-01T00:00:00.001Z' }, stretches: [OLD, since('2026-07-01', RENEWED)] },
    `ENDS_AFTER_TERM ${BUT_TERM}`,
  ),
  allowed(
    'a use until the end of the renewal is in it',
    { use: { ...SUMMER, endsAt: '2027-07-01' }, stretches: [OLD, since('2026-07-01', RENEWED)] },
    YES,
  ),
  denied(
    'a gap before the renewal denies a use across it',
    {
      use: SUMMER,
      stretches: [
        until('2026-07-15', { termKind: 'FIXED', validUntil: '2026-07-01' }),
        since('2026-07-15', { ...RENEWED, validFrom: '2026-07-15' }),
      ],
    },
    `ENDS_AFTER_TERM ${BUT_TERM}`,
  ),
  denied(
    'renewed terms without the channel deny a use across the change',
    { use: SUMMER, stretches: [OLD, since('2026-07-01', { ...RENEWED, channels: 'print' })] },
    `CHANNEL_NOT_ALLOWED ${BUT_CHANNEL}`,
  ),
  allowed(
    'a use that ends at the change meets the old terms alone',
    {
      use: { startsAt: '2026-06-10', endsAt: '2026-07-01' },
      stretches: [OLD, since('2026-07-01', { ...RENEWED, channels: 'any | web' })],
    },
    YES,
  ),
  denied(
    'a use that ends a millisecond after the change meets the new terms',
    {
      use: { startsAt: '2026-06-10', endsAt: '2026-07-01T00:00:00.001Z' },
      stretches: [OLD, since('2026-07-01', { ...RENEWED, channels: 'any | web' })],
    },
    `CHANNEL_RESTRICTED ${BUT_CHANNEL}`,
  ),
  allowed(
    'a use that starts at the change meets the new terms alone',
    {
      use: { startsAt: '2026-07-01', endsAt: '2026-08-01' },
      stretches: [until('2026-07-01', { channels: 'print' }), since('2026-07-01', RENEWED)],
    },
    YES,
  ),
  denied(
    'a use that starts a millisecond before the change meets the old terms',
    {
      use: { startsAt: '2026-06-30T23:59:59.999Z', endsAt: '2026-08-01' },
      stretches: [until('2026-07-01', { channels: 'print' }), since('2026-07-01', RENEWED)],
    },
    `CHANNEL_NOT_ALLOWED ${BUT_CHANNEL}`,
  ),
  allowed(
    'a use now meets the terms of now alone',
    { stretches: [until('2026-07-01', {}), since('2026-07-01', { channels: 'none' })] },
    YES,
  ),
  denied(
    'a use now is denied by the terms of now, whatever comes',
    { stretches: [until('2026-07-01', { channels: 'none' }), since('2026-07-01', {})] },
    `CHANNEL_NOT_ALLOWED ${BUT_CHANNEL}`,
  ),
  allowed(
    'a use now is not held up by what the terms were',
    { stretches: [until('2026-03-01', { territories: 'US' }), since('2026-03-01', {})] },
    YES,
  ),
  denied(
    'a start to come meets the terms of then',
    { use: { startsAt: '2026-09-01' }, stretches: [until('2026-07-01', {}), since('2026-07-01', { territories: 'US' })] },
    `TERRITORY_NOT_ALLOWED ${BUT_TERRITORY}`,
  ),
  denied(
    'a start to come at the change meets the new terms',
    { use: { startsAt: '2026-07-01' }, stretches: [until('2026-07-01', {}), since('2026-07-01', { territories: 'WORLD | DE' })] },
    `TERRITORY_RESTRICTED ${BUT_TERRITORY}`,
  ),
  allowed(
    'a start to come a millisecond before the change meets the old terms',
    {
      use: { startsAt: '2026-06-30T23:59:59.999Z' },
      stretches: [until('2026-07-01', {}), since('2026-07-01', { territories: 'WORLD | DE' })],
    },
    YES,
  ),
  allowed(
    'a use that goes on since March is carried by a renewal in April',
    {
      use: { startsAt: '2026-03-01' },
      stretches: [
        until('2026-04-01', { termKind: 'FIXED', validUntil: '2026-04-01' }),
        since('2026-04-01', { ...RENEWED, validFrom: '2026-04-01' }),
      ],
    },
    YES,
  ),
  denied(
    'a use that goes on since March meets the terms of March too',
    { use: { startsAt: '2026-03-01' }, stretches: [until('2026-04-01', { channels: 'any | web' }), since('2026-04-01', {})] },
    `CHANNEL_RESTRICTED ${BUT_CHANNEL}`,
  ),
  denied(
    'a use that goes on since March meets the terms of today too',
    { use: { startsAt: '2026-03-01' }, stretches: [until('2026-04-01', {}), since('2026-04-01', { editorialOnly: 'YES' })] },
    `EDITORIAL_ONLY ${BUT_PURPOSE}`,
  ),
  unknown(
    'a renewal whose end cannot be read leaves the use unknown',
    { use: SUMMER, stretches: [OLD, since('2026-07-01', { termKind: 'FIXED', validFrom: '2026-07-01' })] },
    `TERM_END_UNREADABLE ${BUT_TERM}`,
  ),
  unknown(
    'a renewal that states no term leaves the use unknown',
    { use: SUMMER, stretches: [OLD, since('2026-07-01', { termKind: 'UNKNOWN' })] },
    `TERM_NOT_STATED ${BUT_TERM}`,
  ),
  unknown(
    'a renewal that is silent on the channel leaves the use unknown',
    { use: SUMMER, stretches: [OLD, since('2026-07-01', { ...RENEWED, channels: '?' })] },
    `CHANNEL_NOT_STATED ${BUT_CHANNEL}`,
  ),
  unknown(
    'a renewal with words to be read leaves the use unknown',
    { use: SUMMER, stretches: [OLD, since('2026-07-01', { ...RENEWED, restrictions: ['Ask us first.'] })] },
    `RESTRICTION_NOT_READ ${YES}`,
  ),
  unknown(
    'a renewal that names languages asks for the language',
    { use: SUMMER, stretches: [OLD, since('2026-07-01', { ...RENEWED, languages: 'de en' })] },
    `LANGUAGE_REQUIRED ${YES}`,
  ),
  unknown(
    'a renewal without knowledge of the model leaves the use unknown',
    { use: SUMMER, stretches: [OLD, since('2026-07-01', { ...RENEWED, modelReleased: 'UNKNOWN' })] },
    `MODEL_RELEASE_UNKNOWN PROPERTY_RELEASED ${BUT_RELEASES}`,
  ),
  denied(
    'of three stretches the one in the middle can deny',
    { use: SUMMER, stretches: [OLD, stretch('2026-07-01', '2026-08-01', { modelReleased: 'NO' }), since('2026-08-01', {})] },
    `NOT_MODEL_RELEASED PROPERTY_RELEASED ${BUT_RELEASES}`,
  ),
  denied(
    'a prohibition in one stretch weighs more than silence in another',
    { use: SUMMER, stretches: [until('2026-07-01', { territories: '?' }), since('2026-07-01', { territories: 'US' })] },
    `TERRITORY_NOT_ALLOWED ${BUT_TERRITORY}`,
  ),
  allowed(
    'a country that both stretches allow is allowed',
    { use: SUMMER, stretches: [until('2026-07-01', { territories: 'DE AT' }), since('2026-07-01', { territories: 'DE FR' })] },
    YES,
  ),
  denied(
    'a country that the renewal dropped is denied',
    {
      use: { ...SUMMER, territories: 'AT' },
      stretches: [until('2026-07-01', { territories: 'DE AT' }), since('2026-07-01', { territories: 'DE FR' })],
    },
    `TERRITORY_NOT_ALLOWED ${BUT_TERRITORY}`,
  ),
  denied(
    'units fit into the old limit and not into the new',
    {
      use: { ...SUMMER, unit: 'copies', units: 80 },
      stretches: [
        until('2026-07-01', { limits: [{ unit: 'copies', max: 100 }] }),
        since('2026-07-01', { limits: [{ unit: 'copies', max: 79 }] }),
      ],
    },
    `LIMIT_REACHED ${YES}`,
  ),
  // Time that no terms cover.
  unknown(
    'a use that began before the first terms is not covered by them',
    { use: { startsAt: '2026-01-20' }, stretches: [since('2026-02-01', {})] },
    `TERM_NOT_STATED ${BUT_TERM}`,
  ),
  allowed(
    'a use that began with the first terms is covered by them',
    { use: { startsAt: '2026-02-01' }, stretches: [since('2026-02-01', {})] },
    YES,
  ),
  unknown(
    'a use that outlives the last terms is not covered by them',
    { use: SUMMER, stretches: [until('2026-08-09', {})] },
    `TERM_NOT_STATED ${BUT_TERM}`,
  ),
  allowed('a use that ends with the last terms is covered by them', { use: SUMMER, stretches: [until('2026-08-10', {})] }, YES),
  unknown(
    'a use across a time without terms is not covered by its neighbours',
    { use: SUMMER, stretches: [until('2026-07-01', {}), since('2026-07-02', {})] },
    `TERM_NOT_STATED ${BUT_TERM}`,
  ),
  denied(
    'a prohibition weighs more than a time without terms',
    { use: SUMMER, stretches: [until('2026-07-01', {}), since('2026-07-02', { channels: 'print' })] },
    `CHANNEL_NOT_ALLOWED TERM_NOT_STATED PURPOSE_ALLOWED TERRITORY_ALLOWED ${RELEASED}`,
  ),
];
