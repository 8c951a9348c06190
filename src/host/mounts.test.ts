import { expect, it } from 'vitest';
import { mountOf, parseMountInfo } from './mounts.ts';
import { mountLine } from './testing.ts';

it('reads mountinfo, with and without optional fields, and decodes octal escapes', () => {
  const text = '21 26 0:20 / /proc rw,nosuid - proc proc rw\n36 35 98:0 /a\\040b /mnt/x\\134y ro shared:1 master:2 - ext4 /dev/sda1 rw,errors=continue\n';
  expect(parseMountInfo(text)).toEqual([
    { root: '/', mountPoint: '/proc', options: ['rw', 'nosuid'], filesystem: 'proc', superOptions: ['rw'] },
    { root: '/a b', mountPoint: '/mnt/x\\y', options: ['ro'], filesystem: 'ext4', superOptions: ['rw', 'errors=continue'] },
  ]);
});

it('finds the mount of a path: the longest mount point, the latest of two, no neighbour with a longer name', () => {
  const mounts = parseMountInfo([mountLine('/', 'ext4'), mountLine('/run', 'tmpfs'), mountLine('/run/a', 'xfs'), mountLine('/run/a', 'btrfs')].join('\n'));
  const at = (path: string) => mountOf(mounts, path)?.filesystem;
  expect([at('/'), at('/etc'), at('/run'), at('/run/b'), at('/run/a/b'), at('/running')]).toEqual(['ext4', 'ext4', 'tmpfs', 'tmpfs', 'btrfs', 'ext4']);
  expect(mountOf([], '/')).toBeNull();
});
