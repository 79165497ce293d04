/** The media of the simulated library and what may change about them. A change puts a new record in place of the old one. */

import { MEDIA_COUNT, makeMedia } from './catalogue.js';
import { DAY_MS, wholeSecond } from './dates.js';
import type { Media } from './media.js';
import { buildTree, type Container, isOpenSomewhere, type Tree } from './tree.js';

export interface Library {
  readonly tree: Tree;
  all(): Iterable<Media>;
  find(id: string): Media | undefined;
  /** Media of one gallery in their display order. */
  inGallery(galleryId: string): readonly Media[];
  /** Some gallery that holds it is open to everyone, and it may be found. */
  isPublic(media: Media): boolean;
  /** Writes the changes; modified_at moves to now unless `still`. Returns the new record. */
  change(media: Media, changes: Partial<Media>, still?: boolean): Media;
  /** A further medium, drawn like the others, with `changes` on top; uploaded now. */
  add(changes?: (made: Media) => Partial<Media>): Media;
  remove(id: string): boolean;
}

export const createLibrary = (now: () => number): Library => {
  const today = Math.floor(now() / DAY_MS) * DAY_MS;
  const tree = buildTree(today);
  const media = new Map<string, Media>();
  let next = 0;
  for (; next < MEDIA_COUNT; next += 1) {
    const made = makeMedia(next, tree, today);
    media.set(made.id, made);
  }
  const openGalleries = new Set(tree.galleries.filter((one) => isOpenSomewhere(tree, one)).map((one) => one.id));
  let members: Map<string, Media[]> | undefined;
  const changed = (): void => {
    members = undefined;
  };
  const memberMap = (): Map<string, Media[]> => {
    const lists = new Map<string, Media[]>();
    for (const one of media.values()) {
      for (const gallery of one.galleries) {
        const list = lists.get(gallery);
        if (list === undefined) lists.set(gallery, [one]);
        else list.push(one);
      }
    }
    return lists;
  };
  return {
    tree,
    all: () => media.values(),
    find: (id) => media.get(id),
    inGallery: (galleryId) => {
      members ??= memberMap();
      return members.get(galleryId) ?? [];
    },
    isPublic: (one) => one.searchable && one.galleries.some((gallery) => openGalleries.has(gallery)),
    change: (one, changes, still = false) => {
      const modifiedAt = still ? one.modifiedAt : wholeSecond(now());
      const replaced: Media = { ...one, modifiedAt, ...changes };
      media.set(one.id, replaced);
      changed();
      return replaced;
    },
    add: (changes) => {
      const made = makeMedia(next, tree, today);
      next += 1;
      const born = wholeSecond(now());
      const added: Media = { ...made, createdAt: born, modifiedAt: born, ...changes?.(made) };
      media.set(added.id, added);
      changed();
      return added;
    },
    remove: (id) => {
      changed();
      return media.delete(id);
    },
  };
};

/** Galleries and collections directly inside a collection, or at the root when none is named. */
export const childrenOf = (tree: Tree, collectionId?: string): readonly Container[] =>
  [...tree.containers.values()].filter((one) =>
    collectionId === undefined ? one.parents.length === 0 : one.parents.includes(collectionId),
  );
