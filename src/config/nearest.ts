// The spellings nearest to a wrong one, for the help of an error.

import { distance } from '../model/edit-distance.ts';

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
