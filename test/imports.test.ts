// Imports point downward only, without rings, and only some rooms touch the machine.

import { expect, test } from 'vitest';
import { readModule, readModules } from './support/modules.ts';
import { cycle, ROOMS, roomOf, violations } from './support/rooms.ts';

const modules = readModules('src');

test('there are modules to look at, in the rooms that exist, and imports between them', () => {
  expect(modules.length).toBeGreaterThan(50);
  expect(modules.flatMap(({ imports }) => imports).length).toBeGreaterThan(100);
  const rooms = new Set(modules.map(({ path }) => roomOf(path)));
  expect([...rooms].filter((room) => !(room in ROOMS))).toEqual([]);
});

test('every arrow is allowed', () => {
  expect(violations(modules)).toEqual([]);
});

test('no import leads back to where it came from', () => {
  expect(cycle(modules)).toBeNull();
});

test('rooms themselves form no ring', () => {
  const reaches = (from: string, to: string): boolean => {
    const { may = [], types = [] } = ROOMS[from] ?? {};
    return [...may, ...types].some((next) => next === to || reaches(next, to));
  };
  expect(Object.keys(ROOMS).filter((room) => reaches(room, room))).toEqual([]);
});

/** Each is a module as it must not be, and what is said about it. */
const WRONG: readonly (readonly [path: string, text: string, said: string])[] = [
  ['src/model/a.ts', "import { b } from '../plan/b.ts';", 'model may not import from plan'],
  ['src/model/a.ts', "export { b } from '../kernel/b.ts';", 'model may import types only from kernel'],
  ['src/controls/seccomp/a.ts', "const b = await import('../../launcher/b.ts');", 'controls may not import from launcher'],
  ['src/bpf/a.ts', "type B = import('../config/b.ts').B;", 'bpf may not import from config'],
  ['src/plan/a.ts', "import fs from 'node:fs';", 'plan may not touch the machine'],
  ['src/plan/a.ts', "import { x } from '@stricli/core';", 'plan may not use the package @stricli/core'],
  ['src/launcher/a.ts', "import { b } from './x86-64/b.ts';", 'only src/launcher/emit.ts may import'],
  ['src/kernel/a.ts', "import { b } from './sources/b.ts';", 'no part of the product'],
  ['src/kernel/a.ts', 'export const now = Date.now();', 'mentions Date.now'],
  ['src/report/a.ts', 'process.exit(1);', 'mentions process'],
  ['src/cli/a.ts', "console.log('');", 'mentions console'],
  ['src/shed/a.ts', "import { b } from '../kernel/b.ts';", 'no room shed'],
];

test.each(WRONG)('%s: %s', (path, text, said) => {
  const targets = readModule(path, text).imports.flatMap(({ target }) => (target === null ? [] : [readModule(target, '')]));
  expect(violations([readModule(path, text), ...targets]).join('\n')).toContain(said);
});

test('a ring is found; one of types alone is none', () => {
  const ring = (keyword: string) => [
    readModule('src/bpf/a.ts', "import { b } from './b.ts';"),
    readModule('src/bpf/b.ts', "import { c } from './c.ts';"),
    readModule('src/bpf/c.ts', `${keyword} { a } from './a.ts';`),
  ];
  expect(cycle(ring('import'))).toEqual(['src/bpf/a.ts', 'src/bpf/b.ts', 'src/bpf/c.ts', 'src/bpf/a.ts']);
  expect(cycle(ring('import type'))).toBeNull();
});
