/** The words of uses and terms: which values they stand for, and how far one covers another. */
import { describe, expect, it } from '@jest/globals';
import { CHANNELS, isCommercialChannel } from '../src/domain/vocabulary/channels.js';
import { INDUSTRIES } from '../src/domain/vocabulary/industries.js';
import { isLanguage, LANGUAGES } from '../src/domain/vocabulary/languages.js';
import { PLACEMENTS, SIZES } from '../src/domain/vocabulary/layouts.js';
import { COUNTRIES, isTerritory, TERRITORIES } from '../src/domain/vocabulary/territories.js';
import { isCommercialUsage, USAGES } from '../src/domain/vocabulary/usages.js';
import type { Vocabulary } from '../src/domain/vocabulary/vocabulary.js';

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
/** Named by Unicode, and no country of ISO 3166-1: reserved, withdrawn, unions, private. */
const NO_COUNTRIES = new Set(
  'AC AN BU CP CQ CS DD DG DY EA EU EZ FX HV IC NH NT QO RH SU TA TP UK UN VD XA XB XK YD YU ZR ZZ'.split(' '),
);

const coveredBy = (vocabulary: Vocabulary, word: string): readonly string[] =>
  (vocabulary.valuesOf('any') ?? []).filter((value) => vocabulary.covers(word, value) === 'YES');
const unclearBy = (vocabulary: Vocabulary, word: string): readonly string[] =>
  (vocabulary.valuesOf('any') ?? []).filter((value) => vocabulary.covers(word, value) === 'MAYBE');

describe('territories', () => {
  it('are all countries of ISO 3166-1, each once', () => {
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    const named = LETTERS.flatMap((first) => LETTERS.map((second) => first + second)).filter(
      (code) => names.of(code) !== undefined && !NO_COUNTRIES.has(code),
    );
    expect([...COUNTRIES].sort()).toEqual(named);
    expect(COUNTRIES).toHaveLength(249);
  });

  it('are written as codes in capital letters, or as the world', () => {
    expect(['DE', 'US', 'WORLD'].filter(isTerritory)).toEqual(['DE', 'US', 'WORLD']);
    expect(['de', 'UK', 'EU', 'XK', 'any', 'europe_any', '', ' DE'].filter(isTerritory)).toEqual([]);
  });

  it('lie in one continent each, but for those on two, which neither continent has for certain', () => {
    const continents = ['africa', 'antarctica', 'asia', 'australia', 'europe', 'north_america', 'south_america'];
    const certain = continents.flatMap((name) => coveredBy(TERRITORIES, name));
    const uncertain = COUNTRIES.filter((code) => !certain.includes(code));
    expect(new Set(certain).size).toBe(certain.length);
    expect([...uncertain].sort()).toEqual(['AM', 'AZ', 'CY', 'EG', 'GE', 'KZ', 'RU', 'TR']);
    for (const code of uncertain) {
      const maybe = continents.filter((name) => TERRITORIES.covers(name, code) === 'MAYBE');
      expect(maybe).toEqual(code === 'EG' ? ['africa', 'asia'] : ['asia', 'europe']);
    }
    for (const name of continents) expect(coveredBy(TERRITORIES, `${name}_any`)).toEqual(coveredBy(TERRITORIES, name));
  });

  it('lie where a map has them', () => {
    const inside = (region: string, codes: string) =>
      expect(codes.split(' ').filter((code) => TERRITORIES.covers(region, code) !== 'YES')).toEqual([]);
    inside('europe_any', 'DE FR GB CH NO UA IS VA');
    inside('asia_any', 'JP CN IN SA AE IL');
    inside('africa_any', 'ZA MA NG RE');
    inside('north_america_any', 'US CA MX PA CU GT GL');
    inside('south_america_any', 'AR BR CL');
    inside('australia_any', 'AU NZ FJ PG');
    inside('antarctica_any', 'AQ');
    expect(TERRITORIES.covers('europe_any', 'US')).toBe('NO');
  });

  it('lie in unions by membership, and their outlying parts are not certain', () => {
    expect(coveredBy(TERRITORIES, 'EU')).toHaveLength(27);
    expect(coveredBy(TERRITORIES, 'EEA')).toHaveLength(30);
    expect(TERRITORIES.covers('EU', 'CY')).toBe('YES');
    expect(TERRITORIES.covers('EU', 'GB')).toBe('NO');
    expect(TERRITORIES.covers('EU', 'RE')).toBe('MAYBE');
    expect([...coveredBy(TERRITORIES, 'DACH')].sort()).toEqual(['AT', 'CH', 'DE']);
    expect([...coveredBy(TERRITORIES, 'BENELUX')].sort()).toEqual(['BE', 'LU', 'NL']);
    expect([...coveredBy(TERRITORIES, 'NORDICS')].sort()).toEqual(['DK', 'FI', 'IS', 'NO', 'SE']);
  });

  it('of regions that not everybody defines alike are not certain', () => {
    for (const word of ['EMEA', 'APAC', 'LATAM', 'europe_atlantis'])
      expect(unclearBy(TERRITORIES, word)).toHaveLength(COUNTRIES.length);
    expect(TERRITORIES.valuesOf('europe_any')).toBeUndefined();
    expect(TERRITORIES.valuesOf('WORLD')).toHaveLength(COUNTRIES.length);
  });
});

