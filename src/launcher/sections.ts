// Section headers, symbols and their names, for tools only: the kernel reads none of it.
// ELF-64 Object File Format, version 1.5, sections 4 (sections), 5 (string tables), 6 (symbol table).

import type { Layout } from './layout.ts';
import type { ProgramSymbol } from './symbols.ts';

const SHT = { progbits: 1, symtab: 2, strtab: 3, nobits: 8 } as const;
const SHF_WRITE = 1;
const SHF_ALLOC = 2;
const SHF_EXECINSTR = 4;
const STT_OBJECT = 1;
const STT_FUNC = 2;
const HEADER_SIZE = 64;
const SYMBOL_SIZE = 24;
/** The order of the section headers, and so the section indices in the symbols. */
const ORDER = { constants: 1, text: 2, data: 3, zeroed: 4, symtab: 5, strtab: 6, shstrtab: 7 } as const;
const COUNT = 8;

interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link?: number;
  readonly info?: number;
  readonly entrySize?: number;
}

/** The file with sections behind it; they begin on a page of their own, so as not to be mapped with the text. */
export function appendSections(
  loaded: Uint8Array,
  layout: Layout,
  symbols: readonly ProgramSymbol[],
): { file: Uint8Array; headersOffset: number; count: number } {
  const names = stringTable();
  const symtab = symbolTable(symbols, names);
  const strtab = names.bytes();
  const symtabOffset = Math.ceil(loaded.length / 4096) * 4096;
  const strtabOffset = symtabOffset + symtab.length;
  const shstrtabOffset = strtabOffset + strtab.length;

  const { constants, text, data, zeroed } = layout;
  const sectionNames = stringTable();
  const sections: Section[] = [
    { name: '.rodata', type: SHT.progbits, flags: SHF_ALLOC, address: 0, offset: 0, size: constants.fileSize },
    { name: '.text', type: SHT.progbits, flags: SHF_ALLOC | SHF_EXECINSTR, address: text.address, offset: text.offset, size: text.fileSize },
    { name: '.data', type: SHT.progbits, flags: SHF_ALLOC | SHF_WRITE, address: data.address, offset: data.offset, size: data.fileSize },
    { name: '.bss', type: SHT.nobits, flags: SHF_ALLOC | SHF_WRITE, address: zeroed.address, offset: data.offset + data.fileSize, size: zeroed.size },
    {
      name: '.symtab',
      type: SHT.symtab,
      flags: 0,
      address: 0,
      offset: symtabOffset,
      size: symtab.length,
      link: ORDER.strtab,
      info: symbols.length + 1, // one more than the last local symbol: all are local
      entrySize: SYMBOL_SIZE,
    },
    { name: '.strtab', type: SHT.strtab, flags: 0, address: 0, offset: strtabOffset, size: strtab.length },
  ];
  const nameOffsets = [...sections.map(({ name }) => sectionNames.add(name)), sectionNames.add('.shstrtab')];
  const shstrtab = sectionNames.bytes();
  sections.push({ name: '.shstrtab', type: SHT.strtab, flags: 0, address: 0, offset: shstrtabOffset, size: shstrtab.length });

  const headersOffset = Math.ceil((shstrtabOffset + shstrtab.length) / 8) * 8;
  const file = new Uint8Array(headersOffset + COUNT * HEADER_SIZE);
  file.set(loaded);
  file.set(symtab, symtabOffset);
  file.set(strtab, strtabOffset);
  file.set(shstrtab, shstrtabOffset);
  const view = new DataView(file.buffer);
  for (const [index, section] of sections.entries()) {
    writeHeader(view, headersOffset + (index + 1) * HEADER_SIZE, section, nameOffsets[index] ?? 0);
  }
  return { file, headersOffset, count: COUNT };
}

function writeHeader(view: DataView, at: number, section: Section, nameOffset: number): void {
  view.setUint32(at, nameOffset, true);
  view.setUint32(at + 4, section.type, true);
  view.setUint32(at + 8, section.flags, true);
  view.setUint32(at + 16, section.address, true);
  view.setUint32(at + 24, section.offset, true);
  view.setUint32(at + 32, section.size, true);
  view.setUint32(at + 40, section.link ?? 0, true);
  view.setUint32(at + 44, section.info ?? 0, true);
  view.setUint32(at + 48, 1, true); // sh_addralign
  view.setUint32(at + 56, section.entrySize ?? 0, true);
}

/** Local symbols (STB_LOCAL is 0), the first one empty. */
function symbolTable(symbols: readonly ProgramSymbol[], names: StringTable): Uint8Array {
  const bytes = new Uint8Array((symbols.length + 1) * SYMBOL_SIZE);
  const view = new DataView(bytes.buffer);
  for (const [index, symbol] of symbols.entries()) {
    const at = (index + 1) * SYMBOL_SIZE;
    view.setUint32(at, names.add(symbol.name), true);
    view.setUint8(at + 4, symbol.place === 'text' ? STT_FUNC : STT_OBJECT);
    view.setUint16(at + 6, ORDER[symbol.place], true);
    view.setUint32(at + 8, symbol.address, true);
    view.setUint32(at + 16, symbol.size, true);
  }
  return bytes;
}

interface StringTable {
  add(name: string): number;
  bytes(): Uint8Array;
}

function stringTable(): StringTable {
  const encoder = new TextEncoder();
  let text = '\0';
  return {
    add(name) {
      const offset = text.length;
      // One byte a character, so that the length counts bytes; names of one's own making need no more.
      text += `${name.replace(/[^\x21-\x7e]/g, '?')}\0`;
      return offset;
    },
    bytes: () => encoder.encode(text),
  };
}
