/** The drawing of a scene as SVG: its theme names the family, its number decides everything else. */

import { rng } from '../rng.js';
import { scene, themeOf } from '../scene.js';
import { architecture } from './architecture.family.js';
import { botanical } from './botanical.family.js';
import { AREA, createCanvas, type Family, n } from './canvas.js';
import { city } from './city.family.js';
import {
  AUTUMN,
  CLAY,
  DAWN,
  DUSK,
  LAVENDER,
  LIME,
  MINT,
  NIGHT,
  NORDIC,
  OLIVE,
  type Palette,
  ROSE,
  STEEL,
  vary,
} from './colour.js';
import { desert } from './desert.family.js';
import { fields } from './fields.family.js';
import { food } from './food.family.js';
import { forest } from './forest.family.js';
import { mountains } from './mountains.family.js';
import { nightSky } from './night-sky.family.js';
import { portrait } from './portrait.family.js';
import { sea } from './sea.family.js';
import { stillLife } from './still-life.family.js';
import { waves } from './waves.family.js';
import { workplace } from './workplace.family.js';

/** In pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

interface Style {
  readonly family: Family;
  readonly palettes: readonly Palette[];
}

const STYLES: Readonly<Record<string, Style>> = {
  mountains: { family: mountains, palettes: [DAWN, NORDIC, ROSE, DUSK, STEEL, LAVENDER] },
  city: { family: city, palettes: [DUSK, DAWN, ROSE, NIGHT, LAVENDER] },
  sea: { family: sea, palettes: [MINT, NORDIC, DAWN, ROSE, STEEL] },
  fields: { family: fields, palettes: [LIME, LAVENDER, AUTUMN, OLIVE, MINT] },
  botanical: { family: botanical, palettes: [OLIVE, LIME, MINT, CLAY, ROSE] },
  'still life': { family: stillLife, palettes: [CLAY, ROSE, MINT, LAVENDER, OLIVE, NORDIC] },
  portrait: { family: portrait, palettes: [CLAY, ROSE, MINT, LAVENDER, AUTUMN, NORDIC, DUSK] },
  desert: { family: desert, palettes: [CLAY, DAWN, AUTUMN, ROSE] },
  forest: { family: forest, palettes: [LIME, MINT, NORDIC, STEEL, OLIVE] },
  food: { family: food, palettes: [MINT, NORDIC, OLIVE, CLAY, ROSE] },
  architecture: { family: architecture, palettes: [CLAY, NORDIC, ROSE, AUTUMN, MINT] },
  waves: { family: waves, palettes: [DUSK, MINT, ROSE, CLAY, LAVENDER, NORDIC] },
  workplace: { family: workplace, palettes: [MINT, NORDIC, CLAY, ROSE, LIME] },
  'night sky': { family: nightSky, palettes: [NIGHT] },
};

/** Fills width × height pixels; what does not fit the scene's own proportions is cut off evenly. */
export const compose = (sceneNumber: number, { width, height }: Size): string => {
  const own = scene(sceneNumber);
  const chance = rng(`picture:${sceneNumber}`);
  const { family, palettes } = STYLES[themeOf(sceneNumber).name] ?? { family: waves, palettes: [DUSK] };
  const w = Math.round(Math.sqrt((AREA * own.width) / own.height));
  const h = Math.round(AREA / w);
  const { canvas, definitions } = createCanvas(w, h, chance, vary(chance.pick(palettes), chance));
  const drawn = family(canvas);
  const size = `width="${width}" height="${height}" viewBox="0 0 ${n(w)} ${n(h)}" preserveAspectRatio="xMidYMid slice"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${definitions()}${drawn}</svg>`;
};
