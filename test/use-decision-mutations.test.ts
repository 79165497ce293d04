/** Plants mistakes into the rules: a decision table that does not notice one proves nothing of the rule that it is in. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { build, type Plugin } from 'esbuild';
import type { Decision, UseQuestion } from '../src/domain/use.js';
import { ROWS } from './decisions/rows.js';

interface Mistake {
  readonly name: string;
  /** Below src/domain. */
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

const DOMAIN = path.join(path.dirname(fileURLToPath(import.meta.url)), '../src/domain');

const inFile =
  (file: string) =>
  (name: string, find: string, put: string): Mistake => ({ name, file, find, put });
const inLists = inFile('use-rules/lists.ts');
const inTerm = inFile('use-rules/term.ts');
const inLimits = inFile('use-rules/limits.ts');
const inParts = inFile('use-rules/parts.ts');
const inAsked = inFile('use-rules/asked.ts');
const inPurpose = inFile('use-rules/purpose.ts');
const inTerritories = inFile('vocabulary/territories.ts');
const inLanguages = inFile('vocabulary/languages.ts');

const MISTAKES: readonly Mistake[] = [
  inFile('use.ts')('a prohibition no longer wins', 'UNKNOWN: 1, DENIED: 2', 'UNKNOWN: 2, DENIED: 1'),
  inFile('use.ts')('unknown weighs no more than allowed', 'ALLOWED: 0, UNKNOWN: 1', 'ALLOWED: 0, UNKNOWN: 0'),
  inLists('a word that may be restricted is not', "if (restricted === 'MAYBE') return 'UNCLEAR';", ''),
  inLists(
    'maybe allowed counts as allowed',
    "if (allowed === 'MAYBE') return 'UNCLEAR';",
    "if (allowed === 'MAYBE') return 'ALLOWED';",
  ),
  inLists('a restricted word is not read', "if (restricted === 'YES') return 'RESTRICTED';", ''),
  inLists(
    'an allowed word outweighs a restricted one',
    "if (restricted === 'YES')",
    "if (restricted === 'YES' && covered(list.allowed, value, vocabulary) !== 'YES')",
  ),
  inLists(
    'a list of which nothing is known allows',
    "if (!list.known) return 'NOT_STATED';",
    "if (!list.known) return 'ALLOWED';",
  ),
  inLists(
    'a list that merely restricts allows the rest',
    "return isNothingStated(list) ? 'NOT_STATED'",
    "return isNothingStated(list) ? 'ALLOWED'",
  ),
  inLists('nothing allowed counts as nothing stated', 'allowed.length === 0 && nothingAllowed !== true', 'allowed.length === 0'),
  inLists(
    'a word that nobody knows is allowed',
    "answerOf(list, value, vocabulary) : 'WORD_UNKNOWN'",
    "answerOf(list, value, vocabulary) : 'ALLOWED'",
  ),
  inLists('an unknown word that the terms name stays unknown', 'return names(list, value, vocabulary) ?', 'return false ?'),
  inLists(
    'everything allowed outweighs what is restricted',
    'known && restricted.length === 0 && allowed.some',
    'known && allowed.some',
  ),
  inLists(
    'of several values the first answers',
    'for (const word of words) {\n    const one = answerOfOne',
    'for (const word of words.slice(0, 1)) {\n    const one = answerOfOne',
  ),
  inLists(
    'a territory that is left out is taken for any',
    '} else if (list.known) {',
    '} else if (list.known && !isAlwaysAnswered) {',
  ),
  inLists('what a use leaves out is not asked for', '} else if (list.known) {', '} else if (list.known && isAlwaysAnswered) {'),
  inPurpose(
    'the editorial check is dropped',
    "else if (isCommercial)\n    say('editorialOnly', 'DENIED', 'EDITORIAL_ONLY'",
    "else if (isCommercial)\n    say('editorialOnly', 'ALLOWED', 'PURPOSE_ALLOWED'",
  ),
  inPurpose(
    'an editorial purpose excuses a commercial channel',
    "!isCommercial && use.purpose === 'EDITORIAL'",
    "use.purpose === 'EDITORIAL'",
  ),
  inPurpose('an unknown editorial status passes', "editorialOnly === 'NO')", "editorialOnly !== 'YES')"),
  inAsked(
    'a commercial channel does not make a use commercial',
    "purpose === 'COMMERCIAL' || isCommercialChannel(channel) ||",
    "purpose === 'COMMERCIAL' ||",
  ),
  inAsked('a commercial usage does not make a use commercial', '(usage !== null && isCommercialUsage(usage))', 'false'),
  inFile('use-rules/releases.ts')('an unknown release passes', "if (released === 'YES')", "if (released !== 'NO')"),
  inFile('use-rules/releases.ts')('property is not looked at', "decideRelease('propertyReleased', propertyReleased, say);", ''),
  inFile('use-rules/releases.ts')('editorial uses need releases too', 'if (!isCommercial) return;', ''),
  inTerm('the end of a term is a part of it', 'validUntil <= span.start', 'validUntil < span.start'),
  inTerm('the end of a use is a part of it', 'validUntil < span.end', 'validUntil <= span.end'),
  inTerm(
    'a use that goes on is not measured against the end',
    'span.isEndIncluded ? validUntil <= span.end',
    'span.isEndIncluded ? false',
  ),
  inTerm('a term that has not begun passes', 'validFrom !== null && validFrom > span.start', 'false'),
  inTerm('a term begins after its first moment', 'validFrom > span.start', 'validFrom >= span.start'),
  inTerm('an end that cannot be read is none', "else if (termKind === 'FIXED')", "else if (termKind === 'FIXED' && false)"),
  inTerm(
    'a term that is not stated is perpetual',
    "validUntil !== null || termKind === 'PERPETUAL'",
    "validUntil !== null || termKind !== 'FIXED'",
  ),
  inTerm('a use before the license was bought passes', 'span.start < question.licensedAt', 'false'),
  inTerm('the date of the first use is not looked at', 'firstUsedAt === null || firstUsedAt >= toBeUsedUntil', 'false'),
  inFile('use-rules/stretches.ts')(
    'terms that change later are not looked at',
    'if (until === null || !isWithin(until))',
    'if (true as boolean)',
  ),
  inLimits('a limit is off by one', 'use.units <= max - used', 'use.units <= max - used + 1'),
  inLimits('what is used up does not count', 'usedOf(question.used, unit)', '0'),
  inLimits('another unit leads past a limit', 'if (beside.length > 0)', 'if (false as boolean)'),
  inLimits('a limit of other channels answers for this one', 'if (touches(unit, channels)) return;', 'return;'),
  inLimits('of several limits the last counts', 'max === undefined || limit.max < max', 'true'),
  inLimits('a limit that is not stated is none', 'else if (terms.limitsComplete)', 'else if (true as boolean)'),
  inLimits('copies touch every channel', '\n  copies: PRINTED,', ''),
  inLimits('downloads limit a use', "'downloads', 'users'", "'users'"),
  inFile('use-rules/restrictions.ts')('words that nobody read pass', 'if (restrictionsRead)', 'if (true as boolean)'),
  inFile('use-rules/credit.ts')('a missing credit passes', "attributionRequired === 'YES')", 'false)'),
  inFile('use-decision.ts')('a license lifts what the library forbids', 'if (question.ownTerms)', 'if (false as boolean)'),
  inFile('use-decision.ts')(
    'the silence of the library takes from the license',
    "effect === 'DENIED' || IN_THE_WAY",
    "effect !== 'ALLOWED' || IN_THE_WAY",
  ),
  inFile('use-rules/holding.ts')('a superseded license passes', 'SUPERSEDED: reason(', 'SUPERSEDED: undefined && reason('),
  inFile('use-rules/holding.ts')('a cancelled license passes', 'CANCELLED: reason(', 'CANCELLED: undefined && reason('),
  inParts('all is treated as any', "originVersion === 'terms:any'", "originVersion !== ''"),
  inParts('any is treated as all', "originVersion === 'terms:any'", 'false'),
  inParts('what another part restricts is forgotten', 'reasons.filter(({ code }) => isRestriction(code))', '[]'),
  inFile('use-decision.ts')('the union of the parts decides', 'rights.parts.length === 0', 'true'),
  inTerritories('a region covers a country on two continents', 'maybe: UNCERTAIN[name] ?? []', 'maybe: []'),
  inTerritories('the union holds a neighbour', "const EU = codes('AT", "const EU = codes('CH AT"),
  inLanguages('a dialect covers its language', "return isOther ? 'NO' : 'MAYBE';", "return isOther ? 'NO' : 'YES';"),
  inFile('vocabulary/vocabulary.ts')(
    'a listed word that nobody knows covers nothing',
    "beginningOf(word)) ? 'YES' : 'MAYBE'",
    "beginningOf(word)) ? 'YES' : 'NO'",
  ),
];

