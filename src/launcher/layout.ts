// Where everything lies, in the file and in memory.
//
//     file    ELF header, constants, data | to the next page | text
//     memory  header + constants r-- | text r-x | data + zeroed memory rw-
//
// Text lies last and on file pages of its own, so that nothing else is executable, literally; constants and data share
// pages of the file (one page saved), which shows the data in the read-only mapping and the reverse: harmless, as
// neither is secret from this program. Data has the highest addresses: its zeroed memory grows behind it (ELF
// specification, book III, program loading; Linux fs/binfmt_elf.c).

import type { Blob } from './ir.ts';

/** What text begins on a multiple of, in the file: the smallest page of both machines. */
const FILE_PAGE = 4096;
/** Linux before 6.6 cannot load a segment that is all zeroed memory and begins inside a page. */
const LEAST_DATA = 8;

export interface Segment {
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
}

export interface Layout {
  /** Blob to address, from where the program will be loaded. */
  readonly addresses: ReadonlyMap<string, number>;
  readonly constants: Segment;
  readonly text: Segment;
  readonly data: Segment;
  readonly zeroed: { readonly address: number; readonly size: number };
}

/** Places blobs and text; `headerSize` bytes come first in the file. */
export function layOut(blobs: readonly Blob[], textSize: number, headerSize: number, maxPageSize: number): Layout {
  const ro = blobs.filter((blob) => blob.kind === 'ro');
  const rw = blobs.filter((blob) => blob.kind === 'rw');
  // Small ones first: they share a page, and the slots among them are written all the time.
  const bss = blobs.filter((blob) => blob.kind === 'bss').sort((a, b) => sizeOf(a) - sizeOf(b));
  const addresses = new Map<string, number>();

  const constantsEnd = place(ro, headerSize, addresses);
  // The header belongs to the constants, so that the kernel's AT_PHDR points to something.
  const constants = { offset: 0, address: 0, fileSize: constantsEnd, memorySize: constantsEnd };

  const dataOffset = roundUp(constantsEnd, 8);
  const dataEnd = Math.max(place(rw, dataOffset, new Map()), dataOffset + LEAST_DATA);
  const textOffset = roundUp(dataEnd, FILE_PAGE);
  const text = { offset: textOffset, address: nextAddress(constantsEnd, textOffset, maxPageSize), fileSize: textSize, memorySize: textSize };

  const dataAddress = nextAddress(text.address + textSize, dataOffset, maxPageSize);
  const dataSize = dataEnd - dataOffset;
  place(rw, dataAddress, addresses);
  const zeroedEnd = place(bss, dataAddress + dataSize, addresses);
  const data = { offset: dataOffset, address: dataAddress, fileSize: dataSize, memorySize: zeroedEnd - dataAddress };
  return { addresses, constants, text, data, zeroed: { address: dataAddress + dataSize, size: data.memorySize - dataSize } };
}

export function sizeOf(blob: Blob): number {
  return blob.kind === 'bss' ? blob.size : blob.bytes.length;
}

/**
 * One blob behind the other from `start`; answers the end. Offsets and addresses are alike within a page, and no alignment
 * is above a page (the kernel promises no more): placing by either gives the same distances.
 */
function place(blobs: readonly Blob[], start: number, addresses: Map<string, number>): number {
  let end = start;
  for (const blob of blobs) {
    end = roundUp(end, blob.align);
    addresses.set(blob.name, end);
    end += sizeOf(blob);
  }
  return end;
}

/** The first address on a new page that lies in its page as `offset` does in the file: what mmap(2) asks for. */
function nextAddress(after: number, offset: number, pageSize: number): number {
  return roundUp(after, pageSize) + (offset % pageSize);
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
