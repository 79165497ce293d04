/** The body of a named operation as JSON Schema, out of the types of its variables. */
import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNullableType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql';
import type { NamedOperation } from './json-operations.js';
import { type Components, described, type JsonSchema, leafSchema, orNull, refTo, withDescription } from './json-schema.js';

const withDefault = (schema: JsonSchema, value: unknown): JsonSchema =>
  value === undefined ? schema : { ...schema, default: value };

const objectSchema = (type: GraphQLInputObjectType, components: Components, optional?: string): JsonSchema => {
  const fields = Object.values(type.getFields());
  const required = fields.filter((field) => isRequiredInputField(field) && field.name !== optional).map(({ name }) => name);
  const properties = fields.map((field) => [
    field.name,
    withDescription(withDefault(inputSchema(field.type, components), field.defaultValue), field.description),
  ]);
  return {
    type: 'object',
    ...described(type.description),
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
};

const nonNullSchema = (type: GraphQLInputType, components: Components): JsonSchema => {
  if (isNonNullType(type)) return nonNullSchema(type.ofType, components);
  if (isListType(type)) return { type: 'array', items: inputSchema(type.ofType, components) };
  if (!isInputObjectType(type)) return leafSchema(type, components);
  if (!components.has(type.name)) {
    // Named before it is described: a type may hold itself.
    components.set(type.name, {});
    components.set(type.name, objectSchema(type, components));
  }
  return refTo(type.name);
};

const inputSchema = (type: GraphQLInputType, components: Components): JsonSchema =>
  isNonNullType(type) ? nonNullSchema(type, components) : orNull(nonNullSchema(type, components));

export const requestSchema = (operation: NamedOperation, components: Components): JsonSchema => {
  const properties = operation.variables.map(({ name, type, defaultValue }) => {
    const input = getNullableType(type);
    // The header may bring the key, so the body alone need not.
    const isKeyed = operation.takesKey && name === 'input' && isInputObjectType(input);
    const schema = isKeyed ? objectSchema(input, components, 'idempotencyKey') : inputSchema(type, components);
    return [name, withDefault(schema, defaultValue)];
  });
  const required = operation.variables
    .filter(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined)
    .map(({ name }) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
};
