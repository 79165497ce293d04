/** Turns whatever was thrown into an error of the closed list of codes; what was not foreseen says nothing but its request id. */
import type { ApolloServerPlugin } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { FAULT_CODES, Fault, type FaultCode, SourceFault } from '../domain/faults.js';
import type { RequestContext } from '../resolvers/context.js';

/** Apollo's own codes for requests that are wrong. */
const CALLERS_FAULT = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
]);
const PERSISTED = new Set(['PERSISTED_QUERY_NOT_FOUND', 'PERSISTED_QUERY_NOT_SUPPORTED']);

/** A whole request refused before it runs: plugins must throw the engine's own kind of error for it to keep its words. */
export const refusal = (code: FaultCode, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code, http: { status: code === 'UNAUTHENTICATED' ? 401 : 400 } } });

const publicCode = (code: unknown): FaultCode => {
  const own = FAULT_CODES.find((known) => known === code);
  if (own) return own;
  if (CALLERS_FAULT.has(String(code))) return 'BAD_USER_INPUT';
  if (PERSISTED.has(String(code))) return 'PERSISTED_QUERY_NOT_FOUND';
  return 'INTERNAL';
};

export const createErrorFormatter =
  (log: Logger) =>
  (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const cause = unwrapResolverError(error);
    const { locations, path } = formatted;
    const at = { ...(locations && { locations }), ...(path && { path }) };
    if (cause instanceof SourceFault) {
      const { source, retryable, retryAfterMs } = cause;
      return {
        message: cause.message,
        ...at,
        extensions: { code: cause.code, source, retryable, ...(retryAfterMs !== null && { retryAfterMs }) },
      };
    }
    if (cause instanceof Fault) return { message: cause.message, ...at, extensions: { code: cause.code } };
    const code = publicCode(formatted.extensions?.code);
    if (code !== 'INTERNAL') {
      // The engine's own words for a document that is nested too deeply.
      const message = formatted.message.includes('call stack') ? 'The document is nested too deeply.' : formatted.message;
      return { message, ...at, extensions: { code } };
    }
    log.error({ err: cause, path }, 'unforeseen error');
    return { message: 'Something went wrong here. Quote the request id when you report it.', ...at, extensions: { code } };
  };

/** Every error names the request that it belongs to. */
export const requestIdPlugin: ApolloServerPlugin<RequestContext> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ response, contextValue }) => {
      if (response.body.kind !== 'single') return;
      for (const error of response.body.singleResult.errors ?? []) {
        (error as { extensions: Record<string, unknown> }).extensions = {
          ...error.extensions,
          requestId: contextValue.requestId,
        };
      }
    },
  }),
};
