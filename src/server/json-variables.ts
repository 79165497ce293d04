/** What was sent as the variables of a named operation: complete with the header's key, and every problem of it with its path. */
import { coerceInputValue, type GraphQLError, isNonNullType } from 'graphql';
import type { NamedOperation, OperationVariable } from './json-operations.js';

export interface VariableProblem {
  /** Dotted, e.g. `input.items.0.assetId`; empty: the whole body. */
  readonly path: string;
  readonly message: string;
}

export type Variables = Readonly<Record<string, unknown>>;
export type ReadVariables = { readonly variables: Variables } | { readonly problems: readonly VariableProblem[] };

export const BODY_IS_AN_OBJECT = 'The body is a JSON object of variables; {} if there are none.';

/** Nobody corrects more at a time, and no answer grows with what was sent. */
const MAX_PROBLEMS = 50;
const MAX_MESSAGE = 300;
const ENOUGH = new Error('Enough problems were found.');

const isRecord = (value: unknown): value is Variables => typeof value === 'object' && value !== null && !Array.isArray(value);

const brief = (text: string): string => (text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text).toWellFormed();

/** The engine's error wraps that of the scalar, whose words are the better ones. */
const wordsOf = (error: GraphQLError): string => brief(error.originalError?.message ?? error.message);

const problemsOf = ({ name, type, defaultValue }: OperationVariable, variables: Variables): readonly VariableProblem[] => {
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (value === undefined) {
    const missing = isNonNullType(type) && defaultValue === undefined;
    return missing ? [{ path: name, message: `is required: ${type}` }] : [];
  }
  const problems: VariableProblem[] = [];
  try {
    coerceInputValue(value, type, (path, _value, error) => {
      problems.push({ path: brief([name, ...path].join('.')), message: wordsOf(error) });
      // The engine looks for a better word for each wrong one: thousands of them would keep everybody waiting.
      if (problems.length === MAX_PROBLEMS) throw ENOUGH;
    });
  } catch (error) {
    if (error !== ENOUGH) throw error;
  }
  return problems;
};

/** All problems together: names that the operation does not have, what is missing, what does not fit its type. */
const problemsOfVariables = (operation: NamedOperation, variables: Variables): readonly VariableProblem[] => {
  const known = operation.variables.map(({ name }) => name);
  const unknown = Object.keys(variables)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: brief(name),
      message:
        known.length > 0 ? `is not a variable of ${operation.name}: ${known.join(', ')}` : `${operation.name} has no variables`,
    }));
  return [...unknown, ...operation.variables.flatMap((variable) => problemsOf(variable, variables))].slice(0, MAX_PROBLEMS);
};

const PRINTABLE = /^[\x20-\x7e]+$/;

/** The body with the key of the header in `input.idempotencyKey`, or why the two do not go together. */
const withKey = (operation: NamedOperation, variables: Variables, keys: readonly string[]): ReadVariables => {
  const { input } = variables;
  const [key, ...more] = keys;
  if (!operation.takesKey || key === undefined || !isRecord(input)) return { variables };
  const problem = (message: string) => ({ problems: [{ path: 'input.idempotencyKey', message }] });
  if (more.length > 0) return problem('The header Idempotency-Key is given more than once.');
  if (!PRINTABLE.test(key)) return problem('The header Idempotency-Key holds 1 or more printable ASCII characters.');
  const given = input.idempotencyKey ?? undefined;
  if (given === undefined) return { variables: { ...variables, input: { ...input, idempotencyKey: key } } };
  return given === key
    ? { variables }
    : problem('The header Idempotency-Key and the body name different keys. Send one of them.');
};

/** `keys` are the values of the header Idempotency-Key. */
export const readVariables = (operation: NamedOperation, body: unknown, keys: readonly string[]): ReadVariables => {
  if (!isRecord(body)) return { problems: [{ path: '', message: BODY_IS_AN_OBJECT }] };
  const keyed = withKey(operation, body, keys);
  if ('problems' in keyed) return keyed;
  const problems = problemsOfVariables(operation, keyed.variables);
  return problems.length > 0 ? { problems } : keyed;
};
