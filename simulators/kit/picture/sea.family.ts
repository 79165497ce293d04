/** A horizon, a low sun with its road of light, and sails. */

import { below, between, type Canvas, ellipse, glowing, n, path, rect, ridge, sky } from './canvas.js';
import { mix } from './colour.js';

const boat = ({ chance, palette }: Canvas, x: number, water: number, size: number): string => {
  const lean = between(chance, -0.06, 0.1) * size;
  const white = palette.light;
  const hull = `M${n(x - size * 0.36)} ${n(water - size * 0.1)}Q${n(x)} ${n(water + size * 0.1)} ${n(x + size * 0.44)} ${n(water - size * 0.13)}Z`;
  const main = `M${n(x + lean)} ${n(water - size * 1.15)}Q${n(x + size * 0.12)} ${n(water - size * 0.5)} ${n(x - size * 0.34)} ${n(water - size * 0.17)}L${n(x)} ${n(water - size * 0.17)}Z`;
  const jib = `M${n(x + lean + 3)} ${n(water - size * 1.02)}Q${n(x + size * 0.34)} ${n(water - size * 0.55)} ${n(x + size * 0.42)} ${n(water - size * 0.2)}L${n(x + 3)} ${n(water - size * 0.2)}Z`;
  return (
    ellipse(x + size * 0.05, water + size * 0.16, size * 0.4, size * 0.09, white, 'opacity="0.28"') +
    path(main, white) +
    path(jib, chance.chance(0.5) ? palette.accent : mix(white, palette.body, 0.3)) +
    path(hull, palette.ink)
  );
};

export const sea = (canvas: Canvas): string => {
  const { w, h, chance, palette, vertical } = canvas;
  const horizon = h * between(chance, 0.5, 0.62);
  const sunX = between(chance, 0.15, 0.85) * w;
  const sunR = h * between(chance, 0.04, 0.07);
  let drawn =
    sky(canvas, horizon / h) +
    glowing(canvas, sunX, horizon - sunR * between(chance, 1.2, 3.5), sunR, palette.light, palette.light);
  if (chance.chance(0.7)) {
    const coast = ridge(chance, w, horizon - h * 0.02, h * 0.12, 0.42);
    drawn += below(coast, w, horizon, mix(palette.sky[2], palette.body, 0.6));
  }
  const deep = mix(palette.body, palette.ink, 0.6);
  drawn += rect(
    0,
    horizon,
    w,
    h - horizon,
    vertical([
      [0, mix(palette.sky[2], palette.body, 0.45)],
      [0.4, palette.body],
      [1, deep],
    ]),
  );
  let glitter = '';
  let waves = '';
  for (let i = 0; i < 70; i += 1) {
    const t = chance.next() ** 1.4;
    const y = horizon + 3 + t * (h - horizon);
    const long = (0.02 + t * 0.08) * w;
    const near = sunX + between(chance, -1, 1) * w * (0.03 + t * 0.14);
    glitter += `M${n(near - long / 2)} ${n(y)}q${n(long / 2)} -4 ${n(long)} 0q${n(-long / 2)} 3 ${n(-long)} 0Z`;
    const x = chance.next() * w;
    waves += `M${n(x)} ${n(y)}q${n(long)} -5 ${n(long * 2)} 0q${n(-long)} 2 ${n(-long * 2)} 0Z`;
  }
  drawn +=
    path(waves, mix(palette.body, palette.light, 0.5), 'fill-opacity="0.3"') +
    path(glitter, palette.light, 'fill-opacity="0.75"');
  const boats = 1 + chance.int(4);
  for (let i = 0; i < boats; i += 1) {
    const depth = (i + 0.4 + chance.next() * 0.4) / boats;
    const x = w * (((i * 0.37 + between(chance, 0.1, 0.35)) % 0.85) + 0.07);
    drawn += boat(canvas, x, horizon + depth * h * 0.24, h * (0.1 + depth * 0.22));
  }
  return drawn;
};
