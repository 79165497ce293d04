/** Channels: our own words, groups of them, and the distribution keys of Smint.io that name one. Pure. */
import { wordVocabulary } from './vocabulary.js';

const ADVERTISING = ['digital_advertising', 'print_advertising', 'tv_advertising', 'out_of_home'] as const;
const DIGITAL = ['web', 'app', 'email', 'social', 'streaming', 'digital_advertising'] as const;

/** `device_…`, `location_…`, `external` and `third_party_rights` name no channel: left out here, they cover every one with maybe. */
export const CHANNELS = wordVocabulary({
  leaves: [
    ...[
      'web',
      'app',
      'email',
      'social',
      'streaming',
      'digital_advertising',
      'print',
      'print_advertising',
      'tv',
      'tv_advertising',
    ],
    ...['radio', 'cinema', 'festival', 'out_of_home', 'packaging', 'merchandise', 'e_greeting', 'intranet', 'presentation'],
    ...['training', 'closed_circuit', 'dam', 'press', 'partner'],
  ],
  groups: {
    digital: DIGITAL,
    advertising: ADVERTISING,
    broadcast: ['tv', 'tv_advertising', 'radio'],
    film: ['cinema', 'festival'],
    product: ['packaging', 'merchandise', 'e_greeting'],
    internal: ['intranet', 'presentation', 'training', 'closed_circuit', 'dam'],
    mail: ['email'],
    newsletter: ['email'],
    website: ['web'],
    cms: ['web'],
    blog: ['web'],
    mobile: ['app'],
    mobile_app: ['app'],
    social_media: ['social'],
    theatrical: ['cinema'],
    outdoor: ['out_of_home'],
    billboard: ['out_of_home'],
    channel_web: ['web'],
    channel_app: ['app'],
    channel_email: ['email'],
    channel_print: ['print', 'print_advertising'],
    media_print: ['print', 'print_advertising'],
    channel_tv: ['tv', 'tv_advertising'],
    channel_digital: DIGITAL,
    media_digital: DIGITAL,
    channel_theatrical: ['cinema'],
    channel_festival: ['festival'],
    channel_closed_circuit_programming: ['closed_circuit'],
    social_media_any: ['social'],
  },
  listed: {
    channel_theatrical_limited: { yes: [], maybe: ['cinema'] },
    social_media_one: { yes: [], maybe: ['social'] },
    social_media_two: { yes: [], maybe: ['social'] },
  },
  everything: ['any', 'channel_any', 'media_any'],
});

const COMMERCIAL: ReadonlySet<string> = new Set(['packaging', 'merchandise', ...ADVERTISING]);

/** Whether a channel makes a use commercial: one that sells, or a word that stands for such a one among others. */
export const isCommercialChannel = (word: string): boolean =>
  (CHANNELS.valuesOf(word) ?? []).some((value) => COMMERCIAL.has(value));
