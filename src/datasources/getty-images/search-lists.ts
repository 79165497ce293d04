/** One search over several of the vendor's lists: where each list stands, and taking from them in turn. */
import type { Call, SearchQuery } from '../datasource.js';
import { EXTERNAL_ID, type GettyImagesClient, type SearchList } from './client.js';

export const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** One of the vendor's lists within a search of ours. */
interface ListPlace {
  /** The next page to ask for; null: none is left. */
  readonly page: number | null;
  /** Ids that came and were not shown yet. */
  readonly rest: readonly string[];
  readonly total: number | null;
}
export const LIST_START: ListPlace = { page: 1, rest: [], total: null };

export type SearchPlace = Readonly<Record<string, ListPlace>>;

const isListPlace = (value: unknown): value is ListPlace => {
  const { page, rest, total } = (value ?? {}) as Record<string, unknown>;
  const isRest = Array.isArray(rest) && rest.every((id) => typeof id === 'string' && EXTERNAL_ID.test(id));
  return (page === null || (isCount(page) && page > 0)) && isRest && (total === null || isCount(total));
};
/** A place without one of the lists is of another search: that list would begin anew. */
export const isPlaceIn = (value: unknown, lists: readonly SearchList[]): value is SearchPlace =>
  lists.every((list) => isListPlace((value as Partial<SearchPlace> | null)?.[list]));

const nextListPlace = async (
  client: GettyImagesClient,
  list: SearchList,
  query: SearchQuery,
  { page, rest, total }: ListPlace,
  call: Call,
): Promise<ListPlace> => {
  if (page === null) return { page, rest, total };
  const hits = await client.search(list, query, page, call);
  // A page beyond the end, or beyond what the vendor lets anybody page to.
  if (hits === null) return { page: null, rest, total: total ?? 0 };
  const found = hits.total ?? total;
  const hasMore = hits.rowCount > 0 && (found === null ? hits.rowCount >= query.pageSize : page * query.pageSize < found);
  const known = new Set(rest);
  return { page: hasMore ? page + 1 : null, rest: [...rest, ...hits.ids.filter((id) => !known.has(id))], total: found };
};

/** Asks a list only when what it gave before does not suffice for its share, or all of them together for the page (a list ended). */
export const fillLists = async (
  client: GettyImagesClient,
  start: ReadonlyMap<SearchList, ListPlace>,
  query: SearchQuery,
  call: Call,
): Promise<ReadonlyMap<SearchList, ListPlace>> => {
  let places = start;
  for (let round = 0; round <= start.size; round += 1) {
    const lists = [...places.values()];
    const open = lists.filter(({ page, rest }) => page !== null || rest.length > 0).length;
    const isShort = lists.reduce((sum, { rest }) => sum + rest.length, 0) < query.pageSize;
    const share = Math.ceil(query.pageSize / Math.max(1, open));
    const waiting = [...places].filter(([, { page, rest }]) => page !== null && (isShort || rest.length < share));
    if (waiting.length === 0) break;
    const asked = waiting.map(async ([list, place]) => [list, await nextListPlace(client, list, query, place, call)] as const);
    places = new Map([...places, ...(await Promise.all(asked))]);
  }
  return places;
};

/** In turns, one of each; what does not fit stays for the next page. */
export const takeInTurns = (places: ReadonlyMap<SearchList, ListPlace>, count: number) => {
  const taken: { readonly list: SearchList; readonly id: string }[] = [];
  const used = new Map<SearchList, number>([...places.keys()].map((list) => [list, 0]));
  for (let found = true; found && taken.length < count; ) {
    found = false;
    for (const [list, { rest }] of places) {
      const index = used.get(list) ?? 0;
      const id = rest[index];
      if (id === undefined || taken.length >= count) continue;
      taken.push({ list, id });
      used.set(list, index + 1);
      found = true;
    }
  }
  const left = new Map([...places].map(([list, place]) => [list, { ...place, rest: place.rest.slice(used.get(list)) }]));
  return { taken, left };
};
