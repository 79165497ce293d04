/** Makes the j-th medium of the simulated library: the same j gives the same medium. */

import { rng } from '../kit/rng.js';
import { scene as sceneOf } from '../kit/scene.js';
import { adobeScene, gettyImageScene, ownScene, photoshelterOrigin, type Scene } from '../kit/world.js';
import { DAY_MS, dayOf } from './dates.js';
import { describe, type Origin, tag } from './descriptions.js';
import { FIELDS } from './fields.js';
import { type MediaKind, makeId, mediaId, STAFF_ID, swapCase } from './ids.js';
import type { Media } from './media.js';
import { GALLERY, GALLERY_COUNT, type Tree } from './tree.js';

export const MEDIA_COUNT = 1000;

/** Media came in one every eleven hours from here on. */
const FIRST_UPLOAD = Date.UTC(2024, 1, 1, 7, 30, 0);
const UPLOAD_EVERY_MS = 11 * 3_600_000 + 137_000;

/** Days from the start of the simulator to the licence end: long gone, just over, today, near, far. */
const LICENSE_DAYS = [-400, -30, -1, 0, 1, 7, 14, 29, 60, 200, 365, 1500] as const;

const FILES: Readonly<Record<MediaKind, readonly [extension: string, mime: string]>> = {
  image: ['jpg', 'image/jpeg'],
  video: ['mov', 'video/quicktime'],
  audio: ['wav', 'audio/wav'],
  document: ['pdf', 'application/pdf'],
};

const sceneNumber = (j: number, origin: Origin | null): number =>
  origin === null ? ownScene(j) : origin.source === 'adobe' ? adobeScene(origin.k) : gettyImageScene(origin.k);

const kindOf = (j: number, origin: Origin | null, scene: Scene): MediaKind => {
  if (origin !== null) return scene.kind === 'video' ? 'video' : 'image';
  if (j % 12 === 7) return 'video';
  if (j % 40 === 9) return 'audio';
  return j % 33 === 2 ? 'document' : 'image';
};

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);

const fileName = (j: number, kind: MediaKind, scene: Scene, mime: string): string => {
  const extension = mime === 'image/png' ? 'png' : FILES[kind][0];
  if (kind === 'document') return `contract-${String(1 + (j % 12)).padStart(3, '0')}.pdf`;
  // Camera names repeat in a library, so a file name names nothing; one in eight has blanks and capitals.
  if (j % 6 === 1) return `DSC_${String(1000 + (j % 250)).padStart(4, '0')}.${extension}`;
  if (j % 8 === 2) return `${scene.title.slice(0, 30).replaceAll('/', ' ').trim()}.${extension.toUpperCase()}`;
  return `${slug(scene.title) || 'file'}-${j}.${extension}`;
};

/** Every 97th id differs from an earlier one in nothing but upper and lower case. */
const idOf = (j: number, kind: MediaKind): string =>
  kind === 'image' && j % 97 === 90 ? swapCase(mediaId('image', String(j - 6))) : mediaId(kind, String(j));

const placesOf = (j: number, kind: MediaKind, approved: boolean, origin: Origin | null): readonly number[] => {
  const places = new Set<number>([4 + (j % (GALLERY_COUNT - 5))]);
  if (kind === 'document') places.add(GALLERY.CONTRACTS);
  if (origin !== null) places.add(GALLERY.STOCK);
  if (j % 2 === 0) places.add(GALLERY.ALL_BRAND);
  // The container and the tag mostly agree about approval, not always.
  if (approved ? j % 19 !== 0 : j % 61 === 0) places.add(GALLERY.APPROVED);
  return [...places];
};

const extent = (kind: MediaKind, scene: Scene, panoramic: boolean): Pick<Media, 'width' | 'height'> => {
  if (kind === 'audio' || kind === 'document') return { width: null, height: null };
  if (kind === 'video' && scene.kind !== 'video') return { width: 1920, height: 1080 };
  return { width: panoramic ? scene.height * 3 : scene.width, height: scene.height };
};

/** `today`: midnight of the day the simulator started, from which licence ends count. */
export const makeMedia = (j: number, tree: Tree, today: number): Media => {
  const origin = j < MEDIA_COUNT ? photoshelterOrigin(j) : null;
  const number = sceneNumber(j, origin);
  const scene = sceneOf(number);
  const kind = kindOf(j, origin, scene);
  const chance = rng(`photoshelter:media:${j}`);
  const mime = kind === 'image' && j % 23 === 8 ? 'image/png' : FILES[kind][1];
  const createdAt = FIRST_UPLOAD + j * UPLOAD_EVERY_MS;
  const custom = tag(j, kind, origin, chance);
  const visual = kind === 'image' || kind === 'video';
  const release = (): boolean | null => (scene.people ? chance.pick([true, true, false, null]) : null);
  const managed = origin === null && chance.chance(0.2);
  return {
    id: idOf(j, kind),
    kind,
    scene: number,
    fileName: fileName(j, kind, scene, mime),
    fileSize: 180_000 + chance.int(kind === 'video' ? 900_000_000 : 24_000_000),
    ...extent(kind, scene, kind === 'image' && origin === null && j % 43 === 20),
    durationSeconds: kind === 'video' || kind === 'audio' ? Math.round((4 + chance.next() * 120) * 1000) / 1000 : null,
    mime,
    takenAt: kind === 'document' ? null : Date.parse(scene.takenAt),
    createdAt,
    modifiedAt: createdAt + (j % 4 === 0 ? 0 : chance.int(90) * DAY_MS + chance.int(86_400) * 1000),
    rating: chance.chance(0.6) ? chance.int(6) : null,
    views: chance.int(900),
    searchable: j % 21 !== 16,
    flagged: j % 50 === 17,
    modelReleased: visual ? release() : null,
    propertyReleased: visual ? chance.pick([true, false, null, null]) : null,
    sale: {
      royalty_free: origin !== null,
      rights_managed: managed,
      personal_use: chance.chance(0.1),
      print: chance.chance(0.1),
      priced: managed,
    },
    photographerId: origin === null && visual ? makeId('U0000', `photographer:${chance.int(12)}`) : null,
    creatorId: chance.chance(0.7) ? STAFF_ID : makeId('U0000', 'uploader:2'),
    iptc: describe(j, kind, scene, origin, chance),
    custom,
    licenseEnd: visual && chance.chance(0.37) ? dayOf(today + chance.pick(LICENSE_DAYS) * DAY_MS) : null,
    galleries: placesOf(j, kind, custom[FIELDS.APPROVAL.id] === 'Approved', origin).map((i) => tree.galleries[i]?.id ?? ''),
  };
};
