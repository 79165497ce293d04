/** The gateway as a subgraph: its SDL composes with others, and its entities are found by every key that it states. */
import { composeServices } from '@apollo/composition';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { adobeId } from '../simulators/kit/world.js';
import { type Gateway, type GraphqlAnswer, startGateway } from './support/gateway.js';
import { type Simulators, startSimulators } from './support/simulators.js';

/** A stranger's subgraph: Relay as everybody writes it, and fields of its own on our assets and licenses. */
const OTHER = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
  interface Node { id: ID! }
  type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
  type Money @shareable { amount: Decimal! currency: String! }
  scalar Decimal
  enum AssetSource { ADOBE_STOCK GETTY_IMAGES PHOTOSHELTER SMINT_IO }
  type Asset @key(fields: "source externalId") { source: AssetSource! externalId: String! favourite: Boolean }
  type License @key(fields: "id") { id: ID! invoice: Invoice }
  type Invoice implements Node @key(fields: "id") { id: ID! total: Money }
  type InvoiceConnection { pageInfo: PageInfo! nodes: [Invoice!]! }
  type Viewer { mood: String }
  type Query { node(id: ID!): Node nodes(ids: [ID!]!): [Node]! viewer: Viewer invoices: InvoiceConnection! }
`;
const ENTITIES = `query($refs: [_Any!]!) { _entities(representations: $refs) {
  __typename ... on Asset { id source externalId title } ... on License { id licenseType }
} }`;
const NUMBER = String(adobeId(3));

let simulators: Simulators;
let gateway: Gateway;
let sdl: string;
let asset: string;
let license: string;

const entities = (refs: readonly unknown[], caller = 'viewer'): Promise<GraphqlAnswer> =>
  gateway.query(caller, ENTITIES, { refs });

beforeAll(async () => {
  simulators = await startSimulators();
  gateway = await startGateway({ env: { ...simulators.env, WORKER: 'off' } });
  sdl = (await gateway.query('viewer', '{ _service { sdl } }')).data._service.sdl;
  const byNumber = 'query($n: String!) { assetByExternalId(source: ADOBE_STOCK, externalId: $n) { id } }';
  asset = (await gateway.query('viewer', byNumber, { n: NUMBER })).data.assetByExternalId.id;
  const buy = 'mutation($input: LicenseAssetInput!) { licenseAsset(input: $input) { ... on LicenseGranted { license { id } } } }';
  const bought = await gateway.query('licensor', buy, { input: { assetId: asset, idempotencyKey: 'federation' } });
  license = bought.data.licenseAsset.license.id;
});

afterAll(async () => {
  await gateway.stop();
  await simulators.stop();
});

describe('the SDL', () => {
  it('states the keys, shares what every Relay subgraph has, and leaves out what would clash', () => {
    const definitions = new Map(
      parse(sdl).definitions.flatMap((node) => (node.kind === 'ObjectTypeDefinition' ? [[node.name.value, node] as const] : [])),
    );
    const directives = (type: string): readonly string[] =>
      (definitions.get(type)?.directives ?? []).map((directive) => {
        const [argument] = directive.arguments ?? [];
        return argument?.value.kind === 'StringValue'
          ? `@${directive.name.value} ${argument.value.value}`
          : `@${directive.name.value}`;
      });
    expect(directives('Asset')).toEqual(['@key id', '@key source externalId']);
    expect(directives('License')).toEqual(['@key id']);
    expect(directives('PageInfo')).toEqual(['@shareable']);
    expect(directives('Money')).toEqual(['@shareable']);
    const fields = (definitions.get('Query')?.fields ?? []).map(({ name }) => name.value);
    expect(fields).toEqual(expect.arrayContaining(['asset', 'assets', 'searchAssets', 'license', 'licenses', 'auditEvents']));
    for (const name of ['node', 'nodes', 'viewer', '_entities', '_service']) expect(fields).not.toContain(name);
    for (const name of ['Viewer', '_Service']) expect(definitions.has(name)).toBe(false);
  });

  it('composes alone', () => {
    const { errors, supergraphSdl } = composeServices([{ name: 'clearance', url: 'http://clearance', typeDefs: parse(sdl) }]);
    expect(errors ?? []).toEqual([]);
    expect(supergraphSdl).toMatch(/searchAssets/);
  });

  it('composes with a subgraph that extends our types and has node, PageInfo and Money of its own', () => {
    const { errors, supergraphSdl } = composeServices([
      { name: 'clearance', url: 'http://clearance', typeDefs: parse(sdl) },
      { name: 'other', url: 'http://other', typeDefs: parse(OTHER) },
    ]);
    expect((errors ?? []).map(({ message }) => message)).toEqual([]);
    expect(supergraphSdl).toMatch(/favourite/);
  });

  it('is for callers with a key', async () => {
    const { errors } = await gateway.query(null, '{ _service { sdl } }');
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
  });
});

describe('entities', () => {
  it('are found by each of their keys, in the order asked, repeated as asked', async () => {
    const { data, errors } = await entities([
      { __typename: 'Asset', id: asset },
      { __typename: 'License', id: license },
      { __typename: 'Asset', source: 'ADOBE_STOCK', externalId: NUMBER },
      { __typename: 'Asset', id: asset },
    ]);
    expect(errors).toEqual([]);
    const wanted = expect.objectContaining({ __typename: 'Asset', id: asset, source: 'ADOBE_STOCK', externalId: NUMBER });
    expect(data._entities).toEqual([wanted, expect.objectContaining({ __typename: 'License', id: license }), wanted, wanted]);
  });

  it('are one request upstream, however many are asked for', async () => {
    await simulators.resetCounts('adobe-stock');
    const refs = Array.from({ length: 60 }, (_, k) => ({
      __typename: 'Asset',
      source: 'ADOBE_STOCK',
      externalId: String(adobeId(200 + k)),
    }));
    const { data } = await entities(refs);
    expect(data._entities.filter((entity: unknown) => entity !== null).length).toBeGreaterThan(50);
    expect((await simulators.counts('adobe-stock')).files).toBe(1);
  });

  it('take what a router sends along beyond the key', async () => {
    const { data, errors } = await entities([
      { __typename: 'Asset', id: asset, source: 'ADOBE_STOCK', externalId: NUMBER, extra: 1 },
    ]);
    expect(errors).toEqual([]);
    expect(data._entities[0].id).toBe(asset);
  });

  it('that do not exist are null and no error', async () => {
    const uuid = '00000000-0000-4000-8000-000000000000';
    const { data, errors } = await entities([
      { __typename: 'Asset', source: 'ADOBE_STOCK', externalId: '999999999999' },
      { __typename: 'Asset', source: 'GETTY_IMAGES', externalId: 'not-a-number' },
      { __typename: 'License', id: Buffer.from(`License:${uuid}`).toString('base64url') },
    ]);
    expect(errors).toEqual([]);
    expect(data._entities).toEqual([null, null, null]);
  });

  it('of another tenant are null and no error', async () => {
    const { data, errors } = await entities(
      [
        { __typename: 'Asset', id: asset },
        { __typename: 'License', id: license },
      ],
      'acme/admin',
    );
    expect(errors).toEqual([]);
    expect(data._entities).toEqual([null, null]);
  });

  it('with a broken reference are null with an error of their own, and the others are there', async () => {
    const { data, errors } = await entities([
      { __typename: 'Asset', id: 'nonsense' },
      { __typename: 'Asset', id: asset },
      { __typename: 'License', id: asset },
      { __typename: 'Person', id: '1' },
      { __typename: 'Asset', source: 'FLICKR', externalId: '1' },
      {},
    ]);
    expect(data._entities.map((entity: { id: string } | null) => entity?.id ?? null)).toEqual([
      null,
      asset,
      null,
      null,
      null,
      null,
    ]);
    expect(errors.map(({ path }) => path)).toEqual([0, 2, 3, 4, 5].map((index) => ['_entities', index]));
    for (const { extensions } of errors)
      expect(extensions).toMatchObject({ code: 'BAD_USER_INPUT', requestId: expect.any(String) });
  });

  it('of a source in trouble are null with its error, and the others are there', async () => {
    await simulators.addFault('getty-images', { endpoint: '*', kind: 'status', status: 503 });
    const { data, errors } = await entities([
      { __typename: 'Asset', source: 'GETTY_IMAGES', externalId: '1200300400' },
      { __typename: 'Asset', id: asset },
    ]);
    await simulators.clearFaults('getty-images');
    expect(data._entities.map((entity: { id: string } | null) => entity?.id ?? null)).toEqual([null, asset]);
    expect(errors).toMatchObject([
      { path: ['_entities', 0], extensions: { code: 'SOURCE_UNAVAILABLE', source: 'GETTY_IMAGES' } },
    ]);
  });
});
