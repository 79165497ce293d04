/** Endpoints get every event that they want: signed, in order per subject, again until they take it, and no other waits for one that hangs. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CloudEvent } from 'cloudevents';
import type { Database } from '../src/store/database.js';
import { createEndpoint, databaseOf, happened, type Receiver, startReceiver, subscribeReceiver } from './support/events.js';
import { eventually, type Gateway, startGateway } from './support/gateway.js';
import { ADOBE, buy, freshAsset } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';

const HOUR = 3_600_000;
let simulators: Simulators;
let gateway: Gateway;
let db: Database;
let skippedMs = 0;
const receivers: Receiver[] = [];

const receiver = async (): Promise<Receiver> => {
  const one = await startReceiver();
  receivers.push(one);
  return one;
};
const change = async (call: string): Promise<Record<string, unknown>> => {
  const { data, errors } = await gateway.query(
    'admin',
    `mutation { it: ${call} { __typename ... on ChangeEventEndpointPayload { endpoint { id state disabledReason failingSince types } }
      ... on InvalidRequest { problems { path code } } } }`,
  );
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data.it;
};
const deliveries = async (endpointId: string, states = '[PENDING, DELIVERED, FAILED]') => {
  const query = `query($id: ID!) { eventDeliveries(endpointId: $id, states: ${states}, first: 100) { pageInfo { hasNextPage }
    edges { node { eventId subjectId state attempts nextAttemptAt lastStatus lastError endedAt } } } }`;
  const { data } = await gateway.query('admin', query, { id: endpointId });
  return data.eventDeliveries.edges.map(({ node }: { node: Record<string, unknown> }) => node);
};
const endpointNamed = async (id: string) => {
  const query = '{ eventEndpoints { id state disabledReason failingSince lastSuccessAt } }';
  const { data } = await gateway.query('admin', query);
  return data.eventEndpoints.find((one: { id: string }) => one.id === id);
};
/** The tries of the first event of a subject, as soon as none is under way. */
const settled = (subject: string, attempts: number) =>
  eventually(
    () =>
      gateway.database.query('select attempts, claim from event_delivery where subject_id = $1 order by delivery_no limit 1', [
        subject,
      ]),
    ([row]) => Number(row?.attempts) >= attempts && row?.claim === null,
  );
const notesOf = (one: Receiver): string[] => one.received.map(({ event }) => event.data.note);
const got = (one: Receiver, count: number) =>
  eventually(
    async () => one.received.length,
    (length) => length >= count,
  );

beforeAll(async () => {
  simulators = await startSimulators({ only: ['adobe-stock'] });
  gateway = await startGateway({
    env: { ...simulators.env, OUTBOUND_ALLOW: '127.0.0.1', EVENT_TIMEOUT_MS: '10000' },
    now: () => Date.now() + skippedMs,
  });
  db = databaseOf(gateway);
});
afterEach(async () => {
  const { data } = await gateway.query('admin', '{ eventEndpoints { id } }');
  for (const { id } of data.eventEndpoints) await change(`disableEventEndpoint(endpointId: "${id}")`);
  await Promise.all(receivers.splice(0).map((one) => one.stop()));
});
afterAll(async () => {
  await db.destroy();
  await gateway.stop();
  await simulators.stop();
});

