// Keys that a later LXC refuses, and with them the whole file: told once for each row of the table, at the first line.

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { ConfigSetting } from '../setting.ts';

/** What to write instead, by the name in the table. */
const REMEDIES: Readonly<Record<string, string>> = {
  'lxc.cgroup.': 'lxc.cgroup2.* is for the unified hierarchy, the only one LXC 7.0 knows',
  'lxc.cgroup': 'lxc.cgroup2.* is for the unified hierarchy, the only one LXC 7.0 knows',
  'lxc.rootfs.backend': "write it in front of the path: 'lxc.rootfs.path = BACKEND:PATH'",
};

export function removedKeys(settings: readonly ConfigSetting[]): readonly Diagnostic[] {
  const rows = new Map<string, ConfigSetting[]>();
  for (const setting of settings) {
    if (setting.entry.until === undefined) continue;
    const before = rows.get(setting.entry.name);
    if (before) before.push(setting);
    else rows.set(setting.entry.name, [setting]);
  }
  return [...rows].flatMap(([name, [first, ...others]]) => {
    if (first === undefined) return [];
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
    return [diagnostic('HF603', { key: first.key, more, until: first.entry.until ?? '', remedy: REMEDIES[name] ?? '' }, first.why)];
  });
}
