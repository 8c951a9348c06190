// What lowering holds in its hand: the builder, where in the plan it is, and where failures go from here.
// Every system call of a launcher passes through `call` below, so that each has a mark and each can be made to fail.

import { constant } from '../../kernel/constant.ts';
import type { ConstName } from '../../kernel/constants.gen.ts';
import type { ErrnoName } from '../../kernel/errno.gen.ts';
import { ERRNO } from '../../kernel/errno.gen.ts';
import type { SyscallName } from '../../kernel/syscalls.gen.ts';
import type { Plan } from '../../model/plan.ts';
import type { Builtin } from '../../model/step.ts';
import type { Builder, Operand } from '../builder.ts';

/** How a launcher is made, apart from its plan. */
export interface LaunchOptions {
  readonly arch: 'x86_64';
  /** Keep descriptor 3 and write 16-byte records there instead of text on standard error (see lower/report.ts). */
  readonly statusFd?: boolean;
  readonly symbols?: boolean;
  /** For tests: the call with this mark answers -errno instead of being made. */
  readonly fault?: { readonly mark: number; readonly errno: number };
  /** For tests: the process ends at once, without any undo, before the call with this mark. */
  readonly dieAt?: number;
}

/** Where a failing call goes: a label, `next` (an error changes nothing), or the current step's failure. */
export interface CallOutcome {
  readonly to?: string;
  readonly onError?: string | 'next';
  readonly on?: readonly { readonly errno: ErrnoName; readonly label: string | 'next' }[];
  /** An error leads back to this very call: it must not be made to fail for ever by a test. */
  readonly repeats?: boolean;
}

export interface LowerContext {
  readonly b: Builder;
  readonly plan: Plan;
  readonly options: LaunchOptions;
  /** Index of the step being lowered, and of the next call in it: together the mark. */
  step: number;
  nextCall: number;
  /** Label for a failing call: finds the result in the result register. */
  onError: string;
  /** Label for something the kernel does not confirm, and one for an error whose result is in slot `failed` already. */
  onMismatch: string;
  onExplained: string;
  /** Every mark that was given out, in order: the points that fault injection can hit. */
  readonly marks: { readonly mark: number; readonly who: 'monitor' | 'init'; readonly sys: SyscallName; readonly injectable: boolean }[];
  who: 'monitor' | 'init';
}

/** Does any step (or undo) of the plan use a builtin of this name? */
export function uses(plan: Plan, name: Builtin['builtin']): boolean {
  return plan.steps.some((step) =>
    [...step.actions, ...(step.who === 'monitor' ? (step.undo ?? []) : [])].some((action) => 'builtin' in action && action.builtin === name),
  );
}

/** Step and call in one 32-bit number. */
export const markOf = (step: number, call: number): number => step * 65536 + call;

/** The value of a named constant on the machine the launcher is made for. */
export function c(ctx: LowerContext, ...names: readonly ConstName[]): bigint {
  return names.reduce((sum, name) => sum | BigInt(constant(name, ctx.options.arch)), 0n);
}

/** The next mark of the step, for a call of this name: what follows is told as it, and tests can end the process here. */
export function mark(ctx: LowerContext, sys: SyscallName, injectable = false): number {
  const here = markOf(ctx.step, ctx.nextCall);
  ctx.nextCall += 1;
  ctx.marks.push({ mark: here, who: ctx.who, sys, injectable });
  ctx.b.mark(here);
  if (ctx.options.dieAt === here) ctx.b.exit(137);
  return here;
}

/** One marked system call. Without an outcome an error fails the current step. */
export function call(ctx: LowerContext, sys: SyscallName, args: readonly Operand[], outcome: CallOutcome = {}): void {
  const { b, options } = ctx;
  const here = mark(ctx, sys, outcome.repeats !== true);
  const label = (name: string | undefined) => (name === 'next' ? null : (name ?? ctx.onError));
  const on = (outcome.on ?? []).map(({ errno, label: target }) => ({ errno: ERRNO[errno].number, label: label(target) }));
  const onError = label(outcome.onError);
  const after = { ...(outcome.to === undefined ? {} : { to: outcome.to }), ...(onError === null ? {} : { onError }), on };
  if (options.fault?.mark === here && outcome.repeats !== true) b.fail(options.fault.errno, after);
  else b.sys(sys, args, after);
}

/** Fails the current step unless `left` is `right`: the kernel did something else than it was told. */
export function must(ctx: LowerContext, left: Operand, right: Operand): void {
  ctx.b.branch(left, 'ne', right, ctx.onMismatch);
}

/** Where the failures of the code that follows go: three labels made from one name. */
export function failTo(ctx: LowerContext, label: string): void {
  ctx.onError = label;
  ctx.onMismatch = `${label}-mismatch`;
  ctx.onExplained = `${label}-explained`;
}

/** Emits those three labels; afterwards slot `failed` holds the negative errno, or 0 for a mismatch. */
export function failLabels(ctx: LowerContext, label: string): void {
  const { b } = ctx;
  b.label(`${label}-mismatch`);
  b.fail(0); // as if a call had answered 0
  b.label(label);
  b.saveResult('failed');
  b.set('explanation.length', 0);
  b.label(`${label}-explained`);
}
