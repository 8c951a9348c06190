import { describe, expect, it } from 'vitest';
import { aHost, alice, aSpec, findingLines, ids, line, stepLines, titles } from '../namespaces/testing.ts';
import { mounts } from './index.ts';

const MAP = [ids('u 0 100000 65536', 3), ids('g 0 100000 65536', 3)];
const CONTAINER = { value: { of: 'container' }, why: line(2) } as const;
const dir = (changes: object = {}) => ({ kind: 'dir', path: '/srv/web', readOnly: false, idmap: CONTAINER, why: line(1), ...changes }) as const;
const on = (filesystem: string, kernel = { release: '', major: 6, minor: 1 }) => aHost({ kernel, paths: { '/srv/web': { kind: 'dir', filesystem } } });
const found = (...args: Parameters<typeof mounts.compile>) => findingLines(mounts.compile(...args).diagnostics);

it('has the monitor open and map the tree, and init attach it', () => {
  const { steps, diagnostics } = mounts.compile(aSpec({ root: dir(), idmap: MAP }), aHost());
  expect(diagnostics).toEqual([]);
  const monitor = stepLines(steps.filter(({ who }) => who === 'monitor'));
  expect(monitor).toEqual([
    'monitor open: open /srv/web, to be mounted with an id map of its own [web:2]',
    '  open_tree(AT_FDCWD, "/srv/web", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_RECURSIVE) -> $root',
    "monitor map: give /srv/web the container's id map [web:2]",
    '  openat($init.proc, "ns/user", O_RDONLY|O_CLOEXEC, 0) -> $root.users',
    '  mount_setattr($root, "", AT_EMPTY_PATH|AT_RECURSIVE, {attr_set=MOUNT_ATTR_IDMAP userns_fd=$root.users}, sizeof mount_attr)',
    '  close($root.users)',
    'monitor release: leave the trees with an id map to init [law: nothing left]',
    '  close($root)',
  ]);
  const own = stepLines(steps).filter((text) => text.includes('$root,') && text.includes('open_tree'));
  expect(own).toEqual([]);
});

it('attaches the layers of an overlay over their own directories, outer ones first', () => {
  const root = {
    kind: 'overlay',
    lower: ['/srv/web/base', '/srv/b'],
    upper: '/srv/web/up',
    work: '/srv/web/work',
    readOnly: false,
    idmap: CONTAINER,
    why: line(1),
  } as const;
  const { steps } = mounts.compile(aSpec({ root, idmap: MAP }), aHost());
  expect(titles(steps).filter((text) => text.startsWith('monitor map'))).toEqual([
    "monitor map: give /srv/b the container's id map",
    "monitor map: give /srv/web the container's id map",
    "monitor map: give /srv/web/base the container's id map",
  ]);
  expect(stepLines(steps).filter((text) => text.includes('move_mount($layer'))).toEqual([
    '  move_mount($layer.0, "", AT_FDCWD, "/srv/b", MOVE_MOUNT_F_EMPTY_PATH)',
    '  move_mount($layer.1, "", AT_FDCWD, "/srv/web", MOVE_MOUNT_F_EMPTY_PATH)',
    '  move_mount($layer.2, "", AT_FDCWD, "/srv/web/base", MOVE_MOUNT_F_EMPTY_PATH)',
  ]);
});

describe('says before', () => {
  it('that there is no map', () => {
    expect(found(aSpec({ root: dir() }), aHost()).map((text) => text.slice(0, 14))).toEqual(['HF392 error :2']);
  });

  it('that an ordinary user may not', () => {
    expect(found(aSpec({ root: dir() }), alice()).map((text) => text.slice(0, 14))).toEqual(['HF391 error :2']);
  });

  it.each([
    ['ext4', []],
    ['something-new', []],
    ['tmpfs', ['HF393 error :2: /srv/web lies on tmpfs, whose mounts take no id map here: Linux 6.3 and later do that']],
    ['nfs4', ['HF393 error :2: /srv/web lies on nfs4, whose mounts take no id map here: no kernel does that']],
    ['btrfs', []],
  ])('what %s does', (filesystem, expected) => {
    expect(found(aSpec({ root: dir(), idmap: MAP }), on(filesystem)).map((text) => text.replace(/ \/ .*/, ''))).toEqual(expected);
  });

  it('that a newer kernel is enough', () => {
    expect(found(aSpec({ root: dir(), idmap: MAP }), on('tmpfs', { release: '', major: 6, minor: 3 }))).toEqual([]);
  });
});
