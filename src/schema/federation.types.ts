/** What a federation router asks of a subgraph. */
import { GraphQLScalarType, Kind, valueFromASTUntyped } from 'graphql';
import { createUnionType, Field, ObjectType } from 'type-graphql';
import { AssetType } from './asset.types.js';
import { typeNameOf } from './common.types.js';
import { LicenseType } from './license.types.js';

const representation = (value: unknown): unknown => value;

export const AnyScalar = new GraphQLScalarType({
  name: '_Any',
  description: 'A reference to an entity: its __typename and the fields of one key.',
  serialize: representation,
  parseValue: representation,
  parseLiteral: (node, variables) => (node.kind === Kind.OBJECT ? valueFromASTUntyped(node, variables) : undefined),
});

@ObjectType('_Service', { simpleResolvers: true })
export class ServiceType {
  @Field(() => String)
  sdl!: string;
}

export const EntityUnion = createUnionType({
  name: '_Entity',
  types: () => [AssetType, LicenseType] as const,
  resolveType: typeNameOf,
});
