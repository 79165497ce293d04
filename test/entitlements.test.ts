/** What may still be spent, over all sources in one list: each says so itself, now, and fails for itself alone. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SECRET_MARKER } from '../simulators/kit/types.js';
import { eventually, type Gateway, startGateway } from './support/gateway.js';
import { ADOBE, buy, freshAsset, GETTY } from './support/purchase.js';
import type { SourceReport } from './support/search.js';
import { type Simulators, startSimulators } from './support/simulators.js';

interface Item {
  readonly key: string;
  readonly source: string;
  readonly name: string;
  readonly remaining: number | null;
  readonly limit: number | null;
  readonly resetsAt: string | null;
  readonly expiresAt: string | null;
  readonly asOf: string;
  readonly raw: unknown;
  readonly usable: string;
  readonly unit: string | null;
}

let simulators: Simulators;
let gateway: Gateway;

beforeAll(async () => {
  simulators = await startSimulators();
  gateway = await startGateway({ env: { ...simulators.env, SEARCH_DEADLINE_MS: '2000' } });
});
afterEach(async () => {
  for (const name of ['adobe-stock', 'getty-images']) await simulators.clearFaults(name);
});
afterAll(async () => {
  await gateway?.stop();
  await simulators?.stop();
});

const QUERY = `query($sources: [AssetSource!]) { entitlements(sources: $sources) {
  items { key source name remaining limit resetsAt expiresAt asOf raw usable unit }
  sources { source state totalCount tookMs asOf error { code message retryable retryAfterMs } } } }`;

const report = async (
  sources?: readonly string[] | null,
  caller = 'licensor',
  from = gateway,
): Promise<{ readonly items: readonly Item[]; readonly sources: readonly SourceReport[] }> => {
  const { data, errors } = await from.query(caller, QUERY, { sources });
  expect(errors).toEqual([]);
  return data.entitlements;
};
const statesOf = ({ sources }: { readonly sources: readonly SourceReport[] }) =>
  Object.fromEntries(sources.map(({ source, state }) => [source, state]));
const of = (items: readonly Item[], source: string) => items.filter((item) => item.source === source);
/** The figures, without the moment at which they were given. */
const figures = (items: readonly Item[]) => items.map(({ asOf: _asOf, ...rest }) => rest);

describe('entitlements', () => {
  it('of all sources are one list, with raw values and the moment beside; who has none is skipped', async () => {
    const from = Date.now();
    const { items, sources } = await report();
    expect(statesOf({ sources })).toEqual({
      ADOBE_STOCK: 'OK',
      GETTY_IMAGES: 'OK',
      PHOTOSHELTER: 'SKIPPED',
      SMINT_IO: 'SKIPPED',
    });
    expect(sources.map(({ totalCount }) => totalCount)).toEqual([
      of(items, 'ADOBE_STOCK').length,
      of(items, 'GETTY_IMAGES').length,
      null,
      null,
    ]);
    expect(of(items, 'ADOBE_STOCK').length).toBeGreaterThan(0);
    expect(of(items, 'GETTY_IMAGES').length).toBeGreaterThan(1);
    for (const { asOf, raw, name } of items) {
      expect(Date.parse(asOf)).toBeGreaterThanOrEqual(from);
      expect(Object.keys(raw as object).length).toBeGreaterThan(0);
      expect(name).not.toBe('');
    }
    expect(new Set(items.map(({ source, key }) => `${source} ${key}`)).size).toBe(items.length);
    // Nobody named the two that have none: nothing went wrong.
    expect(sources.map(({ error }) => error)).toEqual([null, null, null, null]);
    for (const { unit } of items) expect([null, 'credits', 'downloads']).toContain(unit);
    const standing = (of(items, 'GETTY_IMAGES') as Item[]).map(({ usable, raw }) => [
      usable,
      (raw as { status?: string }).status,
    ]);
    expect(standing).toContainEqual(['YES', 'active']);
  });

  it.each([
    ['Adobe Stock', ADOBE],
    ['Getty Images', GETTY],
  ])('of %s are one less after a purchase, at once: nothing is cached', async (_name, vendor) => {
    const before = of((await report()).items, vendor.source);
    const { id } = await freshAsset(gateway, vendor);
    const bought = await buy(gateway, { assetId: id, licenseType: vendor.licenseType, idempotencyKey: `entitled-${id}` });
    expect(bought.__typename).toBe('LicenseGranted');
    const after = of((await report()).items, vendor.source);
    const changed = before.filter(({ key, remaining }) => after.find((item) => item.key === key)?.remaining !== remaining);
    expect(changed.length).toBeGreaterThan(0);
    for (const { key, remaining } of changed)
      expect(after.find((item) => item.key === key)?.remaining).toBeLessThan(remaining as number);
  });

  it('of the sources asked for alone are asked for; one that is not configured is skipped and says so', async () => {
    await simulators.resetCounts('adobe-stock');
    const { items, sources } = await report(['GETTY_IMAGES', 'PHOTOSHELTER', 'GETTY_IMAGES']);
    expect(sources.map(({ source, state }) => `${source} ${state}`)).toEqual(['GETTY_IMAGES OK', 'PHOTOSHELTER SKIPPED']);
    expect(new Set(items.map(({ source }) => source))).toEqual(new Set(['GETTY_IMAGES']));
    expect((await simulators.counts('adobe-stock'))['member-profile'] ?? 0).toBe(0);
    const env = Object.fromEntries(Object.entries(simulators.env).filter(([name]) => name.startsWith('ADOBE')));
    const small = await startGateway({ env });
    try {
      expect(statesOf(await report(null, 'licensor', small))).toEqual({ ADOBE_STOCK: 'OK' });
      const asked = await report(['ADOBE_STOCK', 'GETTY_IMAGES'], 'licensor', small);
      expect(asked.sources[1]).toMatchObject({ state: 'SKIPPED', error: { message: expect.stringMatching(/not configured/) } });
    } finally {
      await small.stop();
    }
  });
});

