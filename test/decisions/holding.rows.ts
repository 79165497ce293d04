/** How we hold it: licenses cancelled, missing, not needed; the terms are decided as well. */
import { allowed, denied, unknown } from './builders.js';
import { BUT_CHANNEL, BUT_PURPOSE, BUT_TERM, BUT_TERRITORY, CALM, YES } from './codes.js';
import type { DecisionRow } from './rows.js';

/** Of which nobody has said anything. */
const SILENT = {
  ...{ usages: '?', channels: '?', placements: '?', sizes: '?', territories: '?', industries: '?', languages: '?' },
  ...({ editorialOnly: 'UNKNOWN', termKind: 'UNKNOWN', modelReleased: 'UNKNOWN', propertyReleased: 'UNKNOWN' } as const),
};
const CANCELLED = { holding: 'CANCELLED' } as const;
const NOT_LICENSED = { holding: 'NOT_LICENSED', licensedAt: null } as const;
const NOT_KNOWN = { holding: 'NOT_KNOWN', licensedAt: null } as const;
const NOT_NEEDED = { holding: 'NOT_NEEDED', licensedAt: null } as const;

const SUPERSEDED = { holding: 'SUPERSEDED' } as const;

export const HOLDING_ROWS: readonly DecisionRow[] = [
  denied('a license that another has followed denies what its terms allow', { ...SUPERSEDED }, `LICENSE_SUPERSEDED ${YES}`),
  denied(
    'a license that another has followed weighs more than what is not known',
    { ...SUPERSEDED, terms: { channels: '?' } },
    `CHANNEL_NOT_STATED LICENSE_SUPERSEDED ${BUT_CHANNEL}`,
  ),
  // A copy in our own library of what is licensed.
  allowed('what the library leaves unsaid of its copy takes nothing from the license', { own: SILENT }, YES),
  denied(
    'what the library says is editorial stays so under a license',
    { own: { ...SILENT, editorialOnly: 'YES' } },
    `EDITORIAL_ONLY ${BUT_PURPOSE}`,
  ),
  denied(
    'what the library lets end has ended under a license',
    { own: { ...SILENT, termKind: 'FIXED', validUntil: '2026-04-01' } },
    `TERM_ENDED ${BUT_TERM}`,
  ),
  unknown(
    'what the library says in words that nobody has read stands in the way',
    { own: { ...SILENT, restrictions: ['Approval: In review'] } },
    `RESTRICTION_NOT_READ ${YES}`,
  ),
  denied(
    'what the library restricts is restricted under a license',
    { own: { ...SILENT, territories: '| DE' } },
    `TERRITORY_RESTRICTED ${BUT_TERRITORY}`,
  ),
  denied(
    'what the library allows lifts nothing that the license denies',
    { own: {}, terms: { territories: 'FR' } },
    `TERRITORY_NOT_ALLOWED ${BUT_TERRITORY}`,
  ),
  allowed('a license in force takes no part', { use: { territories: 'FR' } }, YES),
  allowed('our own library needs no license', { ...NOT_NEEDED }, YES),
  denied('a cancelled license denies what its terms allow', { ...CANCELLED }, `LICENSE_CANCELLED ${YES}`),
  denied(
    'a cancelled license denies an editorial use',
    { ...CANCELLED, use: { purpose: 'EDITORIAL' } },
    `LICENSE_CANCELLED ${CALM}`,
  ),
  denied(
    'a cancelled license weighs more than what is not known',
    { ...CANCELLED, terms: { channels: '?' } },
    `CHANNEL_NOT_STATED LICENSE_CANCELLED ${BUT_CHANNEL}`,
  ),
  denied(
    'a cancelled license whose term ended is denied twice',
    { ...CANCELLED, terms: { termKind: 'FIXED', validUntil: '2026-04-01' } },
    `LICENSE_CANCELLED TERM_ENDED ${BUT_TERM}`,
  ),
  denied('the source says that we have no license', { ...NOT_LICENSED }, `NOT_LICENSED ${YES}`),
  denied(
    'an editorial picture without a license is denied twice',
    { ...NOT_LICENSED, terms: { editorialOnly: 'YES' } },
    `EDITORIAL_ONLY NOT_LICENSED ${BUT_PURPOSE}`,
  ),
  denied(
    'an editorial use without a license is denied',
    { ...NOT_LICENSED, use: { purpose: 'EDITORIAL' }, terms: { editorialOnly: 'YES' } },
    `NOT_LICENSED ${CALM}`,
  ),
  denied(
    'no license weighs more than terms that nobody states',
    { ...NOT_LICENSED, terms: { territories: '?', origin: 'SOURCE' } },
    `NOT_LICENSED TERRITORY_NOT_STATED ${BUT_TERRITORY}`,
  ),
  denied(
    'no license and a restricted channel are two prohibitions',
    { ...NOT_LICENSED, terms: { channels: 'any | web' } },
    `CHANNEL_RESTRICTED NOT_LICENSED ${BUT_CHANNEL}`,
  ),
  unknown('nobody says whether we have a license', { ...NOT_KNOWN }, `NO_LICENSE_KNOWN ${YES}`),
  unknown(
    'nobody says whether we have a license for an editorial use',
    { ...NOT_KNOWN, use: { purpose: 'EDITORIAL' } },
    `NO_LICENSE_KNOWN ${CALM}`,
  ),
  unknown(
    'a license not known and a term not stated are two questions',
    { ...NOT_KNOWN, terms: { termKind: 'UNKNOWN' } },
    `NO_LICENSE_KNOWN TERM_NOT_STATED ${BUT_TERM}`,
  ),
  denied(
    'a license not known does not hide a prohibition',
    { ...NOT_KNOWN, terms: { editorialOnly: 'YES' } },
    `EDITORIAL_ONLY NO_LICENSE_KNOWN ${BUT_PURPOSE}`,
  ),
  denied(
    'a license not known does not hide an end that has passed',
    { ...NOT_KNOWN, terms: { termKind: 'FIXED', validUntil: '2026-05-01' } },
    `NO_LICENSE_KNOWN TERM_ENDED ${BUT_TERM}`,
  ),
  unknown(
    'our own library states nothing of channels: unknown',
    { ...NOT_NEEDED, terms: { channels: '?' } },
    `CHANNEL_NOT_STATED ${BUT_CHANNEL}`,
  ),
  denied(
    'our own picture expired',
    { ...NOT_NEEDED, terms: { termKind: 'FIXED', validUntil: '2026-06-01' } },
    `TERM_ENDED ${BUT_TERM}`,
  ),
  unknown(
    'our own picture without a term is not perpetual',
    { ...NOT_NEEDED, terms: { termKind: 'UNKNOWN' } },
    `TERM_NOT_STATED ${BUT_TERM}`,
  ),
  allowed(
    'our own editorial picture may be used editorially',
    { ...NOT_NEEDED, use: { purpose: 'EDITORIAL' }, terms: { editorialOnly: 'YES' } },
    CALM,
  ),
];
