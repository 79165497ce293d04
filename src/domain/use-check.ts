/** A use as somebody wrote it: all complaints together, or the use with its defaults. Nothing is corrected silently. */
import type { Instant } from './instant.js';
import type { InputProblem } from './operation.js';
import { USE_PURPOSES, type Use, type UsePurpose } from './use.js';
import { isLanguage } from './vocabulary/languages.js';
import { isTerritory } from './vocabulary/territories.js';

/** Null and absent: the default. */
export interface UseText {
  readonly channel: string;
  readonly purpose?: UsePurpose | null;
  readonly usage?: string | null;
  readonly placement?: string | null;
  readonly size?: string | null;
  readonly territories?: readonly string[] | null;
  readonly industry?: string | null;
  readonly language?: string | null;
  readonly startsAt?: Instant | null;
  readonly endsAt?: Instant | null;
  readonly unit?: string | null;
  readonly units?: number | null;
}

const MAX_WORD = 100;
/** All countries and the world, once each. */
const MAX_TERRITORIES = 250;
const LOWER_SNAKE = /^[a-z0-9]+(_[a-z0-9]+)*$/;
const WORDS = ['channel', 'usage', 'placement', 'size', 'industry', 'unit'] as const;

type Complain = (field: string, code: string, message: string) => void;

const checkWord = (field: string, word: string, complain: Complain): void => {
  if (word.length > MAX_WORD) complain(field, 'TOO_LONG', `At most ${MAX_WORD} characters.`);
  else if (!LOWER_SNAKE.test(word))
    complain(field, 'INVALID', 'Give a word in lower case, with underscores between its parts, e.g. "web" or "out_of_home".');
};

const checkTerritories = (territories: readonly string[], complain: Complain): void => {
  if (territories.length === 0)
    complain('territories', 'REQUIRED', 'Name at least one territory, or leave the list out: it is then unstated.');
  if (territories.length > MAX_TERRITORIES) {
    complain('territories', 'TOO_MANY', `At most ${MAX_TERRITORIES} territories.`);
    return;
  }
  for (const [index, territory] of territories.entries()) {
    if (!isTerritory(territory))
      complain(`territories.${index}`, 'INVALID', 'Give a code of ISO 3166-1 alpha-2 in capital letters, e.g. "DE", or "WORLD".');
  }
};

const checkTimes = ({ startsAt, endsAt }: UseText, complain: Complain): void => {
  if (startsAt && endsAt && endsAt <= startsAt) complain('endsAt', 'INVALID', 'A use ends after it starts.');
};

const withDefaults = (text: UseText): Use => ({
  channel: text.channel,
  purpose: text.purpose ?? 'COMMERCIAL',
  usage: text.usage ?? null,
  placement: text.placement ?? null,
  size: text.size ?? null,
  territories: text.territories ?? null,
  industry: text.industry ?? null,
  language: text.language ?? null,
  startsAt: text.startsAt ?? null,
  endsAt: text.endsAt ?? null,
  unit: text.unit ?? null,
  units: text.units ?? 1,
});

export const checkUse = (text: UseText): { readonly use: Use } | { readonly problems: readonly InputProblem[] } => {
  const problems: InputProblem[] = [];
  const complain: Complain = (field, code, message) => problems.push({ path: `use.${field}`, code, message });
  for (const field of WORDS) {
    const word = text[field];
    if (word != null) checkWord(field, word, complain);
  }
  if (text.purpose != null && !USE_PURPOSES.includes(text.purpose))
    complain('purpose', 'INVALID', `Give one of ${USE_PURPOSES.join(', ')}.`);
  if (text.territories != null) checkTerritories(text.territories, complain);
  if (text.language != null && (text.language.length > MAX_WORD || !isLanguage(text.language)))
    complain('language', 'INVALID', 'Give a language tag (BCP 47), e.g. "de" or "de-AT".');
  checkTimes(text, complain);
  if (text.units != null && !(Number.isSafeInteger(text.units) && text.units >= 1))
    complain('units', 'INVALID', 'Units are counted in whole numbers from 1 on.');
  return problems.length > 0 ? { problems } : { use: withDefaults(text) };
};
