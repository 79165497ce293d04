/** What Getty Images says of a license before it is bought, as a quote. Pure. */
import type { Asset } from '../../domain/asset.js';
import type { HeldLicense, LicenseReference, Quote, ReferenceSpec } from '../datasource.js';
import type { WireDownload } from './downloads.wire.js';
import { newestFirst, utcInstant } from './history.map.js';
import { PRODUCT_LABELS, type ProductChoice, readLicenseType } from './license-types.map.js';
import type { WireProduct } from './products.wire.js';

const underChoice = (rows: readonly WireDownload[], { productType, productId }: ProductChoice): readonly WireDownload[] =>
  rows.filter((row) => row.productType === productType && (productId === null || row.productId === productId));

/** The newest download under the product that is asked for: one kind of license says nothing of another. */
export const heldIn = (rows: readonly WireDownload[], licenseType: string): HeldLicense | null => {
  const choice = readLicenseType(licenseType);
  const [row] = choice === null ? [] : newestFirst(underChoice(rows, choice));
  return row === undefined ? null : { licenseType, licensedAt: utcInstant(row.downloadedAt), sourceReference: null };
};

const otherDownload = (rows: readonly WireDownload[]): string =>
  `This asset was downloaded before, under ${newestFirst(rows)[0]?.productType ?? 'another product'}.`;

const isUsable = (product: WireProduct, now: number): boolean => {
  const endsAt = utcInstant(product.expiration_utc_date);
  return product.status === 'active' && (endsAt === null || Date.parse(endsAt) > now);
};

const nameOf = (product: WireProduct, among: readonly WireProduct[]): string =>
  among.filter(({ type }) => type === product.type).length > 1 ? `${product.type}:${product.id}` : product.type;

export const NOTES = 'download_notes';
export const PROJECT_CODE = 'project_code';

const referencesOf = (product: WireProduct, tagged: boolean): readonly ReferenceSpec[] => {
  const requirements = product.download_requirements;
  const codes = requirements?.project_codes ?? [];
  const codeRequired = requirements?.is_project_code_required === true;
  const codeLabel = codes.length === 0 ? 'Project code' : `Project code (one of ${codes.join(', ')})`;
  const notesLabel = tagged ? 'Download notes (the tag of the operation is added)' : 'Download notes';
  return [
    ...(codeRequired || codes.length > 0 ? [{ key: PROJECT_CODE, label: codeLabel, required: codeRequired }] : []),
    { key: NOTES, label: notesLabel, required: requirements?.is_note_required === true },
  ];
};

interface Allowance {
  readonly verdict: 'possible' | 'overage' | 'refused';
  readonly message: string;
  readonly remaining: number | null;
  readonly units: number | null;
}

const dayOf = (text: string | null, words: string): string => (text === null ? '' : ` ${words} ${text.slice(0, 10)}`);

/** Credits, of which there is always a number. */
const creditsOf = (product: WireProduct, standardCredits: number | null): Allowance => {
  const remaining = product.credits_remaining;
  const fixed = { remaining, units: standardCredits };
  if (remaining !== null && remaining < (standardCredits ?? 1))
    return { ...fixed, verdict: 'refused', message: 'The iStock credits of this account are not enough for this asset.' };
  const price = standardCredits === null ? 'what this asset takes is not stated' : `this asset takes ${standardCredits}`;
  return { ...fixed, verdict: 'possible', message: `${price}, ${remaining ?? 'an unstated number'} of credits left.` };
};

/** Null is the vendor's word for "no enforced limit". */
const allowanceOf = (product: WireProduct): Allowance => {
  const { overage, download_limit: limit, downloads_remaining: remaining } = product;
  const reset = product.download_limit_reset_utc_date;
  const extra = overage && overage.overages_reached !== true ? overage.remaining : null;
  if (remaining === null) return { verdict: 'possible', message: 'no limit of downloads.', remaining, units: 1 };
  if (remaining > 0) {
    const of = limit === null ? '' : ` of ${limit}`;
    const beyond = extra === null ? '' : `; beyond them ${extra} as overage`;
    const message = `this download is one of ${remaining} left${of}${dayOf(reset, 'until')}${beyond}.`;
    return { verdict: 'possible', message, remaining, units: 1 };
  }
  const again = dayOf(reset, 'and starts anew on');
  if (extra !== null && extra > 0) {
    const message = `the allowance is used up${again}; this download is one of ${extra} left as overage.`;
    return { verdict: 'overage', message, remaining: 0, units: 1 };
  }
  return { verdict: 'refused', message: `the allowance is used up${again}.`, remaining: 0, units: 1 };
};

