/** Branches with leaves before a calm shape. */

import { between, type Canvas, circle, n, path, rect } from './canvas.js';
import { mix } from './colour.js';

const leaf = (x: number, y: number, angle: number, long: number, wide: number, fill: string, vein: string): string => {
  const shape = `M0 0C${n(long * 0.3)} ${n(-wide)} ${n(long * 0.75)} ${n(-wide * 0.8)} ${n(long)} 0C${n(long * 0.75)} ${n(wide * 0.8)} ${n(long * 0.3)} ${n(wide)} 0 0Z`;
  const half = `M0 0C${n(long * 0.3)} ${n(wide)} ${n(long * 0.75)} ${n(wide * 0.8)} ${n(long)} 0Z`;
  return `<g transform="translate(${n(x)} ${n(y)}) rotate(${n(angle)})">${path(shape, fill)}${path(half, vein, 'opacity="0.28"')}${path(`M0 0L${n(long * 0.96)} 0`, 'none', `stroke="${vein}" stroke-width="1.6" stroke-opacity="0.6"`)}</g>`;
};

/** One stem from the bottom, bending, with leaves that grow shorter towards its tip. */
const branch = ({ h, chance, palette }: Canvas, x: number, lean: number, fill: string): string => {
  const tall = h * between(chance, 0.62, 0.86);
  const leaves = 5 + chance.int(6);
  const long = h * between(chance, 0.16, 0.27);
  const wide = long * between(chance, 0.16, 0.42);
  const vein = mix(fill, palette.ink, 0.75);
  const at = (t: number): readonly [number, number] => [x + lean * t * t, h * 1.03 - tall * t];
  const [endX, endY] = at(1);
  let drawn = path(
    `M${n(x)} ${n(h * 1.03)}Q${n(x)} ${n(h * 1.03 - tall * 0.5)} ${n(endX)} ${n(endY)}`,
    'none',
    `stroke="${vein}" stroke-width="4.5"`,
  );
  for (let i = 0; i < leaves; i += 1) {
    const t = 0.2 + (0.8 * i) / leaves;
    const [lx, ly] = at(t);
    const size = 1 - t * 0.45;
    const open = between(chance, 32, 58);
    drawn += leaf(lx, ly, -90 - open + lean * 0.05, long * size, wide * size, fill, vein);
    drawn += leaf(lx, ly - 8, -90 + open + lean * 0.05, long * size, wide * size, mix(fill, palette.light, 0.12), vein);
  }
  return drawn + leaf(endX, endY, -90 + lean * 0.12, long * 0.6, wide * 0.6, fill, vein);
};

export const botanical = (canvas: Canvas): string => {
  const { w, h, chance, palette, vertical } = canvas;
  const paper = mix(palette.sky[2], palette.light, 0.5);
  let drawn = rect(
    0,
    0,
    w,
    h,
    vertical([
      [0, paper],
      [1, mix(paper, palette.body, 0.2)],
    ]),
  );
  drawn += circle(
    w * between(chance, 0.3, 0.7),
    h * between(chance, 0.36, 0.5),
    h * between(chance, 0.24, 0.34),
    palette.accent,
    'opacity="0.82"',
  );
  const branches = w > h ? 4 : 3;
  const greens = [
    mix(palette.body, palette.ink, 0.1),
    mix(palette.ink, palette.body, 0.35),
    mix(palette.body, palette.sky[1], 0.4),
  ];
  const order = Array.from({ length: branches }, (_, i) => i).sort((a, b) => (a % 2) - (b % 2));
  for (const i of order) {
    const x = w * ((i + 0.5) / branches + between(chance, -0.05, 0.05));
    const stem = branch(canvas, x, between(chance, -0.14, 0.14) * w, greens[i % greens.length] ?? palette.body);
    // The shadow on the paper makes it look laid down.
    drawn += `<g transform="translate(10 12)" opacity="0.08">${stem}</g>${stem}`;
  }
  return drawn;
};
