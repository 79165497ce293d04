/** Terms that a source states side by side: one is enough under `any`, all are needed under `all` and where nothing is said, a restriction by name wins under both. */
import { allowed, denied, part, sideBySide, unknown } from './builders.js';
import { BUT_CHANNEL, BUT_PURPOSE, BUT_TERM, BUT_TERRITORY, YES } from './codes.js';
import type { DecisionRow } from './rows.js';

const EVERYTHING = part({});
const WEB = part({ channels: 'web' });
const PRINT = part({ channels: 'print' });
const GERMANY = part({ territories: 'DE' });
const AUSTRIA = part({ territories: 'AT' });
const NO_TV = part({ channels: 'any | tv' });
const ENDED = part({ termKind: 'FIXED', validUntil: '2026-05-01' });
const SILENT = part({
  channels: '?',
  usages: '?',
  placements: '?',
  sizes: '?',
  territories: '?',
  industries: '?',
  languages: '?',
});
const READ_ME = part({ restrictions: ['Not on the moon.'] });
const READ = part({ restrictions: ['Not on the moon.'], restrictionsRead: true });
const UNREADABLE_END = part({ termKind: 'FIXED' });
const COPIES_10 = part({ limits: [{ unit: 'copies', max: 10 }] });
const COPIES_50 = part({ limits: [{ unit: 'copies', max: 50 }] });

