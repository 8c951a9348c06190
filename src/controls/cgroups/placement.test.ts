import { describe, expect, it } from 'vitest';
import { aSpec, line, set } from '../namespaces/testing.ts';
import { payloadPaths } from './index.ts';
import { delegated, found, hybrid, legacy, SCOPE, unified, withGroups } from './testing.ts';

const at = (...args: Parameters<typeof withGroups>) => payloadPaths(withGroups(...args), unified()).map(({ limits }) => limits);

describe('place', () => {
  it.each([
    ['nothing', {}, '/sys/fs/cgroup/lxc.payload.web'],
    ['dir', { dir: set('lab/team') }, '/sys/fs/cgroup/lab/team/lxc.payload.web'],
    ['dir with empty parts', { dir: set('./lab//team/') }, '/sys/fs/cgroup/lab/team/lxc.payload.web'],
    ['an empty dir', { dir: set('.') }, '/sys/fs/cgroup/lxc.payload.web'],
    ['dir.container', { container: set('lab/exact') }, '/sys/fs/cgroup/lab/exact'],
    ["LXC 1's pattern", { pattern: set('lxc/%n') }, '/sys/fs/cgroup/lxc/web'],
    ["LXC 1's pattern from the root", { pattern: set('/lxc/%n') }, '/sys/fs/cgroup/lxc/web'],
    ['dir before pattern', { dir: set('lab'), pattern: set('lxc/%n') }, '/sys/fs/cgroup/lab/lxc.payload.web'],
  ])('%s', (_, place, path) => {
    expect(at(['lxc.cgroup2.pids.max = 5'], place)).toEqual([path]);
  });

  it.each([
    ['upwards', { dir: set('a/../..', 4) }, "HF511 error :4: 'lxc.cgroup.dir' names no place for a control group: 'a/../..' leads upwards / remove the '..'"],
    [
      'absolute',
      { container: set('/lab', 4) },
      "HF511 error :4: 'lxc.cgroup.dir.container' names no place for a control group: '/lab' is absolute / write it relative to the group that containers are in",
    ],
    [
      'the base itself',
      { container: set('.', 4) },
      "HF511 error :4: 'lxc.cgroup.dir.container' names no place for a control group: it is empty / name a group of its own for the container",
    ],
    [
      'both',
      { dir: set('a', 4), container: set('b', 5) },
      "HF511 error :4: 'lxc.cgroup.dir' names no place for a control group: lxc.cgroup.dir.container names the place already / remove one of the two lines",
    ],
    [
      'one for all',
      { pattern: set('lxc', 4) },
      "HF511 error :4: 'lxc.cgroup.pattern' names no place for a control group: without %n all containers would be in one group / write it as 'lxc/%n'",
    ],
  ])('refuses %s', (_, place, text) => {
    const spec = withGroups(['lxc.cgroup2.pids.max = 5'], place);
    expect(found(spec, unified())).toEqual([text]);
    expect(payloadPaths(spec, unified())).toEqual([]);
  });
});

describe('base', () => {
  const spec = withGroups(['lxc.cgroup2.pids.max = 5']);
  const relative = withGroups(['lxc.cgroup2.pids.max = 5'], { relative: set(true, 2) });
  const deeper = unified({ cgroups: unified().cgroups.map((one) => ({ ...one, own: '/a/init.scope', init: '/machine/init.scope' })) });

  it("is PID 1's group for root, without init.scope, and the caller's own when asked for", () => {
    expect(payloadPaths(spec, deeper)).toEqual([
      {
        mountPoint: '/sys/fs/cgroup',
        version: 2,
        controllers: ['cpuset', 'cpu', 'io', 'memory', 'pids'],
        path: '/sys/fs/cgroup/machine/lxc.payload.web/inner',
        limits: '/sys/fs/cgroup/machine/lxc.payload.web',
      },
    ]);
    expect(payloadPaths(relative, deeper).map(({ limits }) => limits)).toEqual(['/sys/fs/cgroup/a/lxc.payload.web']);
  });

  it("is the caller's own for others", () => {
    expect(payloadPaths(spec, delegated()).map(({ limits }) => limits)).toEqual([`/sys/fs/cgroup${SCOPE}/lxc.payload.web`]);
  });

  it('is told for every hierarchy that can be written to', () => {
    const host = hybrid({ cgroups: hybrid().cgroups.map((one) => ({ ...one, writable: !one.controllers.includes('devices') })) });
    expect(payloadPaths(aSpec(), host).map(({ version, controllers, path }) => `v${version} ${controllers.join()} ${path}`)).toEqual([
      'v1 memory /sys/fs/cgroup/memory/lxc.payload.web',
      'v2 hugetlb /sys/fs/cgroup/unified/lxc.payload.web',
    ]);
  });

  it('beside init.scope in the named hierarchy too', () => {
    expect(payloadPaths(withGroups(['lxc.cgroup.pids.max = 5']), legacy()).at(-1)?.path).toBe('/sys/fs/cgroup/systemd/lxc.payload.web');
  });

  it('is missing for a place asked for by name where no group can be made', () => {
    const host = unified({ cgroups: unified().cgroups.map((one) => ({ ...one, writable: false })) });
    expect(found(withGroups([], { dir: set('lab', 4) }), host)[0]).toContain(
      "HF301 error :4: 'lxc.cgroup.dir' is read but cannot be enforced: the caller may make a group in none of the hierarchies",
    );
    expect(found(withGroups([], { container: set('lab', 4) }), unified({ cgroups: [] }))[0]).toContain(
      "'lxc.cgroup.dir.container' is read but cannot be enforced: no control groups are mounted",
    );
    expect(found({ ...withGroups([], { dir: set('lab', 4) }), allowMissing: [{ value: 'lxc.cgroup.*', why: line(5) }] }, host)[0]).toContain('HF302 warning');
  });
});
