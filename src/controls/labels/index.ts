// A security label -> the calls that enter it: proc_pid_attr(5). The task itself writes, and the kernel (since 5.13) refuses a descriptor
// that was opened under other credentials or by another program, so each write opens its own. It goes through the host's /proc, which
// the monitor opens before anything is mounted: the container may have none, or one of its own making.

import type { Check } from '../../model/control.ts';
import type { LabelEntry, LabelWrite } from '../../model/label.ts';
import type { Action, InitStep, Step } from '../../model/step.ts';

const PROC = { slot: 'label.proc' } as const;
const WORD = 8;

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

/** What the monitor does for `entries`, and init at `phase` label. Nothing for none. */
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
    ...entries.map(
      ({ module, name, why, exec }): Step => ({
        who: 'init',
        phase: 'label',
        what: `become ${name} of ${module} at the exec`,
        why,
        actions: writeLabel(exec, `label.${module}.exec`),
        hints: HINTS[module],
      }),
    ),
  ];
}

/** What the minimal PID 1 does: it executes nothing, so its label changes at once, or not at all. */
export function reaperLabel(entries: readonly LabelEntry[]): { readonly actions: readonly Action[]; readonly hints: NonNullable<InitStep['hints']> } {
  const changing = entries.flatMap(({ module, current }) => (current === null ? [] : [{ module, current }]));
  return {
    actions: changing.flatMap(({ module, current }) => writeLabel(current, `label.${module}.current`)),
    hints: Object.assign({}, ...changing.map(({ module }) => HINTS[module])) as NonNullable<InitStep['hints']>,
  };
}

/** From outside: of PID 1, and of the program, which may be another process. */
export function labelChecks(entries: readonly LabelEntry[]): readonly Check[] {
  return entries.flatMap(({ module, why, exec, current }) => {
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

/** Opens, writes, reads back through the same descriptor, and compares every byte. */
function writeLabel({ file, text, reads }: LabelWrite, buffer: string): readonly Action[] {
  const slot = { slot: 'label.file' } as const;
  const bytes = Buffer.from(reads);
  // A longer answer would fill more, so its length alone tells it.
  const size = (Math.floor(bytes.length / WORD) + 1) * WORD;
  const padded = Buffer.concat([bytes, Buffer.alloc(size - bytes.length)]);
  const compared = Array.from(
    { length: Math.ceil(bytes.length / WORD) },
    (_, index): Action => ({
      compare: buffer,
      offset: index * WORD,
      width: WORD,
      value: padded.readBigUInt64LE(index * WORD),
      what: `bytes ${index * WORD} to ${Math.min((index + 1) * WORD, bytes.length) - 1} of the label are ${JSON.stringify(bytes.toString('latin1', index * WORD, (index + 1) * WORD))}`,
    }),
  );
  return [
    { sys: 'openat', args: [PROC, { text: `self/attr/${file}` }, { flags: ['O_RDWR', 'O_CLOEXEC'] }, 0], save: slot.slot },
    { sys: 'write', args: [slot, { text }, Buffer.byteLength(text)], expect: Buffer.byteLength(text) },
    { sys: 'read', args: [slot, { buffer, size }, size], expect: bytes.length },
    ...compared,
    { sys: 'close', args: [slot] },
  ];
}
