/** Silence in every dimension: nothing that nobody said becomes a permission. */
import { denied, type Terms, unknown } from './builders.js';
import { RELEASED } from './codes.js';
import type { DecisionRow } from './rows.js';

/** Nothing is known at all. */
const SILENCE: Terms = {
  model: 'UNKNOWN',
  editorialOnly: 'UNKNOWN',
  exclusive: 'UNKNOWN',
  usages: '?',
  channels: '?',
  placements: '?',
  sizes: '?',
  territories: '?',
  industries: '?',
  languages: '?',
  termKind: 'UNKNOWN',
  attributionRequired: 'UNKNOWN',
  modelReleased: 'UNKNOWN',
  propertyReleased: 'UNKNOWN',
  origin: 'UNKNOWN',
};
const NEVER_RELEASED = 'MODEL_RELEASE_UNKNOWN PROPERTY_RELEASE_UNKNOWN';
const ALL_OPEN = `CHANNEL_NOT_STATED EDITORIAL_STATUS_UNKNOWN TERM_NOT_STATED TERRITORY_NOT_STATED ${NEVER_RELEASED}`;
const EDITORIAL_OPEN = 'CHANNEL_NOT_STATED PURPOSE_ALLOWED TERM_NOT_STATED TERRITORY_NOT_STATED';

