// Puts the controls' steps in the order of a start. The phases are the order (model/step.ts); within a phase the controls'
// own order holds, so this is a stable sort and nothing else.

import { INIT_PHASES, MONITOR_PHASES, type Step } from '../model/step.ts';

const MONITOR_RANK = new Map<string, number>(MONITOR_PHASES.map((phase, rank) => [phase, rank]));
const INIT_RANK = new Map<string, number>(INIT_PHASES.map((phase, rank) => [phase, rank]));

/**
 * Where a step stands in the order of the program text. The monitor's steps up to `clone` come first, then those it does
 * while init waits for its word (`map`, `admit`, `release`), then init's, then the monitor's serving (`ready`).
 */
function rank(step: Step): number {
  if (step.who === 'init') return 100 + (INIT_RANK.get(step.phase) ?? 0);
  const own = MONITOR_RANK.get(step.phase) ?? 0;
  return step.phase === 'ready' ? 200 + own : own;
}

/** The steps in the order in which they happen. Stable: equal phases keep the order they came in. */
export function inOrder(steps: readonly Step[]): readonly Step[] {
  return steps
    .map((step, index) => ({ step, index, rank: rank(step) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ step }) => step);
}
