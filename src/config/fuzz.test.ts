// Whatever a file says, it is read: no exception, and a spec only without an error.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasErrors } from '../model/diagnostic.ts';
import { effective, KEYS, loadSpec, memoryFiles, readConfig } from './index.ts';

const key = fc.oneof(
  fc.constantFrom(...KEYS.flatMap(({ name, old = [] }) => [name, ...old])).map((name) => name.replace('.N', '.0')),
  fc.constantFrom(
    'lxc.network.type',
    'lxc.network.link',
    'lxc.cgroup.memory.x',
    'lxc.prlimit.core',
    'lxc.sysctl.a',
    'lxc.include',
    '__proto__',
    'lxc.__proto__',
    'lxc.net.0.constructor',
  ),
);
const value = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '',
    '0',
    '1',
    'u 0 1 1',
    'none',
    'kill',
    '/c',
    '/d/',
    'overlay:/a:/b',
    'a b tmpfs create=dir',
    'proc:rw shmounts:',
    '"',
    "'a b'",
    'unlimited:1',
    'SIGRTMIN+',
    '\\000',
    '-0',
    'constructor',
    '__proto__',
  ),
);
const line = fc.oneof(
  fc.tuple(key, value).map(([name, text]) => `${name} = ${text}`),
  fc.string(),
);
const config = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'));

test('no text makes the reader throw, and no text with an error makes a container', () => {
  fc.assert(
    fc.property(config, fc.option(fc.array(fc.string(), { maxLength: 2 }), { nil: [] }), (text, overrides) => {
      const { spec, diagnostics } = loadSpec(memoryFiles({ '/c': text, '/d/a.conf': text }), '/c', { name: 'x', command: ['true'], overrides });
      expect(spec === null).toBe(hasErrors(diagnostics));
    }),
    { numRuns: 500 },
  );
});

test('places lie inside the line they are about', () => {
  fc.assert(
    fc.property(config, (text) => {
      const { diagnostics } = readConfig(memoryFiles({ '/c': text }), '/c');
      for (const { span } of diagnostics) {
        const words = span && text.split(/\r\n|\r|\n/)[span.line - 1];
        if (span && words !== undefined) expect(span.column - 1 + span.length).toBeLessThanOrEqual(Math.max(words.length, span.column));
      }
    }),
  );
});

test('what holds is a part of what was set, in order, and holding it again changes nothing', () => {
  fc.assert(
    fc.property(config, (text) => {
      const { settings } = readConfig(memoryFiles({ '/c': text }), '/c');
      const live = effective(settings);
      const places = live.map((setting) => settings.indexOf(setting));
      expect(places).toEqual([...places].sort((one, other) => one - other));
      expect(effective(live)).toEqual(live);
    }),
  );
});
