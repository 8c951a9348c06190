// lxc.rootfs.path = [TYPE:]PATH and lxc.rootfs.options.

import { diagnostic } from '../../model/diagnostic.ts';
import { parentOf, simplifyPath } from '../paths.ts';
import type { Report, Value, ValueText } from '../values.ts';
import { refuse, wordsOf } from './refuse.ts';

export type RootValue =
  | { readonly storage: 'dir'; readonly path: string }
  | { readonly storage: 'overlay'; readonly lower: readonly string[]; readonly upper: string; readonly work: string };

/** A subvolume of btrfs is a directory to the one who mounts it. */
const DIRECTORIES = ['dir', 'btrfs'];
const OVERLAYS = ['overlay', 'overlayfs'];

/** LXC finds out what a path without a type is; here it is a directory. */
export function parseRoot(value: ValueText, report: Report): Value {
  const [, type = 'dir'] = /^([A-Za-z0-9_-]+):/.exec(value.text) ?? [];
  const path = value.text.slice(value.text.startsWith(`${type}:`) ? type.length + 1 : 0);
  return rootOfType(type, path, value, report);
}

/** The root of a storage type; the type may come from lxc.rootfs.backend. */
export function rootOfType(type: string, path: string, value: ValueText, report: Report): Value {
  if (OVERLAYS.includes(type)) return overlay(path, value, report);
  if (!DIRECTORIES.includes(type)) {
    report(diagnostic('HF131', { type }, value.at()));
    return { kind: 'invalid' };
  }
  const suggestion = path.includes(':/') ? "write 'overlay:LOWER:UPPER'" : '';
  if (!path.startsWith('/') || path.includes(':/')) return refuse(value, report, "[dir:]PATH, the path beginning with '/'", suggestion);
  return { kind: 'root', root: { storage: 'dir', path: simplifyPath(path) } };
}

/** `LOWER[:LOWER...]:UPPER`, cut where a colon stands before a slash. LXC keeps the work directory beside UPPER, under this name. */
function overlay(text: string, value: ValueText, report: Report): Value {
  const paths = text.split(/:(?=\/)/).map(simplifyPath);
  const upper = paths.at(-1) ?? '';
  const reason = paths.length < 2 ? 'it needs at least two directories' : paths.some((path) => !path.startsWith('/')) ? "a directory does not begin with '/'" : null;
  if (reason !== null) {
    report(diagnostic('HF132', { value: value.text, reason }, value.at()));
    return { kind: 'invalid' };
  }
  const work = simplifyPath(`${parentOf(upper)}/work`);
  return { kind: 'root', root: { storage: 'overlay', lower: paths.slice(0, -1), upper, work } };
}

const NOTHING = ['rw', 'defaults', 'bind', 'rbind', ''];

/** `ro` and `rw`, the last one holds; what else is asked for is kept for the error at start. */
export function parseRootOptions(value: ValueText, report: Report): Value {
  let readOnly = false;
  let valid = true;
  const others: string[] = [];
  for (const { value: word, why } of wordsOf(value, /[^,\s]+/g)) {
    if (word === 'ro') readOnly = true;
    else if (word === 'rw') readOnly = false;
    else if (['optional', 'relative'].includes(word) || word.startsWith('create=')) {
      valid = false;
      report(diagnostic('HF130', { option: word }, why));
    } else if (!NOTHING.includes(word)) others.push(word);
  }
  return valid ? { kind: 'root-options', readOnly, others } : { kind: 'invalid' };
}
