// struct seccomp_data, the memory a filter reads (seccomp(2)): one system call as it arrives.

import { CONSTANTS } from '../kernel/constants.gen.ts';
import { STRUCTS } from '../kernel/structs.gen.ts';

export interface SeccompData {
  /** AUDIT_ARCH_*: the calling convention the call came by. */
  readonly arch: number;
  /** The number; signed in the structure, an unsigned word to the filter. */
  readonly nr: number;
  readonly ip?: bigint;
  /** Six of 64 bits; those not given are 0. */
  readonly args?: readonly bigint[];
}

const { nr: NR, arch: ARCH, instruction_pointer: IP, args: ARGS } = STRUCTS.seccomp_data.fields;
export const ARGUMENTS = 6;
const ARGUMENT_SIZE = ARGS.size / ARGUMENTS;
const WORD_BITS = 32n;

export const NR_OFFSET = NR.offset;
export const ARCH_OFFSET = ARCH.offset;

/** What a calling convention says of its words: how wide a register is, and in which order its halves lie in memory. */
export interface WordLayout {
  readonly bits: 32 | 64;
  readonly endian: 'little' | 'big';
}

/** linux/audit.h, __AUDIT_ARCH_LE and __AUDIT_ARCH_64BIT: the bits of an AUDIT_ARCH_* beside its EM_*. */
const LITTLE = CONSTANTS.AUDIT_ARCH_ARM ^ CONSTANTS.EM_ARM;
const WIDE = (CONSTANTS.AUDIT_ARCH_AARCH64 ^ CONSTANTS.EM_AARCH64 ^ LITTLE) >>> 0;

/** Of an AUDIT_ARCH_*. */
export function wordLayout(arch: number): WordLayout {
  return { bits: (arch & WIDE) === 0 ? 32 : 64, endian: (arch & LITTLE) === 0 ? 'big' : 'little' };
}

/** Where the halves of an argument lie. */
export function argumentOffset(index: number, half: 'low' | 'high', endian: 'little' | 'big' = 'little'): number {
  return ARGS.offset + index * ARGUMENT_SIZE + ((half === 'low') === (endian === 'little') ? 0 : ARGUMENT_SIZE / 2);
}

/** Which argument the word at an offset is a half of; null: it is none. */
export function argumentAt(offset: number): number | null {
  return offset < ARGS.offset ? null : Math.floor((offset - ARGS.offset) / ARGUMENT_SIZE);
}

/** The word at an offset that is a multiple of 4. */
export function dataWord(data: SeccompData, offset: number): number {
  if (offset === NR.offset) return data.nr >>> 0;
  if (offset === ARCH.offset) return data.arch >>> 0;
  const little = wordLayout(data.arch).endian === 'little';
  if (offset < ARGS.offset) return half(data.ip ?? 0n, (offset === IP.offset) === little);
  return half(data.args?.[argumentAt(offset) ?? 0] ?? 0n, ((offset - ARGS.offset) % ARGUMENT_SIZE === 0) === little);
}

/** Names the word at an offset, as the disassembler prints it: `nr`, `arch`, `args[1].high`. */
export function wordName(offset: number, endian: 'little' | 'big' = 'little'): string {
  if (offset === NR.offset) return 'nr';
  if (offset === ARCH.offset) return 'arch';
  const part = (offset % ARGUMENT_SIZE === 0) === (endian === 'little') ? 'low' : 'high';
  return offset < ARGS.offset ? `ip.${part}` : `args[${Math.floor((offset - ARGS.offset) / ARGUMENT_SIZE)}].${part}`;
}

function half(value: bigint, low: boolean): number {
  return Number(BigInt.asUintN(Number(WORD_BITS), low ? value : value >> WORD_BITS));
}