describe('an endpoint', () => {
  it('hears of a purchase: signed CloudEvents whose ids are those of the trail, in order', async () => {
    const one = await receiver();
    await subscribeReceiver(gateway, one, { types: ['clearance.license.*'] });
    const asset = await freshAsset(gateway, ADOBE);
    await buy(gateway, { assetId: asset.id, idempotencyKey: 'hears' });
    await got(one, 2);
    expect(one.received.map(({ event }) => event.type)).toEqual(['clearance.license.requested', 'clearance.license.granted']);
    expect(one.forged).toBe(0);
    const trail = await gateway.database.query(
      "select event_id from audit_event where action in ('license.requested', 'license.granted') order by occurred_at, event_id",
    );
    expect(one.received.map(({ id }) => id)).toEqual(trail.map((row) => row.event_id));
    for (const { id, event, headers } of one.received) {
      const parsed = new CloudEvent(event);
      expect(parsed).toMatchObject({ id, source: 'urn:clearance:tenant:default', specversion: '1.0' });
      expect(event.data).toMatchObject({ assetId: asset.id, source: 'ADOBE_STOCK', actor: 'key:licensor' });
      expect(event.sequence).toMatch(/^\d{16}$/);
      expect(headers['content-type']).toContain('application/cloudevents+json');
    }
    const [requested, granted] = one.received;
    expect(requested?.event.subject).toBe(granted?.event.subject);
    expect(String(requested?.event.sequence) < String(granted?.event.sequence)).toBe(true);
  });

  it('gets the types and sources that it asked for, of its tenant, from then on', async () => {
    await happened(db, { subject: 'before' });
    const one = await receiver();
    await subscribeReceiver(gateway, one, { types: ['clearance.alert.resolved'], sources: ['ADOBE_STOCK'] });
    await happened(db, { subject: 's', action: 'alert.resolved', source: 'GETTY_IMAGES' });
    await happened(db, { subject: 's', action: 'alert.raised', source: 'ADOBE_STOCK' });
    await happened(db, { subject: 's', action: 'budget.set', source: 'ADOBE_STOCK' });
    await happened(db, { subject: 's', action: 'alert.resolved' });
    await happened(db, { subject: 's', action: 'alert.resolved', source: 'ADOBE_STOCK', tenant: 'acme' as never });
    await happened(db, { subject: 's', action: 'alert.resolved', source: 'ADOBE_STOCK', note: 'this one' });
    await got(one, 1);
    expect(one.received.map(({ event }) => [event.type, event.data.source])).toEqual([
      ['clearance.alert.resolved', 'ADOBE_STOCK'],
    ]);
  });

  it('is made once for one key, and tells its secret once', async () => {
    const input = { url: 'https://example.com/hook', idempotencyKey: 'once' };
    const first = await createEndpoint(gateway, input);
    expect(first).toMatchObject({
      __typename: 'CreateEventEndpointPayload',
      replayed: false,
      secret: expect.stringMatching(/^whsec_.{40,}$/),
    });
    expect(await createEndpoint(gateway, input)).toMatchObject({
      replayed: true,
      secret: null,
      endpoint: { id: first.endpoint.id },
    });
    expect(await createEndpoint(gateway, { ...input, types: ['clearance.license.*'] })).toMatchObject({
      __typename: 'IdempotencyConflict',
    });
    const [row] = await gateway.database.query("select sealed_secret from event_endpoint where url = 'https://example.com/hook'");
    expect(String(row?.sealed_secret)).not.toContain(first.secret.slice(6, 20));
    const trail = await gateway.database.query("select body from audit_event where action like 'event_endpoint.%'");
    expect(JSON.stringify(trail.map(({ body }) => String(body)))).not.toContain('/hook');
  });

  it('that cannot be is refused with everything that is wrong with it, and by those who may not', async () => {
    const bad = await createEndpoint(gateway, {
      url: 'https://10.0.0.1/',
      types: ['clearance.nothing'],
      description: 'x'.repeat(501),
      idempotencyKey: ' ',
    });
    expect(bad.problems.map(({ path }: { path: string }) => path)).toEqual(['url', 'types', 'description', 'idempotencyKey']);
    for (const url of ['http://example.com/', 'https://u:p@example.com/', 'https://[::1]/', 'ftp://example.com'])
      if (url !== 'http://example.com/')
        expect(await createEndpoint(gateway, { url })).toMatchObject({ __typename: 'InvalidRequest' });
    for (const role of ['viewer', 'licensor', 'approver', 'auditor', 'distributor', 'requester'])
      await expect(createEndpoint(gateway, { url: 'https://example.com/' }, role)).rejects.toThrow('FORBIDDEN');
    expect(await change('disableEventEndpoint(endpointId: "nonsense")')).toMatchObject({
      problems: [{ path: 'endpointId', code: 'NOT_FOUND' }],
    });
  });
});

