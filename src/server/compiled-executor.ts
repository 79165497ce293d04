/** Executes queries that come again and again as compiled functions; mutations, rare queries and all that compiling refuses by graphql-js. */
import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import { type DocumentNode, type ExecutionResult, execute, GraphQLError, type GraphQLSchema, getOperationAST } from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import type { RequestContext } from '../resolvers/context.js';

/** Compiling costs as much as some tens of executions: a document that comes once is not worth it. */
const WORTH_COMPILING = 3;

interface Known {
  times: number;
  /** Null: compiling it was refused. */
  readonly compiled: Map<string, CompiledQuery | null>;
}

/** The compiler's errors lack what Apollo reads of an error: they are made anew as graphql-js makes them. */
const asGraphqlError = ({ message, path, locations, originalError }: GraphQLError): GraphQLError =>
  Object.defineProperty(new GraphQLError(message, { path, originalError }), 'locations', { value: locations, enumerable: true });

export interface Executor {
  execute(
    document: DocumentNode,
    operationName: string | null,
    variables: Record<string, unknown>,
    context: RequestContext,
  ): Promise<ExecutionResult>;
}

export const createExecutor = (schema: GraphQLSchema): Executor => {
  // Apollo keeps parsed documents in a bounded store and gives the same object for the same text: what it lets go, we let go.
  const documents = new WeakMap<DocumentNode, Known>();

  const compiledFor = (document: DocumentNode, operationName: string | null): CompiledQuery | null => {
    let known = documents.get(document);
    if (!known) {
      known = { times: 0, compiled: new Map() };
      documents.set(document, known);
    }
    known.times += 1;
    if (known.times < WORTH_COMPILING) return null;
    const name = operationName ?? '';
    let compiled = known.compiled.get(name);
    if (compiled === undefined) {
      // What spends money runs on the reference engine.
      const isQuery = getOperationAST(document, operationName)?.operation === 'query';
      const result = isQuery && compileQuery(schema, document, operationName ?? undefined);
      compiled = result && isCompiledQuery(result) ? result : null;
      known.compiled.set(name, compiled);
    }
    return compiled;
  };

  return {
    execute: async (document, operationName, variables, context) => {
      const compiled = compiledFor(document, operationName);
      const result = await compiled?.query(undefined, context, variables);
      if (result && !result.errors) return result;
      // Errors without a path are those of the variables: nothing has run yet, and graphql-js words them as everybody expects.
      if (result?.errors?.every((error) => error.path)) return { ...result, errors: result.errors.map(asGraphqlError) };
      return execute({ schema, document, operationName, variableValues: variables, contextValue: context });
    },
  };
};

/** Apollo Server takes an executor only in the shape of a gateway. */
export const asGateway = (
  schema: GraphQLSchema,
  executor: Executor,
): ApolloServerOptionsWithGateway<RequestContext>['gateway'] => ({
  load: async () => ({
    executor: async ({ document, operationName, request, context }) =>
      (await executor.execute(document, operationName ?? null, request.variables ?? {}, context as RequestContext)) as never,
  }),
  onSchemaLoadOrUpdate: (tell) => {
    tell({ apiSchema: schema, coreSupergraphSdl: '' });
    return () => undefined;
  },
  stop: async () => undefined,
});