type Decide = (question: UseQuestion) => Decision;

const planted = (text: string, { name, file, find, put }: Mistake): string => {
  const count = text.split(find).length - 1;
  if (count !== 1) throw new Error(`${name}: its place in ${file} was found ${count} times; adapt it to the present source`);
  return text.replace(find, () => put);
};

const plantIn = (mistake: Mistake): Plugin => ({
  name: 'mistake',
  setup: (builder) => {
    builder.onLoad({ filter: /\.ts$/ }, async (args) => {
      if (path.relative(DOMAIN, args.path) !== mistake.file) return undefined;
      return { contents: planted(await readFile(args.path, 'utf8'), mistake), loader: 'ts' };
    });
  },
});

const compiled = async (mistake?: Mistake): Promise<Decide> => {
  const { outputFiles } = await build({
    entryPoints: [path.join(DOMAIN, 'use-decision.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'rules',
    platform: 'node',
    target: 'node20',
    logLevel: 'silent',
    plugins: mistake ? [plantIn(mistake)] : [],
  });
  const rules: unknown = new Function(`${outputFiles[0]?.text}; return rules;`)();
  return (rules as { readonly decide: Decide }).decide;
};

/** Names of the rows that an answer contradicts. */
const contradicted = (decide: Decide): readonly string[] =>
  ROWS.filter(({ question, verdict, codes }) => {
    const decision = decide(question);
    const found = [...new Set(decision.reasons.map(({ code }) => code))].sort();
    return decision.verdict !== verdict || found.join() !== codes.join();
  }).map(({ name }) => name);

describe('the decision table', () => {
  it('agrees with the rules as they are', async () => {
    expect(contradicted(await compiled())).toEqual([]);
  });

  it.each(MISTAKES.map((mistake) => [mistake.name, mistake] as const))('notices that %s', async (_, mistake) => {
    expect(contradicted(await compiled(mistake)).length).toBeGreaterThan(0);
  });
});
