// Reads the lines of lxc.mount.entry and lxc.mount.fstab: each becomes an entry that can be mounted, or a diagnostic.

import type { Diagnostic } from '../../model/diagnostic.ts';
import { diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts, PathFact } from '../../model/host.ts';
import type { ContainerSpec, MountEntry } from '../../model/spec.ts';
import type { FileSystemOption } from './calls.ts';
import type { ReadEntry } from './entries.ts';
import { type MountOptions, readOptions } from './options.ts';
import { fits } from './overlay.ts';
import { readTarget } from './targets.ts';

export interface CheckedEntries {
  readonly entries: readonly ReadEntry[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Directories that stand for the root file system in absolute targets: its own, and where LXC keeps a container of this name. */
function rootDirectories({ root, name }: ContainerSpec): readonly string[] {
  const own = root.kind === 'dir' ? [root.path] : root.kind === 'overlay' ? [root.upper, ...root.lower] : [];
  return [...own, `/var/lib/lxc/${name}/rootfs`];
}

const isDirectory = (fact: PathFact): boolean | null => (fact.kind === 'dir' ? true : fact.kind === 'link' ? null : false);

/** What is wrong with the source of a bind mount. An optional entry may do without. */
function sourceFindings(entry: MountEntry, { relativeSource }: MountOptions, host: HostFacts): readonly Diagnostic[] {
  const { source, create, why } = entry;
  if (relativeSource) return [];
  if (!source.startsWith('/')) return [diagnostic('HF412', { source }, why)];
  const fact = host.paths[source];
  if (fact === undefined || fact.kind === 'unreadable') return [];
  if (fact.kind === 'missing') return entry.optional ? [] : [diagnostic('HF413', { source }, why)];
  const directory = isDirectory(fact);
  if (create === null || directory === null || directory === (create === 'dir')) return [];
  return [diagnostic('HF414', { source, kind: directory ? 'a directory' : 'not a directory', create, right: directory ? 'dir' : 'file' }, why)];
}

const written = ({ key, value }: FileSystemOption): string => (value === null ? key : `${key}=${value}`);

/** Words that ask for something else than a new mount. */
const OTHER_DEEDS: ReadonlySet<string> = new Set(['remount', 'move']);

function optionFindings({ entry, options }: ReadEntry): readonly Diagnostic[] {
  const { why } = entry;
  const other = options.rest.find(({ key }) => OTHER_DEEDS.has(key));
  if (other) return [diagnostic('HF415', { option: other.key }, why)];
  if (entry.idmap !== undefined && (!options.bind || options.relativeSource)) return [diagnostic('HF394', {}, entry.idmap.why)];
  const stray = options.rest[0];
  if (options.bind) return stray ? [diagnostic('HF416', { option: written(stray) }, why)] : [];
  const long = [{ key: 'source', value: entry.source }, ...options.rest].find(({ value }) => value !== null && !fits(value));
  return long ? [diagnostic('HF417', { option: long.key, bytes: String(Buffer.byteLength(long.value ?? '')) }, why)] : [];
}

function typeFindings({ entry, options }: ReadEntry): readonly Diagnostic[] {
  return options.bind || (entry.fstype !== 'none' && entry.fstype !== '') ? [] : [diagnostic('HF418', { source: entry.source, type: entry.fstype }, entry.why)];
}

/** Sorts the good from the bad. */
export function checkEntries(spec: ContainerSpec, host: HostFacts): CheckedEntries {
  const directories = rootDirectories(spec);
  const entries: ReadEntry[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const entry of spec.mounts) {
    const target = readTarget(entry.target, directories);
    if (target.kind !== 'inside') {
      const found =
        target.kind === 'outside'
          ? diagnostic('HF410', { target: entry.target }, entry.why)
          : diagnostic('HF411', { target: entry.target, reason: target.reason }, entry.why);
      diagnostics.push(found);
      continue;
    }
    // Nothing to open is nothing to map.
    if (entry.idmap !== undefined && entry.optional && host.paths[entry.source]?.kind === 'missing') continue;
    const read = { entry, options: readOptions(entry.options), path: target.path, source: host.paths[entry.source] };
    diagnostics.push(...typeFindings(read), ...optionFindings(read), ...(read.options.bind ? sourceFindings(entry, read.options, host) : []));
    entries.push(read);
  }
  return { entries, diagnostics };
}
