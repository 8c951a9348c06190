// The table of the VM tier: the kinds of guest, and which test files run in which. A new test gets into a guest by one line here.

import type { Need } from '../support/probes.ts';
import type { Kind } from './kind.ts';

export interface Guest extends Kind {
  /** What it must have: there a missing need is a failure. */
  readonly has: readonly Need[];
  /** What its kind has not by definition: tests that need it are other guests' business, and are left out. */
  readonly lacks: readonly Need[];
}

export const GUESTS = {
  'plain-v2': { lsm: 'none', cgroup: 'v2', has: ['root', 'busybox', 'cgroup2'], lacks: ['cgroup1', 'apparmor', 'selinux'] },
  'plain-v2-runs': { lsm: 'none', cgroup: 'v2', has: ['root', 'busybox', 'cgroup2'], lacks: ['cgroup1', 'apparmor', 'selinux'] },
  'plain-v2-attach': { lsm: 'none', cgroup: 'v2', has: ['root', 'busybox', 'cgroup2'], lacks: ['cgroup1', 'apparmor', 'selinux'] },
  'plain-v2-limits': { lsm: 'none', cgroup: 'v2', has: ['root', 'busybox', 'cgroup2'], lacks: ['cgroup1', 'apparmor', 'selinux'] },
  'plain-v1': { lsm: 'none', cgroup: 'v1', has: ['root', 'busybox', 'cgroup1'], lacks: ['cgroup2', 'cgroup2-mount', 'apparmor', 'selinux'] },
  apparmor: { lsm: 'apparmor', cgroup: 'v2', has: ['root', 'busybox', 'cgroup2', 'apparmor'], lacks: ['cgroup1', 'selinux'] },
  selinux: { lsm: 'selinux', cgroup: 'v2', has: ['root', 'busybox', 'cgroup2', 'selinux'], lacks: ['cgroup1', 'apparmor'] },
} as const satisfies Readonly<Record<string, Guest>>;

export type GuestName = keyof typeof GUESTS;

/** Test files by their path below test/, and the guests in which they run. */
export const IN_GUESTS: Readonly<Record<string, readonly GuestName[]>> = {
  'live/apparmor-generated.live.test.ts': ['apparmor'],
  'live/apparmor.live.test.ts': ['apparmor'],
  'live/attach.live.test.ts': ['plain-v2-attach'],
  'live/cgroup-values.live.test.ts': ['plain-v2-runs'],
  'live/confinement.live.test.ts': ['plain-v2'],
  'live/control-group-files.live.test.ts': ['plain-v1'],
  'live/device-change.live.test.ts': ['plain-v2-limits'],
  'live/devices.live.test.ts': ['plain-v2-limits'],
  'live/freeze.live.test.ts': ['plain-v2-runs'],
  'live/group-limit.live.test.ts': ['plain-v2'],
  'live/lifecycle.live.test.ts': ['plain-v2-runs'],
  'live/pressure.live.test.ts': ['plain-v2-limits'],
  'live/usage.live.test.ts': ['plain-v2-attach'],
  'live/selinux.live.test.ts': ['selinux'],
  'vm/inside/apparmor.guest.test.ts': ['apparmor'],
  'vm/inside/attempts-apparmor.guest.test.ts': ['apparmor'],
  'vm/inside/attempts-selinux.guest.test.ts': ['selinux'],
  'vm/inside/device-cost.guest.test.ts': ['plain-v2-limits'],
  'vm/inside/device-programs.guest.test.ts': ['plain-v2-limits'],
  'vm/inside/selinux.guest.test.ts': ['selinux'],
};

/** The files of one guest, by their path from the project's root. */
export function filesOf(guest: GuestName): readonly string[] {
  return Object.entries(IN_GUESTS)
    .filter(([, guests]) => guests.includes(guest))
    .map(([file]) => `test/${file}`);
}
