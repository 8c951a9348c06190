// The spellings nearest to a wrong one, for the help of an error.

/** Words longer than this are not typing errors of any name. */
const LONGEST = 64;

/** The candidates (up to three) that are nearest, within a third of the word's length. Case is ignored. */
export function nearest(word: string, candidates: Iterable<string>): readonly string[] {
  if (word.length > LONGEST) return [];
  const wanted = word.toLowerCase();
  const letters = lettersOf(wanted);
  let bound = Math.max(1, Math.floor(word.length / 3));
  let found: string[] = [];
  for (const name of candidates) {
    const other = name.toLowerCase();
    if (Math.abs(other.length - wanted.length) > bound) continue;
    // Each letter that only one of them has takes a change of its own; one change can be about a letter of either.
    const others = lettersOf(other);
    if (ones(letters & ~others) > bound || ones(others & ~letters) > bound) continue;
    const far = distance(wanted, other, bound);
    if (far > bound) continue;
    // From here on only names that are as near count.
    if (far < bound) found = [];
    bound = far;
    found.push(name);
  }
  return found.slice(0, 3);
}

/** The letters of a word, one bit each; characters that are 32 apart share one. */
function lettersOf(word: string): number {
  let bits = 0;
  for (let at = 0; at < word.length; at++) bits |= 1 << (word.charCodeAt(at) & 31);
  return bits;
}

/** How many bits are set. */
function ones(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count++;
  return count;
}

/** `did you mean 'a' or 'b'?`, or nothing. */
export function didYouMean(names: readonly string[]): string {
  return names.length === 0 ? '' : `did you mean ${names.map((name) => `'${name}'`).join(' or ')}?`;
}

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
