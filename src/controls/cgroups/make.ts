// The steps that make the groups: the levels above, what a new level needs before it can take anything, and the group itself.

import type { HostFacts } from '../../model/host.ts';
import type { Origin } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import type { MonitorStep, Step } from '../../model/step.ts';
import { newNamespaces } from '../namespaces/new.ts';
import { cpusetOfPayload } from './cpuset.ts';
import { delegation } from './delegation.ts';
import type { Layout } from './layout.ts';
import { writeCalls } from './file-calls.ts';
import { MAKING, levelSteps } from './level.ts';
import { monitorSteps } from './monitor.ts';
import type { Group } from './placement.ts';
import { shareSteps } from './shared.ts';
import { controllersFor, enable, leaveBase } from './subtree.ts';
import { oneAtATime } from './turn.ts';

/** For every hierarchy in turn: levels, controllers, values that are shared, the group, its delegation. */
export function makeSteps(spec: ContainerSpec, host: HostFacts, layout: Layout): readonly Step[] {
  const made = layout.groups.flatMap((group) => {
    const controllers = controllersFor(group, [...layout.shared, ...layout.assignments]);
    const above = [group.base, ...group.parents];
    return [
      ...(group.base === group.hierarchy.mountPoint ? [] : leaveBase(spec, group, controllers)),
      ...above.flatMap((path, level) => [
        ...(level === 0 ? [] : levelSteps(group, path, `cgroup.made.${group.name}.${level}`, layout.why)),
        ...(level === above.length - 1 ? shareSteps(spec, group, layout.shared) : []),
        ...enable(path, group, level, controllers),
      ]),
      payload(group, layout.why, newNamespaces(spec, host).includes('pid')),
      ...cpusetOfPayload(group, layout),
      ...delegation(spec, host, group),
    ];
  });
  const thawed = layout.groups.flatMap((group) => thawLeftovers(group, layout.why));
  const steps = [...monitorSteps(spec, layout), ...thawed, ...made];
  return spec.cgroup.monitor !== null || layout.groups.some(({ parents }) => parents.length > 0) ? oneAtATime(steps, host.runDir, layout.why) : steps;
}

/** The freezer of version 1 holds even what SIGKILL has ended: what a killed monitor left frozen would stay, and its group with it. */
function thawLeftovers({ hierarchy, path }: Group, why: Origin): readonly MonitorStep[] {
  if (hierarchy.version !== 1 || !hierarchy.controllers.includes('freezer')) return [];
  const [open, ...rest] = writeCalls(`${path}/freezer.state`, 'THAWED', 'cgroup.freezer');
  if (open === undefined) return [];
  const what = `thaw what a killed start may have left in ${path}`;
  return [{ who: 'monitor', phase: 'cgroup', what, why, actions: [{ ...open, skipStep: ['ENOENT'] }, ...rest] }];
}

/** `contained`: the kernel ends all of the container's processes with its init. Else those that init left behind are looked for in the group. */
function payload(group: Group, why: Origin, contained: boolean): MonitorStep {
  return {
    who: 'monitor',
    phase: 'cgroup',
    what: `make the group ${group.path}`,
    why,
    actions: [{ builtin: 'cgroup', path: group.path }],
    undo: [
      ...(contained || group.hierarchy.version === 1 ? [] : [{ builtin: 'cgroup-kill', path: group.path } as const]),
      { builtin: 'cgroup-remove', path: group.path },
    ],
    hints: {
      ...MAKING,
      EBUSY: 'a group of this name exists and has processes in it: another container, or what a killed one left (see its cgroup.procs)',
      EEXIST: 'a group of this name exists and cannot be replaced',
    },
  };
}
