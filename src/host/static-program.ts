// Is a file a program that needs nothing else: an ELF executable of this word size without an interpreter (elf(5), PT_INTERP)?

import { type Machine } from './machine.ts';

const MAGIC = '\x7fELF\x02\x01'; // 64 bits, little endian
const PT_INTERP = 3;
/** Program headers stand at the beginning of the file, whoever linked it. */
const HEAD = 4096;
const [TABLE, ENTRY_SIZE, ENTRIES] = [32, 54, 56]; // e_phoff, e_phentsize, e_phnum of Elf64_Ehdr

const PLACES = ['/bin', '/usr/bin', '/usr/local/bin', '/sbin', '/usr/sbin'];

/** null: it cannot be read, or is no such program at all. */
export function isStaticProgram(machine: Pick<Machine, 'readHead'>, path: string): boolean | null {
  const found = machine.readHead(path, HEAD);
  if ('errno' in found || found.value.length < 64) return null;
  const head = Buffer.from(found.value);
  if (head.subarray(0, MAGIC.length).toString('latin1') !== MAGIC) return null;
  const table = Number(head.readBigUInt64LE(TABLE));
  const size = head.readUInt16LE(ENTRY_SIZE);
  const starts = Array.from({ length: head.readUInt16LE(ENTRIES) }, (_, index) => table + index * size);
  if (starts.some((start) => start + 4 > head.length)) return null;
  return !starts.some((start) => head.readUInt32LE(start) === PT_INTERP);
}

export type BusyboxFact =
  | { readonly kind: 'static'; readonly path: string }
  /** One that needs libraries which a new root file system does not have. */
  | { readonly kind: 'dynamic'; readonly path: string }
  | { readonly kind: 'missing' };

/** The host's busybox. Only fixed places are searched: what stands in PATH may be anyone's. */
export function findBusybox(machine: Pick<Machine, 'readHead'>): BusyboxFact {
  const found = PLACES.map((place) => ({ path: `${place}/busybox`, is: isStaticProgram(machine, `${place}/busybox`) }));
  const fit = found.find(({ is }) => is === true) ?? found.find(({ is }) => is === false);
  return fit === undefined ? { kind: 'missing' } : { kind: fit.is === true ? 'static' : 'dynamic', path: fit.path };
}
