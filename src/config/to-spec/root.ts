// The root file system: lxc.rootfs.path, lxc.rootfs.options, and the lxc.rootfs.backend of LXC 2.0.

import { diagnostic } from '../../model/diagnostic.ts';
import type { RootSpec } from '../../model/spec.ts';
import { parentOf, simplifyPath } from '../paths.ts';
import { type ConfigSetting, lastOf, type SettingOf } from '../setting.ts';
import type { Report } from '../value.ts';
import { refuse } from '../values/refuse.ts';

/** A subvolume of btrfs is a directory to the one who mounts it. */
const DIRECTORIES = ['dir', 'btrfs'];
const OVERLAYS = ['overlay', 'overlayfs'];

/**
 * The root, or null after a report. Without lxc.rootfs.path LXC runs over the whole host; here it is the read-only view of the
 * host's programs, and only when it is said what to run.
 */
export function toRoot(settings: readonly ConfigSetting[], hasCommand: boolean, report: Report): RootSpec | null {
  const path = lastOf(settings, 'lxc.rootfs.path', 'text');
  if (path) return rootAt(path, lastOf(settings, 'lxc.rootfs.backend', 'text')?.parsed.value, optionsOf(settings), report);
  if (hasCommand) return { kind: 'host', why: { kind: 'default', text: 'there is no lxc.rootfs.path' } };
  report(diagnostic('HF142'));
  return null;
}

type Options = Pick<Extract<RootSpec, { kind: 'dir' }>, 'readOnly' | 'idmap'>;

function optionsOf(settings: readonly ConfigSetting[]): Options {
  const { readOnly = false, idmap } = lastOf(settings, 'lxc.rootfs.options', 'root-options')?.parsed ?? {};
  return { readOnly, ...(idmap === undefined ? {} : { idmap }) };
}

/** LXC finds out what a path without a type is; here it is a directory. */
function rootAt(setting: SettingOf<'text'>, backend: string | undefined, options: Options, report: Report): RootSpec | null {
  const { text, why } = setting;
  const [prefix, type = backend ?? 'dir'] = /^([A-Za-z0-9_-]+):/.exec(text) ?? [''];
  const path = text.slice(prefix.length);
  if (OVERLAYS.includes(type)) return overlay(setting, path, options, report);
  if (!DIRECTORIES.includes(type)) {
    report(diagnostic('HF131', { type }, setting.at(0, Math.max(prefix.length - 1, 1))));
    return null;
  }
  if (path.startsWith('/') && !path.includes(':/')) return { kind: 'dir', path: simplifyPath(path), ...options, why };
  refuse(setting, report, "[dir:]PATH, the path beginning with '/'", path.includes(':/') ? "write 'overlay:LOWER:UPPER'" : '');
  return null;
}

/** `LOWER[:LOWER...]:UPPER`, cut where a colon stands before a slash. The work directory is beside UPPER under LXC's name for it. */
function overlay(setting: ConfigSetting, text: string, options: Options, report: Report): RootSpec | null {
  const paths = text.split(/:(?=\/)/).map(simplifyPath);
  const upper = paths.at(-1) ?? '';
  const reason =
    paths.length < 2 ? 'it needs at least two directories' : paths.some((path) => !path.startsWith('/')) ? "a directory does not begin with '/'" : null;
  if (reason === null) {
    return { kind: 'overlay', lower: paths.slice(0, -1), upper, work: simplifyPath(`${parentOf(upper)}/work`), ...options, why: setting.why };
  }
  report(diagnostic('HF132', { value: setting.text, reason }, setting.at()));
  return null;
}
