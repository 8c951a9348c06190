// The names that someone who mistyped one may have meant.

import { distance } from '../../model/edit-distance.ts';

const MOST = 3;

/** At most three, nearest first: those a third of whose letters or fewer differ, and those that begin with the word. */
export function nearest(word: string, names: Iterable<string>): readonly string[] {
  const wanted = word.toLowerCase();
  const most = Math.max(1, Math.floor(wanted.length / 3));
  return [...new Set(names)]
    .flatMap((name) => {
      const other = name.toLowerCase();
      const begins = wanted.length > 2 && other.startsWith(wanted);
      const bound = begins ? other.length : most;
      const far = distance(wanted, other, bound);
      return far <= bound ? [{ name, far }] : [];
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
