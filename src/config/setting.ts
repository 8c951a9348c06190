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
