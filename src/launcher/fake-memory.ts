// The memory of an interpreted program: each blob is a region of its own with nothing around it, so that whatever steps
// outside of one is noticed. Addresses are made up, but behave as real ones.

import { assert } from './assert.ts';
import type { Blob } from './ir.ts';

const PAGE = 0x1000n;
const FIRST = 0x10000n;

/** What a fake kernel sees of the program. An access outside of a blob, or a write to constants, throws. */
export interface Memory {
  readonly read: (address: bigint, size: number) => Uint8Array;
  readonly write: (address: bigint, bytes: Uint8Array) => void;
  /** The NUL-terminated UTF-8 string at an address. */
  readonly text: (address: bigint) => string;
  /** `width` bytes as an unsigned number. */
  readonly number: (address: bigint, width: number) => bigint;
}

export interface FakeMemory extends Memory {
  /** Where a blob begins. */
  readonly addressOf: (blob: string) => bigint;
  /** The content of a blob, not a copy. */
  readonly content: (blob: string) => Uint8Array;
  readonly setNumber: (address: bigint, width: number, value: bigint) => void;
  /** Adds a region that is no blob: the stack. */
  readonly map: (name: string, make: (start: bigint) => Uint8Array) => bigint;
}

interface Region {
  readonly start: bigint;
  readonly bytes: Uint8Array;
  readonly writable: boolean;
}

export function createMemory(blobs: readonly Blob[]): FakeMemory {
  const regions = new Map<string, Region>();
  let next = FIRST;
  for (const blob of blobs) {
    add(blob.name, blob.kind === 'bss' ? new Uint8Array(blob.size) : blob.bytes.slice(), blob.kind !== 'ro');
  }

  function add(name: string, bytes: Uint8Array, writable: boolean): bigint {
    const start = next;
    regions.set(name, { start, bytes, writable });
    next += ((BigInt(bytes.length) + PAGE - 1n) / PAGE + 1n) * PAGE;
    return start;
  }

  function region(name: string): Region {
    const found = regions.get(name);
    assert(found !== undefined, `there is no blob ${name}`);
    return found;
  }

  /** The bytes from an address to the end of its region. */
  function from(address: bigint, size: number, write: boolean): Uint8Array {
    for (const { start, bytes, writable } of regions.values()) {
      if (address < start || address > start + BigInt(bytes.length)) continue;
      const offset = Number(address - start);
      assert(offset + size <= bytes.length, () => `${size} bytes at ${address.toString(16)} end outside of memory`);
      assert(writable || !write, () => `write to constants at ${address.toString(16)}`);
      return bytes.subarray(offset);
    }
    throw new RangeError(`no memory at ${address.toString(16)}`);
  }

  return {
    addressOf: (name) => region(name).start,
    content: (name) => region(name).bytes,
    read: (address, size) => from(address, size, false).slice(0, size),
    write: (address, bytes) => from(address, bytes.length, true).set(bytes),
    text(address) {
      const bytes = from(address, 1, false);
      const end = bytes.indexOf(0);
      assert(end !== -1, 'a string without an end');
      return new TextDecoder().decode(bytes.subarray(0, end));
    },
    number(address, width) {
      const bytes = from(address, width, false);
      let value = 0n;
      for (let i = width - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
      return value;
    },
    setNumber(address, width, value) {
      const bytes = from(address, width, true);
      for (let i = 0; i < width; i++) bytes[i] = Number((value >> BigInt(8 * i)) & 0xffn);
    },
    map(name, make) {
      // The content holds its own addresses, and its size is known only when it is made.
      return add(name, make(next), true);
    },
  };
}
