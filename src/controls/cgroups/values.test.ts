import { describe, expect, it } from 'vitest';
import { alice, line } from '../namespaces/testing.ts';
import { cgroups } from './index.ts';
import { delegated, found, hybrid, legacy, plan, session, unified, v2, withGroups } from './testing.ts';

/** The finding without what every such finding ends in. */
const about = (values: readonly string[], host: Parameters<typeof found>[1]) =>
  found(withGroups(values), host).map((text) => text.replace(/; to start without it.*$/, ''));
const written = (values: readonly string[], host: Parameters<typeof found>[1]) =>
  plan(withGroups(values), host)
    .filter((one) => / set /.test(one))
    .map((one) => one.replace(/.* set /, ''));

describe('what cannot be enforced is an error that names what is missing', () => {
  it.each([
    [
      'a v1 key on a unified host',
      'lxc.cgroup.memory.limit_in_bytes = 1G',
      unified(),
      "HF301 error :1: 'lxc.cgroup.memory.limit_in_bytes' is read but cannot be enforced: on this machine the controller 'memory' belongs to the unified hierarchy (v2), /sys/fs/cgroup / write 'lxc.cgroup2.memory.max = 1G', or let holdfast.cgroup.translate = 1 do it",
    ],
    [
      'a v1 key whose controller has another name there',
      'lxc.cgroup.blkio.weight = 100',
      unified(),
      "HF301 error :1: 'lxc.cgroup.blkio.weight' is read but cannot be enforced: on this machine the controller 'io' belongs to the unified hierarchy (v2), /sys/fs/cgroup / write 'lxc.cgroup2.io.weight = 910', or let holdfast.cgroup.translate = 1 do it",
    ],
    [
      'a v2 key on a legacy host',
      'lxc.cgroup2.cpu.max = 50000',
      legacy(),
      "HF301 error :1: 'lxc.cgroup2.cpu.max' is read but cannot be enforced: on this machine the controller 'cpu' belongs to a v1 hierarchy, /sys/fs/cgroup/cpu,cpuacct / write 'lxc.cgroup.cpu.cfs_quota_us = 50000', or let holdfast.cgroup.translate = 1 do it",
    ],
    [
      'a v2 key on a hybrid host',
      'lxc.cgroup2.memory.max = 1G',
      hybrid(),
      "HF301 error :1: 'lxc.cgroup2.memory.max' is read but cannot be enforced: on this machine the controller 'memory' belongs to a v1 hierarchy, /sys/fs/cgroup/memory / write 'lxc.cgroup.memory.limit_in_bytes = 1G', or let holdfast.cgroup.translate = 1 do it",
    ],
    [
      'a v1 controller nobody has',
      'lxc.cgroup.memry.limit_in_bytes = 1G',
      legacy(),
      "HF301 error :1: 'lxc.cgroup.memry.limit_in_bytes' is read but cannot be enforced: Linux 6.18.0 here has no controller 'memry' / check its spelling; /proc/cgroups lists those it has",
    ],
    [
      'a v2 controller nobody has',
      'lxc.cgroup2.memry.max = 1G',
      unified(),
      "HF301 error :1: 'lxc.cgroup2.memry.max' is read but cannot be enforced: the controller 'memry' is not available in the group '/' of /sys/fs/cgroup, which has cpuset cpu io memory pids / check its spelling, and whether the kernel has it (/proc/cgroups)",
    ],
    [
      'a controller that was not delegated',
      'lxc.cgroup2.io.weight = 10',
      delegated(),
      "HF301 error :1: 'lxc.cgroup2.io.weight' is read but cannot be enforced: the controller 'io' is not available in the group '/user.slice/user-1000.slice/run-r1.scope' of /sys/fs/cgroup, which has cpu memory pids / run it in a delegated group: 'systemd-run --user --scope -p Delegate=yes COMMAND', or start it as root",
    ],
    [
      'no delegation at all',
      'lxc.cgroup2.memory.max = 1G',
      session(),
      "HF301 error :1: 'lxc.cgroup2.memory.max' is read but cannot be enforced: the controller 'memory' is mounted at /sys/fs/cgroup, and user 'alice' may not make groups below '/user.slice/session-3.scope' there / run it in a delegated group: 'systemd-run --user --scope -p Delegate=yes COMMAND', or start it as root",
    ],
    [
      'v1 for an ordinary user',
      'lxc.cgroup.pids.max = 9',
      alice({ cgroups: legacy().cgroups.map((one) => ({ ...one, writable: false })) }),
      "HF301 error :1: 'lxc.cgroup.pids.max' is read but cannot be enforced: the controller 'pids' is mounted at /sys/fs/cgroup/pids, and user 'alice' may not make groups below '/' there / let root give the user a group there, or start it as root",
    ],
    [
      'nothing mounted',
      'lxc.cgroup2.memory.max = 1G',
      unified({ cgroups: [] }),
      "HF301 error :1: 'lxc.cgroup2.memory.max' is read but cannot be enforced: no unified hierarchy (cgroup2) is mounted / mount -t cgroup2 cgroup2 /sys/fs/cgroup",
    ],
    [
      'a v1 controller that is not mounted',
      'lxc.cgroup.net_cls.classid = 1',
      legacy({ cgroupControllers: { net_cls: true } }),
      "HF301 error :1: 'lxc.cgroup.net_cls.classid' is read but cannot be enforced: the kernel has the controller 'net_cls', and no hierarchy with it is mounted / mount it: mkdir -p /sys/fs/cgroup/net_cls && mount -t cgroup -o net_cls cgroup /sys/fs/cgroup/net_cls",
    ],
    [
      'a v1 controller that was switched off',
      'lxc.cgroup.net_cls.classid = 1',
      legacy({ cgroupControllers: { net_cls: false } }),
      "HF301 error :1: 'lxc.cgroup.net_cls.classid' is read but cannot be enforced: the controller 'net_cls' was switched off at boot / boot without cgroup_disable=net_cls",
    ],
    [
      'what the kernel takes without effect',
      'lxc.cgroup.memory.kmem.limit_in_bytes = 1G',
      legacy(),
      "HF301 error :1: 'lxc.cgroup.memory.kmem.limit_in_bytes' is read but cannot be enforced: Linux 6.18.0 refuses or ignores a limit on kernel memory alone / use memory.limit_in_bytes, which counts kernel memory too",
    ],
  ])('%s', (_, value, host, text) => {
    expect(about([value], host)).toEqual([text]);
    expect(written([value], host)).toEqual([]);
  });

  it('is a warning where it was allowed, and nothing is written', () => {
    const spec = { ...withGroups(['lxc.cgroup.memory.limit_in_bytes = 1G']), allowMissing: [{ value: 'lxc.cgroup.memory.limit_in_bytes', why: line(9) }] };
    expect(found(spec, unified())).toEqual([
      "HF302 warning :1: 'lxc.cgroup.memory.limit_in_bytes' is not enforced, as allowed: on this machine the controller 'memory' belongs to the unified hierarchy (v2), /sys/fs/cgroup",
    ]);
    expect(cgroups.compile(spec, unified()).steps.some(({ what }) => what.startsWith('set '))).toBe(false);
  });

  it('is told once for a key', () => {
    expect(about(['lxc.cgroup.pids.max = 1', 'lxc.cgroup.pids.max = 2'], unified())).toHaveLength(1);
  });

  it('takes kmem limits on kernels that enforced them', () => {
    const old = legacy({ kernel: { release: '5.15.0', major: 5, minor: 15 } });
    expect(written(['lxc.cgroup.memory.kmem.limit_in_bytes = 1G'], old)).toEqual(['memory.kmem.limit_in_bytes = 1G']);
  });
});

