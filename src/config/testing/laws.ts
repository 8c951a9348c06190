// What holds of every text whatever it says: it is read, the same each time, printed back exactly, blamed within its bounds, and a
// text with an error makes no container.

import { CODES } from '../../model/codes.ts';
import { type Diagnostic, diagnosticText, hasErrors } from '../../model/diagnostic.ts';
import { memoryFiles } from '../files.ts';
import { loadSpec } from '../load-spec.ts';
import { showAll, showKey } from '../show/show-key.ts';
import { printText, sourceText, type SourceText } from '../syntax.ts';

/** The file that is tried, and one that it may include. */
const FILE = '/c';
const INCLUDED = '/inc/a.conf';

/** The laws that reading `text` breaks, as sentences; none when all is well. Exceptions are left to the caller. */
export function brokenLaws(text: string, included: string, key: string): readonly string[] {
  const broken: string[] = [];
  if (printText(sourceText(FILE, text)) !== text) broken.push('printing it gives another text');
  const load = () => loadSpec(memoryFiles({ [FILE]: text, [INCLUDED]: included }), FILE, { name: 'x', command: ['true'] });
  const { spec, diagnostics, reading } = load();
  if ((spec === null) !== hasErrors(diagnostics)) broken.push(spec === null ? 'no container, and no error says why' : 'a container in spite of an error');
  const again = load();
  if (flat([spec, diagnostics]) !== flat([again.spec, again.diagnostics])) broken.push('reading it again gives another answer');
  for (const found of diagnostics) broken.push(...misplaced(found, reading.sources), ...unfilled(found));
  showKey(reading.settings, key);
  showAll(reading.settings);
  return broken;
}

function flat(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
}

/** A place is within a line that was read; behind its last character is within too. */
function misplaced({ code, span }: Diagnostic, sources: readonly SourceText[]): readonly string[] {
  if (!span) return [];
  const line = sources.find(({ file }) => file === span.file)?.lines[span.line - 1];
  const fits = line !== undefined && span.column >= 1 && span.length >= 0 && span.column - 1 + span.length <= Math.max(line.text.length, span.column);
  return fits ? [] : [`${code} is about ${span.file}:${span.line}:${span.column}+${span.length}, which is not there`];
}

/** Every placeholder of a code's texts has its word. */
function unfilled(found: Diagnostic): readonly string[] {
  diagnosticText(found);
  const { message, help } = CODES[found.code];
  return [...`${message} ${help}`.matchAll(/\{(\w+)\}/g)].flatMap(([, name = '']) => (name in found.data ? [] : [`${found.code} has nothing for {${name}}`]));
}
