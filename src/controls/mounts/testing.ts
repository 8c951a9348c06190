// For the tests beside: entries from fstab lines, and plans as short text.

import type { ContainerSpec, MountEntry } from '../../model/spec.ts';
import type { Action, Arg, Step } from '../../model/step.ts';
import { aSpec, line, net, set } from '../namespaces/testing.ts';

/** An entry as the configuration room reads it: LXC's own words are taken out of the options. */
export function entry(fstab: string, n = 9): MountEntry {
  const [source = '', target = '', fstype = '', options = ''] = fstab.split(' ');
  const words = options.split(',');
  const create = words.includes('create=dir') ? 'dir' : words.includes('create=file') ? 'file' : null;
  const own = words.filter((word) => word !== 'optional' && !word.startsWith('create='));
  return { source, target, fstype, options: own, optional: words.includes('optional'), create, why: line(n) };
}

/** What lxc.mount.auto asks for. */
export function auto(
  proc: 'mixed' | 'rw' | null,
  sys: 'mixed' | 'ro' | 'rw' | null,
  cgroup: ContainerSpec['mountAuto']['cgroup'] = null,
): ContainerSpec['mountAuto'] {
  return { proc: proc && set(proc, 3), sys: sys && set(sys, 4), cgroup, shmounts: null };
}

/** A container like those of the busybox template: own network, /proc and /sys, a console and nothing else. */
export function busybox(changes: Partial<ContainerSpec> = {}): ContainerSpec {
  return aSpec({
    root: { kind: 'dir', path: '/srv/web', readOnly: false, why: line(2) },
    mountAuto: auto('mixed', 'ro'),
    dev: { ...aSpec().dev, ptyMax: set(1, 6) },
    network: [net('empty')],
    ...changes,
  });
}

function argument(arg: Arg): string {
  if (typeof arg !== 'object') return String(arg);
  if ('text' in arg) return arg.text === '' ? "''" : arg.text;
  if ('flags' in arg)
    return arg.flags.map((flag) => flag.replace(/^(MOUNT_ATTR|MS|MOVE_MOUNT|OPEN_TREE|FSCONFIG|RESOLVE)_/, '').toLowerCase()).join('|') || '0';
  if ('slot' in arg) return `$${arg.slot}`;
  if ('struct' in arg)
    return Object.entries(arg.fields)
      .map(([name, value]) => `${name}=${argument(value)}`)
      .join(' ');
  return 'buffer' in arg ? `&${arg.buffer}` : '';
}

/** What every call has: left out of the text. */
const CONSTANT = new Set([
  'O_CLOEXEC',
  'OPEN_TREE_CLOEXEC',
  'FSOPEN_CLOEXEC',
  'FSMOUNT_CLOEXEC',
  'MOVE_MOUNT_F_EMPTY_PATH',
  'MOVE_MOUNT_T_EMPTY_PATH',
  'AT_EMPTY_PATH',
  'OPEN_TREE_CLONE',
]);

function shortened(arg: Arg): Arg {
  if (typeof arg === 'object' && 'flags' in arg) return { flags: arg.flags.filter((flag) => !CONSTANT.has(flag)) };
  if (typeof arg === 'object' && 'struct' in arg && arg.struct === 'open_how') return { flags: [] };
  return arg;
}

function actionLine(action: Action): string {
  if ('builtin' in action) return `<${action.builtin}>`;
  if (!('sys' in action)) return '<memory>';
  const given = action.args.filter((arg) => !(typeof arg === 'object' && 'sizeof' in arg)).map((arg) => argument(shortened(arg)));
  const words = given.filter((word) => word !== '0' && word !== "''" && word !== '');
  const skips = action.skipStep ? ` (else skip: ${action.skipStep.join(' ')})` : '';
  return `${action.sys} ${words.join(' ')}${action.save ? ` -> $${action.save}` : ''}${skips}`;
}

/** `phase: what`, the calls indented below, without the flags that all calls of a kind have. */
export function brief(steps: readonly Step[]): readonly string[] {
  return steps.flatMap(({ phase, what, actions }) => [`${phase}: ${what}`, ...actions.map((action) => `  ${actionLine(action)}`)]);
}
