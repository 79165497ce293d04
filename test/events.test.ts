/** The catalogue says what is sent, and what is sent is as the catalogue says; the outbox holds each event of the trail, once. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { AUDIT_ACTIONS } from '../src/domain/audit-event.js';
import { cursorOf, isWantedType, positionOf, sequenceOf } from '../src/domain/event.js';
import { EVENT_TYPES, eventCatalogue } from '../src/domain/event-catalogue.js';
import { endOfAttempt, RETRY_PAUSES_MS } from '../src/domain/event-endpoint.js';
import { signWebhook } from '../src/domain/webhook-signature.js';
import { type Database, inTenant } from '../src/store/database.js';
import { DEFAULT, databaseOf, happen, type Receiver, startReceiver, subscribeReceiver } from './support/events.js';
import { eventually, type Gateway, startGateway } from './support/gateway.js';
import { ADOBE, buy, freshAsset } from './support/purchase.js';
import { type Simulators, startSimulators } from './support/simulators.js';

interface Catalogue {
  readonly types: readonly { readonly type: string; readonly description: string; readonly data: object }[];
  readonly notSent: readonly { readonly action: string; readonly because: string }[];
}
const committed = JSON.parse(readFileSync(new URL('../docs/events/catalogue.json', import.meta.url), 'utf8')) as Catalogue;

describe('the catalogue', () => {
  it('that is committed is what the code makes: otherwise run npm run events', () => {
    expect(committed).toEqual(eventCatalogue());
  });

  it('decides on each action of the trail, with a reason for what is not sent', () => {
    const named = [
      ...committed.types.map(({ type }) => type.replace('clearance.', '')),
      ...committed.notSent.map(({ action }) => action),
    ];
    expect(named.sort()).toEqual([...AUDIT_ACTIONS].sort());
    expect(committed.notSent.filter(({ because }) => because === 'not decided')).toEqual([]);
    expect(committed.types.every(({ description }) => /^[A-Z].*[.:]$/.test(description))).toBe(true);
  });
});

describe('a type', () => {
  it('is wanted whole, by its beginning, or as one of all', () => {
    const [granted, other] = ['clearance.license.granted', 'clearance.license.grant'];
    expect(isWantedType(granted, [])).toBe(true);
    expect(isWantedType(granted, [granted])).toBe(true);
    expect(isWantedType(granted, ['clearance.license.*'])).toBe(true);
    expect(isWantedType(granted, ['clearance.*'])).toBe(true);
    expect(isWantedType(granted, [other, 'clearance.lic.*', 'clearance.license'])).toBe(false);
  });
});

describe('a place in the stream', () => {
  it('survives as a cursor, and as text that sorts', () => {
    for (const position of [0, 1, 9, 10, 123_456_789]) expect(positionOf(cursorOf(position))).toBe(position);
    expect(['', 'x', cursorOf(1).slice(1), `${cursorOf(1)}=`].map(positionOf)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(sequenceOf(9) < sequenceOf(10)).toBe(true);
  });
});

describe('a try', () => {
  const failed = { status: 500, error: 'x', retryAfterMs: null };

  it('that fails is followed by another after the pause of its place and at most a tenth more, ten times in all', () => {
    const pauses = RETRY_PAUSES_MS.map((_, index) => [0, 1].map((chance) => endOfAttempt(failed, index + 1, chance)));
    expect(pauses).toEqual(
      RETRY_PAUSES_MS.map((ms) => [
        { kind: 'again', afterMs: ms },
        { kind: 'again', afterMs: Math.round(ms * 1.1) },
      ]),
    );
    expect(endOfAttempt(failed, 10, 0)).toEqual({ kind: 'given_up' });
    expect(endOfAttempt({ ...failed, status: null }, 1, 0)).toEqual({ kind: 'again', afterMs: 5_000 });
    expect(endOfAttempt({ ...failed, retryAfterMs: 1e12 }, 1, 0)).toEqual({ kind: 'again', afterMs: 86_400_000 });
    expect(endOfAttempt({ ...failed, retryAfterMs: 1_000 }, 2, 0)).toEqual({ kind: 'again', afterMs: 300_000 });
  });

  it.each([200, 201, 202, 204, 299])('that is answered %i has been taken', (status) => {
    expect(endOfAttempt({ ...failed, status }, 1, 0)).toEqual({ kind: 'delivered' });
  });

  it.each([301, 302, 307, 400, 401, 404, 429, 500, 503])('that is answered %i has not', (status) => {
    expect(endOfAttempt({ ...failed, status }, 1, 0).kind).toBe('again');
  });
});

describe('the signature', () => {
  it('is the one of the scheme, for a known secret, id, time and body', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const headers = signWebhook([secret], {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      atMs: 1_614_265_330_000,
      body: '{"test": 2432232314}',
    });
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });
});

describe('events that are sent', () => {
  let simulators: Simulators;
  let gateway: Gateway;
  let receiver: Receiver;
  let db: Database;

  beforeAll(async () => {
    simulators = await startSimulators({ only: ['adobe-stock'] });
    receiver = await startReceiver();
    gateway = await startGateway({ env: { ...simulators.env, OUTBOUND_ALLOW: '127.0.0.1' } });
    db = databaseOf(gateway);
  });
  afterAll(async () => {
    await db.destroy();
    await gateway.stop();
    await receiver.stop();
    await simulators.stop();
  });

  it('have data as their type has them in the catalogue', async () => {
    await subscribeReceiver(gateway, receiver);
    const asset = await freshAsset(gateway, ADOBE);
    const allocation = { costCenter: 'c1', campaign: 'spring' };
    const { license } = await buy(gateway, { assetId: asset.id, idempotencyKey: 'catalogue', allocation });
    await buy(gateway, { assetId: asset.id, idempotencyKey: 'catalogue-again' });
    const use = `mutation { recordUsage(input: { licenseId: "${license.id}", idempotencyKey: "u", use: { channel: "web" } }) { __typename } }`;
    expect((await gateway.query('licensor', use)).data.recordUsage.__typename).toBe('RecordUsagePayload');
    await eventually(
      async () => receiver.received.map(({ event }) => event.type),
      (types) => types.includes('clearance.usage.recorded'),
    );
    const ajv = new Ajv2020({ strict: false });
    (formats as unknown as (ajv: object) => void)(ajv);
    const schemas = new Map(committed.types.map(({ type, data }) => [type, ajv.compile(data)]));
    for (const { event } of receiver.received) {
      const validate = schemas.get(event.type);
      expect([event.type, validate?.(event.data), validate?.errors ?? null]).toEqual([event.type, true, null]);
    }
    expect(new Set(receiver.received.map(({ event }) => event.type)).size).toBeGreaterThanOrEqual(3);
    expect(receiver.received.every(({ event }) => EVENT_TYPES.includes(event.type))).toBe(true);
    expect(receiver.forged).toBe(0);
  });

  it('stand in the outbox once for each event of the trail, and not when their transaction is undone', async () => {
    await inTenant(db, DEFAULT, async (tx) => {
      await happen(tx, { subject: 'undone' });
      throw new Error('undone');
    }).catch(() => undefined);
    const [row] = await gateway.database.query(
      'select (select count(*)::integer from audit_event) as trail, count(*)::integer as outbox, count(distinct o.event_id)::integer as ids from outbox o join audit_event a using (event_id, tenant_id)',
    );
    expect(row?.outbox).toBe(row?.trail);
    expect(row?.ids).toBe(row?.trail);
  });
});
