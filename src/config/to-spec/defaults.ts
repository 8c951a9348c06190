// What holds where a configuration is silent: LXC's defaults, and how to say so.

import type { Origin, Setting } from '../../model/origin.ts';
import type { ConfigSetting } from '../setting.ts';
import { lastOf } from '../setting.ts';

/** A value nobody asked for. */
export function byDefault<T>(value: T, text: string): Setting<T> {
  return { value, why: { kind: 'default', text } };
}

/** The origin of what LXC does unasked. */
export const LXC_DEFAULT: Origin = { kind: 'default', text: "LXC's own" };

export function booleanOr(settings: readonly ConfigSetting[], name: string, value: boolean, text: string): Setting<boolean> {
  const found = lastOf(settings, name, 'boolean');
  return found ? { value: found.parsed.value, why: found.why } : byDefault(value, text);
}

export function integerOr(settings: readonly ConfigSetting[], name: string, value: number, text: string): Setting<number> {
  const found = lastOf(settings, name, 'integer');
  return found ? { value: found.parsed.value, why: found.why } : byDefault(value, text);
}

export function textOrNull(settings: readonly ConfigSetting[], name: string): Setting<string> | null {
  const found = lastOf(settings, name, 'text');
  return found ? { value: found.parsed.value, why: found.why } : null;
}
