/** The OpenAPI document: what is committed is what the code prints, it is whole in itself, and every schema of it is one. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { buildGraphqlSchema } from '../src/server/graphql-schema.js';
import { loadOperations } from '../src/server/json-operations.js';
import { openApiOf } from '../src/server/openapi.js';
import { createChecker, type OpenApiDocument } from './support/openapi-checker.js';

const schema = buildGraphqlSchema();
const operations = loadOperations(schema);
const text = readFileSync(new URL('../docs/openapi.json', import.meta.url), 'utf8');
const document = JSON.parse(text) as OpenApiDocument;
const checker = createChecker(document);

interface Node {
  readonly path: string;
  readonly value: Readonly<Record<string, unknown>>;
}

const nodesOf = (value: unknown, path = '#'): readonly Node[] => {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.entries(value).flatMap(([key, member]) => nodesOf(member, `${path}/${key}`));
  return Array.isArray(value) ? inside : [{ path, value: value as Node['value'] }, ...inside];
};

const at = (pointer: string): unknown =>
  pointer
    .slice(2)
    .split('/')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);

const nodes = nodesOf(document);

describe('the committed document', () => {
  it('is what the code prints', () => {
    expect(text).toBe(`${JSON.stringify(openApiOf(schema, operations), null, 2)}\n`);
  });

  it('has one path for each file, with an operation id of its own', () => {
    const files = readdirSync(new URL('../operations', import.meta.url)).map((file) => file.replace(/\.graphql$/, ''));
    expect(files.length).toBeGreaterThanOrEqual(15);
    expect(Object.keys(document.paths)).toEqual([...files].sort().map((name) => `/operations/${name}`));
    const ids = Object.values(document.paths).map(({ post }) => post.operationId);
    expect(new Set(ids).size).toBe(files.length);
    expect(Object.values(document.paths).map((item) => Object.keys(item))).toEqual(files.map(() => ['post']));
  });

  it('and the page about it name every operation', () => {
    const page = readFileSync(new URL('../docs/json-api.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (read|change) \|/gm)].map(([, name, tag]) => [name, [tag]]);
    const paths = Object.entries(document.paths).map(([path, { post }]) => [path.replace('/operations/', ''), post.tags]);
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(paths));
  });

  it('says of itself what the standard asks for', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    expect(Object.keys(document).sort()).toEqual(['components', 'info', 'openapi', 'paths', 'security', 'servers', 'tags']);
    const tags = document.tags.map(({ name }) => name);
    for (const { post } of Object.values(document.paths)) {
      expect(tags).toEqual(expect.arrayContaining(post.tags));
      expect(post.requestBody).toMatchObject({ required: true, content: { 'application/json': { schema: expect.any(Object) } } });
      expect(post.summary).toMatch(/\.$/);
      for (const [status, response] of Object.entries(post.responses)) {
        expect(status).toMatch(/^[1-5]\d\d$/);
        expect(Object.keys(response as object).some((key) => key === '$ref' || key === 'description')).toBe(true);
      }
    }
    for (const names of document.security.map(Object.keys))
      for (const name of names) expect(Object.keys(document.components.securitySchemes)).toContain(name);
    for (const group of Object.values(document.components))
      for (const name of Object.keys(group)) expect(name).toMatch(/^[a-zA-Z0-9._-]+$/);
  });

  it('refers only to what it holds, and holds nothing that is not referred to', () => {
    const refs = nodes.flatMap(({ value }) => (typeof value.$ref === 'string' ? [value.$ref] : []));
    expect(refs.filter((ref) => at(ref) === undefined)).toEqual([]);
    const held = ['schemas', 'responses', 'parameters'].flatMap((group) =>
      Object.keys(document.components[group as 'schemas']).map((name) => `#/components/${group}/${name}`),
    );
    expect(held.filter((name) => !refs.includes(name))).toEqual([]);
  });

  it('tells the members of a union apart by __typename', () => {
    const unions = nodes.filter(({ value }) => value.discriminator !== undefined);
    expect(unions.length).toBeGreaterThan(5);
    for (const { value } of unions) {
      const { propertyName, mapping } = value.discriminator as { propertyName: string; mapping: Record<string, string> };
      expect((value.oneOf as { $ref: string }[]).map(({ $ref }) => $ref)).toEqual(Object.values(mapping));
      for (const [name, ref] of Object.entries(mapping))
        expect(at(ref)).toMatchObject({
          properties: { [propertyName]: { const: name } },
          required: expect.arrayContaining([propertyName]),
        });
    }
  });

  it('says something of every outcome of a change, also of one that is new', () => {
    const silent = Object.entries(document.paths).flatMap(([path, { post }]) => {
      if (post.tags[0] !== 'change') return [];
      const { properties } = at(`#/components/schemas/${path.replace('/operations/', '')}.response`) as {
        properties: { data: Node['value'] };
      };
      const members = nodesOf(Object.values(properties.data.properties as object)[0]).flatMap(
        ({ value }) => (value.oneOf as { $ref: string }[]) ?? [],
      );
      return members
        .filter(({ $ref }) => Object.keys((at($ref) as { properties: object }).properties).length < 2)
        .map(({ $ref }) => $ref);
    });
    expect(silent).toEqual([]);
  });

  it('requires only properties that it describes, and defaults that fit', () => {
    for (const { path, value } of nodes.filter(({ value }) => Array.isArray(value.required))) {
      const described = Object.keys(value.properties ?? {});
      expect([path, (value.required as string[]).filter((name) => !described.includes(name))]).toEqual([path, []]);
    }
    const { components } = document;
    for (const { value } of nodes.filter(({ value }) => value.default !== undefined && value.default !== null)) {
      const one = createChecker({ ...document, components: { ...components, schemas: { ...components.schemas, one: value } } });
      expect(one.problems('one', value.default)).toEqual([]);
    }
  });

  it.each(checker.names)('has a schema %s that compiles', (name) => {
    expect(checker.compile(name)).toBeInstanceOf(Function);
  });
});

describe('documents that do not fit', () => {
  const load = (files: Readonly<Record<string, string>>) => () => {
    const folder = mkdtempSync(join(tmpdir(), 'operations-'));
    try {
      for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
      return loadOperations(schema, folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const HEAD = '# Who calls.\n# Nothing else.\n';

  it('end the start, all of them told together', () => {
    const broken = load({
      'no-graphql.graphql': 'query {',
      'no-such-field.graphql': `${HEAD}query NoSuchField { viewer { surname } }`,
      'other-name.graphql': `${HEAD}query Another { viewer { name } }`,
      'silent.graphql': 'query Silent { viewer { name } }',
      'two.graphql': `${HEAD}query Two { viewer { name } } query Three { viewer { name } }`,
      'fine.graphql': `${HEAD}query Fine { viewer { name } }`,
    });
    expect(broken).toThrow(/^Operations that do not fit the schema:\n/);
    for (const name of ['no-graphql', 'no-such-field', 'other-name', 'silent', 'two'])
      expect(broken).toThrow(new RegExp(`operations/${name}\\.graphql: `));
    expect(broken).not.toThrow(/fine/);
  });

  it('that fit are loaded, and files of other kinds are left alone', () => {
    const fine = load({ 'who-calls.graphql': `${HEAD}query WhoCalls { viewer { name } }`, 'notes.txt': 'nothing' })();
    expect([...fine.keys()]).toEqual(['who-calls']);
    expect(fine.get('who-calls')).toMatchObject({ summary: 'Who calls.', description: 'Nothing else.', takesKey: false });
  });

  it('cannot be described without __typename in a union', () => {
    const blind = load({ 'blind.graphql': `${HEAD}query Blind { node(id: "x") { id } }` })();
    expect(() => openApiOf(schema, blind)).toThrow(/select __typename/);
  });
});
