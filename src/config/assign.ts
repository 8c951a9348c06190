// From a line or an option to a setting: finds the key, parses the value, reports what is wrong with either.

import { type Diagnostic, diagnostic } from '../model/diagnostic.ts';
import type { Origin, Span } from '../model/origin.ts';
import { findKey, interfaceKey, type KeyMatch, nearestKeys, suggestKeys } from './keys/lookup.ts';
import { keyOfOtherTool } from './keys/other-tools.ts';
import { type Findings, startFindings } from './findings.ts';
import { parseValue } from './parse-value.ts';
import { type LinePlace, PlacedSetting } from './setting.ts';
import { contentOf, type LineContent, type SourceLine, spanIn } from './syntax.ts';

/** What is known after the lines so far. */
export interface Assigning {
  readonly settings: PlacedSetting[];
  readonly findings: Findings;
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
/** Of an option or a default there is only one. */
type Place = LinePlace | Origin;

export function startAssigning(): Assigning {
  return { settings: [], findings: startFindings(), told: new Set(), network: { next: 0, current: null }, guesses: 200 };
}

/** Takes in one line of a file. */
export function assignLine(state: Assigning, file: string, line: SourceLine): Include | null {
  const { content, text } = line;
  switch (content.kind) {
    case 'blank':
    case 'comment':
    case 'unreadable':
      return null;
    case 'foreign':
      return complain(state, foreign(state, text.slice(content.at), spanIn(file, line, content.at, Math.max(1, text.length - content.at))));
    case 'incomplete':
      return complain(state, diagnostic('HF103', incomplete(text.trim()), spanIn(file, line, content.at, text.trimEnd().length - content.at)));
    case 'assignment':
      return assign(state, content, { file, line: line.number, keyAt: content.keyAt, valueAt: content.valueAt });
  }
}

/** Takes in `KEY=VALUE` of an option. */
export function assignOption(state: Assigning, text: string): Include | null {
  const why: Origin = { kind: 'option', text: `-s ${text}` };
  const content = contentOf(text);
  if (content.kind !== 'assignment' || /[\0\r\n]/.test(text)) return complain(state, diagnostic('HF114', { text }, why));
  return assign(state, content, why);
}

/** Takes in a setting that is neither in a file nor an option. */
export function assignDefault(state: Assigning, text: string, why: Origin): void {
  const content = contentOf(text);
  if (content.kind === 'assignment') assign(state, content, why);
}

function assign(state: Assigning, { key: written, value: text, quoted }: Assignment, place: Place): Include | null {
  const match = resolve(state, written, text, place);
  if (match === null || match.kind !== 'known') return null;
  const { key, entry, old } = match;
  if (old && !state.told.has(written)) {
    state.told.add(written);
    state.findings.add(diagnostic('HF111', { old: written, key }, keyOrigin(place, written)));
  }
  const setting = new PlacedSetting(match, written, text, place);
  const comment = quoted ? -1 : text.search(/[ \t]#/);
  if (comment >= 0) state.findings.add(diagnostic('HF115', { key, comment: text.slice(comment + 1) }, setting.at(comment + 1)));
  setting.parsed = parseValue(entry, setting, (found) => state.findings.add(found));
  if (entry.grammar.kind === 'include') return setting.parsed.kind === 'text' ? { path: setting.parsed.value, why: setting.at() } : null;
  state.settings.push(setting);
  return null;
}

function keyOrigin(place: Place, written: string): Origin {
  if (!('line' in place)) return place;
  return { kind: 'config', span: { file: place.file, line: place.line, column: place.keyAt + 1, length: written.length } };
}

/** The key's row, or null after a report. */
function resolve(state: Assigning, written: string, text: string, place: Place): KeyMatch | null {
  const match = findKey(written);
  switch (match.kind) {
    case 'known':
      if (match.entry.name.startsWith('lxc.net.N')) state.network.next = Math.max(state.network.next, Number(match.rest) + 1);
      if (match.entry.name === 'lxc.net') state.network.current = null;
      return match;
    case 'old-network':
      return oldNetwork(state, match.sub, written, text, place);
    case 'removed':
      return complain(state, diagnostic('HF112', { key: written }, keyOrigin(place, written)));
    case 'system-file':
      return complain(state, diagnostic('HF113', { key: written }, keyOrigin(place, written)));
    case 'unknown':
      return complain(state, diagnostic('HF101', { key: written, suggestion: guessing(state, () => suggestKeys(written)) }, keyOrigin(place, written)));
  }
}

/** LXC 1 and 2.0: `lxc.network.type = veth` begins an interface, an empty one forgets them all. */
function oldNetwork({ network, findings }: Assigning, sub: string, written: string, text: string, place: Place): KeyMatch | null {
  if (sub === 'type' && text === '') {
    network.current = null;
    return findKey('lxc.network');
  }
  if (sub === 'type') network.current = network.next++;
  if (network.current !== null) return interfaceKey(`${network.current}.${sub}`, true);
  findings.add(diagnostic('HF116', { key: written }, keyOrigin(place, written)));
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
  state.findings.add(found);
  return null;
}
