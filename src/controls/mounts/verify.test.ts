import { describe, expect, test } from 'vitest';
import { aHost, line, set } from '../namespaces/testing.ts';
import { mounts, mountTable } from './index.ts';
import { mountSeen } from './mountinfo.ts';
import { auto, busybox, entry } from './testing.ts';

const MOUNTINFO = `63 41 254:0 /srv/web / rw,relatime shared:1 - ext4 /dev/vda rw,discard
65 63 0:40 / /proc rw,nosuid,nodev,noexec,relatime shared:10 - proc proc rw
80 65 0:40 /sys /proc/sys rw,relatime - proc proc rw
81 80 0:40 /sys /proc/sys ro,nosuid,nodev,noexec,relatime - proc proc rw
82 63 0:50 / /with\\040blank rw - tmpfs a\\040b rw,size=4k
`;

describe('mountinfo', () => {
  test.each([
    ['/', 'ext4 rw,relatime'],
    ['/proc', 'proc rw,nosuid,nodev,noexec,relatime'],
    ['/proc/sys', 'proc ro,nosuid,nodev,noexec,relatime'],
    ['/with blank', 'tmpfs rw'],
  ])('%s', (target, expected) => {
    expect(mountSeen(MOUNTINFO, target)).toBe(expected);
  });

  test('nothing there', () => {
    expect(() => mountSeen(MOUNTINFO, '/dev')).toThrow('nothing is mounted on /dev');
  });
});

describe('what must be true afterwards', () => {
  const spec = busybox({ mounts: [entry('/a x none rbind,ro,nosuid'), entry('/b y none bind,optional'), entry('/c z none bind')] });
  const checks = mounts.verify(spec, aHost());

  test('every mount that is not optional, with its type and flags', () => {
    const text = checks.map(({ mount, expect: wanted }) => `${mount} ${wanted.kind === 'has' ? wanted.text : wanted.kind}`);
    expect(text).toEqual([
      '/ matches',
      '/dev tmpfs nosuid',
      '/proc proc nosuid nodev noexec',
      '/sys sysfs ro nosuid nodev noexec',
      '/x ro nosuid',
      '/z matches',
      '/dev/pts devpts nosuid noexec',
      '/dev/ptmx devpts nosuid noexec',
      '/dev/console devpts',
      '/proc/sys proc ro nosuid nodev noexec',
      '/proc/sys/net proc nosuid nodev noexec',
    ]);
  });

  test('the reason is that of the step', () => {
    expect(checks.find(({ mount }) => mount === '/x')?.why).toEqual(line(9));
  });
});

describe('control groups', () => {
  const asked = (kind: 'cgroup' | 'cgroup2', mode: 'default' | 'ro', force: boolean) => auto(null, null, set({ kind, mode, force }, 4));
  const v1 = { version: 1 as const, own: '/', init: '/', writable: true };
  const hybrid = aHost({
    cgroups: [
      { ...v1, controllers: ['cpu', 'cpuacct'], mountPoint: '/sys/fs/cgroup/cpu,cpuacct' },
      { ...v1, controllers: ['name=systemd'], mountPoint: '/sys/fs/cgroup/systemd' },
      { ...v1, version: 2, controllers: [], mountPoint: '/sys/fs/cgroup/unified' },
    ],
  });
  const pure = aHost({ cgroups: [{ ...v1, version: 2, controllers: ['memory'], mountPoint: '/sys/fs/cgroup' }] });
  const table = (spec: ReturnType<typeof busybox>, host: typeof hybrid) =>
    mountTable(spec, host)
      .filter(({ target }) => target.includes('cgroup'))
      .map(({ target, type, flags }) => `${target} ${type} ${flags.includes('MOUNT_ATTR_RDONLY') ? 'ro' : 'rw'}`);

  test('are left to an init that can mount them', () => {
    expect(table(busybox({ mountAuto: asked('cgroup', 'default', false) }), hybrid)).toEqual([]);
  });

  test('are mounted by force, without CAP_SYS_ADMIN, or where there is version 2 only', () => {
    const all = ['/sys/fs/cgroup tmpfs rw', '/sys/fs/cgroup/cpu,cpuacct cgroup ro', '/sys/fs/cgroup/systemd cgroup ro', '/sys/fs/cgroup/unified cgroup2 ro'];
    const weak = { mode: 'drop' as const, names: [set('sys_admin')], why: line(7) };
    expect(table(busybox({ mountAuto: asked('cgroup', 'ro', true) }), hybrid)).toEqual(all);
    expect(table(busybox({ mountAuto: asked('cgroup', 'ro', false), capabilities: weak }), hybrid)).toEqual(all);
    expect(table(busybox({ mountAuto: asked('cgroup', 'default', false) }), pure)).toEqual(['/sys/fs/cgroup cgroup2 rw']);
    expect(table(busybox({ mountAuto: asked('cgroup2', 'ro', true) }), hybrid)).toEqual(['/sys/fs/cgroup cgroup2 ro']);
  });

  test.each([
    ['without a cgroup namespace', busybox({ mountAuto: asked('cgroup', 'ro', false), namespaces: { mode: 'keep', names: ['cgroup'], why: line(5) } }), hybrid],
    ['without any hierarchy', busybox({ mountAuto: asked('cgroup', 'ro', true) }), aHost()],
    ['version 2 where there is none', busybox({ mountAuto: asked('cgroup2', 'ro', true) }), aHost({ cgroups: hybrid.cgroups.slice(0, 2) })],
  ])('%s it is an error', (_name, spec, host) => {
    expect(mounts.compile(spec, host).diagnostics).toMatchObject([{ code: 'HF301', span: { line: 4 } }]);
  });
});
