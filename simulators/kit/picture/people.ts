/** Faceless people in the manner of a paper cut, for portraits and workplaces. */

import { type Canvas, ellipse, n, path } from './canvas.js';
import { HAIRS, mix, SKINS } from './colour.js';

/** Hair behind the head, then in front of it; `u` is half the head's width, the head's middle is the origin. */
const HAIRCUTS: readonly ((u: number, fill: string) => readonly string[])[] = [
  // Long, over the shoulders.
  (u, fill) => [
    path(
      `M${n(-u * 1.25)} ${n(u * 2.6)}C${n(-u * 1.7)} ${n(-u)} ${n(-u)} ${n(-u * 1.85)} 0 ${n(-u * 1.8)}C${n(u)} ${n(-u * 1.85)} ${n(u * 1.7)} ${n(-u)} ${n(u * 1.25)} ${n(u * 2.6)}Z`,
      fill,
    ),
    path(
      `M${n(-u * 1.1)} ${n(u * 0.2)}C${n(-u * 1.15)} ${n(-u * 1.6)} ${n(u * 0.9)} ${n(-u * 2)} ${n(u * 1.1)} ${n(u * 0.1)}C${n(u * 0.7)} ${n(-u * 0.7)} ${n(-u * 0.2)} ${n(-u * 1.05)} ${n(-u * 0.45)} ${n(-u * 1)}C${n(-u * 0.7)} ${n(-u * 0.8)} ${n(-u)} ${n(-u * 0.5)} ${n(-u * 1.1)} ${n(u * 0.2)}Z`,
      fill,
    ),
  ],
  // Short.
  (u, fill) => [
    '',
    path(
      `M${n(-u * 1.06)} ${n(-u * 0.1)}C${n(-u * 1.3)} ${n(-u * 1.7)} ${n(u * 1.3)} ${n(-u * 2)} ${n(u * 1.06)} ${n(-u * 0.1)}C${n(u)} ${n(-u * 0.6)} ${n(u * 0.6)} ${n(-u * 0.9)} 0 ${n(-u * 0.85)}C${n(-u * 0.6)} ${n(-u * 0.8)} ${n(-u)} ${n(-u * 0.6)} ${n(-u * 1.06)} ${n(-u * 0.1)}Z`,
      fill,
    ),
  ],
  // A bun.
  (u, fill) => [
    ellipse(0, -u * 1.75, u * 0.55, u * 0.5, fill),
    path(
      `M${n(-u * 1.08)} ${n(u * 0.15)}C${n(-u * 1.35)} ${n(-u * 1.75)} ${n(u * 1.35)} ${n(-u * 1.75)} ${n(u * 1.08)} ${n(u * 0.15)}C${n(u * 0.8)} ${n(-u * 0.75)} ${n(-u * 0.8)} ${n(-u * 0.75)} ${n(-u * 1.08)} ${n(u * 0.15)}Z`,
      fill,
    ),
  ],
  // Curls.
  (u, fill) => [
    [
      [-1.05, -0.5],
      [-0.75, -1.15],
      [0, -1.45],
      [0.75, -1.15],
      [1.05, -0.5],
      [-1.15, 0.15],
      [1.15, 0.15],
    ]
      .map(([x = 0, y = 0]) => ellipse(x * u, y * u, u * 0.62, u * 0.6, fill))
      .join(''),
    path(
      `M${n(-u)} ${n(-u * 0.25)}Q0 ${n(-u * 2.3)} ${n(u)} ${n(-u * 0.25)}Q${n(u * 0.5)} ${n(-u * 0.85)} 0 ${n(-u * 0.8)}Q${n(-u * 0.5)} ${n(-u * 0.85)} ${n(-u)} ${n(-u * 0.25)}Z`,
      fill,
    ),
  ],
  // A headscarf, wound about the neck.
  (u, fill) => [
    '',
    path(
      `M${n(-u * 0.86)} ${n(u * 0.1)}C${n(-u * 0.9)} ${n(-u * 1.25)} ${n(u * 0.9)} ${n(-u * 1.25)} ${n(u * 0.86)} ${n(u * 0.1)}C${n(u * 0.8)} ${n(u * 1.1)} ${n(u * 0.3)} ${n(u * 1.3)} 0 ${n(u * 1.3)}C${n(-u * 0.3)} ${n(u * 1.3)} ${n(-u * 0.8)} ${n(u * 1.1)} ${n(-u * 0.86)} ${n(u * 0.1)}ZM0 ${n(-u * 1.65)}C${n(-u * 1.7)} ${n(-u * 1.65)} ${n(-u * 1.45)} ${n(u * 0.6)} ${n(-u * 1.3)} ${n(u * 1.7)}C${n(-u * 1.6)} ${n(u * 2.7)} ${n(u * 1.6)} ${n(u * 2.7)} ${n(u * 1.3)} ${n(u * 1.7)}C${n(u * 1.45)} ${n(u * 0.6)} ${n(u * 1.7)} ${n(-u * 1.65)} 0 ${n(-u * 1.65)}Z`,
      fill,
      'fill-rule="evenodd"',
    ),
    path(
      `M${n(-u * 1.15)} ${n(u * 1.75)}Q0 ${n(u * 2.2)} ${n(u * 0.95)} ${n(u * 1.15)}`,
      'none',
      `stroke="${mix(fill, '#20161c', 0.3)}" stroke-width="${n(u * 0.07)}" stroke-linecap="round"`,
    ),
  ],
];

