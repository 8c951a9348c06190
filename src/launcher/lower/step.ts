// The actions of one step -> IR. Plain calls, comparisons and stores here; the rest in builtins/.

import { ERRNO } from '../../kernel/errno.gen.ts';
import type { Action, Builtin, Step, SysCall } from '../../model/step.ts';
import { imm, memory } from '../builder.ts';
import { lowerArg } from './arguments.ts';
import { call, type LowerContext, must } from './context.ts';

/** Lowers a builtin; builtins/index.ts. Passed in, because builtins themselves lower steps (the reaper does). */
export type LowerBuiltin = (ctx: LowerContext, builtin: Builtin) => void;

/** Memory that a failing file system context's own message is read into; lower/report.ts shows it. */
export const EXPLANATION_SIZE = 160;
export const explanation = (ctx: LowerContext) => ctx.b.buffer('explanation', EXPLANATION_SIZE);

/** All actions of the step at `index` of the plan. Failures go to the labels in `ctx`. */
export function lowerStep(ctx: LowerContext, step: Step, index: number, builtin: LowerBuiltin): void {
  ctx.step = index;
  ctx.nextCall = 0;
  ctx.who = step.who;
  lowerActions(ctx, step.actions, builtin);
}

/** Some actions, e.g. an undo, within the step that is current. */
export function lowerActions(ctx: LowerContext, actions: readonly Action[], builtin: LowerBuiltin): void {
  const end = ctx.b.fresh('step-end');
  let skips = false;
  for (const action of actions) {
    if ('sys' in action) {
      lowerCall(ctx, action, end);
      skips ||= (action.skipStep ?? []).length > 0;
    } else if ('compare' in action) {
      const at = ctx.b.buffer(action.compare, action.offset + action.width, 8);
      ctx.b.set('compared', memory(at, action.offset, action.width));
      if (action.mask !== undefined) ctx.b.and('compared', imm(action.mask));
      must(ctx, 'compared', imm(action.value));
    } else if ('store' in action) {
      ctx.b.store(ctx.b.buffer(action.store, action.offset + action.width, 8), action.offset, action.width, imm(action.value));
    } else builtin(ctx, action);
  }
  if (skips) ctx.b.label(end);
}

function lowerCall(ctx: LowerContext, action: SysCall, end: string): void {
  const args = action.args.map((arg) => lowerArg(ctx, arg));
  const on = [
    ...(action.tolerate ?? []).map((errno) => ({ errno, label: 'next' as const })),
    ...(action.skipStep ?? []).map((errno) => ({ errno, label: end })),
  ];
  const explained = action.explain === undefined ? null : ctx.b.fresh('explain');
  const to = action.save ?? (action.expect === undefined ? null : 'answer');
  call(ctx, action.sys, args, { on, ...(to === null ? {} : { to }), ...(explained === null ? {} : { onError: explained }) });
  if (action.expect !== undefined) must(ctx, to ?? 'answer', action.expect);
  if (explained !== null && action.explain !== undefined) fetchExplanation(ctx, explained, action.explain);
}

/** read(2) of a file system context gives the kernel's own sentence, `e tmpfs: Bad value for 'size'`; ENODATA when there is none. */
function fetchExplanation(ctx: LowerContext, label: string, context: string): void {
  const after = ctx.b.fresh('explained');
  ctx.b.jump(after);
  ctx.b.label(label);
  ctx.b.saveResult('failed');
  ctx.b.sys('read', [context, explanation(ctx), EXPLANATION_SIZE], { to: 'explanation.length' });
  ctx.b.jump(ctx.onMismatch);
  ctx.b.label(after);
}

/** An errno by name, negated as the kernel returns it. */
export const negative = (name: keyof typeof ERRNO): bigint => -BigInt(ERRNO[name].number);
