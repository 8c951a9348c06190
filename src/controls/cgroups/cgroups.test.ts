import { describe, expect, it } from 'vitest';
import { aSpec, ids, line, set } from '../namespaces/testing.ts';
import { cgroups, payloadPaths, unifiedSlot } from './index.ts';
import { callsOf, delegated, found, hybrid, legacy, plan, SCOPE, session, undoOf, unified, withGroups } from './testing.ts';

const MEMORY = 'lxc.cgroup.memory.limit_in_bytes = 128M';
const MAX = 'lxc.cgroup2.memory.max = 128M';

describe('plans', () => {
  it('legacy: a group in every hierarchy, beside init.scope, the cpuset filled, values, then joins', () => {
    expect(plan(withGroups([MEMORY, 'lxc.cgroup.devices.deny = a', 'lxc.cgroup.devices.allow = c 1:3 rwm']), legacy())).toEqual([
      'cgroup: make the group /sys/fs/cgroup/cpu,cpuacct/lxc.payload.web',
      'cgroup: make the group /sys/fs/cgroup/cpuset/lxc.payload.web',
      'cgroup: give /sys/fs/cgroup/cpuset/lxc.payload.web cpuset.cpus = 0-3 and cpuset.mems = 0, as the group above',
      'cgroup: make the group /sys/fs/cgroup/memory/lxc.payload.web',
      'cgroup: make the group /sys/fs/cgroup/devices/lxc.payload.web',
      'cgroup: make the group /sys/fs/cgroup/pids/lxc.payload.web',
      'cgroup: make the group /sys/fs/cgroup/systemd/lxc.payload.web',
      'cgroup: set memory.limit_in_bytes = 128M (134217728)',
      'cgroup: make the group /sys/fs/cgroup/memory/lxc.payload.web/inner, from where the limits cannot be changed',
      'open: open /sys/fs/cgroup/devices/lxc.payload.web/devices.deny, for init to write',
      'open: open /sys/fs/cgroup/devices/lxc.payload.web/devices.allow, for init to write',
      'open: open /sys/fs/cgroup/cpu,cpuacct/lxc.payload.web/tasks, for init to join',
      'open: open /sys/fs/cgroup/cpuset/lxc.payload.web/tasks, for init to join',
      'open: open /sys/fs/cgroup/memory/lxc.payload.web/inner/tasks, for init to join',
      'open: open /sys/fs/cgroup/devices/lxc.payload.web/tasks, for init to join',
      'open: open /sys/fs/cgroup/pids/lxc.payload.web/tasks, for init to join',
      'open: open /sys/fs/cgroup/systemd/lxc.payload.web/tasks, for init to join',
      'init join: join /sys/fs/cgroup/cpu,cpuacct/lxc.payload.web',
      'init join: join /sys/fs/cgroup/cpuset/lxc.payload.web',
      'init join: join /sys/fs/cgroup/memory/lxc.payload.web/inner',
      'init join: join /sys/fs/cgroup/devices/lxc.payload.web',
      'init join: join /sys/fs/cgroup/pids/lxc.payload.web',
      'init join: join /sys/fs/cgroup/systemd/lxc.payload.web',
      'init late-join: set devices.deny = a',
      'init late-join: set devices.allow = c 1:3 rwm',
    ]);
  });

  it('hybrid: v1 and the unified hierarchy, whose controllers are handed down level by level', () => {
    expect(plan(withGroups([MEMORY, 'lxc.cgroup2.hugetlb.2MB.max = 4M'], { dir: set('lab', 9) }), hybrid())).toEqual([
      'cgroup: wait for others that make or remove groups at this moment',
      'cgroup: make the group /sys/fs/cgroup/memory/lab where it is missing',
      'cgroup: mark /sys/fs/cgroup/memory/lab to be removed by the last container in it, if it is new',
      'cgroup: make the group /sys/fs/cgroup/memory/lab/lxc.payload.web',
      'cgroup: make the group /sys/fs/cgroup/devices/lab where it is missing',
      'cgroup: mark /sys/fs/cgroup/devices/lab to be removed by the last container in it, if it is new',
      'cgroup: make the group /sys/fs/cgroup/devices/lab/lxc.payload.web',
      'cgroup: enable hugetlb for the groups inside /sys/fs/cgroup/unified',
      'cgroup: make the group /sys/fs/cgroup/unified/lab where it is missing',
      'cgroup: mark /sys/fs/cgroup/unified/lab to be removed by the last container in it, if it is new',
      'cgroup: enable hugetlb for the groups inside /sys/fs/cgroup/unified/lab',
      'cgroup: make the group /sys/fs/cgroup/unified/lab/lxc.payload.web',
      'cgroup: let others make and remove groups',
      'cgroup: set memory.limit_in_bytes = 128M (134217728)',
      'cgroup: set hugetlb.2MB.max = 4M (4194304)',
      'cgroup: make the group /sys/fs/cgroup/memory/lab/lxc.payload.web/inner, from where the limits cannot be changed',
      'cgroup: enable hugetlb for the groups inside /sys/fs/cgroup/unified/lab/lxc.payload.web',
      'cgroup: make the group /sys/fs/cgroup/unified/lab/lxc.payload.web/inner, from where the limits cannot be changed',
      'open: open /sys/fs/cgroup/memory/lab/lxc.payload.web/inner/tasks, for init to join',
      'open: open /sys/fs/cgroup/devices/lab/lxc.payload.web/tasks, for init to join',
      'open: open /sys/fs/cgroup/unified/lab/lxc.payload.web/inner, for init to be cloned into',
      'init join: join /sys/fs/cgroup/memory/lab/lxc.payload.web/inner',
      'init join: join /sys/fs/cgroup/devices/lab/lxc.payload.web',
    ]);
  });

  it('unified: only what the values need is handed down, and init is cloned into the group', () => {
    const spec = withGroups([MAX, 'lxc.cgroup2.pids.max = 64', 'lxc.cgroup2.memory.swap.max = 0', 'lxc.cgroup2.cgroup.max.depth = 3']);
    expect(plan(spec, unified())).toEqual([
      'cgroup: enable memory, pids for the groups inside /sys/fs/cgroup',
      'cgroup: make the group /sys/fs/cgroup/lxc.payload.web',
      'cgroup: set memory.max = 128M (134217728)',
      'cgroup: set pids.max = 64',
      'cgroup: set memory.swap.max = 0',
      'cgroup: set cgroup.max.depth = 3',
      'cgroup: enable memory, pids for the groups inside /sys/fs/cgroup/lxc.payload.web',
      'cgroup: make the group /sys/fs/cgroup/lxc.payload.web/inner, from where the limits cannot be changed',
      'open: open /sys/fs/cgroup/lxc.payload.web/inner, for init to be cloned into',
    ]);
    expect(callsOf(spec, unified(), 'inside /sys/fs/cgroup').slice(0, 3)).toEqual([
      'openat(AT_FDCWD, "/sys/fs/cgroup/cgroup.subtree_control", O_WRONLY|O_CLOEXEC, 0) -> $cgroup.subtree.unified.0',
      'write($cgroup.subtree.unified.0, "+memory +pids", 13) == 13',
      'close($cgroup.subtree.unified.0)',
    ]);
    expect(unifiedSlot(spec, unified())).toBe('cgroup.unified');
  });

  it("an ordinary user's delegated group: the monitor leaves it, for a group with processes hands nothing down", () => {
    const spec = withGroups([MAX]);
    expect(plan(spec, delegated())).toEqual([
      `cgroup: make the group /sys/fs/cgroup${SCOPE}/lxc.monitor.web for the monitor`,
      `cgroup: move the monitor out of /sys/fs/cgroup${SCOPE}, which is to hand controllers down`,
      `cgroup: enable memory for the groups inside /sys/fs/cgroup${SCOPE}`,
      `cgroup: make the group /sys/fs/cgroup${SCOPE}/lxc.payload.web`,
      'cgroup: set memory.max = 128M (134217728)',
      `cgroup: enable memory for the groups inside /sys/fs/cgroup${SCOPE}/lxc.payload.web`,
      `cgroup: make the group /sys/fs/cgroup${SCOPE}/lxc.payload.web/inner, from where the limits cannot be changed`,
      `open: open /sys/fs/cgroup${SCOPE}/lxc.payload.web/inner, for init to be cloned into`,
    ]);
    expect(undoOf(spec, delegated(), 'monitor')).toEqual([
      `unlinkat(AT_FDCWD, "/sys/fs/cgroup${SCOPE}/lxc.monitor.web", AT_REMOVEDIR) or EBUSY or ENOTEMPTY or ENOENT`,
      `openat(AT_FDCWD, "/sys/fs/cgroup${SCOPE}/cgroup.procs", O_WRONLY|O_CLOEXEC, 0) -> $cgroup.monitor.back`,
      'write($cgroup.monitor.back, "0", 1) or EBUSY or EOPNOTSUPP',
      'close($cgroup.monitor.back)',
    ]);
  });

  it('gives the groups, not their limits, to the root of an id map', () => {
    const map = { idmap: [ids('u 0 100000 65536', 20), ids('g 0 200000 65536', 21)] };
    expect(callsOf(withGroups([MAX], {}, map), unified(), "container's root")).toEqual(
      ['', '/cgroup.procs', '/cgroup.threads', '/cgroup.subtree_control'].map(
        (file) => `fchownat(AT_FDCWD, "/sys/fs/cgroup/lxc.payload.web${file}", 100000, 200000, 0)`,
      ),
    );
    expect(callsOf(withGroups([MEMORY], {}, map), hybrid(), 'memory/lxc.payload.web to the container')).toEqual(
      ['', '/tasks', '/cgroup.procs'].map((file) => `fchownat(AT_FDCWD, "/sys/fs/cgroup/memory/lxc.payload.web${file}", 100000, 200000, 0)`),
    );
    expect(callsOf(withGroups([MAX], {}, map), delegated(), "container's root")).toEqual([]);
  });
});

