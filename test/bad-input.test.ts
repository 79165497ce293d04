/** Arguments that are wrong: each gets a clear, typed complaint that names its request, and never a look inside. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adobeId } from '../simulators/kit/world.js';
import { complaints } from './support/complaints.js';
import { type Gateway, startGateway } from './support/gateway.js';
import { type Simulators, startSimulators } from './support/simulators.js';

const ASSETS = 'query($ids: [ID!]!) { assets(ids: $ids) { id } }';
const SEARCH = 'query($text: String, $filter: AssetFilter) { searchAssets(text: $text, filter: $filter) { totalCount } }';
const LICENSES =
  'query($filter: LicenseFilter, $after: String) { licenses(filter: $filter, after: $after) { edges { cursor } } }';
const AUDIT =
  'query($filter: AuditEventFilter, $after: String) { auditEvents(filter: $filter, after: $after) { edges { cursor } } }';
const ENTITIES = 'query($refs: [_Any!]!) { _entities(representations: $refs) { __typename } }';
const BUY = `mutation($input: LicenseAssetInput!) { licenseAsset(input: $input) {
  __typename ... on InvalidRequest { problems { path code message } } ... on LicenseGranted { license { id } operation { id } }
} }`;

let simulators: Simulators;
let gateway: Gateway;
/** One id of each type, all of them the caller's own. */
let ids: { readonly asset: string; readonly license: string; readonly operation: string; readonly event: string };

const base64 = (text: string): string => Buffer.from(text).toString('base64url');

const complained = async (query: string, variables: Record<string, unknown> = {}): Promise<string> =>
  complaints(await gateway.query('admin', query, variables)).join('\n');

beforeAll(async () => {
  simulators = await startSimulators();
  gateway = await startGateway({ env: { ...simulators.env, WORKER: 'off' } });
  const found = await gateway.query(
    'viewer',
    'query($number: String!) { assetByExternalId(source: ADOBE_STOCK, externalId: $number) { id } }',
    { number: String(adobeId(1)) },
  );
  const asset = found.data.assetByExternalId.id as string;
  const bought = await gateway.query('licensor', BUY, { input: { assetId: asset, idempotencyKey: 'bad-input-1' } });
  const { license, operation } = bought.data.licenseAsset;
  const events = await gateway.query('auditor', '{ auditEvents(first: 1) { edges { node { id } } } }');
  ids = { asset, license: license.id, operation: operation.id, event: events.data.auditEvents.edges[0].node.id };
});

afterAll(async () => {
  await gateway.stop();
  await simulators.stop();
});

describe('an id', () => {
  it.each([
    ['a word', 'nonsense'],
    ['nothing', ''],
    ['a blank', ' '],
    ['a type alone', base64('Asset:')],
    ['no connection', base64('Asset::content:1')],
    ['another type', base64('Nobody:00000000-0000-4000-8000-000000000000')],
    ['another shape', base64('License:not-a-uuid')],
    ['5,000 letters', 'x'.repeat(5_000)],
    ['a path', '../../etc/passwd'],
    ['SQL', "' or 1=1 --"],
  ])('that this gateway never made is refused wherever an id is taken: %s', async (_what, id) => {
    await complained('query($id: ID!) { asset(id: $id) { id } }', { id });
    await complained('query($id: ID!) { node(id: $id) { id } }', { id });
    await complained('query($id: ID!) { license(id: $id) { id } }', { id });
    await complained('query($id: ID!) { licenseOperation(id: $id) { id } }', { id });
    await complained(ASSETS, { ids: [id] });
    await complained(LICENSES, { filter: { assetIds: [id] } });
    await complained(AUDIT, { filter: { licenseId: id } });
    await complained(ENTITIES, { refs: [{ __typename: 'License', id }] });
  });

  it('of another type is refused with the type that was wanted', async () => {
    for (const id of [ids.license, ids.operation, ids.event])
      expect(await complained('query($id: ID!) { asset(id: $id) { id } }', { id })).toMatch(/asset/);
    for (const id of [ids.asset, ids.operation, ids.event])
      expect(await complained('query($id: ID!) { license(id: $id) { id } }', { id })).toMatch(/License/);
    for (const id of [ids.asset, ids.license, ids.event])
      expect(await complained('query($id: ID!) { licenseOperation(id: $id) { id } }', { id })).toMatch(/LicenseOperation/);
  });

  it('that is malformed dims its own place in a list and no other', async () => {
    const answer = await gateway.query('viewer', ASSETS, { ids: [ids.asset, 'nonsense', ids.asset] });
    expect(answer.data.assets.map((asset: { id: string } | null) => asset?.id ?? null)).toEqual([ids.asset, null, ids.asset]);
    expect(answer.errors.map((error) => error.path)).toEqual([['assets', 1]]);
    complaints(answer);
  });

  it('of an asset is checked before a purchase is thought of', async () => {
    for (const assetId of ['nonsense', '', ids.license, 'x'.repeat(5_000)]) {
      const { data, errors } = await gateway.query('licensor', BUY, { input: { assetId, idempotencyKey: 'bad-input-2' } });
      expect(errors).toEqual([]);
      expect(data.licenseAsset).toMatchObject({ __typename: 'InvalidRequest', problems: [{ path: 'assetId' }] });
    }
  });
});

