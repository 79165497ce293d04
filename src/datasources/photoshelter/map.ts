/** PhotoShelter's wire values as assets, rights and facts: pure, and silent where PhotoShelter is silent. */
import type { Asset, AssetKind, SourceRendition, StockOrigin } from '../../domain/asset.js';
import { type AssetKey, assetIdOf, type ConnectionId } from '../../domain/ids.js';
import { endOfDay, type Instant, instantOf, parseInstant } from '../../domain/instant.js';
import { payloadHashOf } from '../../domain/payload-hash.js';
import { type Known, type Rights, UNKNOWN_LIST } from '../../domain/rights.js';
import type { AssetFacts } from '../datasource.js';
import type { WireFacts, WireIptc, WireMedia } from './wire.js';

export const LANE = 'media';

/** Names of the organization's own metadata fields; case does not matter. */
export interface CustomFieldNames {
  readonly usage: string;
  readonly territory: string;
  readonly licenseType: string;
  readonly approval: string;
  readonly stockAssetId: string;
}
export const DEFAULT_FIELDS: CustomFieldNames = {
  usage: 'Usage',
  territory: 'Territory',
  licenseType: 'Licence type',
  approval: 'Approval',
  stockAssetId: 'Source asset id',
};
/** Lower case. Only the whole word counts: "Editorial" alone may be one use among others. */
export const DEFAULT_EDITORIAL_WORDS: readonly string[] = ['editorial only', 'editorial use only'];

export interface MapOptions {
  readonly connectionId: ConnectionId;
  /** Without `/img-get2`. */
  readonly previewUrl: string;
  readonly previewsWatermarked: boolean;
  readonly fields: CustomFieldNames;
  readonly editorialWords: ReadonlySet<string>;
}

// ---------- words, kinds and times ----------

const KIND_OF_PREFIX: Readonly<Record<string, AssetKind>> = { I0: 'PHOTO', VD: 'VIDEO', AD: 'AUDIO', DO: 'DOCUMENT' };

/** By the id, which never errs; how replies spell the kind differs by route. */
export const kindOf = (id: string): AssetKind => KIND_OF_PREFIX[id.slice(0, 2)] ?? 'OTHER';

const MIME_OF_ENDING: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  gif: 'image/gif',
  webp: 'image/webp',
  mov: 'video/quicktime',
  mp4: 'video/mp4',
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  pdf: 'application/pdf',
};

const mimeTypeOf = ({ format, fileName }: WireMedia): string | null => {
  if (format?.includes('/')) return format;
  const ending = /\.([A-Za-z0-9]{1,5})$/.exec(fileName ?? '')?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(MIME_OF_ENDING, ending) ? (MIME_OF_ENDING[ending] ?? null) : null;
};

/** `2026-02-01 10:30:00 GMT` is a moment; the form of containers, `2026-02-01T10:30:00.000000`, states no zone and is none. */
export const instantIn = (text: string | null): Instant | null => parseInstant(text?.trim().replace(/\s*(?:GMT|UTC)$/i, 'Z'));

const ORIGIN = /^\s*(adobestock|gettyimages):(\d{1,19})\s*$/i;

/** The stock asset that a text names, when it is nothing but such a name. */
export const stockOriginIn = (text: string | null | undefined): StockOrigin | null => {
  const match = ORIGIN.exec(text ?? '');
  if (match?.[1] === undefined || match[2] === undefined) return null;
  return { source: match[1].toLowerCase() === 'adobestock' ? 'ADOBE_STOCK' : 'GETTY_IMAGES', externalId: match[2] };
};

// ---------- facts ----------

/** Not a field of the organization: keeps a license end that nobody could read, so that it is shown instead of lost. */
const UNREAD_END = 'license_etime';
const NO_DATE = /^[0:\s-]*$/;

/** PhotoShelter keeps a day; the term ends when that day has ended, in UTC since no zone is stated. Seconds since 1970 are read as well. */
export const licenseEndOf = (end: string | number | null): Instant | null => {
  if (end === null) return null;
  const seconds = typeof end === 'number' || /^\d{9,11}$/.test(end.trim()) ? Number(end) : null;
  if (seconds === null) return endOfDay(String(end).trim());
  return seconds > 0 && seconds < 1e11 ? endOfDay(instantOf(seconds * 1000)) : null;
};

/** A field as the source spells it, with its word. */
const fieldOf = (values: AssetFacts['customFields'], name: string): readonly [name: string, value: string] | undefined => {
  const wanted = name.toLowerCase();
  return Object.entries(values).find(([key]) => key.toLowerCase() === wanted);
};

export const mapFacts = (row: WireFacts, fields: CustomFieldNames): AssetFacts => {
  const validUntil = licenseEndOf(row.licenseEnd);
  const unread = validUntil === null && row.licenseEnd !== null && !NO_DATE.test(String(row.licenseEnd));
  return {
    externalId: row.id,
    validUntil,
    customFields: unread ? { ...row.customFields, [UNREAD_END]: String(row.licenseEnd) } : row.customFields,
    stockOrigin:
      stockOriginIn(fieldOf(row.customFields, fields.stockAssetId)?.[1]) ??
      stockOriginIn(row.transRef) ??
      stockOriginIn(row.source),
    ...(row.description && {
      descriptionHash: payloadHashOf({ ...row.description })
        .toString('hex')
        .slice(0, 32),
    }),
  };
};

// ---------- assets ----------

/** A set flag is a statement; an unset one is what everything has that nobody looked at. */
const releaseOf = (flag: unknown): Known => (flag === true || flag === 't' ? 'YES' : 'UNKNOWN');

