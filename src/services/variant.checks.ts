/** What can be said of a list of variants, and of a question for one, without asking anybody: all complaints together. */
import { type AssetId, parseGlobalId } from '../domain/ids.js';
import type { InputProblem } from '../domain/operation.js';
import { MAX_VARIANTS, type Variant, type VariantQuestion } from '../domain/variant.js';
import { isTerritory } from '../domain/vocabulary/territories.js';
import { checkKey } from './licensing.checks.js';

export interface VariantInput {
  readonly assetId: string;
  readonly market: string;
  readonly language: string | null;
  readonly campaign: string | null;
}

export interface VariantsCommand {
  readonly assetId: string;
  readonly variants: readonly VariantInput[];
  readonly idempotencyKey: string;
}

const MAX_CAMPAIGN = 200;
const MAX_KEY = 255;

export const noSuchAsset = (path: string): InputProblem => ({
  path,
  code: 'NOT_FOUND',
  message: 'There is no such asset. Pass an id exactly as this API returned it.',
});

/** The canonical spelling; undefined: it is no language tag. */
const languageOf = (text: string): string | undefined => {
  try {
    return Intl.getCanonicalLocales(text)[0];
  } catch {
    return undefined;
  }
};

type Found<T> = { readonly value: T; readonly problems: readonly InputProblem[] };

/** Path: what stands before the names of the fields. */
export const checkQuestion = (
  question: { readonly market: string; readonly language: string | null; readonly campaign: string | null },
  path = '',
): Found<VariantQuestion> => {
  const problems: InputProblem[] = [];
  const complain = (field: string, message: string) => problems.push({ path: `${path}${field}`, code: 'INVALID', message });
  if (!isTerritory(question.market)) complain('market', 'Give an ISO 3166-1 alpha-2 code in capital letters, or WORLD.');
  const language = question.language === null ? null : languageOf(question.language);
  if (language === undefined) complain('language', 'This is no language tag; write it like de or de-AT.');
  const campaign = question.campaign === null ? null : question.campaign.trim();
  if (campaign !== null && (campaign === '' || campaign.length > MAX_CAMPAIGN))
    complain('campaign', `A campaign has 1 to ${MAX_CAMPAIGN} characters. Leave it out for every campaign.`);
  return { value: { market: question.market, language: language ?? null, campaign }, problems };
};

const nameOf = ({ market, language, campaign }: Variant): string => JSON.stringify([market, language, campaign]);

/** The variants in canonical spelling; of no use when there are problems. */
export const checkVariants = ({ assetId, variants, idempotencyKey }: VariantsCommand): Found<readonly Variant[]> => {
  const problems: InputProblem[] = [];
  if (parseGlobalId(assetId)?.type !== 'Asset') problems.push(noSuchAsset('assetId'));
  checkKey(idempotencyKey, MAX_KEY, (path, code, message) => problems.push({ path, code, message }));
  if (variants.length > MAX_VARIANTS) {
    problems.push({ path: 'variants', code: 'TOO_MANY', message: `An asset has ${MAX_VARIANTS} variants at most.` });
    return { value: [], problems };
  }
  const seen = new Map<string, number>();
  const value = variants.map((input, index): Variant => {
    const path = `variants.${index}.`;
    const checked = checkQuestion(input, path);
    problems.push(...checked.problems);
    if (parseGlobalId(input.assetId)?.type !== 'Asset') problems.push(noSuchAsset(`${path}assetId`));
    const variant = { assetId: input.assetId as AssetId, ...checked.value };
    if (checked.problems.length > 0) return variant;
    const first = seen.get(nameOf(variant));
    if (first === undefined) seen.set(nameOf(variant), index);
    else
      problems.push({
        path: `variants.${index}`,
        code: 'DUPLICATE',
        message: `variants.${first} is named for the same market, language and campaign.`,
      });
    return variant;
  });
  return { value, problems };
};
