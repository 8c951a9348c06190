// Plan -> Program: the whole launcher of a start. First the monitor's straight line up to serving, then its ways out (each
// step's failure, the undo chain), then init's straight line, then the subroutines.

import type { Plan } from '../model/plan.ts';
import type { Builtin, Step } from '../model/step.ts';
import { assert } from './assert.ts';
import { createBuilder } from './builder.ts';
import { emitGroupRoutines } from './builtins/control-group.ts';
import { emitFindVariable, findCallerEnvironment } from './builtins/execute.ts';
import { sharesMemory } from './builtins/clone.ts';
import { killInit, reap } from './builtins/guard.ts';
import { lowerBuiltin } from './builtins/index.ts';
import { emitNotify } from './builtins/notify.ts';
import { emitRestoreTerminal } from './builtins/normalise.ts';
import { emitMakeTty } from './builtins/terminals.ts';
import { emitForget } from './builtins/forget.ts';
import type { Program } from './ir.ts';
import { failLabels, failTo, type LaunchOptions, type LowerContext, uses } from './lower/context.ts';
import { emitInitFailure, emitReport, INIT_FAILURE } from './lower/report.ts';
import { lowerActions, lowerStep, negative } from './lower/step.ts';

/** Exit status of a start that failed; of a command that cannot be executed; of one that is not there (as shells have it). */
export const EXIT = { failed: 125, notExecutable: 126, notFound: 127 } as const;

/** Calls of an undo are counted from here in their step's marks. */
const UNDO_CALLS = 0x8000;

export interface StartProgram {
  readonly program: Program;
  /** Every system call with a mark, in program order: where faults can be injected. */
  readonly marks: LowerContext['marks'];
}

/** The program of a start. The plan's steps must be in order (plan/order.ts). */
export function startProgram(plan: Plan, options: LaunchOptions): StartProgram {
  const b = createBuilder();
  const ctx: LowerContext = { b, plan, options, step: 0, nextCall: 0, onError: '', onMismatch: '', onExplained: '', marks: [], who: 'monitor' };
  const indexed = plan.steps.map((step, index) => ({ step, index }));
  const monitor = indexed.filter(({ step }) => step.who === 'monitor');
  const init = indexed.filter(({ step }) => step.who === 'init');

  findCallerEnvironment(ctx);
  // A failure undoes what came before: steps between two that carry an undo share their way out.
  let undone = -1;
  for (const { step, index } of monitor) {
    failTo(ctx, failureOf(undone));
    lowerStep(ctx, step, index, lowerBuiltin);
    if (step.who === 'monitor' && step.undo !== undefined) undone = index;
  }
  ended(ctx);
  undoChain(ctx, monitor);
  b.label('leave');
  b.call('restore-terminal');
  b.exit('exit.code');
  for (const { index } of [{ index: -1 }, ...monitor.filter(({ step }) => step.who === 'monitor' && step.undo !== undefined)]) monitorFailure(ctx, index);
  abort(ctx);

  b.owner('init');
  b.label('init');
  if (sharesMemory(plan)) b.ownSlots();
  failTo(ctx, INIT_FAILURE);
  for (const { step, index } of init) lowerStep(ctx, step, index, lowerBuiltin);
  b.trap();
  emitInitFailure(ctx);

  b.owner('');
  emitReport(ctx);
  emitEndInit(ctx);
  emitRestoreTerminal(ctx);
  if (uses(plan, 'cgroup-remove') || uses(plan, 'cgroup')) emitGroupRoutines(ctx);
  b.owner('init');
  if (inheritsVariables(plan)) emitFindVariable(ctx);
  if (uses(plan, 'tty')) emitMakeTty(ctx);
  b.owner('');
  emitNotify(ctx);
  emitForget(ctx);
  return { program: b.program(), marks: ctx.marks };
}

const inheritsVariables = (plan: Plan) =>
  plan.steps.some((step) =>
    step.actions.some((action) => 'builtin' in action && action.builtin === 'exec' && action.environment.some((entry) => typeof entry !== 'string')),
  );

