// The table of the VM tier: the kinds of guest, and which test files run in which. A new test gets into a guest by one line here.

import type { Need } from '../support/probes.ts';
import type { GuestFile } from './choice.ts';
import type { Kind } from './kind.ts';

export interface Guest extends Kind {
  /** What it must have: there a missing need is a failure. */
  readonly has: readonly Need[];
  /** What its kind has not by definition: tests that need it are other guests' business, and are left out. */
  readonly lacks: readonly Need[];
}

/** In the order in which they are booted, two at a time: the longest first (sequencer.ts). */
export const GUESTS = {
  apparmor: { lsm: 'apparmor', cgroup: 'v2', has: ['root', 'busybox', 'cgroup2', 'apparmor'], lacks: ['cgroup1', 'selinux'] },
  'apparmor-attempts': { lsm: 'apparmor', cgroup: 'v2', has: ['root', 'busybox', 'cgroup2', 'apparmor'], lacks: ['cgroup1', 'selinux'] },
  'plain-v2-limits': { lsm: 'none', cgroup: 'v2', has: ['root', 'busybox', 'cgroup2'], lacks: ['cgroup1', 'apparmor', 'selinux'] },
  'plain-v2': { lsm: 'none', cgroup: 'v2', has: ['root', 'busybox', 'cgroup2'], lacks: ['cgroup1', 'apparmor', 'selinux'] },
  selinux: { lsm: 'selinux', cgroup: 'v2', has: ['root', 'busybox', 'cgroup2', 'selinux'], lacks: ['cgroup1', 'apparmor'] },
  'plain-v1': { lsm: 'none', cgroup: 'v1', has: ['root', 'busybox', 'cgroup1'], lacks: ['cgroup2', 'cgroup2-mount', 'apparmor', 'selinux'] },
} as const satisfies Readonly<Record<string, Guest>>;

export type GuestName = keyof typeof GUESTS;

interface Whole {
  readonly in: readonly GuestName[];
}
interface Part extends Whole {
  /** Tests by their titles (choice.ts): a pattern that none of those that ran bears out is a failure. */
  readonly only: readonly RegExp[];
  /** Why the other tests of the file need no guest. */
  readonly others: string;
}

/**
 * Test files by their path below test/, and the guests in which they run. What is the same under every layout of control groups and every
 * security module is shown by the live tier on the machine itself, ten times as fast: here is what only this kind of kernel can show, and
 * of the rest now and then one, since this kernel is an older one.
 */
export const IN_GUESTS: Readonly<Record<string, Whole | Part>> = {
  'live/apparmor-generated.live.test.ts': { in: ['apparmor'] },
  'live/apparmor.live.test.ts': { in: ['apparmor-attempts'] },
  'live/attach.live.test.ts': {
    in: ['plain-v2'],
    only: [/limited: sets, ids, filter, groups and namespaces/, /its control groups, and it counts in them/],
    others: 'they are about ids, pipes, the environment and signals of containers without groups',
  },
  'live/cgroup-values.live.test.ts': {
    in: ['plain-v2'],
    only: [/the other version's key/, /values that version 2 alone has/],
    others: 'files are read, set and refused alike in both versions',
  },
  'live/confinement.live.test.ts': {
    in: ['plain-v2'],
    only: [/keep: all five sets/, /user 0 is a user like any other/, /its namespaces are its own/],
    others: 'capabilities, filters and ids know nothing of control groups',
  },
  'live/control-group-files.live.test.ts': { in: ['plain-v1'] },
  'live/device-change.live.test.ts': {
    in: ['plain-v2-limits'],
    only: [/goes in and out again: v2 with ids/],
    others: 'a machine with both versions attaches programs to the unified hierarchy too',
  },
  'live/devices.live.test.ts': {
    in: ['plain-v2-limits'],
    only: [/v2 today's common.conf/],
    others: 'a machine with both versions attaches programs to the unified hierarchy too: here is one for an older verifier',
  },
  'live/freeze.live.test.ts': {
    in: ['plain-v2'],
    only: [/nobody enters a frozen container/, /version 2 holds it is asked, thawed/, /version 2 holds what a killed monitor leaves/],
    others: 'a machine with both versions freezes in the unified hierarchy too; here it is the hierarchy with the limits as well',
  },
  'live/group-limit.live.test.ts': { in: ['plain-v2'] },
  'live/lifecycle.live.test.ts': {
    in: ['plain-v2'],
    only: [/ends every process of the container \(limited\)/, /SIGTERM at any moment of the start/],
    others: 'their containers have no groups',
  },
  'live/pressure.live.test.ts': { in: ['plain-v2-limits'] },
  'live/usage.live.test.ts': {
    in: ['plain-v2'],
    only: [/memory: /, /processor: /, /processes: /, /pressure is told/],
    others: 'a container without groups has no use to tell of',
  },
  'live/selinux.live.test.ts': { in: ['selinux'] },
  'vm/inside/apparmor.guest.test.ts': { in: ['apparmor-attempts'] },
  'vm/inside/attempts-apparmor.guest.test.ts': { in: ['apparmor-attempts'] },
  'vm/inside/attempts-selinux.guest.test.ts': { in: ['selinux'] },
  'vm/inside/device-cost.guest.test.ts': { in: ['plain-v2-limits'] },
  'vm/inside/device-programs.guest.test.ts': { in: ['plain-v2-limits'] },
  'vm/inside/selinux.guest.test.ts': { in: ['selinux'] },
};

/** The files of one guest, by their path from the project's root. */
export function filesOf(guest: GuestName): readonly (GuestFile & { readonly others?: string })[] {
  return Object.entries(IN_GUESTS)
    .filter(([, listing]) => listing.in.includes(guest))
    .map(([file, listing]) => ({ ...listing, file: `test/${file}` }));
}
