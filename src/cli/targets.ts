// Which configurations `holdfast check` is about: names, files, standard input, or all containers of a directory.

import { realMachine } from '../host/machine.ts';
import { HoldfastError } from '../model/error.ts';
import { definedContainers } from '../runtime/containers.ts';
import type { Source } from '../runtime/source.ts';
import { defaultLxcpath } from '../runtime/system-settings.ts';
import type { CheckFlags } from './check-flags.ts';
import type { Context } from './context.ts';
import { sourceOf } from './source.ts';

/** In the order given; those of a directory by name. A word with a slash is a file, `-` is standard input, any other a name. */
export function targetsOf(context: Context, flags: CheckFlags, words: readonly string[]): readonly Source[] {
  if (flags.all) {
    if (words.length > 0 || flags.file !== undefined || flags.name !== undefined) throw usage('--all is every container of DIR: it takes no NAME and no FILE');
    const lxcpath = flags.lxcpath ?? defaultLxcpath(realMachine());
    const names = [...definedContainers(lxcpath)].sort();
    if (names.length === 0) throw new HoldfastError(`there are no containers in ${lxcpath}`, { code: 'no-such-container', path: lxcpath });
    return names.map((name) => sourceOf(context, flags, name));
  }
  const files = words.filter((word) => word === '-' || word.includes('/'));
  if (flags.file !== undefined && words.length - files.length <= 1 && files.length === 0) return [withInput(context, sourceOf(context, flags, words[0]))];
  if (flags.file !== undefined) throw usage('-f FILE is about one configuration: write further files as words of their own');
  if (words.length > 1 && flags.name !== undefined) throw usage('-n NAME is about one configuration: write further names as words of their own');
  if (words.length === 0) return [sourceOf(context, flags, undefined)];
  if (words.filter((word) => word === '-').length > 1) throw usage("standard input can be read once: '-' was given twice");
  return words.map((word) =>
    files.includes(word) ? withInput(context, sourceOf(context, { ...flags, file: word }, undefined)) : sourceOf(context, flags, word),
  );
}

/** `-` has no name of its own, and its text is not in a file. */
function withInput(context: Context, source: Source): Source {
  return source.file === '-' ? { ...source, name: source.name ?? 'stdin', text: context.readInput() } : source;
}

function usage(message: string): HoldfastError {
  return new HoldfastError(message, { code: 'usage' });
}
