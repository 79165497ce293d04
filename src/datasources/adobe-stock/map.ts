/** Adobe Stock's wire values as assets with their rights and license types: pure, and silent where Adobe is silent. */
import type { Asset, AssetKind, SourceLicense, SourceLicenseState, SourceRendition } from '../../domain/asset.js';
import { type AssetKey, assetIdOf, type ConnectionId } from '../../domain/ids.js';
import { type Instant, parseInstant } from '../../domain/instant.js';
import { type Known, type Rights, UNKNOWN_RIGHTS } from '../../domain/rights.js';
import type { LicenseTypeOption } from '../datasource.js';
import { readLicensedFile, type WireAsset, type WirePicture } from './wire.js';

export const LANE = 'content';

// ---------- assets ----------

/** 5 is an instant photo, 8 says only that it is premium: then the media type tells what it is. */
const KIND_OF_MEDIA_TYPE: Readonly<Record<number, AssetKind>> = {
  1: 'PHOTO',
  2: 'ILLUSTRATION',
  3: 'VECTOR',
  4: 'VIDEO',
  5: 'PHOTO',
  6: 'THREE_D',
  7: 'TEMPLATE',
  9: 'AUDIO',
};

const kindOf = (row: WireAsset): AssetKind => {
  const kind = row.mediaTypeId === null ? undefined : KIND_OF_MEDIA_TYPE[row.mediaTypeId];
  if (kind !== undefined) return kind;
  const type = row.contentType ?? '';
  if (row.vectorType !== null || type === 'image/svg+xml' || type === 'application/illustrator') return 'VECTOR';
  if (type.startsWith('video/')) return 'VIDEO';
  if (type.startsWith('audio/')) return 'AUDIO';
  return type === 'image/jpeg' || type === 'image/png' ? 'PHOTO' : 'OTHER';
};

/** A real `true` or `false`, or the number one; a zero is what Adobe writes for "none" and "not stated" alike. */
const flagOf = (value: unknown): Known =>
  value === true || value === 1 || value === '1' || value === 'true' ? 'YES' : value === false ? 'NO' : 'UNKNOWN';

const creditOf = (row: WireAsset): string | null => (row.creatorName === null ? null : `© ${row.creatorName} – stock.adobe.com`);

/**
 * Adobe's API states no terms: only whether an asset is editorial. When it says so either way, the asset is royalty-free like everything
 * that Adobe Stock sells, and editorial use asks for the credit; when it does not, nothing is known. `has_releases` is left aside: 0 may
 * mean that none is needed, and 1 does not say which release there is.
 */
const rightsOf = (row: WireAsset): Rights => {
  const editorialOnly = flagOf(row.isEditorial);
  const stated = editorialOnly !== 'UNKNOWN';
  const editorial = editorialOnly === 'YES';
  return {
    ...UNKNOWN_RIGHTS,
    model: stated ? 'ROYALTY_FREE' : 'UNKNOWN',
    editorialOnly,
    attributionRequired: editorial ? 'YES' : 'UNKNOWN',
    attributionText: editorial ? creditOf(row) : null,
    origin: stated ? 'SOURCE' : 'UNKNOWN',
  };
};

const STATES: Readonly<Record<string, SourceLicenseState>> = {
  '': 'NOT_LICENSED',
  not_purchased: 'NOT_LICENSED',
  purchased: 'LICENSED',
  just_purchased: 'JUST_LICENSED',
  overage: 'OVERAGE',
  cancelled: 'CANCELLED',
  not_possible: 'NOT_POSSIBLE',
};
const LICENSE_NAME = /^(Standard|Extended|Enhanced|Video_(HD|4K)|Internal_Use|Digital_Use|Social_Media)(_[A-Za-z0-9]+)*$/;

const sourceLicenseOf = (value: unknown, asOf: Instant): SourceLicense => {
  if (typeof value !== 'string')
    return { state: 'UNKNOWN', raw: value === undefined || value === null ? null : JSON.stringify(value), asOf };
  const state = Object.hasOwn(STATES, value) ? STATES[value] : undefined;
  return { state: state ?? (LICENSE_NAME.test(value) ? 'LICENSED' : 'UNKNOWN'), raw: value, asOf };
};

const rendition = (role: string, picture: WirePicture, watermarked: boolean, needsToken: boolean): SourceRendition => ({
  role,
  address: picture.url,
  width: picture.width,
  height: picture.height,
  mimeType: picture.contentType,
  watermarked,
  needsToken,
});

/** Thumbnails from 500 on carry a watermark. A comp is kept under the name of its license: the plainest one stands for all. */
const COMP_LICENSES = ['Standard', 'Video_HD', 'Video_4K'];
const renditionsOf = (row: WireAsset): readonly SourceRendition[] => {
  const renditions: SourceRendition[] = [];
  const large = row.thumbnail1000 ?? row.thumbnail500;
  if (row.thumbnail240 !== null) renditions.push(rendition('thumbnail', row.thumbnail240, false, false));
  else if (row.thumbnail500 !== null) renditions.push(rendition('thumbnail', row.thumbnail500, true, false));
  if (large !== null) renditions.push(rendition('preview', large, true, false));
  if (row.videoPreview !== null) renditions.push(rendition('video_preview', row.videoPreview, true, false));
  for (const license of COMP_LICENSES) {
    const comp = readLicensedFile(row.comps, license);
    if (comp === null) continue;
    renditions.push(rendition('comp', comp, true, true));
    break;
  }
  return renditions;
};

