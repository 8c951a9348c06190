// The one registry of diagnostic codes. A code is never renumbered or reused; each room keeps its own part.

import { ADVICE_CODES } from './codes/advice.ts';
import { APPARMOR_CODES } from './codes/apparmor.ts';
import { CAPABILITY_CODES } from './codes/capabilities.ts';
import { CGROUP_CODES } from './codes/cgroups.ts';
import { CONFIG_CODES } from './codes/config.ts';
import { CONTROL_CODES } from './codes/controls.ts';
import { DENIAL_CODES } from './codes/denials.ts';
import { DEVICE_CODES } from './codes/devices.ts';
import { DOCTOR_CODES } from './codes/doctor.ts';
import { EDIT_CODES } from './codes/edit.ts';
import { IDMAP_CODES } from './codes/idmap.ts';
import { LANDLOCK_CODES } from './codes/landlock.ts';
import { MOUNT_CODES } from './codes/mounts.ts';
import { SECCOMP_CODES } from './codes/seccomp.ts';
import { SELINUX_CODES } from './codes/selinux.ts';
import { UPGRADE_CODES } from './codes/upgrade.ts';
import { SPELLING_CODES } from './codes/spelling.ts';
import { SYSTEM_FILE_CODES } from './codes/system-file.ts';

/** `message` and `help` are templates: `{name}` is replaced by `data.name`. Lower case, no full stop. */
export interface CodeEntry {
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly help: string;
}

export const CODES = {
  ...CONFIG_CODES,
  ...CONTROL_CODES,
  ...CAPABILITY_CODES,
  ...CGROUP_CODES,
  ...IDMAP_CODES,
  ...DEVICE_CODES,
  ...MOUNT_CODES,
  ...SECCOMP_CODES,
  ...LANDLOCK_CODES,
  ...APPARMOR_CODES,
  ...DENIAL_CODES,
  ...SELINUX_CODES,
  ...SPELLING_CODES,
  ...SYSTEM_FILE_CODES,
  ...ADVICE_CODES,
  ...DOCTOR_CODES,
  ...EDIT_CODES,
  ...UPGRADE_CODES,
} as const satisfies Record<string, CodeEntry>;

export type DiagnosticCode = keyof typeof CODES;
