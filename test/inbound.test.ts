/** Reports of other systems: taken in when they are signed and durable, worked off once, and of no effect otherwise. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adobeId } from '../simulators/kit/world.js';
import { eventually, type Gateway, startGateway } from './support/gateway.js';
import { createReporter, post, type Reporter, signed, uniqueId } from './support/inbound.js';
import { type Simulators, startSimulators } from './support/simulators.js';

let simulators: Simulators;
let gateway: Gateway;
let reporter: Reporter;
let clock = Date.now();
const now = () => clock;
let asset: string;
let license: string;

const EVENTS = `{ inboundEvents(first: 100) { edges { node { webhookId state reason eventKind body asset { id } license { id } connection { name } } } } }`;
interface Event {
  readonly webhookId: string;
  readonly state: string;
  readonly reason: string | null;
  readonly body: string | null;
  readonly eventKind: string | null;
}
const eventOf = async (id: string): Promise<Event | undefined> => {
  const { data } = await gateway.query('admin', EVENTS);
  return data.inboundEvents.edges.map((edge: { node: Event }) => edge.node).find((node: Event) => node.webhookId === id);
};
const settled = (id: string) =>
  eventually(
    () => eventOf(id),
    (event) => event !== undefined && event.state !== 'RECEIVED',
  );
const rows = async (): Promise<number> =>
  Number((await gateway.database.query('select count(*)::integer as n from inbound_event'))[0]?.n);
const audit = (action: string) =>
  gateway.database.query(`select actor, asset_id, data from audit_event where action = '${action}' order by event_id`);

beforeAll(async () => {
  simulators = await startSimulators();
  gateway = await startGateway({ env: { ...simulators.env, WORKER: 'on' }, now });
  const { data } = await gateway.query(
    'licensor',
    'query($n: String!) { assetByExternalId(source: ADOBE_STOCK, externalId: $n) { id } }',
    {
      n: String(adobeId(0)),
    },
  );
  asset = data.assetByExternalId.id;
  const bought = await gateway.query(
    'licensor',
    `mutation { recordLicense(input: { assetId: "${asset}", licenseType: "contract", licensedAt: "2026-01-01T00:00:00Z", idempotencyKey: "inbound" }) {
      __typename ... on RecordLicensePayload { license { id } } } }`,
  );
  license = bought.data.recordLicense.license.id;
  reporter = await createReporter(gateway, now, { name: 'erp', kinds: ['RENEWAL', 'METADATA', 'ASSET_CHANGE', 'APPROVAL'] });
});

afterAll(async () => {
  await gateway.stop();
  await simulators.stop();
});

const renewal = (reference: string, until = '2030-01-01T00:00:00.000Z') => ({
  type: 'RENEWAL',
  data: { reference, licenseId: license, terms: { validUntil: until }, unknown: { kept: 1 } },
});

describe('a report that is signed', () => {
  it('is answered 202 once it is durable, and renews the license once, however often it comes', async () => {
    const id = uniqueId();
    for (let turn = 0; turn < 5; turn += 1) expect(await reporter.send(renewal('R-1'), { id })).toBe(202);
    expect(await settled(id)).toMatchObject({ state: 'DONE', eventKind: 'RENEWAL', reason: null });
    expect(await reporter.send(renewal('R-1'))).toBe(202);
    await eventually(
      () => gateway.database.query("select count(*)::integer as n from inbound_work where state = 'RECEIVED'"),
      ([row]) => row?.n === 0,
    );
    const renewed = await audit('license.renewed');
    expect(renewed).toHaveLength(1);
    expect(renewed[0]).toMatchObject({ actor: 'inbound:erp', data: { system: 'procurement', reference: 'R-1' } });
  });

  it('is kept byte by byte, with what we do not know in it', async () => {
    const id = uniqueId();
    const body =
      '{ "type":"METADATA",  "odd": [1, {"a": null}], "data": {"source":"ADOBE_STOCK","externalId":"' +
      adobeId(1) +
      '","x":"\\u00e9"} }';
    expect(await reporter.send(body, { id })).toBe(202);
    const event = await settled(id);
    expect(event).toMatchObject({ state: 'DONE', body });
    expect((await audit('asset.changed')).at(-1)).toMatchObject({
      actor: 'inbound:erp',
      data: { change: 'METADATA', system: 'procurement' },
    });
    const asAuditor = await gateway.query('auditor', EVENTS);
    expect(asAuditor.data.inboundEvents.edges.every((edge: { node: Event }) => edge.node.body === null)).toBe(true);
  });

  it.each([
    ['names no kind', { data: {} }, /type/],
    ['is no object', [1, 2], /body/],
    [
      'names a license that is none',
      { type: 'RENEWAL', data: { reference: 'x', licenseId: 'nonsense', terms: { validUntil: '2030-01-01T00:00:00Z' } } },
      /licenseId/,
    ],
    ['names an asset of nobody', { type: 'ASSET_CHANGE', data: { assetId: 'nonsense' } }, /assetId/],
    [
      'has a time that is none',
      { type: 'RENEWAL', data: { reference: 'x', licenseId: 'y', terms: { validUntil: 'soon' } } },
      /validUntil/,
    ],
    [
      'decides on what needs no approval',
      { type: 'APPROVAL', data: { source: 'ADOBE_STOCK', externalId: String(adobeId(0)), decision: 'APPROVE' } },
      /no library/,
    ],
  ])('and %s is rejected with a reason', async (_what, body, reason) => {
    const id = uniqueId();
    expect(await reporter.send(body, { id })).toBe(202);
    const event = await settled(id);
    expect(event?.state).toBe('REJECTED');
    expect(event?.reason).toMatch(reason);
  });

  it('of a kind that its connection may not report is rejected', async () => {
    const other = await createReporter(gateway, now, { name: 'dam', kinds: ['METADATA'] });
    const id = uniqueId();
    expect(await other.send(renewal('R-2'), { id })).toBe(202);
    expect((await settled(id))?.reason).toMatch(/may not report RENEWAL/);
  });
});

describe('a call that is not as it should be', () => {
  const url = () => `${gateway.url}/webhooks/${reporter.id}`;
  it.each<[string, number, () => Promise<number>]>([
    [
      'signed with another secret',
      401,
      () => reporter.send(renewal('X'), { secret: `whsec_${Buffer.alloc(32, 1).toString('base64')}` }),
    ],
    ['too old', 401, () => reporter.send(renewal('X'), { atMs: clock - 301_000 })],
    ['from the future', 401, () => reporter.send(renewal('X'), { atMs: clock + 302_000 })],
    ['without a signature', 401, () => post(url(), { 'content-type': 'application/json' }, '{}')],
    ['no JSON', 400, () => reporter.send('{"type":')],
    ['too large', 413, () => reporter.send(`{"a":"${'x'.repeat(1_048_576)}"}`)],
    [
      'for a connection that is none',
      404,
      () => post(`${gateway.url}/webhooks/nonsense`, signed(reporter.secret, 'a', clock, '{}'), '{}'),
    ],
    [
      'for another kind of id',
      404,
      () => post(`${gateway.url}/webhooks/${asset}`, signed(reporter.secret, 'a', clock, '{}'), '{}'),
    ],
  ])('%s is answered %i and leaves no row', async (_what, status, call) => {
    const before = await rows();
    expect(await call()).toBe(status);
    expect(await rows()).toBe(before);
  });

  it('altered on its way is refused, the tolerance held to the second', async () => {
    const body = JSON.stringify(renewal('Y'));
    const headers = signed(reporter.secret, uniqueId(), clock, body);
    expect(await post(url(), headers, body.replace('Y', 'Z'))).toBe(401);
    expect(await reporter.send(renewal('R-3'), { atMs: clock - 299_000 })).toBe(202);
  });

  it('two thousand of them have no effect and no 500', async () => {
    const id = uniqueId();
    const replay = JSON.stringify(renewal('R-4'));
    const headers = signed(reporter.secret, id, clock, replay);
    expect(await post(url(), headers, replay)).toBe(202);
    const before = await rows();
    const statuses = new Map<number, number>();
    const call = async (n: number): Promise<void> => {
      const body = `{"n":${n}}`;
      const kinds: (() => Promise<number>)[] = [
        () => post(url(), headers, replay),
        () => post(url(), signed(`whsec_${Buffer.alloc(32, n % 250).toString('base64')}`, `g-${n}`, clock, body), body),
        () =>
          post(
            url(),
            { 'webhook-id': `g-${n}`, 'webhook-timestamp': 'soon', 'webhook-signature': 'v1,%%%' },
            Buffer.alloc(200, n % 256),
          ),
        () => post(`${gateway.url}/webhooks/${Buffer.from(`InboundConnection:${n}`).toString('base64url')}`, headers, replay),
      ];
      const status = await (kinds[n % kinds.length] as () => Promise<number>)();
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    };
    for (let from = 0; from < 2_000; from += 50) await Promise.all(Array.from({ length: 50 }, (_, n) => call(from + n)));
    expect([...statuses.keys()].sort()).toEqual([202, 401, 404]);
    expect(statuses.get(202)).toBe(500);
    expect(await rows()).toBe(before);
  });
});

describe('a connection', () => {
  const change = (name: string, id: string) =>
    gateway.query(
      'admin',
      `mutation { ${name}(connectionId: "${id}") { __typename ... on InboundConnectionPayload { secret connection { enabled } } ... on InvalidRequest { problems { code } } } }`,
    );

  it('has two good secrets for a day after its secret was rotated', async () => {
    const rotating = await createReporter(gateway, now, { name: 'rotating', kinds: ['METADATA'] });
    const { data } = await change('rotateInboundSecret', rotating.id);
    const { secret } = data.rotateInboundSecret;
    expect(secret).toMatch(/^whsec_/);
    const body = { type: 'METADATA', data: { assetId: asset } };
    expect(await rotating.send(body)).toBe(202);
    expect(await rotating.send(body, { secret })).toBe(202);
    clock += 24 * 3_600_000 + 1_000;
    expect(await rotating.send(body)).toBe(401);
    expect(await rotating.send(body, { secret })).toBe(202);
  });

  it('that is disabled is there no longer, and its secret stands in no column', async () => {
    const closing = await createReporter(gateway, now, { name: 'closing', kinds: ['METADATA'] });
    expect((await change('disableInboundConnection', closing.id)).data.disableInboundConnection.connection.enabled).toBe(false);
    expect(await closing.send({ type: 'METADATA', data: { assetId: asset } })).toBe(404);
    const [row] = await gateway.database.query(
      "select row_to_json(c)::text as all from inbound_connection c where name = 'closing'",
    );
    expect(String(row?.all)).not.toContain(closing.secret.slice(6, 30));
  });

  it('is made by admins alone, under a name of its own, and is unknown to other tenants', async () => {
    const document =
      'mutation { createInboundConnection(input: { name: "erp", system: "x", kinds: [METADATA] }) { __typename ... on InvalidRequest { problems { code } } } }';
    expect((await gateway.query('licensor', document)).errors[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await gateway.query('admin', document)).data.createInboundConnection.problems).toEqual([{ code: 'TAKEN' }]);
    expect(
      (await gateway.query('acme/admin', '{ inboundConnections { id } inboundEvents { edges { node { id } } } }')).data,
    ).toEqual({
      inboundConnections: [],
      inboundEvents: { edges: [] },
    });
  });
});
