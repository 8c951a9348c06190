// Which lines of one file set which keys: the reader's own view of it, without following includes.

import { assignLine, startAssigning } from '../assign.ts';
import type { ConfigSetting } from '../setting.ts';
import { parseText, type SourceLine, type SourceText } from '../syntax.ts';

export interface EditableLine {
  readonly line: SourceLine;
  /** What the line sets; null: a comment, an include, nothing. */
  readonly setting: ConfigSetting | null;
}

/** The lines of a text. Interfaces of LXC 1 (`lxc.network.link`) have the index that the lines before give them. */
export function editableLines(file: string, text: string): { readonly source: SourceText; readonly lines: readonly EditableLine[] } {
  const { source } = parseText(file, text);
  const state = startAssigning();
  const lines = source.lines.map((line): EditableLine => {
    const before = state.settings.length;
    assignLine(state, file, line);
    return { line, setting: state.settings[before] ?? null };
  });
  return { source, lines };
}

/** How lines of this text end: as its first one does. */
export function lineEnding({ lines }: SourceText): '\n' | '\r\n' | '\r' {
  return lines[0]?.ending || '\n';
}

/**
 * A value as it stands behind `=` so that it is read back as it is: in quotes where blanks at its ends or quotes around it would be
 * taken off. Null where it cannot be written: it has a line's end or a NUL in it.
 */
export function writtenValue(value: string, quote: '"' | "'" | '' = ''): string | null {
  if (/[\0\r\n]/.test(value)) return null;
  const quoted = value.length > 1 && /^["']/.test(value) && value.endsWith(value.charAt(0));
  const blank = value !== value.replace(/^[ \t]+|[ \t]+$/g, '');
  if (quote === '' && !quoted && !blank) return value;
  const around = quote === '' ? '"' : quote;
  return value === '' ? '' : `${around}${value}${around}`;
}
