// /dev: a small file system of its own with the six devices every program expects, or the root file system's own directory.

import type { ConstName } from '../../kernel/constants.gen.ts';
import type { Origin } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import type { Slot, SysCall } from '../../model/step.ts';
import { attach, copyTree, HOST, makeDirectory, makeFile, makeLink, newFileSystem, openInside, option, ROOT } from './calls.ts';
import { BIND_HINTS, FILE_SYSTEM_HINTS, FIXED_TARGET_HINTS } from './hints.ts';
import { making, type Part, part } from './part.ts';
import type { Situation } from './situation.ts';

/** The directory /dev of the container. */
export const DEV: Slot = 'dev';

/** Major and minor number of the devices in a new /dev (Documentation/admin-guide/devices.txt). */
const DEVICES = [
  { name: 'null', major: 1, minor: 3 },
  { name: 'zero', major: 1, minor: 5 },
  { name: 'full', major: 1, minor: 7 },
  { name: 'random', major: 1, minor: 8 },
  { name: 'urandom', major: 1, minor: 9 },
  { name: 'tty', major: 5, minor: 0 },
] as const;
type Device = (typeof DEVICES)[number];

const LINKS = [
  { name: 'fd', to: '/proc/self/fd' },
  { name: 'stdin', to: '/proc/self/fd/0' },
  { name: 'stdout', to: '/proc/self/fd/1' },
  { name: 'stderr', to: '/proc/self/fd/2' },
] as const;

const EVERYBODY_READS_AND_WRITES: readonly ConstName[] = ['S_IRUSR', 'S_IWUSR', 'S_IRGRP', 'S_IWGRP', 'S_IROTH', 'S_IWOTH'];

/** The kernel's encoding of a device number below 4096:256 (makedev(3)). */
const deviceNumber = ({ major, minor }: Device): number => major * 256 + minor;

/** The devices of the host that are bound where none can be made. */
export function devicePaths(): readonly string[] {
  return DEVICES.map(({ name }) => `/dev/${name}`);
}

/** What is on /dev, in slot `dev`. */
export function devDirectory(spec: ContainerSpec): Part {
  const { autodev, tmpfsSize } = spec.dev;
  const prepared: readonly SysCall[] = [makeDirectory(ROOT, 'dev'), openInside('dev', autodev.value ? 'dev.target' : DEV, { directory: true })];
  if (!autodev.value) return part('dev', "use the root file system's own /dev", autodev.why, prepared, FIXED_TARGET_HINTS);
  const options = [option('mode=0755'), option(`size=${tmpfsSize.value}`)];
  const actions = [...prepared, ...newFileSystem('tmpfs', DEV, ['MOUNT_ATTR_NOSUID'], options), attach(DEV, 'dev.target')];
  const hints = {
    ...FILE_SYSTEM_HINTS,
    ...FIXED_TARGET_HINTS,
    EINVAL: `lxc.autodev.tmpfs.size is ${tmpfsSize.value}, which the kernel does not take`,
  };
  const made = part('dev', 'mount an empty file system on /dev', autodev.why, actions, hints);
  return making(made, { target: '/dev', type: 'tmpfs', flags: ['MOUNT_ATTR_NOSUID'], optional: false });
}

function madeDevice(device: Device): SysCall {
  const mode = { flags: ['S_IFCHR' as const, ...EVERYBODY_READS_AND_WRITES] };
  return { sys: 'mknodat', args: [{ slot: DEV }, { text: device.name }, mode, deviceNumber(device)], tolerate: ['EEXIST'] };
}

function boundDevice({ name }: Device, why: Origin): Part {
  const tree = `dev.${name}`;
  const actions = [
    makeFile(DEV, name),
    openInside(`dev/${name}`, `${tree}.target`),
    copyTree(HOST, `/dev/${name}`, tree, false),
    attach(tree, `${tree}.target`),
  ];
  const made = part('nodes', `bind the host's /dev/${name}`, why, actions, BIND_HINTS);
  return making(made, { target: `/dev/${name}`, type: null, flags: [], optional: false });
}

/** The devices of a new /dev: made, or bound from the host where the kernel refuses to make them. */
export function deviceNodes(spec: ContainerSpec, { makesNodes }: Situation): readonly Part[] {
  const { autodev } = spec.dev;
  if (!autodev.value) return [];
  if (!makesNodes) return DEVICES.map((device) => boundDevice(device, autodev.why));
  const what = `make the devices ${DEVICES.map(({ name }) => name).join(', ')}`;
  const hints = { EPERM: 'making devices takes CAP_MKNOD, and a devices control group that is in force already may forbid it' };
  return [part('nodes', what, autodev.why, DEVICES.map(madeDevice), hints)];
}

/** /dev/fd and its like. In the root file system's own /dev they are left alone if they are there, or cannot be made. */
export function devLinks(spec: ContainerSpec): Part {
  const own = !spec.dev.autodev.value;
  const links = LINKS.map(({ name, to }) => makeLink(to, DEV, name));
  const actions = own ? links.map((link): SysCall => ({ ...link, tolerate: ['EEXIST', 'EROFS'] })) : links;
  return part('nodes', `link ${LINKS.map(({ name }) => name).join(', ')} in /dev`, spec.dev.autodev.why, actions);
}

/** Shared memory of its own for the embedded default; configurations have an entry for it. */
export function sharedMemory(why: Origin): Part {
  const actions = [
    makeDirectory(DEV, 'shm', 0o1777),
    openInside('dev/shm', 'shm.target', { directory: true }),
    ...newFileSystem('tmpfs', 'shm', ['MOUNT_ATTR_NOSUID', 'MOUNT_ATTR_NODEV'], [option('mode=1777'), option('size=25%')]),
    attach('shm', 'shm.target'),
  ];
  const made = part('dev', 'make a private /dev/shm', why, actions, FILE_SYSTEM_HINTS);
  return making(made, { target: '/dev/shm', type: 'tmpfs', flags: ['MOUNT_ATTR_NOSUID', 'MOUNT_ATTR_NODEV'], optional: false });
}
