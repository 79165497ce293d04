/** `POST /operations/{name}`: a stored document with variables as the body, executed as `/graphql` executes it; and the lists of them. */
import type { ApolloServer } from '@apollo/server';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FormattedExecutionResult, GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { FaultCode } from '../domain/faults.js';
import type { RequestContext } from '../resolvers/context.js';
import { type ErrorBody, errorBody } from './error-body.js';
import type { NamedOperation } from './json-operations.js';
import { hasData, retryAfterOf, statusOf } from './json-status.js';
import { BODY_IS_AN_OBJECT, readVariables, type VariableProblem, type Variables } from './json-variables.js';
import type { Metrics } from './metrics.js';
import { openApiOf } from './openapi.js';

export interface OperationRouteDeps {
  readonly schema: GraphQLSchema;
  readonly operations: ReadonlyMap<string, NamedOperation>;
  /** Whether strangers may see what there is; otherwise a key is asked for. */
  readonly isOpen: boolean;
}

interface RouteDeps extends OperationRouteDeps {
  readonly apollo: ApolloServer<RequestContext>;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly contextOf: (request: FastifyRequest) => Promise<RequestContext>;
}

interface Named {
  Params: { name: string };
}

const JSON_TYPE = 'application/json; charset=utf-8';
const SEND_A_KEY = 'Send a valid key in the header X-Api-Key.';

const listOf = (operations: ReadonlyMap<string, NamedOperation>) => ({
  operations: [...operations.values()].map(({ name, kind, summary, description, variables, takesKey }) => ({
    name,
    method: 'POST',
    path: `/operations/${name}`,
    kind,
    summary,
    description,
    variables: variables.map((variable) => ({ name: variable.name, type: String(variable.type) })),
    takesIdempotencyKey: takesKey,
  })),
  openapi: '/operations/openapi.json',
});

const problemBody = (problems: readonly VariableProblem[], requestId: string) => ({
  errors: problems.map(({ path, message }) => ({
    message: path === '' ? message : `${path}: ${message}`,
    extensions: { code: 'BAD_USER_INPUT', path, requestId },
  })),
});

/** Requests that never become an operation: too large, of another type, no JSON. */
const unread = (error: FastifyError, request: FastifyRequest): { readonly status: number; readonly body: ErrorBody } => {
  const status = error.statusCode ?? 500;
  const words: Readonly<Record<number, string>> = {
    413: 'The request is too large.',
    415: 'Send the variables as application/json.',
  };
  return { status, body: errorBody(words[status] ?? BODY_IS_AN_OBJECT, 'BAD_USER_INPUT', request.id) };
};

export const registerOperations = async (app: FastifyInstance, deps: RouteDeps): Promise<void> => {
  const list = JSON.stringify(listOf(deps.operations));
  const openApi = JSON.stringify(openApiOf(deps.schema, deps.operations));

  const refuse = (reply: FastifyReply, status: number, code: FaultCode, message: string) =>
    reply.code(status).send(errorBody(message, code, reply.request.id));
  const stranger = (reply: FastifyReply) => refuse(reply, 401, 'UNAUTHENTICATED', SEND_A_KEY);

  /** Undefined: answered already, because the store that knows the callers is away. */
  const contextFor = async (request: FastifyRequest, reply: FastifyReply): Promise<RequestContext | undefined> => {
    try {
      return await deps.contextOf(request);
    } catch (error) {
      deps.log.error({ err: error, requestId: request.id }, 'the caller could not be looked up');
      refuse(reply, 503, 'INTERNAL', 'The gateway cannot reach its store. Try again.');
      return undefined;
    }
  };

  const show = (text: string) => async (request: FastifyRequest, reply: FastifyReply) => {
    if (!deps.isOpen) {
      const context = await contextFor(request, reply);
      if (!context) return reply;
      if (!context.session) return stranger(reply);
    }
    return reply.type(JSON_TYPE).send(text);
  };

  /** Refused before the engine has seen it: logged and counted as the engine would. */
  const turnAway = (operation: NamedOperation, context: RequestContext, code: FaultCode): void => {
    const actor = context.session?.actor;
    const said = { requestId: context.requestId, tenant: actor?.tenantId, caller: actor?.subject };
    deps.log.info({ ...said, type: operation.kind, operation: operation.operationName, ms: 0, errors: [code] }, 'graphql');
    deps.metrics.operations.observe({ type: operation.kind, outcome: 'errors' }, 0);
  };

  const answer = async (operation: NamedOperation, variables: Variables, contextValue: RequestContext, reply: FastifyReply) => {
    const { text: query, operationName } = operation;
    const { body } = await deps.apollo.executeOperation({ query, operationName, variables }, { contextValue });
    if (body.kind !== 'single') throw new Error(`${operation.name} answered in parts.`);
    const { data, errors } = body.singleResult as FormattedExecutionResult;
    reply.type(JSON_TYPE);
    if (!errors?.length) return reply.send(JSON.stringify({ data }));
    if (hasData(data)) return reply.send(JSON.stringify({ data, errors }));
    const retryAfter = retryAfterOf(errors);
    if (retryAfter !== null) reply.header('retry-after', retryAfter);
    return reply.code(statusOf(errors)).send(JSON.stringify({ errors }));
  };

  const run = async (request: FastifyRequest<Named>, reply: FastifyReply) => {
    const operation = deps.operations.get(request.params.name) as NamedOperation;
    const context = await contextFor(request, reply);
    if (!context) return reply;
    reply.header('cache-control', 'no-store');
    if (!context.session) {
      turnAway(operation, context, 'UNAUTHENTICATED');
      return stranger(reply);
    }
    const read = readVariables(operation, request.body, request.raw.headersDistinct['idempotency-key'] ?? []);
    if ('variables' in read) return answer(operation, read.variables, context, reply);
    turnAway(operation, context, 'BAD_USER_INPUT');
    return reply.code(400).send(problemBody(read.problems, request.id));
  };

  /** Before the body is read. */
  const onlyPost = async (request: FastifyRequest<Named>, reply: FastifyReply) => {
    if (!deps.operations.has(request.params.name))
      return refuse(reply, 404, 'BAD_USER_INPUT', 'There is no operation of this name. GET /operations lists them.');
    if (request.method === 'POST') return;
    reply.header('allow', 'POST');
    return refuse(
      reply,
      405,
      'BAD_USER_INPUT',
      'Operations are called by POST, with their variables as a JSON object in the body.',
    );
  };

  await app.register(async (scope) => {
    scope.removeContentTypeParser('text/plain');
    scope.setErrorHandler((error: FastifyError, request, reply) => {
      if ((error.statusCode ?? 500) >= 500) throw error;
      const { status, body } = unread(error, request);
      return reply.code(status).send(body);
    });
    scope.get('/operations', show(list));
    scope.get('/operations/openapi.json', show(openApi));
    scope.route<Named>({
      url: '/operations/:name',
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      onRequest: onlyPost,
      handler: run,
    });
    scope.route({
      url: '/operations',
      method: ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      onRequest: async (_request, reply) => {
        reply.header('allow', 'GET');
        return refuse(reply, 405, 'BAD_USER_INPUT', 'GET /operations lists them; POST /operations/{name} calls one.');
      },
      handler: async (_request, reply) => reply,
    });
  });
};
