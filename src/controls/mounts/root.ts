// The new root file system: a directory of the host, or an overlay. It is attached over "/" and becomes the root by pivot_root.

import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec, RootSpec } from '../../model/spec.ts';
import type { SysCall } from '../../model/step.ts';
import { attachOver, change, copyTree, HOST, newFileSystem, ROOT } from './calls.ts';
import { coverLayers } from './idmapped.ts';
import { BIND_HINTS, FILE_SYSTEM_HINTS } from './hints.ts';
import { overlayOptions } from './overlay.ts';
import { type Hints, making, type Part, part } from './part.ts';
import type { Situation } from './situation.ts';

/**
 * Puts the new root over "/" of init's mount namespace: no path of the host is touched, and from here on every file system is
 * attached inside it (Linux 6.1 attaches nothing inside a tree that is not attached itself).
 */
export const attachRoot: SysCall = attachOver(ROOT, '/');

/**
 * A read-only root is read-only on all that is mounted below its directory at once, but on itself only at the end (`sealRoot`):
 * the directories to mount on must be made first. EPERM: it was read-only before, and stays it.
 */
const CLOSE_ALL_BELOW: readonly SysCall[] = [
  change(ROOT, { set: ['MOUNT_ATTR_RDONLY'], recursive: true }),
  { ...change(ROOT, { clear: ['MOUNT_ATTR_RDONLY'] }), tolerate: ['EPERM'] },
];

const directoryHints = ({ path }: Extract<RootSpec, { kind: 'dir' }>): Hints => ({
  ...BIND_HINTS,
  EINVAL: `${path} is not a directory, or it is unbindable`,
  ENOENT: `the root file system ${path} does not exist`,
});

/** In a new user namespace init is still the caller outside until it becomes root of the container. With an id map of its own the monitor has opened it. */
const opensEarly = (root: Extract<RootSpec, { kind: 'dir' }>, { own }: Situation): boolean => root.idmap === undefined && own.has('user');

/**
 * Opens a root file system while init has the caller's rights over the host's directories: root of the container is somebody else, whom
 * a home of mode 0700 above it would stop. What is opened is the very directory of the configuration, nothing above or beside it.
 */
export function reachRoot(root: RootSpec, now: Situation): readonly Part[] {
  if (root.kind !== 'dir' || !opensEarly(root, now)) return [];
  const { path, why } = root;
  return [
    part('reach', `open ${path} as who starts it`, why, [copyTree(HOST, path, ROOT, true)], {
      ...directoryHints(root),
      EACCES: `who starts it may not come to ${path}`,
    }),
  ];
}

function directoryRoot(root: Extract<RootSpec, { kind: 'dir' }>, now: Situation): Part {
  const early = opensEarly(root, now);
  // What was copied before init's mounts were cut from the host's has not been cut with them.
  const cut = now.follows || early ? [change(ROOT, { propagation: 'MS_PRIVATE', recursive: true })] : [];
  const open = root.idmap === undefined && !early ? [copyTree(HOST, root.path, ROOT, true)] : [];
  const actions = [...open, ...(root.readOnly ? CLOSE_ALL_BELOW : []), ...cut, attachRoot];
  return part('root', `take ${root.path} as the root file system`, root.why, actions, directoryHints(root));
}

function overlayRoot(root: Extract<RootSpec, { kind: 'overlay' }>, host: HostFacts, { own }: Situation): Part {
  const workDirectory: SysCall = { sys: 'mkdirat', args: [HOST, { text: root.work }, 0o700], tolerate: ['EEXIST'] };
  const actions = [...coverLayers(root), workDirectory, ...newFileSystem('overlay', ROOT, [], overlayOptions(root, host, own.has('user'))), attachRoot];
  const hints: Hints = {
    ...FILE_SYSTEM_HINTS,
    ENOENT: 'one of the directories of the overlay does not exist',
    EINVAL: 'the upper and the work directory must lie on one file system, which must not itself be an overlay or a network one',
    EBUSY: 'the upper or the work directory is in use by another overlay',
    EACCES: "the container's root may not write to the upper or the work directory",
  };
  return part('root', `take ${root.upper} over ${root.lower.join(' over ')} as the root file system`, root.why, actions, hints);
}

/** The root file system, attached, in slot `root`. Not for the embedded default: host-view.ts. */
export function givenRoot(root: Exclude<RootSpec, { kind: 'host' }>, host: HostFacts, now: Situation): Part {
  const made = root.kind === 'dir' ? directoryRoot(root, now) : overlayRoot(root, host, now);
  return making(made, {
    target: '/',
    type: root.kind === 'overlay' ? 'overlay' : null,
    flags: root.readOnly ? ['MOUNT_ATTR_RDONLY'] : [],
    ...(root.kind === 'dir' && root.idmap !== undefined ? { idmapped: true } : {}),
    optional: false,
  });
}

/** Takes writing away from the root, once all is made that others are mounted on. */
export function sealRoot(spec: ContainerSpec): readonly Part[] {
  const { root } = spec;
  if (root.kind !== 'host' && !root.readOnly) return [];
  return [part('seal-mounts', 'make the root file system read-only', root.why, [change(ROOT, { set: ['MOUNT_ATTR_RDONLY'] })])];
}
