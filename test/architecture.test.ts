/** The walls of the house: which room may know which, which packages stay where, and the habits that a compiler does not keep. */
import { describe, expect, it } from '@jest/globals';
import { type Import, type SourceFile, sourceFiles } from './support/source-files.js';

const SOURCES = ['adobe-stock', 'getty-images', 'photoshelter', 'smint-io'] as const;

interface Rule {
  /** Rooms, or single files, that it may import; its own room always. */
  readonly may: readonly string[];
  /** Rooms whose types alone it may import: the values come through the composition. */
  readonly types?: readonly string[];
  /** Packages beside Node's own modules. */
  readonly packages?: readonly string[];
}

const CONTRACT = 'src/datasources/datasource';
const SOURCE_RULE: Rule = {
  may: ['src/domain', CONTRACT, 'src/datasources/http'],
  // The registry's type `Account` is what an adapter makes.
  types: ['src/datasources/registry'],
  packages: ['zod', 'p-limit'],
};

/** The longest name that a file's path begins with is its room. */
const ROOMS: Readonly<Record<string, Rule>> = {
  'src/domain': { may: [] },
  'src/datasources': { may: ['src/domain'], packages: ['lru-cache'] },
  'src/datasources/http': { may: ['src/domain'], types: [CONTRACT], packages: ['undici', 'p-limit', 'lossless-json'] },
  ...Object.fromEntries(SOURCES.map((source) => [`src/datasources/${source}`, SOURCE_RULE])),
  // Calls to addresses that callers gave: guarded, and shared by everything that sends.
  'src/outbound': { may: ['src/domain'], packages: ['undici'] },
  'src/store': { may: ['src/domain'], packages: ['kysely', 'pg'] },
  // Brings the queue's own tables with ours, because one command migrates everything.
  'src/store/migrate': { may: ['src/domain', 'src/store'], packages: ['kysely', 'pg', 'graphile-worker'] },
  'src/services': {
    // The contract holds, beside types, the two outcomes that an adapter throws.
    may: ['src/domain', 'src/store', CONTRACT],
    types: ['src/datasources/registry', 'src/datasources/asset-reader', 'src/outbound'],
    packages: ['uuid', 'lru-cache', 'p-limit', 'zod'],
  },
  'src/loaders': {
    may: ['src/domain', 'src/store'],
    types: [CONTRACT, 'src/datasources/registry', 'src/datasources/asset-reader'],
    packages: ['dataloader'],
  },
  'src/schema': { may: ['src/domain'], packages: ['type-graphql', 'graphql', 'graphql-scalars'] },
  'src/resolvers': {
    may: ['src/schema', 'src/domain'],
    types: ['src/services', 'src/loaders', CONTRACT],
    packages: ['type-graphql', 'graphql', 'zod'],
  },
  'src/worker': {
    may: ['src/domain', 'src/store'],
    types: ['src/services', 'src/datasources/registry', CONTRACT],
    packages: ['graphile-worker', 'pino', 'zod'],
  },
  'src/server': {
    may: ['src/resolvers', 'src/schema', 'src/loaders', 'src/domain', 'src/server/embedded-postgres.connection'],
    types: ['src/services', 'src/store', 'src/datasources/registry', 'src/datasources/asset-reader'],
    packages: [
      '@apollo/server',
      '@as-integrations/fastify',
      '@fastify/helmet',
      '@fastify/static',
      'fastify',
      'graphql',
      'graphql-jit',
      'graphql-ws',
      'pino',
      'prom-client',
      'ws',
      'zod',
    ],
  },
  // The only place where the resolvers become a schema.
  'src/server/graphql-schema': {
    may: ['src/resolvers', 'src/domain', 'src/schema'],
    packages: ['type-graphql', 'graphql', 'reflect-metadata'],
  },
  // Asks a server that it has just started whether it answers; no statement of ours runs there.
  'src/server/embedded-postgres.connection': { may: ['src/server'], packages: ['pg'] },
  'src/config': { may: ['src/domain'], packages: ['zod'] },
  // Works out who the application is at the database, before anything is composed.
  'src/app-access': { may: ['src/server', 'src/domain'], types: ['src/config', 'src/store'] },
  'src/compose': { may: ['src'], packages: ['fastify', 'pino'] },
  'src/main': { may: ['src'], packages: ['pino'] },
};
const ROOM_NAMES = Object.keys(ROOMS).sort((a, b) => b.length - a.length);

