// The actions of one step -> IR. Plain calls, comparisons and stores here; the rest in builtins/.

import { ERRNO } from '../../kernel/errno.gen.ts';
import type { Action, Builtin, Compare, Step, SysCall } from '../../model/step.ts';
import { imm, memory, type Operand, slot } from '../builder.ts';
import { lowerArg } from './arguments.ts';
import { call, type LowerContext, must } from './context.ts';
import { type Run, runAt } from './runs.ts';

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
  const explained = new Map<string, string>();
  let skips = false;
  for (let index = 0; index < actions.length; index += 1) {
    const action = actions[index];
    if (action === undefined) break;
    const run = runAt(actions, index);
    if (run !== null) {
      lowerRun(ctx, run);
      index += run.rows.length - 1;
    } else if ('sys' in action) {
      lowerCall(ctx, action, end, explained);
      skips ||= (action.skipStep ?? []).length > 0;
    } else if ('compare' in action) {
      const at = ctx.b.buffer(action.compare, action.offset + action.width, 8);
      ctx.b.set('compared', memory(at, action.offset, action.width));
      if (action.mask !== undefined) ctx.b.and('compared', imm(action.mask));
      must(ctx, 'compared', expected(ctx, action));
    } else if ('store' in action) {
      ctx.b.store(ctx.b.buffer(action.store, action.offset + action.width, 8), action.offset, action.width, imm(action.value));
    } else builtin(ctx, action);
  }
  if (explained.size > 0) fetchExplanations(ctx, explained);
  if (skips) ctx.b.label(end);
}

function expected({ b }: LowerContext, { value, width }: Compare): Operand {
  return typeof value === 'bigint' ? imm(value) : memory(b.buffer(value.buffer, value.offset + width, 8), value.offset, width);
}

/** One call in a loop over a table of (argument, expected result), in bytes where they fit. All of its rounds have one mark. */
function lowerRun(ctx: LowerContext, { first, varying, rows }: Run): void {
  const { b } = ctx;
  const cells = rows.flatMap(({ value, expect }) => [value, expect ?? 0]);
  const width = cells.every((cell) => cell <= 0xff) ? 1 : 4;
  const table = width === 1 ? b.bytes(Uint8Array.from(cells), 1) : b.bytes(new Uint8Array(Uint32Array.from(cells).buffer), 4);
  const next = b.fresh('run');
  b.set('run.row', table);
  b.set('run.left', rows.length);
  b.label(next);
  b.loadAt('run.value', 'run.row', 0, width);
  const args = first.args.map((arg, index) => (index === varying ? slot('run.value') : lowerArg(ctx, arg)));
  const on = (first.tolerate ?? []).map((errno) => ({ errno, label: 'next' as const }));
  call(ctx, first.sys, args, { on, ...(first.expect === undefined ? {} : { to: 'answer' }) });
  if (first.expect !== undefined) {
    b.loadAt('run.expected', 'run.row', width, width);
    must(ctx, 'answer', 'run.expected');
  }
  b.add('run.row', 2 * width);
  b.sub('run.left', 1);
  b.branch('run.left', 'gt', 0, next);
}

function lowerCall(ctx: LowerContext, action: SysCall, end: string, explanations: Map<string, string>): void {
  const args = action.args.map((arg) => lowerArg(ctx, arg));
  const on = [
    ...(action.tolerate ?? []).map((errno) => ({ errno, label: 'next' as const })),
    ...(action.skipStep ?? []).map((errno) => ({ errno, label: end })),
  ];
  const explained = action.explain === undefined ? null : (explanations.get(action.explain) ?? ctx.b.fresh('explain'));
  if (explained !== null && action.explain !== undefined) explanations.set(action.explain, explained);
  const to = action.save ?? (action.expect === undefined ? null : 'answer');
  call(ctx, action.sys, args, { on, ...(to === null ? {} : { to }), ...(explained === null ? {} : { onError: explained }) });
  if (action.expect !== undefined) must(ctx, to ?? 'answer', action.expect);
}

/**
 * read(2) of a file system context gives the kernel's own sentence, `e tmpfs: Bad value for 'size'`; ENODATA when there is
 * none. One piece of code for all the calls on a context in a step; the step itself goes past it.
 */
function fetchExplanations(ctx: LowerContext, explained: ReadonlyMap<string, string>): void {
  const past = ctx.b.fresh('explained');
  ctx.b.jump(past);
  for (const [context, label] of explained) {
    ctx.b.label(label);
    ctx.b.saveResult('failed');
    ctx.b.sys('read', [context, explanation(ctx), EXPLANATION_SIZE], { to: 'explanation.length' });
    ctx.b.jump(ctx.onExplained);
  }
  ctx.b.label(past);
}

/** An errno by name, negated as the kernel returns it. */
export const negative = (name: keyof typeof ERRNO): bigint => -BigInt(ERRNO[name].number);
