/** Real pictures on demand: the drawing of a scene, rendered with a little grain and kept while there is room. */

import { LRUCache } from 'lru-cache';
import type SharpModule from 'sharp';
import type { OverlayOptions, Sharp } from 'sharp';
import { scene } from '../scene.js';
import { compose, type Size } from './compose.js';
import { grain } from './grain.js';
import { watermark as lettering } from './watermark.js';

export interface PictureOptions {
  readonly width: number;
  readonly height?: number;
  readonly format?: 'jpeg' | 'png';
  /** Repeated diagonally all over the picture. */
  readonly watermark?: string;
  /** `inside` (default): at most width × height, nothing cut off. `cover`: exactly width × height, the rest cut off. */
  readonly fit?: 'inside' | 'cover';
}

const CACHE_BYTES = 64 * 1024 * 1024;
/** Beyond this the drawing is enlarged rather than drawn larger: soft, but ten times cheaper. */
const DRAWN_SIDE = 2_000;
const LARGEST_SIDE = 10_000;
const QUALITY = 82;

const rendered = new LRUCache<string, Buffer>({ maxSize: CACHE_BYTES, sizeCalculation: (bytes) => bytes.length });
const underway = new Map<string, Promise<Buffer>>();

const side = (pixels: number): number => Math.min(LARGEST_SIDE, Math.max(1, Math.round(pixels)));

/** The pixels that `picture` gives for these options. */
export const pictureSize = (sceneNumber: number, { width, height, fit = 'inside' }: PictureOptions): Size => {
  if (fit === 'cover' && height !== undefined) return { width: side(width), height: side(height) };
  const own = scene(sceneNumber);
  const factor = Math.min(width / own.width, (height ?? Number.POSITIVE_INFINITY) / own.height);
  return { width: side(own.width * factor), height: side(own.height * factor) };
};

/** Loaded with the first picture: a run that asks for none starts faster. */
export const loadSharp = async (): Promise<typeof SharpModule> => {
  const { default: sharp } = await import('sharp');
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
};

const encode = (pixels: Sharp, format: 'jpeg' | 'png'): Sharp =>
  format === 'jpeg' ? pixels.jpeg({ quality: QUALITY }) : pixels.png({ compressionLevel: 6 });

const render = async (
  sceneNumber: number,
  size: Size,
  format: 'jpeg' | 'png',
  watermark: string | undefined,
): Promise<Buffer> => {
  const sharp = await loadSharp();
  const shrink = Math.min(1, DRAWN_SIDE / Math.max(size.width, size.height));
  const drawn = { width: side(size.width * shrink), height: side(size.height * shrink) };
  const layers: OverlayOptions[] = [{ ...grain(drawn.width, drawn.height), tile: true, blend: 'soft-light' }];
  if (watermark !== undefined) layers.push(await lettering(sharp, watermark, drawn.width, drawn.height));
  const finished = sharp(Buffer.from(compose(sceneNumber, drawn)))
    .composite(layers)
    .removeAlpha();
  if (shrink === 1) return encode(finished, format).toBuffer();
  const { data, info } = await finished.raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const enlarged = sharp(data, { raw: { width, height, channels } }).resize(size.width, size.height, {
    fit: 'fill',
    kernel: 'linear',
  });
  return encode(enlarged, format).toBuffer();
};

export const picture = async (sceneNumber: number, options: PictureOptions): Promise<Buffer> => {
  const { format = 'jpeg', watermark } = options;
  const size = pictureSize(sceneNumber, options);
  const key = `${sceneNumber} ${size.width} ${size.height} ${format} ${watermark ?? ''}`;
  const known = rendered.get(key) ?? underway.get(key);
  if (known !== undefined) return known;
  const work = render(sceneNumber, size, format, watermark);
  underway.set(key, work);
  try {
    const bytes = await work;
    rendered.set(key, bytes);
    return bytes;
  } finally {
    underway.delete(key);
  }
};
