// Runs of calls: which calls become one loop, and that nothing is lost or changed by it.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Action, SysCall } from '../../model/step.ts';
import { runAt } from './runs.ts';

const read = (value: number, expectation = 1): SysCall => ({ sys: 'prctl', args: [{ flags: ['PR_CAPBSET_READ'] }, value, 0, 0, 0], expect: expectation });
const drop = (value: number): SysCall => ({ sys: 'prctl', args: [{ flags: ['PR_CAPBSET_DROP'] }, value, 0, 0, 0] });

describe('a run', () => {
  test('is four calls or more that differ in one small number', () => {
    expect(runAt([1, 2, 3, 4].map(drop), 0)).toEqual({ first: drop(1), varying: 1, rows: [1, 2, 3, 4].map((value) => ({ value, expect: undefined })) });
    expect(runAt([1, 2, 3].map(drop), 0)).toBeNull();
    expect(runAt([1, 2, 3, 4].map(drop), 1)).toBeNull();
  });

  test('may expect another result in each round, but not in some of them', () => {
    const mixed = [read(1, 0), read(2, 1), read(3, 0), read(4, 1)];
    expect(runAt(mixed, 0)?.rows.map((row) => row.expect)).toEqual([0, 1, 0, 1]);
    expect(runAt([read(1), read(2), drop(3), drop(4)], 0)).toBeNull();
    const { expect: _, ...without } = read(3);
    expect(runAt([read(1), read(2), without, read(4), read(5)], 0)).toBeNull();
  });

  test('ends where something else comes between', () => {
    const calls: readonly Action[] = [drop(1), drop(2), drop(3), drop(4), { builtin: 'session', controllingTerminal: false }, drop(5)];
    expect(runAt(calls, 0)?.rows.length).toBe(4);
    expect(runAt(calls, 4)).toBeNull();
  });

  test.each<[string, (call: SysCall, index: number) => SysCall]>([
    ['a result that is kept', (call) => ({ ...call, save: 'kept' })],
    ['a context that explains', (call) => ({ ...call, explain: 'context' })],
    ['an error that ends the step', (call) => ({ ...call, skipStep: ['ENOENT'] })],
    ['memory behind an argument', (call, index) => ({ ...call, args: [...call.args.slice(0, 4), { text: `text ${index}` }] })],
    ['equal memory behind an argument', (call) => ({ ...call, args: [...call.args.slice(0, 4), { text: 'text' }] })],
    ['a second number that differs', (call, index) => ({ ...call, args: [...call.args.slice(0, 4), index] })],
    ['a number that does not fit into the table', (call, index) => ({ ...call, args: [call.args[0] ?? 0, 2 ** 31 + index, 0, 0, 0] })],
    ['a negative number', (call, index) => ({ ...call, args: [call.args[0] ?? 0, -1 - index, 0, 0, 0] })],
    ['a number of 64 bits', (call, index) => ({ ...call, args: [call.args[0] ?? 0, BigInt(index), 0, 0, 0] })],
    ['another errno tolerated by each', (call, index) => ({ ...call, tolerate: index % 2 === 0 ? ['EINVAL'] : ['EPERM'] })],
  ])('has no calls with %s', (_, change) => {
    expect(
      runAt(
        [1, 2, 3, 4, 5].map((value, index) => change(drop(value), index)),
        0,
      ),
    ).toBeNull();
  });
});

/** Calls with few kinds, so that runs come up. */
const actions = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 40 }).map(drop) },
    { weight: 6, arbitrary: fc.tuple(fc.integer({ min: 0, max: 40 }), fc.constantFrom(0, 1)).map(([value, result]) => read(value, result)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Action>({ builtin: 'release' }, { sys: 'umask', args: [18] }, { sys: 'setsid', args: [] }, { ...drop(3), save: 'x' }),
    },
  ),
  { maxLength: 40 },
);

test('what is made of runs and the rest is the calls themselves', () => {
  fc.assert(
    fc.property(actions, (list) => {
      const again: Action[] = [];
      for (let index = 0; index < list.length; index += 1) {
        const run = runAt(list, index);
        const action = list[index];
        if (run === null) {
          if (action !== undefined) again.push(action);
          continue;
        }
        for (const { value, expect: result } of run.rows) {
          const args = run.first.args.map((arg, at) => (at === run.varying ? value : arg));
          again.push({ ...run.first, args, ...(result === undefined ? {} : { expect: result }) });
        }
        index += run.rows.length - 1;
      }
      expect(again).toEqual(list);
    }),
    { numRuns: 500 },
  );
});