describe('channels', () => {
  it('come in groups and under other names', () => {
    expect(CHANNELS.valuesOf('digital')).toEqual(['web', 'app', 'email', 'social', 'streaming', 'digital_advertising']);
    expect(CHANNELS.valuesOf('newsletter')).toEqual(['email']);
    expect(CHANNELS.valuesOf('channel_print')).toEqual(['print', 'print_advertising']);
    expect(CHANNELS.valuesOf('social_media_any')).toEqual(['social']);
    expect(CHANNELS.valuesOf('any')).toHaveLength(24);
    expect(CHANNELS.valuesOf('channel_any')).toEqual(CHANNELS.valuesOf('media_any'));
    expect(CHANNELS.valuesOf('hologram')).toBeUndefined();
  });

  it('are covered by a wildcard with the word itself and all below it', () => {
    expect(coveredBy(CHANNELS, 'print_any')).toEqual(['print', 'print_advertising']);
    expect(coveredBy(CHANNELS, 'advertising_any')).toEqual([...(CHANNELS.valuesOf('advertising') ?? [])]);
    expect(CHANNELS.covers('print_any', 'tv')).toBe('NO');
  });

  it('are not certain where a key says nothing of channels, or limits one', () => {
    for (const word of ['device_mobile', 'location_ten', 'device_any', 'external', 'third_party_rights'])
      expect(unclearBy(CHANNELS, word)).toEqual(CHANNELS.valuesOf('any'));
    expect([unclearBy(CHANNELS, 'channel_theatrical_limited'), coveredBy(CHANNELS, 'channel_theatrical_limited')]).toEqual([
      ['cinema'],
      [],
    ]);
    expect([unclearBy(CHANNELS, 'social_media_one'), unclearBy(CHANNELS, 'social_media_two')]).toEqual([['social'], ['social']]);
    expect(CHANNELS.valuesOf('social_media_one')).toBeUndefined();
  });

  it('make a use commercial when they sell, or stand for one that does', () => {
    const commercial = [
      'packaging',
      'merchandise',
      'advertising',
      'product',
      'out_of_home',
      'billboard',
      'tv_advertising',
      'any',
      'digital',
      'broadcast',
      'channel_print',
    ];
    expect(commercial.filter((word) => !isCommercialChannel(word))).toEqual([]);
    expect(['web', 'film', 'internal', 'e_greeting', 'hologram'].filter(isCommercialChannel)).toEqual([]);
  });
});

