// Instructions -> text for people: one line an instruction, with names for words, architectures, calls and actions.

import { CONSTANTS } from '../kernel/constants.gen.ts';
import { ERRNO } from '../kernel/errno.gen.ts';
import { disassemble } from './disassemble.ts';
import type { Line } from './assemble.ts';
import type { Instruction } from './instruction.ts';
import type { Operand } from './operation.ts';
import { ARCH_OFFSET, NR_OFFSET, wordLayout, wordName } from './seccomp-data.ts';

export interface ListingNames {
  /** The name of a call number under an AUDIT_ARCH_*; `arch` is null where the listing cannot tell. */
  readonly call?: (nr: number, arch: number | null) => string | undefined;
}

const ACTIONS = ['KILL_PROCESS', 'KILL_THREAD', 'TRAP', 'ERRNO', 'USER_NOTIF', 'TRACE', 'LOG', 'ALLOW'] as const;
const TESTS = { eq: '==', gt: '>', ge: '>=', set: '&' } as const;
const ALU = { add: '+', sub: '-', mul: '*', div: '/', and: '&', or: '|', xor: '^', lsh: '<<', rsh: '>>' } as const;

/**
 * A listing. Which architecture a number belongs to is read off the way to it: the first label that a test of `arch`
 * leads to begins that architecture's part.
 * @example
 *      load  arch
 *      if a == AUDIT_ARCH_X86_64 then L2 else L9
 */
export function listing(program: readonly Instruction[], names: ListingNames = {}): string {
  const lines = disassemble(program);
  const archAt = new Map<string, number>();
  let loaded: number | null = null;
  let arch: number | null = null;
  const texts = lines.map((line) => {
    if (line.kind === 'label') {
      arch = archAt.get(line.name) ?? arch;
      return `${line.name}:`;
    }
    if (line.kind === 'load') loaded = line.offset;
    if (line.kind === 'branch' && line.test === 'eq' && loaded === ARCH_OFFSET && line.by !== 'x') archAt.set(line.yes, line.by);
    return `    ${lineText(line, { loaded, arch, callName: (nr) => names.call?.(nr, arch) })}`;
  });
  return `${texts.join('\n')}\n`;
}

/** What is known where a line stands. */
interface Place {
  readonly loaded: number | null;
  readonly arch: number | null;
  readonly callName: (nr: number) => string | undefined;
}

function lineText(line: Exclude<Line, { kind: 'label' }>, { loaded, arch, callName }: Place): string {
  const operand = (by: Operand) => (by === 'x' ? 'x' : numberText(by, loaded, callName));
  switch (line.kind) {
    case 'load':
      return `a = ${wordName(line.offset, arch === null ? 'little' : wordLayout(arch).endian)}`;
    case 'constant':
      return `${line.to} = ${hex(line.value)}`;
    case 'length':
      return `${line.to} = sizeof(seccomp_data)`;
    case 'recall':
      return `${line.to} = cell[${line.cell}]`;
    case 'store':
      return `cell[${line.cell}] = ${line.from}`;
    case 'alu':
      return `a = a ${ALU[line.operator]} ${line.by === 'x' ? 'x' : hex(line.by)}`;
    case 'negate':
      return 'a = -a';
    case 'copy':
      return line.to === 'a' ? 'a = x' : 'x = a';
    case 'jump':
      return `goto ${line.to}`;
    case 'branch':
      return `if a ${TESTS[line.test]} ${operand(line.by)} then ${line.yes} else ${line.no}`;
    case 'return':
      return `return ${line.value === 'a' ? 'a' : actionText(line.value)}`;
  }
}

/** `AUDIT_ARCH_X86_64`. */
function archName(value: number): string | undefined {
  return Object.entries(CONSTANTS).find(([name, one]) => one === value && name.startsWith('AUDIT_ARCH_'))?.[0];
}

/** A number as what it is compared with: an architecture, a call, or a plain word. */
function numberText(value: number, loaded: number | null, callName: (nr: number) => string | undefined): string {
  if (loaded === ARCH_OFFSET) return archName(value) ?? hex(value);
  if (loaded !== NR_OFFSET) return hex(value);
  const name = callName(value);
  return name === undefined ? String(value) : `${value} (${name})`;
}

/** `ERRNO(EPERM)`, `ALLOW`, `TRAP(3)`: what a filter returned, in words. */
export function actionText(value: number): string {
  const full = (value & CONSTANTS.SECCOMP_RET_ACTION_FULL) >>> 0;
  const data = value & CONSTANTS.SECCOMP_RET_DATA;
  const action = ACTIONS.find((name) => CONSTANTS[`SECCOMP_RET_${name}`] === full);
  if (action === undefined) return hex(value);
  if (action !== 'ERRNO') return data === 0 ? action : `${action}(${data})`;
  const errno = Object.entries(ERRNO).find(([, { number }]) => number === data)?.[0];
  return `ERRNO(${errno ?? data})`;
}

function hex(value: number): string {
  return value < 10 ? String(value) : `0x${value.toString(16)}`;
}
