// Each fault of a program is found, and named.

import { describe, expect, test } from 'vitest';
import { address, type Builder, createBuilder, imm, memory, type Operand, result, slot } from './builder.ts';
import type { Blob, Op } from './ir.ts';
import { printOp } from './print.ts';
import { validate } from './validate.ts';

/** Validates what `build` makes, with an exit behind it. */
function check(build: (b: Builder) => void): () => void {
  const b = createBuilder();
  build(b);
  b.exit(0);
  return () => validate(b.program());
}

test('a sound program passes', () => {
  expect(
    check((b) => {
      b.entry('stack');
      b.set('x', address('buffer', 20)); // one past the end
      b.decimal('x', b.buffer('buffer', 20), 'length');
      b.label('again');
      b.sys('read', [0, b.data('data', Uint8Array.of(0)), 1], { on: [{ errno: 4, label: 'again' }], onError: 'failed' });
      b.saveResult('x');
      b.saveResult('y');
      b.call('routine');
      b.exit(memory(b.bytes(Uint8Array.of(1)), 0, 1));
      b.label('failed');
      b.saveResult('x');
      b.call('routine');
      b.exit(1);
      b.label('routine');
      b.store(b.buffer('buffer', 20), 12, 8, 2n ** 64n - 1n);
      b.return();
    }),
  ).not.toThrow();
});

