/** Which images and clips exist right now; each is built when it is first asked for. */
import { GETTY_IMAGE_COUNT, GETTY_VIDEO_COUNT, gettyImageId, gettyVideoId } from '../kit/world.js';
import type { GettyAsset, Media } from './asset.js';
import { buildImage } from './image.js';
import { buildVideo } from './video.js';

export interface Catalogue {
  find(media: Media, id: string): GettyAsset | undefined;
  /** By position; undefined where removed or never there. */
  at(media: Media, k: number): GettyAsset | undefined;
  /** Number of positions, removed ones included. */
  size(media: Media): number;
  add(media: Media, count: number, word: string | null): readonly GettyAsset[];
  /** False: it was not there. */
  remove(media: Media, id: string): boolean;
}

/** A scene number belongs to one source only; more assets would run into the next source's numbers. */
const MOST = 9_000;

const FIRST = { image: Number(gettyImageId(0)), video: Number(gettyVideoId(0)) } as const;
const STEP = { image: Number(gettyImageId(1)) - FIRST.image, video: Number(gettyVideoId(1)) - FIRST.video } as const;
const idOf = { image: gettyImageId, video: gettyVideoId } as const;
const build = { image: buildImage, video: buildVideo } as const;

export const createCatalogue = (): Catalogue => {
  const sizes = { image: GETTY_IMAGE_COUNT, video: GETTY_VIDEO_COUNT };
  const built = { image: new Map<number, GettyAsset>(), video: new Map<number, GettyAsset>() };
  const removed = { image: new Set<number>(), video: new Set<number>() };
  const words = { image: new Map<number, string>(), video: new Map<number, string>() };

  const at = (media: Media, k: number): GettyAsset | undefined => {
    if (!(k >= 0 && k < sizes[media]) || removed[media].has(k)) return undefined;
    const known = built[media].get(k);
    if (known !== undefined) return known;
    const asset = build[media](k, words[media].get(k) ?? null);
    built[media].set(k, asset);
    return asset;
  };

  /** The position comes from the id by arithmetic; the way back proves it. */
  const positionOf = (media: Media, id: string): number => {
    const k = (Number(id) - FIRST[media]) / STEP[media];
    return Number.isInteger(k) && k >= 0 && k < sizes[media] && idOf[media](k) === id ? k : -1;
  };

  return {
    at,
    find: (media, id) => at(media, positionOf(media, id)),
    size: (media) => sizes[media],
    add: (media, count, word) => {
      const added: GettyAsset[] = [];
      for (let i = 0; i < count && sizes[media] < MOST; i += 1) {
        const k = sizes[media];
        sizes[media] += 1;
        if (word !== null) words[media].set(k, word);
        const asset = at(media, k);
        if (asset !== undefined) added.push(asset);
      }
      return added;
    },
    remove: (media, id) => {
      const k = positionOf(media, id);
      if (k < 0 || removed[media].has(k)) return false;
      removed[media].add(k);
      return true;
    },
  };
};
