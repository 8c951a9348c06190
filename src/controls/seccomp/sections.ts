// Section headings: `[all]`, `[x86]`, `[arm64]` ... in LXC's spelling, lower or upper case.

import type { Arch } from '../../kernel/syscalls.gen.ts';
import type { Section } from './policy.ts';

const ARCHES: Readonly<Record<string, Arch>> = { x86_64: 'x86_64', x86: 'i386', x32: 'x32', arm64: 'arm64', arm: 'arm' };

/** What LXC knows besides (src/lxc/seccomp.c). */
const FOREIGN: readonly string[] = [
  'ppc',
  'ppc64',
  'ppc64le',
  'mips',
  'mips64',
  'mips64n32',
  'mipsel',
  'mipsel64',
  'mipsel64n32',
  's390',
  's390x',
  'loongarch64',
];

/** Other names of the same architectures, for the suggestion only: LXC refuses them. */
const OTHER_NAMES: Readonly<Record<string, string>> = { i386: 'x86', i686: 'x86', amd64: 'x86_64', aarch64: 'arm64', armhf: 'arm', armv7: 'arm' };

export const SECTION_NAMES: readonly string[] = ['all', ...Object.keys(ARCHES)];

/** The section of a name without its brackets; null for none. */
export function sectionNamed(name: string): Section | null {
  const lower = name.toLowerCase();
  if (lower === 'all') return { kind: 'all' };
  const arch = Object.hasOwn(ARCHES, lower) ? ARCHES[lower] : undefined;
  if (arch !== undefined) return { kind: 'arch', arch };
  return FOREIGN.includes(lower) ? { kind: 'foreign', name: lower } : null;
}

/** How a policy calls an architecture. */
export function sectionName(arch: Arch): string {
  return Object.entries(ARCHES).find(([, one]) => one === arch)?.[0] ?? arch;
}

/** The name LXC uses for what someone called otherwise. */
export function usualName(name: string): string | null {
  const lower = name.toLowerCase();
  return Object.hasOwn(OTHER_NAMES, lower) ? (OTHER_NAMES[lower] ?? null) : null;
}