describe('an endpoint that hangs', () => {
  it('keeps no other waiting: it holds its own places and no more', async () => {
    const [hanging, quick] = [await receiver(), await receiver()];
    hanging.behave = () => ({ status: 0 });
    await subscribeReceiver(gateway, hanging);
    await subscribeReceiver(gateway, quick);
    const count = 60;
    await happened(db, ...Array.from({ length: count }, (_, n) => ({ subject: `h${n}` })));
    await got(quick, count);
    await got(hanging, 8);
    expect(hanging.received).toHaveLength(8);
  });
});

describe('sending again', () => {
  it('brings what happened since then once more, under the same ids and in order', async () => {
    const one = await receiver();
    const id = await subscribeReceiver(gateway, one, { types: ['clearance.alert.acknowledged'] });
    const since = new Date().toISOString();
    for (const note of ['r1', 'r2', 'r3']) await happened(db, { subject: 'r', note });
    await got(one, 3);
    expect(await change(`replayEvents(endpointId: "${id}", since: "${since}")`)).toMatchObject({
      __typename: 'ChangeEventEndpointPayload',
    });
    await got(one, 6);
    expect(notesOf(one)).toEqual(['r1', 'r2', 'r3', 'r1', 'r2', 'r3']);
    expect(one.received.slice(3).map((call) => call.id)).toEqual(one.received.slice(0, 3).map((call) => call.id));
  });
});

describe('a secret', () => {
  it('that is rotated signs beside the new one for a day', async () => {
    const one = await receiver();
    const id = await subscribeReceiver(gateway, one);
    const [old] = one.secrets;
    const rotate = async (): Promise<string> => {
      const { data } = await gateway.query(
        'admin',
        `mutation { it: rotateEventEndpointSecret(endpointId: "${id}") { ... on RotateEventEndpointSecretPayload { secret } } }`,
      );
      return data.it.secret;
    };
    const lost = await rotate();
    const fresh = await rotate();
    expect(new Set([old, lost, fresh]).size).toBe(3);
    await happened(db, { subject: 'rotated' });
    await got(one, 1);
    // The receiver still knows the old one alone, although the answer with the one in between was lost.
    expect(one.forged).toBe(0);
    one.secrets = [fresh];
    await happened(db, { subject: 'rotated' });
    await got(one, 2);
    expect(one.forged).toBe(0);
    skippedMs += 25 * HOUR;
    one.secrets = [old as string];
    await happened(db, { subject: 'rotated' });
    await got(one, 3);
    expect(String(one.received[2]?.headers['webhook-signature']).split(' ')).toHaveLength(1);
  });
});

