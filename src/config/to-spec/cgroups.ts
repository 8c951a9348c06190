// Control groups: values for their files, and where the container's group is.

import { diagnostic } from '../../model/diagnostic.ts';
import type { Setting } from '../../model/origin.ts';
import type { CgroupSpec, CgroupValue, SharedValue } from '../../model/spec.ts';
import { type ConfigSetting, lastOf } from '../setting.ts';
import type { Report } from '../value.ts';
import { exclusive } from './confinement.ts';
import { booleanOr, textOrNull } from './defaults.ts';

/** `pattern`: lxc.cgroup.pattern of lxc.conf. */
export function toCgroup(settings: readonly ConfigSetting[], pattern: Setting<string> | null, report: Report): CgroupSpec {
  const dir = lastOf(settings, 'lxc.cgroup.dir', 'text');
  const container = lastOf(settings, 'lxc.cgroup.dir.container', 'text');
  const monitor = lastOf(settings, 'lxc.cgroup.dir.monitor', 'text');
  const exact = container ?? monitor;
  const devices = lastOf(settings, 'holdfast.devices', 'text');
  if (dir && exact) exclusive(dir, exact, settings, report);
  if (container && !monitor) report(diagnostic('HF141', { one: container.key, other: 'lxc.cgroup.dir.monitor' }, container.why));
  if (monitor && !container) report(diagnostic('HF141', { one: monitor.key, other: 'lxc.cgroup.dir.container' }, monitor.why));
  return {
    values: settings.flatMap(valueOf),
    shared: settings.flatMap(sharedOf),
    dir: textOrNull(settings, 'lxc.cgroup.dir'),
    container: textOrNull(settings, 'lxc.cgroup.dir.container'),
    inner: textOrNull(settings, 'lxc.cgroup.dir.container.inner'),
    monitor: textOrNull(settings, 'lxc.cgroup.dir.monitor'),
    relative: booleanOr(settings, 'lxc.cgroup.relative', false, "groups are below init's"),
    pattern,
    ...(devices ? { devices: { value: devices.parsed.value === 'v2' ? 'v2' : 'v1', why: devices.why } as const } : {}),
    translate: booleanOr(settings, 'holdfast.cgroup.translate', false, 'values are for the version they are written for'),
  };
}

function valueOf({ entry, rest: file, parsed, key, why }: ConfigSetting): readonly CgroupValue[] {
  const version = entry.name === 'lxc.cgroup.' ? 1 : entry.name === 'lxc.cgroup2.' ? 2 : null;
  if (version === null || parsed.kind !== 'text') return [];
  return [{ version, controller: file.split('.', 1)[0] ?? file, file, value: parsed.value, key, why }];
}

function sharedOf({ entry, rest: file, parsed, key, why }: ConfigSetting): readonly SharedValue[] {
  return entry.name === 'holdfast.cgroup.parent.' && parsed.kind === 'text' ? [{ file, value: parsed.value, key, why }] : [];
}
