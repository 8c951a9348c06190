// How far one spelling is from another.

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment); anything above `bound` is `bound + 1`. */
export function distance(one: string, other: string, bound: number): number {
  if (Math.abs(one.length - other.length) > bound) return bound + 1;
  let [before, row, next] = [[], [], []] as [number[], number[], number[]];
  for (let j = 0; j <= other.length; j++) row[j] = j;
  for (let i = 1; i <= one.length; i++) {
    const unit = one.charCodeAt(i - 1);
    next[0] = i;
    let least = i;
    for (let j = 1; j <= other.length; j++) {
      const same = unit === other.charCodeAt(j - 1) ? 0 : 1;
      let far = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && unit === other.charCodeAt(j - 2) && one.charCodeAt(i - 2) === other.charCodeAt(j - 1))
        far = Math.min(far, (before[j - 2] ?? 0) + 1);
      next[j] = far;
      if (far < least) least = far;
    }
    if (least > bound) return bound + 1;
    [before, row, next] = [row, next, before];
  }
  return Math.min(row[other.length] ?? 0, bound + 1);
}
