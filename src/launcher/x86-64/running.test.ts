// Emitted programs that talk to the real kernel.

import { describe, expect, test } from 'vitest';
import { type Builder, createBuilder, mark, memory, result } from '../builder.ts';
import { emit } from '../emit.ts';
import { type Ended, needsX86, run, runsHere } from '../testing/native.ts';

const EBADF = 9;
const ENOENT = 2;

function execute(build: (b: Builder) => void, args: readonly string[] = [], environment: Record<string, string> = {}): Ended {
  const b = createBuilder();
  build(b);
  return run(emit(b.program(), { arch: 'x86_64' }), args, environment);
}

describe.skipIf(!runsHere)(`a running program${needsX86}`, () => {
  test('writes, and exits with the result of the call', () => {
    const ended = execute((b) => {
      b.sys('write', [1, b.text('hello\n'), 6], { to: 'written' });
      b.exit('written');
    });
    expect(ended).toEqual({ code: 6, signal: null, stdout: Buffer.from('hello\n') });
  });

  test('gives all six arguments', () => {
    // mmap(NULL, 4096, READ|WRITE, PRIVATE|ANONYMOUS, -1, 0), then the offset wrong: EINVAL.
    const ended = execute((b) => {
      b.sys('mmap', [0, 4096, 3, 0x22, -1, 0], { to: 'page', onError: 'failed' });
      b.storeAt('page', 4092, 4, 41);
      b.loadAt('x', 'page', 4092, 4);
      b.sys('mmap', [0, 4096, 3, 0x22, -1, 1], { onError: 'refused' });
      b.label('failed');
      b.exit(1);
      b.label('refused');
      b.add('x', 1);
      b.exit('x');
    });
    expect(ended.code).toBe(42);
  });

  describe('a failing call', () => {
    test('jumps to onError, where the result and the mark are still there', () => {
      const ended = execute((b) => {
        b.mark(0x0005_0007);
        b.sys('close', [-1], { onError: 'failed' });
        b.exit(0);
        b.label('failed');
        b.saveResult('errno');
        b.set('mark', mark);
        b.shr('mark', 16);
        b.shl('mark', 4);
        b.sub('mark', 'errno');
        b.exit('mark');
      });
      expect(ended.code).toBe(5 * 16 + EBADF);
    });

    test('goes on where nothing is said', () => {
      const ended = execute((b) => {
        b.sys('close', [-1]);
        b.exit(3);
      });
      expect(ended.code).toBe(3);
    });

    test.each([
      ['the errno has a label', [{ errno: EBADF, label: 'named' }], 20],
      ['the errno is to be ignored', [{ errno: EBADF, label: null }], 10],
      [
        'other errnos are listed',
        [
          { errno: ENOENT, label: 'named' },
          { errno: 13, label: null },
        ],
        30,
      ],
      [
        'it stands behind others',
        [
          { errno: ENOENT, label: null },
          { errno: EBADF, label: 'named' },
        ],
        20,
      ],
    ])('%s', (_, on, code) => {
      const ended = execute((b) => {
        b.sys('close', [-1], { to: 'result', onError: 'failed', on });
        b.branch('result', 'ne', -EBADF, 'wrong');
        b.exit(10);
        b.label('named');
        b.branch('result', 'ne', -EBADF, 'wrong');
        b.exit(20);
        b.label('failed');
        b.branch('result', 'ne', -EBADF, 'wrong');
        b.exit(30);
        b.label('wrong');
        b.exit(99);
      });
      expect(ended.code).toBe(code);
    });

    test('fail behaves as such a call', () => {
      const ended = execute((b) => {
        b.fail(EBADF, { to: 'result', onError: 'failed', on: [{ errno: ENOENT, label: null }] });
        b.exit(0);
        b.label('failed');
        b.saveResult('again');
        b.branch('result', 'ne', 'again', 'wrong');
        b.sub('zero', 'again');
        b.exit('zero');
        b.label('wrong');
        b.exit(99);
      });
      expect(ended.code).toBe(EBADF);
    });
  });

  test('finds argc, argv and the environment at entry', () => {
    const ended = execute(
      (b) => {
        b.entry('stack');
        b.loadAt('argc', 'stack', 0, 8);
        b.loadAt('argument', 'stack', 16, 8);
        b.sys('write', [1, 'argument', 5]);
        b.set('after', 'argc'); // envp is behind argc, argv and its NULL
        b.shl('after', 3);
        b.add('after', 'stack');
        b.loadAt('variable', 'after', 16, 8);
        b.sys('write', [1, 'variable', 5]);
        b.exit('argc');
      },
      ['first', 'second'],
      { A: 'bcd' },
    );
    expect(ended.stdout.toString()).toBe('firstA=bcd');
    expect(ended.code).toBe(3);
  });

  test('keeps slots and mark over fork, each process its own', () => {
    const SIGCHLD = 17;
    const ended = execute((b) => {
      b.mark(7);
      b.set('x', 1);
      b.sys('clone', [SIGCHLD, 0, 0, 0, 0], { to: 'child', onError: 'failed' });
      b.branch('child', 'ne', 0, 'parent');
      b.add('x', 1);
      b.set('code', mark);
      b.add('code', 'x');
      b.exit('code');
      b.label('parent');
      const status = b.buffer('status', 4, 4);
      b.sys('wait4', ['child', status, 0, 0], { onError: 'failed' });
      b.set('code', memory(status, 1, 1));
      b.shl('code', 4);
      b.add('code', 'x');
      b.exit('code');
      b.label('failed');
      b.exit(99);
    });
    expect(ended.code).toBe((7 + 2) * 16 + 1);
  });

  test('own slots: a process that shares memory changes none of those it was made with', () => {
    const [SIGCHLD, CLONE_VM] = [17, 0x100];
    const ended = execute((b) => {
      const stack = b.buffer('stack', 256, 16);
      b.set('x', 5);
      b.set('y', 6);
      b.set('top', stack);
      b.add('top', 256);
      b.sys('clone', [SIGCHLD | CLONE_VM, 'top', 0, 0, 0], { onError: 'failed' });
      b.branch(result, 'ne', 0, 'parent');
      b.ownSlots();
      b.add('x', 'y');
      b.set('y', 0);
      b.store(b.buffer('seen', 8), 0, 8, 'x');
      b.exit(0);
      b.label('parent');
      b.sys('wait4', [-1, 0, 0, 0], { onError: 'failed' });
      b.set('code', memory(b.buffer('seen', 8), 0, 8)); // memory is shared: 11
      b.shl('code', 4);
      b.add('code', 'x');
      b.add('code', 'y');
      b.exit('code');
      b.label('failed');
      b.exit(99);
    });
    expect(ended.code).toBe(11 * 16 + 5 + 6);
  });

  test('decimal writes all digits, whatever the parts of the number are', () => {
    // Ten times 2^32: after the first digit the lower half is 0.
    const numbers = [0n, 9n, 10n, 42_949_672_960n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n];
    const ended = execute((b) => {
      const digits = b.buffer('digits', 20);
      for (const number of numbers) {
        b.decimal(number, digits, 'length');
        b.sys('write', [1, digits, 'length']);
        b.sys('write', [1, b.text(' '), 1]);
      }
      b.exit(0);
    });
    expect(ended.stdout.toString()).toBe(numbers.map((number) => `${number} `).join(''));
  });

  test('subroutines return to where they were called', () => {
    const ended = execute((b) => {
      b.call('twice');
      b.call('twice');
      b.exit('x');
      b.label('twice');
      b.add('x', 1);
      b.shl('x', 1);
      b.return();
    });
    expect(ended.code).toBe(6);
  });

  test('trap ends it with SIGILL', () => {
    expect(execute((b) => b.trap())).toMatchObject({ code: null, signal: 'SIGILL' });
  });

  test('an exit that is refused ends it all the same', () => {
    // A filter that answers EPERM to everything: ld nothing; ret ERRNO|EPERM.
    const ended = execute((b) => {
      const filter = b.bytes(Uint8Array.of(6, 0, 0, 0, 1, 0, 5, 0), 8);
      const program = b.buffer('program', 16);
      b.store(program, 0, 2, 1);
      b.store(program, 8, 8, filter);
      const PR_SET_NO_NEW_PRIVS = 38;
      b.sys('prctl', [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0], { onError: 'failed' });
      b.sys('seccomp', [1, 0, program], { onError: 'failed' });
      b.exit(0);
      b.label('failed');
      b.exit(99);
    });
    expect(ended).toMatchObject({ code: null, signal: 'SIGILL' });
  });
});
