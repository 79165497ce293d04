/** What an operator sees of each GraphQL operation: one log line and its metrics; and who may look at the schema. */
import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, visit } from 'graphql';
import type { Logger } from 'pino';
import type { RequestContext } from '../resolvers/context.js';
import { refusal } from './errors.plugin.js';
import type { Metrics } from './metrics.js';

/** Anywhere in the document: a fragment reaches the schema as well. */
const asksForSchema = (document: DocumentNode): boolean => {
  let asks = false;
  visit(document, {
    Field: {
      enter: ({ name }) => {
        if (name.value === '__schema' || name.value === '__type') asks = true;
      },
    },
  });
  return asks;
};

export const createOperationsPlugin = (
  log: Logger,
  metrics: Metrics,
  strangersMayIntrospect: boolean,
): ApolloServerPlugin<RequestContext> => ({
  requestDidStart: async () => {
    const startedAt = performance.now();
    return {
      didResolveOperation: async ({ document, contextValue }) => {
        if (!strangersMayIntrospect && !contextValue.session && asksForSchema(document)) {
          throw refusal('UNAUTHENTICATED', 'Send a valid key in the header X-Api-Key.');
        }
      },
      willSendResponse: async ({ operationName, operation, contextValue, response }) => {
        const tookMs = performance.now() - startedAt;
        const errors = response.body.kind === 'single' ? (response.body.singleResult.errors ?? []) : [];
        const codes = [...new Set(errors.map((error) => String(error.extensions?.code)))];
        const type = operation?.operation ?? 'invalid';
        metrics.operations.observe({ type, outcome: codes.length === 0 ? 'ok' : 'errors' }, tookMs / 1000);
        log.info(
          {
            requestId: contextValue.requestId,
            tenant: contextValue.session?.actor.tenantId,
            caller: contextValue.session?.actor.subject,
            type,
            operation: operationName ?? null,
            ms: Math.round(tookMs * 10) / 10,
            ...(codes.length > 0 && { errors: codes }),
          },
          'graphql',
        );
      },
    };
  },
});
