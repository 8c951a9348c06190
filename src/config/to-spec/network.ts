// Interfaces: the lines about each number gathered, in the order of the numbers.

import { diagnostic } from '../../model/diagnostic.ts';
import type { NetworkSpec } from '../../model/spec.ts';
import type { ConfigSetting } from '../setting.ts';
import type { Report } from '../value.ts';

export function toNetwork(settings: readonly ConfigSetting[], report: Report): readonly NetworkSpec[] {
  const byIndex = new Map<number, ConfigSetting[]>();
  for (const setting of settings) {
    if (!setting.entry.name.startsWith('lxc.net.N.')) continue;
    const index = Number(setting.rest);
    const known = byIndex.get(index);
    if (known) known.push(setting);
    else byIndex.set(index, [setting]);
  }
  return [...byIndex]
    .sort(([one], [other]) => one - other)
    .flatMap(([index, lines]) => {
      const type = lines.find(({ entry }) => entry.name === 'lxc.net.N.type');
      const keys = [...new Set(lines.map(({ key }) => key))];
      const up = lines.some(({ entry }) => entry.name === 'lxc.net.N.flags');
      if (type?.parsed.kind === 'text') return [{ index, type: type.parsed.value, up, why: type.why, keys }];
      // A type that was wrong has been told about.
      if (!type) report(diagnostic('HF143', { index: String(index) }, lines[0]?.why));
      return [];
    });
}
