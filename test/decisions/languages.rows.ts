/** Industry and language: with and without prefixes, tags and their regions, words of nobody, silence. */
import { allowed, denied, unknown } from './builders.js';
import { YES } from './codes.js';
import type { DecisionRow } from './rows.js';

export const LANGUAGE_ROWS: readonly DecisionRow[] = [
  denied(
    'an old code of a language is that language',
    { use: { language: 'he' }, terms: { languages: 'any | iw' } },
    `LANGUAGE_RESTRICTED ${YES}`,
  ),
  unknown(
    'a language that is part of a larger one may be meant by it',
    { use: { language: 'no' }, terms: { languages: 'any | nb' } },
    `LANGUAGE_UNCLEAR ${YES}`,
  ),
  // Industry.
  denied(
    'a restricted industry is denied',
    { use: { industry: 'industry_tobacco' }, terms: { industries: 'any | industry_tobacco' } },
    `INDUSTRY_RESTRICTED ${YES}`,
  ),
  denied(
    'an industry may be named without its prefix',
    { use: { industry: 'tobacco' }, terms: { industries: 'any | industry_tobacco' } },
    `INDUSTRY_RESTRICTED ${YES}`,
  ),
  denied(
    'an industry may be listed without its prefix',
    { use: { industry: 'industry_gambling' }, terms: { industries: 'any | gambling' } },
    `INDUSTRY_RESTRICTED ${YES}`,
  ),
  allowed(
    'an industry beside the restricted one is allowed',
    { use: { industry: 'travel' }, terms: { industries: 'any | industry_tobacco' } },
    `INDUSTRY_ALLOWED ${YES}`,
  ),
  allowed(
    'an industry allowed by name is allowed',
    { use: { industry: 'industry_travel' }, terms: { industries: 'travel tourism' } },
    `INDUSTRY_ALLOWED ${YES}`,
  ),
  denied(
    'an industry that is not among the allowed is denied',
    { use: { industry: 'banking' }, terms: { industries: 'industry_travel' } },
    `INDUSTRY_NOT_ALLOWED ${YES}`,
  ),
  denied(
    'no industry is allowed where none is',
    { use: { industry: 'banking' }, terms: { industries: 'none' } },
    `INDUSTRY_NOT_ALLOWED ${YES}`,
  ),
  denied(
    'an industry in both lists is denied',
    { use: { industry: 'weapons' }, terms: { industries: 'weapons | industry_weapons' } },
    `INDUSTRY_RESTRICTED ${YES}`,
  ),
  unknown(
    'an industry is not stated where nothing is known',
    { use: { industry: 'food' }, terms: { industries: '?' } },
    `INDUSTRY_NOT_STATED ${YES}`,
  ),
  unknown(
    'an industry is not stated where tobacco is restricted',
    { use: { industry: 'food' }, terms: { industries: '| industry_tobacco' } },
    `INDUSTRY_NOT_STATED ${YES}`,
  ),
  unknown(
    'a restricted industry of nobody may hold any',
    { use: { industry: 'food' }, terms: { industries: 'any | sensitive_trades' } },
    `INDUSTRY_UNCLEAR ${YES}`,
  ),
  unknown(
    'an allowed industry of nobody may hold any',
    { use: { industry: 'food' }, terms: { industries: 'sensitive_trades' } },
    `INDUSTRY_UNCLEAR ${YES}`,
  ),
  unknown('an unknown industry is unknown', { use: { industry: 'asteroid_mining' } }, `INDUSTRY_WORD_UNKNOWN ${YES}`),
  unknown(
    'an unknown industry is unknown beside a restricted one',
    { use: { industry: 'asteroid_mining' }, terms: { industries: 'any | industry_oil' } },
    `INDUSTRY_WORD_UNKNOWN ${YES}`,
  ),
  denied(
    'an unknown industry that is restricted by name is denied',
    { use: { industry: 'asteroid_mining' }, terms: { industries: 'any | asteroid_mining' } },
    `INDUSTRY_RESTRICTED ${YES}`,
  ),
  unknown(
    'a restricted industry asks for the industry',
    { terms: { industries: 'any | industry_alcohol' } },
    `INDUSTRY_REQUIRED ${YES}`,
  ),
  unknown('one allowed industry asks for the industry', { terms: { industries: 'industry_travel' } }, `INDUSTRY_REQUIRED ${YES}`),
  allowed('nothing known of industries and none said: no part', { terms: { industries: '?' } }, YES),
  // Language.
  allowed('German is allowed by German', { use: { language: 'de' }, terms: { languages: 'de' } }, `LANGUAGE_ALLOWED ${YES}`),
  allowed('German covers Austrian German', { use: { language: 'de-AT' }, terms: { languages: 'de' } }, `LANGUAGE_ALLOWED ${YES}`),
  unknown(
    'Austrian German may or may not be all of German',
    { use: { language: 'de' }, terms: { languages: 'de-AT' } },
    `LANGUAGE_UNCLEAR ${YES}`,
  ),
  denied(
    'Austrian German is not Swiss German',
    { use: { language: 'de-CH' }, terms: { languages: 'de-AT' } },
    `LANGUAGE_NOT_ALLOWED ${YES}`,
  ),
  denied(
    'restricted German denies Swiss German',
    { use: { language: 'de-CH' }, terms: { languages: 'any | de' } },
    `LANGUAGE_RESTRICTED ${YES}`,
  ),
  denied(
    'restricted German denies Swiss German that is allowed by name',
    { use: { language: 'de-CH' }, terms: { languages: 'de-CH | de' } },
    `LANGUAGE_RESTRICTED ${YES}`,
  ),
  unknown(
    'restricted Austrian German may restrict German',
    { use: { language: 'de' }, terms: { languages: 'any | de-AT' } },
    `LANGUAGE_UNCLEAR ${YES}`,
  ),
  allowed(
    'restricted Austrian German leaves Swiss German alone',
    { use: { language: 'de-CH' }, terms: { languages: 'de | de-AT' } },
    `LANGUAGE_ALLOWED ${YES}`,
  ),
  denied(
    'restricted Austrian German denies itself',
    { use: { language: 'de-AT' }, terms: { languages: 'de | de-AT' } },
    `LANGUAGE_RESTRICTED ${YES}`,
  ),
  allowed(
    'a key of the source is read as its language',
    { use: { language: 'de' }, terms: { languages: 'language_german' } },
    `LANGUAGE_ALLOWED ${YES}`,
  ),
  allowed(
    'a key of the source covers the regions of its language',
    { use: { language: 'pt-BR' }, terms: { languages: 'language_portuguese' } },
    `LANGUAGE_ALLOWED ${YES}`,
  ),
  denied(
    'a restricted key of the source denies',
    { use: { language: 'fr' }, terms: { languages: 'any | language_french' } },
    `LANGUAGE_RESTRICTED ${YES}`,
  ),
  denied(
    'a key of the source does not cover another language',
    { use: { language: 'es' }, terms: { languages: 'language_english' } },
    `LANGUAGE_NOT_ALLOWED ${YES}`,
  ),
  denied('English is not German', { use: { language: 'en' }, terms: { languages: 'de fr' } }, `LANGUAGE_NOT_ALLOWED ${YES}`),
  denied(
    'no language is allowed where none is',
    { use: { language: 'en' }, terms: { languages: 'none' } },
    `LANGUAGE_NOT_ALLOWED ${YES}`,
  ),
  allowed('any covers a language', { use: { language: 'ja' } }, `LANGUAGE_ALLOWED ${YES}`),
  unknown(
    'a language is not stated where nothing is known',
    { use: { language: 'it' }, terms: { languages: '?' } },
    `LANGUAGE_NOT_STATED ${YES}`,
  ),
  unknown(
    'a language is not stated where another is restricted',
    { use: { language: 'it' }, terms: { languages: '| ru' } },
    `LANGUAGE_NOT_STATED ${YES}`,
  ),
  unknown('a word that is no tag is unknown', { use: { language: 'sign_language' } }, `LANGUAGE_WORD_UNKNOWN ${YES}`),
  unknown(
    'a word that is no tag is unknown among listed tags',
    { use: { language: 'sign_language' }, terms: { languages: 'de en' } },
    `LANGUAGE_WORD_UNKNOWN ${YES}`,
  ),
  allowed(
    'a word that is no tag is allowed where it is listed',
    { use: { language: 'sign_language' }, terms: { languages: 'sign_language' } },
    `LANGUAGE_ALLOWED ${YES}`,
  ),
  unknown(
    'an allowed word that is no tag may mean German',
    { use: { language: 'de' }, terms: { languages: 'sign_language' } },
    `LANGUAGE_UNCLEAR ${YES}`,
  ),
  unknown('one allowed language asks for the language', { terms: { languages: 'de' } }, `LANGUAGE_REQUIRED ${YES}`),
  unknown('a restricted language asks for the language', { terms: { languages: 'any | ru' } }, `LANGUAGE_REQUIRED ${YES}`),
  allowed('nothing known of languages and none said: no part', { terms: { languages: '?' } }, YES),
];
