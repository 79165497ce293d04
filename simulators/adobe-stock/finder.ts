/** Finds and orders what a search asks for, as positions; answers are kept until the catalogue changes. */
import type { Asset } from './asset.js';
import type { Catalogue } from './catalogue.js';
import { parseFilters, type Test } from './filters.js';
import { type Params, wholeNumber } from './params.js';
import { ANYWHERE, createWordIndex, IN_TITLE, tokens } from './word-index.js';

export interface Finder {
  /** Positions of everything that matches, best first. */
  find(params: Params): readonly number[];
}

const KEPT_ANSWERS = 300;
/** Parameters that choose a window or a look, not the answer. */
const WINDOW = new Set(['limit', 'offset', 'thumbnail_size']);

/** Editorial, audio and free assets are reachable by id only. */
const isSearchable = (asset: Asset): boolean => !asset.editorial && asset.kind !== 'audio' && asset.premium !== 1;

type Order = (a: Asset, b: Asset) => number;

const newestFirst: Order = (a, b) => b.createdMs - a.createdMs || b.k - a.k;
const ORDERS: ReadonlyMap<string, Order> = new Map<string, Order>([
  ['creation', newestFirst],
  ['featured', (a, b) => (b.popularity % 1000) - (a.popularity % 1000) || a.id - b.id],
  ['nb_downloads', (a, b) => b.popularity - a.popularity || a.id - b.id],
  ['undiscovered', (a, b) => a.popularity - b.popularity || a.id - b.id],
]);

const answerKey = (params: Params): string =>
  JSON.stringify([
    [...params.search].filter(([name]) => !WINDOW.has(name)).sort(),
    [...params.filters].sort(),
    [...params.lists].sort(),
  ]);

export const createFinder = (catalogue: Catalogue): Finder => {
  const index = createWordIndex(catalogue);
  const answers = new Map<string, readonly number[]>();
  let version = -1;
  /** Positions in the order of relevance when all matches are equal: additions newest first, then by id. */
  let ranked: readonly number[] = [];

  const refresh = (): void => {
    if (version === catalogue.version()) return;
    version = catalogue.version();
    answers.clear();
    ranked = Array.from({ length: catalogue.count() }, (_, k) => k)
      .filter((k) => !catalogue.isRemoved(k) && isSearchable(catalogue.at(k)))
      .sort((a, b) => {
        const fresh = Number(catalogue.isAddition(b)) - Number(catalogue.isAddition(a));
        if (fresh !== 0) return fresh;
        return catalogue.isAddition(a) ? b - a : catalogue.at(a).id - catalogue.at(b).id;
      });
  };

  /** Same category and kind, and a keyword in common. */
  const similarTo = (text: string): Test => {
    const id = wholeNumber(/\d{6,16}/.exec(text)?.[0]);
    const model = id === undefined ? undefined : catalogue.findLive(id);
    if (!model) return () => false;
    const words = new Set(model.keywords);
    return (asset) =>
      asset.k !== model.k &&
      asset.kind === model.kind &&
      (asset.categoryId === model.categoryId || asset.keywords.some((word) => words.has(word)));
  };

  const byWords = (text: string): readonly number[] => {
    const words = tokens(text);
    if (words.length === 0) return ranked;
    const { flags } = index.match(words);
    const hit = ranked.filter((k) => ((flags[k] ?? 0) & ANYWHERE) !== 0);
    const first = (k: number): boolean => catalogue.isAddition(k) || ((flags[k] ?? 0) & IN_TITLE) !== 0;
    return [...hit.filter(first), ...hit.filter((k) => !first(k))];
  };

  const find = (params: Params): readonly number[] => {
    const words = params.search.get('words') ?? '';
    const position = catalogue.positionOf(wholeNumber(words) ?? -1);
    const base = position >= 0 ? ranked.filter((k) => k === position) : byWords(words);
    const similar = params.search.get('similar_url') ?? params.search.get('similar');
    const tests = [...parseFilters(params), ...(similar === undefined ? [] : [similarTo(similar)])];
    const hits = tests.length === 0 ? base : base.filter((k) => tests.every((test) => test(catalogue.at(k))));
    const compare = ORDERS.get(params.search.get('order') ?? 'relevance');
    return compare ? [...hits].sort((a, b) => compare(catalogue.at(a), catalogue.at(b))) : hits;
  };

  return {
    find: (params) => {
      refresh();
      const key = answerKey(params);
      const known = answers.get(key);
      if (known) return known;
      if (answers.size >= KEPT_ANSWERS) answers.clear();
      const found = find(params);
      answers.set(key, found);
      return found;
    },
  };
};
