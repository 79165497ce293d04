/** One subscription, whatever carries it: what is asked, its results with errors of the closed list, and its end. */
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  subscribe,
  validate,
} from 'graphql';
import type { Logger } from 'pino';
import type { RequestContext } from '../resolvers/context.js';
import { createErrorFormatter } from './errors.plugin.js';

export interface SubscriptionRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** Results one by one. Whoever takes them calls `return` when the caller is gone: it ends what goes on behind them at once. */
export type Results = AsyncGenerator<ExecutionResult, void, void>;

export interface Subscriptions {
  /** What is to be run, or what is wrong with it. */
  prepare(request: SubscriptionRequest, context: RequestContext): ExecutionArgs | readonly GraphQLError[];
  /** Never throws: what goes wrong is its last result. */
  run(args: ExecutionArgs): Results;
}

const MAX_TOKENS = 1_000;

const refusal = (message: string): GraphQLError => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });

export const createSubscriptions = ({ schema, log }: { readonly schema: GraphQLSchema; readonly log: Logger }): Subscriptions => {
  const format = createErrorFormatter(log);

  const shown = (error: GraphQLError, { requestId }: RequestContext): GraphQLError => {
    const { message, path, extensions } = format(error.toJSON(), error);
    return new GraphQLError(message, { ...(path && { path }), extensions: { ...extensions, requestId } });
  };

  const problemsOf = (document: DocumentNode, operationName: string | undefined): readonly GraphQLError[] => {
    if (getOperationAST(document, operationName)?.operation !== 'subscription')
      return [refusal('Only subscriptions are taken here: send queries and mutations to POST /graphql.')];
    return validate(schema, document).map(({ message }) => refusal(message));
  };

  async function* results(args: ExecutionArgs, context: RequestContext): AsyncGenerator<ExecutionResult, void> {
    try {
      const answer = await subscribe({ ...args, contextValue: context });
      const parts = Symbol.asyncIterator in answer ? answer : [answer];
      for await (const { data, errors } of parts)
        yield { ...(data !== undefined && { data }), ...(errors && { errors: errors.map((error) => shown(error, context)) }) };
    } catch (error) {
      const known = error instanceof GraphQLError ? error : new GraphQLError('', { originalError: error as Error });
      yield { errors: [shown(known, context)] };
    }
  }

  return {
    prepare: ({ query, operationName, variables }, context) => {
      try {
        const document = parse(query, { maxTokens: MAX_TOKENS });
        const problems = problemsOf(document, operationName ?? undefined);
        if (problems.length > 0) return problems.map((problem) => shown(problem, context));
        const named = operationName == null ? {} : { operationName };
        return { schema, document, ...named, variableValues: variables ?? {}, contextValue: context };
      } catch (error) {
        return [shown(refusal((error as Error).message), context)];
      }
    },
    run: (args) => {
      const ending = new AbortController();
      const running = results(args, { ...(args.contextValue as RequestContext), ended: ending.signal });
      return {
        [Symbol.asyncIterator]() {
          return this;
        },
        next: () => running.next(),
        // A result that is being waited for would hold up the end until it comes, so its waiting ends first.
        return: () => {
          ending.abort();
          return running.return();
        },
        throw: (error) => {
          ending.abort();
          return running.throw(error);
        },
      } as Results;
    },
  };
};
