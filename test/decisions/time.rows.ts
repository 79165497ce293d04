/** Time: the window of the use against the window of the terms, first use dates. Now is 2026-06-01T12:00Z, bought on 2026-01-15T09:00Z. */
import { allowed, denied, unknown } from './builders.js';
import { BUT_TERM, YES } from './codes.js';
import type { DecisionRow } from './rows.js';

const NOW = '2026-06-01T12:00:00.000Z';
const BEFORE_NOW = '2026-06-01T11:59:59.999Z';
const AFTER_NOW = '2026-06-01T12:00:00.001Z';
const BOUGHT = '2026-01-15T09:00:00.000Z';
const BEFORE_BOUGHT = '2026-01-15T08:59:59.999Z';

export const TIME_ROWS: readonly DecisionRow[] = [
  // Without any date in the use: now.
  allowed('perpetual terms allow a use now', {}, YES),
  allowed(
    'terms that end one millisecond after now allow a use now',
    { terms: { termKind: 'FIXED', validUntil: AFTER_NOW } },
    YES,
  ),
  denied('terms that end now deny a use now', { terms: { termKind: 'FIXED', validUntil: NOW } }, `TERM_ENDED ${BUT_TERM}`),
  denied(
    'terms ended one millisecond ago deny',
    { terms: { termKind: 'FIXED', validUntil: BEFORE_NOW } },
    `TERM_ENDED ${BUT_TERM}`,
  ),
  allowed('terms that begin now allow a use now', { terms: { validFrom: NOW } }, YES),
  allowed('terms that began a millisecond ago allow a use now', { terms: { validFrom: BEFORE_NOW } }, YES),
  denied('terms that begin one millisecond after now deny', { terms: { validFrom: AFTER_NOW } }, `NOT_YET_VALID ${BUT_TERM}`),
  unknown(
    'a fixed term whose end cannot be read is unknown',
    { terms: { termKind: 'FIXED' } },
    `TERM_END_UNREADABLE ${BUT_TERM}`,
  ),
  unknown('no term stated is not perpetual', { terms: { termKind: 'UNKNOWN' } }, `TERM_NOT_STATED ${BUT_TERM}`),
  allowed('an end is enough without a kind of term', { terms: { termKind: 'UNKNOWN', validUntil: '2026-12-31' } }, YES),
  denied(
    'an end that has passed is enough without a kind',
    { terms: { termKind: 'UNKNOWN', validUntil: '2026-05-31' } },
    `TERM_ENDED ${BUT_TERM}`,
  ),
  denied(
    'perpetual terms with an end that has passed have ended',
    { terms: { validUntil: '2026-03-01' } },
    `TERM_ENDED ${BUT_TERM}`,
  ),
  denied(
    'terms whose end cannot be read and that begin later deny',
    { terms: { termKind: 'FIXED', validFrom: '2026-07-01' } },
    `NOT_YET_VALID ${BUT_TERM}`,
  ),
  denied(
    'terms of no kind that begin later deny',
    { terms: { termKind: 'UNKNOWN', validFrom: AFTER_NOW } },
    `NOT_YET_VALID ${BUT_TERM}`,
  ),
  unknown(
    'a known beginning is no term',
    { terms: { termKind: 'UNKNOWN', validFrom: '2026-01-01' } },
    `TERM_NOT_STATED ${BUT_TERM}`,
  ),
  unknown(
    'a known beginning does not make an end readable',
    { terms: { termKind: 'FIXED', validFrom: '2026-01-01' } },
    `TERM_END_UNREADABLE ${BUT_TERM}`,
  ),
  denied(
    'terms that begin only after their own end deny as not yet valid',
    { terms: { termKind: 'FIXED', validFrom: '2026-08-01', validUntil: '2026-05-01' } },
    `NOT_YET_VALID ${BUT_TERM}`,
  ),
  // A start and no end.
  allowed(
    'a start to come is decided for that start alone',
    { use: { startsAt: '2026-09-01' }, terms: { termKind: 'FIXED', validUntil: '2026-09-01T00:00:00.001Z' } },
    YES,
  ),
  denied(
    'a start to come at the very end of the term is too late',
    { use: { startsAt: '2026-09-01' }, terms: { termKind: 'FIXED', validUntil: '2026-09-01' } },
    `TERM_ENDED ${BUT_TERM}`,
  ),
  denied(
    'a start to come after the term is too late although the term runs now',
    { use: { startsAt: '2026-09-01' }, terms: { termKind: 'FIXED', validUntil: '2026-07-01' } },
    `TERM_ENDED ${BUT_TERM}`,
  ),
  allowed(
    'a start to come at the beginning of the terms is in time',
    { use: { startsAt: '2026-09-01' }, terms: { validFrom: '2026-09-01' } },
    YES,
  ),
  denied(
    'a start to come one millisecond before the beginning is too early',
    { use: { startsAt: '2026-08-31T23:59:59.999Z' }, terms: { validFrom: '2026-09-01' } },
    `NOT_YET_VALID ${BUT_TERM}`,
  ),
  allowed(
    'a use that goes on since March is allowed while the term runs',
    { use: { startsAt: '2026-03-01' }, terms: { termKind: 'FIXED', validUntil: AFTER_NOW } },
    YES,
  ),
  denied(
    'a use that goes on since March is denied from the end of the term on',
    { use: { startsAt: '2026-03-01' }, terms: { termKind: 'FIXED', validUntil: NOW } },
    `TERM_ENDED ${BUT_TERM}`,
  ),
  denied(
    'a use that goes on since March is denied when the term ended in April',
    { use: { startsAt: '2026-03-01' }, terms: { termKind: 'FIXED', validUntil: '2026-04-01' } },
    `TERM_ENDED ${BUT_TERM}`,
  ),
  denied(
    'a use that goes on since March is denied when the terms began in April',
    { use: { startsAt: '2026-03-01' }, terms: { validFrom: '2026-04-01' } },
    `NOT_YET_VALID ${BUT_TERM}`,
  ),
  unknown(
    'a use that goes on since March is unknown without any term',
    { use: { startsAt: '2026-03-01' }, terms: { termKind: 'UNKNOWN' } },
    `TERM_NOT_STATED ${BUT_TERM}`,
  ),
  // Before the license was bought.
  allowed('a use from the moment of the purchase is in the term', { use: { startsAt: BOUGHT } }, YES),
  unknown(
    'a use from a millisecond before the purchase is unknown',
    { use: { startsAt: BEFORE_BOUGHT } },
    `BEFORE_LICENSE ${BUT_TERM}`,
  ),
  allowed(
    'stated terms may reach back before the purchase',
    { use: { startsAt: '2026-01-02' }, terms: { validFrom: '2026-01-01' } },
    YES,
  ),
  denied(
    'a use before the purchase and before the beginning is denied',
    { use: { startsAt: '2026-01-02' }, terms: { validFrom: '2026-01-10' } },
    `NOT_YET_VALID ${BUT_TERM}`,
  ),
  unknown(
    'a past use that ended before the purchase is unknown',
    { use: { startsAt: '2025-10-01', endsAt: '2025-12-01' } },
    `BEFORE_LICENSE ${BUT_TERM}`,
  ),
  unknown(
    'a use from before the purchase is unknown before the kind of term is asked',
    { use: { startsAt: BEFORE_BOUGHT }, terms: { termKind: 'FIXED' } },
    `BEFORE_LICENSE ${BUT_TERM}`,
  ),
  unknown(
    'a use from before the purchase is unknown while the term runs',
    { use: { startsAt: '2026-01-10' }, terms: { termKind: 'FIXED', validUntil: '2026-12-31' } },
    `BEFORE_LICENSE ${BUT_TERM}`,
  ),
  denied(
    'a use from before the purchase is denied once the term has ended',
    { use: { startsAt: '2026-01-10' }, terms: { termKind: 'FIXED', validUntil: '2026-05-01' } },
    `TERM_ENDED ${BUT_TERM}`,
  ),
  denied(
    'a use from before the purchase on until after the end is denied',
    { use: { startsAt: '2025-10-01', endsAt: '2026-02-01' }, terms: { termKind: 'FIXED', validUntil: '2026-01-31' } },
    `ENDS_AFTER_TERM ${BUT_TERM}`,
  ),
  unknown('a use now is unknown when the purchase is to come', { licensedAt: '2026-06-02' }, `BEFORE_LICENSE ${BUT_TERM}`),
  allowed(
    'what needs no license has no purchase to be before',
    { use: { startsAt: '2025-10-01' }, holding: 'NOT_NEEDED', licensedAt: null },
    YES,
  ),
  // A start and an end.
  allowed(
    'a use that ends with the term is in it',
    { use: { startsAt: '2026-07-01', endsAt: '2026-09-01' }, terms: { termKind: 'FIXED', validUntil: '2026-09-01' } },
    YES,
  ),
  denied(
    'a use that ends a millisecond after the term is denied',
    {
      use: { startsAt: '2026-07-01', endsAt: '2026-09-01T00:00:00.001Z' },
      terms: { termKind: 'FIXED', validUntil: '2026-09-01' },
    },
    `ENDS_AFTER_TERM ${BUT_TERM}`,
  ),
  allowed(
    'a use that ends a millisecond before the term is in it',
    {
      use: { startsAt: '2026-07-01', endsAt: '2026-08-31T23:59:59.999Z' },
      terms: { termKind: 'FIXED', validUntil: '2026-09-01' },
    },
    YES,
  ),
  denied(
    'a use that starts at the end of the term is denied as ended',
    { use: { startsAt: '2026-09-01', endsAt: '2026-10-01' }, terms: { termKind: 'FIXED', validUntil: '2026-09-01' } },
    `TERM_ENDED ${BUT_TERM}`,
  ),
  denied(
    'a use that starts a millisecond before the end of the term runs over it',
    {
      use: { startsAt: '2026-08-31T23:59:59.999Z', endsAt: '2026-10-01' },
      terms: { termKind: 'FIXED', validUntil: '2026-09-01' },
    },
    `ENDS_AFTER_TERM ${BUT_TERM}`,
  ),
  denied(
    'a use from now on past the end is denied',
    { use: { endsAt: '2027-01-01' }, terms: { termKind: 'FIXED', validUntil: '2026-12-31' } },
    `ENDS_AFTER_TERM ${BUT_TERM}`,
  ),
  allowed(
    'a use from now on until the end is allowed',
    { use: { endsAt: '2026-12-31' }, terms: { termKind: 'FIXED', validUntil: '2026-12-31' } },
    YES,
  ),
  allowed('perpetual terms allow a use until whenever', { use: { endsAt: '2099-01-01' } }, YES),
  unknown(
    'a use with an end is unknown without any term',
    { use: { endsAt: '2026-07-01' }, terms: { termKind: 'UNKNOWN' } },
    `TERM_NOT_STATED ${BUT_TERM}`,
  ),
  unknown(
    'a use with an end is unknown when the end of the term cannot be read',
    { use: { endsAt: '2026-07-01' }, terms: { termKind: 'FIXED' } },
    `TERM_END_UNREADABLE ${BUT_TERM}`,
  ),
  allowed(
    'a past use inside a term that has ended since was allowed',
    { use: { startsAt: '2026-02-01', endsAt: '2026-03-01' }, terms: { termKind: 'FIXED', validUntil: '2026-04-01' } },
    YES,
  ),
  denied(
    'a past use that outlived the term was not',
    { use: { startsAt: '2026-02-01', endsAt: '2026-04-15' }, terms: { termKind: 'FIXED', validUntil: '2026-04-01' } },
    `ENDS_AFTER_TERM ${BUT_TERM}`,
  ),
  // Another clock, the same terms.
  allowed(
    'the same terms allow a minute before their end',
    { at: '2026-12-30T23:59:00.000Z', terms: { termKind: 'FIXED', validUntil: '2026-12-31' } },
    YES,
  ),
  denied(
    'and deny at their end, without anything having run',
    { at: '2026-12-31', terms: { termKind: 'FIXED', validUntil: '2026-12-31' } },
    `TERM_ENDED ${BUT_TERM}`,
  ),
  // The date of the first use.
  allowed('before the date of first use all is well', { terms: { toBeUsedUntil: AFTER_NOW } }, YES),
  unknown('at the date of first use it may have been used', { terms: { toBeUsedUntil: NOW } }, `FIRST_USE_DATE_PASSED ${YES}`),
  unknown(
    'after the date of first use it may have been used',
    { terms: { toBeUsedUntil: '2026-04-01' } },
    `FIRST_USE_DATE_PASSED ${YES}`,
  ),
  allowed(
    'a use on record before the date of first use settles it',
    { terms: { toBeUsedUntil: '2026-04-01' }, firstUsedAt: '2026-03-31T23:59:59.999Z' },
    YES,
  ),
  unknown(
    'a use on record at the date of first use was too late',
    { terms: { toBeUsedUntil: '2026-04-01' }, firstUsedAt: '2026-04-01' },
    `FIRST_USE_DATE_PASSED ${YES}`,
  ),
  unknown(
    'a use on record after the date of first use was too late',
    { terms: { toBeUsedUntil: '2026-04-01' }, firstUsedAt: '2026-05-01' },
    `FIRST_USE_DATE_PASSED ${YES}`,
  ),
  unknown(
    'a start to come at the date of first use is too late for it',
    { use: { startsAt: '2026-07-01' }, terms: { toBeUsedUntil: '2026-07-01' } },
    `FIRST_USE_DATE_PASSED ${YES}`,
  ),
  allowed(
    'a start to come a millisecond before the date of first use is in time',
    { use: { startsAt: '2026-06-30T23:59:59.999Z' }, terms: { toBeUsedUntil: '2026-07-01' } },
    YES,
  ),
  allowed(
    'a use that began before the date of first use is in time',
    { use: { startsAt: '2026-03-01', endsAt: '2026-12-01' }, terms: { toBeUsedUntil: '2026-04-01' } },
    YES,
  ),
  denied(
    'an ended term denies whatever the date of first use',
    { terms: { termKind: 'FIXED', validUntil: '2026-05-01', toBeUsedUntil: '2026-04-01' } },
    `FIRST_USE_DATE_PASSED TERM_ENDED ${BUT_TERM}`,
  ),
  unknown(
    'a date of first use that passed and a term not stated are two questions',
    { terms: { termKind: 'UNKNOWN', toBeUsedUntil: '2026-04-01' } },
    `FIRST_USE_DATE_PASSED TERM_NOT_STATED ${BUT_TERM}`,
  ),
];
