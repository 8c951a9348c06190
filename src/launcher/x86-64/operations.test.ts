// What each operation of the IR becomes, as objdump reads it. [rbx-0x80] is the first slot, r12d the mark; distances to
// labels are not looked at here.

import { describe, expect, test } from 'vitest';
import { type Builder, createBuilder, mark, memory } from '../builder.ts';
import type { Condition, Op } from '../ir.ts';
import { needing, needs } from '../../../test/support/needs.ts';
import { disassemble } from '../testing/native.ts';
import { x86_64 } from './machine.ts';

const withObjdump = needing('binutils');
/** How many instructions come before the first operation. */
const PROLOGUE = 1;

/** The instructions of what each `build` appends to an empty program; one run of objdump for all. */
function instructions(builds: readonly ((b: Builder) => void)[]): string[][] {
  const programs = builds.map((build) => {
    const b = createBuilder();
    build(b);
    const end = b.program().ops.length;
    b.label('there'); // somewhere to jump to
    const { text, starts } = x86_64.assemble(b.program());
    return text.subarray(0, starts[end]);
  });
  const lines = disassemble(Buffer.concat(programs));
  let start = 0;
  return programs.map(({ length }) => {
    const end = start + length;
    const own = lines.filter(({ offset }) => offset >= start && offset < end);
    start = end;
    return own.slice(PROLOGUE).map(({ text }) => text.replace(/^(j\w+|call) 0x[0-9a-f]+$/, '$1 …'));
  });
}

