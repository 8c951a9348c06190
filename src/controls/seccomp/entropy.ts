// The least that a search for weighted runs can cost: their entropy (Shannon's bound for codes, which trees of comparisons are),
// and one comparison for every word as long as there are two runs.

/** A run's share: the entropy of all is log of their sum, weighted, less these shares. */
export function weightLog(weight: number): number {
  return weight > 0 ? weight * Math.log2(weight) : 0;
}

/** Of `count` runs that weigh `sum` together; `logs` is the sum of their shares. */
export function leastCost(count: number, sum: number, logs: number): number {
  return count <= 1 ? 0 : Math.max(sum, weightLog(sum) - logs);
}