describe('usages, placements, sizes and industries', () => {
  it('are the keys of Smint.io', () => {
    const counts = [USAGES, PLACEMENTS, SIZES, INDUSTRIES].map((vocabulary) => vocabulary.valuesOf('any')?.length);
    // Without their wildcards, but for the one that has nothing below it.
    expect(counts).toEqual([66, 26, 19, 49]);
    expect(USAGES.valuesOf('publishing_editorial_text_book')).toEqual(['publishing_editorial_text_book']);
    expect(USAGES.valuesOf('advertising_advertorial_any')).toEqual(['advertising_advertorial_any']);
  });

  it('are covered by every wildcard above them', () => {
    for (const word of ['any', 'advertising_any', 'advertising_print_any', 'advertising_print_directory'])
      expect(USAGES.covers(word, 'advertising_print_directory')).toBe('YES');
    expect(USAGES.covers('advertising_tv_any', 'advertising_print_directory')).toBe('NO');
    expect(USAGES.covers('advertising_any', 'advertising_advertorial_any')).toBe('YES');
    expect(USAGES.valuesOf('advertising_tv_any')).toEqual(['advertising_tv_commercial', 'advertising_tv_infomercial']);
    expect(USAGES.valuesOf('advertising')).toBeUndefined();
    expect(PLACEMENTS.covers('page_any', 'page_cover')).toBe('YES');
    expect(SIZES.covers('page_any', 'resolution_high')).toBe('NO');
  });

  it('that are not known cover themselves, and may cover anything', () => {
    expect(USAGES.covers('skywriting', 'skywriting')).toBe('YES');
    expect(USAGES.covers('skywriting', 'advertising_print_directory')).toBe('MAYBE');
    expect(USAGES.covers('sky_any', 'sky_writing')).toBe('YES');
  });

  it('of an industry may be written without what all of them begin with', () => {
    expect(INDUSTRIES.valuesOf('tobacco')).toEqual(INDUSTRIES.valuesOf('industry_tobacco'));
    expect(INDUSTRIES.covers('tobacco', 'industry_tobacco')).toBe('YES');
    expect(INDUSTRIES.isEverything('industry_any')).toBe(true);
  });

  it('make a use commercial by what they begin with', () => {
    expect(['advertising_tv_any', 'marketing_promotional_giveaways', 'any'].every(isCommercialUsage)).toBe(true);
    expect(['publishing_editorial_book', 'internal_use_any', 'digital_media_app'].some(isCommercialUsage)).toBe(false);
  });
});

describe('languages', () => {
  it.each([
    ['de', 'de', 'YES'],
    ['de', 'de-AT', 'YES'],
    ['de-AT', 'de', 'MAYBE'],
    ['de-AT', 'de-CH', 'NO'],
    ['de', 'en', 'NO'],
    ['zh-TW', 'zh-Hant-TW', 'YES'],
    ['zh-Hant', 'zh-TW', 'MAYBE'],
    ['zh-Hant', 'zh-Hans', 'NO'],
    ['language_german', 'de-AT', 'YES'],
    ['language_hindustani', 'hi', 'YES'],
    ['language_hindustani', 'ur', 'MAYBE'],
    ['language_klingon', 'de', 'MAYBE'],
    ['any', 'tlh', 'YES'],
  ] as const)('%s covers %s: %s', (listed, value, expected) => {
    expect(LANGUAGES.covers(listed, value)).toBe(expected);
  });

  it('are written as tags', () => {
    expect(['de', 'de-AT', 'zh-Hant-TW', 'es-419', 'de-CH-1996', 'language_german'].every(isLanguage)).toBe(true);
    expect(['DE', 'de_AT', 'german', 'de-at', '', 'language_klingon'].some(isLanguage)).toBe(false);
    expect(LANGUAGES.valuesOf('german')).toBeUndefined();
  });

  it('all together are more than those that have a key', () => {
    const all = LANGUAGES.valuesOf('any') ?? [];
    expect(all.every((value) => LANGUAGES.covers('any', value) === 'YES')).toBe(true);
    expect(all.map((value) => LANGUAGES.covers('de', value)).filter((covers) => covers === 'MAYBE')).toHaveLength(1);
  });
});