const within = (target: string, room: string): boolean => target === room || target.startsWith(`${room}/`);
const roomOf = (file: string): string | undefined => ROOM_NAMES.find((room) => within(file.replace(/\.tsx?$/, ''), room));

const src = sourceFiles('src');
const program = [...src, ...sourceFiles('simulators', 'migrations', 'tools', 'web', 'bench', 'chaos')];
const named = (files: readonly SourceFile[]): readonly string[] => files.map(({ path }) => path);

/** A single file of a room is named in a rule where the rest of the room stays closed. */
const isAllowed = ({ target, isPackage, isTypeOnly }: Import, room: string, rule: Rule): boolean => {
  if (isPackage) return target.startsWith('node:') || (rule.packages ?? []).includes(target) || isTypeOnly;
  const targetRoom = roomOf(target);
  if (targetRoom === room) return true;
  const open = [...rule.may, ...(isTypeOnly ? (rule.types ?? []) : [])];
  return open.some(
    (name) => target === name || (within(target, name) && (name === 'src' || targetRoom === name || roomOf(name) === name)),
  );
};

describe('rooms', () => {
  it('every file belongs to one', () => {
    expect(named(src.filter(({ path }) => roomOf(path) === undefined))).toEqual([]);
  });

  it('know only the rooms and packages that the plan opens to them', () => {
    const trespassing = src.flatMap((file) => {
      const room = roomOf(file.path) as string;
      const rule = ROOMS[room] as Rule;
      return file.imports.filter((entry) => !isAllowed(entry, room, rule)).map(({ target }) => `${file.path} → ${target}`);
    });
    expect(trespassing).toEqual([]);
  });

  it('of a source open one door each: adapter.ts, and to the composition alone', () => {
    const doors = src.flatMap((file) =>
      file.imports
        .filter(({ target }) => SOURCES.some((source) => within(target, `src/datasources/${source}`)))
        .filter(({ target }) => roomOf(target) !== roomOf(file.path))
        .map(({ target }) => `${file.path} → ${target}`),
    );
    expect([...doors].sort()).toEqual(SOURCES.map((source) => `src/compose.ts → src/datasources/${source}/adapter`));
  });

  it('of all sources look alike', () => {
    for (const source of SOURCES) {
      const files = named(src).filter((path) => path.startsWith(`src/datasources/${source}/`));
      for (const name of ['adapter', 'client', 'faults', 'map', 'wire'])
        expect(files).toContain(`src/datasources/${source}/${name}.ts`);
    }
  });

  it('never wait for each other in a circle', () => {
    const next = new Map(
      src.map(({ path, imports }) => [
        path.replace(/\.tsx?$/, ''),
        imports.filter(({ isPackage, isTypeOnly }) => !isPackage && !isTypeOnly).map(({ target }) => target),
      ]),
    );
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, trail: readonly string[]): void => {
      if (trail.includes(file)) circles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
      if (trail.includes(file) || done.has(file)) return;
      for (const target of next.get(file) ?? []) visit(target, [...trail, file]);
      done.add(file);
    };
    for (const file of next.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });
});

