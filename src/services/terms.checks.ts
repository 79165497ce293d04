/** What can be said of stated terms, and of a report about a license, without asking anybody: all complaints together. */
import type { InputProblem } from '../domain/operation.js';
import { LIST_FIELDS, type StatedList, type StatedTerms } from '../domain/stated-terms.js';
import type { Period } from '../domain/terms-versions.js';
import { COUNTRIES } from '../domain/vocabulary/territories.js';

const MAX_WORD = 100;
const MAX_WORDS = 500;
const MAX_LIMITS = 50;
const MAX_RESTRICTIONS = 100;
const MAX_RESTRICTION = 5_000;
const MAX_TEXT = 500;

type Complain = (path: string, code: string, message: string) => void;

/** Besides ISO codes. The last three are not defined alike by everybody: a contract may name them, and no use is certain to be in them. */
const CONTINENTS = ['africa', 'antarctica', 'asia', 'australia', 'europe', 'north_america', 'south_america'];
const TERRITORY_WORDS: ReadonlySet<string> = new Set([
  ...COUNTRIES,
  ...CONTINENTS.flatMap((name) => [name, `${name}_any`]),
  ...['WORLD', 'any', 'EU', 'EEA', 'DACH', 'BENELUX', 'NORDICS', 'EMEA', 'APAC', 'LATAM'],
]);

const checkWords = (words: readonly string[], path: string, territories: boolean, complain: Complain): void => {
  if (words.length > MAX_WORDS) complain(path, 'TOO_MANY', `At most ${MAX_WORDS} words.`);
  const seen = new Set<string>();
  for (const [index, word] of words.entries()) {
    const at = `${path}.${index}`;
    if (word === '' || word !== word.trim() || word.length > MAX_WORD)
      complain(at, 'INVALID', `A word has 1 to ${MAX_WORD} characters, without white space around it.`);
    else if (territories && !TERRITORY_WORDS.has(word))
      complain(at, 'INVALID', 'Give an ISO 3166-1 alpha-2 code in capital letters, WORLD, or a region such as EU or europe_any.');
    else if (seen.has(word)) complain(at, 'DUPLICATE', `"${word}" stands in the list already.`);
    seen.add(word);
  }
};

const checkList = (list: StatedList, path: string, territories: boolean, complain: Complain): void => {
  checkWords(list.allowed ?? [], `${path}.allowed`, territories, complain);
  checkWords(list.restricted ?? [], `${path}.restricted`, territories, complain);
  const allowed = new Set(list.allowed ?? []);
  for (const [index, word] of (list.restricted ?? []).entries()) {
    if (allowed.has(word)) complain(`${path}.restricted.${index}`, 'CONTRADICTION', `"${word}" is allowed as well.`);
  }
};

const checkDates = (terms: StatedTerms, path: string, complain: Complain): void => {
  const { termKind, validFrom, validUntil, toBeUsedUntil } = terms;
  if (validFrom && validUntil && validUntil <= validFrom)
    complain(`${path}.validUntil`, 'INVALID', 'A term ends after it begins; its end is exclusive.');
  if (termKind === 'PERPETUAL' && validUntil) complain(`${path}.validUntil`, 'CONTRADICTION', 'What is perpetual has no end.');
  if (validFrom && toBeUsedUntil && toBeUsedUntil <= validFrom)
    complain(`${path}.toBeUsedUntil`, 'INVALID', 'The first use cannot have to happen before the term begins.');
};

const checkLimits = ({ limits = [] }: StatedTerms, path: string, complain: Complain): void => {
  if (limits.length > MAX_LIMITS) complain(`${path}.limits`, 'TOO_MANY', `At most ${MAX_LIMITS} limits.`);
  const seen = new Set<string>();
  for (const [index, { unit, max }] of limits.entries()) {
    const at = `${path}.limits.${index}`;
    if (!/^[a-z][a-z0-9_]*$/.test(unit) || unit.length > MAX_WORD)
      complain(`${at}.unit`, 'INVALID', `A unit is a word in lower_snake of at most ${MAX_WORD} characters, e.g. circulation.`);
    else if (seen.has(unit)) complain(`${at}.unit`, 'DUPLICATE', `There is a limit in "${unit}" already.`);
    if (max < 1)
      complain(`${at}.max`, 'INVALID', 'A limit is 1 or more. To allow nothing, state an empty list of what is allowed.');
    seen.add(unit);
  }
};