describe('calls', () => {
  it('writes a value in one call, of its exact length, because of its line, and reads it back', () => {
    const [step] = cgroups.compile(withGroups([MAX]), unified()).steps.filter(({ what }) => what === 'set memory.max = 128M (134217728)');
    expect(step).toMatchObject({ who: 'monitor', phase: 'cgroup', why: line(1) });
    expect(callsOf(withGroups([MAX]), unified(), 'set memory.max')).toEqual([
      'openat(AT_FDCWD, "/sys/fs/cgroup/lxc.payload.web/memory.max", O_RDWR|O_CLOEXEC, 0) -> $cgroup.value.0',
      'write($cgroup.value.0, "128M", 4) == 4',
      'pread64($cgroup.value.0, &cgroup.read, 11, 0) == 10',
      `cgroup.read+0:8 == ${Buffer.from('13421772').readBigUInt64LE()}`,
      `cgroup.read+8:2 == ${Buffer.from('8\n').readUInt16LE()}`,
      'close($cgroup.value.0)',
    ]);
    expect(step?.hints?.EINVAL).toBe("the kernel does not take '128M' for memory.max");
  });

  it('counts bytes, not characters', () => {
    expect(callsOf(withGroups(['lxc.cgroup2.memory.newer = 1ä']), unified(), 'set memory.newer')[1]).toBe('write($cgroup.value.0, "1ä", 3) == 3');
  });

  it('makes, joins and removes the group', () => {
    const spec = withGroups(['lxc.cgroup.devices.deny = c 1:5 r']);
    expect(callsOf(spec, hybrid(), 'make the group /sys/fs/cgroup/memory')).toEqual(['<cgroup {"path":"/sys/fs/cgroup/memory/lxc.payload.web"}>']);
    expect(undoOf(spec, hybrid(), 'make the group /sys/fs/cgroup/memory')).toEqual(['<cgroup-remove {"path":"/sys/fs/cgroup/memory/lxc.payload.web"}>']);
    expect(callsOf(spec, hybrid(), 'memory/lxc.payload.web/tasks')).toEqual([
      'openat(AT_FDCWD, "/sys/fs/cgroup/memory/lxc.payload.web/tasks", O_WRONLY|O_CLOEXEC, 0) -> $cgroup.tasks.memory',
    ]);
    expect(callsOf(spec, hybrid(), 'join /sys/fs/cgroup/memory')).toEqual(['write($cgroup.tasks.memory, "0", 1) == 1']);
    expect(callsOf(spec, hybrid(), 'cloned into')).toEqual([
      'openat(AT_FDCWD, "/sys/fs/cgroup/unified/lxc.payload.web", O_PATH|O_DIRECTORY|O_CLOEXEC, 0) -> $cgroup.unified',
    ]);
  });

  it('removes a level above only when a start made it and it is empty', () => {
    const spec = withGroups([MAX], { dir: set('lab', 9) });
    expect(undoOf(spec, unified(), 'where it is missing')).toEqual([
      'fcntl($cgroup.made.unified.1, F_GETFD, 0) skip on EBADF',
      'unlinkat(AT_FDCWD, "/sys/fs/cgroup/lab", AT_REMOVEDIR) or ENOTEMPTY or EBUSY or ENOENT or EACCES or EPERM',
    ]);
    expect(undoOf(spec, unified(), 'mark /sys/fs/cgroup/lab')).toEqual([
      'getxattr("/sys/fs/cgroup/lab", "user.holdfast.made", &cgroup.mark, 8) skip on ENODATA EOPNOTSUPP ENOENT EACCES EPERM',
      'unlinkat(AT_FDCWD, "/sys/fs/cgroup/lab", AT_REMOVEDIR) or ENOTEMPTY or EBUSY or ENOENT or EACCES or EPERM',
    ]);
  });

  it("gives a level above CPUs only when it is new: an administrator's limit stays", () => {
    const calls = callsOf(withGroups(['lxc.cgroup.cpuset.cpus = 1'], { dir: set('lab', 9) }), legacy(), 'cpuset/lab cpuset.cpus');
    expect(calls[0]).toBe('fcntl($cgroup.made.cpuset.1, F_GETFD, 0)');
    expect(calls).toHaveLength(7);
  });

  it('gives the cpuset what the configuration does not', () => {
    const gives = (...values: string[]) => plan(withGroups(values), legacy()).filter((one) => one.includes('as the group above') || one.includes('set cpuset'));
    expect(gives('lxc.cgroup.cpuset.cpus = 1')).toEqual([
      'cgroup: give /sys/fs/cgroup/cpuset/lxc.payload.web cpuset.mems = 0, as the group above',
      'cgroup: set cpuset.cpus = 1',
    ]);
    expect(gives('lxc.cgroup.cpuset.mems = 0', 'lxc.cgroup.cpuset.cpus = 1')).toEqual(['cgroup: set cpuset.mems = 0', 'cgroup: set cpuset.cpus = 1']);
  });

  it('uses no slot twice', () => {
    const spec = withGroups([MEMORY, MEMORY, 'lxc.cgroup.devices.deny = a', 'lxc.cgroup.devices.deny = c 1:3 r'], { dir: set('a/b') });
    const saved = cgroups
      .compile(spec, legacy())
      .steps.flatMap(({ actions }) => actions.flatMap((one) => ('sys' in one && one.save !== undefined ? [one.save] : [])));
    expect(saved.length).toBeGreaterThan(15);
    expect(saved).toEqual([...new Set(saved)]);
  });
});

