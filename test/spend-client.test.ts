/** The client that spends: one request on one connection, whatever the wire does to it; nothing repeated, nothing followed, nothing kept. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createLimits } from '../src/datasources/http/limits.js';
import { createSpendClient, type SpendClient } from '../src/datasources/http/spend.js';
import { SourceFault } from '../src/domain/faults.js';

interface Wire {
  readonly url: string;
  /** Connections that were made, and requests that came over them. */
  readonly seen: { connections: number; requests: number };
  close(): Promise<void>;
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  while (open.length > 0) await open.pop()?.();
});

/** A server that does to each request what it is told, byte by byte. */
const startWire = async (answer: (socket: Socket) => void): Promise<Wire> => {
  const seen = { connections: 0, requests: 0 };
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    seen.connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        text = text.slice(end + 4);
        seen.requests += 1;
        answer(socket);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  open.push(close);
  return { url: `http://127.0.0.1:${port}/spend`, seen, close };
};

const makeClient = (): SpendClient => {
  const limits = createLimits({ source: 'ADOBE_STOCK', label: 'A source', maxRps: 0, maxConcurrent: 8, now: Date.now });
  return createSpendClient({ source: 'ADOBE_STOCK', label: 'A source', now: Date.now, observe: () => undefined, limits });
};

const spend = (client: SpendClient, url: string, ms = 1_000) =>
  client.spend({ endpoint: 'spend', method: 'GET', url }, { requestId: 'r', deadlineAt: Date.now() + ms });
const faultOf = async (work: Promise<unknown>): Promise<SourceFault> => {
  const error = await work.then(
    (value) => value,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SourceFault)) throw new Error(`no fault but ${JSON.stringify(error)}`);
  return error;
};

const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}';
const ONWARD = 'HTTP/1.1 302 Found\r\nlocation: /spend?again\r\ncontent-length: 0\r\n\r\n';

describe('a request that spends', () => {
  it.each([
    ['a reset', (socket: Socket) => socket.resetAndDestroy()],
    ['an end without an answer', (socket: Socket) => socket.end()],
    ['half of the headers', (socket: Socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-le')],
    ['half of the body', (socket: Socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{')],
    ['what is no HTTP', (socket: Socket) => void socket.end('\u0000\u0001\u0002')],
    ['silence', () => undefined],
  ])('is sent once when it meets %s, and the doubt is told', async (_, answer) => {
    const wire = await startWire(answer);
    const fault = await faultOf(spend(makeClient(), wire.url, 500));
    expect(fault.effect).toBe('unknown');
    // Time enough for whoever would try again behind our back.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(wire.seen).toEqual({ connections: 1, requests: 1 });
  });

  it.each([
    ['a 503 that says when to come back', 'HTTP/1.1 503 Busy\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n', 503],
    ['a 429', 'HTTP/1.1 429 Slow\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n', 429],
    ['a redirect', ONWARD, 302],
  ])('is sent once when it meets %s, which comes back as it is', async (_, text, status) => {
    const wire = await startWire((socket) => void socket.write(text));
    expect((await spend(makeClient(), wire.url)).status).toBe(status);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(wire.seen).toEqual({ connections: 1, requests: 1 });
  });

  it('never goes over a connection that another one has used', async () => {
    const wire = await startWire((socket) => void socket.write(OK));
    const client = makeClient();
    for (let n = 0; n < 3; n += 1) expect((await spend(client, wire.url)).text).toBe('{}');
    await Promise.all([spend(client, wire.url), spend(client, wire.url)]);
    expect(wire.seen).toEqual({ connections: 5, requests: 5 });
  });

  it('that finds nobody listening is certain to have had no effect, and so is one whose time is over', async () => {
    const wire = await startWire(() => undefined);
    await wire.close();
    expect(await faultOf(spend(makeClient(), wire.url))).toMatchObject({ effect: 'none', reason: 'network' });
    const live = await startWire((socket) => void socket.write(OK));
    expect(await faultOf(spend(makeClient(), live.url, -1))).toMatchObject({ effect: 'none' });
    expect(live.seen.requests).toBe(0);
  });
});
