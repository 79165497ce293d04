/** Generic metadata: every list in one answer, one row per key and culture; German is missing for some keys. */
import type { SimReply } from '../kit/types.js';
import type { JsonObject } from './json.js';
import { elementRow } from './texts.js';
import { VOCABULARY } from './vocabulary.js';

const GERMAN: Readonly<Record<string, string>> = {
  any: 'Beliebig',
  all: 'Alle',
  royalty_free: 'Lizenzfrei',
  rights_managed: 'Lizenzpflichtig',
  rights_ready: 'Rechtefertig',
  image: 'Bild',
  video: 'Video',
  released: 'Freigegeben',
  not_released: 'Nicht freigegeben',
  creative: 'Kreativ',
  editorial: 'Redaktionell',
  europe_austria: 'Österreich',
  europe_germany: 'Deutschland',
  europe_switzerland: 'Schweiz',
  europe_any: 'Europa',
  language_german: 'Deutsch',
  language_english: 'Englisch',
  channel_print: 'Druck',
  channel_tv: 'Fernsehen',
};

const englishName = (key: string): string => {
  const words = key.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const rowsOf = (key: string): readonly JsonObject[] => {
  const german = GERMAN[key];
  const english = elementRow('en', { key, name: englishName(key) });
  return german === undefined ? [english] : [english, elementRow('de', { key, name: german })];
};

const body = JSON.stringify(Object.fromEntries(Object.entries(VOCABULARY).map(([list, keys]) => [list, keys.flatMap(rowsOf)])));

export const metadataReply = (): SimReply => ({ status: 200, headers: { 'content-type': 'application/json' }, body });
