// The order of a start: a stable sort by phase, and the laws of order on plans of many containers and machines.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hybrid, legacy, unified, value } from '../controls/cgroups/testing.ts';
import { aHost, alice, aliceWithIds, aSpec, ids, line, named, net, rlimit, set } from '../controls/namespaces/testing.ts';
import type { HostFacts } from '../model/host.ts';
import type { Plan } from '../model/plan.ts';
import type { ContainerSpec, MountEntry } from '../model/spec.ts';
import { INIT_PHASES, type InitPhase, MONITOR_PHASES, type Step } from '../model/step.ts';
import { compilePlan } from './compile.ts';
import { inOrder } from './order.ts';

/** The phases as the program text has them: what the monitor does until init may go on, init, then the monitor's serving. */
const PROGRAM = [...MONITOR_PHASES.filter((phase) => phase !== 'ready'), ...INIT_PHASES, 'ready'] as const;
const rank = ({ phase }: Step): number => (PROGRAM as readonly string[]).indexOf(phase);

const anyStep = fc.oneof(
  fc.constantFrom(...MONITOR_PHASES).map((phase): Step => ({ who: 'monitor', phase, what: '', why: line(1), actions: [] })),
  fc.constantFrom(...INIT_PHASES).map((phase): Step => ({ who: 'init', phase, what: '', why: line(1), actions: [] })),
);
const numbered = fc.array(anyStep, { maxLength: 60 }).map((steps) => steps.map((step, index) => ({ ...step, what: String(index) })));

describe('inOrder', () => {
  test('sorts by phase, loses nothing, and keeps what is equal in the order it came in', () => {
    fc.assert(
      fc.property(numbered, (steps) => {
        const sorted = inOrder(steps);
        expect([...sorted].sort((one, other) => Number(one.what) - Number(other.what))).toEqual(steps);
        for (const [index, step] of sorted.entries()) {
          const next = sorted[index + 1];
          if (next === undefined) continue;
          expect(rank(step)).toBeLessThanOrEqual(rank(next));
          if (rank(step) === rank(next)) expect(Number(step.what)).toBeLessThan(Number(next.what));
        }
      }),
    );
  });

  test('changes nothing that is in order already', () => {
    fc.assert(
      fc.property(numbered, (steps) => {
        expect(inOrder(inOrder(steps))).toEqual(inOrder(steps));
      }),
    );
  });
});

const entry = (target: string): MountEntry => ({ source: 'tmpfs', target, fstype: 'tmpfs', options: [], optional: false, create: 'dir', why: line(20) });
const POLICY = '2\nallowlist\nexecve\nexit_group\nread\nwrite\n';

/** Parts of a container, each of which may be there or not. */
const PARTS: readonly Partial<ContainerSpec>[] = [
  { hostname: set('web', 2) },
  { idmap: [ids('u 0 100000 65536', 3), ids('g 0 100000 65536', 4)] },
  { capabilities: { mode: 'drop', names: [set('sys_module', 5), set('sys_admin', 6)], why: line(5) } },
  { capabilities: { mode: 'keep', names: [], why: line(5) } },
  { noNewPrivs: set(true, 7) },
  { mountAuto: { proc: set('mixed', 8), sys: set('ro', 8), cgroup: null, shmounts: null } },
  { mounts: [entry('tmp'), entry('var/run')] },
  { cgroup: { ...aSpec().cgroup, values: [value('lxc.cgroup.memory.limit_in_bytes = 128M', 9), value('lxc.cgroup.devices.deny = a', 10)] } },
  { cgroup: { ...aSpec().cgroup, values: [value('lxc.cgroup2.memory.max = 128M', 9)] } },
  { rlimits: [rlimit('nofile', 512n, 1024n, 11)] },
  { sysctls: [named('sysctl', 'net.ipv4.ip_forward', '1', 12)] },
  { proc: [named('proc', 'oom_score_adj', '10', 13)] },
  { network: [net('empty', { up: true })] },
  { seccomp: { value: { path: 'policy', text: POLICY }, why: line(14) } },
  { personality: set('linux32', 15) },
  { keyring: set(false, 16) },
  { init: { argv: set(['sh', '-c', 'x'], 1), uid: set(1000, 17), gid: set(1000, 17), groups: set([10], 17), cwd: set('/tmp', 18), reaper: true } },
  { dev: { ...aSpec().dev, ttys: set(2, 19) } },
  { root: { kind: 'host', why: line(1) } },
];
const HOSTS: readonly (() => HostFacts)[] = [aHost, legacy, hybrid, unified, alice, aliceWithIds];

const anyCase = fc.record({ parts: fc.subarray([...PARTS]), host: fc.constantFrom(...HOSTS), detach: fc.boolean(), anonymous: fc.boolean() });

function planOf({
  parts,
  host,
  detach,
  anonymous,
}: {
  parts: readonly Partial<ContainerSpec>[];
  host: () => HostFacts;
  detach: boolean;
  anonymous: boolean;
}): Plan | null {
  return compilePlan(aSpec(Object.assign({}, ...parts) as Partial<ContainerSpec>), host(), { detach, configPath: null, anonymous }).plan;
}

