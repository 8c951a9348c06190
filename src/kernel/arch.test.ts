// The packed numbers against the headers of every architecture that is installed, from both ends.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ARCHES, type Arch, syscallTable } from './arch.ts';
import { type PackedArch, packedHeaders } from './sources/packed-headers.ts';
import { packedNumbers } from './sources/syscall-table.ts';

/** The folders of Debian's linux-libc-dev-*-cross, with what their headers are good for. */
const FOLDERS: Readonly<Record<string, Partial<Record<Arch, PackedArch>>>> = {
  'riscv64-linux-gnu': { riscv64: 'riscv64' },
  'powerpc-linux-gnu': { ppc: 'ppc', ppc64: 'ppc64' },
  'powerpc64-linux-gnu': { ppc64: 'ppc64', ppc: 'ppc' },
  'powerpc64le-linux-gnu': { ppc64le: 'ppc64', ppc: 'ppc' },
  's390x-linux-gnu': { s390x: 's390x', s390: 's390' },
  'mips-linux-gnu': { mips: 'mips' },
  'mipsel-linux-gnu': { mipsel: 'mips' },
  'mips64-linux-gnuabi64': { mips64: 'mips64', mips64n32: 'mips64n32', mips: 'mips' },
  'mips64el-linux-gnuabi64': { mipsel64: 'mips64', mipsel64n32: 'mips64n32', mipsel: 'mips' },
  'mips64-linux-gnuabin32': { mips64n32: 'mips64n32' },
  'mips64el-linux-gnuabin32': { mipsel64n32: 'mips64n32' },
};

for (const [folder, arches] of Object.entries(FOLDERS)) {
  const installed = existsSync(`/usr/${folder}/include/asm/unistd.h`) && existsSync('/usr/bin/objcopy');
  const need = installed ? '' : ` [needs linux-libc-dev-*-cross with /usr/${folder} and binutils]`;
  test.skipIf(!installed)(`numbers of ${Object.keys(arches).join(', ')} are those of /usr/${folder}${need}`, { timeout: 60_000 }, () => {
    const scratch = mkdtempSync(join(tmpdir(), 'holdfast-arch-'));
    try {
      for (const [arch, packed] of Object.entries(arches) as [Arch, PackedArch][]) {
        const told = packedNumbers(packed, packedHeaders(packed, scratch, folder));
        expect(told.size).toBeGreaterThan(250);
        expect(Object.fromEntries(told), arch).toEqual(syscallTable(arch));
        rmSync(join(scratch, packed), { recursive: true });
      }
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });
}

test('every architecture has a table of its own size, and both ends of one have the same', () => {
  expect(ARCHES).toHaveLength(18);
  for (const arch of ARCHES) expect(Object.keys(syscallTable(arch)).length, arch).toBeGreaterThan(300);
  expect(syscallTable('mipsel64n32')).toBe(syscallTable('mips64n32'));
  expect(syscallTable('ppc64le')).toBe(syscallTable('ppc64'));
});
