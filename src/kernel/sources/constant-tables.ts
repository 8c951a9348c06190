// Makes constants.gen.ts: flags, commands and limits of the kernel's interface, and where arm64 differs.
import assert from 'node:assert/strict';
import { KERNEL_NAMES, LEFT_OUT, LIBC_NAMES, REQUIRED } from './constant-names.ts';
import { definedNames, evaluate, type Headers } from './header-probe.ts';
import type { HeaderSets, PackageLabel } from './header-sets.ts';
import newer from './newer-constants.json' with { type: 'json' };
import { constTable, numberLiteral, tableHeader, wrapped } from './write-table.ts';

const INT_MIN = -(2n ** 31n);

/** The text of constants.gen.ts. */
export function constantTables(sets: HeaderSets, label: PackageLabel): string {
  const libc = values(sets.libc, LIBC_NAMES);
  const x86 = new Map([...libc, ...values(sets.x86, KERNEL_NAMES)]);
  const arm64 = values(sets.arm64, KERNEL_NAMES);
  for (const [name, { value }] of Object.entries(newer.constants)) {
    for (const table of [x86, arm64]) {
      assert.equal(table.get(name) ?? String(value), String(value), `${name} in the headers and in newer-constants.json`);
      table.set(name, String(value));
    }
  }
  const missing = REQUIRED.filter((name) => !x86.has(name));
  if (missing.length > 0) {
    throw new Error(`the headers no longer give ${missing.join(' ')}`);
  }
  const onArm64 = [...arm64].filter(([name, value]) => x86.has(name) && x86.get(name) !== value);
  const absent = [...x86.keys()].filter((name) => !arm64.has(name) && !libc.has(name));
  const differing = varying(x86, arm64, sets);
  const sources = [
    label('linux-libc-dev'),
    `src/kernel/sources/newer-constants.json (kernel ${newer.read}) for names the headers lack`,
    `${label('linux-libc-dev-arm64-cross')} for CONSTANTS_ARM64`,
    `${label('libc6-dev')} for SOCK_* AF_* MSG_* SHUT_* SCM_* DT_* EFD_* MNT_* UTIME_* R_OK and the like, taken as alike on both`,
  ];
  return `${tableHeader("Constants of the kernel's interface on x86_64, and those that arm64 has otherwise.", sources)}${constTable(
    'Values on x86_64.',
    'CONSTANTS',
    sorted(x86),
  )}${constTable('Values that differ on arm64.', 'CONSTANTS_ARM64', sorted(onArm64))}
/** Names of CONSTANTS that the arm64 headers do not have. */
export const CONSTANTS_NOT_ON_ARM64 = [
${absent
  .sort()
  .map((name) => `  '${name}',`)
  .join('\n')}
] as const;

/** Names whose values are not one on x86_64, i386, arm64 and arm, or that not all of these have. */
export const CONSTANTS_THAT_DIFFER = \`
${wrapped(differing.launchers)}\`;

/** Names that differ elsewhere only: on riscv64, ppc, s390 or MIPS. */
export const CONSTANTS_THAT_DIFFER_ELSEWHERE = \`
${wrapped(differing.elsewhere)}\`;

export type ConstName = keyof typeof CONSTANTS;
`;
}

/** Of libc's only those of this architecture are here; MIPS has these otherwise (arch/mips/include/asm/socket.h, uapi/asm/fcntl.h). */
const LIBC_VARYING = ['SOCK_STREAM', 'SOCK_DGRAM', 'SOCK_NONBLOCK', 'EFD_NONBLOCK'];

function varying(x86: ReadonlyMap<string, string>, arm64: ReadonlyMap<string, string>, { x86: own, others }: HeaderSets) {
  const tables = new Map(Object.entries(others).map(([arch, headers]) => [arch, values(headers, KERNEL_NAMES)]));
  const added = new Set(Object.keys(newer.constants));
  const names = [...values(own, KERNEL_NAMES).keys()].filter((name) => !added.has(name));
  const differs = (name: string, arches: readonly ReadonlyMap<string, string>[]) => arches.some((table) => table.get(name) !== x86.get(name));
  const near = [arm64, ...['i386', 'arm'].flatMap((arch) => tables.get(arch) ?? [])];
  const launchers = names.filter((name) => differs(name, near));
  const elsewhere = names.filter((name) => !differs(name, near) && differs(name, [...tables.values()]));
  return { launchers: launchers.sort(), elsewhere: [...elsewhere, ...LIBC_VARYING].sort() };
}

function values(headers: Headers, patterns: readonly RegExp[]): Map<string, string> {
  const names = definedNames(headers).filter((name) => patterns.some((pattern) => pattern.test(name)) && !LEFT_OUT.some((pattern) => pattern.test(name)));
  const found = new Map<string, string>();
  for (const [name, value] of evaluate(headers, new Map(names.map((name) => [name, name])))) {
    // A flag written as 1 << 31 is meant as the bit, not as the smallest int.
    const literal = numberLiteral(value === INT_MIN ? -value : value);
    if (literal !== undefined) {
      found.set(name, literal);
    }
  }
  return found;
}

function sorted(entries: Iterable<[string, string]>): [string, string][] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}
