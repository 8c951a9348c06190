// From a line or an option to a setting: finds the key, parses the value, reports what is wrong with either.

import { type Diagnostic, diagnostic } from '../model/diagnostic.ts';
import type { Origin, Span } from '../model/origin.ts';
import { findKey, interfaceKey, type KeyMatch, nearestKeys, suggestKeys } from './keys/lookup.ts';
import { keyOfOtherTool } from './keys/other-tools.ts';
import { parseValue } from './parse-value.ts';
import type { ConfigSetting } from './setting.ts';
import { contentOf, type LineContent, type SourceLine, spanIn } from './syntax.ts';
import type { ValueText } from './value.ts';

/** What is known after the lines so far. */
export interface Assigning {
  readonly settings: ConfigSetting[];
  readonly found: Diagnostic[];
  /** Old names that were told about. */
  readonly told: Set<string>;
  /** `lxc.network.type` of LXC 1 begins interface `next`, the lines after it are about `current`. */
  readonly network: { next: number; current: number | null };
  /** Looking for near names is slow; a file of nonsense gets no more help after this many. */
  guesses: number;
}

/** An include that the caller has to read now. */
export interface Include {
  readonly path: string;
  readonly why: Origin;
}

type Assignment = Extract<LineContent, { kind: 'assignment' }>;
type Places = Pick<ValueText, 'at'> & { readonly key: () => Origin; readonly whole: Origin };

export function startAssigning(): Assigning {
  return { settings: [], found: [], told: new Set(), network: { next: 0, current: null }, guesses: 200 };
}

/** Takes in one line of a file. */
export function assignLine(state: Assigning, file: string, line: SourceLine): Include | null {
  const { content, text } = line;
  const from = (at: number, length: number): Origin => ({ kind: 'config', span: spanIn(file, line, at, length) });
  switch (content.kind) {
    case 'blank':
    case 'comment':
    case 'unreadable':
      return null;
    case 'foreign':
      return complain(state, foreign(state, text.slice(content.at), spanIn(file, line, content.at, Math.max(1, text.length - content.at))));
    case 'incomplete':
      return complain(state, diagnostic('HF103', incomplete(text.trim()), spanIn(file, line, content.at, text.trimEnd().length - content.at)));
    case 'assignment': {
      const end = content.valueAt + content.value.length;
      return assign(state, content, {
        at: (offset = 0, length = content.value.length - offset) => from(content.valueAt + offset, length),
        key: () => from(content.keyAt, content.key.length),
        whole: from(content.keyAt, end - content.keyAt),
      });
    }
  }
}

/** Takes in `KEY=VALUE` of an option. */
export function assignOption(state: Assigning, text: string): Include | null {
  const why: Origin = { kind: 'option', text: `-s ${text}` };
  const content = contentOf(text);
  if (content.kind !== 'assignment' || /[\0\r\n]/.test(text)) return complain(state, diagnostic('HF114', { text }, why));
  return assign(state, content, { at: () => why, key: () => why, whole: why });
}

/** Takes in a setting that is neither in a file nor an option. */
export function assignDefault(state: Assigning, text: string, why: Origin): void {
  const content = contentOf(text);
  if (content.kind === 'assignment') assign(state, content, { at: () => why, key: () => why, whole: why });
}

function assign(state: Assigning, { key: written, value: text, quoted }: Assignment, places: Places): Include | null {
  const match = resolve(state, written, text, places);
  if (match === null || match.kind !== 'known') return null;
  const { key, entry, rest, old } = match;
  if (old && !state.told.has(written)) {
    state.told.add(written);
    state.found.push(diagnostic('HF111', { old: written, key }, places.key()));
  }
  const comment = quoted ? -1 : text.search(/[ \t]#/);
  if (comment >= 0) state.found.push(diagnostic('HF115', { key, comment: text.slice(comment + 1) }, places.at(comment + 1)));
  const value: ValueText = { key, rest, text, at: places.at };
  const parsed = parseValue(entry, value, (found) => state.found.push(found));
  if (entry.grammar.kind === 'include') return parsed.kind === 'text' ? { path: parsed.value, why: places.at() } : null;
  state.settings.push({ key, rest, text, at: places.at, written, entry, parsed, why: places.whole, attached: null });
  return null;
}

/** The key's row, or null after a report. */
function resolve(state: Assigning, written: string, text: string, places: Places): KeyMatch | null {
  const match = findKey(written);
  switch (match.kind) {
    case 'known':
      if (match.entry.name.startsWith('lxc.net.N')) state.network.next = Math.max(state.network.next, Number(match.rest) + 1);
      if (match.entry.name === 'lxc.net') state.network.current = null;
      return match;
    case 'old-network':
      return oldNetwork(state, match.sub, written, text, places);
    case 'removed':
      return complain(state, diagnostic('HF112', { key: written }, places.key()));
    case 'system-file':
      return complain(state, diagnostic('HF113', { key: written }, places.key()));
    case 'unknown':
      return complain(state, diagnostic('HF101', { key: written, suggestion: guessing(state, () => suggestKeys(written)) }, places.key()));
  }
}

/** LXC 1 and 2.0: `lxc.network.type = veth` begins an interface, an empty one forgets them all. */
function oldNetwork({ network, found }: Assigning, sub: string, written: string, text: string, places: Places): KeyMatch | null {
  if (sub === 'type' && text === '') {
    network.current = null;
    return findKey('lxc.network');
  }
  if (sub === 'type') network.current = network.next++;
  if (network.current !== null) return interfaceKey(`${network.current}.${sub}`, true);
  found.push(diagnostic('HF116', { key: written }, places.key()));
  return null;
}

/** `KEY: VALUE` and `KEY VALUE` are other languages' assignments. */
function incomplete(line: string): Record<string, string> {
  const [, key = '', value = ''] = /^([\w.-]+)\s*:?\s*(.*)$/.exec(line) ?? [];
  const known = findKey(key).kind === 'known';
  return { line: shortened(line), suggestion: known ? `write '${key} = ${value === '' ? 'VALUE' : shortened(value)}'` : 'write KEY = VALUE' };
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text.trimEnd();
}

function foreign(state: Assigning, text: string, span: Span): Diagnostic {
  if (/^\[[^\]]*\]\s*$/.test(text)) return diagnostic('HF186', { line: shortened(text) }, span);
  const other = keyOfOtherTool(text);
  if (other !== null) return diagnostic('HF185', { ...other }, span);
  const [key = ''] = /^[^\s=]*/.exec(text.replace(/:(?=\s|$)/, '')) ?? [];
  const guess = guessing(state, () => nearestKeys(key)[0] ?? '');
  return diagnostic('HF102', { line: shortened(text), suggestion: guess === '' ? '' : `write '${guess}', or ` }, span);
}

function guessing(state: Assigning, guess: () => string): string {
  return state.guesses-- > 0 ? guess() : '';
}

function complain(state: Assigning, found: Diagnostic): null {
  state.found.push(found);
  return null;
}
