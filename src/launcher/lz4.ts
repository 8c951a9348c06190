// LZ4 blocks (lz4_Block_format.md of the LZ4 project): sequences of literals and copies of what came before. Chosen because
// unpacking is a dozen operations of the launcher's own IR. Packing here, unpacking in lower/unpack.ts and, as the reference, below.

const MINIMUM_MATCH = 4;
/** The format's end conditions: the last 5 bytes are literals, no match begins in the last 12. */
const LAST_LITERALS = 5;
const NO_MATCH_TAIL = 12;
const FARTHEST = 0xffff;
const HASH_BITS = 13;

/** What is written so far. A block is at most a little longer than its content. */
interface Output {
  readonly bytes: Uint8Array;
  length: number;
}

function put(out: Output, byte: number): void {
  out.bytes[out.length] = byte;
  out.length += 1;
}

/** Lengths from 15 on continue in bytes of 255 and a smaller last one. */
function putLength(out: Output, length: number): void {
  let rest = length - 15;
  for (; rest >= 255; rest -= 255) put(out, 255);
  put(out, rest);
}

/** Literals, then a copy of `length` bytes from `offset` back; length 0 in the last sequence, which has none. */
function putSequence(out: Output, literals: Uint8Array, offset: number, length: number): void {
  const matchLength = length === 0 ? 0 : length - MINIMUM_MATCH;
  put(out, (Math.min(literals.length, 15) << 4) | Math.min(matchLength, 15));
  if (literals.length >= 15) putLength(out, literals.length);
  out.bytes.set(literals, out.length);
  out.length += literals.length;
  if (length === 0) return;
  put(out, offset & 0xff);
  put(out, offset >> 8);
  if (matchLength >= 15) putLength(out, matchLength);
}

/** One block. Nearly greedy, with chains of earlier places so that the longest of some candidates is taken. */
export function lz4Compress(bytes: Uint8Array): Uint8Array {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const heads = new Int32Array(1 << HASH_BITS).fill(-1);
  const chain = new Int32Array(bytes.length);
  const out: Output = { bytes: new Uint8Array(bytes.length + Math.ceil(bytes.length / 255) + 16), length: 0 };
  const matchesEnd = bytes.length - NO_MATCH_TAIL;
  const hash = (at: number) => Math.imul(words.getUint32(at, true), 2654435761) >>> (32 - HASH_BITS);
  /** The longest earlier match at a place: its length, and its offset in `found`. */
  let found = 0;
  const longest = (at: number): number => {
    let best = MINIMUM_MATCH - 1;
    let from = heads[hash(at)] ?? -1;
    const end = bytes.length - LAST_LITERALS;
    for (let tries = 0; from >= 0 && at - from <= FARTHEST && tries < CANDIDATES; tries += 1) {
      if (bytes[from + best] === bytes[at + best]) {
        let length = 0;
        while (at + length < end && bytes[from + length] === bytes[at + length]) length += 1;
        if (length > best) {
          best = length;
          found = at - from;
        }
      }
      from = chain[from] ?? -1;
    }
    return best < MINIMUM_MATCH ? 0 : best;
  };
  const remember = (at: number) => {
    const key = hash(at);
    chain[at] = heads[key] ?? -1;
    heads[key] = at;
  };
  let anchor = 0;
  let at = 0;
  let length = matchesEnd > 0 ? longest(0) : 0;
  while (at < matchesEnd) {
    const offset = found;
    remember(at);
    const next = at + 1 < matchesEnd ? longest(at + 1) : 0;
    // A match that begins one byte later and is longer is worth the literal before it.
    if (length === 0 || next > length + 1) {
      at += 1;
      length = next;
      continue;
    }
    putSequence(out, bytes.subarray(anchor, at), offset, length);
    for (let covered = at + 1; covered < at + length && covered < matchesEnd; covered += 1) remember(covered);
    at += length;
    anchor = at;
    length = at < matchesEnd ? longest(at) : 0;
  }
  putSequence(out, bytes.subarray(anchor), 0, 0);
  return out.bytes.slice(0, out.length);
}

const CANDIDATES = 16;

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
