import { describe, expect, test } from 'vitest';
import { address, behind, createBuilder, imm, memory, slot } from './builder.ts';

const blobOf = (b: ReturnType<typeof createBuilder>, name: string) => b.program().blobs.find((blob) => blob.name === name);

describe('memory', () => {
  test('the same text is stored once, NUL-terminated, as UTF-8', () => {
    const b = createBuilder();
    expect([b.text('a'), b.text('é'), b.text('a'), b.text('')]).toEqual([address('text', 0), address('text', 2), address('text', 0), address('text', 5)]);
    expect(blobOf(b, 'text')).toEqual({ kind: 'ro', name: 'text', align: 1, bytes: Uint8Array.of(0x61, 0, 0xc3, 0xa9, 0, 0) });
  });

  test('text with NUL is a fault', () => {
    expect(() => createBuilder().text('a\0b')).toThrow('cannot hold NUL');
  });

  test('the same bytes with the same alignment are stored once, and are a copy', () => {
    const b = createBuilder();
    const bytes = Uint8Array.of(1, 255);
    const first = b.bytes(bytes, 8);
    bytes[0] = 9;
    expect(b.bytes(Uint8Array.of(1, 255), 8)).toEqual(first);
    expect(b.bytes(Uint8Array.of(1, 255), 4)).not.toEqual(first);
    expect(blobOf(b, first.blob)).toEqual({ kind: 'ro', name: first.blob, align: 8, bytes: Uint8Array.of(1, 255) });
  });

  test('a view of a larger buffer is stored alone', () => {
    const b = createBuilder();
    const { blob } = b.bytes(Uint8Array.of(1, 2, 3, 4).subarray(1, 3));
    expect(blobOf(b, blob)).toMatchObject({ bytes: Uint8Array.of(2, 3) });
  });

  test('a buffer asked for twice is one, of the largest size and alignment', () => {
    const b = createBuilder();
    expect(b.buffer('x', 10, 16)).toEqual(b.buffer('x', 20, 4));
    b.buffer('x', 5);
    expect(b.program().blobs).toEqual([{ kind: 'bss', name: 'x', size: 20, align: 16 }]);
  });

  test('data of a name that is taken is a fault', () => {
    const b = createBuilder();
    b.buffer('x', 1);
    b.data('y', Uint8Array.of(1));
    expect(() => b.data('x', Uint8Array.of(1))).toThrow('blob x is defined twice');
    expect(() => b.data('y', Uint8Array.of(1))).toThrow('blob y is defined twice');
    expect(() => b.buffer('y', 1)).toThrow('buffer y: there is data of that name');
    expect(() => b.buffer('text', 1)).toThrow('blob text is defined twice');
  });
});

describe('operations', () => {
  test('numbers are immediates, strings are slots, and what is not said is null', () => {
    const b = createBuilder();
    b.sys('close', [1, -1n, 'fd', b.text('x')]);
    expect(b.program().ops).toEqual([{ op: 'sys', name: 'close', args: [imm(1), imm(-1), slot('fd'), address('text')], to: null, onError: null, on: [] }]);
  });

  test('helpers name places behind an address', () => {
    const start = address('x', 8);
    expect(behind(start, 4)).toEqual({ kind: 'address', blob: 'x', offset: 12 });
    expect(memory(start, 4, 2, true)).toEqual({ kind: 'memory', blob: 'x', offset: 12, width: 2, signed: true });
    const b = createBuilder();
    b.store(start, 4, 2, 7);
    expect(b.program().ops).toEqual([{ op: 'store', blob: 'x', offset: 12, width: 2, value: imm(7) }]);
  });

  test('fresh labels are never the same', () => {
    const b = createBuilder();
    expect([b.fresh('a'), b.fresh('a'), b.fresh('b')]).toEqual(['a.1', 'a.2', 'b.1']);
  });

  test('a program that was taken does not change afterwards', () => {
    const b = createBuilder();
    b.trap();
    const program = b.program();
    b.trap();
    b.text('more');
    expect(program).toEqual({ ops: [{ op: 'trap' }], blobs: [] });
  });
});
