/** Refuses input that no resolver should ever see: characters that the store cannot hold, and nesting without sense. */
import type { ApolloServerPlugin } from '@apollo/server';
import { Kind, visit } from 'graphql';
import type { RequestContext } from '../resolvers/context.js';
import { refusal } from './errors.plugin.js';

const MAX_DEPTH = 32;

const checkText = (text: string): void => {
  if (text.includes('\0') || !text.isWellFormed())
    throw refusal('BAD_USER_INPUT', 'Text must not hold NUL characters or half characters.');
};

/** Without recursion: the depth is what is in question. */
const checkVariables = (variables: unknown): void => {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value: variables, depth: 0 }];
  for (let entry = open.pop(); entry; entry = open.pop()) {
    const { value, depth } = entry;
    if (typeof value === 'string') checkText(value);
    if (typeof value !== 'object' || value === null) continue;
    if (depth > MAX_DEPTH) throw refusal('BAD_USER_INPUT', `Variables are nested deeper than ${MAX_DEPTH} levels.`);
    for (const [name, member] of Object.entries(value)) {
      checkText(name);
      open.push({ value: member, depth: depth + 1 });
    }
  }
};

/** A character that the check is about can stand in a document as it is or escaped. */
const SUSPICIOUS = /\0|\\u(0000|\{0+\}|\{?[dD][89a-fA-F])|[\ud800-\udfff]/;

export const inputPlugin: ApolloServerPlugin<RequestContext> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ request, document, operation }) => {
      if (!operation) throw refusal('BAD_USER_INPUT', 'The document has no operation of that name.');
      if (operation.operation === 'subscription')
        throw refusal('BAD_USER_INPUT', 'Subscriptions go over graphql-ws at this path, or to /graphql/stream.');
      checkVariables(request.variables);
      if (!request.query || !SUSPICIOUS.test(request.query)) return;
      visit(document, {
        enter: (node) => {
          if (node.kind === Kind.STRING) checkText(node.value);
        },
      });
    },
  }),
};
