/** The whole road over HTTP alone: asked for, agreed to in two steps, turned back by a new price, agreed to anew, bought; and everybody hears of it in order. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CloudEvent } from 'cloudevents';
import { type Receiver, startReceiver, subscribeReceiver } from './support/events.js';
import { eventually, type Gateway, startGateway } from './support/gateway.js';
import { ADOBE, booked, freshAsset, GETTY, spends } from './support/purchase.js';
import {
  type Answer,
  decide,
  fulfilRequest,
  PEOPLE_KEYS,
  readRequest,
  refreshCandidate,
  setRules,
  submitRequest,
  submitted,
} from './support/requests.js';
import { type Simulators, startSimulators } from './support/simulators.js';

let simulators: Simulators;
let gateway: Gateway;
let receiver: Receiver;

beforeAll(async () => {
  simulators = await startSimulators({ only: [ADOBE.simulator, GETTY.simulator] });
  const people = { CLEARANCE_API_KEYS: PEOPLE_KEYS, ASSET_CACHE_TTL_SECONDS: '0', OUTBOUND_ALLOW: '127.0.0.0/8' };
  gateway = await startGateway({ env: { ...simulators.env, ...people } });
  receiver = await startReceiver();
});
afterAll(async () => {
  await gateway?.stop();
  await receiver?.stop();
  await simulators?.stop();
});

describe('from the request to the license', () => {
  it('every change is heard of once, signed, in order for each subject', async () => {
    await subscribeReceiver(gateway, receiver, { types: ['clearance.request.*', 'clearance.approval.*', 'clearance.license.*'] });
    const steps = [{ name: 'picture desk' }, { name: 'finance', people: ['key:boss'] }];
    await setRules(gateway, [{ name: 'stock', when: { sources: ['ADOBE_STOCK', 'GETTY_IMAGES'] }, steps, validForHours: 48 }]);
    await simulators.action(ADOBE.simulator, 'set-account', { kind: 'consumer-overage' });
    await simulators.action(ADOBE.simulator, 'set-quota', { quota: 50 });
    const [first, second] = [await freshAsset(gateway, ADOBE), await freshAsset(gateway, GETTY)];
    const request = await submitted(gateway, [first.id, second.id], { request: { campaign: 'spring' } });
    for (const { approval } of request.items) {
      expect((await decide(gateway, approval, 'anna')).approval).toMatchObject({ state: 'PENDING' });
      expect((await decide(gateway, approval, 'boss')).approval).toMatchObject({ state: 'APPROVED' });
    }

    await simulators.action(ADOBE.simulator, 'set-quota', { quota: 0 });
    const turned = await fulfilRequest(gateway, request.id);
    expect(turned.items.map(({ outcome }: Answer) => outcome.__typename)).toEqual(['QuoteChanged', 'LicenseGranted']);
    expect(await spends(simulators, ADOBE, first.externalId)).toBe(0);
    const [stale] = (await readRequest(gateway, request.id)).items;
    await refreshCandidate(gateway, stale.id);
    const [item] = (await submitRequest(gateway, request.id)).request.items;
    for (const caller of ['anna', 'boss']) await decide(gateway, item.approval, caller);
    const done = await fulfilRequest(gateway, request.id);
    expect(done.items.map(({ outcome }: Answer) => outcome.__typename)).toEqual(['LicenseGranted']);
    expect(await booked(simulators, ADOBE, first.externalId)).toHaveLength(1);
    expect(await booked(simulators, GETTY, second.externalId)).toHaveLength(1);
    expect(await readRequest(gateway, request.id)).toMatchObject({ state: 'CLOSED' });

    const granted = () => receiver.received.filter(({ event }) => event.type === 'clearance.license.granted');
    const used = () => receiver.received.filter(({ event }) => event.type === 'clearance.approval.used');
    await eventually(
      async () => [granted().length, used().length],
      ([licenses, approvals]) => licenses === 2 && approvals === 2,
    );
    expect(receiver.forged).toBe(0);
    for (const { event } of receiver.received) expect(new CloudEvent(event).specversion).toBe('1.0');
    const ids = receiver.received.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const typesOf = (subject: string): string[] =>
      receiver.received.filter(({ event }) => event.subject === subject).map(({ event }) => event.type.replace('clearance.', ''));
    expect(typesOf(stale.approval.id)).toEqual([
      'approval.requested',
      'approval.decided',
      'approval.decided',
      'approval.approved',
      'approval.voided',
    ]);
    expect(typesOf(item.approval.id).slice(-2)).toEqual(['approval.approved', 'approval.used']);
    const trail = await gateway.database.query(
      'select event_id, subject_id from audit_event where event_id = any($1::uuid[]) order by occurred_at, event_id',
      [ids],
    );
    for (const subject of new Set(trail.map((row) => String(row.subject_id))))
      expect(receiver.received.filter(({ event }) => event.subject === subject).map(({ id }) => id)).toEqual(
        trail.filter((row) => row.subject_id === subject).map((row) => row.event_id),
      );
  });
});
