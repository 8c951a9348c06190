// An attach: the same confinement as the start's, from the record alone, in an order that leaves no moment for the container.

import { describe, expect, test } from 'vitest';
import { legacy, unified } from '../controls/cgroups/testing.ts';
import { aHost, alice, aSpec, ids, line, set } from '../controls/namespaces/testing.ts';
import type { HostFacts } from '../model/host.ts';
import type { Plan } from '../model/plan.ts';
import type { ContainerRecord } from '../model/record.ts';
import type { ContainerSpec } from '../model/spec.ts';
import type { Step } from '../model/step.ts';
import { compileAttach } from './attach.ts';
import { compilePlan } from './compile.ts';
import { parseRecord } from './record.ts';

/** What makes a process what init is; the rest made the container. */
const CONFINING = ['personality', 'bounding', 'label', 'no-new-privs', 'credentials', 'seccomp'];

const CASES: Readonly<Record<string, readonly [Partial<ContainerSpec>, HostFacts]>> = {
  'a plain container of root': [{}, aHost()],
  'one that drops capabilities, with a filter': [
    {
      capabilities: { mode: 'drop', names: [set('sys_admin', 1), set('sys_module', 1)], why: line(1) },
      seccomp: { value: { path: 'policy', text: '2\ndenylist\nkexec_load errno 1\n' }, why: line(2) },
      noNewPrivs: set(true, 3),
    },
    legacy(),
  ],
  'one that keeps nothing': [{ capabilities: { mode: 'keep', names: [], why: line(1) }, personality: set('linux32', 2) }, unified()],
  'one with mapped ids and another user': [
    { idmap: [ids('u 0 100000 65536'), ids('g 0 100000 65536')], init: { ...aSpec().init, uid: set(1000, 3), gid: set(1000, 3), groups: set([7], 3) } },
    legacy(),
  ],
  "an ordinary user's": [{}, alice()],
};

function started(changes: Partial<ContainerSpec>, host: HostFacts): { readonly start: Plan; readonly record: ContainerRecord } {
  const { plan: start, diagnostics } = compilePlan(aSpec(changes), host, { detach: true, configPath: null, anonymous: false });
  const serve = start?.steps.flatMap(({ actions }) => actions).find((action) => 'builtin' in action && action.builtin === 'serve');
  const text = serve !== undefined && 'builtin' in serve && serve.builtin === 'serve' ? serve.record : null;
  const record = text === null ? null : parseRecord(`${text.before}4711${text.after}`);
  if (start === null || record === null) throw new Error(`no start: ${JSON.stringify(diagnostics)}`);
  return { start, record };
}

function attached(record: ContainerRecord, argv: readonly string[] = ['id']): Plan {
  const { plan, diagnostics } = compileAttach(record, { argv, monitor: 4710, pidNamespace: 4026531836n, rlimits: {}, handsDown: false });
  if (plan === null) throw new Error(JSON.stringify(diagnostics));
  return plan;
}

/** What is done, without reasons and notes: a filter that was written down knows its bytes and no longer what it was compiled from. */
function essence({ who, phase, what, actions }: Step): string {
  const plain = (key: string, value: unknown): unknown => {
    if (key === 'note') return undefined;
    return typeof value === 'bigint' ? `${value}n` : value instanceof Uint8Array ? { type: 'Buffer', data: [...value] } : value;
  };
  return JSON.stringify({ who, phase, what: phase === 'seccomp' ? '' : what, actions }, plain);
}
const confining = (plan: Plan): readonly string[] => plan.steps.filter(({ who, phase }) => who === 'init' && CONFINING.includes(phase)).map(essence);
const at = (plan: Plan, which: (step: Step) => boolean): number => plan.steps.findIndex(which);
const calls = (sys: string) => (step: Step) => step.actions.some((action) => 'sys' in action && action.sys === sys);
const has = (builtin: string) => (step: Step) => step.actions.some((action) => 'builtin' in action && action.builtin === builtin);

