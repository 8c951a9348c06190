import { describe, expect, test } from 'vitest';
import type { ContainerSpec } from '../../model/spec.ts';
import { aHost, line } from '../namespaces/testing.ts';
import { mounts } from './index.ts';
import { readOptions } from './options.ts';
import { makePath, readTarget } from './targets.ts';
import { brief, busybox, entry } from './testing.ts';

const compiled = (spec: ContainerSpec) => mounts.compile(spec, aHost({ paths: { '/data': { kind: 'dir' } } })).steps;
/** The lines of the steps of one entry. */
const lines = (fstab: string) => brief(compiled(busybox({ mounts: [entry(fstab)] })).filter(({ phase }) => phase === 'mounts'));

describe('an entry', () => {
  test('a bind mount is made read-only while it is nowhere', () => {
    expect(lines('/data srv none rbind,ro,nosuid')).toEqual([
      'mounts: bind /data on /srv (rbind,ro,nosuid)',
      '  open_tree at_fdcwd /data at_recursive -> $entry.0',
      '  mount_setattr $entry.0 at_recursive attr_set=rdonly|nosuid',
      '  openat2 $root srv -> $entry.0.target',
      '  move_mount $entry.0 $entry.0.target',
      '  close $entry.0.target',
      '  close $entry.0',
    ]);
  });

  test('a file system: flags of the mount, the rest for the file system, a directory made component by component', () => {
    expect(lines('shm a/b tmpfs noexec,noatime,size=1m,inode64,create=dir')).toEqual([
      'mounts: mount tmpfs on /a/b (noexec,noatime,size=1m,inode64)',
      '  fsopen tmpfs -> $entry.0.context',
      '  fsconfig $entry.0.context set_string source shm',
      '  fsconfig $entry.0.context set_string size 1m',
      '  fsconfig $entry.0.context set_flag inode64',
      '  fsconfig $entry.0.context cmd_create',
      '  fsmount $entry.0.context noexec|noatime -> $entry.0',
      '  close $entry.0.context',
      '  mkdirat $root a 493',
      '  openat2 $root a -> $entry.0.target.1',
      '  mkdirat $entry.0.target.1 b 493',
      '  openat2 $root a/b -> $entry.0.target',
      '  move_mount $entry.0 $entry.0.target',
      '  close $entry.0.target',
      '  close $entry.0.target.1',
      '  close $entry.0',
    ]);
  });

  test('ro is for the file system as well as for the mount', () => {
    expect(lines('/dev/sdb1 data ext4 ro')).toContain('  fsconfig $entry.0.context set_flag ro');
  });

  test('an optional one ends its step where there is nothing to mount, but not at a link that leads astray', () => {
    const text = lines('/data x none bind,ro,optional,create=file');
    expect(text).toMatchInlineSnapshot(`
      [
        "mounts: bind /data on /x (bind,ro)",
        "  open_tree at_fdcwd /data -> $entry.0 (else skip: ENOENT ENOTDIR EACCES EINVAL)",
        "  mount_setattr $entry.0 attr_set=rdonly (else skip: EPERM EINVAL)",
        "  mknodat $root x s_ifreg (else skip: ENOENT EACCES EROFS EPERM)",
        "  openat2 $root x -> $entry.0.target (else skip: ENOENT ENOTDIR EACCES)",
        "  move_mount $entry.0 $entry.0.target (else skip: ENOTDIR EINVAL)",
        "  close $entry.0.target",
        "  close $entry.0",
      ]
    `);
    expect(text.some((one) => one.includes('ELOOP'))).toBe(false);
  });

  test('a source inside the container', () => {
    expect(lines('/etc x none bind,relative').slice(1, 4)).toEqual([
      '  openat2 $root etc -> $entry.0.source',
      '  open_tree $entry.0.source -> $entry.0',
      '  close $entry.0.source',
    ]);
  });

  test('the options stand behind the error of the line that asked for it', () => {
    const [step] = compiled(busybox({ mounts: [entry('/data a/b none bind', 30)] })).filter(({ phase }) => phase === 'mounts');
    expect(step?.why).toEqual(line(30));
    expect(step?.hints?.ENOENT).toBe(
      'the source does not exist on the host, or the target does not exist in the container (create=dir or create=file makes it)',
    );
  });
});

describe('propagation', () => {
  const propagations = (...fstabs: readonly string[]) =>
    brief(compiled(busybox({ mounts: fstabs.map((text) => entry(text)) }))).filter((text) => text.includes('propagation='));

  test('without a word nothing comes in from the host, and everything is shared inside', () => {
    expect(propagations('/data x none bind')).toEqual([
      '  mount_setattr at_fdcwd / at_recursive propagation=private',
      '  mount_setattr at_fdcwd / at_recursive propagation=shared',
    ]);
  });

  test('rslave follows the host in its own tree only', () => {
    expect(propagations('/data x none rbind,rslave', '/data y none bind')).toEqual([
      '  mount_setattr at_fdcwd / at_recursive propagation=slave',
      '  mount_setattr $root at_recursive propagation=private',
      '  mount_setattr $entry.0 at_recursive propagation=slave',
      '  mount_setattr $entry.1 at_recursive propagation=private',
      '  mount_setattr at_fdcwd / at_recursive propagation=shared',
    ]);
  });

  test('private is given back behind the last step', () => {
    expect(propagations('/data x none bind,rprivate').slice(-2)).toEqual([
      '  mount_setattr at_fdcwd / at_recursive propagation=shared',
      '  mount_setattr $entry.0 at_recursive propagation=private',
    ]);
  });
});

describe('words', () => {
  test('are compared whole, and of two that contradict each other the last counts', () => {
    expect(readOptions(['rootcontext=x', 'rw', 'ro', 'nosuid', 'suid', 'roo', 'defaults', 'constructor'])).toEqual({
      bind: null,
      set: ['MOUNT_ATTR_RDONLY'],
      clear: ['MOUNT_ATTR_NOSUID'],
      propagations: [],
      relativeSource: false,
      rest: [
        { key: 'rootcontext', value: 'x' },
        { key: 'roo', value: null },
        { key: 'constructor', value: null },
      ],
    });
  });

  test('a value may contain an equals sign', () => {
    expect(readOptions(['context=a=b']).rest).toEqual([{ key: 'context', value: 'a=b' }]);
  });

  test('bind after rbind stays recursive', () => {
    expect(readOptions(['rbind', 'bind']).bind).toBe('recursive');
  });
});

describe('targets', () => {
  test.each([
    ['a//b/./c/', { kind: 'inside', path: 'a/b/c' }],
    ['/srv/web//a', { kind: 'inside', path: 'a' }],
    ['/srv/website', { kind: 'outside' }],
    ['/srv/web', { kind: 'bad', reason: 'it is the root itself' }],
    ['a/..b/c', { kind: 'inside', path: 'a/..b/c' }],
    ['..', { kind: 'bad', reason: "it contains '..'" }],
  ])('%s', (written, expected) => {
    expect(readTarget(written, ['/srv/web/'])).toEqual(expected);
  });

  test('a file at the end of a path', () => {
    expect(brief([{ who: 'init', phase: 'mounts', what: 'x', why: line(1), actions: makePath('a/f', 't', 'file') }]).slice(1)).toEqual([
      '  mkdirat $root a 493',
      '  openat2 $root a -> $t.1',
      '  mknodat $t.1 f s_ifreg',
      '  openat2 $root a/f -> $t',
    ]);
  });
});
