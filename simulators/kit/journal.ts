/** What a simulator was asked: the last requests in full, and exact counts per endpoint that never wear out. */

import type { IncomingHttpHeaders } from 'node:http';
import type { JournalEntry } from './types.js';

/** Entries kept; older ones give way. */
export const JOURNAL_LIMIT = 20_000;
const BODY_CHARACTERS = 10_000;
/** The endpoint name under which requests to no known path are kept. */
export const UNKNOWN_ENDPOINT = 'unknown';

/** An entry while its request is being answered. */
export type OpenEntry = { -readonly [K in keyof JournalEntry]: JournalEntry[K] };

export interface Arrival {
  readonly atMs: number;
  readonly endpoint: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer | undefined;
}

export interface Journal {
  record(arrival: Arrival): OpenEntry;
  /** Entries from `index` on, as far as still kept, and the index that the next request will get. */
  since(index: number): { readonly entries: readonly JournalEntry[]; readonly next: number };
  counts(): Readonly<Record<string, number>>;
  /** Forgets the entries; indexes go on counting. */
  clear(): void;
  resetCounts(): void;
}

export const createJournal = (endpoints: Iterable<string>): Journal => {
  const ring = new Array<OpenEntry | undefined>(JOURNAL_LIMIT).fill(undefined);
  const counts = new Map<string, number>();
  const resetCounts = (): void => {
    for (const endpoint of [...endpoints, UNKNOWN_ENDPOINT]) counts.set(endpoint, 0);
  };
  resetCounts();
  let next = 0;
  /** Index of the oldest entry still kept. */
  let first = 0;
  return {
    record: ({ atMs, body, headers, ...rest }) => {
      counts.set(rest.endpoint, (counts.get(rest.endpoint) ?? 0) + 1);
      const entry: OpenEntry = {
        ...rest,
        index: next,
        at: new Date(atMs).toISOString(),
        headers: headers as Readonly<Record<string, string>>,
        body: body === undefined ? '' : body.toString('utf8', 0, BODY_CHARACTERS * 4).slice(0, BODY_CHARACTERS),
        status: null,
        fault: null,
        tookMs: null,
      };
      ring[next % JOURNAL_LIMIT] = entry;
      next += 1;
      if (next - first > JOURNAL_LIMIT) first = next - JOURNAL_LIMIT;
      return entry;
    },
    since: (index) => {
      const entries: JournalEntry[] = [];
      for (let i = Math.max(index, first); i < next; i += 1) {
        const entry = ring[i % JOURNAL_LIMIT];
        if (entry !== undefined) entries.push(entry);
      }
      return { entries, next };
    },
    counts: () => Object.fromEntries(counts),
    clear: () => {
      ring.fill(undefined);
      first = next;
    },
    resetCounts,
  };
};
