// Groups, group and user of init (credentials(7)), and the leash that a change of ids cuts.

import type { HostFacts } from '../../model/host.ts';
import type { Origin } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import type { Action, Arg, InitStep, SysCall } from '../../model/step.ts';
import { afterIds, setsUntilExec, setsUntilExecText } from '../capabilities/until-exec.ts';
import { DIE_WITH_MONITOR } from '../capabilities/prctl.ts';
import { hasGroupsDenied } from '../idmap/effective.ts';

const NOTHING_LEFT: Origin = { kind: 'law', text: 'nothing left' };
const VERIFIED: Origin = { kind: 'law', text: 'verified' };

/** The group ids as the kernel takes them: 32 bits each, little endian. */
function groupList(groups: readonly number[]): Arg {
  if (groups.length === 0) return 0;
  const bytes = new Uint8Array(4 * groups.length);
  const view = new DataView(bytes.buffer);
  groups.forEach((group, index) => view.setUint32(4 * index, group, true));
  return { bytes, note: `groups ${groups.join(', ')}` };
}

/** Groups asked for, or none: the caller's never stay where they can be dropped. */
function groupsStep(spec: ContainerSpec, host: HostFacts): readonly InitStep[] {
  if (hasGroupsDenied(spec, host)) return [];
  const asked = spec.init.groups?.value ?? [];
  return [
    {
      who: 'init',
      phase: 'credentials',
      what: asked.length === 0 ? 'have no supplementary groups' : `have the supplementary groups ${asked.join(', ')}`,
      why: spec.init.groups?.why ?? { kind: 'default', text: "the caller's groups are not the container's" },
      actions: [{ sys: 'setgroups', args: [asked.length, groupList(asked)] }],
      hints: {
        EPERM: 'it needs CAP_SETGID, and setgroups allowed in this user namespace (/proc/self/setgroups)',
        EINVAL: 'a group is not mapped, or there are more than 65536',
      },
    },
  ];
}

/** All three ids of each: real, effective and saved. The group first, while the right to set it is there. */
function idStep(spec: ContainerSpec, host: HostFacts): InitStep {
  const { uid, gid } = spec.init;
  const triple = (id: number) => [id, id, id];
  const kept = setsUntilExecText(spec, host);
  const left = setsUntilExec(spec, host) === null ? '' : `, without capabilities${kept === '' ? '' : ` but ${kept}`}`;
  return {
    who: 'init',
    phase: 'credentials',
    what: `become user ${uid.value}, group ${gid.value}${left}`,
    why: uid.value === 0 && gid.value !== 0 ? gid.why : uid.why,
    actions: [{ sys: 'setresgid', args: triple(gid.value) }, { sys: 'setresuid', args: triple(uid.value) }, ...afterIds(spec, host)],
    hints: {
      EPERM: 'it needs CAP_SETUID and CAP_SETGID (and CAP_SYS_ADMIN where a filter follows without no_new_privs)',
      EINVAL: 'the id is not mapped into the container (lxc.idmap)',
      EAGAIN: 'that user has reached its limit on processes (RLIMIT_NPROC)',
    },
  };
}

/** The steps that give init its ids. The last of them renews the parent-death signal, which every change of ids clears. */
export function idSteps(spec: ContainerSpec, host: HostFacts): readonly InitStep[] {
  return [
    ...groupsStep(spec, host),
    idStep(spec, host),
    { who: 'init', phase: 'credentials', what: 'die with the monitor, also under these ids', why: NOTHING_LEFT, actions: [DIE_WITH_MONITOR] },
  ];
}

/** getresuid(2) or getresgid(2) into memory, and all three must be this. */
function readBack(sys: 'getresuid' | 'getresgid', kind: string, id: number): readonly Action[] {
  const names = ['real', 'effective', 'saved'] as const;
  const memory = (name: string) => `credentials.${name}-${kind}`;
  const read: SysCall = { sys, args: names.map((name) => ({ buffer: memory(name), size: 4 })) };
  return [read, ...names.map((name) => ({ compare: memory(name), offset: 0, width: 4 as const, value: BigInt(id), what: `the ${name} ${kind} id` }))];
}

/** Init reads its own ids back, and the number of its groups. */
export function idChecks(spec: ContainerSpec, host: HostFacts): readonly InitStep[] {
  const { uid, gid, groups } = spec.init;
  const count: readonly SysCall[] = hasGroupsDenied(spec, host) ? [] : [{ sys: 'getgroups', args: [0, 0], expect: groups?.value.length ?? 0 }];
  return [
    {
      who: 'init',
      phase: 'verify',
      what: `the ids are user ${uid.value}, group ${gid.value}`,
      why: VERIFIED,
      actions: [...readBack('getresuid', 'user', uid.value), ...readBack('getresgid', 'group', gid.value), ...count],
    },
  ];
}
