/** A façade: a grid of windows, balconies and their slanting shadows. */

import { between, type Canvas, n, path, polygon, rect } from './canvas.js';
import { mix } from './colour.js';

const windowBay = (
  { chance, palette }: Canvas,
  x: number,
  y: number,
  wide: number,
  tall: number,
  glass: string,
  arched: boolean,
): string => {
  const top = arched ? `a${n(wide / 2)} ${n(wide / 2)} 0 0 1 ${n(wide)} 0` : `h${n(wide)}`;
  const shape = `M${n(x)} ${n(y)}${top}v${n(tall)}h${n(-wide)}Z`;
  let drawn = path(shape, glass) + rect(x + wide * 0.47, y, wide * 0.06, tall, palette.light);
  if (chance.chance(0.35))
    drawn += rect(x, y, wide, tall * between(chance, 0.2, 0.6), mix(palette.light, palette.accent, 0.2), 'opacity="0.9"');
  return drawn + rect(x - wide * 0.08, y + tall, wide * 1.16, tall * 0.05, palette.light);
};

const balcony = ({ palette }: Canvas, x: number, y: number, wide: number, tall: number, colour: string): string => {
  const fall = tall * 0.55;
  const shade = polygon(
    [
      [x, y + tall * 0.1],
      [x + wide, y + tall * 0.1],
      [x + wide + fall * 0.6, y + fall],
      [x + fall * 0.6, y + fall],
    ],
    palette.ink,
    'opacity="0.2"',
  );
  let bars = '';
  for (let bx = x; bx <= x + wide; bx += wide / 9) bars += `M${n(bx)} ${n(y)}v${n(-tall * 0.3)}h2.6v${n(tall * 0.3)}Z`;
  return (
    shade +
    path(bars, palette.ink) +
    rect(x - 3, y - tall * 0.32, wide + 6, tall * 0.035, palette.ink) +
    rect(x - 5, y, wide + 10, tall * 0.1, colour)
  );
};

export const architecture = (canvas: Canvas): string => {
  const { w, h, chance, palette, vertical, horizontal } = canvas;
  const wall = mix(
    chance.pick([palette.sky[2], palette.body, palette.accent, palette.sky[1]]),
    palette.light,
    between(chance, 0.05, 0.35),
  );
  const trim = mix(wall, palette.light, 0.55);
  const columns = Math.max(3, Math.round((w / h) * (3 + chance.int(2))));
  const rows = 3 + chance.int(2);
  const cell = w / columns;
  const floor = h / rows;
  const arched = chance.chance(0.35);
  const everyOther = chance.int(3);
  const glass = vertical([
    [0, mix(palette.sky[0], palette.ink, 0.35)],
    [0.55, mix(palette.ink, palette.sky[0], 0.3)],
    [1, mix(palette.sky[1], palette.ink, 0.3)],
  ]);
  let drawn = rect(
    0,
    0,
    w,
    h,
    horizontal([
      [0, mix(wall, palette.light, 0.2)],
      [1, mix(wall, palette.ink, 0.12)],
    ]),
  );
  for (let row = 0; row < rows; row += 1) {
    drawn +=
      rect(0, row * floor - floor * 0.03, w, floor * 0.05, trim) +
      rect(0, row * floor + floor * 0.02, w, floor * 0.025, palette.ink, 'opacity="0.14"');
    for (let column = 0; column < columns; column += 1) {
      const wide = cell * 0.44;
      const tall = floor * (arched ? 0.44 : 0.52);
      const x = column * cell + (cell - wide) / 2;
      const y = row * floor + floor * (arched ? 0.36 : 0.24);
      drawn += windowBay(canvas, x, y, wide, tall, glass, arched);
      if ((row + column) % 2 === everyOther || everyOther === 2)
        drawn += balcony(canvas, x - wide * 0.28, y + tall + floor * 0.04, wide * 1.56, floor * 0.62, trim);
    }
  }
  // The neighbour's shadow falls across.
  const from = between(chance, 0.3, 1) * w;
  return (
    drawn +
    polygon(
      [
        [0, 0],
        [from, 0],
        [from - h * 0.62, h],
        [0, h],
      ],
      palette.ink,
      `opacity="${chance.chance(0.5) ? 0.22 : 0.12}"`,
    )
  );
};
