// An ELF64 executable: position independent (ET_DYN) without interpreter and dynamic section, so that the kernel alone
// loads it, at a random address. No segment is both writable and executable, nor is the stack.
// ELF-64 Object File Format, version 1.5; elf(5); include/uapi/linux/elf.h.

import type { Blob } from './ir.ts';
import type { Layout, Segment } from './layout.ts';
import { appendSections } from './sections.ts';
import type { ProgramSymbol } from './symbols.ts';

const EHDR_SIZE = 64;
const PHDR_SIZE = 56;
const SHDR_SIZE = 64;
const PROGRAM_HEADERS = 4;
/** What the ELF header and the program headers take at the begin of the file. */
export const ELF_HEADERS_SIZE = EHDR_SIZE + PROGRAM_HEADERS * PHDR_SIZE;

const ET_DYN = 3;
const PT_LOAD = 1;
const PT_GNU_STACK = 0x6474e551;
const PF_X = 1;
const PF_W = 2;
const PF_R = 4;

export interface ElfImage {
  /** e_machine. */
  readonly machine: number;
  /** p_align of what is loaded. */
  readonly pageSize: number;
  readonly layout: Layout;
  /** Linked; execution begins at its first byte. */
  readonly text: Uint8Array;
  readonly blobs: readonly Blob[];
  /** Null: no sections at all. */
  readonly symbols: readonly ProgramSymbol[] | null;
}

/** The whole file. */
export function writeElf(image: ElfImage): Uint8Array {
  const { layout, text, blobs, symbols } = image;
  const loaded = new Uint8Array(layout.text.offset + layout.text.fileSize);
  loaded.set(text, layout.text.offset);
  for (const blob of blobs) {
    if (blob.kind !== 'bss') loaded.set(blob.bytes, fileOffset(layout, blob));
  }

  const sections = symbols === null ? null : appendSections(loaded, layout, symbols);
  const file = sections?.file ?? loaded;
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  writeHeader(view, image, sections?.headersOffset ?? 0, sections?.count ?? 0);

  const { constants, text: code, data } = layout;
  writeSegment(view, 0, PT_LOAD, PF_R, constants, image.pageSize);
  writeSegment(view, 1, PT_LOAD, PF_R | PF_X, code, image.pageSize);
  writeSegment(view, 2, PT_LOAD, PF_R | PF_W, data, image.pageSize);
  writeSegment(view, 3, PT_GNU_STACK, PF_R | PF_W, { offset: 0, address: 0, fileSize: 0, memorySize: 0 }, 16);
  return file;
}

function fileOffset(layout: Layout, blob: Blob): number {
  const segment = blob.kind === 'ro' ? layout.constants : layout.data;
  return segment.offset + (layout.addresses.get(blob.name) ?? 0) - segment.address;
}

function writeHeader(view: DataView, image: ElfImage, sectionHeaders: number, sectionCount: number): void {
  // Magic, ELFCLASS64, ELFDATA2LSB, EV_CURRENT, ELFOSABI_NONE.
  for (const [index, byte] of [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0].entries()) view.setUint8(index, byte);
  view.setUint16(16, ET_DYN, true);
  view.setUint16(18, image.machine, true);
  view.setUint32(20, 1, true); // e_version: EV_CURRENT
  word(view, 24, image.layout.text.address); // e_entry
  word(view, 32, EHDR_SIZE); // e_phoff
  word(view, 40, sectionHeaders); // e_shoff
  view.setUint16(52, EHDR_SIZE, true);
  view.setUint16(54, PHDR_SIZE, true);
  view.setUint16(56, PROGRAM_HEADERS, true);
  view.setUint16(58, SHDR_SIZE, true);
  view.setUint16(60, sectionCount, true);
  view.setUint16(62, sectionCount === 0 ? 0 : sectionCount - 1, true); // e_shstrndx: the last one
}

function writeSegment(view: DataView, index: number, type: number, flags: number, segment: Segment, align: number): void {
  const at = EHDR_SIZE + index * PHDR_SIZE;
  view.setUint32(at, type, true);
  view.setUint32(at + 4, flags, true);
  word(view, at + 8, segment.offset);
  word(view, at + 16, segment.address); // p_vaddr
  word(view, at + 24, segment.address); // p_paddr: without meaning here
  word(view, at + 32, segment.fileSize);
  word(view, at + 40, segment.memorySize);
  word(view, at + 48, align);
}

/** Sizes and addresses here are far below 4 GiB: the upper half stays 0. */
function word(view: DataView, at: number, value: number): void {
  view.setUint32(at, value, true);
}
