/** How long an event is on its way to its receivers, while another receiver hangs and while none does; in turns, in one run. */
import { openDatabase } from '../src/store/database.js';
import { happened, type Receiver, startReceiver, subscribeReceiver } from '../test/support/events.js';
import { eventually, type Gateway, startGateway } from '../test/support/gateway.js';
import { startSimulators } from '../test/support/simulators.js';
import { atMost, type Goal, say, sayTable } from './support/report.js';
import { quantile } from './support/statistics.js';

const GOAL = 1.5;
const RECEIVERS = 3;
const ROUNDS = 4;
const EVENTS = 150;
const EVENTS_QUICK = 60;
/** Spread over the rhythm in which the stream is looked at, so that every delay is met. */
const PAUSE_MS = 17;

const switched = async (gateway: Gateway, id: string, on: boolean): Promise<void> => {
  const call = on ? `enableEventEndpoint(endpointId: "${id}")` : `disableEventEndpoint(endpointId: "${id}")`;
  const { errors } = await gateway.query('admin', `mutation { ${call} { __typename } }`);
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
};

export const runEvents = async (quick: boolean): Promise<readonly Goal[]> => {
  const events = quick ? EVENTS_QUICK : EVENTS;
  say(`Events: ${events} one by one to ${RECEIVERS} receivers, ${ROUNDS} turns with one more that hangs and ${ROUNDS} without`);
  const simulators = await startSimulators({ only: ['adobe-stock'] });
  const gateway = await startGateway({ env: { ...simulators.env, OUTBOUND_ALLOW: '127.0.0.1' } });
  const db = openDatabase({ url: gateway.database.appUrl, onError: () => undefined });
  const hanging = await startReceiver();
  hanging.behave = () => ({ status: 0 });
  const receivers: Receiver[] = [];
  const sentAt = new Map<string, number>();
  const took: Record<'alone' | 'beside', number[]> = { alone: [], beside: [] };
  let turn: 'alone' | 'beside' = 'alone';
  for (let n = 0; n < RECEIVERS; n += 1) {
    const receiver = await startReceiver();
    await subscribeReceiver(gateway, receiver, { types: ['clearance.alert.*'] });
    receiver.behave = ({ event }) => {
      took[turn].push(performance.now() - (sentAt.get(event.subject) ?? Number.NaN));
      return { status: 204 };
    };
    receivers.push(receiver);
  }
  const id = await subscribeReceiver(gateway, hanging, { types: ['clearance.alert.*'] });
  for (let round = 0; round < 2 * ROUNDS; round += 1) {
    turn = round % 2 === 0 ? 'alone' : 'beside';
    await switched(gateway, id, turn === 'beside');
    const before = receivers.map(({ received }) => received.length);
    for (let n = 0; n < events; n += 1) {
      const subject = `${round}.${n}`;
      await happened(db, { subject });
      sentAt.set(subject, performance.now());
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    await eventually(
      async () => receivers.every(({ received }, index) => received.length === (before[index] ?? 0) + events),
      Boolean,
    );
  }
  const row = (label: string, times: readonly number[]) => [
    label,
    ...[0.5, 0.9, 0.99].map((share) => `${quantile(times, share).toFixed(0)} ms`),
  ];
  sayTable([
    ['from the commit to the receiver', 'half', '90 %', '99 %'],
    row('alone', took.alone),
    row('beside one that hangs', took.beside),
  ]);
  say(`The one that hangs had ${hanging.received.length} calls.`);
  say();
  await db.destroy();
  await gateway.stop();
  await Promise.all([hanging, ...receivers].map((receiver) => receiver.stop()));
  await simulators.stop();
  const ratio = quantile(took.beside, 0.99) / quantile(took.alone, 0.99);
  return [atMost('p99 of events beside an endpoint that hangs, against without it', ratio, GOAL)];
};