const pageOf = (address: string, id: string): string | null => {
  const bare = /^https?:\/\/[^/?#@]+(\/[^?#]*)?/.exec(address)?.[0];
  return bare?.includes(id, bare.indexOf('/', 8)) ? bare : null;
};

/**
 * The asset's public page. The query names our account, and for a caller with a token the address is a jump through sign-in that holds
 * the page as a parameter: only an address that names the asset itself is passed on, and without its query.
 */
const publicPageOf = (address: string | null, id: string): string | null => {
  if (address === null) return null;
  const page = pageOf(address, id);
  if (page !== null) return page;
  for (const value of new URLSearchParams(address.slice(address.indexOf('?') + 1)).values()) {
    const inner = pageOf(value, id);
    if (inner !== null) return inner;
  }
  return null;
};

const LICENSE_TERMS_URL = 'https://stock.adobe.com/license-terms';

export const mapAsset = (row: WireAsset, connectionId: ConnectionId, asOf: Instant): Asset => {
  const key: AssetKey = { connectionId, lane: LANE, externalId: row.id };
  const hasContributor = row.creatorId !== null || row.creatorName !== null;
  return {
    id: assetIdOf(key),
    key,
    source: 'ADOBE_STOCK',
    externalId: row.id,
    kind: kindOf(row),
    title: row.title,
    caption: row.description,
    keywords: row.keywords,
    contributor: hasContributor ? { externalId: row.creatorId, name: row.creatorName } : null,
    creditLine: creditOf(row),
    copyrightNotice: null,
    collection: null,
    width: row.width,
    height: row.height,
    durationSeconds: row.durationMs === null ? null : row.durationMs / 1000,
    mimeType: row.contentType,
    capturedAt: parseInstant(row.creationDate),
    capturedAtText: row.creationDate,
    updatedAt: null,
    aiGenerated: flagOf(row.isGentech),
    renditions: renditionsOf(row),
    rights: rightsOf(row),
    sourceLicense: sourceLicenseOf(row.isLicensed, asOf),
    stockOrigin: null,
    licenseTermsUrl: LICENSE_TERMS_URL,
    acquireLicenseUrl: publicPageOf(row.detailsUrl, row.id),
    licensing: {
      premiumLevel: row.premiumLevel,
      hasReleases: flagOf(row.hasReleases) === 'YES' ? true : null,
      mediumSize: row.licenses !== null && 'Standard_M' in row.licenses,
      fourK: (row.comps !== null && 'Video_4K' in row.comps) || (row.licenses !== null && 'Video_4K' in row.licenses),
      standardFile: readLicensedFile(row.licenses, 'Standard')?.url ?? null,
      mediumFile: readLicensedFile(row.licenses, 'Standard_M')?.url ?? null,
    },
  };
};

// ---------- license types ----------

const LABELS: Readonly<Record<string, string>> = {
  Standard: 'Standard license',
  Standard_M: 'Standard license, medium size',
  Extended: 'Extended license',
  Video_HD: 'Video license, HD',
  Video_4K: 'Video license, 4K',
};
const ALTERNATIVES = ['Internal_Use', 'Digital_Use', 'Social_Media'];
const VIDEO_ALTERNATIVES = ['Video_HD_Standard', 'Video_HD_Internal_Use', 'Video_HD_Digital_Use', 'Video_HD_Social_Media'];

const typeNamesFor = (asset: Pick<Asset, 'kind' | 'licensing'>, alternatives: boolean): readonly string[] => {
  const { mediumSize, fourK } = asset.licensing;
  switch (asset.kind) {
    case 'PHOTO':
    case 'ILLUSTRATION':
    case 'VECTOR':
      return ['Standard', ...(mediumSize ? ['Standard_M'] : []), 'Extended', ...(alternatives ? ALTERNATIVES : [])];
    case 'VIDEO':
      return ['Video_HD', ...(fourK ? ['Video_4K'] : []), ...(alternatives ? VIDEO_ALTERNATIVES : [])];
    case 'THREE_D':
    case 'TEMPLATE':
      return ['Standard'];
    // Which license names audio has is not documented, and what is unknown is not bought.
    case 'AUDIO':
    case 'DOCUMENT':
    case 'OTHER':
      return [];
    default:
      return asset.kind satisfies never;
  }
};

export const licenseTypesFor = (asset: Pick<Asset, 'kind' | 'licensing'>, alternatives: boolean): readonly LicenseTypeOption[] =>
  typeNamesFor(asset, alternatives).map((licenseType) => ({
    licenseType,
    label: LABELS[licenseType] ?? licenseType.replaceAll('_', ' '),
  }));
