// What else opens the container: writable proc and sys, namespaces of the host, no filter, no label, mounts in AppArmor rules.

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { ContainerSpec, Namespace } from '../../model/spec.ts';
import { allOf, type ConfigSetting } from '../setting.ts';

const RW: Readonly<Record<'proc' | 'sys', { readonly what: string; readonly gain: string; readonly remedy: string }>> = {
  proc: {
    what: 'all of /proc',
    gain: 'without an id map its root changes settings of the whole machine, names the program that the kernel runs for a core dump (core_pattern), and restarts it (sysrq-trigger)',
    remedy: 'proc:mixed keeps /proc/sys and sysrq-trigger read-only',
  },
  sys: {
    what: 'all of /sys',
    gain: 'without an id map its root sets up devices, and can have the kernel run a program on the host (uevent_helper)',
    remedy: 'sys:mixed keeps all but its own network devices read-only',
  },
};

const SHARED: Readonly<Partial<Record<Namespace, string>>> = {
  pid: "it sees, signals and traces the host's processes",
  net: "it listens and speaks as the host, changes its interfaces and firewall, and reaches the host's abstract sockets",
  ipc: "it reads and writes the host's shared memory and message queues",
  uts: 'with sys_admin it renames the host',
  cgroup: "it sees where its groups lie among the host's, which helps to find a way out",
};

/** With an id map the kernel itself refuses most of this. */
export function openings(spec: ContainerSpec, settings: readonly ConfigSetting[]): readonly Diagnostic[] {
  const mapped = spec.idmap.length > 0;
  return [
    ...(mapped ? [] : writable(spec)),
    ...shared(spec, mapped),
    ...(mapped || spec.seccomp !== null ? [] : noFilter(spec)),
    ...(mapped ? [] : unlabelled(settings)),
    ...rawRules(settings),
  ];
}

function writable({ mountAuto }: ContainerSpec): readonly Diagnostic[] {
  return (['proc', 'sys'] as const).flatMap((about) => {
    const found = mountAuto[about];
    if (found?.value !== 'rw') return [];
    const { what, gain, remedy } = RW[about];
    return [diagnostic('HF612', { word: `${about}:rw`, what, gain, remedy }, found.why)];
  });
}

function shared({ namespaces }: ContainerSpec, mapped: boolean): readonly Diagnostic[] {
  if (namespaces === null) return [];
  const { mode, names, why } = namespaces;
  const key = `lxc.namespace.${mode}`;
  return (Object.keys(SHARED) as Namespace[]).flatMap((namespace) => {
    const gain = SHARED[namespace];
    const stays = names.includes(namespace) === (mode === 'keep');
    if (!stays || gain === undefined || (mapped && namespace !== 'pid' && namespace !== 'net')) return [];
    const remedy = mode === 'keep' ? `remove ${namespace} from ${key}` : `add ${namespace} to ${key}`;
    return [diagnostic('HF613', { namespace, gain, key, remedy }, why)];
  });
}

function noFilter({ root }: ContainerSpec): readonly Diagnostic[] {
  return root.kind === 'host' ? [] : [diagnostic('HF614', {}, root.why)];
}

/** Words that ask for no label, and what a container whose root is the host's then may. */
const UNLABELLED: Readonly<Record<string, { readonly value: string; readonly gain: string; readonly remedy: string }>> = {
  'lxc.apparmor.profile': {
    value: 'unconfined',
    gain: 'nothing of AppArmor keeps its root from mounting file systems and from writing below /proc/sys and /sys',
    remedy: 'lxc.apparmor.profile = generated, or a profile of your own',
  },
  'lxc.selinux.context': {
    value: 'unconfined_t',
    gain: "nothing of SELinux keeps its root from the host's files and processes",
    remedy: 'write a context of the policy, e.g. system_u:system_r:lxc_t:s0:c1,c2',
  },
};

function unlabelled(settings: readonly ConfigSetting[]): readonly Diagnostic[] {
  return settings.flatMap(({ key, text, why }) => {
    const word = UNLABELLED[key];
    return word === undefined || word.value !== text ? [] : [diagnostic('HF617', { key, value: text, gain: word.gain, remedy: word.remedy }, why)];
  });
}

/** Rules of AppArmor's language (apparmor.d(5)) that take away what a profile is for. */
const RAW: readonly (readonly [RegExp, string])[] = [
  [/^\s*mount\s*,/, 'allows every mount: from it other rules about paths can be got around'],
  [/^\s*umount\s*,/, 'allows to take mounts away that hide files'],
  [/^\s*(ptrace|signal|unix|dbus|capability|network)\s*,/, 'allows all of its kind, towards the host too'],
  [/^\s*(file\s*,|\/\*\*\s+\w*[wx])/, 'allows every file'],
];

function rawRules(settings: readonly ConfigSetting[]): readonly Diagnostic[] {
  return allOf(settings, 'lxc.apparmor.raw', 'text').flatMap(({ parsed, why }) => {
    const [, gain] = RAW.find(([pattern]) => pattern.test(parsed.value)) ?? [];
    return gain === undefined ? [] : [diagnostic('HF615', { rule: parsed.value.trim(), gain }, why)];
  });
}
