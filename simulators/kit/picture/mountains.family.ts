/** Layered ridges in haze with a sun. */

import { below, between, type Canvas, circle, glowing, n, path, ridge, sky } from './canvas.js';
import { mix } from './colour.js';

const birds = ({ w, h, chance, palette }: Canvas): string => {
  const x = between(chance, 0.15, 0.7) * w;
  const y = between(chance, 0.1, 0.3) * h;
  return Array.from({ length: 4 }, () => {
    const bx = x + between(chance, 0, 0.16) * w;
    const by = y + between(chance, 0, 0.09) * h;
    const d = `M${n(bx - 11)} ${n(by - 4)}q7 -4 11 4q4 -8 11 -4`;
    return path(d, 'none', `stroke="${palette.ink}" stroke-width="2.4" stroke-opacity="0.6"`);
  }).join('');
};

export const mountains = (canvas: Canvas): string => {
  const { w, h, chance, palette, vertical } = canvas;
  const sunX = between(chance, 0.2, 0.8) * w;
  const sunY = between(chance, 0.22, 0.42) * h;
  const layers = 5 + chance.int(2);
  let drawn = sky(canvas) + glowing(canvas, sunX, sunY, between(chance, 0.045, 0.08) * h, palette.light, palette.light);
  if (chance.chance(0.5)) drawn += birds(canvas);
  for (let i = 0; i < layers; i += 1) {
    const t = i / (layers - 1);
    const line = ridge(chance, w, h * (0.47 + 0.4 * t), h * (0.32 - 0.1 * t), 0.5);
    const colour = mix(mix(palette.sky[2], palette.body, 0.35 + t * 0.65), palette.ink, t * t * 0.9);
    // Haze gathers at the foot of each ridge.
    drawn += below(
      line,
      w,
      h,
      vertical([
        [0, colour],
        [1, mix(colour, palette.sky[2], 0.55 * (1 - t))],
      ]),
    );
  }
  return drawn + (chance.chance(0.3) ? circle(sunX, sunY, h * 0.3, palette.light, 'opacity="0.05"') : '');
};
