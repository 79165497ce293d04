/** The content of every picture in the simulated world, from its number alone. */

import { FIRST_NAMES, LAST_NAMES, NAMES_IN_OTHER_SCRIPTS, STUDIOS } from './people.words.js';
import { PLACES } from './places.words.js';
import { type Rng, rng } from './rng.js';
import { THEMES, type Theme } from './themes.words.js';
import { ADOBE_COUNT, gettyVideoScene, ownScene, type Scene } from './world.js';

/** Share of scenes with another script, half of them in the title and half in the contributor, a few in both. */
const OTHER_SCRIPT_SHARE = 0.06;
const FIRST_DAY_MS = Date.UTC(2012, 0, 1);
const DAYS = 4_900;
const DAY_MS = 86_400_000;

/** Width and height as cameras deliver them, lying. */
const SENSORS: readonly (readonly [number, number])[] = [
  [6000, 4000],
  [5472, 3648],
  [6240, 4160],
  [6720, 4480],
  [4608, 3456],
  [5184, 3456],
];
const VIDEO_SIZES: readonly (readonly [number, number])[] = [
  [3840, 2160],
  [1920, 1080],
  [4096, 2160],
];

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Every 17th Adobe scene and every Getty video scene moves. */
const kindOf = (n: number, chance: Rng): Scene['kind'] => {
  const roll = chance.next();
  if (n >= gettyVideoScene(0) && n < ownScene(0)) return 'video';
  if (n < ADOBE_COUNT) {
    if (n % 17 === 16) return 'video';
    return roll < 0.07 ? 'illustration' : roll < 0.12 ? 'vector' : 'photo';
  }
  return n < ownScene(0) && roll < 0.03 ? 'illustration' : 'photo';
};

const sizeOf = (kind: Scene['kind'], chance: Rng): Pick<Scene, 'orientation' | 'width' | 'height'> => {
  const [long, short] = chance.pick(kind === 'video' ? VIDEO_SIZES : SENSORS);
  const roll = chance.next();
  if (kind === 'video' || roll < 0.64) return { orientation: 'horizontal', width: long, height: short };
  if (roll < 0.9) return { orientation: 'vertical', width: short, height: long };
  return { orientation: 'square', width: short, height: short };
};

const contributorOf = (chance: Rng): string =>
  chance.chance(0.12) ? chance.pick(STUDIOS) : `${chance.pick(FIRST_NAMES)} ${chance.pick(LAST_NAMES)}`;

const titleOf = (subject: string, setting: string, place: Scene['place'], chance: Rng): string => {
  const roll = chance.next();
  if (roll < 0.35) return capitalised(`${subject} ${setting}`);
  if (roll < 0.6) return capitalised(`${subject} near ${place.city}`);
  if (roll < 0.85) return capitalised(`${subject} ${setting}, ${place.country}`);
  return `${place.city}: ${subject} ${setting}`;
};

const captionOf = (subject: string, setting: string, place: Scene['place'], takenAt: string, chance: Rng): string => {
  const where = `${place.city}, ${place.country}`;
  const year = takenAt.slice(0, 4);
  const roll = chance.next();
  if (roll < 0.4) return `${where}: ${subject} ${setting}, photographed in ${year}.`;
  if (roll < 0.75) return `${capitalised(subject)} ${setting}. ${where}, ${year}.`;
  return `${capitalised(subject)} ${setting} near ${where}. Part of a series made in ${year}.`;
};

/** Theme words in an order of their own, with words of the title and the place in front, as contributors sort them. */
const keywordsOf = (theme: Theme, subject: string, place: Scene['place'], people: boolean, chance: Rng): readonly string[] => {
  const pool = [...theme.keywords];
  const own: string[] = [subject, place.country.toLowerCase()];
  const wanted = 7 + chance.int(pool.length - 7);
  while (own.length < wanted + 2) own.push(...pool.splice(chance.int(pool.length), 1));
  own.push(people ? 'people' : 'no people');
  return [...new Set(own)];
};

const peopleIn = (theme: Theme, chance: Rng): boolean => {
  const roll = chance.next();
  return theme.people === 'always' || (theme.people === 'sometimes' && roll < 0.25);
};

/** What a scene is about; the picture is drawn after it. */
export const themeOf = (n: number): Theme => rng(`theme:${n}`).pick(THEMES);

const placesByTheme = new Map<Theme, readonly Scene['place'][]>(
  THEMES.map((theme) => [theme, PLACES.filter(({ city }) => theme.cities.length === 0 || theme.cities.includes(city))]),
);
const placesOf = (theme: Theme): readonly Scene['place'][] => placesByTheme.get(theme) ?? PLACES;

const build = (n: number): Scene => {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`no scene ${n}`);
  const chance = rng(`scene:${n}`);
  const theme = themeOf(n);
  const kind = kindOf(n, chance);
  const place = chance.pick(placesOf(theme));
  const takenAt = new Date(FIRST_DAY_MS + chance.int(DAYS) * DAY_MS + chance.int(86_400) * 1_000).toISOString();
  const people = peopleIn(theme, chance);
  const subject = chance.pick(theme.subjects);
  const setting = chance.pick(theme.settings);
  const script = chance.next() / OTHER_SCRIPT_SHARE;
  return Object.freeze({
    number: n,
    title: script < 0.55 ? chance.pick(theme.otherScripts) : titleOf(subject, setting, place, chance),
    caption: captionOf(subject, setting, place, takenAt, chance),
    keywords: keywordsOf(theme, subject, place, people, chance),
    contributor: script >= 0.45 && script < 1 ? chance.pick(NAMES_IN_OTHER_SCRIPTS) : contributorOf(chance),
    place,
    takenAt,
    kind,
    ...sizeOf(kind, chance),
    people,
  });
};

const scenes = new Map<number, Scene>();

export const scene = (n: number): Scene => {
  const known = scenes.get(n);
  if (known !== undefined) return known;
  const built = build(n);
  scenes.set(n, built);
  return built;
};
