// struct seccomp_data, the memory a filter reads (seccomp(2)): one system call as it arrives.

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

/** Where the halves of an argument lie; both machines are little endian. */
export function argumentOffset(index: number, half: 'low' | 'high'): number {
  return ARGS.offset + index * ARGUMENT_SIZE + (half === 'low' ? 0 : ARGUMENT_SIZE / 2);
}

/** The word at an offset that is a multiple of 4. */
export function dataWord(data: SeccompData, offset: number): number {
  if (offset === NR.offset) return data.nr >>> 0;
  if (offset === ARCH.offset) return data.arch >>> 0;
  if (offset < ARGS.offset) return half(data.ip ?? 0n, offset - IP.offset);
  const index = Math.floor((offset - ARGS.offset) / ARGUMENT_SIZE);
  return half(data.args?.[index] ?? 0n, (offset - ARGS.offset) % ARGUMENT_SIZE);
}

/** Names the word at an offset, as the disassembler prints it: `nr`, `arch`, `args[1].high`. */
export function wordName(offset: number): string {
  if (offset === NR.offset) return 'nr';
  if (offset === ARCH.offset) return 'arch';
  const part = offset % ARGUMENT_SIZE === 0 ? 'low' : 'high';
  return offset < ARGS.offset ? `ip.${part}` : `args[${Math.floor((offset - ARGS.offset) / ARGUMENT_SIZE)}].${part}`;
}

function half(value: bigint, offset: number): number {
  return Number(BigInt.asUintN(Number(WORD_BITS), offset === 0 ? value : value >> WORD_BITS));
}
