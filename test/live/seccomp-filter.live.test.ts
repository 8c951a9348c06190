// This kernel and our filters: it takes those that findFault() takes and no others, runs them as simulate() does, and refuses
// the calls that policies refuse.

import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { findFault } from '../../src/bpf/check.ts';
import { decodeProgram, type Instruction } from '../../src/bpf/instruction.ts';
import { decodeInstruction, encodeOperation, type Operation } from '../../src/bpf/operation.ts';
import { simulate } from '../../src/bpf/simulate.ts';
import { randomProgram } from '../../src/bpf/testing/random-program.ts';
import { CONSTANTS } from '../../src/kernel/constants.gen.ts';
import { ERRNO, type ErrnoName } from '../../src/kernel/errno.gen.ts';
import { type Arch, syscallTable } from '../../src/kernel/arch.ts';
import { SYSCALLS } from '../../src/kernel/syscalls.gen.ts';
import { compileFilter } from '../../src/controls/seccomp/index.ts';
import { COMMON, EVERY_OPERATOR, SECTIONS } from '../../src/controls/seccomp/testing/corpus.ts';
import { ARM64, specWith, X86_64 } from '../../src/controls/seccomp/testing/spec.ts';
import { buildProbe, type Job, type Programs } from '../support/seccomp/programs.ts';
import { needing, needs } from '../support/needs.ts';

const it = needing('gcc');
const SIGSYS = 31;
const here = process.arch === 'arm64' ? ARM64 : X86_64;
const onX86 = process.arch === 'x64';

/** Built before the tests are defined: whether there are 32-bit calls decides which. */
const kernel: Programs = needs('gcc').ok ? buildProbe() : { probe: () => [], remove: () => undefined };
afterAll(() => kernel.remove());

const [answerTo32] = kernel.probe([
  { program: [encodeOperation({ kind: 'return', value: CONSTANTS.SECCOMP_RET_ALLOW })], nr: SYSCALLS.i386.getpid, compat: true },
]);
const has32 = answerTo32?.startsWith('result') ?? false;
/** `it` for tests that make calls of i386 with int $0x80. */
const it32: typeof it = has32 ? it : (title, body) => test.skip(`${title} [needs i386: this machine makes no 32-bit calls (${answerTo32 ?? 'no gcc'})]`, body);

function filterOf(text: string): readonly Instruction[] {
  const { program, diagnostics } = compileFilter(specWith(text), here);
  if (program === null) throw new Error(JSON.stringify(diagnostics));
  return decodeProgram(program);
}

const numberOf = (arch: Arch, name: string): number => {
  const number = syscallTable(arch)[name];
  if (number === undefined) throw new Error(`${arch} has no ${name}`);
  return number;
};
const failed = (name: ErrnoName) => `result ${-ERRNO[name].number}`;

/** Answers of the kernel to calls under a policy: native ones by name, `i386.` or `x32.` before the others. */
function under(text: string, ...calls: readonly (readonly [name: string, ...args: bigint[]])[]): readonly string[] {
  const program = filterOf(text);
  return kernel.probe(
    calls.map(([name, ...args]): Job => {
      const [arch, call] = name.includes('.') ? (name.split('.') as [Arch, string]) : [here.arch, name];
      return { program, nr: numberOf(arch, call), args, compat: arch === 'i386' };
    }),
  );
}

describe("Debian's common policy", () => {
  it('refuses what it lists, with its errno', () => {
    const names = ['kexec_load', 'open_by_handle_at', 'init_module', 'finit_module', 'delete_module'];
    expect(under(COMMON, ...names.map((name) => [name] as const))).toEqual(names.map(() => failed('EPERM')));
  });

  it('refuses umount2 with MNT_FORCE only', () => {
    // Without it, the null path is what the kernel complains of.
    expect(under(COMMON, ['umount2', 0n, 0n], ['umount2', 0n, 1n], ['umount2', 0n, 3n], ['umount2', 0n, 2n])).toEqual([
      expect.stringMatching(/^result -(14|1)$/),
      failed('EACCES'),
      failed('EACCES'),
      expect.stringMatching(/^result -(14|1)$/),
    ]);
  });

  it('leaves the rest alone', () => {
    expect(under(COMMON, ['getpgid', 0n])[0]).toMatch(/^result \d+$/);
    expect(under(COMMON, ['close', 99n])).toEqual([failed('EBADF')]);
  });
});

describe('actions', () => {
  it('kill, errno, log, trap, allow', () => {
    const text = '2\ndenylist\ngetpid kill\ngetuid kill_thread\ngetgid errno 0\ngettid errno 4095\ngetppid trap\ngeteuid log\n';
    expect(under(text, ['getpid'], ['getuid'], ['getgid'], ['gettid'], ['getppid'], ['geteuid'], ['getegid'])).toEqual([
      `signal ${SIGSYS}`,
      `signal ${SIGSYS}`, // the handler for SIGSYS is not asked
      'result 0',
      'result -4095',
      'trap',
      `result ${process.geteuid?.()}`,
      `result ${process.getegid?.()}`,
    ]);
  });

  it('every operator, on 64 bits', () => {
    expect(
      under(
        EVERY_OPERATOR,
        ['ftruncate', 99n, 0xffff_ffffn],
        ['ftruncate', 99n, 0x1_0000_0000n],
        ['lseek', 99n, 0x7fff_ffff_ffff_fffen],
        ['lseek', 99n, 0x7fff_ffff_ffff_ffffn],
        ['lseek', 99n, 0xffff_ffff_ffff_ffffn],
        ['ioctl', 99n, 0x5412n],
        ['ioctl', 99n, 0x5413n],
        ['ioctl', 99n, 0x1_0000_5412n], // what HF221 warns of
        ['personality', 0xffff_ffffn],
        ['personality', 1n],
        ['socket', 16n],
        ['socket', 38n],
        ['socket', 0xffffn],
      ),
    ).toEqual([
      failed('EBADF'),
      failed('ENXIO'),
      failed('EBADF'),
      failed('EIO'),
      failed('EIO'),
      failed('ENOTTY'),
      failed('EBADF'),
      failed('EBADF'),
      expect.stringMatching(/^result \d+$/),
      failed('EBADF'),
      failed('EAFNOSUPPORT'),
      failed('EADDRINUSE'),
      failed('EAFNOSUPPORT'),
    ]);
  });
});

