// For the tests beside: layouts of control groups as host/ finds them, values as the configuration room gives them.

import type { CgroupHierarchy, HostFacts } from '../../model/host.ts';
import type { CgroupSpec, CgroupValue, ContainerSpec } from '../../model/spec.ts';
import { type Action, INIT_PHASES, MONITOR_PHASES, type Step } from '../../model/step.ts';
import { actionText, aHost, alice, aSpec, findingLines, line, titles } from '../namespaces/testing.ts';
import { devices } from '../devices/index.ts';
import { cgroups } from './index.ts';

function v1(controllers: string, changes: Partial<CgroupHierarchy> = {}): CgroupHierarchy {
  const mountPoint = `/sys/fs/cgroup/${controllers.replace('name=', '')}`;
  return { version: 1, controllers: controllers.split(','), mountPoint, own: '/', init: '/', writable: true, ...changes };
}

export function v2(controllers: string, changes: Partial<CgroupHierarchy> = {}): CgroupHierarchy {
  return {
    version: 2,
    controllers: controllers === '' ? [] : controllers.split(' '),
    mountPoint: '/sys/fs/cgroup',
    own: '/',
    init: '/',
    writable: true,
    ...changes,
  };
}

const CPUSET = v1('cpuset', { cpuset: { cpus: '0-3', mems: '0' } });

/** All in v1, the named hierarchy of systemd with PID 1 in init.scope. */
export const legacy = (changes: Partial<HostFacts> = {}): HostFacts =>
  aHost({
    cgroups: [v1('cpu,cpuacct'), CPUSET, v1('memory'), v1('devices'), v1('pids'), v1('name=systemd', { own: '/user.slice', init: '/init.scope' })],
    ...changes,
  });

/** v1, and a unified hierarchy with one controller. */
export const hybrid = (changes: Partial<HostFacts> = {}): HostFacts =>
  aHost({ cgroups: [v1('memory'), v1('devices'), v2('hugetlb', { mountPoint: '/sys/fs/cgroup/unified' })], ...changes });

export const unified = (changes: Partial<HostFacts> = {}): HostFacts =>
  aHost({ cgroups: [v2('cpuset cpu io memory pids', { own: '/user.slice/user-0.slice/session-2.scope', init: '/init.scope' })], ...changes });

export const SCOPE = '/user.slice/user-1000.slice/run-r1.scope';
/** Alice in a group that was delegated to her. */
export const delegated = (): HostFacts => alice({ cgroups: [v2('cpu memory pids', { own: SCOPE, init: '/init.scope' })] });
/** Alice in an ordinary session. */
export const session = (): HostFacts =>
  alice({ cgroups: [v2('cpu memory pids', { own: '/user.slice/session-3.scope', init: '/init.scope', writable: false })] });

/** `lxc.cgroup.memory.limit_in_bytes = 128M` on line n. */
export function value(text: string, n = 1): CgroupValue {
  const [key = '', ...rest] = text.split(' = ');
  const version = key.startsWith('lxc.cgroup2.') ? 2 : 1;
  const file = key.slice(version === 2 ? 'lxc.cgroup2.'.length : 'lxc.cgroup.'.length);
  return { version, controller: file.split('.')[0] ?? '', file, value: rest.join(' = '), key, why: line(n) };
}

/** Values one a line. The container of these tests drops CAP_SYS_ADMIN, so that only what is asked for makes groups. */
export function withGroups(values: readonly string[], changes: Partial<CgroupSpec> = {}, more: Partial<ContainerSpec> = {}): ContainerSpec {
  const capabilities = { mode: 'drop', names: [{ value: 'sys_admin', why: line(90) }], why: line(90) } as const;
  return aSpec({ capabilities, cgroup: { ...aSpec().cgroup, values: values.map((one, index) => value(one, index + 1)), ...changes }, ...more });
}

/** What both controls of the groups do. */
const compiled = (spec: ContainerSpec, host: HostFacts) => [devices, cgroups].map((control) => control.compile(spec, host));
const stepsOf = (spec: ContainerSpec, host: HostFacts) => compiled(spec, host).flatMap(({ steps }) => steps);

/** `cgroup: make the group ...` of every step in its order; init's phases come behind the monitor's. */
export function plan(spec: ContainerSpec, host: HostFacts): readonly string[] {
  const phases: readonly string[] = [...MONITOR_PHASES, ...INIT_PHASES];
  const rank = ({ phase }: Step) => phases.indexOf(phase);
  return titles([...stepsOf(spec, host)].sort((a, b) => rank(a) - rank(b))).map((title) => title.replace(/^monitor /, ''));
}

export function found(spec: ContainerSpec, host: HostFacts): readonly string[] {
  return findingLines(compiled(spec, host).flatMap(({ diagnostics }) => diagnostics));
}

/** The calls of the steps whose title has this in it. */
export function callsOf(spec: ContainerSpec, host: HostFacts, title: string): readonly string[] {
  return stepsOf(spec, host)
    .filter(({ what }) => what.includes(title))
    .flatMap(({ actions }) => actions.map(actionText));
}

export function undoOf(spec: ContainerSpec, host: HostFacts, title: string): readonly string[] {
  const undo = (action: Action) => `${actionText(action)}${'sys' in action && action.skipStep ? ` skip on ${action.skipStep.join(' ')}` : ''}`;
  return stepsOf(spec, host)
    .filter(({ what }) => what.includes(title))
    .flatMap((step) => (step.who === 'monitor' ? (step.undo ?? []).map(undo) : []));
}
