// Every instruction form against objdump: a golden list to read, and random operands.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { needing } from '../../../test/support/needs.ts';
import { disassemble } from '../testing/native.ts';
import * as arithmetic from './arithmetic.ts';
import * as branches from './branches.ts';
import { type Code, createCode, resolveJumps } from './code.ts';
import * as moves from './moves.ts';
import { type Memory, R10, R12, R8, R9, RAX, RBX, RCX, RDI, RDX, type Register, RSI, RSP } from './registers.ts';

const withObjdump = needing('binutils');

const R13 = 13;
const RBP = 5;
const at = (base: Register, offset: number): Memory => ({ base, offset });
const blob: Memory = { blob: 'somewhere', offset: 0 };

/** The text of each emission; an emission of several instructions joins them with `; `. */
function texts(emissions: readonly ((code: Code) => void)[]): string[] {
  const code = createCode();
  const starts = emissions.map((emit) => {
    const start = code.length;
    emit(code);
    return start;
  });
  resolveJumps(code);
  const lines = disassemble(code.bytes.subarray(0, code.length));
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? code.length;
    return lines
      .filter(({ offset }) => offset >= start && offset < end)
      .map(({ text }) => text)
      .join('; ');
  });
}

/** How long each emission is. */
function sizeOf(emit: (code: Code) => void): number {
  const code = createCode();
  emit(code);
  return code.length;
}