describe.each(Object.entries(CASES))('%s', (title, [changes, host]) => {
  const { start, record } = started(changes, host);
  const plan = attached(record);

  test('is entered with the same capabilities, credentials and filter, in the same order', () => {
    expect(confining(plan)).toEqual(confining(start));
    expect(confining(plan).length).toBeGreaterThan(1);
    expect(plan.steps.some(({ phase }) => phase === 'seccomp')).toBe(title.includes('filter'));
  });

  test('and verified as the start was, of what is its own', () => {
    const verified = (one: Plan) => one.steps.filter(({ phase }) => phase === 'verify').map(({ what }) => what);
    expect(verified(start)).toEqual(expect.arrayContaining([...verified(plan)]));
    expect(verified(plan).length).toBeGreaterThan(0);
  });

  test('by a process that was looked at first, that the container cannot trace, in its groups, and behind a filter at last', () => {
    const find = at(plan, calls('pidfd_open'));
    const enter = at(plan, calls('setns'));
    const invisible = at(plan, ({ actions }) =>
      actions.some((action) => 'sys' in action && action.sys === 'prctl' && JSON.stringify(action.args).includes('PR_SET_DUMPABLE')),
    );
    expect(find).toBeGreaterThanOrEqual(0);
    expect(find).toBeLessThan(enter);
    expect(invisible).toBeGreaterThanOrEqual(0);
    expect(invisible).toBeLessThan(enter);
    expect(enter).toBeLessThan(at(plan, has('clone')));
    const joins = plan.steps.filter(({ phase }) => phase === 'join').length;
    const one = record.cgroups.filter(({ version }) => version === 1).length;
    // The cgroup namespace last, by the new process: nobody goes into a group from outside of his own (nsdelegate).
    expect(joins).toBe(one + (record.namespaces.includes('cgroup') ? 1 : 0));
    const steps = plan.steps.filter(({ phase }) => phase === 'join');
    if (record.namespaces.includes('cgroup')) expect(steps.at(-1)).toMatchObject({ who: 'init', what: 'enter its cgroup namespace' });
    expect(JSON.stringify(plan.steps[enter]?.actions, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(
      'CLONE_NEWCGROUP',
    );
    expect(at(plan, has('exec'))).toBe(plan.steps.length - 2);
    expect(plan.steps.at(-3)?.phase).toBe(plan.steps.some(({ phase }) => phase === 'seccomp') ? 'seccomp' : 'last');
  });

  test('makes nothing of its own: no group, map, mount or record, and nothing to undo', () => {
    for (const builtin of ['cgroup', 'claim', 'id-map', 'id-map-helper', 'guard']) expect(at(plan, has(builtin)), builtin).toBe(-1);
    for (const call of ['move_mount', 'fsopen', 'pivot_root', 'mkdirat', 'sethostname']) expect(at(plan, calls(call)), call).toBe(-1);
    expect(plan.steps.filter((step) => step.who === 'monitor' && step.undo !== undefined)).toEqual([]);
    expect(plan.steps.find(has('serve'))?.actions).toEqual([{ builtin: 'serve', record: null }]);
  });
});

test('the pid is held to the namespace that was seen: another process of that number fails the step', () => {
  const { record } = started({}, aHost());
  const step = attached(record).steps.find(calls('pidfd_open'));
  expect(step?.actions).toContainEqual(expect.objectContaining({ compare: 'target.namespace', value: 4026531836n, width: 8 }));
  expect(JSON.stringify(step?.actions, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).toContain('/proc/4711/ns/pid');
});

test('without words it is a shell; with words these', () => {
  const { record } = started({}, aHost());
  const argv = (plan: Plan) => plan.steps.find(has('exec'))?.what;
  expect(argv(attached(record, []))).toBe('execute /bin/sh');
  expect(argv(attached(record, ['id', '-u']))).toBe('execute id -u');
});

test('a policy that notifies: the same filter, and the same proxy is asked on behalf of the same container, by one connection made outside', () => {
  const value = { path: 'policy', text: '2\ndenylist\nmknod notify\n', proxy: set('/run/proxy', 2), cookie: set('biscuit', 3) };
  const { start, record } = started({ seccomp: { value, why: line(1) } }, aHost());
  const plan = attached(record);
  expect(confining(plan)).toEqual(confining(start));
  const proxyOf = (one: Plan) => one.steps.flatMap(({ actions }) => actions).find((action) => 'builtin' in action && action.builtin === 'courier');
  expect(proxyOf(start)).toMatchObject({ proxy: { cookie: 'biscuit', container: null, reconnects: true } });
  expect(proxyOf(plan)).toMatchObject({ proxy: { cookie: 'biscuit', container: { monitor: 4710, init: 4711 }, reconnects: false } });
  for (const one of [start, plan]) {
    expect(at(one, calls('connect'))).toBeLessThan(at(one, has('courier')));
    expect(at(one, has('courier'))).toBeLessThan(at(one, has('clone')));
    expect(at(one, has('clone'))).toBeLessThan(at(one, calls('unshare')));
    expect(at(one, calls('unshare'))).toBeLessThan(at(one, has('release')));
    expect(one.guard).toBe(false);
  }
  expect(at(plan, has('courier'))).toBeLessThan(at(plan, calls('setns')));
});