const checkTexts = ({ restrictions = [], attributionText }: StatedTerms, path: string, complain: Complain): void => {
  if (attributionText !== undefined && (attributionText.trim() === '' || attributionText.length > MAX_TEXT))
    complain(`${path}.attributionText`, 'INVALID', `A credit has 1 to ${MAX_TEXT} characters.`);
  if (restrictions.length > MAX_RESTRICTIONS)
    complain(`${path}.restrictions`, 'TOO_MANY', `At most ${MAX_RESTRICTIONS} restrictions.`);
  for (const [index, text] of restrictions.entries()) {
    if (text.trim() === '' || text.length > MAX_RESTRICTION)
      complain(`${path}.restrictions.${index}`, 'INVALID', `A restriction has 1 to ${MAX_RESTRICTION} characters.`);
  }
};

/** Problems of stated terms; `path` is where they stand in the input. */
export const checkStatedTerms = (terms: StatedTerms, path: string): InputProblem[] => {
  const problems: InputProblem[] = [];
  const complain: Complain = (at, code, message) => problems.push({ path: at, code, message });
  for (const field of LIST_FIELDS) {
    const list = terms[field];
    if (list) checkList(list, `${path}.${field}`, field === 'territories', complain);
  }
  checkDates(terms, path, complain);
  checkLimits(terms, path, complain);
  checkTexts(terms, path, complain);
  return problems;
};

export interface TermsCommand extends Period {
  readonly licenseUuid: string;
  readonly kind: 'STATED' | 'RENEWAL' | 'CORRECTION' | 'CANCELLATION';
  /** Absent: none were given, as in a cancellation. */
  readonly terms?: StatedTerms;
  readonly note?: string;
  /** Who reported it, and under which name; absent in a statement of our own. */
  readonly report?: { readonly system: string; readonly reference: string };
}

const checkName = (path: string, text: string, complain: Complain): void => {
  if (text.trim() === '' || text.length > MAX_TEXT) complain(path, 'INVALID', `1 to ${MAX_TEXT} characters.`);
};

const checkKind = ({ kind, terms }: TermsCommand, complain: Complain): void => {
  if (kind === 'CANCELLATION') {
    if (terms)
      complain(
        'terms',
        'UNEXPECTED',
        'A cancellation states no terms: leave them out. To change them as well, report a CORRECTION.',
      );
  } else if (!terms) complain('terms', 'REQUIRED', 'State at least one field.');
  else if (kind === 'RENEWAL' && terms.validUntil === undefined && terms.termKind !== 'PERPETUAL')
    complain('terms.validUntil', 'REQUIRED', 'Say until when it was renewed, or that it is PERPETUAL.');
};

export const checkTermsCommand = (command: TermsCommand): InputProblem[] => {
  const problems: InputProblem[] = [];
  const complain: Complain = (at, code, message) => problems.push({ path: at, code, message });
  const { kind, terms, from, until, note = '', report } = command;
  if (report) {
    checkName('system', report.system, complain);
    checkName('reference', report.reference, complain);
  }
  if (note.length > MAX_TEXT) complain('note', 'TOO_LONG', `At most ${MAX_TEXT} characters.`);
  if (kind === 'CANCELLATION' && until !== null)
    complain('effectiveUntil', 'UNEXPECTED', 'A cancellation is for good: leave this out.');
  else if (kind === 'RENEWAL' && until !== null)
    complain('effectiveUntil', 'UNEXPECTED', 'A renewal ends with its term: say when in terms.validUntil, and leave this out.');
  else if (until !== null && from !== null && until <= from)
    complain('effectiveUntil', 'INVALID', 'It ends after effectiveFrom.');
  checkKind(command, complain);
  if (terms) problems.push(...checkStatedTerms(terms, 'terms'));
  return problems;
};