export const PART_ROWS: readonly DecisionRow[] = [
  // Any.
  allowed('any: one part alone that allows is enough', { terms: sideBySide('any', EVERYTHING) }, YES),
  allowed('any: the first of two allows', { terms: sideBySide('any', WEB, PRINT) }, YES),
  allowed('any: the second of two allows', { use: { channel: 'print' }, terms: sideBySide('any', WEB, PRINT) }, YES),
  denied(
    'any: none of two allows',
    { use: { channel: 'tv' }, terms: sideBySide('any', WEB, PRINT) },
    `CHANNEL_NOT_ALLOWED ${BUT_CHANNEL}`,
  ),
  denied(
    'any: two parts do not add up to one use',
    { use: { territories: 'DE AT' }, terms: sideBySide('any', GERMANY, AUSTRIA) },
    `TERRITORY_NOT_ALLOWED ${BUT_TERRITORY}`,
  ),
  denied(
    'any: two channels of two parts do not add up to a group',
    { use: { channel: 'film' }, terms: sideBySide('any', part({ channels: 'cinema' }), part({ channels: 'festival' })) },
    `CHANNEL_NOT_ALLOWED ${BUT_CHANNEL}`,
  ),
  denied(
    'any: what one restricts by name no other allows',
    { use: { channel: 'tv' }, terms: sideBySide('any', EVERYTHING, NO_TV) },
    `CHANNEL_RESTRICTED ${BUT_CHANNEL}`,
  ),
  denied(
    'any: the order of the parts does not matter to a restriction',
    { use: { channel: 'tv' }, terms: sideBySide('any', NO_TV, EVERYTHING) },
    `CHANNEL_RESTRICTED ${BUT_CHANNEL}`,
  ),
  denied(
    'any: a country restricted by name in one part is denied',
    { use: { territories: 'US' }, terms: sideBySide('any', EVERYTHING, part({ territories: 'WORLD | US' })) },
    `TERRITORY_RESTRICTED ${BUT_TERRITORY}`,
  ),
  denied(
    'any: a usage restricted by name in one part is denied',
    { use: { usage: 'digital_media_app' }, terms: sideBySide('any', EVERYTHING, part({ usages: 'any | digital_media_app' })) },
    `USAGE_RESTRICTED ${YES}`,
  ),
  denied(
    'any: an industry restricted by name in one part is denied',
    { use: { industry: 'tobacco' }, terms: sideBySide('any', part({ industries: 'any | industry_tobacco' }), EVERYTHING) },
    `INDUSTRY_RESTRICTED ${YES}`,
  ),
  allowed(
    'any: a restriction that the use does not meet is none',
    { use: { channel: 'radio' }, terms: sideBySide('any', EVERYTHING, NO_TV) },
    YES,
  ),
  allowed('any: a part that has ended takes nothing from another', { terms: sideBySide('any', ENDED, EVERYTHING) }, YES),
  denied(
    'any: all parts have ended',
    { terms: sideBySide('any', ENDED, part({ termKind: 'FIXED', validUntil: '2026-04-01' })) },
    `TERM_ENDED ${BUT_TERM}`,
  ),
  allowed('any: words to be read in one part take nothing from another', { terms: sideBySide('any', READ_ME, EVERYTHING) }, YES),
  allowed('any: a part that is silent takes nothing from another', { terms: sideBySide('any', SILENT, EVERYTHING) }, YES),
  unknown(
    'any: two silent parts are no permission',
    { terms: sideBySide('any', SILENT, SILENT) },
    'CHANNEL_NOT_STATED IN_TERM MODEL_RELEASED PROPERTY_RELEASED PURPOSE_ALLOWED TERRITORY_NOT_STATED',
  ),
  unknown(
    'any: a silent part keeps open what another does not allow',
    { terms: sideBySide('any', PRINT, UNREADABLE_END) },
    `TERM_END_UNREADABLE ${BUT_TERM}`,
  ),
  unknown(
    'any: words to be read keep open what another does not allow',
    { terms: sideBySide('any', GERMANY, READ_ME), use: { territories: 'FR' } },
    `RESTRICTION_NOT_READ ${YES}`,
  ),
  allowed(
    'any: the larger of two limits is enough',
    { use: { unit: 'copies', units: 50 }, terms: sideBySide('any', COPIES_10, COPIES_50) },
    `WITHIN_LIMIT ${YES}`,
  ),
  denied(
    'any: neither limit is large enough',
    { use: { unit: 'copies', units: 51 }, terms: sideBySide('any', COPIES_10, COPIES_50) },
    `LIMIT_REACHED ${YES}`,
  ),
  denied(
    'any: each part is for editorial use alone',
    { terms: sideBySide('any', part({ editorialOnly: 'YES' }), part({ editorialOnly: 'YES', channels: 'web' })) },
    `EDITORIAL_ONLY ${BUT_PURPOSE}`,
  ),
  unknown(
    'any: no part knows whether it is editorial',
    { terms: sideBySide('any', part({ editorialOnly: 'UNKNOWN' }), part({ editorialOnly: 'UNKNOWN', territories: 'WORLD DE' })) },
    `EDITORIAL_STATUS_UNKNOWN ${BUT_PURPOSE}`,
  ),
  denied(
    'any: one part does not allow the channel and the other not the country: the first answers',
    { use: { territories: 'FR' }, terms: sideBySide('any', PRINT, GERMANY) },
    `CHANNEL_NOT_ALLOWED ${BUT_CHANNEL}`,
  ),
  // What is said of the whole.
  unknown(
    'any: the releases of the whole hold for every part',
    { terms: { ...sideBySide('any', WEB, EVERYTHING), modelReleased: 'UNKNOWN' } },
    'CHANNEL_ALLOWED IN_TERM MODEL_RELEASE_UNKNOWN PROPERTY_RELEASED PURPOSE_ALLOWED TERRITORY_ALLOWED',
  ),
  denied(
    'any: a release that is missing holds for every part',
    { terms: { ...sideBySide('any', WEB, EVERYTHING), propertyReleased: 'NO' } },
    'CHANNEL_ALLOWED IN_TERM MODEL_RELEASED NOT_PROPERTY_RELEASED PURPOSE_ALLOWED TERRITORY_ALLOWED',
  ),
  unknown(
    'any: a missing credit holds for every part',
    { terms: { ...sideBySide('any', WEB, PRINT), attributionRequired: 'YES' } },
    `CREDIT_MISSING ${YES}`,
  ),
  allowed(
    'any: lists on top of parts decide nothing',
    { terms: { ...sideBySide('any', EVERYTHING), channels: 'none', territories: '?', termKind: 'UNKNOWN' } },
    YES,
  ),
  denied(
    'any: lists on top that allow everything allow nothing',
    { use: { channel: 'email' }, terms: sideBySide('any', WEB) },
    `CHANNEL_NOT_ALLOWED ${BUT_CHANNEL}`,
  ),
  // All.
  allowed('all: what all allow is allowed', { terms: sideBySide('all', WEB, EVERYTHING) }, YES),
  denied(
    'all: what one does not allow is denied',
    { use: { channel: 'print' }, terms: sideBySide('all', WEB, EVERYTHING) },
    `CHANNEL_NOT_ALLOWED ${BUT_CHANNEL}`,
  ),
  denied(
    'all: two parts with nothing in common allow nothing',
    { terms: sideBySide('all', PRINT, WEB) },
    `CHANNEL_NOT_ALLOWED ${BUT_CHANNEL}`,
  ),
  denied(
    'all: what one restricts by name is denied',
    { use: { channel: 'tv' }, terms: sideBySide('all', EVERYTHING, NO_TV) },
    `CHANNEL_RESTRICTED ${BUT_CHANNEL}`,
  ),
  denied('all: a part that has ended denies', { terms: sideBySide('all', EVERYTHING, ENDED) }, `TERM_ENDED ${BUT_TERM}`),
  denied(
    'all: one part for editorial use alone denies commerce',
    { terms: sideBySide('all', EVERYTHING, part({ editorialOnly: 'YES' })) },
    `EDITORIAL_ONLY ${BUT_PURPOSE}`,
  ),
  unknown(
    'all: words to be read in one part hold up the use',
    { terms: sideBySide('all', EVERYTHING, READ_ME) },
    `RESTRICTION_NOT_READ ${YES}`,
  ),
  allowed('all: words that were read hold up nothing', { terms: sideBySide('all', EVERYTHING, READ) }, YES),
  unknown(
    'all: one part that names languages asks for the language',
    { terms: sideBySide('all', EVERYTHING, part({ languages: 'de' })) },
    `LANGUAGE_REQUIRED ${YES}`,
  ),
  unknown(
    'all: a silent part holds up the use',
    { terms: sideBySide('all', EVERYTHING, SILENT) },
    'CHANNEL_NOT_STATED IN_TERM MODEL_RELEASED PROPERTY_RELEASED PURPOSE_ALLOWED TERRITORY_NOT_STATED',
  ),
  denied(
    'all: a prohibition in one part weighs more than silence in another',
    { terms: sideBySide('all', SILENT, PRINT) },
    'CHANNEL_NOT_ALLOWED IN_TERM MODEL_RELEASED PROPERTY_RELEASED PURPOSE_ALLOWED TERRITORY_NOT_STATED',
  ),
  denied(
    'all: the smaller of two limits holds',
    { use: { unit: 'copies', units: 11 }, terms: sideBySide('all', COPIES_50, COPIES_10) },
    `LIMIT_REACHED ${YES}`,
  ),
  allowed(
    'all: units that fit into the smaller limit fit',
    { use: { unit: 'copies', units: 10 }, terms: sideBySide('all', COPIES_50, COPIES_10) },
    `WITHIN_LIMIT ${YES}`,
  ),
  unknown(
    'all: a first use date that passed in one part holds up the use',
    { terms: sideBySide('all', part({ toBeUsedUntil: '2026-05-01' }), EVERYTHING) },
    `FIRST_USE_DATE_PASSED ${YES}`,
  ),
  // Nobody says how they combine.
  denied(
    'unsaid: parts must all allow where nobody says that one is enough',
    { terms: { ...sideBySide('any', PRINT, WEB), originVersion: null } },
    `CHANNEL_NOT_ALLOWED ${BUT_CHANNEL}`,
  ),
  allowed('unsaid: what all allow is allowed', { terms: { ...sideBySide('any', EVERYTHING, WEB), originVersion: null } }, YES),
  unknown(
    'unsaid: words to be read in one part hold up the use',
    { terms: { ...sideBySide('any', EVERYTHING, READ_ME), originVersion: 'v7' } },
    `RESTRICTION_NOT_READ ${YES}`,
  ),
  // By name, in and out of term.
  denied(
    'any: a part that has ended still restricts by name',
    {
      use: { channel: 'tv' },
      terms: sideBySide('any', EVERYTHING, part({ channels: 'any | tv', termKind: 'FIXED', validUntil: '2026-05-01' })),
    },
    `CHANNEL_RESTRICTED ${BUT_CHANNEL}`,
  ),
  denied(
    'any: a part that begins later restricts by name already',
    {
      use: { territories: 'US' },
      terms: sideBySide('any', part({ territories: 'WORLD | US', validFrom: '2026-09-01' }), EVERYTHING),
    },
    `TERRITORY_RESTRICTED ${BUT_TERRITORY}`,
  ),
  denied(
    'any: a restricted region restricts its countries by name',
    { terms: sideBySide('any', EVERYTHING, part({ territories: 'WORLD | europe_any' })) },
    `TERRITORY_RESTRICTED ${BUT_TERRITORY}`,
  ),
  allowed(
    'any: a restriction that may or may not cover the use is not by name',
    { use: { territories: 'TR' }, terms: sideBySide('any', EVERYTHING, part({ territories: 'WORLD | europe_any' })) },
    YES,
  ),
];
