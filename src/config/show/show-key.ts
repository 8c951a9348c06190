// A key of a configuration that was read -> what holds of it, and which lines say so. Lists that merge (lxc.mount.auto, namespaces,
// capabilities with `none`) are shown merged.

import type { Origin } from '../../model/origin.ts';
import { NAMESPACES } from '../../model/spec.ts';
import { effective } from '../effective.ts';
import type { KeyEntry } from '../keys/entry.ts';
import { findKey } from '../keys/lookup.ts';
import type { ConfigSetting } from '../setting.ts';
import { defaultText } from './default-text.ts';
import { valueTexts } from './value-text.ts';

/** One value of a key, and what says it. */
export interface ShownValue {
  /** The whole key, under its name of today. */
  readonly key: string;
  readonly text: string;
  readonly why: Origin;
}

/** What holds of a key. Several values are one for each line, unless `joined`: then they are one value with this between them. */
export interface HeldKey {
  readonly kind: 'held';
  readonly key: string;
  readonly values: readonly ShownValue[];
  readonly joined: string | null;
  /** False: no line says it, and the value is the default, if there is one. */
  readonly set: boolean;
}

export type Shown =
  | { readonly kind: 'unknown' }
  /** Its lines are replaced by what they name: nothing is left to show. */
  | { readonly kind: 'replaced'; readonly key: string }
  | HeldKey;

/**
 * What holds of a key, a family (`lxc.cgroup`, `lxc.net`, `lxc.net.0`) or a beginning of keys (`lxc.cgroup.memory.*`), under the
 * name of any generation. `settings` are all that were read, in their order.
 */
export function showKey(settings: readonly ConfigSetting[], written: string): Shown {
  const live = effective(settings);
  if (written.endsWith('*')) return showBeginning(live, written);
  const match = findKey(written);
  if (match.kind !== 'known') return { kind: 'unknown' };
  const { key, entry } = match;
  if (entry.grammar.kind === 'include') return { kind: 'replaced', key };
  if (entry.grammar.kind === 'clear') {
    const values = byKey(live.filter((setting) => isMember(setting, entry, key)));
    return { kind: 'held', key, values, joined: null, set: values.length > 0 };
  }
  const own = live.filter((setting) => setting.key === key);
  const [first, ...more] = own;
  if (first) return heldOf(key, [first, ...more]);
  const text = defaultText(entry, typeOf(live, match.rest));
  const why: Origin = { kind: 'default', text: 'no line sets it' };
  return { kind: 'held', key, values: text === '' ? [] : [{ key, text, why }], joined: null, set: false };
}

/** Every key that a line sets, in the order of the lines that came first. */
export function showAll(settings: readonly ConfigSetting[]): readonly HeldKey[] {
  return groupsOf(effective(settings)).map((own) => heldOf(own[0].key, own));
}

function heldOf(key: string, own: Group): HeldKey {
  return { kind: 'held', key, values: merged(own), joined: JOINED[own[0].entry.grammar.kind] ?? null, set: true };
}

const JOINED: Readonly<Partial<Record<KeyEntry['grammar']['kind'], string>>> = { 'mount-auto': ' ', ids: ',' };

function showBeginning(live: readonly ConfigSetting[], written: string): Shown {
  const beginning = written.slice(0, -1);
  const values = byKey(live.filter(({ key }) => key.startsWith(beginning)));
  return { kind: 'held', key: written, values, joined: null, set: values.length > 0 };
}

function isMember(setting: ConfigSetting, entry: KeyEntry, key: string): boolean {
  return entry.name === 'lxc.net.N' ? setting.key.startsWith(`${key}.`) : setting.entry.clearedBy === entry.name;
}

/** `lxc.net.INDEX.type`, for the defaults that go with it; null without such an interface. */
function typeOf(live: readonly ConfigSetting[], index: string): string | null {
  const own = live.filter(({ entry, rest }) => entry.name.startsWith('lxc.net.N.') && rest === index);
  const type = own.findLast(({ entry }) => entry.name === 'lxc.net.N.type');
  return own.length === 0 ? null : (type?.text ?? '');
}

/** Settings of one key. */
type Group = readonly [ConfigSetting, ...ConfigSetting[]];

function groupsOf(settings: readonly ConfigSetting[]): readonly Group[] {
  const groups = new Map<string, [ConfigSetting, ...ConfigSetting[]]>();
  for (const setting of settings) {
    const group = groups.get(setting.key);
    if (group) group.push(setting);
    else groups.set(setting.key, [setting]);
  }
  return [...groups.values()];
}

function byKey(settings: readonly ConfigSetting[]): readonly ShownValue[] {
  return groupsOf(settings).flatMap(merged);
}

/** The settings of one key as values, as they work together. */
function merged(settings: Group): readonly ShownValue[] {
  const values = settings.flatMap((setting) => valueTexts(setting).map((text) => ({ key: setting.key, text, why: setting.why })));
  switch (settings[0].entry.grammar.kind) {
    case 'capabilities': {
      const none = values.findLastIndex(({ text }) => text === 'none');
      return none < 0 || none === values.length - 1 ? values.slice(Math.max(none, 0)) : values.slice(none + 1);
    }
    case 'namespaces':
      return NAMESPACES.flatMap((name) => values.find(({ text }) => text === name) ?? []);
    case 'mount-auto':
      return ['proc', 'sys', 'cgroup', 'shmounts'].flatMap((about) => values.findLast(({ text }) => text.startsWith(about)) ?? []);
    default:
      return values;
  }
}
