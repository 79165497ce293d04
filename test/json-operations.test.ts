/** JSON over HTTP: each named operation answers as documented, and says by its status what went wrong; the engine behind it is the one of /graphql. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { assetIdOf, parseGlobalId } from '../src/domain/ids.js';
import { DAY_MS, putLicense } from './support/alerts.js';
import { eventually, type Gateway, startGateway } from './support/gateway.js';
import { call, type JsonAnswer, purchase, type Sent } from './support/json-operations.js';
import { ADOBE, type BoughtAsset, booked, freshAsset, GETTY } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';
import { ON_THE_WEB, openShelf, type Shelf, type UsableLicense } from './support/usage.js';

const WEB = { channel: 'web', purpose: 'EDITORIAL', territories: ['DE'] };

let simulators: Simulators;
let gateway: Gateway;
let shelf: Shelf;
let asset: BoughtAsset;
let license: UsableLicense;

beforeAll(async () => {
  simulators = await startSimulators({ only: ['adobe-stock', 'getty-images'] });
  gateway = await startGateway({
    env: {
      ...simulators.env,
      TERM_WATCH_INTERVAL_MS: '100',
    },
  });
  shelf = openShelf(gateway);
  asset = await freshAsset(gateway, ADOBE);
  license = await shelf.license({ externalId: GETTY.next() });
});
afterAll(async () => {
  await shelf?.close();
  await gateway?.stop();
  await simulators?.stop();
});

const ok = async (name: string, variables: object, sent: Sent = {}): Promise<JsonAnswer['data']> => {
  const answer = await call(gateway, name, variables, sent);
  expect([name, answer.status, answer.errors]).toEqual([name, 200, []]);
  expect(Object.keys(JSON.parse(answer.text))).toEqual(['data']);
  return answer.data;
};

describe('every operation answers as the document says', () => {
  it('search-assets, whose second page continues the first', async () => {
    const first = (await ok('search-assets', { text: 'harbour', first: 4 })).searchAssets;
    expect(first.edges).toHaveLength(4);
    const { endCursor } = first.pageInfo;
    const filter = { sources: ['ADOBE_STOCK'], kinds: ['PHOTO'], usableFor: { channel: 'web' } };
    const second = (await ok('search-assets', { text: 'harbour', first: 4, after: endCursor })).searchAssets;
    const idsOf = (page: typeof first) => page.edges.map((edge: { node: { id: string } }) => edge.node.id);
    expect(idsOf(second).filter((id: string) => idsOf(first).includes(id))).toEqual([]);
    await ok('search-assets', { text: 'harbour', first: 4, sort: 'NEWEST', filter });
  });

  it('get-asset, also of what does not exist', async () => {
    expect((await ok('get-asset', { id: asset.id })).asset).toMatchObject({ id: asset.id, source: 'ADOBE_STOCK' });
    expect((await ok('get-asset', { id: license.assetId })).asset.activeLicense).toMatchObject({ id: license.id });
    const key = parseGlobalId(asset.id);
    if (key?.type !== 'Asset') throw new Error('no asset');
    expect(await ok('get-asset', { id: assetIdOf({ ...key.key, externalId: '999999999999' }) })).toEqual({ asset: null });
  });

  it('can-use, in all three verdicts', async () => {
    const verdict = async (assetId: string, use: object) => (await ok('can-use', { assetId, use })).canUse.verdict;
    expect(await verdict(license.assetId, WEB)).toBe('ALLOWED');
    expect(await verdict(license.assetId, { ...WEB, channel: 'print' })).toBe('DENIED');
    const silent = { territories: { allowed: [], restricted: [], known: false } };
    const vague = await shelf.license({ externalId: GETTY.next(), rights: silent });
    expect(await verdict(vague.assetId, WEB)).toBe('UNKNOWN');
  });

  it('quote-asset, license-asset, relicense-asset, license-operation: one road', async () => {
    const { quote } = (await ok('quote-asset', { assetId: asset.id, licenseType: ADOBE.licenseType, locale: 'de-DE' })).asset;
    expect(quote.__typename).toBe('QuoteWithinEntitlement');
    const input = { ...purchase('road-1', asset.id).input, expectedQuote: quote.fingerprint, allocation: { costCenter: '4711' } };
    expect((await ok('license-asset', { input })).licenseAsset).toMatchObject({ __typename: 'LicenseGranted', replayed: false });
    expect((await ok('license-asset', { input })).licenseAsset).toMatchObject({ __typename: 'LicenseGranted', replayed: true });
    const other = { ...input, allocation: { costCenter: '4712' } };
    expect((await ok('license-asset', { input: other })).licenseAsset.__typename).toBe('IdempotencyConflict');
    const held = (await ok('license-asset', purchase('road-2', asset.id))).licenseAsset;
    expect(held.__typename).toBe('LicenseAlreadyHeld');
    const stale = { ...purchase('road-3', (await freshAsset(gateway, ADOBE)).id).input, expectedQuote: quote.fingerprint };
    expect((await ok('license-asset', { input: stale })).licenseAsset.__typename).toBe('QuoteChanged');
    const again = { ...purchase('road-4', asset.id).input, reason: 'A second print run' };
    const further = (await ok('relicense-asset', { input: again })).relicenseAsset;
    expect(further).toMatchObject({ __typename: 'LicenseGranted', license: { supersedes: { id: held.license.id } } });
    const byKey = (await ok('license-operation', { idempotencyKey: 'road-4' })).licenseOperation;
    expect(byKey).toMatchObject({ state: 'CONFIRMED', operationKind: 'RELICENSE', outcome: { __typename: 'LicenseGranted' } });
    expect((await ok('license-operation', { id: byKey.id })).licenseOperation.id).toBe(byKey.id);
    expect(await ok('license-operation', { idempotencyKey: 'never used' })).toEqual({ licenseOperation: null });
    expect((await ok('license-asset', purchase('road-5', 'nonsense'))).licenseAsset.__typename).toBe('InvalidRequest');
  });

  it('license-asset while the answer is lost, settled by asking again', async () => {
    const { id } = await freshAsset(gateway, ADOBE);
    await simulators.addFault('adobe-stock', { endpoint: ADOBE.spend, kind: 'reset-after', times: 1 });
    expect((await ok('license-asset', purchase('lost', id))).licenseAsset.__typename).toBe('LicensePending');
    await eventually(
      async () => (await ok('license-operation', { idempotencyKey: 'lost' })).licenseOperation.state,
      (state) => state === 'CONFIRMED',
    );
  });

  it('record-usage', async () => {
    const input = { licenseId: license.id, use: ON_THE_WEB, idempotencyKey: 'use-1', reference: 'issue 7' };
    expect((await ok('record-usage', { input })).recordUsage).toMatchObject({ replayed: false, usage: { violation: false } });
    const sent = { licenseId: 'nothing', use: ON_THE_WEB, idempotencyKey: 'use-2' };
    expect((await ok('record-usage', { input: sent })).recordUsage.__typename).toBe('InvalidRequest');
  });

  it('state-terms and record-renewal', async () => {
    const terms = {
      validUntil: '2030-01-01T00:00:00.000Z',
      limits: [{ unit: 'displays', max: 5000 }],
      channels: { allowed: ['web'] },
    };
    const stated = await ok('state-terms', { input: { licenseId: license.id, terms, idempotencyKey: 'terms-1', note: '12/7' } });
    expect(stated.stateTerms.license.rights).toMatchObject({ termKind: 'FIXED', validUntil: '2030-01-01T00:00:00.000Z' });
    const renewal = { licenseId: license.id, system: 'erp', reference: 'r-1', terms: { validUntil: '2031-01-01T00:00:00.000Z' } };
    const renewed = (await ok('record-renewal', { input: { ...renewal, idempotencyKey: 'renewal-1' } })).recordRenewal;
    expect(renewed.license.rights.limits).toMatchObject([{ unit: 'displays', max: 5000 }]);
    expect((await ok('record-renewal', { input: { ...renewal, idempotencyKey: 'renewal-2' } })).recordRenewal.replayed).toBe(
      true,
    );
  });

  it('list-licenses, list-audit-events, entitlements', async () => {
    const licenses = (await ok('list-licenses', { filter: { sources: ['ADOBE_STOCK'] }, first: 1 })).licenses;
    expect(licenses).toMatchObject({ edges: [{ node: { source: 'ADOBE_STOCK' } }], pageInfo: { hasNextPage: true } });
    const events = (await ok('list-audit-events', { filter: { actions: ['license.granted'] } })).auditEvents;
    expect(events.edges.length).toBeGreaterThanOrEqual(2);
    const { items } = (await ok('entitlements', {})).entitlements;
    expect(items.length).toBeGreaterThan(0);
    await ok('list-licenses', {});
    await ok('list-audit-events', {});
  });

  it('list-alerts and acknowledge-alert', async () => {
    const ending = await putLicense(gateway, asset.id, { termKind: 'FIXED', until: Date.now() + 10 * DAY_MS });
    const variables = { filter: { licenseId: ending.id, states: ['OPEN'] } };
    const alerts = await eventually(
      async () => (await ok('list-alerts', variables)).alerts.edges,
      (edges) => edges.length > 0,
    );
    const alertId = alerts[0].node.id;
    const taken = (await ok('acknowledge-alert', { input: { alertId, note: 'renewing' } })).acknowledgeAlert;
    expect(taken.alert).toMatchObject({ state: 'ACKNOWLEDGED', note: 'renewing' });
    expect((await ok('acknowledge-alert', { input: { alertId: 'x' } })).acknowledgeAlert.__typename).toBe('InvalidRequest');
  });
});

describe('the header Idempotency-Key', () => {
  const buyWith = (key: string, body: string | undefined, assetId: string): Promise<JsonAnswer> =>
    call(gateway, 'license-asset', purchase(body, assetId), { headers: { 'idempotency-key': key } });

  it('is the key where the body has none, and means the same as in the body', async () => {
    const { id, externalId } = await freshAsset(gateway, ADOBE);
    const first = await buyWith('header 1', undefined, id);
    expect(first.data.licenseAsset).toMatchObject({ replayed: false, operation: { idempotencyKey: 'header 1' } });
    for (const again of [await buyWith('header 1', undefined, id), await buyWith('header 1', 'header 1', id)])
      expect(again.data.licenseAsset).toMatchObject({ __typename: 'LicenseGranted', replayed: true });
    expect((await call(gateway, 'license-asset', purchase('header 1', id))).data.licenseAsset.replayed).toBe(true);
    expect(await booked(simulators, ADOBE, externalId)).toHaveLength(1);
  });

  it('is refused where the body has another, or where it cannot be the same text for everybody', async () => {
    const { id } = await freshAsset(gateway, ADOBE);
    for (const answer of [await buyWith('one', 'two', id), await buyWith('Schlüssel', undefined, id)]) {
      expect(answer.status).toBe(400);
      expect(answer.errors).toMatchObject([{ extensions: { path: 'input.idempotencyKey' } }]);
    }
    expect(await ok('license-operation', { idempotencyKey: 'one' })).toEqual({ licenseOperation: null });
  });

  it('is needed if the body has none, and nothing to an operation without a key', async () => {
    const answer = await call(gateway, 'license-asset', purchase(undefined, asset.id));
    expect([answer.status, answer.errors[0].message]).toEqual([400, expect.stringMatching(/idempotencyKey/)]);
    await ok('get-asset', { id: asset.id }, { headers: { 'idempotency-key': 'whatever' } });
  });
});

describe('what there is', () => {
  const get = async (
    of: Gateway,
    path: string,
    caller: string | null,
  ): Promise<{ status: number; body: Record<string, unknown> }> => {
    const headers: Record<string, string> = caller === null ? {} : { 'x-api-key': of.keyOf(caller) };
    const response = await fetch(`${of.url}${path}`, { headers });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('is listed, with a document that is the committed one', async () => {
    const { status, body } = await get(gateway, '/operations', null);
    expect(status).toBe(200);
    expect(body.operations).toContainEqual(
      expect.objectContaining({ name: 'license-asset', method: 'POST', kind: 'mutation', takesIdempotencyKey: true }),
    );
    const { default: committed } = await import('../docs/openapi.json', { with: { type: 'json' } });
    expect((await get(gateway, '/operations/openapi.json', null)).body).toEqual(committed);
  });

  it('is shown to strangers in development only; with a key everything works when hardened', async () => {
    const hardened = await startGateway({ env: { ...simulators.env, WORKER: 'off', CLEARANCE_MODE: 'hardened' } });
    try {
      for (const path of ['/operations', '/operations/openapi.json']) {
        expect(await get(hardened, path, null)).toMatchObject({
          status: 401,
          body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
        });
        expect((await get(hardened, path, 'viewer')).status).toBe(200);
      }
      const answer = await call(hardened, 'search-assets', { text: 'harbour', first: 2 }, { caller: 'viewer' });
      expect(answer.data.searchAssets.edges).toHaveLength(2);
    } finally {
      await hardened.stop();
    }
  });
});

describe('one engine', () => {
  it('logs and counts an operation as /graphql does, and keeps the request id', async () => {
    const answer = await call(gateway, 'list-alerts', { first: 1 }, { headers: { 'x-request-id': 'json-request-1' } });
    expect(answer.headers.get('x-request-id')).toBe('json-request-1');
    const line = gateway.log
      .map((text) => JSON.parse(text))
      .find(({ requestId, msg }) => requestId === 'json-request-1' && msg === 'graphql');
    expect(line).toMatchObject({ operation: 'ListAlerts', type: 'query', tenant: 'default', caller: 'key:licensor' });
  });

  it('keeps tenants apart', async () => {
    expect(await ok('license-operation', { idempotencyKey: 'road-1' }, { caller: 'acme/licensor' })).toEqual({
      licenseOperation: null,
    });
  });

  it('was surprised by nothing of all this', () => {
    const surprises = gateway.log.map((text) => JSON.parse(text)).filter(({ level }) => level >= 50);
    expect(surprises.map(({ err, msg }) => err?.message ?? msg)).toEqual([]);
  });
});
