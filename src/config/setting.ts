// A line of configuration (or an option) that assigns a value to a key.

import type { Origin } from '../model/origin.ts';
import type { PolicyFile } from '../model/policy-include.ts';
import type { KeyEntry } from './keys/entry.ts';
import type { Value, ValueText } from './value.ts';

export interface ConfigSetting extends ValueText {
  /** The key as it was written; `key` is today's name. */
  readonly written: string;
  readonly entry: KeyEntry;
  readonly parsed: Value;
  /** The whole assignment. */
  readonly why: Origin;
  /** The text of the file that the value names, where the container needs it (seccomp policy, fstab). */
  readonly attached: string | null;
  /** What a policy includes. */
  readonly included?: readonly PolicyFile[];
}

const INVALID = { kind: 'invalid' } as const;
const NOTHING: readonly PolicyFile[] = [];

/** A place in a line of a file, in 0-based code units. */
export interface LinePlace {
  readonly file: string;
  readonly line: number;
  readonly keyAt: number;
  readonly valueAt: number;
}

interface KnownKey {
  readonly key: string;
  readonly rest: string;
  readonly entry: KeyEntry;
}

/**
 * A setting that knows where it stands; its origins are made when somebody asks, and of most lines of a large file nobody does.
 * A class for that: closures and spans for each line were most of the work of reading one. The value is parsed after it is made.
 */
export class PlacedSetting implements ConfigSetting {
  readonly key: string;
  readonly rest: string;
  readonly entry: KeyEntry;
  readonly written: string;
  readonly text: string;
  parsed: Value = INVALID;
  attached: string | null = null;
  included: readonly PolicyFile[] = NOTHING;
  /** The file, or what stands for every place. */
  readonly #source: string | Origin;
  readonly #line: number;
  readonly #keyAt: number;
  readonly #valueAt: number;

  constructor({ key, rest, entry }: KnownKey, written: string, text: string, place: LinePlace | Origin) {
    this.key = key;
    this.rest = rest;
    this.entry = entry;
    this.written = written === key ? key : written;
    this.text = text;
    const isLine = 'line' in place;
    this.#source = isLine ? place.file : place;
    this.#line = isLine ? place.line : 0;
    this.#keyAt = isLine ? place.keyAt : 0;
    this.#valueAt = isLine ? place.valueAt : 0;
  }

  at(offset = 0, length = this.text.length - offset): Origin {
    return this.#from(this.#valueAt + offset, length);
  }

  get why(): Origin {
    return this.#from(this.#keyAt, this.#valueAt + this.text.length - this.#keyAt);
  }

  #from(at: number, length: number): Origin {
    if (typeof this.#source !== 'string') return this.#source;
    return { kind: 'config', span: { file: this.#source, line: this.#line, column: at + 1, length } };
  }
}

/** The keys whose value names a file that the reader attaches. */
const ATTACHED_KEYS: readonly string[] = ['lxc.mount.fstab', 'lxc.seccomp.profile', 'holdfast.seccomp.weights', 'holdfast.landlock'];

/** Does the value name a file? `holdfast.landlock` also takes words. */
export function namesFile({ entry, parsed }: Pick<ConfigSetting, 'entry' | 'parsed'>): boolean {
  return ATTACHED_KEYS.includes(entry.name) && !(entry.name === 'holdfast.landlock' && parsed.kind === 'text' && !parsed.value.startsWith('/'));
}

type Kind = Value['kind'];
/** A setting whose value is known to be of a kind. */
export type SettingOf<K extends Kind> = ConfigSetting & { readonly parsed: Extract<Value, { kind: K }> };

/** Is its value of this kind? */
export function isOf<K extends Kind>(setting: ConfigSetting, kind: K): setting is SettingOf<K> {
  return setting.parsed.kind === kind;
}

/** All settings of a key or family (by the name in the table) whose value is of a kind, in order. */
export function allOf<K extends Kind>(settings: readonly ConfigSetting[], name: string, kind: K): readonly SettingOf<K>[] {
  return settings.filter((setting): setting is SettingOf<K> => setting.entry.name === name && isOf(setting, kind));
}

/** The last setting of a key whose value is of a kind. */
export function lastOf<K extends Kind>(settings: readonly ConfigSetting[], name: string, kind: K): SettingOf<K> | null {
  return allOf(settings, name, kind).at(-1) ?? null;
}
