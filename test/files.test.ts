// The shape of the source files: short, and each says at its beginning what it is.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isAside } from './support/rooms.ts';
import { readModules, ROOT } from './support/modules.ts';

const LONGEST = 400;
const modules = readModules('src').filter(({ path }) => !path.endsWith('.gen.ts'));

test('there are files to look at', () => {
  expect(modules.length).toBeGreaterThan(50);
});

test(`no file has more than ${LONGEST} lines`, () => {
  const lengths = modules.map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }));
  expect(lengths.filter(({ lines }) => lines > LONGEST)).toEqual([]);
});

test('every file begins with a comment that says what it is for', () => {
  const silent = modules.filter(({ path, text }) => !isAside(path) && !/^(#!.*\n)?(\/\/|\/\*)/.test(text));
  expect(silent.map(({ path }) => path)).toEqual([]);
});

test('the lock file is of this package.json, whose versions are exact', () => {
  const read = (name: string): { packages: Record<string, unknown>; devDependencies: Record<string, string> } =>
    JSON.parse(readFileSync(join(ROOT, name), 'utf8'));
  const { devDependencies } = read('package.json');
  expect(read('package-lock.json').packages['']).toMatchObject({ devDependencies });
  expect(Object.values(devDependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});
