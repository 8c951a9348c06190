// lxc.apparmor.*: the profile, and what makes a generated one.

import type { ApparmorSpec, ContainerSpec } from '../../model/spec.ts';
import { allOf, type ConfigSetting } from '../setting.ts';
import { booleanOr, textOrNull } from './defaults.ts';

/** Absent where no line is about AppArmor. */
export function toApparmor(settings: readonly ConfigSetting[]): Pick<ContainerSpec, 'apparmor'> {
  if (!settings.some(({ key, parsed }) => key.startsWith('lxc.apparmor.') && parsed.kind !== 'empty')) return {};
  const apparmor: ApparmorSpec = {
    profile: textOrNull(settings, 'lxc.apparmor.profile'),
    allowIncomplete: booleanOr(settings, 'lxc.apparmor.allow_incomplete', false, 'AppArmor must mediate mounts'),
    nesting: booleanOr(settings, 'lxc.apparmor.allow_nesting', false, 'no containers within'),
    raw: allOf(settings, 'lxc.apparmor.raw', 'text').map(({ parsed, why }) => ({ value: parsed.value, why })),
  };
  return { apparmor };
}
