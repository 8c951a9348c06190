// The text of /etc/subuid or /etc/subgid (subuid(5), subgid(5)): who is granted which ids, and the lines that grant nothing because
// they are malformed. newuidmap(1) skips those in silence.

/** 2^32 - 1 is "no id" (user_namespaces(7)). */
const IDS = 0xffff_ffff;

export interface SubIdLine {
  /** A user by name or by number, in both files. */
  readonly owner: string;
  readonly first: number;
  readonly count: number;
  /** From 1 on. */
  readonly line: number;
}

export interface SubIdFault {
  /** What stands before the first colon. */
  readonly owner: string;
  readonly text: string;
  readonly line: number;
  readonly reason: string;
}

/** What a line of either file says; a comment and an empty line say nothing. */
export function parseSubIds(text: string): { readonly lines: readonly SubIdLine[]; readonly faults: readonly SubIdFault[] } {
  const lines: SubIdLine[] = [];
  const faults: SubIdFault[] = [];
  for (const [index, written] of text.split('\n').entries()) {
    if (/^\s*(#|$)/.test(written)) continue;
    const read = parseLine(written);
    const [owner = ''] = written.split(':');
    if (typeof read === 'string') faults.push({ owner: owner.trim(), text: written, line: index + 1, reason: read });
    else lines.push({ ...read, line: index + 1 });
  }
  return { lines, faults };
}

/** The line, or why it is none. */
function parseLine(text: string): Omit<SubIdLine, 'line'> | string {
  const fields = text.split(':');
  const [owner = '', first = '', count = ''] = fields;
  if (fields.length !== 3) return `it has ${fields.length} fields instead of 3`;
  if (owner === '') return 'it names no user';
  if (/\s/.test(text)) return `there is ${text.endsWith('\r') ? 'a carriage return' : 'a blank'} in it`;
  const [begin, size] = [numberOf(first), numberOf(count)];
  if (begin === null) return `'${first}' is no number`;
  if (size === null) return `'${count}' is no number`;
  if (size === 0) return 'it grants no id';
  if (begin + size > IDS) return `its last id is beyond ${IDS - 1}`;
  return { owner, first: begin, count: size };
}

/** As strtoul(3) with base 0 reads it, which newuidmap uses: decimal, 0x and a leading 0. */
function numberOf(text: string): number | null {
  if (/^(0x[0-9a-f]+|[1-9]\d*|0)$/i.test(text)) return Number(text);
  return /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : null;
}
