// A configuration file with all that it includes, as an ordered list of settings. All errors are collected.
//
// Decided: a relative lxc.include is taken from the current directory, as LXC does; the files of an included directory are
// read in the order of their bytes (LXC: in the order the file system has them); a missing directory is as good as an empty one
// when its name ends with a slash, a missing file never.

import { type Diagnostic, diagnostic } from '../model/diagnostic.ts';
import type { Origin } from '../model/origin.ts';
import { includedFiles, type PolicyFile } from '../model/policy-include.ts';
import { assignDefault, assignLine, assignOption, type Assigning, startAssigning } from './assign.ts';
import { effective } from './effective.ts';
import type { ConfigFiles } from './files.ts';
import { simplifyPath } from './paths.ts';
import { namesFile, type ConfigSetting } from './setting.ts';
import { readLines, type SourceLine, sourceText, type SourceText, spanIn } from './syntax.ts';

const DEEPEST = 32;
const MOST_FILES = 1024;

export interface ReadOptions {
  /** `KEY=VALUE` of -s, applied after the file. */
  readonly overrides?: readonly string[];
  /** false: the policy and the fstab that the configuration names are not read. */
  readonly attach?: boolean;
  /** Lines that hold before the file, with the reason that stands for them. */
  readonly base?: { readonly lines: readonly string[]; readonly why: Origin };
}

export interface ConfigReading {
  /** In the order of the lines, includes in place. `effective` says which of them hold. */
  readonly settings: readonly ConfigSetting[];
  readonly diagnostics: readonly Diagnostic[];
  /** Every file that was read: configuration, includes, the fstab and the seccomp policy that hold. */
  readonly filesRead: readonly string[];
  /** The configuration files as lines, for quoting and printing. */
  readonly sources: readonly SourceText[];
}

interface Reading {
  readonly files: ConfigFiles;
  readonly assigning: Assigning;
  readonly filesRead: string[];
  readonly sources: SourceText[];
  /** Files being read, outermost first. */
  readonly open: string[];
  full: boolean;
}

/** Reads a configuration. `path` null: only the overrides. */
export function readConfig(files: ConfigFiles, path: string | null, options: ReadOptions = {}): ConfigReading {
  const reading: Reading = { files, assigning: startAssigning(), filesRead: [], sources: [], open: [], full: false };
  if (options.base) for (const line of options.base.lines) assignDefault(reading.assigning, line, options.base.why);
  if (path !== null) readFile(reading, simplifyPath(path), null);
  for (const text of options.overrides ?? []) {
    const include = assignOption(reading.assigning, text);
    if (include) readInclude(reading, include.path, include.why);
  }
  if (options.attach !== false) attach(reading);
  return { settings: reading.assigning.settings, diagnostics: reading.assigning.findings.all(), filesRead: reading.filesRead, sources: reading.sources };
}

function readInclude(reading: Reading, path: string, why: Origin): void {
  if (path.endsWith('/')) readDirectory(reading, path, why);
  else readFile(reading, path, why);
}

function readFile(reading: Reading, path: string, why: Origin | null): void {
  if (reading.open.includes(path)) {
    return complain(reading, diagnostic('HF109', { chain: [...reading.open.slice(reading.open.indexOf(path)), path].join(' -> ') }, why ?? undefined));
  }
  if (reading.open.length >= DEEPEST)
    return complain(reading, diagnostic('HF110', { limit: String(DEEPEST), what: 'files include each other' }, why ?? undefined));
  if (reading.full) return;
  if (reading.filesRead.length >= MOST_FILES) {
    reading.full = true;
    return complain(reading, diagnostic('HF110', { limit: String(MOST_FILES), what: 'included files' }, why ?? undefined));
  }
  const answer = reading.files.read(path);
  if (answer.kind === 'error' && answer.errno === 'EISDIR' && why !== null) return readDirectory(reading, path, why);
  if (answer.kind === 'error') return complain(reading, unreadable(path, answer.message, why));
  reading.filesRead.push(path);
  reading.sources.push(sourceText(path, answer.text));
  reading.open.push(path);
  const { assigning } = reading;
  readLines(
    path,
    answer.text,
    (found) => assigning.findings.add(found),
    (line) => {
      if (assigning.findings.isFull()) return endAt(reading, path, line);
      const include = assignLine(assigning, path, line);
      if (include) readInclude(reading, include.path, include.why);
      return true;
    },
  );
  reading.open.pop();
}

/** A thousand errors were told. */
function endAt({ assigning }: Reading, path: string, line: SourceLine): false {
  assigning.findings.endAt(spanIn(path, line, 0, Math.max(1, line.text.length)));
  return false;
}

function readDirectory(reading: Reading, path: string, why: Origin): void {
  const directory = path.replace(/\/+$/, '');
  const answer = reading.files.list(directory === '' ? '/' : directory);
  if (answer.kind === 'error') {
    if (answer.errno !== 'ENOENT') complain(reading, unreadable(path, answer.message, why));
    return;
  }
  const names = answer.names.filter((name) => name.endsWith('.conf') && name !== '.conf');
  for (const name of [...names].sort(byBytes)) readFile(reading, `${directory}/${name}`, why);
}

/** UTF-8 orders like code points, and JavaScript like UTF-16: they differ above U+FFFF. */
function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** Reads what the fstab and the policy that hold are named after. */
function attach(reading: Reading): void {
  const { settings } = reading.assigning;
  if (!settings.some(namesFile)) return;
  for (const setting of effective(settings)) {
    if (setting.parsed.kind !== 'text' || !namesFile(setting)) continue;
    const path = setting.parsed.value;
    const answer = reading.files.read(path);
    if (answer.kind === 'error') {
      complain(reading, unreadable(path, answer.message, setting.at()));
      continue;
    }
    reading.filesRead.push(path);
    setting.attached = answer.text;
    if (setting.entry.name === 'lxc.seccomp.profile') setting.included = readPolicyFiles(reading, { path, text: answer.text }, setting.at());
  }
}

function readPolicyFiles(reading: Reading, policy: PolicyFile, why: Origin): readonly PolicyFile[] {
  let count = 0;
  return includedFiles(policy, (path) => {
    count++;
    if (count === MOST_FILES) complain(reading, diagnostic('HF110', { limit: String(MOST_FILES), what: 'included files' }, why));
    if (count >= MOST_FILES) return null;
    const answer = reading.files.read(path);
    if (answer.kind === 'text') reading.filesRead.push(path);
    else complain(reading, unreadable(path, answer.message, why));
    return answer.kind === 'text' ? answer.text : null;
  });
}

function unreadable(path: string, reason: string, why: Origin | null): Diagnostic {
  return diagnostic('HF108', { path, reason, remedy: path.startsWith('/') ? '' : 'a relative path is taken from the current directory' }, why ?? undefined);
}

function complain(reading: Reading, found: Diagnostic): void {
  reading.assigning.findings.add(found);
}
