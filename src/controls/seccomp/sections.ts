// Section headings: `[all]`, `[x86]`, `[arm64]` ... in LXC's spelling, lower or upper case.

import { type Arch, ARCHES } from '../../kernel/arch.ts';
import type { Section } from './policy.ts';

const BY_NAME: ReadonlyMap<string, Arch> = new Map(ARCHES.map((arch) => [arch === 'i386' ? 'x86' : arch, arch]));

/** Other names of the same architectures, for the suggestion only: LXC refuses them. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  i386: 'x86',
  i686: 'x86',
  amd64: 'x86_64',
  aarch64: 'arm64',
  armhf: 'arm',
  armv7: 'arm',
  riscv: 'riscv64',
  powerpc: 'ppc',
  ppc64el: 'ppc64le',
  mips64el: 'mipsel64',
};

export const SECTION_NAMES: readonly string[] = ['all', ...BY_NAME.keys()];

/** The section of a name without its brackets; null for none. */
export function sectionNamed(name: string): Section | null {
  const lower = name.toLowerCase();
  if (lower === 'all') return { kind: 'all' };
  const arch = BY_NAME.get(lower);
  return arch === undefined ? null : { kind: 'arch', arch };
}

/** How a policy calls an architecture. */
export function sectionName(arch: Arch): string {
  return arch === 'i386' ? 'x86' : arch;
}

/** Whose calls something is, in words: the shorter of those that have it and those that lack it. */
export function archList(arches: readonly Arch[]): string {
  const lacking = ARCHES.filter((arch) => !arches.includes(arch));
  return lacking.length < arches.length ? `all architectures but ${lacking.map(sectionName).join(', ')}` : arches.map(sectionName).join(', ');
}

/** The name LXC uses for what someone called otherwise. */
export function usualName(name: string): string | null {
  const lower = name.toLowerCase();
  return Object.hasOwn(OTHER_NAMES, lower) ? (OTHER_NAMES[lower] ?? null) : null;
}
