/** Search over four sources: one list, one cursor, nothing twice and nothing lost, whatever the sources do meanwhile. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { complaints } from './support/complaints.js';
import { type Gateway, startGateway, synchronised } from './support/gateway.js';
import { hitsOf, idsOf, type Page, reportOf, SEARCH, searchPage, walk, walkHits } from './support/search.js';
import { type Simulators, startSimulators } from './support/simulators.js';

const SOURCES = ['ADOBE_STOCK', 'GETTY_IMAGES', 'PHOTOSHELTER', 'SMINT_IO'] as const;

let simulators: Simulators;
let gateway: Gateway;

beforeAll(async () => {
  simulators = await startSimulators();
  gateway = await startGateway({ env: { ...simulators.env, WORKER: 'on' } });
  await synchronised(gateway);
});

afterAll(async () => {
  await gateway.stop();
  await simulators.stop();
});

/** Catalogues grow: new assets that the search for `word` finds, in three sources and both of Getty's lists. */
const grow = async (word: string, count: number): Promise<void> => {
  await simulators.action('adobe-stock', 'add-assets', { count, word });
  await simulators.action('getty-images', 'add-assets', { count, word, mediaType: 'image' });
  await simulators.action('getty-images', 'add-assets', { count, word, mediaType: 'video' });
  await simulators.action('photoshelter', 'add-media', { count, word });
};

const refused = async (args: Record<string, unknown>, caller = 'viewer'): Promise<string> =>
  complaints(await gateway.query(caller, SEARCH, args)).join('\n');

describe('the pages of a search', () => {
  it('take from each source in turn, so that no source buries another', async () => {
    const page = await searchPage(gateway, { text: 'forest', first: 12 });
    expect(hitsOf(page).map(({ source }) => source)).toEqual([...SOURCES, ...SOURCES, ...SOURCES]);
  });

  it('show every hit of every source exactly once and then end', async () => {
    const pages = await walk(gateway, { text: 'market', first: 10 });
    const ids = pages.flatMap(idsOf);
    expect(new Set(ids).size).toBe(ids.length);
    expect(pages.slice(0, -1).map(({ edges }) => edges.length)).toEqual(pages.slice(0, -1).map(() => 10));
    const [start] = pages as [Page, ...Page[]];
    for (const source of SOURCES) {
      const total = reportOf(start, source)?.totalCount;
      expect(total).toBeGreaterThan(1);
      expect(pages.flatMap(hitsOf).filter((hit) => hit.source === source)).toHaveLength(total as number);
    }
    expect(start.totalCount).toBe(ids.length);
  });

  it('know what lies before and behind them', async () => {
    const pages = await walk(gateway, { text: 'market', first: 40 });
    expect(pages.map(({ pageInfo }) => pageInfo.hasPreviousPage)).toEqual(pages.map((_, index) => index > 0));
    for (const { edges, pageInfo } of pages.slice(0, -1)) {
      expect(pageInfo.startCursor).toBe(edges[0]?.cursor);
      expect(pageInfo.endCursor).toBe(edges.at(-1)?.cursor);
    }
  });

  it.each([
    ['RELEVANCE', 'market'],
    ['NEWEST', 'stars'],
  ] as const)('repeat nothing and lose nothing at %s while the catalogues grow between them', async (sort, text) => {
    const before = (await walkHits(gateway, { text, sort, first: 50 })).map(({ id }) => id);
    const pages = await walk(gateway, { text, sort, first: 8 }, async (page) => {
      if (page < 6) await grow(text, 3);
      return undefined;
    });
    const shown = pages.flatMap(idsOf);
    expect(new Set(shown).size).toBe(shown.length);
    expect(before.filter((id) => !shown.includes(id))).toEqual([]);
  });

  it('lose nothing when the client asks for pages of changing size', async () => {
    const text = 'forest';
    const all = new Set((await walkHits(gateway, { text, first: 100 })).map(({ id }) => id));
    const sizes = [3, 100, 1, 47, 90];
    const shown = await walkHits(gateway, { text, first: 3 }, async (page) => ({
      first: sizes[(page + 1) % sizes.length] ?? 50,
    }));
    expect(new Set(shown.map(({ id }) => id)).size).toBe(shown.length);
    expect([...all].filter((id) => !shown.some((hit) => hit.id === id))).toEqual([]);
  });

  it('put what came last first at NEWEST', async () => {
    const { ids } = (await simulators.action('adobe-stock', 'add-assets', { count: 2, word: 'desert' })) as { ids: number[] };
    const page = await searchPage(gateway, { text: 'desert', sort: 'NEWEST', first: 20 });
    const adobe = hitsOf(page).filter(({ source }) => source === 'ADOBE_STOCK');
    expect(new Set(adobe.slice(0, 2).map(({ externalId }) => externalId))).toEqual(new Set(ids.map(String)));
  });
});

