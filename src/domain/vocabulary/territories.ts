/** Countries by ISO 3166-1, and the regions that terms name. Pure. */
import { type ListedWord, wordVocabulary } from './vocabulary.js';

const codes = (text: string): readonly string[] => text.split(' ');

/** Oceania goes by `australia`, as Smint.io spells it; North America has Central America and the Caribbean. */
const CONTINENTS = {
  africa: codes(
    'AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EH ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR MU MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TG TN TZ UG YT ZA ZM ZW',
  ),
  antarctica: codes('AQ BV GS HM TF'),
  asia: codes(
    'AE AF BD BH BN BT CN HK ID IL IN IO IQ IR JO JP KG KH KP KR KW LA LB LK MM MN MO MV MY NP OM PH PK PS QA SA SG SY TH TJ TL TM TW UZ VN YE',
  ),
  australia: codes('AS AU CC CK CX FJ FM GU KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS'),
  europe: codes(
    'AD AL AT AX BA BE BG BY CH CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI SJ SK SM UA VA',
  ),
  north_america: codes(
    'AG AI AW BB BL BM BQ BS BZ CA CR CU CW DM DO GD GL GP GT HN HT JM KN KY LC MF MQ MS MX NI PA PM PR SV SX TC TT US VC VG VI',
  ),
  south_america: codes('AR BO BR CL CO EC FK GF GY PE PY SR UY VE'),
} as const;

/** On two continents, or counted now to one and now to the other. */
const EUROPE_OR_ASIA = codes('RU TR AM AZ CY GE KZ');
const AFRICA_OR_ASIA = codes('EG');
const UNCERTAIN: Readonly<Partial<Record<string, readonly string[]>>> = {
  africa: AFRICA_OR_ASIA,
  asia: [...EUROPE_OR_ASIA, ...AFRICA_OR_ASIA],
  europe: EUROPE_OR_ASIA,
};

const EU = codes('AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE');
/** Parts of a member that have a code of their own: not everybody means them. */
const EU_OUTLYING = codes('AX GF GP MF MQ RE YT');

/** Every code of ISO 3166-1 alpha-2. */
export const COUNTRIES: readonly string[] = [...Object.values(CONTINENTS).flat(), ...EUROPE_OR_ASIA, ...AFRICA_OR_ASIA];

const continents = Object.entries(CONTINENTS).flatMap(([name, yes]): [string, ListedWord][] => {
  const word = { yes, maybe: UNCERTAIN[name] ?? [] };
  return [
    [name, word],
    [`${name}_any`, word],
  ];
});

export const TERRITORIES = wordVocabulary({
  leaves: COUNTRIES,
  listed: {
    ...Object.fromEntries(continents),
    EU: { yes: EU, maybe: EU_OUTLYING },
    EEA: { yes: [...EU, 'IS', 'LI', 'NO'], maybe: EU_OUTLYING },
    DACH: { yes: ['DE', 'AT', 'CH'], maybe: [] },
    BENELUX: { yes: ['BE', 'NL', 'LU'], maybe: [] },
    NORDICS: { yes: ['DK', 'FI', 'IS', 'NO', 'SE'], maybe: ['AX', 'FO', 'GL'] },
  },
  everything: ['WORLD', 'any'],
});

const KNOWN: ReadonlySet<string> = new Set(['WORLD', ...COUNTRIES]);
/** What a use may name: a country or the world. */
export const isTerritory = (text: string): boolean => KNOWN.has(text);
