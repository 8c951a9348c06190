// Where entries are mounted: a path inside the container, resolved there component by component, made if asked for.

import type { SysCall } from '../../model/step.ts';
import { makeDirectory, makeFile, openInside, ROOT } from './calls.ts';

export type Target =
  | { readonly kind: 'inside'; readonly path: string }
  /** Absolute, and not below the root file system's own directory: nobody can say what is meant. */
  | { readonly kind: 'outside' }
  /** `..`, or the root itself. */
  | { readonly kind: 'bad'; readonly reason: string };

/** The part of an absolute path below one of the directories, else null. */
function below(path: string, directories: readonly string[]): string | null {
  for (const directory of directories) {
    const prefix = directory.replace(/\/+$/, '');
    if (path === prefix || path.startsWith(`${prefix}/`)) return path.slice(prefix.length);
  }
  return null;
}

/**
 * A target as written. Relative: inside the container. Absolute: below a directory that stands for the root file system
 * (lxc.container.conf(5), lxc.mount.entry), which is taken off.
 */
export function readTarget(written: string, rootDirectories: readonly string[]): Target {
  const relative = written.startsWith('/') ? below(written, rootDirectories) : written;
  if (relative === null) return { kind: 'outside' };
  const components = relative.split('/').filter((component) => component !== '' && component !== '.');
  if (components.includes('..')) return { kind: 'bad', reason: "it contains '..'" };
  if (components.length === 0) return { kind: 'bad', reason: 'it is the root itself' };
  return { kind: 'inside', path: components.join('/') };
}

/**
 * Makes `path` and the directories above it inside the root and opens it as `save`: each component by its name in a directory
 * that is open, so that none is made through a symbolic link.
 */
export function makePath(path: string, save: string, last: 'dir' | 'file'): readonly SysCall[] {
  const components = path.split('/');
  return components.flatMap((name, index) => {
    const isLast = index === components.length - 1;
    const at = index === 0 ? ROOT : `${save}.${index}`;
    const opened = isLast ? save : `${save}.${index + 1}`;
    const make = isLast && last === 'file' ? makeFile(at, name) : makeDirectory(at, name);
    const directory = !isLast || last === 'dir';
    return [make, openInside(components.slice(0, index + 1).join('/'), opened, { directory })];
  });
}

/** The slots `makePath` leaves open besides `save`. */
export function stepsOnTheWay(path: string, save: string): readonly string[] {
  return path
    .split('/')
    .slice(1)
    .map((_, index) => `${save}.${index + 1}`);
}