describe('order of values', () => {
  const order = (...values: string[]) =>
    plan(withGroups(values), legacy())
      .filter((one) => one.startsWith('cgroup: set'))
      .map((one) => one.slice('cgroup: set '.length));

  it('writes cpuset first and memsw last, all else as it stands', () => {
    expect(
      order('lxc.cgroup.memory.memsw.limit_in_bytes = 2G', 'lxc.cgroup.pids.max = 9', MEMORY, 'lxc.cgroup.cpuset.cpus = 1', 'lxc.cgroup.pids.max = 8'),
    ).toEqual(['cpuset.cpus = 1', 'pids.max = 9', 'memory.limit_in_bytes = 128M (134217728)', 'pids.max = 8', 'memory.memsw.limit_in_bytes = 2G (2147483648)']);
  });

  it('writes a period before the quota, and what is part of a quota or narrows a cpuset behind it', () => {
    expect(
      order(
        'lxc.cgroup.cpu.cfs_burst_us = 10',
        'lxc.cgroup.cpu.cfs_quota_us = 50000',
        'lxc.cgroup.cpuset.cpu_exclusive = 0',
        'lxc.cgroup.cpu.cfs_period_us = 200000',
        'lxc.cgroup.cpuset.cpus = 1',
      ),
    ).toEqual(['cpuset.cpus = 1', 'cpuset.cpu_exclusive = 0', 'cpu.cfs_period_us = 200000', 'cpu.cfs_quota_us = 50000', 'cpu.cfs_burst_us = 10']);
  });
});