describe('a source that is down', () => {
  it.each([
    ['answers 500', 'FAILED', { kind: 'status', status: 500, body: `{"message":"${SECRET_MARKER}"}` }],
    ['resets', 'FAILED', { kind: 'reset-before' }],
    ['answers nonsense', 'FAILED', { kind: 'foreign' }],
    ['does not answer', 'TIMEOUT', { kind: 'never' }],
    ['answers 429', 'RATE_LIMITED', { kind: 'status', status: 429, body: '{}', headers: { 'retry-after': '60' } }],
  ] as const)('and %s is %s; the others are there, in time', async (_name, state, fault) => {
    const healthy = figures(of((await report()).items, 'ADOBE_STOCK'));
    await simulators.addFault('getty-images', { endpoint: '*', ...fault });
    const startedAt = Date.now();
    const { items, sources } = await report();
    expect(Date.now() - startedAt).toBeLessThan(4_000);
    expect(statesOf({ sources })).toMatchObject({ ADOBE_STOCK: 'OK', GETTY_IMAGES: state });
    expect(figures(items)).toEqual(healthy);
    const failed = sources.find(({ source }) => source === 'GETTY_IMAGES');
    expect(failed).toMatchObject({
      totalCount: null,
      error: { retryable: true, message: expect.stringMatching(/Getty Images/) },
    });
    expect(JSON.stringify(sources)).not.toContain(SECRET_MARKER);
    await simulators.clearFaults('getty-images');
    // A 429 may ask for a pause of its own.
    if (state !== 'RATE_LIMITED') await eventually(report, (now) => statesOf(now).GETTY_IMAGES === 'OK');
  });
});

describe('who may read them', () => {
  it.each(['licensor', 'approver', 'auditor', 'admin'])('%s', async (caller) => {
    expect(statesOf(await report(['ADOBE_STOCK'], caller))).toEqual({ ADOBE_STOCK: 'OK' });
  });

  it.each(['viewer', 'requester', 'distributor'])('not %s, and no source is asked', async (caller) => {
    await simulators.resetCounts('adobe-stock');
    const { data, errors } = await gateway.query(caller, QUERY);
    expect([data.entitlements, errors[0]?.extensions.code]).toEqual([null, 'FORBIDDEN']);
    expect((await simulators.counts('adobe-stock'))['member-profile'] ?? 0).toBe(0);
  });
});
