/** Looking at assets for a request: what is frozen of each, and what the rules say of it. Nothing is written here. */
import { type ApprovalContent, contentOf } from '../domain/approval.js';
import { type ApprovalRule, ruleFor } from '../domain/approval-rules.js';
import type { Asset } from '../domain/asset.js';
import type { Instant } from '../domain/instant.js';
import type { Allocation } from '../domain/license.js';
import type { InputProblem } from '../domain/operation.js';
import type { LicenseQuote } from '../domain/quote.js';
import type { Candidate, FrozenCandidate } from '../domain/request.js';
import { termsHash } from '../domain/terms-hash.js';
import type { CandidateCommand } from './request.checks.js';

interface Question {
  readonly asset: Asset;
  readonly licenseType: string | null;
  readonly locale: null;
  readonly again: boolean;
}

/** The batches of a request to this API. */
export interface Desk {
  /** In order: null for what does not exist, an error for what cannot be read now. */
  readonly assets: (ids: readonly string[]) => Promise<readonly (Asset | Error | null)[]>;
  readonly quotes: (questions: readonly Question[]) => Promise<readonly (LicenseQuote | Error)[]>;
}

/** Throws the fault of a source that cannot be asked; null for what does not exist. */
export const readAssets = async (desk: Desk, ids: readonly string[]): Promise<readonly (Asset | null)[]> =>
  (await desk.assets(ids)).map((found) => {
    if (found instanceof Error) throw found;
    return found;
  });

export const readQuotes = async (desk: Desk, questions: readonly Question[]): Promise<readonly LicenseQuote[]> =>
  (await desk.quotes(questions)).map((quote) => {
    if (quote instanceof Error) throw quote;
    return quote;
  });

/** Undefined: it cannot be bought here. */
export const freeze = (asset: Asset, quote: LicenseQuote, at: Instant): FrozenCandidate | undefined => {
  if (quote.kind !== 'QuoteWithinEntitlement' && quote.kind !== 'QuoteOverage') return undefined;
  // A license that is held is told anew at each look.
  const frozen = quote.kind === 'QuoteWithinEntitlement' ? { ...quote, alreadyHeld: null } : quote;
  return {
    source: asset.source,
    quote: frozen,
    title: asset.title,
    creditLine: asset.creditLine,
    previewRoles: asset.renditions.map(({ role }) => role),
    editorial: asset.rights.editorialOnly,
    termsHash: termsHash(asset.rights),
    fingerprint: quote.fingerprint,
    frozenAt: at,
  };
};

/** Why a quote makes no candidate. */
const unbuyable = (quote: LicenseQuote, path: string): InputProblem =>
  quote.kind === 'QuoteUnavailable'
    ? {
        path: `${path}.${quote.reason === 'UNKNOWN_LICENSE_TYPE' ? 'licenseType' : 'assetId'}`,
        code: quote.reason,
        message: quote.message,
      }
    : { path: `${path}.assetId`, code: 'CHECKOUT_REQUIRED', message: 'message' in quote ? quote.message : '' };

export interface Looked {
  readonly candidates: readonly Candidate[];
  readonly problems: readonly InputProblem[];
}

/** Asks for assets and quotes, no transaction being open. */
export const lookAt = async (
  desk: Desk,
  items: readonly CandidateCommand[],
  now: () => Instant,
  pathOf: (index: number) => string = (index) => `items.${index}`,
): Promise<Looked> => {
  const assets = await readAssets(
    desk,
    items.map(({ assetId }) => assetId),
  );
  const missing = assets.flatMap((asset, index) =>
    asset === null ? [{ path: `${pathOf(index)}.assetId`, code: 'NOT_FOUND', message: 'There is no such asset.' }] : [],
  );
  if (missing.length > 0) return { candidates: [], problems: missing };
  const questions = items.map(({ licenseType, again }, index) => ({
    asset: assets[index] as Asset,
    licenseType,
    locale: null,
    again,
  }));
  const quotes = await readQuotes(desk, questions);
  const at = now();
  const problems: InputProblem[] = [];
  const candidates = items.flatMap((item, index): Candidate[] => {
    const [{ asset }, quote] = [questions[index] as Question, quotes[index] as LicenseQuote];
    const frozen = freeze(asset, quote, at);
    if (!frozen) {
      problems.push(unbuyable(quote, pathOf(index)));
      return [];
    }
    const { again, references } = item;
    const licenseType = frozen.quote.licenseType as string;
    return [{ assetId: asset.id, licenseType, again, reason: again ? item.reason : null, references, frozen }];
  });
  return { candidates, problems };
};

/** Undefined: nothing would be charged. */
export const contentOfCandidate = (
  { assetId, again, frozen }: Candidate,
  { department }: Pick<Allocation, 'department'>,
): ApprovalContent | undefined => contentOf({ assetId, again, termsHash: frozen.termsHash, department }, frozen.quote);

/** The rule that asks for an approval of this candidate, with what it would be of. */
export const askedFor = (
  rules: readonly ApprovalRule[],
  candidate: Candidate,
  where: { readonly allocation: Allocation; readonly channels: readonly string[] },
): { readonly rule: ApprovalRule; readonly content: ApprovalContent } | undefined => {
  const content = contentOfCandidate(candidate, where.allocation);
  if (!content) return undefined;
  const { source, editorial } = candidate.frozen;
  const { licenseType, price, form, department } = content;
  const subject = { source, licenseType, editorial, price, overage: form === 'OVERAGE', department, channels: where.channels };
  const rule = ruleFor(rules, subject);
  return rule && { rule, content };
};
