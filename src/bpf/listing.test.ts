import { expect, test } from 'vitest';
import { SYSCALLS } from '../kernel/syscalls.gen.ts';
import { assemble } from './assemble.ts';
import { actionText, listing } from './listing.ts';

const program = assemble([
  { kind: 'load', offset: 4 },
  { kind: 'branch', test: 'eq', by: 0xc000_003e, yes: 'native', no: 'other' },
  { kind: 'label', name: 'native' },
  { kind: 'load', offset: 0 },
  { kind: 'branch', test: 'ge', by: 165, yes: 'mount', no: 'allow' },
  { kind: 'label', name: 'mount' },
  { kind: 'load', offset: 28 },
  { kind: 'alu', operator: 'and', by: 0x1f },
  { kind: 'branch', test: 'gt', by: 16, yes: 'refuse', no: 'allow' },
  { kind: 'label', name: 'refuse' },
  { kind: 'return', value: 0x0005_0001 },
  { kind: 'label', name: 'allow' },
  { kind: 'return', value: 0x7fff_0000 },
  { kind: 'label', name: 'other' },
  { kind: 'return', value: 0x8000_0000 },
]);

test('a listing has names for words, architectures, calls and actions', () => {
  const calls: Readonly<Record<string, number>> = SYSCALLS.x86_64;
  const call = (nr: number, arch: number | null) => (arch === 0xc000_003e ? Object.keys(calls).find((name) => calls[name] === nr) : undefined);
  expect(listing(program, { call })).toBe(`    a = arch
    if a == AUDIT_ARCH_X86_64 then L2 else L9
L2:
    a = nr
    if a >= 165 (mount) then L4 else L8
L4:
    a = args[1].high
    a = a & 0x1f
    if a > 0x10 then L7 else L8
L7:
    return ERRNO(EPERM)
L8:
    return ALLOW
L9:
    return KILL_PROCESS
`);
});

test('without names, numbers are numbers', () => {
  expect(listing(program)).toContain('if a >= 165 then');
});

test('every kind of operation has a line', () => {
  const text = listing(
    assemble([
      { kind: 'length', to: 'x' },
      { kind: 'constant', to: 'a', value: 4096 },
      { kind: 'store', from: 'a', cell: 2 },
      { kind: 'recall', to: 'x', cell: 2 },
      { kind: 'alu', operator: 'lsh', by: 'x' },
      { kind: 'negate' },
      { kind: 'copy', to: 'x' },
      { kind: 'copy', to: 'a' },
      { kind: 'branch', test: 'set', by: 'x', yes: 'end', no: 'on' },
      { kind: 'label', name: 'on' },
      { kind: 'jump', to: 'end' },
      { kind: 'label', name: 'end' },
      { kind: 'return', value: 'a' },
    ]),
  );
  expect(text.split('\n').map((line) => line.trim())).toEqual([
    'x = sizeof(seccomp_data)',
    'a = 0x1000',
    'cell[2] = a',
    'x = cell[2]',
    'a = a << x',
    'a = -a',
    'x = a',
    'a = x',
    'if a & x then L10 else L9',
    'L9:',
    'goto L10',
    'L10:',
    'return a',
    '',
  ]);
});

test('what a filter returns, in words', () => {
  expect([0x0005_0000, 0x0005_ffff, 0x0003_0007, 0x7ffc_0000, 0x1234_0000].map(actionText)).toEqual([
    'ERRNO(0)',
    'ERRNO(65535)',
    'TRAP(7)',
    'LOG',
    '0x12340000',
  ]);
});
