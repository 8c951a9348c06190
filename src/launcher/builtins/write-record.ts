// The record of a running container, written into its locked file when init is ready.

import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { Builtin } from '../../model/step.ts';
import { type Operand } from '../builder.ts';
import { call, type LowerContext } from '../lower/context.ts';
import { unpackFrom } from '../lower/unpack.ts';
import { lz4Compress } from '../lz4.ts';
import { hostPid } from './clone.ts';

export type Serve = Extract<Builtin, { builtin: 'serve' }>;

/** The record of what runs: `before`, init's pid on the host, `after`, which is kept packed. */
export function writeRecord(ctx: LowerContext, { before, after }: NonNullable<Serve['record']>): void {
  const { b } = ctx;
  const parts = b.buffer('record.parts', 3 * STRUCTS.iovec.size, 8);
  const bytes = (text: string) => new TextEncoder().encode(text);
  const put = (index: number, at: Operand, length: Operand) => {
    b.store(parts, index * STRUCTS.iovec.size, 8, at);
    b.store(parts, index * STRUCTS.iovec.size + 8, 8, length);
  };
  const rest = bytes(after);
  const room = b.buffer('record', rest.length, 8);
  unpackFrom(ctx, lz4Compress(rest), room);
  put(0, b.bytes(bytes(before)), bytes(before).length);
  put(1, hostPid(ctx), 'host.pid.length');
  put(2, room, rest.length);
  call(ctx, 'writev', ['lock', parts, 3]);
}
