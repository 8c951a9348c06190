// lxc.proc.FILE: written by the monitor to init's own directory of the host's /proc (proc(5)).

import type { Check } from '../../model/control.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { ContainerSpec, NamedValue } from '../../model/spec.ts';
import type { MonitorStep } from '../../model/step.ts';
import { type NamePath, namePath } from './names.ts';

/** Files by which a container's confinement is made: other settings write them, and only those. */
const OTHERS_BUSINESS = new Map([
  ['uid_map', 'it is written from lxc.idmap'],
  ['gid_map', 'it is written from lxc.idmap'],
  ['setgroups', 'it is written from lxc.idmap'],
  ['mem', "it is the launcher's own memory"],
]);

function pathOf({ name }: NamedValue): NamePath {
  const found = namePath(name);
  const problem = found.path === undefined ? undefined : (OTHERS_BUSINESS.get(found.path) ?? attrProblem(found.path));
  return problem === undefined ? found : { problem };
}

function attrProblem(path: string): string | undefined {
  const [first] = path.split('/');
  if (first === 'attr') return 'security labels are set by lxc.apparmor.profile and lxc.selinux.context';
  return first === 'root' || first === 'cwd' || first === 'fd' ? 'it leads out of the directory' : undefined;
}

function writeStep(path: string, { value, why }: NamedValue): MonitorStep {
  const length = Buffer.byteLength(value);
  const open = [{ slot: 'init.proc' }, { text: path }, { flags: ['O_WRONLY' as const, 'O_CLOEXEC' as const, 'O_NOFOLLOW' as const] }, 0];
  return {
    who: 'monitor',
    phase: 'admit',
    what: `write '${value}' to init's /proc/PID/${path}`,
    why,
    actions: [
      { sys: 'openat', args: open, save: 'proc.file' },
      { sys: 'write', args: [{ slot: 'proc.file' }, { text: value }, length], expect: length },
      { sys: 'close', args: [{ slot: 'proc.file' }] },
    ],
    hints: {
      ENOENT: 'this kernel has no such file',
      EACCES: path === 'oom_score_adj' ? 'a value below the present one needs CAP_SYS_RESOURCE' : 'the caller may not write it',
      EPERM: 'it needs a capability the caller lacks',
      EINVAL: path === 'oom_score_adj' ? 'it takes -1000 to 1000' : 'the kernel does not take this value',
    },
  };
}

/** Findings about every line. */
export function checkProcFiles(spec: ContainerSpec): readonly Diagnostic[] {
  return spec.proc.flatMap((setting) => {
    const { problem } = pathOf(setting);
    return problem === undefined ? [] : [diagnostic('HF362', { key: setting.key, directory: '/proc/PID', reason: problem }, setting.why)];
  });
}

/** One step for each file, in the order of the lines. */
export function procFileSteps(spec: ContainerSpec): readonly MonitorStep[] {
  return spec.proc.flatMap((setting) => {
    const { path } = pathOf(setting);
    return path === undefined ? [] : [writeStep(path, setting)];
  });
}

/** Only oom_score_adj shows what was written as it was written. */
export function procFileChecks(spec: ContainerSpec): readonly Check[] {
  const setting = spec.proc.findLast((one) => pathOf(one).path === 'oom_score_adj');
  if (setting === undefined) return [];
  const text = String(Number(setting.value));
  return [{ what: 'the badness for the out-of-memory killer', why: setting.why, path: '/proc/{pid}/oom_score_adj', expect: { kind: 'equals', text } }];
}
