/** A small inverted index over the catalogue's words: every word of a phrase must occur. Built at the first search. */
import type { Media } from './asset.js';
import type { Catalogue } from './catalogue.js';

/** Scripts without spaces are indexed sign by sign, all others word by word. */
const WORDS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}\p{M}]+/gu;

const wordsOf = (text: string): readonly string[] => [...new Set(text.toLowerCase().match(WORDS) ?? [])];

interface WordIndex {
  /** Ascending positions in the catalogue; null: the phrase has no word, so nothing is excluded. */
  find(media: Media, phrase: string): readonly number[] | null;
}

export const createWordIndex = (catalogue: Catalogue): WordIndex => {
  const postings = { image: new Map<string, number[]>(), video: new Map<string, number[]>() };
  const indexed = { image: 0, video: 0 };

  /** Assets added since the last search are taken up here. */
  const catchUp = (media: Media): void => {
    for (; indexed[media] < catalogue.size(media); indexed[media] += 1) {
      const k = indexed[media];
      for (const word of wordsOf(catalogue.at(media, k)?.text ?? '')) {
        const list = postings[media].get(word);
        if (list === undefined) postings[media].set(word, [k]);
        else list.push(k);
      }
    }
  };

  return {
    find: (media, phrase) => {
      const words = wordsOf(phrase);
      if (words.length === 0) return null;
      catchUp(media);
      const lists = words.map((word) => postings[media].get(word) ?? []).sort((a, b) => a.length - b.length);
      const [shortest = [], ...others] = lists;
      const sets = others.map((list) => new Set(list));
      return shortest.filter((k) => sets.every((set) => set.has(k)));
    },
  };
};
