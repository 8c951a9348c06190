// LZ4 blocks (lz4_Block_format.md of the LZ4 project): sequences of literals and copies of what came before. Chosen because
// unpacking is a dozen operations of the launcher's own IR. Packing here, unpacking in lower/unpack.ts and, as the reference, below.

const MINIMUM_MATCH = 4;
/** The format's end conditions: the last 5 bytes are literals, no match begins in the last 12. */
const LAST_LITERALS = 5;
const NO_MATCH_TAIL = 12;
const FARTHEST = 0xffff;
const HASH_BITS = 13;

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0;
}

/** Lengths from 15 on continue in bytes of 255 and a smaller last one. */
function putLength(out: number[], length: number): void {
  let rest = length - 15;
  for (; rest >= 255; rest -= 255) out.push(255);
  out.push(rest);
}

function putSequence(out: number[], literals: Uint8Array, match: { readonly offset: number; readonly length: number } | null): void {
  const matchLength = match === null ? 0 : match.length - MINIMUM_MATCH;
  out.push((Math.min(literals.length, 15) << 4) | Math.min(matchLength, 15));
  if (literals.length >= 15) putLength(out, literals.length);
  for (const byte of literals) out.push(byte);
  if (match === null) return;
  out.push(match.offset & 0xff, match.offset >> 8);
  if (matchLength >= 15) putLength(out, matchLength);
}

/** One block. Nearly greedy, with chains of earlier places so that the longest of some candidates is taken. */
export function lz4Compress(bytes: Uint8Array): Uint8Array {
  const heads = new Int32Array(1 << HASH_BITS).fill(-1);
  const chain = new Int32Array(bytes.length);
  const out: number[] = [];
  const hash = (at: number) => Math.imul(word(bytes, at), 2654435761) >>> (32 - HASH_BITS);
  const remember = (at: number) => {
    const key = hash(at);
    chain[at] = heads[key] ?? -1;
    heads[key] = at;
  };
  let anchor = 0;
  let at = 0;
  while (at < bytes.length - NO_MATCH_TAIL) {
    const match = longest(bytes, at, heads[hash(at)] ?? -1, chain);
    remember(at);
    // A match that begins one byte later and is longer is worth the literal before it.
    const next = match === null ? null : longest(bytes, at + 1, heads[hash(at + 1)] ?? -1, chain);
    if (match === null || (next !== null && next.length > match.length + 1 && at + 1 < bytes.length - NO_MATCH_TAIL)) {
      at += 1;
      continue;
    }
    putSequence(out, bytes.subarray(anchor, at), match);
    for (let covered = at + 1; covered < at + match.length && covered < bytes.length - NO_MATCH_TAIL; covered += 1) remember(covered);
    at += match.length;
    anchor = at;
  }
  putSequence(out, bytes.subarray(anchor), null);
  return Uint8Array.from(out);
}

const CANDIDATES = 16;

function longest(bytes: Uint8Array, at: number, first: number, chain: Int32Array): { readonly offset: number; readonly length: number } | null {
  let best: { offset: number; length: number } | null = null;
  const end = bytes.length - LAST_LITERALS;
  let from = first;
  for (let tries = 0; from >= 0 && at - from <= FARTHEST && tries < CANDIDATES; tries += 1, from = chain[from] ?? -1) {
    let length = 0;
    while (at + length < end && bytes[from + length] === bytes[at + length]) length += 1;
    if (length >= MINIMUM_MATCH && length > (best?.length ?? 0)) best = { offset: at - from, length };
  }
  return best;
}

/** The reference reader. `length` is the unpacked size. */
export function lz4Decompress(block: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  let to = 0;
  const more = (start: number) => {
    let total = start;
    if (start === 15) {
      let byte: number;
      do {
        byte = block[at++] ?? 0;
        total += byte;
      } while (byte === 255);
    }
    return total;
  };
  while (at < block.length) {
    const token = block[at++] ?? 0;
    const literals = more(token >> 4);
    out.set(block.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    if (at >= block.length) break;
    const offset = (block[at] ?? 0) | ((block[at + 1] ?? 0) << 8);
    at += 2;
    const count = more(token & 15) + MINIMUM_MATCH;
    for (let copied = 0; copied < count; copied += 1, to += 1) out[to] = out[to - offset] ?? 0;
  }
  return out;
}
