/** Territories: countries, regions, the world, countries on two continents, and uses that do not say where. */
import type { UseVerdict } from '../../src/domain/use.js';
import { allowed, denied, unknown } from './builders.js';
import { BUT_TERRITORY } from './codes.js';
import type { DecisionRow } from './rows.js';

/** A commercial use of everything that is allowed but for the place; `where` null: unstated. */
const at = (verdict: UseVerdict, name: string, where: string | null, list: string, code: string): DecisionRow => {
  const expect = { ALLOWED: allowed, DENIED: denied, UNKNOWN: unknown }[verdict];
  return expect(name, { use: { territories: where }, terms: { territories: list } }, `TERRITORY_${code} ${BUT_TERRITORY}`);
};
const yes = (name: string, where: string | null, list: string) => at('ALLOWED', name, where, list, 'ALLOWED');
const no = (name: string, where: string | null, list: string, code: string) => at('DENIED', name, where, list, code);
const maybe = (name: string, where: string | null, list: string, code: string) => at('UNKNOWN', name, where, list, code);

const CONTINENTS = 'africa_any antarctica_any asia_any australia_any europe_any north_america_any south_america_any';

export const TERRITORY_ROWS: readonly DecisionRow[] = [
  // One country.
  yes('a country that is listed is allowed', 'AT', 'DE AT'),
  no('a country that is not listed is denied', 'CH', 'DE AT', 'NOT_ALLOWED'),
  no('a restricted country is denied in an allowed world', 'US', 'WORLD | US', 'RESTRICTED'),
  yes('a country beside the restricted one is allowed', 'CA', 'WORLD | US'),
  no('a country in both lists is denied', 'DE', 'DE | DE', 'RESTRICTED'),
  yes('any covers every country', 'JP', 'any'),
  maybe('a country is not stated where only another is restricted', 'DE', '| US', 'NOT_STATED'),
  maybe('a country is not stated where nothing is known', 'FR', '?', 'NOT_STATED'),
  no('a country is denied where none is allowed', 'FR', 'none', 'NOT_ALLOWED'),
  no('a restricted world denies a country that is allowed', 'SE', 'SE | WORLD', 'RESTRICTED'),
  // Several countries.
  yes('several countries are allowed when each is', 'DE AT', 'DE AT CH'),
  no('several countries are denied when one is missing', 'DE FR', 'DE AT', 'NOT_ALLOWED'),
  no('several countries are denied when one is restricted', 'DE US', 'WORLD | US', 'RESTRICTED'),
  maybe('several countries are unclear when one is', 'DE RU', 'europe_any', 'UNCLEAR'),
  no('a denied country weighs more than an unclear one', 'US RU', 'europe_any', 'NOT_ALLOWED'),
  no('a restricted country weighs more than one that is not stated', 'DE US', '| US', 'RESTRICTED'),
  // The world as the place of use.
  yes('the world is allowed by WORLD', 'WORLD', 'WORLD'),
  yes('the world is allowed by any', 'WORLD', 'any'),
  no('the world is more than one country', 'WORLD', 'DE', 'NOT_ALLOWED'),
  no('the world is more than a continent', 'WORLD', 'europe_any', 'NOT_ALLOWED'),
  no('the world holds the restricted country', 'WORLD', 'WORLD | US', 'RESTRICTED'),
  no('the world holds a restricted region', 'WORLD', 'WORLD | EU', 'RESTRICTED'),
  maybe('the world is not stated where nothing is known', 'WORLD', '?', 'NOT_STATED'),
  no('the world is denied where only one country is restricted', 'WORLD', '| CN', 'RESTRICTED'),
  maybe('the world is unclear when an undefined region is restricted', 'WORLD', 'WORLD | EMEA', 'UNCLEAR'),
  maybe('all continents are not the world for countries on two of them', 'WORLD', CONTINENTS, 'UNCLEAR'),
  maybe('the world is unclear when an undefined region is all that is allowed', 'WORLD', 'APAC', 'UNCLEAR'),
  // Regions.
  yes('Europe covers Germany', 'DE', 'europe_any'),
  yes('a region may be written without its ending', 'PL', 'europe'),
  yes('Europe covers the United Kingdom', 'GB', 'europe_any'),
  no('the EU does not cover the United Kingdom', 'GB', 'EU', 'NOT_ALLOWED'),
  no('the EU does not cover Switzerland', 'CH', 'EU', 'NOT_ALLOWED'),
  yes('the EU covers Croatia', 'HR', 'EU'),
  yes('the EU covers Cyprus, of which it is certain', 'CY', 'EU'),
  yes('the EEA covers Norway', 'NO', 'EEA'),
  no('the EEA does not cover Switzerland', 'CH', 'EEA', 'NOT_ALLOWED'),
  no('the EU does not cover Norway', 'NO', 'EU', 'NOT_ALLOWED'),
  yes('DACH covers Switzerland', 'CH', 'DACH'),
  yes('all of DACH is allowed by DACH', 'DE AT CH', 'DACH'),
  no('DACH does not cover Italy', 'IT', 'DACH', 'NOT_ALLOWED'),
  yes('BENELUX covers Luxembourg', 'LU', 'BENELUX'),
  yes('NORDICS covers Finland', 'FI', 'NORDICS'),
  no('NORDICS does not cover Estonia', 'EE', 'NORDICS', 'NOT_ALLOWED'),
  yes('North America covers Mexico', 'MX', 'north_america_any'),
  yes('North America covers Costa Rica', 'CR', 'north_america_any'),
  yes('North America covers Jamaica', 'JM', 'north_america_any'),
  no('South America does not cover Mexico', 'MX', 'south_america_any', 'NOT_ALLOWED'),
  yes('Australia as a region covers New Zealand', 'NZ', 'australia_any'),
  yes('Asia covers Japan', 'JP', 'asia'),
  yes('Africa covers South Africa', 'ZA', 'africa_any'),
  no('a restricted continent denies its country', 'CN', 'WORLD | asia_any', 'RESTRICTED'),
  no('a restricted continent denies a country that is allowed by name', 'FR', 'FR | europe_any', 'RESTRICTED'),
  yes('a restricted continent leaves another alone', 'BR', 'WORLD | asia_any'),
  no('a country restricted in an allowed continent is denied', 'ES', 'europe_any | ES', 'RESTRICTED'),
  // Two continents.
  maybe('it is not certain that Europe covers Russia', 'RU', 'europe_any', 'UNCLEAR'),
  maybe('it is not certain that Asia covers Turkey', 'TR', 'asia_any', 'UNCLEAR'),
  maybe('both continents together are not certain of Turkey either', 'TR', 'europe_any asia_any', 'UNCLEAR'),
  maybe('it is not certain that a restricted Europe holds Georgia', 'GE', 'WORLD | europe_any', 'UNCLEAR'),
  maybe('it is not certain that a restricted Asia holds Kazakhstan by name', 'KZ', 'KZ | asia_any', 'UNCLEAR'),
  yes('a country on two continents that is allowed by name is allowed', 'RU', 'europe_any RU'),
  no('a country on two continents that is restricted by name is denied', 'TR', 'europe_any | TR', 'RESTRICTED'),
  maybe('it is not certain that Africa covers Egypt', 'EG', 'africa_any', 'UNCLEAR'),
  maybe('it is not certain that Asia covers Egypt', 'EG', 'asia_any', 'UNCLEAR'),
  no('Europe does not cover Egypt', 'EG', 'europe_any', 'NOT_ALLOWED'),
  no('Africa does not cover Russia', 'RU', 'africa_any', 'NOT_ALLOWED'),
  maybe('it is not certain that Europe covers Cyprus', 'CY', 'europe_any', 'UNCLEAR'),
  yes('a restricted Africa leaves Armenia alone', 'AM', 'WORLD | africa_any'),
  // Words of nobody.
  maybe('EMEA is not defined alike by everybody', 'DE', 'EMEA', 'UNCLEAR'),
  maybe('a restricted LATAM may hold any country', 'BR', 'WORLD | LATAM', 'UNCLEAR'),
  yes('a country allowed by name needs no undefined region', 'DE', 'EMEA DE'),
  no('a country restricted by name needs no undefined region', 'BR', 'WORLD | LATAM BR', 'RESTRICTED'),
  maybe('a code that is no country is an unknown word', 'ZZ', 'WORLD', 'WORD_UNKNOWN'),
  maybe('a code that is no country is an unknown word where nothing is known', 'ZZ', '?', 'WORD_UNKNOWN'),
  maybe('a code that is no country is an unknown word in a list of countries', 'QM', 'DE AT', 'WORD_UNKNOWN'),
  // Nowhere said.
  yes('a use that does not say where is allowed in the whole world', null, 'WORLD'),
  yes('a use that does not say where is allowed by any', null, 'any'),
  yes('a use that does not say where is allowed by the world among others', null, 'WORLD DE'),
  maybe('a use must say where when a country is restricted', null, 'WORLD | US', 'REQUIRED'),
  maybe('a use must say where when one country is allowed', null, 'DE', 'REQUIRED'),
  maybe('a use must say where when only restrictions are known', null, '| US', 'REQUIRED'),
  maybe('a use must say where although no country is allowed', null, 'none', 'REQUIRED'),
  maybe('a use must say where when all continents are listed', null, CONTINENTS, 'REQUIRED'),
  maybe('nothing said on either side is not stated', null, '?', 'NOT_STATED'),
];
