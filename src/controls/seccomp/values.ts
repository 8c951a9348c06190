// The value of an argument as a policy writes it -> 64 bits: numbers as strtoull(3) reads them, constants of the kernel's
// interface by name (`CLONE_NEWUSER`, `AF_NETLINK`, `TIOCSTI`), and several of them joined by `|`.

import type { Arch } from '../../kernel/arch.ts';
import { constant } from '../../kernel/constant.ts';
import { type ConstName, CONSTANTS, CONSTANTS_NOT_ON_ARM64, CONSTANTS_THAT_DIFFER, CONSTANTS_THAT_DIFFER_ELSEWHERE } from '../../kernel/constants.gen.ts';
import { suggestion } from './nearest.ts';

/** Why a text is no value. `help` is empty where the problem says it all. */
export interface NoValue {
  readonly kind: 'malformed' | 'unknown' | 'differs';
  readonly text: string;
  readonly help: string;
}

const WORD_BITS = 64;
/** Those that the headers of this architecture were read for. */
const NEAR: readonly Arch[] = ['x86_64', 'x32', 'i386', 'arm64', 'arm'];
const listed = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** `arches`: whose calls the value is compared with. A name must have one value on all of them. */
export function readValue(text: string, arches: readonly Arch[]): bigint | NoValue {
  let value = 0n;
  for (const part of text.split('|').map((one) => one.trim())) {
    const found = /^[A-Z][A-Z0-9_]*$/.test(part) ? namedValue(part, arches) : readNumber(part);
    if (typeof found !== 'bigint') return found;
    value |= found;
  }
  return value;
}

function readNumber(text: string): bigint | NoValue {
  const octal = /^0[0-7]+$/.test(text);
  if (!octal && !/^(0x[0-9a-f]+|0|[1-9][0-9]*)$/i.test(text)) return { kind: 'malformed', text, help: '' };
  const value = BigInt(octal ? `0o${text}` : text);
  return value === BigInt.asUintN(WORD_BITS, value) ? value : { kind: 'malformed', text, help: '' };
}

function namedValue(name: string, arches: readonly Arch[]): bigint | NoValue {
  if (!Object.hasOwn(CONSTANTS, name)) {
    return { kind: 'unknown', text: name, help: suggestion(name, Object.keys(CONSTANTS), 'write its number') };
  }
  const value = CONSTANTS[name as ConstName];
  // Of a negative number it depends on the program whether the upper half is 0.
  const differs = value < 0 || listed(CONSTANTS_THAT_DIFFER).has(name) || (isFar(arches) && listed(CONSTANTS_THAT_DIFFER_ELSEWHERE).has(name));
  if (!differs) return BigInt(value);
  const [arch, ...more] = arches;
  if (value >= 0 && more.length === 0 && (arch === 'x86_64' || (arch === 'arm64' && isOnArm64(name)))) return BigInt(constant(name as ConstName, arch));
  return { kind: 'differs', text: name, help: value < 0 ? 'is negative' : 'is not the same everywhere' };
}

function isFar(arches: readonly Arch[]): boolean {
  return arches.some((arch) => !NEAR.includes(arch));
}

function isOnArm64(name: string): boolean {
  return !CONSTANTS_NOT_ON_ARM64.some((one) => one === name);
}
