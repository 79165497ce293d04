/** Smint.io's transactions as assets and licenses: pure, and silent where the source is silent. */
import type { Asset, AssetKind, Contributor, SourceLicense, SourceRendition, StockOrigin } from '../../domain/asset.js';
import { type AssetKey, assetIdOf, type ConnectionId } from '../../domain/ids.js';
import { type Instant, parseInstant } from '../../domain/instant.js';
import { isDecimal, type Money } from '../../domain/money.js';
import { knownOf, type Rights } from '../../domain/rights.js';
import type { ImportedLicense } from '../datasource.js';
import { inCulture, textIn } from './culture.map.js';
import type { WireBinary, WireElement, WirePicture, WireTransaction } from './wire.js';

export const TRANSACTION_LANE = 'transaction';
export const PART_LANE = 'part';

/** A file is unique within its transaction alone. */
export const partIdOf = (transactionId: string, binaryUuid: string): string => `${transactionId}:${binaryUuid}`;

/** The transaction of an asset, and the file of a part. */
export const splitId = (externalId: string): { readonly transactionId: string; readonly binaryUuid: string | null } => {
  const colon = externalId.indexOf(':');
  if (colon < 0) return { transactionId: externalId, binaryUuid: null };
  return { transactionId: externalId.slice(0, colon), binaryUuid: externalId.slice(colon + 1) };
};

export interface MapContext {
  readonly connectionId: ConnectionId;
  readonly asOf: Instant;
  /** Base of the pages for people; null when they are not known. */
  readonly pageUrl: string | null;
}

// ---------- assets ----------

const KINDS: Readonly<Partial<Record<string, AssetKind>>> = {
  video: 'VIDEO',
  audio: 'AUDIO',
  document: 'DOCUMENT',
  '3d': 'THREE_D',
  template: 'TEMPLATE',
};
const IMAGE_KINDS: Readonly<Partial<Record<string, AssetKind>>> = { illustration: 'ILLUSTRATION', vector: 'VECTOR' };

/** What a file is wins over what the content was sold as. */
const kindOf = (row: WireTransaction, binary: WireBinary | null): AssetKind => {
  const type = (binary?.contentType ?? row.contentType)?.toLowerCase() ?? '';
  if (type === 'image') return IMAGE_KINDS[row.imageType?.toLowerCase() ?? ''] ?? 'PHOTO';
  return KINDS[type] ?? 'OTHER';
};

const contributorOf = (rows: readonly WireElement[]): Contributor | null => {
  const found = inCulture(rows).find(({ key, name }) => key !== null || name !== null);
  return found === undefined ? null : { externalId: found.key, name: found.name };
};

/** Whether a preview carries a watermark is not stated: none is passed off as clean. */
const rendition = (role: string, picture: WirePicture | null): readonly SourceRendition[] =>
  picture === null
    ? []
    : [
        {
          role,
          address: picture.url,
          width: picture.width,
          height: picture.height,
          mimeType: picture.mediaType,
          watermarked: true,
          needsToken: false,
        },
      ];

const renditionsOf = (row: WireTransaction): readonly SourceRendition[] => {
  const [shown] = inCulture(row.previews);
  if (shown === undefined) return [];
  return [...rendition('thumbnail', shown.thumbnail), ...rendition('preview', shown.preview)];
};

/** `completed` and `cancelled` are the only states that reach us; both are said of the license. */
const sourceLicenseOf = (row: WireTransaction, asOf: Instant): SourceLicense => {
  const state = row.state === 'completed' ? 'LICENSED' : row.state === 'cancelled' ? 'CANCELLED' : 'UNKNOWN';
  return { state, raw: row.state, asOf };
};

const STOCK_IDS: Readonly<Partial<Record<string, { readonly source: StockOrigin['source']; readonly id: RegExp }>>> = {
  adobestock: { source: 'ADOBE_STOCK', id: /^[1-9]\d{0,15}$/ },
  getty: { source: 'GETTY_IMAGES', id: /^[\w-]{1,64}$/ },
};

/** `2:0:<the provider's own id>`. */
const stockOriginOf = (row: WireTransaction): StockOrigin | null => {
  const known = STOCK_IDS[row.provider?.toLowerCase() ?? ''];
  const externalId = /^[^:]*:[^:]*:(.+)$/.exec(row.elementUuid ?? '')?.[1];
  return known === undefined || externalId === undefined || !known.id.test(externalId)
    ? null
    : { source: known.source, externalId };
};

