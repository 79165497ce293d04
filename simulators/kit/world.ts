/** The pictures that exist in the simulated world, so that several sources can show the same one. Deterministic. */

/** What one picture shows: the same number is the same picture, whichever source shows it. */
export interface Scene {
  readonly number: number;
  readonly title: string;
  readonly caption: string;
  readonly keywords: readonly string[];
  readonly contributor: string;
  /** `countryIso`: ISO 3166-1 alpha-3. */
  readonly place: { readonly city: string; readonly country: string; readonly countryIso: string };
  /** ISO date and time in UTC. */
  readonly takenAt: string;
  readonly kind: 'photo' | 'illustration' | 'vector' | 'video';
  readonly orientation: 'horizontal' | 'vertical' | 'square';
  readonly width: number;
  readonly height: number;
  readonly people: boolean;
}

export const ADOBE_COUNT = 5000;
export const GETTY_IMAGE_COUNT = 4200;
export const GETTY_VIDEO_COUNT = 900;

/** Scene number shown by the k-th Adobe Stock asset (0 ≤ k < ADOBE_COUNT). */
export const adobeScene = (k: number): number => k;
/** Scene numbers of Getty images and videos start beyond Adobe's. */
export const gettyImageScene = (k: number): number => 10_000 + k;
export const gettyVideoScene = (k: number): number => 20_000 + k;
/** Scene numbers that only PhotoShelter (the company's own photographs) has. */
export const ownScene = (k: number): number => 30_000 + k;

/**
 * Vendor ids by position. Adobe: mostly nine digits; every 40th above 2^31, every 97th near 2^53 (but exactly representable).
 * Getty: ten digits for images, nine for videos, disjoint.
 */
export const adobeId = (k: number): number =>
  k % 97 === 96 ? 9_007_199_254_000_000 + k : k % 40 === 39 ? 3_000_000_000 + k : 100_200_300 + k * 7;
export const gettyImageId = (k: number): string => String(1_200_300_400 + k * 3);
export const gettyVideoId = (k: number): string => String(600_700_800 + k * 3);

/** Which stock picture, if any, the j-th PhotoShelter item is a copy of. */
export const photoshelterOrigin = (j: number): { source: 'adobe' | 'getty'; k: number } | null =>
  j % 9 === 4
    ? { source: 'adobe', k: (j * 5) % ADOBE_COUNT }
    : j % 13 === 6
      ? { source: 'getty', k: (j * 3) % GETTY_IMAGE_COUNT }
      : null;

/** Which stock picture the t-th Smint.io transaction bought; null: from another provider. */
export const smintioOrigin = (t: number): { source: 'adobe' | 'getty'; k: number } | null =>
  t % 3 === 0
    ? { source: 'adobe', k: (t * 11) % ADOBE_COUNT }
    : t % 3 === 1
      ? { source: 'getty', k: (t * 7) % GETTY_IMAGE_COUNT }
      : null;