describe('a cursor', () => {
  it('gives the same page each time it is followed', async () => {
    const start = await searchPage(gateway, { text: 'forest', first: 10 });
    const after = start.pageInfo.endCursor;
    const once = await searchPage(gateway, { text: 'forest', first: 10, after });
    await searchPage(gateway, { text: 'forest', first: 10, after: once.pageInfo.endCursor });
    const again = await searchPage(gateway, { text: 'forest', first: 10, after });
    expect(again.edges).toEqual(once.edges);
    expect(again.pageInfo).toEqual(once.pageInfo);
  });

  it('followed by many at once is one page for all, and the next page goes on behind it', async () => {
    const start = await searchPage(gateway, { text: 'forest', first: 10 });
    const after = start.pageInfo.endCursor;
    const twins = await Promise.all(Array.from({ length: 6 }, () => searchPage(gateway, { text: 'forest', first: 10, after })));
    for (const twin of twins) expect(idsOf(twin)).toEqual(idsOf(twins[0] as Page));
    const next = await searchPage(gateway, { text: 'forest', first: 10, after: twins[0]?.pageInfo.endCursor ?? null });
    const shown = [...idsOf(start), ...idsOf(twins[0] as Page), ...idsOf(next)];
    expect(new Set(shown).size).toBe(30);
  });

  it('from the middle of a page goes on behind its own hit', async () => {
    const start = await searchPage(gateway, { text: 'forest', first: 10 });
    const page = await searchPage(gateway, { text: 'forest', first: 10, after: start.edges[3]?.cursor ?? null });
    expect(idsOf(page).slice(0, 6)).toEqual(idsOf(start).slice(4));
    expect(new Set([...idsOf(start), ...idsOf(page)]).size).toBe(14);
  });

  it('serves another reader of the same tenant and the same search, and nobody of another tenant', async () => {
    const start = await searchPage(gateway, { text: 'forest', first: 5 });
    const args = { text: 'forest', first: 5, after: start.pageInfo.endCursor };
    expect((await searchPage(gateway, args, 'licensor')).edges).toHaveLength(5);
    expect(await refused(args, 'acme/viewer')).toMatch(/cursor/);
  });

  it('belongs to the arguments that made it', async () => {
    const { pageInfo } = await searchPage(gateway, { text: 'forest', first: 5 });
    const after = pageInfo.endCursor;
    expect(await refused({ text: 'desert', after })).toMatch(/other arguments/);
    expect(await refused({ text: 'forest', sort: 'NEWEST', after })).toMatch(/other arguments/);
    expect(await refused({ text: 'forest', filter: { minWidth: 100 }, after })).toMatch(/other arguments/);
    expect(await refused({ text: 'forest', filter: { sources: ['ADOBE_STOCK'] }, after })).toMatch(/other arguments/);
    expect(await refused({ text: 'forest', filter: { licensedByUs: true }, after })).toMatch(/other arguments/);
  });

  it('is refused when any part of it was altered', async () => {
    const { pageInfo } = await searchPage(gateway, { text: 'forest', first: 5 });
    const cursor = pageInfo.endCursor as string;
    const places = Array.from({ length: cursor.length }, (_, place) => place);
    const altered = [
      ...places.map((place) => cursor.slice(0, place) + (cursor[place] === 'A' ? 'B' : 'A') + cursor.slice(place + 1)),
      cursor.slice(0, -1),
      `${cursor}A`,
      `${cursor}=`,
      `${cursor}!`,
      ` ${cursor}`,
      `${cursor}.${cursor}`,
    ];
    for (const after of altered) expect(await refused({ text: 'forest', first: 5, after })).toMatch(/cursor/);
    expect((await searchPage(gateway, { text: 'forest', first: 5, after: cursor })).edges).toHaveLength(5);
  });

  it('of another list is refused here, and a cursor of a search is refused there', async () => {
    const { pageInfo } = await searchPage(gateway, { text: 'forest', first: 5 });
    const lists = await gateway.query('viewer', '{ licenses(first: 1) { edges { cursor } } }');
    expect(await refused({ text: 'forest', after: lists.data.licenses.edges[0].cursor })).toMatch(/cursor/);
    const licenses = 'query($after: String) { licenses(after: $after) { edges { cursor } } }';
    complaints(await gateway.query('viewer', licenses, { after: pageInfo.endCursor }));
  });

  it('that has outlived its day says so', async () => {
    const { pageInfo } = await searchPage(gateway, { text: 'forest', first: 5 });
    await gateway.database.query("update search_session set expires_at = now() - interval '1 second'");
    expect(await refused({ text: 'forest', after: pageInfo.endCursor })).toMatch(/expired/);
  });
});

