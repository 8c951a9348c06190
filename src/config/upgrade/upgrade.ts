// The lines of one file rewritten for a generation of LXC: names, the storage in front of the root's path, and values of control groups.
// Comments, order, spacing and all other lines stay.

import { equivalent, equivalentFiles, type Others } from '../../kernel/cgroup-equivalents.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import { findKey } from '../keys/lookup.ts';
import { OLD_NETWORK_NAMES } from '../keys/network.ts';
import type { ConfigSetting } from '../setting.ts';
import { type SourceLine, type SourceText, spanIn } from '../syntax.ts';
import { type Generation, hasOldNames, missingIn } from './generations.ts';

export interface UpgradedLine {
  readonly line: SourceLine;
  /** What stands in its place: nothing, itself, or something else. */
  readonly now: readonly string[];
}

export interface Upgraded {
  readonly text: string;
  readonly lines: readonly UpgradedLine[];
  /** HF170: what this generation has no word for; the line stays as it is. HF171: where the meaning is not quite the same. */
  readonly diagnostics: readonly Diagnostic[];
}

interface Upgrading {
  readonly to: Generation;
  readonly source: SourceText;
  readonly settings: readonly ConfigSetting[];
  /** Puts a line that cannot be written for the generation into a comment. */
  readonly force: boolean;
  readonly found: Diagnostic[];
}

/**
 * Rewrites a file. `settings` are those that its lines make when the whole configuration is read: an interface's number depends on
 * the files before.
 */
export function upgrade(source: SourceText, settings: readonly ConfigSetting[], to: Generation, options: { readonly force?: boolean } = {}): Upgraded {
  const own = settings.filter(({ why }) => why.kind === 'config' && why.span.file === source.file);
  const context: Upgrading = { to, source, settings: own, force: options.force ?? false, found: [] };
  const byLine = new Map(own.flatMap((setting) => (setting.why.kind === 'config' ? [[setting.why.span.line, setting] as const] : [])));
  const lines = source.lines.map((line) => ({ line, now: rewritten(context, line, byLine.get(line.number) ?? null) }));
  const text = lines
    .map(({ line, now }) => now.map((one, index) => one + (index < now.length - 1 && line.ending === '' ? '\n' : line.ending)).join(''))
    .join('');
  return { text, lines, diagnostics: context.found };
}

function rewritten(context: Upgrading, line: SourceLine, setting: ConfigSetting | null): readonly string[] {
  const { content } = line;
  if (content.kind !== 'assignment') return [line.text];
  if (setting === null) return removedKey(context, line, content.key);
  const version = cgroupVersion(setting);
  if (version !== null && missingIn(setting.entry, context.to) !== null) return cgroupLine(context, line, setting, version);
  if (setting.entry.name === 'lxc.rootfs.backend' && !hasOldNames(context.to)) return backendLine(context, line, setting);
  const reason = missingIn(setting.entry, context.to);
  if (reason !== null) return without(context, line, setting.key, reason);
  const name = nameOf(context, line, setting);
  return name === null ? [line.text] : [withPrefix(context, setting, withKey(line, name))];
}

/** Keys that did nothing any more when they went. */
function removedKey(context: Upgrading, line: SourceLine, key: string): readonly string[] {
  if (hasOldNames(context.to) || findKey(key).kind !== 'removed') return [line.text];
  return [line.text.replace(/^[ \t]*/, (blanks) => `${blanks}# without effect since LXC 2.1: `)];
}

/** The key under its name in the generation; null: the line stays, and a diagnostic has said why. */
function nameOf(context: Upgrading, line: SourceLine, setting: ConfigSetting): string | null {
  const { entry, key, rest, written } = setting;
  if (!hasOldNames(context.to)) return key;
  if (entry.name.startsWith('lxc.net.N') || entry.name === 'lxc.net') return oldInterfaceName(context, line, setting);
  const [old] = entry.old ?? [];
  if (old === undefined || entry.old?.includes(written.slice(0, written.length - rest.length))) return written;
  return old + rest;
}

