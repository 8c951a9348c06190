// Limits on swap where it is not counted, and device rules of an ordinary user.

import { expect, test } from 'vitest';
import { loadSpec, memoryFiles } from '../config/index.ts';
import type { Machine } from '../host/machine.ts';
import { fixtureMachine } from '../host/fixture.ts';
import { legacyMachine } from '../host/testing.ts';
import { diagnosticText } from '../model/diagnostic.ts';
import type { CgroupHierarchy } from '../model/host.ts';
import { refusedHere } from './refused-here.ts';

const ROOT = 'lxc.rootfs.path = /srv/web\n';
const V1 = { version: 1, controllers: ['memory'], mountPoint: '/cg/memory', own: '/session' } as unknown as CgroupHierarchy;
const V2 = { version: 2, controllers: ['memory', 'pids'], mountPoint: '/cg', own: '/' } as unknown as CgroupHierarchy;
const LIMITS_1 = 'lxc.cgroup.memory.limit_in_bytes = 1G\nlxc.cgroup.memory.memsw.limit_in_bytes = 2G\n';
const LIMITS_2 = 'lxc.cgroup2.memory.max = 1G\nlxc.cgroup2.memory.swap.max = 0\n';

/** A machine with these files only. */
function machine(files: readonly string[], uid = 0): Machine {
  const base = fixtureMachine(legacyMachine());
  const below = (path: string) => files.filter((one) => one.startsWith(`${path}/`)).map((one) => one.slice(path.length + 1).split('/')[0] ?? '');
  return {
    ...base,
    ids: { ...base.ids, uid },
    list: (path) => ({ value: [...new Set(below(path))] }),
    stat: (path) => (files.includes(path) ? { value: { kind: 'file', mode: 0o644, uid: 0, gid: 0, major: 0, minor: 0 } } : { errno: 'ENOENT' }),
  };
}

function told(lines: string, hierarchies: readonly CgroupHierarchy[], on: Machine): readonly unknown[] {
  const { spec } = loadSpec(memoryFiles({ '/c': ROOT + lines }), '/c', { name: 'web' });
  expect(spec).not.toBeNull();
  return refusedHere(on, hierarchies, spec).map(({ code, data, span }) => [code, span?.line, data['group']]);
}

const OF_1 = ['/cg/memory/memory.limit_in_bytes', '/cg/memory/session/memory.limit_in_bytes'];

test.each<readonly [what: string, lines: string, of: CgroupHierarchy, files: readonly string[], expected: readonly unknown[]]>([
  ['counted', LIMITS_1, V1, [...OF_1, '/cg/memory/session/memory.memsw.limit_in_bytes'], []],
  ['not counted', LIMITS_1, V1, OF_1, [['HF623', 3, '/cg/memory/session']]],
  ['not counted, and the own group is not in sight', LIMITS_1, V1, OF_1.slice(0, 1), [['HF623', 3, '/cg/memory']]],
  ['no limit on swap', 'lxc.cgroup.memory.limit_in_bytes = 1G\n', V1, OF_1, []],
  ['the other version', LIMITS_2, V1, OF_1, []],
  ['version 2, counted', LIMITS_2, V2, ['/cg/init/memory.max', '/cg/init/memory.swap.max'], []],
  ['version 2, not counted', LIMITS_2, V2, ['/cg/procs', '/cg/init/memory.max'], [['HF623', 3, '/cg/init']]],
  ['version 2, no group with limits to look at', LIMITS_2, V2, ['/cg/procs'], []],
])('swap: %s', (_what, lines, hierarchy, files, expected) => {
  expect(told(lines, [hierarchy], machine(files))).toEqual(expected);
});

test('device rules are refused to an ordinary user, once', () => {
  const rules = 'lxc.cgroup2.devices.deny = a\nlxc.cgroup2.devices.allow = c 1:3 rwm\n';
  expect(told(rules, [], machine([], 1000))).toEqual([['HF622', 2, undefined]]);
  expect(told(rules, [], machine([], 0))).toEqual([]);
  expect(told(`${rules}lxc.cgroup2.devices.allow =\nlxc.cgroup2.devices.deny =\n`, [], machine([], 1000))).toEqual([]);
});

test('their texts', () => {
  const { spec } = loadSpec(memoryFiles({ '/c': `${ROOT}${LIMITS_1}lxc.cgroup.devices.deny = a\n` }), '/c', { name: 'web' });
  expect(refusedHere(machine(OF_1, 1000), [V1], spec).map(diagnosticText)).toEqual([
    {
      message:
        "this kernel does not account for swap: there is no memory.memsw.limit_in_bytes in /cg/memory/session, so 'lxc.cgroup.memory.memsw.limit_in_bytes' is refused, and with it the start",
      help: 'boot with swapaccount=1, or remove the line: the limit on memory holds without it',
    },
    {
      message: "the kernel takes no device rule from an ordinary user: 'lxc.cgroup.devices.deny' is refused, and with it the start",
      help: "clear them as LXC's userns.conf does ('lxc.cgroup.devices.allow =', 'lxc.cgroup.devices.deny ='), or start the container as root",
    },
  ]);
});
