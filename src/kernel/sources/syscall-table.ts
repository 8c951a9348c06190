// Makes syscalls.gen.ts: numbers by architecture from <asm/unistd*.h>, plus the newer calls of newer-syscalls.json.
import { definedNames, evaluate, type Headers } from './header-probe.ts';
import type { HeaderSets, PackageLabel } from './header-sets.ts';
import newer from './newer-syscalls.json' with { type: 'json' };
import { fill, tableHeader } from './write-table.ts';

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
    const entries = [...numbers].sort(([, a], [, b]) => a - b).map(([name, number]) => [name, String(number)] as const);
    return `  ${arch}: {\n${fill(entries, '    ')}\n  },\n`;
  });
  return `${tableHeader('System call numbers by architecture; those of x32 have __X32_SYSCALL_BIT set.', sources)}
/** System call numbers, see syscalls(2). */
export const SYSCALLS = {
${bodies.join('')}} as const;

/** An architecture's calling convention for system calls. */
export type Arch = keyof typeof SYSCALLS;

/** A call that both 64-bit architectures have. */
export type SyscallName = keyof typeof SYSCALLS.x86_64 & keyof typeof SYSCALLS.arm64;
`;
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
