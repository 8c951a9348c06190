// The root of the embedded default: a view of the host's own userland. Programs and their settings are the host's, read-only;
// every place one writes to is private and empty; nothing else of the host is there.

import type { HostFacts, PathFact } from '../../model/host.ts';
import type { Origin } from '../../model/origin.ts';
import type { SysCall } from '../../model/step.ts';
import { attach, change, copyTree, HOST, makeDirectory, newFileSystem, openInside, option, ROOT } from './calls.ts';
import { BIND_HINTS, FILE_SYSTEM_HINTS } from './hints.ts';
import { making, type MountFlag, type Part, part } from './part.ts';
import { attachRoot } from './root.ts';

/** Where distributions keep programs. Since the /usr merge most are links, which are copied as they are. */
const PROGRAMS = ['usr', 'bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'etc'] as const;

/** Private file systems: name and mode. /var gets the directories that programs expect. */
const PRIVATE = [
  { name: 'tmp', mode: '1777' },
  { name: 'run', mode: '0755' },
  { name: 'var', mode: '0755' },
  { name: 'home', mode: '0755' },
  { name: 'root', mode: '0700' },
] as const;
const IN_VAR = [
  ['cache', 0o755],
  ['lib', 0o755],
  ['log', 0o755],
  ['spool', 0o755],
  ['tmp', 0o1777],
] as const;

/** Secrets that only the host's root can read: hidden where root of the container is root of the host. */
const SECRETS = [
  'etc/shadow',
  'etc/shadow-',
  'etc/gshadow',
  'etc/gshadow-',
  'etc/krb5.keytab',
  'etc/sudoers',
  'etc/ssh/ssh_host_rsa_key',
  'etc/ssh/ssh_host_ecdsa_key',
  'etc/ssh/ssh_host_ed25519_key',
  'etc/ssl/private',
  'etc/sudoers.d',
  'etc/wireguard',
  'etc/NetworkManager/system-connections',
  'etc/letsencrypt',
] as const;

const LOCKED: readonly MountFlag[] = ['MOUNT_ATTR_RDONLY', 'MOUNT_ATTR_NOSUID', 'MOUNT_ATTR_NODEV'];
const PRIVATE_FLAGS: readonly MountFlag[] = ['MOUNT_ATTR_NOSUID', 'MOUNT_ATTR_NODEV'];

const PRIVATE_SPACE: Origin = { kind: 'default', text: 'places to write to are private and end with the container' };
const HIDDEN: Origin = { kind: 'default', text: 'root of this container is root of the host, whose secrets are not for it' };

/** Every path of the host that the view depends on. */
export function hostViewPaths(): readonly string[] {
  return [...PROGRAMS, ...SECRETS].map((name) => `/${name}`);
}

function emptyRoot(why: Origin): Part {
  const actions = [...newFileSystem('tmpfs', ROOT, PRIVATE_FLAGS, ['mode=0755', 'size=1m', 'nr_inodes=1024'].map(option)), attachRoot];
  const made = part('root', 'make an empty root file system', why, actions, FILE_SYSTEM_HINTS);
  return making(made, { target: '/', type: 'tmpfs', flags: LOCKED, optional: false });
}

/** A link is copied at run time, with whatever it says then: scratch memory is zeroed, so the text read into it ends. */
function copiedLink(name: string, why: Origin): Part {
  const target = { buffer: `host-link.${name}`, size: 256 };
  const actions: readonly SysCall[] = [
    { sys: 'readlinkat', args: [HOST, { text: `/${name}` }, target, target.size - 1] },
    { sys: 'symlinkat', args: [target, { slot: ROOT }, { text: name }] },
  ];
  return part('root', `copy the link /${name}`, why, actions);
}

function boundDirectory(name: string, why: Origin): Part {
  const tree = `host.${name}`;
  const actions = [
    makeDirectory(ROOT, name),
    copyTree(HOST, `/${name}`, tree, true),
    change(tree, { set: LOCKED, propagation: 'MS_PRIVATE', recursive: true }),
    openInside(name, `${tree}.target`, { directory: true }),
    attach(tree, `${tree}.target`),
  ];
  const made = part('root', `show the host's /${name}, read-only`, why, actions, BIND_HINTS);
  return making(made, { target: `/${name}`, type: null, flags: LOCKED, optional: false });
}

function shown(name: string, fact: PathFact | undefined, why: Origin): readonly Part[] {
  if (fact?.kind === 'link') return [copiedLink(name, why)];
  return fact?.kind === 'dir' ? [boundDirectory(name, why)] : [];
}

function privateSpace({ name, mode }: (typeof PRIVATE)[number]): Part {
  const space = `private.${name}`;
  const actions = [
    makeDirectory(ROOT, name),
    openInside(name, `${space}.target`, { directory: true }),
    ...newFileSystem('tmpfs', space, PRIVATE_FLAGS, [`mode=${mode}`, 'size=25%'].map(option)),
    attach(space, `${space}.target`),
    ...(name === 'var' ? IN_VAR.map(([below, belowMode]) => makeDirectory(space, below, belowMode)) : []),
  ];
  const made = part('root', `make a private /${name}`, PRIVATE_SPACE, actions, FILE_SYSTEM_HINTS);
  return making(made, { target: `/${name}`, type: 'tmpfs', flags: PRIVATE_FLAGS, optional: false });
}

/** A directory is covered by an empty file system, a file by a device that nodev forbids to open (EACCES). */
function hiddenSecret(path: string, fact: PathFact | undefined): readonly Part[] {
  if (fact?.kind !== 'dir' && fact?.kind !== 'file') return [];
  const cover = `hidden.${path}`;
  const target = openInside(path, `${cover}.target`);
  const empty = newFileSystem('tmpfs', cover, [...LOCKED, 'MOUNT_ATTR_NOEXEC'], [option('mode=0'), option('size=4k')]);
  const file = [copyTree(HOST, '/dev/null', cover, false), change(cover, { set: [...LOCKED, 'MOUNT_ATTR_NOEXEC'] })];
  const actions = [...(fact.kind === 'dir' ? empty : file), target, attach(cover, `${cover}.target`)];
  const made = part('root', `hide /${path}`, HIDDEN, actions);
  return [making(made, { target: `/${path}`, type: null, flags: LOCKED, optional: false })];
}

/** The whole view, attached, with its root in slot `root`; sealRoot makes it read-only when everything is in place. */
export function hostView(why: Origin, host: HostFacts, inUserNamespace: boolean): readonly Part[] {
  const secrets = inUserNamespace ? [] : SECRETS.flatMap((path) => hiddenSecret(path, host.paths[`/${path}`]));
  return [emptyRoot(why), ...PROGRAMS.flatMap((name) => shown(name, host.paths[`/${name}`], why)), ...PRIVATE.map(privateSpace), ...secrets];
}