describe('when groups are made', () => {
  const none = withGroups([]);
  const sysAdmin = { mode: 'keep', names: [{ value: '21', why: line(1) }], why: line(1) } as const;
  const mounted = { ...none.mountAuto, cgroup: set({ kind: 'cgroup', mode: 'default', force: false } as const, 3) };
  it.each([
    ['nothing asks', none, 0],
    ['a value', withGroups([MAX]), 1],
    ['mounted control groups', { ...none, mountAuto: mounted }, 1],
    ['a place', withGroups([], { dir: set('lab') }), 1],
    ['an exact place', withGroups([], { container: set('lab') }), 1],
    ["LXC 1's pattern alone", withGroups([], { pattern: set('lxc/%n') }), 0],
    ['CAP_SYS_ADMIN kept', { ...none, capabilities: sysAdmin }, 1],
    ['nothing dropped', aSpec(), 1],
    ["the host's cgroup namespace", { ...aSpec(), namespaces: { mode: 'keep', names: ['cgroup'], why: line(1) } } as const, 0],
    ['a cgroup namespace not cloned', { ...aSpec(), namespaces: { mode: 'clone', names: ['mnt', 'pid'], why: line(1) } } as const, 0],
  ])('%s', (_, spec, count) => {
    expect(payloadPaths(spec, unified())).toHaveLength(count);
    expect(cgroups.compile(spec, unified()).steps.length > 0).toBe(count > 0);
    expect(unifiedSlot(spec, unified())).toBe(count > 0 ? 'cgroup.unified' : null);
    expect(found(spec, unified())).toEqual([]);
  });

  it('an ordinary user without any group to write to gets none, and no error', () => {
    expect(plan(aSpec(), session())).toEqual([]);
    expect(found(aSpec(), session())).toEqual([]);
  });

  it('says why in words', () => {
    const why = (spec: typeof none) => cgroups.compile(spec, unified()).steps[0]?.why;
    expect(why({ ...none, mountAuto: mounted })).toEqual(line(3));
    expect(why(aSpec())).toMatchObject({ kind: 'law' });
  });
});

