/** What a license would cost, before it: in its four outcomes, asked for once each, and held to when it was agreed to. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { buildAsset } from '../simulators/adobe-stock/asset.js';
import { type Gateway, startGateway } from './support/gateway.js';
import { ADOBE, assetNamed, booked, buy, freshAsset, GETTY, operationRow, QUOTE, spends } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';

let simulators: Simulators;
let gateway: Gateway;

beforeAll(async () => {
  simulators = await startSimulators({ only: [ADOBE.simulator, GETTY.simulator] });
  gateway = await startGateway({ env: simulators.env });
});
afterAll(async () => {
  await gateway?.stop();
  await simulators?.stop();
});
beforeEach(async () => {
  await simulators.action(ADOBE.simulator, 'set-account', { kind: 'enterprise-universal' });
  for (const { simulator } of [ADOBE, GETTY]) await simulators.clearFaults(simulator);
});

const quoteOf = async (assetId: string, args = '', caller = 'viewer') => {
  const { data, errors } = await gateway.query(caller, `query($id: ID!) { asset(id: $id) { quote${args} { ${QUOTE} } } }`, {
    id: assetId,
  });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data.asset.quote;
};

describe('a quote of Adobe Stock', () => {
  it('within the allowance tells units, what is left, and the words in the language asked for', async () => {
    await simulators.action(ADOBE.simulator, 'set-quota', { quota: 120 });
    const asset = await freshAsset(gateway, ADOBE);
    const quote = await quoteOf(asset.id, '(licenseType: "Extended")');
    expect(quote).toMatchObject({
      __typename: 'QuoteWithinEntitlement',
      licenseType: 'Extended',
      units: 2,
      remaining: 120,
      requiredReferences: [],
      alreadyHeld: null,
    });
    expect(quote.message).toContain('120');
    expect(quote.fingerprint).toMatch(/^v1:sha256:[0-9a-f]{64}$/);
    const german = await quoteOf(asset.id, '(licenseType: "Extended", locale: "de-DE")');
    expect(german.message).not.toBe(quote.message);
    expect(german.fingerprint).toBe(quote.fingerprint);
  });

  it('beyond the allowance tells the price where the words name one, and null where they do not', async () => {
    await simulators.action(ADOBE.simulator, 'set-account', { kind: 'consumer-overage' });
    const asset = await freshAsset(gateway, ADOBE);
    const quotes = [];
    for (const locale of ['en-US', 'de-DE', 'ja-JP']) quotes.push(await quoteOf(asset.id, `(locale: "${locale}")`));
    for (const quote of quotes) expect(quote.__typename).toBe('QuoteOverage');
    const prices = quotes.map(({ price }) => price);
    expect(prices.some((price) => price !== null)).toBe(true);
    for (const [index, price] of prices.entries())
      if (price !== null) expect(quotes[index].message.replace(',', '.')).toContain(String(Number(price.amount)));
  });

  it('with checkout names the address, and one that the plan does not cover is refused in the source’s words', async () => {
    await simulators.action(ADOBE.simulator, 'set-account', { kind: 'consumer-checkout' });
    const asset = await freshAsset(gateway, ADOBE);
    expect(await quoteOf(asset.id)).toMatchObject({ __typename: 'QuoteCheckoutRequired', url: expect.stringMatching(/^http/) });
    await simulators.action(ADOBE.simulator, 'set-account', { kind: 'no-credits' });
    const refused = await quoteOf(asset.id);
    expect(['QuoteUnavailable', 'QuoteCheckoutRequired']).toContain(refused.__typename);
    await simulators.action(ADOBE.simulator, 'set-account', { kind: 'enterprise-standard' });
    const video = [...Array(2_000).keys()].map((k) => buildAsset(k)).find(({ kind }) => kind === 'video');
    const { id } = await assetNamed(gateway, 'ADOBE_STOCK', String(video?.id));
    const blocked = await quoteOf(id);
    expect(blocked).toMatchObject({ __typename: 'QuoteUnavailable', reason: 'REFUSED_BY_SOURCE', licenseType: 'Video_HD' });
    expect(blocked.message.length).toBeGreaterThan(5);
  });

  it('tells the references that the account demands, before the purchase asks for them', async () => {
    await simulators.action(ADOBE.simulator, 'set-account', { kind: 'references-required' });
    const asset = await freshAsset(gateway, ADOBE);
    expect((await quoteOf(asset.id)).requiredReferences).toEqual([
      { key: '2', label: 'Project', required: true },
      { key: '4', label: 'Client', required: false },
    ]);
    const input = { assetId: asset.id, licenseType: 'Standard', idempotencyKey: 'with references' };
    expect(await buy(gateway, input)).toMatchObject({ problems: [{ path: 'references', code: 'REQUIRED' }] });
    expect(await spends(simulators, ADOBE, asset.externalId)).toBe(0);
    const references = [{ key: '2', value: 'Campaign 7' }];
    expect((await buy(gateway, { ...input, references })).__typename).toBe('LicenseGranted');
    const [sent] = (await simulators.journal(ADOBE.simulator)).filter(
      ({ endpoint, query }) => endpoint === ADOBE.spend && query.includes(asset.externalId),
    );
    expect(sent?.method).toBe('POST');
    expect(JSON.parse(sent?.body ?? '')).toEqual({ cce_agency: [{ id: '2', value: 'Campaign 7' }] });
  });

  it('of a license that is held tells that in place of a price, and asks nobody', async () => {
    const asset = await freshAsset(gateway, ADOBE);
    const bought = await buy(gateway, { assetId: asset.id, licenseType: 'Standard', idempotencyKey: 'held for quote' });
    await simulators.resetCounts(ADOBE.simulator);
    const quote = await quoteOf(asset.id, '(licenseType: "Standard")');
    expect(quote).toMatchObject({ __typename: 'QuoteWithinEntitlement', units: 0, alreadyHeld: { id: bought.license.id } });
    expect((await simulators.counts(ADOBE.simulator))['member-profile']).toBe(0);
    const again = await quoteOf(asset.id, '(licenseType: "Standard", again: true)');
    expect(again).toMatchObject({ __typename: 'QuoteWithinEntitlement', alreadyHeld: null });
    expect(again.fingerprint).not.toBe(quote.fingerprint);
  });
});

describe('a quote of Getty Images', () => {
  it('names the product’s allowance and what it asks for', async () => {
    const requirements = { is_note_required: true, is_project_code_required: true, project_codes: ['ONE', 'TWO'] };
    await simulators.action(GETTY.simulator, 'set-account', { products: [{ id: 3101, download_requirements: requirements }] });
    await simulators.action(GETTY.simulator, 'set-quota', { productId: 3101, remaining: 33 });
    const asset = await freshAsset(gateway, GETTY);
    const quote = await quoteOf(asset.id, '(licenseType: "premiumaccess")');
    expect(quote).toMatchObject({ __typename: 'QuoteWithinEntitlement', units: 1, remaining: 33 });
    expect(quote.requiredReferences).toEqual(
      expect.arrayContaining([
        { key: 'project_code', label: expect.stringContaining('ONE'), required: true },
        { key: 'download_notes', label: expect.any(String), required: true },
      ]),
    );
    const none = { is_note_required: false, is_project_code_required: false, project_codes: [] };
    await simulators.action(GETTY.simulator, 'set-account', { products: [{ id: 3101, download_requirements: none }] });
    await simulators.action(GETTY.simulator, 'set-quota', { productId: 3101, remaining: 0, overageRemaining: 2 });
    expect((await quoteOf(asset.id, '(licenseType: "premiumaccess")')).__typename).toBe('QuoteOverage');
    await simulators.action(GETTY.simulator, 'set-quota', { productId: 3101, remaining: 0, overageRemaining: 0 });
    expect(await quoteOf(asset.id, '(licenseType: "premiumaccess")')).toMatchObject({ reason: 'REFUSED_BY_SOURCE' });
    await simulators.action(GETTY.simulator, 'set-quota', { productId: 3101, remaining: 400 });
  });
});

describe('a page of quotes', () => {
  it('asks each distinct question once', async () => {
    const adobe = await Promise.all(Array.from({ length: 10 }, () => freshAsset(gateway, ADOBE)));
    const getty = await Promise.all(Array.from({ length: 10 }, () => freshAsset(gateway, GETTY)));
    await simulators.resetCounts(ADOBE.simulator);
    await simulators.resetCounts(GETTY.simulator);
    const { data, errors } = await gateway.query(
      'viewer',
      `query($ids: [ID!]!) { assets(ids: $ids) { first: quote { ${QUOTE} } second: quote { __typename } } }`,
      { ids: [...adobe, ...getty].map(({ id }) => id) },
    );
    expect(errors).toEqual([]);
    for (const { first } of data.assets) expect(first.__typename).toBe('QuoteWithinEntitlement');
    const counts = await simulators.counts(ADOBE.simulator);
    expect(counts).toMatchObject({ 'member-profile': adobe.length, 'content-license': 0 });
    const gettyCounts = await simulators.counts(GETTY.simulator);
    expect(gettyCounts).toMatchObject({ products: 1, 'image-downloadhistory': getty.length, 'download-image': 0 });
  });

  it('answers for as many as fit the source’s limit before the deadline, and says of the rest that they did not', async () => {
    const slow = await startGateway({ env: { ...simulators.env, ADOBE_STOCK_MAX_RPS: '5', SEARCH_DEADLINE_MS: '2500' } });
    try {
      const assets = await Promise.all(Array.from({ length: 40 }, () => freshAsset(gateway, ADOBE)));
      const refs = assets.map(({ externalId }) => ({ source: 'ADOBE_STOCK', externalId }));
      const startedAt = Date.now();
      const { data } = await slow.query(
        'viewer',
        `query($refs: [AssetRef!]!) { assetsByExternalId(refs: $refs) { quote { ${QUOTE} } } }`,
        { refs },
      );
      expect(Date.now() - startedAt).toBeLessThan(4_000);
      const kinds = data.assetsByExternalId.map((asset: { quote: { __typename: string; reason?: string } }) =>
        asset.quote.__typename === 'QuoteUnavailable' ? asset.quote.reason : asset.quote.__typename,
      );
      expect(new Set(kinds)).toEqual(new Set(['QuoteWithinEntitlement', 'RATE_LIMITED']));
    } finally {
      await slow.stop();
    }
  });

  it('dims the quotes of a source that fails, and nothing else', async () => {
    const [adobe, getty] = [await freshAsset(gateway, ADOBE), await freshAsset(gateway, GETTY)];
    await simulators.addFault(ADOBE.simulator, { endpoint: 'member-profile', kind: 'status', status: 500, body: 'no' });
    const { data, errors } = await gateway.query(
      'viewer',
      `query($ids: [ID!]!) { assets(ids: $ids) { id quote { ${QUOTE} } } }`,
      {
        ids: [adobe.id, getty.id],
      },
    );
    expect(errors).toEqual([]);
    expect(data.assets[0].quote).toMatchObject({ __typename: 'QuoteUnavailable', reason: 'SOURCE_UNAVAILABLE' });
    expect(data.assets[1].quote.__typename).toBe('QuoteWithinEntitlement');
  });
});

describe('a purchase on terms that were agreed to', () => {
  it('goes through on the quote that was expected', async () => {
    const asset = await freshAsset(gateway, ADOBE);
    const { fingerprint } = await quoteOf(asset.id, '(licenseType: "Standard")');
    const input = { assetId: asset.id, licenseType: 'Standard', idempotencyKey: 'as quoted', expectedQuote: fingerprint };
    expect((await buy(gateway, input)).__typename).toBe('LicenseGranted');
  });

  it('is refused when the allowance has run out since, spending nothing and keeping its key free', async () => {
    const asset = await freshAsset(gateway, GETTY);
    const { fingerprint } = await quoteOf(asset.id, '(licenseType: "premiumaccess")');
    await simulators.action(GETTY.simulator, 'set-quota', { productId: 3101, remaining: 0, overageRemaining: 2 });
    const input = { assetId: asset.id, licenseType: 'premiumaccess', idempotencyKey: 'changed', acceptOverage: true };
    const changed = await buy(gateway, { ...input, expectedQuote: fingerprint });
    expect(changed).toMatchObject({ __typename: 'QuoteChanged', current: { __typename: 'QuoteOverage' } });
    expect(changed.current.fingerprint).not.toBe(fingerprint);
    expect(await spends(simulators, GETTY, asset.externalId)).toBe(0);
    expect(await operationRow(gateway, 'changed')).toMatchObject({ state: 'REJECTED', key_bound: false });
    const agreed = await buy(gateway, { ...input, expectedQuote: changed.current.fingerprint });
    expect(agreed.__typename).toBe('LicenseGranted');
    await simulators.action(GETTY.simulator, 'set-quota', { productId: 3101, remaining: 400 });
  });

  it('goes through on a quote that was read in another language', async () => {
    await simulators.action(ADOBE.simulator, 'set-account', { kind: 'consumer-overage' });
    const asset = await freshAsset(gateway, ADOBE);
    const quotes = await Promise.all(['en-US', 'de-DE', 'ja-JP'].map((locale) => quoteOf(asset.id, `(locale: "${locale}")`)));
    expect(new Set(quotes.map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect(quotes[1]?.message).not.toBe(quotes[0]?.message);
    const input = { assetId: asset.id, licenseType: 'Standard', idempotencyKey: 'in German', acceptOverage: true };
    expect((await buy(gateway, { ...input, expectedQuote: quotes[1]?.fingerprint })).__typename).toBe('LicenseGranted');
  });

  it('is refused above maxPrice, in another currency, and where no price is stated', async () => {
    await simulators.action(ADOBE.simulator, 'set-account', { kind: 'consumer-overage' });
    const asset = await freshAsset(gateway, ADOBE);
    const { price } = await quoteOf(asset.id, '(locale: "en-US")');
    const input = { assetId: asset.id, licenseType: 'Standard', idempotencyKey: 'max', acceptOverage: true };
    for (const maxPrice of [
      { amount: '0.01', currency: price?.currency ?? 'USD' },
      { amount: '9999', currency: 'JPY' },
    ])
      expect((await buy(gateway, { ...input, maxPrice })).__typename).toBe('QuoteChanged');
    expect(await booked(simulators, ADOBE, asset.externalId)).toEqual([]);
    const getty = await freshAsset(gateway, GETTY);
    await simulators.action(GETTY.simulator, 'set-quota', { productId: 3101, remaining: 0, overageRemaining: 2 });
    const unpriced = await buy(gateway, {
      assetId: getty.id,
      licenseType: 'premiumaccess',
      idempotencyKey: 'max of nothing',
      acceptOverage: true,
      maxPrice: { amount: '100', currency: 'EUR' },
    });
    expect(unpriced).toMatchObject({ __typename: 'QuoteChanged', current: { price: null } });
    await simulators.action(GETTY.simulator, 'set-quota', { productId: 3101, remaining: 400 });
  });
});

describe('bad input to a quote', () => {
  it('names what is wrong', async () => {
    const asset = await freshAsset(gateway, ADOBE);
    expect(await quoteOf(asset.id, '(licenseType: "Platinum")')).toMatchObject({ reason: 'UNKNOWN_LICENSE_TYPE' });
    const { errors } = await gateway.query('viewer', `{ asset(id: "${asset.id}") { quote(locale: "!!") { __typename } } }`);
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});
