// The names that someone who mistyped one may have meant.

const MOST = 3;

/** At most three, nearest first: those a third of whose letters or fewer differ, and those that begin with the word. */
export function nearest(word: string, names: Iterable<string>): readonly string[] {
  const wanted = word.toLowerCase();
  const most = Math.max(1, Math.floor(wanted.length / 3));
  return [...new Set(names)]
    .flatMap((name) => {
      const other = name.toLowerCase();
      const begins = wanted.length > 2 && other.startsWith(wanted);
      // As many letters differ at least as one has more than the other.
      if (!begins && Math.abs(other.length - wanted.length) > most) return [];
      const far = distance(wanted, other);
      return begins || far <= most ? [{ name, far }] : [];
    })
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, MOST)
    .map(({ name }) => name);
}

/** `did you mean 'a' or 'b'?`, or the other text when nothing is near. */
export function suggestion(word: string, names: Iterable<string>, otherwise: string): string {
  const found = nearest(word, names).map((name) => `'${name}'`);
  return found.length === 0 ? otherwise : `did you mean ${found.join(' or ')}?`;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(before, j - 2) + 1 : Infinity;
      row.push(Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + same, swapped));
    }
    before = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
