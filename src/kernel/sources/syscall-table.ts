// Makes syscalls.gen.ts and syscalls-packed.gen.ts: numbers by architecture from <asm/unistd*.h>, plus the newer calls of
// newer-syscalls.json.
import { definedNames, evaluate, type Headers } from './header-probe.ts';
import type { HeaderSets, PackageLabel } from './header-sets.ts';
import newer from './newer-syscalls.json' with { type: 'json' };
import { PACKED_HEADERS, type PackedArch } from './packed-headers.ts';
import { fill, tableHeader, wrapped } from './write-table.ts';

/** The text of syscalls.gen.ts. */
export function syscallTable(sets: HeaderSets, label: PackageLabel): string {
  const sources = [
    `${label('linux-libc-dev')} for x86_64, i386 and x32`,
    `${label('linux-libc-dev-arm64-cross')} for arm64, ${label('linux-libc-dev-armhf-cross')} for arm`,
    `src/kernel/sources/newer-syscalls.json (kernel ${newer.read}) for calls the headers lack`,
  ];
  const bodies = Object.entries(sets.syscalls).map(([arch, headers]) => {
    const numbers = headerNumbers(headers);
    for (const [name, row] of Object.entries<Readonly<Record<string, number | string>>>(newer.syscalls)) {
      const number = row[arch];
      if (typeof number === 'number' && !numbers.has(name)) {
        numbers.set(name, number);
      }
    }
    const entries = byNumber(numbers).map(([name, number]) => [name, String(number)] as const);
    return `  ${arch}: {\n${fill(entries, '    ')}\n  },\n`;
  });
  return `${tableHeader('System call numbers by architecture; those of x32 have __X32_SYSCALL_BIT set.', sources)}
/** System call numbers, see syscalls(2). */
export const SYSCALLS = {
${bodies.join('')}} as const;

/** A calling convention of the machines that launchers are made for. */
export type LauncherArch = keyof typeof SYSCALLS;

/** A call that both 64-bit architectures have. */
export type SyscallName = keyof typeof SYSCALLS.x86_64 & keyof typeof SYSCALLS.arm64;
`;
}

/** The text of syscalls-packed.gen.ts. */
export function packedSyscallTable(sets: HeaderSets, label: PackageLabel): string {
  const arches = Object.keys(PACKED_HEADERS) as PackedArch[];
  const packages = [...new Set(arches.map((arch) => PACKED_HEADERS[arch].package))];
  const sources = [
    ...packages.map((name) => `${label(name)} for ${arches.filter((arch) => PACKED_HEADERS[arch].package === name).join(', ')}`),
    `src/kernel/sources/newer-syscalls.json (kernel ${newer.read}) for calls the headers lack`,
  ];
  const bodies = arches.map((arch) => `  ${arch}: \`\n${wrapped(packed(packedNumbers(arch, sets.packed[arch])))}\`,\n`);
  return `${tableHeader('System call numbers of architectures that no launcher is made for, for their names in policies.', sources)}
/** Names in the order of their numbers; before a name whose number does not follow the last one's stands its number. */
export const PACKED_SYSCALLS = {
${bodies.join('')}} as const;
`;
}

/** Numbers from 403 on are alike everywhere but for the base; what one architecture alone has is not for these. */
export function packedNumbers(arch: PackedArch, headers: Headers): ReadonlyMap<string, number> {
  const numbers = headerNumbers(headers);
  for (const [name, row] of Object.entries<Readonly<Record<string, number | string>>>(newer.syscalls)) {
    const own = row[arch];
    const everywhere = typeof row['arm64'] === 'number' ? row['arm64'] + PACKED_HEADERS[arch].base : undefined;
    const number = typeof own === 'number' ? own : everywhere;
    if (number !== undefined && !numbers.has(name)) numbers.set(name, number);
  }
  return numbers;
}

function packed(numbers: ReadonlyMap<string, number>): readonly string[] {
  let next = 0;
  return byNumber(numbers).flatMap(([name, number]) => {
    const words = number === next ? [name] : [String(number), name];
    next = number + 1;
    return words;
  });
}

function byNumber(numbers: ReadonlyMap<string, number>): [string, number][] {
  return [...numbers].sort(([, a], [, b]) => a - b);
}

function headerNumbers(headers: Headers): Map<string, number> {
  const macros = new Map<string, string>();
  for (const macro of definedNames(headers)) {
    const name = /^__(?:ARM_)?NR_([a-z_][a-z0-9_]*)$/.exec(macro)?.[1];
    if (name !== undefined && name !== 'syscalls' && name !== 'arch_specific_syscall') {
      macros.set(name, macro);
    }
  }
  return new Map([...evaluate(headers, macros)].map(([name, value]) => [name, Number(value)]));
}
