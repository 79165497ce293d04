/** A laid table seen from above: plates, citrus, herbs on a cloth. */

import { between, type Canvas, circle, ellipse, n, path, rect } from './canvas.js';
import { mix } from './colour.js';

const under = (x: number, y: number, r: number, ink: string): string =>
  circle(x + r * 0.07, y + r * 0.1, r * 1.01, ink, 'opacity="0.2"');

/** A cut orange, lemon or grapefruit. */
const slice = ({ chance, palette, radial }: Canvas, x: number, y: number, r: number): string => {
  const flesh = chance.pick(['#f4a02c', '#f6cf3f', '#ee7b5b', '#b9cf4a']);
  const turn = chance.next() * 60;
  const wedge = `M0 ${n(-r * 0.06)}L${n(-r * 0.34)} ${n(-r * 0.7)}Q0 ${n(-r * 0.92)} ${n(r * 0.34)} ${n(-r * 0.7)}Z`;
  const paint = radial([
    [0, mix(flesh, '#ffffff', 0.35)],
    [1, flesh],
  ]);
  const wedges = Array.from({ length: 8 }, (_, i) => `<g transform="rotate(${n(turn + i * 45)})">${path(wedge, paint)}</g>`).join(
    '',
  );
  return `${under(x, y, r, palette.ink)}${circle(x, y, r, mix(flesh, '#c96a10', 0.25))}${circle(x, y, r * 0.91, '#fff6df')}<g transform="translate(${n(x)} ${n(y)})">${wedges}</g>`;
};

const whole = ({ chance, palette, radial }: Canvas, x: number, y: number, r: number): string => {
  const colour = chance.pick(['#ee8f2a', '#d9503f', '#7d9b45', '#6b3d63', '#f0c13e']);
  const skin = radial(
    [
      [0, mix(colour, '#ffffff', 0.55)],
      [0.4, colour],
      [1, mix(colour, '#2a1420', 0.45)],
    ],
    [0.36, 0.32],
  );
  return (
    under(x, y, r, palette.ink) + circle(x, y, r, skin) + circle(x + r * 0.1, y - r * 0.05, r * 0.09, mix(colour, '#2a1420', 0.6))
  );
};

const sprig = ({ chance }: Canvas, x: number, y: number, long: number): string => {
  const turn = chance.next() * 360;
  const leaves = Array.from({ length: 10 }, (_, i) => {
    const side = i % 2 === 0 ? 1 : -1;
    return ellipse(
      (long * (i + 1)) / 11,
      side * long * 0.075,
      long * 0.085,
      long * 0.04,
      '#5f8a4c',
      `transform="rotate(${side * 35} ${n((long * (i + 1)) / 11)} ${n(side * long * 0.075)})"`,
    );
  }).join('');
  return `<g transform="translate(${n(x)} ${n(y)}) rotate(${n(turn)})">${path(`M0 0H${n(long)}`, 'none', 'stroke="#47693a" stroke-width="3"')}${leaves}</g>`;
};

const plate = (canvas: Canvas, x: number, y: number, r: number): string => {
  const { chance, palette, radial } = canvas;
  const glaze = chance.pick([palette.light, mix(palette.body, palette.light, 0.3), mix(palette.sky[0], palette.light, 0.35)]);
  let drawn =
    under(x, y, r, palette.ink) +
    circle(x, y, r, glaze) +
    circle(x, y, r * 0.97, 'none', `stroke="${mix(glaze, palette.ink, 0.25)}" stroke-width="2"`);
  drawn += circle(
    x,
    y,
    r * 0.74,
    radial([
      [0, mix(glaze, '#ffffff', 0.3)],
      [1, mix(glaze, palette.ink, 0.12)],
    ]),
  );
  const pieces = 3 + chance.int(3);
  const turn = chance.next() * 6.28;
  for (let i = 0; i < pieces; i += 1) {
    const angle = turn + (6.28 * i) / pieces;
    const draw = chance.chance(0.55) ? slice : whole;
    drawn += draw(canvas, x + Math.cos(angle) * r * 0.38, y + Math.sin(angle) * r * 0.38, r * between(chance, 0.22, 0.31));
  }
  return drawn + sprig(canvas, x, y, r * 0.5);
};

export const food = (canvas: Canvas): string => {
  const { w, h, chance, palette, vertical } = canvas;
  const table = mix(palette.body, palette.sky[0], 0.3);
  let drawn = rect(
    0,
    0,
    w,
    h,
    vertical([
      [0, mix(table, palette.light, 0.25)],
      [1, mix(table, palette.ink, 0.2)],
    ]),
  );
  const cloth = w * between(chance, 0.45, 0.6);
  const linen = mix(palette.light, palette.sky[1], 0.25);
  let stripes = rect(0, -h, cloth, h * 3, linen);
  for (let x = cloth * 0.06; x < cloth; x += cloth * 0.16)
    stripes += rect(x, -h, cloth * 0.03, h * 3, palette.accent, 'opacity="0.45"');
  drawn += `<g transform="translate(${n(w * 0.12)} 0) rotate(${n(between(chance, -12, 14))} ${n(w / 2)} ${n(h / 2)})">${stripes}</g>`;
  const r = Math.min(w, h) * between(chance, 0.29, 0.35);
  drawn += plate(canvas, w * 0.4, h * 0.5, r);
  drawn += plate(canvas, w * (w > h ? 0.84 : 0.9), h * between(chance, 0.12, 0.25), r * 0.72);
  for (const [x, y] of [
    [0.09, 0.82],
    [0.74, 0.84],
    [0.1, 0.14],
    [0.9, 0.7],
  ] as const) {
    const draw = chance.pick([slice, whole, sprig]);
    drawn += draw(canvas, w * x, h * y, Math.min(w, h) * between(chance, 0.07, 0.11) * (draw === sprig ? 1.8 : 1));
  }
  return drawn;
};
