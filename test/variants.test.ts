/** Variants of an asset by market, language and campaign: what is named, which one is picked, and why. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { assetIdOf, parseGlobalId } from '../src/domain/ids.js';
import { termList } from '../src/domain/rights.js';
import { putLicense } from './support/alerts.js';
import { type Gateway, type GraphqlAnswer, startGateway } from './support/gateway.js';
import { ADOBE, freshAsset, GETTY } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';

let simulators: Simulators;
let gateway: Gateway;
let keys = 0;
let base: string;
let german: string;
let american: string;
let worldwide: string;
let getty: string;

beforeAll(async () => {
  simulators = await startSimulators({ only: ['adobe-stock', 'getty-images'] });
  gateway = await startGateway({ env: { ...simulators.env, ASSET_CACHE_TTL_SECONDS: '0' } });
  [base, german, american, worldwide] = (await Promise.all([1, 2, 3, 4].map(() => freshAsset(gateway, ADOBE)))).map(
    ({ id }) => id,
  ) as [string, string, string, string];
  getty = (await freshAsset(gateway, GETTY)).id;
});
afterAll(async () => {
  await gateway?.stop();
  await simulators?.stop();
});

interface Named {
  readonly assetId: string;
  readonly market: string;
  readonly language?: string;
  readonly campaign?: string;
}

const SET = `mutation($input: SetAssetVariantsInput!) { setAssetVariants(input: $input) { __typename
  ... on SetAssetVariantsPayload { replayed asset { id } variants { market language campaign asset { id } } }
  ... on InvalidRequest { problems { path code } } ... on IdempotencyConflict { message } } }`;
const set = (
  assetId: string,
  variants: readonly Named[],
  caller = 'distributor',
  key = `variants-${keys++}`,
): Promise<GraphqlAnswer> => gateway.query(caller, SET, { input: { assetId, variants, idempotencyKey: key } });

const CHOOSE = `query($assetId: ID!, $market: String!, $language: String, $campaign: String) {
  variantFor(assetId: $assetId, market: $market, language: $language, campaign: $campaign) {
    asset { id } matched message fallback { step market language campaign assetId matched why } } }`;
const ask = (assetId: string, market: string, language?: string, campaign?: string): Promise<GraphqlAnswer> =>
  gateway.query('viewer', CHOOSE, { assetId, market, language, campaign });
const choose = async (...question: Parameters<typeof ask>) => {
  const { data, errors } = await ask(...question);
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data.variantFor;
};
const chosen = async (...question: Parameters<typeof ask>): Promise<string | null> =>
  (await choose(...question)).asset?.id ?? null;
const newAsset = async (): Promise<string> => (await freshAsset(gateway, ADOBE)).id;

describe('the variants of an asset', () => {
  it('are replaced as a whole, shown with the asset, kept in the trail, and a repeated call changes nothing', async () => {
    const first = [{ assetId: german, market: 'DE', language: 'de' }];
    const list = [
      { assetId: german, market: 'AT', language: 'DE-at', campaign: ' spring ' },
      { assetId: getty, market: 'WORLD' },
    ];
    const asset = await newAsset();
    expect((await set(asset, first, 'licensor', 'one')).data.setAssetVariants).toMatchObject({ replayed: false });
    const { data } = await set(asset, list, 'distributor', 'two');
    const shown = [
      { market: 'AT', language: 'de-AT', campaign: 'spring', asset: { id: german } },
      { market: 'WORLD', language: null, campaign: null, asset: { id: getty } },
    ];
    expect(data.setAssetVariants).toEqual({
      __typename: 'SetAssetVariantsPayload',
      replayed: false,
      asset: { id: asset },
      variants: shown,
    });
    const replay = (await set(asset, first, 'licensor', 'one')).data.setAssetVariants;
    expect(replay).toMatchObject({ replayed: true, variants: [{ market: 'DE', language: 'de', asset: { id: german } }] });
    expect((await set(asset, list, 'licensor', 'one')).data.setAssetVariants.__typename).toBe('IdempotencyConflict');
    const read = await gateway.query(
      'viewer',
      'query($id: ID!) { asset(id: $id) { variants { market language campaign asset { id } } } }',
      {
        id: asset,
      },
    );
    expect(read.data.asset.variants).toEqual(shown);
    const events = await gateway.database.query(
      "select actor, data->'replaced' as replaced, jsonb_array_length(data->'variants') as n from audit_event where action = 'asset.variants_set' and asset_id = $1 order by occurred_at, event_id",
      [asset],
    );
    expect(events).toEqual([
      { actor: 'key:licensor', replaced: 0, n: 1 },
      { actor: 'key:distributor', replaced: 1, n: 2 },
    ]);
    expect((await set(asset, [])).data.setAssetVariants.variants).toEqual([]);
  });

  it('are refused with all that is wrong, and nothing is set', async () => {
    const asset = await newAsset();
    const parsed = parseGlobalId(german);
    if (parsed?.type !== 'Asset') throw new Error('no asset');
    const absent = assetIdOf({ ...parsed.key, externalId: '999999999999' });
    const { data } = await set(asset, [
      { assetId: 'nonsense', market: 'EU' },
      { assetId: german, market: 'DE', language: 'not a language' },
      { assetId: german, market: 'DE' },
      { assetId: american, market: 'DE' },
    ]);
    expect(data.setAssetVariants.problems).toEqual([
      { path: 'variants.0.market', code: 'INVALID' },
      { path: 'variants.0.assetId', code: 'NOT_FOUND' },
      { path: 'variants.1.language', code: 'INVALID' },
      { path: 'variants.3', code: 'DUPLICATE' },
    ]);
    expect((await set(asset, [{ assetId: absent, market: 'DE' }])).data.setAssetVariants.problems).toEqual([
      { path: 'variants.0.assetId', code: 'NOT_FOUND' },
    ]);
    const many = Array.from({ length: 101 }, (_, index) => ({ assetId: german, market: 'DE', campaign: `c${index}` }));
    expect((await set(asset, many)).data.setAssetVariants.problems).toEqual([{ path: 'variants', code: 'TOO_MANY' }]);
    expect((await set(asset, many.slice(1))).data.setAssetVariants.variants).toHaveLength(100);
    expect((await set(asset, [], 'viewer')).errors[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await gateway.database.query('select 1 from asset_variant_list where asset_id = $1', [asset])).length).toBe(1);
  });

  it('of another tenant are not there', async () => {
    expect((await set(base, [{ assetId: german, market: 'DE' }], 'acme/licensor')).data.setAssetVariants.problems).toEqual([
      { path: 'assetId', code: 'NOT_FOUND' },
      { path: 'variants.0.assetId', code: 'NOT_FOUND' },
    ]);
    expect((await gateway.query('acme/viewer', CHOOSE, { assetId: base, market: 'DE' })).data.variantFor).toBeNull();
  });
});

describe('picking a variant', () => {
  it('takes the closest one and says which looks came before', async () => {
    const asset = await newAsset();
    const [exact, spoken, campaign] = [await newAsset(), await newAsset(), await newAsset()];
    await set(asset, [
      { assetId: exact, market: 'AT', language: 'de', campaign: 'spring' },
      { assetId: spoken, market: 'AT', language: 'de' },
      { assetId: campaign, market: 'AT', campaign: 'spring' },
      { assetId: german, market: 'AT' },
      { assetId: getty, market: 'WORLD', language: 'fr' },
      { assetId: worldwide, market: 'WORLD' },
    ]);
    const found = await choose(asset, 'AT', 'de-AT', 'spring');
    expect(found).toMatchObject({ asset: { id: exact }, matched: ['market', 'language', 'campaign'] });
    expect(found.fallback.map((step: Record<string, unknown>) => [step.step, step.language, step.matched, step.assetId])).toEqual(
      [
        ['MARKET_LANGUAGE_CAMPAIGN', 'de-AT', false, null],
        ['MARKET_LANGUAGE_CAMPAIGN', 'de', true, exact],
      ],
    );
    expect(found.fallback[0].why).toBe('No variant is named for AT, de-AT, campaign spring.');
    expect(await chosen(asset, 'AT', 'de')).toBe(spoken);
    expect(await chosen(asset, 'AT', 'fr', 'spring')).toBe(campaign);
    expect(await chosen(asset, 'AT', 'fr', 'winter')).toBe(german);
    expect(await chosen(asset, 'AT')).toBe(german);
    expect(await chosen(asset, 'CH', 'fr-CH')).toBe(getty);
    expect(await choose(asset, 'CH', 'it')).toMatchObject({ asset: { id: worldwide }, matched: ['world'] });
    expect(await chosen(asset, 'WORLD', 'fr')).toBe(getty);
  });

  it('never gives the market DE what is named for US alone', async () => {
    await set(base, [{ assetId: american, market: 'US' }]);
    const found = await choose(base, 'DE', 'de');
    expect(found).toMatchObject({ asset: { id: base }, matched: [] });
    expect(found.fallback.map(({ step }: { step: string }) => step)).toEqual([
      'MARKET_LANGUAGE',
      'MARKET',
      'WORLD_LANGUAGE',
      'WORLD',
      'BASE',
    ]);
    expect(found.message).toContain('nothing on record forbids DE');
    expect(await chosen(base, 'US')).toBe(american);
  });

  it('passes over what its terms keep out of the market, the asset itself as well', async () => {
    const [asset, variant] = [await newAsset(), await newAsset()];
    await set(asset, [{ assetId: variant, market: 'WORLD' }]);
    const only = (market: string) => ({ termKind: 'PERPETUAL' as const, rights: { territories: termList([market], []) } });
    await putLicense(gateway, variant, only('US'));
    expect(await chosen(asset, 'DE')).toBe(asset);
    await putLicense(gateway, asset, only('EU'));
    expect(await choose(asset, 'DE')).toMatchObject({
      asset: { id: asset },
      message: expect.stringContaining('its terms allow DE'),
    });
    const nothing = await choose(asset, 'JP');
    expect(nothing).toMatchObject({ asset: null, matched: [] });
    expect(nothing.fallback.map(({ step, assetId, matched }: Record<string, unknown>) => [step, assetId, matched])).toEqual([
      ['MARKET', null, false],
      ['WORLD', variant, false],
      ['BASE', asset, false],
    ]);
    expect(nothing.fallback[2].why).toBe('The asset itself is kept out of JP by its terms on record.');
    expect(await chosen(asset, 'US')).toBe(variant);
  });

  it('passes over what cannot be read or is gone, and says so', async () => {
    const asset = await newAsset();
    await set(asset, [
      { assetId: getty, market: 'DE' },
      { assetId: worldwide, market: 'WORLD' },
    ]);
    await simulators.addFault('getty-images', { endpoint: '*', kind: 'status', status: 503 });
    const found = await choose(asset, 'DE');
    await simulators.clearFaults('getty-images');
    expect(found.asset.id).toBe(worldwide);
    expect(found.fallback[0]).toMatchObject({
      step: 'MARKET',
      matched: false,
      why: expect.stringContaining('cannot be read now'),
    });
    const parsed = parseGlobalId(worldwide);
    if (parsed?.type !== 'Asset') throw new Error('no asset');
    const absent = assetIdOf({ ...parsed.key, externalId: '999999999999' });
    await gateway.database.query("update asset_variant set variant_asset_id = $1 where asset_id = $2 and market = 'DE'", [
      absent,
      asset,
    ]);
    const next = await choose(asset, 'DE');
    expect(next.asset.id).toBe(worldwide);
    expect(next.fallback[0].why).toContain('is not at its source any more');
  });

  it('from a variant goes by the list of the asset that it stands for, unless it has one of its own', async () => {
    const [asset, variant, own] = [await newAsset(), await newAsset(), await newAsset()];
    await set(asset, [
      { assetId: variant, market: 'DE' },
      { assetId: american, market: 'US' },
    ]);
    expect(await chosen(variant, 'US')).toBe(american);
    expect(await chosen(variant, 'FR')).toBe(asset);
    await set(variant, [{ assetId: own, market: 'US' }]);
    expect(await chosen(variant, 'US')).toBe(own);
  });

  it('of what is no asset, in no market or no language is refused; of an asset that is gone there is nothing', async () => {
    for (const [id, market, language] of [
      ['nonsense', 'DE', undefined],
      [base, 'de', undefined],
      [base, 'EU', undefined],
      [base, 'DE', 'nonsense!'],
    ] as const)
      expect((await ask(id, market, language)).errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    const parsed = parseGlobalId(base);
    if (parsed?.type !== 'Asset') throw new Error('no asset');
    expect(await choose(assetIdOf({ ...parsed.key, externalId: '999999999998' }), 'DE')).toBeNull();
  });
});
