/** Subscriptions over HTTP: graphql-ws at /graphql, and server-sent events (a connection for each) at /graphql/stream. */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLError, GraphQLSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { Actor } from '../domain/roles.js';
import type { RequestContext } from '../resolvers/context.js';
import { errorBody } from './error-body.js';
import type { ContextRequest } from './request-context.js';
import { createSubscriptions, type Results } from './subscriptions.js';

export interface EventStreamDeps {
  readonly schema: GraphQLSchema;
  readonly log: Logger;
  readonly contextOf: (request: ContextRequest) => Promise<RequestContext>;
  readonly authenticate: (secret: string) => Promise<Actor | undefined>;
}

/** Of one process, all roads together. */
const MAX_STREAMS = 1_000;
const MAX_PER_SOCKET = 20;
const MAX_MESSAGE_BYTES = 64 * 1024;
const INIT_MS = 5_000;
const KEEP_ALIVE_MS = 12_000;
/** A key that was revoked is used no longer than this and the two seconds for which it is remembered. */
const LOOK_EVERY_MS = 1_000;
/** A reader that takes nothing for this long is let go. */
const STUCK_MS = 15_000;
const FORBIDDEN = 4403;

const REQUEST = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

/** Calls `end` when the key no longer brings what it did. A store that cannot be asked now is asked again. */
const watchKey = (deps: EventStreamDeps, secret: string, actor: Actor, end: () => void): (() => void) => {
  const look = async (): Promise<void> => {
    const now = await deps.authenticate(secret);
    if (now?.keyId !== actor.keyId || now?.roles.join() !== actor.roles.join()) end();
  };
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY_MS);
  return () => clearInterval(timer);
};

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Requests and answers as Node has them. */
type RawRequest = FastifyRequest['raw'];
type RawReply = FastifyReply['raw'];

interface Extra extends Record<PropertyKey, unknown> {
  readonly socket: WebSocket;
  readonly request: RawRequest;
  context?: RequestContext;
}

async function* refused(errors: readonly GraphQLError[]): Results {
  yield { errors };
}

/** False: the reader is gone, or took nothing for too long. */
const write = (raw: RawReply, text: string): Promise<boolean> =>
  new Promise((resolve) => {
    if (raw.destroyed) return resolve(false);
    if (raw.write(text)) return resolve(true);
    const finish = (goesOn: boolean): void => {
      clearTimeout(timer);
      raw.off('drain', drained).off('close', closed);
      resolve(goesOn);
    };
    const drained = (): void => finish(true);
    const closed = (): void => finish(false);
    const timer = setTimeout(() => raw.destroy(), STUCK_MS);
    raw.once('drain', drained).once('close', closed);
  });

export const registerEventStreams = (app: FastifyInstance, deps: EventStreamDeps): void => {
  const subscriptions = createSubscriptions(deps);
  /** Ends of server-sent streams that are open. */
  const open = new Set<() => void>();

  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  const isFull = (): boolean => open.size + sockets.clients.size >= MAX_STREAMS;

  const server = useServer<Record<string, unknown>, Extra>(
    {
      schema: deps.schema,
      connectionInitWaitTimeout: INIT_MS,
      onConnect: async ({ connectionParams, extra }) => {
        const { headers } = extra.request;
        const secret = textOf(connectionParams?.['x-api-key']) ?? textOf(headers['x-api-key']);
        if (secret === undefined) return false;
        const context = await deps.contextOf({
          id: randomUUID(),
          headers: { ...headers, 'x-api-key': secret },
          protocol: 'http',
          host: headers.host ?? '',
        });
        if (!context.session) return false;
        extra.context = context;
        const stop = watchKey(deps, secret, context.session.actor, () => extra.socket.close(FORBIDDEN, 'Forbidden'));
        extra.socket.once('close', stop);
        return true;
      },
      onSubscribe: ({ extra, subscriptions: held }, _id, { query, operationName, variables }) => {
        const { context } = extra;
        if (!context) throw new Error('A socket subscribes before it is known whose it is.');
        if (Object.keys(held).length > MAX_PER_SOCKET) return extra.socket.close(4429, `At most ${MAX_PER_SOCKET} subscriptions`);
        return subscriptions.prepare({ query, operationName, variables }, context);
      },
      subscribe: (args) => subscriptions.run(args),
    },
    sockets,
    KEEP_ALIVE_MS,
  );

  app.server.on('upgrade', (request: RawRequest, socket, head) => {
    const path = (request.url ?? '').split('?')[0];
    if (path !== '/graphql' || isFull()) {
      socket.end(`HTTP/1.1 ${path === '/graphql' ? '503 Service Unavailable' : '404 Not Found'}\r\nconnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
  });

  const stream = async (raw: RawReply, results: Results, ended: () => boolean): Promise<void> => {
    for await (const result of results) {
      if (!(await write(raw, `event: next\ndata: ${JSON.stringify(result)}\n\n`)) || ended()) return;
    }
    await write(raw, 'event: complete\ndata:\n\n');
  };

  const answer = async (request: FastifyRequest, reply: FastifyReply, body: unknown): Promise<FastifyReply> => {
    const refuse = (status: number, code: 'UNAUTHENTICATED' | 'BAD_USER_INPUT' | 'RATE_LIMITED', message: string) =>
      reply.code(status).send(errorBody(message, code, request.id));
    const secret = textOf(request.headers['x-api-key']) ?? '';
    const context = await deps.contextOf(request);
    if (!context.session) return refuse(401, 'UNAUTHENTICATED', 'Send a valid key in the header X-Api-Key.');
    const parsed = REQUEST.safeParse(body);
    if (!parsed.success) return refuse(400, 'BAD_USER_INPUT', 'The request is not a GraphQL request in JSON.');
    if (isFull()) return refuse(503, 'RATE_LIMITED', 'Too many streams are open. Try again later.');
    const prepared = subscriptions.prepare(parsed.data, context);
    const results = 'document' in prepared ? subscriptions.run(prepared) : refused(prepared);
    const { raw } = reply;
    let ended = false;
    const end = (): void => {
      ended = true;
      // Ends the loop below even when no event comes.
      void results.return();
    };
    open.add(end);
    reply.hijack();
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-request-id': request.id,
    });
    raw.write(':\n\n');
    raw.once('close', end);
    const stopWatching = watchKey(deps, secret, context.session.actor, end);
    const beat = setInterval(() => {
      if (!raw.writableNeedDrain) raw.write(':\n\n');
    }, KEEP_ALIVE_MS);
    await stream(raw, results, () => ended).catch((error: unknown) =>
      deps.log.warn({ err: error }, 'a stream of events broke off'),
    );
    clearInterval(beat);
    stopWatching();
    open.delete(end);
    raw.end();
    return reply;
  };

  app.post('/graphql/stream', (request, reply) => answer(request, reply, request.body));
  app.get<{ Querystring: Readonly<Record<string, string>> }>('/graphql/stream', (request, reply) => {
    const { query, operationName, variables } = request.query;
    let given: unknown = {};
    try {
      given = variables === undefined ? {} : JSON.parse(variables);
    } catch {
      given = variables;
    }
    return answer(request, reply, { query, operationName, variables: given });
  });

  // Before the server waits for its connections to end.
  app.addHook('preClose', async () => {
    for (const end of open) end();
    const cut = setTimeout(() => {
      for (const client of sockets.clients) client.terminate();
    }, 1_000);
    await server.dispose();
    clearTimeout(cut);
  });
};
