// Init shares the monitor's memory until it executes: whatever either of them writes or reads afterwards must be its own.

import { expect, test } from 'vitest';
import { aHost, aSpec, set } from '../controls/namespaces/testing.ts';
import type { Plan } from '../model/plan.ts';
import { compilePlan } from '../plan/compile.ts';
import { sharesMemory } from './builtins/clone.ts';
import type { Op, Program, Value } from './ir.ts';
import { forEachLabel, forEachValue } from './operands.ts';
import { startProgram } from './start.ts';

function planOf(spec: Parameters<typeof aSpec>[0], detach = false): Plan {
  const { plan } = compilePlan(aSpec(spec), aHost(), { detach, configPath: null, anonymous: false });
  if (plan === null) throw new Error('there is no plan');
  return plan;
}

/** The indices of all operations that can be reached from one; calls of subroutines are taken to come back. */
function reachable({ ops }: Program, from: number): ReadonlySet<number> {
  const labels = new Map(ops.flatMap((op, index) => (op.op === 'label' ? [[op.name, index] as const] : [])));
  const seen = new Set<number>();
  const waiting = [from];
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    const op = ops[index];
    if (op === undefined || seen.has(index)) continue;
    seen.add(index);
    forEachLabel(op, (label) => waiting.push(labels.get(label) ?? ops.length));
    if (!['jump', 'return', 'exit', 'trap'].includes(op.op)) waiting.push(index + 1);
  }
  return seen;
}

/** The writable blobs that operations mention in any way. */
function memoryOf({ ops, blobs }: Program, indices: ReadonlySet<number>): ReadonlySet<string> {
  const writable = new Set(blobs.filter(({ kind }) => kind !== 'ro').map(({ name }) => name));
  const mentioned = new Set<string>();
  const mention = (op: Op | Value) => {
    if ('blob' in op && writable.has(op.blob)) mentioned.add(op.blob);
  };
  for (const index of indices) {
    const op = ops[index];
    if (op === undefined) continue;
    mention(op);
    forEachValue(op, mention);
  }
  return mentioned;
}

const indexOf = ({ ops }: Program, found: (op: Op) => boolean): number => {
  const index = ops.findIndex(found);
  expect(index).toBeGreaterThan(0);
  return index;
};

const withTerminals = { dev: { ...aSpec({}).dev, ttys: set(2) } };

test.each([
  ['in the foreground', planOf({})],
  ['in the background', planOf({}, true)],
  ['with terminals', planOf(withTerminals)],
])('a container %s: init and monitor have no writable memory in common once both are there', (_, plan) => {
  expect(sharesMemory(plan)).toBe(true);
  const { program } = startProgram(plan, { arch: 'x86_64' });
  const monitor = reachable(program, indexOf(program, (op) => op.op === 'branch' && op.label === 'init') + 1);
  const init = reachable(
    program,
    indexOf(program, (op) => op.op === 'label' && op.name === 'init'),
  );
  const ofMonitor = memoryOf(program, monitor);
  const ofInit = memoryOf(program, init);
  expect(ofMonitor.size).toBeGreaterThan(3);
  expect(ofInit.size).toBeGreaterThan(3);
  expect([...ofInit].filter((blob) => ofMonitor.has(blob))).toEqual([]);
  // Its first operation there: until then its slots are the monitor's.
  expect(program.ops[indexOf(program, (op) => op.op === 'label' && op.name === 'init') + 1]?.op).toBe('own-slots');
  expect([...init].every((index) => !monitor.has(index) || program.ops[index]?.op !== 'own-slots')).toBe(true);
});

test('not where a reaper stays behind, where others can see init, or where it must enter a time namespace', () => {
  const shares = (spec: Parameters<typeof aSpec>[0]) => sharesMemory(planOf(spec));
  expect(shares({})).toBe(true);
  expect(shares({ init: { ...aSpec({}).init, reaper: true } })).toBe(false);
  const withFlags = (...namespaces: ('CLONE_NEWNS' | 'CLONE_NEWPID' | 'CLONE_NEWTIME')[]): Plan => {
    const plan = planOf({});
    const actions = [{ builtin: 'clone', namespaces, cgroup: null }] as const;
    return { ...plan, steps: plan.steps.map((step) => (step.who === 'monitor' && step.phase === 'clone' ? { ...step, actions } : step)) };
  };
  expect(sharesMemory(withFlags('CLONE_NEWPID'))).toBe(true);
  expect(sharesMemory(withFlags('CLONE_NEWNS'))).toBe(false);
  expect(sharesMemory(withFlags('CLONE_NEWPID', 'CLONE_NEWTIME'))).toBe(false);
});
