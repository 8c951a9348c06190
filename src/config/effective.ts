// Which settings hold after all lines: an empty value forgets earlier ones, a single value replaces them.

import type { ConfigSetting } from './setting.ts';

/** The settings that hold, in order, without those that only clear. */
export function effective(settings: readonly ConfigSetting[]): readonly ConfigSetting[] {
  const live: (ConfigSetting | null)[] = [];
  const places = new Map<string, number[]>();
  const forget = (slot: string) => {
    for (const place of places.get(slot) ?? []) live[place] = null;
    places.delete(slot);
  };
  const forgetFamily = (setting: ConfigSetting) => {
    for (const [slot, [first]] of places) {
      const member = first === undefined ? null : live[first];
      if (member && isCleared(member, setting)) forget(slot);
    }
  };
  for (const setting of settings) {
    const slot = setting.entry.slot ?? setting.key;
    if (setting.parsed.kind === 'empty' || setting.entry.repeat === 'overwrite') forget(slot);
    if (setting.entry.grammar.kind === 'clear' && setting.parsed.kind === 'empty') forgetFamily(setting);
    if (setting.parsed.kind === 'empty') continue;
    const known = places.get(slot);
    if (known) known.push(live.length);
    else places.set(slot, [live.length]);
    live.push(setting);
  }
  return live.filter((setting) => setting !== null);
}

/** `lxc.net =` clears all interfaces, `lxc.net.0 =` one. */
function isCleared(member: ConfigSetting, by: ConfigSetting): boolean {
  if (by.entry.name === 'lxc.net.N') return member.key.startsWith(`${by.key}.`);
  return member.entry.clearedBy === by.entry.name;
}
