/** Pines fading into fog, layer behind layer. */

import { below, between, type Canvas, glowing, n, path, polygon, ridge, sky } from './canvas.js';
import { mix } from './colour.js';

/** One pine as path data: five to eight tiers of boughs with their tips hanging. */
const pine = ({ chance }: Canvas, x: number, foot: number, tall: number): string => {
  const tiers = 5 + chance.int(4);
  const half = tall * between(chance, 0.15, 0.23);
  const top = foot - tall;
  let left = '';
  let right = '';
  for (let i = 1; i <= tiers; i += 1) {
    const y = top + (tall * 0.93 * i) / tiers;
    const out = (half * i) / tiers;
    right += `L${n(x + out)} ${n(y)}L${n(x + out * 0.42)} ${n(y - tall * 0.025)}`;
    left = `L${n(x - out * 0.42)} ${n(y - tall * 0.025)}L${n(x - out)} ${n(y)}${left}`;
  }
  return `M${n(x)} ${n(top)}${right}L${n(x + tall * 0.02)} ${n(foot)}L${n(x - tall * 0.02)} ${n(foot)}${left}Z`;
};

const beams = ({ w, h, chance, palette }: Canvas, x: number): string =>
  Array.from({ length: 4 }, (_, i) => {
    const to = x + (i - 1.2) * w * between(chance, 0.16, 0.26);
    return polygon(
      [
        [x, h * 0.1],
        [to, h],
        [to + w * 0.1, h],
      ],
      palette.light,
      'opacity="0.1"',
    );
  }).join('');

export const forest = (canvas: Canvas): string => {
  const { w, h, chance, palette, vertical } = canvas;
  const sunX = between(chance, 0.2, 0.8) * w;
  const layers = 4 + chance.int(2);
  let drawn = sky(canvas, 0.7) + glowing(canvas, sunX, h * between(chance, 0.16, 0.3), h * 0.05, palette.light, palette.light);
  drawn += below(ridge(chance, w, h * 0.45, h * 0.2, 0.45), w, h, mix(palette.sky[2], palette.body, 0.25));
  for (let i = 0; i < layers; i += 1) {
    const t = i / (layers - 1);
    const ground = ridge(chance, w, h * (0.6 + 0.32 * t), h * 0.06, 0.4);
    const colour = mix(mix(palette.sky[2], palette.body, 0.3 + 0.7 * t), palette.ink, t * 0.85);
    let trees = '';
    const step = w * (0.026 + 0.05 * t);
    for (let x = -step; x < w + step; x += step * between(chance, 0.6, 1.5)) {
      const foot = (ground[Math.min(64, Math.max(0, Math.round((64 * x) / w)))]?.[1] ?? h) + h * 0.03;
      trees += pine(canvas, x, foot, h * (0.15 + 0.34 * t) * between(chance, 0.6, 1.15));
    }
    // Trees and ground in one shape, so that one fog lies over both.
    const fog = vertical([
      [0, colour],
      [1, mix(colour, palette.sky[2], 0.75 * (1 - t))],
    ]);
    drawn += path(`${trees}M0 ${n(h)}L${ground.map(([x, y]) => `${n(x)} ${n(y)}`).join('L')}L${n(w)} ${n(h)}Z`, fog);
    if (i === layers - 2 && chance.chance(0.6)) drawn += beams(canvas, sunX);
  }
  return drawn;
};
