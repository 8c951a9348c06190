import { expect, test } from 'vitest';
import type { Verdict } from './policy.ts';
import { compareStrictness, letsThrough, returnValue, verdictText } from './verdicts.ts';

const ALL: readonly Verdict[] = [
  { kind: 'allow' },
  { kind: 'log' },
  { kind: 'errno', errno: 13 },
  { kind: 'trap' },
  { kind: 'kill_thread' },
  { kind: 'kill_process' },
];

test("the order is the kernel's: the action that is least as a signed number wins (kernel/seccomp.c, seccomp_run_filters)", () => {
  const byKernel = ALL.toSorted((a, b) => (returnValue(a) & 0xffff_0000) - (returnValue(b) & 0xffff_0000));
  expect(ALL.toSorted(compareStrictness)).toEqual(byKernel);
  expect(byKernel.map(({ kind }) => kind)).toEqual(['kill_process', 'kill_thread', 'trap', 'errno', 'log', 'allow']);
});

test('what the filter returns', () => {
  expect(ALL.map(returnValue)).toEqual([0x7fff_0000, 0x7ffc_0000, 0x0005_000d, 0x0003_0000, 0, 0x8000_0000]);
});

test('which of them let a call through', () => {
  expect(ALL.filter(letsThrough).map(verdictText)).toEqual(['allow', 'log']);
});

test('an errno is written by its name where it has one', () => {
  expect([0, 1, 4095].map((errno) => verdictText({ kind: 'errno', errno }))).toEqual(['errno 0', 'errno EPERM', 'errno 4095']);
});
