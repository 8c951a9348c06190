// What can be known to be wrong with the mounts before anything is done.

import type { Diagnostic } from '../../model/diagnostic.ts';
import { diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts, PathFact } from '../../model/host.ts';
import type { Origin } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { missing } from '../missing.ts';
import { tooLong } from './overlay.ts';

/** Why a path cannot be used as a directory; null when it can, or nobody looked. */
function unusable(fact: PathFact | undefined): string | null {
  if (fact?.kind === 'missing') return 'does not exist';
  if (fact?.kind === 'unreadable') return `cannot be reached (${fact.errno})`;
  return fact === undefined || fact.kind === 'dir' || fact.kind === 'link' ? null : 'is not a directory';
}

function directoryFindings(path: string, why: Origin, host: HostFacts): readonly Diagnostic[] {
  if (!path.startsWith('/')) return [diagnostic('HF401', { path }, why)];
  const reason = unusable(host.paths[path]);
  return reason === null ? [] : [diagnostic('HF400', { path, reason }, why)];
}

function rootFindings(spec: ContainerSpec, host: HostFacts): readonly Diagnostic[] {
  const { root } = spec;
  if (root.kind === 'host') return [];
  if (root.kind === 'dir') {
    const whole = root.path.replace(/\/+/g, '/') === '/' ? [diagnostic('HF402', {}, root.why)] : [];
    return [...directoryFindings(root.path, root.why, host), ...whole];
  }
  const long = tooLong(root, host);
  const tooLongFinding = long ? [diagnostic('HF403', { option: long.key, bytes: String(Buffer.byteLength(long.value ?? '')) }, root.why)] : [];
  return [...[...root.lower, root.upper].flatMap((path) => directoryFindings(path, root.why, host)), ...tooLongFinding];
}

/** A name below /dev, of plain components. */
function ttyDirectoryFindings({ dev: { ttyDir } }: ContainerSpec): readonly Diagnostic[] {
  const { value, why } = ttyDir;
  return value === '' || (/^[^/]+$/.test(value) && value !== '.' && value !== '..') ? [] : [diagnostic('HF404', { value }, why)];
}

/** Keys of this control that are understood and not built. */
function unbuilt(spec: ContainerSpec): readonly Diagnostic[] {
  const { console, consoleLog } = spec.dev;
  const { shmounts } = spec.mountAuto;
  const found: Diagnostic[] = [];
  if (console.value.kind === 'path') {
    found.push(
      missing(
        spec,
        'lxc.console.path',
        console.why,
        'the console is always a terminal of the container, relayed by its monitor',
        "remove the line, or write 'lxc.console.path = none'",
      ),
    );
  }
  if (consoleLog) found.push(missing(spec, 'lxc.console.logfile', consoleLog.why, 'the console is not logged yet', 'remove the line'));
  if (shmounts) found.push(missing(spec, 'lxc.mount.auto', shmounts.why, 'shmounts is not built', 'use a lxc.mount.entry with rslave'));
  return found;
}

export function checkMounts(spec: ContainerSpec, host: HostFacts): readonly Diagnostic[] {
  return [...rootFindings(spec, host), ...ttyDirectoryFindings(spec), ...unbuilt(spec)];
}
