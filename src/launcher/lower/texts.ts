// The messages a launcher can print without Node around: one per step, one per errno, and what to do about some of them.
// They are found at run time through tables, so that reporting is one routine whatever failed, and are kept compressed:
// they are most of a launcher's bytes and are read only when something goes wrong.

import { ERRNO } from '../../kernel/errno.gen.ts';
import { errnoName, errnoText } from '../../kernel/errno.ts';
import { originText } from '../../model/origin.ts';
import type { Step } from '../../model/step.ts';
import type { Address } from '../builder.ts';
import { lz4Compress } from '../lz4.ts';
import type { LowerContext } from './context.ts';

export interface Texts {
  /** All texts, one behind the other, each once, as an LZ4 block; and their length when unpacked. */
  readonly packed: Uint8Array;
  readonly length: number;
  /** 6 bytes for each step: u16 offset of its text, u16 length, u16 offset of its first hint in `hints`. */
  readonly steps: Address;
  /** 4 bytes for each errno from 0 (which stands for: not confirmed) to `lastErrno`: u16 offset, u16 length. */
  readonly errnos: Address;
  readonly lastErrno: number;
  /** 6 bytes for each hint: u16 errno, u16 offset, u16 length; errno 0 ends a step's. Steps with the same hints share them. */
  readonly hints: Address;
}

/** `web/config:12: set memory.limit_in_bytes = 128Z`, or the step alone when no line asked for it. */
export function stepText(step: Step): string {
  const { why } = step;
  return why.kind === 'config' || why.kind === 'option' ? `${originText(why)}: ${step.what}` : step.what;
}

export const NOT_CONFIRMED = 'the kernel does not confirm it';

function errnoSentence(number: number): string {
  const name = errnoName(number);
  return name === undefined ? errnoText(number) : `${errnoText(number)} (${name})`;
}

const encoder = new TextEncoder();

/** Collects texts, each once. */
function textPool(): { readonly put: (text: string) => readonly [number, number]; readonly bytes: () => Uint8Array } {
  const places = new Map<string, readonly [number, number]>();
  const chunks: Uint8Array[] = [];
  let length = 0;
  return {
    put(text) {
      const known = places.get(text);
      if (known !== undefined) return known;
      const bytes = encoder.encode(text);
      const place = [length, bytes.length] as const;
      chunks.push(bytes);
      length += bytes.length;
      places.set(text, place);
      return place;
    },
    bytes: () => Buffer.concat(chunks),
  };
}

const halves = (rows: readonly (readonly number[])[]): Uint8Array => new Uint8Array(Uint16Array.from(rows.flat()).buffer);

/** Lays the tables out in constant memory. */
export function textTables(ctx: LowerContext): Texts {
  const pool = textPool();
  const hintRows: (readonly number[])[] = [];
  const hintSets = new Map<string, number>();
  const hintsOf = (step: Step): number => {
    const hints = Object.entries(step.hints ?? {});
    const key = JSON.stringify(hints);
    const known = hintSets.get(key);
    if (known !== undefined) return known;
    const start = hintRows.length * 6;
    for (const [name, text] of hints) hintRows.push([ERRNO[name as keyof typeof ERRNO].number, ...pool.put(text)]);
    hintRows.push([0, 0, 0]);
    hintSets.set(key, start);
    return start;
  };
  const stepRows = ctx.plan.steps.map((step) => [...pool.put(stepText(step)), hintsOf(step)]);
  const lastErrno = Math.max(...Object.values(ERRNO).map(({ number }) => number));
  const errnoRows = Array.from({ length: lastErrno + 1 }, (_, number) => pool.put(number === 0 ? NOT_CONFIRMED : errnoSentence(number)));
  const all = pool.bytes();
  return {
    packed: lz4Compress(all),
    length: all.length,
    steps: ctx.b.bytes(halves(stepRows), 2),
    errnos: ctx.b.bytes(halves(errnoRows), 2),
    lastErrno,
    hints: ctx.b.bytes(halves(hintRows), 2),
  };
}