describe('golden forms', () => {
  const forms: readonly (readonly [emit: (code: Code) => void, bytes: number, text: string])[] = [
    // constants
    [(c) => moves.moveConstant(c, RDI, 0n), 2, 'xor edi,edi'],
    [(c) => moves.moveConstant(c, R10, 0n), 3, 'xor r10d,r10d'],
    [(c) => moves.moveConstant(c, RDI, 1n), 3, 'push 0x1; pop rdi'],
    [(c) => moves.moveConstant(c, R8, 0x7fff_ffffn), 6, 'mov r8d,0x7fffffff'],
    [(c) => moves.moveConstant(c, RAX, 0xffff_ffffn), 5, 'mov eax,0xffffffff'],
    [(c) => moves.moveConstant(c, RDI, -100n), 3, 'push 0xffffffffffffff9c; pop rdi'],
    [(c) => moves.moveConstant(c, R9, 0xffff_ffff_ffff_ff9cn), 4, 'push 0xffffffffffffff9c; pop r9'],
    [(c) => moves.moveConstant(c, RDI, 127n), 3, 'push 0x7f; pop rdi'],
    [(c) => moves.moveConstant(c, RDI, 128n), 5, 'mov edi,0x80'],
    [(c) => moves.moveConstant(c, RDI, -129n), 7, 'mov rdi,0xffffffffffffff7f'],
    [(c) => moves.moveConstant(c, RAX, -0x8000_0000n), 7, 'mov rax,0xffffffff80000000'],
    [(c) => moves.moveConstant(c, RAX, -0x8000_0001n), 10, 'movabs rax,0xffffffff7fffffff'],
    [(c) => moves.moveConstant(c, RSI, 0x1_0000_0000n), 10, 'movabs rsi,0x100000000'],
    [(c) => moves.moveConstant(c, R12, 0x1234_5678_9abc_def0n), 10, 'movabs r12,0x123456789abcdef0'],
    // registers
    [(c) => moves.moveRegister(c, 8, RSI, RDI), 3, 'mov rsi,rdi'],
    [(c) => moves.moveRegister(c, 4, RDX, R12), 3, 'mov edx,r12d'],
    [(c) => moves.moveRegister(c, 8, R8, RAX), 3, 'mov r8,rax'],
    // loads
    [(c) => moves.load(c, RAX, at(RBX, -128), 8, false), 4, 'mov rax,QWORD PTR [rbx-0x80]'],
    [(c) => moves.load(c, R10, at(RBX, 128), 8, true), 7, 'mov r10,QWORD PTR [rbx+0x80]'],
    [(c) => moves.load(c, RAX, at(RDX, 0), 4, false), 2, 'mov eax,DWORD PTR [rdx]'],
    [(c) => moves.load(c, RAX, at(RDX, 4), 4, true), 4, 'movsxd rax,DWORD PTR [rdx+0x4]'],
    [(c) => moves.load(c, RAX, at(RDX, 4), 2, false), 4, 'movzx eax,WORD PTR [rdx+0x4]'],
    [(c) => moves.load(c, RAX, at(RDX, 4), 2, true), 5, 'movsx rax,WORD PTR [rdx+0x4]'],
    [(c) => moves.load(c, R9, at(RDX, 4), 1, false), 5, 'movzx r9d,BYTE PTR [rdx+0x4]'],
    [(c) => moves.load(c, RAX, at(RDX, 4), 1, true), 5, 'movsx rax,BYTE PTR [rdx+0x4]'],
    [(c) => moves.load(c, RAX, blob, 8, false), 7, 'mov rax,QWORD PTR [rip+0x0]'],
    [(c) => moves.load(c, RAX, at(RSP, 0), 8, false), 4, 'mov rax,QWORD PTR [rsp]'],
    [(c) => moves.load(c, RAX, at(R12, 8), 8, false), 5, 'mov rax,QWORD PTR [r12+0x8]'],
    [(c) => moves.load(c, RAX, at(RBP, 0), 8, false), 4, 'mov rax,QWORD PTR [rbp+0x0]'],
    [(c) => moves.load(c, RAX, at(R13, 0), 8, false), 4, 'mov rax,QWORD PTR [r13+0x0]'],
    // stores
    [(c) => moves.store(c, at(RBX, 0), RAX, 8), 3, 'mov QWORD PTR [rbx],rax'],
    [(c) => moves.store(c, at(RDX, 16), RAX, 4), 3, 'mov DWORD PTR [rdx+0x10],eax'],
    [(c) => moves.store(c, at(RDX, 16), RAX, 2), 4, 'mov WORD PTR [rdx+0x10],ax'],
    [(c) => moves.store(c, at(RDX, 16), RAX, 1), 3, 'mov BYTE PTR [rdx+0x10],al'],
    [(c) => moves.store(c, at(RSI, 0), RBX, 1), 2, 'mov BYTE PTR [rsi],bl'],
    [(c) => moves.store(c, at(RSI, 0), RSP, 1), 3, 'mov BYTE PTR [rsi],spl'],
    [(c) => moves.store(c, at(RSI, 0), RDI, 1), 3, 'mov BYTE PTR [rsi],dil'],
    [(c) => moves.store(c, at(RSI, 0), R9, 1), 3, 'mov BYTE PTR [rsi],r9b'],
    [(c) => moves.store(c, blob, RAX, 8), 7, 'mov QWORD PTR [rip+0x0],rax'],
    [(c) => moves.storeConstant(c, at(RBX, -8), -1, 8), 8, 'mov QWORD PTR [rbx-0x8],0xffffffffffffffff'],
    [(c) => moves.storeConstant(c, at(RBX, -8), -1, 4), 7, 'mov DWORD PTR [rbx-0x8],0xffffffff'],
    [(c) => moves.storeConstant(c, at(RBX, -8), 0x1234, 2), 6, 'mov WORD PTR [rbx-0x8],0x1234'],
    [(c) => moves.storeConstant(c, at(RBX, -8), 0x7f, 1), 4, 'mov BYTE PTR [rbx-0x8],0x7f'],
    [(c) => moves.storeConstant(c, blob, 5, 4), 10, 'mov DWORD PTR [rip+0x0],0x5'],
    [(c) => moves.loadAddress(c, RSI, blob), 7, 'lea rsi,[rip+0x0]'],
    [(c) => moves.loadAddress(c, RAX, at(RBX, 8)), 4, 'lea rax,[rbx+0x8]'],
    // arithmetic
    [(c) => arithmetic.arithmetic(c, 'add', 8, at(RBX, 8), RAX), 4, 'add QWORD PTR [rbx+0x8],rax'],
    [(c) => arithmetic.arithmetic(c, 'or', 8, at(RBX, 8), RAX), 4, 'or QWORD PTR [rbx+0x8],rax'],
    [(c) => arithmetic.arithmetic(c, 'and', 8, at(RBX, 8), RAX), 4, 'and QWORD PTR [rbx+0x8],rax'],
    [(c) => arithmetic.arithmetic(c, 'sub', 8, RDX, RDI), 3, 'sub rdx,rdi'],
    [(c) => arithmetic.arithmetic(c, 'xor', 4, RDX, RDX), 2, 'xor edx,edx'],
    [(c) => arithmetic.arithmetic(c, 'cmp', 8, RAX, RCX), 3, 'cmp rax,rcx'],
    [(c) => arithmetic.arithmeticFrom(c, 'cmp', 8, RAX, at(RBX, 8)), 4, 'cmp rax,QWORD PTR [rbx+0x8]'],
    [(c) => arithmetic.arithmeticConstant(c, 'add', 8, at(RBX, 8), 1), 5, 'add QWORD PTR [rbx+0x8],0x1'],
    [(c) => arithmetic.arithmeticConstant(c, 'sub', 8, at(RBX, 8), -128), 5, 'sub QWORD PTR [rbx+0x8],0xffffffffffffff80'],
    [(c) => arithmetic.arithmeticConstant(c, 'or', 8, at(RBX, 8), 127), 5, 'or QWORD PTR [rbx+0x8],0x7f'],
    [(c) => arithmetic.arithmeticConstant(c, 'or', 8, at(RBX, 8), -129), 8, 'or QWORD PTR [rbx+0x8],0xffffffffffffff7f'],
    [(c) => arithmetic.arithmeticConstant(c, 'and', 8, at(RBX, 8), 128), 8, 'and QWORD PTR [rbx+0x8],0x80'],
    [(c) => arithmetic.arithmeticConstant(c, 'add', 4, RDX, 48), 3, 'add edx,0x30'],
    [(c) => arithmetic.arithmeticConstant(c, 'cmp', 8, RAX, -4095), 6, 'cmp rax,0xfffffffffffff001'],
    [(c) => arithmetic.arithmeticConstant(c, 'cmp', 8, RAX, -17), 4, 'cmp rax,0xffffffffffffffef'],
    [(c) => arithmetic.arithmeticConstant(c, 'cmp', 8, R9, 1000), 7, 'cmp r9,0x3e8'],
    [(c) => arithmetic.shiftConstant(c, 'shl', at(RBX, 8), 16), 5, 'shl QWORD PTR [rbx+0x8],0x10'],
    [(c) => arithmetic.shiftConstant(c, 'shr', at(RBX, 8), 1), 4, 'shr QWORD PTR [rbx+0x8],1'],
    [(c) => arithmetic.shiftConstant(c, 'shr', at(RBX, 8), 63), 5, 'shr QWORD PTR [rbx+0x8],0x3f'],
    [(c) => arithmetic.shiftByCl(c, 'shl', at(RBX, 8)), 4, 'shl QWORD PTR [rbx+0x8],cl'],
    [(c) => arithmetic.shiftByCl(c, 'shr', at(RBX, 8)), 4, 'shr QWORD PTR [rbx+0x8],cl'],
    [(c) => arithmetic.test(c, 8, RAX, RCX), 3, 'test rax,rcx'],
    [(c) => arithmetic.test(c, 4, RAX, RAX), 2, 'test eax,eax'],
    [(c) => arithmetic.testRax(c, 0xff), 2, 'test al,0xff'],
    [(c) => arithmetic.testRax(c, 0x100), 5, 'test eax,0x100'],
    [(c) => arithmetic.testRax(c, -2), 6, 'test rax,0xfffffffffffffffe'],
    [(c) => arithmetic.divide(c, RCX), 3, 'div rcx'],
    [(c) => arithmetic.increment(c, RSI), 3, 'inc rsi'],
    [(c) => arithmetic.decrement(c, RSI), 3, 'dec rsi'],
    // control flow
    [branches.syscall, 2, 'syscall'],
    [branches.undefinedInstruction, 2, 'ud2'],
    [branches.ret, 1, 'ret'],
    [branches.copyBytes, 2, 'rep movs BYTE PTR es:[rdi],BYTE PTR ds:[rsi]'],
  ];

  withObjdump('each form is the instruction it says', () => {
    expect(texts(forms.map(([emit]) => emit))).toEqual(forms.map(([, , text]) => text));
  });

  test('each form has the length it says', () => {
    expect(forms.map(([emit, , text]) => `${sizeOf(emit)} ${text}`)).toEqual(forms.map(([, bytes, text]) => `${bytes} ${text}`));
  });
});

