// A compiled profile -> the calls that load it, and those that take it out again: one write each to files of AppArmor's own file system,
// apparmorfs. It comes before the control groups, so that it goes after the last process in them: what is under a profile that is
// removed is confined by nothing.

import type { Origin } from '../../model/origin.ts';
import type { Action, MonitorStep, Slot } from '../../model/step.ts';

const FOLDER = '/sys/kernel/security/apparmor';
const DOOR: Slot = 'apparmor.replace';

export interface LoadedProfile {
  readonly name: string;
  readonly binary: Uint8Array;
  /** Has it a policy namespace of that name for profiles from inside? */
  readonly namespace: string | null;
}

const HINTS: NonNullable<MonitorStep['hints']> = {
  EACCES: "loading profiles needs CAP_MAC_ADMIN in the initial user namespace, and /sys/kernel/security/apparmor is root's",
  EPERM: 'profiles are locked until the next boot (/sys/module/apparmor/parameters/lock_policy)',
  ENOENT: 'securityfs is not mounted on /sys/kernel/security, or AppArmor is not at work',
  EPROTO: 'the kernel does not understand the profile: it was compiled for another kernel, compile it again (a new start does)',
  EPROTONOSUPPORT: 'the kernel knows another version of compiled profiles: it was compiled for another kernel',
  ENOMEM: 'the profile is too big for the kernel just now',
};

function openDoor(file: string, save: Slot): Action {
  return { sys: 'openat', args: [{ flags: ['AT_FDCWD'] }, { text: `${FOLDER}/${file}` }, { flags: ['O_WRONLY', 'O_CLOEXEC'] }, 0], save };
}

const closeDoor: Action = { sys: 'close', args: [{ slot: DOOR }] };

function loadSteps({ name, binary }: LoadedProfile, why: Origin): readonly MonitorStep[] {
  const common = { who: 'monitor', phase: 'cgroup', why, hints: HINTS } as const;
  return [
    { ...common, what: 'open the file through which AppArmor is given profiles', actions: [openDoor('.replace', DOOR)] },
    {
      ...common,
      what: `load the profile ${name}, in the place of one of that name`,
      actions: [
        { sys: 'write', args: [{ slot: DOOR }, { bytes: binary, note: `profile ${name}, ${binary.length} bytes` }, binary.length], expect: binary.length },
      ],
      undo: [
        openDoor('.remove', 'apparmor.remove'),
        { sys: 'write', args: [{ slot: 'apparmor.remove' }, { text: name }, Buffer.byteLength(name)], expect: Buffer.byteLength(name) },
        { sys: 'close', args: [{ slot: 'apparmor.remove' }] },
      ],
    },
    { ...common, what: 'close that file', actions: [closeDoor] },
  ];
}

/** A directory in `policy/namespaces` is a policy namespace. */
function namespaceStep(name: string, why: Origin): MonitorStep {
  const path = `${FOLDER}/policy/namespaces/${name}`;
  const at = { flags: ['AT_FDCWD' as const] };
  return {
    who: 'monitor',
    phase: 'cgroup',
    what: `make the policy namespace ${name}, for profiles from inside`,
    why,
    actions: [{ sys: 'mkdirat', args: [at, { text: path }, 0o755], tolerate: ['EEXIST'] }],
    undo: [{ sys: 'unlinkat', args: [at, { text: path }, { flags: ['AT_REMOVEDIR'] }], tolerate: ['ENOENT'] }],
    hints: HINTS,
  };
}

/** In the order in which they are undone in reverse: the profile is stacked on the namespace. */
export function profileSteps(profile: LoadedProfile, why: Origin): readonly MonitorStep[] {
  return [...(profile.namespace === null ? [] : [namespaceStep(profile.namespace, why)]), ...loadSteps(profile, why)];
}