describe('the account of the sources', () => {
  it('names each source once, with its own total and time', async () => {
    const page = await searchPage(gateway, { text: 'forest', first: 5 });
    expect(page.sources.map(({ source, state, error }) => ({ source, state, error }))).toEqual(
      SOURCES.map((source) => ({ source, state: 'OK', error: null })),
    );
    expect(page.totalCount).toBe(page.sources.reduce((sum, { totalCount }) => sum + (totalCount ?? Number.NaN), 0));
    // What is served from a copy says how old it is; what was asked just now does not.
    expect(page.sources.map(({ asOf }) => asOf !== null)).toEqual([false, false, false, true]);
    for (const { tookMs } of page.sources) expect(tookMs).toBeGreaterThanOrEqual(0);
  });

  it('asks only the sources named, and speaks of them alone', async () => {
    await simulators.resetCounts('adobe-stock');
    const page = await searchPage(gateway, { text: 'forest', filter: { sources: ['SMINT_IO', 'PHOTOSHELTER'] }, first: 20 });
    expect(page.sources.map(({ source }) => source)).toEqual(['PHOTOSHELTER', 'SMINT_IO']);
    expect(new Set(hitsOf(page).map(({ source }) => source))).toEqual(new Set(['PHOTOSHELTER', 'SMINT_IO']));
    expect((await simulators.counts('adobe-stock')).search).toBe(0);
  });

  it('a source in trouble fails alone, and what it has comes once it is well again', async () => {
    const text = 'astronomy';
    await simulators.addFault('adobe-stock', { endpoint: 'search', kind: 'status', status: 503 });
    const start = await searchPage(gateway, { text, first: 9 });
    expect(reportOf(start, 'ADOBE_STOCK')).toMatchObject({
      state: 'FAILED',
      totalCount: null,
      error: { code: 'SOURCE_UNAVAILABLE', retryable: true },
    });
    expect(start.totalCount).toBeNull();
    expect(start.edges).toHaveLength(9);
    await simulators.clearFaults('adobe-stock');
    const rest = await walkHits(gateway, { text, first: 50, after: start.pageInfo.endCursor });
    const whole = await walkHits(gateway, { text, first: 100 });
    const shown = [...idsOf(start), ...rest.map(({ id }) => id)];
    expect(new Set(shown).size).toBe(shown.length);
    expect(new Set(shown)).toEqual(new Set(whole.map(({ id }) => id)));
  });

  it.each([
    ['a page of another program', { kind: 'foreign' }],
    ['half an answer', { kind: 'truncate' }],
    ['a cut connection', { kind: 'reset-before' }],
    ['no JSON', { kind: 'status', status: 200, body: '<html>' }],
  ] as const)('%s in place of an answer is a failure of that source alone', async (_what, fault) => {
    await simulators.addFault('getty-images', { endpoint: '*', ...fault });
    const page = await searchPage(gateway, { text: 'desert', first: 9 });
    await simulators.clearFaults('getty-images');
    expect(reportOf(page, 'GETTY_IMAGES')).toMatchObject({ state: 'FAILED', error: { code: 'SOURCE_UNAVAILABLE' } });
    expect(new Set(hitsOf(page).map(({ source }) => source))).toEqual(new Set(['ADOBE_STOCK', 'PHOTOSHELTER', 'SMINT_IO']));
  });
});
