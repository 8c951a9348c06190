// New file systems with the SELinux label of the container's files (mount(8), context=): whatever is made in them has it, from the first
// moment on. Those that hold files of the container's own take one, also from a user namespace (security/selinux/hooks.c,
// selinux_set_mnt_opts); proc, sysfs, mqueue and control groups keep what the policy says of them.

import type { Action, Slot, SysCall } from '../../model/step.ts';
import type { Part } from './part.ts';

const LABELLED: ReadonlySet<string> = new Set(['tmpfs', 'ramfs', 'devpts', 'overlay']);
/** The user's own word for it comes first: context=, fscontext=, defcontext=, rootcontext=. */
const OWN = /^(fs|def|root)?context$/;

/** The same part, its new file systems labelled. */
export function labelled(made: Part, context: string): Part {
  const { actions, hints } = made.step;
  const found = actions.flatMap((action) => {
    const slot = newLabelled(action);
    return slot === null || actions.some((other) => says(other, slot)) ? [action] : [action, label(slot, context)];
  });
  if (found.length === actions.length) return made;
  const refused = `the SELinux policy does not let the caller label a file system ${context} (filesystem: relabelfrom, relabelto)`;
  return { ...made, step: { ...made.step, actions: found, hints: { EACCES: refused, ...hints } } };
}

function newLabelled(action: Action): Slot | null {
  if (!('sys' in action) || action.sys !== 'fsopen') return null;
  const [type] = action.args;
  return typeof type === 'object' && 'text' in type && LABELLED.has(type.text) ? (action.save ?? null) : null;
}

function says(action: Action, context: Slot): boolean {
  if (!('sys' in action) || action.sys !== 'fsconfig') return false;
  const [at, , key] = action.args;
  return typeof at === 'object' && 'slot' in at && at.slot === context && typeof key === 'object' && 'text' in key && OWN.test(key.text);
}

function label(slot: Slot, context: string): SysCall {
  return { sys: 'fsconfig', args: [{ slot }, { flags: ['FSCONFIG_SET_STRING'] }, { text: 'context' }, { text: context }, 0], explain: slot };
}
