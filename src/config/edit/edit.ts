// Changes one key of a configuration's text, and no line that is not about it: `config set` and `config unset`.

import { effective } from '../effective.ts';
import { findKey, type KeyMatch } from '../keys/lookup.ts';
import { printText, type SourceLine, type SourceText } from '../syntax.ts';
import { type EditableLine, editableLines, lineEnding, writtenValue } from './lines.ts';

type Known = Extract<KeyMatch, { kind: 'known' }>;

export type Edited =
  | { readonly kind: 'edited'; readonly text: string; readonly lines: readonly number[] }
  /** The key is not in this file, or has this value already. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * `KEY = VALUE`. In place of the last line that sets the key, with its spacing, quotes and the name it has there; a key that is not
 * there yet is added behind its family. `append`: one more line of a key that may have several. A list with several lines is
 * refused without it: which of them is meant?
 */
export function setKey(file: string, text: string, written: string, value: string, append = false): Edited {
  return unlessOthersMove(file, text, written, changeKey(file, text, written, value, append));
}

function changeKey(file: string, text: string, written: string, value: string, append: boolean): Edited {
  const match = findKey(written);
  if (match.kind !== 'known') return { kind: 'refused', reason: `'${written}' is no key that a line can set by itself` };
  const { key, entry } = match;
  const { source, lines } = editableLines(file, text);
  const own = lines.filter(({ setting }) => setting?.key === key);
  const last = own.at(-1);
  const isList = entry.repeat !== 'overwrite';
  if (append && !isList) return { kind: 'refused', reason: `${key} has one value; without --append it is replaced` };
  if (isList && !append && own.length > 1) {
    const numbers = own.map(({ line }) => line.number).join(', ');
    return { kind: 'refused', reason: `${key} has several lines here (${numbers}); add one with --append, or remove them with config unset` };
  }
  const clears = last?.setting?.parsed.kind === 'empty';
  // The line that clears a list forgets what was included before it: it stays.
  if (last === undefined || append || (isList && clears && value !== '')) return inserted(file, lines, source, match, written, value);
  const replaced = replaceValue(last.line, value);
  if (replaced === null) return unwritable(key);
  if (replaced === last.line.text) return { kind: 'unchanged' };
  const changed = printLines(lines, (line) => (line === last.line ? replaced : line.text));
  if (value !== '' && !holds(file, changed, key, value)) return inserted(file, lines, source, match, written, value);
  return { kind: 'edited', text: changed, lines: [last.line.number] };
}

/** Is it what holds in the end? A line further down may begin an interface anew, or clear a family. */
function holds(file: string, text: string, key: string, value: string): boolean {
  const settings = editableLines(file, text).lines.flatMap(({ setting }) => setting ?? []);
  return effective(settings).some((setting) => setting.key === key && setting.text === value);
}

/** Removes every line that sets the key. Lines around them stay as they are. */
export function unsetKey(file: string, text: string, written: string): Edited {
  const match = findKey(written);
  if (match.kind !== 'known') return { kind: 'refused', reason: `'${written}' is no key that a line can set by itself` };
  const { source, lines } = editableLines(file, text);
  const gone = new Set(lines.filter(({ setting }) => setting?.key === match.key).map(({ line }) => line));
  if (gone.size === 0) return { kind: 'unchanged' };
  const left = source.lines.filter((line) => !gone.has(line));
  return unlessOthersMove(file, text, written, { kind: 'edited', text: printText({ ...source, lines: left }), lines: [...gone].map(({ number }) => number) });
}

/** Which interface a line `lxc.network.link` of LXC 1 is about depends on the lines before it: an edit must not change that. */
function unlessOthersMove(file: string, text: string, written: string, edited: Edited): Edited {
  if (edited.kind !== 'edited') return edited;
  const match = findKey(written);
  const others = (content: string) =>
    editableLines(file, content).lines.flatMap(({ setting }) =>
      setting === null || (match.kind === 'known' && setting.key === match.key) ? [] : [setting.key],
    );
  if (JSON.stringify(others(text)) === JSON.stringify(others(edited.text))) return edited;
  return { kind: 'refused', reason: `lines 'lxc.network.*' of LXC 1 would be about another interface then; give them numbers first (config upgrade)` };
}

/** The line with another value: blanks, quotes and key stay. Null where the value cannot be written. */
function replaceValue({ text, content }: SourceLine, value: string): string | null {
  if (content.kind !== 'assignment') return null;
  const from = content.quoted ? content.valueAt - 1 : content.valueAt;
  const to = content.valueAt + content.value.length + (content.quoted ? 1 : 0);
  const quote = content.quoted ? (text.charAt(from) as '"' | "'") : '';
  const written = writtenValue(value, quote);
  if (written === null) return null;
  const gap = from > 0 && text.charAt(from - 1) === '=' && written !== '' ? ' ' : '';
  return text.slice(0, from) + gap + written + text.slice(to);
}

/** Behind the last line of the key, of its family (`lxc.cap.`), or at the end: the first place where it holds. */
function inserted(file: string, lines: readonly EditableLine[], source: SourceText, match: Known, written: string, value: string): Edited {
  const text = writtenValue(value);
  if (text === null) return unwritable(match.key);
  const family = match.entry.name.endsWith('.') ? match.entry.name : `${match.key.split('.').slice(0, 2).join('.')}.`;
  const isMember = ({ setting }: EditableLine) => setting !== null && `${setting.key}.`.startsWith(family);
  const places = [lines.findLastIndex(({ setting }) => setting?.key === match.key), lines.findLastIndex(isMember), lines.length - 1].filter((at) => at >= 0);
  const line = `${match.old ? written : match.key} =${text === '' ? '' : ` ${text}`}`;
  for (const at of places) {
    const changed = withLine(source, at + 1, line);
    if (value === '' || holds(file, changed, match.key, value)) return { kind: 'edited', text: changed, lines: [at + 2] };
  }
  return { kind: 'edited', text: withLine(source, lines.length, line), lines: [lines.length + 1] };
}

function withLine(source: SourceText, at: number, line: string): string {
  const ending = lineEnding(source);
  const before = source.lines.slice(0, at).map((one, index) => one.text + (index === at - 1 && one.ending === '' ? ending : one.ending));
  const after = source.lines.slice(at).map((one) => one.text + one.ending);
  return [...before, `${line}${ending}`, ...after].join('');
}

function unwritable(key: string): Edited {
  return { kind: 'refused', reason: `the value of ${key} cannot be written on one line` };
}

function printLines(lines: readonly EditableLine[], textOf: (line: SourceLine) => string): string {
  return lines.map(({ line }) => textOf(line) + line.ending).join('');
}
