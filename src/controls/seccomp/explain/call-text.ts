// `clone(0x10000000, *, CLONE_VM|SIGCHLD)` -> the name and the arguments, as far as they are given.

import { ARGUMENTS } from '../../../bpf/seccomp-data.ts';
import { CONSTANTS, CONSTANTS_ARM64, CONSTANTS_NOT_ON_ARM64 } from '../../../kernel/constants.gen.ts';
import { SIGNALS } from '../../../kernel/signals.gen.ts';
import type { Argument } from './cases.ts';

export interface WrittenCall {
  /** A name, or a number in digits. */
  readonly name: string;
  readonly args: readonly Argument[];
}

export type CallReading = { readonly call: WrittenCall } | { readonly problem: string };

const BITS = 64;
const ANY = ['', '*', '?', '_'];

/**
 * Missing arguments, and those written `*`, may be anything. Others are numbers (decimal, 0x, 0 octal, negative ones as 64 bits),
 * names of the kernel's constants, or several of both joined by `|`.
 * @param machine whose constants: those of arm64 differ in places
 */
export function readCall(text: string, machine: string): CallReading {
  const parts = /^\s*([A-Za-z_]\w*|\d+)\s*(?:\((.*)\))?\s*$/s.exec(text);
  const [, name, inside] = parts ?? [];
  if (name === undefined) return { problem: `'${text}' is no call: write NAME or NAME(ARGUMENT, ...), for example 'clone(CLONE_NEWUSER)'` };
  const words = inside === undefined || inside.trim() === '' ? [] : inside.split(',').map((word) => word.trim());
  if (words.length > ARGUMENTS) return { problem: `'${text}' has ${words.length} arguments, and no call has more than ${ARGUMENTS}` };
  const args: Argument[] = [];
  for (const word of words) {
    if (ANY.includes(word)) {
      args.push(null);
      continue;
    }
    const value = readArgument(word, machine);
    if (typeof value === 'string') return { problem: value };
    args.push(value);
  }
  return { call: { name, args } };
}

/** A sentence when it is none. */
function readArgument(text: string, machine: string): bigint | string {
  let value = 0n;
  for (const word of text.split('|').map((one) => one.trim())) {
    const one = readNumber(word) ?? constantNamed(word, machine);
    if (one === null) return `'${word}' is no argument: a number of 64 bits, a name of the kernel's headers such as CLONE_NEWUSER, or * for any`;
    value |= one;
  }
  return value;
}

function readNumber(word: string): bigint | null {
  const [, minus, digits] = /^(-?)(0x[0-9a-f]+|\d+)$/i.exec(word) ?? [];
  if (digits === undefined) return null;
  if (/^0\d+$/.test(digits) && /[89]/.test(digits)) return null;
  const value = BigInt(/^0\d+$/.test(digits) ? `0o${digits}` : digits) * (minus === '-' ? -1n : 1n);
  return value === BigInt.asUintN(BITS, value) || value === BigInt.asIntN(BITS, value) ? BigInt.asUintN(BITS, value) : null;
}

function constantNamed(name: string, machine: string): bigint | null {
  const tables: readonly Readonly<Record<string, number>>[] = [...(machine === 'arm64' ? [CONSTANTS_ARM64] : []), CONSTANTS, SIGNALS];
  if (machine === 'arm64' && (CONSTANTS_NOT_ON_ARM64 as readonly string[]).includes(name)) return null;
  const value = tables.find((table) => Object.hasOwn(table, name))?.[name];
  return value === undefined ? null : BigInt.asUintN(BITS, BigInt(value));
}