/** Without what stands behind the path: there tracking and tokens would be. */
const termsUrlOf = (row: WireTransaction): string | null => {
  const address = inCulture(row.licenseUrls).find(({ url }) => url !== null)?.url ?? null;
  return /^https?:\/\/[^/?#@]+(\/[^?#]*)?/i.exec(address ?? '')?.[0] ?? null;
};

const segment = (text: string): string => encodeURIComponent(text).replaceAll('%3A', ':');

const pageOf = (row: WireTransaction, pageUrl: string | null): string | null =>
  pageUrl === null || row.projectUuid === null || row.elementUuid === null
    ? null
    : `${pageUrl}/project/${segment(row.projectUuid)}/content-element/${segment(row.elementUuid)}`;

/** `binary` is the file whose kind and texts the asset has: that of a part, or the only one of its transaction. */
const assetOf = (
  row: WireTransaction,
  key: AssetKey,
  binary: WireBinary | null,
  binaries: readonly WireBinary[],
  rights: Rights,
  { asOf, pageUrl }: MapContext,
): Asset => {
  // What the offering says of pixels and type is said of the whole: of several files nobody knows which.
  const isPart = key.lane === PART_LANE;
  return {
    id: assetIdOf(key),
    key,
    source: 'SMINT_IO',
    externalId: key.externalId,
    kind: kindOf(row, binary),
    title: (binary && textIn(binary.name)) ?? textIn(row.name),
    caption: (binary && textIn(binary.description)) ?? textIn(row.description),
    keywords: [...new Set(inCulture(row.keywords).flatMap(({ name }) => name ?? []))],
    contributor: contributorOf(row.contributors),
    creditLine: null,
    copyrightNotice: textIn(row.copyrightNotices),
    collection: textIn(row.collectionName) ?? textIn(row.projectName),
    width: isPart ? null : row.width,
    height: isPart ? null : row.height,
    durationSeconds: null,
    mimeType: isPart ? null : row.mediaType,
    capturedAt: null,
    capturedAtText: null,
    updatedAt: parseInstant(row.lastUpdatedAt) ?? parseInstant(row.createdAt),
    aiGenerated: knownOf(row.isAi),
    renditions: renditionsOf(row),
    rights,
    sourceLicense: sourceLicenseOf(row, asOf),
    stockOrigin: stockOriginOf(row),
    licenseTermsUrl: termsUrlOf(row),
    acquireLicenseUrl: pageOf(row, pageUrl),
    licensing: {
      cart: row.cartUuid,
      reusedTransaction: row.reusedUuid,
      binary: binary?.uuid ?? null,
      binaryVersion: binary?.version ?? null,
      parts: binaries.length > 1 ? binaries.map(({ uuid }) => uuid).join(' ') : null,
    },
  };
};

/** The transaction itself and, when it holds several files, each of them. */
export const mapAssets = (
  row: WireTransaction,
  binaries: readonly WireBinary[],
  rights: Rights,
  context: MapContext,
): readonly Asset[] => {
  const { connectionId } = context;
  const key: AssetKey = { connectionId, lane: TRANSACTION_LANE, externalId: row.uuid };
  const only = binaries.length === 1 ? (binaries[0] ?? null) : null;
  const whole = assetOf(row, key, only, binaries, rights, context);
  if (binaries.length < 2) return [whole];
  return [
    whole,
    ...binaries.map((binary) => {
      const partKey: AssetKey = { connectionId, lane: PART_LANE, externalId: partIdOf(row.uuid, binary.uuid) };
      return assetOf(row, partKey, binary, [], rights, context);
    }),
  ];
};

/** External ids of the parts that a stored transaction has. */
export const partIdsOf = (asset: Asset): readonly string[] => {
  const { parts } = asset.licensing;
  return typeof parts === 'string' ? parts.split(' ').map((uuid) => partIdOf(asset.externalId, uuid)) : [];
};

/** A stored asset of a transaction whose license has changed while its files were not asked for: what these brought stays. */
export const withLicense = (stored: Asset, from: Asset): Asset => ({
  ...stored,
  updatedAt: from.updatedAt,
  renditions: from.renditions,
  rights: from.rights,
  sourceLicense: from.sourceLicense,
});

// ---------- licenses ----------

/** Cents at least; what a binary fraction adds far behind the point is cut off. */
const decimalOf = (value: unknown): string | null => {
  if (typeof value === 'string') return isDecimal(value) && !value.startsWith('-') ? value : null;
  if (typeof value !== 'number' || !(value >= 0) || value > Number.MAX_SAFE_INTEGER) return null;
  return value.toFixed(6).replace(/(\.\d{2}\d*?)0+$/, '$1');
};

const priceOf = (row: WireTransaction): Money | null => {
  const amount = decimalOf(row.totalPriceEur);
  return amount === null ? null : { amount, currency: 'EUR' };
};

export const mapLicense = (row: WireTransaction, rights: Rights, { connectionId, asOf }: MapContext): ImportedLicense => ({
  key: { connectionId, lane: TRANSACTION_LANE, externalId: row.uuid },
  licenseType: row.license.licenseType ?? 'UNKNOWN',
  cancelled: row.state === 'cancelled',
  rights,
  price: priceOf(row),
  licensedAt:
    [row.purchasedAt, row.completedAt, row.createdAt, row.lastUpdatedAt].map(parseInstant).find((at) => at !== null) ?? asOf,
  licensedBy: row.buyerName ?? row.buyerUuid ?? 'UNKNOWN',
  sourceReference: row.uuid,
  orderNumber: row.cartUuid,
});
