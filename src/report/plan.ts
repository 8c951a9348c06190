// A plan for people and for programs: every step, who does it, why, and on request in which kernel calls.

import type { Accepted } from '../config/index.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { diagnosticText } from '../model/diagnostic.ts';
import { originText } from '../model/origin.ts';
import type { Plan } from '../model/plan.ts';
import { printable } from '../model/printable.ts';
import type { Step } from '../model/step.ts';
import { acceptedText } from './accepted.ts';
import { actionText } from './calls.ts';

export interface PlanReportOptions {
  /** Show the kernel calls below each step. */
  readonly calls: boolean;
}

function stepLines(step: Step, index: number, options: PlanReportOptions): readonly string[] {
  const lines = [`${String(index).padStart(4)}  ${step.who.padEnd(7)}  ${step.what}  [${originText(step.why)}]`];
  if (options.calls) lines.push(...step.actions.map((action) => `                 ${actionText(action)}`));
  if (step.who === 'monitor' && step.undo !== undefined) lines.push(`                 undone at the end: ${step.undo.map(actionText).join('; ')}`);
  return lines.map(printable);
}

/** What the configuration says it knows: what is not enforced, as allowed by name, and warnings that are accepted by name. */
export interface Knowingly {
  readonly allowed: readonly Diagnostic[];
  readonly accepted: readonly Accepted[];
}

/** The steps in their order, then what was asked and is not enforced because the user allowed that by name, and accepted warnings. */
export function planReport(plan: Plan, { allowed, accepted }: Knowingly, options: PlanReportOptions): string {
  const head = [
    `plan for ${plan.name}: ${plan.steps.length} steps`,
    plan.guard
      ? 'the monitor is PID 1 of a PID namespace of its own: when it dies, the kernel ends the container'
      : 'the monitor is an ordinary process: when it dies, PDEATHSIG ends init',
    '',
  ];
  const missing =
    allowed.length === 0
      ? []
      : ['', 'asked for, and NOT enforced, as allowed by name:', ...allowed.map((one) => `  - ${printable(diagnosticText(one).message)}`)];
  const known = acceptedText(accepted);
  return `${[...head, ...plan.steps.flatMap((step, index) => stepLines(step, index, options)), ...missing].join('\n')}\n${known === '' ? '' : `\n${known}`}`;
}

/** JSON has neither 64-bit integers nor bytes: the first become numbers or decimal text, the second base64. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return value;
}

/** The plan as JSON, two spaces deep, with what is known beside its own fields. */
export function planJson(plan: Plan, { allowed, accepted }: Knowingly): string {
  const notEnforced = allowed.map((one) => ({ ...one, ...diagnosticText(one) }));
  const known = accepted.map(({ found, why }) => ({ ...found, ...diagnosticText(found), by: originText(why) }));
  return `${JSON.stringify({ ...plan, notEnforced, accepted: known }, plain, 2)}\n`;
}
