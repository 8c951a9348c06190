// A decision table -> ranges of numbers that are decided alike, over all 32 bits of a number: nothing is left out.

import { returnValue } from './verdicts.ts';
import type { Clause, DecisionTable } from './resolve.ts';

/** From `from` up to the next range's; the last one ends with the highest number. Sorted, the first begins at 0. */
export interface Range {
  readonly from: number;
  readonly clauses: readonly Clause[];
}

const NONE: readonly Clause[] = [];
const NUMBERS = 2 ** 32;

export function rangesOf({ calls }: DecisionTable): readonly Range[] {
  const numbers = [...calls.keys()].sort((a, b) => a - b);
  // Behind each number the default begins again; where the next number follows at once, its range replaces that one.
  const starts = new Map<number, readonly Clause[]>([[0, NONE]]);
  for (const number of numbers) {
    starts.set(number, calls.get(number) ?? NONE);
    if (number + 1 < NUMBERS) starts.set(number + 1, NONE);
  }
  const ranges: Range[] = [];
  for (const [from, clauses] of [...starts].sort(([a], [b]) => a - b)) {
    const last = ranges.at(-1);
    if (last === undefined || decisionKey(last.clauses) !== decisionKey(clauses)) ranges.push({ from, clauses });
  }
  return ranges;
}

/** Two decisions are the same exactly when their keys are. */
export function decisionKey(clauses: readonly Clause[]): string {
  return clauses.map(({ conditions, verdict }) => `${conditions.map(conditionKey).join('&')}:${returnValue(verdict)}`).join(';');
}

function conditionKey(condition: Clause['conditions'][number]): string {
  return condition.kind === 'masked'
    ? `${condition.argument} masked ${condition.mask} ${condition.value}`
    : `${condition.argument} ${condition.operator} ${condition.value}`;
}
