/** The answer of a named operation as JSON Schema: exactly what its document selects. */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { NamedOperation } from './json-operations.js';
import { type Components, described, type JsonSchema, leafSchema, orNull, refTo, withDescription } from './json-schema.js';

interface Walk {
  readonly operation: string;
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly components: Components;
}

type Fields = Map<string, FieldNode[]>;

const applies = (walk: Walk, condition: string | undefined, type: GraphQLObjectType): boolean => {
  const on = condition === undefined ? type : walk.schema.getType(condition);
  return on === type || (isAbstractType(on) && walk.schema.isSubType(on, type));
};

/** The fields by their names in the answer, those of fragments that apply to this type among them. */
const collect = (walk: Walk, type: GraphQLObjectType, sets: readonly SelectionSetNode[], into: Fields = new Map()): Fields => {
  for (const selection of sets.flatMap((set) => set.selections)) {
    if (selection.directives?.length) throw new Error('Named operations select the same fields in every answer: no directives.');
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value;
      into.set(key, [...(into.get(key) ?? []), selection]);
      continue;
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : walk.fragments.get(selection.name.value);
    if (fragment && applies(walk, fragment.typeCondition?.name.value, type)) collect(walk, type, [fragment.selectionSet], into);
  }
  return into;
};

const fieldSchema = (walk: Walk, type: GraphQLObjectType, nodes: readonly FieldNode[], path: string): JsonSchema => {
  const [node] = nodes as [FieldNode];
  if (node.name.value === '__typename') return { const: type.name };
  const field = type.getFields()[node.name.value];
  if (!field) throw new Error(`${type.name} has no field ${node.name.value}.`);
  const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  return withDescription(outputSchema(walk, field.type, sets, path), field.description);
};

const objectSchema = (walk: Walk, type: GraphQLObjectType, sets: readonly SelectionSetNode[], path: string): JsonSchema => {
  const fields = [...collect(walk, type, sets)];
  return {
    type: 'object',
    ...described(type.description),
    properties: Object.fromEntries(fields.map(([key, nodes]) => [key, fieldSchema(walk, type, nodes, `${path}.${key}`)])),
    required: fields.map(([key]) => key),
  };
};

/** Each member is a component, because a discriminator can only name those. */
const unionSchema = (
  walk: Walk,
  members: readonly GraphQLObjectType[],
  sets: readonly SelectionSetNode[],
  path: string,
): JsonSchema => {
  const names = members.map((member) => {
    const name = `${path}.${member.name}`;
    const schema = objectSchema(walk, member, sets, name);
    if (!(schema.required as readonly string[]).includes('__typename')) throw new Error(`${path}: select __typename.`);
    walk.components.set(name, schema);
    return [member.name, name] as const;
  });
  return {
    oneOf: names.map(([, name]) => refTo(name)),
    discriminator: {
      propertyName: '__typename',
      mapping: Object.fromEntries(names.map(([member, name]) => [member, `#/components/schemas/${name}`])),
    },
  };
};

/** The fragment that is all that a field selects: then what it selects is described once for the operation, under the fragment's name. */
const soleFragment = (walk: Walk, sets: readonly SelectionSetNode[]): string | undefined => {
  const [selection, ...more] = sets.flatMap((set) => set.selections);
  if (selection?.kind !== Kind.FRAGMENT_SPREAD || more.length > 0) return undefined;
  return `${walk.operation}.${selection.name.value}`;
};

const compositeSchema = (walk: Walk, type: GraphQLCompositeType, sets: readonly SelectionSetNode[], path: string): JsonSchema => {
  const shared = soleFragment(walk, sets);
  if (isAbstractType(type)) return unionSchema(walk, walk.schema.getPossibleTypes(type), sets, shared ?? path);
  if (shared === undefined) return objectSchema(walk, type, sets, path);
  const name = `${shared}.${type.name}`;
  if (!walk.components.has(name)) walk.components.set(name, objectSchema(walk, type, sets, name));
  return refTo(name);
};

const nonNullSchema = (walk: Walk, type: GraphQLOutputType, sets: readonly SelectionSetNode[], path: string): JsonSchema => {
  if (isNonNullType(type)) return nonNullSchema(walk, type.ofType, sets, path);
  if (isListType(type)) return { type: 'array', items: outputSchema(walk, type.ofType, sets, path) };
  return isLeafType(type) ? leafSchema(type, walk.components) : compositeSchema(walk, type, sets, path);
};

const outputSchema = (walk: Walk, type: GraphQLOutputType, sets: readonly SelectionSetNode[], path: string): JsonSchema =>
  isNonNullType(type) ? nonNullSchema(walk, type, sets, path) : orNull(nonNullSchema(walk, type, sets, path));

export const dataSchema = (schema: GraphQLSchema, operation: NamedOperation, components: Components): JsonSchema => {
  const root = operation.kind === 'query' ? schema.getQueryType() : schema.getMutationType();
  if (!root) throw new Error(`The schema has no ${operation.kind}.`);
  const fragments = new Map(
    operation.document.definitions.flatMap((part) => (part.kind === Kind.FRAGMENT_DEFINITION ? [[part.name.value, part]] : [])),
  );
  const { description: _, ...data } = objectSchema(
    { operation: operation.name, schema, fragments, components },
    root,
    [operation.definition.selectionSet],
    operation.name,
  );
  return data;
};
