// Plan -> Program for something that is done once and is over: the monitor's steps one after the other, and after a failure their undo
// in reverse. No container is made, nothing is waited for.

import type { Plan } from '../model/plan.ts';
import { createBuilder } from './builder.ts';
import { lowerBuiltin } from './builtins/index.ts';
import type { Program } from './ir.ts';
import { failLabels, failTo, type LaunchOptions, type LowerContext } from './lower/context.ts';
import { emitReport } from './lower/report.ts';
import { lowerStep } from './lower/step.ts';
import { EXIT, undoChain } from './start.ts';

/** Ends with 0, or with 125 when a step failed and what came before it was undone. The plan has steps of the monitor only. */
export function taskProgram(plan: Plan, options: LaunchOptions): Program {
  const b = createBuilder();
  const ctx: LowerContext = { b, plan, options, step: 0, nextCall: 0, onError: '', onMismatch: '', onExplained: '', marks: [], who: 'monitor' };
  const steps = plan.steps.map((step, index) => ({ step, index }));
  const undone = [-1];
  b.set('explanation.length', 0);
  b.set('texts.unpacked', 0);
  for (const { step, index } of steps) {
    failTo(ctx, `fail-${undone.at(-1)}`);
    lowerStep(ctx, step, index, lowerBuiltin);
    if (step.who === 'monitor' && step.undo !== undefined) undone.push(index);
  }
  b.exit(0);
  undoChain(ctx, steps);
  b.exit(EXIT.failed);
  for (const index of undone) {
    failLabels(ctx, `fail-${index}`);
    b.call('report-here');
    b.jump(`undo-${index}`);
  }
  emitReport(ctx);
  return b.program();
}
