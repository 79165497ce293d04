/** One or two people before a coloured wall. */

import { between, type Canvas, circle, polygon, rect } from './canvas.js';
import { mix } from './colour.js';
import { bust } from './people.js';

export const portrait = (canvas: Canvas): string => {
  const { w, h, chance, palette, vertical } = canvas;
  const wall = mix(palette.sky[1], palette.body, 0.25);
  let drawn = rect(
    0,
    0,
    w,
    h,
    vertical([
      [0, mix(wall, palette.light, 0.25)],
      [1, mix(wall, palette.ink, 0.18)],
    ]),
  );
  const pair = w > h * 1.1 && chance.chance(0.3);
  const x = w * (pair ? 0.36 : between(chance, 0.42, 0.58));
  const u = Math.min(w, h) * (pair ? 0.12 : 0.14);
  // Light from a window outside the picture.
  const slant = between(chance, -0.15, 0.2) * w;
  for (const shift of [0, 0.24]) {
    const left = w * (shift + between(chance, 0.02, 0.1)) + slant;
    drawn += polygon(
      [
        [left + w * 0.16, 0],
        [left + w * 0.34, 0],
        [left + w * 0.18, h],
        [left, h],
      ],
      palette.light,
      'opacity="0.16"',
    );
  }
  drawn += circle(
    x + (pair ? w * 0.13 : 0),
    h * 0.44,
    h * between(chance, 0.3, 0.38),
    mix(palette.accent, palette.light, 0.25),
    'opacity="0.55"',
  );
  if (pair) drawn += bust(canvas, w * 0.64, h * 0.4, u, h * 1.02);
  return drawn + bust(canvas, x, h * (pair ? 0.46 : 0.42), u, h * 1.02);
};
