// Mounts of every kind, and what is mounted so that root cannot write it, taken away or made writable.

import type { ConstName } from '../../src/kernel/constants.gen.ts';
import type { ErrnoName } from '../../src/kernel/errno.gen.ts';
import { type Attempt, type AttemptCall, flags, HERE, type Mode, mount, openFor, OWN_MOUNTS, slot, text, WALLS } from './attempt.ts';

/** A type may be unknown to the kernel, or want more than it is told. */
const MAYBE: readonly ErrnoName[] = [...WALLS, 'ENODEV', 'EINVAL', 'ENOENT', 'EBUSY', 'EOPNOTSUPP', 'ENOTBLK', 'ENXIO', 'ENOSYS'];

const ALL: readonly Mode[] = ['landlock', 'apparmor', 'selinux'];

const attempt = (what: string, calls: readonly AttemptCall[], allowed: readonly Mode[] = []): Attempt => ({
  group: 'mount',
  what,
  calls: [...OWN_MOUNTS, ...calls],
  allowed,
  errnos: MAYBE,
});
const fresh = (type: string, target = '/mnt', allowed: readonly Mode[] = [], data: string | null = null): Attempt =>
  attempt(`${type} on ${target}`, [mount(type, target, type, [], data)], allowed);
const bind = (source: string, target: string, allowed: readonly Mode[] = []): Attempt =>
  attempt(`bind ${source} to ${target}`, [mount(source, target, 'none', ['MS_BIND'])], allowed);
const unmount = (target: string, allowed: readonly Mode[] = []): Attempt =>
  attempt(`unmount ${target}`, [{ sys: 'umount2', args: [text(target), flags('MNT_DETACH')] }], allowed);
const change = (what: string, target: string, words: readonly ConstName[], allowed: readonly Mode[] = []): Attempt =>
  attempt(`${what} ${target}`, [mount('none', target, 'none', words)], allowed);

const harmless = (why: string, one: Attempt): Attempt => ({ ...one, harmless: why });
const PROPAGATION = (who: string) => `${who}; the container is a mount namespace of its own, and the host a peer of none of its mounts`;

/** A control group of the host's, beside the container's own. */
export const HOST_GROUP = 'holdfast-attempts';

