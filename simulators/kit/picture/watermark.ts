/** Diagonal repeated lettering. Letters are drawn as strokes, so that it looks the same where no fonts are installed. */

import { LRUCache } from 'lru-cache';
import type Sharp from 'sharp';
import { AREA, n } from './canvas.js';
import type { PixelLayer } from './grain.js';

const CACHE_BYTES = 24 * 1024 * 1024;

/** Each letter on a grid four wide and six high, as pen strokes. */
const STROKES: Readonly<Record<string, string>> = {
  A: 'M0 6L2 0L4 6M.7 4H3.3',
  B: 'M0 6V0H2.5Q4 0 4 1.4Q4 2.8 2.5 2.8H0M2.5 2.8Q4 2.9 4 4.4Q4 6 2.5 6H0',
  C: 'M4 1Q3.4 0 2 0Q0 0 0 3Q0 6 2 6Q3.4 6 4 5',
  D: 'M0 0V6H1.8Q4 6 4 3Q4 0 1.8 0Z',
  E: 'M4 0H0V6H4M0 3H3',
  F: 'M4 0H0V6M0 3H3',
  G: 'M4 1Q3.4 0 2 0Q0 0 0 3Q0 6 2 6Q4 6 4 3.4H2.4',
  H: 'M0 0V6M4 0V6M0 3H4',
  I: 'M2 0V6',
  J: 'M3 0V4.4Q3 6 1.5 6Q0 6 0 4.6',
  K: 'M0 0V6M4 0L0 3.6M1.3 2.5L4 6',
  L: 'M0 0V6H4',
  M: 'M0 6V0L2 3.4L4 0V6',
  N: 'M0 6V0L4 6V0',
  O: 'M2 0Q4 0 4 3Q4 6 2 6Q0 6 0 3Q0 0 2 0Z',
  P: 'M0 6V0H2.4Q4 0 4 1.7Q4 3.4 2.4 3.4H0',
  Q: 'M2 0Q4 0 4 3Q4 6 2 6Q0 6 0 3Q0 0 2 0ZM2.5 4.3L4.2 6.4',
  R: 'M0 6V0H2.4Q4 0 4 1.6Q4 3.2 2.4 3.2H0M2.2 3.2L4 6',
  S: 'M4 1Q3.4 0 2 0Q0 0 0 1.6Q0 2.8 2 3Q4 3.2 4 4.5Q4 6 2 6Q.6 6 0 5',
  T: 'M0 0H4M2 0V6',
  U: 'M0 0V4Q0 6 2 6Q4 6 4 4V0',
  V: 'M0 0L2 6L4 0',
  W: 'M0 0L1 6L2 2.4L3 6L4 0',
  X: 'M0 0L4 6M4 0L0 6',
  Y: 'M0 0L2 3L4 0M2 3V6',
  Z: 'M0 0H4L0 6H4',
  '0': 'M2 0Q4 0 4 3Q4 6 2 6Q0 6 0 3Q0 0 2 0Z',
  '1': 'M.8 1.2L2.2 0V6',
  '2': 'M0 1.4Q.2 0 2 0Q4 0 4 1.7Q4 3 0 6H4',
  '3': 'M0 .6Q1 0 2 0Q4 0 4 1.5Q4 2.9 2 2.9Q4 2.9 4 4.4Q4 6 2 6Q.8 6 0 5.2',
  '4': 'M3 6V0L0 4.2H4',
  '5': 'M4 0H.4V2.6Q1 2.3 2 2.3Q4 2.3 4 4.1Q4 6 2 6Q.8 6 0 5.2',
  '6': 'M3.6 .4Q0 .4 0 4Q0 6 2 6Q4 6 4 4.2Q4 2.6 2 2.6Q.4 2.6 0 4',
  '7': 'M0 0H4L1.4 6',
  '8': 'M2 2.9Q.2 2.9 .2 1.4Q.2 0 2 0Q3.8 0 3.8 1.4Q3.8 2.9 2 2.9Q4 2.9 4 4.4Q4 6 2 6Q0 6 0 4.4Q0 2.9 2 2.9Z',
  '9': 'M.4 5.6Q4 5.6 4 2Q4 0 2 0Q0 0 0 1.8Q0 3.4 2 3.4Q3.6 3.4 4 2',
  '-': 'M.6 3.2H3.4',
  '.': 'M1.8 5.8h.4v.2h-.4Z',
  '/': 'M0 6L4 0',
};

const ADVANCE = 5.6;

const letter = (character: string, i: number): string => {
  const strokes = STROKES[character];
  return strokes === undefined ? '' : `<path d="${strokes}" transform="translate(${n(i * ADVANCE)} 0)"/>`;
};

/** The text again and again over the whole canvas, in white with a dark edge so that it shows on any ground. */
const watermarkOver = (text: string, w: number, h: number): string => {
  const letters = [...text.toUpperCase().normalize('NFKD')].filter(
    (character) => character === ' ' || STROKES[character] !== undefined,
  );
  const scale = Math.min(w, h) / 95;
  const long = (letters.length * ADVANCE + 8) * scale;
  const line = 17 * scale;
  const word = letters.map(letter).join('');
  let uses = '';
  const reach = Math.hypot(w, h) / 2;
  for (let row = 0, y = -reach; y < reach; row += 1, y += line) {
    for (let x = -reach - (row % 2) * long * 0.5; x < reach; x += long) {
      uses += `<use href="#w" transform="translate(${n(x)} ${n(y)}) scale(${n(scale)})"/>`;
    }
  }
  const pen = (colour: string, width: number, opacity: number): string =>
    `<g fill="none" stroke="${colour}" stroke-width="${width}" stroke-opacity="${opacity}" stroke-linecap="round" stroke-linejoin="round">${uses}</g>`;
  const turned = `translate(${n(w / 2)} ${n(h / 2)}) rotate(-28)`;
  return `<defs><g id="w">${word}</g></defs><g transform="${turned}">${pen('#000000', 1.3, 0.2)}${pen('#ffffff', 0.75, 0.55)}</g>`;
};

const overlays = new LRUCache<string, Buffer>({ maxSize: CACHE_BYTES, sizeCalculation: (pixels) => pixels.length });

/** The lettering as pixels to lay over a picture of this size; drawn once for each size, since drawing it costs as much as a picture. */
export const watermark = async (sharp: typeof Sharp, text: string, width: number, height: number): Promise<PixelLayer> => {
  const key = `${width} ${height} ${text}`;
  let input = overlays.get(key);
  if (input === undefined) {
    const w = Math.sqrt((AREA * width) / height);
    const h = AREA / w;
    const size = `width="${width}" height="${height}" viewBox="0 0 ${n(w)} ${n(h)}" preserveAspectRatio="none"`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${watermarkOver(text, w, h)}</svg>`;
    input = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
    overlays.set(key, input);
  }
  return { input, raw: { width, height, channels: 4 } };
};
