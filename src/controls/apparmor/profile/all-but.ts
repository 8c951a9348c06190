// AppArmor's patterns have no "all but": this writes them out. `/proc` and `/sys` taken out of `/` are the names that do not begin with
// p or s, p itself, what begins with p but goes on with another letter than r, and so on (apparmor.d(5), "Globbing").

/** A directory out of whose names some are taken. `false`: all of that name. Otherwise what is taken out below it; `self`: and it itself. */
export interface Hole {
  readonly self?: boolean;
  readonly names: Readonly<Record<string, Hole | false>>;
}

/** A pattern for directories and files; `below`: and for all that is below them. */
interface Places {
  readonly path: string;
  readonly below: boolean;
}

/** Every path below `directory` (no slash at its end) but those in the holes, each once or more. */
export function placesBut(directory: string, { names }: Hole): readonly Places[] {
  const others = { path: `${directory}/${alternatives(otherNames(Object.keys(names)))}`, below: true };
  const partly = Object.entries(names).flatMap(([name, hole]) => {
    if (hole === false) return [];
    const path = `${directory}/${name}`;
    return [...(hole.self === true ? [] : [{ path, below: false }]), ...placesBut(path, hole)];
  });
  return [others, ...partly];
}

/** The same as patterns for whole paths; those of directories end in a slash. */
export function allBut(directory: string, hole: Hole): readonly string[] {
  return placesBut(directory, hole).map(({ path, below }) => `${path}${below ? '{,/,/**}' : '{,/}'}`);
}

/** One component of a path that is none of these names. */
export const nameBut = (...taken: readonly string[]): string => alternatives(otherNames(taken));

/** Patterns for names of one component that are none of `taken`. */
function otherNames(taken: readonly string[]): readonly string[] {
  const beginnings = new Set(taken.flatMap((name) => Array.from({ length: name.length }, (_, length) => name.slice(0, length))));
  const patterns: string[] = [];
  for (const beginning of beginnings) {
    const next = taken.filter((name) => name.startsWith(beginning) && name.length > beginning.length).map((name) => name.charAt(beginning.length));
    // A slash would end the name there.
    patterns.push(`${beginning}[^${[...new Set(next)].sort(dashLast).join('')}/]*`);
    if (beginning !== '' && !taken.includes(beginning)) patterns.push(beginning);
  }
  const longer = taken.filter((name) => !beginnings.has(name)).map((name) => `${name}?*`);
  return [...patterns, ...longer];
}

/** In a class a dash between two letters is a range. */
const dashLast = (one: string, other: string) => Number(one === '-') - Number(other === '-') || (one < other ? -1 : 1);

function alternatives(patterns: readonly string[]): string {
  return patterns.length === 1 ? (patterns[0] ?? '') : `{${patterns.join(',')}}`;
}
