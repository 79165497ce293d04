/** The scalars of the public schema: strict in, exact out. */
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { parseInstant } from '../domain/instant.js';
import { isDecimal } from '../domain/money.js';

const refuse = (message: string): never => {
  throw new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
};

/** A scalar that is text on both sides, checked by `accept`. */
const textScalar = (
  name: string,
  description: string,
  wanted: string,
  accept: (text: string) => string | null,
  asIs?: RegExp,
): GraphQLScalarType => {
  const parse = (value: unknown): string => {
    const accepted = typeof value === 'string' ? accept(value) : null;
    return accepted ?? refuse(`${name}: ${wanted}`);
  };
  return new GraphQLScalarType({
    name,
    description,
    serialize: (value) => (typeof value === 'string' && asIs?.test(value) ? value : parse(value)),
    parseValue: parse,
    parseLiteral: (node) => (node.kind === Kind.STRING ? parse(node.value) : refuse(`${name}: ${wanted}`)),
  });
};

const FINER_THAN_MS = /\.\d{4,}/;

/** What the domain holds is in this form already: looking at its shape is enough on the way out. */
const IS_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

export const DateTime = textScalar(
  'DateTime',
  'RFC 3339 in UTC, at most milliseconds.',
  'expected RFC 3339 with a zone and at most milliseconds, e.g. "2026-03-01T12:00:00.000Z".',
  (text) => (FINER_THAN_MS.test(text) ? null : parseInstant(text)),
  IS_INSTANT,
);

export const Decimal = textScalar(
  'Decimal',
  'A decimal number as a JSON string, without exponent.',
  'expected a decimal number as a string, e.g. "12.50".',
  (text) => (isDecimal(text) ? text : null),
);

export const Url = textScalar(
  'URL',
  'An absolute address, returned exactly as it was made.',
  'expected an absolute address.',
  (text) => (URL.canParse(text) ? text : null),
);

const parseCount = (value: unknown): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : refuse('Count: expected a whole number from 0 to 2^53 - 1.');

export const Count = new GraphQLScalarType({
  name: 'Count',
  description: 'An integer up to 2^53 - 1, as a JSON number.',
  serialize: parseCount,
  parseValue: parseCount,
  parseLiteral: (node) =>
    node.kind === Kind.INT ? parseCount(Number(node.value)) : refuse('Count: expected a whole number from 0 to 2^53 - 1.'),
});

export const Json = GraphQLJSON;
