// Bundles web/ into build/web/, the page served at `/`; does nothing when its inputs are those of the last build.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SOURCE = join(ROOT, 'web');
const TARGET = join(ROOT, 'build', 'web');
// Beside the folder and not in it: everything in it is served.
const STAMP = join(ROOT, 'build', 'web.stamp');

const WORKERS = {
  editor: 'monaco-editor/esm/vs/editor/editor.worker.js',
  json: 'monaco-editor/esm/vs/language/json/json.worker.js',
  graphql: 'monaco-graphql/esm/graphql.worker.js',
};

/** graphiql/style.css already holds Monaco's styles, built from the same release; twice would only be slower. */
const leaveOutMonacoStyles = {
  name: 'leave-out-monaco-styles',
  setup(bundler) {
    bundler.onLoad({ filter: /[\\/]monaco-editor[\\/]esm[\\/].*\.css$/ }, () => ({ contents: '', loader: 'css' }));
  },
};

/** graphiql/style.css carries some thirty fonts inside itself; as files, a browser fetches the two or three that the text needs. */
const writeFontsAsFiles = {
  name: 'write-fonts-as-files',
  setup(bundler) {
    bundler.onResolve({ filter: /^data:font\// }, ({ path }) => {
      const [, type, data] = /^data:font\/(\w+);base64,(.*)$/s.exec(path) ?? [];
      if (!type || !data) return undefined;
      const digest = createHash('sha256').update(data).digest('hex').slice(0, 12);
      return { path: `font-${digest}.${type}`, namespace: 'font', pluginData: data };
    });
    bundler.onLoad({ filter: /.*/, namespace: 'font' }, ({ pluginData }) => ({
      contents: Buffer.from(pluginData, 'base64'),
      loader: 'file',
    }));
  },
};

const startedAt = Date.now();
const stamp = await hashInputs();
if (existsSync(join(TARGET, 'index.html')) && (await readFile(STAMP, 'utf8').catch(() => '')) === stamp) {
  console.log('web: build/web is up to date');
} else if (!existsSync(join(ROOT, 'node_modules', 'graphiql'))) {
  // An install without development packages: the gateway serves everything but the page.
  console.log('web: graphiql is not installed, the page is left out');
} else {
  const bytes = await build();
  await writeFile(STAMP, stamp);
  console.log(`web: built build/web, ${(bytes / 1e6).toFixed(1)} MB in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
}

async function hashInputs() {
  const entries = await readdir(SOURCE, { recursive: true, withFileTypes: true });
  const sources = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const path of [fileURLToPath(import.meta.url), join(ROOT, 'package-lock.json'), ...sources.sort()]) {
    hash.update(`${relative(ROOT, path)}\0`).update(await readFile(path).catch(() => ''));
  }
  return hash.digest('hex');
}

/** Builds beside the target and swaps, so that a running gateway never serves half a page; returns the size in bytes. */
async function build() {
  const esbuild = await import('esbuild');
  const scratch = `${TARGET}.${process.pid}`;
  const shared = {
    absWorkingDir: ROOT,
    bundle: true,
    minify: true,
    target: 'es2022',
    outdir: join(scratch, 'graphiql'),
    // A new content gets a new name: the gateway may let browsers keep these files for good.
    entryNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    legalComments: 'linked',
    logLevel: 'error',
    metafile: true,
    define: { 'process.env.NODE_ENV': '"production"' },
  };
  try {
    // Workers first, the page has to know their names. Classic scripts: module workers came late to Firefox.
    const workers = await esbuild.build({ ...shared, format: 'iife', entryPoints: WORKERS });
    const files = Object.fromEntries(Object.keys(WORKERS).map((name) => [name, findOutput(workers, `${name}-`, '.js')]));
    const page = await esbuild.build({
      ...shared,
      format: 'esm',
      entryPoints: { page: join(SOURCE, 'graphiql.tsx'), icon: join(SOURCE, 'icon.svg') },
      loader: { '.svg': 'copy', '.ttf': 'file' },
      define: { ...shared.define, WORKER_FILES: JSON.stringify(files) },
      plugins: [leaveOutMonacoStyles, writeFontsAsFiles],
    });
    const html = (await readFile(join(SOURCE, 'index.html'), 'utf8'))
      .replace('%SCRIPT%', findOutput(page, 'page-', '.js'))
      .replace('%STYLE%', findOutput(page, 'page-', '.css'))
      .replace('%ICON%', findOutput(page, 'icon-', '.svg'));
    await writeFile(join(scratch, 'index.html'), html);
    await rm(TARGET, { recursive: true, force: true });
    await rename(scratch, TARGET);
    return [workers, page].flatMap(({ metafile }) => Object.values(metafile.outputs)).reduce((sum, { bytes }) => sum + bytes, 0);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function findOutput({ metafile }, start, end) {
  const names = Object.keys(metafile.outputs).map((path) => basename(path));
  const found = names.find((name) => name.startsWith(start) && name.endsWith(end));
  if (!found) throw new Error(`The bundle has no file ${start}*${end}, only ${names.join(', ')}.`);
  return found;
}
