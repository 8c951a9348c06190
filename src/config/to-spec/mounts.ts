// Mounts: the words of lxc.mount.auto merged, then the lines of the fstab file and of lxc.mount.entry.

import { diagnostic } from '../../model/diagnostic.ts';
import type { Origin } from '../../model/origin.ts';
import type { MountAutoSpec, MountEntry, RootSpec, UnenforcedKey } from '../../model/spec.ts';
import { allOf, type ConfigSetting, lastOf } from '../setting.ts';
import { readLines, spanIn } from '../syntax.ts';
import type { FstabLine, Report, ValueText } from '../value.ts';
import { parseFstabLine } from '../values/mount-entry.ts';

/** A later word about the same file system replaces the earlier one, also on another line. */
export function toMountAuto(settings: readonly ConfigSetting[]): MountAutoSpec {
  let merged: MountAutoSpec = { proc: null, sys: null, cgroup: null, shmounts: null };
  for (const { parsed } of allOf(settings, 'lxc.mount.auto', 'mount-auto')) {
    for (const token of parsed.tokens) merged = { ...merged, [token.about]: token.setting };
  }
  return merged;
}

export interface Mounts {
  readonly entries: readonly MountEntry[];
  /** Entries with an option that no control understands: they are not mounted otherwise. */
  readonly unenforced: readonly UnenforcedKey[];
}

/** `below`: paths of the host that LXC takes for the container's root in an absolute target. */
export function toMounts(settings: readonly ConfigSetting[], root: RootSpec | null, below: readonly string[], report: Report): Mounts {
  const roots = root?.kind === 'dir' ? [root.path, ...below] : below;
  const entries: MountEntry[] = [];
  const unenforced: UnenforcedKey[] = [];
  const fstab = lastOf(settings, 'lxc.mount.fstab', 'text');
  const lines = [
    ...(fstab ? fstabLines(fstab, report) : []),
    ...allOf(settings, 'lxc.mount.entry', 'mount').map((setting) => ({ key: setting.key, line: setting.parsed.line, why: setting.why })),
  ];
  for (const { key, line, why } of lines) {
    const { unenforced: foreign, target: written, ...rest } = line;
    const target = targetBelow(written, root, roots);
    if (target === null) report(diagnostic('HF129', { target: written, relative: written.replace(/^\/+/, '') }, why));
    else if (foreign.length > 0) unenforced.push({ key, value: foreign.join(','), why });
    else entries.push({ ...rest, target, why });
  }
  return { entries, unenforced };
}

/** Without a root of its own LXC takes an absolute target as it is. */
function targetBelow(target: string, root: RootSpec | null, roots: readonly string[]): string | null {
  if (!target.startsWith('/')) return target;
  const found = roots.find((one) => target.startsWith(one === '/' ? one : `${one}/`));
  if (found !== undefined) return target.slice(found.length).replace(/^\/+/, '');
  return root === null || root.kind === 'host' ? target.slice(1) : null;
}

interface PlacedLine {
  readonly key: string;
  readonly line: FstabLine;
  readonly why: Origin;
}

/** The lines of the file that lxc.mount.fstab names; nothing when it could not be read, which was told. */
function fstabLines(setting: ConfigSetting, report: Report): readonly PlacedLine[] {
  if (setting.attached === null) return [];
  const file = setting.text;
  const placed: PlacedLine[] = [];
  readLines(file, setting.attached, report, (line) => {
    const text = line.text.trim();
    if (text === '' || text.startsWith('#')) return true;
    const start = line.text.indexOf(text);
    const at = (offset = 0, length = text.length - offset): Origin => ({ kind: 'config', span: spanIn(file, line, start + offset, length) });
    const value: ValueText = { key: setting.key, rest: '', text, at };
    const parsed = parseFstabLine(value, report);
    return parsed === null || placed.push({ key: setting.key, line: parsed, why: at() }) > 0;
  });
  return placed;
}
