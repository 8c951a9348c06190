// Makes constants.gen.ts: flags, commands and limits of the kernel's interface, and where arm64 differs.
import assert from 'node:assert/strict';
import { KERNEL_NAMES, LEFT_OUT, LIBC_NAMES, REQUIRED } from './constant-names.ts';
import { definedNames, evaluate, type Headers } from './header-probe.ts';
import type { HeaderSets, PackageLabel } from './header-sets.ts';
import newer from './newer-constants.json' with { type: 'json' };
import { constTable, numberLiteral, tableHeader } from './write-table.ts';

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
  const differing = [...arm64].filter(([name, value]) => x86.has(name) && x86.get(name) !== value);
  const absent = [...x86.keys()].filter((name) => !arm64.has(name) && !libc.has(name));
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
  )}${constTable('Values that differ on arm64.', 'CONSTANTS_ARM64', sorted(differing))}
/** Names of CONSTANTS that the arm64 headers do not have. */
export const CONSTANTS_NOT_ON_ARM64 = [
${absent
  .sort()
  .map((name) => `  '${name}',`)
  .join('\n')}
] as const;

export type ConstName = keyof typeof CONSTANTS;
`;
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
