/** The filters of a search hold for every hit, whoever applies them, and lose none that fits; what cannot be asked is said, not ignored. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway, synchronised } from './support/gateway.js';
import { type Hit, hitsOf, reportOf, searchPage, walk, walkHits } from './support/search.js';
import { type Simulators, startSimulators } from './support/simulators.js';

const SOURCES = ['ADOBE_STOCK', 'GETTY_IMAGES', 'PHOTOSHELTER', 'SMINT_IO'] as const;
const TEXT = 'forest';
const BUY = 'mutation($input: LicenseAssetInput!) { licenseAsset(input: $input) { __typename } }';

let simulators: Simulators;
let gateway: Gateway;
/** Everything that the sources have on the subject. */
let all: readonly Hit[];

beforeAll(async () => {
  simulators = await startSimulators();
  gateway = await startGateway({ env: { ...simulators.env, WORKER: 'on' } });
  await synchronised(gateway);
  all = await walkHits(gateway, { text: TEXT, first: 100 });
  expect(new Set(all.map(({ source }) => source)).size).toBe(4);
  // One far down each list, so that only patience finds it.
  for (const source of ['ADOBE_STOCK', 'GETTY_IMAGES'] as const) {
    const deep = all.filter((hit) => hit.source === source && hit.rights.editorialOnly !== 'YES' && hit.kind === 'PHOTO').at(-1);
    const input = { assetId: deep?.id, idempotencyKey: `deep-${source}` };
    expect((await gateway.query('licensor', BUY, { input })).data.licenseAsset.__typename).toBe('LicenseGranted');
  }
  all = await walkHits(gateway, { text: TEXT, first: 100 });
});

afterAll(async () => {
  await gateway.stop();
  await simulators.stop();
});

const ratio = ({ width, height }: Hit): number => (width ?? 0) / (height ?? 1);
/** Getty keeps the sizes of some assets to itself: where it sorts them by shape, its word is all there is. */
const isSized = ({ width, height }: Hit): boolean => width !== null && height !== null;
const CASES: readonly (readonly [Readonly<Record<string, unknown>>, (hit: Hit) => boolean])[] = [
  [{ kinds: ['PHOTO'] }, ({ kind }) => kind === 'PHOTO'],
  [{ kinds: ['VIDEO'] }, ({ kind }) => kind === 'VIDEO'],
  [{ kinds: ['ILLUSTRATION', 'VECTOR'] }, ({ kind }) => kind === 'ILLUSTRATION' || kind === 'VECTOR'],
  [{ orientation: 'VERTICAL' }, (hit) => ratio(hit) < 0.98],
  [{ orientation: 'SQUARE' }, (hit) => Math.abs(ratio(hit) - 1) <= 0.02],
  [{ orientation: 'HORIZONTAL' }, (hit) => ratio(hit) > 1.02 && ratio(hit) < 2],
  [{ minWidth: 6000 }, ({ width }) => (width ?? 0) >= 6000],
  [{ minHeight: 4100 }, ({ height }) => (height ?? 0) >= 4100],
  [
    { minWidth: 4000, minHeight: 4000, kinds: ['PHOTO'] },
    (hit) => hit.kind === 'PHOTO' && (hit.width ?? 0) >= 4000 && (hit.height ?? 0) >= 4000,
  ],
  [{ editorialOnly: true }, ({ rights }) => rights.editorialOnly === 'YES'],
  [{ editorialOnly: false }, ({ rights }) => rights.editorialOnly === 'NO'],
  [{ licensedByUs: true }, ({ activeLicense }) => activeLicense !== null],
  [{ licensedByUs: false }, ({ activeLicense }) => activeLicense === null],
  [
    { licensedByUs: true, kinds: ['PHOTO'], sources: ['ADOBE_STOCK', 'SMINT_IO'] },
    (hit) => hit.activeLicense !== null && hit.kind === 'PHOTO' && (hit.source === 'ADOBE_STOCK' || hit.source === 'SMINT_IO'),
  ],
];

