// lxc.sysctl.KEY: written by init in its own namespaces, before it loses any right (sysctl(2), proc(5)).

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec, NamedValue } from '../../model/spec.ts';
import type { InitStep, Slot } from '../../model/step.ts';
import { newNamespaces } from '../namespaces/new.ts';
import { namePath } from './names.ts';
import { namespaceOf } from './namespaced.ts';

/** The proc file system that the mounts control makes when lxc.mount.auto asks for one, before it is made read-only. */
const MOUNTED_PROC: Slot = 'proc';
/** Ours where the container gets none: never attached anywhere, gone at execve. */
const OWN_PROC: Slot = 'sysctl.proc';

function judge(setting: NamedValue, spec: ContainerSpec, host: HostFacts): Diagnostic | { readonly path: string } {
  const { path, problem } = namePath(setting.name);
  const { key, why } = setting;
  if (problem !== undefined) return diagnostic('HF362', { key, directory: '/proc/sys', reason: problem }, why);
  const namespace = namespaceOf(path, host);
  if (namespace === null) {
    return diagnostic('HF363', { key, reason: `${path} belongs to no namespace`, remedy: 'set it on the host (sysctl.d(5)), and remove the line' }, why);
  }
  if (newNamespaces(spec, host).includes(namespace)) return { path };
  const reason = `${path} belongs to the ${namespace} namespace, and this container has none of its own`;
  return diagnostic('HF363', { key, reason, remedy: `give it a ${namespace} namespace, or remove the line` }, why);
}

/** An instance of proc for init's PID namespace, without a place in the tree (fsopen(2), fsmount(2)). */
function procStep(why: InitStep['why']): InitStep {
  return {
    who: 'init',
    phase: 'sysctl',
    what: 'open a proc file system for the sysctls, which nobody else sees',
    why,
    actions: [
      { sys: 'fsopen', args: [{ text: 'proc' }, { flags: ['FSOPEN_CLOEXEC'] }], save: 'sysctl.context' },
      { sys: 'fsconfig', args: [{ slot: 'sysctl.context' }, { flags: ['FSCONFIG_CMD_CREATE'] }, 0, 0, 0], explain: 'sysctl.context' },
      {
        sys: 'fsmount',
        args: [{ slot: 'sysctl.context' }, { flags: ['FSMOUNT_CLOEXEC'] }, { flags: ['MOUNT_ATTR_NOSUID', 'MOUNT_ATTR_NODEV', 'MOUNT_ATTR_NOEXEC'] }],
        save: OWN_PROC,
        explain: 'sysctl.context',
      },
      { sys: 'close', args: [{ slot: 'sysctl.context' }] },
    ],
    hints: { EPERM: "proc needs a PID namespace of the container's own, and a host's /proc that nothing covers (as in Docker)" },
  };
}

function writeStep(path: string, { value, key, why }: NamedValue, proc: Slot): InitStep {
  const open = [{ slot: proc }, { text: `sys/${path}` }, { flags: ['O_WRONLY' as const, 'O_CLOEXEC' as const] }, 0];
  const length = Buffer.byteLength(value);
  return {
    who: 'init',
    phase: 'sysctl',
    what: `write '${value}' to /proc/sys/${path}`,
    why,
    actions: [
      { sys: 'openat', args: open, save: 'sysctl.file' },
      { sys: 'write', args: [{ slot: 'sysctl.file' }, { text: value }, length], expect: length },
      { sys: 'close', args: [{ slot: 'sysctl.file' }] },
    ],
    hints: {
      ENOENT: `this kernel has no such sysctl, or shows it to the host only (${key})`,
      EACCES: 'it is read-only, or root of a user namespace may not write it on this kernel',
      EPERM: 'it needs a capability over its namespace',
      EINVAL: 'the kernel does not take this value',
      ERANGE: 'the value is outside the range the kernel takes',
    },
  };
}

/** Findings about every line. */
export function checkSysctls(spec: ContainerSpec, host: HostFacts): readonly Diagnostic[] {
  return spec.sysctls.flatMap((setting) => {
    const found = judge(setting, spec, host);
    return 'code' in found ? [found] : [];
  });
}

/** holdfast.userns.max, in a container with a user namespace of its own (controls/userns says what else holds it). */
function ownSysctls(spec: ContainerSpec, host: HostFacts): readonly NamedValue[] {
  const { usernsMax } = spec;
  if (usernsMax === undefined || !newNamespaces(spec, host).includes('user')) return [];
  return [{ name: 'user.max_user_namespaces', value: String(usernsMax.value), key: 'holdfast.userns.max', why: usernsMax.why }];
}

/** One step for each sysctl that can be set, in the order of the lines. */
export function sysctlSteps(spec: ContainerSpec, host: HostFacts): readonly InitStep[] {
  const proc = spec.mountAuto.proc === null ? OWN_PROC : MOUNTED_PROC;
  const writes = [...spec.sysctls, ...ownSysctls(spec, host)].flatMap((setting) => {
    const found = judge(setting, spec, host);
    return 'code' in found ? [] : [writeStep(found.path, setting, proc)];
  });
  const [first] = writes;
  if (first === undefined || proc === MOUNTED_PROC) return writes;
  return [procStep(first.why), ...writes];
}