describe('jumps', () => {
  withObjdump('go where their label is, forwards and backwards', () => {
    const lines = texts([
      (c) => branches.label(c, 'begin'),
      (c) => branches.jump(c, 'end'),
      (c) => branches.jumpIf(c, 'ae', 'end'),
      (c) => branches.call(c, 'begin'),
      (c) => branches.label(c, 'end'),
      (c) => branches.jump(c, 'end'),
    ]);
    expect(lines).toEqual(['', 'jmp 0x10', 'jae 0x10', 'call 0x0', '', 'jmp 0x10']);
  });

  withObjdump('all condition codes have their names', () => {
    const conditions = Object.keys(branches.CONDITIONS) as branches.ConditionCode[];
    const lines = texts([(c) => branches.label(c, 'begin'), ...conditions.map((when) => (c: Code) => branches.jumpIf(c, when, 'begin'))]);
    expect(lines.slice(1)).toEqual(conditions.map((when) => `j${when} 0x0`));
  });

  withObjdump('short jumps skip or repeat what lies between', () => {
    const lines = texts([
      (c) => {
        const start = c.length;
        branches.syscall(c);
        branches.loopIf(c, 'ne', start);
        const here = branches.skipIf(c, 'e');
        branches.syscall(c);
        here();
      },
      branches.ret,
    ]);
    expect(lines).toEqual(['syscall; jne 0x0; je 0x8; syscall', 'ret']);
  });

  test('a short jump that is too far, a label that is missing and one defined twice are faults', () => {
    const code = createCode();
    for (let i = 0; i < 200; i++) branches.ret(code);
    expect(() => branches.loopIf(code, 'ne', 0)).toThrow('too far');
    branches.jump(code, 'nowhere');
    expect(() => resolveJumps(code)).toThrow('there is no label nowhere');
    branches.label(code, 'twice');
    expect(() => branches.label(code, 'twice')).toThrow('label twice is defined twice');
  });
});

