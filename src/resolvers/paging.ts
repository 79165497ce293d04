/** Connections: limits, cursors and page information, the same for every list. */
import { Fault } from '../domain/faults.js';
import { type Instant, parseInstant } from '../domain/instant.js';

export interface Edge<N> {
  readonly cursor: string;
  readonly node: N;
}

export interface Connection<N> {
  readonly edges: readonly Edge<N>[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: number | null;
}

/** An explicit null means the default. */
export const firstOf = (first: number | null | undefined, fallback: number, max: number): number => {
  const wanted = first ?? fallback;
  if (wanted < 1 || wanted > max) throw new Fault('BAD_USER_INPUT', `"first" must be from 1 to ${max}; it is ${wanted}.`);
  return wanted;
};

export const MAX_IDS = 200;

export const idsOf = <T>(ids: readonly T[], name: string): readonly T[] => {
  if (ids.length > MAX_IDS)
    throw new Fault('BAD_USER_INPUT', `"${name}" holds ${ids.length} entries; at most ${MAX_IDS} are taken at once.`);
  return ids;
};

/** The place of a row in a list ordered by time and uuid. */
interface TimePlace {
  readonly at: Instant;
  readonly uuid: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const cursorOf = (place: TimePlace): string => Buffer.from(`${place.at}|${place.uuid}`).toString('base64url');

/** Rows of other tenants cannot be reached by a cursor: it only says where to go on in the caller's own list. */
export const placeOf = (after: string | null | undefined): TimePlace | undefined => {
  if (after === null || after === undefined) return undefined;
  const [at, uuid, ...rest] = Buffer.from(after, 'base64url').toString('utf8').split('|');
  const instant = parseInstant(at);
  if (!instant || !uuid || !UUID.test(uuid) || rest.length > 0 || cursorOf({ at: instant, uuid }) !== after) {
    throw new Fault('BAD_USER_INPUT', 'The cursor in "after" is none of this list. Start again without it.');
  }
  return { at: instant, uuid };
};

/** Cuts a list that was read one longer than asked, and says whether it goes on. */
export const connectionOf = <N>(
  rows: readonly N[],
  first: number,
  hasPreviousPage: boolean,
  place: (row: N) => TimePlace,
  totalCount: number | null,
): Connection<N> => {
  const edges = rows.slice(0, first).map((node) => ({ cursor: cursorOf(place(node)), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > first,
      hasPreviousPage,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount,
  };
};