export const SILENCE_ROWS: readonly DecisionRow[] = [
  unknown('a license of which nothing is known allows nothing', { terms: SILENCE }, ALL_OPEN),
  unknown('the name of a license grants nothing', { terms: { ...SILENCE, model: 'ROYALTY_FREE', origin: 'SOURCE' } }, ALL_OPEN),
  unknown(
    'owning it grants nothing that is not stated',
    { terms: { ...SILENCE, model: 'OWNED' }, holding: 'NOT_NEEDED', licensedAt: null },
    ALL_OPEN,
  ),
  unknown('exclusive rights grant nothing that is not stated', { terms: { ...SILENCE, exclusive: 'YES' } }, ALL_OPEN),
  unknown('silence allows no editorial use', { use: { purpose: 'EDITORIAL' }, terms: SILENCE }, EDITORIAL_OPEN),
  unknown(
    'silence allows no internal use',
    { use: { purpose: 'INTERNAL', channel: 'intranet' }, terms: SILENCE },
    'CHANNEL_NOT_STATED EDITORIAL_STATUS_UNKNOWN TERM_NOT_STATED TERRITORY_NOT_STATED',
  ),
  unknown('silence allows no use anywhere unsaid', { use: { territories: null }, terms: SILENCE }, ALL_OPEN),
  unknown('silence is not worldwide', { use: { territories: 'WORLD' }, terms: SILENCE }, ALL_OPEN),
  unknown(
    'silence allows no usage',
    { use: { usage: 'publishing_editorial_book' }, terms: SILENCE },
    `USAGE_NOT_STATED ${ALL_OPEN}`,
  ),
  unknown(
    'silence allows no placement',
    { use: { placement: 'page_cover' }, terms: SILENCE },
    `PLACEMENT_NOT_STATED ${ALL_OPEN}`,
  ),
  unknown('silence allows no size', { use: { size: 'size_mural' }, terms: SILENCE }, `SIZE_NOT_STATED ${ALL_OPEN}`),
  unknown('silence allows no industry', { use: { industry: 'tobacco' }, terms: SILENCE }, `INDUSTRY_NOT_STATED ${ALL_OPEN}`),
  unknown('silence allows no language', { use: { language: 'de' }, terms: SILENCE }, `LANGUAGE_NOT_STATED ${ALL_OPEN}`),
  unknown(
    'silence allows no number of copies',
    { use: { unit: 'copies', units: 1 }, terms: SILENCE },
    `LIMIT_NOT_STATED ${ALL_OPEN}`,
  ),
  unknown('silence allows no time', { use: { startsAt: '2026-07-01', endsAt: '2026-07-02' }, terms: SILENCE }, ALL_OPEN),
  unknown(
    'silence does not reach back before the purchase',
    { use: { startsAt: '2026-01-01' }, terms: SILENCE },
    `BEFORE_LICENSE CHANNEL_NOT_STATED EDITORIAL_STATUS_UNKNOWN TERRITORY_NOT_STATED ${NEVER_RELEASED}`,
  ),
  unknown(
    'an unknown channel in silence is an unknown word',
    { use: { channel: 'hologram' }, terms: SILENCE },
    `CHANNEL_WORD_UNKNOWN EDITORIAL_STATUS_UNKNOWN TERM_NOT_STATED TERRITORY_NOT_STATED ${NEVER_RELEASED}`,
  ),
  unknown(
    'everything asked at once is open at once',
    {
      use: {
        usage: 'digital_media_app',
        placement: 'page_home',
        size: 'size_small',
        industry: 'food',
        language: 'de',
        unit: 'impressions',
        units: 5,
      },
      terms: SILENCE,
    },
    `INDUSTRY_NOT_STATED LANGUAGE_NOT_STATED LIMIT_NOT_STATED PLACEMENT_NOT_STATED SIZE_NOT_STATED USAGE_NOT_STATED ${ALL_OPEN}`,
  ),
  unknown(
    'nothing known and no license known',
    { holding: 'NOT_KNOWN', licensedAt: null, terms: SILENCE },
    `NO_LICENSE_KNOWN ${ALL_OPEN}`,
  ),
  unknown(
    'nothing known and words unread',
    { terms: { ...SILENCE, restrictions: ['See contract 12.'] } },
    `RESTRICTION_NOT_READ ${ALL_OPEN}`,
  ),
  unknown(
    'nothing known and a credit missing',
    { terms: { ...SILENCE, attributionRequired: 'YES' } },
    `CREDIT_MISSING ${ALL_OPEN}`,
  ),
  // One voice in the silence answers its own question alone.
  unknown(
    'an allowed channel alone allows no use',
    { terms: { ...SILENCE, channels: 'web' } },
    `CHANNEL_ALLOWED EDITORIAL_STATUS_UNKNOWN TERM_NOT_STATED TERRITORY_NOT_STATED ${NEVER_RELEASED}`,
  ),
  unknown(
    'an allowed world alone allows no use',
    { terms: { ...SILENCE, territories: 'WORLD' } },
    `CHANNEL_NOT_STATED EDITORIAL_STATUS_UNKNOWN TERM_NOT_STATED TERRITORY_ALLOWED ${NEVER_RELEASED}`,
  ),
  unknown(
    'a perpetual term alone allows no use',
    { terms: { ...SILENCE, termKind: 'PERPETUAL' } },
    `CHANNEL_NOT_STATED EDITORIAL_STATUS_UNKNOWN IN_TERM TERRITORY_NOT_STATED ${NEVER_RELEASED}`,
  ),
  unknown(
    'not being editorial alone allows no use',
    { terms: { ...SILENCE, editorialOnly: 'NO' } },
    `CHANNEL_NOT_STATED PURPOSE_ALLOWED TERM_NOT_STATED TERRITORY_NOT_STATED ${NEVER_RELEASED}`,
  ),
  unknown(
    'releases alone allow no use',
    { terms: { ...SILENCE, modelReleased: 'YES', propertyReleased: 'YES' } },
    `CHANNEL_NOT_STATED EDITORIAL_STATUS_UNKNOWN TERM_NOT_STATED TERRITORY_NOT_STATED ${RELEASED}`,
  ),
  unknown(
    'a limit that has room alone allows no use',
    { use: { unit: 'copies', units: 1 }, terms: { ...SILENCE, limits: [{ unit: 'copies', max: 10 }] } },
    `WITHIN_LIMIT ${ALL_OPEN}`,
  ),
  // One prohibition in the silence is enough.
  denied(
    'a restricted channel is enough to deny',
    { terms: { ...SILENCE, channels: '| web' } },
    `CHANNEL_RESTRICTED EDITORIAL_STATUS_UNKNOWN TERM_NOT_STATED TERRITORY_NOT_STATED ${NEVER_RELEASED}`,
  ),
  denied(
    'a restricted country is enough to deny',
    { terms: { ...SILENCE, territories: '| DE' } },
    `CHANNEL_NOT_STATED EDITORIAL_STATUS_UNKNOWN TERM_NOT_STATED TERRITORY_RESTRICTED ${NEVER_RELEASED}`,
  ),
  denied(
    'an end that has passed is enough to deny',
    { terms: { ...SILENCE, validUntil: '2026-06-01' } },
    `CHANNEL_NOT_STATED EDITORIAL_STATUS_UNKNOWN TERM_ENDED TERRITORY_NOT_STATED ${NEVER_RELEASED}`,
  ),
  denied(
    'being editorial is enough to deny',
    { terms: { ...SILENCE, editorialOnly: 'YES' } },
    `CHANNEL_NOT_STATED EDITORIAL_ONLY TERM_NOT_STATED TERRITORY_NOT_STATED ${NEVER_RELEASED}`,
  ),
  denied(
    'a model who has not agreed is enough to deny',
    { terms: { ...SILENCE, modelReleased: 'NO' } },
    'CHANNEL_NOT_STATED EDITORIAL_STATUS_UNKNOWN NOT_MODEL_RELEASED PROPERTY_RELEASE_UNKNOWN TERM_NOT_STATED TERRITORY_NOT_STATED',
  ),
  denied(
    'a full limit is enough to deny',
    { use: { unit: 'copies', units: 11 }, terms: { ...SILENCE, limits: [{ unit: 'copies', max: 10 }] } },
    `LIMIT_REACHED ${ALL_OPEN}`,
  ),
  denied('a cancelled license is enough to deny', { holding: 'CANCELLED', terms: SILENCE }, `LICENSE_CANCELLED ${ALL_OPEN}`),
  denied(
    'a license that we do not have is enough to deny',
    { holding: 'NOT_LICENSED', licensedAt: null, terms: SILENCE },
    `NOT_LICENSED ${ALL_OPEN}`,
  ),
];