/** LXC 1: an interface begins with its type, and the lines after it are about it. */
function oldInterfaceName(context: Upgrading, line: SourceLine, { entry, key, rest, written }: ConfigSetting): string | null {
  if (written.startsWith('lxc.network')) return written;
  if (entry.name === 'lxc.net') return 'lxc.network';
  const sub = key.slice(`lxc.net.${rest}.`.length);
  const interfaces = context.settings.filter((one) => one.entry.name.startsWith('lxc.net.N.'));
  const order = [...new Set(interfaces.map((one) => one.rest))];
  const runs = interfaces.map((one) => one.rest).filter((one, index, all) => one !== all[index - 1]);
  const first = interfaces.find((one) => one.rest === rest);
  if (order.some((one, index) => Number(one) !== index) || runs.length !== order.length || first?.entry.name !== 'lxc.net.N.type') {
    report(context, line, key, 'LXC 1 has no numbers: interfaces must be counted from 0 without a gap, each with its type first and its lines together');
    return null;
  }
  return `lxc.network.${Object.entries(OLD_NETWORK_NAMES).find(([, today]) => today === sub)?.[0] ?? sub}`;
}

/** lxc.rootfs.backend of LXC 2.0 is today a prefix of the path. */
function backendLine(context: Upgrading, line: SourceLine, setting: ConfigSetting): readonly string[] {
  if (setting.text === '' || context.settings.some(({ entry }) => entry.name === 'lxc.rootfs.path')) return [];
  return without(context, line, setting.key, 'it is a prefix of lxc.rootfs.path, which is in another file');
}

function withPrefix({ settings, to }: Upgrading, { entry, text }: ConfigSetting, line: string): string {
  const backend = settings.findLast((one) => one.entry.name === 'lxc.rootfs.backend')?.text ?? '';
  if (entry.name !== 'lxc.rootfs.path' || hasOldNames(to) || backend === '' || text === '' || text.startsWith(`${backend}:`)) return line;
  const at = line.lastIndexOf(text);
  return `${line.slice(0, at)}${backend}:${line.slice(at)}`;
}

function cgroupVersion({ entry }: ConfigSetting): 1 | 2 | null {
  if (entry.name === 'lxc.cgroup.' || entry.name === 'lxc.cgroup') return 1;
  return entry.name === 'lxc.cgroup2.' || entry.name === 'lxc.cgroup2' ? 2 : null;
}

/** To the other version, as far as that can say it. */
function cgroupLine(context: Upgrading, line: SourceLine, setting: ConfigSetting, version: 1 | 2): readonly string[] {
  const family = version === 1 ? 'lxc.cgroup2' : 'lxc.cgroup';
  if (setting.rest === '') return [withKey(line, family)];
  const others: Others = (file) => context.settings.findLast(({ entry, rest }) => entry.name === setting.entry.name && rest === file)?.text;
  if (setting.parsed.kind === 'empty') {
    const [there] = equivalentFiles(version, setting.rest);
    return there === undefined ? without(context, line, setting.key, 'there is nothing like it to clear') : [withKey(line, `${family}.${there}`)];
  }
  const found = equivalent(version, setting.rest, setting.text, others);
  switch (found.kind) {
    case 'carried':
      return [];
    case 'none':
      return without(context, line, setting.key, found.reason);
    case 'value':
      if (found.caution !== undefined)
        context.found.push(diagnostic('HF171', { key: setting.key, other: `${family}.${found.file}`, caution: found.caution }, setting.why));
      return [withKey(line, `${family}.${found.file}`, found.value)];
  }
}

function without(context: Upgrading, line: SourceLine, key: string, reason: string): readonly string[] {
  report(context, line, key, reason);
  return [context.force ? line.text.replace(/^[ \t]*/, (blanks) => `${blanks}# not in LXC ${context.to}: `) : line.text];
}

function report({ found, source, to }: Upgrading, line: SourceLine, key: string, reason: string): void {
  const { content } = line;
  const at = content.kind === 'assignment' ? content.keyAt : 0;
  found.push(diagnostic('HF170', { key, generation: to, reason }, spanIn(source.file, line, at, Math.max(1, line.text.trimEnd().length - at))));
}

/** The line with another key, and another value where there is one; all blanks and quotes stay. */
function withKey({ text, content }: SourceLine, key: string, value?: string): string {
  if (content.kind !== 'assignment') return text;
  const end = content.valueAt + content.value.length;
  const head = text.slice(0, content.keyAt) + key + text.slice(content.keyAt + content.key.length, content.valueAt);
  return head + (value ?? content.value) + text.slice(end);
}