export const MOUNT_ATTEMPTS: readonly Attempt[] = [
  fresh('proc'),
  fresh('proc', '/proc', ['apparmor']),
  attempt('proc on /proc, and sysrq-trigger in it', [mount('proc', '/proc', 'proc'), openFor('O_WRONLY', '/proc/sysrq-trigger')]),
  fresh('sysfs'),
  fresh('sysfs', '/sys'),
  fresh('debugfs'),
  fresh('debugfs', '/sys/kernel/debug'),
  fresh('tracefs'),
  fresh('securityfs'),
  fresh('configfs'),
  fresh('cgroup', '/mnt', [], 'memory'),
  fresh('cgroup2'),
  attempt('cgroup2, and a group of the host', [mount('cgroup2', '/mnt', 'cgroup2'), openFor('O_WRONLY', `/mnt/${HOST_GROUP}/cgroup.procs`)]),
  fresh('devtmpfs'),
  fresh('devpts'),
  attempt('devpts, and a terminal in it', [mount('devpts', '/mnt', 'devpts'), openFor('O_RDWR', '/mnt/0')]),
  fresh('efivarfs'),
  fresh('binfmt_misc'),
  fresh('bpf'),
  fresh('pstore'),
  fresh('selinuxfs'),
  fresh('ramfs'),
  fresh('tmpfs', '/mnt', ['apparmor', 'selinux']),
  fresh('mqueue', '/mnt', ['apparmor', 'selinux']),
  fresh('overlay', '/mnt', ['apparmor', 'selinux'], 'lowerdir=/etc:/var'),
  attempt('ext4 from a disk', [
    { sys: 'mknodat', args: [HERE, text('/tmp/disk'), flags('S_IFBLK'), 0x800], prepares: true },
    mount('/tmp/disk', '/mnt', 'ext4'),
  ]),
  bind('/etc', '/mnt', ['apparmor', 'selinux']),
  bind('/', '/mnt', ['selinux']),
  // To SELinux it matters what a file is, not where.
  bind('/proc', '/mnt', ['selinux']),
  bind('/proc/sys', '/mnt', ['selinux']),
  bind('/sys', '/mnt', ['selinux']),
  bind('/tmp', '/proc', ['selinux']),
  bind('/tmp', '/sys', ['selinux']),
  bind('/etc/passwd', '/proc/sysrq-trigger', ['selinux']),
  change('remount writable', '/', ['MS_REMOUNT', 'MS_BIND']),
  change('remount writable', '/proc', ['MS_REMOUNT', 'MS_BIND']),
  change('remount writable', '/proc/sys', ['MS_REMOUNT', 'MS_BIND']),
  change('remount writable', '/sys', ['MS_REMOUNT', 'MS_BIND']),
  change('remount the file system of', '/sys', ['MS_REMOUNT']),
  change('remount writable, with nosuid,', '/fixed', ['MS_REMOUNT', 'MS_BIND', 'MS_NOSUID']),
  harmless(PROPAGATION('systemd does it when it begins (MountFlags=)'), change('share', '/', ['MS_REC', 'MS_SHARED'], ['apparmor', 'selinux'])),
  harmless(
    PROPAGATION('every unit with PrivateTmp= or another mount of its own begins with it'),
    change('make a slave of', '/', ['MS_REC', 'MS_SLAVE'], ['apparmor', 'selinux']),
  ),
  attempt('move /proc to /mnt', [mount('/proc', '/mnt', 'none', ['MS_MOVE'])], ['selinux']),
  attempt('move /dev/pts to /mnt', [mount('/dev/pts', '/mnt', 'none', ['MS_MOVE'])], ['selinux']),
  attempt('new proc by descriptor', [
    { sys: 'fsopen', args: [text('proc'), 0], save: 'fs' },
    { sys: 'fsconfig', args: [slot('fs'), flags('FSCONFIG_CMD_CREATE'), 0, 0, 0] },
    { sys: 'fsmount', args: [slot('fs'), 0, 0], save: 'mount' },
    { sys: 'move_mount', args: [slot('mount'), text(''), HERE, text('/mnt'), flags('MOVE_MOUNT_F_EMPTY_PATH')] },
  ]),
  attempt('new proc by descriptor, attached nowhere', [
    { sys: 'fsopen', args: [text('proc'), 0], save: 'fs' },
    { sys: 'fsconfig', args: [slot('fs'), flags('FSCONFIG_CMD_CREATE'), 0, 0, 0] },
    { sys: 'fsmount', args: [slot('fs'), 0, 0], save: 'mount' },
    { sys: 'openat', args: [slot('mount'), text('sys/kernel/core_pattern'), flags('O_WRONLY'), 0] },
  ]),
  attempt(
    'a copy of /proc by descriptor',
    [
      { sys: 'open_tree', args: [HERE, text('/proc'), flags('OPEN_TREE_CLONE')], save: 'tree' },
      { sys: 'move_mount', args: [slot('tree'), text(''), HERE, text('/mnt'), flags('MOVE_MOUNT_F_EMPTY_PATH')] },
    ],
    ['selinux'],
  ),
  // No security module is asked about mount_setattr(2), which has no hook: what counts is that writing stays forbidden.
  attempt(
    'attributes of /sys by descriptor',
    [
      {
        sys: 'mount_setattr',
        args: [HERE, text('/sys'), 0, { struct: 'mount_attr', fields: { attr_clr: flags('MOUNT_ATTR_RDONLY') } }, { sizeof: 'mount_attr' }],
      },
    ],
    ALL,
  ),
  attempt('another root directory', [mount('/mnt', '/mnt', 'none', ['MS_BIND']), { sys: 'pivot_root', args: [text('/mnt'), text('/mnt')] }], ['selinux']),
  attempt('chroot', [{ sys: 'chroot', args: [text('/mnt')] }], ALL),
  attempt('chroot, and up from a directory kept open', [
    openFor('O_RDONLY', '/', 'root'),
    { sys: 'chroot', args: [text('/mnt')] },
    { sys: 'fchdir', args: [slot('root')] },
    { sys: 'chdir', args: [text('../../../../../../../..')] },
    { sys: 'chroot', args: [text('.')] },
    { sys: 'faccessat', args: [HERE, text('/outside'), 0] },
  ]),
  // Last: what is gone is gone.
  unmount('/proc', ['apparmor']),
  unmount('/sys'),
  unmount('/proc/sys'),
  unmount('/dev/pts', ['apparmor']),
];