describe('limits out of reach', () => {
  const map = (...lines: string[]) => ({ idmap: lines.map((one) => ids(one)) });
  const homes = (spec: Parameters<typeof plan>[0], host = legacy()) => payloadPaths(spec, host).map(({ path }) => path.slice('/sys/fs/cgroup/'.length));

  it('puts the container inside, where a group has values', () => {
    expect(homes(withGroups([MEMORY]))).toEqual([
      'cpu,cpuacct/lxc.payload.web',
      'cpuset/lxc.payload.web',
      'memory/lxc.payload.web/inner',
      'devices/lxc.payload.web',
      'pids/lxc.payload.web',
      'systemd/lxc.payload.web',
    ]);
  });

  it("leaves it in the group when ids of the container's own do not own the files", () => {
    expect(homes(withGroups([MEMORY], {}, map('u 0 100000 65536', 'g 0 100000 65536')))[2]).toBe('memory/lxc.payload.web');
    expect(homes(withGroups([MEMORY], {}, map('u 0 100000 65536', 'u 65536 0 1', 'g 0 100000 65536')))[2]).toBe('memory/lxc.payload.web/inner');
  });

  it('leaves it in a v1 blkio group, whose throttles do not bind what is inside', () => {
    const host = legacy({ cgroups: [{ version: 1, controllers: ['blkio'], mountPoint: '/sys/fs/cgroup/blkio', own: '/', init: '/', writable: true }] });
    expect(homes(withGroups(['lxc.cgroup.blkio.throttle.read_bps_device = 8:0 1048576']), host)).toEqual(['blkio/lxc.payload.web']);
  });

  it('lets the inner cpuset have what the outer has, and gives it its share of real time', () => {
    expect(callsOf(withGroups(['lxc.cgroup.cpuset.cpus = 1']), legacy(), 'cpuset/lxc.payload.web/inner, from')).toEqual([
      'openat(AT_FDCWD, "/sys/fs/cgroup/cpuset/lxc.payload.web/cgroup.clone_children", O_WRONLY|O_CLOEXEC, 0) -> $cgroup.clone.cpuset',
      'write($cgroup.clone.cpuset, "1", 1) == 1',
      'close($cgroup.clone.cpuset)',
      'mkdirat(AT_FDCWD, "/sys/fs/cgroup/cpuset/lxc.payload.web/inner", 493)',
    ]);
    expect(plan(withGroups(['lxc.cgroup.cpu.rt_runtime_us = 1000']), legacy())).toContain(
      'cgroup: set cpu.rt_runtime_us = 1000 in /sys/fs/cgroup/cpu,cpuacct/lxc.payload.web/inner too',
    );
  });
});
