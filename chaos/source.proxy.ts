/** Stands between a gateway and one source, passes requests and answers on, and stops where it is told to. */
import { once } from 'node:events';
import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WireProxy } from './postgres.proxy.js';
import { roleOf } from './source.endpoints.js';
import type { Watch } from './wire.events.js';

interface Answer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
  /** False when the source broke off. */
  readonly whole: boolean;
}

/** Long enough for the bytes to be read by the other side before it is struck. */
const READING_MS = 10;

const bodyOf = async (stream: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/** Addresses of the source's own in an answer lead back through here: the gateway believes no other host. */
const readdress = ({ headers, body, ...answer }: Answer, from: string, to: string): Answer => {
  const isText = /^(application\/json|text\/)/i.test(
    headers[headers.findIndex((name) => /^content-type$/i.test(name)) + 1] ?? '',
  );
  const text = isText ? body.toString('utf8') : '';
  return {
    ...answer,
    headers: headers.map((value) => value.replaceAll(from, to)),
    body: text.includes(from) ? Buffer.from(text.replaceAll(from, to)) : body,
  };
};

const withoutFraming = (raw: readonly string[], length: number): string[] => {
  const kept: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] ?? '';
    if (/^(transfer-encoding|content-length|connection|keep-alive)$/i.test(name)) continue;
    kept.push(name, raw[i + 1] ?? '');
  }
  return [...kept, 'content-length', String(length)];
};

const writeHalf = async (target: URL, request: IncomingMessage, body: Buffer): Promise<void> => {
  const lines = [`${request.method} ${request.url} HTTP/1.1`];
  for (let i = 0; i < request.rawHeaders.length; i += 2) lines.push(`${request.rawHeaders[i]}: ${request.rawHeaders[i + 1]}`);
  const bytes = Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
  const socket = connect({ host: target.hostname, port: Number(target.port) });
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect').catch(() => undefined);
  socket.write(bytes.subarray(0, Math.floor(bytes.length / 2)));
  await sleep(READING_MS);
  socket.destroy();
};

const ask = (target: URL, agent: Agent, request: IncomingMessage, body: Buffer, left: AbortSignal): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { method, url, rawHeaders } = request;
    const headers: Record<string, string> = {};
    for (let i = 0; i < rawHeaders.length; i += 2) headers[rawHeaders[i] as string] = rawHeaders[i + 1] as string;
    const upstream = httpRequest({ host: target.hostname, port: target.port, method, path: url, headers, agent });
    left.addEventListener('abort', () => upstream.destroy());
    upstream.on('error', reject);
    upstream.on('response', (reply) => {
      const chunks: Buffer[] = [];
      const give = (whole: boolean): void =>
        resolve({ status: reply.statusCode ?? 0, headers: reply.rawHeaders, body: Buffer.concat(chunks), whole });
      reply.on('data', (chunk: Buffer) => chunks.push(chunk));
      reply.on('end', () => give(true));
      reply.on('error', () => give(false));
    });
    upstream.end(body);
  });

/** As a server in front of the source answers that lost patience with it. */
const BAD_GATEWAY: Answer = {
  status: 502,
  headers: ['content-type', 'text/html'],
  body: Buffer.from('<html>Bad gateway</html>'),
  whole: true,
};

/** `isSpoilt`: whether the answer to a request that spends gets lost behind a page of a server in between. */
export const startSourceProxy = async (target: URL, watch: Watch, isSpoilt: () => boolean): Promise<WireProxy> => {
  const agent = new Agent({ keepAlive: true });

  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const requestId = request.headers['x-request-id'];
    const role = roleOf(request.method ?? '', request.url ?? '', typeof requestId === 'string' ? requestId : undefined);
    /** True when this exchange goes on; `part` is passed on before the deed. */
    const go = async (stage: string, part?: () => void | Promise<void>): Promise<boolean> => {
      const verdict = role && watch(`http/${role}/${stage}`);
      if (!verdict) return true;
      await part?.();
      await verdict.finish();
      if (verdict.next === 'cut') response.destroy();
      return verdict.next === 'go';
    };
    if (!(await go('half', () => writeHalf(target, request, body)))) return;
    if (!(await go('received'))) return;
    const left = new AbortController();
    response.on('close', () => left.abort());
    let answer: Answer;
    try {
      answer = readdress(await ask(target, agent, request, body, left.signal), target.host, ownHost());
    } catch {
      response.destroy();
      return;
    }
    if (role === 'spend' && isSpoilt()) answer = BAD_GATEWAY;
    if (!(await go('replied'))) return;
    const head = (): void => {
      const length = answer.whole ? answer.body.length : answer.body.length + 1_000;
      response.writeHead(answer.status, withoutFraming(answer.headers, length));
      response.flushHeaders();
    };
    const headOnly = async (): Promise<void> => {
      head();
      await sleep(READING_MS);
    };
    if (!(await go('headers', headOnly))) return;
    const halfBody = async (): Promise<void> => {
      head();
      response.write(answer.body.subarray(0, Math.floor(answer.body.length / 2)));
      await sleep(READING_MS);
    };
    if (!(await go('body-cut', halfBody))) return;
    head();
    response.write(answer.body);
    if (!answer.whole) {
      await sleep(READING_MS);
      response.destroy();
      return;
    }
    response.end();
    await go('delivered');
  };

  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    pass(request, response).catch(() => response.destroy());
  });
  const ownHost = (): string => `127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    drop: () => server.closeAllConnections(),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
};
