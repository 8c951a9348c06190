// Builds the command (dist/holdfast.cjs, one file) and the library (dist/lib, modules with their types).
// usage: node tools/build.mjs [--if-stale] [--command-only]
//   --if-stale      leave out what is newer than all of src
//   --command-only  leave out the library
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lazyBody, mapOf } from './lazy-body.mjs';
import { changed, root, setup } from './setup.mjs';

const COMMAND = 'dist/holdfast.cjs';
const LIBRARY = 'dist/lib/index.js';

/** Builds what is asked for. Returns false when something could not be built; why is then on stderr. */
export async function build({ ifStale = false, commandOnly = false } = {}) {
  const newest = Math.max(
    ...sources('src'),
    ...['package.json', 'tsconfig.json', 'tsconfig.build.json', 'tools/build.mjs'].map((path) => changed(join(root, path))),
  );
  const fresh = (path) => ifStale && changed(join(root, path)) > newest;
  if (!fresh(COMMAND) && !(await buildCommand())) return false;
  return commandOnly || fresh(LIBRARY) || buildLibrary();
}

/** The command, everything in one CommonJS file: that starts 3 ms sooner than a module, and needs no package at run time. */
async function buildCommand() {
  const { build: bundle } = await import('esbuild');
  const entry = join(root, 'src/cli/main.ts');
  const shebang = readFileSync(entry, 'utf8').startsWith('#!') ? {} : { banner: { js: '#!/usr/bin/env node' } };
  const unfinished = `${COMMAND}.${process.pid}`;
  try {
    await bundle({
      absWorkingDir: root,
      entryPoints: [entry],
      outfile: unfinished,
      ...shebang,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      // Node reads all of the file at every start, 2 ms for 100 kB. The map tells a fault's place in the sources (src/cli/fault.ts).
      minify: true,
      sourcemap: 'external',
      sourcesContent: false,
      legalComments: 'eof',
      define: { HOLDFAST_VERSION: JSON.stringify(version()), HOLDFAST_BUILD: JSON.stringify(sourceHash()), HOLDFAST_HOME: JSON.stringify(homepage()) },
      logLevel: 'warning',
      logOverride: { 'empty-import-meta': 'error' },
    });
    const text = lazyBody(readFileSync(join(root, unfinished), 'utf8'), { '--version': version(), '-v': version() });
    writeFileSync(join(root, unfinished), text);
    writeFileSync(join(root, `${unfinished}.map`), mapOf(text, readFileSync(join(root, `${unfinished}.map`), 'utf8')));
    chmodSync(join(root, unfinished), 0o755);
    for (const suffix of ['.map', '']) renameSync(join(root, unfinished + suffix), join(root, COMMAND + suffix)); // whoever runs the old one meanwhile is not disturbed
    keepCode();
    process.stdout.write(`build: ${COMMAND}, ${Math.round(text.length / 1000)} kB\n`);
    return true;
  } catch (error) {
    if (!Array.isArray(error?.errors)) throw error; // esbuild has told its own errors already
    return false;
  } finally {
    for (const suffix of ['.map', '']) rmSync(join(root, unfinished + suffix), { force: true });
  }
}

/** Compiles a container's launcher, as most commands do. What comes of it does not count: without kept code the command is only slower to start. */
function keepCode() {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-build-'));
  const { NODE_OPTIONS: _, ...env } = process.env; // V8 refuses what was made under other options
  spawnSync(process.execPath, [join(root, 'tools/keep-code.mjs'), join(root, COMMAND), 'build', '-o', join(folder, 'launcher'), '--', 'true'], { env });
  rmSync(folder, { recursive: true, force: true });
}

/** The library: one module for each source file that index.ts reaches, with its types. */
function buildLibrary() {
  rmSync(join(root, 'dist/lib'), { recursive: true, force: true });
  const done = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  if (done.status !== 0) return false;
  process.stdout.write('build: dist/lib\n');
  return true;
}

/** Tells two builds of one version apart: launchers that another build compiled are not used again. */
function sourceHash() {
  const hash = createHash('sha256');
  for (const path of sourceFiles('src').sort()) hash.update(path).update(readFileSync(path));
  return hash.digest('hex').slice(0, 16);
}

function version() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
}

/** Where the pages of the project are, with a slash at the end; empty where package.json does not say it. */
function homepage() {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).homepage ?? '').replace(/[^/]$/, '$&/');
}

/** When each source file was last changed. */
function sources(folder) {
  return sourceFiles(folder).map(changed);
}

/** All source files but tests. */
function sourceFiles(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  setup();
  const known = new Set(['--if-stale', '--command-only']);
  const unknown = process.argv.slice(2).find((word) => !known.has(word));
  if (unknown !== undefined || !existsSync(join(root, 'src'))) {
    process.stderr.write('usage: node tools/build.mjs [--if-stale] [--command-only]\n');
    process.exit(2);
  }
  const built = await build({ ifStale: process.argv.includes('--if-stale'), commandOnly: process.argv.includes('--command-only') });
  process.exit(built ? 0 : 1);
}