describe('random operands', () => {
  const names64 = ['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'];
  const names32 = ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi', 'r8d', 'r9d', 'r10d', 'r11d', 'r12d', 'r13d', 'r14d', 'r15d'];
  const names16 = ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di', 'r8w', 'r9w', 'r10w', 'r11w', 'r12w', 'r13w', 'r14w', 'r15w'];
  const names8 = ['al', 'cl', 'dl', 'bl', 'spl', 'bpl', 'sil', 'dil', 'r8b', 'r9b', 'r10b', 'r11b', 'r12b', 'r13b', 'r14b', 'r15b'];
  const names = { 1: names8, 2: names16, 4: names32, 8: names64 };
  const sizes = { 1: 'BYTE', 2: 'WORD', 4: 'DWORD', 8: 'QWORD' };

  const register = fc.nat({ max: 15 });
  const width = fc.constantFrom(1 as const, 2 as const, 4 as const, 8 as const);
  const wide = fc.constantFrom(4 as const, 8 as const);
  const int32 = fc.oneof(fc.integer({ min: -130, max: 130 }), fc.integer(), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1));
  const operation = fc.constantFrom<arithmetic.Arithmetic[]>('add', 'or', 'and', 'sub', 'xor', 'cmp');

  const hex = (value: bigint, bits: number): string => `0x${BigInt.asUintN(bits, value).toString(16)}`;
  const show = (place: number | { base: number; offset: number }, size: 1 | 2 | 4 | 8): string => {
    if (typeof place === 'number') return names[size][place] ?? '?';
    const { base, offset } = place;
    const forced = (base & 7) === 5; // rbp and r13 always have a displacement
    const displacement = offset < 0 ? `-0x${(-offset).toString(16)}` : offset > 0 || forced ? `+0x${offset.toString(16)}` : '';
    return `${sizes[size]} PTR [${names64[base]}${displacement}]`;
  };
  const memory = fc.record({ base: register, offset: int32 });
  const place = fc.oneof(register, memory);

  /** An emission and the text it must have. */
  const form: fc.Arbitrary<[(code: Code) => void, string]> = fc.oneof(
    fc
      .tuple(register, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }))
      .map(([to, value]): [(code: Code) => void, string] => [(c) => moves.moveConstant(c, to, value), constantText(to, value)]),
    fc
      .tuple(register, int32)
      .map(([to, value]): [(code: Code) => void, string] => [(c) => moves.moveConstant(c, to, BigInt(value)), constantText(to, BigInt(value))]),
    fc
      .tuple(register, memory, width)
      .map(([from, to, size]): [(code: Code) => void, string] => [(c) => moves.store(c, to, from, size), `mov ${show(to, size)},${show(from, size)}`]),
    fc
      .tuple(memory, int32, width)
      .map(([to, value, size]): [(code: Code) => void, string] => [
        (c) => moves.storeConstant(c, to, value, size),
        `mov ${show(to, size)},${hex(BigInt(value), 8 * size)}`,
      ]),
    fc
      .tuple(register, memory, width, fc.boolean())
      .map(([to, from, size, signed]): [(code: Code) => void, string] => [
        (c) => moves.load(c, to, from, size, signed),
        loadText(to, show(from, size), size, signed),
      ]),
    fc
      .tuple(register, memory)
      .map(([to, of]): [(code: Code) => void, string] => [(c) => moves.loadAddress(c, to, of), `lea ${show(to, 8)},${show(of, 8).replace('QWORD PTR ', '')}`]),
    fc
      .tuple(operation, wide, place, register)
      .map(([name, size, to, from]): [(code: Code) => void, string] => [
        (c) => arithmetic.arithmetic(c, name, size, to, from),
        `${name} ${show(to, size)},${show(from, size)}`,
      ]),
    fc
      .tuple(operation, wide, register, memory)
      .map(([name, size, to, from]): [(code: Code) => void, string] => [
        (c) => arithmetic.arithmeticFrom(c, name, size, to, from),
        `${name} ${show(to, size)},${show(from, size)}`,
      ]),
    fc
      .tuple(operation, wide, place, int32)
      .map(([name, size, to, value]): [(code: Code) => void, string] => [
        (c) => arithmetic.arithmeticConstant(c, name, size, to, value),
        `${name} ${show(to, size)},${hex(BigInt(value), 8 * size)}`,
      ]),
    fc
      .tuple(fc.constantFrom('shl' as const, 'shr' as const), place, fc.integer({ min: 1, max: 63 }))
      .map(([name, to, count]): [(code: Code) => void, string] => [
        (c) => arithmetic.shiftConstant(c, name, to, count),
        `${name} ${show(to, 8)},${count === 1 ? '1' : hex(BigInt(count), 8)}`,
      ]),
  );

  function constantText(to: number, value: bigint): string {
    const signed = BigInt.asIntN(64, value);
    if (signed === 0n) return `xor ${names32[to]},${names32[to]}`;
    if (signed >= -128n && signed <= 127n) return `push ${hex(signed, 64)}; pop ${names64[to]}`;
    if (signed > 0n && signed < 2n ** 32n) return `mov ${names32[to]},${hex(signed, 32)}`;
    const name = signed < 0n && signed >= -(2n ** 31n) ? 'mov' : 'movabs';
    return `${name} ${names64[to]},${hex(signed, 64)}`;
  }

  function loadText(to: number, from: string, size: 1 | 2 | 4 | 8, signed: boolean): string {
    if (size === 8) return `mov ${names64[to]},${from}`;
    if (size === 4) return signed ? `movsxd ${names64[to]},${from}` : `mov ${names32[to]},${from}`;
    return signed ? `movsx ${names64[to]},${from}` : `movzx ${names32[to]},${from}`;
  }

  withObjdump('objdump reads the operands that were written', () => {
    fc.assert(
      fc.property(fc.array(form, { minLength: 200, maxLength: 400, size: 'max' }), (forms) => {
        expect(texts(forms.map(([emit]) => emit))).toEqual(forms.map(([, text]) => text));
      }),
      { numRuns: 15 },
    );
  });
});