/** Head and shoulders; `x`, `y` is the middle of the head. The bust runs down to `bottom`. */
export const bust = ({ chance, palette, horizontal }: Canvas, x: number, y: number, u: number, bottom: number): string => {
  const skin = chance.pick(SKINS);
  const cut = chance.int(HAIRCUTS.length);
  const hair = cut === 4 ? chance.pick([palette.accent, palette.body]) : chance.pick(HAIRS);
  const [behind = '', ...front] = HAIRCUTS[cut]?.(u, hair) ?? [];
  const cloth = chance.pick([palette.accent, palette.body, mix(palette.ink, palette.body, 0.4), palette.light]);
  const down = bottom - y;
  const shoulders = `M${n(-u * 3)} ${n(down)}C${n(-u * 2.9)} ${n(u * 2.5)} ${n(-u * 1.7)} ${n(u * 2.2)} ${n(-u * 0.55)} ${n(u * 1.95)}Q0 ${n(u * 2.5)} ${n(u * 0.55)} ${n(u * 1.95)}C${n(u * 1.7)} ${n(u * 2.2)} ${n(u * 2.9)} ${n(u * 2.5)} ${n(u * 3)} ${n(down)}Z`;
  const lit = horizontal([
    [0, mix(cloth, palette.light, 0.22)],
    [0.55, cloth],
    [1, mix(cloth, palette.ink, 0.4)],
  ]);
  const face = horizontal([
    [0, mix(skin, '#fff4e2', 0.3)],
    [0.5, skin],
    [1, mix(skin, '#3a1d16', 0.28)],
  ]);
  const neck = `M${n(-u * 0.45)} ${n(u * 0.7)}V${n(u * 1.95)}Q0 ${n(u * 2.6)} ${n(u * 0.45)} ${n(u * 1.95)}V${n(u * 0.7)}Z`;
  const under = `M${n(-u * 0.45)} ${n(u * 1.12)}Q0 ${n(u * 1.65)} ${n(u * 0.45)} ${n(u * 1.05)}V${n(u * 0.8)}H${n(-u * 0.45)}Z`;
  const head = `M${n(-u)} ${n(-u * 0.3)}C${n(-u)} ${n(-u * 1.6)} ${n(u)} ${n(-u * 1.6)} ${n(u)} ${n(-u * 0.3)}C${n(u)} ${n(u * 0.7)} ${n(u * 0.5)} ${n(u * 1.3)} 0 ${n(u * 1.3)}C${n(-u * 0.5)} ${n(u * 1.3)} ${n(-u)} ${n(u * 0.7)} ${n(-u)} ${n(-u * 0.3)}Z`;
  const turned = chance.pick([-6, 0, 5]);
  return `<g transform="translate(${n(x)} ${n(y)})">${behind}${path(neck, mix(skin, '#3a1d16', 0.14))}${path(under, mix(skin, '#3a1d16', 0.42))}${path(shoulders, lit)}<g transform="rotate(${turned})">${path(head, face)}${front.join('')}</g></g>`;
};
