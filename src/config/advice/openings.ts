// What else opens the container: writable proc and sys, namespaces of the host, no filter, mounts in AppArmor rules, hooks.

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
    ...rawRules(settings),
    ...hooks(settings),
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
  if (namespaces === null || namespaces.mode !== 'keep') return [];
  const names = mapped ? namespaces.names.filter((name) => name === 'pid' || name === 'net') : namespaces.names;
  return names.flatMap((namespace) => {
    const gain = SHARED[namespace];
    return gain === undefined ? [] : [diagnostic('HF613', { namespace, gain, key: 'lxc.namespace.keep' }, namespaces.why)];
  });
}

function noFilter({ root }: ContainerSpec): readonly Diagnostic[] {
  return root.kind === 'host' ? [] : [diagnostic('HF614', {}, root.why)];
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

function hooks(settings: readonly ConfigSetting[]): readonly Diagnostic[] {
  return settings.flatMap(({ entry, key, text, parsed, why }) => {
    const runs =
      (/^lxc\.hook\.(pre-start|start-host|stop|post-stop|clone|destroy)$/.test(entry.name) || entry.name.startsWith('lxc.net.N.script.')) &&
      parsed.kind !== 'empty';
    return runs ? [diagnostic('HF616', { key, command: text }, why)] : [];
  });
}
