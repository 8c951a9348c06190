// A change of a file's lines as `diff -u` prints it, from what became of each line (POSIX diff, "Diff -u Output Format").

export interface ChangedLine {
  readonly before: string;
  readonly now: readonly string[];
}

const CONTEXT = 3;

/** Empty where nothing changed. Lines are printed as they are: make them printable first. */
export function unifiedDiff(file: string, lines: readonly ChangedLine[]): string {
  const changed = lines.map(({ before, now }) => now.length !== 1 || now[0] !== before);
  const near = lines.map((_, index) => changed.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(Boolean));
  const hunks: string[] = [];
  let added = 0;
  for (let from = 0; from < lines.length; from++) {
    if (!near[from]) continue;
    let to = from;
    while (near[to]) to++;
    const part = lines.slice(from, to);
    const body = bodyOf(part, changed.slice(from, to));
    const now = part.reduce((sum, one) => sum + one.now.length, 0);
    hunks.push(`@@ -${from + 1},${part.length} +${from + 1 + added},${now} @@`, ...body);
    added += now - part.length;
    from = to;
  }
  return hunks.length === 0 ? '' : `${[`--- ${file}`, `+++ ${file}`, ...hunks].join('\n')}\n`;
}

/** Of changed lines behind each other, first all that go, then all that come. */
function bodyOf(lines: readonly ChangedLine[], changed: readonly boolean[]): readonly string[] {
  const body: string[] = [];
  let coming: string[] = [];
  for (const [index, { before, now }] of lines.entries()) {
    if (changed[index]) {
      body.push(`-${before}`);
      coming.push(...now.map((one) => `+${one}`));
    } else {
      body.push(...coming, ` ${before}`);
      coming = [];
    }
  }
  return [...body, ...coming];
}
