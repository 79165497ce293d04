/** A skyline at dusk with lit windows, over water. */

import { between, type Canvas, glowing, n, path, rect, sky } from './canvas.js';
import { mix } from './colour.js';

/** One row of towers, outlines and windows each as a single path. */
const row = ({ w, chance, palette }: Canvas, base: number, tallest: number, colour: string, lit: number): string => {
  let outline = '';
  let windows = '';
  for (let x = -w * 0.03; x < w; ) {
    const wide = between(chance, 0.035, 0.085) * w;
    const tall = between(chance, 0.35, 1) ** 1.3 * tallest;
    const top = base - tall;
    outline += `M${n(x)} ${n(base)}V${n(top)}h${n(wide)}V${n(base)}Z`;
    const crown = chance.int(4);
    if (crown === 0)
      outline += `M${n(x + wide * 0.2)} ${n(top + 2)}v${n(-tallest * 0.07)}h${n(wide * 0.6)}v${n(tallest * 0.07)}Z`;
    if (crown === 1)
      outline += `M${n(x + wide * 0.47)} ${n(top)}l${n(wide * 0.03)} ${n(-tallest * 0.2)}l${n(wide * 0.03)} ${n(tallest * 0.2)}Z`;
    if (crown === 2) outline += `M${n(x)} ${n(top + 1)}L${n(x + wide)} ${n(top - wide * 0.35)}V${n(top + 1)}Z`;
    const columns = Math.max(2, Math.floor(wide / 17));
    const step = wide / (columns + 0.6);
    for (let wy = top + 14; wy < base - 16; wy += 20) {
      for (let i = 0; i < columns; i += 1) {
        if (chance.chance(lit)) windows += `M${n(x + step * (i + 0.55))} ${n(wy)}h${n(step * 0.5)}v9h${n(-step * 0.5)}Z`;
      }
    }
    x += wide + (chance.chance(0.3) ? between(chance, 0, 0.02) * w : 0);
  }
  return (
    path(outline, colour) + path(windows, mix(palette.accent, palette.light, 0.45), `fill-opacity="${lit > 0.3 ? 0.95 : 0.55}"`)
  );
};

export const city = (canvas: Canvas): string => {
  const { w, h, chance, palette, vertical } = canvas;
  const shore = h * between(chance, 0.78, 0.86);
  const [top, , low] = palette.sky;
  const sunX = between(chance, 0.2, 0.8) * w;
  let drawn =
    sky(canvas, 0.85) + glowing(canvas, sunX, shore - h * between(chance, 0.15, 0.45), h * 0.05, palette.light, palette.accent);
  drawn += row(canvas, shore, h * 0.62, mix(palette.body, low, 0.5), 0.1);
  drawn += row(canvas, shore, h * 0.47, mix(palette.body, palette.ink, 0.35), 0.24);
  drawn += row(canvas, shore, h * 0.3, palette.ink, 0.4);
  drawn += rect(
    0,
    shore,
    w,
    h - shore,
    vertical([
      [0, mix(palette.ink, low, 0.35)],
      [1, mix(palette.ink, top, 0.5)],
    ]),
  );
  let glints = '';
  for (let i = 0; i < 46; i += 1) {
    const y = shore + between(chance, 0.05, 0.95) * (h - shore);
    glints += `M${n(chance.next() * w)} ${n(y)}h${n(between(chance, 0.02, 0.07) * w)}v2.4h${n(-0.02 * w)}Z`;
  }
  return drawn + path(glints, mix(palette.accent, palette.light, 0.4), 'fill-opacity="0.5"');
};
