/** The schema as a Federation 2 subgraph states it: with keys, without what clashes with any other Relay subgraph. */
import { type ASTNode, type ConstDirectiveNode, type GraphQLSchema, parse, print, printSchema, visit } from 'graphql';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])\n\n';

const DIRECTIVES: Readonly<Record<string, string>> = {
  Asset: '@key(fields: "id") @key(fields: "source externalId")',
  License: '@key(fields: "id")',
  PageInfo: '@shareable',
  Money: '@shareable',
};
const LEFT_OUT_TYPES = new Set(['_Any', '_Entity', '_Service', 'Viewer']);
const LEFT_OUT_FIELDS = new Set(['node', 'nodes', 'viewer', '_entities', '_service']);

const directivesOf = (text: string): readonly ConstDirectiveNode[] => {
  const [definition] = parse(`type T ${text} { f: Int }`).definitions;
  return definition?.kind === 'ObjectTypeDefinition' ? (definition.directives ?? []) : [];
};

const known = new WeakMap<GraphQLSchema, string>();

export const subgraphSdl = (schema: GraphQLSchema): string => {
  let sdl = known.get(schema);
  if (sdl !== undefined) return sdl;
  const leaveOut = (node: { readonly name: { readonly value: string } }): null | undefined =>
    LEFT_OUT_TYPES.has(node.name.value) ? null : undefined;
  const ast: ASTNode = visit(parse(printSchema(schema)), {
    ScalarTypeDefinition: { enter: leaveOut },
    UnionTypeDefinition: { enter: leaveOut },
    ObjectTypeDefinition: {
      enter: (node) => {
        if (leaveOut(node) === null) return null;
        const fields =
          node.name.value === 'Query'
            ? (node.fields ?? []).filter((field) => !LEFT_OUT_FIELDS.has(field.name.value))
            : (node.fields ?? []);
        const directives = DIRECTIVES[node.name.value];
        return { ...node, fields, directives: directives ? directivesOf(directives) : (node.directives ?? []) };
      },
    },
  });
  sdl = LINK + print(ast);
  known.set(schema, sdl);
  return sdl;
};
