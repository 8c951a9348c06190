// Files of a container that others can change: programs of hooks, the root file system, the policy, the configuration itself.

import { expect, test } from 'vitest';
import { loadSpec, memoryFiles } from '../config/index.ts';
import { fixtureMachine } from '../host/fixture.ts';
import { legacyMachine } from '../host/testing.ts';
import type { Machine } from '../host/machine.ts';
import { looseFiles } from './loose-files.ts';

const CONFIG = `lxc.rootfs.path = dir:/srv/web/rootfs
lxc.seccomp.profile = /etc/policy
lxc.hook.pre-start = /opt/hook --verbose
lxc.hook.start = /opt/inside
lxc.include = /etc/web.d/more
`;

/** All is root's, but for these modes and owners. */
function machine(open: Readonly<Record<string, { readonly mode?: number; readonly uid?: number }>>): Machine {
  const base = fixtureMachine(legacyMachine());
  return {
    ...base,
    realPath: (path) => ({ value: path }),
    stat: (path) => ({ value: { kind: /^\/(opt|srv|etc)?$/.test(path) ? 'dir' : 'file', mode: 0o755, uid: 0, gid: 0, major: 0, minor: 0, ...open[path] } }),
  };
}

function told(open: Parameters<typeof machine>[0]): readonly unknown[] {
  const { spec, reading } = loadSpec(
    memoryFiles({ '/etc/config': CONFIG, '/etc/policy': '2\ndenylist\n', '/etc/web.d/more': 'lxc.tty.max = 1\n' }),
    '/etc/config',
    {
      name: 'web',
    },
  );
  return looseFiles(machine(open), reading.settings, spec).map(({ code, data, span }) => [code, data['path'], data['whom'], data['where'], span?.line]);
}

test("none where all is root's", () => {
  expect(told({})).toEqual([]);
});

test.each<[string, Parameters<typeof machine>[0], readonly unknown[]]>([
  ['the program of a hook, without its arguments', { '/opt/hook': { mode: 0o777 } }, ['HF616', '/opt/hook', 'everybody', 'it', 3]],
  ['the directory it is in', { '/opt': { uid: 1000 } }, ['HF616', '/opt/hook', 'user 1000', '/opt', 3]],
  ['the directory of the root file system', { '/srv': { mode: 0o777 } }, ['HF616', '/srv/web/rootfs', 'everybody', '/srv', 1]],
  ['the policy', { '/etc/policy': { uid: 33 } }, ['HF616', '/etc/policy', 'user 33', 'it', 2]],
  ['the configuration', { '/etc/config': { mode: 0o666 } }, ['HF616', '/etc/config', 'everybody', 'it', undefined]],
  ['a file that it includes', { '/etc/web.d/more': { uid: 33 } }, ['HF616', '/etc/web.d/more', 'user 33', 'it', undefined]],
])('%s', (_, open, expected) => {
  expect(told(open)).toEqual([expected]);
});

test("what runs inside, and the root file system itself, may be the container's", () => {
  expect(told({ '/opt/inside': { mode: 0o777 }, '/srv/web/rootfs': { uid: 100_000 } })).toEqual([]);
});
