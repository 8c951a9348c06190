// Where the numbers of architectures come from that no launcher is made for: their headers by package. The kernel exports one
// set of headers for an architecture, for both ends and for all widths of words.

import { join } from 'node:path';
import type { HeaderPackageName } from './header-packages.ts';
import { type Headers, kernelIncludes } from './header-probe.ts';

export interface PackedHeaders {
  readonly package: HeaderPackageName;
  /** Below /usr; '' for the headers of the host. */
  readonly triplet: string;
  /** What is included, as C. */
  readonly prelude: string;
  /** What is added to numbers that are the same everywhere (Documentation/process/adding-syscalls.rst). */
  readonly base: number;
}

const mips = (simulated: number, base: number): PackedHeaders => ({
  package: 'linux-libc-dev-mips64el-cross',
  triplet: 'mips64el-linux-gnuabi64',
  // asm/sgidefs.h: 1 is o32, 2 is n32, 3 is n64.
  prelude: `#define _MIPS_SIM ${simulated}\n#include <asm/unistd.h>\n`,
  base,
});
const ppc = (file: string): PackedHeaders => ({
  package: 'linux-libc-dev-ppc64el-cross',
  triplet: 'powerpc64le-linux-gnu',
  prelude: `#include <asm/${file}>\n`,
  base: 0,
});
const s390 = (file: string): PackedHeaders => ({
  package: 'linux-libc-dev-s390x-cross',
  triplet: 's390x-linux-gnu',
  prelude: `#include <asm/${file}>\n`,
  base: 0,
});

/** Debian 12 has no headers of loongarch64: what its own asm/unistd.h says (Linux 5.19 to 6.10), on top of the table that it includes. */
const LOONGARCH = '#define __ARCH_WANT_SYS_CLONE\n#define __ARCH_WANT_SYS_CLONE3\n#include <asm-generic/unistd.h>\n';

export const PACKED_HEADERS = {
  riscv64: { package: 'linux-libc-dev-riscv64-cross', triplet: 'riscv64-linux-gnu', prelude: '#include <asm/unistd.h>\n', base: 0 },
  loongarch64: { package: 'linux-libc-dev', triplet: '', prelude: LOONGARCH, base: 0 },
  ppc64: ppc('unistd_64.h'),
  ppc: ppc('unistd_32.h'),
  s390x: s390('unistd_64.h'),
  s390: s390('unistd_32.h'),
  mips64: mips(3, 5000),
  mips64n32: mips(2, 6000),
  mips: mips(1, 4000),
} as const satisfies Record<string, PackedHeaders>;

export type PackedArch = keyof typeof PACKED_HEADERS;

/** The headers of one architecture; its include folder is made below `folder`. */
export function packedHeaders(arch: PackedArch, folder: string, triplet: string = PACKED_HEADERS[arch].triplet): Headers {
  const { prelude } = PACKED_HEADERS[arch];
  const common = triplet === '' ? '/usr/include' : `/usr/${triplet}/include`;
  const asm = triplet === '' ? '/usr/include/x86_64-linux-gnu/asm' : `${common}/asm`;
  return { flags: kernelIncludes(join(folder, arch), common, asm), prelude };
}
