/** Spheres, arches and blocks on a floor before a wall. */

import { between, type Canvas, ellipse, n, path, rect } from './canvas.js';
import { mix } from './colour.js';

type Draw = (canvas: Canvas, x: number, floor: number, half: number, tall: number, colour: string) => string;

const shadow = (x: number, floor: number, wide: number, ink: string): string =>
  ellipse(x + wide * 0.5, floor + wide * 0.06, wide * 1.1, wide * 0.15, ink, 'opacity="0.16"');

const ball: Draw = ({ radial, palette }, x, floor, r, _tall, colour) => {
  const skin = radial(
    [
      [0, mix(colour, palette.light, 0.6)],
      [0.45, colour],
      [1, mix(colour, palette.ink, 0.5)],
    ],
    [0.35, 0.3],
  );
  return shadow(x, floor - 4, r, palette.ink) + ellipse(x, floor - r, r, r, skin);
};

const pillar: Draw = ({ horizontal, palette }, x, floor, half, tall, colour) => {
  const side = horizontal([
    [0, mix(colour, palette.light, 0.4)],
    [0.5, colour],
    [1, mix(colour, palette.ink, 0.4)],
  ]);
  const lid = half * 0.24;
  const body = `M${n(x - half)} ${n(floor - tall)}V${n(floor)}A${n(half)} ${n(lid)} 0 0 0 ${n(x + half)} ${n(floor)}V${n(floor - tall)}Z`;
  return (
    shadow(x, floor, half, palette.ink) + path(body, side) + ellipse(x, floor - tall, half, lid, mix(colour, palette.light, 0.5))
  );
};

const cone: Draw = ({ horizontal, palette }, x, floor, half, tall, colour) => {
  const side = horizontal([
    [0, mix(colour, palette.light, 0.35)],
    [0.45, colour],
    [1, mix(colour, palette.ink, 0.45)],
  ]);
  const body = `M${n(x - half)} ${n(floor)}L${n(x)} ${n(floor - tall)}L${n(x + half)} ${n(floor)}A${n(half)} ${n(half * 0.22)} 0 0 1 ${n(x - half)} ${n(floor)}Z`;
  return shadow(x, floor, half, palette.ink) + path(body, side);
};

const vase: Draw = ({ horizontal, palette }, x, floor, half, tall, colour) => {
  const side = horizontal([
    [0, mix(colour, palette.light, 0.45)],
    [0.5, colour],
    [1, mix(colour, palette.ink, 0.45)],
  ]);
  const neck = half * 0.34;
  const y = floor - tall;
  const body = `M${n(x - neck)} ${n(y)}C${n(x - neck)} ${n(y + tall * 0.3)} ${n(x - half)} ${n(y + tall * 0.35)} ${n(x - half)} ${n(y + tall * 0.62)}C${n(x - half)} ${n(floor - tall * 0.1)} ${n(x - half * 0.6)} ${n(floor)} ${n(x)} ${n(floor)}C${n(x + half * 0.6)} ${n(floor)} ${n(x + half)} ${n(floor - tall * 0.1)} ${n(x + half)} ${n(y + tall * 0.62)}C${n(x + half)} ${n(y + tall * 0.35)} ${n(x + neck)} ${n(y + tall * 0.3)} ${n(x + neck)} ${n(y)}Z`;
  return (
    shadow(x, floor - 3, half, palette.ink) + path(body, side) + ellipse(x, y, neck, neck * 0.22, mix(colour, palette.ink, 0.6))
  );
};

const arch: Draw = ({ vertical, palette }, x, floor, half, tall, colour) => {
  const outer = `M${n(x - half)} ${n(floor)}V${n(floor - tall + half)}A${n(half)} ${n(half)} 0 0 1 ${n(x + half)} ${n(floor - tall + half)}V${n(floor)}`;
  const inner = half * 0.55;
  const hole = `H${n(x + inner)}V${n(floor - tall + half)}A${n(inner)} ${n(inner)} 0 0 0 ${n(x - inner)} ${n(floor - tall + half)}V${n(floor)}Z`;
  return path(
    outer + hole,
    vertical([
      [0, mix(colour, palette.light, 0.3)],
      [1, mix(colour, palette.ink, 0.12)],
    ]),
  );
};

export const stillLife = (canvas: Canvas): string => {
  const { w, h, chance, palette, vertical, radial } = canvas;
  const edge = h * between(chance, 0.62, 0.7);
  const wall = mix(palette.sky[1], palette.sky[2], 0.5);
  const colours = [
    palette.accent,
    palette.body,
    mix(palette.light, palette.sky[1], 0.25),
    mix(palette.body, palette.ink, 0.4),
    palette.sky[0],
  ];
  const colour = (i: number): string => colours[(i + chance.int(2)) % colours.length] ?? palette.body;
  let drawn = rect(
    0,
    0,
    w,
    h,
    vertical([
      [0, mix(wall, palette.body, 0.22)],
      [0.7, wall],
    ]),
  );
  drawn += ellipse(
    w * 0.3,
    h * 0.2,
    w * 0.7,
    h * 0.7,
    radial([
      [0, palette.light, 0.7],
      [1, palette.light, 0],
    ]),
  );
  drawn += rect(
    0,
    edge,
    w,
    h - edge,
    vertical([
      [0, mix(wall, palette.light, 0.4)],
      [1, mix(wall, palette.body, 0.35)],
    ]),
  );
  drawn += arch(canvas, w * between(chance, 0.3, 0.7), edge + h * 0.02, h * 0.26, h * between(chance, 0.48, 0.6), colour(0));
  const places = w > h ? 5 : 4;
  for (let i = 0; i < places; i += 1) {
    const x = w * ((i + 0.62) / (places + 0.25) + between(chance, -0.03, 0.03));
    const floor = edge + h * (i % 2 === 0 ? between(chance, 0.05, 0.1) : between(chance, 0.15, 0.22));
    const size = h * between(chance, 0.06, 0.12);
    const draw = [ball, pillar, cone, vase, pillar][(i * 2 + chance.int(3)) % 5] ?? ball;
    drawn += draw(canvas, x, floor, size, size * between(chance, 1.6, 3.4), colour(i + 1));
  }
  return drawn;
};
