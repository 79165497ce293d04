/** Getty Images' rows as assets with their rights: pure, and silent where Getty Images is silent. */
import type { Asset, AssetKind, SourceRendition } from '../../domain/asset.js';
import { type AssetKey, assetIdOf, type ConnectionId } from '../../domain/ids.js';
import { parseInstant } from '../../domain/instant.js';
import { type Known, type Rights, type RightsModel, UNKNOWN_RIGHTS } from '../../domain/rights.js';
import type { WireAsset, WireDisplay } from './wire.js';

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
