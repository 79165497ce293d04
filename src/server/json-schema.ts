/** What requests and answers have in common as JSON Schema (2020-12): scalars and enums, each described once. */
import { type GraphQLEnumType, type GraphQLLeafType, type GraphQLScalarType, isEnumType } from 'graphql';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The components of the document; a type is put there when it is first met. */
export type Components = Map<string, JsonSchema>;

export const refTo = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

export const orNull = (schema: JsonSchema): JsonSchema =>
  typeof schema.type === 'string' && schema.enum === undefined
    ? { ...schema, type: [schema.type, 'null'] }
    : { anyOf: [schema, { type: 'null' }] };

export const described = (description: string | null | undefined): JsonSchema => (description ? { description } : {});

/** Beside a reference as well: OpenAPI 3.1 allows what stands next to it. */
export const withDescription = (schema: JsonSchema, description: string | null | undefined): JsonSchema => ({
  ...schema,
  ...described(description),
});

const SCALARS: Readonly<Record<string, JsonSchema>> = {
  ID: { type: 'string' },
  String: { type: 'string' },
  Boolean: { type: 'boolean' },
  Int: { type: 'integer', format: 'int32', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  Float: { type: 'number', format: 'double' },
};

const CUSTOM: Readonly<Record<string, JsonSchema>> = {
  DateTime: { type: 'string', format: 'date-time' },
  Decimal: { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$' },
  Count: { type: 'integer', format: 'int64', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  URL: { type: 'string', format: 'uri' },
  JSON: {},
};

const enumSchema = (type: GraphQLEnumType): JsonSchema => ({
  type: 'string',
  ...described(type.description),
  enum: type.getValues().map(({ name }) => name),
});

const scalarSchema = (type: GraphQLScalarType): JsonSchema => {
  const shape = CUSTOM[type.name];
  if (!shape) throw new Error(`No JSON Schema is known for the scalar ${type.name}: say it in src/server/json-schema.ts.`);
  return { ...shape, ...described(type.description) };
};

export const leafSchema = (type: GraphQLLeafType, components: Components): JsonSchema => {
  const plain = SCALARS[type.name];
  if (plain) return plain;
  if (!components.has(type.name)) components.set(type.name, isEnumType(type) ? enumSchema(type) : scalarSchema(type));
  return refTo(type.name);
};
