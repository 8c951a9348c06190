// The reference interpreter, where random programs do not reach: the kernel, the entry stack, undefined behaviour.

import { describe, expect, test } from 'vitest';
import { behind, type Builder, createBuilder, memory } from './builder.ts';
import { interpret, type InterpretOptions } from './interpret.ts';

function run(build: (b: Builder) => void, options?: InterpretOptions) {
  const b = createBuilder();
  build(b);
  return interpret(b.program(), options);
}

test('the kernel sees names, signed arguments and memory, and may write to it', () => {
  const calls: unknown[] = [];
  const ended = run(
    (b) => {
      b.sys('openat', [-100, b.text('/proc/self'), 0xffff_ffffn], { to: 'fd' });
      b.sys('read', ['fd', b.buffer('buffer', 8), 8], { to: 'size' });
      b.exit(memory(b.buffer('buffer', 8), 1, 1));
    },
    {
      kernel(name, args, sees) {
        if (name === 'openat') {
          calls.push([name, args[0], sees.text(args[1] ?? 0n), args[2]]);
          return 5n;
        }
        calls.push([name, args[0], args[2]]);
        sees.write(args[1] ?? 0n, Uint8Array.of(1, 42));
        return 2n;
      },
    },
  );
  expect(calls).toEqual([
    ['openat', -100n, '/proc/self', 0xffff_ffffn],
    ['read', 5n, 8n],
  ]);
  expect(ended.code).toBe(42);
  expect([...ended.blob('buffer')]).toEqual([1, 42, 0, 0, 0, 0, 0, 0]);
  expect(Object.fromEntries(ended.slots)).toEqual({ fd: 5n, size: 2n });
});

test('errors are negative results', () => {
  const answer = (result: bigint) =>
    run(
      (b) => {
        b.mark(3);
        b.sys('close', [0], {
          to: 'result',
          onError: 'failed',
          on: [
            { errno: 9, label: 'named' },
            { errno: 4, label: null },
          ],
        });
        b.exit(0);
        b.label('failed');
        b.exit(1);
        b.label('named');
        b.exit(2);
      },
      { kernel: () => result },
    );
  expect([0n, 5n, -1n, -4n, -9n, -4095n].map((result) => answer(result).code)).toEqual([0, 0, 1, 0, 2, 1]);
  expect(answer(-9n).slots.get('result')).toBe(-9n);
  expect(answer(0n).mark).toBe(3);
});

test('the entry stack holds arguments and environment', () => {
  const { code } = run(
    (b) => {
      b.entry('stack');
      b.loadAt('argument', 'stack', 16, 8);
      b.loadAt('x', 'argument', 0, 1);
      b.branch('x', 'ne', 'b'.charCodeAt(0), 'wrong');
      b.loadAt('end', 'stack', 24, 8);
      b.branch('end', 'ne', 0, 'wrong');
      b.loadAt('variable', 'stack', 32, 8);
      b.loadAt('x', 'variable', 2, 1);
      b.branch('x', 'ne', 'v'.charCodeAt(0), 'wrong');
      b.loadAt('argc', 'stack', 0, 8);
      b.exit('argc');
      b.label('wrong');
      b.exit(99);
    },
    { argv: ['a', 'b'], environment: ['K=v'] },
  );
  expect(code).toBe(2);
});

test('the exit code is one byte, and trap is no exit', () => {
  expect(run((b) => b.exit(-1))).toMatchObject({ ended: 'exit', code: 255 });
  expect(run((b) => b.trap())).toMatchObject({ ended: 'trap', code: 0 });
});

describe('what is undefined throws', () => {
  const faults: readonly [name: string, build: (b: Builder) => void, message: RegExp][] = [
    ['a system call without a kernel', (b) => b.sys('getpid', []), /getpid: there is no kernel/],
    ['a load from nowhere', (b) => [b.set('p', 8), b.loadAt('x', 'p', 0, 8)], /no memory at 8/],
    ['a load over the end', (b) => [b.set('p', behind(b.buffer('x', 8), 1)), b.loadAt('x', 'p', 0, 8)], /end outside of memory/],
    ['a store to constants', (b) => [b.set('p', b.text('abc')), b.storeAt('p', 0, 1, 0)], /write to constants/],
    ['a copy that overlaps', (b) => b.copy(b.buffer('x', 8), behind(b.buffer('x', 8), 1), 2), /overlap/],
    ['a copy of negative length', (b) => [b.set('n', -1), b.copy(b.text('a'), b.buffer('x', 8), 'n')], /negative/],
    ['a program without an end', (b) => [b.label('x'), b.jump('x')], /does not end/],
    ['a faulty program', (b) => b.jump('nowhere'), /no label nowhere/],
  ];
  test.each(faults)('%s', (_, build, message) => {
    const whole = (b: Builder): void => {
      build(b);
      b.exit(0);
    };
    expect(() => run(whole, { maxOperations: 1000 })).toThrow(message);
  });
});
