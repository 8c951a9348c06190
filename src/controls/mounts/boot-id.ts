// A boot id of the container's own (random(4)): init systems tell boots apart by it, and two containers would look like one.

import type { Origin } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import type { Action, Arg } from '../../model/step.ts';
import { attach, change, copyTree, openInside, whereItExists } from './calls.ts';
import { DEV } from './dev.ts';
import { INERT, making, type MountFlag, type Part, part } from './part.ts';
import { PROC } from './proc.ts';

const WHY: Origin = { kind: 'default', text: 'a start of a container is a boot of its own' };
const FLAGS: readonly MountFlag[] = ['MOUNT_ATTR_RDONLY', ...INERT];
const FILE = '.boot-id';
/** 36 characters and a line end. */
const LENGTH = 37;

const slot = (name: string): Arg => ({ slot: name });

/** The kernel draws a new id; it is kept in a file of /dev that has no name any more when the container begins. */
export function bootId(spec: ContainerSpec): readonly Part[] {
  if (spec.mountAuto.proc === null || !spec.dev.autodev.value) return [];
  const text: Arg = { buffer: 'boot-id.text', size: LENGTH + 1 };
  const actions: readonly Action[] = [
    { sys: 'openat', args: [slot(PROC), { text: 'sys/kernel/random/uuid' }, { flags: ['O_RDONLY', 'O_CLOEXEC'] }, 0], save: 'boot-id.source' },
    { sys: 'read', args: [slot('boot-id.source'), text, LENGTH], expect: LENGTH },
    { sys: 'openat', args: [slot(DEV), { text: FILE }, { flags: ['O_WRONLY', 'O_CREAT', 'O_EXCL', 'O_CLOEXEC'] }, 0o444], save: 'boot-id.file' },
    { sys: 'write', args: [slot('boot-id.file'), text, LENGTH], expect: LENGTH },
    copyTree(slot(DEV), FILE, 'boot-id', false),
    change('boot-id', { set: FLAGS }),
    openInside('proc/sys/kernel/random/boot_id', 'boot-id.target'),
    attach('boot-id', 'boot-id.target'),
    { sys: 'unlinkat', args: [slot(DEV), { text: FILE }, 0] },
  ];
  const made = part('seal-mounts', 'give the container a boot id of its own', WHY, whereItExists(actions));
  return [making(made, { target: '/proc/sys/kernel/random/boot_id', type: 'tmpfs', flags: FLAGS, optional: true })];
}
