// Values: from the text behind `=` to what it means, one parser for each grammar of the table. Nothing here looks at other lines.

import { type Diagnostic, diagnostic } from '../model/diagnostic.ts';
import type { Origin, Setting } from '../model/origin.ts';
import type { IdRange, Namespace } from '../model/spec.ts';
import type { Grammar, KeyEntry } from './keys/entry.ts';
import { parseKeyPattern } from './values/key-pattern.ts';
import { parseCapabilities } from './values/capabilities.ts';
import { parseArch, parseCommand, parseEnvironment } from './values/init.ts';
import { parseIdmap } from './values/idmap.ts';
import { type MountAutoToken, parseMountAuto } from './values/mount-auto.ts';
import { type FstabLine, parseFstabLine } from './values/mount-entry.ts';
import { parseNamespaces } from './values/namespaces.ts';
import { parseBoolean, parseIds, parseInteger } from './values/numbers.ts';
import { parseRlimit } from './values/rlimit.ts';
import { parseRoot, parseRootOptions, type RootValue } from './values/root.ts';
import { parseSignal } from './values/signals.ts';
import { parseChoice, parsePath, parseRelative, parseText, parseWords } from './values/text.ts';

/** The text of a value, and where each part of it stands. */
export interface ValueText {
  /** Today's name of the key, and what follows a family's name. */
  readonly key: string;
  readonly rest: string;
  readonly text: string;
  /** The origin of a part, from a 0-based offset; without arguments, of the whole value. */
  at(offset?: number, length?: number): Origin;
}

export type Value =
  | { readonly kind: 'empty' }
  /** A diagnostic has said why. */
  | { readonly kind: 'invalid' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'words'; readonly words: readonly Setting<string>[] }
  | { readonly kind: 'ids'; readonly ids: readonly number[] }
  | { readonly kind: 'rlimit'; readonly soft: bigint | null; readonly hard: bigint | null }
  | { readonly kind: 'idmap'; readonly ranges: readonly IdRange[] }
  | { readonly kind: 'namespaces'; readonly names: readonly Setting<Namespace>[] }
  | { readonly kind: 'mount-auto'; readonly tokens: readonly MountAutoToken[] }
  | { readonly kind: 'mount'; readonly line: FstabLine }
  | { readonly kind: 'root'; readonly root: RootValue }
  | { readonly kind: 'root-options'; readonly readOnly: boolean; readonly others: readonly string[] }
  | { readonly kind: 'arch'; readonly personality: 'linux' | 'linux32' }
  | { readonly kind: 'argv'; readonly argv: readonly string[] }
  | { readonly kind: 'environment'; readonly name: string; readonly value: string | null };

/** Where parsers put what they find wrong. */
export type Report = (found: Diagnostic) => void;

/** What a value means; `invalid` after a report. */
export function parseValue(entry: KeyEntry, value: ValueText, report: Report): Value {
  if (entry.grammar.kind === 'clear') {
    if (value.text === '') return { kind: 'empty' };
    report(diagnostic('HF122', { key: value.key, suggestion: childHint(entry.name) }, value.at()));
    return { kind: 'invalid' };
  }
  if (value.text !== '') return parsers[entry.grammar.kind](value, report, entry.grammar);
  if (entry.empty === 'clear') return { kind: 'empty' };
  if (entry.empty !== 'refused') return parsers[entry.grammar.kind]({ ...value, text: entry.empty.value }, report, entry.grammar);
  report(diagnostic('HF121', { key: value.key, suggestion: entry.doc }, value.at()));
  return { kind: 'invalid' };
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
  root: parseRoot,
  'root-options': parseRootOptions,
  arch: parseArch,
  command: parseCommand,
  environment: parseEnvironment,
  'key-pattern': parseKeyPattern,
};
