// Text of a configuration -> the same text with one key set, given a further value, or unset. Only lines of this key change, and only
// in this file; what the result says is read again before it is handed out. Pure.
//
// Decided: `set` replaces the one value that holds. Where several lines hold it refuses, since none of them is more meant than the
// others. A value that an included file sets after the line is overridden behind the include.

import { type Diagnostic, diagnostic, hasErrors } from '../../model/diagnostic.ts';
import { originText } from '../../model/origin.ts';
import { assignOption, startAssigning } from '../assign.ts';
import { effective } from '../effective.ts';
import type { ConfigFiles } from '../files.ts';
import { findKey } from '../keys/lookup.ts';
import { simplifyPath } from '../paths.ts';
import { type ConfigReading, readConfig } from '../read.ts';
import type { ConfigSetting } from '../setting.ts';
import { printText, type SourceLine, sourceText, type SourceText } from '../syntax.ts';
import { toSpec } from '../to-spec.ts';
import { insertLine, newLine, quotedIfNeeded, removeLines, replaceLine, withValue } from './line-text.ts';

export type ConfigEdit =
  /** `append`: one line more, for keys that may stand several times. */
  | { readonly kind: 'set'; readonly key: string; readonly value: string; readonly append: boolean }
  /** `clear`: where the lines of other files still set it, add `KEY =` at the end. */
  | { readonly kind: 'unset'; readonly key: string; readonly clear: boolean };

export interface EditedConfig {
  /** The whole new text; null when there is an error, and nothing may be written. */
  readonly text: string | null;
  readonly diagnostics: readonly Diagnostic[];
}

interface Editing {
  readonly files: ConfigFiles;
  readonly path: string;
  readonly source: SourceText;
  readonly before: ConfigReading;
  /** As it was asked for, and under its name of today. */
  readonly written: string;
  readonly key: string;
}

/** Edits `text`, which is the file at `path`. What it includes is read from `files` and never changed. */
export function editConfig(files: ConfigFiles, path: string, text: string, edit: ConfigEdit): EditedConfig {
  const file = simplifyPath(path);
  const source = sourceText(file, text);
  const found = checkAssignment(edit.key, edit.kind === 'set' ? edit.value : '', edit.kind);
  const match = findKey(edit.key);
  if (hasErrors(found) || match.kind !== 'known') return refused(found.length > 0 ? found : [diagnostic('HF116', { key: edit.key })]);
  const editing: Editing = { files, path: file, source, before: readWith(files, file, text), written: edit.key, key: match.key };
  const edited = edit.kind === 'unset' ? unset(editing, edit.clear) : edit.append ? append(editing, edit.value) : set(editing, edit.value);
  return { ...edited, diagnostics: [...found, ...edited.diagnostics] };
}

/** What is wrong with `KEY=VALUE` by itself. To unset a key it must exist, nothing else. */
function checkAssignment(key: string, value: string, kind: ConfigEdit['kind']): readonly Diagnostic[] {
  if (/[\0\r\n\uFFFD]/.test(value)) return [diagnostic('HF172', { key })];
  const state = startAssigning();
  assignOption(state, `${key}=${quotedIfNeeded(value)}`);
  return kind === 'unset' && findKey(key).kind === 'known' ? [] : state.findings.all();
}

function set(editing: Editing, value: string): EditedConfig {
  const { key, written, source, before } = editing;
  const live = effective(before.settings).filter((one) => one.key === key);
  const own = ownLines(editing);
  const isList = findRow(editing)?.repeat !== 'overwrite';
  if (isList && live.length + (key === 'lxc.include' ? own.length : 0) > 1) {
    return refused([diagnostic('HF173', { key, places: live.map(({ why }) => originText(why)).join(', ') || own.map((at) => `line ${at + 1}`).join(', ') })]);
  }
  const last = own.at(-1);
  const line = last === undefined ? undefined : source.lines[last];
  const replaced = last === undefined || line === undefined ? [] : [{ at: last, source: replaceLine(source, last, withValue(line, value)) }];
  return firstThatHolds(editing, value, [...replaced, ...added(editing, written, value)], live);
}

function append(editing: Editing, value: string): EditedConfig {
  if (findRow(editing)?.repeat === 'overwrite') return refused([diagnostic('HF174', { key: editing.key })]);
  return firstThatHolds(editing, value, added(editing, editing.written, value), null);
}

function unset(editing: Editing, clear: boolean): EditedConfig {
  const { key, source } = editing;
  const own = ownLines(editing);
  const without = removeLines(source, new Set(own));
  const left = effective(readWith(editing.files, editing.path, printText(without)).settings).filter((one) => one.key === key);
  const places = left.map(({ why }) => originText(why)).join(', ');
  if (left.length > 0 && clear) return accept(editing, insertLine(without, without.lines.length, newLine(key, '', undefined)), []);
  if (own.length === 0) return refused([left.length > 0 ? diagnostic('HF175', { key, places }) : diagnostic('HF176', { key, file: editing.path })]);
  return accept(editing, without, left.length > 0 ? [diagnostic('HF177', { key, places })] : []);
}

interface Candidate {
  readonly source: SourceText;
  readonly at: number;
}

