/** The vendor's ids: a prefix that tells the kind, then eleven letters, digits, dots or underscores; case matters. */

import { rng } from '../kit/rng.js';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._';

export type MediaKind = 'image' | 'video' | 'audio' | 'document';

const MEDIA_PREFIX: Readonly<Record<MediaKind, string>> = { image: 'I0000', video: 'VD000', audio: 'AD000', document: 'DO000' };

/** The same seed gives the same id. Starts with a letter or digit, so that a path segment is never only dots. */
export const makeId = (prefix: string, seed: string): string => {
  const chance = rng(`photoshelter:id:${prefix}:${seed}`);
  let tail = LETTERS.charAt(chance.int(62));
  while (prefix.length + tail.length < 16) tail += LETTERS.charAt(chance.int(LETTERS.length));
  return prefix + tail;
};

export const mediaId = (kind: MediaKind, seed: string): string => makeId(MEDIA_PREFIX[kind], seed);

/** The same id with upper and lower case exchanged behind the prefix: another id, as far as the vendor is concerned. */
export const swapCase = (id: string): string =>
  id.slice(0, 5) +
  [...id.slice(5)].map((letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase())).join('');

export const isMediaId = (id: string): boolean => /^(VD|AD|I0|DO)000[a-zA-Z0-9._]{11}$/.test(id);
export const isContainerId = (id: string, letter: 'G' | 'C'): boolean =>
  id.startsWith(`${letter}0000`) && /^[a-zA-Z0-9._]{16}$/.test(id);

export const ORGANIZATION_ID = 'O0000Acme.Lib_1a';
export const OWNER_ID = 'U0000Acme.Owner1';
export const STAFF_ID = 'U0000Staff_Main2';
