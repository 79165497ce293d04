/** Releases: they take part in commercial uses alone, each for itself. */
import { allowed, denied, unknown } from './builders.js';
import { BUT_RELEASES, CALM } from './codes.js';
import type { DecisionRow } from './rows.js';

export const RELEASE_ROWS: readonly DecisionRow[] = [
  allowed(
    'both releases allow commerce in an app',
    { use: { channel: 'app' } },
    `MODEL_RELEASED PROPERTY_RELEASED ${BUT_RELEASES}`,
  ),
  denied(
    'a model who has not agreed denies commerce',
    { terms: { modelReleased: 'NO' } },
    `NOT_MODEL_RELEASED PROPERTY_RELEASED ${BUT_RELEASES}`,
  ),
  denied(
    'an owner who has not agreed denies commerce',
    { terms: { propertyReleased: 'NO' } },
    `MODEL_RELEASED NOT_PROPERTY_RELEASED ${BUT_RELEASES}`,
  ),
  denied(
    'neither has agreed',
    { terms: { modelReleased: 'NO', propertyReleased: 'NO' } },
    `NOT_MODEL_RELEASED NOT_PROPERTY_RELEASED ${BUT_RELEASES}`,
  ),
  unknown(
    'nobody says whether the model has agreed',
    { terms: { modelReleased: 'UNKNOWN' } },
    `MODEL_RELEASE_UNKNOWN PROPERTY_RELEASED ${BUT_RELEASES}`,
  ),
  unknown(
    'nobody says whether the owner has agreed',
    { terms: { propertyReleased: 'UNKNOWN' } },
    `MODEL_RELEASED PROPERTY_RELEASE_UNKNOWN ${BUT_RELEASES}`,
  ),
  unknown(
    'nobody says anything of releases',
    { terms: { modelReleased: 'UNKNOWN', propertyReleased: 'UNKNOWN' } },
    `MODEL_RELEASE_UNKNOWN PROPERTY_RELEASE_UNKNOWN ${BUT_RELEASES}`,
  ),
  denied(
    'a model who has not agreed weighs more than an owner of whom nobody says',
    { terms: { modelReleased: 'NO', propertyReleased: 'UNKNOWN' } },
    `NOT_MODEL_RELEASED PROPERTY_RELEASE_UNKNOWN ${BUT_RELEASES}`,
  ),
  denied(
    'an owner who has not agreed weighs more than a model of whom nobody says',
    { terms: { modelReleased: 'UNKNOWN', propertyReleased: 'NO' } },
    `MODEL_RELEASE_UNKNOWN NOT_PROPERTY_RELEASED ${BUT_RELEASES}`,
  ),
  allowed(
    'an editorial use asks for no release',
    { use: { purpose: 'EDITORIAL' }, terms: { modelReleased: 'NO', propertyReleased: 'NO' } },
    CALM,
  ),
  allowed(
    'an internal use asks for no release',
    { use: { purpose: 'INTERNAL' }, terms: { modelReleased: 'UNKNOWN', propertyReleased: 'NO' } },
    CALM,
  ),
  allowed(
    'an editorial use is not held up by unknown releases',
    { use: { purpose: 'EDITORIAL' }, terms: { modelReleased: 'UNKNOWN', propertyReleased: 'UNKNOWN' } },
    CALM,
  ),
  denied(
    'what is called editorial on packaging asks for the model',
    { use: { purpose: 'EDITORIAL', channel: 'packaging' }, terms: { modelReleased: 'NO' } },
    `NOT_MODEL_RELEASED PROPERTY_RELEASED ${BUT_RELEASES}`,
  ),
  unknown(
    'what is called internal in promotion asks for the owner',
    { use: { purpose: 'INTERNAL', usage: 'marketing_promotional_corporate_report' }, terms: { propertyReleased: 'UNKNOWN' } },
    `MODEL_RELEASED PROPERTY_RELEASE_UNKNOWN USAGE_ALLOWED ${BUT_RELEASES}`,
  ),
  denied(
    'an owner who has not agreed is not outweighed by the wrong country being unknown',
    { terms: { propertyReleased: 'NO', territories: '?' } },
    'CHANNEL_ALLOWED IN_TERM MODEL_RELEASED NOT_PROPERTY_RELEASED PURPOSE_ALLOWED TERRITORY_NOT_STATED',
  ),
  denied(
    'all that is digital asks for releases in an editorial use as well',
    { use: { purpose: 'EDITORIAL', channel: 'digital' }, terms: { modelReleased: 'NO' } },
    `${CALM} NOT_MODEL_RELEASED PROPERTY_RELEASED`,
  ),
];
