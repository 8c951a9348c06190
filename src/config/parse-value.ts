// Values: from the text behind `=` to what it means, one parser for each grammar of the table. Nothing here looks at other lines.

import { diagnostic } from '../model/diagnostic.ts';
import type { Grammar, KeyEntry } from './keys/entry.ts';
import { parseAddress } from './values/address.ts';
import { parseKeyPattern } from './values/key-pattern.ts';
import { parseCapabilities } from './values/capabilities.ts';
import { parseArch, parseCommand, parseEnvironment } from './values/init.ts';
import { parseIdmap } from './values/idmap.ts';
import { parseMountAuto } from './values/mount-auto.ts';
import { parseFstabLine } from './values/mount-entry.ts';
import { parseNamespaces } from './values/namespaces.ts';
import { parseBoolean, parseIds, parseInteger } from './values/numbers.ts';
import { parseRlimit } from './values/rlimit.ts';
import { parseRootOptions } from './values/root-options.ts';
import { parseSignal } from './values/signals.ts';
import { parseChoice, parsePath, parseRelative, parseText, parseWords } from './values/text.ts';
import type { Report, Value, ValueText } from './value.ts';

/** What a value means; `invalid` after a report. */
export function parseValue(entry: KeyEntry, value: ValueText, report: Report): Value {
  if (entry.grammar.kind === 'clear') {
    if (value.text === '') return { kind: 'empty' };
    report(diagnostic('HF122', { key: value.key, suggestion: childHint(entry.name) }, value.at()));
    return { kind: 'invalid' };
  }
  if (value.text !== '') return parsers[entry.grammar.kind](value, report, entry.grammar);
  if (entry.empty === 'clear') return { kind: 'empty' };
  if (entry.empty !== 'refused') return parsers[entry.grammar.kind](withText(value, entry.empty.value), report, entry.grammar);
  report(diagnostic('HF121', { key: value.key, suggestion: entry.doc }, value.at()));
  return { kind: 'invalid' };
}

/** What an empty value stands for, at its place. */
function withText(value: ValueText, text: string): ValueText {
  return { key: value.key, rest: value.rest, text, at: (offset, length) => value.at(offset, length) };
}

function childHint(name: string): string {
  return name.startsWith('lxc.net') ? "name a key below it, e.g. 'lxc.net.0.type'" : `name a key below it: '${name}.…'`;
}

type Parser = (value: ValueText, report: Report, grammar: Grammar) => Value;

const parsers: Readonly<Record<Exclude<Grammar['kind'], 'clear'>, Parser>> = {
  include: parsePath,
  boolean: parseBoolean,
  integer: parseInteger,
  text: parseText,
  choice: parseChoice,
  address: parseAddress,
  path: parsePath,
  relative: parseRelative,
  words: parseWords,
  ids: parseIds,
  capabilities: parseCapabilities,
  signal: parseSignal,
  rlimit: parseRlimit,
  idmap: parseIdmap,
  namespaces: parseNamespaces,
  'mount-auto': parseMountAuto,
  mount: (value, report) => {
    const line = parseFstabLine(value, report);
    return line === null ? { kind: 'invalid' } : { kind: 'mount', line };
  },
  root: parseText,
  'root-options': parseRootOptions,
  arch: parseArch,
  command: parseCommand,
  environment: parseEnvironment,
  'key-pattern': parseKeyPattern,
};
