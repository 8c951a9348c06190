// Makes the tables of names that LXC's configuration uses: capabilities, signals, resource limits.
import { definedNames, evaluate } from './header-probe.ts';
import type { HeaderSets, PackageLabel } from './header-sets.ts';
import { constTable, tableHeader } from './write-table.ts';

/** Texts of capabilities.gen.ts, signals.gen.ts and rlimits.gen.ts by path. */
export function smallTables(sets: HeaderSets, label: PackageLabel): Record<string, string> {
  const kernel = label('linux-libc-dev');
  const libc = label('libc6-dev');
  const capabilities = numbersOf(sets, '<linux/capability.h>', /^CAP_([A-Z0-9_]+)$/, ['CAP_LAST_CAP', 'CAP_TO_INDEX', 'CAP_TO_MASK']);
  const signals = numbersOf(sets, '<asm/signal.h>', /^(SIG[A-Z0-9]+)$/, ['SIGRTMIN', 'SIGRTMAX', 'SIGUNUSED', 'SIGSTKSZ', 'SIGSTKFLTSZ']);
  const rlimits = numbersOf(sets, '<asm/resource.h>', /^RLIMIT_([A-Z]+)$/, []);
  // x86's header names _NSIG without defining it; the generic one that arm64 uses has the number.
  const range = evaluate(
    sets.arm64,
    new Map([
      ['min', 'SIGRTMIN'],
      ['max', 'SIGRTMAX'],
    ]),
  );
  const libcRange = evaluate(
    sets.libc,
    new Map([
      ['min', '__SIGRTMIN + 2'],
      ['max', '__SIGRTMAX'],
    ]),
  );
  return {
    'src/kernel/capabilities.gen.ts': `${tableHeader('Capabilities by name without cap_, alike on all architectures.', [kernel])}${constTable(
      'Capability numbers, see capabilities(7).',
      'CAPABILITIES',
      capabilities.map(([name, value]) => [name.toLowerCase(), value] as const),
    )}
export type CapabilityName = keyof typeof CAPABILITIES;

/** The highest capability the headers know; a kernel says its own in /proc/sys/kernel/cap_last_cap. */
export const LAST_CAPABILITY = ${capabilities.at(-1)?.[1]};
`,
    'src/kernel/signals.gen.ts': `${tableHeader('Signals by name on x86_64 and arm64.', [kernel, `${label('linux-libc-dev-arm64-cross')} for SIGRTMIN and SIGRTMAX`, `${libc} for LIBC_*`])}${constTable(
      'Signal numbers, see signal(7); SIGRTMIN and SIGRTMAX as the kernel counts them.',
      'SIGNALS',
      [...signals, ['SIGRTMIN', String(range.get('min'))] as const, ['SIGRTMAX', String(range.get('max'))] as const],
    )}
export type SignalName = keyof typeof SIGNALS;

/** What SIGRTMIN means to programs on glibc, which keeps the first two for itself (__SIGRTMIN + 2); LXC means this one. */
export const LIBC_SIGRTMIN = ${libcRange.get('min')};

/** What SIGRTMAX means to programs on glibc. */
export const LIBC_SIGRTMAX = ${libcRange.get('max')};
`,
    'src/kernel/rlimits.gen.ts': `${tableHeader("Resource limits by LXC's name (lxc.prlimit.NAME), on x86_64 and arm64.", [kernel])}${constTable(
      'Resource numbers, see getrlimit(2).',
      'RLIMITS',
      rlimits.map(([name, value]) => [name.toLowerCase(), value] as const),
    )}
export type RlimitName = keyof typeof RLIMITS;
`,
  };
}

function numbersOf(sets: HeaderSets, header: string, pattern: RegExp, without: readonly string[]): (readonly [string, string])[] {
  const headers = { ...sets.x86, prelude: `#include ${header}\n` };
  const names = definedNames(headers).filter((name) => pattern.test(name) && !without.includes(name));
  const values = [...evaluate(headers, new Map(names.map((name) => [pattern.exec(name)?.[1] ?? name, name])))];
  return values.sort(([a, x], [b, y]) => (x === y ? (a < b ? -1 : 1) : Number(x - y))).map(([name, value]) => [name, String(value)] as const);
}
