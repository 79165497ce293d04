/** Which licenses exist for which asset, under which number their file is downloaded, and what they cost in credits. */
import type { Asset } from './asset.js';

export type AccountKind =
  | 'enterprise-universal'
  | 'enterprise-standard'
  | 'consumer-overage'
  | 'consumer-checkout'
  | 'no-credits'
  | 'alt-license'
  | 'references-required';

const isImage = (asset: Asset): boolean => asset.kind === 'photo' || asset.kind === 'illustration' || asset.kind === 'vector';
const isPremium = (asset: Asset): boolean => (asset.premium ?? 0) >= 2;

export const hasMedium = (asset: Asset): boolean => isImage(asset) && isPremium(asset) && asset.k % 3 !== 0 && asset.width > 1690;
export const is4k = (asset: Asset): boolean => asset.kind === 'video' && asset.width >= 3840;

const ALTERNATIVE_IMAGE = ['Internal_Use', 'Digital_Use', 'Social_Media'];
const ALTERNATIVE_VIDEO = ['Video_HD_Internal_Use', 'Video_HD_Digital_Use', 'Video_HD_Social_Media', 'Video_HD_Standard'];

/** License values that fit the asset; the alternative ones only for accounts that have them. */
export const licensesOf = (asset: Asset, kind: AccountKind, audio: boolean): readonly string[] => {
  const alternatives = kind === 'alt-license';
  if (isImage(asset)) {
    const medium = hasMedium(asset) ? ['Standard_M'] : [];
    return ['Standard', ...medium, 'Extended', ...(alternatives ? ALTERNATIVE_IMAGE : [])];
  }
  if (asset.kind === 'video')
    return ['Video_HD', ...(is4k(asset) ? ['Video_4K'] : []), ...(alternatives ? ALTERNATIVE_VIDEO : [])];
  return asset.kind === 'audio' && !audio ? [] : ['Standard'];
};

/** Opaque number of the file that a license gives. */
export const fileNumber = (asset: Asset, license: string): number => {
  if (asset.kind === 'vector' && license !== 'Standard_M') return 2;
  if (license === 'Video_4K') return 4;
  if (asset.kind === 'video') return 3;
  return license === 'Standard_M' ? 5 : 1;
};

const IMAGE_PRICES: Readonly<Record<string, number>> = {
  Standard: 1,
  Extended: 2,
  Internal_Use: 1,
  Digital_Use: 3,
  Social_Media: 5,
};
const VIDEO_PRICES: Readonly<Record<string, number>> = {
  Video_HD: 8,
  Video_4K: 20,
  Video_HD_Standard: 8,
  Video_HD_Internal_Use: 4,
  Video_HD_Digital_Use: 6,
  Video_HD_Social_Media: 5,
};
const PREMIUM_PRICES: readonly number[] = [1, 0, 5, 12, 30];

/** Price in credits. No public number exists: a table of our own inside the known range. */
export const priceOf = (asset: Asset, license: string): number => {
  if (asset.premium === 1) return 0;
  if (asset.kind === 'video') return VIDEO_PRICES[license] ?? 8;
  const base = PREMIUM_PRICES[asset.premium ?? 0] ?? 1;
  if (license === 'Standard_M') return Math.ceil(base / 2);
  return isPremium(asset) ? base : (IMAGE_PRICES[license] ?? 1);
};

/** Standard credits buy standard images and nothing else. */
export const planCovers = (asset: Asset, kind: AccountKind): boolean =>
  kind !== 'enterprise-standard' || (isImage(asset) && !isPremium(asset));

export const readableLicense = (license: string): string => license.replaceAll('_', ' ');
