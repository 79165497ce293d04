/** Which assets contain which word: built at the first search, extended when assets are added. */
import type { Asset } from './asset.js';
import type { Catalogue } from './catalogue.js';

/** Scripts written without spaces are indexed sign by sign; all signs of a query must then occur. */
const WITHOUT_SPACES = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const SEPARATORS = /[^\p{L}\p{N}\p{M}]+/u;

export const tokens = (text: string): readonly string[] => {
  const words = text.normalize('NFKC').toLowerCase().split(SEPARATORS);
  return words.flatMap((word) => (word === '' ? [] : WITHOUT_SPACES.test(word) ? [...word] : [word]));
};

interface Matches {
  /** Bit 1: matches anywhere; bit 2: every word stands in the title. Index is the position. */
  readonly flags: Uint8Array;
}

export const ANYWHERE = 1;
export const IN_TITLE = 2;

export interface WordIndex {
  match(words: readonly string[]): Matches;
}

export const createWordIndex = (catalogue: Catalogue): WordIndex => {
  const anywhere = new Map<string, number[]>();
  const titles = new Map<string, number[]>();
  let indexed = 0;

  const file = (index: Map<string, number[]>, words: ReadonlySet<string>, k: number): void => {
    for (const word of words) {
      const list = index.get(word);
      if (list) list.push(k);
      else index.set(word, [k]);
    }
  };
  const add = (asset: Asset): void => {
    const title = new Set(tokens(asset.title));
    file(titles, title, asset.k);
    file(anywhere, new Set([...title, ...asset.keywords.flatMap(tokens), ...tokens(asset.creatorName)]), asset.k);
  };
  const count = (index: Map<string, number[]>, words: readonly string[], size: number): Uint8Array => {
    const hits = new Uint8Array(size);
    for (const word of words) for (const k of index.get(word) ?? []) hits[k] = (hits[k] ?? 0) + 1;
    return hits;
  };

  return {
    match: (text) => {
      for (; indexed < catalogue.count(); indexed += 1) add(catalogue.at(indexed));
      // More distinct words than a byte can count match nothing anyway.
      const words = [...new Set(text)].slice(0, 250);
      const flags = new Uint8Array(indexed);
      const all = count(anywhere, words, indexed);
      const title = count(titles, words, indexed);
      for (let k = 0; k < indexed; k += 1) {
        if (all[k] === words.length) flags[k] = title[k] === words.length ? ANYWHERE | IN_TITLE : ANYWHERE;
      }
      return { flags };
    },
  };
};