const examples: Record<Op['op'], readonly [build: (b: Builder) => void, lines: readonly string[]][]> = {
  mark: [
    [(b) => b.mark(0x0003_0002), ['mov r12d,0x30002']],
    [(b) => b.mark(0), ['xor r12d,r12d']],
    [(b) => b.mark(0xffff_ffff), ['mov r12d,0xffffffff']],
    [(b) => [b.mark(0x3_0002), b.mark(0x3_0003), b.mark(0x3_0005)], ['mov r12d,0x30002', 'inc r12', 'mov r12d,0x30005']],
    // By another way it may be another.
    [(b) => [b.mark(1), b.label('here'), b.mark(2)], ['push 0x1', 'pop r12', 'push 0x2', 'pop r12']],
  ],
  sys: [
    [(b) => b.sys('getpid', []), ['push 0x27', 'pop rax', 'syscall']],
    [(b) => b.sys('read', [0]), ['xor edi,edi', 'xor eax,eax', 'syscall']],
    [
      (b) => b.sys('openat', [-100, b.text('/proc'), 0x280000], { to: 'fd', onError: 'there' }),
      [
        'push 0xffffffffffffff9c',
        'pop rdi',
        'lea rsi,[rip+0x0]',
        'mov edx,0x280000',
        'mov eax,0x101',
        'syscall',
        'mov QWORD PTR [rbx-0x80],rax',
        'test rax,rax',
        'js …',
      ],
    ],
    [
      (b) => b.sys('mount', ['a', memory(b.buffer('m', 8), 0, 4), mark, 1n << 40n, -1, 0]),
      [
        'mov rdi,QWORD PTR [rbx-0x80]',
        'mov esi,DWORD PTR [rip+0x0]',
        'mov edx,r12d',
        'movabs r10,0x10000000000',
        'push 0xffffffffffffffff',
        'pop r8',
        'xor r9d,r9d',
        'mov eax,0xa5',
        'syscall',
      ],
    ],
    [
      // An errno that goes on skips the general check; one with a label jumps there first.
      (b) =>
        b.sys('close', [3], {
          onError: 'there',
          on: [
            { errno: 9, label: null },
            { errno: 1000, label: 'there' },
          ],
        }),
      [
        'push 0x3',
        'pop rdi',
        'push 0x3',
        'pop rax',
        'syscall',
        'cmp rax,0xfffffffffffffff7',
        'je …',
        'cmp rax,0xfffffffffffffc18',
        'je …',
        'test rax,rax',
        'js …',
      ],
    ],
    [(b) => b.sys('close', [3], { on: [{ errno: 9, label: null }] }), ['push 0x3', 'pop rdi', 'push 0x3', 'pop rax', 'syscall']],
  ],
  fail: [[(b) => b.fail(12, { to: 'x', onError: 'there' }), ['push 0xfffffffffffffff4', 'pop rax', 'mov QWORD PTR [rbx-0x80],rax', 'test rax,rax', 'js …']]],
  'save-result': [[(b) => b.saveResult('x'), ['mov QWORD PTR [rbx-0x80],rax']]],
  set: [
    [(b) => b.set('x', 5), ['mov QWORD PTR [rbx-0x80],0x5']],
    [(b) => b.set('x', -1), ['mov QWORD PTR [rbx-0x80],0xffffffffffffffff']],
    [(b) => b.set('x', 0xffff_ffff), ['mov eax,0xffffffff', 'mov QWORD PTR [rbx-0x80],rax']],
    [(b) => b.set('x', 'y'), ['mov rax,QWORD PTR [rbx-0x78]', 'mov QWORD PTR [rbx-0x80],rax']],
    [(b) => b.set('x', b.text('a')), ['lea rax,[rip+0x0]', 'mov QWORD PTR [rbx-0x80],rax']],
    [(b) => b.set('x', mark), ['mov eax,r12d', 'mov QWORD PTR [rbx-0x80],rax']],
    [(b) => b.set('x', memory(b.buffer('m', 8), 0, 2, true)), ['movsx rax,WORD PTR [rip+0x0]', 'mov QWORD PTR [rbx-0x80],rax']],
  ],
  add: [
    [(b) => b.add('x', 1), ['add QWORD PTR [rbx-0x80],0x1']],
    [(b) => b.add('x', 1n << 32n), ['movabs rax,0x100000000', 'add QWORD PTR [rbx-0x80],rax']],
  ],
  sub: [[(b) => b.sub('x', 'y'), ['mov rax,QWORD PTR [rbx-0x78]', 'sub QWORD PTR [rbx-0x80],rax']]],
  and: [
    [(b) => b.and('x', 0x7f), ['and QWORD PTR [rbx-0x80],0x7f']],
    // All 32 bits set would be sign-extended: through a register.
    [(b) => b.and('x', 0xffff_ffff), ['mov eax,0xffffffff', 'and QWORD PTR [rbx-0x80],rax']],
  ],
  or: [[(b) => b.or('x', 0x1000), ['or QWORD PTR [rbx-0x80],0x1000']]],
  shl: [
    [(b) => b.shl('x', 8), ['shl QWORD PTR [rbx-0x80],0x8']],
    [(b) => b.shl('x', 'y'), ['mov rcx,QWORD PTR [rbx-0x78]', 'shl QWORD PTR [rbx-0x80],cl']],
    [(b) => b.shl('x', 104), ['shl QWORD PTR [rbx-0x80],0x28']],
    [(b) => b.shl('x', 64), []],
  ],
  shr: [[(b) => b.shr('x', 65), ['shr QWORD PTR [rbx-0x80],1']]],
  store: [
    [(b) => b.store(b.buffer('m', 8), 0, 8, 7), ['mov QWORD PTR [rip+0x0],0x7']],
    [(b) => b.store(b.buffer('m', 8), 0, 4, -1), ['mov DWORD PTR [rip+0x0],0xffffffff']],
    [(b) => b.store(b.buffer('m', 8), 0, 2, 0x12345), ['mov WORD PTR [rip+0x0],0x2345']],
    [(b) => b.store(b.buffer('m', 8), 0, 1, 'x'), ['mov rax,QWORD PTR [rbx-0x80]', 'mov BYTE PTR [rip+0x0],al']],
    [(b) => b.store(b.buffer('m', 8), 0, 8, 1n << 63n), ['movabs rax,0x8000000000000000', 'mov QWORD PTR [rip+0x0],rax']],
  ],
  'store-at': [
    [(b) => b.storeAt('p', 8, 4, 1), ['mov rdx,QWORD PTR [rbx-0x80]', 'mov DWORD PTR [rdx+0x8],0x1']],
    [(b) => b.storeAt('p', 0, 8, 'x'), ['mov rdx,QWORD PTR [rbx-0x78]', 'mov rax,QWORD PTR [rbx-0x80]', 'mov QWORD PTR [rdx],rax']],
  ],
  'load-at': [[(b) => b.loadAt('x', 'p', -4, 4, true), ['mov rdx,QWORD PTR [rbx-0x78]', 'movsxd rax,DWORD PTR [rdx-0x4]', 'mov QWORD PTR [rbx-0x80],rax']]],
  decimal: [
    [
      (b) => b.decimal('x', b.buffer('m', 20), 'n'),
      [
        'mov rax,QWORD PTR [rbx-0x78]',
        'lea rdi,[rip+0x0]',
        'mov r8,rax',
        'mov rsi,rdi',
        'push 0xa',
        'pop rcx',
        'xor edx,edx',
        'div rcx',
        'inc rsi',
        'test rax,rax',
        'jne …',
        'mov rdx,rsi',
        'sub rdx,rdi',
        'mov QWORD PTR [rbx-0x80],rdx',
        'mov rax,r8',
        'xor edx,edx',
        'div rcx',
        'add edx,0x30',
        'dec rsi',
        'mov BYTE PTR [rsi],dl',
        'test rax,rax',
        'jne …',
      ],
    ],
  ],
  copy: [
    [
      (b) => b.copy(b.text('hello'), b.buffer('m', 8), 'n'),
      ['lea rsi,[rip+0x0]', 'lea rdi,[rip+0x0]', 'mov rcx,QWORD PTR [rbx-0x80]', 'rep movs BYTE PTR es:[rdi],BYTE PTR ds:[rsi]'],
    ],
  ],
  label: [[(b) => b.label('here'), []]],
  jump: [[(b) => b.jump('there'), ['jmp …']]],
  branch: [
    [(b) => b.branch('x', 'eq', 5, 'there'), ['cmp QWORD PTR [rbx-0x80],0x5', 'je …']],
    [(b) => b.branch(memory(b.buffer('m', 8), 0, 8), 'lt', 0, 'there'), ['mov rax,QWORD PTR [rip+0x0]', 'test rax,rax', 'jl …']],
    [(b) => b.branch(5, 'ge', 'x', 'there'), ['push 0x5', 'pop rax', 'cmp rax,QWORD PTR [rbx-0x80]', 'jge …']],
    [(b) => b.branch('x', 'below', 0xffff_ffff, 'there'), ['mov rax,QWORD PTR [rbx-0x80]', 'mov ecx,0xffffffff', 'cmp rax,rcx', 'jb …']],
    [(b) => b.branch('x', 'any-bit', 0x80, 'there'), ['mov rax,QWORD PTR [rbx-0x80]', 'test al,0x80', 'jne …']],
    [(b) => b.branch('x', 'no-bit', 'y', 'there'), ['mov rax,QWORD PTR [rbx-0x80]', 'mov rcx,QWORD PTR [rbx-0x78]', 'test rax,rcx', 'je …']],
  ],
  call: [[(b) => b.call('there'), ['call …']]],
  return: [[(b) => b.return(), ['ret']]],
  // No slot is used: 0 bytes.
  'own-slots': [
    [(b) => b.ownSlots(), ['lea rsi,[rip+0x0]', 'lea rdi,[rip+0x0]', 'lea rbx,[rip+0x0]', 'xor ecx,ecx', 'rep movs BYTE PTR es:[rdi],BYTE PTR ds:[rsi]']],
  ],
  entry: [[(b) => b.entry('stack'), ['mov QWORD PTR [rbx-0x80],rsp']]],
  exit: [[(b) => b.exit(125), ['push 0x7d', 'pop rdi', 'mov eax,0xe7', 'syscall', 'ud2']]],
  trap: [[(b) => b.trap(), ['ud2']]],
};

