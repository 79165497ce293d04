/** Collections and galleries of the simulated library: who contains what, and who may look. */

import { rng } from '../kit/rng.js';
import { SECRET_MARKER } from '../kit/types.js';
import { DAY_MS } from './dates.js';
import { makeId } from './ids.js';

type Mode = 'everyone' | 'permission' | 'private';

/** An access right of a container: the only thing in this API with an end and a cap on downloads. */
export interface Permission {
  readonly id: string;
  readonly type: 'contact' | 'group' | 'token' | 'access_level' | 'password';
  readonly expires: number | null;
  readonly maxDownloads: number | null;
  readonly imageFiletype: 'original' | 'jpeg' | null;
  readonly imageSize: number | null;
  readonly password: string | null;
  readonly token: string | null;
}

export interface Container {
  readonly id: string;
  readonly type: 'collection' | 'gallery';
  readonly name: string;
  readonly description: string | null;
  readonly displayOrder: number;
  /** A collection has at most one, a gallery may have several; none: at the root. */
  readonly parents: readonly string[];
  readonly nativeMode: Mode;
  /** The mode comes from the parent instead of nativeMode. */
  readonly inherits: boolean;
  readonly isListed: boolean;
  readonly permissions: readonly Permission[];
  readonly createdAt: number;
  readonly modifiedAt: number;
}

const BORN = Date.UTC(2023, 0, 9, 8, 0, 0);

type Plan = readonly [name: string, parent: number | null, mode: Mode, inherits: boolean];

const COLLECTIONS: readonly Plan[] = [
  ['Brand', null, 'everyone', false],
  ['Campaigns', null, 'permission', false],
  ['Sport', null, 'everyone', false],
  ['Архив', null, 'private', false],
  ['Brand guidelines', 0, 'everyone', true],
  ['Campaigns 2025', 1, 'permission', true],
  ['Campaigns 2026', 1, 'permission', true],
  ['Summer 2026 — Città aperta', 6, 'permission', true],
  ['Football', 2, 'everyone', true],
  ['Winter sport', 2, 'private', false],
  ['Archive 1990–1999', 3, 'private', true],
  ['Licensed stock', null, 'private', false],
];

/** Galleries whose number has a meaning elsewhere in this simulator. */
export const GALLERY = { ALL_BRAND: 0, APPROVED: 1, CONTRACTS: 2, STOCK: 3, EMPTY: 39 } as const;
export const GALLERY_COUNT = 40;

const SPECIAL: Readonly<Record<number, readonly [name: string, parents: readonly number[], mode: Mode, inherits: boolean]>> = {
  // Its first parent is private: without collection_id strangers are refused, with one of the others they are not.
  [GALLERY.ALL_BRAND]: ['Brand library', [9, 0, 4], 'everyone', true],
  [GALLERY.APPROVED]: ['Approved', [0], 'everyone', false],
  [GALLERY.CONTRACTS]: ['Contracts', [11], 'private', false],
  [GALLERY.STOCK]: ['Licensed stock pictures', [11, 1], 'permission', false],
  [GALLERY.EMPTY]: ['Not yet filled', [4], 'everyone', false],
};

const PLACES = ['Stadium', 'Harbour', 'Press room', 'Studio', '東京', 'Altstadt', 'Workshop', 'Plaza'] as const;
const MODES: readonly Mode[] = ['everyone', 'permission', 'everyone', 'private'];

const permissionsOf = (seed: string, today: number): readonly Permission[] => {
  const chance = rng(`photoshelter:permission:${seed}`);
  const id = makeId('AR000', seed);
  const end = today + chance.pick([-20, 5, 45, 400]) * DAY_MS + DAY_MS - 1;
  const base = { id, maxDownloads: null, imageFiletype: null, imageSize: null, password: null, token: null };
  switch (chance.int(5)) {
    case 0:
      return [
        {
          ...base,
          type: 'token',
          expires: end,
          maxDownloads: 5,
          imageFiletype: 'jpeg',
          imageSize: 2048,
          token: `${SECRET_MARKER}.tok.${id.slice(5)}`,
        },
      ];
    case 1:
      return [{ ...base, type: 'password', expires: end, imageFiletype: 'original', password: `${SECRET_MARKER}${id.slice(5)}` }];
    case 2:
      return [{ ...base, type: 'group', expires: null, maxDownloads: 25, imageFiletype: 'original' }];
    default:
      return [];
  }
};

const galleryPlan = (i: number): readonly [string, readonly number[], Mode, boolean] => {
  const special = SPECIAL[i];
  if (special !== undefined) return special;
  const chance = rng(`photoshelter:gallery:${i}`);
  const parents = i % 5 === 0 ? [i % 11, (i + 3) % 11] : i % 17 === 0 ? [] : [i % 11];
  return [
    `${chance.pick(PLACES)} ${2019 + (i % 8)}-${String((i % 12) + 1).padStart(2, '0')}`,
    parents,
    chance.pick(MODES),
    chance.chance(0.5),
  ];
};

export interface Tree {
  readonly containers: ReadonlyMap<string, Container>;
  readonly collections: readonly Container[];
  readonly galleries: readonly Container[];
}

/** `today`: midnight of the day the simulator started; ends of permissions count from it. */
export const buildTree = (today: number): Tree => {
  const collectionIds = COLLECTIONS.map((_, i) => makeId('C0000', `collection:${i}`));
  const idAt = (i: number): string => collectionIds[i] ?? '';
  const common = (i: number) => ({ displayOrder: i + 1, createdAt: BORN + i * 3_600_123, modifiedAt: BORN + i * 7_200_456 });
  const collections = COLLECTIONS.map(
    ([name, parent, nativeMode, inherits], i): Container => ({
      ...common(i),
      id: idAt(i),
      type: 'collection',
      name,
      nativeMode,
      inherits,
      isListed: i !== 10,
      description: i % 3 === 0 ? `Everything about ${name}` : null,
      parents: parent === null ? [] : [idAt(parent)],
      permissions: permissionsOf(`collection:${i}`, today),
    }),
  );
  const galleries = Array.from({ length: GALLERY_COUNT }, (_, i): Container => {
    const [name, parents, nativeMode, inherits] = galleryPlan(i);
    return {
      ...common(i + 12),
      id: makeId('G0000', `gallery:${i}`),
      type: 'gallery',
      name,
      nativeMode,
      isListed: i % 7 !== 6,
      inherits: inherits && parents.length > 0,
      description: null,
      parents: parents.map(idAt),
      permissions: permissionsOf(`gallery:${i}`, today),
    };
  });
  return { collections, galleries, containers: new Map([...collections, ...galleries].map((one) => [one.id, one])) };
};

/**
 * The mode that counts. A gallery in several collections takes it from the one named by `context`; without a name the first
 * parent decides, even when another would let the caller in.
 */
export const effectiveMode = (tree: Tree, one: Container, context?: string): Mode => {
  if (!one.inherits) return one.nativeMode;
  const parentId = context !== undefined && one.parents.includes(context) ? context : one.parents[0];
  const parent = parentId === undefined ? undefined : tree.containers.get(parentId);
  return parent === undefined ? one.nativeMode : effectiveMode(tree, parent);
};

/** Some collection that holds it, or the gallery itself, shows it to everyone. */
export const isOpenSomewhere = (tree: Tree, one: Container): boolean =>
  [undefined, ...one.parents].some((context) => effectiveMode(tree, one, context) === 'everyone');
