/** The named operations as an OpenAPI 3.1 document, out of the same documents and the schema. */
import type { GraphQLSchema } from 'graphql';
import { FAULT_CODES } from '../domain/faults.js';
import type { NamedOperation } from './json-operations.js';
import { requestSchema } from './json-schema.input.js';
import { type Components, type JsonSchema, refTo } from './json-schema.js';
import { dataSchema } from './json-schema.output.js';

const API_VERSION = '0.1.0';

const ERROR: JsonSchema = {
  type: 'object',
  description: 'What went wrong, and what to do.',
  properties: {
    message: { type: 'string', description: 'For people.' },
    path: {
      type: 'array',
      items: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
      description: 'Where in data the value is missing.',
    },
    locations: {
      type: 'array',
      items: {
        type: 'object',
        properties: { line: { type: 'integer' }, column: { type: 'integer' } },
        required: ['line', 'column'],
      },
      description: 'Where in the stored document.',
    },
    extensions: {
      type: 'object',
      properties: {
        code: { type: 'string', enum: [...FAULT_CODES] },
        requestId: { type: 'string', description: 'As in the header X-Request-Id; quote it when you report the error.' },
        path: { type: 'string', description: 'Dotted path into the body, where a variable does not fit.' },
        source: { type: 'string', description: 'Whose fault it was.' },
        retryable: { type: 'boolean', description: 'Whether the same again may go well later.' },
        retryAfterMs: { type: 'integer', description: 'Milliseconds to wait before that.' },
      },
      required: ['code', 'requestId'],
    },
  },
  required: ['message', 'extensions'],
};

const ERRORS: JsonSchema = {
  type: 'object',
  properties: { errors: { type: 'array', minItems: 1, items: refTo('Error') } },
  required: ['errors'],
};

const RETRY_AFTER = { 'Retry-After': { description: 'Seconds, where it is known.', schema: { type: 'integer' } } };

/** By status; the names are those of the components. */
const FAILURES: Readonly<Record<string, { readonly name: string; readonly description: string; readonly waits?: boolean }>> = {
  400: { name: 'BadRequest', description: 'The body does not fit: every problem is an error of its own, with its path.' },
  401: { name: 'Unauthenticated', description: 'No valid key in X-Api-Key.' },
  403: { name: 'Forbidden', description: 'The key has no role that may do this.' },
  404: { name: 'UnknownOperation', description: 'There is no operation of this name. GET /operations lists them.' },
  405: { name: 'WrongMethod', description: 'Operations are called by POST.' },
  413: { name: 'TooLarge', description: 'The body has more than 1,000,000 bytes.' },
  415: { name: 'NotJson', description: 'The body is not application/json.' },
  429: { name: 'RateLimited', description: 'A source takes no more requests for now.', waits: true },
  500: { name: 'Unforeseen', description: 'It went wrong here. Quote the request id.' },
  503: { name: 'Unavailable', description: 'A source, or the store of the gateway, is not available.', waits: true },
  504: { name: 'TooLate', description: 'There was no answer within the deadline.' },
};

const jsonContent = (schema: JsonSchema) => ({ 'application/json': { schema } });

const failureResponses = () =>
  Object.fromEntries(
    Object.values(FAILURES).map(({ name, description, waits }) => [
      name,
      { description, ...(waits && { headers: RETRY_AFTER }), content: jsonContent(refTo('Errors')) },
    ]),
  );

const KEY_PARAMETER = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Fills input.idempotencyKey where the body leaves it out. One of both is needed; different ones are refused.',
  schema: { type: 'string', pattern: '^[\\x20-\\x7e]+$' },
};

const camel = (name: string): string => name.replace(/-([a-z])/g, (_all, letter: string) => letter.toUpperCase());

const pathItem = (schema: GraphQLSchema, operation: NamedOperation, components: Components) => {
  const { name, kind, summary, description, takesKey } = operation;
  components.set(`${name}.request`, requestSchema(operation, components));
  components.set(`${name}.response`, {
    type: 'object',
    properties: {
      data: dataSchema(schema, operation, components),
      errors: { type: 'array', minItems: 1, items: refTo('Error'), description: 'Present when a part of data is missing.' },
    },
    required: ['data'],
  });
  return {
    post: {
      operationId: camel(name),
      tags: [kind === 'query' ? 'read' : 'change'],
      summary,
      description,
      ...(takesKey && { parameters: [{ $ref: '#/components/parameters/IdempotencyKey' }] }),
      requestBody: {
        required: true,
        description: 'The variables; {} if none are given.',
        content: jsonContent(refTo(`${name}.request`)),
      },
      responses: {
        200: { description: 'Answered, whole or in part.', content: jsonContent(refTo(`${name}.response`)) },
        ...Object.fromEntries(
          Object.entries(FAILURES).map(([status, failure]) => [status, { $ref: `#/components/responses/${failure.name}` }]),
        ),
      },
    },
  };
};

const sorted = (components: Components): Readonly<Record<string, JsonSchema>> =>
  Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1)));

export const openApiOf = (schema: GraphQLSchema, operations: ReadonlyMap<string, NamedOperation>): JsonSchema => {
  const components: Components = new Map([
    ['Error', ERROR],
    ['Errors', ERRORS],
  ]);
  const paths = Object.fromEntries(
    [...operations.values()].map((operation) => [`/operations/${operation.name}`, pathItem(schema, operation, components)]),
  );
  return {
    openapi: '3.1.0',
    info: {
      title: 'Clearance',
      version: API_VERSION,
      description: 'Named operations as JSON over HTTP. Each is a stored GraphQL document; GraphQL itself is at /graphql.',
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'read', description: 'Changes nothing.' },
      { name: 'change', description: 'Changes something, or spends.' },
    ],
    security: [{ ApiKey: [] }],
    paths,
    components: {
      securitySchemes: { ApiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key' } },
      parameters: { IdempotencyKey: KEY_PARAMETER },
      responses: failureResponses(),
      schemas: sorted(components),
    },
  };
};
