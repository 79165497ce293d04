/** What a vocabulary answers: which values a word of a use stands for, and how far a listed word covers a value. Pure. */

export type Covers = 'YES' | 'MAYBE' | 'NO';

export interface Vocabulary {
  /** One spelling for a word that may be written in several ways. */
  canonical(word: string): string;
  /** The values that a word of a use stands for, each decided for itself; undefined: it is no word of this vocabulary. */
  valuesOf(word: string): readonly string[] | undefined;
  /** `value`: canonical. */
  covers(listed: string, value: string): Covers;
  isEverything(listed: string): boolean;
}

interface Coverage {
  readonly yes: ReadonlySet<string>;
  readonly maybe?: ReadonlySet<string>;
  /** `x_` of a word `x_any`, which covers also what the vocabulary does not have. */
  readonly beginning: string | undefined;
}

/** A word that stands in lists alone. */
export interface ListedWord {
  readonly yes: readonly string[];
  readonly maybe: readonly string[];
}

interface Words {
  readonly leaves: readonly string[];
  /** Groups and synonyms, with the leaves that they stand for. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly listed?: Readonly<Record<string, ListedWord>>;
  readonly everything: readonly string[];
  readonly canonical?: (word: string) => string;
}

const ANY = '_any';

/** `a_b_c` → `a`, `a_b`, `a_b_c`. */
const beginningsOf = (word: string): readonly string[] => {
  const pieces = word.split('_');
  return pieces.map((_, index) => pieces.slice(0, index + 1).join('_'));
};

/** For every `x` that a word begins with: `x_any`, with all leaves that `x` and the words below it stand for. */
const wildcards = (values: ReadonlyMap<string, readonly string[]>): Map<string, readonly string[]> => {
  const found = new Map<string, Set<string>>();
  for (const [word, leaves] of values) {
    for (const beginning of beginningsOf(word)) {
      const key = `${beginning}${ANY}`;
      const below = found.get(key) ?? new Set();
      for (const leaf of leaves) below.add(leaf);
      found.set(key, below);
    }
  }
  return new Map([...found].map(([word, leaves]) => [word, [...leaves]]));
};

const beginningOf = (word: string): string | undefined => (word.endsWith(ANY) ? word.slice(0, -ANY.length + 1) : undefined);
const isBelow = (value: string, beginning: string | undefined): boolean => beginning !== undefined && value.startsWith(beginning);

const same = (word: string): string => word;

export const wordVocabulary = ({ leaves, groups = {}, listed = {}, everything, canonical = same }: Words): Vocabulary => {
  const named = new Map<string, readonly string[]>([
    ...leaves.map((leaf): [string, readonly string[]] => [leaf, [leaf]]),
    ...Object.entries(groups),
  ]);
  // What is named says itself what it stands for, also where its name ends like a wildcard.
  const values = new Map<string, readonly string[]>([
    ...wildcards(named),
    ...named,
    ...everything.map((word): [string, readonly string[]] => [word, leaves]),
  ]);
  const coverages = new Map<string, Coverage>([
    ...[...values].map(([word, below]): [string, Coverage] => [word, { yes: new Set(below), beginning: beginningOf(word) }]),
    ...Object.entries(listed).map(([word, { yes, maybe }]): [string, Coverage] => [
      word,
      { yes: new Set(yes), maybe: new Set(maybe), beginning: beginningOf(word) },
    ]),
  ]);
  const all = new Set(everything);
  return {
    canonical,
    valuesOf: (word) => values.get(canonical(word)),
    isEverything: (word) => all.has(word),
    covers: (listedWord, value) => {
      if (all.has(listedWord)) return 'YES';
      const word = canonical(listedWord);
      const coverage = coverages.get(word);
      if (word === value) return 'YES';
      // Outside of the vocabulary: what it means beside itself nobody knows.
      if (coverage === undefined) return isBelow(value, beginningOf(word)) ? 'YES' : 'MAYBE';
      if (coverage.yes.has(value) || isBelow(value, coverage.beginning)) return 'YES';
      return coverage.maybe?.has(value) ? 'MAYBE' : 'NO';
    },
  };
};
