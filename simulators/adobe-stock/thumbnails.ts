/** Thumbnail columns: addresses on the part of this server that stands for the picture network, with their odd sizes. */
import type { Asset } from './asset.js';
import type { Column } from './columns.js';

export const THUMBNAIL_SIZES: readonly number[] = [110, 160, 220, 240, 500, 1000];
export const DEFAULT_THUMBNAIL_SIZE = 500;
/** From this size on every thumbnail carries the vendor's watermark. */
export const WATERMARK_FROM = 500;
/** These sizes are a height, so that widths come out as long fractions; the others are the longer side. */
const BY_HEIGHT = new Set([160, 220, 240]);

export const thumbnailSize = (asset: Asset, size: number): { readonly width: number; readonly height: number } => {
  const [width, height] = asset.width > 0 ? [asset.width, asset.height] : [1, 1];
  if (BY_HEIGHT.has(size)) return { width: (size * width) / height, height: size };
  const scale = size / Math.max(width, height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
};

const url = (asset: Asset, base: string, size: number): string => `${base}/cdn/t/${size}_F_${asset.id}_sim.jpg`;

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const htmlTag: Column = (asset, { base, thumbnailSize: size }) => {
  const { width, height } = thumbnailSize(asset, size);
  return `<img src="${url(asset, base, size)}" alt="${escapeHtml(asset.title)}" width="${width}" height="${height}" />`;
};

const sized = (size: number): readonly (readonly [string, Column])[] => [
  [`thumbnail_${size}_url`, (asset, { base }) => url(asset, base, size)],
  [`thumbnail_${size}_width`, (asset) => thumbnailSize(asset, size).width],
  [`thumbnail_${size}_height`, (asset) => thumbnailSize(asset, size).height],
];

export const thumbnailColumns: Readonly<Record<string, Column>> = {
  thumbnail_url: (asset, { base, thumbnailSize: size }) => url(asset, base, size),
  thumbnail_html_tag: htmlTag,
  thumbnail_width: (asset, { thumbnailSize: size }) => thumbnailSize(asset, size).width,
  thumbnail_height: (asset, { thumbnailSize: size }) => thumbnailSize(asset, size).height,
  ...Object.fromEntries(THUMBNAIL_SIZES.flatMap(sized)),
};
