// What a new configuration begins with, and which of its lines yield.

import { expect, test } from 'vitest';
import { diagnostic } from '../../model/diagnostic.ts';
import { baseOffset, type ConfigParts, configText, yielding } from './config-text.ts';

const base = (yields: boolean) => ({ path: '/etc/lxc/default.conf', lines: ['lxc.net.0.type = veth', ' lxc.net.0.link = br0', 'lxc.tty.max = 1'], yields });
const parts = (yields = true): ConfigParts => ({ header: ['made'], base: base(yields), omitted: new Set(), own: ['lxc.uts.name = web'] });
const at = (line: number, code: 'HF301' | 'HF120' = 'HF301', file = '/c', key = 'lxc.net.0.type') => [
  diagnostic(code, { key }, { file, line, column: 1, length: 1 }),
];
const first = baseOffset(parts()) + 1;

test('the base stands between a header and the own lines, and an omitted line stays as a comment', () => {
  expect(configText({ ...parts(), omitted: new Set([2]) })).toBe(
    '# made\n\n# from /etc/lxc/default.conf\nlxc.net.0.type = veth\n# left out, holdfast cannot enforce it: lxc.net.0.link = br0\nlxc.tty.max = 1\n\nlxc.uts.name = web\n',
  );
  expect(configText({ ...parts(), base: null })).toBe('# made\n\nlxc.uts.name = web\n');
  expect(configText(parts()).split('\n')[first - 1]).toBe('lxc.net.0.type = veth');
});

test('what cannot be enforced yields with all of its family, and nothing else does', () => {
  expect(yielding(parts(), '/c', at(first))).toEqual(new Set([1, 2]));
  expect(yielding(parts(), '/c', at(first + 2, 'HF301', '/c', 'lxc.tty.max'))).toEqual(new Set([3]));
  expect(yielding(parts(false), '/c', at(first))).toBeNull();
  expect(yielding(parts(), '/c', at(first, 'HF120'))).toBeNull();
  expect(yielding(parts(), '/c', at(first, 'HF301', '/included'))).toBeNull();
  expect(yielding(parts(), '/c', at(first + 4))).toBeNull();
  expect(yielding(parts(), '/c', [...at(first), ...at(first, 'HF120')])).toBeNull();
});
