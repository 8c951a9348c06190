// For bundles: `import.meta.url` stays the address of the source file, as if it were not bundled.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** A plugin of esbuild. */
export const sourceUrls = {
  name: 'source-urls',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      return { contents: text.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)), loader: 'ts' };
    });
  },
};
