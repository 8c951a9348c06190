// A security label -> the steps that enter it, by init and by all who join later, and what the kernel must say then.

import type { Check } from '../../model/control.ts';
import type { LabelEntry } from '../../model/label.ts';
import type { Action, InitStep, Step } from '../../model/step.ts';
import { PROC, writeAttribute } from './attribute.ts';
import { keyringSteps } from './keyring.ts';

const HINTS: Readonly<Record<LabelEntry['module'], NonNullable<InitStep['hints']>>> = {
  AppArmor: {
    ENOENT: "no such profile is loaded: see 'holdfast apparmor check', and load it with apparmor_parser -r FILE",
    EACCES: "the caller's own profile does not let it change to this one (change_profile rule)",
    EPERM: 'the caller is confined and under no_new_privs: it may only go into profiles within its own',
    EINVAL: 'AppArmor is not at work in this kernel, or takes no such name',
  },
  SELinux: {
    EINVAL: 'the loaded policy knows no such context, or SELinux is not at work',
    EACCES: "the policy does not let the caller's domain set it (process: setexec, setcurrent, dyntransition)",
    EPERM: 'the policy does not let this process change its context',
  },
};

/** What the monitor does for `entries`, and init; to be put in front of the step that makes the session keyring. Nothing for none. */
export function labelSteps(entries: readonly LabelEntry[]): readonly Step[] {
  const [first] = entries;
  if (first === undefined) return [];
  return [
    {
      who: 'monitor',
      phase: 'open',
      what: 'open /proc, through which the security label is set',
      why: first.why,
      actions: [{ sys: 'openat', args: [{ flags: ['AT_FDCWD'] }, { text: '/proc' }, { flags: ['O_PATH', 'O_DIRECTORY', 'O_CLOEXEC'] }, 0], save: PROC.slot }],
    },
    ...entries.flatMap(keyringSteps),
    ...entries.flatMap(({ module, name, why, exec }): readonly Step[] =>
      exec === null
        ? []
        : [
            {
              who: 'init',
              phase: 'label',
              what: `become ${name} of ${module} at the exec`,
              why,
              actions: writeAttribute(exec, `label.${module}.exec`),
              hints: HINTS[module],
            },
          ],
    ),
  ];
}

/** What the minimal PID 1 does: it executes nothing, so its label changes at once, or not at all. */
export function reaperLabel(entries: readonly LabelEntry[]): { readonly actions: readonly Action[]; readonly hints: NonNullable<InitStep['hints']> } {
  const changing = entries.flatMap(({ module, current }) => (current === null ? [] : [{ module, current }]));
  return {
    actions: changing.flatMap(({ module, current }) => writeAttribute(current, `label.${module}.current`)),
    hints: Object.assign({}, ...changing.map(({ module }) => HINTS[module])) as NonNullable<InitStep['hints']>,
  };
}

/** From outside: of PID 1, and of the program, which may be another process. */
export function labelChecks(entries: readonly LabelEntry[]): readonly Check[] {
  return entries.flatMap(({ module, why, exec, current }) => {
    if (exec === null) return [];
    const folder = exec.file.includes('/') ? exec.file.replace(/[^/]*$/, '') : '';
    const check = (who: string, pid: string, reads: string): Check => ({
      what: `the ${module} label of ${who}`,
      why,
      path: `/proc/${pid}/attr/${folder}current`,
      expect: { kind: 'equals', text: reads.replace(/[\0\n]+$/, '') },
    });
    return [check('the program', '{program}', exec.reads), ...(current === null ? [] : [check('PID 1', '{pid}', current.reads)])];
  });
}
