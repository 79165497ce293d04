/** Stands between a gateway and PostgreSQL, passes everything on, and stops where it is told to. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createSplitter, type Message } from './postgres.messages.js';
import { createConversation } from './postgres.transaction.js';
import type { Verdict, Watch, WireEvent } from './wire.events.js';

export interface WireProxy {
  readonly port: number;
  /** Ends every connection; new ones are taken. */
  drop(): void;
  close(): Promise<void>;
}

const SSL_REQUEST = 80_877_103;
/** Messages that together make one question, which ends with Sync or is a simple query. */
const PARTS = new Set(['P', 'B', 'D', 'E', 'C', 'S', 'Q']);

const serve = (client: Socket, server: Socket, watch: Watch): void => {
  const conversation = createConversation();
  const fromClient = createSplitter(false);
  const fromServer = createSplitter(true);
  let unit: Message[] = [];
  /** Questions whose answers are still to come, oldest first. */
  const open: (string | undefined)[] = [];
  let answer: Message[] = [];
  let isCut = false;

  const cut = (): void => {
    isCut = true;
    client.destroy();
    server.destroy();
  };
  /** True when the connection goes on. */
  const pass = (event: WireEvent): boolean => {
    const verdict: Verdict | undefined = watch(event);
    if (!verdict) return true;
    void verdict.finish();
    if (verdict.next === 'cut') cut();
    return verdict.next === 'go';
  };

  client.on('data', (chunk: Buffer) => {
    for (const message of fromClient.push(chunk)) {
      if (isCut) return;
      if (message.type === '' && message.body.length >= 4 && message.body.readInt32BE(0) === SSL_REQUEST) {
        client.write('N');
        continue;
      }
      if (!PARTS.has(message.type)) {
        server.write(message.bytes);
        continue;
      }
      unit.push(message);
      if (message.type !== 'S' && message.type !== 'Q') continue;
      const whole = unit;
      unit = [];
      const subject = conversation.read(whole);
      const ask = (): void => {
        if (isCut) return;
        open.push(subject);
        server.write(Buffer.concat(whole.map(({ bytes }) => bytes)));
      };
      const verdict = subject === undefined ? undefined : watch(`sql/${subject}/before`);
      // Whoever commits asks nothing more before it is answered: only this waits.
      const finished = verdict?.finish();
      if (verdict?.next === 'cut') return cut();
      if (verdict?.next === 'late') void Promise.resolve(finished).then(ask);
      else ask();
    }
  });

  server.on('data', (chunk: Buffer) => {
    for (const message of fromServer.push(chunk)) {
      if (isCut) return;
      if (open.length === 0) {
        client.write(message.bytes);
        continue;
      }
      answer.push(message);
      if (message.type !== 'Z') continue;
      const whole = answer;
      answer = [];
      const bytes = Buffer.concat(whole.map((part) => part.bytes));
      let subject = open.shift();
      if (subject === 'job-asked-for') {
        const rows = whole.filter(({ type }) => type === 'D');
        subject = rows.length === 0 ? undefined : bytes.includes('operationUuid') ? 'settle-claimed' : 'job-claimed';
      }
      if (subject !== undefined && !pass(`sql/${subject}/done`)) return;
      client.write(bytes);
      if (subject !== undefined && !pass(`sql/${subject}/acked`)) return;
    }
  });

  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
    one.on('end', () => other.end());
  }
};

export const startPostgresProxy = async (target: () => number, watch: Watch): Promise<WireProxy> => {
  const clients = new Set<Socket>();
  const listener = createServer((client) => {
    clients.add(client);
    client.setNoDelay(true);
    client.on('close', () => clients.delete(client));
    client.on('error', () => client.destroy());
    const server = connect({ host: '127.0.0.1', port: target() });
    server.setNoDelay(true);
    serve(client, server, watch);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const drop = (): void => {
    for (const client of clients) client.destroy();
  };
  return {
    port: (listener.address() as AddressInfo).port,
    drop,
    close: async () => {
      const closed = once(listener, 'close');
      listener.close();
      drop();
      await closed;
    },
  };
};