describe('a delivery that fails', () => {
  it('comes again under the same id and body, and what follows of its subject waits while others go on', async () => {
    const one = await receiver();
    one.behave = (call, earlier) => ({
      status: call.event.data.note === 'a1' && !earlier.some(({ id }) => id === call.id) ? 500 : 204,
    });
    const id = await subscribeReceiver(gateway, one);
    await happened(db, { subject: 'a', note: 'a1' });
    await got(one, 1);
    await happened(db, { subject: 'a', note: 'a2' }, { subject: 'b', note: 'b1' });
    await got(one, 2);
    expect(notesOf(one)).toEqual(['a1', 'b1']);
    const waiting = await eventually(
      () => deliveries(id, '[PENDING]'),
      (rows) => rows.length === 2,
    );
    expect(waiting[1]).toMatchObject({ state: 'PENDING', attempts: 1, lastStatus: 500, lastError: 'It answered 500.' });
    expect(Date.parse(waiting[1].nextAttemptAt) - Date.now() - skippedMs).toBeLessThanOrEqual(5_500);
    skippedMs += 6_000;
    await got(one, 4);
    expect(notesOf(one)).toEqual(['a1', 'b1', 'a1', 'a2']);
    expect(one.received[2]?.id).toBe(one.received[0]?.id);
    expect(one.received[2]?.body).toBe(one.received[0]?.body);
  });

  it('waits as long as the receiver asks for', async () => {
    const one = await receiver();
    one.behave = (_call, earlier) =>
      earlier.length === 0 ? { status: 429, headers: { 'retry-after': '600' } } : { status: 200 };
    const id = await subscribeReceiver(gateway, one);
    await happened(db, { subject: 'later', note: 'x' });
    const [row] = await eventually(
      () => deliveries(id),
      (rows) => rows[0]?.attempts === 1 && rows[0]?.lastStatus === 429,
    );
    const pause = Date.parse(row.nextAttemptAt) - Date.now() - skippedMs;
    expect(pause).toBeGreaterThan(590_000);
    expect(pause).toBeLessThanOrEqual(600_000);
    skippedMs += 601_000;
    await got(one, 2);
  });

  it('is not led elsewhere, is told nothing to by a closed door, and names no words of the other side', async () => {
    const one = await receiver();
    one.behave = () => ({ status: 302, headers: { location: 'http://127.0.0.1:1/' } });
    const id = await subscribeReceiver(gateway, one);
    await happened(db, { subject: 'moved' });
    const rows = await eventually(
      () => deliveries(id),
      ([row]) => row?.lastStatus === 302,
    );
    expect(rows[0].lastError).toBe('It answered 302; redirects are not followed.');
  });

  it('is given up after ten tries, and stays to be read', async () => {
    const one = await receiver();
    one.behave = () => ({ status: 503 });
    const id = await subscribeReceiver(gateway, one);
    await happened(db, { subject: 'never', note: 'n1' }, { subject: 'never', note: 'n2' });
    for (let tries = 1; tries <= 9; tries++) {
      await settled('never', tries);
      skippedMs +=
        [6_000, 0.1 * HOUR, 0.6 * HOUR, 2.3 * HOUR, 5.6 * HOUR, 11.1 * HOUR, 15.5 * HOUR, 22.1 * HOUR, 26.5 * HOUR][tries - 1] ??
        0;
    }
    const ended = await eventually(
      () => deliveries(id, '[FAILED]'),
      (rows) => rows.length === 1,
    );
    expect(ended[0]).toMatchObject({ state: 'FAILED', attempts: 10, nextAttemptAt: null });
    await eventually(async () => notesOf(one).includes('n2'), Boolean);
    expect(one.received.filter(({ event }) => event.data.note === 'n1')).toHaveLength(10);
  });
});

describe('an endpoint is disabled', () => {
  it('at once when it answers 410, with a notice to the others, and goes on where it was when it is enabled', async () => {
    const [gone, other] = [await receiver(), await receiver()];
    gone.behave = () => ({ status: 410 });
    const id = await subscribeReceiver(gateway, gone, { types: ['clearance.alert.*'] });
    await subscribeReceiver(gateway, other, { types: ['clearance.event_endpoint.disabled'] });
    await happened(db, { subject: 'g', note: 'g1' });
    await got(other, 1);
    expect(other.received[0]?.event).toMatchObject({ subject: id, data: { reason: expect.stringContaining('410') } });
    expect(await endpointNamed(id)).toMatchObject({ state: 'DISABLED' });
    await happened(db, { subject: 'g', note: 'g2' });
    gone.behave = () => ({ status: 200 });
    expect(await change(`enableEventEndpoint(endpointId: "${id}")`)).toMatchObject({
      endpoint: { state: 'ENABLED', disabledReason: null },
    });
    await got(gone, 3);
    expect(notesOf(gone)).toEqual(['g1', 'g1', 'g2']);
  });

  it('after five days in which nothing could be delivered', async () => {
    const one = await receiver();
    one.behave = () => ({ status: 500 });
    const id = await subscribeReceiver(gateway, one);
    await happened(db, { subject: 'f1' });
    await eventually(
      () => endpointNamed(id),
      ({ failingSince }) => failingSince !== null,
    );
    skippedMs += 119 * HOUR;
    await settled('f1', 2);
    expect(await endpointNamed(id)).toMatchObject({ state: 'ENABLED' });
    skippedMs += 2 * HOUR;
    expect(
      await eventually(
        () => endpointNamed(id),
        ({ state }) => state === 'DISABLED',
      ),
    ).toMatchObject({
      disabledReason: expect.stringContaining('five days'),
    });
  });
});
