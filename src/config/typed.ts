// A configuration as an object: each key of the table with the type that its grammar gives. The types are derived from the
// rows, so that a key that does not exist is an error of the compiler, and a new row is a new property.

import type { IdRange, MountAutoSpec, MountIdmap, Namespace } from '../model/spec.ts';
import { effective } from './effective.ts';
import type { Grammar } from './keys/entry.ts';
import type { Row } from './keys/lookup.ts';
import type { ConfigSetting } from './setting.ts';
import type { FstabLine, MountAutoToken, Value } from './value.ts';

/** One word of lxc.mount.auto, e.g. `{ about: 'proc', value: 'mixed' }` for `proc:mixed`. */
export type MountAutoWord =
  | { readonly about: 'proc'; readonly value: 'mixed' | 'rw' }
  | { readonly about: 'sys'; readonly value: 'mixed' | 'ro' | 'rw' }
  | { readonly about: 'cgroup'; readonly value: NonNullable<MountAutoSpec['cgroup']>['value'] }
  | { readonly about: 'shmounts'; readonly value: string };

/** What the value of each grammar is, where it is not a text; lists are lists already with one line. */
interface ValueTypes {
  readonly boolean: boolean;
  readonly integer: number;
  readonly signal: number;
  readonly words: readonly string[];
  readonly capabilities: readonly string[];
  readonly ids: readonly number[];
  readonly rlimit: { readonly soft: bigint | null; readonly hard: bigint | null };
  readonly idmap: readonly IdRange[];
  readonly namespaces: readonly Namespace[];
  readonly 'mount-auto': readonly MountAutoWord[];
  readonly mount: readonly FstabLine[];
  readonly 'root-options': { readonly readOnly: boolean; readonly idmap?: string; readonly others: readonly string[] };
  readonly arch: 'linux' | 'linux32';
  readonly command: readonly string[];
  readonly environment: readonly { readonly name: string; readonly value: string | null }[];
}

type TextOf<G extends Grammar> = G extends { readonly kind: 'choice'; readonly of: readonly (infer Word extends string)[] } ? Word : string;
type ValueOf<R extends Row> = R['grammar']['kind'] extends keyof ValueTypes
  ? ValueTypes[R['grammar']['kind']]
  : R['repeat'] extends 'overwrite'
    ? TextOf<R['grammar']>
    : readonly TextOf<R['grammar']>[];

/** `lxc.prlimit.` takes any member, `lxc.net.N.` any number. */
type NameOf<Name extends string> = Name extends `lxc.net.N.${infer Sub}`
  ? `lxc.net.${number}.${Sub}`
  : Name extends `${infer Family}.`
    ? `${Family}.${string}`
    : Name;

/** A key that only clears others, or is replaced by what it includes, has no value. */
type Valued = Exclude<Row, { readonly grammar: { readonly kind: 'clear' | 'include' } }>;

/** The values that hold, by today's names of their keys; what the configuration does not set is not there. */
export type Config = { readonly [R in Valued as NameOf<R['name']>]?: ValueOf<R> };

/** What holds after all lines, as an object. Settings with invalid values are left out: a configuration with errors is not to be used. */
export function typedConfig(settings: readonly ConfigSetting[]): Config {
  const values: Record<string, unknown> = {};
  for (const { key, entry, parsed } of effective(settings)) {
    const value = valueOf(parsed);
    if (value === undefined) continue;
    const before = (values[key] as unknown[] | undefined) ?? [];
    if (parsed.kind === 'mount-auto') values[key] = lastOfEach([...(before as MountAutoWord[]), ...parsed.tokens.map(wordOf)]);
    else if (LISTS.has(parsed.kind)) values[key] = append(before, value as readonly unknown[]);
    else values[key] = entry.repeat === 'overwrite' ? value : append(before, [value]);
  }
  return values as Config;
}

const LISTS: ReadonlySet<Value['kind']> = new Set(['words', 'ids', 'idmap', 'namespaces', 'mount', 'environment'] satisfies Value['kind'][]);

/** In place: thousands of lines of one key are no reason to copy its list as often. */
function append(list: unknown[], more: readonly unknown[]): readonly unknown[] {
  for (const one of more) list.push(one);
  return list;
}

/** A later word about the same file system replaces the one before. */
function lastOfEach(words: readonly MountAutoWord[]): readonly MountAutoWord[] {
  return [...new Map(words.map((word) => [word.about, word])).values()];
}

function valueOf(value: Value): unknown {
  switch (value.kind) {
    case 'empty':
    case 'invalid':
      return undefined;
    case 'boolean':
    case 'integer':
    case 'text':
      return value.value;
    case 'words':
      return value.words.map((word) => word.value);
    case 'ids':
      return value.ids;
    case 'rlimit':
      return { soft: value.soft, hard: value.hard };
    case 'idmap':
      return value.ranges;
    case 'namespaces':
      return value.names.map((name) => name.value);
    case 'mount-auto':
      return value.tokens;
    case 'mount':
      return [value.line];
    case 'root-options':
      return { readOnly: value.readOnly, ...(value.idmap === undefined ? {} : { idmap: idmapText(value.idmap.value) }), others: value.others };
    case 'arch':
      return value.personality;
    case 'argv':
      return value.argv;
    case 'environment':
      return [{ name: value.name, value: value.value }];
  }
}

/** `container`, or the path of a user namespace. */
function idmapText(idmap: MountIdmap['value']): string {
  return idmap.of === 'container' ? 'container' : idmap.path;
}

function wordOf({ about, setting }: MountAutoToken): MountAutoWord {
  return { about, value: setting.value } as MountAutoWord;
}
