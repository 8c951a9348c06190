import { describe, expect, test } from 'vitest';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { aHost, aSpec, findingLines, line, set } from '../namespaces/testing.ts';
import { mounts, pathsAsked } from './index.ts';
import { auto, busybox, entry } from './testing.ts';

const findings = (spec: ContainerSpec, paths: HostFacts['paths'] = {}) => findingLines(mounts.compile(spec, aHost({ paths })).diagnostics);
const rootAt = (path: string) => busybox({ root: { kind: 'dir', path, readOnly: false, why: line(2) } });
const dev = busybox().dev;

describe('a configuration that cannot be', () => {
  test.each<[string, ContainerSpec, HostFacts['paths'], string]>([
    ['root missing', busybox(), { '/srv/web': { kind: 'missing' } }, "HF400 error :2: the root file system cannot be '/srv/web': it does not exist"],
    ['root a file', busybox(), { '/srv/web': { kind: 'file' } }, "HF400 error :2: the root file system cannot be '/srv/web': it is not a directory"],
    [
      'root closed',
      busybox(),
      { '/srv/web': { kind: 'unreadable', errno: 'EACCES' } },
      "HF400 error :2: the root file system cannot be '/srv/web': it cannot be reached (EACCES)",
    ],
    ['root relative', rootAt('srv'), {}, "HF401 error :2: the root file system 'srv' is not an absolute path"],
    ['root the host', rootAt('//'), {}, "HF402 warning :2: the container's root file system is the host's own"],
    ['tty.dir', busybox({ dev: { ...dev, ttyDir: set('../x', 8) } }), {}, "HF404 error :8: lxc.tty.dir is '../x', which is no name of a directory in /dev"],
    [
      'console.path',
      busybox({ dev: { ...dev, console: set({ kind: 'path', path: '/dev/tty1' }, 8) } }),
      {},
      "HF301 error :8: 'lxc.console.path' is read but cannot be enforced",
    ],
    [
      'console.logfile',
      busybox({ dev: { ...dev, consoleLog: set('/tmp/log', 8) } }),
      {},
      "HF301 error :8: 'lxc.console.logfile' is read but cannot be enforced",
    ],
    [
      'shmounts',
      busybox({ mountAuto: { ...auto(null, null), shmounts: set('/a', 8) } }),
      {},
      "HF301 error :8: 'lxc.mount.auto' is read but cannot be enforced: shmounts",
    ],
  ])('%s', (_name, spec, paths, expected) => {
    const found = findings(spec, paths);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });

  test('each layer of an overlay is looked at', () => {
    const root = { kind: 'overlay' as const, lower: ['/a', '/b'], upper: '/up', work: '/work', readOnly: false, why: line(2) };
    expect(
      findings(busybox({ root }), { '/b': { kind: 'missing' }, '/up': { kind: 'missing' }, '/work': { kind: 'missing' } }).map((text) => text.split(' / ')[0]),
    ).toEqual([
      "HF400 error :2: the root file system cannot be '/b': it does not exist",
      "HF400 error :2: the root file system cannot be '/up': it does not exist",
    ]);
  });

  test('what is allowed to be missing is a warning', () => {
    const spec = busybox({ dev: { ...dev, consoleLog: set('/tmp/log', 9) }, allowMissing: [set('lxc.console.*')] });
    expect(findings(spec)).toEqual(["HF302 warning :9: 'lxc.console.logfile' is not enforced, as allowed: the console is not logged yet"]);
  });

  test('nothing is wrong with a plain container', () => {
    expect(findings(busybox(), { '/srv/web': { kind: 'dir' } })).toEqual([]);
  });
});

describe('entries', () => {
  const wrong = (fstab: string, paths: HostFacts['paths'] = {}) => findings(busybox({ mounts: [entry(fstab)] }), paths);

  test.each<[string, HostFacts['paths'], string]>([
    ['/a /srv/webb/x none bind', {}, "HF410 error :9: '/srv/webb/x' lies outside the container's root file system"],
    ['/a x/../../y none bind', {}, "HF411 error :9: 'x/../../y' cannot be mounted on: it contains '..'"],
    ['/a ./ none bind', {}, "HF411 error :9: './' cannot be mounted on: it is the root itself"],
    ['a x none bind', {}, "HF412 error :9: the source 'a' of a bind mount is not an absolute path"],
    ['/a x none bind', { '/a': { kind: 'missing' } }, "HF413 error :9: '/a' does not exist on the host"],
    [
      '/a x none bind,create=file',
      { '/a': { kind: 'dir' } },
      "HF414 error :9: '/a' is a directory, and cannot be mounted on what create=file makes / write create=dir",
    ],
    [
      '/a x none bind,create=dir',
      { '/a': { kind: 'char', major: 1, minor: 3 } },
      "HF414 error :9: '/a' is not a directory, and cannot be mounted on what create=dir makes / write create=file",
    ],
    ['/a x none bind,remount,ro', {}, "HF415 error :9: an entry makes a new mount; 'remount' is about another one"],
    ['/a x none bind,noexe', {}, "HF416 error :9: a bind mount does not know the option 'noexe'"],
    [`o x overlay lowerdir=${'/a'.repeat(128)}`, {}, "HF417 error :9: the value of 'lowerdir' has 256 bytes; the kernel takes 255"],
    [`${'a'.repeat(256)} x tmpfs ro`, {}, "HF417 error :9: the value of 'source' has 256 bytes; the kernel takes 255"],
    ['/a x none ro', {}, "HF418 error :9: '/a' with type 'none' is neither a bind mount nor a file system"],
  ])('%s', (fstab, paths, expected) => {
    const found = wrong(fstab, paths);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });

  test.each<[string, HostFacts['paths']]>([
    ['/a x none bind,optional', { '/a': { kind: 'missing' } }],
    ['/a x none bind,create=dir', { '/a': { kind: 'link' } }],
    ['/a x none bind,create=file', { '/a': { kind: 'char', major: 1, minor: 3 } }],
    ['/a /srv/web/x none bind', {}],
    ['/a /var/lib/lxc/web/rootfs/x none bind', {}],
    ['a x none bind,relative', {}],
    ['tmpfs tmp tmpfs size=1m,mode=1777', {}],
  ])('%s is good', (fstab, paths) => {
    expect(wrong(fstab, paths)).toEqual([]);
  });
});

test('the paths it wants to know about', () => {
  const spec = aSpec({ mounts: [entry('/a x none bind'), entry('b y none bind,relative'), entry('/a z none bind')] });
  expect(pathsAsked(spec)).toEqual(['/srv/web', '/a', '/dev/null', '/dev/zero', '/dev/full', '/dev/random', '/dev/urandom', '/dev/tty']);
});
