/** Getty Images' wire values as assets, rights, quotes and purchases: pure, and silent where Getty Images is silent. */
import type { Asset, AssetKind, SourceRendition } from '../../domain/asset.js';
import { type AssetKey, assetIdOf, type ConnectionId } from '../../domain/ids.js';
import { type Instant, parseInstant } from '../../domain/instant.js';
import { type Known, type Rights, type RightsModel, UNKNOWN_RIGHTS } from '../../domain/rights.js';
import type { Baseline, HeldLicense, HistoryEntry, LicenseReference, LicenseTypeOption, ReferenceSpec } from '../datasource.js';
import type { WireAsset, WireDisplay, WireDownload, WireProduct } from './wire.js';

// ---------- assets ----------

/** The vendor's public license agreement, the same for all its content. */
const LICENSE_TERMS_URL = 'https://www.gettyimages.com/eula';

const KIND_OF_STYLE: Readonly<Record<string, AssetKind>> = {
  photography: 'PHOTO',
  illustration: 'ILLUSTRATION',
  vector: 'VECTOR',
  eps: 'VECTOR',
};

/** `fine_art` may be a photograph or a painting, and no style at all says nothing. */
const kindOf = (row: WireAsset, lane: string): AssetKind =>
  lane === 'video' ? 'VIDEO' : (KIND_OF_STYLE[row.graphicalStyle ?? ''] ?? 'OTHER');

const MODELS: Readonly<Record<string, RightsModel>> = {
  royaltyfree: 'ROYALTY_FREE',
  rightsmanaged: 'RIGHTS_MANAGED',
  rightsready: 'RIGHTS_READY',
};

const EDITORIAL_ONLY = /\beditorial\b.{0,30}\bonly\b|\bonly\b.{0,30}\beditorial\b/i;
/** The restriction may come in the language that was asked for. */
const MENTIONS_EDITORIAL = /[eé]ditorial|commercial|kommerzi|redaktion|redazional|redakcyj|редак|報道|エディトリアル|편집/i;

/**
 * Prose is read to take a permission away, never to give one: creative collections hold pictures for editorial use only, which nothing but
 * a restriction tells, and without a list of restrictions that cannot be excluded.
 */
const editorialOnlyOf = ({ assetFamily, usageRestrictions }: WireAsset): Known => {
  if (assetFamily === 'editorial') return 'YES';
  if (assetFamily !== 'creative' || usageRestrictions === null) return 'UNKNOWN';
  if (usageRestrictions.some((restriction) => EDITORIAL_ONLY.test(restriction))) return 'YES';
  return usageRestrictions.some((restriction) => MENTIONS_EDITORIAL.test(restriction)) ? 'UNKNOWN' : 'NO';
};

/** The whole text, or nothing: "model release on file for 2 of 3 people" begins well and means the opposite. */
const RELEASES: Readonly<Record<string, { readonly model: Known; readonly property: Known }>> = {
  'model released': { model: 'YES', property: 'UNKNOWN' },
  'property released': { model: 'UNKNOWN', property: 'YES' },
  'model and property released': { model: 'YES', property: 'YES' },
  'not released': { model: 'NO', property: 'NO' },
};
const releaseOf = (row: WireAsset) => RELEASES[(row.releaseInfo ?? '').replace(/\.$/, '').toLowerCase()];

const rightsOf = (row: WireAsset): Rights => {
  const model = MODELS[row.licenseModel ?? ''] ?? 'UNKNOWN';
  const editorialOnly = editorialOnlyOf(row);
  const release = releaseOf(row);
  const prose = [row.releaseInfo, row.howCanIUseIt].filter((text): text is string => text !== null);
  // Verbatim, with the bars that mark links: they are the source's words as well.
  const restrictions = [...(row.usageRestrictions ?? []), ...prose];
  const stated = model !== 'UNKNOWN' || editorialOnly !== 'UNKNOWN' || restrictions.length > 0;
  return {
    ...UNKNOWN_RIGHTS,
    model,
    editorialOnly,
    // Whether the credit must be printed is nowhere flagged; what it would be is.
    attributionRequired: 'UNKNOWN',
    attributionText: row.creditLine,
    modelReleased: release?.model ?? 'UNKNOWN',
    propertyReleased: release?.property ?? 'UNKNOWN',
    restrictions,
    origin: stated ? 'SOURCE' : 'UNKNOWN',
  };
};

