// The keys of lxc.conf(5), which hold for all containers of a user (LXC: initutils.c).

export interface SystemFileKey {
  readonly value: 'path' | 'text';
  /** What holds where the file does not set it. */
  readonly absent: string;
  /** Why it is read and nothing comes of it; absent: it is used. */
  readonly unused?: string;
  readonly doc: string;
}

const STORAGE = 'a new container is a directory';

// biome-ignore format: a key is a line
export const SYSTEM_FILE_KEYS = {
  'lxc.lxcpath': { value: 'path', absent: '/var/lib/lxc; for a user ~/.local/share/lxc', doc: 'directory with a directory for each container' },
  'lxc.cgroup.pattern': { value: 'text', absent: "LXC's own place", doc: "group of a container, with %n for its name, where its configuration does not say; such as 'lxc/%n'" },
  'lxc.cgroup.use': { value: 'text', absent: 'all', unused: 'every controller that a key is about is used', doc: 'controllers to use, with commas between' },
  'lxc.default_config': { value: 'path', absent: '/etc/lxc/default.conf; for a user ~/.config/lxc/default.conf', doc: 'what the configuration of a new container begins with' },
  'lxc.bdev.lvm.vg': { value: 'text', absent: 'lxc', unused: STORAGE, doc: 'volume group for new containers' },
  'lxc.bdev.lvm.thin_pool': { value: 'text', absent: 'lxc', unused: STORAGE, doc: 'thin pool for new containers' },
  'lxc.bdev.zfs.root': { value: 'text', absent: 'lxc', unused: STORAGE, doc: 'ZFS data set above those of new containers' },
  'lxc.bdev.rbd.rbdpool': { value: 'text', absent: 'lxc', unused: STORAGE, doc: 'Ceph pool for new containers' },
} as const satisfies Readonly<Record<string, SystemFileKey>>;

export type SystemFileKeyName = keyof typeof SYSTEM_FILE_KEYS;

export function isSystemFileKey(name: string): name is SystemFileKeyName {
  return Object.hasOwn(SYSTEM_FILE_KEYS, name);
}
