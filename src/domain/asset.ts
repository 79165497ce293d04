/** An asset as every source's mapper makes it and GraphQL shows it. */
import type { AssetId, AssetKey, AssetSource } from './ids.js';
import type { Instant } from './instant.js';
import type { Known, Rights } from './rights.js';

export const ASSET_KINDS = [
  'PHOTO',
  'ILLUSTRATION',
  'VECTOR',
  'VIDEO',
  'AUDIO',
  'TEMPLATE',
  'THREE_D',
  'DOCUMENT',
  'OTHER',
] as const;
export type AssetKind = (typeof ASSET_KINDS)[number];
export type Orientation = 'HORIZONTAL' | 'VERTICAL' | 'SQUARE' | 'PANORAMIC';

/** `externalId` is the source's own number for the contributor. */
export interface Contributor {
  readonly externalId: string | null;
  readonly name: string | null;
}

/**
 * A picture of the asset as the source offers it. `address` may carry an upstream signature: it never leaves the gateway, callers get
 * a signed address of our own that names the role. Roles: `thumbnail`, `preview`, `comp`, `video_preview`, … unique in an asset.
 */
export interface SourceRendition {
  readonly role: string;
  readonly address: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly mimeType: string | null;
  readonly watermarked: boolean;
  /** Whether fetching it needs the source's credential. */
  readonly needsToken: boolean;
}

/** What a source's bulk answer says of our license on the asset. `raw` is its own word. */
export type SourceLicenseState =
  | 'NOT_LICENSED'
  | 'LICENSED'
  | 'JUST_LICENSED'
  | 'OVERAGE'
  | 'CANCELLED'
  | 'NOT_POSSIBLE'
  | 'UNKNOWN';
export interface SourceLicense {
  readonly state: SourceLicenseState;
  readonly raw: string | null;
  readonly asOf: Instant;
}

/** The stock asset that this one says it is a copy of. */
export interface StockOrigin {
  readonly source: AssetSource;
  readonly externalId: string;
}

export interface Asset {
  readonly id: AssetId;
  readonly key: AssetKey;
  readonly source: AssetSource;
  readonly externalId: string;
  readonly kind: AssetKind;
  readonly title: string | null;
  readonly caption: string | null;
  readonly keywords: readonly string[];
  readonly contributor: Contributor | null;
  readonly creditLine: string | null;
  readonly copyrightNotice: string | null;
  readonly collection: string | null;
  /** Pixels. */
  readonly width: number | null;
  readonly height: number | null;
  readonly durationSeconds: number | null;
  readonly mimeType: string | null;
  /** Null when the source's time states no zone; then its text is in `capturedAtText`. */
  readonly capturedAt: Instant | null;
  readonly capturedAtText: string | null;
  readonly updatedAt: Instant | null;
  readonly aiGenerated: Known;
  readonly renditions: readonly SourceRendition[];
  readonly rights: Rights;
  /** Null where the source's bulk answer does not say. */
  readonly sourceLicense: SourceLicense | null;
  readonly stockOrigin: StockOrigin | null;
  /** Public page with the license terms, and the page where a license can be had; without tracking or tokens. */
  readonly licenseTermsUrl: string | null;
  readonly acquireLicenseUrl: string | null;
  /** What the licensing of this source needs to know beyond the common fields (e.g. Adobe's premium level). Never shown. */
  readonly licensing: Readonly<Record<string, string | number | boolean | null>>;
}

/** SQUARE within 2 %, PANORAMIC from 2:1 on; null when a side is unknown. */
export const orientationOf = (asset: Pick<Asset, 'width' | 'height'>): Orientation | null => {
  if (!asset.width || !asset.height) return null;
  const ratio = asset.width / asset.height;
  if (Math.abs(ratio - 1) <= 0.02) return 'SQUARE';
  if (ratio >= 2) return 'PANORAMIC';
  return ratio > 1 ? 'HORIZONTAL' : 'VERTICAL';
};
