// A message to the proxy and its answer, as LXC's proxies have them (lxcseccomp.h, struct seccomp_notify_proxy_msg): a head, the
// call, the answer that it asks for, the cookie. The answer is the same without the cookie.

import { STRUCTS } from '../../kernel/structs.gen.ts';
import { type Address, behind, memory, type Operand } from '../builder.ts';
import type { LowerContext } from '../lower/context.ts';

/** u64 reserved, pid_t monitor, pid_t init, struct seccomp_notif_sizes, u64 length of the cookie. */
const HEAD = { reserved: 0, monitor: 8, init: 12, sizes: 16, cookie: 24, size: 32 } as const;
const CALL = HEAD.size;
const ANSWER = CALL + STRUCTS.seccomp_notif.size;
/** Without the cookie. */
export const MESSAGE_LENGTH = ANSWER + STRUCTS.seccomp_notif_resp.size;

type Building = Pick<LowerContext, 'b'>;

export const proxyMessage = (ctx: Building): Address => ctx.b.buffer('notify.message', MESSAGE_LENGTH, 8);
export const notifiedCall = (ctx: Building): Address => behind(proxyMessage(ctx), CALL);
export const answer = (ctx: Building): Address => behind(proxyMessage(ctx), ANSWER);
/** Not 0: a proxy that means something by it that nobody here knows. */
export const reserved = (ctx: LowerContext) => memory(proxyMessage(ctx), HEAD.reserved, 8);

export const NOTIF = STRUCTS.seccomp_notif.fields;
export const RESPONSE = STRUCTS.seccomp_notif_resp.fields;

/** SECCOMP_IOCTL_NOTIF_RECV takes zeros only. */
export function clearCall(ctx: LowerContext): void {
  for (let at = 0; at < STRUCTS.seccomp_notif.size; at += 8) ctx.b.store(notifiedCall(ctx), at, 8, 0);
}

/** The head, and an answer to slot `notify.id` that says `error`. */
export function fillMessage(ctx: LowerContext, { monitor, init }: { readonly monitor: Operand; readonly init: Operand }, cookieLength: number): void {
  const { b } = ctx;
  const message = proxyMessage(ctx);
  const sizes = STRUCTS.seccomp_notif_sizes.fields;
  b.store(message, HEAD.reserved, 8, 0);
  b.store(message, HEAD.monitor, 4, monitor);
  b.store(message, HEAD.init, 4, init);
  b.store(message, HEAD.sizes, 8, 0);
  for (const name of ['seccomp_notif', 'seccomp_notif_resp', 'seccomp_data'] as const) b.store(message, HEAD.sizes + sizes[name].offset, 2, STRUCTS[name].size);
  b.store(message, HEAD.cookie, 8, cookieLength);
  fillAnswer(ctx, 0);
}

/** An answer to slot `notify.id`: the error, negative, or 0. */
export function fillAnswer(ctx: LowerContext, error: Operand): void {
  const { b } = ctx;
  b.store(answer(ctx), RESPONSE.id.offset, 8, 'notify.id');
  b.store(answer(ctx), RESPONSE.val.offset, 8, 0);
  b.store(answer(ctx), RESPONSE.error.offset, 4, error);
  b.store(answer(ctx), RESPONSE.flags.offset, 4, 0);
}
