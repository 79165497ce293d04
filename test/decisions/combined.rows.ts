/** Several dimensions at once: channel × territory × date × purpose × release × limit × language, for a campaign. */
import { allowed, denied, type Terms, unknown } from './builders.js';
import { CALM, RELEASED, YES } from './codes.js';
import type { DecisionRow } from './rows.js';

/** A contract for a campaign in German-speaking countries, on the web and in print, until the end of September. */
const CAMPAIGN: Terms = {
  channels: 'web print | print_advertising',
  territories: 'DACH | CH',
  languages: 'de | de-CH',
  industries: 'any | industry_tobacco industry_alcohol',
  termKind: 'FIXED',
  validFrom: '2026-02-01',
  validUntil: '2026-10-01',
  limits: [{ unit: 'copies', max: 1000 }],
};
/** The use that it is made for; each row changes what it is about. */
const POSTERED = { channel: 'web', territories: 'DE', language: 'de-DE', industry: 'travel' };
const LEAFLET = { channel: 'print', territories: 'AT', language: 'de-AT', industry: 'travel', unit: 'copies', units: 1000 };
const ASKED = 'INDUSTRY_ALLOWED LANGUAGE_ALLOWED';

const campaign = (use: object, terms: Terms = {}) => ({ use: { ...POSTERED, ...use }, terms: { ...CAMPAIGN, ...terms } });
const leaflet = (use: object, terms: Terms = {}) => ({ use: { ...LEAFLET, ...use }, terms: { ...CAMPAIGN, ...terms } });

