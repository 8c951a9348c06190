// The namespace in which an ordinary user works on files of all its containers: each id once, and every granted one.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callersIds, idsFor, mapWithin } from './callers-ids.ts';

const host = (subuids: readonly { first: number; count: number }[]) => ({
  uid: 1000,
  gid: 1000,
  subuids,
  subgids: [{ first: 200_000, count: 10 }],
  newuidmap: '/usr/bin/newuidmap',
  newgidmap: '/usr/bin/newgidmap',
});
const range = fc.record({ first: fc.integer({ min: 900, max: 1100 }), count: fc.integer({ min: 1, max: 60 }) });

describe('of an ordinary user', () => {
  test('the caller is its root, and what is granted lies behind it without holes', () => {
    const ids = callersIds(host([{ first: 100_000, count: 65_536 }]));
    expect(ids?.lines).toEqual(['u 0 1000 1', 'u 1 100000 65536', 'g 0 1000 1', 'g 1 200000 10']);
    expect([ids?.idOf('u', 1000), ids?.idOf('u', 100_005), ids?.idOf('u', 99_999), ids?.idOf('g', 200_009)]).toEqual([0, 6, null, 10]);
  });

  test('of ranges that overlap every id is there once', () => {
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 8 }), (granted) => {
        const lines = (callersIds(host(granted))?.lines ?? []).filter((line) => line.startsWith('u ')).map((line) => line.split(' ').slice(1).map(Number));
        const outside = lines.flatMap(([, first = 0, count = 0]) => Array.from({ length: count }, (_, index) => first + index));
        const inside = lines.flatMap(([first = 0, , count = 0]) => Array.from({ length: count }, (_, index) => first + index));
        const wanted = new Set([1000, ...granted.flatMap(({ first, count }) => Array.from({ length: count }, (_, index) => first + index))]);
        expect(new Set(outside)).toEqual(wanted);
        expect(outside).toHaveLength(wanted.size);
        expect(inside.sort((a, b) => a - b)).toEqual(inside.map((_, index) => index));
      }),
    );
  });
});

test('root needs none, nor does who has no other ids', () => {
  expect(callersIds({ ...host([{ first: 1, count: 1 }]), uid: 0 })).toBeNull();
  expect(callersIds(host([]))).toBeNull();
  expect(callersIds({ ...host([{ first: 1, count: 1 }]), newgidmap: null })).toBeNull();
});

test('a map of the host is one of the namespace where all of it was granted, in one piece', () => {
  const ids = callersIds(
    host([
      { first: 100_000, count: 10 },
      { first: 500_000, count: 10 },
    ]),
  );
  const map = (first: number, count: number) => [{ kind: 'u', inside: 0, outside: first, count } as const];
  const within = (first: number, count: number) => (ids === null ? null : (mapWithin(map(first, count), ids)?.map(({ outside }) => outside) ?? null));
  expect([within(100_000, 10), within(500_003, 7), within(1000, 1)]).toEqual([[1], [14], [0]]);
  expect([within(100_005, 10), within(99_999, 2), within(500_000, 11)]).toEqual([null, null, null]);
});

test('an id of the container is written as the host knows it, or as the namespace does', () => {
  const map = (['u', 'g'] as const).map((kind) => ({ kind, inside: 0, outside: 100_000, count: 10 }));
  expect(idsFor(map, null)?.uid(5)).toBe(100_005);
  expect(idsFor(map, callersIds(host([{ first: 99_998, count: 100 }])))?.uid(5)).toBe(8);
  expect(() => idsFor(map, null)?.uid(10)).toThrow('u 10 is not mapped');
  expect(() => idsFor(map, callersIds(host([{ first: 1, count: 1 }])))?.uid(0)).toThrow('not granted');
});
