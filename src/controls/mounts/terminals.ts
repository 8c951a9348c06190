// Terminals: a devpts of the container's own (Documentation/filesystems/devpts.rst), /dev/ptmx, the console, the ttys.

import type { Origin } from '../../model/origin.ts';
import type { ContainerSpec, DevSpec } from '../../model/spec.ts';
import type { Action, Slot } from '../../model/step.ts';
import { attach, copyTree, makeDirectory, makeFile, makeLink, newFileSystem, openInside, option } from './calls.ts';
import { DEV } from './dev.ts';
import { FILE_SYSTEM_HINTS, FIXED_TARGET_HINTS } from './hints.ts';
import { type Hints, making, type MountFlag, type Part, part } from './part.ts';
import { type Situation, TTY_GROUP } from './situation.ts';

/** The devpts: `ptmx` in it makes the container's terminals. */
export const DEVPTS: Slot = 'devpts';
/** The directory the ttys live in. */
const TTY_DIRECTORY: Slot = 'tty.directory';
const DEVPTS_FLAGS: readonly MountFlag[] = ['MOUNT_ATTR_NOSUID', 'MOUNT_ATTR_NOEXEC'];

/** A new /dev is empty and ours: what can go wrong with a name in it goes wrong only in a root file system's own. */
const ownDevHints = (spec: ContainerSpec): Hints => (spec.dev.autodev.value ? {} : FIXED_TARGET_HINTS);

/** How many terminals Holdfast itself takes from the devpts. They are the first: console 0, then the ttys. */
function taken(dev: DevSpec): { readonly console: number; readonly ttys: number } {
  return { console: dev.console.value.kind === 'pty' ? 1 : 0, ttys: dev.ttys.value };
}

/** Where the ttys' terminals are, as container_ttys in init's environment names them: `pts/1 pts/2`. */
export function containerTtys(spec: ContainerSpec): string {
  const { console, ttys } = taken(spec.dev);
  return Array.from({ length: ttys }, (_, index) => `pts/${console + index}`).join(' ');
}

function terminalFileSystem(spec: ContainerSpec, now: Situation): Part {
  const { ptyMax } = spec.dev;
  const { console, ttys } = taken(spec.dev);
  const group = now.hasTtyGroup ? [option(`gid=${TTY_GROUP}`)] : [];
  const options = [
    option('source=devpts'),
    option('newinstance'),
    ...group,
    ...['ptmxmode=0666', 'mode=0620', `max=${ptyMax.value + ttys + console}`].map(option),
  ];
  const actions = [
    makeDirectory(DEV, 'pts'),
    openInside('dev/pts', 'devpts.target', { directory: true }),
    ...newFileSystem('devpts', DEVPTS, DEVPTS_FLAGS, options),
    attach(DEVPTS, 'devpts.target'),
  ];
  const made = part('nodes', 'mount a devpts of its own on /dev/pts', ptyMax.why, actions, { ...FILE_SYSTEM_HINTS, ...ownDevHints(spec) });
  return making(made, { target: '/dev/pts', type: 'devpts', flags: DEVPTS_FLAGS, optional: false });
}

/** A mount over /dev/ptmx and not a link: a policy by path sees the same device as under LXC. */
function multiplexer(spec: ContainerSpec): Part {
  const { autodev, ptyMax } = spec.dev;
  const remove: Action = { sys: 'unlinkat', args: [{ slot: DEV }, { text: 'ptmx' }, 0], tolerate: ['ENOENT'] };
  const actions = [
    ...(autodev.value ? [] : [remove]),
    makeFile(DEV, 'ptmx'),
    openInside('dev/ptmx', 'ptmx.target'),
    copyTree({ slot: DEVPTS }, 'ptmx', 'ptmx', false),
    attach('ptmx', 'ptmx.target'),
  ];
  const made = part('nodes', 'bind /dev/pts/ptmx on /dev/ptmx', ptyMax.why, actions, ownDevHints(spec));
  return making(made, { target: '/dev/ptmx', type: 'devpts', flags: DEVPTS_FLAGS, optional: false });
}

function ttyDirectory(directory: string, why: Origin, hints: Hints): Part {
  const actions = [makeDirectory(DEV, directory), openInside(`dev/${directory}`, TTY_DIRECTORY, { directory: true })];
  return part('nodes', `make /dev/${directory} for the terminals`, why, actions, hints);
}

function console(spec: ContainerSpec): Part {
  const { ttyDir, console: asked } = spec.dev;
  const again = `dev/${ttyDir.value}/console`;
  const second: readonly Action[] =
    ttyDir.value === ''
      ? []
      : [
          makeFile(TTY_DIRECTORY, 'console'),
          openInside(again, 'console.second'),
          openInside('dev/console', 'console.attached'),
          copyTree({ slot: 'console.attached' }, '', 'console.copy', false),
          attach('console.copy', 'console.second'),
        ];
  const actions = [makeFile(DEV, 'console'), openInside('dev/console', 'console.target'), { builtin: 'console' as const }, ...second];
  const made = part('nodes', 'connect /dev/console to the monitor', asked.why, actions, ownDevHints(spec));
  const places = ttyDir.value === '' ? ['/dev/console'] : ['/dev/console', `/${again}`];
  return making(made, ...places.map((target) => ({ target, type: 'devpts', flags: [], optional: false })));
}

/** tty1, tty2, ...: each a terminal bound in /dev, or in its directory with a link to it from /dev. */
function tty(spec: ContainerSpec, number: number): Part {
  const { ttyDir, ttys } = spec.dev;
  const name = `tty${number}`;
  const below = ttyDir.value === '' ? name : `${ttyDir.value}/${name}`;
  const target = `${name}.target`;
  const links: readonly Action[] =
    ttyDir.value === '' ? [] : [{ sys: 'unlinkat', args: [{ slot: DEV }, { text: name }, 0], tolerate: ['ENOENT'] }, makeLink(below, DEV, name)];
  const actions = [
    makeFile(ttyDir.value === '' ? DEV : TTY_DIRECTORY, name),
    openInside(`dev/${below}`, target),
    { builtin: 'tty' as const, target },
    ...links,
  ];
  const made = part('nodes', `put a terminal on /dev/${below}`, ttys.why, actions, ownDevHints(spec));
  return making(made, { target: `/dev/${below}`, type: 'devpts', flags: [], optional: false });
}

/** Everything with terminals; nothing when neither pseudo-terminals nor ttys nor a console are wanted. */
export function terminals(spec: ContainerSpec, now: Situation): readonly Part[] {
  const { ptyMax, ttyDir, ttys } = spec.dev;
  const { console: own } = taken(spec.dev);
  if (ptyMax.value + ttys.value + own === 0) return [];
  return [
    terminalFileSystem(spec, now),
    ...(ptyMax.value > 0 ? [multiplexer(spec)] : []),
    ...(ttyDir.value !== '' && ttys.value + own > 0 ? [ttyDirectory(ttyDir.value, ttyDir.why, ownDevHints(spec))] : []),
    ...(own > 0 ? [console(spec)] : []),
    ...Array.from({ length: ttys.value }, (_, index) => tty(spec, index + 1)),
  ];
}