export const COMBINED_ROWS: readonly DecisionRow[] = [
  // The campaign on the web.
  allowed('campaign: the use that it is made for', campaign({}), `${ASKED} ${YES}`),
  allowed('campaign: until the last moment', campaign({ startsAt: '2026-02-01', endsAt: '2026-10-01' }), `${ASKED} ${YES}`),
  denied(
    'campaign: a millisecond too long',
    campaign({ startsAt: '2026-02-01', endsAt: '2026-10-01T00:00:00.001Z' }),
    `CHANNEL_ALLOWED ENDS_AFTER_TERM PURPOSE_ALLOWED TERRITORY_ALLOWED ${ASKED} ${RELEASED}`,
  ),
  denied(
    'campaign: a millisecond too early',
    campaign({ startsAt: '2026-01-31T23:59:59.999Z', endsAt: '2026-03-01' }),
    `CHANNEL_ALLOWED NOT_YET_VALID PURPOSE_ALLOWED TERRITORY_ALLOWED ${ASKED} ${RELEASED}`,
  ),
  denied(
    'campaign: next year',
    campaign({ startsAt: '2027-01-01' }),
    `CHANNEL_ALLOWED PURPOSE_ALLOWED TERM_ENDED TERRITORY_ALLOWED ${ASKED} ${RELEASED}`,
  ),
  denied(
    'campaign: Switzerland is taken out of the region',
    campaign({ territories: 'CH' }),
    `CHANNEL_ALLOWED IN_TERM PURPOSE_ALLOWED TERRITORY_RESTRICTED ${ASKED} ${RELEASED}`,
  ),
  denied(
    'campaign: the whole region holds Switzerland',
    campaign({ territories: 'DE AT CH' }),
    `CHANNEL_ALLOWED IN_TERM PURPOSE_ALLOWED TERRITORY_RESTRICTED ${ASKED} ${RELEASED}`,
  ),
  denied(
    'campaign: France is outside',
    campaign({ territories: 'DE FR' }),
    `CHANNEL_ALLOWED IN_TERM PURPOSE_ALLOWED TERRITORY_NOT_ALLOWED ${ASKED} ${RELEASED}`,
  ),
  unknown(
    'campaign: somewhere',
    campaign({ territories: null }),
    `CHANNEL_ALLOWED IN_TERM PURPOSE_ALLOWED TERRITORY_REQUIRED ${ASKED} ${RELEASED}`,
  ),
  denied(
    'campaign: in French',
    campaign({ language: 'fr' }),
    `IN_TERM CHANNEL_ALLOWED INDUSTRY_ALLOWED LANGUAGE_NOT_ALLOWED PURPOSE_ALLOWED TERRITORY_ALLOWED ${RELEASED}`,
  ),
  denied(
    'campaign: in Swiss German',
    campaign({ language: 'de-CH' }),
    `IN_TERM CHANNEL_ALLOWED INDUSTRY_ALLOWED LANGUAGE_RESTRICTED PURPOSE_ALLOWED TERRITORY_ALLOWED ${RELEASED}`,
  ),
  unknown(
    'campaign: in German without a region, which may be Swiss',
    campaign({ language: 'de' }),
    `IN_TERM CHANNEL_ALLOWED INDUSTRY_ALLOWED LANGUAGE_UNCLEAR PURPOSE_ALLOWED TERRITORY_ALLOWED ${RELEASED}`,
  ),
  unknown(
    'campaign: German in Austria where all but Swiss German is allowed',
    campaign({ language: 'de', territories: 'AT' }, { languages: 'any | de-CH' }),
    `IN_TERM CHANNEL_ALLOWED INDUSTRY_ALLOWED LANGUAGE_UNCLEAR PURPOSE_ALLOWED TERRITORY_ALLOWED ${RELEASED}`,
  ),
  unknown(
    'campaign: in no language said',
    campaign({ language: null }),
    `IN_TERM CHANNEL_ALLOWED INDUSTRY_ALLOWED LANGUAGE_REQUIRED PURPOSE_ALLOWED TERRITORY_ALLOWED ${RELEASED}`,
  ),
  denied(
    'campaign: for tobacco',
    campaign({ industry: 'tobacco' }),
    `IN_TERM CHANNEL_ALLOWED INDUSTRY_RESTRICTED LANGUAGE_ALLOWED PURPOSE_ALLOWED TERRITORY_ALLOWED ${RELEASED}`,
  ),
  unknown(
    'campaign: for nobody said',
    campaign({ industry: null }),
    `IN_TERM CHANNEL_ALLOWED INDUSTRY_REQUIRED LANGUAGE_ALLOWED PURPOSE_ALLOWED TERRITORY_ALLOWED ${RELEASED}`,
  ),
  unknown(
    'campaign: for an industry of nobody',
    campaign({ industry: 'asteroid_mining' }),
    `IN_TERM CHANNEL_ALLOWED INDUSTRY_WORD_UNKNOWN LANGUAGE_ALLOWED PURPOSE_ALLOWED TERRITORY_ALLOWED ${RELEASED}`,
  ),
  unknown(
    'campaign: nobody, nowhere, in no language',
    campaign({ industry: null, territories: null, language: null }),
    `IN_TERM CHANNEL_ALLOWED INDUSTRY_REQUIRED LANGUAGE_REQUIRED PURPOSE_ALLOWED TERRITORY_REQUIRED ${RELEASED}`,
  ),
  denied(
    'campaign: nowhere said, for tobacco',
    campaign({ industry: 'industry_tobacco', territories: null }),
    `IN_TERM CHANNEL_ALLOWED INDUSTRY_RESTRICTED LANGUAGE_ALLOWED PURPOSE_ALLOWED TERRITORY_REQUIRED ${RELEASED}`,
  ),
  denied(
    'campaign: on tv',
    campaign({ channel: 'tv' }),
    `IN_TERM CHANNEL_NOT_ALLOWED PURPOSE_ALLOWED TERRITORY_ALLOWED ${ASKED} ${RELEASED}`,
  ),
  denied(
    'campaign: in all that is digital',
    campaign({ channel: 'digital' }),
    `IN_TERM CHANNEL_NOT_ALLOWED PURPOSE_ALLOWED TERRITORY_ALLOWED ${ASKED} ${RELEASED}`,
  ),
  unknown(
    'campaign: as a hologram',
    campaign({ channel: 'hologram', unit: 'copies', units: 1 }),
    `IN_TERM CHANNEL_WORD_UNKNOWN PURPOSE_ALLOWED TERRITORY_ALLOWED WITHIN_LIMIT ${ASKED} ${RELEASED}`,
  ),
  denied(
    'campaign: on tv in France, in French, for tobacco, next year',
    campaign({ channel: 'tv', territories: 'FR', language: 'fr', industry: 'tobacco', startsAt: '2027-01-01' }),
    `CHANNEL_NOT_ALLOWED INDUSTRY_RESTRICTED LANGUAGE_NOT_ALLOWED PURPOSE_ALLOWED TERM_ENDED TERRITORY_NOT_ALLOWED ${RELEASED}`,
  ),
  unknown(
    'campaign: a model of whom nobody says',
    campaign({}, { modelReleased: 'UNKNOWN' }),
    `${ASKED} MODEL_RELEASE_UNKNOWN PROPERTY_RELEASED ${CALM}`,
  ),
  denied(
    'campaign: a model who has not agreed, somewhere',
    campaign({ territories: null }, { modelReleased: 'NO' }),
    `${ASKED} NOT_MODEL_RELEASED PROPERTY_RELEASED CHANNEL_ALLOWED IN_TERM PURPOSE_ALLOWED TERRITORY_REQUIRED`,
  ),
  allowed(
    'campaign: inside of the house no model is asked',
    campaign({ purpose: 'INTERNAL' }, { modelReleased: 'NO' }),
    `${ASKED} ${CALM}`,
  ),
  unknown(
    'campaign: words that nobody has read',
    campaign({}, { restrictions: ['No stickers.'] }),
    `${ASKED} RESTRICTION_NOT_READ ${YES}`,
  ),
  allowed(
    'campaign: words that were read and a credit',
    campaign({}, { restrictions: ['No stickers.'], restrictionsRead: true, attributionRequired: 'YES', attributionText: 'Lind' }),
    `${ASKED} ${YES}`,
  ),
  denied('campaign: cancelled', { ...campaign({}), holding: 'CANCELLED' }, `${ASKED} LICENSE_CANCELLED ${YES}`),
  unknown('campaign: first use too late', campaign({}, { toBeUsedUntil: '2026-05-01' }), `${ASKED} FIRST_USE_DATE_PASSED ${YES}`),
  allowed(
    'campaign: first use in time',
    { ...campaign({}, { toBeUsedUntil: '2026-05-01' }), firstUsedAt: '2026-04-30T23:59:59.999Z' },
    `${ASKED} ${YES}`,
  ),
  denied(
    'campaign: first use too late and on tv',
    campaign({ channel: 'tv' }, { toBeUsedUntil: '2026-05-01' }),
    `IN_TERM CHANNEL_NOT_ALLOWED FIRST_USE_DATE_PASSED PURPOSE_ALLOWED TERRITORY_ALLOWED ${ASKED} ${RELEASED}`,
  ),
  // The campaign in print.
  allowed('leaflet: all copies', leaflet({}), `${ASKED} WITHIN_LIMIT ${YES}`),
  denied('leaflet: one copy more', leaflet({ units: 1001 }), `${ASKED} LIMIT_REACHED ${YES}`),
  denied('leaflet: all copies, of which some are gone', { ...leaflet({}), used: { copies: 1 } }, `${ASKED} LIMIT_REACHED ${YES}`),
  unknown('leaflet: no unit said', leaflet({ unit: null }), `${ASKED} UNIT_REQUIRED ${YES}`),
  unknown('leaflet: in sheets', leaflet({ unit: 'sheets', units: 1 }), `${ASKED} UNIT_REQUIRED ${YES}`),
  unknown(
    'leaflet: in sheets, where other limits are excluded',
    leaflet({ unit: 'sheets', units: 1 }, { limitsComplete: true }),
    `${ASKED} UNIT_REQUIRED ${YES}`,
  ),
  denied(
    'leaflet: as print advertising, which is taken out',
    leaflet({ channel: 'print_advertising' }),
    `IN_TERM CHANNEL_RESTRICTED PURPOSE_ALLOWED TERRITORY_ALLOWED WITHIN_LIMIT ${ASKED} ${RELEASED}`,
  ),
  denied(
    'leaflet: through the source’s print, which holds advertising',
    leaflet({ channel: 'channel_print' }),
    `IN_TERM CHANNEL_RESTRICTED PURPOSE_ALLOWED TERRITORY_ALLOWED WITHIN_LIMIT ${ASKED} ${RELEASED}`,
  ),
  denied(
    'leaflet: no unit said, in Switzerland',
    leaflet({ unit: null, territories: 'CH' }),
    `CHANNEL_ALLOWED IN_TERM PURPOSE_ALLOWED TERRITORY_RESTRICTED UNIT_REQUIRED ${ASKED} ${RELEASED}`,
  ),
  denied(
    'leaflet: one copy more, somewhere',
    leaflet({ units: 1001, territories: null }),
    `CHANNEL_ALLOWED IN_TERM LIMIT_REACHED PURPOSE_ALLOWED TERRITORY_REQUIRED ${ASKED} ${RELEASED}`,
  ),
  denied(
    'leaflet: too many, too late, for alcohol',
    leaflet({ units: 2000, startsAt: '2026-10-01', industry: 'alcohol' }),
    `CHANNEL_ALLOWED INDUSTRY_RESTRICTED LANGUAGE_ALLOWED LIMIT_REACHED PURPOSE_ALLOWED TERM_ENDED TERRITORY_ALLOWED ${RELEASED}`,
  ),
  unknown(
    'leaflet: within all limits, of a license not known',
    { ...leaflet({}), holding: 'NOT_KNOWN', licensedAt: null },
    `${ASKED} NO_LICENSE_KNOWN WITHIN_LIMIT ${YES}`,
  ),
  denied(
    'leaflet: with a usage and a cover',
    leaflet({ usage: 'advertising_print_freestanding_insert', placement: 'page_cover' }, { placements: 'any | page_cover' }),
    `${ASKED} PLACEMENT_RESTRICTED USAGE_ALLOWED WITHIN_LIMIT ${YES}`,
  ),
  unknown(
    'leaflet: with a cover that nobody mentions',
    leaflet({ placement: 'page_cover' }, { placements: '?' }),
    `${ASKED} PLACEMENT_NOT_STATED WITHIN_LIMIT ${YES}`,
  ),
  unknown(
    'leaflet: no usage said where one is taken out',
    leaflet({}, { usages: 'any | advertising_any' }),
    `${ASKED} USAGE_REQUIRED WITHIN_LIMIT ${YES}`,
  ),
];
