// Which settings hold after all lines: an empty value forgets earlier ones, a single value replaces them, and an interface that
// is given a type once more begins anew.

import type { ConfigSetting } from './setting.ts';

/** The settings that hold, in order, without those that only clear. Takes time in proportion to their number. */
export function effective<S extends ConfigSetting>(settings: readonly S[]): readonly S[] {
  const live: (S | null)[] = [];
  const places = new Map<string, number[]>();
  /** The slots that something else than their own key clears, by what does. */
  const families = new Map<string, Set<string>>();
  const forget = (slot: string) => {
    for (const place of places.get(slot) ?? []) live[place] = null;
    places.delete(slot);
  };
  const forgetFamily = (name: string) => {
    for (const slot of families.get(name) ?? []) forget(slot);
    families.delete(name);
  };
  for (const setting of settings) {
    const slot = setting.entry.slot ?? setting.key;
    if (setting.entry.name === 'lxc.net.N.type' && (setting.parsed.kind === 'empty' || places.has(slot))) forgetFamily(`lxc.net.${setting.rest}`);
    if (setting.parsed.kind === 'empty' || setting.entry.repeat === 'overwrite') forget(slot);
    if (setting.entry.grammar.kind === 'clear' && setting.parsed.kind === 'empty') forgetFamily(setting.key);
    if (setting.parsed.kind === 'empty') continue;
    const known = places.get(slot);
    if (known) known.push(live.length);
    else places.set(slot, [live.length]);
    for (const name of clearersOf(setting)) {
      const members = families.get(name);
      if (members) members.add(slot);
      else families.set(name, new Set([slot]));
    }
    live.push(setting);
  }
  return live.filter((setting) => setting !== null);
}

/** `lxc.net =` clears all interfaces, `lxc.net.0 =` one. */
function clearersOf({ entry, rest }: ConfigSetting): readonly string[] {
  const own = entry.name.startsWith('lxc.net.N.') ? [`lxc.net.${rest}`] : [];
  return entry.clearedBy === undefined ? own : [entry.clearedBy, ...own];
}
