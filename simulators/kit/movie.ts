/** A small film of a scene: the camera moves slowly across its picture. */

import { LRUCache } from 'lru-cache';
import { loadSharp, picture, pictureSize } from './picture/render.js';
import { quicktime } from './quicktime.js';

export interface MovieOptions {
  readonly width: number;
}

const FRAMES = 16;
const FRAMES_PER_SECOND = 8;
/** How much wider the picture is than the film, for the camera to move in. */
const MARGIN = 1.2;
const LARGEST_WIDTH = 960;
const CACHE_BYTES = 16 * 1024 * 1024;

const made = new LRUCache<string, Buffer>({ maxSize: CACHE_BYTES, sizeCalculation: (bytes) => bytes.length });

/** Motion-JPEG halves its colour planes: even sides only. */
const even = (pixels: number): number => Math.max(2, 2 * Math.round(pixels / 2));

/** A video/quicktime file of two seconds; at most 960 pixels wide, whatever is asked for. */
export const movie = async (sceneNumber: number, options: MovieOptions): Promise<Buffer> => {
  const size = pictureSize(sceneNumber, { width: Math.min(LARGEST_WIDTH, Math.max(16, options.width)) });
  const [width, height] = [even(size.width), even(size.height)];
  const key = `${sceneNumber} ${width}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const sharp = await loadSharp();
  const whole = { width: Math.ceil(width * MARGIN), height: Math.ceil(height * MARGIN), fit: 'cover' } as const;
  const { data, info } = await sharp(await picture(sceneNumber, whole))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const frames: Buffer[] = [];
  for (let i = 0; i < FRAMES; i += 1) {
    const left = Math.floor(((whole.width - width) * i) / (FRAMES - 1));
    const top = Math.floor(((whole.height - height) * (FRAMES - 1 - i)) / (FRAMES - 1));
    const { width: across, height: down, channels } = info;
    const view = sharp(data, { raw: { width: across, height: down, channels } }).extract({ left, top, width, height });
    frames.push(await view.jpeg({ quality: 70, chromaSubsampling: '4:2:0' }).toBuffer());
  }
  const bytes = quicktime({ width, height, framesPerSecond: FRAMES_PER_SECOND, frames });
  made.set(key, bytes);
  return bytes;
};
