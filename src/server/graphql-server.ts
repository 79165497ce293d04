/** Apollo Server as we run it: nothing of it that costs throughput or talks to anybody but the caller. */
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { RequestContext } from '../resolvers/context.js';
import { asGateway, createExecutor } from './compiled-executor.js';
import { createErrorFormatter, requestIdPlugin } from './errors.plugin.js';
import { inputPlugin } from './input.plugin.js';
import type { Metrics } from './metrics.js';
import { createOperationsPlugin } from './operations.plugin.js';

export interface GraphqlServerDeps {
  readonly schema: GraphQLSchema;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly mode: 'development' | 'hardened';
}

/** A page with every field of the schema has about a thousand. */
const MAX_TOKENS = 10_000;

export const createGraphqlServer = (deps: GraphqlServerDeps): ApolloServer<RequestContext> =>
  new ApolloServer<RequestContext>({
    gateway: asGateway(deps.schema, createExecutor(deps.schema)),
    // Whether a stranger may see the schema is decided per request, by the operations plugin.
    introspection: true,
    // Suggestions in error messages tell the schema as well.
    hideSchemaDetailsFromClientErrors: deps.mode === 'hardened',
    includeStacktraceInErrorResponses: false,
    parseOptions: { maxTokens: MAX_TOKENS },
    formatError: createErrorFormatter(deps.log),
    stopOnTerminationSignals: false,
    logger: {
      debug: () => undefined,
      info: () => undefined,
      warn: (message) => deps.log.warn(message),
      error: (message) => deps.log.error(message),
    },
    plugins: [
      // The cache-control plugin wraps every field and more than halves the throughput of large lists.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      requestIdPlugin,
      inputPlugin,
      createOperationsPlugin(deps.log, deps.metrics, deps.mode === 'development'),
    ],
  });
