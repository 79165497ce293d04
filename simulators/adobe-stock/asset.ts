/** One asset of the invented Adobe Stock catalogue: what it is, derived from its position k alone. */
import { rng } from '../kit/rng.js';
import { scene } from '../kit/scene.js';
import { adobeId, adobeScene, type Scene } from '../kit/world.js';
import { assetCategories } from './categories.js';
import { PALETTE } from './colours.js';

export type AssetKind = 'photo' | 'illustration' | 'vector' | 'video' | 'template' | '3d' | 'audio';

export interface Asset {
  readonly k: number;
  readonly id: number;
  readonly scene: Scene;
  readonly kind: AssetKind;
  readonly mediaTypeId: number;
  readonly contentType: string;
  readonly vectorType: 'svg' | 'zip' | null;
  readonly title: string;
  readonly description: string | null;
  readonly keywords: readonly string[];
  readonly creatorId: number;
  readonly creatorName: string;
  readonly country: string;
  readonly width: number;
  readonly height: number;
  /** 0 core, 1 free, 2 to 4 premium; null on old templates. */
  readonly premium: number | null;
  readonly editorial: boolean;
  readonly gentech: boolean;
  readonly hasReleases: boolean;
  readonly categoryId: number | null;
  readonly modelId: number | null;
  readonly serieId: number;
  readonly fps: string | null;
  readonly durationMs: number | null;
  readonly templateTypeId: number | null;
  readonly templateCategoryIds: readonly number[] | null;
  readonly threeDTypeId: number | null;
  readonly icon: 'icon_sheet' | 'single_icon' | null;
  readonly loop: boolean;
  readonly transparent: boolean;
  readonly copySpace: boolean;
  readonly isolated: boolean;
  /** Indexes into PALETTE. */
  readonly colours: readonly number[];
  /** Larger is more popular; stands for downloads. */
  readonly popularity: number;
  readonly createdMs: number;
}

/** Words of what an addition through the control port carries besides its scene. */
export interface Addition {
  readonly word: string;
  readonly createdMs: number;
}

const FIRST_CREATED_MS = Date.UTC(2021, 0, 5, 6, 30, 0);
/** Eight hours and some apart, so that all initial assets lie between 2021 and mid 2025. */
const CREATED_STEP_MS = 28_807_123;
const MEDIA_TYPES: Readonly<Record<AssetKind, number>> = {
  photo: 1,
  illustration: 2,
  vector: 3,
  video: 4,
  '3d': 6,
  template: 7,
  audio: 9,
};
const CONTENT_TYPES: Readonly<Record<Exclude<AssetKind, 'vector'>, string>> = {
  photo: 'image/jpeg',
  illustration: 'image/jpeg',
  video: 'video/quicktime',
  '3d': 'model/gltf+json',
  template: 'image/vnd.adobe.photoshop',
  audio: 'audio/wav',
};

const kindOf = (k: number, shown: Scene): AssetKind =>
  k % 50 === 17 ? 'template' : k % 50 === 33 ? '3d' : k % 100 === 71 ? 'audio' : shown.kind;

const premiumOf = (k: number, kind: AssetKind, chance: number): number | null => {
  if (k % 30 === 8) return 1;
  if (kind === 'template' && k % 100 === 17) return null;
  if (kind === 'audio' || chance < 0.72) return 0;
  return chance < 0.84 ? 2 : chance < 0.93 ? 3 : 4;
};

const stableNumber = (text: string, below: number): number => rng(`adobe:number:${text}`).int(below);

const sizeOf = (k: number, kind: AssetKind, shown: Scene): readonly [number, number] => {
  if (kind === 'video') return k % 3 === 0 ? [1920, 1080] : [3840, 2160];
  return kind === 'audio' ? [0, 0] : [shown.width, shown.height];
};

const contentTypeOf = (kind: AssetKind, vectorType: 'svg' | 'zip' | null, transparent: boolean): string => {
  if (kind === 'vector') return vectorType === 'svg' ? 'image/svg+xml' : 'application/illustrator';
  return kind === 'illustration' && transparent ? 'image/png' : CONTENT_TYPES[kind];
};

export const buildAsset = (k: number, addition?: Addition): Asset => {
  const shown = scene(adobeScene(k));
  const chance = rng(`adobe:${k}`);
  const kind = addition ? 'photo' : kindOf(k, shown);
  const premium = addition ? 0 : premiumOf(k, kind, chance.next());
  const [width, height] = sizeOf(k, kind, shown);
  const image = kind === 'photo' || kind === 'illustration' || kind === 'vector';
  const drawn = kind === 'illustration' || kind === 'vector';
  const vectorType = kind === 'vector' ? (k % 2 === 0 ? 'svg' : 'zip') : null;
  const transparent = drawn && chance.chance(0.3);
  const shifted = premium === 4 && kind === 'photo' && k % 2 === 0;
  return {
    k,
    id: adobeId(k),
    scene: shown,
    kind,
    // Some premium pictures say 8 ("premium") instead of what they are: only content_type tells.
    mediaTypeId: shifted ? 8 : MEDIA_TYPES[kind],
    contentType: contentTypeOf(kind, vectorType, transparent),
    vectorType,
    title: addition ? `${addition.word} – ${shown.title}` : shown.title,
    description: kind === 'template' ? `**${shown.title}**\n\n${shown.caption}` : null,
    // Duplicates occur in the wild: every ninth list repeats its first word.
    keywords: [...(addition ? [addition.word] : []), ...shown.keywords, ...(k % 9 === 0 ? shown.keywords.slice(0, 1) : [])],
    creatorId: 200_000_000 + stableNumber(shown.contributor, 9_000_000),
    creatorName: shown.contributor,
    country: shown.place.country,
    width,
    height,
    premium,
    editorial: !addition && kind === 'photo' && premium === 0 && k % 12 === 5,
    gentech: !addition && (kind === 'photo' || kind === 'illustration') && k % 12 !== 5 && k % 11 === 3,
    hasReleases: shown.people && k % 12 !== 5 && chance.chance(0.8),
    categoryId: k % 25 === 10 ? null : (assetCategories[chance.int(assetCategories.length)] ?? null),
    modelId: shown.people ? 5_000 + (k % 311) : null,
    serieId: 70_000 + Math.floor(k / 20),
    fps: kind === 'video' ? chance.pick(['23.976', '25', '29.97', '59.94']) : null,
    durationMs: kind === 'video' || kind === 'audio' ? 4_000 + chance.int(56_000) : null,
    templateTypeId: kind === 'template' ? 1 + chance.int(5) : null,
    templateCategoryIds: kind === 'template' ? [1 + chance.int(8)] : null,
    threeDTypeId: kind === '3d' ? 1 + chance.int(3) : null,
    icon: drawn && chance.chance(0.15) ? (chance.chance(0.5) ? 'icon_sheet' : 'single_icon') : null,
    loop: kind === 'video' && chance.chance(0.25),
    transparent,
    copySpace: image && chance.chance(0.35),
    isolated: image && chance.chance(0.1),
    colours: [chance.int(PALETTE.length), chance.int(PALETTE.length)],
    popularity: chance.int(1_000_000),
    createdMs: addition ? addition.createdMs : FIRST_CREATED_MS + k * CREATED_STEP_MS,
  };
};