/** A clip's preview moves; its comp is the same at another size. */
const IMAGE_ROLES: Readonly<Record<string, string>> = { thumb: 'thumbnail', preview: 'preview', comp: 'comp' };
const VIDEO_ROLES: Readonly<Record<string, string>> = { thumb: 'thumbnail', preview: 'video_preview', comp: 'comp' };

const renditionsOf = (displays: readonly WireDisplay[], lane: string): readonly SourceRendition[] => {
  const roles = lane === 'video' ? VIDEO_ROLES : IMAGE_ROLES;
  const renditions: SourceRendition[] = [];
  for (const display of displays) {
    const role = roles[display.name];
    if (role === undefined || renditions.some((rendition) => rendition.role === role)) continue;
    renditions.push({
      role,
      address: display.uri,
      width: display.width,
      height: display.height,
      mimeType: null,
      watermarked: display.watermarked ?? role !== 'thumbnail',
      needsToken: false,
    });
  }
  return renditions;
};

const publicPageOf = (address: string | null): string | null =>
  /^https?:\/\/[^/?#@\s]+(\/[^?#\s]*)?/.exec(address ?? '')?.[0] ?? null;

export const mapAsset = (row: WireAsset, lane: string, connectionId: ConnectionId): Asset => {
  const key: AssetKey = { connectionId, lane, externalId: row.id };
  const taken = row.dateCameraShot ?? row.dateCreated;
  return {
    id: assetIdOf(key),
    key,
    source: 'GETTY_IMAGES',
    externalId: row.id,
    kind: kindOf(row, lane),
    title: row.title,
    caption: row.caption,
    keywords: row.keywords,
    contributor: row.artist === null ? null : { externalId: null, name: row.artist },
    creditLine: row.creditLine,
    copyrightNotice: row.copyright,
    collection: row.collectionName,
    width: row.width,
    height: row.height,
    durationSeconds: row.clipSeconds,
    mimeType: null,
    capturedAt: parseInstant(taken),
    capturedAtText: taken,
    updatedAt: null,
    aiGenerated: 'UNKNOWN',
    renditions: renditionsOf(row.displays, lane),
    rights: rightsOf(row),
    sourceLicense: null,
    stockOrigin: null,
    licenseTermsUrl: LICENSE_TERMS_URL,
    acquireLicenseUrl: publicPageOf(row.pageUri),
    licensing: {
      assetFamily: row.assetFamily,
      licenseModel: row.licenseModel,
      collectionCode: row.collectionCode,
      callForImage: row.callForImage,
      productTypes: row.productTypes.join(','),
      standardCredits: row.standardCredits,
    },
  };
};

// ---------- licensing ----------

/** Best known first. AI generations are products of another kind: nothing that exists is licensed under them. */
const PRODUCT_LABELS: Readonly<Record<string, string>> = {
  premiumaccess: 'Premium Access',
  easyaccess: 'Easy Access',
  editorialsubscription: 'Editorial subscription',
  imagepack: 'Image pack',
  royaltyfreesubscription: 'Royalty-free subscription',
  creditpack: 'iStock credits',
};

export interface ProductChoice {
  readonly productType: string;
  readonly productId: string | null;
}

/** `premiumaccess` or `premiumaccess:2726`. */
export const readLicenseType = (licenseType: string): ProductChoice | null => {
  const match = /^([a-z_]{1,40})(?::(\d{1,18}))?$/.exec(licenseType);
  return match?.[1] === undefined ? null : { productType: match[1], productId: match[2] ?? null };
};

const fits = (productType: string, { licensing }: Pick<Asset, 'licensing'>): boolean => {
  const { assetFamily, licenseModel, productTypes, standardCredits } = licensing;
  if (typeof productTypes === 'string' && productTypes !== '') return productTypes.split(',').includes(productType);
  switch (productType) {
    case 'premiumaccess':
      return true;
    case 'editorialsubscription':
      return assetFamily !== 'creative';
    case 'creditpack':
      return typeof standardCredits === 'number';
    default:
      return licenseModel !== 'rightsmanaged' && licenseModel !== 'rightsready';
  }
};

/** By type alone: a caller adds the id where an account has several. What is marked `call_for_image` is to be had from sales alone. */
export const licenseTypesFor = (
  asset: Pick<Asset, 'licensing'>,
  products: readonly string[] | undefined,
): readonly LicenseTypeOption[] => {
  if (asset.licensing.callForImage === true) return [];
  const offered = products?.map((licenseType) => readLicenseType(licenseType)?.productType ?? '') ?? Object.keys(PRODUCT_LABELS);
  return [...new Set(offered)].flatMap((licenseType) => {
    const label = Object.hasOwn(PRODUCT_LABELS, licenseType) ? PRODUCT_LABELS[licenseType] : undefined;
    return label === undefined || !fits(licenseType, asset) ? [] : [{ licenseType, label }];
  });
};

/** How this connection calls a product: by its type, and with its id where the connection tells several apart. */
const licenseTypeOf = (row: WireDownload, products: readonly string[] | undefined): string => {
  const precise = `${row.productType}:${row.productId}`;
  return products?.includes(precise) ? precise : (row.productType ?? 'UNKNOWN');
};

/** Documented as UTC, and not always written so. */
const downloadedAt = (text: string | null): Instant | null => parseInstant(text) ?? parseInstant(`${text}Z`);

const newestFirst = (rows: readonly WireDownload[]): readonly WireDownload[] =>
  [...rows].sort((a, b) => (downloadedAt(b.downloadedAt) ?? '').localeCompare(downloadedAt(a.downloadedAt) ?? ''));

const underChoice = (rows: readonly WireDownload[], { productType, productId }: ProductChoice): readonly WireDownload[] =>
  rows.filter((row) => row.productType === productType && (productId === null || row.productId === productId));

/** The newest download under the product that is asked for: one kind of license says nothing of another. */
export const heldIn = (rows: readonly WireDownload[], licenseType: string): HeldLicense | null => {
  const choice = readLicenseType(licenseType);
  const [row] = choice === null ? [] : newestFirst(underChoice(rows, choice));
  return row === undefined ? null : { licenseType, licensedAt: downloadedAt(row.downloadedAt), sourceReference: null };
};

const otherDownload = (rows: readonly WireDownload[]): string | null => {
  const [row] = newestFirst(rows);
  return row === undefined ? null : `This asset was downloaded before, under ${row.productType ?? 'another product'}.`;
};

const isUsable = (product: WireProduct, now: number): boolean => {
  const endsAt = downloadedAt(product.expiration_utc_date);
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
  readonly message: string | null;
  readonly remaining: number | null;
  readonly units: number | null;
}

/** Null is the vendor's word for "no enforced limit"; credits are the exception, of which there is always a number. */
const allowanceOf = (product: WireProduct, standardCredits: number | null): Allowance => {
  if (product.type === 'creditpack') {
    const remaining = product.credits_remaining;
    const enough = remaining === null || remaining >= (standardCredits ?? 1);
    const message = enough ? null : 'The iStock credits of this account are not enough for this asset.';
    return { verdict: enough ? 'possible' : 'refused', message, remaining, units: standardCredits };
  }
  const remaining = product.downloads_remaining;
  if (remaining === null || remaining > 0) return { verdict: 'possible', message: null, remaining, units: 1 };
  const { overage } = product;
  const resets = product.download_limit_reset_utc_date;
  const again = resets === null ? '' : ` The allowance starts anew on ${resets.slice(0, 10)}.`;
  if (overage && overage.remaining !== null && overage.remaining > 0 && overage.overages_reached !== true) {
    const message = `The allowance of ${product.type} is used up; this download is one of ${overage.remaining} left as overage.${again}`;
    return { verdict: 'overage', message, remaining: 0, units: 1 };
  }
  return { verdict: 'refused', message: `The allowance of ${product.type} is used up.${again}`, remaining: 0, units: 1 };
};

export interface BaselineFacts {
  readonly products: readonly WireProduct[];
  /** Of this asset, for this account; null: the vendor no longer has the asset. */
  readonly productTypes: readonly string[] | null;
  readonly downloads: readonly WireDownload[];
}

/** The one product that the license type names, or why there is none. */
const chooseProduct = (facts: BaselineFacts, licenseType: string, now: number): WireProduct | string => {
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

export const mapBaseline = (
  facts: BaselineFacts,
  request: {
    readonly asset: Pick<Asset, 'licensing'>;
    readonly licenseType: string;
    readonly references: readonly LicenseReference[];
  },
  settings: { readonly tagged: boolean; readonly now: number },
): Baseline => {
  const { licenseType } = request;
  const chosen = chooseProduct(facts, licenseType, settings.now);
  const held = heldIn(facts.downloads, licenseType);
  const choice = readLicenseType(licenseType);
  const raw = {
    product: typeof chosen === 'string' ? null : chosen,
    productTypes: facts.productTypes,
    // What the history counted before the spend: one more afterwards is the evidence for a purchase without a tag.
    downloads: facts.downloads.length,
    downloadsOfType: choice === null ? 0 : underChoice(facts.downloads, choice).length,
  };
  const fixed = { held, checkoutUrl: null, price: null, raw };
  if (typeof chosen === 'string')
    return { ...fixed, verdict: 'refused', message: chosen, remaining: null, units: null, references: [] };
  const { standardCredits } = request.asset.licensing;
  const allowance = allowanceOf(chosen, typeof standardCredits === 'number' ? standardCredits : null);
  const problem = codeProblem(chosen, request.references);
  return {
    ...fixed,
    ...allowance,
    message: allowance.message ?? (held === null ? otherDownload(facts.downloads) : null),
    ...(problem === null ? {} : { verdict: 'refused', message: problem }),
    references: referencesOf(chosen, settings.tagged),
  };
};

// ---------- history ----------

/** The caller's note with our tag behind it, or the tag alone. */
export const noteWithTag = (note: string | null, tag: string | null): string | null =>
  note === null ? tag : tag === null ? note : `${note} [${tag}]`;

export const tagIn = (notes: string | null): string | null => {
  const whole = notes?.trim() ?? '';
  return /\[([^[\]\s]+)\]$/.exec(whole)?.[1] ?? (/^[^[\]\s]{8,200}$/.test(whole) ? whole : null);
};

/** Null for what is neither an image nor a clip of the library, such as a generated picture. */
const laneOfDownload = (row: WireDownload): string | null => {
  if (row.generated) return null;
  const type = row.assetType?.toLowerCase() ?? '';
  return type === 'image' ? 'image' : type === 'film' || type === 'video' ? 'video' : null;
};

export const mapHistoryRow = (
  row: WireDownload,
  connectionId: ConnectionId,
  products: readonly string[] | undefined,
): HistoryEntry | null => {
  const lane = laneOfDownload(row);
  if (lane === null) return null;
  return {
    key: { connectionId, lane, externalId: row.id },
    licenseType: licenseTypeOf(row, products),
    licensedAt: downloadedAt(row.downloadedAt),
    licensedAtText: parseInstant(row.downloadedAt) === null ? row.downloadedAt : null,
    // A download has no number of its own.
    sourceReference: null,
    tag: tagIn(row.notes),
    raw: {
      productId: row.productId,
      agreementName: row.agreementName,
      licenseModel: row.licenseModel,
      sizeName: row.sizeName,
      source: row.source,
      notes: row.notes,
      projectCode: row.projectCode,
    },
  };
};
