import { describe, expect, it } from 'vitest';
import type { CgroupHierarchy } from '../model/host.ts';
import { readCgroups, readControllers } from './cgroups.ts';
import { type Fixture, fixtureMachine } from './fixture.ts';
import { parseMountInfo } from './mounts.ts';
import { delegatedMachine, hybridMachine, legacyMachine, mountLine, sessionMachine, unifiedMachine } from './testing.ts';

function read(fixture: Fixture): readonly CgroupHierarchy[] {
  const machine = fixtureMachine(fixture);
  const mountinfo = machine.readText('/proc/self/mountinfo');
  return readCgroups(machine, parseMountInfo('value' in mountinfo ? mountinfo.value : ''), machine.ids.uid);
}

/** `v1 memory at /sys/fs/cgroup/memory: own /a, init /, writable` */
function lines(fixture: Fixture): readonly string[] {
  return read(fixture).map(({ version, controllers, mountPoint, own, init, writable, cpuset }) =>
    [
      `v${version} ${controllers.join(',') || '-'} at ${mountPoint}: own ${own}, init ${init}`,
      ...(writable ? ['writable'] : []),
      ...(cpuset ? [`cpus ${cpuset.cpus} mems ${cpuset.mems}`] : []),
    ].join(', '),
  );
}

describe('readCgroups', () => {
  it('finds every v1 hierarchy, those with two controllers and the named one once each', () => {
    expect(lines(legacyMachine())).toEqual([
      'v1 cpu,cpuacct at /sys/fs/cgroup/cpu,cpuacct: own /, init /, writable',
      'v1 cpuset at /sys/fs/cgroup/cpuset: own /, init /, writable, cpus 0-3 mems 0',
      'v1 memory at /sys/fs/cgroup/memory: own /user.slice, init /, writable',
      'v1 devices at /sys/fs/cgroup/devices: own /, init /, writable',
      'v1 freezer at /sys/fs/cgroup/freezer: own /, init /, writable',
      'v1 blkio at /sys/fs/cgroup/blkio: own /, init /, writable',
      'v1 pids at /sys/fs/cgroup/pids: own /, init /, writable',
      'v1 net_cls,net_prio at /sys/fs/cgroup/net_cls,net_prio: own /, init /, writable',
      'v1 perf_event at /sys/fs/cgroup/perf_event: own /, init /, writable',
      'v1 hugetlb at /sys/fs/cgroup/hugetlb: own /, init /, writable',
      'v1 name=systemd at /sys/fs/cgroup/systemd: own /user.slice/user-0.slice/session-1.scope, init /init.scope, writable',
    ]);
  });

  it('puts the unified hierarchy of a hybrid machine last, and takes effective CPUs where none were set', () => {
    expect(lines(hybridMachine())).toEqual([
      'v1 cpu at /sys/fs/cgroup/cpu: own /, init /, writable',
      'v1 cpuset at /sys/fs/cgroup/cpuset: own /, init /, writable, cpus 0-1 mems 0',
      'v1 memory at /sys/fs/cgroup/memory: own /, init /, writable',
      'v1 devices at /sys/fs/cgroup/devices: own /, init /, writable',
      'v1 pids at /sys/fs/cgroup/pids: own /, init /, writable',
      'v1 name=systemd at /sys/fs/cgroup/systemd: own /, init /, writable',
      'v2 hugetlb at /sys/fs/cgroup/unified: own /, init /, writable',
    ]);
  });

  it("takes for root the controllers beside init.scope, for others those of the caller's own group", () => {
    expect(lines(unifiedMachine())).toEqual([
      'v2 cpuset,cpu,io,memory,hugetlb,pids,rdma,misc at /sys/fs/cgroup: own /user.slice/user-0.slice/session-2.scope, init /init.scope, writable',
    ]);
    expect(lines(delegatedMachine())).toEqual([
      'v2 cpu,memory,pids at /sys/fs/cgroup: own /user.slice/user-1000.slice/user@1000.service/app.slice/run-r1.scope, init /init.scope, writable',
    ]);
  });

  it('is not writable where the group, or only its cgroup.procs, belongs to root', () => {
    expect(read(sessionMachine()).map(({ writable }) => writable)).toEqual([false]);
    const scope = '/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/run-r1.scope';
    const halfDelegated = { ...delegatedMachine(), files: { ...delegatedMachine().files, [`${scope}/cgroup.procs`]: { errno: 'EACCES' } } };
    expect(read(halfDelegated).map(({ writable }) => writable)).toEqual([false]);
  });

  it("is not writable where a container's mount is read-only", () => {
    expect(read({ ...unifiedMachine(), writable: ['/tmp'] }).map(({ writable }) => writable)).toEqual([false]);
  });

  it("makes paths relative to the mount's root, as a container without a cgroup namespace needs it", () => {
    const memory = mountLine('/sys/fs/cgroup/memory', 'cgroup', 'rw,memory', '/docker/4f');
    const inside = (own: string, init: string): Fixture => ({
      files: {
        '/proc/self/mountinfo': memory,
        '/proc/self/cgroup': `4:memory:${own}\n`,
        '/proc/1/cgroup': `4:memory:${init}\n`,
        '/sys/fs/cgroup/memory/tasks': '',
      },
    });
    expect(lines(inside('/docker/4f/a', '/docker/4f'))).toEqual(['v1 memory at /sys/fs/cgroup/memory: own /a, init /, writable']);
    expect(lines(inside('/docker/4f2', '/../x'))).toEqual(['v1 memory at /sys/fs/cgroup/memory: own /, init /, writable']);
  });

  it('ignores mounts of hierarchies the caller is not in, and a second mount of the same one', () => {
    const twice = [mountLine('/a', 'cgroup', 'rw,memory'), mountLine('/b', 'cgroup', 'rw,memory'), mountLine('/c', 'cgroup', 'rw,pids')].join('\n');
    expect(lines({ files: { '/proc/self/mountinfo': twice, '/proc/self/cgroup': '4:memory:/\n', '/a/tasks': '', '/b/tasks': '' } })).toEqual([
      'v1 memory at /a: own /, init /, writable',
    ]);
  });

  it('finds nothing where nothing is mounted', () => {
    expect(read({ files: { '/proc/self/cgroup': '0::/\n' } })).toEqual([]);
  });

  it('keeps colons in the names of groups', () => {
    const fixture = {
      files: { '/proc/self/mountinfo': mountLine('/m', 'cgroup2'), '/proc/self/cgroup': '0::/a:b\n', '/proc/1/cgroup': '0::/a:b\n', '/m/a:b/cgroup.procs': '' },
    };
    expect(lines(fixture)).toEqual(['v2 - at /m: own /a:b, init /a:b, writable']);
  });
});

it('knows the controllers of the kernel, and which are off', () => {
  const text = '#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpuset\t3\t1\t1\nmemory\t0\t1\t0\n';
  expect(readControllers(fixtureMachine({ files: { '/proc/cgroups': text } }))).toEqual({ cpuset: true, memory: false });
});
