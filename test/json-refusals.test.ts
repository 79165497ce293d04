/** Named operations that are refused or fail: the status says which of both, every problem of the variables is told, and nothing is done. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import Fastify from 'fastify';
import { pino } from 'pino';
import { buildGraphqlSchema } from '../src/server/graphql-schema.js';
import { loadOperations } from '../src/server/json-operations.js';
import { registerOperations } from '../src/server/operations.routes.js';
import { complaints } from './support/complaints.js';
import { type Gateway, startGateway } from './support/gateway.js';
import { call, fits, purchase, send } from './support/json-operations.js';
import { ADOBE, type BoughtAsset, freshAsset, GETTY } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';
import { createTestDatabase } from './support/test-database.js';
import { openShelf, type Shelf, type UsableLicense } from './support/usage.js';

let simulators: Simulators;
let gateway: Gateway;
let shelf: Shelf;
let asset: BoughtAsset;
let license: UsableLicense;

beforeAll(async () => {
  simulators = await startSimulators({ only: ['adobe-stock', 'getty-images'] });
  gateway = await startGateway({
    env: { ...simulators.env, WORKER: 'off', ASSET_CACHE_TTL_SECONDS: '0', SEARCH_DEADLINE_MS: '1500' },
  });
  shelf = openShelf(gateway);
  asset = await freshAsset(gateway, ADOBE);
  license = await shelf.license({ externalId: GETTY.next() });
});
afterEach(async () => {
  await simulators.clearFaults('adobe-stock');
  await simulators.clearFaults('getty-images');
});
afterAll(async () => {
  await shelf?.close();
  await gateway?.stop();
  await simulators?.stop();
});

describe('variables that do not fit', () => {
  const problems = async (name: string, variables: object): Promise<Record<string, string>> => {
    const answer = await send(gateway, name, JSON.stringify(variables));
    expect(answer.status).toBe(400);
    expect(fits(name, 'request', variables)).not.toEqual([]);
    complaints(answer);
    return Object.fromEntries(answer.errors.map(({ message, extensions }) => [extensions.path, message]));
  };

  it('are all told at once, each with its path, and nothing is done', async () => {
    const before = await simulators.ledger('adobe-stock');
    const told = await problems('license-asset', {
      input: {
        licenseType: 5,
        maxPrice: { amount: 12.5 },
        references: [{ key: 'a', value: 'b' }, { key: 'c' }],
        terms: { validUntil: 'tomorrow', model: 'FREE' },
        idempotencyKey: 'bad',
        colour: 'red',
      },
      assetId: asset.id,
    });
    expect(Object.keys(told).sort()).toEqual(
      [
        'assetId',
        'input',
        'input.licenseType',
        'input.maxPrice',
        'input.maxPrice.amount',
        'input.references.1',
        'input.terms.model',
        'input.terms.validUntil',
      ].sort(),
    );
    expect(told['input.terms.validUntil']).toMatch(/RFC 3339/);
    expect(told.assetId).toMatch(/not a variable of license-asset: input/);
    expect(await simulators.ledger('adobe-stock')).toEqual(before);
  });

  it.each([
    ['a variable that is missing', 'get-asset', {}, 'id', /required: ID!/],
    ['null where something is needed', 'get-asset', { id: null }, 'id', /not to be null/],
    ['an enum with a wrong word', 'search-assets', { sort: 'CHEAPEST' }, 'sort', /AssetSort/],
    ['a fraction for a whole number', 'search-assets', { first: 1.5 }, 'first', /Int/],
    ['a key of a prototype', 'get-asset', { id: 'x', constructor: 1 }, 'constructor', /not a variable/],
  ])('are complained about: %s', async (_what, name, variables, path, words) => {
    expect(await problems(name, variables)).toEqual({ [path]: expect.stringMatching(words) });
  });

  it('never make the answer large, nor others wait', async () => {
    const sources = Array.from({ length: 40_000 }, () => 'X'.repeat(20));
    const startedAt = performance.now();
    const answer = await send(gateway, 'entitlements', JSON.stringify({ sources }));
    expect(answer.errors).toHaveLength(50);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect((await send(gateway, 'search-assets', JSON.stringify({ sort: 'X'.repeat(500_000) }))).text.length).toBeLessThan(1_000);
  });

  it.each([
    ['no JSON', '{"id":'],
    ['nothing', ''],
    ['a list', '[]'],
    ['a text', '"x"'],
    ['null', 'null'],
    ['a reach for prototypes', '{"__proto__":{"id":"x"}}'],
    ['NUL characters', '{"id":"a\\u0000b"}'],
    ['half characters', '{"id":"\\ud800"}'],
    ['50,000 lists within each other', `{"id":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
    ['a whole GraphQL request', '{"query":"{ viewer { name } }"}'],
  ])('or are %s get a complaint', async (_what, body) => {
    const answer = await send(gateway, 'get-asset', body);
    expect(answer.status).toBe(400);
    complaints(answer);
  });
});

describe('the status', () => {
  it('is 401 for strangers, whatever they send', async () => {
    for (const body of ['{}', '{"id":"x"}', '[]']) {
      const answer = await send(gateway, 'get-asset', body, { caller: null });
      expect([answer.status, answer.errors[0].extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    }
    expect((await send(gateway, 'get-asset', '{}', { caller: null, headers: { 'x-api-key': 'guessed' } })).status).toBe(401);
  });

  it('is 403 for a role that may not', async () => {
    const answer = await call(gateway, 'license-asset', purchase('viewer', asset.id), { caller: 'viewer' });
    expect([answer.status, answer.errors[0].extensions.code, answer.data]).toEqual([403, 'FORBIDDEN', undefined]);
  });

  it('is 404 for an unknown name, and says where the names are', async () => {
    for (const name of ['buy-everything', 'get-asset.graphql', '..%2Fget-asset', '__proto__', 'constructor']) {
      const answer = await send(gateway, name, '{}');
      expect([answer.status, complaints(answer)[0]]).toEqual([404, expect.stringMatching(/GET \/operations/)]);
    }
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('is 405 for %s, with the method that is allowed', async (method) => {
    const answer = await send(gateway, 'get-asset?variables={}', method === 'GET' ? null : '{}', { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    complaints(answer);
  });

  it('is 405 for the list by POST', async () => {
    const response = await fetch(`${gateway.url}/operations`, { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
  });

  it('is 413 for more than a megabyte', async () => {
    const answer = await send(gateway, 'get-asset', JSON.stringify({ id: 'x'.repeat(1_200_000) }));
    expect(answer.status).toBe(413);
    complaints(answer);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/graphql'])(
    'is 415 for %s',
    async (type) => {
      const answer = await send(gateway, 'get-asset', '{"id":"x"}', { headers: { 'content-type': type } });
      expect(answer.status).toBe(415);
      complaints(answer);
    },
  );

  it.each([
    [503, 'SOURCE_UNAVAILABLE', { kind: 'status', status: 500 }],
    [504, 'DEADLINE_EXCEEDED', { kind: 'never' }],
    [429, 'RATE_LIMITED', { kind: 'status', status: 429, headers: { 'retry-after': '2' } }],
  ] as const)('is %d when the only source that is asked answers with %s', async (status, code, fault) => {
    await simulators.addFault('getty-images', { endpoint: '*', ...fault });
    const answer = await call(gateway, 'get-asset', { id: license.assetId });
    expect([answer.status, answer.errors[0].extensions.code, answer.data]).toEqual([status, code, undefined]);
    if (status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('is 200 with both when a part is there', async () => {
    expect((await call(gateway, 'license-asset', purchase('partial', asset.id))).status).toBe(200);
    await simulators.addFault('adobe-stock', { endpoint: '*', kind: 'status', status: 500 });
    const answer = await call(gateway, 'list-licenses', { filter: { sources: ['ADOBE_STOCK'] } });
    expect(answer.status).toBe(200);
    expect(answer.data.licenses.edges[0].node).toMatchObject({ source: 'ADOBE_STOCK', asset: null });
    expect(answer.errors[0]).toMatchObject({
      path: ['licenses', 'edges', 0, 'node', 'asset'],
      extensions: { source: 'ADOBE_STOCK' },
    });
  });
});

describe('an operator', () => {
  it('sees what was refused beside what was answered', async () => {
    const refused = { strangers: { caller: null }, variables: {}, roles: { caller: 'viewer' } };
    const codes: Record<string, unknown> = {};
    for (const [name, sent] of Object.entries(refused)) {
      const body = name === 'roles' ? purchase('seen', asset.id) : { input: 5 };
      await send(gateway, 'license-asset', JSON.stringify(body), { ...sent, headers: { 'x-request-id': `seen-${name}` } });
      const lines = gateway.log.map((text) => JSON.parse(text)).filter(({ requestId }) => requestId === `seen-${name}`);
      codes[name] = lines.map(({ msg, operation, type, errors }) => [msg, operation, type, errors]);
    }
    const line = (code: string) => [['graphql', 'LicenseAsset', 'mutation', [code]]];
    expect(codes).toEqual({
      strangers: line('UNAUTHENTICATED'),
      variables: line('BAD_USER_INPUT'),
      roles: line('FORBIDDEN'),
    });
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toMatch(/_count\{type="mutation",outcome="errors"\} [1-9]/);
  });
});

describe('when the gateway itself fails', () => {
  it('is 503 while the store cannot say who calls', async () => {
    const database = await createTestDatabase();
    const cut = await startGateway({ env: { ...simulators.env, WORKER: 'off' }, database });
    await database.drop();
    const answer = await send(cut, 'get-asset', '{"id":"x"}');
    await cut.stop();
    expect([answer.status, answer.errors[0].extensions.code]).toEqual([503, 'INTERNAL']);
  });

  it('leaves what nobody foresaw to the one place that answers it', async () => {
    const app = Fastify();
    app.setErrorHandler((error: Error, _request, reply) => reply.code(500).send({ unforeseen: error.message }));
    const schema = buildGraphqlSchema();
    const failing = { executeOperation: () => Promise.reject(new Error('boom')) };
    const caller = { session: { actor: { tenantId: 'default', subject: 'key:x' } } };
    await registerOperations(app, {
      schema,
      operations: loadOperations(schema),
      isOpen: true,
      apollo: failing as never,
      log: pino({ level: 'silent' }),
      metrics: {} as never,
      contextOf: async () => caller as never,
    });
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}/operations/list-alerts`, { method: 'POST', headers, body: '{}' });
    expect([response.status, await response.json()]).toEqual([500, { unforeseen: 'boom' }]);
    await app.close();
  });
});

describe('all of it together', () => {
  it('was surprised by nothing of all this', () => {
    const surprises = gateway.log.map((text) => JSON.parse(text)).filter(({ level }) => level >= 50);
    expect(surprises.map(({ err, msg }) => err?.message ?? msg)).toEqual([]);
  });
});
