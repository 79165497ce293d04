/** Rows of a field running to a vanishing point under clouds. */

import { below, between, type Canvas, ellipse, glowing, n, path, polygon, ridge, sky } from './canvas.js';
import { mix } from './colour.js';

const clouds = ({ w, h, chance, palette }: Canvas): string =>
  Array.from({ length: 3 }, () => {
    const x = chance.next() * w;
    const y = between(chance, 0.08, 0.28) * h;
    const size = between(chance, 0.05, 0.1) * w;
    return [-1, -0.4, 0.25, 0.9]
      .map((dx) =>
        ellipse(
          x + dx * size,
          y - (1 - Math.abs(dx)) * size * 0.2,
          size * 0.75,
          size * between(chance, 0.17, 0.26),
          palette.light,
        ),
      )
      .join('');
  })
    .map((cloud) => `<g opacity="0.6">${cloud}</g>`)
    .join('');

const poplars = ({ w, h, chance, palette }: Canvas, horizon: number): string => {
  const start = between(chance, 0.05, 0.6) * w;
  const colour = mix(palette.ink, palette.body, 0.25);
  return Array.from({ length: 3 + chance.int(6) }, (_, i) => {
    const tall = h * between(chance, 0.08, 0.15);
    return ellipse(start + i * w * 0.035, horizon - tall * 0.42, tall * 0.13, tall * 0.55, colour);
  }).join('');
};

const house = ({ w, h, chance, palette }: Canvas, horizon: number): string => {
  const x = between(chance, 0.15, 0.8) * w;
  const s = h * 0.05;
  const wall = `M${n(x)} ${n(horizon + 3)}v${n(-s)}h${n(s * 1.6)}v${n(s)}Z`;
  const roof = `M${n(x - s * 0.2)} ${n(horizon - s + 4)}L${n(x + s * 0.8)} ${n(horizon - s * 1.8)}L${n(x + s * 1.8)} ${n(horizon - s + 4)}Z`;
  return path(wall, palette.light) + path(roof, palette.accent);
};

export const fields = (canvas: Canvas): string => {
  const { w, h, chance, palette, vertical } = canvas;
  const horizon = h * between(chance, 0.4, 0.52);
  const vanishing = between(chance, 0.2, 0.8) * w;
  let drawn =
    sky(canvas, horizon / h) +
    glowing(canvas, between(chance, 0.1, 0.9) * w, horizon * 0.45, h * 0.045, palette.light, palette.light);
  drawn += clouds(canvas);
  drawn += below(ridge(chance, w, horizon - h * 0.05, h * 0.13, 0.4), w, h, mix(palette.sky[2], palette.body, 0.5));
  drawn += below(ridge(chance, w, horizon - h * 0.01, h * 0.06, 0.4), w, h, mix(palette.body, palette.ink, 0.25));
  const soil = mix(palette.body, palette.ink, 0.45);
  const crop = chance.chance(0.5) ? palette.accent : mix(palette.body, palette.light, 0.35);
  drawn += polygon(
    [
      [0, horizon],
      [w, horizon],
      [w, h],
      [0, h],
    ],
    vertical([
      [0, mix(soil, palette.sky[2], 0.35)],
      [1, soil],
    ]),
  );
  const rows = 13 + chance.int(8);
  const spread = w * 3.4;
  const light = vertical([
    [0, mix(crop, palette.sky[2], 0.45)],
    [0.35, crop],
    [1, mix(crop, palette.ink, 0.25)],
  ]);
  for (let i = 0; i < rows; i += 1) {
    const left = vanishing - spread / 2 + (spread * i) / rows;
    const step = spread / rows;
    drawn += polygon(
      [
        [vanishing, horizon],
        [left, h],
        [left + step * 0.58, h],
      ],
      light,
    );
    drawn += polygon(
      [
        [vanishing, horizon],
        [left + step * 0.44, h],
        [left + step * 0.58, h],
      ],
      palette.ink,
      'opacity="0.16"',
    );
  }
  return drawn + poplars(canvas, horizon) + (chance.chance(0.45) ? house(canvas, horizon) : '');
};
