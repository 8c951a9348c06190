// The sets of headers that tables are read from: the kernel's by architecture, and libc's of the host.
import { join } from 'node:path';
import { KERNEL_HEADERS, LIBC_HEADERS } from './constant-names.ts';
import type { HeaderPackageName } from './header-packages.ts';
import { type Headers, kernelIncludes } from './header-probe.ts';
import { PACKED_HEADERS, type PackedArch, packedHeaders } from './packed-headers.ts';
import { DECLARED } from './struct-layouts.ts';

/** Headers by where they come from; each kernel set with its system-call files. */
export interface HeaderSets {
  readonly x86: Headers;
  readonly arm64: Headers;
  readonly libc: Headers;
  readonly syscalls: Readonly<Record<'x86_64' | 'i386' | 'x32' | 'arm64' | 'arm', Headers>>;
  /** For finding out which constants are alike everywhere. */
  readonly others: Readonly<Record<string, Headers>>;
  /** Only for their system calls. */
  readonly packed: Readonly<Record<PackedArch, Headers>>;
}

const NO_X86 = ['-U__x86_64__', '-U__x86_64'];
const OTHERS: readonly (readonly [PackedArch, ...string[]])[] = [
  ['riscv64', ...NO_X86, '-D__riscv', '-D__riscv_xlen=64'],
  ['ppc64', ...NO_X86, '-D__powerpc64__', '-D__powerpc__'],
  ['s390x', ...NO_X86, '-D__s390x__', '-D__s390__'],
  ['mips64', ...NO_X86, '-D__mips__', '-D__mips64', '-D_MIPS_SIM=3', '-D_MIPS_SZLONG=64', '-D__MIPSEL__'],
];

/** How a table names a package as its source. */
export type PackageLabel = (name: HeaderPackageName) => string;

/** Makes the include folders below `folder` and returns the sets. */
export function headerSets(folder: string): HeaderSets {
  const cross = (triplet: string) => [`/usr/${triplet}/include`, `/usr/${triplet}/include/asm`] as const;
  const x86 = kernelIncludes(join(folder, 'x86'), '/usr/include', '/usr/include/x86_64-linux-gnu/asm');
  const arm64 = [...kernelIncludes(join(folder, 'arm64'), ...cross('aarch64-linux-gnu')), '-U__x86_64__', '-U__x86_64', '-D__aarch64__'];
  const arm = [...kernelIncludes(join(folder, 'arm'), ...cross('arm-linux-gnueabihf')), '-U__x86_64__', '-U__x86_64', '-D__arm__', '-D__ARM_EABI__'];
  const kernel = includes(KERNEL_HEADERS) + DECLARED;
  const elsewhere = kernel.replace('#include <asm/prctl.h>\n', '');
  return {
    x86: { flags: x86, prelude: kernel },
    arm64: { flags: arm64, prelude: elsewhere },
    libc: {
      flags: ['-D_GNU_SOURCE'],
      prelude: includes([...LIBC_HEADERS, 'string.h', 'errno.h', 'signal.h', 'stddef.h']),
    },
    syscalls: {
      x86_64: { flags: x86, prelude: includes(['asm/unistd_64.h']) },
      i386: { flags: x86, prelude: includes(['asm/unistd_32.h']) },
      x32: { flags: [...x86, '-D__ILP32__'], prelude: includes(['asm/unistd.h']) },
      arm64: { flags: arm64, prelude: includes(['asm/unistd.h']) },
      arm: { flags: arm, prelude: includes(['asm/unistd.h']) },
    },
    others: {
      i386: { flags: [...x86, '-m32'], prelude: kernel },
      arm: { flags: [...arm, '-m32', '-U__i386__', '-U__i386'], prelude: elsewhere },
      ...Object.fromEntries(
        OTHERS.map(([arch, ...defines]) => [arch, { flags: [...packedHeaders(arch, join(folder, 'constants')).flags, ...defines], prelude: elsewhere }]),
      ),
    },
    packed: Object.fromEntries((Object.keys(PACKED_HEADERS) as PackedArch[]).map((arch) => [arch, packedHeaders(arch, folder)])) as HeaderSets['packed'],
  };
}

function includes(names: readonly string[]): string {
  return names.map((name) => `#include <${name}>\n`).join('');
}
