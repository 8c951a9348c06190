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
  /** Only for their system calls. */
  readonly packed: Readonly<Record<PackedArch, Headers>>;
}

/** How a table names a package as its source. */
export type PackageLabel = (name: HeaderPackageName) => string;

/** Makes the include folders below `folder` and returns the sets. */
export function headerSets(folder: string): HeaderSets {
  const cross = (triplet: string) => [`/usr/${triplet}/include`, `/usr/${triplet}/include/asm`] as const;
  const x86 = kernelIncludes(join(folder, 'x86'), '/usr/include', '/usr/include/x86_64-linux-gnu/asm');
  const arm64 = [...kernelIncludes(join(folder, 'arm64'), ...cross('aarch64-linux-gnu')), '-U__x86_64__', '-U__x86_64', '-D__aarch64__'];
  const arm = [...kernelIncludes(join(folder, 'arm'), ...cross('arm-linux-gnueabihf')), '-U__x86_64__', '-U__x86_64', '-D__arm__', '-D__ARM_EABI__'];
  const kernel = includes(KERNEL_HEADERS) + DECLARED;
  return {
    x86: { flags: x86, prelude: kernel },
    arm64: { flags: arm64, prelude: kernel.replace('#include <asm/prctl.h>\n', '') },
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
    packed: Object.fromEntries((Object.keys(PACKED_HEADERS) as PackedArch[]).map((arch) => [arch, packedHeaders(arch, folder)])) as HeaderSets['packed'],
  };
}

function includes(names: readonly string[]): string {
  return names.map((name) => `#include <${name}>\n`).join('');
}