describe('operations', () => {
  const faults: readonly [name: string, build: (b: Builder) => void, message: RegExp][] = [
    ['a label that is missing', (b) => b.jump('nowhere'), /^operation 0, goto nowhere: there is no label nowhere$/],
    ['an error label that is missing', (b) => b.sys('close', [0], { onError: 'nowhere' }), /there is no label nowhere/],
    ['an errno label that is missing', (b) => b.fail(1, { on: [{ errno: 2, label: 'nowhere' }] }), /there is no label nowhere/],
    ['a label defined twice', (b) => ['x', 'x'].map(b.label), /^operation 1: label x is defined twice$/],
    ['a blob that is missing', (b) => b.exit(memory(address('none'), 0, 1)), /there is no blob none/],
    ['an address behind the end', (b) => b.exit(address(b.buffer('x', 4).blob, 5)), /x has 4 bytes/],
    ['an address before the begin', (b) => b.exit(address(b.buffer('x', 4).blob, -1)), /x has 4 bytes/],
    ['a value that ends outside', (b) => b.exit(memory(b.buffer('x', 4), 1, 4)), /x has 4 bytes/],
    ['a store that ends outside', (b) => b.store(b.buffer('x', 4), 1, 4, 0), /x has 4 bytes/],
    ['a store into text', (b) => b.store(b.text('abc'), 0, 1, 0), /writes into constants/],
    ['decimal without room', (b) => b.decimal(1, b.buffer('x', 19), 'n'), /x has 19 bytes/],
    ['decimal into constants', (b) => b.decimal(1, b.bytes(new Uint8Array(20)), 'n'), /writes into constants/],
    ['a copy from outside', (b) => b.copy(b.text('abc'), b.buffer('x', 9), 5), /text has 4 bytes/],
    ['a copy to outside', (b) => b.copy(b.text('abcdefgh'), b.buffer('x', 4), 5), /x has 4 bytes/],
    ['a copy into constants', (b) => b.copy(b.buffer('x', 4), b.text('abc'), 3), /writes into constants/],
    ['seven arguments', (b) => b.sys('mmap', [0, 0, 0, 0, 0, 0, 0]), /more than six arguments/],
    ['an errno listed twice', (b) => b.sys('close', [0], { on: [1, 1].map((errno) => ({ errno, label: null })) }), /listed twice/],
    ['an errno of 0', (b) => b.sys('close', [0], { on: [{ errno: 0, label: null }] }), /0 is no errno/],
    ['an errno above 4095', (b) => b.sys('close', [0], { on: [{ errno: 4096, label: null }] }), /4096 is no errno/],
    ['a mark below 0', (b) => b.mark(-1), /a mark is 32 bits/],
    ['a mark above 32 bits', (b) => b.mark(2 ** 32), /a mark is 32 bits/],
    ['an immediate above 64 bits', (b) => b.exit(2n ** 64n), /an immediate is 64 bits/],
    ['an immediate below 64 bits', (b) => b.exit(-(2n ** 63n) - 1n), /an immediate is 64 bits/],
    ['a long offset from a pointer', (b) => b.loadAt('x', 'x', 2 ** 31, 1), /the offset must fit 32 bits/],
    ['a slot that nothing writes', (b) => b.exit('x'), /operation 0, exit\(\$x\): slot x is read but never written/],
    ['a pointer that nothing writes', (b) => b.storeAt('p', 0, 1, 0), /slot p is read but never written/],
    ['entry behind something', (b) => [b.trap(), b.entry('x')], /only the first operation/],
  ];
  test.each(faults)('%s', (_, build, message) => {
    expect(check(build)).toThrow(message);
  });

  const nobody = slot('nobody');
  const readers: readonly Op[] = [
    { op: 'sys', name: 'mmap', args: [imm(0), imm(0), imm(0), imm(0), imm(0), nobody], to: null, onError: null, on: [] },
    { op: 'set', to: 'x', value: nobody },
    { op: 'add', to: 'x', value: nobody },
    { op: 'sub', to: 'x', value: nobody },
    { op: 'and', to: 'x', value: nobody },
    { op: 'or', to: 'x', value: nobody },
    { op: 'shl', to: 'x', value: nobody },
    { op: 'shr', to: 'x', value: nobody },
    { op: 'store', blob: 'memory', offset: 0, width: 8, value: nobody },
    { op: 'store-at', pointer: 'p', offset: 0, width: 8, value: nobody },
    { op: 'store-at', pointer: 'nobody', offset: 0, width: 8, value: imm(0) },
    { op: 'load-at', to: 'x', pointer: 'nobody', offset: 0, width: 8, signed: false },
    { op: 'decimal', value: nobody, address: address('memory'), length: 'n' },
    { op: 'decimal', value: imm(0), address: nobody, length: 'n' },
    { op: 'copy', from: nobody, to: address('memory'), length: imm(1) },
    { op: 'copy', from: address('memory'), to: nobody, length: imm(1) },
    { op: 'copy', from: address('memory'), to: address('memory', 8), length: nobody },
    { op: 'branch', left: nobody, when: 'eq', right: imm(0), label: 'there' },
    { op: 'branch', left: imm(0), when: 'eq', right: nobody, label: 'there' },
    { op: 'exit', code: nobody },
  ];
  test.each(readers.map((op) => [printOp(op).trim(), op] as const))('a slot nobody writes is seen in %s', (_, op) => {
    const reading = check((b) => {
      b.buffer('memory', 32);
      b.set('p', 0);
      b.label('there');
      b.op(op);
    });
    expect(reading).toThrow('slot nobody is read but never written');
  });
});

describe('blobs', () => {
  test.each<[string, Blob, RegExp]>([
    ['a reserved name', { kind: 'bss', name: '.slots', size: 1, align: 1 }, /reserved/],
    ['no name', { kind: 'bss', name: '', size: 1, align: 1 }, /reserved/],
    ['alignment that is no power of two', { kind: 'bss', name: 'x', size: 1, align: 12 }, /alignment 12/],
    ['alignment 0', { kind: 'ro', name: 'x', bytes: Uint8Array.of(1), align: 0 }, /alignment 0/],
    ['alignment above a page', { kind: 'rw', name: 'x', bytes: Uint8Array.of(1), align: 8192 }, /alignment 8192/],
    ['a negative size', { kind: 'bss', name: 'x', size: -1, align: 1 }, /bad size/],
  ])('%s', (_, blob, message) => {
    expect(() => validate({ ops: [{ op: 'trap' }], blobs: [blob] })).toThrow(message);
  });

  test('a name twice', () => {
    const blob: Blob = { kind: 'bss', name: 'x', size: 1, align: 1 };
    expect(() => validate({ ops: [{ op: 'trap' }], blobs: [blob, blob] })).toThrow('blob x is defined twice');
  });
});

