import { describe, expect, test } from 'vitest';
import type { HostFacts, PathFact } from '../../model/host.ts';
import { aHost, alice, aSpec, line, net } from '../namespaces/testing.ts';
import { mounts, mountTable, pathsAsked } from './index.ts';
import { auto, brief } from './testing.ts';

const dir: PathFact = { kind: 'dir' };
const link: PathFact = { kind: 'link' };
/** A machine with a merged /usr. */
const paths: HostFacts['paths'] = {
  '/usr': dir,
  '/bin': link,
  '/sbin': link,
  '/lib': link,
  '/lib64': { kind: 'missing' },
  '/etc': dir,
  '/etc/shadow': { kind: 'file' },
  '/etc/ssl/private': dir,
  '/etc/gshadow': { kind: 'missing' },
};
const spec = aSpec({ root: { kind: 'host', why: line(1) }, mountAuto: auto('mixed', 'mixed'), network: [net('empty')] });
const kept = { ...spec, namespaces: { mode: 'keep' as const, names: ['user' as const], why: line(5) } };

describe("the view of the host's userland", () => {
  const { steps } = mounts.compile(spec, alice({ paths }));

  test('programs and settings are bound, links are copied, everything else is private', () => {
    expect(steps.filter(({ phase }) => phase === 'root' || phase === 'dev').map(({ what }) => what)).toEqual([
      'make an empty root file system',
      "show the host's /usr, read-only",
      'copy the link /bin',
      'copy the link /sbin',
      'copy the link /lib',
      "show the host's /etc, read-only",
      'make a private /tmp',
      'make a private /run',
      'make a private /var',
      'make a private /home',
      'make a private /root',
      'mount an empty file system on /dev',
      'make a private /dev/shm',
    ]);
  });

  test('a tree of the host is closed before it is attached', () => {
    expect(brief(steps.slice(2, 4))).toEqual([
      "root: show the host's /usr, read-only",
      '  mkdirat $root usr 493',
      '  open_tree at_fdcwd /usr at_recursive -> $host.usr',
      '  mount_setattr $host.usr at_recursive attr_set=rdonly|nosuid|nodev propagation=private',
      '  openat2 $root usr -> $host.usr.target',
      '  move_mount $host.usr $host.usr.target',
      'root: copy the link /bin',
      '  readlinkat at_fdcwd /bin &host-link.bin 255',
      '  symlinkat &host-link.bin $root bin',
    ]);
  });

  test('the root itself is closed at the end', () => {
    expect(steps.findLast(({ phase }) => phase === 'seal-mounts')?.what).toBe('make the root file system read-only');
  });

  test('no tree of the host can be written to', () => {
    const bound = mountTable(spec, alice({ paths })).filter(({ type, target }) => type === null && !target.startsWith('/dev/'));
    expect(bound.map(({ target }) => target)).toEqual(['/usr', '/etc']);
    for (const { flags } of bound) expect(flags).toEqual(expect.arrayContaining(['MOUNT_ATTR_RDONLY', 'MOUNT_ATTR_NOSUID', 'MOUNT_ATTR_NODEV']));
  });

  test('secrets are hidden where root of the container is root of the host', () => {
    const hides = (asked: typeof spec) =>
      mounts
        .compile(asked, aHost({ paths }))
        .steps.map(({ what }) => what)
        .filter((what) => what.startsWith('hide'));
    expect(hides(spec)).toEqual([]);
    expect(hides(kept)).toEqual(['hide /etc/shadow', 'hide /etc/ssl/private']);
  });

  test('it asks about every path it depends on', () => {
    expect(pathsAsked(spec)).toEqual(expect.arrayContaining(['/usr', '/bin', '/etc', '/etc/shadow', '/dev/null']));
  });
});
