/** What the picture families draw with: a canvas of abstract units, gradients, and a few shapes as SVG text. */

import type { Rng } from '../rng.js';
import type { Palette } from './colour.js';

/** Position from 0 to 1, colour, and opacity (1 when absent). */
export type Stop = readonly [number, string, number?];
export type Point = readonly [number, number];

export interface Canvas {
  readonly w: number;
  readonly h: number;
  readonly chance: Rng;
  readonly palette: Palette;
  /** A paint running from the top of a shape to its bottom. */
  vertical(stops: readonly Stop[]): string;
  horizontal(stops: readonly Stop[]): string;
  /** A paint from the middle outwards; `focus` moves the bright spot (0.5, 0.5 is the middle). */
  radial(stops: readonly Stop[], focus?: Point): string;
}

export type Family = (canvas: Canvas) => string;

/** Area of a canvas in its own units, so that strokes look alike whatever the proportions. */
export const AREA = 1_000_000;

/** One decimal keeps the SVG short. */
export const n = (value: number): string => String(Math.round(value * 10) / 10);

const stopTags = (stops: readonly Stop[]): string =>
  stops
    .map(([offset, colour, opacity = 1]) => `<stop offset="${offset}" stop-color="${colour}" stop-opacity="${opacity}"/>`)
    .join('');

export const createCanvas = (
  w: number,
  h: number,
  chance: Rng,
  palette: Palette,
): { canvas: Canvas; definitions: () => string } => {
  const tags: string[] = [];
  const define = (tag: string, attributes: string, stops: readonly Stop[]): string => {
    const id = `p${tags.length}`;
    tags.push(`<${tag} id="${id}" ${attributes}>${stopTags(stops)}</${tag}>`);
    return `url(#${id})`;
  };
  const canvas: Canvas = {
    w,
    h,
    chance,
    palette,
    vertical: (stops) => define('linearGradient', 'x1="0" y1="0" x2="0" y2="1"', stops),
    horizontal: (stops) => define('linearGradient', 'x1="0" y1="0" x2="1" y2="0"', stops),
    radial: (stops, focus = [0.5, 0.5]) => define('radialGradient', `cx="${focus[0]}" cy="${focus[1]}" r="0.6"`, stops),
  };
  return { canvas, definitions: () => `<defs>${tags.join('')}</defs>` };
};

/** From a to b by chance. */
export const between = (chance: Rng, a: number, b: number): number => a + chance.next() * (b - a);

export const rect = (x: number, y: number, w: number, h: number, fill: string, more = ''): string =>
  `<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" fill="${fill}" ${more}/>`;

export const circle = (x: number, y: number, r: number, fill: string, more = ''): string =>
  `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="${fill}" ${more}/>`;

export const ellipse = (x: number, y: number, rx: number, ry: number, fill: string, more = ''): string =>
  `<ellipse cx="${n(x)}" cy="${n(y)}" rx="${n(rx)}" ry="${n(ry)}" fill="${fill}" ${more}/>`;

export const path = (d: string, fill: string, more = ''): string => `<path d="${d}" fill="${fill}" ${more}/>`;

export const polygon = (points: readonly Point[], fill: string, more = ''): string =>
  path(`M${points.map(([x, y]) => `${n(x)} ${n(y)}`).join('L')}Z`, fill, more);

/** The whole canvas in the palette's sky. */
export const sky = ({ w, h, palette, vertical }: Canvas, horizon = 0.75): string =>
  rect(
    0,
    0,
    w,
    h,
    vertical([
      [0, palette.sky[0]],
      [horizon * 0.55, palette.sky[1]],
      [horizon, palette.sky[2]],
    ]),
  );

/** Sun or moon with its glow. */
export const glowing = ({ radial }: Canvas, x: number, y: number, r: number, colour: string, glow: string): string => {
  const halo = radial([
    [0, glow, 0.75],
    [0.35, glow, 0.3],
    [1, glow, 0],
  ]);
  return circle(x, y, r * 5, halo) + circle(x, y, r, colour);
};

/** A rugged line from left to right by halving: `rough` near 0.5 is mountains, near 0.3 gentle hills. */
export const ridge = (chance: Rng, w: number, y: number, amplitude: number, rough: number): Point[] => {
  let heights = [between(chance, -0.5, 0.5), between(chance, -0.5, 0.5)];
  for (let size = 1; heights.length < 65; size *= rough) {
    heights = heights.flatMap((left, i) => {
      const right = heights[i + 1];
      return right === undefined ? [left] : [left, (left + right) / 2 + between(chance, -0.5, 0.5) * size];
    });
  }
  return heights.map((height, i) => [(w * i) / (heights.length - 1), y - height * amplitude]);
};

/** Fills from a line down to the bottom. */
export const below = (line: readonly Point[], w: number, h: number, fill: string, more = ''): string =>
  polygon([...line, [w, h], [0, h]], fill, more);

/** A smooth line through the points, as path data that begins with M. */
export const smooth = (points: readonly Point[]): string => {
  const [[x0, y0] = [0, 0], ...rest] = points;
  let d = `M${n(x0)} ${n(y0)}`;
  for (const [i, [x, y]] of rest.entries()) {
    const after = rest[i + 1];
    d += after === undefined ? `L${n(x)} ${n(y)}` : `Q${n(x)} ${n(y)} ${n((x + after[0]) / 2)} ${n((y + after[1]) / 2)}`;
  }
  return d;
};