describe('flow', () => {
  test('nothing may run off the end', () => {
    const end = (build: (b: Builder) => void) => () => {
      const b = createBuilder();
      build(b);
      validate(b.program());
    };
    expect(end(() => undefined)).toThrow('runs off its end');
    expect(end((b) => b.mark(1))).toThrow('operation 0: the program runs off its end');
    expect(end((b) => [b.jump('x'), b.label('x')])).toThrow('operation 1: the program runs off its end');
    expect(end((b) => b.fail(1))).toThrow('runs off its end');
    expect(end((b) => [b.label('x'), b.fail(1, { onError: 'x' })])).not.toThrow();
    expect(end((b) => [b.label('x'), b.fail(0, { onError: 'x' })])).toThrow('operation 1: the program runs off its end');
    expect(end((b) => [b.label('x'), b.jump('x')])).not.toThrow();
  });

  test('return needs a call', () => {
    expect(check((b) => b.return())).toThrow('operation 0: return without a call');
  });

  test('return behind a nested call has nowhere to go', () => {
    const nested = check((b) => {
      b.call('outer');
      b.exit(0);
      b.label('outer');
      b.call('inner');
      b.return();
      b.label('inner');
      b.return();
    });
    expect(nested).toThrow('operation 4: return without a call, or from behind a nested one');
  });

  test('a subroutine may be left for good, and what follows may call', () => {
    const left = check((b) => {
      b.call('routine');
      b.exit(0);
      b.label('routine');
      b.sys('close', [0], { onError: 'failed' });
      b.return();
      b.label('failed');
      b.call('routine');
    });
    expect(left).not.toThrow();
  });

  test('a result lasts until the next operation, over labels, and to the targets of its call', () => {
    expect(check((b) => b.saveResult('x'))).toThrow('there is no result');
    expect(check((b) => [b.sys('getpid', []), b.mark(1), b.saveResult('x')])).toThrow('operation 2: on some way here');
    expect(check((b) => [b.sys('getpid', []), b.label('a'), b.saveResult('x'), b.label('b'), b.saveResult('y')])).not.toThrow();
    expect(check((b) => [b.sys('getpid', []), b.jump('a'), b.label('a'), b.saveResult('x')])).toThrow('there is no result');
    expect(check((b) => [b.fail(1, { onError: 'a' }), b.trap(), b.label('a'), b.saveResult('x')])).not.toThrow();
    expect(check((b) => [b.sys('getpid', [], { onError: 'a' }), b.mark(1), b.label('a'), b.saveResult('x')])).toThrow('there is no result');
    const twoWays = check((b) => [b.set('x', 0), b.branch('x', 'eq', 0, 'a'), b.sys('getpid', []), b.label('a'), b.saveResult('x')]);
    expect(twoWays).toThrow('there is no result');
  });

  test('a branch right behind a call may look at its result, nothing else may', () => {
    const child = (left: Operand) => (b: Builder) => [b.sys('getpid', []), b.branch(left, 'eq', 0, 'a'), b.label('a')];
    expect(check(child(result))).not.toThrow();
    expect(check((b) => [b.sys('getpid', []), b.mark(1), b.branch(result, 'eq', 0, 'a'), b.label('a')])).toThrow('there is no result');
    expect(check((b) => [b.sys('getpid', []), b.branch(0, 'eq', result, 'a'), b.label('a')])).toThrow('only the left side of a branch');
    expect(check((b) => [b.sys('getpid', []), b.set('x', result)])).toThrow('only the left side of a branch');
  });

  test('a long program is checked without recursion', () => {
    const long = check((b) => {
      for (let i = 0; i < 50_000; i++) b.sys('getpid', [], { onError: 'end' });
      b.label('end');
    });
    expect(long).not.toThrow();
  });
});