/** Everything that the library says on use, each in its own words: what they allow is nowhere stated, so they only restrict. */
const restrictionsOf = (iptc: WireIptc | null, facts: AssetFacts | undefined, fields: CustomFieldNames): readonly string[] => {
  const words: string[] = [];
  if (iptc?.rights) words.push(iptc.rights);
  if (iptc?.instructions) words.push(iptc.instructions);
  if (facts === undefined) return words;
  for (const name of [fields.usage, fields.territory, fields.licenseType, fields.approval, UNREAD_END]) {
    const field = fieldOf(facts.customFields, name);
    if (field !== undefined) words.push(`${field[0]}: ${field[1]}`);
  }
  return words;
};

const rightsOf = (media: WireMedia, facts: AssetFacts | undefined, options: MapOptions): Rights => {
  const { iptc } = media;
  const { fields, editorialWords } = options;
  const said = (name: string): boolean =>
    editorialWords.has(
      fieldOf(facts?.customFields ?? {}, name)?.[1]
        .trim()
        .toLowerCase() ?? '',
    );
  const editorial = said(fields.usage) || said(fields.licenseType);
  const restrictions = restrictionsOf(iptc, facts, fields);
  const modelReleased = releaseOf(media.modelReleased);
  const propertyReleased = releaseOf(media.propertyReleased);
  const validUntil = facts?.validUntil ?? null;
  const stated =
    editorial || restrictions.length > 0 || validUntil !== null || modelReleased === 'YES' || propertyReleased === 'YES';
  return {
    model: 'UNKNOWN',
    editorialOnly: editorial ? 'YES' : 'UNKNOWN',
    exclusive: 'UNKNOWN',
    usages: UNKNOWN_LIST,
    channels: UNKNOWN_LIST,
    placements: UNKNOWN_LIST,
    sizes: UNKNOWN_LIST,
    territories: UNKNOWN_LIST,
    industries: UNKNOWN_LIST,
    languages: UNKNOWN_LIST,
    termKind: validUntil === null ? 'UNKNOWN' : 'FIXED',
    validFrom: null,
    validUntil,
    toBeUsedUntil: null,
    limits: [],
    attributionRequired: 'UNKNOWN',
    attributionText: iptc?.credit ?? iptc?.copyright ?? iptc?.author ?? null,
    modelReleased,
    propertyReleased,
    restrictions,
    origin: stated ? 'SOURCE' : 'UNKNOWN',
    originVersion: null,
    parts: [],
  };
};

const BOXES = [
  { role: 'thumbnail', width: 200, height: 200 },
  { role: 'preview', width: 1000, height: 750 },
] as const;

/** The sides of a picture in a box; null when it is smaller, because whether the source enlarges is not stated. */
const fitted = (
  media: WireMedia,
  box: (typeof BOXES)[number],
): { readonly width: number | null; readonly height: number | null } => {
  const { width, height } = media;
  if (width === null || height === null || (width < box.width && height < box.height)) return { width: null, height: null };
  const factor = Math.min(box.width / width, box.height / height);
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
};

/** Only pictures have an address that can be told from their id. The file name in it is decoration. */
const renditionsOf = (media: WireMedia, { previewUrl, previewsWatermarked }: MapOptions): readonly SourceRendition[] => {
  if (!media.id.startsWith('I0')) return [];
  const name = (media.fileName ?? '').replace(/\.[^.]*$/, '').replace(/\p{Surrogate}/gu, '');
  return BOXES.map((box) => {
    const size = fitted(media, box);
    return {
      role: box.role,
      address: `${previewUrl}/img-get2/${media.id}/fit=${box.width}x${box.height}/${encodeURIComponent(name) || 'image'}.jpg`,
      width: size.width,
      height: size.height,
      mimeType: 'image/jpeg',
      watermarked: previewsWatermarked,
      needsToken: false,
    };
  });
};

/** `source` is the credit of old where no credit is written, unless it names the stock asset. */
const creditLineOf = (iptc: WireIptc | null): string | null =>
  iptc?.credit ?? (stockOriginIn(iptc?.source) === null ? (iptc?.source ?? null) : null);

const NOTHING: Asset['licensing'] = Object.freeze({});

export const mapAsset = (media: WireMedia, facts: AssetFacts | undefined, options: MapOptions): Asset => {
  const key: AssetKey = { connectionId: options.connectionId, lane: LANE, externalId: media.id };
  const { iptc, photographerId } = media;
  const author = iptc?.author ?? null;
  const capturedAtText = iptc?.dateCreated ?? null;
  return {
    id: assetIdOf(key),
    key,
    source: 'PHOTOSHELTER',
    externalId: media.id,
    kind: kindOf(media.id),
    title: iptc?.title ?? iptc?.headline ?? media.fileName,
    caption: iptc?.caption ?? null,
    keywords: iptc?.keywords ?? [],
    contributor: author === null && photographerId === null ? null : { externalId: photographerId, name: author },
    creditLine: creditLineOf(iptc),
    copyrightNotice: iptc?.copyright ?? null,
    collection: null,
    width: media.width,
    height: media.height,
    durationSeconds: media.durationSeconds,
    mimeType: mimeTypeOf(media),
    capturedAt: instantIn(capturedAtText),
    capturedAtText,
    updatedAt: instantIn(media.modifiedAt),
    aiGenerated: 'UNKNOWN',
    renditions: renditionsOf(media, options),
    rights: rightsOf(media, facts, options),
    sourceLicense: null,
    stockOrigin: facts?.stockOrigin ?? stockOriginIn(iptc?.transRef) ?? stockOriginIn(iptc?.source),
    licenseTermsUrl: null,
    acquireLicenseUrl: null,
    licensing: NOTHING,
  };
};
