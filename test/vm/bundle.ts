// Test files with all they import as one module that a guest runs with plain node: a hundred small files over 9p would take it seconds.

import { createRequire, SourceMap } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { sourceUrls } from '../../tools/source-urls.mjs';
import { PROJECT } from './paths.ts';
import { type GuestFile, onePattern } from './choice.ts';
import { RESULTS } from './result.ts';

/** The bundle's name in the shared folder. */
export const BUNDLE = 'tests.mjs';

export interface Bundle {
  readonly text: string;
  /** A stack trace of the bundle with the places in the sources. */
  readonly sourceStack: (stack: string) => string;
}

/** Bundles the test files. Rejects with esbuild's message when one cannot be. */
export async function bundleTests(files: readonly GuestFile[]): Promise<Bundle> {
  const loaders = files.map(
    ({ file, only }) => `${JSON.stringify(file)}: { load: () => import(${JSON.stringify(`./${file}`)}), pattern: ${JSON.stringify(onePattern(only))} }`,
  );
  const rest = { root: PROJECT, results: `/run/vm/${RESULTS}` };
  const contents = `import { runTests } from './test/vm/guest/run-tests.ts';\nawait runTests({ files: { ${loaders.join(', ')} }, ...${JSON.stringify(rest)} });\n`;
  const { outputFiles } = await build({
    absWorkingDir: PROJECT,
    stdin: { contents, resolveDir: PROJECT, sourcefile: 'all-tests.ts', loader: 'ts' },
    outfile: BUNDLE,
    write: false,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    alias: { vitest: join(PROJECT, 'test/vm/guest/vitest.ts') },
    plugins: [native, sourceUrls],
    sourcemap: 'external',
    logLevel: 'silent',
  });
  const text = outputFiles.find(({ path }) => path.endsWith(BUNDLE))?.text ?? '';
  const map = new SourceMap(JSON.parse(outputFiles.find(({ path }) => path.endsWith('.map'))?.text ?? ''));
  return { text, sourceStack: (stack) => stack.replace(/[^\s(]*\/tests\.mjs:(\d+):(\d+)/g, (whole, line, column) => placeOf(map, line, column) ?? whole) };
}

/** Packages with compiled parts cannot be bundled: the guest loads them from where they are. */
const native: Plugin = {
  name: 'native-packages',
  setup(bundler) {
    const { resolve: find } = createRequire(join(PROJECT, 'package.json'));
    bundler.onResolve({ filter: /^(@lydell\/node-pty|oxc-parser|esbuild)$/ }, ({ path }) => ({ path: pathToFileURL(find(path)).href, external: true }));
  },
};

function placeOf(map: SourceMap, line: string, column: string): string | undefined {
  const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
  if (!('originalSource' in entry)) return undefined;
  return `${relative(PROJECT, resolve(PROJECT, entry.originalSource)).replace(/^(?!\.\.)/, `${PROJECT}/`)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}
