// The calling conventions of system calls that Holdfast knows the numbers of, in LXC's names but for i386.

import { PACKED_SYSCALLS } from './syscalls-packed.gen.ts';
import { type LauncherArch, SYSCALLS } from './syscalls.gen.ts';

type PackedArch = keyof typeof PACKED_SYSCALLS;
/** The same calls from the other end: one table for both. */
type OtherEnd = 'ppc64le' | 'mipsel' | 'mipsel64' | 'mipsel64n32';

export type Arch = LauncherArch | PackedArch | OtherEnd;

const OTHER_END: Readonly<Record<OtherEnd, PackedArch>> = { ppc64le: 'ppc64', mipsel: 'mips', mipsel64: 'mips64', mipsel64n32: 'mips64n32' };

type Table = Readonly<Record<string, number>>;

const launchers: Readonly<Record<string, Table>> = SYSCALLS;
const unpacked = new Map<string, Table>();

/** Those of the machines that launchers are made for first. */
export const ARCHES = [...Object.keys(SYSCALLS), ...Object.keys(PACKED_SYSCALLS), ...Object.keys(OTHER_END)] as readonly Arch[];

/** Numbers by name, as syscall(2) takes them: with the bit of x32 and the base of each convention of MIPS. */
export function syscallTable(arch: Arch): Table {
  const own = launchers[arch];
  if (own !== undefined) return own;
  const name = Object.hasOwn(OTHER_END, arch) ? OTHER_END[arch as OtherEnd] : (arch as PackedArch);
  const table = unpacked.get(name) ?? unpack(PACKED_SYSCALLS[name]);
  unpacked.set(name, table);
  return table;
}

function unpack(text: string): Table {
  const table: Record<string, number> = {};
  let number = 0;
  for (const word of text.trim().split(/\s+/)) {
    if (/^\d/.test(word)) number = Number(word);
    else table[word] = number++;
  }
  return table;
}
