/** Who may do what: roles on every door, tenants that see nothing of each other, and keys that end. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adobeId } from '../simulators/kit/world.js';
import { complaints } from './support/complaints.js';
import { eventually, type Gateway, startGateway, synchronised } from './support/gateway.js';
import { searchPage, walkHits } from './support/search.js';
import { type Simulators, startSimulators } from './support/simulators.js';

const ROLES = ['viewer', 'requester', 'approver', 'licensor', 'distributor', 'auditor', 'admin'] as const;
const TRAIL_READERS: readonly string[] = ['approver', 'licensor', 'auditor', 'admin'];
const BUYERS: readonly string[] = ['licensor', 'admin'];
const BUY = `mutation($input: LicenseAssetInput!) { licenseAsset(input: $input) {
  __typename ... on LicenseGranted { license { id } operation { id } } ... on InvalidRequest { problems { path code } }
} }`;
const BY_NUMBER = 'query($n: String!) { assetByExternalId(source: ADOBE_STOCK, externalId: $n) { id activeLicense { id } } }';
const NUMBER = String(adobeId(7));

interface Belongings {
  readonly asset: string;
  readonly license: string;
  readonly operation: string;
  readonly event: string;
}

let simulators: Simulators;
let gateway: Gateway;
/** What the tenant `default` has bought; `acme` has bought nothing. */
let ours: Belongings;

const spent = async (): Promise<number> => (await simulators.ledger('adobe-stock')).length;

beforeAll(async () => {
  simulators = await startSimulators();
  gateway = await startGateway({ env: { ...simulators.env, WORKER: 'on' } });
  await synchronised(gateway);
  const asset = (await gateway.query('viewer', BY_NUMBER, { n: NUMBER })).data.assetByExternalId.id;
  const bought = await gateway.query('licensor', BUY, { input: { assetId: asset, idempotencyKey: 'ours' } });
  const { license, operation } = bought.data.licenseAsset;
  const trail = await gateway.query(
    'auditor',
    'query($l: ID!) { auditEvents(filter: { licenseId: $l }) { edges { node { id } } } }',
    {
      l: license.id,
    },
  );
  ours = { asset, license: license.id, operation: operation.id, event: trail.data.auditEvents.edges[0].node.id };
});

afterAll(async () => {
  await gateway.stop();
  await simulators.stop();
});

describe('a stranger', () => {
  it.each([
    ['no key', {}],
    ['an empty key', { 'x-api-key': '' }],
    ['a wrong key', { 'x-api-key': 'test-key-default-nobody-0123456789' }],
    ['a key cut short', { 'x-api-key': 'test-key-default-admin-012345678' }],
    ['a very long key', { 'x-api-key': 'k'.repeat(5_000) }],
    ['the key in another header', { authorization: 'test-key-default-admin-0123456789' }],
  ])('with %s learns nothing but that a key is wanted', async (_what, headers) => {
    const answer = await gateway.query(null, '{ viewer { name } sources { state } licenses { totalCount } }', {}, headers);
    expect(complaints(answer, 'UNAUTHENTICATED').join()).toMatch(/X-Api-Key/);
    expect(answer.data).toEqual({ viewer: null, sources: null, licenses: null });
  });
});

describe.each(ROLES)('a key of role %s', (role) => {
  it('says who it is', async () => {
    const { data } = await gateway.query(`acme/${role}`, '{ viewer { name tenant roles subject } }');
    expect(data.viewer).toMatchObject({ name: role, tenant: 'acme', roles: [role] });
  });

  it('reads assets, sources and licenses', async () => {
    const query = `query($asset: ID!, $license: ID!, $operation: ID!) {
      sources { source } asset(id: $asset) { id activeLicense { id } licenses { totalCount } }
      license(id: $license) { id } licenseOperation(id: $operation) { id } licenses(first: 1) { edges { cursor } }
      searchAssets(text: "forest", first: 1) { totalCount }
    }`;
    expect((await gateway.query(role, query, { ...ours })).errors).toEqual([]);
  });

  it(`${TRAIL_READERS.includes(role) ? 'reads' : 'may not read'} the audit trail, by any door`, async () => {
    const doors = [
      'query($event: ID!) { node(id: $event) { id } }',
      'query($event: ID!) { nodes(ids: [$event]) { id } auditEvents(first: 1) { edges { cursor } } }',
      'query($asset: ID!) { asset(id: $asset) { auditEvents { edges { cursor } } } }',
      'query($license: ID!) { license(id: $license) { auditEvents { edges { cursor } } } }',
    ];
    for (const door of doors) {
      const answer = await gateway.query(role, door, { ...ours });
      if (TRAIL_READERS.includes(role)) expect(answer.errors).toEqual([]);
      else {
        complaints(answer, 'FORBIDDEN');
        expect(answer.text).not.toContain('cursor');
      }
    }
  });

  it(`${BUYERS.includes(role) ? 'buys' : 'may not buy'}`, async () => {
    const before = await spent();
    const found = await gateway.query(role, BY_NUMBER, { n: String(adobeId(20 + ROLES.indexOf(role))) });
    const input = { assetId: found.data.assetByExternalId.id, idempotencyKey: `role-${role}` };
    const answer = await gateway.query(role, BUY, { input });
    if (BUYERS.includes(role)) {
      expect(answer.data.licenseAsset.__typename).toBe('LicenseGranted');
    } else {
      expect(complaints(answer, 'FORBIDDEN').join()).toMatch(/licensor/);
      expect(answer.data.licenseAsset).toBeNull();
      const operation = 'query($key: String!) { licenseOperation(idempotencyKey: $key) { id } }';
      expect((await gateway.query(role, operation, { key: input.idempotencyKey })).data.licenseOperation).toBeNull();
    }
    expect(await spent()).toBe(before + (BUYERS.includes(role) ? 1 : 0));
  });
});

