/** The README and the pages in docs say what is true: their examples run and give the answers printed there, their lists are whole, their links lead somewhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AUDIT_ACTIONS, type AuditEvent, auditBody, auditLeafHash } from '../src/domain/audit-event.js';
import type { Rights } from '../src/domain/rights.js';
import { termsHash } from '../src/domain/terms-hash.js';
import { type Gateway, startGateway, synchronised } from './support/gateway.js';
import { type Simulators, startSimulators } from './support/simulators.js';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const text = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

interface Block {
  readonly language: string;
  readonly content: string;
}

/** The fenced blocks that follow each `<!-- example: name -->`, in order. */
const examplesIn = (file: string): readonly { readonly name: string; readonly blocks: readonly Block[] }[] =>
  text(file)
    .split('<!-- example: ')
    .slice(1)
    .map((part) => ({
      name: part.slice(0, part.indexOf(' -->')),
      blocks: [...part.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', content = '']) => ({ language, content })),
    }));

const exampleIn = (file: string, name: string): string => {
  const content = examplesIn(file).find((example) => example.name === name)?.blocks[0]?.content;
  if (content === undefined) throw new Error(`${file} has no example ${name}.`);
  return content.trim();
};

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join('docs', name)),
];

const variablesOfConfig = (): readonly string[] => {
  const [, declared = ''] = /const VARIABLES = z\.object\(\{\n(.*?)\n\}\);/s.exec(text('src/config.ts')) ?? [];
  return [...declared.matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map(([, name = '']) => name).sort();
};

describe('the examples', () => {
  let simulators: Simulators;
  let gateway: Gateway;

  beforeAll(async () => {
    simulators = await startSimulators();
    gateway = await startGateway({ env: { ...simulators.env, WORKER: 'on' } });
    await synchronised(gateway);
  });

  afterAll(async () => {
    await gateway?.stop();
    await simulators?.stop();
  });

  it('of the README give the answers that stand there, and the purchase repeated gives the same answer', async () => {
    const examples = examplesIn('README.md');
    expect(examples.map(({ name }) => name)).toEqual(['viewer', 'licensor', 'viewer']);
    for (const { name, blocks } of examples) {
      const [question, answer] = blocks;
      expect([question?.language, answer?.language]).toEqual(['graphql', 'json']);
      const { data, errors } = await gateway.query(name, question?.content ?? '');
      expect(errors).toEqual([]);
      expect({ data }).toEqual(JSON.parse(answer?.content ?? ''));
    }
    const [purchase, answer] = examples[1]?.blocks ?? [];
    const { data } = await gateway.query('licensor', purchase?.content ?? '');
    const first = JSON.parse(answer?.content ?? '') as { readonly data: { readonly licenseAsset: object } };
    expect(data.licenseAsset).toEqual({ ...first.data.licenseAsset, replayed: true });
  });

  it('of SQL run: no event has a hash that its bytes do not have, and no operation waits for a person', async () => {
    const events = await gateway.database.query("select action from audit_event where tenant_id = 'default'");
    expect(events.map(({ action }) => action)).toContain('license.granted');
    expect(await gateway.database.query(exampleIn('docs/audit.md', 'audit-check'))).toEqual([]);
    expect(await gateway.database.query(exampleIn('docs/operations.md', 'operations-check'))).toEqual([]);
  });
});

describe('the pages', () => {
  it('state the hash that the code makes of the terms printed there', () => {
    const rights = JSON.parse(exampleIn('docs/terms.md', 'terms')) as Rights;
    expect(text('docs/terms.md')).toContain(`\`${termsHash(rights)}\``);
  });

  it('state the bytes and the leaf hash that the code makes of the event printed there', () => {
    const printed = exampleIn('docs/audit.md', 'audit-body');
    const { v, ...fields } = JSON.parse(printed) as Omit<AuditEvent, 'kind'> & { readonly v: number };
    const body = auditBody({ kind: 'AuditEvent', ...fields });
    expect(v).toBe(1);
    expect(body.toString('utf8')).toBe(printed);
    expect(text('docs/audit.md')).toContain(`\`${auditLeafHash(body).toString('hex')}\``);
  });

  it('name every audit action', () => {
    const named = [...text('docs/audit.md').matchAll(/`([a-z_]+\.[a-z_]+)`/g)].map(([, name]) => name);
    expect(AUDIT_ACTIONS.filter((action) => !named.includes(action))).toEqual([]);
  });

  it('name every variable of the configuration, in .env.example once and commented out, and no other', () => {
    const variables = variablesOfConfig();
    expect(variables.length).toBeGreaterThan(40);
    const template = text('.env.example');
    expect([...template.matchAll(/^# ([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name).sort()).toEqual(variables);
    expect(template.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
    const table = text('docs/operations.md');
    expect(variables.filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
  });

  it('mention npm scripts that exist', () => {
    const { scripts } = JSON.parse(text('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
    const mentioned = pages.flatMap((page) =>
      [...text(page).matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name = '']) => name),
    );
    expect(mentioned.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('link to files that exist', () => {
    const broken = pages.flatMap((page) =>
      [...text(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !/^https?:/.test(target) && !existsSync(path.join(ROOT, path.dirname(page), target)))
        .map((target) => `${page}: ${target}`),
    );
    expect(broken).toEqual([]);
  });
});
