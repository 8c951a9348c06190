// The messages a launcher can print without Node around: one per step, one per errno, and what to do about some of them.
// They are found at run time through tables of (offset, length), so that reporting is one routine whatever failed.

import { ERRNO } from '../../kernel/errno.gen.ts';
import { originText } from '../../model/origin.ts';
import type { Step } from '../../model/step.ts';
import type { Address } from '../builder.ts';
import type { LowerContext } from './context.ts';

export interface Texts {
  /** All texts, one behind the other, each once. */
  readonly pool: Address;
  /** 8 bytes for each step: u32 offset into the pool, u32 length. */
  readonly steps: Address;
  /** The same for each errno from 0 (which stands for: not confirmed) to `lastErrno`. */
  readonly errnos: Address;
  readonly lastErrno: number;
  /** 16 bytes each: u32 step, u32 errno, u32 offset, u32 length; a step of 0xffffffff ends them. */
  readonly hints: Address;
}

/** `web/config:12: set memory.limit_in_bytes = 128Z`, or the step alone when no line asked for it. */
export function stepText(step: Step): string {
  const { why } = step;
  return why.kind === 'config' || why.kind === 'option' ? `${originText(why)}: ${step.what}` : step.what;
}

export const NOT_CONFIRMED = 'the kernel does not confirm it';

/** Lays the tables out in constant memory. */
export function textTables(ctx: LowerContext): Texts {
  const encoder = new TextEncoder();
  const chunks: Uint8Array[] = [];
  let length = 0;
  const places = new Map<string, readonly [number, number]>();
  const put = (text: string): readonly [number, number] => {
    const known = places.get(text);
    if (known !== undefined) return known;
    const bytes = encoder.encode(text);
    const place = [length, bytes.length] as const;
    chunks.push(bytes);
    length += bytes.length;
    places.set(text, place);
    return place;
  };
  const table = (rows: readonly (readonly number[])[]) => new Uint8Array(Uint32Array.from(rows.flat()).buffer);

  const { steps } = ctx.plan;
  const stepRows = steps.map((step) => put(stepText(step)));
  const byNumber = new Map<number, string>(Object.entries(ERRNO).map(([name, { number, text }]) => [number, `${text} (${name})`]));
  const lastErrno = Math.max(...byNumber.keys());
  const errnoRows = Array.from({ length: lastErrno + 1 }, (_, number) => put(number === 0 ? NOT_CONFIRMED : (byNumber.get(number) ?? 'unknown error')));
  const hintRows: number[][] = [];
  for (const [index, step] of steps.entries()) {
    for (const [name, text] of Object.entries(step.hints ?? {})) {
      hintRows.push([index, ERRNO[name as keyof typeof ERRNO].number, ...put(text)]);
    }
  }
  hintRows.push([0xffffffff, 0, 0, 0]);

  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return {
    pool: ctx.b.bytes(all),
    steps: ctx.b.bytes(table(stepRows), 8),
    errnos: ctx.b.bytes(table(errnoRows), 8),
    lastErrno,
    hints: ctx.b.bytes(table(hintRows), 8),
  };
}