describe('each operation', () => {
  const found = !needs('binutils').ok ? [] : instructions(Object.values(examples).flatMap((cases) => cases.map(([build]) => build)));

  for (const [name, cases] of Object.entries(examples)) {
    const own = found.splice(0, cases.length);
    withObjdump(name, () => {
      expect(cases.length).toBeGreaterThan(0);
      expect(own).toEqual(cases.map(([, lines]) => lines));
    });
  }

  withObjdump('branch, all conditions', () => {
    const jumps: Record<Condition, string> = {
      eq: 'je',
      ne: 'jne',
      lt: 'jl',
      le: 'jle',
      gt: 'jg',
      ge: 'jge',
      below: 'jb',
      'any-bit': 'jne',
      'no-bit': 'je',
    };
    const conditions = Object.keys(jumps) as Condition[];
    const lines = instructions(conditions.map((when) => (b) => b.branch('x', when, 1000, 'there')));
    expect(lines.map((own) => own.at(-1))).toEqual(Object.values(jumps).map((jump) => `${jump} …`));
  });

  withObjdump('the first 32 slots have short displacements, the others long ones', () => {
    const [lines] = instructions([
      (b) => {
        for (let i = 0; i < 34; i++) b.saveResult(`s${i}`);
      },
    ]);
    expect([lines?.[0], lines?.[31], lines?.[32]]).toEqual(['mov QWORD PTR [rbx-0x80],rax', 'mov QWORD PTR [rbx+0x78],rax', 'mov QWORD PTR [rbx+0x80],rax']);
  });
});

test('a marked system call takes about 40 bytes', () => {
  const b = createBuilder();
  b.mark(0x0102_0003);
  b.sys('mkdirat', ['root', b.text('proc'), 0o755], { onError: 'there' });
  b.mark(0x0102_0004);
  b.sys('mknodat', ['root', b.text('dev/null'), 0o20666, 0x103], { onError: 'there' });
  b.mark(0x0102_0005);
  b.sys('openat', [-100, b.text('/proc'), 0x280000, 0], { to: 'fd', onError: 'there' });
  b.label('there');
  const { starts } = x86_64.assemble(b.program());
  const sizes = [0, 2, 4].map((index) => (starts[index + 2] ?? 0) - (starts[index] ?? 0));
  expect(sizes).toEqual([38, 41, 41]);
});
