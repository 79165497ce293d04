/** Writes a GraphQL document for each query and mutation of a schema, with every field down to a depth, out of its introspection. */

interface TypeRef {
  readonly kind: string;
  readonly name: string | null;
  readonly ofType: TypeRef | null;
}
interface Field {
  readonly name: string;
  readonly args: readonly { readonly name: string; readonly type: TypeRef; readonly defaultValue: string | null }[];
  readonly type: TypeRef;
}
interface FullType {
  readonly kind: string;
  readonly name: string;
  readonly fields: readonly Field[] | null;
  readonly possibleTypes: readonly { readonly name: string }[] | null;
}
export interface Introspection {
  readonly __schema: {
    readonly queryType: { readonly name: string };
    readonly mutationType: { readonly name: string } | null;
    readonly types: readonly FullType[];
  };
}

export const INTROSPECTION = `{ __schema { queryType { name } mutationType { name } types { kind name possibleTypes { name }
  fields(includeDeprecated: true) { name args { name defaultValue type { ...T } } type { ...T } } } } }
  fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`;

export interface Operation {
  readonly name: string;
  readonly document: string;
}

const named = (type: TypeRef): TypeRef => (type.ofType ? named(type.ofType) : type);

/** The most that the gateway parses is 10,000; a document with everything down to the full depth may be longer. */
const MOST_TOKENS = 9_000;
const tokensIn = (document: string): number => document.match(/"[^"]*"|\w+|\.\.\.|[^\s\w]/g)?.length ?? 0;

/** `argumentsOf` holds the arguments of every root field in GraphQL's own words; one that it does not know is an error. */
export const everyOperation = (
  { __schema: schema }: Introspection,
  argumentsOf: Readonly<Record<string, readonly string[]>>,
  depth: number,
): readonly Operation[] => {
  const types = new Map(schema.types.map((type) => [type.name, type]));

  const selectionOf = (name: string, left: number, prefix = ''): string => {
    const type = types.get(name);
    if (!type) throw new Error(`no type ${name}`);
    if (type.kind === 'UNION' || type.kind === 'INTERFACE') {
      // Aliases keep members apart whose fields share a name and not a type.
      const members = (type.possibleTypes ?? []).map(
        (member) => `... on ${member.name} ${selectionOf(member.name, left, `${member.name}_`)}`,
      );
      return `{ __typename ${members.join(' ')} }`;
    }
    const fields = (type.fields ?? []).flatMap((field) => {
      if (field.args.some((arg) => arg.type.kind === 'NON_NULL' && arg.defaultValue === null)) return [];
      const target = named(field.type);
      const alias = prefix === '' ? field.name : `${prefix}${field.name}: ${field.name}`;
      if (target.kind === 'SCALAR' || target.kind === 'ENUM') return [alias];
      return left <= 1 ? [] : [`${alias} ${selectionOf(target.name as string, left - 1)}`];
    });
    return `{ __typename ${fields.join(' ')} }`;
  };

  return (['query', 'mutation'] as const).flatMap((kind) => {
    const root = types.get((kind === 'query' ? schema.queryType.name : schema.mutationType?.name) ?? '');
    return (root?.fields ?? []).flatMap((field) => {
      const calls = argumentsOf[field.name];
      if (!calls) throw new Error(`Say in this test how to call ${kind} ${field.name}.`);
      const target = named(field.type);
      const documentOf = (args: string, levels: number): string => {
        const selection = target.kind === 'SCALAR' || target.kind === 'ENUM' ? '' : selectionOf(target.name as string, levels);
        const document = `${kind} { ${field.name}${args} ${selection} }`;
        return tokensIn(document) > MOST_TOKENS && levels > 1 ? documentOf(args, levels - 1) : document;
      };
      return calls.map((args) => ({ name: field.name, document: documentOf(args, depth) }));
    });
  });
};