if (onX86) {
  describe('the other conventions of x86_64', () => {
    const text = '2\ndenylist\n[x86]\nclose errno 13\n[x32]\nclose errno 2\n';

    it('a section is about its own calls (lxc#571)', () => {
      expect(under(text, ['x86_64.close', 99n], ['x32.close', 99n])).toEqual([failed('EBADF'), failed('ENOENT')]);
    });

    it32('a section for 32-bit calls is about these', () => {
      expect(under(text, ['i386.close', 99n])).toEqual([failed('EACCES')]);
    });

    it32('socketcall and ipc are no way around a rule', () => {
      expect(under(SECTIONS, ['i386.socket', 1n], ['i386.socketcall', 1n], ['i386.ipc', 1n], ['i386.ipc', 0x1_0001n])).toEqual([
        failed('EPERM'),
        failed('EPERM'),
        failed('EPERM'),
        failed('EPERM'),
      ]);
    });

    it('version 1 leaves no call of x32', () => {
      expect(under('1\nallowlist\n59\n3\n', ['x86_64.close', 99n], ['x32.close', 99n])).toEqual([failed('EBADF'), `signal ${SIGSYS}`]);
    });

    it32('version 1 leaves no 32-bit call', () => {
      expect(under('1\nallowlist\n59\n3\n', ['i386.close', 99n])).toEqual([`signal ${SIGSYS}`]);
    });
  });
}

/** Programs as they come, and with one instruction made any other: some of those the kernel refuses. */
const damaged = fc
  .tuple(randomProgram, fc.nat(), fc.record({ code: fc.nat(0x1ff), jt: fc.nat(60), jf: fc.nat(60), k: fc.nat(80) }))
  .map(([program, at, other]) => program.map((instruction, index) => (index === at % program.length ? other : instruction)));

it('takes the programs that findFault() takes, and no others', () => {
  const programs = fc.sample(fc.oneof(randomProgram, damaged), 700);
  const answers = kernel.probe(programs.map((program) => ({ program, nr: numberOf(here.arch, 'getpgid') })));
  const refused = answers.map((answer) => answer.startsWith('load'));
  const wrong = programs.findIndex((program, index) => (findFault(program) !== null) !== refused[index]);
  expect(wrong < 0 ? null : `${JSON.stringify(programs[wrong])}: ${findFault(programs[wrong] ?? [])}, the kernel: ${answers[wrong]}`).toBeNull();
  expect(refused.filter(Boolean).length).toBeGreaterThan(100);
  expect(answers.filter((answer) => answer.startsWith('load') && answer !== failed('EINVAL').replace('result -', 'load '))).toEqual([]);
  // 4096 instructions, and one more.
  const long = (length: number) => [
    ...Array.from({ length: length - 1 }, () => encodeOperation({ kind: 'negate' })),
    encodeOperation({ kind: 'return', value: CONSTANTS.SECCOMP_RET_ALLOW }),
  ];
  expect(kernel.probe([4096, 4097].map((length) => ({ program: long(length), nr: numberOf(here.arch, 'close'), args: [99n] })))).toEqual([
    failed('EBADF'),
    'load 22',
  ]);
});

/** Every return gives an errno of its own, so that the way through the program shows; the instruction pointer is not read. */
function observable(program: readonly Instruction[]): readonly Instruction[] {
  return program.map((instruction, index) => {
    const operation = decodeInstruction(instruction) as Operation;
    if (operation.kind === 'return') return encodeOperation({ kind: 'return', value: CONSTANTS.SECCOMP_RET_ERRNO | (index + 1) });
    return operation.kind === 'load' && (operation.offset === 8 || operation.offset === 12)
      ? encodeOperation({ kind: 'load', offset: 16 + operation.offset })
      : instruction;
  });
}

/** Since 6.14 no filter is run for these: they are the kernel's own way back from a probe (kernel/seccomp.c, __secure_computing). */
const NEVER_FILTERED: readonly number[] = [SYSCALLS.x86_64.uretprobe, SYSCALLS.x86_64.uprobe];

it('runs programs as simulate() does', () => {
  const word64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const asked = fc.sample(
    fc.tuple(
      randomProgram.map(observable),
      fc.nat(500).filter((nr) => !NEVER_FILTERED.includes(nr)),
      fc.array(word64, { minLength: 6, maxLength: 6 }),
    ),
    2000,
  );
  const answers = kernel.probe(asked.map(([program, nr, args]) => ({ program, nr, args })));
  const arch = onX86 ? CONSTANTS.AUDIT_ARCH_X86_64 : CONSTANTS.AUDIT_ARCH_AARCH64;
  const expected = asked.map(([program, nr, args]) => {
    const { action, data } = simulate(program, { arch, nr, args });
    return action === CONSTANTS.SECCOMP_RET_ERRNO ? `result ${-data}` : 'killed';
  });
  // A division by 0 kills the thread.
  expect(answers.map((answer) => (answer === `signal ${SIGSYS}` ? 'killed' : answer))).toEqual(expected);
  expect(new Set(expected).size).toBeGreaterThan(20);
});