describe('another tenant', () => {
  const everything = ['asset', 'license', 'operation', 'event'] as const;

  it('finds nothing behind our ids, by any door, and is told of no error', async () => {
    const query = `query($asset: ID!, $license: ID!, $operation: ID!, $event: ID!, $ids: [ID!]!, $refs: [_Any!]!) {
      asset(id: $asset) { id } assets(ids: [$asset]) { id } license(id: $license) { id } licenseOperation(id: $operation) { id }
      a: node(id: $asset) { id } b: node(id: $license) { id } c: node(id: $operation) { id } d: node(id: $event) { id }
      nodes(ids: $ids) { id } _entities(representations: $refs) { __typename }
    }`;
    const ids = everything.map((name) => ours[name]);
    const refs = [
      { __typename: 'Asset', id: ours.asset },
      { __typename: 'License', id: ours.license },
    ];
    const { data, errors } = await gateway.query('acme/admin', query, { ...ours, ids, refs });
    expect(errors).toEqual([]);
    const nothing = { asset: null, license: null, licenseOperation: null, a: null, b: null, c: null, d: null };
    expect(data).toEqual({ ...nothing, assets: [null], nodes: [null, null, null, null], _entities: [null, null] });
  });

  it('sees the same picture under an id of its own, without our license', async () => {
    const here = (await gateway.query('viewer', BY_NUMBER, { n: NUMBER })).data.assetByExternalId;
    const there = (await gateway.query('acme/viewer', BY_NUMBER, { n: NUMBER })).data.assetByExternalId;
    expect(here).toEqual({ id: ours.asset, activeLicense: { id: ours.license } });
    expect(there.activeLicense).toBeNull();
    expect(there.id).not.toBe(here.id);
    const query =
      'query($id: ID!) { asset(id: $id) { licenses { totalCount edges { cursor } } auditEvents { edges { cursor } } } }';
    const { data } = await gateway.query('acme/admin', query, { id: there.id });
    expect(data.asset).toEqual({ licenses: { totalCount: 0, edges: [] }, auditEvents: { edges: [] } });
  });

  it('lists no license and no event of ours, with our filters and with our cursors', async () => {
    const licenses =
      'query($f: LicenseFilter, $a: String) { licenses(filter: $f, after: $a, first: 100) { edges { cursor node { id } } } }';
    const events =
      'query($f: AuditEventFilter, $a: String) { auditEvents(filter: $f, after: $a, first: 500) { edges { cursor node { id } } } }';
    type Edges = readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
    const list = async (caller: string, query: string, f: object | null, a: string | null): Promise<Edges> => {
      const { data } = await gateway.query(caller, query, { f, a });
      return (data.licenses ?? data.auditEvents).edges;
    };
    for (const [query, filters] of [
      [licenses, [{ assetIds: [ours.asset] }]],
      [
        events,
        [{ assetId: ours.asset }, { licenseId: ours.license }, { subjectId: ours.operation }, { subjectId: ours.license }],
      ],
    ] as const) {
      const own = await list('admin', query, null, null);
      expect(own.length).toBeGreaterThan(1);
      const ownIds = new Set(own.map(({ node }) => node.id));
      const theirs = [
        ...(await list('acme/admin', query, null, null)),
        ...(await list('acme/admin', query, null, own[0]?.cursor ?? '')),
      ];
      expect(theirs.length).toBeGreaterThan(0);
      expect(theirs.filter(({ node }) => ownIds.has(node.id))).toEqual([]);
      for (const filter of filters) expect(await list('acme/admin', query, filter, null)).toEqual([]);
    }
  });

  it('cannot reach our operation by its key, and its own use of that key is another purchase', async () => {
    const operation = 'query { licenseOperation(idempotencyKey: "ours") { id } }';
    expect((await gateway.query('acme/admin', operation)).data.licenseOperation).toBeNull();
    const before = await spent();
    const { data: refused } = await gateway.query('acme/licensor', BUY, {
      input: { assetId: ours.asset, idempotencyKey: 'ours' },
    });
    expect(refused.licenseAsset).toMatchObject({
      __typename: 'InvalidRequest',
      problems: [{ path: 'assetId', code: 'NOT_FOUND' }],
    });
    expect(await spent()).toBe(before);
    const other = (await gateway.query('acme/viewer', BY_NUMBER, { n: String(adobeId(40)) })).data.assetByExternalId.id;
    const { data } = await gateway.query('acme/licensor', BUY, { input: { assetId: other, idempotencyKey: 'ours' } });
    expect(data.licenseAsset.__typename).toBe('LicenseGranted');
    expect(data.licenseAsset.operation.id).not.toBe(ours.operation);
  });

  it('does not have our licenses in its search for licensed assets', async () => {
    const filter = { licensedByUs: true, sources: ['SMINT_IO'] };
    const here = await walkHits(gateway, { text: 'forest', filter, first: 100 });
    const there = await searchPage(gateway, { text: 'forest', filter, first: 100 }, 'acme/viewer');
    expect(here.length).toBeGreaterThan(0);
    const hereIds = new Set(here.map(({ id }) => id));
    expect(there.edges.filter(({ node }) => hereIds.has(node?.id ?? ''))).toEqual([]);
  });

  it('cannot use the signed address of our picture for another picture, nor make one for ours', async () => {
    const previews = 'query($n: String!) { assetByExternalId(source: ADOBE_STOCK, externalId: $n) { id previews { url } } }';
    const theirs = (await gateway.query('acme/viewer', previews, { n: NUMBER })).data.assetByExternalId;
    const { url } = theirs.previews[0];
    expect((await fetch(url)).status).toBe(200);
    const swapped = await fetch(url.replace(theirs.id, ours.asset));
    expect([swapped.status, (await swapped.json()).errors[0].extensions.code]).toEqual([403, 'FORBIDDEN']);
  });
});

