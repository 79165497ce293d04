/** The rule for every list of the terms: what it says of the values that a use names, and of a use that names none. */
import type { TermList } from '../rights.js';
import type { UseVerdict } from '../use.js';
import type { Covers, Vocabulary } from '../vocabulary/vocabulary.js';
import type { Asked, Terms } from './asked.js';
import { DIMENSIONS, type Dimension } from './dimensions.js';
import { listing, type Say } from './finding.js';

type Answer = 'RESTRICTED' | 'NOT_ALLOWED' | 'UNCLEAR' | 'NOT_STATED' | 'WORD_UNKNOWN' | 'ALLOWED';

const EFFECTS: Readonly<Record<Answer, UseVerdict>> = {
  RESTRICTED: 'DENIED',
  NOT_ALLOWED: 'DENIED',
  UNCLEAR: 'UNKNOWN',
  NOT_STATED: 'UNKNOWN',
  WORD_UNKNOWN: 'UNKNOWN',
  ALLOWED: 'ALLOWED',
};
/** The order in which they are shown. */
const ANSWERS = Object.keys(EFFECTS) as readonly Answer[];

/** How far the words of a list, taken together, cover a value. */
const covered = (words: readonly string[], value: string, { covers }: Vocabulary): Covers => {
  let most: Covers = 'NO';
  for (const word of words) {
    const one = covers(word, value);
    if (one === 'YES') return one;
    if (one === 'MAYBE') most = one;
  }
  return most;
};

const isNothingStated = ({ allowed, nothingAllowed }: TermList): boolean => allowed.length === 0 && nothingAllowed !== true;

const answerOf = (list: TermList, value: string, vocabulary: Vocabulary): Answer => {
  if (!list.known) return 'NOT_STATED';
  const restricted = covered(list.restricted, value, vocabulary);
  if (restricted === 'YES') return 'RESTRICTED';
  if (restricted === 'MAYBE') return 'UNCLEAR';
  const allowed = covered(list.allowed, value, vocabulary);
  if (allowed === 'YES') return 'ALLOWED';
  if (allowed === 'MAYBE') return 'UNCLEAR';
  return isNothingStated(list) ? 'NOT_STATED' : 'NOT_ALLOWED';
};

const names = ({ allowed, restricted }: TermList, value: string, { canonical }: Vocabulary): boolean =>
  allowed.some((word) => canonical(word) === value) || restricted.some((word) => canonical(word) === value);

const isEverythingAllowed = ({ known, allowed, restricted }: TermList, { isEverything }: Vocabulary): boolean =>
  known && restricted.length === 0 && allowed.some(isEverything);

const MESSAGES: Readonly<Record<Answer, (dimension: Dimension, list: TermList, values: string) => string>> = {
  RESTRICTED: ({ one }, _, values) => `The terms restrict the ${one} ${values}.`,
  NOT_ALLOWED: ({ many }, { allowed }, values) =>
    allowed.length === 0
      ? `The terms allow no ${many} at all; not ${values}.`
      : `The terms allow ${listing(allowed)}; not ${values}.`,
  UNCLEAR: ({ one }, { allowed, restricted }, values) =>
    `It is not certain whether the terms (${listing([...allowed, ...restricted])}) cover the ${one} ${values}.`,
  NOT_STATED: ({ many }, _, values) => `The terms do not state which ${many} are allowed; asked for: ${values}.`,
  WORD_UNKNOWN: ({ one }, _, values) => `The ${one} ${values} is not known here, and the terms do not name it.`,
  ALLOWED: ({ one }, _, values) => `The terms allow the ${one} ${values}.`,
};

const sayAnswer = (dimension: Dimension, list: TermList, answer: Answer, values: readonly string[], say: Say): void =>
  say(dimension.field, EFFECTS[answer], `${dimension.prefix}_${answer}`, MESSAGES[answer](dimension, list, listing(values)));

/** One word with one value, as almost always; undefined: it stands for several. */
const answerOfOne = (list: TermList, word: string, vocabulary: Vocabulary): Answer | undefined => {
  const values = vocabulary.valuesOf(word);
  if (values === undefined) {
    const value = vocabulary.canonical(word);
    return names(list, value, vocabulary) ? answerOf(list, value, vocabulary) : 'WORD_UNKNOWN';
  }
  // Saves looking at each of hundreds of values.
  if (isEverythingAllowed(list, vocabulary)) return 'ALLOWED';
  return values.length === 1 ? answerOf(list, values[0] as string, vocabulary) : undefined;
};

const decideWords = (dimension: Dimension, list: TermList, words: readonly string[], say: Say): void => {
  const { vocabulary } = dimension;
  const found = new Map<Answer, Set<string>>();
  const add = (answer: Answer, value: string): void => {
    const values = found.get(answer);
    if (values) values.add(value);
    else found.set(answer, new Set([value]));
  };
  for (const word of words) {
    const one = answerOfOne(list, word, vocabulary);
    if (one !== undefined) add(one, word);
    else for (const value of vocabulary.valuesOf(word) ?? []) add(answerOf(list, value, vocabulary), value);
  }
  // What is answered in one way goes by the words of the use: `WORLD`, not two hundred countries.
  for (const answer of ANSWERS) {
    const values = found.get(answer);
    if (values) sayAnswer(dimension, list, answer, found.size === 1 ? words : [...values], say);
  }
};

const decideLeftOut = (dimension: Dimension, list: TermList, say: Say): void => {
  const { prefix, field, one, many, vocabulary, isAlwaysAnswered } = dimension;
  if (isEverythingAllowed(list, vocabulary)) {
    if (isAlwaysAnswered) say(field, 'ALLOWED', `${prefix}_ALLOWED`, `The terms allow all ${many}.`);
  } else if (list.known) {
    say(field, 'UNKNOWN', `${prefix}_REQUIRED`, `The terms speak of ${many}: say which ${one}.`);
  } else if (isAlwaysAnswered) {
    say(field, 'UNKNOWN', `${prefix}_NOT_STATED`, `The terms do not state which ${many} are allowed.`);
  }
};

export const decideLists = (terms: Terms, { use }: Asked, say: Say): void => {
  for (const dimension of DIMENSIONS) {
    const asked = dimension.asked(use);
    const list = terms[dimension.field];
    if (asked === null) {
      decideLeftOut(dimension, list, say);
      continue;
    }
    const words = typeof asked === 'string' ? [asked] : asked;
    const answer = words.length === 1 ? answerOfOne(list, words[0] as string, dimension.vocabulary) : undefined;
    if (answer === undefined) decideWords(dimension, list, words, say);
    else sayAnswer(dimension, list, answer, words, say);
  }
};

const RESTRICTED_CODES: ReadonlySet<string> = new Set(DIMENSIONS.map(({ prefix }) => `${prefix}_RESTRICTED`));
/** A prohibition that names what it forbids: of terms that stand side by side, those of the others do not make it good. */
export const isRestriction = (code: string): boolean => RESTRICTED_CODES.has(code);
