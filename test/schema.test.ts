/** The public schema: what is committed is what the code prints, nothing pinned is missing, and no field is open to strangers. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  buildSchema,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
  printSchema,
} from 'graphql';
import { buildGraphqlSchema } from '../src/server/graphql-schema.js';
import { type Gateway, startGateway } from './support/gateway.js';
import { type Simulators, startSimulators } from './support/simulators.js';

const file = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const schema = buildGraphqlSchema();
const pinned = buildSchema(file('./fixtures/contract.graphql'));

interface Line {
  readonly name: string;
  readonly value: string;
}

/** Every pinned fact as a line, e.g. `Query.assets(ids)` is `[ID!]!`. */
const factsOf = (of: GraphQLSchema): readonly Line[] =>
  Object.values(of.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type): readonly Line[] => {
      if (isEnumType(type)) return type.getValues().map((value) => ({ name: `${type.name}.${value.name}`, value: 'value' }));
      if (isUnionType(type)) return type.getTypes().map((member) => ({ name: `${type.name} | ${member.name}`, value: 'member' }));
      if (isInputObjectType(type))
        return Object.values(type.getFields()).map((field) => ({
          name: `${type.name}.${field.name}`,
          value: `${field.type} = ${JSON.stringify(field.defaultValue)}`,
        }));
      if (!isObjectType(type) && !isInterfaceType(type)) return [{ name: type.name, value: 'scalar' }];
      return [
        ...type.getInterfaces().map((parent) => ({ name: `${type.name} implements ${parent.name}`, value: 'yes' })),
        ...Object.values(type.getFields()).flatMap((field) => [
          { name: `${type.name}.${field.name}`, value: String(field.type) },
          ...field.args.map((argument) => ({
            name: `${type.name}.${field.name}(${argument.name})`,
            value: `${argument.type} = ${JSON.stringify(argument.defaultValue)}`,
          })),
        ]),
      ];
    });

/** The least that a field's arguments must hold; the values need not make sense. */
const sample = (type: GraphQLInputType): string => {
  if (isNonNullType(type)) return sample(type.ofType);
  if (isListType(type)) return '[]';
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(isRequiredInputField);
    return `{ ${fields.map((field) => `${field.name}: ${sample(field.type)}`).join(' ')} }`;
  }
  if (type.name === 'Decimal') return '"1"';
  if (type.name === 'DateTime') return '"2026-01-01T00:00:00Z"';
  return type.name === 'Int' ? '1' : '"x"';
};

const callOf = (field: GraphQLField<unknown, unknown>): string => {
  const required = field.args.filter(isRequiredArgument).map((argument) => `${argument.name}: ${sample(argument.type)}`);
  const isLeaf = isLeafType(getNamedType(field.type));
  return `${field.name}${required.length > 0 ? `(${required.join(', ')})` : ''}${isLeaf ? '' : ' { __typename }'}`;
};

describe('the committed schema', () => {
  it('is what the code prints', () => {
    expect(file('../schema.graphql')).toBe(`${printSchema(schema)}\n`);
  });

  it('holds every type, field, argument, default and value that clients may rely on', () => {
    const own = new Map(factsOf(schema).map(({ name, value }) => [name, value]));
    expect(factsOf(pinned).length).toBeGreaterThan(250);
    expect(
      factsOf(pinned)
        .filter(({ name, value }) => own.get(name) !== value)
        .map((fact) => ({ ...fact, is: own.get(fact.name) })),
    ).toEqual([]);
  });

  it('lets every field that can fail fail alone: root fields are nullable, or lists of nullables', () => {
    const roots = { ...schema.getQueryType()?.getFields(), ...schema.getMutationType()?.getFields() };
    const strict = Object.values(roots).filter(({ type, name }) => isNonNullType(type) && !name.startsWith('_'));
    expect(strict.map(({ name, type }) => `${name}: ${type}`)).toEqual(
      strict.map(({ name, type }) => `${name}: [${getNamedType(type).name}]!`),
    );
  });

  it('gives one type to fields of the same name in the members of a union', () => {
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isUnionType(type) || type.name === '_Entity') continue;
      const seen = new Map<string, string>();
      for (const member of type.getTypes()) {
        for (const field of Object.values(member.getFields())) {
          expect([type.name, field.name, seen.get(field.name) ?? String(field.type)]).toEqual([
            type.name,
            field.name,
            String(field.type),
          ]);
          seen.set(field.name, String(field.type));
        }
      }
    }
  });
});

describe('a stranger', () => {
  let simulators: Simulators;
  let gateway: Gateway;

  beforeAll(async () => {
    simulators = await startSimulators({ only: ['adobe-stock'] });
    gateway = await startGateway({ env: { ...simulators.env, WORKER: 'off' } });
  });
  afterAll(async () => {
    await gateway.stop();
    await simulators.stop();
  });

  const roots = (['query', 'mutation'] as const).flatMap((operation) => {
    const type = operation === 'query' ? schema.getQueryType() : schema.getMutationType();
    return Object.values(type?.getFields() ?? {}).map((field) => [operation, field.name, callOf(field)] as const);
  });

  it.each(roots)('is turned away from the %s %s', async (operation, name, call) => {
    const { errors, data } = await gateway.query(null, `${operation} { ${call} }`);
    expect(errors).toMatchObject([{ path: [name], extensions: { code: 'UNAUTHENTICATED', requestId: expect.any(String) } }]);
    expect(data?.[name] ?? null).toBeNull();
  });

  it('is not told what there is, by any question, when hardened', async () => {
    const hardened = await startGateway({ env: { ...simulators.env, WORKER: 'off', CLEARANCE_MODE: 'hardened' } });
    const introspection = await hardened.query(null, '{ __schema { types { name } } }');
    const named = await hardened.query(null, '{ __type(name: "Asset") { fields { name } } }');
    const fragment = await hardened.query(null, '{ ...F } fragment F on Query { __schema { types { name } } }');
    const inline = await hardened.query(null, '{ ... on Query { ... { s: __schema { types { name } } } } }');
    const typo = await hardened.query(null, '{ viewr { name } }');
    const insider = await hardened.query('viewer', '{ __schema { queryType { name } } }');
    await hardened.stop();
    for (const answer of [introspection, named, fragment, inline]) {
      expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
      expect(answer.text).not.toContain('LicenseOperation');
    }
    expect(typo.text).not.toMatch(/Did you mean/);
    expect(insider.data).toEqual({ __schema: { queryType: { name: 'Query' } } });
  });
});
