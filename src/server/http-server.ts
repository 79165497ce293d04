/** The HTTP side: GraphQL, health, metrics, files and the page. */
import { randomUUID } from 'node:crypto';
import type { ApolloServer } from '@apollo/server';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import helmet from '@fastify/helmet';
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import type { RequestContext } from '../resolvers/context.js';
import { errorBody } from './error-body.js';
import { type EventStreamDeps, registerEventStreams } from './event-stream.routes.js';
import { type FileDeps, registerFiles } from './files.routes.js';
import { type LicenseFileRouteDeps, registerLicenseFiles } from './license-files.routes.js';
import type { Metrics } from './metrics.js';
import { type OperationRouteDeps, registerOperations } from './operations.routes.js';
import { type PageDeps, registerPages } from './pages.routes.js';
import type { ContextRequest } from './request-context.js';
import { registerWebhooks, type WebhookDeps } from './webhooks.routes.js';

export interface Readiness {
  readonly ready: boolean;
  readonly database: 'ok' | 'unreachable';
  readonly sources: Readonly<Record<string, string>>;
}

export interface HttpDeps {
  readonly apollo: ApolloServer<RequestContext>;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly contextOf: (request: ContextRequest) => Promise<RequestContext>;
  readonly readiness: () => Promise<Readiness>;
  readonly files: FileDeps;
  readonly licenseFiles: LicenseFileRouteDeps;
  readonly events: Pick<EventStreamDeps, 'schema' | 'authenticate'>;
  readonly operations: OperationRouteDeps;
  readonly webhooks: WebhookDeps;
  /** Null: no page (hardened). */
  readonly pages: PageDeps | null;
}

const MAX_BODY_BYTES = 1_000_000;
const REQUEST_ID = /^[\w.:/+=-]{1,128}$/;

/** GraphiQL needs inline styles and its editor's workers; nothing else is allowed in. */
const CONTENT_SECURITY_POLICY = {
  directives: {
    defaultSrc: ["'self'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    workerSrc: ["'self'", 'blob:'],
    imgSrc: ["'self'", 'data:', 'http:', 'https:'],
    fontSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    upgradeInsecureRequests: null,
  },
};

const badRequest = (error: FastifyError, requestId: string) => {
  const tooLarge = error.statusCode === 413;
  const message = tooLarge
    ? `A request may have ${MAX_BODY_BYTES} bytes at most.`
    : 'The request is not a GraphQL request in JSON.';
  return errorBody(message, 'BAD_USER_INPUT', requestId);
};

/** Apollo refuses some requests before it begins one of its own; their errors get their request id here. */
const withRequestId = (payload: unknown, requestId: string): unknown => {
  if (typeof payload !== 'string' || payload.includes('"requestId"')) return payload;
  try {
    const body = JSON.parse(payload) as { errors?: { extensions?: object }[] };
    const errors = body.errors?.map((error) => ({ ...error, extensions: { ...error.extensions, requestId } }));
    return errors ? JSON.stringify({ ...body, errors }) : payload;
  } catch {
    return payload;
  }
};

export const createHttpServer = async (deps: HttpDeps): Promise<FastifyInstance> => {
  const app = Fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    // A caller's own request id is kept, so that its logs and ours meet; anything odd is replaced.
    genReqId: (request) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
    forceCloseConnections: 'idle',
    frameworkErrors: (_error, request, reply) => {
      reply.raw.writeHead(400, { 'content-type': 'application/json' });
      reply.raw.end(JSON.stringify(errorBody('This address cannot be read.', 'BAD_USER_INPUT', request.id)));
    },
  });
  await app.register(helmet, { contentSecurityPolicy: CONTENT_SECURITY_POLICY, crossOriginResourcePolicy: false, hsts: false });
  app.addHook('onSend', async (request, reply, payload) => {
    reply.header('x-request-id', request.id);
    const sent = reply.statusCode >= 400 && request.url.startsWith('/graphql') ? withRequestId(payload, request.id) : payload;
    // Encoded once: as text it would be measured for its length and encoded again when it is written.
    return typeof sent === 'string' ? Buffer.from(sent) : sent;
  });
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send(errorBody('There is nothing at this path.', 'BAD_USER_INPUT', request.id)),
  );

  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send(badRequest(error, request.id));
    deps.log.error({ err: error, requestId: request.id }, 'unforeseen error');
    return reply
      .code(500)
      .send(errorBody('Something went wrong here. Quote the request id when you report it.', 'INTERNAL', request.id));
  });

  deps.apollo.addPlugin(fastifyApolloDrainPlugin(app));
  await deps.apollo.start();
  app.route({
    url: '/graphql',
    method: ['GET', 'POST', 'OPTIONS'],
    handler: fastifyApolloHandler(deps.apollo, {
      context: async (request) => {
        try {
          return await deps.contextOf(request);
        } catch (error) {
          deps.log.error({ err: error, requestId: request.id }, 'the caller could not be looked up');
          throw new GraphQLError('The gateway cannot reach its store. Try again.', {
            extensions: { code: 'INTERNAL', http: { status: 503 } },
          });
        }
      },
    }),
  });
  app.get('/healthz', async () => ({ status: 'alive' }));
  app.get('/readyz', async (_request, reply) => {
    const readiness = await deps.readiness();
    return reply.code(readiness.ready ? 200 : 503).send(readiness);
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(deps.metrics.registry.contentType).send(await deps.metrics.registry.metrics()),
  );
  const { apollo, log, metrics, contextOf } = deps;
  await registerOperations(app, { ...deps.operations, apollo, log, metrics, contextOf });
  registerFiles(app, deps.files);
  registerLicenseFiles(app, deps.licenseFiles);
  await registerWebhooks(app, deps.webhooks);
  registerEventStreams(app, { ...deps.events, log: deps.log, contextOf: deps.contextOf });
  if (deps.pages) await registerPages(app, deps.pages);
  return app;
};
