/** Dunes with a lit and a shadowed side under a large sun. */

import { between, type Canvas, circle, n, path, sky } from './canvas.js';
import { mix } from './colour.js';

/** Suns are warm in every palette. */
const WARM = '#f2874b';

/** A dune: its back rises to a crest, and a winding ridge parts light from shadow down to the bottom. */
const dune = ({ w, h, chance, palette, vertical }: Canvas, y: number, tall: number, t: number): string => {
  const crest = between(chance, 0.15, 0.85) * w;
  const base = mix(palette.sky[2], palette.body, 0.4 + 0.6 * t);
  const left = y + tall * between(chance, 0.5, 0.8);
  const right = y + tall * between(chance, 0.6, 0.9);
  const swing = between(chance, 0.07, 0.2) * w;
  const rise = `C${n(crest * 0.4)} ${n(left)} ${n(crest - w * 0.16)} ${n(y + tall * 0.1)} ${n(crest)} ${n(y)}`;
  const fall = `C${n(crest + w * 0.1)} ${n(y + tall * 0.35)} ${n(crest + w * 0.3)} ${n(right)} ${n(w * 1.3)} ${n(right)}`;
  const back = `M${n(-w * 0.2)} ${n(left)}${rise}${fall}V${n(h * 1.02)}H${n(-w * 0.2)}Z`;
  const foot = crest - swing * 0.4;
  const winding = `C${n(foot + swing * 1.5)} ${n(y + tall * 1.5)} ${n(crest - swing)} ${n(y + tall * 0.75)} ${n(crest)} ${n(y)}`;
  const side = `M${n(crest)} ${n(y)}${fall}V${n(h * 1.02)}H${n(foot)}${winding}Z`;
  const lit = vertical([
    [0, mix(base, palette.light, 0.35)],
    [1, mix(base, palette.ink, 0.12 * t)],
  ]);
  const dark = vertical([
    [0, mix(base, palette.ink, 0.5)],
    [1, mix(base, palette.ink, 0.25 + 0.2 * t)],
  ]);
  return path(back, lit) + path(side, dark, 'opacity="0.62"');
};

const tracks = ({ w, h, chance, palette }: Canvas): string => {
  let dots = '';
  let x = between(chance, 0.1, 0.3) * w;
  for (let y = h * 0.97; y > h * 0.74; y -= h * 0.014) {
    x += w * 0.016;
    dots += `M${n(x)} ${n(y)}h7v3h-7Z`;
  }
  return path(dots, palette.ink, 'fill-opacity="0.35"');
};

export const desert = (canvas: Canvas): string => {
  const { w, h, chance, palette, radial } = canvas;
  const r = h * between(chance, 0.11, 0.18);
  const x = between(chance, 0.2, 0.8) * w;
  const y = h * between(chance, 0.26, 0.42);
  const glow = radial([
    [0, palette.light, 0.7],
    [0.4, palette.light, 0.25],
    [1, palette.light, 0],
  ]);
  let drawn =
    sky(canvas, 0.6) + circle(x, y, r * 3.4, glow) + circle(x, y, r, mix(palette.light, WARM, chance.pick([0.1, 0.5, 0.85])));
  const layers = 3 + chance.int(2);
  for (let i = 0; i < layers; i += 1) {
    const t = i / (layers - 1);
    drawn += dune(canvas, h * (0.46 + 0.32 * t), h * (0.16 + 0.14 * t), t);
  }
  return drawn + (chance.chance(0.5) ? tracks(canvas) : '');
};