describe('too much or too little', () => {
  it('10,000 ids are refused as one mistake, in every list', async () => {
    const many = Array.from({ length: 10_000 }, () => 'x');
    expect(await complained(ASSETS, { ids: many })).toMatch(/10000 .*200/);
    expect(await complained('query($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: many })).toMatch(/200/);
    const refs = many.map((externalId) => ({ source: 'ADOBE_STOCK', externalId }));
    expect(await complained('query($refs: [AssetRef!]!) { assetsByExternalId(refs: $refs) { id } }', { refs })).toMatch(/200/);
    expect(await complained(ENTITIES, { refs: many })).toMatch(/200/);
    expect(await complained(LICENSES, { filter: { assetIds: many } })).toMatch(/200/);
    expect(await complained(ASSETS, { ids: Array.from({ length: 201 }, () => ids.asset) })).toMatch(/201 .*200/);
  });

  it('200 ids are not too many', async () => {
    const { errors, data } = await gateway.query('viewer', ASSETS, { ids: Array.from({ length: 200 }, () => ids.asset) });
    expect(errors).toEqual([]);
    expect(data.assets).toHaveLength(200);
  });

  it.each([-1, 0, 101, 2_147_483_647, -2_147_483_648])('first: %p is refused with the range', async (first) => {
    for (const field of ['searchAssets(text: "x", first: $first)', 'licenses(first: $first)'])
      expect(await complained(`query($first: Int) { ${field} { totalCount } }`, { first })).toMatch(/1 to 100/);
    const nested = 'query($id: ID!, $first: Int) { asset(id: $id) { licenses(first: $first) { totalCount } } }';
    expect(await complained(nested, { id: ids.asset, first })).toMatch(/1 to 100/);
  });

  it('the audit trail gives 500 at most', async () => {
    const query = 'query($first: Int) { auditEvents(first: $first) { totalCount } }';
    for (const first of [0, 501]) expect(await complained(query, { first })).toMatch(/1 to 500/);
    expect((await gateway.query('auditor', query, { first: 500 })).errors).toEqual([]);
  });

  it.each([1.5, '10', true, [1], { n: 1 }, 2_147_483_648, 1e300])('first: %p is no number of rows', async (first) => {
    await complained('query($first: Int) { licenses(first: $first) { totalCount } }', { first });
  });
});

describe('a cursor', () => {
  it.each([
    ['a word', 'nonsense'],
    ['nothing', ''],
    ['two words', 'a.b'],
    ['half a place', base64('2026-01-01T00:00:00.000Z|x')],
    ['an empty place', base64('|')],
    ['other letters', 'é'],
    ['100,000 letters', 'x'.repeat(100_000)],
  ])('that no list made is refused: %s', async (_what, after) => {
    expect(await complained(LICENSES, { after })).toMatch(/cursor/);
    expect(await complained(AUDIT, { after })).toMatch(/cursor/);
    const search = 'query($after: String) { searchAssets(text: "x", after: $after) { totalCount } }';
    expect(await complained(search, { after })).toMatch(/cursor/);
  });
});

describe('a value of the wrong kind', () => {
  it.each([
    ['a time as a number', LICENSES, { filter: { licensedAfter: 1_770_000_000 } }, 'DateTime'],
    ['a time without a zone', LICENSES, { filter: { licensedAfter: '2026-01-01T00:00:00' } }, 'DateTime'],
    ['a date alone', LICENSES, { filter: { licensedAfter: '2026-01-01' } }, 'DateTime'],
    ['a day that no month has', LICENSES, { filter: { licensedAfter: '2026-02-31T00:00:00Z' } }, 'DateTime'],
    ['a time finer than milliseconds', AUDIT, { filter: { occurredAfter: '2026-01-01T00:00:00.0001Z' } }, 'DateTime'],
    ['an epoch as text', AUDIT, { filter: { occurredBefore: '1770000000' } }, 'DateTime'],
    ['an unknown source', SEARCH, { filter: { sources: ['SHUTTERSTOCK'] } }, 'SHUTTERSTOCK'],
    ['an unknown kind', SEARCH, { filter: { kinds: ['photo'] } }, 'photo'],
    ['an unknown filter', SEARCH, { filter: { colour: 'red' } }, 'colour'],
    ['a text that is a number', SEARCH, { text: 5 }, 'String'],
    ['a text that is a list', SEARCH, { text: ['a'] }, 'String'],
    ['a null id', 'query($id: ID!) { asset(id: $id) { id } }', { id: null }, 'ID'],
    ['an absent id', 'query($id: ID!) { asset(id: $id) { id } }', {}, 'id'],
    ['a null within a list', ASSETS, { ids: [null] }, 'ids'],
    ['an id that is an object', ASSETS, { ids: [{ id: 1 }] }, 'ID'],
    ['an input without its key', BUY, { input: { assetId: 'x' } }, 'idempotencyKey'],
    ['an input that is a text', BUY, { input: 'x' }, 'LicenseAssetInput'],
    ['a reference that is a number', ENTITIES, { refs: [1] }, '__typename'],
    ['a reference to an unknown type', ENTITIES, { refs: [{ __typename: 'Person', id: '1' }] }, '__typename'],
    ['a reference without a key', ENTITIES, { refs: [{ __typename: 'Asset' }] }, '__typename'],
  ])('%s is refused with what was expected', async (_what, query, variables, word) => {
    expect(await complained(query, variables)).toContain(word);
  });

  it('null for an argument with a default means the default, and is no mistake', async () => {
    const query =
      'query($first: Int, $sort: AssetSort) { searchAssets(text: "desert", sort: $sort, first: $first) { edges { cursor } } }';
    const { data, errors } = await gateway.query('viewer', query, { first: null, sort: null });
    expect(errors).toEqual([]);
    expect(data.searchAssets.edges).toHaveLength(24);
  });

  it('an unknown license type is an outcome that lists the known ones', async () => {
    const input = { assetId: ids.asset, licenseType: 'Platinum', idempotencyKey: 'bad-input-3' };
    const { data } = await gateway.query('licensor', BUY, { input });
    expect(data.licenseAsset).toMatchObject({ __typename: 'InvalidRequest', problems: [{ path: 'licenseType' }] });
    expect(data.licenseAsset.problems[0].message).toMatch(/Standard/);
  });

  it('"licenseOperation" wants exactly one of its two arguments', async () => {
    expect(await complained('{ licenseOperation { id } }')).toMatch(/either/);
    const both = 'query($id: ID) { licenseOperation(id: $id, idempotencyKey: "x") { id } }';
    expect(await complained(both, { id: ids.operation })).toMatch(/either/);
  });
});

describe('text that no database can hold', () => {
  const TEXTS: readonly string[] = ['a\u0000b', 'a\ud800b'];

  it.each(TEXTS)('%j is refused in every text that is stored or compared', async (text) => {
    await complained(SEARCH, { text });
    await complained(LICENSES, { filter: { costCenter: text } });
    await complained(AUDIT, { filter: { actor: text } });
    await complained('query($key: String) { licenseOperation(idempotencyKey: $key) { id } }', { key: text });
  });

  it.each([
    ['idempotencyKey', { idempotencyKey: 'a\u0000b' }],
    ['licenseType', { licenseType: 'Standard:\u0000' }],
    ['allocation', { allocation: { costCenter: 'a\u0000b' } }],
    ['references', { references: [{ key: 'note', value: 'a\ud800b' }] }],
  ])('in "%s" of a purchase it is refused and nothing is spent', async (_where, more) => {
    const before = await simulators.ledger('adobe-stock');
    const answer = await gateway.query('licensor', BUY, {
      input: { assetId: ids.asset, idempotencyKey: 'bad-input-4', ...more },
    });
    if (answer.errors.length > 0) complaints(answer);
    else expect(answer.data.licenseAsset.__typename).toBe('InvalidRequest');
    expect(await simulators.ledger('adobe-stock')).toEqual(before);
  });

  it('written as an escape in the document it is refused as well', async () => {
    await complained('{ searchAssets(text: "a\\u0000b") { totalCount } }');
  });
});

describe('all of it together', () => {
  it('surprised the gateway nowhere: not one unforeseen error is in its log', () => {
    const surprises = gateway.log.map((line) => JSON.parse(line)).filter(({ level }) => level >= 50);
    expect(surprises.map(({ err, msg }) => err?.message ?? msg)).toEqual([]);
  });
});
