/** Channels: groups, synonyms, Smint.io's keys, unknown words, one list against the other. */
import type { UseVerdict } from '../../src/domain/use.js';
import { allowed, denied, unknown } from './builders.js';
import { BUT_CHANNEL } from './codes.js';
import type { DecisionRow } from './rows.js';

/** A commercial use of everything that is allowed but for the channel; `code` without its prefix. */
const on = (verdict: UseVerdict, name: string, channel: string, channels: string, code: string): DecisionRow => {
  const expect = { ALLOWED: allowed, DENIED: denied, UNKNOWN: unknown }[verdict];
  return expect(name, { use: { channel }, terms: { channels } }, `CHANNEL_${code} ${BUT_CHANNEL}`);
};
const yes = (name: string, channel: string, list: string) => on('ALLOWED', name, channel, list, 'ALLOWED');
const no = (name: string, channel: string, list: string, code: string) => on('DENIED', name, channel, list, code);
const maybe = (name: string, channel: string, list: string, code: string) => on('UNKNOWN', name, channel, list, code);

export const CHANNEL_ROWS: readonly DecisionRow[] = [
  // The table of one value, row by row.
  no('a channel restricted by name is denied', 'tv', 'any | tv', 'RESTRICTED'),
  no('a channel in both lists is denied', 'web', 'web | web', 'RESTRICTED'),
  maybe(
    'a channel that a restricted limited release may cover is unclear',
    'cinema',
    'any | channel_theatrical_limited',
    'UNCLEAR',
  ),
  maybe(
    'a restriction that may cover a channel weighs more than its own name among the allowed',
    'cinema',
    'cinema | channel_theatrical_limited',
    'UNCLEAR',
  ),
  yes('a channel allowed by name is allowed', 'web', 'web'),
  maybe('a channel that an allowed limited release may cover is unclear', 'cinema', 'channel_theatrical_limited', 'UNCLEAR'),
  no('a channel that is not among the allowed is denied', 'app', 'web', 'NOT_ALLOWED'),
  no('a channel is denied where nothing is said to be allowed', 'web', 'none', 'NOT_ALLOWED'),
  no('a restricted channel is denied as restricted where nothing is allowed anyway', 'tv', 'none | tv', 'RESTRICTED'),
  no('a channel beside the restricted one is denied where nothing is allowed', 'web', 'none | tv', 'NOT_ALLOWED'),
  maybe('a channel is not stated where only others are restricted', 'web', '| tv', 'NOT_STATED'),
  no('a restricted channel is denied although nothing is said of what is allowed', 'tv', '| tv', 'RESTRICTED'),
  maybe('a channel is not stated where the list is stated and says nothing', 'email', '', 'NOT_STATED'),
  maybe('a channel is not stated where nothing is known of channels', 'app', '?', 'NOT_STATED'),
  yes('an allowed word that covers surely weighs more than one that may cover', 'web', 'device_mobile web'),
  // Words that cover everything, and words that do not.
  yes('any covers a channel', 'festival', 'any'),
  yes('channel_any covers a channel', 'radio', 'channel_any'),
  yes('media_any covers a channel', 'press', 'media_any'),
  no('a restricted any denies every channel', 'dam', 'dam | any', 'RESTRICTED'),
  yes('a channel beside the restricted one stays allowed', 'tv', 'any | radio'),
  // Groups, as listed words and as values.
  yes('an allowed group covers its member', 'streaming', 'digital'),
  no('an allowed group does not cover what is outside of it', 'print', 'digital', 'NOT_ALLOWED'),
  no('a restricted group denies its member', 'intranet', 'any | internal', 'RESTRICTED'),
  no('a restricted group denies a member that is allowed by name', 'tv', 'tv | broadcast', 'RESTRICTED'),
  yes('advertising as a group covers out of home', 'out_of_home', 'advertising'),
  yes('an allowed group covers itself', 'digital', 'digital'),
  yes('a group is allowed when each member is', 'film', 'cinema festival'),
  no('a group is denied when one member is not allowed', 'film', 'cinema', 'NOT_ALLOWED'),
  no('a group is denied when one member is restricted', 'digital', 'any | social', 'RESTRICTED'),
  maybe('a group is unclear when one member may be restricted', 'digital', 'any | social_media_one', 'UNCLEAR'),
  maybe('a group is not stated where its other groups are restricted alone', 'digital', '| tv', 'NOT_STATED'),
  yes('a group is untouched by a restricted word of another group', 'internal', 'any | digital'),
  no('a group that shares one member with a restricted group is denied', 'broadcast', 'any | advertising', 'RESTRICTED'),
  // Synonyms.
  yes('a newsletter is email', 'newsletter', 'email'),
  yes('a listed synonym covers the word it means', 'web', 'website'),
  yes('two synonyms of one word cover each other', 'blog', 'cms'),
  no('a billboard is restricted with out of home', 'billboard', 'any | out_of_home', 'RESTRICTED'),
  no('social media is denied where the web alone is allowed', 'social_media', 'web', 'NOT_ALLOWED'),
  yes('theatrical is cinema', 'theatrical', 'film'),
  // Smint.io's keys.
  yes('channel_print covers print advertising', 'print_advertising', 'channel_print'),
  yes('media_print covers print', 'print', 'media_print'),
  no('channel_print does not cover packaging', 'packaging', 'channel_print', 'NOT_ALLOWED'),
  yes('channel_tv covers tv advertising', 'tv_advertising', 'channel_tv'),
  no('a restricted channel_tv denies tv', 'tv', 'any | channel_tv', 'RESTRICTED'),
  no('channel_tv does not cover radio', 'radio', 'channel_tv', 'NOT_ALLOWED'),
  yes('channel_digital covers apps', 'app', 'channel_digital'),
  no('a restricted media_digital denies social', 'social', 'any | media_digital', 'RESTRICTED'),
  yes('channel_closed_circuit_programming covers closed circuit', 'closed_circuit', 'channel_closed_circuit_programming'),
  yes('e_greeting covers itself', 'e_greeting', 'e_greeting'),
  yes('social_media_any covers social', 'social', 'social_media_any'),
  maybe('one allowed social network may be another', 'social', 'social_media_one', 'UNCLEAR'),
  maybe('two allowed social networks may be others', 'social', 'social_media_two', 'UNCLEAR'),
  no('social networks cover nothing but social', 'email', 'social_media_two', 'NOT_ALLOWED'),
  no('a limited release covers nothing but cinema', 'festival', 'channel_theatrical_limited', 'NOT_ALLOWED'),
  yes('a restricted limited release leaves the web alone', 'web', 'any | channel_theatrical_limited'),
  maybe('an allowed device says nothing of a channel', 'web', 'device_mobile', 'UNCLEAR'),
  maybe('a restricted device may restrict a channel', 'print', 'any | device_tablet', 'UNCLEAR'),
  maybe('an allowed location says nothing of a channel', 'cinema', 'location_one', 'UNCLEAR'),
  maybe('external says nothing of a channel', 'email', 'external', 'UNCLEAR'),
  maybe('restricted third party rights may restrict any channel', 'partner', 'any | third_party_rights', 'UNCLEAR'),
  // Words of nobody.
  maybe('an unknown channel is unknown although any is allowed', 'hologram', 'any', 'WORD_UNKNOWN'),
  maybe('an unknown channel is unknown where others are allowed', 'hologram', 'web', 'WORD_UNKNOWN'),
  maybe('an unknown channel is unknown where another is restricted', 'hologram', 'any | tv', 'WORD_UNKNOWN'),
  maybe('an unknown channel is unknown where nothing is known', 'metaverse', '?', 'WORD_UNKNOWN'),
  yes('an unknown channel that is allowed by name is allowed', 'hologram', 'hologram'),
  no('an unknown channel that is restricted by name is denied', 'hologram', 'any | hologram', 'RESTRICTED'),
  no('an unknown channel in both lists is denied', 'hologram', 'hologram | hologram', 'RESTRICTED'),
  maybe('an allowed word of nobody may mean the web', 'web', 'hologram', 'UNCLEAR'),
  maybe('a restricted word of nobody may mean the web', 'web', 'any | hologram', 'UNCLEAR'),
  yes('an allowed word of nobody takes nothing from a word that is allowed', 'app', 'hologram app'),
];
