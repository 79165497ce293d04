/** The pages that clients ask for: a query, and ids of assets chosen at random from a seed. */

import { rng } from '../../simulators/kit/rng.js';
import { ADOBE_COUNT, adobeId, GETTY_IMAGE_COUNT, gettyImageId } from '../../simulators/kit/world.js';
import { assetIdOf, environmentConnectionId, type TenantId } from '../../src/domain/ids.js';

const TENANT = 'default' as TenantId;
const ADOBE_STOCK = environmentConnectionId(TENANT, 'ADOBE_STOCK');
const GETTY_IMAGES = environmentConnectionId(TENANT, 'GETTY_IMAGES');

/** Twelve fields and the rights. */
export const PAGE_QUERY = `query Page($ids: [ID!]!) {
  assets(ids: $ids) {
    id source externalId kind title keywords contributor { name } creditLine collection width height mimeType
    rights {
      model editorialOnly attributionRequired modelReleased restrictions
      territories { allowed known }
    }
  }
}`;

export const ASSETS_PER_PAGE = 100;

/** Every 200th asset of the simulated world is no longer to be had. */
const isAvailable = (k: number): boolean => k % 200 !== 150;

const idOfAdobe = (k: number): string =>
  assetIdOf({ connectionId: ADOBE_STOCK, lane: 'content', externalId: String(adobeId(k)) });
const idOfGetty = (k: number): string => assetIdOf({ connectionId: GETTY_IMAGES, lane: 'image', externalId: gettyImageId(k) });

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, index) => from + index).filter(isAvailable);

export interface Library {
  readonly adobe: readonly number[];
  readonly getty: readonly number[];
}

export const WHOLE_LIBRARY: Library = { adobe: range(0, ADOBE_COUNT), getty: range(0, GETTY_IMAGE_COUNT) };

/** A hundred assets of each source from position `from` on: what everybody looks at today. */
export const hotAssets = (from: number): Library => ({
  adobe: range(from, from + 110).slice(0, 100),
  getty: range(from, from + 110).slice(0, 100),
});

const take = (all: readonly number[], count: number, int: (below: number) => number): readonly number[] => {
  const left = [...all];
  return Array.from({ length: count }, () => left.splice(int(left.length), 1)[0] as number);
};

/** Bodies of requests: half of each page from Adobe Stock, half from Getty Images, interleaved as in a mixed result. */
export const pagesOf = (library: Library, count: number, seed: string): readonly string[] => {
  const random = rng(seed);
  return Array.from({ length: count }, () => {
    const adobe = take(library.adobe, ASSETS_PER_PAGE / 2, (below) => random.int(below)).map(idOfAdobe);
    const getty = take(library.getty, ASSETS_PER_PAGE / 2, (below) => random.int(below)).map(idOfGetty);
    const ids = adobe.flatMap((id, index) => [id, getty[index] as string]);
    return JSON.stringify({ query: PAGE_QUERY, variables: { ids } });
  });
};
