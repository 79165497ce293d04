/** The other side: takes events, checks their signatures, fails and hangs up at random, and remembers everything that came. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { Rng } from '../rng.js';

export interface Arrival {
  readonly id: string;
  readonly subject: string;
  /** What the writer called the change. */
  readonly name: string;
  readonly signed: boolean;
  /** Whether we said that we have it. A call that was cut off before does not count. */
  acknowledged: boolean;
}

export interface EventReceiver {
  readonly url: string;
  readonly arrivals: Arrival[];
  secret: string;
  /** Called before and after each answer. */
  onCall: (moment: 'before' | 'after') => void;
  /** From then on everything is taken. */
  calm(): void;
  stop(): Promise<void>;
}

interface Body {
  readonly id: string;
  readonly subject: string;
  readonly data: { readonly reason?: string };
}

const FAILS = 0.06;
const HANGS_UP = 0.06;
const SLOWEST_MS = 30;

const isSigned = (secret: string, body: string, headers: Record<string, string>): boolean => {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
};

export const startEventReceiver = async (rng: Rng): Promise<EventReceiver> => {
  const arrivals: Arrival[] = [];
  let isCalm = false;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined).on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const headers = request.headers as Record<string, string>;
      const { id, subject, data } = JSON.parse(body) as Body;
      const signed = headers['webhook-id'] === id && isSigned(receiver.secret, body, headers);
      const arrival: Arrival = { id, subject, name: data.reason ?? '', signed, acknowledged: false };
      arrivals.push(arrival);
      receiver.onCall('before');
      const [chance, pauseMs] = [isCalm ? 1 : rng.next(), rng.next() * SLOWEST_MS];
      setTimeout(() => {
        if (chance < HANGS_UP) return void request.socket.destroy();
        if (chance < HANGS_UP + FAILS) return void response.writeHead(500).end();
        if (request.socket.destroyed) return;
        arrival.acknowledged = true;
        response.writeHead(204).end(() => receiver.onCall('after'));
      }, pauseMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: EventReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    arrivals,
    secret: '',
    onCall: () => undefined,
    calm: () => {
      isCalm = true;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
};
