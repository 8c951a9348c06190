// The keys that ask for something no control does (law 1), and those that have no effect at all.

import { diagnostic } from '../../model/diagnostic.ts';
import type { Setting } from '../../model/origin.ts';
import type { UnenforcedKey } from '../../model/spec.ts';
import { allOf, type ConfigSetting, lastOf } from '../setting.ts';
import type { Report } from '../value.ts';

/** Scripts of interfaces are hooks. */
const SCRIPTS = ['lxc.net.N.script.up', 'lxc.net.N.script.down'];

export function toUnenforced(settings: readonly ConfigSetting[]): readonly UnenforcedKey[] {
  const asking = settings.filter(asksForSomething).map(({ key, text, why }) => ({ key, value: text, why }));
  const options = lastOf(settings, 'lxc.rootfs.options', 'root-options');
  const others = options && options.parsed.others.length > 0 ? [{ key: options.key, value: options.parsed.others.join(','), why: options.why }] : [];
  return [...asking, ...others];
}

function asksForSomething({ entry, text, parsed }: ConfigSetting): boolean {
  if (parsed.kind === 'empty' || parsed.kind === 'invalid') return false;
  if (SCRIPTS.includes(entry.name)) return true;
  return entry.effect.kind === 'unenforced' && !(entry.effect.nothing ?? []).includes(text);
}

/** One sentence for each key that is set and has no effect here. */
export function noteIneffective(settings: readonly ConfigSetting[], report: Report): void {
  for (const { entry, key, parsed, why } of settings) {
    if (entry.effect.kind !== 'note' || (parsed.kind === 'boolean' && !parsed.value)) continue;
    report(diagnostic('HF144', { key, reason: entry.effect.reason }, why));
  }
}

export function toAllowMissing(settings: readonly ConfigSetting[]): readonly Setting<string>[] {
  return allOf(settings, 'holdfast.allow_missing', 'text').map(({ parsed, why }) => ({ value: parsed.value, why }));
}
