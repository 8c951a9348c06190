// Mounts with an id map of their own (mount_setattr(2), MOUNT_ATTR_IDMAP): the files of a root file system belong to the ids inside, as
// they are written down, although the container has other ids outside.
//
// Only who is root over the file system may make one, so the monitor does: it opens the tree before the clone (init then has the
// descriptor, too), and maps it by init's user namespace once that has its own map. Init attaches it.

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec, MountIdmap, RootSpec } from '../../model/spec.ts';
import type { Arg, MonitorStep, Slot, SysCall } from '../../model/step.ts';
import { effectiveIdmap } from '../idmap/effective.ts';
import { isPrivileged } from '../namespaces/privilege.ts';
import { attachOver, close, copyTree, HOST, ROOT } from './calls.ts';
import type { ReadEntry } from './entries.ts';
import { BIND_HINTS } from './hints.ts';

export interface MappedTree {
  /** Path of the host. */
  readonly path: string;
  readonly slot: Slot;
  readonly recursive: boolean;
  readonly idmap: MountIdmap;
}

const parentOf = (path: string): string => path.replace(/\/[^/]*\/*$/, '') || '/';

/** Directories of an overlay that get the map: the one that holds upper and work, which must be on one mount, and every lower one. */
function layers(root: Extract<RootSpec, { kind: 'overlay' }>, idmap: MountIdmap): readonly MappedTree[] {
  const paths = [...new Set([parentOf(root.upper), ...root.lower])];
  // One that holds another is attached first, or it would cover it.
  return paths.toSorted((a, b) => a.length - b.length).map((path, index) => ({ path, slot: `layer.${index}`, recursive: false, idmap }));
}

export function mappedRoot(root: RootSpec): readonly MappedTree[] {
  if (root.kind === 'host' || root.idmap === undefined) return [];
  return root.kind === 'dir' ? [{ path: root.path, slot: ROOT, recursive: true, idmap: root.idmap }] : layers(root, root.idmap);
}

export function mappedEntries(entries: readonly ReadEntry[]): readonly MappedTree[] {
  return entries.flatMap(({ entry, options }, index) =>
    entry.idmap === undefined ? [] : [{ path: entry.source, slot: `entry.${index}`, recursive: options.bind === 'recursive', idmap: entry.idmap }],
  );
}

/** Init's calls that put the layers of an overlay over the directories they are made from: in its own mount namespace, seen by nobody else. */
export function coverLayers(root: Extract<RootSpec, { kind: 'overlay' }>): readonly SysCall[] {
  return mappedRoot(root).map(({ slot, path }) => attachOver(slot, path));
}

/** The monitor's steps. */
export function mapSteps(trees: readonly MappedTree[]): readonly MonitorStep[] {
  const opened = trees.map(
    ({ path, slot, recursive, idmap }): MonitorStep => ({
      who: 'monitor',
      phase: 'open',
      what: `open ${path}, to be mounted with an id map of its own`,
      why: idmap.why,
      actions: [copyTree(HOST, path, slot, recursive)],
      hints: { ...BIND_HINTS, EINVAL: `${path} is unbindable, or on no mount of this mount namespace`, EPERM: 'it takes CAP_SYS_ADMIN' },
    }),
  );
  const closed: readonly MonitorStep[] =
    trees.length === 0
      ? []
      : [
          {
            who: 'monitor',
            phase: 'release',
            what: 'leave the trees with an id map to init',
            why: { kind: 'law', text: 'nothing left' },
            actions: close(...trees.map(({ slot }) => slot)),
          },
        ];
  return [...opened, ...trees.map(mapStep), ...closed];
}

function mapStep({ path, slot, recursive, idmap }: MappedTree): MonitorStep {
  const users = `${slot}.users`;
  const flags = { flags: ['O_RDONLY', 'O_CLOEXEC'] } as const;
  const { value } = idmap;
  const from: readonly Arg[] = value.of === 'container' ? [{ slot: 'init.proc' }, { text: 'ns/user' }] : [HOST, { text: value.path }];
  return {
    who: 'monitor',
    phase: 'map',
    what: `give ${path} ${value.of === 'container' ? "the container's id map" : `the id map of ${value.path}`}`,
    why: idmap.why,
    actions: [
      { sys: 'openat', args: [...from, flags, 0], save: users },
      {
        sys: 'mount_setattr',
        args: [
          { slot },
          { text: '' },
          { flags: ['AT_EMPTY_PATH', ...(recursive ? (['AT_RECURSIVE'] as const) : [])] },
          { struct: 'mount_attr', fields: { attr_set: { flags: ['MOUNT_ATTR_IDMAP'] }, userns_fd: { slot: users } } },
          { sizeof: 'mount_attr' },
        ],
      },
      ...close(users),
    ],
    hints: {
      EINVAL: `the file system of ${path}, or of what is mounted below it, takes no id maps; without: holdfast ids shift gives its files to the container`,
      EPERM: `${path} is mounted with an id map already, or the map is the host's own, or CAP_SYS_ADMIN is missing`,
      ENOENT: 'there is no such user namespace',
      EBADF: 'it is no user namespace',
    },
  };
}

/** Since which kernel mounts of a file system take id maps (mount_setattr(2)); null: none does. What is not here is tried. */
const TAKES: Readonly<Record<string, readonly [major: number, minor: number] | null>> = {
  btrfs: [5, 15],
  ntfs3: [5, 15],
  f2fs: [5, 18],
  erofs: [5, 19],
  squashfs: [6, 2],
  tmpfs: [6, 3],
  ceph: [6, 7],
  nfs: null,
  nfs4: null,
  cifs: null,
  smb3: null,
  '9p': null,
  overlay: null,
  ramfs: null,
  proc: null,
  sysfs: null,
};

/** Do mounts of this file system take id maps here? What is not known is tried. */
export function takesIdMaps(filesystem: string, { major, minor }: Pick<HostFacts['kernel'], 'major' | 'minor'>): boolean {
  const since = TAKES[filesystem];
  return since === undefined || (since !== null && (major > since[0] || (major === since[0] && minor >= since[1])));
}

/** What can be known to be wrong before anything is done. */
export function mappedFindings(trees: readonly MappedTree[], spec: ContainerSpec, host: HostFacts): readonly Diagnostic[] {
  return trees.flatMap(({ path, idmap }): readonly Diagnostic[] => {
    if (idmap.value.of === 'container' && effectiveIdmap(spec, host) === null) return [diagnostic('HF392', {}, idmap.why)];
    if (!isPrivileged(host)) return [diagnostic('HF391', { user: host.userName, path, name: spec.name }, idmap.why)];
    const fact = host.paths[path];
    const filesystem = fact !== undefined && 'filesystem' in fact ? fact.filesystem : undefined;
    const since = filesystem === undefined ? undefined : TAKES[filesystem];
    if (filesystem === undefined || since === undefined || takesIdMaps(filesystem, host.kernel)) return [];
    const when = since === null ? 'no kernel does that' : `Linux ${since.join('.')} and later do that`;
    return [diagnostic('HF393', { path, filesystem, when, name: spec.name }, idmap.why)];
  });
}