/** Names the product, what is left of it and what it asks for, and says so when the asset was downloaded before. */
const messageOf = (
  product: WireProduct,
  { message }: Allowance,
  settings: { readonly held: HeldLicense | null; readonly again: boolean; readonly downloads: readonly WireDownload[] },
): string => {
  const { held, again, downloads } = settings;
  const needs = [
    ...(product.download_requirements?.is_project_code_required === true ? ['a project code'] : []),
    ...(product.download_requirements?.is_note_required === true ? ['download notes'] : []),
  ];
  const before =
    again || held !== null
      ? ' A further download of this asset is a further charge.'
      : downloads.length > 0
        ? ` ${otherDownload(downloads)}`
        : '';
  const name = product.name ?? PRODUCT_LABELS[product.type] ?? product.type;
  return `${name} (${product.type}:${product.id}): ${message}${needs.length === 0 ? '' : ` It asks for ${needs.join(' and ')}.`}${before}`;
};

export interface QuoteFacts {
  readonly products: readonly WireProduct[];
  /** Of this asset, for this account; null: the vendor no longer has the asset. */
  readonly productTypes: readonly string[] | null;
  readonly downloads: readonly WireDownload[];
}

/** The one product that the license type names, or why there is none. */
const chooseProduct = (facts: QuoteFacts, licenseType: string, now: number): WireProduct | string => {
  const usable = facts.products.filter((product) => isUsable(product, now));
  const choice = readLicenseType(licenseType);
  const chosen = usable.filter(
    ({ type, id }) => type === choice?.productType && (choice.productId === null || choice.productId === id),
  );
  const names = (list: readonly WireProduct[]): string => list.map((product) => nameOf(product, usable)).join(', ') || 'none';
  if (facts.productTypes === null) return 'Getty Images no longer has this asset.';
  if (chosen.length > 1) return `The account has several products of type ${licenseType}; name one of ${names(chosen)}.`;
  const [product] = chosen;
  if (product === undefined) return `The account has no active product ${licenseType}; available: ${names(usable)}.`;
  if (facts.productTypes.length > 0 && !facts.productTypes.includes(product.type)) {
    const covering = usable.filter(({ type }) => facts.productTypes?.includes(type));
    return `The product ${licenseType} does not cover this asset; available: ${names(covering)}.`;
  }
  return product;
};

const codeProblem = (product: WireProduct, references: readonly LicenseReference[]): string | null => {
  const { is_project_code_required: required = null, project_codes: codes = [] } = product.download_requirements ?? {};
  const given = references.find(({ key }) => key === PROJECT_CODE)?.value;
  if (required !== true || given === undefined || codes.length === 0 || codes.includes(given)) return null;
  return `The project code is not one of this product: ${codes.join(', ')}.`;
};

export interface QuoteQuestion {
  readonly asset: Pick<Asset, 'licensing'>;
  readonly licenseType: string;
  readonly references: readonly LicenseReference[];
  readonly again: boolean;
}

/** What is held changes no figure: a further order would take the same again, and whether it is wanted is not decided here. */
export const mapQuote = (
  facts: QuoteFacts,
  { asset, licenseType, references, again }: QuoteQuestion,
  settings: { readonly tagged: boolean; readonly now: number },
): Quote => {
  const chosen = chooseProduct(facts, licenseType, settings.now);
  const held = heldIn(facts.downloads, licenseType);
  const choice = readLicenseType(licenseType);
  const raw = {
    product: typeof chosen === 'string' ? null : chosen,
    productTypes: facts.productTypes,
    // What the history counted before the spend.
    downloads: facts.downloads.length,
    downloadsOfType: choice === null ? 0 : underChoice(facts.downloads, choice).length,
  };
  const fixed = { held, checkoutUrl: null, price: null, raw };
  if (typeof chosen === 'string')
    return { ...fixed, verdict: 'refused', message: chosen, remaining: null, units: null, references: [] };
  const { standardCredits } = asset.licensing;
  const credits = typeof standardCredits === 'number' ? standardCredits : null;
  const allowance = chosen.type === 'creditpack' ? creditsOf(chosen, credits) : allowanceOf(chosen);
  const problem = codeProblem(chosen, references);
  return {
    ...fixed,
    ...allowance,
    message: messageOf(chosen, allowance, { held, again, downloads: facts.downloads }),
    ...(problem === null ? {} : { verdict: 'refused', message: problem }),
    references: referencesOf(chosen, settings.tagged),
  };
};