const places = (plan: Plan, which: (step: Step) => boolean): readonly number[] => plan.steps.flatMap((step, index) => (which(step) ? [index] : []));
const inPhase =
  (...phases: readonly string[]) =>
  ({ phase }: Step): boolean =>
    phases.includes(phase);
const has = (builtin: string) => (step: Step) => step.actions.some((action) => 'builtin' in action && action.builtin === builtin);
const calls = (sys: string) => (step: Step) => step.actions.some((action) => 'sys' in action && action.sys === sys);

/** All of the first stand before all of the second. */
function before(plan: Plan, first: (step: Step) => boolean, second: (step: Step) => boolean): void {
  const [last, next] = [Math.max(-1, ...places(plan, first)), Math.min(plan.steps.length, ...places(plan, second))];
  expect(last, `${plan.steps[last]?.what} before ${plan.steps[next]?.what}`).toBeLessThan(next);
}

describe('the laws of order', () => {
  const seen = { plans: 0, maps: 0, groups: 0, filters: 0, sysctls: 0, reapers: 0 };

  test('hold in every plan', () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const plan = planOf(one);
        if (plan === null) return; // not possible on this machine
        seen.plans += 1;
        for (const [index, step] of plan.steps.entries()) expect(rank(step)).toBeGreaterThanOrEqual(index === 0 ? 0 : rank(plan.steps[index - 1] ?? step));
        // One start: each of these exactly once.
        for (const builtin of ['normalise', 'channels', 'clone', 'serve', 'await-go', 'session', 'find-init', 'hand-over', 'exec']) {
          expect(places(plan, has(builtin)).length, builtin).toBe(1);
        }
        // Init waits exactly where the monitor has something to do for it between the clone and its own steps.
        const go = has('await-go');
        const waited = places(plan, inPhase('map', 'admit')).length > 0;
        expect(places(plan, has('release')).length).toBe(waited ? 1 : 0);
        expect(plan.steps.find(go)?.actions).toEqual([{ builtin: 'await-go', waits: waited }]);
        const mounting = (step: Step) => step.who === 'init' && (calls('move_mount')(step) || calls('pivot_root')(step));
        before(plan, has('claim'), has('cgroup'));
        before(plan, (step) => has('id-map')(step) || has('id-map-helper')(step), go);
        before(plan, (step) => has('id-map')(step) || has('id-map-helper')(step), mounting);
        // Limits hold before init does anything: their values are written by the monitor before its word.
        before(plan, inPhase('cgroup'), has('clone'));
        before(plan, has('clone'), has('release'));
        before(plan, inPhase('map', 'admit'), has('release'));
        before(plan, has('release'), go);
        before(plan, inPhase('join'), mounting);
        before(plan, mounting, inPhase('personality', 'bounding', 'credentials', 'exec'));
        before(plan, inPhase('sysctl', 'late-join', 'rlimit'), inPhase('bounding', 'credentials'));
        const chain: readonly InitPhase[] = ['bounding', 'label', 'no-new-privs', 'credentials', 'verify', 'session', 'last', 'seccomp', 'exec'];
        for (const [index, phase] of chain.entries()) before(plan, inPhase(phase), inPhase(...chain.slice(index + 1)));
        // The filter is the last before the program; what can fail is tried before it.
        const [exec = -1] = places(plan, has('exec'));
        const filters = places(plan, calls('seccomp'));
        if (filters.length > 0) expect(filters.at(-1)).toBe(exec - 1);
        before(plan, has('find-init'), calls('seccomp'));
        before(plan, has('hand-over'), calls('seccomp'));
        expect(plan.steps.at(-1)?.actions).toEqual([expect.objectContaining({ builtin: 'serve' })]);
        seen.maps += places(plan, has('id-map')).length;
        seen.groups += places(plan, has('cgroup')).length;
        seen.filters += filters.length;
        seen.sysctls += places(plan, inPhase('sysctl')).length;
        seen.reapers += places(plan, has('reaper')).length;
      }),
      { numRuns: 400 },
    );
    // The property looked at something.
    for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(10);
  });

  test('whatever outlives the start carries its undo, and every step has a reason and something to do', () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        for (const step of planOf(one)?.steps ?? []) {
          expect(step.actions.length, step.what).toBeGreaterThan(0);
          expect(step.what).toMatch(/^\S.*[^.]$/);
          const undo = step.who === 'monitor' ? (step.undo ?? []) : [];
          for (const action of step.actions) {
            if (!('builtin' in action)) continue;
            if (action.builtin === 'cgroup') expect(undo).toEqual([{ builtin: 'cgroup-remove', path: action.path }]);
            if (action.builtin === 'claim') expect(undo).toEqual([{ ...action, builtin: 'unclaim' }]);
          }
        }
      }),
    );
  });

  test('a plan is a function of its container and its machine', () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        expect(planOf(one)).toEqual(planOf(one));
      }),
      { numRuns: 50 },
    );
  });
});
