/** The assets by position and by id: built when first asked for, with additions at the end and removals marked. */
import { ADOBE_COUNT, adobeId } from '../kit/world.js';
import { type Addition, type Asset, buildAsset } from './asset.js';

/** Scene numbers from here on belong to another vendor, so no addition may reach them. */
const MAX_COUNT = 9_999;
const NEAR_2_POW_53 = 9_007_199_254_000_000;
const ABOVE_2_POW_31 = 3_000_000_000;
const FIRST_ID = 100_200_300;
const ID_STEP = 7;

export interface Catalogue {
  /** Number of positions, removed ones included. */
  count(): number;
  /** Grows with every addition or removal: what depends on the catalogue's contents is valid for one version. */
  version(): number;
  /** The asset at a position below count(). */
  at(k: number): Asset;
  /** Position of an id, removed ones included; -1 when there was never such an id. */
  positionOf(id: number): number;
  isRemoved(k: number): boolean;
  /** An asset that can be found today. */
  findLive(id: number): Asset | undefined;
  isAddition(k: number): boolean;
  /** Appends assets that match the word; gives their ids. */
  add(count: number, addition: Addition): readonly number[];
  /** Takes assets out of the library; gives the ids that were there. */
  remove(ids: readonly number[]): readonly number[];
}

/** Every 200th asset has been withdrawn before the story begins. */
const removedAtStart = (k: number): boolean => k % 200 === 150;

/** The inverse of adobeId, before it is checked against it. */
const candidate = (id: number): number =>
  id >= NEAR_2_POW_53 ? id - NEAR_2_POW_53 : id >= ABOVE_2_POW_31 ? id - ABOVE_2_POW_31 : (id - FIRST_ID) / ID_STEP;

export const createCatalogue = (): Catalogue => {
  const assets: (Asset | undefined)[] = [];
  const additions = new Map<number, Addition>();
  const removed = new Set<number>();
  let count = ADOBE_COUNT;
  let version = 0;

  const positionOf = (id: number): number => {
    const k = candidate(id);
    return Number.isInteger(k) && k >= 0 && k < count && adobeId(k) === id ? k : -1;
  };
  const isRemoved = (k: number): boolean => removed.has(k) || (k < ADOBE_COUNT && removedAtStart(k));
  const at = (k: number): Asset => {
    const known = assets[k];
    if (known) return known;
    const built = buildAsset(k, additions.get(k));
    assets[k] = built;
    return built;
  };

  return {
    count: () => count,
    version: () => version,
    at,
    positionOf,
    isRemoved,
    isAddition: (k) => k >= ADOBE_COUNT,
    findLive: (id) => {
      const k = positionOf(id);
      return k < 0 || isRemoved(k) ? undefined : at(k);
    },
    add: (wanted, addition) => {
      const ids: number[] = [];
      for (; ids.length < wanted && count < MAX_COUNT; count += 1) {
        additions.set(count, addition);
        ids.push(adobeId(count));
      }
      version += 1;
      return ids;
    },
    remove: (ids) => {
      const gone = ids.filter((id) => {
        const k = positionOf(id);
        return k >= 0 && !isRemoved(k) && removed.add(k) !== undefined;
      });
      version += 1;
      return gone;
    },
  };
};
