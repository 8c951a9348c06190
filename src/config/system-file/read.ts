// The text of lxc.conf(5) to settings. As in LXC the first line of a key holds, also when it is empty, and quotes are part
// of the value. LXC skips every line that it does not know; here such a line is an error.

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { Setting } from '../../model/origin.ts';
import { findKey } from '../keys/lookup.ts';
import { didYouMean, nearest } from '../nearest.ts';
import { simplifyPath } from '../paths.ts';
import { readLines, type SourceLine, spanIn } from '../syntax.ts';
import { isSystemFileKey, SYSTEM_FILE_KEYS, type SystemFileKey, type SystemFileKeyName } from './keys.ts';

export interface SystemFile {
  readonly settings: Partial<Readonly<Record<SystemFileKeyName, Setting<string>>>>;
  readonly diagnostics: readonly Diagnostic[];
}

export function readSystemFile(file: string, text: string): SystemFile {
  const found: Diagnostic[] = [];
  const lines: SourceLine[] = [];
  readLines(
    file,
    text,
    (one) => found.push(one) > 0,
    (one) => lines.push(one) > 0,
  );
  const settings: Partial<Record<SystemFileKeyName, Setting<string>>> = {};
  for (const line of lines) {
    const { content } = line;
    const at = (from: number, length: number) => spanIn(file, line, from, length);
    if (content.kind === 'foreign')
      found.push(diagnostic('HF146', { key: line.text.trim(), suggestion: suggestion('') }, at(content.at, line.text.trim().length)));
    if (content.kind === 'incomplete') found.push(diagnostic('HF103', { line: line.text.trim(), suggestion: '' }, at(content.at, line.text.trim().length)));
    if (content.kind !== 'assignment') continue;
    const { key, keyAt, quoted } = content;
    const [value, valueAt] = quoted ? [line.text.slice(content.valueAt - 1).trimEnd(), content.valueAt - 1] : [content.value, content.valueAt];
    const keySpan = at(keyAt, key.length);
    if (!isSystemFileKey(key)) found.push(diagnostic('HF146', { key, suggestion: suggestion(key) }, keySpan));
    else if (settings[key]) found.push(diagnostic('HF147', { key, where: place(settings[key]) }, keySpan));
    else {
      const row: SystemFileKey = SYSTEM_FILE_KEYS[key];
      const path = row.value === 'path';
      settings[key] = { value: path ? simplifyPath(value) : value, why: { kind: 'config', span: at(keyAt, valueAt + value.length - keyAt) } };
      if (path && !value.startsWith('/'))
        found.push(diagnostic('HF148', { key, value, expected: "a path that begins with '/'" }, at(valueAt, Math.max(1, value.length))));
      if (row.unused !== undefined) found.push(diagnostic('HF144', { key, reason: row.unused }, keySpan));
    }
  }
  return { settings, diagnostics: found };
}

function place({ why }: Setting<string>): string {
  return why.kind === 'config' ? `line ${why.span.line}` : '';
}

function suggestion(key: string): string {
  const container = findKey(key).kind;
  if (container === 'known' || container === 'old-network') return "it belongs in a container's configuration";
  return didYouMean(nearest(key, Object.keys(SYSTEM_FILE_KEYS))) || `there are ${Object.keys(SYSTEM_FILE_KEYS).join(', ')}`;
}
