/** Someone at a desk by a window. */

import { below, between, type Canvas, circle, ellipse, n, path, rect, ridge } from './canvas.js';
import { mix } from './colour.js';
import { bust } from './people.js';

const plant = ({ palette, chance }: Canvas, x: number, floor: number, size: number): string => {
  const green = mix('#4f8a5b', palette.ink, 0.2);
  const leaves = [-62, -38, -14, 12, 36, 60].map((angle) => {
    const long = size * between(chance, 0.85, 1.25);
    const shape = `M0 0C${n(-long * 0.2)} ${n(-long * 0.4)} ${n(-long * 0.12)} ${n(-long * 0.8)} 0 ${n(-long)}C${n(long * 0.12)} ${n(-long * 0.8)} ${n(long * 0.2)} ${n(-long * 0.4)} 0 0Z`;
    return `<g transform="translate(${n(x)} ${n(floor - size * 0.5)}) rotate(${angle})">${path(shape, mix(green, palette.light, chance.next() * 0.25))}</g>`;
  });
  const pot = `M${n(x - size * 0.34)} ${n(floor - size * 0.55)}h${n(size * 0.68)}l${n(-size * 0.1)} ${n(size * 0.55)}h${n(-size * 0.48)}Z`;
  return leaves.join('') + path(pot, palette.accent);
};

const laptop = ({ palette }: Canvas, x: number, desk: number, wide: number): string => {
  const tall = wide * 0.6;
  const lid = rect(x - wide / 2, desk - tall, wide, tall, mix(palette.ink, palette.light, 0.72), 'rx="9"');
  const base = `M${n(x - wide * 0.58)} ${n(desk)}h${n(wide * 1.16)}l${n(-wide * 0.03)} 11h${n(-wide * 1.1)}Z`;
  return (
    lid +
    circle(x, desk - tall * 0.5, wide * 0.045, palette.light, 'opacity="0.8"') +
    path(base, mix(palette.ink, palette.light, 0.55))
  );
};

const lamp = ({ palette }: Canvas, x: number, desk: number, size: number): string =>
  path(
    `M${n(x)} ${n(desk)}L${n(x + size * 0.25)} ${n(desk - size * 0.8)}L${n(x - size * 0.2)} ${n(desk - size * 1.4)}`,
    'none',
    `stroke="${palette.ink}" stroke-width="7" stroke-linejoin="round"`,
  ) +
  path(
    `M${n(x - size * 0.55)} ${n(desk - size * 1.12)}L${n(x - size * 0.3)} ${n(desk - size * 1.62)}L${n(x + size * 0.02)} ${n(desk - size * 1.36)}Z`,
    palette.accent,
  ) +
  ellipse(x, desk, size * 0.32, 7, palette.ink);

export const workplace = (canvas: Canvas): string => {
  const { w, h, chance, palette, vertical, horizontal } = canvas;
  const desk = h * between(chance, 0.76, 0.82);
  const wall = mix(palette.light, palette.sky[1], 0.45);
  let drawn = rect(
    0,
    0,
    w,
    h,
    horizontal([
      [0, mix(wall, palette.light, 0.4)],
      [1, mix(wall, palette.body, 0.4)],
    ]),
  );
  const left = w * between(chance, 0.06, 0.14);
  const wide = w * between(chance, 0.5, 0.62);
  const top = h * 0.09;
  const tall = h * 0.52;
  const hills = (y: number, colour: string): string => below(ridge(chance, wide, y, h * 0.15, 0.45), wide, tall, colour);
  drawn += rect(
    left,
    top,
    wide,
    tall,
    vertical([
      [0, palette.sky[0]],
      [0.6, palette.sky[1]],
      [1, palette.sky[2]],
    ]),
  );
  drawn += `<g transform="translate(${n(left)} ${n(top)})">${hills(tall * 0.72, mix(palette.sky[2], palette.body, 0.45))}${hills(tall * 0.88, mix(palette.body, palette.ink, 0.2))}</g>`;
  for (const part of [0, 1 / 3, 2 / 3, 1]) drawn += rect(left + wide * part - 5, top - 5, 10, tall + 10, palette.light);
  drawn += rect(left - 5, top - 7, wide + 10, 12, palette.light) + rect(left - 14, top + tall - 5, wide + 28, 16, palette.light);
  const x = w * between(chance, 0.42, 0.56);
  const u = Math.min(w, h) * 0.105;
  drawn += bust(canvas, x, desk - u * 3.9, u, desk + 4);
  drawn += rect(
    0,
    desk,
    w,
    h - desk,
    vertical([
      [0, mix(palette.accent, palette.light, 0.45)],
      [0.1, mix(palette.body, palette.ink, 0.1)],
      [1, mix(palette.body, palette.ink, 0.5)],
    ]),
  );
  drawn += laptop(canvas, x + u * 0.3, desk + 2, u * 3.6);
  drawn += plant(canvas, w * between(chance, 0.83, 0.9), desk + 3, h * 0.14);
  if (w > h) drawn += lamp(canvas, w * between(chance, 0.16, 0.22), desk + 4, h * 0.19);
  return drawn + rect(x - u * 3.3, desk - u * 0.55, u * 0.5, u * 0.6, palette.light, 'rx="4"');
};
