/** Languages by BCP 47: a tag covers what is below it; and the language keys of Smint.io as tags. Pure. */
import type { Covers, Vocabulary } from './vocabulary.js';

/** By key; the first tag is the one that the key stands for, others are covered with maybe. */
const KEYS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  language_english: ['en'],
  language_german: ['de'],
  language_french: ['fr'],
  language_spanish: ['es'],
  language_mandarin_chinese: ['zh'],
  language_hindustani: ['hi', 'ur'],
  language_arabic: ['ar'],
  language_malay: ['ms'],
  language_russian: ['ru'],
  language_bengali: ['bn'],
  language_portuguese: ['pt'],
};

/** Stands for all languages that have no key of their own; only `any` covers it for certain. */
const OTHERS = 'und';
const ALL: readonly string[] = [...Object.values(KEYS).map(([tag]) => tag), OTHERS];

const FORM = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?(-[a-z0-9]{4,8})*$/;
/** What a use may name: `de`, `de-AT`, `zh-Hant-TW`, or a key of Smint.io. */
export const isLanguage = (text: string): boolean => FORM.test(text) || Object.hasOwn(KEYS, text);

const spelledByIntl = (tag: string): string => {
  try {
    return Intl.getCanonicalLocales(tag)[0] as string;
  } catch {
    // Of the form of a tag, and none: it stays the word that it is.
    return tag;
  }
};

const spelled = new Map<string, string>();
const MOST_SPELLED = 1_000;
/** Old codes and new ones are one language: `iw` is `he`. */
const spellingOf = (tag: string): string => {
  let spelling = spelled.get(tag);
  if (spelling === undefined) {
    spelling = spelledByIntl(tag);
    if (spelled.size >= MOST_SPELLED) spelled.clear();
    spelled.set(tag, spelling);
  }
  return spelling;
};

const canonical = (word: string): string => {
  if (Object.hasOwn(KEYS, word)) return (KEYS[word] as readonly [string])[0];
  return FORM.test(word) ? spellingOf(word) : word;
};

/** Languages that are written under the name of a larger one as well: neither covers the other for certain. */
const LARGER: Readonly<Partial<Record<string, string>>> = {
  nb: 'no',
  nn: 'no',
  id: 'ms',
  zsm: 'ms',
  yue: 'zh',
  prs: 'fa',
  pes: 'fa',
};
const areAkin = (a: string, b: string): boolean => LARGER[a] === b || LARGER[b] === a;

/** Languages, scripts and regions have lengths of their own. */
const kindOf = (piece: string): 'script' | 'region' | 'variant' =>
  piece.length === 4 && piece > '9' ? 'script' : piece.length <= 3 ? 'region' : 'variant';

/** `de` covers `de-AT`; `de-AT` covers `de` with maybe and `de-CH`, whose region is another one, not at all. */
const compare = (listed: string, value: string): Covers => {
  const [language, ...wanted] = listed.split('-');
  const [other, ...given] = value.split('-');
  if (language !== other) return areAkin(language as string, other as string) ? 'MAYBE' : 'NO';
  const missing = wanted.filter((piece) => !given.includes(piece));
  if (missing.length === 0) return 'YES';
  const isOther = missing.some(
    (piece) => kindOf(piece) !== 'variant' && given.some((candidate) => kindOf(candidate) === kindOf(piece)),
  );
  return isOther ? 'NO' : 'MAYBE';
};

export const LANGUAGES: Vocabulary = {
  canonical,
  valuesOf: (word) => (word === 'any' ? ALL : isLanguage(word) ? [canonical(word)] : undefined),
  isEverything: (listed) => listed === 'any',
  covers: (listed, value) => {
    if (listed === 'any' || listed === value) return 'YES';
    if (!isLanguage(listed) || value === OTHERS) return 'MAYBE';
    if (KEYS[listed]?.includes(value, 1)) return 'MAYBE';
    return compare(canonical(listed), value);
  },
};