/** Init has ended by itself: its status is the launcher's. */
function ended(ctx: LowerContext): void {
  const { b } = ctx;
  const known = b.fresh('ended');
  reap(ctx, 'init.pidfd');
  b.set('init.made', 0);
  // It died between clone and "ready" without a word.
  b.branch('phase', 'ne', 0, known);
  b.jump('init.died');
  b.label(known);
}

/** What was done is undone in reverse, from the last step or from the one before a failed one (labels `undo-INDEX`). */
export function undoChain(ctx: LowerContext, monitor: readonly { step: Step; index: number }[]): void {
  const { b } = ctx;
  b.label('undo.all');
  for (const { step, index } of [...monitor].reverse()) {
    if (step.who !== 'monitor' || step.undo === undefined) continue;
    const failed = `undo-failed-${index}`;
    const next = b.fresh('undone');
    b.label(`undo-${index}`);
    ctx.step = index;
    ctx.nextCall = UNDO_CALLS;
    ctx.who = 'monitor';
    failTo(ctx, failed);
    lowerActions(ctx, step.undo, lowerBuiltin);
    b.jump(next);
    b.label(failed);
    b.saveResult('failed');
    b.label(ctx.onMismatch);
    b.label(ctx.onExplained);
    b.call('report-undo');
    b.label(next);
  }
  b.label('undo--1');
}

/** The failure label of the steps that follow the one at `undone`, the last that carries an undo (-1: none). */
const failureOf = (undone: number): string => `fail-${undone}`;

/** A step of the monitor failed: tell it, end init if there is one, undo from the step at `undone` back. */
function monitorFailure(ctx: LowerContext, undone: number): void {
  const { b } = ctx;
  failLabels(ctx, failureOf(undone));
  b.call('report-here');
  b.call('end-init');
  b.set('exit.code', EXIT.failed);
  b.jump(`undo-${undone}`);
}

/** Init failed, or the start was called off: labels `init.died`, `abort` (status by what failed), `abort.with.code`. */
function abort(ctx: LowerContext): void {
  const { b, plan } = ctx;
  b.label('init.died');
  const serving = plan.steps.findIndex((step) => step.actions.some((action) => 'builtin' in action && action.builtin === 'serve'));
  b.set('report.mark', serving * 65536);
  b.set('failed', negative('ESRCH'));
  b.set('explanation.length', 0);
  b.call('report');
  b.label('abort');
  b.set('exit.code', EXIT.failed);
  b.set('report.step', 'report.mark');
  b.shr('report.step', 16);
  for (const name of ['find-init', 'exec'] as const) {
    const index = builtinStep(plan, name);
    const other = b.fresh('abort');
    b.branch('report.step', 'ne', index, other);
    b.set('exit.code', EXIT.notExecutable);
    b.branch('failed', 'ne', negative('ENOENT'), other);
    b.set('exit.code', EXIT.notFound);
    b.label(other);
  }
  b.label('abort.with.code');
  b.call('end-init');
  b.jump('undo.all');
}

function builtinStep(plan: Plan, name: Builtin['builtin']): number {
  const index = plan.steps.findIndex((step) => step.actions.some((action) => 'builtin' in action && action.builtin === name));
  assert(index >= 0, `a start has a step with ${name}`);
  return index;
}

/** Subroutine `end-init`: SIGKILL and reap; does nothing before clone and keeps `exit.code`. */
function emitEndInit(ctx: LowerContext): void {
  const { b } = ctx;
  const none = b.fresh('end-init');
  b.label('end-init');
  b.branch('init.made', 'eq', 0, none);
  b.set('kept.code', 'exit.code');
  ctx.who = 'monitor';
  ctx.nextCall = 0xf000;
  killInit(ctx);
  reap(ctx, 'init.pidfd', { onError: 'next' });
  b.set('exit.code', 'kept.code');
  b.set('init.made', 0);
  b.label(none);
  b.return();
}
