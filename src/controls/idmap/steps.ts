// Writing the maps (the monitor) and becoming their root (init). user_namespaces(7).

import type { HostFacts } from '../../model/host.ts';
import type { Origin } from '../../model/origin.ts';
import type { ContainerSpec, IdRange } from '../../model/spec.ts';
import type { InitStep, MonitorStep } from '../../model/step.ts';
import { DIE_WITH_MONITOR } from '../capabilities/prctl.ts';
import { grants, hasGroupsDenied, type IdKind, plannedIdmap, writerOf } from './effective.ts';
import { mapText, rangeText } from './ranges.ts';
import { grantFile, helperName, kindName, mapFile } from './words.ts';

/** `user ids 0-65535 are 100000-165535 outside`. */
function mapWords(kind: IdKind, ranges: readonly IdRange[]): string {
  const parts = ranges.map(({ inside, outside, count }) => `${rangeText(inside, count)} to ${rangeText(outside, count)}`);
  return `${kindName(kind)} ids ${parts.join(', ')}`;
}

function denyGroupsStep(why: Origin): MonitorStep {
  return {
    who: 'monitor',
    phase: 'map',
    what: 'forbid setgroups(2) in the new user namespace, without which no group id can be mapped',
    why,
    actions: [{ builtin: 'id-map', file: 'setgroups', text: 'deny' }],
    hints: { EPERM: 'a group map is written already', EACCES: "init's /proc files belong to root: it is not dumpable any more" },
  };
}

function mapStep(host: HostFacts, kind: IdKind, ranges: readonly IdRange[], why: Origin): MonitorStep {
  const common = { who: 'monitor', phase: 'map', what: `map ${mapWords(kind, ranges)}`, why } as const;
  if (writerOf(host, kind, ranges) === 'monitor') {
    return {
      ...common,
      actions: [{ builtin: 'id-map', file: mapFile(kind), text: mapText(ranges) }],
      hints: {
        EPERM: host.initialUserNamespace
          ? `writing it needs ${kind === 'u' ? 'CAP_SETUID' : 'CAP_SETGID'} (and CAP_SETFCAP to map the host's root), or the caller's own id alone`
          : "the ids must be mapped in the caller's own user namespace",
        EINVAL: 'the ranges overlap, are too many, or hold an id that does not exist',
        EACCES: "init's /proc files belong to root: it is not dumpable any more",
      },
    };
  }
  const program = grants(host, kind).helper ?? helperName(kind);
  const triples = ranges.flatMap(({ inside, outside, count }) => [String(inside), String(outside), String(count)]);
  return {
    ...common,
    what: `${common.what}, by ${program}`,
    actions: [{ builtin: 'id-map-helper', program, triples }],
    hints: {
      ENOENT: "install the package 'uidmap'",
      EACCES: `${program} is not executable by this user`,
      EPERM: `it refused: see its message, and ${grantFile(kind)}`,
    },
  };
}

/** Until here init has the caller's ids as far as files are concerned (host side of clone3(CLONE_NEWUSER)). */
function becomeRootStep(why: Origin, groupsDenied: boolean): InitStep {
  return {
    who: 'init',
    phase: 'user',
    what: `become root of the new user namespace${groupsDenied ? '' : ', without supplementary groups'}`,
    why,
    actions: [
      ...(groupsDenied ? [] : [{ sys: 'setgroups' as const, args: [0, 0] }]),
      { sys: 'setresgid', args: [0, 0, 0] },
      { sys: 'setresuid', args: [0, 0, 0] },
    ],
    hints: {
      EINVAL: 'id 0 is not mapped',
      EPERM: "setgroups is denied in the caller's user namespace (/proc/self/setgroups)",
      EAGAIN: 'the user that is root outside has reached its limit on processes',
    },
  };
}

/**
 * A change of ids clears the parent-death signal, so it is asked for again. It also makes the process undumpable, which is
 * left so until execve: nothing in the container can trace what still has every capability (ptrace(2), PR_SET_DUMPABLE).
 */
const KEEP_LEASH: InitStep = {
  who: 'init',
  phase: 'user',
  what: 'die with the monitor, also as another user',
  why: { kind: 'law', text: 'nothing left' },
  actions: [DIE_WITH_MONITOR],
};

/** The monitor's and init's steps, in order; none without a new user namespace. */
export function idmapSteps(spec: ContainerSpec, host: HostFacts): readonly (MonitorStep | InitStep)[] {
  const map = plannedIdmap(spec, host);
  const first = map?.[0];
  if (map === null || first === undefined) return [];
  const denied = hasGroupsDenied(spec, host);
  const maps = (['g', 'u'] as const).flatMap((kind) => {
    const own = map.filter(({ value }) => value.kind === kind);
    const why = own[0]?.why;
    return why === undefined
      ? []
      : [
          mapStep(
            host,
            kind,
            own.map(({ value }) => value),
            why,
          ),
        ];
  });
  const groupsWhy = map.find(({ value }) => value.kind === 'g')?.why ?? first.why;
  return [...(denied ? [denyGroupsStep(groupsWhy)] : []), ...maps, becomeRootStep(first.why, denied), KEEP_LEASH];
}