/** A line more: behind the last one of the same family, or else at the end, where nothing that is included comes after it. */
function added({ source, key }: Editing, written: string, value: string): readonly Candidate[] {
  const behind = lastOfFamily(source.lines, key);
  const end = source.lines.length;
  const places = behind === null ? [end] : [behind + 1, end];
  return places.map((at) => ({ at, source: insertLine(source, at, newLine(written, value, behind === null ? undefined : source.lines[behind])) }));
}

/** The first text in which the changed line holds, and alone where `rivals` held before; an error names them. */
function firstThatHolds(editing: Editing, value: string, candidates: readonly Candidate[], rivals: readonly ConfigSetting[] | null): EditedConfig {
  const { key, files, path } = editing;
  for (const { source, at } of candidates) {
    const live = effective(readWith(files, path, printText(source)).settings).filter((one) => one.key === key);
    const cleared = value === '' && live.length === 0;
    const holds = live.some(({ why }) => why.kind === 'config' && why.span.file === path && why.span.line === at + 1);
    if (key === 'lxc.include' || cleared || (holds && (rivals === null || live.length === 1))) return accept(editing, source, []);
  }
  return refused([diagnostic('HF178', { key, places: (rivals ?? []).map(({ why }) => originText(why)).join(', ') })]);
}

/** Hands the text out if it has no error that was not there before, and other keys say what they said. */
function accept({ files, path, before, key }: Editing, source: SourceText, diagnostics: readonly Diagnostic[]): EditedConfig {
  const text = printText(source);
  const after = readWith(files, path, text);
  const fresh = newErrors(before, after);
  if (fresh.length > 0) return refused([...fresh, ...diagnostics]);
  const shifted = key === 'lxc.include' ? null : firstChange(before.settings, after.settings, key);
  if (shifted !== null) return refused([diagnostic('HF179', { key, other: shifted })]);
  return { text, diagnostics };
}

/** Lines that number interfaces by their order (LXC 1) mean another one when a line before them goes. */
function firstChange(before: readonly ConfigSetting[], after: readonly ConfigSetting[], key: string): string | null {
  const others = (settings: readonly ConfigSetting[]) =>
    settings.filter((one) => one.key !== key).map((one) => ({ key: one.key, said: `${one.key}=${one.text}` }));
  const [was, is] = [others(before), others(after)];
  const at = was.findIndex(({ said }, index) => said !== is[index]?.said);
  return at >= 0 ? (was[at]?.key ?? null) : (is[was.length]?.key ?? null);
}

function newErrors(before: ConfigReading, after: ConfigReading): readonly Diagnostic[] {
  const known = new Map<string, number>();
  const name = ({ code, data }: Diagnostic) => JSON.stringify([code, data]);
  for (const one of errorsOf(before)) known.set(name(one), (known.get(name(one)) ?? 0) + 1);
  return errorsOf(after).filter((one) => {
    const times = known.get(name(one)) ?? 0;
    known.set(name(one), times - 1);
    return times <= 0;
  });
}

/** What is missing may come with the next edit. */
const INCOMPLETE: ReadonlySet<string> = new Set(['HF142']);

/** Errors of lines, and of lines together. The span is of a text that is not written, so it is left out. */
function errorsOf({ diagnostics, settings }: ConfigReading): readonly Diagnostic[] {
  const all = [...diagnostics, ...toSpec(settings, { name: 'edited' }).diagnostics];
  return all.filter(({ code, severity }) => severity === 'error' && !INCOMPLETE.has(code)).map(({ code, data }) => diagnostic(code, data));
}

/** Places in the file's lines that set the key under any of its names. */
function ownLines({ before, path, key, source }: Editing): readonly number[] {
  const numbers = new Set(
    before.settings.flatMap((one) => (one.key === key && one.why.kind === 'config' && one.why.span.file === path ? [one.why.span.line] : [])),
  );
  return source.lines.flatMap(({ number, content }, at) =>
    numbers.has(number) || (key === 'lxc.include' && content.kind === 'assignment' && content.key === key) ? [at] : [],
  );
}

/** The last line with the most words of its key in common: `lxc.net.0.link` for `lxc.net.0.mtu`. `lxc.` alone is no family. */
function lastOfFamily(lines: readonly SourceLine[], key: string): number | null {
  const words = key.split('.');
  let best = { at: -1, common: 1 };
  for (const [at, { content }] of lines.entries()) {
    if (content.kind !== 'assignment') continue;
    const match = findKey(content.key);
    const other = (match.kind === 'known' ? match.key : content.key).split('.');
    const differs = words.findIndex((word, index) => word !== other[index]);
    const common = differs < 0 ? words.length : differs;
    if (common > 1 && common >= best.common) best = { at, common };
  }
  return best.at < 0 ? null : best.at;
}

function findRow({ written }: Editing) {
  const match = findKey(written);
  return match.kind === 'known' ? match.entry : null;
}

/** The policy and the fstab need not be there yet. */
function readWith(files: ConfigFiles, path: string, text: string): ConfigReading {
  return readConfig({ ...files, read: (wanted) => (wanted === path ? { kind: 'text', text } : files.read(wanted)) }, path, { attach: false });
}

function refused(diagnostics: readonly Diagnostic[]): EditedConfig {
  return { text: null, diagnostics };
}
