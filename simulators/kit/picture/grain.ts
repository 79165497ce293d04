/** A tile of fine film grain, made once. */

import { rng } from '../rng.js';

const SIDE = 256;
/** Enough to take the plastic look off, little enough that a JPEG stays small. */
const STRENGTH = 15;

let noise: Buffer | undefined;

const makeNoise = (): Buffer => {
  const chance = rng('grain');
  const made = Buffer.alloc(SIDE * SIDE * 4, 255);
  for (let i = 0; i < made.length; i += 4) made.fill(128 + Math.round((chance.next() + chance.next() - 1) * STRENGTH), i, i + 3);
  return made;
};

/** RGBA pixels, as sharp takes them. */
export interface PixelLayer {
  readonly input: Buffer;
  readonly raw: { readonly width: number; readonly height: number; readonly channels: 4 };
}

/** RGBA around middle grey, to be laid over with soft light; no larger than the picture that it is laid over. */
export const grain = (pictureWidth: number, pictureHeight: number): PixelLayer => {
  noise ??= makeNoise();
  const width = Math.min(SIDE, pictureWidth);
  const height = Math.min(SIDE, pictureHeight);
  return { input: noise.subarray(0, width * height * 4), raw: { width, height, channels: 4 } };
};
