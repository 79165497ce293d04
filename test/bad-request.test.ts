/** Requests that are no GraphQL requests: each is answered in the one shape of errors, does nothing, and surprises nobody. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adobeId } from '../simulators/kit/world.js';
import { complaints, type RefusedAnswer } from './support/complaints.js';
import { type Gateway, type GraphqlAnswer, startGateway } from './support/gateway.js';
import { type Simulators, startSimulators } from './support/simulators.js';

const ENTITIES = 'query($refs: [_Any!]!) { _entities(representations: $refs) { __typename } }';

let simulators: Simulators;
let gateway: Gateway;

const answerOf = async (response: Response): Promise<RefusedAnswer> => {
  const text = await response.text();
  return { status: response.status, text, errors: (JSON.parse(text) as { errors?: GraphqlAnswer['errors'] }).errors ?? [] };
};

const post = async (body: BodyInit | null, headers: Record<string, string> = {}): Promise<RefusedAnswer> =>
  answerOf(
    await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': gateway.keyOf('admin'), ...headers },
      body,
    }),
  );

beforeAll(async () => {
  simulators = await startSimulators({ only: ['adobe-stock'] });
  gateway = await startGateway({ env: { ...simulators.env, WORKER: 'off' } });
});

afterAll(async () => {
  await gateway.stop();
  await simulators.stop();
});

describe('a request without variables', () => {
  it('may say so with null', async () => {
    const { errors } = await post(JSON.stringify({ query: '{ viewer { name } }', variables: null, operationName: null }));
    expect(errors).toEqual([]);
  });
});

describe('a request that is none', () => {
  it.each([
    ['not JSON', '{nope'],
    ['nothing', ''],
    ['a list', '[]'],
    ['a batch', '[{"query":"{viewer{name}}"}]'],
    ['a text', '"hello"'],
    ['null', 'null'],
    ['no query', '{}'],
    ['a query that is a number', '{"query":5}'],
    ['variables that are a text', '{"query":"{viewer{name}}","variables":"x"}'],
    ['variables that are a list', '{"query":"{viewer{name}}","variables":[1]}'],
    ['a name that is a number', '{"query":"{viewer{name}}","operationName":5}'],
    ['a key that reaches for prototypes', '{"query":"{viewer{name}}","__proto__":{"a":1}}'],
    ['an empty document', '{"query":"   "}'],
    ['a document with an error in it', '{"query":"{ viewer { name "}'],
    ['an unknown field', '{"query":"{ viewer { surname } }"}'],
    ['an unknown argument', '{"query":"{ viewer(a: 1) { name } }"}'],
    ['an unknown directive', '{"query":"{ viewer @fast { name } }"}'],
    ['a fragment that spreads itself', '{"query":"{ viewer { ...A } } fragment A on Viewer { ...A }"}'],
    ['two operations and no name', '{"query":"query A { viewer { name } } query B { viewer { name } }"}'],
    ['a name that no operation has', '{"query":"query A { viewer { name } }","operationName":"B"}'],
    ['a subscription', '{"query":"subscription { viewer { name } }"}'],
    ['extensions that are a text', '{"query":"{viewer{name}}","extensions":"x"}'],
  ])('%s gets a complaint', async (_what, body) => {
    complaints(await post(body));
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/graphql', 'image/png'])(
    'a body of type %s gets a complaint',
    async (type) => {
      complaints(await post('{"query":"{viewer{name}}"}', { 'content-type': type }));
    },
  );

  it('more than a megabyte is refused unread', async () => {
    const answer = await post(JSON.stringify({ query: '{ viewer { name } }', variables: { x: 'y'.repeat(1_200_000) } }));
    expect(answer.status).toBe(413);
    expect(complaints(answer).join()).toMatch(/bytes/);
  });

  it('a mutation by GET is refused and does nothing', async () => {
    const before = await simulators.ledger('adobe-stock');
    const number = 'query($n: String!) { assetByExternalId(source: ADOBE_STOCK, externalId: $n) { id } }';
    const found = await gateway.query('viewer', number, { n: String(adobeId(1)) });
    const input = `{ assetId: "${found.data.assetByExternalId.id}", idempotencyKey: "get" }`;
    const query = `mutation { licenseAsset(input: ${input}) { __typename } }`;
    const headers = { 'x-api-key': gateway.keyOf('licensor'), 'apollo-require-preflight': '1' };
    complaints(await answerOf(await fetch(`${gateway.url}/graphql?query=${encodeURIComponent(query)}`, { headers })));
    expect(await simulators.ledger('adobe-stock')).toEqual(before);
  });

  it.each([
    ['document', () => ({ query: `{ viewer ${'{ name '.repeat(20_000)}${'}'.repeat(20_000)} }` })],
    ['literal', () => ({ query: `{ assets(ids: ${'['.repeat(30_000)}${']'.repeat(30_000)}) { id } }` })],
  ])('a %s nested thousands of levels deep gets a complaint in words', async (_what, make) => {
    complaints(await post(JSON.stringify(make())));
  });

  it.each([
    ['lists', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['objects', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
  ])('a value of 50,000 %s within each other gets a complaint', async (_what, value) => {
    complaints(await post(`{"query":${JSON.stringify(ENTITIES)},"variables":{"refs":[${value}]}}`));
  });

  it.each([
    ['GET', '/nowhere'],
    ['GET', '/%zz'],
    ['PUT', '/graphql'],
    ['GET', '/files/previews/x'],
  ])('%s %s, where nothing is, answers in the same shape', async (method, path) => {
    complaints(await answerOf(await fetch(`${gateway.url}${path}`, { method })));
  });
});

describe('all of it together', () => {
  it('surprised the gateway nowhere: not one unforeseen error is in its log', () => {
    const surprises = gateway.log.map((line) => JSON.parse(line)).filter(({ level }) => level >= 50);
    expect(surprises.map(({ err, msg }) => err?.message ?? msg)).toEqual([]);
  });
});
