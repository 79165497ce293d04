/** Stars, now and then an aurora or a moon, over dark hills and a lake. */

import { below, between, type Canvas, circle, glowing, n, type Point, path, rect, ridge, sky } from './canvas.js';
import { mix } from './colour.js';

const stars = ({ w, h, chance, palette }: Canvas): string => {
  let small = '';
  let large = '';
  for (let i = 0; i < 190; i += 1) {
    const x = chance.next() * w;
    const y = chance.next() ** 1.3 * h * 0.72;
    if (i % 12 === 0) large += `M${n(x)} ${n(y - 4)}l1.3 2.7l2.7 1.3l-2.7 1.3l-1.3 2.7l-1.3 -2.7l-2.7 -1.3l2.7 -1.3Z`;
    else small += `M${n(x)} ${n(y)}h1.9v1.9h-1.9Z`;
  }
  return path(small, palette.light, 'fill-opacity="0.75"') + path(large, palette.light);
};

const STRIPS = 84;

/** Curtains: narrow strips that begin on a winding line and fade upwards. */
const aurora = ({ w, h, chance, palette, vertical }: Canvas): string => {
  const hues = [palette.accent, chance.pick(['#b07cf0', '#5fd6e8', palette.accent])];
  return hues
    .map((hue, k) => {
      const paint = vertical([
        [0, hue, 0],
        [0.72, hue, 0.42],
        [0.94, mix(hue, '#ffffff', 0.25), 0.6],
        [1, hue, 0],
      ]);
      const base = h * between(chance, 0.42, 0.58);
      const swing = between(chance, 0.05, 0.11) * h;
      const start = chance.next() * 6;
      return Array.from({ length: STRIPS }, (_, i) => {
        const foot = base + Math.sin(start + i * 0.09) * swing + Math.sin(i * 0.23 + k) * swing * 0.3;
        const tall = h * (0.3 + 0.14 * Math.sin(start * 2 + i * 0.31));
        return rect((i * w) / STRIPS, foot - tall, w / STRIPS + 0.5, tall, paint, 'opacity="0.8"');
      }).join('');
    })
    .join('');
};

const milkyWay = ({ w, h, chance, palette, radial }: Canvas): string => {
  const paint = radial([
    [0, palette.light, 0.22],
    [0.5, palette.sky[2], 0.14],
    [1, palette.sky[2], 0],
  ]);
  const angle = between(chance, -62, -18) * chance.pick([1, -1]);
  const middle = between(chance, 0.3, 0.7) * w;
  return [0, 1, 2, 3]
    .map(
      (i) =>
        `<ellipse cx="${n(middle + w * (i - 1.5) * 0.2)}" cy="${n(h * 0.35)}" rx="${n(w * 0.34)}" ry="${n(h * 0.13)}" fill="${paint}" transform="rotate(${n(angle)} ${n(middle)} ${n(h * 0.35)})"/>`,
    )
    .join('');
};

export const nightSky = (canvas: Canvas): string => {
  const { w, h, chance, palette, vertical } = canvas;
  const shore = h * 0.8;
  let drawn = sky(canvas, 0.85);
  const kind = chance.int(3);
  if (kind !== 2) drawn += stars(canvas);
  if (kind === 0) drawn += aurora(canvas);
  if (kind === 1) drawn += milkyWay(canvas);
  const moonX = between(chance, 0.2, 0.8) * w;
  if (kind === 2) {
    const r = h * 0.1;
    drawn += stars(canvas) + glowing(canvas, moonX, h * 0.28, r, palette.light, palette.light);
    for (const [dx, dy, size] of [
      [-0.3, -0.2, 0.2],
      [0.25, 0.15, 0.28],
      [-0.1, 0.45, 0.14],
    ] as const) {
      drawn += circle(moonX + dx * r, h * 0.28 + dy * r, size * r, mix(palette.light, palette.body, 0.35), 'opacity="0.5"');
    }
  }
  const hills = (y: number, amplitude: number): Point[] => ridge(chance, w, y, amplitude, 0.45);
  drawn +=
    below(hills(h * 0.7, h * 0.24), w, shore, mix(palette.sky[2], palette.ink, 0.6)) +
    below(hills(h * 0.77, h * 0.12), w, shore, palette.ink);
  drawn += rect(
    0,
    shore,
    w,
    h - shore,
    vertical([
      [0, mix(palette.sky[2], palette.ink, 0.4)],
      [1, palette.ink],
    ]),
  );
  let glints = '';
  for (let i = 0; i < 40; i += 1) {
    const y = shore + chance.next() * (h - shore);
    const x = kind === 2 ? moonX + between(chance, -0.1, 0.1) * w : chance.next() * w;
    glints += `M${n(x)} ${n(y)}h${n(between(chance, 0.02, 0.07) * w)}v1.8h${n(-0.03 * w)}Z`;
  }
  return drawn + path(glints, kind === 2 ? palette.light : palette.accent, 'fill-opacity="0.4"');
};
