import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IdRange } from '../../model/spec.ts';
import { shiftAcl, shiftCapability } from './shift-attributes.ts';
import { AS_INSIDE, shiftedId } from './shift-id.ts';

const map = (first: number, count = 65536): readonly IdRange[] => (['u', 'g'] as const).map((kind) => ({ kind, inside: 0, outside: first, count }));
const bytes = (...numbers: readonly (readonly [value: number, width: 2 | 4])[]) => {
  const size = numbers.reduce((sum, [, width]) => sum + width, 0);
  const view = new DataView(new ArrayBuffer(size));
  let at = 0;
  for (const [value, width] of numbers) {
    if (width === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += width;
  }
  return new Uint8Array(view.buffer);
};

describe('shiftedId', () => {
  it.each([
    [0, 100000],
    [65535, 165535],
    [65536, null],
    [4294967294, null],
  ])('gives what is inside as it stands in an archive: %i', (id, expected) => {
    expect(shiftedId(AS_INSIDE, map(100000), 'u', id)).toBe(expected);
  });

  it('and back again, also where old and new ids overlap', () => {
    fc.assert(
      fc.property(fc.nat(70000), fc.nat(70000), fc.nat(200000), (from, to, id) => {
        const there = shiftedId(map(from), map(to), 'g', id);
        expect(there).toBe(id >= from && id < from + 65536 ? id - from + to : null);
        if (there !== null) expect(shiftedId(map(to), map(from), 'g', there)).toBe(id);
      }),
    );
  });

  it('leaves out what a hole of the map has', () => {
    const holes: readonly IdRange[] = [
      { kind: 'u', inside: 0, outside: 100000, count: 10 },
      { kind: 'u', inside: 20, outside: 200000, count: 10 },
    ];
    expect([9, 10, 19, 20, 29, 30].map((id) => shiftedId(AS_INSIDE, holes, 'u', id))).toEqual([100009, null, null, 200000, 200009, null]);
  });
});

const shift = (_: 'u' | 'g', id: number) => (id < 65536 ? id + 100000 : null);

it('changes named users and groups of an ACL, and nothing else', () => {
  const acl = (user: number, group: number) =>
    bytes(
      [2, 4],
      [0x01, 2],
      [6, 2],
      [0xffffffff, 4],
      [0x02, 2],
      [5, 2],
      [user, 4],
      [0x04, 2],
      [4, 2],
      [0xffffffff, 4],
      [0x08, 2],
      [7, 2],
      [group, 4],
      [0x10, 2],
      [7, 2],
      [0xffffffff, 4],
    );
  expect(shiftAcl(acl(1000, 50), shift)).toEqual(acl(101000, 100050));
  expect(shiftAcl(acl(70000, 0), shift)).toEqual(acl(70000, 100000));
  expect(shiftAcl(bytes([3, 4]), shift)).toBeNull();
  expect(shiftAcl(acl(1, 2).subarray(0, 11), shift)).toBeNull();
});

it('gives file capabilities to the root of the container, and back', () => {
  const v2 = bytes([0x02000001, 4], [0x400, 4], [0, 4], [0x1, 4], [0, 4]);
  const v3 = (root: number) => bytes([0x03000001, 4], [0x400, 4], [0, 4], [0x1, 4], [0, 4], [root, 4]);
  expect(shiftCapability(v2, shift)).toEqual(v3(100000));
  expect(shiftCapability(v3(100000), (_, id) => id - 100000)).toEqual(v2);
  expect(shiftCapability(v3(70000), shift)).toEqual(v3(70000));
  expect(shiftCapability(bytes([0x01000000, 4], [0, 4], [0, 4]), shift)).toBeNull();
  expect(shiftCapability(v2.subarray(0, 12), shift)).toBeNull();
});
