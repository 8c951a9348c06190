// What values of configuration keys mean: the types that parsers (values/) write and readers (to-spec/) read.

import type { Diagnostic } from '../model/diagnostic.ts';
import type { Origin, Setting } from '../model/origin.ts';
import type { IdRange, MountAutoSpec, MountIdmap, Namespace } from '../model/spec.ts';

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
  | { readonly kind: 'root-options'; readonly readOnly: boolean; readonly idmap?: MountIdmap; readonly others: readonly string[] }
  | { readonly kind: 'arch'; readonly personality: 'linux' | 'linux32' }
  | { readonly kind: 'argv'; readonly argv: readonly string[] }
  | { readonly kind: 'environment'; readonly name: string; readonly value: string | null };

/** Where parsers put what they find wrong. False: no more of it is wanted, so a parser with thousands of words may end. */
export type Report = (found: Diagnostic) => boolean;

/** One word; a later one about the same file system replaces it. */
export type MountAutoToken =
  | { readonly about: 'proc'; readonly setting: Setting<'mixed' | 'rw'> }
  | { readonly about: 'sys'; readonly setting: Setting<'mixed' | 'ro' | 'rw'> }
  | { readonly about: 'cgroup'; readonly setting: NonNullable<MountAutoSpec['cgroup']> }
  | { readonly about: 'shmounts'; readonly setting: Setting<string> };

/** A line of fstab(5). */
export interface FstabLine {
  readonly source: string;
  /** As written, without escapes; an absolute one still begins with a slash. */
  readonly target: string;
  readonly fstype: string;
  readonly options: readonly string[];
  readonly optional: boolean;
  readonly create: 'dir' | 'file' | null;
  readonly idmap?: MountIdmap;
  /** LXC options that no control understands: `relative`. */
  readonly unenforced: readonly string[];
}
