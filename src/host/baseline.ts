// Is this a machine Holdfast runs on at all? Asked before anything else, so that a refusal names the reason.

import { diagnostic, type Diagnostic } from '../model/diagnostic.ts';
import type { HostFacts } from '../model/host.ts';
import type { Machine } from './machine.ts';

/** clone3 with CLONE_INTO_CGROUP (5.7), openat2 (5.6), mount_setattr (5.12), MOUNT_ATTR_NOSYMFOLLOW and fd-only mounts as used here (5.14). */
const OLDEST = { major: 5, minor: 14 } as const;

/** Null when it will do. */
export function baseline(machine: Machine): Diagnostic | null {
  const { major, minor, release } = kernelVersion(machine.ids.release);
  if (architecture(machine) === null) return diagnostic('HF501', { arch: machine.ids.arch });
  if (major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor)) {
    return diagnostic('HF502', { release, oldest: `${OLDEST.major}.${OLDEST.minor}` });
  }
  return null;
}

/** uname(2)'s release, `6.1.0-37-amd64`, in numbers; 0.0 when it does not begin with any. */
export function kernelVersion(release: string): HostFacts['kernel'] {
  const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  return { release, major: Number(major), minor: Number(minor) };
}

/** The kernel's name of the architecture; null for one there is no machine code for. */
export function architecture(machine: Machine): HostFacts['arch'] | null {
  const names: Readonly<Record<string, HostFacts['arch']>> = { x64: 'x86_64', arm64: 'arm64' };
  return names[machine.ids.arch] ?? null;
}
