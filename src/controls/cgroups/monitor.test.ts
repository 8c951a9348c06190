import { describe, expect, it } from 'vitest';
import { ids, set } from '../namespaces/testing.ts';
import { payloadPaths } from './index.ts';
import { callsOf, delegated, found, hybrid, legacy, plan, SCOPE, undoOf, unified, withGroups } from './testing.ts';

const MEMORY = 'lxc.cgroup.memory.limit_in_bytes = 128M';
const places = { container: set('lab/box', 3), monitor: set('lab/watch', 4) };

describe("the monitor's group", () => {
  it('is made in every hierarchy before any of the container, and left before it is removed', () => {
    const spec = withGroups([MEMORY], places);
    expect(plan(spec, hybrid()).filter((one) => one.includes('/memory') || one.includes('others'))).toEqual([
      'cgroup: wait for others that make or remove groups at this moment',
      'cgroup: make the group /sys/fs/cgroup/memory/lab where it is missing',
      'cgroup: mark /sys/fs/cgroup/memory/lab to be removed by the last container in it, if it is new',
      'cgroup: make the group /sys/fs/cgroup/memory/lab/watch where it is missing',
      'cgroup: mark /sys/fs/cgroup/memory/lab/watch to be removed by the last container in it, if it is new',
      'cgroup: move the monitor to /sys/fs/cgroup/memory/lab/watch',
      'cgroup: make the group /sys/fs/cgroup/memory/lab where it is missing',
      'cgroup: mark /sys/fs/cgroup/memory/lab to be removed by the last container in it, if it is new',
      'cgroup: make the group /sys/fs/cgroup/memory/lab/box',
      'cgroup: let others make and remove groups',
      'cgroup: make the group /sys/fs/cgroup/memory/lab/box/inner, from where the limits cannot be changed',
      'open: open /sys/fs/cgroup/memory/lab/box/inner/tasks, for init to join',
      'init join: join /sys/fs/cgroup/memory/lab/box/inner',
    ]);
    expect(undoOf(spec, hybrid(), 'move the monitor to /sys/fs/cgroup/memory')[0]).toContain('"/sys/fs/cgroup/memory/tasks"');
  });

  it("goes back to the caller's own group", () => {
    const host = legacy();
    expect(undoOf(withGroups([MEMORY], places), host, 'move the monitor to /sys/fs/cgroup/systemd')[0]).toContain('"/sys/fs/cgroup/systemd/user.slice/tasks"');
  });

  it('takes the place of the one that leaves a delegated group', () => {
    const spec = withGroups(['lxc.cgroup2.memory.max = 128M'], places);
    expect(plan(spec, delegated()).filter((one) => one.includes('monitor'))).toEqual([`cgroup: move the monitor to /sys/fs/cgroup${SCOPE}/lab/watch`]);
  });

  it.each([
    ['/lab', "'/lab' is absolute"],
    ['a/../..', "'a/../..' leads upwards"],
    ['.', 'it is empty'],
  ])('refuses %s', (path, reason) => {
    const spec = withGroups([MEMORY], { container: set('box', 3), monitor: set(path, 4) });
    expect(found(spec, legacy())[0]).toContain(`HF511 error :4: 'lxc.cgroup.dir.monitor' names no place for a control group: ${reason}`);
  });
});

describe('the group inside', () => {
  const inside = { ...places, inner: set('home', 5) };

  it('has the name that was asked for, in every hierarchy but a v1 blkio one with values, whose throttles would not bind it', () => {
    const homes = (spec: Parameters<typeof plan>[0], host = legacy()) => payloadPaths(spec, host).map(({ path }) => path.split('/').at(-1));
    expect(homes(withGroups([MEMORY], inside))).toEqual(Array.from({ length: 6 }, () => 'home'));
    const blkio = legacy({ cgroups: [{ version: 1, controllers: ['blkio'], mountPoint: '/sys/fs/cgroup/blkio', own: '/', init: '/', writable: true }] });
    expect(homes(withGroups(['lxc.cgroup.blkio.throttle.read_bps_device = 8:0 1'], inside), blkio)).toEqual(['box']);
  });

  it('is the one that the root of an id map gets, without the limits around it', () => {
    const map = { idmap: [ids('u 0 100000 65536'), ids('g 0 100000 65536')] };
    const given = callsOf(withGroups([MEMORY], inside, map), unified(), "container's root").filter((one) => !one.includes('/home'));
    expect(given).toEqual([]);
    expect(callsOf(withGroups(['lxc.cgroup2.pids.max = 5'], inside, map), unified(), "container's root")).toHaveLength(4);
  });
});
