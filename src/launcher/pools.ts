// The memory of a program under construction: one pool of strings, constants shared by content, named data and buffers.

import { assert } from './assert.ts';
import type { Blob } from './ir.ts';
import type { Address } from './values.ts';

/** The blob that holds every string. Reserved: data and buffers cannot have this name. */
export const TEXT_POOL = 'text';

export interface Pools {
  readonly text: (text: string) => Address;
  readonly bytes: (bytes: Uint8Array, align?: number) => Address;
  readonly data: (name: string, bytes: Uint8Array, align?: number) => Address;
  readonly buffer: (name: string, size: number, align?: number) => Address;
  readonly blobs: () => Blob[];
}

const encoder = new TextEncoder();

/** Empty pools; see Builder for what each function promises. */
export function createPools(): Pools {
  const named = new Map<string, Blob>();
  const constants = new Map<string, Address>();
  const texts = new Map<string, Address>();
  const textParts: Uint8Array[] = [];
  let textSize = 0;

  function text(string: string): Address {
    const known = texts.get(string);
    if (known !== undefined) return known;
    assert(!string.includes('\0'), () => `a string for the kernel cannot hold NUL: ${JSON.stringify(string)}`);
    const place: Address = { kind: 'address', blob: TEXT_POOL, offset: textSize };
    const part = encoder.encode(`${string}\0`);
    textParts.push(part);
    textSize += part.length;
    texts.set(string, place);
    return place;
  }

  function bytes(content: Uint8Array, align = 1): Address {
    const key = `${align} ${Buffer.from(content.buffer, content.byteOffset, content.length).toString('latin1')}`;
    const known = constants.get(key);
    if (known !== undefined) return known;
    const place: Address = { kind: 'address', blob: `constant.${constants.size + 1}`, offset: 0 };
    add({ kind: 'ro', name: place.blob, bytes: content.slice(), align });
    constants.set(key, place);
    return place;
  }

  function data(name: string, content: Uint8Array, align = 1): Address {
    return add({ kind: 'rw', name, bytes: content.slice(), align });
  }

  function buffer(name: string, size: number, align = 8): Address {
    const known = named.get(name);
    if (known === undefined) return add({ kind: 'bss', name, size, align });
    assert(known.kind === 'bss', () => `buffer ${name}: there is data of that name`);
    named.set(name, { kind: 'bss', name, size: Math.max(size, known.size), align: Math.max(align, known.align) });
    return { kind: 'address', blob: name, offset: 0 };
  }

  function add(blob: Blob): Address {
    assert(blob.name !== TEXT_POOL && !named.has(blob.name), () => `blob ${blob.name} is defined twice`);
    named.set(blob.name, blob);
    return { kind: 'address', blob: blob.name, offset: 0 };
  }

  function blobs(): Blob[] {
    if (textSize === 0) return [...named.values()];
    const pool = new Uint8Array(textSize);
    let at = 0;
    for (const part of textParts) {
      pool.set(part, at);
      at += part.length;
    }
    return [{ kind: 'ro', name: TEXT_POOL, bytes: pool, align: 1 }, ...named.values()];
  }

  return { text, bytes, data, buffer, blobs };
}
