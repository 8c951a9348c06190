// One line of a configuration with another value, or a new line in the manner of its neighbours: only what has to change changes.

import { contentOf, type SourceLine, type SourceText } from '../syntax.ts';

/** The value as it has to stand behind `=` to be read as it is: blanks at its ends and quotes around all of it need quotes. */
export function quotedIfNeeded(value: string): string {
  const content = contentOf(`lxc.x = ${value}`);
  const readAsIs = content.kind === 'assignment' && content.value === value && !content.quoted;
  return readAsIs ? value : `"${value}"`;
}

/** The line with this value. Indentation, blanks around `=` and quotes stay. */
export function withValue(line: SourceLine, value: string): SourceLine {
  const { text, content } = line;
  if (content.kind !== 'assignment') return line;
  const before = text.slice(0, content.valueAt);
  const written = content.quoted ? value : quotedIfNeeded(value);
  const space = written !== '' && before.endsWith('=') && /[ \t]=$/.test(before) ? ' ' : '';
  return asLine(line, before + space + written + text.slice(content.valueAt + content.value.length));
}

/** A new line behind `anchor`, with its indentation and its blanks around `=` (a column of `=` is not kept up). */
export function newLine(key: string, value: string, anchor: SourceLine | undefined): string {
  const { indentation, equals } = mannerOf(anchor);
  const written = quotedIfNeeded(value);
  return `${indentation}${key}${written === '' ? equals.trimEnd() : equals}${written}`;
}

function mannerOf(anchor: SourceLine | undefined): { readonly indentation: string; readonly equals: string } {
  if (anchor?.content.kind !== 'assignment') return { indentation: '', equals: ' = ' };
  const { keyAt, key, valueAt, quoted, value } = anchor.content;
  const between = anchor.text.slice(keyAt + key.length, quoted ? valueAt - 1 : valueAt);
  return { indentation: anchor.text.slice(0, keyAt), equals: value !== '' && /^(=| = )$/.test(between) ? between : ' = ' };
}

/** The lines with another in the place of the one at `at`. */
export function replaceLine(source: SourceText, at: number, line: SourceLine): SourceText {
  return { ...source, lines: source.lines.with(at, line) };
}

/** A line more, in front of the one that is at `at`. Whether the text ends with a line end stays as it is. */
export function insertLine(source: SourceText, at: number, text: string): SourceText {
  const { lines } = source;
  const before = lines[at - 1];
  const ending = before?.ending || lines[0]?.ending || '\n';
  const torn = before?.ending === '';
  const head = torn ? [...lines.slice(0, at - 1), { ...before, ending }] : lines.slice(0, at);
  return { ...source, lines: numbered([...head, { number: 0, text, ending: torn ? '' : ending, content: contentOf(text) }, ...lines.slice(at)]) };
}

/** Without the lines at these places. Whether the text ends with a line end stays as it is, but an empty line needs one to be there. */
export function removeLines(source: SourceText, places: ReadonlySet<number>): SourceText {
  const left = source.lines.filter((_, at) => !places.has(at));
  const last = left.at(-1);
  const torn = source.lines.at(-1)?.ending === '';
  return { ...source, lines: numbered(torn && last !== undefined && last.text !== '' ? [...left.slice(0, -1), { ...last, ending: '' }] : left) };
}

function numbered(lines: readonly SourceLine[]): readonly SourceLine[] {
  return lines.map((line, at) => ({ ...line, number: at + 1 }));
}

function asLine(line: SourceLine, text: string): SourceLine {
  return { ...line, text, content: contentOf(text) };
}
