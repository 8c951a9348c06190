// The file as readelf and the kernel see it.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createBuilder, memory } from './builder.ts';
import { emit } from './emit.ts';
import type { Program } from './ir.ts';
import { needing } from '../../test/support/needs.ts';
import { ask, needsX86, run, runsHere } from './testing/native.ts';

const withBinutils = needing('binutils');

/** Something of every kind of memory. */
function sample(): Program {
  const b = createBuilder();
  b.label('start');
  b.mark(0x0017_0002);
  b.sys('write', [1, b.text('hello\n'), 6], { onError: 'failed' });
  b.bytes(Uint8Array.of(1, 2, 3), 16);
  b.data('counter', Uint8Array.of(7, 0, 0, 0), 4);
  b.buffer('scratch', 100);
  b.exit(memory(b.buffer('big', 100_000), 99_999, 1));
  b.label('failed');
  b.exit(125);
  return b.program();
}

interface Segment {
  readonly type: string;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
  readonly flags: string;
}

function segments(elf: Uint8Array): Segment[] {
  const line = /^\s+([A-Z_]+)\s+0x(\w+) 0x(\w+) 0x\w+ 0x(\w+) 0x(\w+) ([R ][W ][E ]) 0x/;
  return ask(elf, 'readelf', ['-lW'])
    .split('\n')
    .flatMap((text) => {
      const match = line.exec(text);
      if (match === null) return [];
      const [offset, address, fileSize, memorySize] = match.slice(2, 6).map((digits) => Number.parseInt(digits, 16));
      return [{ type: match[1] ?? '', offset, address, fileSize, memorySize, flags: match[6] ?? '' } as Segment];
    });
}

describe.each([false, true])('symbols: %s', (symbols) => {
  const elf = emit(sample(), { arch: 'x86_64', symbols });

  withBinutils('is position independent, without interpreter and relocations', () => {
    const header = ask(elf, 'readelf', ['-hW']);
    expect(header).toMatch(/Type: +DYN/);
    expect(header).toMatch(/Machine: +Advanced Micro Devices X86-64/);
    expect(ask(elf, 'readelf', ['-rdW'])).toMatch(/no dynamic section[^]*no relocations/);
  });

  withBinutils('has nothing both writable and executable, and no executable stack', () => {
    expect(segments(elf).map(({ type, flags }) => `${type} ${flags}`)).toEqual(['LOAD R  ', 'LOAD R E', 'LOAD RW ', 'GNU_STACK RW ']);
  });

  withBinutils('maps nothing but text as executable', () => {
    const text = segments(elf).find(({ flags }) => flags.includes('E'));
    expect(text).toBeDefined();
    if (text === undefined) return;
    expect(text.offset % 4096).toBe(0);
    // What the last page of the mapping holds of the file behind the text.
    const end = text.offset + text.fileSize;
    const rest = elf.subarray(end, Math.ceil(end / 4096) * 4096);
    expect(rest.every((byte) => byte === 0)).toBe(true);
  });

  withBinutils("has segments that mmap can map: same place in the page, ascending, none on another's page", () => {
    const loads = segments(elf).filter(({ type }) => type === 'LOAD');
    expect(loads.length).toBe(3);
    let free = 0;
    for (const { offset, address, fileSize, memorySize } of loads) {
      expect(address % 4096).toBe(offset % 4096);
      expect(Math.floor(address / 4096) * 4096).toBeGreaterThanOrEqual(free);
      expect(fileSize).toBeGreaterThan(0);
      expect(offset + fileSize).toBeLessThanOrEqual(elf.length);
      free = Math.ceil((address + memorySize) / 4096) * 4096;
    }
  });

  test.skipIf(!runsHere)(`runs${needsX86}`, () => {
    expect(run(elf)).toEqual({ code: 0, signal: null, stdout: Buffer.from('hello\n') });
  });
});