describe('keys', () => {
  it('are kept as hashes alone', async () => {
    const rows = await gateway.database.query("select k::text as all, encode(secret_hash, 'escape') as hash from api_key k");
    expect(rows.length).toBeGreaterThanOrEqual(14);
    expect(JSON.stringify(rows)).not.toContain('test-key');
    expect(gateway.log.join('\n')).not.toContain('0123456789');
  });

  it('that a new environment no longer names end, everywhere and on the record; named again they live again', async () => {
    const { database } = gateway;
    const asks = async (using: Gateway, caller: string): Promise<string> => {
      const { data, errors } = await using.query(caller, '{ viewer { tenant } }');
      return errors.length > 0 ? String(errors[0]?.extensions.code) : data.viewer.tenant;
    };
    const env = { ...simulators.env, WORKER: 'off' };
    const keys = `default/admin:admin:${gateway.keyOf('admin')}`;
    const fewer = await startGateway({ env: { ...env, CLEARANCE_API_KEYS: keys }, database });
    expect(await asks(fewer, 'admin')).toBe('default');
    expect(await asks(fewer, 'viewer')).toBe('UNAUTHENTICATED');
    expect(await asks(fewer, 'acme/admin')).toBe('UNAUTHENTICATED');
    // A process that is still running believes a key for two more seconds.
    await eventually(
      () => asks(gateway, 'acme/admin'),
      (answer) => answer === 'UNAUTHENTICATED',
    );
    const trail = await fewer.query(
      'admin',
      '{ auditEvents(filter: { actions: ["api_key.revoked"] }) { edges { node { data } } } }',
    );
    const names = trail.data.auditEvents.edges.map(({ node }: { node: { data: { name: string } } }) => node.data.name);
    expect([...names].sort()).toEqual(ROLES.filter((role) => role !== 'admin').sort());
    await fewer.stop();
    const again = await startGateway({ env, database });
    expect(await asks(again, 'acme/admin')).toBe('acme');
    await again.stop();
  });
});
