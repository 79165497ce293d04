/** The named operations of `POST /operations/{name}`: documents of the folder `operations`, read once and checked against the schema. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  isInputType,
  Kind,
  type OperationDefinitionNode,
  parse,
  typeFromAST,
  type ValueNode,
  validate,
  valueFromAST,
} from 'graphql';

const FOLDER = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../operations');
const ENDING = '.graphql';

export interface OperationVariable {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly defaultValue: unknown;
}

export interface NamedOperation {
  /** As in the address, e.g. license-asset. */
  readonly name: string;
  readonly kind: 'query' | 'mutation';
  readonly summary: string;
  readonly description: string;
  /** Sent as it stands, so that it is parsed and compiled once. */
  readonly text: string;
  readonly operationName: string;
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly variables: readonly OperationVariable[];
  /** Whether the header Idempotency-Key can fill `input.idempotencyKey`. */
  readonly takesKey: boolean;
}

/** The lines of comment that a document begins with: the first is the summary. */
const wordsOf = (text: string): readonly string[] => {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('#'));
  return lines.slice(0, end).map((line) => line.replace(/^#\s*/, '').trim());
};

const pascal = (name: string): string => name.replace(/(^|-)([a-z])/g, (_all, _dash, letter: string) => letter.toUpperCase());

const isKeyed = ({ name, type }: OperationVariable): boolean => {
  const input = getNullableType(type);
  return name === 'input' && isInputObjectType(input) && input.getFields().idempotencyKey !== undefined;
};

const variablesOf = (schema: GraphQLSchema, definition: OperationDefinitionNode): readonly OperationVariable[] =>
  (definition.variableDefinitions ?? []).flatMap((variable) => {
    const type = typeFromAST(schema, variable.type as never) as GraphQLInputType | undefined;
    if (!isInputType(type)) return [];
    const given: ValueNode | undefined = variable.defaultValue;
    return [{ name: variable.variable.name.value, type, defaultValue: given && valueFromAST(given, type) }];
  });

/** One document as an operation, or what is wrong with it. */
export const readOperation = (schema: GraphQLSchema, name: string, text: string): NamedOperation | readonly string[] => {
  let document: DocumentNode;
  try {
    document = parse(text);
  } catch (error) {
    return [String(error)];
  }
  const [summary, ...description] = wordsOf(text);
  const [definition, ...more] = document.definitions.filter((part) => part.kind === Kind.OPERATION_DEFINITION);
  if (!definition || more.length > 0) return ['holds exactly one operation'];
  const problems = validate(schema, document).map((error) => String(error));
  if (definition.operation === 'subscription') problems.push('is a query or a mutation');
  if (definition.name?.value !== pascal(name)) problems.push(`calls its operation ${pascal(name)}`);
  if (!summary || description.length === 0)
    problems.push('begins with two lines of comment or more: what it does, and what to know');
  if (problems.length > 0 || !summary || definition.operation === 'subscription') return problems;
  const variables = variablesOf(schema, definition);
  return {
    name,
    kind: definition.operation,
    summary,
    description: description.join('\n'),
    text,
    operationName: pascal(name),
    document,
    definition,
    variables,
    takesKey: variables.some(isKeyed),
  };
};

/** Throws one error with everything that is wrong: a gateway with a broken document does not start. */
export const loadOperations = (schema: GraphQLSchema, folder = FOLDER): ReadonlyMap<string, NamedOperation> => {
  const found = new Map<string, NamedOperation>();
  const complaints: string[] = [];
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith(ENDING)) continue;
    const name = file.slice(0, -ENDING.length);
    const read = readOperation(schema, name, readFileSync(path.join(folder, file), 'utf8'));
    if ('document' in read) found.set(name, read);
    else complaints.push(...read.map((problem) => `operations/${file}: ${problem}`));
  }
  if (complaints.length > 0) throw new Error(`Operations that do not fit the schema:\n${complaints.join('\n')}`);
  return found;
};