describe('with symbols', () => {
  const elf = emit(sample(), { arch: 'x86_64', symbols: true });

  withBinutils('labels, marked calls and blobs have names', () => {
    const table = ask(elf, 'readelf', ['-sW']);
    const names = [...table.matchAll(/(FUNC|OBJECT) +LOCAL +DEFAULT +(\d) (\S+)$/gm)].map((match) => match.slice(1).join(' '));
    expect(names).toEqual([
      'FUNC 2 _start',
      'FUNC 2 start',
      'FUNC 2 step23.2_write',
      'FUNC 2 failed',
      'OBJECT 4 .slots',
      'OBJECT 1 text',
      'OBJECT 1 constant.1',
      'OBJECT 3 counter',
      'OBJECT 4 scratch',
      'OBJECT 4 big',
    ]);
  });

  withBinutils('objdump -d shows them', () => {
    const listing = ask(elf, 'objdump', ['-d', '-M', 'intel']);
    expect(listing).toMatch(/<step23\.2_write>:\n.*mov +r12d,0x170002\n/);
    expect(listing).toMatch(/lea +rsi,\[rip\+0x\w+\] +# \w+ <text>/);
    expect(listing).toMatch(/js +\w+ <failed>/);
  });

  withBinutils('readelf finds nothing to complain about', () => {
    expect(ask(elf, 'readelf', ['-aW'])).not.toMatch(/warning|error/i);
  });
});

test('without symbols the file is no longer than headers, constants, a page and the text', () => {
  expect(emit(sample(), { arch: 'x86_64' }).length).toBeLessThan(4096 + 120);
});

describe.skipIf(!runsHere)(`in memory${needsX86}`, () => {
  const aslr = readFileSync('/proc/sys/kernel/randomize_va_space', 'utf8').trim() !== '0';

  test.skipIf(!aslr)(`lies at another address each time${aslr ? '' : ' [needs aslr: randomize_va_space is 0]'}`, () => {
    const b = createBuilder();
    const here = b.buffer('here', 8);
    b.store(here, 0, 8, here);
    b.sys('write', [1, here, 8]);
    b.exit(0);
    const elf = emit(b.program(), { arch: 'x86_64' });
    const addresses = new Set(Array.from({ length: 8 }, () => run(elf).stdout.toString('hex')));
    expect(addresses.size).toBeGreaterThan(4);
  });

  test('has no mapping both writable and executable, and a stack without code', () => {
    const b = createBuilder();
    const buffer = b.buffer('buffer', 4096);
    b.sys('openat', [-100, b.text('/proc/self/maps'), 0], { to: 'fd', onError: 'failed' });
    b.label('more');
    b.sys('read', ['fd', buffer, 4096], { to: 'size', onError: 'failed' });
    b.sys('write', [1, buffer, 'size'], { onError: 'failed' });
    b.branch('size', 'gt', 0, 'more');
    b.exit(0);
    b.label('failed');
    b.exit(99);
    const { code, stdout } = run(emit(b.program(), { arch: 'x86_64' }));
    expect(code).toBe(0);
    const maps = stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/));
    const own = maps.filter((fields) => fields[5]?.endsWith('/program') === true).map((fields) => fields[1]);
    expect(own).toEqual(['r--p', 'r-xp', 'rw-p']);
    expect(maps.find((fields) => fields[5] === '[stack]')?.[1]).toBe('rw-p');
    expect(maps.filter((fields) => /w.?x/.test(fields[1] ?? ''))).toEqual([]);
  });

  test('blobs are aligned, apart from each other, initialised, and zeroed memory is zero to its end', () => {
    const b = createBuilder();
    const blobs = [
      b.data('one', Uint8Array.of(1), 1),
      b.data('page', Uint8Array.of(2), 4096),
      b.bytes(Uint8Array.of(3), 64),
      b.buffer('zeroed page', 5000, 4096),
      b.buffer('zeroed byte', 1, 1),
      b.bytes(Uint8Array.of(6), 1024),
    ];
    const report = b.buffer('report', blobs.length * 8 + 6);
    for (const [index, blob] of blobs.entries()) {
      b.store(report, index * 8, 8, blob);
      b.store(report, blobs.length * 8 + index, 1, memory(blob, 0, 1));
    }
    b.branch(memory(b.buffer('zeroed page', 5000), 4992, 8), 'ne', 0, 'wrong');
    b.sys('write', [1, report, blobs.length * 8 + 6]);
    b.exit(0);
    b.label('wrong');
    b.exit(99);
    const { code, stdout } = run(emit(b.program(), { arch: 'x86_64' }));
    expect(code).toBe(0);
    const alignments = [1n, 4096n, 64n, 4096n, 1n, 1024n];
    expect(alignments.map((align, index) => stdout.readBigUInt64LE(index * 8) % align)).toEqual(alignments.map(() => 0n));
    expect([...stdout.subarray(blobs.length * 8)]).toEqual([1, 2, 3, 0, 0, 6]);
  });
});