describe.each(CASES)('the filter %j', (filter, fits) => {
  it('finds what fits in every source that could be asked, all of it, once, and nothing else', async () => {
    const pages = await walk(gateway, { text: TEXT, filter, first: 40 });
    const found = pages.flatMap(hitsOf);
    const isJudged = (hit: Hit): boolean => !('orientation' in filter) || isSized(hit);
    expect(found.filter((hit) => isJudged(hit) && !fits(hit))).toEqual([]);
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    for (const report of pages[0]?.sources ?? []) {
      const { source, state, error, totalCount } = report;
      const expected = all.filter((hit) => hit.source === source && isJudged(hit) && fits(hit)).map(({ id }) => id);
      const shown = found.filter((hit) => hit.source === source && isJudged(hit)).map(({ id }) => id);
      if (state === 'SKIPPED') {
        expect(shown).toEqual([]);
        expect(error).toMatchObject({ retryable: false, message: expect.stringMatching(/.{20,}/) });
      } else {
        expect(state).toBe('OK');
        expect([source, ...shown.sort()]).toEqual([source, ...expected.sort()]);
        // A total is only stated where it is the truth.
        if (totalCount !== null) {
          const total = found.filter((hit) => hit.source === source).length;
          expect([source, totalCount]).toEqual([source, total]);
        }
      }
    }
  });
});

describe('what a source cannot be asked', () => {
  it.each([
    [{ kinds: ['AUDIO'] }, ['ADOBE_STOCK', 'GETTY_IMAGES']],
    [{ editorialOnly: true }, ['ADOBE_STOCK']],
  ] as const)('%j is answered SKIPPED with the reason, and the others answer', async (filter, skipped) => {
    const page = await searchPage(gateway, { text: TEXT, filter, first: 5 });
    for (const source of SOURCES) {
      const report = reportOf(page, source);
      const isSkipped = (skipped as readonly string[]).includes(source);
      expect([source, report?.state]).toEqual([source, isSkipped ? 'SKIPPED' : 'OK']);
      if (isSkipped) expect(report?.error?.message).toContain(source === 'ADOBE_STOCK' ? 'Adobe' : 'Getty');
    }
    expect(page.totalCount).toBeNull();
  });

  it('without a text Getty is SKIPPED and the others list everything', async () => {
    const page = await searchPage(gateway, { text: '   ', first: 9 });
    expect(page.sources.map(({ state }) => state)).toEqual(['OK', 'SKIPPED', 'OK', 'OK']);
    expect(page.edges).toHaveLength(9);
  });

  it('an empty list of kinds or sources has one meaning for all sources', async () => {
    const kinds = await searchPage(gateway, { text: TEXT, filter: { kinds: [] }, first: 8 });
    const whole = await searchPage(gateway, { text: TEXT, first: 8 });
    expect(kinds.sources.map(({ totalCount }) => totalCount)).toEqual(whole.sources.map(({ totalCount }) => totalCount));
  });

  it('a source that is not configured says so when it is asked for by name', async () => {
    const alone = await startSimulators({ only: ['adobe-stock'] });
    const small = await startGateway({ env: { ...alone.env, WORKER: 'off' } });
    const page = await searchPage(small, { text: TEXT, filter: { sources: ['ADOBE_STOCK', 'GETTY_IMAGES'] }, first: 3 });
    const open = await searchPage(small, { text: TEXT, first: 3 });
    await small.stop();
    await alone.stop();
    expect(page.sources.map(({ source, state }) => [source, state])).toEqual([
      ['ADOBE_STOCK', 'OK'],
      ['GETTY_IMAGES', 'SKIPPED'],
    ]);
    expect(reportOf(page, 'GETTY_IMAGES')?.error?.message).toMatch(/not configured/);
    expect(open.sources.map(({ source }) => source)).toEqual(['ADOBE_STOCK']);
  });
});

describe('refilling', () => {
  it('fills a page although most of what the sources give does not fit', async () => {
    const fitting = all.filter(({ width, source }) => (width ?? 0) >= 6200 && source === 'GETTY_IMAGES');
    expect(fitting.length).toBeGreaterThan(10);
    const page = await searchPage(gateway, { text: TEXT, filter: { minWidth: 6200, sources: ['GETTY_IMAGES'] }, first: 10 });
    expect(page.edges).toHaveLength(10);
  });

  it('ends and gives a cursor to go on with when nothing fits far and wide', async () => {
    const filter = { minWidth: 100_000, sources: ['GETTY_IMAGES', 'PHOTOSHELTER'] };
    await simulators.resetCounts('getty-images');
    const page = await searchPage(gateway, { text: TEXT, filter, first: 10 });
    const asked = Object.values(await simulators.counts('getty-images')).reduce((sum, n) => sum + n, 0);
    expect(page.edges).toEqual([]);
    expect(asked).toBeLessThan(40);
    expect(await walkHits(gateway, { text: TEXT, filter, first: 100 })).toEqual([]);
  });
});
