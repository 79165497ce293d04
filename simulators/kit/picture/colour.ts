/** Palettes that go well together, and mixing of their colours. */

import type { Rng } from '../rng.js';

export interface Palette {
  /** From the top of the sky to the horizon. */
  readonly sky: readonly [string, string, string];
  /** The darkest tone: foregrounds and silhouettes. */
  readonly ink: string;
  /** The lightest tone: sun, paper, highlights. */
  readonly light: string;
  readonly accent: string;
  /** A second, calmer hue for the middle ground. */
  readonly body: string;
}

const palette = (
  top: string,
  middle: string,
  low: string,
  ink: string,
  light: string,
  accent: string,
  body: string,
): Palette => ({
  sky: [top, middle, low],
  ink,
  light,
  accent,
  body,
});

export const DAWN = palette('#7d8fb8', '#f0a98c', '#fbd9a8', '#2b2a4c', '#fff1d6', '#f7a54a', '#a8657f');
export const DUSK = palette('#27235c', '#7d4b8c', '#f58f6b', '#171430', '#ffdca6', '#ffab5e', '#4d3b78');
export const MINT = palette('#7fc1cc', '#bfe3e0', '#f4f5e4', '#12394a', '#fffdf2', '#f3a65a', '#3f8f9f');
export const NORDIC = palette('#6f92bd', '#b9cfe4', '#eef2f3', '#1c2f4a', '#ffffff', '#e8b46b', '#547699');
export const OLIVE = palette('#a9c4c4', '#dfe3c0', '#f7efd2', '#2f3d26', '#fffaea', '#d9793f', '#8a9a56');
export const CLAY = palette('#f3d3bd', '#f6bd93', '#fbe3c8', '#4a2323', '#fff3e4', '#2f7f80', '#c9694a');
export const ROSE = palette('#8f9cc4', '#e9b3bd', '#fde4dc', '#2b3154', '#fff6f0', '#3d918d', '#b9708c');
export const NIGHT = palette('#070d2b', '#123059', '#2f6d7e', '#040818', '#eefaf0', '#7fe8b4', '#1d4a63');
export const LAVENDER = palette('#9c8fd0', '#d6c4e8', '#f9e9ea', '#2e2350', '#fffafc', '#f2bd4e', '#7a62ad');
export const AUTUMN = palette('#e7b77a', '#f5cf8c', '#fdeac4', '#3d1f14', '#fff8e6', '#8a9350', '#c4662c');
export const STEEL = palette('#7f92a4', '#b4c1ca', '#e6e8e6', '#22303b', '#fbfbf8', '#e2725b', '#5d7284');
export const LIME = palette('#9fcfd6', '#d7eac0', '#f8f6d6', '#20402f', '#fffff2', '#f0a63c', '#6ea35c');

const channels = (hex: string): readonly [number, number, number] => {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
};

/** `t` of 0 is `from`, of 1 is `to`. */
export const mix = (from: string, to: string, t: number): string => {
  const [r, g, b] = channels(from);
  const [r2, g2, b2] = channels(to);
  const blend = (a: number, c: number): string =>
    Math.round(a + (c - a) * t)
      .toString(16)
      .padStart(2, '0');
  return `#${blend(r, r2)}${blend(g, g2)}${blend(b, b2)}`;
};

/** Skin and hair of invented people. */
export const SKINS: readonly string[] = ['#f2cdb0', '#e3ac85', '#c98a62', '#a2683f', '#7a4a2d', '#5a3522'];
export const HAIRS: readonly string[] = ['#1d1717', '#3a261c', '#5b3a24', '#8a5a32', '#c69a5c', '#8d8d92'];

/** The palette, with its colours moved a little towards one another, so that two pictures with it still differ. */
export const vary = (base: Palette, chance: Rng): Palette => {
  const towards = chance.pick([base.accent, base.body, base.light]);
  const amount = chance.next() * 0.14;
  const shift = (colour: string): string => mix(colour, towards, amount);
  const [top, middle, low] = base.sky;
  return { ...base, sky: [shift(top), shift(middle), shift(low)], body: shift(base.body) };
};
