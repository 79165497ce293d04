/** Flowing bands of colour. */

import { between, type Canvas, circle, n, type Point, path, rect, smooth } from './canvas.js';
import { mix } from './colour.js';

export const waves = (canvas: Canvas): string => {
  const { w, h, chance, palette, vertical, horizontal, radial } = canvas;
  const ramp = [palette.sky[2], palette.sky[1], palette.accent, palette.body, palette.sky[0], palette.ink];
  const at = (t: number): string => {
    const position = t * (ramp.length - 1);
    const i = Math.min(ramp.length - 2, Math.floor(position));
    return mix(ramp[i] ?? palette.body, ramp[i + 1] ?? palette.ink, position - i);
  };
  let drawn = rect(
    0,
    0,
    w,
    h,
    vertical([
      [0, palette.light],
      [1, palette.sky[2]],
    ]),
  );
  drawn += circle(
    w * between(chance, 0.55, 0.85),
    h * 0.22,
    h * 0.42,
    radial([
      [0, palette.accent, 0.55],
      [1, palette.accent, 0],
    ]),
  );
  const bands = 7 + chance.int(4);
  const turns = between(chance, 0.7, 1.6);
  const drift = between(chance, 0.12, 0.5);
  const start = chance.next() * 6.28;
  for (let i = 0; i < bands; i += 1) {
    const t = i / (bands - 1);
    const points: Point[] = Array.from({ length: 15 }, (_, k) => {
      const s = k / 14;
      const swell = Math.sin(start + s * 6.28 * turns + i * drift) * 0.11 + Math.sin(start * 2 + s * 4 + i * 0.7) * 0.05;
      return [(s * 1.16 - 0.08) * w, h * (0.2 + 0.72 * t - swell * (1.3 - t * 0.5))];
    });
    const colour = at(t);
    const line = smooth(points);
    const fill = horizontal([
      [0, mix(colour, palette.light, 0.3)],
      [0.5, colour],
      [1, mix(colour, palette.ink, 0.22)],
    ]);
    drawn += path(`${line}V${n(h * 1.1)}H${n(-w * 0.1)}Z`, palette.ink, 'opacity="0.13" transform="translate(0 -9)"');
    drawn += path(`${line}V${n(h * 1.1)}H${n(-w * 0.1)}Z`, fill);
    drawn += path(line, 'none', `stroke="${palette.light}" stroke-opacity="0.4" stroke-width="2"`);
  }
  return drawn;
};
