// The security labels of a container, of every module that gives one.

import { apparmorLabel } from '../controls/apparmor/index.ts';
import { selinuxLabel } from '../controls/selinux/index.ts';
import type { HostFacts } from '../model/host.ts';
import type { LabelEntry } from '../model/label.ts';
import type { ContainerSpec } from '../model/spec.ts';

/** In the order in which they are entered. */
export function labelEntries(spec: ContainerSpec, host: HostFacts): readonly LabelEntry[] {
  return [apparmorLabel(spec, host), selinuxLabel(spec, host)].filter((label) => label !== null);
}
