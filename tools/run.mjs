// Runs a TypeScript tool: bundles it with esbuild into a temporary .mjs beside node_modules, imports it, deletes it.
// usage: node tools/run.mjs tools/some-tool.ts [arguments]
import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { sourceUrls } from './source-urls.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [tool, ...rest] = process.argv.slice(2);
if (tool === undefined) {
  process.stderr.write('usage: node tools/run.mjs <tool.ts> [arguments]\n');
  process.exit(2);
}

// Below node_modules, so that imports of packages resolve and version control does not see it.
const folder = mkdtempSync(join(root, 'node_modules', '.run-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
]) {
  process.once(signal, () => process.exit(128 + number));
}

const outfile = join(folder, 'tool.mjs');
const source = resolve(tool);
await build({
  entryPoints: [source],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  plugins: [sourceUrls],
  sourcemap: 'inline',
  logLevel: 'error',
});
process.argv = [process.argv[0], source, ...rest];
const module = await import(pathToFileURL(outfile).href);
if (typeof module.main === 'function') {
  await module.main(rest);
}