describe('a configuration for both versions', () => {
  it('takes of two limits the one for this host, and says so', () => {
    const both = ['lxc.cgroup.memory.limit_in_bytes = 1G', 'lxc.cgroup2.memory.max = 1G'];
    expect(about(both, unified())).toEqual([
      "HF512 info :1: 'lxc.cgroup.memory.limit_in_bytes' is for the other version of control groups; on this machine 'lxc.cgroup2.memory.max' does it",
    ]);
    expect(written(both, unified())).toEqual(['memory.max = 1G (1073741824)']);
    expect(about(both, legacy())).toEqual([
      "HF512 info :2: 'lxc.cgroup2.memory.max' is for the other version of control groups; on this machine 'lxc.cgroup.memory.limit_in_bytes' does it",
    ]);
    expect(written(both, legacy())).toEqual(['memory.limit_in_bytes = 1G (1073741824)']);
  });

  it('still fails when neither can be enforced: the one for this host does not hide behind the other', () => {
    const both = ['lxc.cgroup.memory.limit_in_bytes = 1G', 'lxc.cgroup2.memory.max = 1G'];
    expect(
      about(both, session())
        .filter((one) => one.includes('error'))
        .join(),
    ).toContain("'lxc.cgroup2.memory.max' is read but cannot be enforced");
    expect(about(both, unified({ cgroups: [] })).filter((one) => one.includes('error'))).toHaveLength(1);
    expect(about(both, unified({ cgroups: [v2('pids')] })).filter((one) => one.includes('error'))).toHaveLength(1);
  });

  it('is no excuse for a limit about something else', () => {
    expect(about(['lxc.cgroup.memory.limit_in_bytes = 1G', 'lxc.cgroup2.pids.max = 5'], unified()).filter((one) => one.includes('error'))).toHaveLength(1);
  });
});

describe('malformed', () => {
  it.each([
    ['lxc.cgroup2.memory/../x.max = 1', "HF510 error :1: 'lxc.cgroup2.memory/../x.max' names no control-group file: it contains a slash"],
    ['lxc.cgroup.memory = 1', "HF510 error :1: 'lxc.cgroup.memory' names no control-group file: the part behind the controller is absent"],
    ['lxc.cgroup2.memory. = 1', "HF510 error :1: 'lxc.cgroup2.memory.' names no control-group file: the part behind the controller is absent"],
    ['lxc.cgroup2.memory.max = ', "HF513 error :1: 'lxc.cgroup2.memory.max' has no value, and writing nothing changes nothing"],
  ])('%s', (value, text) => {
    expect(found(withGroups([value]), unified())[0]).toContain(text);
    expect(written([value], unified())).toEqual([]);
  });
});
