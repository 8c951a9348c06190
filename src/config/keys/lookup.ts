// From a key as it is written to its row in the table: exact names, families, numbered interfaces and the names of LXC 1 and 2.0.

import { isSystemFileKey } from '../system-file/keys.ts';
import { distance } from '../../model/edit-distance.ts';
import { didYouMean, nearest } from '../nearest.ts';
import { CONFINEMENT_KEYS } from './confinement.ts';
import type { KeyEntry } from './entry.ts';
import { MANAGEMENT_KEYS, REMOVED_KEYS } from './management.ts';
import { NETWORK_KEYS, OLD_NETWORK_NAMES } from './network.ts';
import { meantKey } from './synonyms.ts';
import { SYSTEM_KEYS } from './system.ts';

const ROWS = [...CONFINEMENT_KEYS, ...SYSTEM_KEYS, ...NETWORK_KEYS, ...MANAGEMENT_KEYS] as const;

/** A row with its own name and grammar as types: what the typed configuration is derived from. */
export type Row = (typeof ROWS)[number];

/** Every key, in the order of the documentation. */
export const KEYS: readonly KeyEntry[] = ROWS;

export type KeyMatch =
  /** `key` is today's name, `rest` what follows a family's name, `old` whether it was written otherwise before 2.1. */
  | { readonly kind: 'known'; readonly key: string; readonly entry: KeyEntry; readonly rest: string; readonly old: boolean }
  /** `lxc.network.SUB` of LXC 1: which interface is meant depends on the lines before. */
  | { readonly kind: 'old-network'; readonly sub: string }
  | { readonly kind: 'removed' }
  /** Belongs in lxc.conf(5). */
  | { readonly kind: 'system-file' }
  | { readonly kind: 'unknown' };

/** Where LXC counts networks up to. */
const HIGHEST_INDEX = 0x7fff_fffe;

const exact = new Map<string, { readonly entry: KeyEntry; readonly old: boolean }>();
const families: { readonly prefix: string; readonly entry: KeyEntry; readonly old: boolean }[] = [];
for (const entry of KEYS) {
  for (const name of [entry.name, ...(entry.old ?? [])]) {
    const old = name !== entry.name;
    if (name.endsWith('.')) families.push({ prefix: name, entry, old });
    else exact.set(name, { entry, old });
  }
}

/** Names by their letters alone: `lxc.cap_drop`, `lxc-cap-drop`. Names of old are told as today's. */
const bare = new Map(
  [...exact].reverse().map(([name, { entry }]) => [withoutSeparators(name), entry.name.includes('.N') ? name.replace('.N', '.0') : entry.name]),
);

function withoutSeparators(name: string): string {
  return name.replace(/[^a-z0-9]/g, '');
}

/** What a key is. The value is not looked at. */
export function findKey(written: string): KeyMatch {
  const found = exact.get(written);
  if (found && !found.entry.name.startsWith('lxc.net.N')) return { kind: 'known', key: found.entry.name, rest: '', ...found };
  if (Object.hasOwn(REMOVED_KEYS, written)) return { kind: 'removed' };
  if (isSystemFileKey(written)) return { kind: 'system-file' };
  if (written.startsWith('lxc.net.')) return interfaceKey(written.slice('lxc.net.'.length), false);
  if (written.startsWith('lxc.network.')) return oldInterfaceKey(written.slice('lxc.network.'.length));
  for (const { prefix, entry, old } of families) {
    const rest = written.slice(prefix.length);
    const known = entry.members ? entry.members.includes(rest) : rest !== '';
    if (known && written.startsWith(prefix)) return { kind: 'known', key: entry.name + rest, entry, rest, old };
  }
  return { kind: 'unknown' };
}

/** The row of `lxc.net.INDEX.SUB`, however it was written. */
export function interfaceKey(rest: string, old: boolean): KeyMatch {
  const [, digits = '', sub] = /^(\d+)(?:\.(.+))?$/.exec(rest) ?? [];
  const index = Number(digits);
  const found = exact.get(sub === undefined ? 'lxc.net.N' : `lxc.net.N.${sub}`);
  if (digits === '' || index > HIGHEST_INDEX || !found) return { kind: 'unknown' };
  return { kind: 'known', key: found.entry.name.replace('N', String(index)), entry: found.entry, rest: String(index), old };
}

function oldInterfaceKey(rest: string): KeyMatch {
  const [, index, sub] = /^(\d+)\.(.+)$/.exec(rest) ?? [];
  if (index !== undefined && sub !== undefined) return interfaceKey(`${index}.${OLD_NETWORK_NAMES[sub] ?? sub}`, true);
  const name = OLD_NETWORK_NAMES[rest] ?? rest;
  return exact.has(`lxc.net.N.${name}`) ? { kind: 'old-network', sub: name } : { kind: 'unknown' };
}

/** Help for a key that does not exist: the names nearest to it, and what LXC called it before. */
export function suggestKeys(written: string): string {
  const names = nearestKeys(written);
  const match = names.length === 1 ? findKey(names[0] ?? '') : null;
  const [old] = match?.kind === 'known' ? (match.entry.old ?? []) : [];
  if (match?.kind !== 'known' || old === undefined) return didYouMean(names);
  return `did you mean '${match.key}', which LXC 1 and 2.0 call '${old + match.rest}'?`;
}

/** For a line that is not LXC's at all, the key may lack its beginning or have it misspelt. */
export function nearestKeys(written: string): readonly string[] {
  const word = written
    .replace(/^\uFEFF/, '')
    .toLowerCase()
    .replace(/^lxc\.network\.(\d)/, 'lxc.net.$1');
  if (findKey(word).kind === 'known') return [word];
  if (['known', 'system-file'].includes(findKey(`lxc.${word}`).kind)) return [`lxc.${word}`];
  const respelled = bare.get(withoutSeparators(word));
  if (respelled !== undefined) return [respelled];
  const meant = meantKey(word);
  if (meant !== null) return [meant];
  const family = families.find(({ prefix }) => word.length > prefix.length && distance(word.slice(0, prefix.length), prefix, 1) <= 1);
  if (family) return membersLike(family.entry, word.slice(family.prefix.length));
  const [, index] = /^lxc\.net\.(\d+)\./.exec(word) ?? [];
  const found = nearest(index === undefined ? word : word.replace(index, 'N'), exact.keys());
  return found.map((name) => name.replace('.N', `.${index ?? '0'}`)).map((name) => exact.get(name)?.entry.name ?? name);
}

function membersLike({ name, members }: KeyEntry, rest: string): readonly string[] {
  return (members ? nearest(rest, members) : [rest]).map((member) => name + member);
}
