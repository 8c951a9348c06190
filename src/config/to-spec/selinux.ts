// lxc.selinux.* and holdfast.selinux.*: the contexts that are named, and whether one is to be found.

import { diagnostic } from '../../model/diagnostic.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import type { ConfigSetting } from '../setting.ts';
import type { Report } from '../value.ts';
import { textOrNull } from './defaults.ts';

/** LXC's word for no context of its own. */
const NO_CONTEXT = 'unconfined_t';
const AUTO = 'auto:';

/** Absent where nothing is asked. A context that is named comes before one that would be found, but not the word for none. */
export function toSelinux(settings: readonly ConfigSetting[], report: Report): Pick<ContainerSpec, 'selinux'> {
  const named = textOrNull(settings, 'lxc.selinux.context');
  const context = named?.value === NO_CONTEXT ? null : named;
  const keyring = textOrNull(settings, 'lxc.selinux.context.keyring');
  const asked = textOrNull(settings, 'holdfast.selinux.context');
  if (context === null && keyring === null && asked === null) return {};
  if (context !== null && asked !== null) report(diagnostic('HF572', { context: context.value }, asked.why));
  const auto =
    asked === null || context !== null ? null : { value: { type: asked.value.startsWith(AUTO) ? asked.value.slice(AUTO.length) : null }, why: asked.why };
  return { selinux: { context, keyring, auto, files: textOrNull(settings, 'holdfast.selinux.files') } };
}