describe('the composition', () => {
  it('is imported by the program, its tools, the tests and the benchmarks alone', () => {
    const users = program.filter(({ imports }) => imports.some(({ target }) => target === 'src/compose'));
    expect(named(users).filter((path) => path !== 'src/main.ts' && !/^(bench|tools)\//.test(path))).toEqual([]);
  });

  it('and everything else leaves the environment to the one reader of it', () => {
    const readers = src.filter(({ text }) => /process\.env/.test(text));
    // The dynamic linker's own variable is handed on to PostgreSQL's programs; it configures nothing of ours.
    expect(named(readers)).toEqual(['src/main.ts', 'src/server/embedded-postgres.process.ts']);
  });
});

describe('packages', () => {
  it.each([
    ['kysely', /^src\/store\//],
    ['pg', /^src\/(store\/|server\/embedded-postgres\.connection\.ts$)/],
    ['undici', /^src\/(datasources\/http|outbound)\//],
    ['type-graphql', /^src\/(schema\/|resolvers\/|server\/graphql-schema\.ts$)/],
    ['graphile-worker', /^src\/(worker\/|store\/migrate\.ts$)/],
    ['fastify', /^src\/(server\/|compose\.ts$)/],
    ['@apollo/server', /^src\/server\//],
  ])('%s stays in its place', (name, place) => {
    const users = named(src.filter(({ imports }) => imports.some(({ target, isPackage }) => isPackage && target === name)));
    expect(users.length).toBeGreaterThan(0);
    expect(users.filter((path) => !place.test(path))).toEqual([]);
  });

  it('no request leaves by another way than the one that keeps deadlines', () => {
    expect(named(src.filter(({ text }) => /\bfetch\(|from 'node:https?'/.test(text)))).toEqual([]);
  });
});

describe('the simulators', () => {
  it('are programs of their own that know nothing of the gateway, and the gateway knows nothing of them', () => {
    const simulators = sourceFiles('simulators');
    expect(simulators.length).toBeGreaterThan(100);
    const crossing = [
      ...simulators.filter(({ imports }) => imports.some(({ target, isPackage }) => !isPackage && !within(target, 'simulators'))),
      ...src.filter(({ imports }) => imports.some(({ target }) => within(target, 'simulators'))),
    ];
    expect(named(crossing)).toEqual([]);
  });
});

describe('the hammer', () => {
  it('knows nothing of the gateway but how its database is started, and nobody knows the hammer', () => {
    const hammer = sourceFiles('chaos');
    expect(hammer.length).toBeGreaterThan(10);
    const insiders = [
      ...hammer.filter(
        ({ path, imports }) => path !== 'chaos/database.program.ts' && imports.some(({ target }) => within(target, 'src')),
      ),
      ...src.filter(({ imports }) => imports.some(({ target }) => within(target, 'chaos'))),
    ];
    expect(named(insiders)).toEqual([]);
  });
});

describe('files', () => {
  it('have at most 400 lines', () => {
    expect(program.filter(({ lines }) => lines > 400).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  it('open with a sentence that says what they are for', () => {
    const silent = program.filter(({ text }) => !/^(#!.*\n)?\/(\*\*?|\/)\s*\n?\s*\*?\s*\S.{10,}/.test(text));
    expect(named(silent)).toEqual([]);
  });

  it('export by name, and nothing of others wholesale', () => {
    expect(named(program.filter(({ hasDefaultExport }) => hasDefaultExport))).toEqual([]);
    expect(named(program.filter(({ reExportsAll, path }) => reExportsAll || /\/index\.tsx?$/.test(path)))).toEqual([]);
  });

  it('promise nothing for later', () => {
    expect(named(program.filter(({ text }) => /\b(TODO|FIXME|XXX|HACK)\b/.test(text)))).toEqual([]);
  });

  it('are called by what they are, in lower case with hyphens', () => {
    const odd = named(program).filter((path) => !/^[a-z0-9/_.-]+$/.test(path));
    expect(odd).toEqual([]);
  });
});

describe('services', () => {
  it('know no source by name', () => {
    const knowing = src.filter(
      ({ path, text }) => path.startsWith('src/services/') && /adobe|getty|photo_?shelter|smint/i.test(text),
    );
    expect(named(knowing)).toEqual([]);
  });
});
