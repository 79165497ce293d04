/** Searches as a client makes them: page by page with one cursor, until there is no more. */
import { expect } from '@jest/globals';
import type { Gateway } from './gateway.js';

export interface Hit {
  readonly id: string;
  readonly source: string;
  readonly externalId: string;
  readonly kind: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly rights: { readonly editorialOnly: string };
  readonly activeLicense: { readonly id: string } | null;
}

export interface SourceReport {
  readonly source: string;
  readonly state: string;
  readonly totalCount: number | null;
  readonly tookMs: number;
  readonly asOf: string | null;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly retryable: boolean;
    readonly retryAfterMs: number | null;
  } | null;
}

export interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: Hit | null }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: number | null;
  readonly sources: readonly SourceReport[];
}

export interface SearchArguments {
  readonly text?: string | null;
  readonly filter?: Readonly<Record<string, unknown>>;
  readonly sort?: 'RELEVANCE' | 'NEWEST';
  readonly first?: number;
  readonly after?: string | null;
}

export const SEARCH = `query Search($text: String, $filter: AssetFilter, $sort: AssetSort, $first: Int, $after: String) {
  searchAssets(text: $text, filter: $filter, sort: $sort, first: $first, after: $after) {
    edges { cursor node { id source externalId kind width height rights { editorialOnly } activeLicense { id } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
    sources { source state totalCount tookMs asOf error { code message retryable retryAfterMs } }
  }
}`;

export const searchPage = async (gateway: Gateway, args: SearchArguments, caller = 'viewer'): Promise<Page> => {
  const { data, errors } = await gateway.query(caller, SEARCH, { ...args });
  expect(errors).toEqual([]);
  return data.searchAssets as Page;
};

export const hitsOf = (page: Page): readonly Hit[] =>
  page.edges.map(({ node }) => {
    if (node === null) throw new Error('a hit has gone since it was found');
    return node;
  });

export const idsOf = (page: Page): readonly string[] => hitsOf(page).map(({ id }) => id);

const MOST_PAGES = 300;

/** All pages to the end; `between` is called after each page with its number, from 0 on, and may change the arguments of the next. */
export const walk = async (
  gateway: Gateway,
  args: SearchArguments,
  between: (page: number) => Promise<Partial<SearchArguments> | undefined> = async () => undefined,
): Promise<readonly Page[]> => {
  const pages: Page[] = [];
  let next: SearchArguments = args;
  for (;;) {
    const page = await searchPage(gateway, next);
    pages.push(page);
    if (!page.pageInfo.hasNextPage) return pages;
    // Without a cursor a client could not go on: what lies behind would be lost.
    expect(page.pageInfo.endCursor).toEqual(expect.any(String));
    if (pages.length >= MOST_PAGES) throw new Error(`no end after ${MOST_PAGES} pages`);
    next = { ...next, ...(await between(pages.length - 1)), after: page.pageInfo.endCursor };
  }
};

export const walkHits = async (...args: Parameters<typeof walk>): Promise<readonly Hit[]> =>
  (await walk(...args)).flatMap((page) => hitsOf(page));

export const reportOf = (page: Page, source: string): SourceReport | undefined =>
  page.sources.find((report) => report.source === source);
