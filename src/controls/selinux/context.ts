// Security contexts, `user:role:type:level` (selinux(8), mcstransd is none of our business): text to parts and back. Which users,
// roles, types and categories there are only the loaded policy knows; the form is the same everywhere.

/** Categories in order, each once: `c1,c2` is [1, 2], `c0.c3` is [0, 1, 2, 3]. */
export interface Level {
  readonly sensitivity: number;
  readonly categories: readonly number[];
}

export interface Context {
  readonly user: string;
  readonly role: string;
  readonly type: string;
  /** Null: a policy without levels. `high` is `low` where one level is written. */
  readonly range: { readonly low: Level; readonly high: Level } | null;
}

export type ParsedContext = { readonly kind: 'context'; readonly context: Context } | { readonly kind: 'fault'; readonly problem: string };

/** ebitmaps have no such bound, but every policy that exists has c0 to c1023, and no word may make a list of millions. */
const LAST_CATEGORY = 65535;
/** Identifiers of policies (secilc's lexer). */
const IDENTIFIER = /^[A-Za-z_][\w.-]*$/;
const PARTS = ['user', 'role', 'type'] as const;

class Fault extends Error {}

/** The parts, or what is wrong with the text, in lower case and without a full stop. */
export function parseContext(text: string): ParsedContext {
  try {
    return { kind: 'context', context: read(text) };
  } catch (fault) {
    if (fault instanceof Fault) return { kind: 'fault', problem: fault.message };
    throw fault;
  }
}

function read(text: string): Context {
  const [user = '', role = '', type = '', ...level] = text.split(':');
  const found = [user, role, type];
  if (text.split(':').length < 3) throw new Fault(`it has ${found.filter((part) => part !== '').length === 1 ? 'one part' : 'two parts'}, not user:role:type`);
  for (const [index, part] of PARTS.entries()) {
    const word = found[index] ?? '';
    if (!IDENTIFIER.test(word)) throw new Fault(word === '' ? `its ${part} is empty` : `'${word}' is no ${part}: letters, digits, '_', '.', '-'`);
  }
  return { user, role, type, range: level.length === 0 ? null : readRange(level.join(':')) };
}

function readRange(text: string): { readonly low: Level; readonly high: Level } {
  const levels = text.split('-');
  if (levels.length > 2) throw new Fault(`'${text}' has more than a low and a high level`);
  const [low, high = low] = levels.map(readLevel) as [Level, Level?];
  if (low.sensitivity > high.sensitivity || !low.categories.every((one) => high.categories.includes(one))) {
    throw new Fault(`the high level of '${text}' does not include the low one`);
  }
  return { low, high };
}

function readLevel(text: string): Level {
  const [sensitivity = '', categories, ...more] = text.split(':');
  if (!/^s\d{1,4}$/.test(sensitivity)) throw new Fault(sensitivity === '' ? 'its level is empty' : `'${sensitivity}' is no sensitivity: s0, s1, ...`);
  if (more.length > 0) throw new Fault(`'${text}' has more than a sensitivity and categories`);
  return { sensitivity: Number(sensitivity.slice(1)), categories: categories === undefined ? [] : readCategories(categories) };
}

function readCategories(text: string): readonly number[] {
  const found = new Set<number>();
  for (const word of text.split(',')) {
    const ends = word.split('.');
    const [first = Number.NaN, last = first] = ends.map((end) => (/^c\d{1,5}$/.test(end) ? Number(end.slice(1)) : Number.NaN));
    if (ends.length > 2 || Number.isNaN(first + last)) throw new Fault(`'${word}' are no categories: c1,c2, or c0.c7 for all from one to another`);
    if (first > last) throw new Fault(`'${word}' goes from a higher category to a lower one`);
    if (last > LAST_CATEGORY) throw new Fault(`'${word}' is above c${LAST_CATEGORY}`);
    for (let one = first; one <= last; one += 1) found.add(one);
  }
  return [...found].sort((one, other) => one - other);
}

/** As the kernel writes it (security/selinux/ss/mls.c, mls_sid_to_context): three and more in a row as `c0.c3`. */
export function contextText({ user, role, type, range }: Context): string {
  const base = `${user}:${role}:${type}`;
  if (range === null) return base;
  const [low, high] = [levelText(range.low), levelText(range.high)];
  return low === high ? `${base}:${low}` : `${base}:${low}-${high}`;
}

function levelText({ sensitivity, categories }: Level): string {
  return categories.length === 0 ? `s${sensitivity}` : `s${sensitivity}:${runs(categories).map(runText).join(',')}`;
}

function runs(categories: readonly number[]): readonly (readonly [first: number, last: number])[] {
  const found: [number, number][] = [];
  for (const one of categories) {
    const run = found.at(-1);
    if (run !== undefined && run[1] === one - 1) run[1] = one;
    else found.push([one, one]);
  }
  return found;
}

const runText = ([first, last]: readonly [number, number]): string => (first === last ? `c${first}` : `c${first}${last === first + 1 ? ',' : '.'}c${last}`);

/** The same with another type, and for files the role that all objects have. */
export function contextOfFiles(context: Context, type: string): Context {
  const { range } = context;
  return { ...context, role: 'object_r', type, range: range === null ? null : { low: range.low, high: range.low } };
}

const LOWEST: Level = { sensitivity: 0, categories: [] };

/** The same with the lowest level, which every policy with levels has: tells a wrong level from a wrong type. */
export function lowest(text: string): string | null {
  const parsed = parseContext(text);
  return parsed.kind === 'fault' || parsed.context.range === null ? null : contextText({ ...parsed.context, range: { low: LOWEST, high: LOWEST } });
}
